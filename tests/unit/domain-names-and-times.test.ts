// Proves that an id is granted only to text that fits every venue, that instruments are named one way, and that bars, days and weeks
// begin where UTC says.
import { describe, expect, it } from 'vitest'
import {
  clientOrderId,
  decisionId,
  instrumentId,
  positionId,
  sessionId,
  strategyId,
  tradeId,
  venueOrderId,
} from '../../src-shared/domain/ids.ts'
import { err, ensure, ok, unreachable } from '../../src-shared/domain/result.ts'
import { DAY_MS, TIMEFRAMES, TIMEFRAME_MS, barOpenMs, isTimeframe, utcDayMs, utcWeekMs } from '../../src-shared/domain/time.ts'

describe('instrument ids', () => {
  it.each([
    ['BTC/USDT:USDT', 'BTC/USDT:USDT'],
    ['BTCUSDT', 'BTC/USDT:USDT'],
    ['1000PEPEUSDT', '1000PEPE/USDT:USDT'],
    ['ETHUSDC', 'ETH/USDC:USDC'],
    ['BTC/USD:BTC', 'BTC/USD:BTC'],
  ])('read %s as %s', (text, expected) => {
    expect(instrumentId(text)).toBe(expected)
  })
  it.each(['', 'BTC', 'USDT', 'btcusdt', 'BTC/USDT', 'BTC-USDT', 'BTC/USDT:USDT ', 'BTC/USDT:USDT\n', 'A'.repeat(21) + 'USDT'])(
    'refuse %j and name it',
    (text) => {
      expect(() => instrumentId(text)).toThrow(`"${text}"`)
    },
  )
})

describe('ids', () => {
  it.each([
    [clientOrderId, 'tw12e', 'A'.repeat(32)],
    [venueOrderId, '8389765-x_1', 'a'.repeat(64)],
    [tradeId, '42', 'a'.repeat(64)],
    [positionId, 'p-1', 'a'.repeat(64)],
    [strategyId, 'trend-adaptive', 'a'.repeat(64)],
    [decisionId, 'd-1', 'a'.repeat(64)],
    [sessionId, 's-1', 'a'.repeat(64)],
  ])('accept what is plain and refuse what is longer, empty or spaced', (make, plain, longest) => {
    expect(make(plain)).toBe(plain)
    expect(make(longest)).toBe(longest)
    for (const bad of ['', ' ', `${longest}a`, `${plain} `, `${plain}\n`, 'ä', '../x']) expect(() => make(bad)).toThrow(RangeError)
  })
  it('of ours carry nothing that a venue may refuse', () => {
    for (const bad of ['a-b', 'a_b', 'a.b']) expect(() => clientOrderId(bad)).toThrow(RangeError)
  })
})

describe('times', () => {
  const noon = Date.UTC(2025, 4, 21, 12, 34, 56, 789)

  it('find the bar that contains them', () => {
    expect(barOpenMs(noon, TIMEFRAME_MS['1m'])).toBe(Date.UTC(2025, 4, 21, 12, 34))
    expect(barOpenMs(noon, TIMEFRAME_MS['15m'])).toBe(Date.UTC(2025, 4, 21, 12, 30))
    expect(barOpenMs(noon, TIMEFRAME_MS['4h'])).toBe(Date.UTC(2025, 4, 21, 12))
    expect(barOpenMs(Date.UTC(2025, 4, 21, 12), TIMEFRAME_MS['4h'])).toBe(Date.UTC(2025, 4, 21, 12))
  })
  it('find the day, to the millisecond', () => {
    expect(utcDayMs(noon)).toBe(Date.UTC(2025, 4, 21))
    expect(utcDayMs(Date.UTC(2025, 4, 22) - 1)).toBe(Date.UTC(2025, 4, 21))
    expect(utcDayMs(Date.UTC(2025, 4, 22))).toBe(Date.UTC(2025, 4, 22))
  })
  it('find the Monday of every day for years, as the calendar has it', () => {
    for (let day = Date.UTC(2019, 11, 25); day < Date.UTC(2030, 0, 10); day += DAY_MS) {
      const weekday = (new Date(day).getUTCDay() + 6) % 7
      expect(utcWeekMs(day)).toBe(day - weekday * DAY_MS)
      expect(utcWeekMs(day + DAY_MS - 1)).toBe(day - weekday * DAY_MS)
    }
  })
  it('know the timeframes and nothing else', () => {
    expect(TIMEFRAMES.every(isTimeframe)).toBe(true)
    for (const text of ['', '2m', '1M', '60', 'toString']) expect(isTimeframe(text)).toBe(false)
    for (const [index, timeframe] of TIMEFRAMES.entries()) {
      const next = TIMEFRAMES[index + 1]
      if (next !== undefined) expect(TIMEFRAME_MS[next] % TIMEFRAME_MS[timeframe]).toBe(0)
    }
  })
})

describe('results', () => {
  it('are either a value or an error', () => {
    expect(ok(1)).toEqual({ ok: true, value: 1 })
    expect(err('no')).toEqual({ ok: false, error: 'no' })
  })
  it('stop on a broken invariant and on a value from outside its type, naming it', () => {
    expect(() => ensure(true, 'fine')).not.toThrow()
    expect(() => ensure(false, 'sum of ledger 1, balance 2')).toThrow('invariant broken: sum of ledger 1, balance 2')
    expect(() => unreachable('later' as never, 'order state')).toThrow('order state: unexpected "later"')
  })
})
