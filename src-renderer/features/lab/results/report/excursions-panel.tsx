import { useMemo, useState } from 'react'
import { Plot, type PlotFrame } from '../../../../charts/plot.tsx'
import { extentOf, niceTicks } from '../../../../charts/plot-scale.ts'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatNumber, formatR } from '../../../../format/numbers.ts'
import type { Excursion } from '../views.ts'

type ExcursionsPanelProps = {
  readonly excursions: readonly Excursion[]
  readonly onOpen: (positionId: string) => void
  readonly className?: string
}

/** How far each trade went against us and for us before it ended: stops that are too near and exits that come too late show here. */
export function ExcursionsPanel({ excursions, onOpen, className = '' }: ExcursionsPanelProps) {
  const [pointed, setPointed] = useState<Excursion | null>(null)
  return (
    <Panel title="Worst and best of each trade" note={noteOf(pointed)} scroll={false} className={className}>
      {excursions.length === 0 ? (
        <EmptyState title="Nothing to draw" detail="No trade of this run has a known initial risk." />
      ) : (
        <Scatter excursions={excursions} pointed={pointed} onPoint={setPointed} onOpen={onOpen} />
      )}
    </Panel>
  )
}

const noteOf = (pointed: Excursion | null): string =>
  pointed === null
    ? 'in R; ● won, × lost; press one to see its candles'
    : `${pointed.positionId}: worst ${formatR(pointed.maeR)}, best ${formatR(pointed.mfeR)}, ended ${formatR(pointed.r)}`

type ScatterProps = Omit<ExcursionsPanelProps, 'className'> & {
  readonly pointed: Excursion | null
  readonly onPoint: (one: Excursion | null) => void
}

/** Farther from the pointer than this a trade is not meant. */
const REACH_PIXELS = 14

function Scatter({ excursions, pointed, onPoint, onOpen }: ScatterProps) {
  const axes = useMemo(() => {
    const [low] = extentOf([0, ...excursions.map(({ maeR }) => maeR)])
    const [, high] = extentOf([0, ...excursions.map(({ mfeR }) => mfeR)])
    const format = (value: number) => formatNumber(value, 1, { sign: true })
    return {
      x: { domain: [low, 0.05] as const, ticks: niceTicks([low, 0], 6), format, title: 'worst, R' },
      y: { domain: [-0.05, high] as const, ticks: niceTicks([0, high], 5), format, title: 'best, R' },
    }
  }, [excursions])
  const won = excursions.filter(({ r }) => r > 0)
  const lost = excursions.filter(({ r }) => r <= 0)
  return (
    <Plot
      {...axes}
      summary={`Worst against best of ${excursions.length} trades, ${won.length} won and ${lost.length} lost`}
      onPoint={(at) => onPoint(at === null ? null : nearest(excursions, at))}
      {...(pointed === null ? {} : { onPress: () => onOpen(pointed.positionId) })}
    >
      {(frame) => (
        <>
          <line
            x1={frame.x.at(-1)}
            x2={frame.x.at(-1)}
            y1={frame.top}
            y2={frame.bottom}
            stroke="var(--candle-down)"
            strokeDasharray="4 3"
            opacity={0.7}
          />
          <path d={dots(won, frame)} stroke="var(--candle-up)" strokeWidth={5} strokeLinecap="round" fill="none" opacity={0.75} />
          <path d={crosses(lost, frame)} stroke="var(--candle-down)" strokeWidth={1.4} fill="none" />
          {pointed && (
            <circle cx={frame.x.at(pointed.maeR)} cy={frame.y.at(pointed.mfeR)} r={7} fill="none" stroke="var(--fg)" strokeWidth={1.5} />
          )}
        </>
      )}
    </Plot>
  )
}

const dots = (ones: readonly Excursion[], { x, y }: PlotFrame): string =>
  ones.map(({ maeR, mfeR }) => `M${x.at(maeR).toFixed(1)} ${y.at(mfeR).toFixed(1)}h0`).join('')

const crosses = (ones: readonly Excursion[], { x, y }: PlotFrame): string =>
  ones.map(({ maeR, mfeR }) => `M${(x.at(maeR) - 2.5).toFixed(1)} ${(y.at(mfeR) - 2.5).toFixed(1)}l5 5m0 -5l-5 5`).join('')

/** The trade nearest to the pointer, when one is near enough. */
export function nearest(
  excursions: readonly Excursion[],
  at: { readonly x: number; readonly y: number; readonly frame: Pick<PlotFrame, 'x' | 'y'> },
): Excursion | null {
  let [found, least]: [Excursion | null, number] = [null, REACH_PIXELS]
  for (const one of excursions) {
    const distance = Math.hypot(at.frame.x.at(one.maeR) - at.x, at.frame.y.at(one.mfeR) - at.y)
    if (distance < least) [found, least] = [one, distance]
  }
  return found
}
