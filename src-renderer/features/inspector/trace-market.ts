// What the chart around a decision shows, gathered from the engine: candles, and the indicators that the voters named.
import type { Bridge, BridgeResult, Output } from '../../../src-shared/bridge/contract.ts'
import { TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { TraceChartData } from '../../charts/trace-chart-data.ts'
import { levelsOf, markersOf } from '../../charts/trace-chart-story.ts'
import type { DecisionTrace, Detail } from './detail.ts'

const BARS_BEFORE = 80
const BARS_AFTER_MIN = 40
const BARS_AFTER_EXIT = 10
/** A signal that was only followed is about what its voters saw: candles of a whole day after it would make that too small to read. */
const BARS_AFTER_SIGNAL_MAX = 100
/** A trip that lasted longer is cut at the right: the entry is what the story is about. */
const BARS_AFTER_MAX = 500
/** Guessed names are tried one by one; a voter's own features are few by contract. */
const INDICATORS_TRIED_MAX = 8
const INDICATORS_DRAWN_MAX = 4
/** The contract's limit for one question. */
const NAMES_ASKED_MAX = 12
/** More lines would hide the candles they explain. */
const FEATURES_MAX = 24

/** One value per candle, by the name of the feature. */
export type TraceMarket = { readonly candles: Output<'candles.history'>; readonly series: ReadonlyMap<string, readonly (number | null)[]> }

/**
 * Candles around the decision, and the features its voters named. Of `guessed` names only those are kept that the engine knows and that stay
 * near the price. With a venue the candles come from the series the lab has stored of it.
 */
export async function readTraceMarket(
  bridge: Bridge,
  detail: Detail,
  wanted: { readonly features: readonly string[]; readonly guessed: boolean; readonly venue?: string },
): Promise<BridgeResult<TraceMarket>> {
  const { trace } = detail
  const barMs = TIMEFRAME_MS[trace.timeframe]
  const after = barsAfter(detail, barMs)
  const window = {
    instrumentId: trace.instrumentId,
    timeframe: trace.timeframe,
    beforeMs: trace.candle.openTimeMs + (after + 1) * barMs,
    limit: BARS_BEFORE + after + 1,
  }
  const { venue } = wanted
  const history =
    venue === undefined ? await bridge.invoke('candles.history', window) : await bridge.invoke('lab.series.candles', { venue, ...window })
  if (!history.ok) return history
  const candles = history.value
  const found = await readFeatures({ bridge, candles, names: wanted.features.slice(0, FEATURES_MAX) })
  const near = wanted.guessed ? found.filter(([, values]) => staysNearPrice(values, candles)).slice(0, INDICATORS_DRAWN_MAX) : found
  return { ok: true, value: { candles, series: new Map(near) } }
}

function barsAfter({ trace, roundTrip, signalOutcome }: Detail, barMs: number): number {
  const until = (ms: number) => Math.ceil((ms - trace.candle.openTimeMs) / barMs) + BARS_AFTER_EXIT
  const untilEnd = signalOutcome ? Math.min(until(signalOutcome.endedMs), BARS_AFTER_SIGNAL_MAX) : 0
  const untilExit = roundTrip ? until(roundTrip.closedMs) : 0
  return Math.min(Math.max(untilExit, untilEnd, BARS_AFTER_MIN), BARS_AFTER_MAX)
}

/**
 * Names among the values behind the decision that may be features to draw over the candles: numbers of a price's size.
 * Names that end in a period, as most features do, come first. The engine has the last word on each.
 */
export function indicatorNames(trace: DecisionTrace): readonly string[] {
  const values = [trace.signal.why, ...trace.signal.votes.map((vote) => vote.why)].flatMap((why) => Object.entries(why))
  const names = values
    .filter(([name, value]) => /^[a-z][a-z0-9_]*$/.test(name) && isOfPriceSize(value, trace.candle.close))
    .map(([name]) => name)
  const withPeriod = (name: string) => (/_\d+$/.test(name) ? 0 : 1)
  return [...new Set(names)].toSorted((a, b) => withPeriod(a) - withPeriod(b)).slice(0, INDICATORS_TRIED_MAX)
}

const isOfPriceSize = (value: unknown, price: number): boolean => typeof value === 'number' && value > price * 0.8 && value < price * 1.25

type FeatureQuestion = { readonly bridge: Bridge; readonly candles: Output<'candles.history'>; readonly names: readonly string[] }
type Column = readonly [name: string, values: readonly (number | null)[]]

/** All names in as few questions as the contract allows. A name that is no feature is refused alone and takes no other line with it. */
async function readFeatures({ bridge, candles, names }: FeatureQuestion): Promise<readonly Column[]> {
  const columns: Column[] = []
  for (let from = 0; from < names.length; from += NAMES_ASKED_MAX) {
    const asked = names.slice(from, from + NAMES_ASKED_MAX)
    const together = await readColumns({ bridge, candles, names: asked })
    const found =
      together ?? (await Promise.all(asked.map((name) => readColumns({ bridge, candles, names: [name] })))).flatMap((one) => one ?? [])
    columns.push(...found)
  }
  return columns
}

/** One column per name, aligned with the candles; null when the engine refuses one of the names. */
async function readColumns({ bridge, candles, names }: FeatureQuestion): Promise<readonly Column[] | null> {
  const fromMs = candles.openTimeMs[0]
  const toMs = candles.openTimeMs.at(-1)
  if (fromMs === undefined || toMs === undefined) return []
  const { instrumentId, timeframe } = candles
  const result = await bridge.invoke('candles.indicators', { instrumentId, timeframe, names: [...names], fromMs, toMs })
  if (!result.ok) return null
  const { openTimeMs, series } = result.value
  return names.flatMap((name): Column[] => {
    const column = series[name]
    if (!column) return []
    const byTime = new Map(openTimeMs.map((ms, index) => [ms, column[index] ?? null]))
    return [[name, candles.openTimeMs.map((ms) => byTime.get(ms) ?? null)]]
  })
}

/** An index from 0 to 100 may pass through the price by chance; a line that belongs over the candles stays near all of them. */
function staysNearPrice(values: readonly (number | null)[], { low, high }: Output<'candles.history'>): boolean {
  const least = Math.min(...low)
  const most = Math.max(...high)
  return values.every((value) => value === null || (value > least * 0.8 && value < most * 1.25))
}

/** Entry, stop and targets as lines, the decision and the fills as marks. */
export function traceChartData(detail: Detail, market: TraceMarket, tickSize: string): TraceChartData {
  return { candles: market.candles, levels: levelsOf(detail.trace), markers: markersOf(detail), tickSize }
}
