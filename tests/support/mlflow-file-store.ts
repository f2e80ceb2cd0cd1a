// Reads a folder by the rules of MLflow's own file store, and throws where it would. Written from mlflow/store/tracking/file_store.py
// (FileStore), mlflow/utils/validation.py and mlflow/store/fs2db of github.com/mlflow/mlflow, commit c7bb896d; the names in brackets are theirs.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export type FoundMetric = { readonly timestamp: number; readonly value: number; readonly step: number }
export type FoundRun = {
  readonly id: string
  readonly meta: Readonly<Record<string, unknown>>
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, readonly FoundMetric[]>>
  readonly artifacts: readonly string[]
}
export type FoundExperiment = {
  readonly id: string
  readonly name: string
  readonly meta: Readonly<Record<string, unknown>>
  readonly runs: readonly FoundRun[]
}

const isFolder = (path: string): boolean => statSync(path).isDirectory()
/** [list_subdirs] */
const foldersIn = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => isFolder(join(dir, name)))
    .toSorted()

/** [FileStore.search_experiments]: every folder of the root but `.trash` and `models` is an experiment, and its id must be a valid one. */
export function readFileStore(root: string): readonly FoundExperiment[] {
  return foldersIn(root)
    .filter((name) => name !== '.trash' && name !== 'models')
    .map((id) => readExperiment(root, id))
}

function readExperiment(root: string, id: string): FoundExperiment {
  // [_EXPERIMENT_ID_REGEX]; the migration to a database takes whole numbers only [list_experiment_ids].
  must(/^[a-zA-Z0-9][\w-]{0,63}$/.test(id) && /^\d+$/.test(id) && BigInt(id) < 2n ** 63n, `experiment id ${id}`)
  const meta = readYaml(join(root, id, 'meta.yaml'))
  must(meta['experiment_id'] === id, `${id}: experiment_id is ${String(meta['experiment_id'])}`)
  must(meta['lifecycle_stage'] === 'active' || meta['lifecycle_stage'] === 'deleted', `${id}: lifecycle_stage`)
  must(typeof meta['artifact_location'] === 'string', `${id}: artifact_location`)
  must(Number.isInteger(meta['creation_time']) && Number.isInteger(meta['last_update_time']), `${id}: times`)
  const { name } = meta
  if (typeof name !== 'string' || name === '' || name.length > 500) throw new Error(`${id}: name`)
  // [RESERVED_EXPERIMENT_FOLDERS] and a folder without meta.yaml are no runs [_list_run_infos].
  const runs = foldersIn(join(root, id)).filter((run) => !['tags', 'datasets', 'traces', 'models'].includes(run))
  return { id, name, meta, runs: runs.map((run) => readRun(join(root, id), run)) }
}

function readRun(experiment: string, id: string): FoundRun {
  // [_RUN_ID_REGEX]; a database has 32 characters for it [SqlRun.run_uuid].
  must(/^[a-zA-Z0-9][\w-]{0,255}$/.test(id) && id.length <= 32, `run id ${id}`)
  const dir = join(experiment, id)
  const meta = readYaml(join(dir, 'meta.yaml'))
  // [_list_run_infos] ignores a run with the id of another experiment; [RunInfo.from_dictionary] needs all of these.
  must(meta['experiment_id'] === basename(experiment), `${id}: experiment_id is ${String(meta['experiment_id'])}`)
  must(meta['run_id'] === id && meta['run_uuid'] === id, `${id}: run_id`)
  for (const key of ['user_id', 'run_name', 'artifact_uri']) must(typeof meta[key] === 'string', `${id}: ${key}`)
  for (const key of ['start_time', 'end_time']) must(Number.isInteger(meta[key]), `${id}: ${key}`)
  // [RunStatus]: RUNNING, SCHEDULED, FINISHED, FAILED, KILLED.
  must([1, 2, 3, 4, 5].includes(Number(meta['status'])), `${id}: status is ${String(meta['status'])}`)
  must(meta['lifecycle_stage'] === 'active' || meta['lifecycle_stage'] === 'deleted', `${id}: lifecycle_stage`)
  must(fileURLToPath(String(meta['artifact_uri'])) === join(dir, 'artifacts'), `${id}: artifact_uri`)
  return {
    id,
    meta,
    params: texts(join(dir, 'params'), 6_000),
    tags: texts(join(dir, 'tags'), 5_000),
    metrics: Object.fromEntries(filesBelow(join(dir, 'metrics')).map((key) => [key, readMetric(join(dir, 'metrics'), key)])),
    artifacts: filesBelow(join(dir, 'artifacts')),
  }
}

/** [_get_resource_files]: the path of each file below is its key. */
function filesBelow(dir: string, root = dir): string[] {
  const names = readdirSync(dir).toSorted()
  return names.flatMap((name) =>
    isFolder(join(dir, name)) ? filesBelow(join(dir, name), root) : [relative(root, join(dir, name)).split(sep).join('/')],
  )
}

function texts(dir: string, lengthMax: number): Record<string, string> {
  return Object.fromEntries(
    filesBelow(dir).map((key) => {
      mustBeKey(key)
      const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(join(dir, key)))
      must(text.length <= lengthMax, `${key} has ${text.length} characters`)
      return [key, text]
    }),
  )
}

/** [_validate_param_name], [_validate_metric_name], [_validate_tag_name] with [path_not_unique], [MAX_ENTITY_KEY_LENGTH]. */
function mustBeKey(key: string): void {
  const normal = posix.normalize(key)
  must(/^[/\w.\- ]*$/.test(key), `key ${key} has characters that are refused`)
  must(normal === key && key !== '.' && !key.startsWith('..') && !key.startsWith('/'), `key ${key} would be another file`)
  must(key.length <= 250, `key ${key} is too long`)
}

/** [_get_metric_from_line]; a point that comes twice breaks the primary key of the migration [SqlMetric]. */
function readMetric(dir: string, key: string): readonly FoundMetric[] {
  mustBeKey(key)
  const lines = readFileSync(join(dir, key), 'utf8').split('\n')
  must(lines.pop() === '' && lines.length > 0, `metric ${key} has no lines, or no line feed at its end`)
  must(new Set(lines).size === lines.length, `metric ${key} has a line twice`)
  return lines.map((line) => {
    const parts = line.trim().split(' ')
    must(parts.length === 3, `metric ${key}: ${line} has ${parts.length} fields`)
    const [timestamp = '', value = '', step = ''] = parts
    must(/^\d+$/.test(timestamp) && /^-?\d+$/.test(step), `metric ${key}: ${line}`)
    must(/^-?(\d+(\.\d+)?(e[+-]?\d+)?|nan|inf)$/i.test(value), `metric ${key}: ${value} is no number to Python`)
    return { timestamp: Number(timestamp), value: Number(value), step: Number(step) }
  })
}

/** The part of YAML that the exporter writes: one flat mapping of double-quoted texts, whole numbers, null and []. */
export function readYaml(file: string): Readonly<Record<string, unknown>> {
  const lines = readFileSync(file, 'utf8').split('\n')
  must(lines.pop() === '', `${file}: no line feed at the end`)
  return Object.fromEntries(
    lines.map((line) => {
      const [, key = '', value = ''] = /^([a-z_]+): (.+)$/.exec(line) ?? []
      must(key !== '', `${file}: ${line}`)
      return [key, scalar(value)]
    }),
  )
}

function scalar(text: string): unknown {
  if (text === 'null') return null
  if (text === '[]') return []
  if (/^-?\d+$/.test(text)) return Number(text)
  const quoted = /^"((?:[ !#-[\]-~]|\\["\\]|\\x[\da-f]{2}|\\u[\da-f]{4}|\\U[\da-f]{8})*)"$/.exec(text)
  if (quoted === null) throw new Error(`not the YAML that is written here: ${text}`)
  return (quoted[1] ?? '').replace(/\\(?:["\\]|x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8})/g, unescaped)
}

const unescaped = (escape: string): string =>
  escape.length === 2 ? escape.slice(1) : String.fromCodePoint(Number.parseInt(escape.slice(2), 16))

function must(condition: boolean, message: string): void {
  if (!condition) throw new Error(`MLflow would not read this: ${message}`)
}
