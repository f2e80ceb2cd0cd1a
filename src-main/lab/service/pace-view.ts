// How fast this machine has worked of late, by kind of work: what a form estimates its time from. Read from what is stored of runs, so that it is
// known again after a start.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { SearchSpec } from '../../../src-shared/config/lab.ts'
import { periodsOf } from '../../../src-shared/config/purged-folds.ts'
import { TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { LabStoreReader } from '../../adapters/lab-store/reader.ts'
import type { RunRow } from '../../adapters/lab-store/rows.ts'

type Pace = Output<'lab.pace'>['paces'][number]
type Work = Pace['work']
type Store = Pick<LabStoreReader, 'runs' | 'run' | 'trials'>
/** Base candles, and the seconds that one thread took for them. */
type Done = { readonly candles: number; readonly seconds: number }

/** Runs of a kind that are looked at, the newest first, and of these the runs and trials that a pace is taken from. */
const RUNS_MAX = 60
const RUNS_PER_PACE = 3
const TRIALS_MAX = 100

/** One for each kind of work, playbook and timeframe that has been seen; none where nothing has ended yet. */
export function pacesOf(store: Store): Pace[] {
  const paces = [...newest(store, 'backtest', backtestDone), ...newest(store, 'search', (row) => trialsDone(store, row))]
  return paces.filter(({ candlesPerSecond }) => Number.isFinite(candlesPerSecond) && candlesPerSecond > 0)
}

const WORK: Readonly<Record<'backtest' | 'search', Work>> = { backtest: 'backtest', search: 'trial' }

function newest(store: Store, kind: 'backtest' | 'search', doneBy: (row: RunRow) => Done | null): Pace[] {
  const known = new Map<string, { readonly row: RunRow; readonly done: Done[] }>()
  for (const row of store.runs({ limit: RUNS_MAX, offset: 0 }, { kind }).rows) {
    const key = `${row.playbookId} ${row.timeframe}`
    const of = known.get(key) ?? { row, done: [] }
    const done = of.done.length < RUNS_PER_PACE ? doneBy(row) : null
    if (done !== null) of.done.push(done)
    known.set(key, of)
  }
  return [...known.values()].map(({ row: { playbookId, timeframe }, done }) => ({
    work: WORK[kind],
    playbookId,
    timeframe,
    candlesPerSecond: total(done, 'candles') / total(done, 'seconds'),
  }))
}

const total = (done: readonly Done[], of: keyof Done): number => done.reduce((sum, one) => sum + one[of], 0)

/** With its journal and its report, as the form starts one. */
const backtestDone = (row: RunRow): Done | null =>
  row.state === 'done' && row.hasJournal && row.seconds !== null ? { candles: candlesOf(row, row), seconds: row.seconds } : null

/** Of trials that were run to their end on threads of this machine, which are named so; what other machines did says nothing about it. */
function trialsDone(store: Store, row: RunRow): Done | null {
  const spec = SearchSpec.safeParse(store.run(row.id).spec)
  const periods = spec.success ? periodsOf(spec.data) : null
  if (periods?.ok !== true) return null
  const candles = periods.value.reduce((sum, period) => sum + candlesOf(row, period), 0)
  const seconds = store
    .trials(row.id, { limit: TRIALS_MAX, offset: 0 })
    .rows.flatMap((trial) => (trial.state === 'done' && trial.worker.startsWith('worker ') ? (trial.seconds ?? []) : []))
  return seconds.length === 0 ? null : { candles: candles * seconds.length, seconds: seconds.reduce((sum, one) => sum + one, 0) }
}

const candlesOf = (
  { instruments, timeframe }: Pick<RunRow, 'instruments' | 'timeframe'>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number => ((toMs - fromMs) / TIMEFRAME_MS[timeframe]) * instruments.length
