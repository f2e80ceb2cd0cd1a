// The dialogs about live trading, reachable from every page.
import { useDesk } from '../../stores/desk-store.ts'
import { useUi } from '../../stores/ui-store.ts'
import { BackToPaperDialog } from './back-to-paper.tsx'
import { CloseTypedDialog } from './close-typed.tsx'
import { LiveSheetDialog } from './live-sheet.tsx'

export function ControlDialogs() {
  const dialog = useUi((ui) => ui.dialog)
  const positions = useDesk((desk) => desk.positions)
  if (dialog?.kind === 'live-sheet') return <LiveSheetDialog />
  if (dialog?.kind === 'back-to-paper') return <BackToPaperDialog />
  const position = dialog?.kind === 'close-typed' ? positions.find(({ id }) => id === dialog.positionId) : undefined
  return position ? <CloseTypedDialog key={position.id} position={position} /> : null
}
