import { useMemo } from 'react'
import { Plot } from '../../../../charts/plot.tsx'
import { niceTicks } from '../../../../charts/plot-scale.ts'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import type { Bin } from '../views.ts'

type HistogramProps = {
  readonly title: string
  readonly note: string
  readonly bins: readonly Bin[]
  /** How a value of the axis is written. */
  readonly format: (value: number) => string
  /** Values of the axis that get a text, for a range. */
  readonly ticks?: (low: number, high: number) => readonly number[]
  /** Bars of losses and gains in their own colours; otherwise one colour. */
  readonly signed?: boolean
  readonly className?: string
}

/** How often each range of values came up. */
export function HistogramPanel({ title, note, bins, className = '', ...axes }: HistogramProps) {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0)
  return (
    <Panel title={title} note={note} scroll={false} className={className}>
      {total === 0 ? (
        <EmptyState title="Nothing to count" detail="No trade of this run has such a value." />
      ) : (
        <Bars title={title} bins={bins} total={total} {...axes} />
      )}
    </Panel>
  )
}

type BarsProps = Pick<HistogramProps, 'title' | 'bins' | 'format' | 'ticks' | 'signed'> & { readonly total: number }

function Bars({ title, bins, format, ticks, signed = false, total }: BarsProps) {
  const [low, high] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1]
  const most = Math.max(...bins.map((bin) => bin.count))
  const axes = useMemo(
    () => ({
      x: { domain: [low, high] as const, ticks: ticks?.(low, high) ?? niceTicks([low, high], 8), format },
      y: { domain: [0, most * 1.08] as const, ticks: niceTicks([0, most], 3).filter(Number.isInteger), format: String },
    }),
    [low, high, most, ticks, format],
  )
  const fullest = bins.find((bin) => bin.count === most)
  const summary = `${title}: ${total} trades from ${format(low)} to ${format(high)}, most often ${format(fullest?.from ?? 0)} to ${format(fullest?.to ?? 0)}`
  return (
    <Plot {...axes} summary={summary}>
      {({ x, y, top, bottom }) => (
        <>
          {bins.map((bin) => {
            const [left, right] = [x.at(bin.from), x.at(bin.to)]
            return (
              <rect
                key={bin.from}
                x={left + 0.5}
                width={Math.max(1, right - left - 1)}
                y={y.at(bin.count)}
                height={bottom - y.at(bin.count)}
                fill={!signed ? 'var(--line-1)' : bin.to <= 1e-9 ? 'var(--candle-down)' : 'var(--candle-up)'}
              >
                <title>{`${format(bin.from)} to ${format(bin.to)}: ${bin.count}`}</title>
              </rect>
            )
          })}
          {low < 0 && high > 0 && <line x1={x.at(0)} x2={x.at(0)} y1={top} y2={bottom} stroke="var(--muted)" strokeDasharray="3 2" />}
        </>
      )}
    </Plot>
  )
}
