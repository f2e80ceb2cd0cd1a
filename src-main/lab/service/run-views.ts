// What is stored of a run, as the screen and the command line see it. Reads only; whatever can be computed from the trials is.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../src-shared/config/lab.ts'
import { type LabStoreReader, PAGE_MAX } from '../../adapters/lab-store/reader.ts'
import type { StoredRun } from '../../adapters/lab-store/rows.ts'
import { bundledDeclarations } from '../adopt.ts'
import type { CheckOutcome } from '../checks/check.ts'
import type { Overfitting } from '../jobs/search-result.ts'
import { studyTrial } from '../jobs/trial-rows.ts'
import type { Stitched, WalkForwardKept } from '../jobs/walk-forward-job.ts'
import type { Report } from '../report/build-report.ts'
import { reportHtml } from '../report/html/report-html.ts'
import { reportCsv, reportJson } from '../report/tables.ts'
import type { ReportTrade } from '../report/trades.ts'
import { crossValidate, scoreSpread } from '../search/cross-validation.ts'
import { dimensionViews } from '../search/dimension-views.ts'
import { heatMapOf } from '../search/heat-map.ts'
import { plateauOf } from '../search/plateau.ts'
import { type StudyTrial, bestTrials } from '../search/trial.ts'
import { periodsOf } from '../../../src-shared/config/purged-folds.ts'
import { summaryOf } from '../walk-forward/summary.ts'
import { WalkForward } from '../walk-forward/walk-forward.ts'
import { Refusal } from './refusal.ts'

export type ExportFormat = 'html' | 'json' | 'csv'

/** Trials that a view looks at: of more, the first. */
const TRIALS_READ_MAX = 20_000

/** The report of a backtest. Throws a Refusal when the run has none, saying why. */
export function reportView(store: LabStoreReader, runId: string): Report {
  const { row, message } = store.run(runId)
  const report = store.artefact(runId, 'report') as Report | null
  if (report === null) throw withoutReport(row, message)
  return { ...report, passports: report.passports.map(withoutSize), run: row }
}

/** Older versions wrote a size of 0 there, which was no size. */
function withoutSize(passport: Report['passports'][number] & { readonly bytes?: number }): Report['passports'][number] {
  const { bytes: _none, ...known } = passport
  return known
}

/** Round trips by time of closing. Throws a Refusal when the run has no report. */
export function tradesOf(store: LabStoreReader, runId: string): readonly ReportTrade[] {
  const { row, message } = store.run(runId)
  const trades = store.artefact(runId, 'trades') as readonly ReportTrade[] | null
  if (trades === null) throw withoutReport(row, message)
  return trades
}

function withoutReport({ id, kind, state }: StoredRun['row'], message: string): Refusal {
  if (kind !== 'backtest') return new Refusal('bad_input', `run ${id} is a ${kind.replace('_', '-')}, and only a backtest has a report`)
  return new Refusal('refused', `run ${id} has no report, because it is ${state}${message === '' ? '' : `: ${message}`}`)
}

/** The report as one file. */
export function exportRun(store: LabStoreReader, runId: string, format: ExportFormat): Output<'lab.run.export'> {
  const trades = tradesOf(store, runId)
  const report = reportView(store, runId)
  const fileName = `tradewright-${runId}.${format}`
  if (format === 'csv') return { fileName, text: reportCsv(trades) }
  return { fileName, text: format === 'json' ? reportJson(report, trades) : reportHtml(report, trades) }
}

export function studyView(store: LabStoreReader, runId: string): Output<'lab.run.study'> {
  const { row, spec, trials, stored } = searchOf(store, runId)
  const best = bestTrials(trials, 1)[0]
  const isFolded = spec.validation.kind !== 'none'
  return {
    run: row,
    spec,
    dimensions: dimensionViews(spec.dimensions, bundledDeclarations(), trials),
    trials: shownTrials(row.state === 'running' ? trials : trials.filter(hasEnded)).map((trial) => trialView(trial, isFolded)),
    trialsStored: stored,
    trialsRead: trials.length,
    best: best?.number ?? null,
    plateau: plateauOf(spec.dimensions, trials),
    overfitting: store.artefact(runId, 'overfitting') as Overfitting | null,
    crossValidation: crossValidationView(spec, trials),
  }
}

function crossValidationView(spec: SearchSpec, trials: readonly StudyTrial[]): Output<'lab.run.study'>['crossValidation'] {
  const periods = periodsOf(spec)
  const crossed = spec.validation.kind === 'none' ? null : crossValidate(spec.dimensions, trials)
  if (crossed === null || !periods.ok) return null
  const folds = crossed.folds.map((fold, at) => ({
    ...fold,
    parameters: fold.parameters === null ? null : { ...fold.parameters },
    fromMs: periods.value[at]?.fromMs ?? spec.backtest.data.fromMs,
    toMs: periods.value[at]?.toMs ?? spec.backtest.data.toMs,
  }))
  return { ...crossed, folds, stability: [...crossed.stability] }
}

/** Those that were under way when a search was stopped are begun again when it goes on. */
const hasEnded = ({ state }: StudyTrial): boolean => state !== 'running'

const trialView = (
  { number, state, parameters, objective, metrics, seconds, worker, message, looks }: StudyTrial,
  isFolded: boolean,
): Output<'lab.run.study'>['trials'][number] => ({
  number,
  state,
  parameters: { ...parameters },
  objective,
  metrics: { ...metrics },
  seconds,
  worker,
  message,
  spread: isFolded ? scoreSpread(looks) : null,
})

/** Throws a Refusal that names a dimension which is not searched over. */
export function heatMapView(store: LabStoreReader, { runId, x, y }: { runId: string; x: string; y: string }): Output<'lab.run.heatMap'> {
  const map = heatMapOf(searchOf(store, runId), x, y)
  if (!map.ok) throw new Refusal('bad_input', map.error)
  return map.value
}

export function walkForwardView(store: LabStoreReader, runId: string): Output<'lab.run.walkForward'> {
  const { row, spec: stored } = ofKind(store, runId, 'walk_forward')
  const spec = WalkForwardSpec.parse(stored)
  const kept = store.loadState(runId) as WalkForwardKept | null
  const restored = WalkForward.restore({ spec, windows: kept?.windows ?? [] })
  if (!restored.ok) throw new Refusal('refused', restored.error)
  const stitched = store.artefact(runId, 'stitched') as Stitched | null
  const nothing = { tsMs: [], equity: [], drawdown: [] }
  return { run: row, spec, ...summaryOf(restored.value), equity: stitched?.equity ?? nothing, metrics: { ...stitched?.metrics } }
}

export function checkView(store: LabStoreReader, runId: string): Output<'lab.run.check'> {
  const { row, message } = store.run(runId)
  const outcome = store.artefact(runId, 'check') as CheckOutcome | null
  if (outcome === null)
    throw new Refusal(
      'refused',
      `run ${runId} has no outcome of a check, because it is ${row.kind === 'backtest' ? 'a backtest' : row.state}${message === '' ? '' : `: ${message}`}`,
    )
  const differences = outcome.differences.map(({ strategyId, ...difference }) => ({ ...difference, strategyId: strategyId ?? '' }))
  return { run: row, ...outcome, differences }
}

/** The specification of the backtests that a run is made of. Throws a Refusal for one that has none. */
export function backtestOf(store: LabStoreReader, runId: string): BacktestSpec {
  const { row, spec } = store.run(runId)
  switch (row.kind) {
    case 'backtest':
      return BacktestSpec.parse(spec)
    case 'search':
      return SearchSpec.parse(spec).backtest
    case 'walk_forward':
      return WalkForwardSpec.parse(spec).search.backtest
    case 'look_ahead':
    case 'warm_up':
    case 'parity':
      throw new Refusal('bad_input', `run ${runId} is a check, expected a backtest, a search or a walk-forward`)
  }
}

type SearchRun = {
  readonly row: StoredRun['row']
  readonly spec: SearchSpec
  /** At most TRIALS_READ_MAX of those that are stored. */
  readonly trials: readonly StudyTrial[]
  readonly stored: number
}

function searchOf(store: LabStoreReader, runId: string): SearchRun {
  const { row, spec } = ofKind(store, runId, 'search')
  const trials: StudyTrial[] = []
  let stored = 0
  while (trials.length < TRIALS_READ_MAX) {
    const { total, rows } = store.trials(runId, { limit: PAGE_MAX, offset: trials.length })
    stored = total
    trials.push(...rows.map(studyTrial))
    if (rows.length < PAGE_MAX) break
  }
  return { row, spec: SearchSpec.parse(spec), trials, stored }
}

function ofKind(store: LabStoreReader, runId: string, kind: StoredRun['row']['kind']): StoredRun {
  const run = store.run(runId)
  if (run.row.kind === kind) return run
  throw new Refusal('bad_input', `run ${runId} is a ${run.row.kind.replace('_', '-')}, expected a ${kind.replace('_', '-')}`)
}

/** The contract's bound; of more the best are shown. */
const TRIALS_SHOWN_MAX = 5_000
function shownTrials(trials: readonly StudyTrial[]): readonly StudyTrial[] {
  if (trials.length <= TRIALS_SHOWN_MAX) return trials
  return bestTrials(trials, TRIALS_SHOWN_MAX).toSorted((a, b) => a.number - b.number)
}
