// Proves where a session begins on the market that it got, and when a live candle tells of trades that never came.
import { describe, expect, it } from 'vitest'
import { type Market, beginningOf } from '../../src-main/engine/market.ts'
import { SeenPrices } from '../../src-main/engine/seen-prices.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import { NO_SIGNALS, type RecoveredState } from '../../src-shared/events/journal-record.ts'
import { BTC, openPosition, riskState } from '../support/journal-records.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 5, 1)
const live: Market = {
  kind: 'live',
  notice: null,
  startMs: NOW_MS,
  oldestMs: NOW_MS - 30 * DAY_MS,
  endMs: Number.MAX_SAFE_INTEGER,
  createFeed: () => expect.fail('no feed is needed'),
  createContext: () => expect.fail('no context is needed'),
}
const recorded: Market = {
  ...live,
  kind: 'recorded',
  notice: 'Binance cannot be reached',
  startMs: Date.UTC(2025, 4, 21),
  oldestMs: Date.UTC(2025, 4, 1),
  endMs: Date.UTC(2025, 5, 20),
}
const journal = (marketMs: number, changes: Partial<RecoveredState> = {}): RecoveredState => ({
  orders: [],
  positions: [],
  balance: money('9000'),
  riskState: riskState(),
  lastClosed: [],
  paused: [],
  knownTradeIds: [],
  lastTradeId: null,
  marketMs,
  nextOrderNumber: 7,
  nextDecisionNumber: 8,
  nextPositionNumber: 9,
  signals: NO_SIGNALS,
  ...changes,
})

describe('where a session begins', () => {
  it('is the beginning of the market for a new journal', () => {
    expect(beginningOf(live, null)).toEqual({ ok: true, value: { recovered: null, startMs: NOW_MS } })
    expect(beginningOf(recorded, null)).toEqual({ ok: true, value: { recovered: null, startMs: recorded.startMs } })
  })

  it('is the end of the journal where this market can go on from there', () => {
    const yesterday = journal(NOW_MS - DAY_MS, { positions: [openPosition(1, NOW_MS - DAY_MS)] })
    expect(beginningOf(live, yesterday)).toEqual({ ok: true, value: { recovered: yesterday, startMs: NOW_MS - DAY_MS } })
  })

  it('is the beginning of the market, with the account, for a journal of another time', () => {
    const beginning = beginningOf(live, journal(recorded.startMs))
    expect(beginning).toMatchObject({
      ok: true,
      value: { startMs: NOW_MS, recovered: { marketMs: NOW_MS, balance: money('9000'), nextOrderNumber: 7 } },
    })
    expect(beginning.ok && beginning.value.recovered?.riskState).toMatchObject({
      dayStartEquity: 9000,
      peakEquity: 9000,
      tradingState: 'active',
      trips: [],
    })
  })

  it('keeps a trip that a person must lift, and lets go of one that time would have lifted', () => {
    const trip = { code: 'account_drawdown', message: 'lost too much', tsMs: 1, state: 'halted', resumeMs: null } as const
    const state = riskState({ tradingState: 'halted', trips: [trip, { ...trip, code: 'day_loss', resumeMs: 2 }] })
    const beginning = beginningOf(live, journal(recorded.startMs, { riskState: state }))
    expect(beginning.ok && beginning.value.recovered?.riskState).toMatchObject({ tradingState: 'halted', trips: [trip] })
  })

  it('is refused while something is open that belongs to another time, with the reason for this market', () => {
    const open = journal(NOW_MS, { positions: [openPosition(1, NOW_MS)] })
    expect(beginningOf(recorded, open)).toEqual({
      ok: false,
      error:
        'the journal ends at 2026-06-01T00:00:00.000Z with 1 open positions and 0 open orders, and the recorded market (Binance cannot be reached) cannot go on from there: close them on the market they belong to, or use another data directory',
    })
    expect(beginningOf(live, journal(NOW_MS - 31 * DAY_MS, { positions: [openPosition(1, NOW_MS)] })).ok).toBe(false)
  })
})

describe('the prices seen since the last candle', () => {
  const candle = (low: number, high: number) => ({ openTimeMs: 0, open: low, high, low, close: high, volume: 1 })
  const after = (...prices: number[]): SeenPrices => {
    const seen = new SeenPrices()
    for (const price of prices) seen.add(BTC, price)
    return seen
  }

  it.each([
    [[100, 90, 110], candle(90, 110), true],
    [[100, 90, 110], candle(89.99, 110.02), true],
    [[100, 90, 110], candle(89.9, 110), false],
    [[100, 90, 110], candle(90, 110.1), false],
    [[], candle(90, 110), false],
  ])('after trades at %j have shown %j: %s', (prices, closed, shown) => {
    expect(after(...prices).takeHasShown(BTC, closed)).toBe(shown)
  })

  it('count for one candle only', () => {
    const seen = after(90, 110)
    expect(seen.takeHasShown(BTC, candle(90, 110))).toBe(true)
    expect(seen.takeHasShown(BTC, candle(90, 110))).toBe(false)
  })
})
