// What the lab's jobs run: a backtest in pieces. The shapes only, so that pool and jobs are tested without market data.
import type { BacktestSpec } from '../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../src-shared/domain/lab-metric.ts'
import type { Result } from '../../src-shared/domain/result.ts'
import type { RunRecord } from '../core/analytics/run-record.ts'
import type { RecordSink } from '../core/kernel/trading-loop.ts'

export type RunningBacktest = {
  /** Steps of base candles, warm-up included. */
  readonly total: number
  readonly done: number
  /** Goes on for at most this many steps; true when finished. */
  run(stepsMax: number): boolean
  /** What happened so far. */
  record(): RunRecord
  close(): void
}

/** Returns of the days of a run, oldest first. */
export type DailyReturns = {
  /** Beginning of each UTC day. */
  readonly dayMs: Float64Array
  /** Equity at its end ÷ equity at the end of the day before − 1. */
  readonly returns: Float64Array
}

/** How a backtest is opened and judged. `Data` is what several threads share, and is handed on as it is. */
export type BacktestKit<Data> = {
  /** The error is one sentence. */
  open(spec: BacktestSpec, data: Data, options: { readonly sink?: RecordSink }): Promise<Result<RunningBacktest, string>>
  metrics(record: RunRecord): LabMetricValues
  daily(record: RunRecord): DailyReturns
  /** The spec with these parameters ("strategy.parameter") in place of its own; the error is one sentence. */
  withParameters(spec: BacktestSpec, parameters: Readonly<Record<string, number>>): Result<BacktestSpec, string>
}
