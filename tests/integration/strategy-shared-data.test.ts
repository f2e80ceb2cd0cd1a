// Extra, when the shared recordings lie beside the checkout: every bundled strategy on months of other markets says only what can be decided on, for each
// price scale from fractions of a dollar to a hundred thousand. Skips when they are missing.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { MEASURE_INDEX } from '../../src-shared/domain/measure.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import { createFundingSqueeze } from '../../src-main/core/strategies/funding-squeeze.ts'
import { createImba } from '../../src-main/core/strategies/imba/imba.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { createTrendBreakout } from '../../src-main/core/strategies/trend-breakout.ts'
import { validateSignal } from '../../src-main/core/strategies/validate-signal.ts'
import { candlesFromCsv, signalsOf } from '../support/strategy-candles.ts'

const DATA = path.resolve(import.meta.dirname, '../../../shared/data')
const imbaOn = (timeframe: Timeframe): StrategyPlugin => createImba({ timeframe })

const CASES: readonly (readonly [file: string, plugin: StrategyPlugin, leastSignals: number])[] = [
  ['ETHUSDT-5m-2025-01_2025-03', imbaOn('5m'), 500],
  ['SOLUSDT-5m-2025-12_2026-01', imbaOn('5m'), 200],
  ['XRPUSDT-15m-2025-12_2026-01', imbaOn('15m'), 50],
  ['BTCUSDT-1h-2023-01_2025-06', imbaOn('1h'), 300],
  ['BTCUSDT-4h-2023-01_2025-06', createTrendBreakout(), 30],
  ['ETHUSDT-4h-2023-01_2025-06', createTrendBreakout(), 30],
  ['BTCUSDT-1h-2023-01_2025-06', createFundingSqueeze(), 20],
]

function settledFunding(): (openTimeMs: number) => number {
  const text = gunzipSync(readFileSync(path.join(DATA, 'funding/binance-usdm/BTCUSDT-funding-2022-01_2025-06.csv.gz'))).toString()
  const settled = text.trim().split('\n').slice(1)
  // To the full hour: the venue's times are some milliseconds late.
  const rates = new Map(settled.map((line) => [Math.floor(Number(line.split(',')[0]) / 3_600_000), Number(line.split(',')[1])]))
  let newest = NaN
  return (openTimeMs) => (newest = rates.get(openTimeMs / 3_600_000) ?? newest)
}

describe.skipIf(!existsSync(DATA))('on the shared recordings (skipped when ../shared/data is missing)', () => {
  it.each(CASES)('%s', (file, plugin, leastSignals) => {
    const columns = candlesFromCsv(gunzipSync(readFileSync(path.join(DATA, 'candles/binance-usdm', `${file}.csv.gz`))).toString())
    const fundingAt = settledFunding()
    const closes = new Map(Array.from(columns.openTimeMs, (ms, index) => [ms, columns.close[index] ?? NaN]))
    const said = signalsOf(plugin, columns, {
      measuresAt(openTimeMs, measures) {
        measures[MEASURE_INDEX.funding_rate] = fundingAt(openTimeMs)
      },
    })
    expect(said.length).toBeGreaterThan(leastSignals)
    expect(new Set(said.map(({ signal }) => signal.direction))).toEqual(new Set(['buy', 'sell']))
    for (const { openTimeMs, signal } of said) expect(validateSignal(signal, { close: closes.get(openTimeMs) ?? NaN })).toBeNull()
  })
})
