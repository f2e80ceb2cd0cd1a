// Marks of decisions and exits as the chart library wants them. Pure.
import type { SeriesMarker, Time, UTCTimestamp } from 'lightweight-charts'
import { TIMEFRAME_MS, type Timeframe, barOpenMs } from '../../src-shared/domain/time.ts'
import type { ChartTheme } from './candle-chart-theme.ts'
import { type Bar, chartTime } from './candle-chart-window.ts'

export type ChartMarker = {
  readonly id: string
  readonly tsMs: number
  readonly kind: 'buy' | 'sell' | 'blocked' | 'gain' | 'loss'
  /** Below the bar for buys, above it for sells. */
  readonly below: boolean
}
type MarkersInput = {
  /** Oldest first. */
  readonly markers: readonly ChartMarker[]
  readonly first: Bar
  readonly last: Bar
  readonly timeframe: Timeframe
  readonly theme: ChartTheme
}

/** One mark per bar and kind, standing for the newest of them, with their number beside it. Marks outside of the bars are left out. */
export function seriesMarkersOf({ markers, first, last, timeframe, theme }: MarkersInput): SeriesMarker<Time>[] {
  const perBar = new Map<string, { readonly marker: ChartMarker; readonly time: UTCTimestamp; readonly count: number }>()
  for (const marker of markers) {
    const time = chartTime(barOpenMs(marker.tsMs, TIMEFRAME_MS[timeframe]))
    if (time < first.time || time > last.time) continue
    const key = `${time} ${marker.kind} ${marker.below}`
    perBar.set(key, { marker, time, count: (perBar.get(key)?.count ?? 0) + 1 })
  }
  const shown = [...perBar.values()].toSorted((a, b) => a.time - b.time)
  return shown.map(({ marker, time, count }) => ({ ...lookOf(marker, theme), id: marker.id, time, text: count > 1 ? String(count) : '' }))
}

function lookOf(marker: ChartMarker, theme: ChartTheme) {
  const position = marker.below ? ('belowBar' as const) : ('aboveBar' as const)
  switch (marker.kind) {
    case 'blocked':
      return { position, shape: 'circle' as const, color: theme.muted, size: 0.5 }
    case 'buy':
      return { position, shape: 'arrowUp' as const, color: theme.up, size: 1.2 }
    case 'sell':
      return { position, shape: 'arrowDown' as const, color: theme.down, size: 1.2 }
    // A closed position is a square: filled like a gain or a loss.
    case 'gain':
      return { position, shape: 'square' as const, color: theme.up, size: 0.6 }
    case 'loss':
      return { position, shape: 'square' as const, color: theme.down, size: 0.6 }
  }
}
