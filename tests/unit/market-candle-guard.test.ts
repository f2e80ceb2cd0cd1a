// Proves that no unusable candle passes the guard, that a faulty one leaves no trace in it, and that gaps are counted and worded exactly.
import { describe, expect, it } from 'vitest'
import type { Candle, CandleFault } from '../../src-shared/domain/candle.ts'
import { CandleGuard } from '../../src-shared/domain/candle-guard.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { badCandleIncident, gapIncident } from '../../src-shared/events/feed-incident.ts'
import { flatCandle } from '../support/market-candles.ts'

const MINUTE = 60_000
const START = Date.UTC(2025, 4, 21, 13)
const good: Candle = { openTimeMs: START + MINUTE, open: 100, high: 102, low: 99, close: 101, volume: 5 }

const FAULTY: readonly (readonly [string, Partial<Candle>, CandleFault])[] = [
  ['a NaN price', { close: Number.NaN }, 'not_finite'],
  ['an infinite volume', { volume: Number.POSITIVE_INFINITY }, 'not_finite'],
  ['opposite infinities', { high: Number.POSITIVE_INFINITY, low: Number.NEGATIVE_INFINITY }, 'not_finite'],
  ['a NaN open time', { openTimeMs: Number.NaN }, 'not_finite'],
  ['a price of zero', { low: 0 }, 'zero_price'],
  ['a negative price', { open: -1 }, 'zero_price'],
  ['a high below the low', { open: 100, close: 100, high: 99, low: 101 }, 'crossed'],
  ['an open above the high', { open: 103 }, 'crossed'],
  ['a close below the low', { close: 98 }, 'crossed'],
  ['a negative volume', { volume: -0.001 }, 'negative_volume'],
  ['an open time between two minutes', { openTimeMs: START + MINUTE + 1 }, 'misaligned'],
  ['the open time of the candle before', { openTimeMs: START }, 'duplicate'],
  ['an open time before the candle before', { openTimeMs: START - MINUTE }, 'out_of_order'],
]

describe('candle guard', () => {
  it.each(FAULTY)('refuses %s', (_, change, fault) => {
    const guard = new CandleGuard(MINUTE, START)
    expect(guard.check({ ...good, ...change })).toBe(fault)
  })

  it('accepts a candle without trades', () => {
    expect(new CandleGuard(MINUTE).check(flatCandle(START, 100, 0))).toBeNull()
  })

  it('measures the next candle against the last good one, not against a faulty one', () => {
    const guard = new CandleGuard(MINUTE, START)
    expect(guard.check({ ...good, openTimeMs: START + 5 * MINUTE, high: Number.NaN })).toBe('not_finite')
    expect(guard.check(good)).toBeNull()
    expect(guard.missing).toBe(0)
    expect(guard.lastOpenMs).toBe(good.openTimeMs)
  })

  it('counts the candles missing before a good one and says where they begin', () => {
    const guard = new CandleGuard(MINUTE, START)
    expect(guard.check({ ...good, openTimeMs: START + 4 * MINUTE })).toBeNull()
    expect(guard.missing).toBe(3)
    expect(guard.missingFromMs).toBe(START + MINUTE)
    expect(guard.check({ ...good, openTimeMs: START + 5 * MINUTE })).toBeNull()
    expect(guard.missing).toBe(0)
  })

  it('knows no gap before its first candle', () => {
    const guard = new CandleGuard(MINUTE)
    expect(guard.check(good)).toBeNull()
    expect(guard.missing).toBe(0)
  })
})

describe('feed incidents', () => {
  const btc = instrumentId('BTC/USDT:USDT')

  it('name the instrument, the time and the values of a bad candle', () => {
    const incident = badCandleIncident(btc, { ...good, high: 98 }, 'crossed')
    expect(incident).toEqual({
      instrumentId: btc,
      kind: 'bad_candle',
      fault: 'crossed',
      fromMs: good.openTimeMs,
      missing: 0,
      message: 'BTC/USDT:USDT candle 2025-05-21T13:01:00.000Z is not used: open 100 and close 101 do not lie between low 99 and high 98',
    })
  })

  it.each(FAULTY)('can be written for %s', (_, change, fault) => {
    expect(badCandleIncident(btc, { ...good, ...change }, fault).message).toMatch(/^BTC\/USDT:USDT candle .+ is not used: .+/)
  })

  it('name the first missing candle of a gap', () => {
    const guard = new CandleGuard(MINUTE, START)
    guard.check({ ...good, openTimeMs: START + 3 * MINUTE })
    expect(gapIncident(btc, guard)).toEqual({
      instrumentId: btc,
      kind: 'gap',
      fault: null,
      fromMs: START + MINUTE,
      missing: 2,
      message: 'BTC/USDT:USDT: 2 candles are missing from 2025-05-21T13:01:00.000Z',
    })
  })
})
