// What the chart around a decision is given.
import type { Output } from '../../src-shared/bridge/contract.ts'
import type { EvidenceColor, EvidenceGroup } from './evidence-shapes.ts'

export type TraceLevel = { readonly kind: 'entry' | 'stop' | 'target' | 'exit'; readonly price: number; readonly label: string }
/** A dot on the candle that holds its time. `side` puts buys below the candle and sells above it. */
export type TraceMarker = {
  readonly openTimeMs: number
  readonly side: 'buy' | 'sell'
  readonly kind: 'decision' | 'fill'
  readonly text: string
}
/** One value per candle, in the candles' order. Of several lines of one voter all but the first are dashed. */
export type TraceLine = {
  readonly name: string
  readonly color: EvidenceColor
  readonly dashed: boolean
  readonly values: readonly (number | null)[]
}

export type TraceChartData = {
  readonly candles: Output<'candles.history'>
  readonly levels: readonly TraceLevel[]
  readonly markers: readonly TraceMarker[]
  readonly tickSize: string
}
/** What the voters saw, as far as it is wanted now. */
export type TraceOverlay = {
  readonly groups: readonly EvidenceGroup[]
  readonly lines: readonly TraceLine[]
  /** True when one voter is looked at: the price scale then holds all of its evidence. */
  readonly alone: boolean
}
