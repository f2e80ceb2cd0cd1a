// What a decision planned and got, as lines and dots over its candles.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { barOpenMs, TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import type { TraceLevel, TraceMarker } from './trace-chart-data.ts'

type Detail = Output<'decision.detail'>

/** The price of the decision, the stop, and the targets of an entry. */
export function levelsOf(trace: Detail['trace']): readonly TraceLevel[] {
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
