// Whether entries are allowed, what tripped, and how each trip ends. The commands stand in the ribbon, where they are always in reach.
import { Badge } from '../../components/badge.tsx'
import { Panel } from '../../components/panel.tsx'
import { Skeleton } from '../../components/states.tsx'
import type { Tone } from '../../components/tone.ts'
import { formatDuration, formatUtc } from '../../format/times.ts'
import { wordsOf } from '../../format/words.ts'
import type { Risk } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'

type State = Risk['tradingState']
const TONE: Readonly<Record<State, Tone>> = { active: 'up', reducing: 'warn', halted: 'danger' }
const MEANING: Readonly<Record<State, string>> = {
  active: 'New entries are allowed. Every one still passes all limits.',
  reducing: 'No new entries; open positions may only shrink.',
  halted: 'No new entries. Stops and closing stay possible.',
}

export function StatePanel() {
  const risk = useDesk((desk) => desk.risk)
  return (
    <Panel title="Trading state" className="max-h-72 flex-none">
      {risk === null ? (
        <Skeleton rows={2} />
      ) : (
        <div className="flex flex-col gap-2 p-2">
          <p className="flex items-center gap-2 text-sm">
            <Badge tone={TONE[risk.tradingState]}>{risk.tradingState}</Badge>
            <span className="text-muted">{MEANING[risk.tradingState]}</span>
          </p>
          {risk.trips.length === 0 ? <p className="text-xs text-muted">Nothing has tripped.</p> : <Trips trips={risk.trips} />}
        </div>
      )}
    </Panel>
  )
}

function Trips({ trips }: Pick<Risk, 'trips'>) {
  const marketMs = useDesk((desk) => desk.marketMs)
  return (
    <ul aria-label="Trips" className="flex flex-col gap-2">
      {trips.map((trip) => (
        <li key={`${trip.code} ${trip.tsMs}`} className="border-l-2 border-warn pl-2 text-xs">
          <p className="font-medium">
            {wordsOf(trip.code)}, {trip.state}
          </p>
          <p>{trip.message}</p>
          <p className="text-muted">
            Since {formatUtc(trip.tsMs, 'minute')} UTC. {resetOf(trip, marketMs)}
          </p>
        </li>
      ))}
    </ul>
  )
}

function resetOf(trip: Risk['trips'][number], marketMs: number | null): string {
  if (trip.resumeMs === null) return 'Stays until you resume trading in the ribbon.'
  const left = marketMs === null ? '' : `, in ${formatDuration(trip.resumeMs - marketMs)}`
  return `Resets by itself ${formatUtc(trip.resumeMs, 'minute')} UTC${left}.`
}
