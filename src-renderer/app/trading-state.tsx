// Whether trading is allowed, why not, when that ends, and the three commands that change it.
import { Popover } from '@base-ui/react/popover'
import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useCommand } from '../bridge/use-command.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/confirm-dialog.tsx'
import type { Tone } from '../components/tone.ts'
import { toneSoft } from '../components/tone.ts'
import { formatDuration, formatUtc } from '../format/times.ts'
import { wordsOf } from '../format/words.ts'
import type { Risk } from '../stores/desk-state.ts'
import { useDesk } from '../stores/desk-store.ts'

type State = Risk['tradingState']
const LOOK: Readonly<Record<State, { readonly tone: Tone; readonly word: string; readonly meaning: string }>> = {
  active: { tone: 'neutral', word: 'Active', meaning: 'New entries are allowed.' },
  reducing: { tone: 'warn', word: 'Reducing', meaning: 'No new entries; open positions may only shrink.' },
  halted: { tone: 'danger', word: 'Halted', meaning: 'No new entries. Stops and closing stay possible.' },
}

export function TradingState() {
  const risk = useDesk((desk) => desk.risk)
  const state = risk?.tradingState ?? 'halted'
  if (!risk) return <span className="tw-skeleton h-6 w-24" />
  const look = LOOK[state]
  return (
    <Popover.Root>
      <Popover.Trigger
        className={`inline-flex h-7 flex-none items-center gap-1 rounded-sm px-2 text-xs font-medium ${toneSoft[look.tone]}`}
      >
        <span className="tw-sr-only">Trading is </span>
        {look.word}
        {risk.trips[0] && <span className="font-normal">· {wordsOf(risk.trips[0].code)}</span>}
        <ChevronDown size={12} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-30">
          <Popover.Popup className="tw-pop flex w-80 flex-col gap-2 p-3">
            <Popover.Title className="text-sm font-semibold">Trading is {state}</Popover.Title>
            <Popover.Description className="text-xs text-muted">{look.meaning}</Popover.Description>
            <Trips risk={risk} />
            <StateButtons state={state} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Trips({ risk }: { readonly risk: Risk }) {
  const marketMs = useDesk((desk) => desk.marketMs)
  if (risk.trips.length === 0) return null
  return (
    <ul className="flex flex-col gap-1.5 border-t border-line pt-2">
      {risk.trips.map((trip) => (
        <li key={`${trip.code}${trip.tsMs}`} className="text-xs">
          <p>{trip.message}</p>
          <p className="text-muted">
            Since {formatUtc(trip.tsMs, 'minute')} UTC.{' '}
            {trip.resumeMs === null
              ? 'Stays until you resume.'
              : `Ends by itself ${formatUtc(trip.resumeMs, 'minute')} UTC${marketMs === null ? '' : ` (in ${formatDuration(trip.resumeMs - marketMs)})`}.`}
          </p>
        </li>
      ))}
    </ul>
  )
}

function StateButtons({ state }: { readonly state: State }) {
  const run = useCommand()
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const set = async (next: State) => {
    setBusy(true)
    await run('trading.setState', { state: next }, { what: `Set trading to ${next}`, done: `Trading is ${next}` })
    setBusy(false)
    setAsking(false)
  }
  return (
    <div className="flex justify-end gap-2 border-t border-line pt-2">
      {state === 'active' && <Button onClick={() => void set('reducing')}>Only reduce</Button>}
      {state !== 'halted' && <Button onClick={() => void set('halted')}>Halt entries</Button>}
      {state !== 'active' && (
        <Button tone="accent" onClick={() => setAsking(true)}>
          Resume trading…
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Resume trading?"
        description="Strategies may open positions again at once. Every limit of the risk officer stays in force; a limit that is still broken halts again."
        confirmLabel="Resume trading"
        busy={busy}
        onConfirm={() => void set('active')}
      />
    </div>
  )
}
