// Proves the numbers of the order flow by hand-made books and trades, when they are sent, and that a book out of step gives none.
import { describe, expect, it } from 'vitest'
import { OrderFlow } from '../../src-main/core/market/order-flow.ts'
import type { MeasureValues } from '../../src-shared/domain/measure.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import { BTC_PERPETUAL } from '../support/book-recordings.ts'
import { type Written, bookUpdate } from '../support/book-updates.ts'

type Sent = Extract<MarketEvent, { type: 'measures' }>
const START_MS = Date.UTC(2026, 0, 1)

/** Bids 100.0 × 3 and 99.9 × 1, asks 100.2 × 1 and 100.4 × 1. */
const SNAPSHOT: Written = {
  last: 1,
  bids: [
    [1_000, 3],
    [999, 1],
  ],
  asks: [
    [1_002, 1],
    [1_004, 1],
  ],
}

function begin() {
  const sent: Sent[] = []
  const requests: number[] = []
  const flow = new OrderFlow(BTC_PERPETUAL, {
    onMeasures: (event) => sent.push(event),
    onSnapshotNeeded: (attempt) => requests.push(attempt),
  })
  flow.start()
  const last = (): MeasureValues => sent.at(-1)?.values ?? {}
  return { flow, sent, requests, last }
}
const withBook = () => {
  const all = begin()
  all.flow.snapshot(bookUpdate(SNAPSHOT), START_MS)
  return all
}

describe('the measures of a book', () => {
  it('are those of its levels', () => {
    const { flow, sent, last } = withBook()
    flow.advanceTo(START_MS + 1_000)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ type: 'measures', instrumentId: 'BTC/USDT:USDT', validForMs: 5_000, tsEventMs: START_MS + 1_000 })
    const mid = 100.1
    expect(last()).toMatchObject({
      book_imbalance_5: 2 / 6,
      book_imbalance_10: 2 / 6,
      book_imbalance_20: 2 / 6,
      book_imbalance_10_mean: null,
      microprice: (100 * 1 + 100.2 * 3) / 4,
      bid_depth_10bp: 300,
      ask_depth_10bp: 100.2,
      kyle_lambda: null,
    })
    expect(last().spread_bp).toBeCloseTo((0.2 / mid) * 10_000, 9)
    // 25 basis points of 100.1 reach down to 99.85 and up to 100.35.
    expect([last().bid_depth_25bp, last().ask_depth_25bp]).toEqual([300 + 99.9, 100.2])
    expect([last().bid_depth_50bp, last().ask_depth_50bp]).toEqual([300 + 99.9, 100.2 + 100.4])
  })

  it('are sent once a second of event time, at the full second, however long the silence', () => {
    const { flow, sent } = withBook()
    for (const ms of [200, 999, 1_000, 1_001, 1_900, 2_100, 9_700]) flow.advanceTo(START_MS + ms)
    expect(sent.map(({ tsEventMs }) => tsEventMs - START_MS)).toEqual([1_000, 2_000, 9_000])
  })

  it('take a message that is dated back as of now', () => {
    const { flow, sent } = withBook()
    flow.advanceTo(START_MS + 1_500)
    flow.trade({ price: 100, quantity: 1, isBuy: true }, START_MS + 900)
    flow.advanceTo(START_MS + 2_000)
    expect([sent.length, flow.nowMs - START_MS, sent.at(-1)?.values.cvd]).toEqual([2, 2_000, 1])
  })

  it('have a mean of ten snapshots once there were ten in a row', () => {
    const { flow, last } = withBook()
    for (let second = 1; second <= 9; second += 1) flow.advanceTo(START_MS + second * 1_000)
    expect(last().book_imbalance_10_mean).toBeNull()
    flow.update(bookUpdate({ previous: 0, first: 1, last: 2, bids: [[1_000, 0]], asks: [] }), START_MS + 9_500)
    flow.advanceTo(START_MS + 10_000)
    expect(last().book_imbalance_10).toBe((1 - 2) / 3)
    expect(last().book_imbalance_10_mean).toBeCloseTo((9 * (2 / 6) - 1 / 3) / 10, 12)
  })

  it('are null at once when the book is lost, and come back with a new snapshot', () => {
    const { flow, sent, requests, last } = withBook()
    flow.trade({ price: 100, quantity: 1, isBuy: true }, START_MS + 100)
    flow.advanceTo(START_MS + 1_000)
    expect(flow.update(bookUpdate({ previous: 0, first: 1, last: 5 }), START_MS + 1_200)).toBe('applied')
    expect(flow.update(bookUpdate({ previous: 7, first: 8, last: 9 }), START_MS + 1_300)).toBe('resync')
    expect([sent.length, sent.at(-1)?.tsEventMs, requests]).toEqual([2, START_MS + 1_300, [0, 0]])
    expect(last().microprice).toBeNull()
    expect(last()).not.toHaveProperty('cvd')
    flow.advanceTo(START_MS + 2_000)
    expect([last().book_imbalance_10, last().cvd]).toEqual([null, 1])
    expect(flow.frame()).toMatchObject({ state: 'syncing', bids: [], asks: [], detail: expect.stringContaining('updates are missing') })
    flow.snapshot(bookUpdate({ ...SNAPSHOT, last: 9 }), START_MS + 2_100)
    flow.advanceTo(START_MS + 3_000)
    expect(last().spread_bp).toBeGreaterThan(0)
    expect(flow.frame()).toMatchObject({ state: 'synced', resyncs: 1 })
  })

  it('are null while the stream is silent, with the last levels still shown as stale', () => {
    const { flow, last } = withBook()
    flow.silent('no message for 5 s')
    expect(last().microprice).toBeNull()
    expect(flow.frame()).toMatchObject({
      state: 'stale',
      detail: 'no message for 5 s',
      bids: [
        [100, 3],
        [99.9, 1],
      ],
    })
    flow.update(bookUpdate({ previous: 0, first: 1, last: 2 }), START_MS + 6_000)
    flow.advanceTo(START_MS + 7_000)
    expect([last().microprice, flow.frame().state]).toEqual([(100 + 300.6) / 4, 'synced'])
  })
})

describe('the measures of trades', () => {
  it('are left out while no trade was ever told of', () => {
    const { flow, last } = withBook()
    flow.advanceTo(START_MS + 1_000)
    expect(Object.keys(last()).filter((name) => name.startsWith('cvd') || name === 'trade_rate')).toEqual([])
  })

  it('sum up what takers bought and sold', () => {
    const { flow, last } = begin()
    for (let second = 0; second <= 60; second += 1) {
      flow.trade({ price: 100, quantity: 2, isBuy: true }, START_MS + second * 1_000)
      flow.trade({ price: 100, quantity: 0.5, isBuy: false }, START_MS + second * 1_000 + 500)
    }
    flow.advanceTo(START_MS + 61_000)
    expect(last()).toMatchObject({ cvd: 61 * 1.5, cvd_1m: 60 * 1.5, cvd_5m: null, cvd_15m: null, cvd_1h: null, trade_rate: 2 })
  })

  it("give Kyle's lambda after 200 seconds: the price moves 0.1 per unit bought here", () => {
    const { flow, last } = withBook()
    let tick = 1_000
    let id = 1
    for (let second = 1; second <= 202; second += 1) {
      const signed = ((second * 7) % 5) - 2
      if (signed !== 0) flow.trade({ price: 100, quantity: Math.abs(signed), isBuy: signed > 0 }, START_MS + second * 1_000 + 100)
      const moved = tick + signed
      const update = {
        previous: id === 1 ? 0 : id,
        first: id,
        last: id + 1,
        bids: [
          [tick, 0],
          [tick - 1, 0],
          [moved, 1],
        ],
        asks: [
          [tick + 2, 0],
          [tick + 4, 0],
          [moved + 2, 1],
        ],
      } satisfies Written
      flow.update(bookUpdate(update), START_MS + second * 1_000 + 200)
      tick = moved
      id += 1
      if (second < 201) expect(last().kyle_lambda ?? null).toBeNull()
    }
    flow.advanceTo(START_MS + 203_000)
    expect(last().kyle_lambda).toBeCloseTo(0.1, 9)
  })

  it('come from candles where there are no trades: taker buys − the rest', () => {
    const { flow, last } = begin()
    for (let minute = 0; minute < 6; minute += 1) {
      flow.candle({ openTimeMs: START_MS + minute * 60_000, lengthMs: 60_000, volume: 10, takerBuyVolume: 6 })
    }
    expect(last()).toMatchObject({ cvd: 12, cvd_1m: 2, cvd_5m: 10, cvd_15m: null, trade_rate: null })
    flow.candle({ openTimeMs: START_MS + 8 * 60_000, lengthMs: 60_000, volume: 10, takerBuyVolume: 6 })
    expect(last()).toMatchObject({ cvd: 14, cvd_1m: 2, cvd_5m: null })
  })

  it('count forced orders in quote, by side', () => {
    const { flow, last } = begin()
    flow.trackForced()
    flow.trade({ price: 100, quantity: 1, isBuy: true }, START_MS)
    flow.forced({ price: 100, quantity: 2, isBuy: false }, START_MS + 1_000)
    flow.advanceTo(START_MS + 3_599_000)
    expect(last()).toMatchObject({ liquidation_buy: null, liquidation_sell: null })
    flow.advanceTo(START_MS + 3_600_000)
    expect(last()).toMatchObject({ liquidation_buy: 0, liquidation_sell: 200 })
  })
})

describe('the measures of trades that were missed', () => {
  const TRADES = [
    'cvd',
    'cvd_1m',
    'cvd_5m',
    'cvd_15m',
    'cvd_1h',
    'trade_rate',
    'kyle_lambda',
    'liquidation_buy',
    'liquidation_sell',
  ] as const
  const NONE = Object.fromEntries(TRADES.map((measure) => [measure, null]))
  const secondly = (flow: ReturnType<typeof begin>['flow'], from: number, to: number): void => {
    for (let second = from; second < to; second += 1) {
      flow.trade({ price: 100, quantity: 1 + (second % 3), isBuy: true }, START_MS + second * 1_000)
    }
  }
  /** An hour and some seconds of trades: every measure of trades but the slope of a mid that stands still is known. */
  const known = () => {
    const all = withBook()
    all.flow.trackForced()
    secondly(all.flow, 0, 3_700)
    return all
  }

  it('are null at once', () => {
    const { flow, sent, last } = known()
    for (const measure of TRADES) expect(last()[measure], measure).toEqual(expect.any(Number))
    const before = sent.length
    flow.loseTrades()
    expect([sent.length - before, sent.at(-1)?.tsEventMs, last()]).toEqual([1, flow.nowMs, NONE])
  })

  it('never fall to a false 0 while the book alone goes on', () => {
    const { flow, sent } = known()
    flow.loseTrades()
    const before = sent.length
    for (let second = 3_700; second < 4_200; second += 1) flow.advanceTo(START_MS + second * 1_000)
    expect(sent.length - before).toBe(500)
    for (const { values } of sent.slice(before)) for (const measure of TRADES) expect(values[measure] ?? null).toBeNull()
  })

  it('come back when their windows have been heard in full', () => {
    const { flow, last } = known()
    const { cumulative } = flow.windows
    flow.loseTrades()
    flow.trackForced()
    // The first second may have been heard in part: windows begin at 4,001 s.
    secondly(flow, 4_000, 4_061)
    expect(last()).toMatchObject(NONE)
    secondly(flow, 4_061, 4_062)
    const added = flow.windows.cumulative - cumulative
    expect(last()).toMatchObject({
      cvd: cumulative + added - (1 + (4_061 % 3)),
      cvd_1m: 120,
      cvd_5m: null,
      trade_rate: 1,
      kyle_lambda: null,
    })
    secondly(flow, 4_062, 4_201)
    expect(last().kyle_lambda).toBeNull()
    secondly(flow, 4_201, 4_302)
    expect(last()).toMatchObject({ cvd_5m: 600, cvd_15m: null, kyle_lambda: 0 })
    secondly(flow, 4_302, 7_602)
    expect(last()).toMatchObject({ cvd_1h: 7_200, liquidation_buy: 0, liquidation_sell: 0 })
  })

  it('say nothing when no trade had been told of', () => {
    const { flow, sent } = withBook()
    flow.loseTrades()
    flow.loseTrades()
    expect(sent).toEqual([])
  })

  it('come from candles again where those go on', () => {
    const { flow, last } = known()
    flow.loseTrades()
    flow.candle({ openTimeMs: START_MS + 3_720_000, lengthMs: 60_000, volume: 10, takerBuyVolume: 6 })
    expect(last()).toMatchObject({ cvd_1m: 2, cvd_5m: null, trade_rate: null })
  })
})

describe('a frame of the book', () => {
  it('has the trades since the one before, the newest 200 at most', () => {
    const { flow } = withBook()
    for (let i = 0; i < 250; i += 1) flow.trade({ price: 100, quantity: i + 1, isBuy: i % 2 === 0 }, START_MS + i)
    const { trades, tsMs } = flow.frame()
    expect([trades.length, trades[0]?.quantity, trades.at(-1), tsMs]).toEqual([
      200,
      51,
      { tsMs: START_MS + 249, price: 100, quantity: 250, side: 'sell' },
      START_MS + 249,
    ])
    expect(flow.frame().trades).toEqual([])
  })

  it('shows 50 levels a side at most', () => {
    const { flow } = begin()
    const many = (from: number, step: number): [number, number][] => Array.from({ length: 80 }, (_, i) => [from + i * step, 1])
    flow.snapshot(bookUpdate({ last: 1, bids: many(1_000, -1), asks: many(1_001, 1) }), START_MS)
    const { bids, asks } = flow.frame()
    expect([bids.length, asks.length, bids[49], asks[49]]).toEqual([50, 50, [95.1, 1], [105, 1]])
  })
})
