import { useEffect, useState } from 'react'
import { useBridge } from '../../bridge/context.tsx'
import { useDeskOf } from '../../bridge/run-context.ts'
import { Panel } from '../../components/panel.tsx'
import { Stat } from '../../components/stat.tsx'
import { EmptyState } from '../../components/states.tsx'
import { toneText } from '../../components/tone.ts'
import { formatMoney, formatPercent, toneOf } from '../../format/numbers.ts'
import { deskStore, useDesk } from '../../stores/desk-store.ts'
import { type EquityPoint, POINTS_MAX, sparklineOf, withPoint } from './equity-trail.ts'

const [WIDTH, HEIGHT] = [300, 64]
/** The eye needs no more than this; the account changes with every candle. */
const REFRESH_MS = 500

/** What the journal has, then whatever the account says. */
function useEquityTrail(): readonly EquityPoint[] {
  const bridge = useBridge()
  const of = useDeskOf()
  const [points, setPoints] = useState<readonly EquityPoint[]>([])
  useEffect(() => {
    let current = true
    void bridge.invoke('journal.equity', { ...of, fromMs: null, toMs: null, pointsMax: POINTS_MAX / 2 }).then((result) => {
      if (current && result.ok)
        setPoints((live) => live.reduce(withPoint, result.value.toSorted((a, b) => a.tsMs - b.tsMs) as readonly EquityPoint[]))
    })
    const timer = setInterval(() => {
      const account = deskStore.getState().account
      if (account)
        setPoints((before) =>
          before.at(-1)?.tsMs === account.tsMs ? before : withPoint(before, { tsMs: account.tsMs, equity: account.equity }),
        )
    }, REFRESH_MS)
    return () => {
      current = false
      clearInterval(timer)
    }
  }, [bridge, of])
  return points
}

/** A new session begins a new curve, and so does another account. */
export function EquityPanel() {
  const sessionId = useDesk((desk) => desk.sessionId)
  const { run } = useDeskOf()
  return <Curve key={`${run} ${sessionId}`} />
}

function Curve() {
  const points = useEquityTrail()
  const account = useDesk((desk) => desk.account)
  const [first, last] = [points[0], points.at(-1)]
  const change = first && last ? last.equity - first.equity : null
  const path = sparklineOf(points, WIDTH, HEIGHT)
  const tone = toneOf(change)
  return (
    <Panel title="Equity" scroll={false} padded className="h-full">
      <div className="flex h-full flex-col gap-2">
        {path ? (
          <svg
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            className={`min-h-0 w-full flex-1 ${toneText[tone]}`}
            role="img"
            aria-label={`Equity since the start: ${formatMoney(change, { sign: true })}`}
          >
            <line
              x1={0}
              x2={WIDTH}
              y1={path.baseline}
              y2={path.baseline}
              className="stroke-edge"
              strokeDasharray="2 3"
              vectorEffect="non-scaling-stroke"
            />
            <path d={path.area} fill="currentColor" opacity={0.12} />
            <path d={path.line} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
          </svg>
        ) : (
          <EmptyState title="Too early for a curve" />
        )}
        <div className="grid flex-none grid-cols-3 gap-2">
          <Stat
            label="Change"
            title="From the first to the last point of the curve"
            value={formatMoney(change, { sign: true })}
            tone={tone}
          />
          <Stat label="Week" value={formatPercent(account?.weekReturn, { sign: true })} tone={toneOf(account?.weekReturn)} />
          <Stat
            label="Exposure"
            value={account ? formatPercent(account.grossExposure / account.equity, { decimals: 0 }) : '—'}
            title="Sum of all position values, of equity"
          />
        </div>
      </div>
    </Panel>
  )
}
