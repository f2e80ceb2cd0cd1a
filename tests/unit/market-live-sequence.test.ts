// Proves the order of live events: each candle once and in turn, trades never before the candle they follow, holes told as gaps.
import { describe, expect, it } from 'vitest'
import { LiveSequence } from '../../src-main/adapters/ccxt/live-sequence.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { flatCandle } from '../support/market-candles.ts'
import { HeardEvents, LENGTH_MS } from '../support/market-events.ts'

const T0 = 1_700_000_040_000
const [btc, eth] = [instrumentId('BTCUSDT'), instrumentId('ETHUSDT')]
const candle = (minute: number, at = 100 + minute) => flatCandle(T0 + minute * LENGTH_MS, at)
const candles = (...all: readonly number[]) => all.map((minute) => candle(minute))

function begin(fromMs = T0): { sequence: LiveSequence; heard: HeardEvents; said: () => string[] } {
  const heard = new HeardEvents()
  const sequence = new LiveSequence([btc, eth], LENGTH_MS, { fromMs, events: heard })
  const said = (): string[] =>
    heard.events.map((event) => {
      if (event.type === 'candle') return `${event.instrumentId.slice(0, 3)} ${(event.candle.openTimeMs - T0) / LENGTH_MS}`
      return event.type === 'trade' ? `${event.instrumentId.slice(0, 3)} trade ${event.price}` : event.type
    })
  return { sequence, heard, said }
}
const trade = (id: typeof btc, price: number, atMs: number) =>
  ({ type: 'trade', instrumentId: id, price, quantity: 1, tsEventMs: T0 + atMs }) as const

describe('live sequence', () => {
  it('is behind until it knows what is closed, and until all of it is settled', () => {
    const { sequence } = begin()
    expect(sequence.isBehind).toBe(true)
    sequence.note(candle(0), true)
    sequence.settleNext(btc, candle(0))
    expect(sequence.isBehind).toBe(true)
    expect([sequence.missing(btc), sequence.missing(eth)]).toEqual([null, { fromMs: T0, count: 1 }])
    sequence.settleNext(eth, candle(0))
    expect(sequence.isBehind).toBe(false)
  })

  it('learns from a growing candle that the one before it has closed', () => {
    const { sequence } = begin()
    sequence.note(candle(3), false)
    expect(sequence.missing(btc)).toEqual({ fromMs: T0, count: 3 })
    sequence.settleFetched([
      { id: btc, candles: candles(0, 1, 2, 3) },
      { id: eth, candles: candles(0, 1, 2, 3) },
    ])
    expect(sequence.isBehind).toBe(false)
  })

  it('begins with the candle whose close comes next after the start', () => {
    const { sequence } = begin(T0 + 30_000)
    sequence.note(candle(0), true)
    expect(sequence.missing(btc)).toEqual({ fromMs: T0, count: 1 })
  })

  it('takes from the stream only the very next candle', () => {
    const { sequence, said } = begin()
    for (const minute of [1, 0, 0, 2, 1]) sequence.settleNext(btc, candle(minute))
    expect(said()).toEqual(['BTC 0', 'BTC 1'])
  })

  it('hands over fetched candles of all instruments in order of time, without the growing one', () => {
    const { sequence, said } = begin()
    sequence.note(candle(2), false)
    expect(
      sequence.settleFetched([
        { id: btc, candles: candles(0, 1, 2) },
        { id: eth, candles: candles(0, 1, 2) },
      ]),
    ).toBe(true)
    expect(said()).toEqual(['BTC 0', 'ETH 0', 'BTC 1', 'ETH 1'])
  })

  it('waits for an instrument whose candles came later than the others', () => {
    const { sequence, said } = begin()
    sequence.note(candle(3), true)
    sequence.settleFetched([
      { id: btc, candles: candles(0, 1, 2, 3) },
      { id: eth, candles: candles(0, 1) },
    ])
    expect(said()).toEqual(['BTC 0', 'ETH 0', 'BTC 1', 'ETH 1'])
    sequence.settleFetched([
      { id: btc, candles: candles(2, 3) },
      { id: eth, candles: candles(2, 3) },
    ])
    expect(said().slice(4)).toEqual(['BTC 2', 'ETH 2', 'BTC 3', 'ETH 3'])
  })

  it('says that nothing moved when the venue has nothing new, and reports the gap after giving up', () => {
    const { sequence, heard, said } = begin()
    sequence.note(candle(1), true)
    expect(
      sequence.settleFetched([
        { id: btc, candles: [] },
        { id: eth, candles: [] },
      ]),
    ).toBe(false)
    sequence.giveUpMissing()
    expect(sequence.isBehind).toBe(false)
    sequence.settleNext(btc, candle(2))
    expect(said()).toEqual(['BTC 2'])
    expect(heard.incidents.map(({ kind, missing, fromMs }) => [kind, missing, fromMs])).toEqual([['gap', 2, T0]])
  })

  it('reports a faulty fetched candle, never emits it, and goes on', () => {
    const { sequence, heard, said } = begin()
    sequence.note(candle(2), true)
    const withFault = [candle(0), { ...candle(1), low: 1_000 }, candle(2)]
    sequence.settleFetched([
      { id: btc, candles: withFault },
      { id: eth, candles: candles(0, 1, 2) },
    ])
    expect(said()).toEqual(['BTC 0', 'ETH 0', 'ETH 1', 'BTC 2', 'ETH 2'])
    expect(heard.incidents.map(({ kind, fault, missing }) => [kind, fault, missing])).toEqual([
      ['bad_candle', 'crossed', 0],
      ['gap', null, 1],
    ])
  })

  it('holds trades back until the candle before them has come, and keeps the lowest, the highest and the newest', () => {
    const { sequence, said } = begin()
    sequence.trade(trade(btc, 1, 59_999))
    for (const [row, price] of [5, 2, 4, 9, 6, 3].entries()) sequence.trade(trade(btc, price, 60_000 + 10 * row))
    sequence.trade(trade(eth, 4, 60_035))
    expect(said()).toEqual(['BTC trade 1'])
    sequence.settleNext(btc, candle(0))
    expect(said()).toEqual(['BTC trade 1', 'BTC 0'])
    sequence.settleNext(eth, candle(0))
    expect(said()).toEqual(['BTC trade 1', 'BTC 0', 'ETH 0', 'BTC trade 2', 'BTC trade 9', 'ETH trade 4', 'BTC trade 3'])
  })

  it('drops a trade that was overtaken by one of its own instrument or by its candle', () => {
    const { sequence, said } = begin()
    sequence.trade(trade(btc, 1, 500))
    sequence.trade(trade(btc, 2, 499))
    sequence.settleNext(btc, candle(0))
    sequence.trade(trade(btc, 3, 59_999))
    expect(said()).toEqual(['BTC trade 1', 'BTC 0'])
  })

  it('keeps a trade that only another instrument has overtaken, at the time that the market has reached', () => {
    const { sequence, heard, said } = begin()
    sequence.trade(trade(btc, 1, 500))
    sequence.trade(trade(eth, 2, 499))
    expect(said()).toEqual(['BTC trade 1', 'ETH trade 2'])
    expect(heard.events.map((event) => event.type === 'trade' && event.tsEventMs - T0)).toEqual([500, 500])
    expect(sequence.lastEventMs).toBe(T0 + 500)
  })

  it('does not believe a candle off the grid', () => {
    const { sequence } = begin()
    sequence.note({ ...candle(0), openTimeMs: T0 + 1 }, true)
    sequence.note({ ...candle(0), openTimeMs: Number.NaN }, true)
    expect(sequence.missing(btc)).toBeNull()
  })

  it('refuses an instrument it was not made for', () => {
    expect(() => begin().sequence.missing(instrumentId('SOLUSDT'))).toThrow('SOL/USDT:USDT')
  })
})
