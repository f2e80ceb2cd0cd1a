// Whether the history before a backtest was long enough. Averages that never forget (EMA, Wilder) depend a little on where they began. The period is
// begun twice: as the backtest begins it, and from a start that lies much earlier, so that everything has long settled. From the first moment of the
// period on, what the strategies are shown must agree; what does not is named, with how much it is off.
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { DAY_MS, TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { StrategyInputs } from '../../core/kernel/strategy-desk.ts'
import { type Backtest, openBacktest } from '../backtest/backtest.ts'
import type { BacktestPlan } from '../backtest/backtest-plan.ts'
import type { RunData } from '../backtest/run-data.ts'
import { cutHistory } from '../backtest/truncated.ts'
import { CheckCanceled, type CheckDifference, type CheckHooks, type CheckOutcome, DIFFERENCES_MAX, NO_HOOKS } from './check.ts'

/** Relative error from which on a value counts as not settled: a hundredth of a percent moves no threshold that a person would set. */
export const SETTLED_ERROR_MAX = 1e-4
/** Times looked at, spread over the first bars, where errors are largest. */
const LOOKS = 40
/** How many bars of the longest timeframe in play the looks are spread over. */
const BARS_SPREAD = 10
const STEPS_A_TURN = 2_000

type Worst = { readonly difference: CheckDifference; readonly error: number }

/** How much earlier the second run begins. */
const EARLIER_DAYS = 60

/** What the data of the check is loaded for: the period, and what lies well before it. */
export const warmUpSpec = (spec: BacktestSpec): BacktestSpec => ({
  ...spec,
  data: { ...spec.data, fromMs: Math.max(0, spec.data.fromMs - EARLIER_DAYS * DAY_MS) },
})

/** `data` is that of {@link warmUpSpec}. The error is one sentence. Throws CheckCanceled. */
export function checkWarmUp(plan: BacktestPlan, data: RunData, hooks: CheckHooks = NO_HOOKS): Result<CheckOutcome, string> {
  const { fromMs, warmupDays, timeframe } = plan.spec.data
  const firstMs = Math.min(...data.series.map(({ candles }) => candles.openTimeMs[0] ?? Number.POSITIVE_INFINITY))
  const earlierMs = Math.max(warmUpSpec(plan.spec).data.fromMs, firstMs + TIMEFRAME_MS[timeframe])
  if (!(earlierMs < fromMs)) return err(`the store has nothing from before ${iso(fromMs)} to compare the start of the period with`)
  const short = openBacktest(plan, cutHistory(data, fromMs - warmupDays * DAY_MS))
  const long = openBacktest({ ...plan, spec: { ...plan.spec, data: { ...plan.spec.data, fromMs: earlierMs } } }, data)
  if (!short.ok) return short
  if (!long.ok) return long
  const times = lookTimes(plan, fromMs)
  const worst = new Map<string, Worst>()
  let compared = 0
  for (const [index, atMs] of times.entries()) {
    hooks.onProgress(index, times.length)
    if (!runUntil(short.value, atMs, hooks) || !runUntil(long.value, atMs, hooks)) break
    compared += keepWorst(worst, atMs, { short: short.value.kernel.strategies.inputs(), long: long.value.kernel.strategies.inputs() })
  }
  hooks.onProgress(times.length, times.length)
  if (compared === 0) return err('the period is too short to look at: not one bar of a strategy closes in it')
  return ok(
    outcomeOf(
      [...worst.values()].toSorted((a, b) => b.error - a.error),
      { compared, looks: times.length },
    ),
  )
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** Whole base candles, close together at first. */
function lookTimes({ spec, strategies }: BacktestPlan, fromMs: number): readonly number[] {
  const baseMs = TIMEFRAME_MS[spec.data.timeframe]
  const longestMs = Math.max(baseMs, ...strategies.map(({ plugin }) => TIMEFRAME_MS[plugin.declaration.timeframe]))
  const spreadMs = Math.min(BARS_SPREAD * longestMs, spec.data.toMs - fromMs)
  const times = Array.from({ length: LOOKS }, (_, index) => fromMs + baseMs * Math.ceil((spreadMs * ((index + 1) / LOOKS) ** 2) / baseMs))
  return [...new Set(times)]
}

/** False when the data ends before. */
function runUntil(backtest: Backtest, atMs: number, hooks: CheckHooks): boolean {
  for (let steps = 1; backtest.kernel.nowMs < atMs; steps += 1) {
    if (backtest.run(1)) return false
    if (steps % STEPS_A_TURN === 0 && hooks.isCanceled()) throw new CheckCanceled()
  }
  return true
}

/** Returns how many values were compared. A strategy that has not been shown anything on either side yet is left out. */
function keepWorst(
  worst: Map<string, Worst>,
  tsMs: number,
  { short, long }: { short: readonly StrategyInputs[]; long: readonly StrategyInputs[] },
): number {
  let compared = 0
  for (const [index, { strategyId, instrumentId, values }] of short.entries()) {
    const settled = long[index]?.values ?? {}
    for (const [input, value] of Object.entries(values)) {
      const other = settled[input] ?? null
      if (value === null && other === null) continue
      compared += 1
      const error = relativeError(value, other)
      const key = `${strategyId} ${instrumentId} ${input}`
      if (error === 0 || error <= (worst.get(key)?.error ?? 0)) continue
      worst.set(key, { error, difference: { tsMs, instrumentId, strategyId, input, full: String(other), cut: String(value) } })
    }
  }
  return compared
}

/** Infinity when only one of them is known. */
function relativeError(value: number | null, other: number | null): number {
  if (value === null || other === null) return value === other ? 0 : Number.POSITIVE_INFINITY
  return value === other ? 0 : Math.abs(value - other) / Math.max(Math.abs(value), Math.abs(other))
}

function outcomeOf(worst: readonly Worst[], { compared, looks }: { compared: number; looks: number }): CheckOutcome {
  const unsettled = worst.filter(({ error }) => error > SETTLED_ERROR_MAX)
  const [first] = unsettled
  const largest = worst[0]?.error ?? 0
  const summary =
    first === undefined
      ? `${compared} values at ${looks} times: with a much longer history none is off by more than ${shown(largest)}.`
      : `${unsettled.length} inputs are not settled at the start; "${first.difference.input}" of ${first.difference.strategyId ?? ''} is off by ${shown(first.error)}: it needs a longer warm-up.`
  return {
    passed: unsettled.length === 0,
    compared,
    differences: unsettled.map(({ difference }) => difference).slice(0, DIFFERENCES_MAX),
    summary,
  }
}

const shown = (error: number): string =>
  Number.isFinite(error) ? `${(error * 100).toPrecision(2)} %` : 'everything: it is known on one side only'
