// What the chart around a decision shows, gathered from the engine: candles, and the indicators that the voters named.
import type { Bridge, BridgeResult, Output } from '../../../src-shared/bridge/contract.ts'
import { barOpenMs, TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { TraceChartData, TraceLevel, TraceLine, TraceMarker } from '../../charts/trace-chart.tsx'
import type { DecisionTrace, Detail } from './detail.ts'

const BARS_BEFORE = 80
const BARS_AFTER_MIN = 40
const BARS_AFTER_EXIT = 10
/** A trip that lasted longer is cut at the right: the entry is what the story is about. */
const BARS_AFTER_MAX = 500
const INDICATORS_TRIED_MAX = 8
const INDICATORS_DRAWN_MAX = 4

export type TraceMarket = { readonly candles: Output<'candles.history'>; readonly lines: readonly TraceLine[] }

/** Candles around the decision, and lines for those values behind it that the engine knows as features of a price's size. */
export async function readTraceMarket(bridge: Bridge, detail: Detail): Promise<BridgeResult<TraceMarket>> {
  const { trace } = detail
  const barMs = TIMEFRAME_MS[trace.timeframe]
  const after = barsAfter(detail, barMs)
  const history = await bridge.invoke('candles.history', {
    instrumentId: trace.instrumentId,
    timeframe: trace.timeframe,
    beforeMs: trace.candle.openTimeMs + (after + 1) * barMs,
    limit: BARS_BEFORE + after + 1,
  })
  if (!history.ok) return history
  const lines = await Promise.all(indicatorNames(trace).map((name) => readLine({ bridge, candles: history.value, name })))
  return { ok: true, value: { candles: history.value, lines: lines.filter((line) => line !== null).slice(0, INDICATORS_DRAWN_MAX) } }
}

function barsAfter({ trace, roundTrip }: Detail, barMs: number): number {
  const untilExit = roundTrip ? Math.ceil((roundTrip.closedMs - trace.candle.openTimeMs) / barMs) + BARS_AFTER_EXIT : 0
  return Math.min(Math.max(untilExit, BARS_AFTER_MIN), BARS_AFTER_MAX)
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

type LineQuestion = { readonly bridge: Bridge; readonly candles: Output<'candles.history'>; readonly name: string }

/** One line per question: a name that is no feature is refused alone and takes no other line with it. */
async function readLine({ bridge, candles, name }: LineQuestion): Promise<TraceLine | null> {
  const fromMs = candles.openTimeMs[0]
  const toMs = candles.openTimeMs.at(-1)
  if (fromMs === undefined || toMs === undefined) return null
  const { instrumentId, timeframe } = candles
  const result = await bridge.invoke('candles.indicators', { instrumentId, timeframe, names: [name], fromMs, toMs })
  const column = result.ok ? result.value.series[name] : undefined
  if (!result.ok || !column) return null
  const byTime = new Map(result.value.openTimeMs.map((openTimeMs, index) => [openTimeMs, column[index] ?? null]))
  const values = candles.openTimeMs.map((openTimeMs) => byTime.get(openTimeMs) ?? null)
  return staysNearPrice(values, candles) ? { name, values } : null
}

/** An index from 0 to 100 may pass through the price by chance; a line that belongs over the candles stays near all of them. */
function staysNearPrice(values: readonly (number | null)[], { low, high }: Output<'candles.history'>): boolean {
  const least = Math.min(...low)
  const most = Math.max(...high)
  return values.every((value) => value === null || (value > least * 0.8 && value < most * 1.25))
}

/** Entry, stop and targets as lines, the decision and the fills as marks. */
export function traceChartData(detail: Detail, market: TraceMarket, tickSize: string): TraceChartData {
  return { candles: market.candles, lines: market.lines, levels: levelsOf(detail.trace), markers: markersOf(detail), tickSize }
}

export function levelsOf(trace: DecisionTrace): readonly TraceLevel[] {
  const entry: TraceLevel = { kind: 'entry', price: trace.candle.close, label: trace.outcome === 'executed' ? 'decided' : 'blocked' }
  if (trace.signal.direction === 'wait') return [entry]
  const stop: TraceLevel = { kind: 'stop', price: trace.entry ? Number(trace.entry.stopPrice) : trace.signal.stopPrice, label: 'stop' }
  const targets = (trace.entry?.targets ?? []).map((target, index): TraceLevel => ({
    kind: 'target',
    price: Number(target),
    label: `T${index + 1}`,
  }))
  return [entry, stop, ...targets]
}

/** One dot per order and candle, however many fills it took. */
export function markersOf({ trace, orders, fills }: Detail): readonly TraceMarker[] {
  const barMs = TIMEFRAME_MS[trace.timeframe]
  const purposes = new Map(orders.map((order) => [order.clientOrderId, order.purpose]))
  const dots = new Map<string, TraceMarker>()
  for (const fill of fills) {
    const openTimeMs = barOpenMs(fill.tsEventMs, barMs)
    dots.set(`${fill.clientOrderId} ${openTimeMs}`, {
      openTimeMs,
      side: fill.side,
      kind: 'fill',
      text: purposes.get(fill.clientOrderId) ?? 'fill',
    })
  }
  const decision: TraceMarker = {
    openTimeMs: trace.candle.openTimeMs,
    side: trace.signal.direction === 'sell' ? 'sell' : 'buy',
    kind: 'decision',
    text: trace.outcome === 'blocked' ? 'blocked' : '',
  }
  return [decision, ...dots.values()]
}
