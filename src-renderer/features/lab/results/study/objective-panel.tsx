import { useMemo, useState } from 'react'
import { Plot, type PlotFrame } from '../../../../charts/plot.tsx'
import { extentOf, niceTicks, tickText } from '../../../../charts/plot-scale.ts'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatNumber } from '../../../../format/numbers.ts'
import type { Study, Trial } from '../views.ts'
import { countStates, countsText, objectiveText, runningBest } from './trials.ts'

type ObjectivePanelProps = { readonly study: Study; readonly className?: string }

/** What each trial reached, and the best so far as steps: a search that still climbs at its end has not ended. */
export function ObjectivePanel({ study, className = '' }: ObjectivePanelProps) {
  const [pointed, setPointed] = useState<Trial | null>(null)
  const { trials, spec } = study
  const done = useMemo(() => trials.filter(({ objective }) => objective !== null), [trials])
  const note =
    pointed === null
      ? `${countsText(countStates(trials))}; ● trial, line best so far, | pruned or failed`
      : `trial ${pointed.number}: ${formatNumber(pointed.objective, 3)}`
  return (
    <Panel title={`${objectiveText(spec)} over the trials`} note={note} scroll={false} className={className}>
      {done.length === 0 ? (
        <EmptyState title="No finished trial yet" detail="Points appear as trials finish." />
      ) : (
        <Drawn trials={trials} done={done} onPoint={setPointed} pointed={pointed} />
      )}
    </Panel>
  )
}

type DrawnProps = {
  readonly trials: readonly Trial[]
  readonly done: readonly Trial[]
  readonly pointed: Trial | null
  readonly onPoint: (trial: Trial | null) => void
}

function Drawn({ trials, done, pointed, onPoint }: DrawnProps) {
  const last = trials.at(-1)?.number ?? 1
  const steps = useMemo(() => runningBest(trials), [trials])
  const axes = useMemo(() => {
    const domain = extentOf(done.map(({ objective }) => objective ?? 0))
    const ticks = niceTicks(domain, 5)
    return {
      x: { domain: [-0.5, last + 0.5] as const, ticks: niceTicks([0, last], 8).filter(Number.isInteger), format: String },
      y: { domain, ticks, format: tickText(ticks) },
    }
  }, [done, last])
  const best = steps.at(-1)
  return (
    <Plot
      {...axes}
      summary={`Objective of ${done.length} trials; the best is ${formatNumber(best?.objective, 3)} in trial ${best?.number}`}
      onPoint={(at) => onPoint(at === null ? null : nearestTrial(done, at))}
    >
      {(frame) => (
        <>
          <path d={ticksOf(trials, frame)} stroke="var(--warn)" strokeWidth={1} opacity={0.8} />
          <path d={dotsOf(done, frame)} stroke="var(--line-4)" strokeWidth={4} strokeLinecap="round" />
          <path d={stepsOf(steps, last, frame)} stroke="var(--line-1)" strokeWidth={1.5} fill="none" />
          {best && (
            <circle cx={frame.x.at(best.number)} cy={frame.y.at(best.objective)} r={5} fill="none" stroke="var(--line-1)" strokeWidth={2} />
          )}
          {pointed?.objective != null && (
            <circle
              cx={frame.x.at(pointed.number)}
              cy={frame.y.at(pointed.objective)}
              r={6}
              fill="none"
              stroke="var(--fg)"
              strokeWidth={1.5}
            />
          )}
        </>
      )}
    </Plot>
  )
}

const dotsOf = (done: readonly Trial[], { x, y }: PlotFrame): string =>
  done.map(({ number, objective }) => `M${x.at(number).toFixed(1)} ${y.at(objective ?? 0).toFixed(1)}h0`).join('')

/** Trials without a result stand at the bottom: they cost time too. */
const ticksOf = (trials: readonly Trial[], { x, bottom }: PlotFrame): string =>
  trials
    .filter(({ state }) => state === 'pruned' || state === 'failed')
    .map(({ number }) => `M${x.at(number).toFixed(1)} ${bottom}v-6`)
    .join('')

function stepsOf(steps: readonly { readonly number: number; readonly objective: number }[], last: number, { x, y }: PlotFrame): string {
  const path = steps.map(({ number, objective }, place) => {
    const [px, py] = [x.at(number).toFixed(1), y.at(objective).toFixed(1)]
    return place === 0 ? `M${px} ${py}` : `H${px}V${py}`
  })
  return `${path.join('')}H${x.at(last).toFixed(1)}`
}

const REACH_PIXELS = 12

export function nearestTrial(
  trials: readonly Trial[],
  at: { readonly x: number; readonly y: number; readonly frame: Pick<PlotFrame, 'x' | 'y'> },
): Trial | null {
  let [found, least]: [Trial | null, number] = [null, REACH_PIXELS]
  for (const trial of trials) {
    const distance = Math.hypot(at.frame.x.at(trial.number) - at.x, at.frame.y.at(trial.objective ?? 0) - at.y)
    if (distance < least) [found, least] = [trial, distance]
  }
  return found
}
