// Proves for every bundled strategy, on real candles with measures beside them, that nothing it says depends on the future: cut the candles off anywhere,
// and what was said before is the same. Every signal on the way is valid, so no NaN leaves a strategy.
import { describe, expect, it } from 'vitest'
import { MEASURE_INDEX } from '../../src-shared/domain/measure.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { classifyColumns } from '../../src-main/core/regime/classifier.ts'
import { flow5 } from '../../src-main/core/regime/flow-5.ts'
import { imba3 } from '../../src-main/core/regime/imba-3.ts'
import { BUNDLED_STRATEGIES } from '../../src-main/core/strategies/registry.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { validateSignal } from '../../src-main/core/strategies/validate-signal.ts'
import { candlesUntil, dailyCandles, fourHourCandles, realCandles, signalsOf } from '../support/strategy-candles.ts'

const { columns: days, hashRates } = dailyCandles()

/** Measures that change with time and nothing else, some of them unknown now and then. */
function measuresAt(openTimeMs: number, measures: Float64Array): void {
  const hours = openTimeMs / 3_600_000
  measures[MEASURE_INDEX.cvd] = 500 * Math.sin(hours / 7) + 90 * Math.sin(hours * 3)
  measures[MEASURE_INDEX.book_imbalance_10_mean] = hours % 11 < 1 ? NaN : 0.6 * Math.sin(hours / 3)
  measures[MEASURE_INDEX.fear_greed] = Math.round(50 + 45 * Math.sin(hours / 50))
  measures[MEASURE_INDEX.funding_rate] = 0.0001 + 0.0001 * Math.sin(hours / 90) + (Math.sin(hours / 300) > 0.98 ? 0.002 : 0)
  measures[MEASURE_INDEX.hash_rate] = hashRates.get(openTimeMs) ?? NaN
}

const CANDLES: Readonly<Record<string, CandleColumns>> = { '5m': realCandles(), '1h': realCandles(), '4h': fourHourCandles(), '1d': days }
/** The hourly strategy gets the 5m candles spread over hours: prices are real, times are not. */
function candlesFor({ declaration }: StrategyPlugin): CandleColumns {
  const columns = CANDLES[declaration.timeframe]
  if (columns === undefined) throw new Error(`no candles of ${declaration.timeframe}`)
  if (declaration.timeframe !== '1h') return columns
  const startMs = columns.openTimeMs[0] ?? NaN
  return { ...columns, openTimeMs: columns.openTimeMs.map((_, index) => startMs + index * 3_600_000) }
}

describe.each([...BUNDLED_STRATEGIES.values()])('$declaration.id', (plugin) => {
  const columns = candlesFor(plugin)
  const whole = signalsOf(plugin, columns, { measuresAt })

  it('speaks, and only in valid signals', () => {
    expect(whole.length).toBeGreaterThan(2)
    const closeAt = new Map(Array.from(columns.openTimeMs, (ms, index) => [ms, columns.close[index] ?? NaN]))
    for (const { openTimeMs, signal } of whole) expect(validateSignal(signal, { close: closeAt.get(openTimeMs) ?? NaN })).toBeNull()
  })

  it('said the same when the future was not there yet', () => {
    const cuts = [0.2, 0.5, 0.77, 0.9].map((share) => Math.floor(columns.close.length * share))
    // Right after a signal, where a look ahead by one candle would show.
    for (const { openTimeMs } of whole.filter((_, index) => index % Math.ceil(whole.length / 4) === 0))
      cuts.push(columns.openTimeMs.indexOf(openTimeMs) + 1)
    for (const cut of cuts) {
      const untilMs = columns.openTimeMs[cut - 1] ?? NaN
      expect(signalsOf(plugin, candlesUntil(columns, cut), { measuresAt })).toEqual(whole.filter(({ openTimeMs }) => openTimeMs <= untilMs))
    }
  })
})

describe.each([imba3, flow5])('$id', (classifier) => {
  it('named the same regimes when the future was not there yet', () => {
    const columns = realCandles()
    const whole = classifyColumns(classifier, columns)
    for (const cut of [600, 901, 1200]) expect(classifyColumns(classifier, candlesUntil(columns, cut))).toEqual(whole.slice(0, cut))
  })
})
