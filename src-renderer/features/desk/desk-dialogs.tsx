// The questions that the desk asks before it sends: close, move a stop, go to another time. Reachable from every page.
import { useState } from 'react'
import { useCommand } from '../../bridge/use-command.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { formatMoney } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import type { Position } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { openDialog, useUi } from '../../stores/ui-store.ts'
import { MoveStopDialog } from './move-stop-dialog.tsx'

export function DeskDialogs() {
  const dialog = useUi((ui) => ui.dialog)
  const positions = useDesk((desk) => desk.positions)
  switch (dialog?.kind) {
    case 'close-position': {
      const position = positions.find(({ id }) => id === dialog.positionId)
      return position ? <CloseDialog position={position} /> : null
    }
    case 'move-stop': {
      const position = positions.find(({ id }) => id === dialog.positionId)
      return position ? <MoveStopDialog key={position.id} position={position} draggedTo={dialog.price} /> : null
    }
    case 'seek':
      return <SeekDialog positionMs={dialog.positionMs} open={positions.length} />
    case 'palette':
    case 'kill':
    case 'help':
    case 'playbooks':
    case 'live-sheet':
    case 'back-to-paper':
    case 'close-typed':
    case 'import':
    case 'download':
    case undefined:
      return null
  }
}

const close = (open: boolean) => !open && openDialog(null)

function CloseDialog({ position }: { readonly position: Position }) {
  const run = useCommand()
  const [busy, setBusy] = useState(false)
  const symbol = symbolOf(position.instrumentId)
  const send = async () => {
    setBusy(true)
    const result = await run(
      'position.close',
      { positionId: position.id },
      { what: `Close ${symbol}`, done: `Closing ${symbol} at market` },
    )
    setBusy(false)
    if (result.ok) openDialog(null)
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={close}
      title={`Close ${symbol} ${position.side}?`}
      description={
        <>
          Sells or buys back <b className="text-fg">{position.quantity}</b> at market, now. Unrealised result{' '}
          <b className="text-fg">{formatMoney(position.unrealizedPnl, { sign: true })} USDT</b>. The stop stays until the position is flat.
        </>
      }
      confirmLabel="Close at market"
      tone="danger"
      busy={busy}
      onConfirm={() => void send()}
    />
  )
}

function SeekDialog({ positionMs, open }: { readonly positionMs: number; readonly open: number }) {
  const run = useCommand()
  const [busy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    await run('playback.seek', { positionMs }, { what: 'Go to another time' })
    setBusy(false)
    openDialog(null)
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={close}
      title={`Go to ${formatUtc(positionMs, 'minute')} UTC?`}
      description={`${open === 0 ? 'A new session starts there.' : `${open} open ${open === 1 ? 'position is' : 'positions are'} closed at the present price, then a new session starts there.`}`}
      confirmLabel="Go there"
      busy={busy}
      onConfirm={() => void send()}
    />
  )
}
