// Runs and trials of the lab in the words of MLflow.
import { flattened } from '../../../src-shared/bridge/run-compare.ts'
import { type MetricPoint, type MlflowRun, RUN_STATUS, plainText, safelyKeyed, trialIdOf } from './mlflow-layout.ts'
import { type LabStoreReader, STATE } from './reader.ts'
import type { StoredRun, StoredTrial } from './rows.ts'

/** MLflow took no longer ones before 2.9, and what is longer is read in spec.json anyway. */
const PARAM_LENGTH_MAX = 500
const PARAMS_MAX = 300
/** mlflow.utils.validation.MAX_TAG_VAL_LENGTH */
const TAG_LENGTH_MAX = 5_000
const CURVE_POINTS_MAX = 2_000
/** Sources of users' files are long and lie in spec.json. */
const NO_PARAM = /(^|\.)files\..*\.source$/

export type Surroundings = {
  readonly store: LabStoreReader
  readonly experimentId: string
  /** The run above it, if that is exported too. */
  readonly parentId: string | null
  /** The self-contained report of a run, or null when it has none. */
  readonly reportHtml: (runId: string) => string | null
}

/** A run that has ended. */
export function mlflowRun(stored: StoredRun, around: Surroundings): MlflowRun {
  const { row } = stored
  const endMs = stored.endedMs ?? row.createdMs
  const documents = documentsOf(row.id, around.store)
  return {
    id: row.id,
    experimentId: around.experimentId,
    name: plainText(row.title, TAG_LENGTH_MAX) || row.id,
    status: row.state === 'running' ? RUN_STATUS.canceled : RUN_STATUS[row.state],
    startMs: row.createdMs,
    endMs,
    params: safelyKeyed(paramsOf(stored.spec)),
    metrics: safelyKeyed([...finalMetrics(row.metrics, endMs), ...curves(documents)]),
    tags: new Map(tagsOf(stored, around.parentId)),
    artifacts: artifactsOf(row.id, documents, around),
  }
}

/** A trial that has ended, as a run below that of its search. */
export function mlflowTrial(search: MlflowRun, trial: StoredTrial): MlflowRun {
  const { number, state, objective, savedMs, seconds, message } = trial
  const intermediate = trial.intermediate.flatMap(({ step, value }) => (value === null ? [] : [{ tsMs: savedMs, value, step }]))
  return {
    id: trialIdOf(search.id, number),
    experimentId: search.experimentId,
    name: `trial ${number}`,
    status: state === 'running' ? RUN_STATUS.canceled : RUN_STATUS[state],
    startMs: savedMs - Math.round((seconds ?? 0) * 1_000),
    endMs: savedMs,
    params: safelyKeyed(Object.entries(trial.parameters).map(([name, value]) => [name, String(value)])),
    metrics: safelyKeyed([
      ...finalMetrics({ objective, ...trial.metrics }, savedMs),
      ...(intermediate.length > 0 ? [['intermediate', intermediate] as const] : []),
    ]),
    tags: new Map([
      ['mlflow.runName', `trial ${number}`],
      ['mlflow.parentRunId', search.id],
      ['tradewright.kind', 'trial'],
      ['tradewright.state', state],
      ['tradewright.worker', plainText(trial.worker, TAG_LENGTH_MAX)],
      ...(message === '' ? [] : [['tradewright.message', plainText(message, TAG_LENGTH_MAX)] as const]),
    ]),
    artifacts: new Map(),
  }
}

function* paramsOf(spec: unknown): Generator<readonly [string, string]> {
  let count = 0
  for (const [path, value] of flattened(spec)) {
    if (NO_PARAM.test(path)) continue
    if ((count += 1) > PARAMS_MAX) return
    yield [path, plainText(String(value), PARAM_LENGTH_MAX)]
  }
}

const finalMetrics = (metrics: StoredRun['row']['metrics'], tsMs: number): (readonly [string, readonly MetricPoint[]])[] =>
  Object.entries(metrics).flatMap(([name, value]) => (value === null ? [] : [[name, [{ tsMs, value, step: 0 }]] as const]))

function* tagsOf({ row, message }: StoredRun, parentId: string | null): Generator<readonly [string, string]> {
  yield ['mlflow.source.name', 'tradewright']
  yield ['mlflow.source.type', 'LOCAL']
  yield ['mlflow.user', 'tradewright']
  if (parentId !== null) yield ['mlflow.parentRunId', parentId]
  yield ['mlflow.runName', plainText(row.title, TAG_LENGTH_MAX) || row.id]
  if (row.note !== '') yield ['mlflow.note.content', plainText(row.note, TAG_LENGTH_MAX)]
  yield ['tradewright.kind', row.kind]
  yield ['tradewright.codeVersion', plainText(row.codeVersion, TAG_LENGTH_MAX)]
  yield ['tradewright.instruments', plainText(row.instruments.join(' '), TAG_LENGTH_MAX)]
  yield ['tradewright.timeframe', row.timeframe]
  yield ['tradewright.from', new Date(row.fromMs).toISOString()]
  yield ['tradewright.to', new Date(row.toMs).toISOString()]
  yield ['tradewright.seed', String(row.seed)]
  if (row.passed !== null) yield ['tradewright.passed', String(row.passed)]
  if (message !== '') yield ['tradewright.message', plainText(message, TAG_LENGTH_MAX)]
}

// ---- artefacts -----------------------------------------------------------------------------------------------------

type Documents = ReadonlyMap<string, unknown>

const documentsOf = (runId: string, store: LabStoreReader): Documents =>
  new Map(
    store
      .artefactNames(runId)
      .filter((name) => name !== STATE)
      .map((name) => [name, store.artefact(runId, name)]),
  )

function artifactsOf(runId: string, documents: Documents, { reportHtml }: Surroundings): MlflowRun['artifacts'] {
  const html = reportHtml(runId)
  const files = [...documents].map(
    ([name, value]) => [`${name === 'passports' ? 'passport' : name}.json`, `${JSON.stringify(value, null, 2)}\n`] as const,
  )
  return new Map(html === null ? files : [...files, ['report.html', html]])
}

/** Equity over market time, from whichever document has such a curve: a report, or a walk-forward. */
function curves(documents: Documents): (readonly [string, readonly MetricPoint[]])[] {
  for (const document of documents.values()) {
    const curve = at(document, 'equity')
    const times = numbers(at(curve, 'tsMs'))
    if (times === null || times.length === 0) continue
    return ['equity', 'drawdown', 'benchmark'].flatMap((name) => {
      const values = numbers(at(curve, name))
      return values === null || values.length !== times.length ? [] : [[name, thinned(times, values)] as const]
    })
  }
  return []
}

/** At even distances in the row of points, the last always among them. */
function thinned(times: readonly number[], values: readonly number[]): readonly MetricPoint[] {
  const count = Math.min(times.length, CURVE_POINTS_MAX)
  return Array.from({ length: count }, (_, step) => {
    const index = count === 1 ? 0 : Math.round((step * (times.length - 1)) / (count - 1))
    return { tsMs: times[index] ?? 0, value: values[index] ?? 0, step }
  })
}

const at = (value: unknown, key: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined)
const numbers = (value: unknown): readonly number[] | null =>
  Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item)) ? value : null
