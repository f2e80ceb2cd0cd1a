// The curve of a run, small enough to be looked at, and its months.
import type { RunRecord, RunSteps } from './run-record.ts'

export type EquityCurve = {
  readonly tsMs: number[]
  readonly equity: number[]
  /** Fraction below the highest equity before, 0 or more. */
  readonly drawdown: number[]
  readonly benchmark: number[]
}

export const CURVE_POINTS_MAX = 2000
/** Of each bucket the lowest and highest equity and the deepest drawdown. */
const POINTS_PER_BUCKET = 3
/** First and last step, lowest and highest benchmark. */
const POINTS_BESIDES = 4
const BUCKETS = Math.floor((CURVE_POINTS_MAX - POINTS_BESIDES) / POINTS_PER_BUCKET)

/** At most 2,000 points, real steps all of them, chosen so that no extreme of equity or drawdown is lost. */
export function equityCurve({ steps, initialBalance }: Pick<RunRecord, 'steps' | 'initialBalance'>): EquityCurve {
  const drawdown = drawdowns(steps.equity, initialBalance)
  const chosen = steps.tsMs.length <= CURVE_POINTS_MAX ? Array.from(steps.tsMs.keys()) : chosenSteps(steps, drawdown)
  const pick = (column: Float64Array): number[] => chosen.map((index) => column[index] ?? 0)
  return { tsMs: pick(steps.tsMs), equity: pick(steps.equity), drawdown: pick(drawdown), benchmark: pick(steps.benchmark) }
}

/** At each step, how far equity lies below its highest, as a fraction of that. */
export function drawdowns(equity: Float64Array, initialBalance: number): Float64Array {
  const result = new Float64Array(equity.length)
  let peak = initialBalance
  for (let i = 0; i < equity.length; i++) {
    const value = equity[i] ?? 0
    if (value > peak) peak = value
    result[i] = peak > 0 ? (peak - value) / peak : 0
  }
  return result
}

function chosenSteps({ tsMs, equity, benchmark }: RunSteps, drawdown: Float64Array): number[] {
  const last = tsMs.length - 1
  const whole = { from: 0, to: tsMs.length }
  const chosen = new Set<number>([0, last, lowest(benchmark, whole), highest(benchmark, whole)])
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const range = { from: Math.floor((bucket * tsMs.length) / BUCKETS), to: Math.floor(((bucket + 1) * tsMs.length) / BUCKETS) }
    chosen.add(lowest(equity, range)).add(highest(equity, range)).add(highest(drawdown, range))
  }
  return [...chosen].toSorted((a, b) => a - b)
}

type Range = { readonly from: number; readonly to: number }
function highest(column: Float64Array, { from, to }: Range): number {
  let best = from
  for (let i = from + 1; i < to; i++) if ((column[i] ?? 0) > (column[best] ?? 0)) best = i
  return best
}
function lowest(column: Float64Array, { from, to }: Range): number {
  let best = from
  for (let i = from + 1; i < to; i++) if ((column[i] ?? 0) < (column[best] ?? 0)) best = i
  return best
}

export type RunMonth = {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  /** Equity at its end ÷ equity at its beginning − 1. */
  readonly totalReturn: number
  /** Change of equity, open positions included. */
  readonly netPnl: number
  /** Round trips that were closed in it. */
  readonly trades: number
}

/** UTC months that have steps, oldest first; a step that closes at midnight belongs to the month that ends. */
export function runMonths({ steps: { tsMs, equity }, initialBalance, trips }: RunRecord): RunMonth[] {
  const trades = new Map<number, number>()
  for (const { trip } of trips) trades.set(monthOf(trip.closedMs), (trades.get(monthOf(trip.closedMs)) ?? 0) + 1)
  const months: RunMonth[] = []
  let before = initialBalance
  for (let first = 0; first < tsMs.length;) {
    const month = monthOf((tsMs[first] ?? 0) - 1)
    const next = firstAfter(tsMs, { from: first, tsMs: startOfMonth(month + 1) })
    const after = equity[next - 1] ?? before
    months.push({
      year: Math.floor(month / 12),
      month: (month % 12) + 1,
      totalReturn: before > 0 ? after / before - 1 : 0,
      netPnl: after - before,
      trades: trades.get(month) ?? 0,
    })
    before = after
    first = next
  }
  return months
}

/** Months since the year 0. */
function monthOf(tsMs: number): number {
  const date = new Date(tsMs)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
const startOfMonth = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12)

/** Index of the first time after `tsMs` in an ascending list, at `from` or behind it; its length when there is none. By bisection. */
export function firstAfter(times: Float64Array, { from, tsMs }: { from: number; tsMs: number }): number {
  let low = from
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) <= tsMs) low = middle + 1
    else high = middle
  }
  return low
}
