import { useMemo } from 'react'
import { Plot, type PlotFrame } from '../../../charts/plot.tsx'
import { extentOf, niceTicks, tickText } from '../../../charts/plot-scale.ts'
import { Badge } from '../../../components/badge.tsx'
import { Panel } from '../../../components/panel.tsx'
import { EmptyState } from '../../../components/states.tsx'
import { formatPercent } from '../../../format/numbers.ts'
import { formatParameter, labelsOf, stepOf } from './parameter-text.ts'
import type { WalkForward } from './views.ts'
import type { SearchedRange } from './searched-ranges.ts'

type Stability = WalkForward['stability'][number]

type StabilityPanelProps = {
  readonly stability: readonly Stability[]
  /** By name; of one that is missing, the values alone are drawn. */
  readonly ranges: ReadonlyMap<string, SearchedRange>
  /** What a choice was made for. */
  readonly of: 'window' | 'fold'
  readonly className?: string
}

/** How each chosen parameter moved from window to window, or from fold to fold, within the range that was searched. */
export function StabilityPanel({ stability, ranges, of, className = '' }: StabilityPanelProps) {
  const labelOf = labelsOf(stability.map(({ name }) => name))
  return (
    <Panel title="Do the parameters stay?" note={`chosen value per ${of}, within what was searched`} scroll={false} className={className}>
      {stability.length === 0 ? (
        <EmptyState title="Nothing chosen yet" detail={`Values appear as ${of === 'window' ? 'windows' : 'trials'} finish.`} />
      ) : (
        <ul className="grid grid-cols-2 @5xl:grid-cols-4">
          {stability.map((one) => (
            <li key={one.name} className="flex h-36 flex-col border-r border-b border-line">
              <Heading stability={one} label={labelOf(one.name)} of={of} />
              <div className="min-h-0 flex-1">
                <Drawn stability={one} range={ranges.get(one.name) ?? null} of={of} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

type HeadingProps = { readonly stability: Stability; readonly label: string; readonly of: StabilityPanelProps['of'] }

function Heading({ stability: { name, spread }, label, of }: HeadingProps) {
  const word = spread === null ? `too few ${of}s` : spreadWords(spread)
  const tone = spread === null ? 'muted' : spread < 0.1 ? 'up' : spread < 0.25 ? 'warn' : 'down'
  return (
    <div className="flex items-center gap-2 px-2 pt-1 text-xs" title={name}>
      <span className="min-w-0 truncate font-medium">{label}</span>
      <span className="ml-auto flex-none text-muted" title="Standard deviation ÷ searched range">
        {formatPercent(spread, { decimals: 0 })}
      </span>
      <Badge tone={tone}>{word}</Badge>
    </div>
  )
}

type DrawnProps = { readonly stability: Stability; readonly range: SearchedRange | null; readonly of: StabilityPanelProps['of'] }

function Drawn({ stability: { name, values }, range, of }: DrawnProps) {
  const known = useMemo(() => values.flatMap((value, place) => (value === null ? [] : [{ value, place }])), [values])
  const axes = useMemo(() => {
    const domain = range === null ? extentOf(known.map(({ value }) => value)) : ([range.min, range.max] as const)
    const ticks = niceTicks(domain, 3)
    return {
      x: {
        domain: [0.5, values.length + 0.5] as const,
        ticks: niceTicks([1, values.length], 6).filter((tick) => Number.isInteger(tick) && tick >= 1),
        format: String,
      },
      y: { domain, ticks, format: tickText(ticks) },
    }
  }, [range, known, values.length])
  const step = range === null ? null : stepOf(range)
  const texts = known.map(({ value }) => formatParameter(value, step))
  return (
    <Plot {...axes} summary={`${name} by ${of}: ${texts.join(', ')}`}>
      {(frame) => (
        <>
          <path d={lineOf(known, frame)} stroke="var(--line-4)" strokeWidth={1} fill="none" />
          {known.map(({ value, place }) => (
            <circle key={place} cx={frame.x.at(place + 1)} cy={frame.y.at(value)} r={3} fill="var(--line-1)">
              <title>{`${of} ${place + 1}: ${formatParameter(value, step)}`}</title>
            </circle>
          ))}
        </>
      )}
    </Plot>
  )
}

/** What the wandering of a parameter says. */
function spreadWords(spread: number): string {
  if (spread < 0.1) return 'steady'
  return spread < 0.25 ? 'wanders' : 'all over its range'
}

const lineOf = (known: readonly { readonly value: number; readonly place: number }[], { x, y }: PlotFrame): string =>
  known.map(({ value, place }, i) => `${i === 0 ? 'M' : 'L'}${x.at(place + 1).toFixed(1)} ${y.at(value).toFixed(1)}`).join('')
