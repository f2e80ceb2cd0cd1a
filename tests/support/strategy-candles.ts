// The real candles of the feature and strategy tests, and the loop that shows them to a strategy.
import { MEASURES } from '../../src-shared/domain/measure.ts'
import { readFileSync } from 'node:fs'
import type { Signal } from '../../src-shared/domain/decision.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { CandleBuffer, createFeatureSet, loadCandle } from '../../src-main/core/features/feature-set.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { defaultParameters } from '../../src-main/core/strategies/parameters.ts'
import type { StrategyInput, StrategyInstance, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'

export const NO_MEASURES = new Float64Array(MEASURES.length).fill(NaN)

export const BTC = instrumentId('BTC/USDT:USDT')

/** 1500 candles of 5 minutes. */
export function realCandles(): CandleColumns {
  const rows = readFileSync(new URL('../fixtures/strategies/btcusdt-5m.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))
  const column = (index: number) => Float64Array.from(rows, (row) => row[index] ?? NaN)
  return { openTimeMs: column(0), open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) }
}

export const candlesUntil = (columns: CandleColumns, count: number): CandleColumns => ({
  openTimeMs: columns.openTimeMs.slice(0, count),
  open: columns.open.slice(0, count),
  high: columns.high.slice(0, count),
  low: columns.low.slice(0, count),
  close: columns.close.slice(0, count),
  volume: columns.volume.slice(0, count),
})

/** The inputs a strategy with these features gets, one per candle. */
export function* strategyInputs(columns: CandleColumns, features: readonly string[]): Generator<StrategyInput> {
  const set = createFeatureSet(features)
  if (!set.ok) throw new Error(set.error.message)
  const candle = new CandleBuffer()
  for (let i = 0; i < columns.close.length; i += 1) {
    loadCandle(candle, columns, i)
    set.value.update(candle)
    const { openTimeMs, open, high, low, close, volume } = candle
    yield {
      instrumentId: BTC,
      openTimeMs,
      open,
      high,
      low,
      close,
      volume,
      features: set.value.values,
      measures: NO_MEASURES,
      position: null,
    }
  }
}

export const instanceOf = (plugin: StrategyPlugin): StrategyInstance => plugin.create(BTC, defaultParameters(plugin.declaration.parameters))

/** Every signal of a fresh instance over these candles, with the open time of its candle. */
export function signalsOf(plugin: StrategyPlugin, columns: CandleColumns): { openTimeMs: number; signal: Signal }[] {
  const instance = instanceOf(plugin)
  const signals: { openTimeMs: number; signal: Signal }[] = []
  for (const input of strategyInputs(columns, plugin.declaration.features)) {
    const signal = instance.onCandle(input)
    if (signal) signals.push({ openTimeMs: input.openTimeMs, signal })
  }
  return signals
}
