// Proves that an account which cannot or must not be traded ends in one clear sentence and nothing sent, that keys are judged, and that a venue is reached
// through proxies, the next one when one fails.
import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { type OpenExecutionOptions, openExecutionClient, probeKey } from '../../src-main/adapters/ccxt/execution/open-execution.ts'
import { BinanceAccountLoopback, type LoopbackFault } from '../support/binance-account-loopback.ts'
import { BTC, connect, optionsFor, request } from '../support/execution-client.ts'

let venue: BinanceAccountLoopback
beforeEach(async () => {
  venue = await new BinanceAccountLoopback().listen()
})
afterEach(() => venue.close())

const sentenceOf = async (changes: Partial<OpenExecutionOptions> = {}): Promise<string> => {
  const opened = await openExecutionClient(optionsFor(venue, changes))
  if (!opened.ok) return opened.error
  await opened.value.close()
  return 'it opened'
}
const refused = (code: number, msg: string, status = 400): LoopbackFault => ({ status, body: { code, msg } })

describe('an account that cannot be traded', () => {
  it.each([
    [
      'a wrong secret',
      { credentials: { key: 'loopback-key-0123456789', secret: 'wrong', passphrase: null } },
      'does not know this key, or the secret',
    ],
    [
      'a wrong key',
      { credentials: { key: 'wrong', secret: 'wrong', passphrase: null } },
      'refuses this key: it is unknown there, or not allowed',
    ],
    ['an instrument that is not listed', { instrumentIds: [instrumentId('NOSUCH/USDT:USDT')] }, 'does not list NOSUCH/USDT:USDT'],
    ['no instrument', { instrumentIds: [] }, 'no instrument to trade was named'],
    [
      'an address that is not loopback',
      { endpoints: { restOrigin: 'http://10.0.0.1:80', streamOrigin: 'ws://127.0.0.1:1' } },
      'http://10.0.0.1:80',
    ],
    ['an address for the live venue', { environment: 'live' }, 'belong to the practice venue, not to live'],
    ['no address for the practice venue', { endpoints: null }, 'has no address'],
    ['a proxy that is none', { proxies: ['ftp://user:hidden@host:1'] }, 'proxy 1 is of kind ftp:, expected http, https or socks5'],
  ] as const)('is refused for %s', async (_, changes, expected) => {
    const sentence = await sentenceOf(changes as Partial<OpenExecutionOptions>)
    expect(sentence).toContain(expected)
    expect(sentence).not.toMatch(/\n|hidden|wrong|signature=[0-9a-f]/)
  })
  it('is refused in hedge mode', async () => {
    venue.hedgeMode = true
    expect(await sentenceOf()).toContain('is in hedge mode; switch it to one-way mode there')
  })
  it('is refused when the venue cannot be reached', async () => {
    const options = optionsFor(venue)
    await venue.close()
    const opened = await openExecutionClient(options)
    expect(!opened.ok && opened.error).toContain('Binance USDT-M cannot be reached')
    venue = await new BinanceAccountLoopback().listen()
  })
  it.each([
    ['maintenance', refused(-1016, 'This service is no longer available.', 503), 'is under maintenance'],
    ['a limited address', refused(-1003, 'Too many requests', 429), 'has limited this address for now'],
    ['a missing right', refused(-4088, 'User can not place order currently'), 'may not trade futures'],
    ['a wrong clock', refused(-1021, 'Timestamp for this request is outside of the recvWindow.'), 'the clock of this machine is too far'],
    ['a place that is not served', { status: 451, body: {} } as const, 'refuses this location'],
  ])('is refused for %s', async (_, fault, expected) => {
    venue.fail('GET /fapi/v1/positionSide/dual', fault, fault)
    expect(await sentenceOf()).toContain(expected)
  })
  it('opens with a notice when fees cannot be asked for or leverage not be set', async () => {
    venue.fail('GET /fapi/v1/commissionRate', { status: 404, body: {} })
    venue.fail('POST /fapi/v1/marginType', refused(-4048, 'Margin type cannot be changed if there exists position.'))
    const { client, heard } = await connect(venue, { instrumentIds: [BTC], leverage: 500, marginMode: 'isolated' })
    expect(heard.states.at(-1)?.detail).toMatch(/the fees of BTC\/USDT:USDT could not be asked for.*margin mode isolated.*could not be set/)
    expect(venue.requests.find(({ what }) => what === 'POST /fapi/v1/leverage')?.params['leverage']).toBe('75')
    await client.close()
  })
})

describe('a key', () => {
  it('is told with its rights', async () => {
    const probed = await probeKey(optionsFor(venue))
    expect(probed).toEqual({
      ok: true,
      value: { report: { canTrade: true, canWithdraw: false, ipRestricted: true, expiresMs: null }, unchecked: null },
    })
  })
  it.each([
    ['that can withdraw', { enableWithdrawals: true }, 'can withdraw money; make one without that right'],
    ['that may not trade futures', { enableFutures: false }, 'may not trade futures'],
    ['that has expired', { tradingAuthorityExpirationTime: 1_700_000_000_000 }, 'expired on 2023-11-14; make a new one'],
  ])('%s is refused', async (_, rights, expected) => {
    venue.rights = { ...venue.rights, ...rights }
    const probed = await probeKey(optionsFor(venue))
    expect(!probed.ok && probed.error).toContain(expected)
  })
  it('that only the futures side refuses lacks the right for futures', async () => {
    venue.fail('GET /fapi/v1/positionSide/dual', refused(-2015, 'Invalid API-key, IP, or permissions for action', 401))
    const probed = await probeKey(optionsFor(venue))
    expect(!probed.ok && probed.error).toContain('may not trade futures; allow it')
  })
  it('of a venue that does not tell rights is taken with a remark', async () => {
    venue.rights = null
    const probed = await probeKey(optionsFor(venue))
    expect(probed.ok && probed.value.unchecked).toContain('does not tell whether the key can withdraw')
  })
})

describe('proxies', () => {
  let proxy: Server
  let tunnels: string[] = []
  beforeEach(async () => {
    tunnels = []
    proxy = createServer()
    proxy.on('connect', (asked, socket, head) => {
      tunnels.push(asked.headers['proxy-authorization'] ?? 'none')
      const [host = '', port = ''] = (asked.url ?? '').split(':')
      const onward = connectTcp(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        onward.write(head)
        onward.pipe(socket)
        socket.pipe(onward)
      })
      onward.on('error', () => socket.destroy())
      socket.on('error', () => onward.destroy())
      socket.on('close', () => onward.destroy())
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
  })
  afterEach(() => proxy.closeAllConnections())
  const proxyUrl = (): string => {
    const address = proxy.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return `http://user:planted@127.0.0.1:${address.port}`
  }

  it('carry requests and the private stream, with their credentials', async () => {
    const { client, heard } = await connect(venue, { proxies: [proxyUrl()] })
    client.submit(request('twaE1'))
    await heard.report('accepted', 'twaE1')
    expect(tunnels.length).toBeGreaterThanOrEqual(2)
    expect(new Set(tunnels)).toEqual(new Set([`Basic ${Buffer.from('user:planted').toString('base64')}`]))
    await client.close()
  })
  it('give way to the next one when one is dead, and their credentials are never told', async () => {
    const dead = 'http://user:planted@127.0.0.1:9'
    const { client, heard } = await connect(venue, { proxies: [dead, proxyUrl()] })
    client.submit(request('twaE1'))
    await heard.report('accepted', 'twaE1')
    expect(JSON.stringify([heard.states, client.health()])).not.toContain('planted')
    await client.close()
    const only = await sentenceOf({ proxies: [dead] })
    expect(only).toContain('cannot be reached')
    expect(only).not.toContain('planted')
  })
})
