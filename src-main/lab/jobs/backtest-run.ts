// One backtest from its data to its report, as a run of the store: the same for the page, the command line, the best of a search and a test of
// a walk-forward.
import { rmSync } from 'node:fs'
import path from 'node:path'
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import { formatMoney, formatNumber } from '../../../src-shared/format/numbers.ts'
import type { RunRow } from '../../adapters/lab-store/rows.ts'
import { RUN_JOURNAL } from '../../adapters/lab-store/run-folder.ts'
import { openJournal } from '../../adapters/journal/writer.ts'
import type { SearchOrigin } from '../../core/analytics/doctor/warning.ts'
import { runMetrics } from '../../core/analytics/run-metrics.ts'
import type { RunRecord } from '../../core/analytics/run-record.ts'
import type { RecordSink } from '../../core/kernel/trading-loop.ts'
import { JournalSink } from '../../engine/journal-sink.ts'
import { openBacktest } from '../backtest/backtest.ts'
import { planBacktest } from '../backtest/backtest-plan.ts'
import type { RunData } from '../backtest/run-data.ts'
import { Slices } from '../pool/slices.ts'
import { buildReport } from '../report/build-report.ts'
import { reportTrade } from '../report/trades.ts'
import { passportView } from '../service/passport-view.ts'
import { JobCanceled, type JobContext, JobFailure } from './job-context.ts'
import { newRun, withRun } from './job-run.ts'

export type BacktestRun = {
  readonly spec: BacktestSpec
  readonly data: RunData
  /** The run to take up again; null begins one. It runs from the start in any case, and comes to the same. */
  readonly runId: string | null
  readonly parentId: string | null
  readonly title?: string
  readonly journal: boolean
  /** Closes at its end what is open, as whoever goes on with other parameters has to. Not with a journal. */
  readonly closeOpen?: boolean
  /** The search that the parameters came from; null for a run of its own. */
  readonly search: SearchOrigin | null
  readonly onSteps: (done: number, total: number) => void
  /** More to keep with the run. */
  readonly keep?: (record: RunRecord) => Readonly<Record<string, unknown>>
}
export type BacktestOutcome = {
  readonly runId: string
  readonly record: RunRecord
  readonly metrics: LabMetricValues
  readonly message: string
}

/** Throws JobFailure when the backtest cannot be run, and JobCanceled. */
export async function runBacktest(context: JobContext, wanted: BacktestRun): Promise<BacktestOutcome> {
  const { spec, data, runId, parentId, title } = wanted
  const begin = newRun(context, spec, {
    kind: 'backtest',
    parentId,
    spec,
    passports: data.passports,
    ...(title === undefined ? {} : { title }),
  })
  return withRun(context, { runId, begin }, async (id) => {
    const record = await recordOf(context, wanted, id)
    const metrics = runMetrics(record)
    const { row } = await context.store.run(id)
    const artefacts = { ...reportOf(wanted, record, row), ...wanted.keep?.(record) }
    return { runId: id, record, metrics, hasJournal: wanted.journal, artefacts, message: summaryOf(metrics) }
  })
}

function reportOf({ spec, data, search }: BacktestRun, record: RunRecord, run: RunRow): Readonly<Record<'report' | 'trades', unknown>> {
  const candles = new Map(data.series.map((series) => [series.instrumentId, series.candles]))
  const passports = data.passports.map(passportView)
  return { report: buildReport({ run, spec, record, passports, candles, search }), trades: record.trips.map(reportTrade) }
}

async function recordOf(context: JobContext, { spec, data, journal, closeOpen, onSteps }: BacktestRun, runId: string): Promise<RunRecord> {
  const plan = await planBacktest(spec)
  if (!plan.ok) throw new JobFailure(plan.error)
  const writing = journal ? await openRunJournal(context, runId) : null
  try {
    const opened = openBacktest(plan.value, data, writing === null ? {} : { sink: writing.sink })
    if (!opened.ok) throw new JobFailure(opened.error)
    const backtest = opened.value
    const slices = new Slices(backtest, context)
    while (!slices.finished) {
      if (!slices.runOnce()) throw new JobCanceled()
      onSteps(backtest.done, backtest.total)
    }
    if (closeOpen === true) backtest.closeOpen()
    return backtest.record()
  } finally {
    writing?.close()
    plan.value.close()
  }
}

/** What is written at once: a journal bounds what may wait. */
const RECORDS_MAX = 500

/** A run begins its journal anew, also when it is run again. */
async function openRunJournal(context: JobContext, runId: string): Promise<{ sink: RecordSink; close(): void }> {
  const file = path.join(await context.store.makeRunFolder(runId), RUN_JOURNAL)
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(`${file}${suffix}`, { force: true })
  // It can be had again by running it again.
  const { journal } = openJournal(file, { durability: 'process' })
  const writer = new JournalSink(journal, (failed, message) => {
    context.log(failed ? 'error' : 'info', message)
    if (failed) throw new JobFailure(`the journal of the run cannot be written: ${message}`)
  })
  const sink: RecordSink = {
    append: (record) => {
      writer.append(record)
      if (writer.queued >= RECORDS_MAX) writer.commit()
    },
    commit: () => writer.commit(),
  }
  return { sink, close: () => journal.close() }
}

/** Such as "42 trades, net profit 123.45, Sharpe ratio 1.20". */
export function summaryOf({ trades, net_pnl: netPnl, sharpe }: LabMetricValues): string {
  const parts = [`${trades ?? 0} trades`, `net profit ${formatMoney(netPnl ?? 0)}`]
  return [...parts, ...(sharpe === null ? [] : [`Sharpe ratio ${formatNumber(sharpe, 2)}`])].join(', ')
}
