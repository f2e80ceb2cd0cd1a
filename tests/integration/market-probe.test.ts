// Proves that the probe tells why the live market cannot be reached, in one sentence, and gives up in time.
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { probeLive } from '../../src-main/adapters/ccxt/probe.ts'

let server: Server | null = null
afterEach(async () => {
  const running = server
  server = null
  running?.closeAllConnections()
  await new Promise<void>((done) => (running === null ? done() : running.close(() => done())))
})

async function answering(answer: (path: string) => number | null): Promise<string> {
  const started = createServer((request, response) => {
    const status = answer(request.url ?? '')
    if (status !== null) response.writeHead(status).end('{}')
  })
  server = started
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done))
  const address: AddressInfo | string | null = started.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

describe('the probe of the live market', () => {
  it('succeeds when the ping is answered', async () => {
    expect(await probeLive(5_000, await answering((path) => (path === '/fapi/v1/ping' ? 200 : 404)))).toEqual({
      ok: true,
      value: undefined,
    })
  })

  it.each([
    [451, '127.0.0.1 refuses this location, HTTP 451'],
    [418, '127.0.0.1 has limited this address for now, HTTP 418'],
    [429, '127.0.0.1 has limited this address for now, HTTP 429'],
    [503, '127.0.0.1 answered HTTP 503'],
  ])('tells of HTTP %i', async (status, reason) => {
    expect(await probeLive(5_000, await answering(() => status))).toEqual({
      ok: false,
      error: `Binance USDT-M cannot be reached (${reason})`,
    })
  })

  it('gives up on a venue that never answers', async () => {
    const silent = await answering(() => null)
    expect(await probeLive(50, silent)).toEqual({
      ok: false,
      error: 'Binance USDT-M cannot be reached (no answer from 127.0.0.1 within 50 ms)',
    })
  })

  it('tells of a port where nobody listens', async () => {
    const url = await answering(() => 200)
    const gone = server
    server = null
    await new Promise<void>((done) => gone?.close(() => done()))
    expect(await probeLive(5_000, url)).toEqual({ ok: false, error: 'Binance USDT-M cannot be reached (127.0.0.1 refused the connection)' })
  })

  it('tells of a name that does not exist', async () => {
    const result = await probeLive(5_000, 'http://market.invalid')
    expect(result.ok).toBe(false)
    expect(result.ok ? '' : result.error).toMatch(
      /^Binance USDT-M cannot be reached \((DNS: market\.invalid not found|DNS: no name server answered for market\.invalid)\)$/,
    )
  })
})
