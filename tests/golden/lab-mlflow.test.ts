// Proves that exported runs are what MLflow's file store reads, file by file: with a reader written after its source (no MLflow can be installed
// here), with PyYAML where there is one, and against a layout written down by hand. Exporting again changes nothing, or what has changed.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { exportMlflow } from '../../src-main/adapters/lab-store/mlflow-export.ts'
import { experimentIdOf, safeKey, safelyKeyed, trialIdOf, yaml } from '../../src-main/adapters/lab-store/mlflow-layout.ts'
import type { LabStore } from '../../src-main/adapters/lab-store/store.ts'
import { openTestStore, temporaryDataDir } from '../support/lab-store.ts'
import { START_MS, newRun, result, trial } from '../support/lab-store-rows.ts'
import { type FoundRun, readFileStore, readYaml } from '../support/mlflow-file-store.ts'

const IMBA = experimentIdOf('imba')
const EQUITY = { tsMs: [START_MS, START_MS + 60_000], equity: [10_000, 10_001.5], drawdown: [0, 0], benchmark: [1, 1.002] }

/** run-1 a search with two trials that ended and one that runs, run-2 its best as a backtest, run-3 a failed one of another playbook, run-4 running. */
function filledStore(): LabStore {
  const store = openTestStore(temporaryDataDir())
  const search = store.createRun(newRun({ kind: 'search', title: 'Search over IMBA' }))
  store.putTrial(search.id, trial(0))
  store.putTrial(search.id, trial(1, { state: 'pruned', objective: null, metrics: {}, message: 'below the median' }))
  store.putTrial(search.id, trial(2, { state: 'running', objective: null }))
  store.saveState(search.id, { drawn: 3 })
  const best = store.createRun(newRun({ parentId: search.id }))
  store.finishRun(best.id, result({ artefacts: { report: { equity: EQUITY, warnings: [] } } }))
  store.note(best.id, 'Worth a walk-forward.\nSoon.')
  store.finishRun(search.id, result({ state: 'canceled', metrics: {}, passed: false }))
  const other = store.createRun(newRun({ playbookId: 'trend', title: 'Trend' }))
  store.failRun(other.id, 'the data ends before the run begins')
  store.createRun(newRun({ title: 'not finished yet' }))
  return store
}

const filesBelow = (root: string, dir = ''): string[] =>
  readdirSync(path.join(root, dir))
    .toSorted()
    .flatMap((name) => {
      const file = path.posix.join(dir, name)
      return statSync(path.join(root, file)).isDirectory() ? filesBelow(root, file) : [file]
    })
const snapshotOf = (root: string): Record<string, string> =>
  Object.fromEntries(filesBelow(root).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
const mtimesOf = (root: string): Record<string, number> =>
  Object.fromEntries(filesBelow(root).map((file) => [file, statSync(path.join(root, file)).mtimeMs]))
const runNamed = (root: string, name: string): FoundRun => {
  const found = readFileStore(root)
    .flatMap(({ runs }) => runs)
    .find(({ meta }) => meta['run_name'] === name)
  if (found === undefined) throw new Error(`no run ${name}`)
  return found
}

describe('an export', () => {
  it('is read by the rules of the file store: experiments are playbooks, what belongs to a search lies below it', async () => {
    const folder = path.join(temporaryDataDir(), 'mlruns')
    expect(await exportMlflow(filledStore(), folder)).toEqual({ folder, runs: 3, trials: 2 })
    const experiments = readFileStore(folder)
    expect(experiments.map(({ name, runs }) => [name, runs.length]).toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ['Default', 0],
      ['imba', 4],
      ['trend', 1],
    ])
    const parents = experiments.flatMap(({ runs }) => runs).map(({ id, tags }) => [id, tags['mlflow.parentRunId']])
    expect(Object.fromEntries(parents)).toEqual({
      'run-1': undefined,
      'run-2': 'run-1',
      'run-3': undefined,
      [trialIdOf('run-1', 0)]: 'run-1',
      [trialIdOf('run-1', 1)]: 'run-1',
    })
  })

  it('has every figure, setting and document of a run', async () => {
    const folder = path.join(temporaryDataDir(), 'mlruns')
    await exportMlflow(filledStore(), folder, { reportHtml: (id) => (id === 'run-2' ? '<!doctype html><title>IMBA</title>' : null) })
    const { meta, params, tags, metrics, artifacts } = runNamed(folder, 'IMBA on BTC')
    expect(meta).toMatchObject({ status: 3, user_id: 'tradewright', lifecycle_stage: 'active', experiment_id: IMBA })
    expect(params).toEqual({
      version: '1',
      leverage: '5',
      'playbook.id': 'imba',
      'playbook.strategies.imba.id': 'imba',
      'playbook.strategies.imba.parameters.minScore': '2.5',
    })
    expect(tags).toMatchObject({
      'mlflow.runName': 'IMBA on BTC',
      'mlflow.note.content': 'Worth a walk-forward.\nSoon.',
      'tradewright.codeVersion': '0.1.0+abcdef',
      'tradewright.from': '2026-01-01T00:00:00.000Z',
      'tradewright.seed': '7',
    })
    const endMs = meta['end_time']
    expect(metrics).toEqual({
      sharpe: [{ timestamp: endMs, value: 1.25, step: 0 }],
      trades: [{ timestamp: endMs, value: 42, step: 0 }],
      equity: [
        { timestamp: START_MS, value: 10_000, step: 0 },
        { timestamp: START_MS + 60_000, value: 10_001.5, step: 1 },
      ],
      drawdown: [
        { timestamp: START_MS, value: 0, step: 0 },
        { timestamp: START_MS + 60_000, value: 0, step: 1 },
      ],
      benchmark: [
        { timestamp: START_MS, value: 1, step: 0 },
        { timestamp: START_MS + 60_000, value: 1.002, step: 1 },
      ],
    })
    expect(artifacts).toEqual(['passport.json', 'report.html', 'report.json', 'spec.json'])
    expect(JSON.parse(readFileSync(path.join(folder, IMBA, 'run-2', 'artifacts', 'spec.json'), 'utf8'))).toEqual(newRun().spec)
  })

  it('says what became of a run and of a trial', async () => {
    const folder = path.join(temporaryDataDir(), 'mlruns')
    await exportMlflow(filledStore(), folder)
    expect(runNamed(folder, 'Trend')).toMatchObject({
      meta: { status: 4 },
      tags: { 'tradewright.message': 'the data ends before the run begins' },
    })
    expect(runNamed(folder, 'Search over IMBA')).toMatchObject({ meta: { status: 5 }, tags: { 'tradewright.passed': 'false' } })
    const done = runNamed(folder, 'trial 0')
    expect(done).toMatchObject({
      meta: { status: 3 },
      params: { 'imba.minScore': '2' },
      metrics: { objective: [{ value: 0 }], sharpe: [{ value: 0 }], intermediate: [{ step: 1, value: 0.1 }] },
    })
    expect(Number(done.meta['end_time']) - Number(done.meta['start_time'])).toBe(250)
    expect(runNamed(folder, 'trial 1')).toMatchObject({ meta: { status: 5 }, tags: { 'tradewright.state': 'pruned' } })
  })

  it('of one trial has exactly these files, with exactly these contents', async () => {
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(newRun({ kind: 'search', playbookId: 'tb', title: 'S', spec: {}, passports: [] }))
    store.putTrial(id, trial(7, { parameters: { 'tb.fast': 1e-7 } }))
    store.finishRun(id, result({ metrics: {} }))
    const folder = path.join(temporaryDataDir(), 'mlruns')
    await exportMlflow(store, folder)
    const [experiment, search, seventh] = ['324819029938372790', 'run-1', 'a9a029538dccf2e511ae949ebdc6109a']
    expect(experimentIdOf('tb')).toBe(experiment)
    expect(trialIdOf('run-1', 7)).toBe(seventh)
    const savedMs = START_MS + 2_000
    const found = snapshotOf(folder)
    const ofSearch = Object.keys(found).filter((file) => file.startsWith(`${experiment}/${search}/`))
    expect(ofSearch.map((file) => file.slice(`${experiment}/${search}/`.length))).toEqual(
      `artifacts/passport.json artifacts/spec.json meta.yaml params/_ tags/mlflow.runName tags/mlflow.source.name tags/mlflow.source.type
       tags/mlflow.user tags/tradewright.codeVersion tags/tradewright.fingerprint tags/tradewright.from tags/tradewright.instruments
       tags/tradewright.kind tags/tradewright.seed tags/tradewright.timeframe tags/tradewright.to`.split(/\s+/),
    )
    expect(found[`${experiment}/meta.yaml`]).toBe(`artifact_location: "${pathToFileURL(path.join(folder, experiment)).href}"
creation_time: ${START_MS + 1_000}
experiment_id: "${experiment}"
last_update_time: ${START_MS + 1_000}
lifecycle_stage: "active"
name: "tb"
`)
    const ofTrial = Object.entries(found).filter(([file]) => file.includes(seventh))
    expect(Object.fromEntries(ofTrial.map(([file, text]) => [file.slice(`${experiment}/${seventh}/`.length), text]))).toEqual({
      'meta.yaml': `artifact_uri: "${pathToFileURL(path.join(folder, experiment, seventh, 'artifacts')).href}"
deleted_time: null
end_time: ${savedMs}
entry_point_name: ""
experiment_id: "${experiment}"
lifecycle_stage: "active"
run_id: "${seventh}"
run_name: "trial 7"
run_uuid: "${seventh}"
source_name: ""
source_type: 4
source_version: ""
start_time: ${savedMs - 250}
status: 3
tags: []
user_id: "tradewright"
`,
      'metrics/intermediate': `${savedMs} 0.1 1\n`,
      'metrics/objective': `${savedMs} 3.5 0\n`,
      'metrics/sharpe': `${savedMs} 3.5 0\n`,
      'params/tb.fast': '1e-7',
      'tags/mlflow.parentRunId': 'run-1',
      'tags/mlflow.runName': 'trial 7',
      'tags/tradewright.fingerprint': expect.stringMatching(/^[\da-f]{64}$/),
      'tags/tradewright.kind': 'trial',
      'tags/tradewright.state': 'done',
      'tags/tradewright.worker': 'local-1',
    })
  })

  it.each([
    ['../../../outside', '../../../outside'],
    ['CON', '\u0000\u001B]0;x\u0007\u2028\u202E"\\😀\uD800'],
    ['a: b # c', '- [x]\n---\n...\n!!python/object:os.system'],
    ['', '   '],
  ])('with the key %j and the title %j stays readable and inside its folder', async (key, title) => {
    const dataDir = temporaryDataDir()
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(
      newRun({ kind: 'search', title, playbookId: key.slice(0, 64), spec: { [key]: title, files: [{ name: 'a', source: 'secret' }] } }),
    )
    store.note(id, title)
    store.putTrial(
      id,
      trial(0, { parameters: { [key]: 1, [key.toLowerCase()]: 2 }, metrics: { [key]: 1 }, message: title, worker: title.slice(0, 80) }),
    )
    store.finishRun(id, result({ metrics: { [key]: 2 } }))
    const folder = path.join(dataDir, 'mlruns')
    await exportMlflow(store, folder)
    expect(readFileStore(folder)).toHaveLength(2)
    expect(readdirSync(dataDir)).toEqual(['mlruns'])
    expect(readdirSync(folder)).toHaveLength(4)
    const params = readFileStore(folder).flatMap(({ runs }) => runs.map((run) => run.params))
    expect(params.every((found) => !Object.values(found).includes('secret'))).toBe(true)
  })

  it('made again changes no file; after a change only those of that run', async () => {
    const store = filledStore()
    const folder = path.join(temporaryDataDir(), 'mlruns')
    await exportMlflow(store, folder)
    const [before, times] = [snapshotOf(folder), mtimesOf(folder)]
    await exportMlflow(store, folder)
    expect(snapshotOf(folder)).toEqual(before)
    const rewritten = Object.entries(mtimesOf(folder)).filter(([file, ms]) => times[file] !== ms)
    expect(rewritten.map(([file]) => file)).toEqual(['README.txt'])
    store.note('run-2', '')
    store.finishRun('run-4', result())
    expect(await exportMlflow(store, folder)).toMatchObject({ runs: 4 })
    const after = snapshotOf(folder)
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((file) => before[file] !== after[file])
    expect(changed.filter((file) => !file.includes('run-4')).toSorted()).toEqual([
      `${IMBA}/run-2/tags/mlflow.note.content`,
      `${IMBA}/run-2/tags/tradewright.fingerprint`,
    ])
    expect(after[`${IMBA}/run-2/tags/mlflow.note.content`]).toBeUndefined()
  })

  it('leaves tags, artifacts and experiments of others alone', async () => {
    const store = filledStore()
    const folder = path.join(temporaryDataDir(), 'mlruns')
    await exportMlflow(store, folder)
    writeFileSync(path.join(folder, IMBA, 'run-2', 'tags', 'reviewed'), 'yes')
    writeFileSync(path.join(folder, IMBA, 'run-2', 'artifacts', 'mine.txt'), 'mine')
    mkdirSync(path.join(folder, '42'))
    writeFileSync(path.join(folder, '42', 'meta.yaml'), 'of another')
    store.note('run-2', 'another note')
    await exportMlflow(store, folder)
    const found = snapshotOf(folder)
    expect(found[`${IMBA}/run-2/tags/reviewed`]).toBe('yes')
    expect(found[`${IMBA}/run-2/artifacts/mine.txt`]).toBe('mine')
    expect(found['42/meta.yaml']).toBe('of another')
    expect(found[`${IMBA}/run-2/tags/mlflow.note.content`]).toBe('another note')
  })

  it('that was cut short in a run writes that run again', async () => {
    const store = filledStore()
    const folder = path.join(temporaryDataDir(), 'mlruns')
    await exportMlflow(store, folder)
    const before = snapshotOf(folder)
    const run = path.join(folder, IMBA, 'run-2')
    writeFileSync(path.join(run, 'tags', 'tradewright.fingerprint'), '')
    writeFileSync(path.join(run, 'metrics', 'sharpe'), 'half a li')
    await exportMlflow(store, folder)
    expect(snapshotOf(folder)).toEqual(before)
  })

  it('can be stopped, and says so; a folder that is none is named', async () => {
    const folder = path.join(temporaryDataDir(), 'mlruns')
    await expect(exportMlflow(filledStore(), folder, { signal: AbortSignal.abort(new Error('stopped by the user')) })).rejects.toThrow(
      'stopped by the user',
    )
    expect(readFileStore(folder).flatMap(({ runs }) => runs)).toHaveLength(1)
    const file = path.join(temporaryDataDir(), 'file')
    writeFileSync(file, '')
    await expect(exportMlflow(filledStore(), file)).rejects.toMatchObject({ name: 'LabStoreError', message: expect.stringContaining(file) })
  })

  it('goes on when a run is deleted meanwhile', async () => {
    const store = openTestStore(temporaryDataDir())
    const [first, second] = [store.createRun(newRun({ kind: 'search' })), store.createRun(newRun({ kind: 'search' }))]
    for (const { id } of [first, second]) {
      for (let number = 0; number < 20; number += 1) store.putTrial(id, trial(number))
      store.finishRun(id, result())
    }
    const folder = path.join(temporaryDataDir(), 'mlruns')
    const exporting = exportMlflow(store, folder)
    store.deleteRun(second.id)
    expect(await exporting).toEqual({ folder, runs: 1, trials: 20 })
    expect(readFileStore(folder)).toHaveLength(2)
  })

  it('of a large search holds its best trials, of equals the first', async () => {
    const store = openTestStore(temporaryDataDir())
    const { id } = store.createRun(newRun({ kind: 'search' }))
    const objectives = [1, -2, 5, null, 5, 0, 5]
    for (const [number, objective] of objectives.entries()) store.putTrial(id, trial(number, { objective }))
    store.finishRun(id, result())
    const folder = path.join(temporaryDataDir(), 'mlruns')
    expect(await exportMlflow(store, folder, { trialsMax: 3 })).toMatchObject({ runs: 1, trials: 3 })
    const found = new Set(readdirSync(path.join(folder, IMBA)))
    expect(objectives.flatMap((_, number) => (found.has(trialIdOf(id, number)) ? [number] : []))).toEqual([2, 4, 6])
    expect(await exportMlflow(store, path.join(temporaryDataDir(), 'all'))).toMatchObject({ trials: 7 })
  })

  const hasPyYaml = spawnSync('python3', ['-c', 'import yaml']).status === 0
  it.skipIf(!hasPyYaml)('means the same to PyYAML, int() and float(), which MLflow reads with', async () => {
    const store = filledStore()
    store.createRun(newRun({ title: 'x' }))
    store.finishRun('run-5', result({ metrics: { tiny: 5e-324, huge: 1.7e308, negative: -1e21, integer: 3 } }))
    store.finishRun('run-4', result())
    const hostile = store.createRun(newRun({ title: 'yes: "no" \\ #\t\u0085\u2028\u2029\uFEFF😀 \u007F' }))
    store.finishRun(hostile.id, result())
    const folder = path.join(temporaryDataDir(), 'mlruns')
    await exportMlflow(store, folder)
    const script = `import sys, json, pathlib, yaml
root = pathlib.Path(sys.argv[1])
metas = {str(p.relative_to(root)): yaml.safe_load(p.read_text(encoding='utf-8')) for p in sorted(root.rglob('meta.yaml'))}
metrics = {str(p.relative_to(root)): [[int(a), float(b), int(c)] for a, b, c in (line.strip().split(' ') for line in p.read_text().splitlines())] for p in sorted(root.rglob('metrics/*'))}
print(json.dumps([metas, metrics]))`
    const python = spawnSync('python3', ['-c', script, folder], { encoding: 'utf8' })
    expect(python.stderr).toBe('')
    const [metas, metrics] = JSON.parse(python.stdout)
    const files = filesBelow(folder)
    expect(metas).toEqual(
      Object.fromEntries(files.filter((file) => file.endsWith('meta.yaml')).map((file) => [file, readYaml(path.join(folder, file))])),
    )
    const ours = readFileStore(folder).flatMap(({ id, runs }) =>
      runs.flatMap((run) =>
        Object.entries(run.metrics).map(([key, points]) => [
          `${id}/${run.id}/metrics/${key}`,
          points.map(({ timestamp, value, step }) => [timestamp, value, step]),
        ]),
      ),
    )
    expect(metrics).toEqual(Object.fromEntries(ours))
    expect(Object.values<Record<string, unknown>>(metas).map((meta) => meta['run_name'])).toContain(
      'yes: "no" \\ #\t \u2028\u2029\uFEFF😀  ',
    )
  })
})

describe('keys', () => {
  it.each([
    ['imba.minScore', 'imba.minScore'],
    ['..', '_'],
    ['...x', '_x'],
    ['a/../b', 'a_.._b'],
    ['data hash.binanceusdm|BTC/USDT:USDT', 'data_hash.binanceusdm_BTC_USDT_USDT'],
    ['NUL.txt', '_NUL.txt'],
    ['ü', '_'],
    ['', '_'],
  ])('%j becomes %j', (text, key) => expect(safeKey(text)).toBe(key))

  it('that would be the same file are kept apart', () => {
    expect([
      ...safelyKeyed([
        ['a b', 1],
        ['A_B', 2],
        ['a_b', 3],
        ['c', 4],
      ]),
    ]).toEqual([
      ['a_b', 1],
      ['A_B_2', 2],
      ['a_b_3', 3],
      ['c', 4],
    ])
  })

  it('and texts become YAML in one line each', () => {
    expect(yaml({ b: 'x"\\\n\u0085é😀', a: null, c: -5, d: [] })).toBe('a: null\nb: "x\\"\\\\\\x0a\\x85\\xe9\\U0001f600"\nc: -5\nd: []\n')
  })
})
