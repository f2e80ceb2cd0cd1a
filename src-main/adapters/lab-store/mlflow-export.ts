// Writes the lab's finished runs into a folder that MLflow's UI opens. Exporting again updates what has changed; nothing else is touched.
import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { LabStoreError, toLabStoreError } from './lab-store-error.ts'
import { type MlflowRun, experimentIdOf, metricLines, plainText, yaml } from './mlflow-layout.ts'
import { mlflowRun, mlflowTrial } from './mlflow-run.ts'
import { type LabStoreReader, PAGE_MAX } from './reader.ts'
import type { StoredRun } from './rows.ts'

const TRIALS_EXPORTED_MAX = 1_000

export type MlflowOptions = {
  /** The self-contained report of a run, or null when it has none. */
  readonly reportHtml?: (runId: string) => string | null
  /** Of one search, those with the best objectives; 1,000 unless this says otherwise. */
  readonly trialsMax?: number
  readonly signal?: AbortSignal
  /** Told before the first run, and after each: how many of them are done. */
  readonly onProgress?: (done: number, total: number) => void
}
export type MlflowExport = { readonly folder: string; readonly runs: number; readonly trials: number }

const NAME_MAX = 64
/** A file in the root is no experiment: MLflow does not see what is being written. */
const PART = '.tradewright-export.part'
const FINGERPRINT = join('tags', 'tradewright.fingerprint')
/** Tags that are removed again when a run has them no more; all others are somebody else's. */
const OUR_TAG = /^(tradewright\..*|mlflow\.(parentRunId|note\.content))$/

/**
 * All runs that have ended, with the best trials of each search. One export at a time into one folder; other work has its turn after each run and
 * trial. Throws
 * LabStoreError when the folder cannot be written, and the signal's reason; what was written until then is whole.
 */
export async function exportMlflow(store: LabStoreReader, folder: string, options: MlflowOptions = {}): Promise<MlflowExport> {
  const exporter = new Exporter(store, folder, options)
  try {
    for (const _ of exporter.work()) {
      options.signal?.throwIfAborted()
      await setImmediate()
    }
    return exporter.result
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw toLabStoreError(error, folder, 'exporting to')
  }
}

class Exporter {
  readonly #store: LabStoreReader
  readonly #folder: string
  readonly #options: MlflowOptions
  /** Of each run that is exported: a run below another is shown there only within the same experiment. */
  readonly #experimentIds = new Map<string, string>()
  #runs = 0
  #trials = 0

  constructor(store: LabStoreReader, folder: string, options: MlflowOptions) {
    this.#store = store
    this.#folder = folder
    this.#options = options
  }

  get result(): MlflowExport {
    return { folder: this.#folder, runs: this.#runs, trials: this.#trials }
  }

  /** Does a piece of the work with each step. */
  *work(): Generator<void> {
    makeFolder(join(this.#folder, '.trash'))
    this.#experiment('0', 'Default', 0)
    this.#replace('README.txt', readme(this.#folder))
    const runIds = this.#runIds()
    this.#options.onProgress?.(0, runIds.length)
    for (const [place, runId] of runIds.entries()) {
      yield* this.#exportWithTrials(runId)
      this.#options.onProgress?.(place + 1, runIds.length)
    }
  }

  *#exportWithTrials(runId: string): Generator<void> {
    try {
      const stored = this.#store.run(runId)
      if (stored.row.state === 'running') return
      const run = this.#exportRun(stored)
      yield
      yield* this.#exportTrials(run)
    } catch (error) {
      const isDeletedMeanwhile = error instanceof LabStoreError && error.code === 'not_found'
      if (!isDeletedMeanwhile) throw error
    }
  }

  /** Oldest first, so that a run comes after the one it belongs to. */
  #runIds(): readonly string[] {
    const ids: string[] = []
    for (;;) {
      const { rows, total } = this.#store.runs({ limit: PAGE_MAX, offset: ids.length })
      ids.push(...rows.map(({ id }) => id))
      if (rows.length === 0 || ids.length >= total) return ids.toReversed()
    }
  }

  #exportRun(stored: StoredRun): MlflowRun {
    const { parentId, playbookId, createdMs } = stored.row
    const inherited = parentId === null ? undefined : this.#experimentIds.get(parentId)
    const experimentId = inherited ?? experimentIdOf(playbookId)
    if (inherited === undefined) this.#experiment(experimentId, plainText(playbookId, NAME_MAX) || 'unnamed', createdMs)
    this.#experimentIds.set(stored.row.id, experimentId)
    const run = mlflowRun(stored, {
      store: this.#store,
      experimentId,
      parentId: inherited === undefined ? null : parentId,
      reportHtml: this.#options.reportHtml ?? (() => null),
    })
    this.#writeRun(run)
    this.#runs += 1
    return run
  }

  *#exportTrials(run: MlflowRun): Generator<void> {
    const best = this.#bestTrials(run.id)
    for (const trial of this.#endedTrials(run.id)) {
      if (!best.has(trial.number)) continue
      this.#writeRun(mlflowTrial(run, trial))
      this.#trials += 1
      yield
    }
  }

  #bestTrials(runId: string): ReadonlySet<number> {
    const objectives = [...this.#endedTrials(runId)].map(({ number, objective }) => ({
      number,
      objective: objective ?? Number.NEGATIVE_INFINITY,
    }))
    const ranked = objectives.toSorted((a, b) => (a.objective === b.objective ? a.number - b.number : b.objective > a.objective ? 1 : -1))
    return new Set(ranked.slice(0, this.#options.trialsMax ?? TRIALS_EXPORTED_MAX).map(({ number }) => number))
  }

  *#endedTrials(runId: string) {
    for (let offset = 0; ; offset += PAGE_MAX) {
      const { rows } = this.#store.trials(runId, { limit: PAGE_MAX, offset })
      yield* rows.filter(({ state }) => state !== 'running')
      if (rows.length < PAGE_MAX) return
    }
  }

  /** What is there already stays, with the name somebody may have given it, unless the folder was moved. */
  #experiment(id: string, name: string, createdMs: number): void {
    const location = pathToFileURL(join(this.#folder, id)).href
    if (textOf(join(this.#folder, id, 'meta.yaml'))?.includes(location)) return
    makeFolder(join(this.#folder, id))
    this.#replace(
      join(id, 'meta.yaml'),
      yaml({
        artifact_location: location,
        creation_time: createdMs,
        experiment_id: id,
        last_update_time: createdMs,
        lifecycle_stage: 'active',
        name,
      }),
    )
  }

  /** Its description is taken away first and comes back last: until then it is no run to MLflow. The fingerprint says that all is there. */
  #writeRun(run: MlflowRun): void {
    const base = join(run.experimentId, run.id)
    const dir = join(this.#folder, base)
    const folders = filesOf(run)
    const meta = metaOf(run, pathToFileURL(join(dir, 'artifacts')).href)
    const fingerprint = hash('sha256', JSON.stringify([meta, ...folders.map(([name, files]) => [name, ...files])]), 'hex')
    if (fingerprint === textOf(join(dir, FINGERPRINT))) return
    rmSync(join(dir, 'meta.yaml'), { force: true })
    for (const [name, files] of folders) {
      makeFolder(join(dir, name))
      this.#removeStale(join(base, name), files)
      for (const [key, text] of files) writeFileSync(join(dir, name, key), text, { mode: 0o600 })
    }
    this.#replace(join(base, 'meta.yaml'), meta)
    writeFileSync(join(dir, FINGERPRINT), fingerprint, { mode: 0o600 })
  }

  /** Keys that this run had at an earlier export and has no more. Artifacts of others stay. */
  #removeStale(folder: string, files: ReadonlyMap<string, string>): void {
    const kind = folder.split(/[\\/]/).at(-1)
    if (kind === 'artifacts') return
    for (const name of readdirSync(join(this.#folder, folder))) {
      if (!files.has(name) && (kind !== 'tags' || OUR_TAG.test(name))) rmSync(join(this.#folder, folder, name), { recursive: true })
    }
  }

  /** Whole or not at all. */
  #replace(name: string, text: string): void {
    const part = join(this.#folder, PART)
    writeFileSync(part, text, { mode: 0o600 })
    renameSync(part, join(this.#folder, name))
  }
}

const textOf = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null)
const makeFolder = (folder: string): void => void mkdirSync(folder, { recursive: true, mode: 0o700 })

const filesOf = ({ params, metrics, tags, artifacts }: MlflowRun): readonly (readonly [string, ReadonlyMap<string, string>])[] => [
  ['params', params],
  ['metrics', new Map([...metrics].map(([key, points]) => [key, metricLines(points)]))],
  ['tags', tags],
  ['artifacts', artifacts],
]

/** `tags`, `source_*` and `entry_point_name` are what MLflow itself writes there for its older versions. */
const metaOf = ({ id, experimentId, name, status, startMs, endMs }: MlflowRun, artifactUri: string): string =>
  yaml({
    artifact_uri: artifactUri,
    deleted_time: null,
    end_time: endMs,
    entry_point_name: '',
    experiment_id: experimentId,
    lifecycle_stage: 'active',
    run_id: id,
    run_name: name,
    run_uuid: id,
    source_name: '',
    source_type: 4,
    source_version: '',
    start_time: startMs,
    status,
    tags: [],
    user_id: 'tradewright',
  })

const readme = (folder: string): string => `Runs of the lab in the layout of MLflow's file store. To look at them:

  mlflow ui --backend-store-uri "${folder}"

MLflow 3.13 and later open such a folder only with the environment variable MLFLOW_ALLOW_FILE_STORE=true, or after moving it once:

  mlflow migrate-filestore --source "${folder}" --target sqlite:///mlflow.db
  mlflow ui --backend-store-uri sqlite:///mlflow.db

Exporting again updates the runs here. Runs that were deleted in the lab stay until they are deleted in MLflow.
`
