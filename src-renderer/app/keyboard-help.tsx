import { Dialog } from '@base-ui/react/dialog'
import { Button } from '../components/button.tsx'
import { openDialog, useUi } from '../stores/ui-store.ts'
import { SHORTCUTS } from './shortcuts.ts'

export function KeyboardHelp() {
  const open = useUi((ui) => ui.dialog?.kind === 'help')
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Popup className="tw-pop fixed top-1/5 left-1/2 z-50 w-[28rem] -translate-x-1/2 p-4">
          <Dialog.Title className="pb-2 text-base font-semibold">Keys</Dialog.Title>
          <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1.5 text-sm">
            {SHORTCUTS.map(({ keys, does }) => (
              <div key={does} className="contents">
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <div className="flex justify-end pt-3">
            <Dialog.Close render={<Button className="h-7 px-3" />}>Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
