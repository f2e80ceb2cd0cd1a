import { AlertDialog } from '@base-ui/react/alert-dialog'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

type ConfirmDialogProps = {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly description: ReactNode
  readonly confirmLabel: string
  readonly onConfirm: () => void
  readonly tone?: 'accent' | 'danger'
  /** While the command is on its way: the dialog stays, the button cannot be pressed twice. */
  readonly busy?: boolean
  readonly confirmDisabled?: boolean
  /** Form fields between the description and the buttons. */
  readonly children?: ReactNode
}

/** Asks before something that cannot be taken back. Focus starts on "Cancel", Escape cancels. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <AlertDialog.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <AlertDialog.Popup className="tw-pop fixed top-1/4 left-1/2 z-50 flex w-96 -translate-x-1/2 flex-col gap-3 p-4">
          <AlertDialog.Title className="text-base font-semibold">{props.title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="text-sm text-muted">
            {props.description}
          </AlertDialog.Description>
          {props.children}
          <div className="flex justify-end gap-2">
            <AlertDialog.Close render={<Button className="h-7 px-3" />}>Cancel</AlertDialog.Close>
            <Button
              tone={props.tone ?? 'accent'}
              className="h-7 px-3"
              disabled={props.busy === true || props.confirmDisabled === true}
              onClick={props.onConfirm}
            >
              {props.busy === true ? 'Sending…' : props.confirmLabel}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
