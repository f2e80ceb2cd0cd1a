// Trials as a search sees them: asked for here, run anywhere. A pool of threads answers them, or a queue of other machines.
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import type { DailyReturns } from '../ports.ts'

/** How often a running trial is looked at; the last look is its end. */
export const LOOKS = 10

/** One backtest of a search: the spec with these parameters ("strategy.parameter") and these times in place of its own. */
export type Trial = {
  readonly number: number
  readonly spec: BacktestSpec
  readonly parameters: Readonly<Record<string, number>>
  readonly fromMs: number
  readonly toMs: number
}

export type TrialResult = {
  readonly number: number
  readonly state: 'done' | 'pruned' | 'failed' | 'canceled'
  /** Of the whole run, or of what ran before it was pruned; null when it failed or was canceled. */
  readonly metrics: LabMetricValues | null
  readonly daily: DailyReturns | null
  /** Time it took on its worker. */
  readonly seconds: number
  readonly worker: string
  /** Why it failed, in one sentence; empty otherwise. */
  readonly message: string
}

/** A running trial after `step` of {@link LOOKS} equal parts of its time. */
export type TrialLook = { readonly number: number; readonly step: number; readonly metrics: LabMetricValues }

export type TrialHooks = {
  /**
   * Asked at each look but the last; the trial waits for the answer and ends as pruned when it is true, as failed when there is none. Left out,
   * nobody looks.
   */
  readonly onLook?: (look: TrialLook) => boolean | Promise<boolean>
  /** Ends the trial as canceled, whether it runs or waits. */
  readonly signal?: AbortSignal
}

export type TrialRunner = {
  /** Trials that run at the same time. */
  readonly size: number
  /** Resolves for every end of a trial; rejects with one sentence only when no trial can be run any more. */
  run(trial: Trial, hooks?: TrialHooks): Promise<TrialResult>
  /** Ends everything that was started; what still runs resolves as canceled. Resolves when nothing is left. */
  close(): Promise<void>
}
