// One sentence on what will be run, and how long that may take by the pace of earlier runs. Pure.
import type { Output } from '../../../../src-shared/bridge/contract.ts'
import { DAY_MS, TIMEFRAME_MS, type Timeframe } from '../../../../src-shared/domain/time.ts'
import type { TimeSpan } from '../../../format/coverage.ts'
import { baseOf } from '../../../format/instruments.ts'
import { formatCompact, formatNumber } from '../../../format/numbers.ts'
import { formatDuration } from '../../../format/times.ts'
import { gridSize } from './search-dimensions.ts'
import type { LabSpec } from './spec.ts'
import { windowCount } from './walk-windows.ts'

type Run = Output<'lab.runs'>['rows'][number]
const RUNS_LOOKED_AT = 7

/** Candles a second: the median of the newest backtests that ended well; null before there is one. */
export function paceOf(runs: readonly Run[]): number | null {
  const paces = runs
    .filter(({ kind, state, seconds }) => kind === 'backtest' && state === 'done' && seconds !== null && seconds > 0)
    .toSorted((a, b) => b.createdMs - a.createdMs)
    .slice(0, RUNS_LOOKED_AT)
    .map((run) => candles(run, run.instruments.length, run.timeframe) / (run.seconds ?? 1))
    .toSorted((a, b) => a - b)
  return paces[Math.floor(paces.length / 2)] ?? null
}

const candles = ({ fromMs, toMs }: TimeSpan, instruments: number, timeframe: Timeframe): number =>
  ((toMs - fromMs) / TIMEFRAME_MS[timeframe]) * instruments

export type Workload = {
  readonly text: string
  /** Base candles that are run, or null where nobody can tell beforehand. */
  readonly candles: number | null
  readonly workers: number
}

/** `cores` of this machine; `cuts` of a look-ahead check, else null. */
export function workloadOf({ task, spec }: LabSpec, { cores, cuts }: { cores: number; cuts: number | null }): Workload {
  switch (task) {
    case 'backtest':
      return { ...once(spec.data), workers: 1 }
    case 'checks': {
      const how = cuts === null ? 'begun with more and more history' : `cut off at ${formatNumber(cuts, 0)} decision times`
      return { text: `${rangeText(spec.data)}, ${how}`, candles: null, workers: 1 }
    }
    case 'search': {
      const { data } = spec.backtest
      const trials = trialsOf(spec)
      return {
        text: `${trialsText(spec)} × ${rangeText(data)}`,
        candles: trials * once(data).candles,
        workers: workersOf(spec.workers, cores),
      }
    }
    case 'walk_forward': {
      const { data } = spec.search.backtest
      const windows = windowCount((data.toMs - data.fromMs) / DAY_MS, {
        train: spec.trainDays,
        validate: spec.validateDays,
        test: spec.testDays,
      })
      const perDay = once(data).candles / ((data.toMs - data.fromMs) / DAY_MS)
      const days = windows * (trialsOf(spec.search) * spec.trainDays + spec.candidates * spec.validateDays + spec.testDays)
      return {
        text: `${windows} ${windows === 1 ? 'window' : 'windows'} × ${trialsText(spec.search)} × ${spec.trainDays} days of ${names(data.instruments)}`,
        candles: days * perDay,
        workers: workersOf(spec.search.workers, cores),
      }
    }
  }
}

type Data = { readonly fromMs: number; readonly toMs: number; readonly instruments: readonly string[]; readonly timeframe: Timeframe }
type Search = Extract<LabSpec, { task: 'search' }>['spec']

const once = (data: Data): { readonly text: string; readonly candles: number } => ({
  text: rangeText(data),
  candles: candles(data, data.instruments.length, data.timeframe),
})
const NAMES_MAX = 4
const names = (instruments: readonly string[]): string =>
  instruments.length <= NAMES_MAX ? instruments.map(baseOf).join(', ') : `${instruments.length} instruments`
const rangeText = (data: Data): string => `${formatNumber((data.toMs - data.fromMs) / DAY_MS, 0)} days of ${names(data.instruments)}`
/** A grid has no more trials than points. */
const trialsOf = ({ method, trials, dimensions }: Search): number => (method === 'grid' ? Math.min(trials, gridSize(dimensions)) : trials)
const trialsText = (search: Search): string => {
  const trials = `${formatNumber(trialsOf(search), 0)} trials`
  return search.method === 'grid' ? `${trials} of a grid of ${formatCompact(gridSize(search.dimensions))}` : trials
}
const workersOf = (workers: number, cores: number): number => (workers > 0 ? workers : Math.max(1, cores - 1))

/** "120 trials × 51 days of BTC, ETH ≈ 17.6M candles. About 4m 10s on 1 thread." The time is by the pace of the last backtests. */
export function summaryOf({ text, candles: count, workers }: Workload, pace: number | null): string {
  if (count === null) return `${text}.`
  const threads = `${workers} ${workers === 1 ? 'thread' : 'threads'}`
  const time =
    pace === null
      ? 'No run has ended yet that would tell how long it takes'
      : `About ${formatDuration((count / pace / workers) * 1000)} on ${threads}`
  return `${text} ≈ ${formatCompact(count)} candles. ${time}.`
}
