// Asks what to do with open positions before going back to paper, in words that say what each choice means.
import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useState } from 'react'
import { accountName } from '../../../src-shared/domain/venue.ts'
import { useCommand } from '../../bridge/use-command.ts'
import { SideBadge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { formatDecimal } from '../../format/decimal-text.ts'
import { isProtected } from '../../format/protection.ts'
import { symbolOf } from '../../format/instruments.ts'
import { formatMoney, toneOf } from '../../format/numbers.ts'
import { toneText } from '../../components/tone.ts'
import type { Position } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { useLive } from '../../stores/live-store.ts'
import { openDialog } from '../../stores/ui-store.ts'
import { leaveQuestion } from './leave-live.ts'

type Choice = 'keep' | 'close'

export function BackToPaperDialog() {
  const view = useLive((live) => live)
  const positions = useDesk((desk) => desk.positions)
  const asksAboutPositions = leaveQuestion(view, positions.length) === 'positions'
  const name = view?.account ? accountName(view.account) : 'the venue'
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && openDialog(null)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <AlertDialog.Popup className="tw-pop fixed top-24 left-1/2 z-50 flex w-[34rem] -translate-x-1/2 flex-col gap-3 p-4">
          <AlertDialog.Title className="text-base font-semibold">Back to paper?</AlertDialog.Title>
          {asksAboutPositions ? <OpenPositions positions={positions} name={name} /> : <NotOpen name={name} />}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

function useDisarm() {
  const run = useCommand()
  const [sending, setSending] = useState(false)
  const disarm = async (positions: Choice) => {
    setSending(true)
    const done = positions === 'close' ? 'Closing positions, then back to paper' : 'Going back to paper'
    const result = await run('live.disarm', { positions }, { what: 'Go back to paper', done })
    setSending(false)
    if (result.ok) openDialog(null)
  }
  return { sending, disarm }
}

function OpenPositions({ positions, name }: { readonly positions: readonly Position[]; readonly name: string }) {
  const { sending, disarm } = useDisarm()
  const [choice, setChoice] = useState<Choice | null>(null)
  const naked = positions.filter((position) => !isProtected(position))
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault()
        if (choice !== null && !sending) void disarm(choice)
      }}
    >
      <AlertDialog.Description render={<div />} className="flex flex-col gap-2 text-sm text-muted">
        What is to become of the open {positions.length === 1 ? 'position' : `${positions.length} positions`} at {name}?
        <PositionList positions={positions} />
      </AlertDialog.Description>
      <fieldset className="flex flex-col gap-2">
        <legend className="tw-sr-only">Open positions</legend>
        <ChoiceRow value="keep" chosen={choice} onChoose={setChoice} title="Keep them, protected at the venue">
          They stay open with their stops at {name}. This program no longer watches them: no trailing, no targets moved, no new stop if one
          is lost.
          {naked.length > 0 && (
            <strong className="block text-down">
              No stop works for {naked.map(({ instrumentId }) => symbolOf(instrumentId)).join(', ')}: kept like this, nothing limits the
              loss.
            </strong>
          )}
        </ChoiceRow>
        <ChoiceRow value="close" chosen={choice} onChoose={setChoice} title="Close them at market, now">
          Entries that still wait are canceled and every position is closed at the present price, fees included. It stays live until all are
          flat.
        </ChoiceRow>
      </fieldset>
      <Buttons sending={sending} refusal={choice === null ? 'Choose one of the two.' : null} />
    </form>
  )
}

function NotOpen({ name }: { readonly name: string }) {
  const { sending, disarm } = useDisarm()
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault()
        if (!sending) void disarm('keep')
      }}
    >
      <AlertDialog.Description render={<div />} className="flex flex-col gap-1 text-sm text-muted">
        <p>{name} is not open now, so nothing can be closed or looked up there.</p>
        <p>
          Positions that are open at the venue keep the stops that work there and are watched by nobody; orders that wait there keep
          waiting. Look after them at the venue.
        </p>
      </AlertDialog.Description>
      <Buttons sending={sending} refusal={null} />
    </form>
  )
}

type ChoiceRowProps = {
  readonly value: Choice
  readonly chosen: Choice | null
  readonly onChoose: (choice: Choice) => void
  readonly title: string
  readonly children: React.ReactNode
}

function ChoiceRow({ value, chosen, onChoose, title, children }: ChoiceRowProps) {
  return (
    <label
      className={`flex items-start gap-2 rounded-sm border p-2 ${chosen === value ? 'border-accent bg-accent-soft' : 'border-edge hover:bg-hover'}`}
    >
      <input
        type="radio"
        name="positions"
        value={value}
        checked={chosen === value}
        onChange={() => onChoose(value)}
        className="mt-0.5 flex-none accent-(--accent)"
      />
      <span className="text-xs text-muted">
        <span className="block text-sm font-medium text-fg">{title}</span>
        {children}
      </span>
    </label>
  )
}

function PositionList({ positions }: { readonly positions: readonly Position[] }) {
  return (
    <ul aria-label="Open positions" className="max-h-40 overflow-auto rounded-sm border border-line">
      {positions.map((position) => (
        <li key={position.id} className="flex h-6 items-center gap-2 border-b border-line px-2 text-xs text-fg last:border-0">
          <b className="w-20 font-semibold">{symbolOf(position.instrumentId)}</b>
          <SideBadge side={position.side} />
          <span>{position.quantity}</span>
          <span className={`ml-auto ${toneText[toneOf(position.unrealizedPnl)]}`}>
            {formatMoney(position.unrealizedPnl, { sign: true })}
          </span>
          <span className={`w-28 text-right ${isProtected(position) ? 'text-muted' : 'font-semibold text-down'}`}>
            {isProtected(position) ? `stop ${formatDecimal(position.stopPrice)}` : 'no working stop'}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Buttons({ sending, refusal }: { readonly sending: boolean; readonly refusal: string | null }) {
  return (
    <div className="flex items-center justify-end gap-2">
      <span className="mr-auto text-xs text-warn">{refusal}</span>
      <AlertDialog.Close render={<Button className="h-8 px-3" />}>Stay live</AlertDialog.Close>
      <Button type="submit" tone="accent" className="h-8 px-3" disabled={sending || refusal !== null}>
        {sending ? 'Sending…' : 'Back to paper'}
      </Button>
    </div>
  )
}
