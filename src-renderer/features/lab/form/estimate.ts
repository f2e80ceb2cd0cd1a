// One sentence on what will be run, and how long that may take by the pace of what ran before. Pure.
import type { Output } from '../../../../src-shared/bridge/contract.ts'
import type { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../../src-shared/config/lab.ts'
import { DAY_MS, TIMEFRAME_MS, type Timeframe } from '../../../../src-shared/domain/time.ts'
import { baseOf } from '../../../format/instruments.ts'
import { formatCompact, formatNumber } from '../../../format/numbers.ts'
import { formatDuration } from '../../../format/times.ts'
import { gridSize } from './search-dimensions.ts'
import type { LabSpec } from './spec.ts'
import { windowCount } from './walk-windows.ts'

/** What the lab says of its pace; null while nobody has answered. */
export type LabPace = Output<'lab.pace'>
type Work = LabPace['paces'][number]['work']

/** Candles that are worked off one after the other, or by as many threads as there are. */
type Part = { readonly work: Work; readonly candles: number; readonly threads: number }
export type Workload = {
  readonly text: string
  readonly playbookId: string
  readonly timeframe: Timeframe
  /** One after the other; none where nobody can tell beforehand. */
  readonly parts: readonly Part[]
}

/** `threads` that a search has when it leaves that open; `cuts` of a look-ahead check, else null. */
export function workloadOf({ task, spec }: LabSpec, { threads, cuts }: { threads: number; cuts: number | null }): Workload {
  switch (task) {
    case 'backtest':
      return { ...about(spec), text: rangeText(spec.data), parts: [{ work: 'backtest', candles: candlesOf(spec.data), threads: 1 }] }
    case 'checks': {
      const how = cuts === null ? 'begun with more and more history' : `cut off at ${formatNumber(cuts, 0)} decision times`
      return { ...about(spec), text: `${rangeText(spec.data)}, ${how}`, parts: [] }
    }
    case 'search': {
      const { data } = spec.backtest
      return {
        ...about(spec.backtest),
        text: `${trialsText(spec)} × ${rangeText(data)}`,
        parts: [
          { work: 'trial', candles: trialsOf(spec) * candlesOf(data), threads: threadsOf(spec, threads) },
          // The best once more, in full.
          { work: 'backtest', candles: candlesOf(data), threads: 1 },
        ],
      }
    }
    case 'walk_forward':
      return walkForwardLoad(spec, threads)
  }
}

function walkForwardLoad(spec: WalkForwardSpec, threads: number): Workload {
  const { search, trainDays, validateDays, testDays, candidates, mode } = spec
  const { data } = search.backtest
  const days = (data.toMs - data.fromMs) / DAY_MS
  const windows = windowCount(days, { train: trainDays, validate: validateDays, test: testDays })
  const perDay = candlesOf(data) / days
  // An anchored training grows by a test from window to window.
  const trained = trainDays + (mode === 'anchored' ? (testDays * (windows - 1)) / 2 : 0)
  return {
    ...about(search.backtest),
    text: `${windows} ${windows === 1 ? 'window' : 'windows'} × ${trialsText(search)} × ${formatNumber(trained, 0)} days of ${names(data.instruments)}`,
    parts: [
      {
        work: 'trial',
        candles: windows * perDay * (trialsOf(search) * trained + candidates * validateDays),
        threads: threadsOf(search, threads),
      },
      { work: 'trial', candles: windows * perDay * testDays, threads: 1 },
    ],
  }
}

const about = ({ playbook, data }: BacktestSpec): Pick<Workload, 'playbookId' | 'timeframe'> => ({
  playbookId: playbook.id,
  timeframe: data.timeframe,
})

type Data = BacktestSpec['data']

const NAMES_MAX = 4
const names = (instruments: readonly string[]): string =>
  instruments.length <= NAMES_MAX ? instruments.map(baseOf).join(', ') : `${instruments.length} instruments`
const rangeText = (data: Data): string => `${formatNumber((data.toMs - data.fromMs) / DAY_MS, 0)} days of ${names(data.instruments)}`
/** A grid has no more trials than points. */
const trialsOf = ({ method, trials, dimensions }: SearchSpec): number =>
  method === 'grid' ? Math.min(trials, gridSize(dimensions)) : trials
const trialsText = (search: SearchSpec): string => {
  const trials = `${formatNumber(trialsOf(search), 0)} trials`
  return search.method === 'grid' ? `${trials} of a grid of ${formatCompact(gridSize(search.dimensions))}` : trials
}
/** No more than may be under way at once, where trials learn from each other; a trial of folds keeps as many threads busy as it has folds. */
function threadsOf(search: SearchSpec, threads: number): number {
  const learns = search.method === 'tpe' || search.pruner.kind !== 'none'
  const folds = search.validation.kind === 'none' ? 1 : search.validation.folds
  const atOnce = (learns ? Math.min(search.parallel, trialsOf(search)) : trialsOf(search)) * folds
  return Math.max(1, Math.min(search.workers > 0 ? search.workers : threads, atOnce))
}

const candlesOf = ({ fromMs, toMs, timeframe, instruments }: Data): number =>
  ((toMs - fromMs) / TIMEFRAME_MS[timeframe]) * instruments.length

/** "120 trials × 51 days of BTC, ETH ≈ 17.6M candles. About 4m 10s on 1 thread." The time is by the pace of what ran before. */
export function summaryOf(load: Workload, pace: LabPace | null): string {
  const [first] = load.parts
  if (first === undefined) return `${load.text}.`
  const sum = load.parts.reduce((total, { work, candles }) => total + (work === first.work ? candles : 0), 0)
  return `${load.text} ≈ ${formatCompact(sum)} candles.${timeText(load, first, pace)}`
}

function timeText(load: Workload, { work, threads }: Part, pace: LabPace | null): string {
  if (pace === null) return ''
  if (work === 'trial' && pace.threads === null) return ' How long that takes is up to the workers at the shared queue.'
  const seconds = secondsOf(load, pace)
  if (seconds === null)
    return ` No ${work === 'trial' ? 'trial' : 'backtest'} of this playbook has ended yet that would tell how long it takes.`
  return ` About ${formatDuration(Math.max(1, Math.round(seconds)) * 1000)} on ${threads} ${threads === 1 ? 'thread' : 'threads'}.`
}

/**
 * By the pace of this playbook on this timeframe; null where what takes most of the time has never run: another playbook may be ten times slower.
 * A last backtest of which nothing is known is left out.
 */
function secondsOf({ parts, playbookId, timeframe }: Workload, { paces }: LabPace): number | null {
  const paceOf = (work: Work): number | undefined =>
    paces.find((one) => one.work === work && one.playbookId === playbookId && one.timeframe === timeframe)?.candlesPerSecond
  const [first, ...rest] = parts.map(({ work, candles, threads }) => {
    const pace = paceOf(work)
    return pace === undefined ? null : candles / pace / threads
  })
  return first == null ? null : rest.reduce<number>((sum, seconds) => sum + (seconds ?? 0), first)
}
