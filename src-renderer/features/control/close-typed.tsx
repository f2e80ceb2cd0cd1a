// Closes one position from the Control page: the symbol is typed, so that the wrong row cannot be hit.
import { useState } from 'react'
import { useCommand } from '../../bridge/use-command.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { baseOf, symbolOf } from '../../format/instruments.ts'
import { formatMoney } from '../../format/numbers.ts'
import type { Position } from '../../stores/desk-state.ts'
import { openDialog } from '../../stores/ui-store.ts'
import { isWord } from './arm-refusal.ts'

export function CloseTypedDialog({ position }: { readonly position: Position }) {
  const run = useCommand()
  const [typed, setTyped] = useState('')
  const [sending, setSending] = useState(false)
  const symbol = symbolOf(position.instrumentId)
  const confirmed = isWord(typed, symbol) || isWord(typed, baseOf(position.instrumentId))
  const send = async () => {
    if (!confirmed || sending) return
    setSending(true)
    const told = { what: `Close ${symbol}`, done: `Closing ${symbol} at market` }
    const result = await run('position.close', { positionId: position.id }, told)
    setSending(false)
    if (result.ok) openDialog(null)
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && openDialog(null)}
      title={`Close ${symbol} ${position.side}?`}
      description={
        <>
          {position.side === 'long' ? 'Sells' : 'Buys back'} <b className="text-fg">{position.quantity}</b> at market, now. Unrealised
          result <b className="text-fg">{formatMoney(position.unrealizedPnl, { sign: true })} USDT</b>. The stop stays until the position is
          flat.
        </>
      }
      confirmLabel="Close at market"
      tone="danger"
      busy={sending}
      confirmDisabled={!confirmed}
      onConfirm={() => void send()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <label className="flex flex-col gap-1 text-xs text-muted">
          Type {symbol} or {baseOf(position.instrumentId)} to confirm
          <input
            className="tw-field text-fg uppercase"
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
      </form>
    </ConfirmDialog>
  )
}
