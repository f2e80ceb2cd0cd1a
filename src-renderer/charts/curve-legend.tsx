// Names and values of curves in their colours. A dashed curve has a dashed mark: colour is not the only thing that tells two apart.
import type { ChartTheme } from './candle-chart-theme.ts'

export type CurveColor = keyof Pick<ChartTheme, 'line1' | 'line2' | 'line3' | 'line4' | 'line5' | 'line6' | 'down'>
export const CURVE_CSS: Readonly<Record<CurveColor, string>> = {
  line1: 'var(--line-1)',
  line2: 'var(--line-2)',
  line3: 'var(--line-3)',
  line4: 'var(--line-4)',
  line5: 'var(--line-5)',
  line6: 'var(--line-6)',
  down: 'var(--candle-down)',
}

export type LegendEntry = {
  readonly name: string
  readonly color: CurveColor
  readonly dashed: boolean
  readonly value: string | null
}

type LegendProps = {
  readonly time: string
  readonly entries: readonly LegendEntry[]
  /** What `below` is, where its names are those of `entries` again. */
  readonly belowTitle: string | null
  readonly below: readonly LegendEntry[]
}

export function CurveLegend({ time, entries, belowTitle, below }: LegendProps) {
  return (
    <p className="flex min-h-5 flex-none flex-wrap items-center gap-x-4 px-2 pt-0.5 text-xs">
      <span className="text-muted">{time}</span>
      {entries.map((entry) => (
        <Entry key={entry.name} entry={entry} />
      ))}
      {belowTitle !== null && <span className="border-l border-edge pl-4 text-muted">{belowTitle}</span>}
      {below.map((entry) => (
        <Entry key={entry.name} entry={entry} />
      ))}
    </p>
  )
}

const Entry = ({ entry: { name, color, dashed, value } }: { readonly entry: LegendEntry }) => (
  <span className="inline-flex min-w-0 items-center gap-1.5">
    <CurveMark color={color} dashed={dashed} />
    <span className="truncate text-muted">{name}</span>
    <span>{value ?? '—'}</span>
  </span>
)

export function CurveMark({ color, dashed = false }: { readonly color: CurveColor; readonly dashed?: boolean }) {
  return (
    <span
      aria-hidden
      className={`inline-block w-3.5 flex-none border-t-2 ${dashed ? 'border-dashed' : ''}`}
      style={{ borderColor: CURVE_CSS[color] }}
    />
  )
}
