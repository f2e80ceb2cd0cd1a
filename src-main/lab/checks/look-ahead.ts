// Whether a decision knew the future. The backtest is run once over all data and stopped at random decision times; there the data is cut off and
// the run is repeated on what was left. What the strategies were shown at that moment, and every decision up to it, must be the same to the last bit.
import type { Result } from '../../../src-shared/domain/result.ts'
import { err, ok } from '../../../src-shared/domain/result.ts'
import type { DecisionTrace } from '../../../src-shared/domain/decision.ts'
import type { JournalRecord } from '../../../src-shared/events/journal-record.ts'
import type { StrategyInputs } from '../../core/kernel/strategy-desk.ts'
import type { RecordSink } from '../../core/kernel/trading-loop.ts'
import { createRandom } from '../../core/simulation/random.ts'
import { type Backtest, openBacktest } from '../backtest/backtest.ts'
import type { BacktestPlan } from '../backtest/backtest-plan.ts'
import type { RunData } from '../backtest/run-data.ts'
import { cutAfter } from '../backtest/truncated.ts'
import { CheckCanceled, type CheckDifference, type CheckHooks, type CheckOutcome, DIFFERENCES_MAX, NO_HOOKS } from './check.ts'
import { firstDifference } from './first-difference.ts'

/** Strategies made for the data they will be shown: one that holds on to other data cheats. */
export type PlanFor = (data: RunData) => BacktestPlan

type Look = { readonly atMs: number; readonly inputs: readonly StrategyInputs[]; readonly decisions: number }
type FullRun = { readonly looks: readonly Look[]; readonly decisions: readonly DecisionTrace[] }

const STEPS_A_TURN = 2_000

/**
 * `cuts` random decision times are tried, drawn with `seed`; fewer when there were fewer decisions. The error is one sentence: the backtest
 * cannot be run, or decided nothing. Throws CheckCanceled.
 */
export function checkLookAhead(
  planFor: PlanFor,
  data: RunData,
  { cuts, seed, hooks = NO_HOOKS }: { readonly cuts: number; readonly seed: number; readonly hooks?: CheckHooks },
): Result<CheckOutcome, string> {
  const first = allDecisions(planFor, data, hooks)
  if (!first.ok) return first
  const times = drawTimes(first.value, cuts, seed)
  if (times.length === 0) return err('nothing was decided in this period, so there is nothing to check')
  const full = runWithLooks(planFor, data, { times, hooks })
  if (!full.ok) return full
  const differences: CheckDifference[] = []
  for (const [index, look] of full.value.looks.entries()) {
    hooks.onProgress(index, full.value.looks.length)
    const cut = runCut(planFor, data, { look, hooks })
    if (!cut.ok) return cut
    differences.push(...compareLook(look, full.value.decisions.slice(0, look.decisions), cut.value))
    if (differences.length >= DIFFERENCES_MAX) break
  }
  hooks.onProgress(full.value.looks.length, full.value.looks.length)
  return ok(outcomeOf(full.value, differences))
}

// ---- runs ----------------------------------------------------------------------------------------------------------

class DecisionList implements RecordSink {
  readonly decisions: DecisionTrace[] = []
  append(record: JournalRecord): void {
    if (record.kind === 'decision') this.decisions.push(record.body)
  }
  commit(): boolean {
    return true
  }
}

function finish(backtest: Backtest, hooks: CheckHooks): void {
  while (!backtest.run(STEPS_A_TURN)) if (hooks.isCanceled()) throw new CheckCanceled()
}

function allDecisions(planFor: PlanFor, data: RunData, hooks: CheckHooks): Result<readonly DecisionTrace[], string> {
  const sink = new DecisionList()
  const opened = openBacktest(planFor(data), data, { sink })
  if (!opened.ok) return opened
  finish(opened.value, hooks)
  return ok(sink.decisions)
}

/** Different times, in order. */
function drawTimes(decisions: readonly DecisionTrace[], cuts: number, seed: number): readonly number[] {
  const times = [...new Set(decisions.map(({ tsMs }) => tsMs))]
  const random = createRandom(seed)
  // A partial Fisher-Yates shuffle: the first `wanted` are a sample without repetition.
  const wanted = Math.min(cuts, times.length)
  for (let i = 0; i < wanted; i += 1) {
    const j = random.integer(i, times.length - 1)
    const taken = times[j] ?? 0
    times[j] = times[i] ?? 0
    times[i] = taken
  }
  return times.slice(0, wanted).toSorted((a, b) => a - b)
}

function runWithLooks(
  planFor: PlanFor,
  data: RunData,
  { times, hooks }: { times: readonly number[]; hooks: CheckHooks },
): Result<FullRun, string> {
  const sink = new DecisionList()
  const opened = openBacktest(planFor(data), data, { sink })
  if (!opened.ok) return opened
  const looks: Look[] = []
  for (const atMs of times) {
    runUntil(opened.value, atMs, hooks)
    looks.push({ atMs, inputs: opened.value.kernel.strategies.inputs(), decisions: sink.decisions.length })
  }
  return ok({ looks, decisions: sink.decisions })
}

function runUntil(backtest: Backtest, atMs: number, hooks: CheckHooks): void {
  for (let steps = 1; backtest.kernel.nowMs < atMs && !backtest.run(1); steps += 1) {
    if (steps % STEPS_A_TURN === 0 && hooks.isCanceled()) throw new CheckCanceled()
  }
}

function runCut(
  planFor: PlanFor,
  data: RunData,
  { look, hooks }: { look: Look; hooks: CheckHooks },
): Result<{ readonly inputs: readonly StrategyInputs[]; readonly decisions: readonly DecisionTrace[] }, string> {
  const { base, detail } = timeframesOf(planFor(data))
  const left = cutAfter(data, look.atMs, { base, detail })
  const sink = new DecisionList()
  const opened = openBacktest(planFor(left), left, { sink })
  if (!opened.ok) return opened
  finish(opened.value, hooks)
  return ok({ inputs: opened.value.kernel.strategies.inputs(), decisions: sink.decisions })
}

const timeframesOf = ({ spec }: BacktestPlan) => ({ base: spec.data.timeframe, detail: spec.data.detail })

// ---- comparison ----------------------------------------------------------------------------------------------------

function compareLook(
  look: Look,
  decisions: readonly DecisionTrace[],
  cut: { readonly inputs: readonly StrategyInputs[]; readonly decisions: readonly DecisionTrace[] },
): readonly CheckDifference[] {
  const shown = look.inputs.flatMap((full, index) => compareInputs(full, cut.inputs[index], look.atMs))
  return [...shown, ...compareDecisions(decisions, cut.decisions)]
}

function compareInputs(full: StrategyInputs, cut: StrategyInputs | undefined, tsMs: number): readonly CheckDifference[] {
  const { strategyId, instrumentId, values } = full
  return Object.entries(values).flatMap(([input, value]) => {
    const other = cut?.values[input] ?? null
    return Object.is(value, other) ? [] : [{ tsMs, instrumentId, strategyId, input, full: String(value), cut: String(other) }]
  })
}

/** Only the first: what follows from another decision is not news. */
function compareDecisions(full: readonly DecisionTrace[], cut: readonly DecisionTrace[]): readonly CheckDifference[] {
  for (let i = 0; i < Math.max(full.length, cut.length); i += 1) {
    const known = full[i] ?? cut[i]
    const difference = firstDifference(full[i], cut[i])
    if (known === undefined || difference === null) continue
    const { tsMs, instrumentId, strategyId } = known
    const missing = full[i] === undefined || cut[i] === undefined
    return [{ tsMs, instrumentId, strategyId, input: missing ? 'signal' : difference.path, full: difference.left, cut: difference.right }]
  }
  return []
}

function outcomeOf({ looks, decisions }: FullRun, differences: readonly CheckDifference[]): CheckOutcome {
  const tried = `${looks.length} decision times, ${decisions.length} decisions before the last of them`
  const [first] = differences
  const summary =
    first === undefined
      ? `${tried}: nothing depended on what came later.`
      : `${tried}: at ${new Date(first.tsMs).toISOString()} ${first.strategyId ?? ''} saw "${first.input}" as ${first.full}, and as ${first.cut} without the future.`
  return { passed: differences.length === 0, compared: looks.length, differences: differences.slice(0, DIFFERENCES_MAX), summary }
}
