// Proves that secrets stay inside the client whatever is looked at or goes wrong, that its listener's faults are its listener's, and where the demo system is.
import { inspect } from 'node:util'
import ccxt from 'ccxt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openExecutionClient } from '../../src-main/adapters/ccxt/execution/open-execution.ts'
import { binanceKit } from '../../src-main/adapters/ccxt/execution/binance/binance-kit.ts'
import * as requests from '../../src-main/adapters/ccxt/execution/binance/binance-requests.ts'
import { BinanceAccountLoopback } from '../support/binance-account-loopback.ts'
import { Heard, connect, optionsFor, request } from '../support/execution-client.ts'

let venue: BinanceAccountLoopback
beforeEach(async () => {
  venue = await new BinanceAccountLoopback().listen()
})
afterEach(() => venue.close())

describe('a client', () => {
  it('shows no secret when it is looked into, and tells none when the venue repeats them', async () => {
    const { client, heard } = await connect(venue)
    const echo = `no: ${venue.key} ${venue.secret} signature=${'ab'.repeat(32)} listenKey=listen-1`
    venue.fail('POST /fapi/v1/order', { status: 400, body: { code: -9_999, msg: echo } }, { status: 502, body: echo })
    venue.fail('GET /fapi/v3/balance', { status: 400, body: { code: -9_999, msg: echo } })
    client.submit(request('twaE1'))
    await heard.report('rejected', 'twaE1')
    client.submit(request('twaE2'))
    await heard.report('outcome_unknown', 'twaE2')
    client.requestSnapshot(null)
    await heard.until(() => heard.states.some(({ detail }) => detail.includes('could not be asked')))
    const everything = inspect([client, heard, client.health()], { depth: 20, showHidden: true, maxStringLength: null })
    for (const secret of [venue.key, venue.secret, 'ab'.repeat(32), 'listen-1']) expect(everything).not.toContain(secret)
    await client.close()
  })

  it('does not take a fault of its listener for an answer of the venue', async () => {
    const opened = await openExecutionClient(optionsFor(venue))
    if (!opened.ok) throw new Error(opened.error)
    const heard = new Heard()
    const thrown: unknown[] = []
    const keep = (error: unknown): void => void thrown.push(error)
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', keep)
    venue.tells = false
    opened.value.start({
      onReport(report) {
        heard.onReport(report)
        throw new Error('the kernel broke')
      },
      onState: (state, detail) => heard.onState(state, detail),
      onClock: () => {},
    })
    await heard.state('live')
    opened.value.submit(request('twaE1'))
    await heard.report('accepted', 'twaE1')
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.removeListener('unhandledRejection', keep)
    for (const other of others) process.on('unhandledRejection', other)
    expect(heard.reports.map(({ type }) => type)).toEqual(['accepted'])
    expect(thrown.map(String)).toEqual(['Error: the kernel broke'])
    await opened.value.close()
  })
})

it("signs for the venue's demo system when that is asked for", () => {
  const exchange = new ccxt.pro.binanceusdm({ apiKey: 'k', secret: 's' })
  binanceKit.useTestnet(exchange)
  for (const { api, path, method } of [requests.positions, requests.balances, requests.positionMode, requests.exchangeInfo])
    expect(exchange.sign(path, api, method, {}).url).toMatch(/^https:\/\/demo-fapi\.binance\.com\/fapi\//)
  expect(() => exchange.sign('account/apiRestrictions', 'sapi', 'GET', {})).toThrow()
})
