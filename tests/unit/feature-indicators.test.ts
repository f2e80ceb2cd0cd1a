// Proves that each indicator agrees with an independent implementation on real candles to 1e-9 relative, or with its plain definition
// where that library rounds, differs or has none.
import { ADX, ATR, BollingerBands, EMA, MACD, ROC, SMA, WEMA } from 'technicalindicators'
import { describe, expect, it } from 'vitest'
import { computeFeatures } from '../../src-main/core/features/feature-set.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { realCandles } from '../support/strategy-candles.ts'

const candles = realCandles()
const close = [...candles.close]
const high = [...candles.high]
const low = [...candles.low]
const count = close.length
const at = (values: readonly number[], index: number): number => values[index] ?? NaN

function feature(name: string, columns: CandleColumns = candles): number[] {
  const out = new Float64Array(columns.close.length)
  const computed = computeFeatures([name], columns, [out])
  if (!computed.ok) throw new Error(computed.error.message)
  return [...out]
}

/** Compares the ends of both series, from `from` candles on: the library leaves its warm-up out instead of giving NaN. */
function expectAgreement(ours: readonly number[], theirs: readonly number[], from = 0): void {
  const offset = count - theirs.length
  let compared = 0
  for (let i = Math.max(from, offset); i < count; i += 1) {
    const expected = at(theirs, i - offset)
    // Relative to the value, and to 1 for series that cross zero.
    expect(Math.abs(at(ours, i) - expected), `candle ${i}: ${at(ours, i)} and ${expected}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(expected)),
    )
    compared += 1
  }
  expect(compared).toBeGreaterThan(900)
}

const window = (values: readonly number[], end: number, period: number): readonly number[] => values.slice(end - period + 1, end + 1)
const firstValue = (values: readonly number[]): number => values.findIndex((value) => !Number.isNaN(value))
const trueRangeAt = (i: number): number =>
  Math.max(at(high, i) - at(low, i), Math.abs(at(high, i) - at(close, i - 1)), Math.abs(at(low, i) - at(close, i - 1)))
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('agreement with technicalindicators', () => {
  it('holds for the moving averages', () => {
    expectAgreement(feature('sma_20'), SMA.calculate({ period: 20, values: close }))
    expectAgreement(feature('ema_21'), EMA.calculate({ period: 21, values: close }))
    expectAgreement(feature('ema_200'), EMA.calculate({ period: 200, values: close }))
    expectAgreement(feature('rma_14'), WEMA.calculate({ period: 14, values: close }))
  })

  it('holds for ATR, ADX and the directional indicators', () => {
    expectAgreement(feature('atr_14'), ATR.calculate({ period: 14, high, low, close }))
    const adx = ADX.calculate({ period: 14, high, low, close })
    // Its first sums have one candle more than TA-Lib's; that has died out after 500.
    expectAgreement(
      feature('adx_14'),
      adx.map((value) => value.adx),
      500,
    )
    expectAgreement(
      feature('plus_di_14'),
      adx.map((value) => value.pdi),
      500,
    )
    expectAgreement(
      feature('minus_di_14'),
      adx.map((value) => value.mdi),
      500,
    )
  })

  it('holds for MACD once the seed of its fast average has died out', () => {
    const theirs = MACD.calculate({
      values: close,
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    })
    expectAgreement(
      feature('macd_line'),
      theirs.map((value) => value.MACD ?? NaN),
      300,
    )
    expectAgreement(
      feature('macd_signal'),
      theirs.map((value) => value.signal ?? NaN),
      300,
    )
    expectAgreement(
      feature('macd_histogram'),
      theirs.map((value) => value.histogram ?? NaN),
      300,
    )
  })

  it('holds for Bollinger Bands and the rate of change', () => {
    const bands = BollingerBands.calculate({ period: 20, stdDev: 2, values: close })
    expectAgreement(
      feature('bollinger_mid_20'),
      bands.map((value) => value.middle),
    )
    expectAgreement(
      feature('bollinger_upper_20'),
      bands.map((value) => value.upper),
    )
    expectAgreement(
      feature('bollinger_lower_20'),
      bands.map((value) => value.lower),
    )
    expectAgreement(feature('roc_12'), ROC.calculate({ period: 12, values: close }))
  })
})

describe('agreement with the plain definition', () => {
  it('holds for RSI, which the library rounds to two digits', () => {
    const changes = close.map((value, i) => value - at(close, i - 1))
    const average = (pick: (change: number) => number): number[] => WEMA.calculate({ period: 14, values: changes.slice(1).map(pick) })
    const gains = average((change) => Math.max(change, 0))
    const losses = average((change) => Math.max(-change, 0))
    expectAgreement(
      feature('rsi_14'),
      gains.map((gain, i) => 100 - 100 / (1 + gain / at(losses, i))),
    )
  })

  it('holds for Donchian and Chandelier', () => {
    const range = ATR.calculate({ period: 22, high, low, close })
    const highest = close.map((_, i) => Math.max(...window(high, i, 22))).slice(22)
    const lowest = close.map((_, i) => Math.min(...window(low, i, 22))).slice(22)
    expectAgreement(feature('donchian_upper_22').slice(0), close.map((_, i) => (i < 21 ? NaN : Math.max(...window(high, i, 22)))).slice(21))
    expectAgreement(feature('donchian_lower_22'), close.map((_, i) => (i < 21 ? NaN : Math.min(...window(low, i, 22)))).slice(21))
    expectAgreement(
      feature('chandelier_distance'),
      range.map((value) => 3 * value),
    )
    expectAgreement(
      feature('chandelier_long'),
      range.map((value, i) => at(highest, i) - 3 * value),
    )
    expectAgreement(
      feature('chandelier_short'),
      range.map((value, i) => at(lowest, i) + 3 * value),
    )
  })

  it('holds for realised volatility of 5-minute candles', () => {
    const squares = close.map((value, i) => Math.log(value / at(close, i - 1)) ** 2)
    const barsPerYear = 365 * 288
    expectAgreement(feature('realized_volatility_48'), close.map((_, i) => Math.sqrt(mean(window(squares, i, 48)) * barsPerYear)).slice(48))
  })

  it('holds for the day VWAP, which starts anew at 00:00 UTC', () => {
    const expected = close.map((_, i) => {
      let [notional, volume] = [0, 0]
      for (let j = i - (i % 288); j <= i; j += 1) {
        notional += ((at(high, j) + at(low, j) + at(close, j)) / 3) * (candles.volume[j] ?? NaN)
        volume += candles.volume[j] ?? NaN
      }
      return notional / volume
    })
    expectAgreement(feature('vwap_day'), expected)
  })

  it('holds for SuperTrend, written out bar by bar', () => {
    const range = ATR.calculate({ period: 10, high, low, close })
    let [upper, lower, up] = [NaN, NaN, true]
    const lines: number[] = []
    const directions: number[] = []
    for (let i = 10; i < count; i += 1) {
      const [middle, width] = [(at(high, i) + at(low, i)) / 2, 3 * at(range, i - 10)]
      if (i === 10 || middle + width < upper || at(close, i - 1) > upper) upper = middle + width
      if (i === 10 || middle - width > lower || at(close, i - 1) < lower) lower = middle - width
      if (up && at(close, i) < lower) up = false
      else if (!up && at(close, i) > upper) up = true
      lines.push(up ? lower : upper)
      directions.push(up ? 1 : -1)
    }
    expectAgreement(feature('supertrend'), lines)
    expectAgreement(feature('supertrend_direction'), directions)
    expect(new Set(directions).size).toBe(2)
  })
})

describe('first values and edges', () => {
  it('start where TA-Lib starts them', () => {
    expect(firstValue(feature('sma_20'))).toBe(19)
    expect(firstValue(feature('rsi_14'))).toBe(14)
    expect(firstValue(feature('atr_14'))).toBe(14)
    expect(firstValue(feature('adx_14'))).toBe(27)
    expect(firstValue(feature('macd_signal'))).toBe(33)
  })

  it('seeds ATR with the mean true range and an average with the mean of its first window', () => {
    expect(at(feature('atr_14'), 14)).toBeCloseTo(mean(Array.from({ length: 14 }, (_, i) => trueRangeAt(i + 1))), 9)
    expect(at(feature('ema_21'), 20)).toBeCloseTo(mean(close.slice(0, 21)), 8)
    // TA-Lib: the fast average of MACD is seeded with the last 12 of the first 26 closes.
    expect(at(feature('macd_line'), 25)).toBeCloseTo(mean(close.slice(14, 26)) - mean(close.slice(0, 26)), 8)
  })

  it('starts Wilder sums of the directional movement one candle before the first value', () => {
    const rise = (i: number): number => Math.max(0, at(high, i) - at(high, i - 1))
    const fall = (i: number): number => Math.max(0, at(low, i - 1) - at(low, i))
    const plus = (i: number): number => (rise(i) > fall(i) ? rise(i) : 0)
    const firstSum = (of: (i: number) => number): number =>
      Array.from({ length: 13 }, (_, k) => of(k + 1)).reduce((sum, value) => sum + value, 0)
    const smoothed = (of: (i: number) => number): number => firstSum(of) * (13 / 14) + of(14)
    expect(at(feature('plus_di_14'), 14)).toBeCloseTo((100 * smoothed(plus)) / smoothed(trueRangeAt), 9)
  })

  it('gives numbers, not NaN, for a market that never moves', () => {
    const still = new Float64Array(400).fill(100)
    const columns = {
      openTimeMs: Float64Array.from(still, (_, i) => i * 300_000),
      open: still,
      high: still,
      low: still,
      close: still,
      volume: new Float64Array(400),
    }
    const last = (name: string): number => at(feature(name, columns), 399)
    expect(last('rsi_14')).toBe(0)
    expect(last('adx_14')).toBe(0)
    expect(last('atr_14')).toBe(0)
    expect(last('bollinger_width_20')).toBe(0)
    expect(last('realized_volatility_48')).toBe(0)
    expect(last('vwap_day')).toBe(100)
  })

  it('gives no day VWAP before the first whole day', () => {
    const tail = (column: Float64Array): Float64Array => column.slice(100)
    const columns = {
      openTimeMs: tail(candles.openTimeMs),
      open: tail(candles.open),
      high: tail(candles.high),
      low: tail(candles.low),
      close: tail(candles.close),
      volume: tail(candles.volume),
    }
    expect(firstValue(feature('vwap_day', columns))).toBe(188)
    expect(at(feature('vwap_day', columns), 300)).toBe(at(feature('vwap_day'), 400))
  })
})
