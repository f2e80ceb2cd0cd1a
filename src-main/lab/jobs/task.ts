// What a job is asked to do: plain JSON, kept in the store, so that it can be gone on with after the program has ended.
import type { LabJobView } from '../../../src-shared/bridge/lab-views.ts'
import type * as z from 'zod/mini'
import type { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../src-shared/config/lab.ts'
import type { Input } from '../../../src-shared/bridge/contract.ts'

export type JobView = z.output<typeof LabJobView>
export type JobKind = JobView['kind']

/** `runId` is the run that was begun for it; null before that. */
type OfRun = { readonly runId: string | null }
export type JobTask =
  | ({ readonly kind: 'backtest'; readonly spec: BacktestSpec; readonly journal: boolean } & OfRun)
  | ({ readonly kind: 'search'; readonly spec: SearchSpec } & OfRun)
  | ({ readonly kind: 'walk_forward'; readonly spec: WalkForwardSpec } & OfRun)
  | ({ readonly kind: 'look_ahead'; readonly spec: BacktestSpec; readonly cuts: number; readonly seed: number } & OfRun)
  | ({ readonly kind: 'warm_up'; readonly spec: BacktestSpec } & OfRun)
  | ({ readonly kind: 'parity'; readonly sessionId: string } & OfRun)
  | {
      readonly kind: 'import'
      readonly file: string
      readonly fileName: string
      readonly request: Omit<Input<'lab.import.start'>, 'uploadId'>
    }
  | { readonly kind: 'download'; readonly request: Input<'lab.download.start'> }
  /** `folder` is absolute. */
  | { readonly kind: 'mlflow'; readonly folder: string }
export type TaskOf<K extends JobKind> = Extract<JobTask, { kind: K }>

/** Whether a job that was stopped, or interrupted, can go on or be run again. A file that was uploaded for an import is gone by then. */
export const isResumable = ({ kind }: JobTask): boolean => kind !== 'import'

const KEEPS_PARTS: readonly JobKind[] = ['search', 'walk_forward', 'download', 'mlflow']
/** A job that failed keeps what it has only where that is more than nothing. */
export const isWorthRetrying = ({ kind }: JobTask): boolean => KEEPS_PARTS.includes(kind)

export type JobProgress = { readonly done: number; readonly total: number; readonly unit: string; readonly message: string }
/** How a job ended; one sentence. */
export type JobEnd = { readonly state: 'done' | 'failed' | 'canceled'; readonly message: string }
