// Proves on recorded payloads that Binance's words become ours exactly, that unfamiliar ones are refused or skipped, and that no secret survives an error.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseInstrument } from '../../src-main/adapters/ccxt/binance-instrument.ts'
import { candleFromRow, parseStreamMessage } from '../../src-main/adapters/ccxt/binance-messages.ts'
import { errorText, redact } from '../../src-main/adapters/ccxt/redact.ts'
import { candleFault } from '../../src-shared/domain/candle-guard.ts'
import { toText } from '../../src-shared/domain/decimal.ts'

type Payloads = { exchangeInfo: string; klines: string; streamMessages: { name: string; messages: string[] }[] }
const payloads: Payloads = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures/market/binance-payloads.json'), 'utf8'))
const symbols: Record<string, unknown>[] = JSON.parse(payloads.exchangeInfo).symbols
const btc = symbols.find(({ symbol }) => symbol === 'BTCUSDT') ?? {}
const message = (name: string): unknown =>
  JSON.parse(payloads.streamMessages.find((each) => each.name.endsWith(name))?.messages[0] ?? 'null')

describe('a Binance market', () => {
  it('becomes an instrument with exact figures from its text', () => {
    const parsed = parseInstrument(btc)
    if (!parsed.ok) throw new Error(parsed.error)
    const { id, venue, base, quote, settle, leverageMax, brackets, ...figures } = parsed.value
    expect(brackets).toBeUndefined()
    expect({ id, venue, base, quote, settle, leverageMax }).toEqual({
      id: 'BTC/USDT:USDT',
      venue: 'binanceusdm',
      base: 'BTC',
      quote: 'USDT',
      settle: 'USDT',
      leverageMax: 125,
    })
    expect(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, toText(value)]))).toEqual({
      tickSize: '0.1',
      lotSize: '0.001',
      minQuantity: '0.001',
      maxQuantity: '1000',
      maxMarketQuantity: '120',
      minNotional: '100',
      contractSize: '1',
      makerFeeRate: '0.0002',
      takerFeeRate: '0.0005',
      maintenanceMarginRate: '0.004',
    })
  })

  it('of an unknown symbol gets careful margin figures', () => {
    const parsed = parseInstrument({ ...btc, symbol: 'XYZUSDT', baseAsset: 'XYZ' })
    expect(parsed.ok && [parsed.value.id, toText(parsed.value.maintenanceMarginRate), parsed.value.leverageMax]).toEqual([
      'XYZ/USDT:USDT',
      '0.025',
      20,
    ])
  })

  it.each<[string, unknown, string]>([
    ['no filters', { ...btc, filters: [] }, 'Binance market BTCUSDT: filter LOT_SIZE is missing'],
    [
      'a float where text belongs',
      {
        ...btc,
        filters: [
          { filterType: 'LOT_SIZE', stepSize: 0.001 },
          { filterType: 'PRICE_FILTER', tickSize: 0.1 },
        ],
      },
      'Binance market BTCUSDT: tickSize is 0.1, expected text',
    ],
    ['no base asset', { ...btc, baseAsset: undefined }, 'Binance market BTCUSDT: baseAsset is undefined, expected text'],
    ['nothing at all', null, 'Binance market null is not an object'],
  ])('with %s is refused with a sentence', (_, symbol, sentence) => {
    expect(parseInstrument(symbol)).toEqual({ ok: false, error: sentence })
  })
})

describe('a stream message', () => {
  it('with a kline becomes a candle that is still growing', () => {
    expect(parseStreamMessage(message('Spot/ExchangeData/Klines.txt'))).toEqual({
      type: 'kline',
      marketId: 'BNBBTC',
      interval: '1m',
      candle: { openTimeMs: 123_400_000, open: 0.001, high: 0.0025, low: 0.0015, close: 0.002, volume: 1000 },
      closed: false,
    })
  })

  it('with an aggregated trade becomes a trade', () => {
    const expected = { type: 'trade', marketId: 'BNBBTC', price: 0.001, quantity: 100, tsEventMs: 1_672_515_782_136 }
    expect(parseStreamMessage(message('AggregatedTrades.txt'))).toEqual(expected)
  })

  it.each(['UsdFutures/ContKlines.txt', 'UsdFutures/MarkPrice.txt'])('of another kind is skipped: %s', (name) => {
    expect(message(name)).not.toBeNull()
    expect(parseStreamMessage(message(name))).toBeNull()
  })

  it.each([
    null,
    7,
    'text',
    {},
    { result: null, id: 1 },
    { e: 'kline', s: 'BTCUSDT' },
    { e: 'aggTrade', s: 'BTCUSDT', p: '0', q: '1', T: 1 },
  ])('that makes no sense is skipped: %j', (nonsense) => {
    expect(parseStreamMessage(nonsense)).toBeNull()
  })

  it('with an unreadable price becomes a candle that the guard refuses', () => {
    const parsed = parseStreamMessage({
      e: 'kline',
      s: 'BTCUSDT',
      k: { t: 60_000, i: '1m', o: '1', h: '1', l: '1', c: 'x', v: '', x: true },
    })
    expect(parsed?.type === 'kline' && candleFault(parsed.candle, 60_000)).toBe('not_finite')
  })

  it('and a row of the candle list say the same of a candle', () => {
    const row = JSON.parse(payloads.klines)[0]
    expect(candleFromRow(row)).toEqual({
      openTimeMs: 1_602_633_600_000,
      open: 11419.36,
      high: 11550,
      low: 11280.5,
      close: 11417.13,
      volume: 192_936.97,
    })
  })
})

describe('the redactor', () => {
  const SECRETS: readonly (readonly [string, string])[] = [
    ['https://fapi.binance.com/fapi/v1/order?symbol=BTCUSDT&timestamp=1&signature=abcdef0123 timed out', 'abcdef0123'],
    ['wss://fstream.binance.com/private/ws?listenKey=pqia91ma19a5s61cv6a81va65sdf19v8 closed', 'pqia91ma19a5s61'],
    ['{"apiKey":"vmPUZE6mv9SD5VNH","secret":"NhqPtmdSJYdKjVHj"}', 'vmPUZE6mv9SD5VNH'],
    ['{"apiKey":"vmPUZE6mv9SD5VNH","secret":"NhqPtmdSJYdKjVHj"}', 'NhqPtmdSJYdKjVHj'],
    ['X-MBX-APIKEY: vmPUZE6mv9SD5VNH', 'vmPUZE6mv9SD5VNH'],
    ['Authorization: Bearer tokentokentoken', 'tokentokentoken'],
    ['connect failed: http://user:password1@proxy.example:8080', 'password1'],
    ['access_token=eyJhbGciOi&scope=x', 'eyJhbGciOi'],
  ]
  it.each(SECRETS)('takes the secret out of %s', (text, secret) => {
    expect(redact(text)).not.toContain(secret)
    expect(errorText(new Error(text))).not.toContain(secret)
  })

  it('keeps what helps to find the fault', () => {
    expect(redact(SECRETS[0]?.[0] ?? '')).toBe('https://fapi.binance.com/fapi/v1/order?symbol=BTCUSDT&timestamp=1&signature=… timed out')
    expect(errorText(new RangeError('limit 7\n is too large'))).toBe('RangeError: limit 7 is too large')
  })

  it('limits the length', () => {
    expect(redact('x'.repeat(10_000)).length).toBe(301)
  })
})
