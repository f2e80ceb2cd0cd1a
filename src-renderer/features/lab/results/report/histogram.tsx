import { useMemo } from 'react'
import { Plot } from '../../../../charts/plot.tsx'
import { niceTicks } from '../../../../charts/plot-scale.ts'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import type { Bin } from '../views.ts'
import { type HistogramBar, histogramBars, type OpenEnds } from './histogram-bars.ts'

type HistogramProps = {
  readonly title: string
  readonly note: string
  readonly bins: readonly Bin[]
  /** How a value of the axis is written. */
  readonly format: (value: number) => string
  /** Whether the outermost bins hold everything beyond their edge. */
  readonly open: OpenEnds
  /** Bars of losses and gains in their own colours; otherwise one colour. */
  readonly signed?: boolean
  readonly className?: string
}

/** How often each range of values came up. */
export function HistogramPanel({ title, note, bins, className = '', ...look }: HistogramProps) {
  const bars = useMemo(() => histogramBars(bins, look.open, look.format), [bins, look.open, look.format])
  return (
    <Panel title={title} note={note} scroll={false} className={className}>
      {bars.length === 0 ? (
        <EmptyState title="Nothing to count" detail="No trade of this run has such a value." />
      ) : (
        <Bars title={title} bars={bars} {...look} />
      )}
    </Panel>
  )
}

type BarsProps = Pick<HistogramProps, 'title' | 'format' | 'signed'> & { readonly bars: readonly HistogramBar[] }

function Bars({ title, bars, format, signed = false }: BarsProps) {
  const most = Math.max(...bars.map(({ count }) => count))
  const axes = useMemo(() => {
    const edges = [...bars.map(({ from }) => from), bars.at(-1)?.to ?? 0]
    return {
      x: {
        domain: [bars[0]?.left ?? 0, bars.at(-1)?.right ?? 1] as const,
        ticks: bars[0]?.isByPlace === true ? edges.map((_, place) => place) : niceTicks([edges[0] ?? 0, edges.at(-1) ?? 1], 8),
        format: (value: number) => format(bars[0]?.isByPlace === true ? (edges[value] ?? 0) : value),
      },
      y: { domain: [0, most * 1.08] as const, ticks: niceTicks([0, most], 3).filter(Number.isInteger), format: String },
    }
  }, [bars, most, format])
  const total = bars.reduce((sum, { count }) => sum + count, 0)
  const fullest = bars.find(({ count }) => count === most)
  const zero = bars.find(({ from }) => Math.abs(from) < 1e-9)?.left
  return (
    <Plot
      {...axes}
      summary={`${title}: ${total} trades from ${format(bars[0]?.from ?? 0)} to ${format(bars.at(-1)?.to ?? 0)}, most often ${fullest?.label}`}
    >
      {({ x, y, top, bottom }) => (
        <>
          {bars.map(({ left, right, count, label, to }) => (
            <rect
              key={left}
              x={x.at(left) + 0.5}
              width={Math.max(1, x.at(right) - x.at(left) - 1)}
              y={y.at(count)}
              height={bottom - y.at(count)}
              fill={!signed ? 'var(--line-1)' : to <= 1e-9 ? 'var(--candle-down)' : 'var(--candle-up)'}
            >
              <title>{`${label}: ${count}`}</title>
            </rect>
          ))}
          {zero !== undefined && (bars[0]?.from ?? 0) < 0 && (
            <line x1={x.at(zero)} x2={x.at(zero)} y1={top} y2={bottom} stroke="var(--muted)" strokeDasharray="3 2" />
          )}
        </>
      )}
    </Plot>
  )
}
