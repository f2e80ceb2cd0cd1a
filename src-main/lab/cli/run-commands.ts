// The commands about runs that are stored. They read beside a running app; only deleting needs the store to itself.
import path from 'node:path'
import { compareRuns } from '../../../src-shared/bridge/run-compare.ts'
import { formatMetric, metricOf } from '../../../src-shared/format/lab-metric.ts'
import { formatUtc } from '../../../src-shared/format/times.ts'
import { type LabStoreReader, openLabStoreReader } from '../../adapters/lab-store/reader.ts'
import { reportView, checkView, exportRun } from '../service/run-views.ts'
import type { Call, Command } from './command.ts'
import { UsageError } from './faults.ts'
import { REPORT_OPTIONS, wantedFiles, writeOutput } from './output.ts'
import { labOptions, NO_STORE, runJob, withLabStore } from './run-job.ts'
import { metricTable } from './run-text.ts'
import { table } from './tables.ts'
import { oneOf, whole } from './values.ts'

const KINDS = ['backtest', 'search', 'walk_forward', 'look_ahead', 'warm_up', 'parity'] as const

function withReader<T>({ dataDir }: Call, work: (store: LabStoreReader) => T): T {
  const store = openLabStoreReader(dataDir)
  try {
    return work(store)
  } finally {
    store.close()
  }
}

const LIST: Command = {
  name: 'runs list',
  summary: 'List what was run, newest first',
  operands: [],
  options: {
    kind: { value: 'KIND', help: `only ${KINDS.join(', ')}` },
    parent: { value: 'RUN', help: 'those below a search or walk-forward (default: those below none)' },
    limit: { value: 'N', help: 'at most so many (default 20)' },
  },
  run(call, world) {
    const kind = call.text('kind')
    const limit = whole('limit', call.text('limit') ?? '20', { min: 1, max: 1_000 })
    const filter = { parentId: call.text('parent') ?? null, ...(kind === undefined ? {} : { kind: oneOf('kind', kind, KINDS) }) }
    const { total, rows } = withReader(call, (store) => store.runs({ limit, offset: 0 }, filter))
    const cells = rows.map(({ id, kind: of, state, createdMs, fromMs, toMs, title, metrics }) => [
      id,
      of,
      state,
      formatUtc(createdMs, 'minute'),
      `${formatUtc(fromMs, 'date')} to ${formatUtc(toMs, 'date')}`,
      formatMetric('net_pnl', metricOf(metrics, 'net_pnl')),
      formatMetric('sharpe', metricOf(metrics, 'sharpe')),
      title,
    ])
    world.out(table(['run', 'kind', 'state', 'begun', 'period', 'net profit', 'sharpe', 'title'], cells))
    if (total > rows.length) world.say(`${total - rows.length} more; --limit shows them\n`)
    return Promise.resolve(0)
  },
}

const SHOW: Command = {
  name: 'runs show',
  summary: 'Show the figures of a run, or write its report',
  operands: ['RUN'],
  options: REPORT_OPTIONS,
  run(call, world) {
    const [runId = ''] = call.operands
    const files = wantedFiles(call)
    withReader(call, (store) => {
      for (const { format, file } of files) writeOutput(world, file, exportRun(store, runId, format).text)
      if (files.some(({ file }) => file === '-')) return
      const { row, message } = store.run(runId)
      const isCheck = row.kind === 'look_ahead' || row.kind === 'warm_up' || row.kind === 'parity'
      const outcome = isCheck && row.state === 'done' ? `${checkView(store, runId).summary}\n` : ''
      world.out(`run ${row.id}, ${row.kind}, ${row.state}${message === '' ? '' : `: ${message}`}\n${row.title}\n${outcome}`)
      if (!isCheck) world.out(metricTable(row.metrics))
    })
    return Promise.resolve(0)
  },
}

const COMPARE: Command = {
  name: 'runs compare',
  summary: 'Show in what backtests differ, and how their figures do',
  operands: ['RUN', 'RUN…'],
  options: {},
  run(call, world) {
    if (new Set(call.operands).size !== call.operands.length) throw new UsageError('a run is named twice, expected different ones')
    const { fields, metrics } = withReader(call, (store) => compareRuns(call.operands.map((runId) => reportView(store, runId))))
    const names = call.operands.map((runId) => runId.slice(0, 12))
    world.out(
      table(
        ['setting', ...names],
        fields.map(({ path, values }) => [path, ...values.map((value) => (value === undefined ? '' : String(value)))]),
      ),
    )
    world.out('\n')
    const rows = metrics.map(({ metric, values, best }) => [
      metric,
      ...values.map((value, at) => `${formatMetric(metric, value)}${at === best ? ' *' : ''}`),
    ])
    world.out(table(['metric', ...names], rows))
    return Promise.resolve(0)
  },
}

const DELETE: Command = {
  name: 'runs delete',
  summary: 'Delete runs with all below them',
  operands: ['RUN…'],
  options: {},
  run: (call, world) =>
    withLabStore(call, world, {
      keep: true,
      work(store) {
        for (const runId of call.operands) {
          store.deleteRun(runId)
          world.out(`run ${runId} was deleted\n`)
        }
        return Promise.resolve(0)
      },
    }),
}

const MLFLOW: Command = {
  name: 'mlflow',
  summary: 'Write all runs into a folder that MLflow’s UI opens',
  operands: ['FOLDER'],
  options: {},
  notes: ['Then: mlflow ui --backend-store-uri FOLDER'],
  async run(call, world) {
    const [folder = ''] = call.operands
    const task = { kind: 'mlflow', folder: path.resolve(folder) } as const
    const { message } = await runJob(world, { options: labOptions(call, world), store: NO_STORE, task })
    world.out(`${message}\n`)
    return 0
  },
}

export const RUN_COMMANDS: readonly Command[] = [LIST, SHOW, COMPARE, DELETE, MLFLOW]
