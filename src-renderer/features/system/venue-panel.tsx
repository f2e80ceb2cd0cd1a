// The account that is traded, as its connection has it: is it there, how fast, how much of its budget is used, and how old is what it tells.
import type { ReactNode } from 'react'
import { accountName } from '../../../src-shared/domain/venue.ts'
import { Badge } from '../../components/badge.tsx'
import { liveStateLook } from '../../components/live-state.ts'
import { Panel } from '../../components/panel.tsx'
import { EmptyState } from '../../components/states.tsx'
import type { Tone } from '../../components/tone.ts'
import { useNow } from '../../components/use-now.ts'
import { formatNumber } from '../../format/numbers.ts'
import { CLOCK_OFFSET_MS_MAX } from '../../format/protection.ts'
import { formatAge, formatDuration } from '../../format/times.ts'
import { type Live, type LiveHealth, isArmed, useLive } from '../../stores/live-store.ts'
import { BudgetGauge } from './budget-gauge.tsx'
import { StreamAges } from './stream-ages.tsx'

const STATE_TONE: Readonly<Record<LiveHealth['state'], Tone>> = {
  connecting: 'accent',
  live: 'up',
  degraded: 'warn',
  maintenance: 'danger',
  down: 'danger',
}

export function VenuePanel() {
  const view = useLive((live) => live)
  const account = view?.account ?? null
  return (
    <Panel title="Venue" note={account === null ? undefined : accountName(account)} className="min-h-0 flex-1">
      {view === null || !isArmed(view) ? (
        <EmptyState title="On paper" detail="No account is connected. Orders go to the simulated venue." />
      ) : view.health === null ? (
        <EmptyState
          title={view.state === 'waiting' ? 'The account cannot be opened now' : 'The account is being opened'}
          detail={view.message === '' ? liveStateLook(view.state).meaning : view.message}
        />
      ) : (
        <Health view={view} health={view.health} />
      )}
    </Panel>
  )
}

function Health({ view, health }: { readonly view: Live; readonly health: LiveHealth }) {
  const { clockOffsetMs } = health
  const clockOff = clockOffsetMs !== null && Math.abs(clockOffsetMs) > CLOCK_OFFSET_MS_MAX
  return (
    <div className="flex flex-col gap-1.5 p-2">
      <p className="flex items-center gap-2">
        <Badge tone={STATE_TONE[health.state]}>{health.state}</Badge>
        <span className="truncate text-xs text-muted" title={health.detail}>
          {health.detail}
        </span>
        <LastSnapshot tsMs={health.lastSnapshotMs} reconnects={health.reconnects} />
      </p>
      <dl className="grid grid-cols-5 gap-2">
        <Figure label="Clock offset" title="Venue’s clock minus this one" bad={clockOff}>
          {clockOffsetMs === null ? '—' : `${formatNumber(clockOffsetMs, 0, { sign: true })} ms`}
        </Figure>
        <Figure label="Round trip" title="Of the last measurement of the clock">
          {milliseconds(health.roundTripMs)}
        </Figure>
        <Figure label="Submit p50" title="From the order’s bytes on the socket to the venue’s acknowledgement">
          {milliseconds(health.submitMsP50)}
        </Figure>
        <Figure label="Submit p99" title="99 of 100 of the newest orders were acknowledged no later">
          {milliseconds(health.submitMsP99)}
        </Figure>
        <Unprotected unprotected={view.unprotected} />
      </dl>
      <BudgetGauge budget={health.budget} />
      <StreamAges streams={health.streams} />
    </div>
  )
}

const milliseconds = (value: number | null): string => (value === null ? '—' : `${formatNumber(value, value < 10 ? 1 : 0)} ms`)

function Unprotected({ unprotected: { positions, secondsMax, incidents } }: Pick<Live, 'unprotected'>) {
  return (
    <Figure
      label="Unprotected now"
      title="Positions without a working stop, the longest of them, and how many ran out of their grace since the start"
      bad={positions > 0}
    >
      {positions === 0 ? 'none' : `${positions}, ${formatNumber(secondsMax, 1)} s`}
      <span className={`ml-1 text-xs font-normal ${incidents > 0 ? 'text-warn' : 'text-muted'}`}>
        {incidents} {incidents === 1 ? 'incident' : 'incidents'}
      </span>
    </Figure>
  )
}

type FigureProps = { readonly label: string; readonly title: string; readonly bad?: boolean; readonly children: ReactNode }

function Figure({ label, title, bad = false, children }: FigureProps) {
  return (
    <div title={title} className="min-w-0">
      <dt className="truncate text-2xs text-muted">{label}</dt>
      <dd className={`truncate text-sm font-medium ${bad ? 'text-down' : ''}`}>{children}</dd>
    </div>
  )
}

function LastSnapshot({ tsMs, reconnects }: { readonly tsMs: number | null; readonly reconnects: number }) {
  const nowMs = useNow()
  return (
    <span className="ml-auto flex-none text-xs text-muted" title={tsMs === null ? undefined : formatDuration(nowMs - tsMs)}>
      {tsMs === null ? 'no snapshot of the account yet' : `snapshot of the account ${formatAge(nowMs - tsMs)} ago`}, {reconnects}{' '}
      {reconnects === 1 ? 'reconnect' : 'reconnects'}
    </span>
  )
}
