// Closes everything, cancels everything, halts. Held for 800 ms, or the word typed: never by one slip of the hand.
import { Dialog } from '@base-ui/react/dialog'
import { OctagonX } from 'lucide-react'
import { useState } from 'react'
import { useCommand } from '../bridge/use-command.ts'
import { Button } from '../components/button.tsx'
import { useDesk } from '../stores/desk-store.ts'
import { openDialog, useUi } from '../stores/ui-store.ts'
import { HoldButton } from './hold-button.tsx'

const WORD = 'KILL'

function useKill(): { readonly busy: boolean; readonly kill: () => Promise<void> } {
  const run = useCommand()
  const [busy, setBusy] = useState(false)
  const kill = async () => {
    setBusy(true)
    const result = await run(
      'kill.activate',
      { confirmation: WORD },
      { what: 'Kill switch', done: 'Kill switch activated: closing and canceling everything, trading is halted' },
    )
    setBusy(false)
    if (result.ok) openDialog(null)
  }
  return { busy, kill }
}

export function KillButton() {
  const { busy, kill } = useKill()
  return (
    <HoldButton
      label="Kill switch: hold to stop all trading, or press for the dialog (Ctrl+Shift+K)"
      disabled={busy}
      onHeld={() => void kill()}
      onShortPress={() => openDialog({ kind: 'kill' })}
      className="h-7 text-xs"
    >
      <OctagonX size={14} aria-hidden />
      Kill switch
    </HoldButton>
  )
}

export function KillDialog() {
  const open = useUi((ui) => ui.dialog?.kind === 'kill')
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Popup className="tw-pop fixed top-1/4 left-1/2 z-50 flex w-[26rem] -translate-x-1/2 flex-col gap-3 p-4">
          <KillForm />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Mounted anew each time the dialog opens, so that the word is never left over. */
function KillForm() {
  const { busy, kill } = useKill()
  const [word, setWord] = useState('')
  const positions = useDesk((desk) => desk.positions.length)
  const orders = useDesk((desk) => desk.orders.length)
  const typed = word.trim().toUpperCase() === WORD
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault()
        if (typed && !busy) void kill()
      }}
    >
      <Dialog.Title className="flex items-center gap-2 text-base font-semibold">
        <OctagonX size={16} className="text-down" aria-hidden />
        Stop all trading?
      </Dialog.Title>
      <Dialog.Description render={<div />} className="flex flex-col gap-1 text-sm text-muted">
        <span>
          Closes <b className="text-fg">{positions}</b> {positions === 1 ? 'position' : 'positions'} at market, cancels{' '}
          <b className="text-fg">{orders}</b> {orders === 1 ? 'order' : 'orders'} and halts trading.
        </span>
        <span>Nothing is opened again until you resume.</span>
      </Dialog.Description>
      <label className="flex flex-col gap-1 text-xs text-muted">
        Type {WORD} and press Enter
        <input
          className="tw-field text-fg uppercase"
          value={word}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setWord(event.target.value)}
        />
      </label>
      <div className="flex items-center justify-end gap-2">
        <Dialog.Close render={<Button className="h-8 px-3" />}>Keep trading</Dialog.Close>
        {typed ? (
          <Button type="submit" tone="danger" className="h-8 px-3" disabled={busy}>
            {busy ? 'Stopping…' : 'Stop all trading'}
          </Button>
        ) : (
          <HoldButton label="Hold to stop all trading" disabled={busy} onHeld={() => void kill()} className="h-8 text-xs">
            {busy ? 'Stopping…' : 'Hold to stop all trading'}
          </HoldButton>
        )}
      </div>
    </form>
  )
}
