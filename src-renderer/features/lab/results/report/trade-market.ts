// The candles around one trade of a run, and what its decision planned.
import type { Bridge, BridgeResult, Output } from '../../../../../src-shared/bridge/contract.ts'
import { barOpenMs, TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from '../../../../../src-shared/domain/time.ts'
import type { TraceChartData, TraceLevel, TraceMarker } from '../../../../charts/trace-chart-data.ts'
import { decimalsByMagnitude } from '../../../../format/numbers.ts'
import type { Trade } from '../views.ts'

type Candles = Output<'lab.series.candles'>
type Detail = Output<'decision.detail'>
export type TradeMarket = {
  readonly candles: Candles
  /** What the run's journal tells about the decision; null without a journal, or without a decision behind the trade. */
  readonly detail: Detail | null
}
export type TradeQuestion = {
  readonly runId: string
  readonly venue: string
  readonly trade: Trade
  readonly timeframe: Timeframe
  readonly hasJournal: boolean
}

/** A trade spans at most about so many bars in the timeframe that is chosen for it. */
const BARS_HELD_MAX = 120
/** Candles on each side, as a share of those of the trade itself, and at least. */
const SIDE_SHARE = 0.6
const SIDE_BARS_MIN = 40
/** The contract's limit for one question. */
const BARS_MAX = 5000

/** The shortest timeframe, from that of the run's candles on, in which the trade still fits the picture. */
export function timeframeFor({ openedMs, closedMs }: Pick<Trade, 'openedMs' | 'closedMs'>, base: Timeframe): Timeframe {
  const offered = timeframesFrom(base)
  return offered.find((timeframe) => (closedMs - openedMs) / TIMEFRAME_MS[timeframe] <= BARS_HELD_MAX) ?? offered.at(-1) ?? base
}

/** Those that can be built from the run's candles. */
export const timeframesFrom = (base: Timeframe): readonly Timeframe[] =>
  TIMEFRAMES.filter((timeframe) => TIMEFRAME_MS[timeframe] >= TIMEFRAME_MS[base])

/** The candles decide; a decision that cannot be read only leaves its stop out. */
export async function readTradeMarket(bridge: Bridge, question: TradeQuestion): Promise<BridgeResult<TradeMarket>> {
  const { runId, venue, trade, timeframe, hasJournal } = question
  const barMs = TIMEFRAME_MS[timeframe]
  const held = Math.ceil((trade.closedMs - trade.openedMs) / barMs)
  const side = Math.max(SIDE_BARS_MIN, Math.ceil(held * SIDE_SHARE))
  const limit = Math.min(BARS_MAX, held + 2 * side)
  const beforeMs = barOpenMs(trade.closedMs, barMs) + (side + 1) * barMs
  const candles = await bridge.invoke('lab.series.candles', { venue, instrumentId: trade.instrumentId, timeframe, beforeMs, limit })
  if (!candles.ok) return candles
  const id = hasJournal ? trade.decisionId : null
  const detail = id === null ? null : await bridge.invoke('decision.detail', { run: runId, id })
  return { ok: true, value: { candles: candles.value, detail: detail?.ok ? detail.value : null } }
}

/** Entry, exit and stop as lines; each fill as a dot, or entry and exit alone where the journal does not tell. */
export function tradeChartData(trade: Trade, { candles, detail }: TradeMarket): TraceChartData {
  const barMs = TIMEFRAME_MS[candles.timeframe]
  const level = (kind: TraceLevel['kind'], price: string | number, label: string): TraceLevel => ({ kind, price: Number(price), label })
  const stop = detail?.trace.entry?.stopPrice
  const levels = [
    level('entry', trade.entryPrice, 'entry'),
    level('exit', trade.exitPrice, 'exit'),
    ...(stop === undefined ? [] : [level('stop', stop, 'stop')]),
  ]
  return { candles, levels, markers: markers({ trade, detail, barMs }), tickSize: tickOf(trade) }
}

type MarkerSource = { readonly trade: Trade; readonly detail: Detail | null; readonly barMs: number }

function markers({ trade, detail, barMs }: MarkerSource): readonly TraceMarker[] {
  const entrySide = trade.side === 'long' ? 'buy' : 'sell'
  const exitSide = trade.side === 'long' ? 'sell' : 'buy'
  const dot = (ms: number, side: TraceMarker['side'], text: string): TraceMarker => ({
    openTimeMs: barOpenMs(ms, barMs),
    side,
    kind: 'fill',
    text,
  })
  const exit = dot(trade.closedMs, exitSide, 'exit')
  // Parts of the way out, before the last.
  const parts = (detail?.fills ?? []).filter(({ side, tsEventMs }) => side === exitSide && tsEventMs < trade.closedMs)
  return [dot(trade.openedMs, entrySide, 'entry'), ...parts.map(({ tsEventMs }) => dot(tsEventMs, exitSide, '')), exit]
}

/** So fine that the prices of the trade can be told apart. */
function tickOf({ entryPrice }: Trade): string {
  const decimals = decimalsByMagnitude(Number(entryPrice))
  return `0.${'1'.padStart(decimals, '0')}`
}
