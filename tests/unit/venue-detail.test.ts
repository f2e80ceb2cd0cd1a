// Proves that finer candles decide what happens inside a base candle: they are walked in their own order when something of ours may be touched,
// only those of that very candle, only when they make it up, and nothing is asked for while it can pass.
import { describe, expect, it } from 'vitest'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { detailCandles } from '../../src-main/core/simulation/detail-candles.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { DetailCandles, SimulatedVenue } from '../../src-main/core/simulation/venue.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import { handConfig } from '../support/hand-config.ts'
import { BTC, ETH, FRICTIONLESS, candleBetween, order } from '../support/venue-kit.ts'

const START_MS = Date.UTC(2025, 0, 6)
const FIVE_MS = 5 * MINUTE_MS

type Prices = readonly [open: number, high: number, low: number, close: number]
const candle = (openTimeMs: number, [open, high, low, close]: Prices, volume = 100): Candle => ({
  openTimeMs,
  open,
  high,
  low,
  close,
  volume,
})
const columnsOf = (candles: readonly Candle[]): CandleColumns => {
  const column = (name: keyof Candle): Float64Array => Float64Array.from(candles, (each) => each[name])
  return {
    openTimeMs: column('openTimeMs'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  }
}

const minutes = (fromMs: number, all: readonly Prices[]): Candle[] => all.map((prices, index) => candle(fromMs + index * MINUTE_MS, prices))
/** The candle that these make up. */
const whole = (parts: readonly Candle[]): Candle => ({
  openTimeMs: parts[0]?.openTimeMs ?? NaN,
  open: parts[0]?.open ?? NaN,
  high: Math.max(...parts.map(({ high }) => high)),
  low: Math.min(...parts.map(({ low }) => low)),
  close: parts.at(-1)?.close ?? NaN,
  volume: parts.reduce((total, { volume }) => total + volume, 0),
})

const FIRST = minutes(START_MS, [
  [100, 102, 99, 101],
  [101, 108, 101, 107],
  [107, 107, 103, 104],
  [104, 105, 92, 93],
  [93, 96, 93, 95],
])
const SECOND = minutes(START_MS + FIVE_MS, [
  [95, 96, 94, 95],
  [95, 97, 95, 96],
  [96, 98, 96, 97],
  [97, 99, 97, 98],
  [98, 99, 98, 99],
])

describe('finer candles', () => {
  const detail = detailCandles(columnsOf([...FIRST, ...SECOND]), MINUTE_MS)

  it('are found inside their base candle, wherever one begins to look', () => {
    for (const parts of [SECOND, FIRST, SECOND]) {
      expect(detail.inside(whole(parts), FIVE_MS)).toBe(5)
      expect(parts.map((_, index) => ({ ...detail.at(index) }))).toEqual(parts)
    }
  })

  it('may have gaps as long as they make up the candle', () => {
    const gappy = detailCandles(columnsOf([...FIRST.slice(0, 2), ...FIRST.slice(3)]), MINUTE_MS)
    expect(gappy.inside(whole(FIRST), FIVE_MS)).toBe(4)
  })

  it.each([
    ['the low is missing', FIRST.filter(({ low }) => low !== 92)],
    ['the high is missing', FIRST.filter(({ high }) => high !== 108)],
    ['the first is missing', FIRST.slice(1)],
    ['the last is missing', FIRST.slice(0, -1)],
    ['one reaches farther', FIRST.map((part) => (part.low === 92 ? { ...part, low: 91 } : part))],
    ['none is known', SECOND],
  ])('are not believed when %s', (_name, parts) => {
    expect(detailCandles(columnsOf(parts), MINUTE_MS).inside(whole(FIRST), FIVE_MS)).toBe(0)
  })
})

/** A loop on candles of five minutes, with a long of 1 BTC at 100, its stop at 95 and its target at 106. */
function trading(detail: DetailCandles | null, instruments = [BTC]) {
  const config = handConfig({ startMs: START_MS, start: 1, speak: () => null })
  const kernel = new Kernel({ ...config, instruments, baseTimeframe: '5m' }, null)
  const set: [ms: number, price: number][] = []
  const inner = createSimulatedVenue(instruments, FRICTIONLESS)
  const venue: SimulatedVenue = {
    ...inner,
    setPrice(id, tsMs, price, volume) {
      if (id === BTC.id) set.push([(tsMs - START_MS) / MINUTE_MS, price])
      inner.setPrice(id, tsMs, price, volume)
    },
  }
  for (const instrument of instruments) inner.setPrice(instrument.id, START_MS - 1, 100, 1_000)
  const loop = new TradingLoop({ kernel, venue, sink: { append: () => {}, commit: () => true }, detail: [detail] })
  loop.start()
  const hold = (): void => {
    inner.submit(order({ quantity: '1' }), START_MS - 1)
    inner.submit(order({ id: 'stop', side: 'sell', type: 'stop_market', reduceOnly: true, triggerPrice: '95' }), START_MS - 1)
    inner.submit(order({ id: 'target', side: 'sell', type: 'limit', reduceOnly: true, limitPrice: '106' }), START_MS - 1)
    inner.advanceTo(START_MS - 1)
  }
  const step = (...candles: readonly Candle[]): void => {
    for (const [index, each] of candles.entries()) Object.assign(loop.nextCandle(index), each)
    loop.endStep()
  }
  const closed = (): string => {
    inner.requestSnapshot(null, kernel.nowMs)
    const snapshot = inner.advanceTo(kernel.nowMs).find((report) => report.type === 'snapshot')
    return snapshot?.type === 'snapshot' ? snapshot.fills.map(({ clientOrderId }) => clientOrderId).join(' ') : 'none'
  }
  return { loop, venue, set, hold, step, closed }
}

describe('a base candle that reaches stop and target', () => {
  it('hits the stop first when nothing finer is known', () => {
    const { hold, step, closed, loop } = trading(null)
    hold()
    step(whole(FIRST))
    expect(closed()).toMatch(/^order\d+ stop$/)
    expect(loop.walked).toEqual([{ fine: 0, coarse: 1 }])
  })

  it('hits whichever came first by the finer candles inside it', () => {
    const { hold, step, closed, loop } = trading(detailCandles(columnsOf([...FIRST, ...SECOND]), MINUTE_MS))
    hold()
    step(whole(FIRST))
    expect(closed()).toMatch(/^order\d+ target$/)
    expect(loop.walked).toEqual([{ fine: 1, coarse: 0 }])
  })

  it('walks each finer candle by the same pessimistic path, by what is open at its beginning', () => {
    const { hold, step, set } = trading(detailCandles(columnsOf(FIRST), MINUTE_MS))
    hold()
    step(whole(FIRST))
    // Low before high while the long is open; flat from the second minute on, the extreme nearer to the open comes first.
    expect(set.map(([, price]) => price)).toEqual([
      100, 99, 102, 101, 101, 101, 108, 107, 107, 107, 103, 104, 104, 105, 92, 93, 93, 93, 96, 95,
    ])
    expect(set.map(([minute]) => minute).slice(0, 5)).toEqual([0, 1 / 3, 2 / 3, 1, 1])
    expect(set.at(-1)?.[0]).toBe(5)
  })

  it('falls back to its own path when the finer candles do not make it up', () => {
    const { hold, step, closed, loop } = trading(detailCandles(columnsOf(FIRST.filter(({ low }) => low !== 92)), MINUTE_MS))
    hold()
    step(whole(FIRST))
    expect(closed()).toMatch(/^order\d+ stop$/)
    expect(loop.walked).toEqual([{ fine: 0, coarse: 1 }])
  })
})

describe('finer candles are not asked for', () => {
  const counting = (): { detail: DetailCandles; asked: () => number } => {
    let asked = 0
    const inner = detailCandles(columnsOf([...FIRST, ...SECOND]), MINUTE_MS)
    return { detail: { ...inner, inside: (base, ms) => ((asked += 1), inner.inside(base, ms)) }, asked: () => asked }
  }

  it('while the base candle can pass', () => {
    const { detail, asked } = counting()
    const { step, hold, set } = trading(detail)
    hold()
    step(candle(START_MS, [100, 105, 96, 100]))
    expect([asked(), set]).toEqual([0, []])
  })

  it('of an instrument in which nothing of ours is, when another one is walked', () => {
    const { detail, asked } = counting()
    const { step, venue, loop } = trading(detail, [BTC, ETH])
    venue.submit(order({ instrumentId: ETH.id, type: 'limit', limitPrice: '99', quantity: '5' }), START_MS - 1)
    venue.advanceTo(START_MS - 1)
    step(whole(FIRST), candle(START_MS, [100, 101, 98, 100]))
    expect(asked()).toBe(0)
    expect(loop.walked).toEqual([
      { fine: 0, coarse: 0 },
      { fine: 0, coarse: 1 },
    ])
  })
})

it('an order that has arrived, or is about to, is a stake', () => {
  const venue = createSimulatedVenue([BTC, ETH], { ...FRICTIONLESS, latencyMs: 50 })
  venue.setPrice(BTC.id, 0, 100, 1)
  expect(venue.hasStake(BTC.id)).toBe(false)
  venue.submit(order(), 0)
  expect([venue.hasStake(BTC.id), venue.hasStake(ETH.id)]).toEqual([true, false])
  venue.advanceTo(1_000)
  expect(venue.hasStake(BTC.id)).toBe(true)
  venue.submit(order({ side: 'sell' }), 1_000)
  venue.advanceTo(2_000)
  expect(venue.hasStake(BTC.id)).toBe(false)
  expect(venue.isUntouched(BTC.id, candleBetween(1, 1_000))).toBe(true)
})

it('finer candles that are not finer are refused', () => {
  for (const lengthMs of [FIVE_MS, 2 * MINUTE_MS, 0])
    expect(() => trading(detailCandles(columnsOf(FIRST), lengthMs))).toThrow(
      `BTC/USDT:USDT: finer candles of ${lengthMs} ms, expected a part of the base candle of 300000 ms`,
    )
})
