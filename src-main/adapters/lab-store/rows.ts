// Runs, trials and jobs between the tables and the words of the bridge. What is written is checked against what can be shown.
import type * as z from 'zod/mini'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { LabJobView, RunRow as RunRowView, TrialRow as TrialRowView } from '../../../src-shared/bridge/lab-views.ts'
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import { parsedJson } from './documents.ts'
import { LabStoreError, type LabStoreErrorCode } from './lab-store-error.ts'

export type RunRow = Output<'lab.runs'>['rows'][number]
export type RunKind = RunRow['kind']
export type TrialRow = z.output<typeof TrialRowView>
export type JobView = Output<'lab.jobs'>[number]
export type Metrics = RunRow['metrics']

/** What is known of a run when it begins. */
export type NewRun = Pick<
  RunRow,
  'kind' | 'parentId' | 'title' | 'playbookId' | 'instruments' | 'timeframe' | 'fromMs' | 'toMs' | 'codeVersion' | 'seed'
> & {
  /** The specification that it can be run again from, as JSON. */
  readonly spec: unknown
  /** Of every series that it reads. */
  readonly passports: readonly DataPassport[]
}

/** What became of a run that came to its end, or was canceled on the way there. */
export type RunResult = Pick<RunRow, 'metrics' | 'passed' | 'hasJournal'> & {
  readonly state: 'done' | 'canceled'
  readonly seconds: number
  /** By name, written in the same commit. */
  readonly artefacts: Readonly<Record<string, unknown>>
}

export type StoredRun = {
  readonly row: RunRow
  readonly spec: unknown
  readonly passports: readonly DataPassport[]
  readonly endedMs: number | null
  /** Why it failed; empty otherwise. */
  readonly message: string
}

/** Objective at a look at the running trial. */
export type IntermediateValue = { readonly step: number; readonly value: number | null }
export type StoredTrial = TrialRow & { readonly intermediate: readonly IntermediateValue[]; readonly savedMs: number }
export type NewTrial = TrialRow & {
  readonly intermediate: readonly IntermediateValue[]
  /** One value per UTC day, for the probability of overfitting; null leaves what was stored before. */
  readonly dailyReturns: Float64Array | null
}
export type TrialReturns = { readonly number: number; readonly returns: Float64Array }

export type StoredJob = {
  readonly view: JobView
  /** What `saveJob` was given to go on with it; null when there is nothing. */
  readonly resume: unknown
}

export const INTERMEDIATE_MAX = 1000

type Schema<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } } }
type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }

/** A value as the bridge will take it. Throws LabStoreError with this code, naming the field. */
function checked<T>(schema: Schema<T>, value: unknown, { what, code }: { what: string; code: LabStoreErrorCode }): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LabStoreError(code, `${what}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`)
}

export const checkedRun = (value: RunRow): RunRow => checked(RunRowView, value, { what: `run ${value.id}`, code: 'bad_value' })
export const checkedTrial = (value: TrialRow): TrialRow =>
  checked(TrialRowView, value, { what: `trial ${value.number}`, code: 'bad_value' })
export const checkedJob = (value: JobView): JobView => checked(LabJobView, value, { what: `job ${value.id}`, code: 'bad_value' })

/** Columns of `runs r LEFT JOIN runs p ON p.seq = r.parent_seq`. */
export const RUN_COLUMNS = `r.id, r.kind, p.id AS parentId, r.title, r.note, r.playbook_id AS playbookId, r.instruments, r.timeframe,
  r.from_ms AS fromMs, r.to_ms AS toMs, r.state, r.created_ms AS createdMs, r.seconds, r.code_version AS codeVersion, r.seed, r.metrics,
  r.passed, r.has_journal AS hasJournal`
export type RawRun = {
  readonly id: string
  readonly instruments: string
  readonly metrics: string
  readonly passed: number | null
  readonly hasJournal: number
}

/** Throws LabStoreError `damaged` for a row that no version of this program has written. */
export function toRunRow(raw: RawRun): RunRow {
  const what = `run ${raw.id}`
  const row = {
    ...raw,
    instruments: parsedJson(raw.instruments, what),
    metrics: parsedJson(raw.metrics, what),
    passed: raw.passed === null ? null : raw.passed === 1,
    hasJournal: raw.hasJournal === 1,
  }
  return checked(RunRowView, row, { what, code: 'damaged' })
}

export const TRIAL_COLUMNS = `number, state, parameters, objective, metrics, seconds, worker, message, intermediate, saved_ms AS savedMs`
export type RawTrial = {
  readonly number: number
  readonly parameters: string
  readonly metrics: string
  readonly intermediate: string
  readonly savedMs: number
}

/** Throws LabStoreError `damaged`. */
export function toStoredTrial({ intermediate, savedMs, ...raw }: RawTrial): StoredTrial {
  const what = `trial ${raw.number}`
  const row = { ...raw, parameters: parsedJson(raw.parameters, what), metrics: parsedJson(raw.metrics, what) }
  return {
    ...checked(TrialRowView, row, { what, code: 'damaged' }),
    intermediate: toIntermediate(parsedJson(intermediate, what), what),
    savedMs,
  }
}

/** Pairs of step and value. */
export const intermediatePairs = (values: readonly IntermediateValue[]): readonly (readonly [number, number | null])[] =>
  values.map(({ step, value }) => [step, value])

function toIntermediate(pairs: unknown, what: string): readonly IntermediateValue[] {
  if (!Array.isArray(pairs)) throw new LabStoreError('damaged', `${what}: intermediate values are no list`)
  return pairs.map((pair: unknown) => {
    const [step, value]: unknown[] = Array.isArray(pair) ? pair : []
    if (typeof step !== 'number' || (typeof value !== 'number' && value !== null))
      throw new LabStoreError('damaged', `${what}: an intermediate value is ${JSON.stringify(pair)}, expected a step and a number`)
    return { step, value }
  })
}

export type RawJob = { readonly id: string; readonly runId: string | null; readonly view: string }

/** Throws LabStoreError `damaged`. */
export function toJobView({ id, runId, view }: RawJob): JobView {
  const what = `job ${id}`
  const stored = parsedJson(view, what)
  // A run can be deleted after its job has ended; the column knows.
  return checked(LabJobView, { ...(typeof stored === 'object' ? stored : {}), runId }, { what, code: 'damaged' })
}
