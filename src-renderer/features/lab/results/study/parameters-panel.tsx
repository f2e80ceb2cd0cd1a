import { useMemo } from 'react'
import { Plot, type PlotFrame } from '../../../../charts/plot.tsx'
import { extentOf, niceTicks, type Range, tickText } from '../../../../charts/plot-scale.ts'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatPercent } from '../../../../format/numbers.ts'
import { formatParameter, labelsOf, stepOf } from '../parameter-text.ts'
import type { Dimension, Study, Trial } from '../views.ts'
import { bestTrial } from './trials.ts'

/** The objective against each parameter, the parameter that matters most first. */
export function ParametersPanel({ study, className = '' }: { readonly study: Study; readonly className?: string }) {
  const done = useMemo(() => study.trials.filter(({ objective }) => objective !== null), [study.trials])
  const best = bestTrial(study)
  const labelOf = labelsOf(study.dimensions.map(({ name }) => name))
  const dimensions = study.dimensions.toSorted((a, b) => (b.importance ?? -1) - (a.importance ?? -1))
  const range = useMemo(() => extentOf(done.map(({ objective }) => objective ?? 0)), [done])
  const known = dimensions.some(({ importance }) => importance !== null)
  return (
    <Panel
      title="What each parameter did"
      note={
        known
          ? 'the most important first; importance is the share of the objective’s variance that it explains by itself'
          : 'importance needs more trials'
      }
      scroll={false}
      className={className}
    >
      {done.length === 0 ? (
        <EmptyState title="No finished trial yet" detail="Points appear as trials finish." />
      ) : (
        <ul className="grid grid-cols-2 @4xl:grid-cols-3 @6xl:grid-cols-4">
          {dimensions.map((dimension) => (
            <li key={dimension.name} className="flex h-44 flex-col border-r border-b border-line">
              <Heading dimension={dimension} label={labelOf(dimension.name)} />
              <div className="min-h-0 flex-1">
                <Scatter dimension={dimension} done={done} best={best} range={range} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Heading({ dimension: { name, title, unit, importance }, label }: { readonly dimension: Dimension; readonly label: string }) {
  return (
    <div className="flex items-center gap-2 px-2 pt-1 text-xs" title={`${title} (${name}${unit === '' ? '' : `, ${unit}`})`}>
      <span className="min-w-0 truncate font-medium">{label}</span>
      {importance !== null && (
        <>
          <span aria-hidden className="ml-auto h-1.5 w-12 flex-none overflow-hidden rounded-full bg-hover">
            <span className="block h-full bg-accent" style={{ width: `${Math.min(1, importance) * 100}%` }} />
          </span>
          <span className="flex-none text-muted" title="Importance">
            {formatPercent(importance, { decimals: 0 })}
          </span>
        </>
      )}
    </div>
  )
}

type ScatterProps = { readonly dimension: Dimension; readonly done: readonly Trial[]; readonly best: Trial | null; readonly range: Range }

function Scatter({ dimension, done, best, range }: ScatterProps) {
  const { name, min, max, scale } = dimension
  const step = stepOf(dimension)
  const axes = useMemo(() => {
    const pad = (max - min) * 0.04 || 1
    const yTicks = niceTicks(range, 3)
    const xTicks = scale === 'log' ? logTicks(min, max) : niceTicks([min, max], 4)
    const domain: Range = scale === 'log' ? [min * 0.95, max * 1.05] : [min - pad, max + pad]
    return {
      x: { domain, ticks: xTicks, format: tickText(xTicks), scale },
      y: { domain: range, ticks: yTicks, format: tickText(yTicks) },
    }
  }, [min, max, scale, range])
  const at = best === null ? undefined : best.parameters[name]
  return (
    <Plot {...axes} summary={`Objective against ${name}; the best trial has ${formatParameter(at, step)}`}>
      {(frame) => (
        <>
          <path d={dotsOf(done, name, frame)} stroke="var(--line-4)" strokeWidth={3.5} strokeLinecap="round" opacity={0.8} />
          {best?.objective != null && at !== undefined && (
            <circle cx={frame.x.at(at)} cy={frame.y.at(best.objective)} r={4.5} fill="var(--line-1)" stroke="var(--panel)" strokeWidth={1}>
              <title>{`best: ${formatParameter(at, step)}`}</title>
            </circle>
          )}
        </>
      )}
    </Plot>
  )
}

const dotsOf = (done: readonly Trial[], name: string, { x, y }: PlotFrame): string =>
  done
    .map(({ parameters, objective }) => {
      const value = parameters[name]
      return value === undefined ? '' : `M${x.at(value).toFixed(1)} ${y.at(objective ?? 0).toFixed(1)}h0`
    })
    .join('')

/** Powers of ten and their halves within the range. */
function logTicks(min: number, max: number): readonly number[] {
  const from = Math.floor(Math.log10(min))
  const to = Math.ceil(Math.log10(max))
  const powers = Array.from({ length: to - from + 1 }, (_, k) => 10 ** (from + k))
  return powers.flatMap((power) => [power, power * 2, power * 5]).filter((tick) => tick >= min && tick <= max)
}
