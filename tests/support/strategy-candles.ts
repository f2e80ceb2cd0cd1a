// The real candles of the feature and strategy tests, and the loop that shows them to a strategy.
import { MEASURES } from '../../src-shared/domain/measure.ts'
import { readFileSync } from 'node:fs'
import type { Signal } from '../../src-shared/domain/decision.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import { CandleBuffer, loadCandle } from '../../src-main/core/features/feature-set.ts'
import { RunnerFeatures } from '../../src-main/core/kernel/runner-features.ts'
import { CandleAggregator } from '../../src-main/core/market/candle-aggregator.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { defaultParameters } from '../../src-main/core/strategies/parameters.ts'
import type { StrategyInput, StrategyInstance, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'

export const NO_MEASURES = new Float64Array(MEASURES.length).fill(NaN)

export const BTC = instrumentId('BTC/USDT:USDT')

/** Columns of a CSV text with one header row: open time, open, high, low, close, volume. */
export function candlesFromCsv(text: string): CandleColumns {
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))
  const column = (index: number) => Float64Array.from(rows, (row) => row[index] ?? NaN)
  return { openTimeMs: column(0), open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) }
}

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/strategies/${name}`, import.meta.url), 'utf8')

/** 1500 candles of 5 minutes. */
export const realCandles = (): CandleColumns => candlesFromCsv(fixture('btcusdt-5m.csv'))
/** 2400 candles of 4 hours. */
export const fourHourCandles = (): CandleColumns => candlesFromCsv(fixture('btcusdt-4h.csv'))
/** Daily candles over the capitulation of the miners in 2021, and the hash rate of each day where it is known. */
export function dailyCandles(): { columns: CandleColumns; hashRates: ReadonlyMap<number, number> } {
  const lines = fixture('bitcoin-hash-rate.csv').trim().split('\n').slice(1)
  const hashRates = lines.map((line) => [Date.parse(line.slice(0, 10)), Number(line.slice(11))] as const)
  return { columns: candlesFromCsv(fixture('btcusdt-1d.csv')), hashRates: new Map(hashRates) }
}

export const candlesUntil = (columns: CandleColumns, count: number): CandleColumns => ({
  openTimeMs: columns.openTimeMs.slice(0, count),
  open: columns.open.slice(0, count),
  high: columns.high.slice(0, count),
  low: columns.low.slice(0, count),
  close: columns.close.slice(0, count),
  volume: columns.volume.slice(0, count),
})

/** What surrounds the candles. */
export type Surroundings = {
  readonly timeframe?: Timeframe
  /** Writes the measures known at the close of the candle that opens then; they are NaN before. */
  measuresAt?(openTimeMs: number, measures: Float64Array): void
}

/** The inputs a strategy with these features gets, one per candle. Bars of longer timeframes are built from the candles themselves. */
export function* strategyInputs(
  columns: CandleColumns,
  features: readonly string[],
  { timeframe = '5m', measuresAt }: Surroundings = {},
): Generator<StrategyInput> {
  const set = new RunnerFeatures(features, timeframe)
  const aggregator = new CandleAggregator(timeframe)
  const candle = new CandleBuffer()
  for (let i = 0; i < columns.close.length; i += 1) {
    loadCandle(candle, columns, i)
    const measures = NO_MEASURES.slice()
    measuresAt?.(candle.openTimeMs, measures)
    if (set.longer.length > 0) {
      aggregator.add(candle, (index) => {
        const [longer, bar] = [aggregator.timeframes[index], aggregator.bars[index]]
        if (longer !== undefined && bar !== undefined) set.updateLonger(longer, bar)
      })
    }
    set.update(candle, measures)
    const { openTimeMs, open, high, low, close, volume } = candle
    yield {
      instrumentId: BTC,
      openTimeMs,
      open,
      high,
      low,
      close,
      volume,
      features: set.values,
      measures,
      position: null,
      lastClosedMs: null,
    }
  }
}

export const instanceOf = (plugin: StrategyPlugin): StrategyInstance => plugin.create(BTC, defaultParameters(plugin.declaration.parameters))

/** Every signal of a fresh instance over these candles, with the open time of its candle. */
export function signalsOf(
  plugin: StrategyPlugin,
  columns: CandleColumns,
  surroundings: Omit<Surroundings, 'timeframe'> = {},
): { openTimeMs: number; signal: Signal }[] {
  const instance = instanceOf(plugin)
  const { timeframe } = plugin.declaration
  const signals: { openTimeMs: number; signal: Signal }[] = []
  for (const input of strategyInputs(columns, plugin.declaration.features, { timeframe, ...surroundings })) {
    const signal = instance.onCandle(input)
    if (signal) signals.push({ openTimeMs: input.openTimeMs, signal })
  }
  return signals
}
