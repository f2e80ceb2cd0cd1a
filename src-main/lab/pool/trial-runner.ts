// Trials as a search sees them: asked for here, run anywhere. A pool of threads answers them, or a queue of other machines.
import type { BacktestSpec, Objective } from '../../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import type { Thresholds } from '../search/pruning.ts'

/** One backtest: the spec with these parameters ("strategy.parameter") and these times in place of its own. Plain JSON. */
export type Trial = {
  readonly number: number
  readonly spec: BacktestSpec
  readonly parameters: Readonly<Record<string, number>>
  readonly fromMs: number
  readonly toMs: number
  /** What it must show at its looks to go on to its end; null runs it to its end unseen. Whoever runs it decides alone. */
  readonly watch: { readonly objective: Objective; readonly thresholds: Thresholds } | null
}

/** Plain JSON but for the column. */
export type TrialResult = {
  readonly number: number
  readonly state: 'done' | 'pruned' | 'failed' | 'canceled'
  /** Of the whole run, or of what ran before it was pruned; null when it failed or was canceled. */
  readonly metrics: LabMetricValues | null
  /** The objective at each look that it reached; none without a watch. */
  readonly looks: readonly (number | null)[]
  /** Return of each UTC day, oldest first; null unless it is done. */
  readonly dailyReturns: Float64Array | null
  /** Time it took on its worker. */
  readonly seconds: number
  readonly worker: string
  /** Why it failed, in one sentence; empty otherwise. */
  readonly message: string
}

export type TrialRunner = {
  /** Trials that run at the same time. */
  readonly size: number
  /** Resolves for every end of a trial; rejects with one sentence only when no trial can be run any more. `signal` ends it as canceled, whether it runs or waits. */
  run(trial: Trial, signal?: AbortSignal): Promise<TrialResult>
  /** Ends everything that was started; what still runs resolves as canceled. Resolves when nothing is left. */
  close(): Promise<void>
}
