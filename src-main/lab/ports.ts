// What the lab's jobs run: a backtest in pieces. The shapes only, so that pool and jobs are tested without market data.
import type { BacktestSpec } from '../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../src-shared/domain/lab-metric.ts'
import type { Result } from '../../src-shared/domain/result.ts'
import type { RunRecord } from '../core/analytics/run-record.ts'

export type RunningBacktest = {
  readonly done: number
  /** Goes on for at most this many steps; true when finished. */
  run(stepsMax: number): boolean
}
export type OpenedTrial = RunningBacktest & {
  /** Steps of base candles altogether; a few less are taken where the data has holes. */
  readonly total: number
  /** What happened so far. */
  record(): RunRecord
  close(): void
}

/** How the backtest of a trial is opened and judged. `Data` is what several threads share, and is handed on as it is. */
export type BacktestKit<Data> = {
  /** The error is one sentence. */
  open(spec: BacktestSpec, data: Data): Promise<Result<OpenedTrial, string>>
  metrics(record: RunRecord): LabMetricValues
  dailyReturns(record: RunRecord): readonly number[]
  /** The spec with these parameters ("strategy.parameter") in place of its own; the error is one sentence. */
  withParameters(spec: BacktestSpec, parameters: Readonly<Record<string, number>>): Result<BacktestSpec, string>
}
