// Questions about runs: a note, and deleting.
import { Dialog } from '@base-ui/react/dialog'
import { type FormEvent, useState } from 'react'
import { useBridge } from '../../../bridge/context.tsx'
import { useCommand } from '../../../bridge/use-command.ts'
import { Button } from '../../../components/button.tsx'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { FieldError } from '../../../components/field.tsx'
import type { Run } from './run-table.ts'

const NOTE_MAX = 2000
export const POPUP = 'tw-pop fixed top-1/4 left-1/2 z-50 flex w-[28rem] -translate-x-1/2 flex-col gap-2 p-4'

type NoteProps = { readonly run: Run; readonly onClose: () => void; readonly onSaved: () => void }

export function NoteDialog({ run, onClose, onSaved }: NoteProps) {
  const send = useCommand()
  const [note, setNote] = useState(run.note)
  const [busy, setBusy] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const result = await send('lab.run.note', { runId: run.id, note }, { what: `Note on ${run.title}` })
    setBusy(false)
    if (!result.ok) return
    onSaved()
    onClose()
  }
  return (
    <Dialog.Root open onOpenChange={(stays) => !stays && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Popup className={POPUP}>
          <Dialog.Title className="text-base font-semibold">Note on {run.title}</Dialog.Title>
          <form className="flex flex-col gap-2" onSubmit={(event) => void save(event)}>
            <textarea
              aria-label="Note"
              value={note}
              maxLength={NOTE_MAX}
              rows={5}
              onChange={(event) => setNote(event.target.value)}
              className="tw-field h-auto resize-y px-2 py-1 text-sm"
            />
            <div className="flex justify-end gap-2">
              <Dialog.Close render={<Button className="h-7 px-3" />}>Cancel</Dialog.Close>
              <Button type="submit" tone="accent" className="h-7 px-3" disabled={busy}>
                {busy ? 'Saving…' : 'Save'}
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

type DeleteProps = { readonly runs: readonly Run[]; readonly onClose: () => void; readonly onDeleted: () => void }

/** One after the other; the first that cannot be deleted ends it and is told. */
export function DeleteRunsDialog({ runs, onClose, onDeleted }: DeleteProps) {
  const bridge = useBridge()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const send = async () => {
    setBusy(true)
    for (const run of runs) {
      const result = await bridge.invoke('lab.run.delete', { runId: run.id })
      // One that is gone already is what was wanted.
      if (!result.ok && result.error.code !== 'not_found') {
        setBusy(false)
        setFault(`${run.title}: ${result.error.message}`)
        onDeleted()
        return
      }
    }
    onDeleted()
    onClose()
  }
  const [first] = runs
  return (
    <ConfirmDialog
      open
      onOpenChange={(stays) => !stays && onClose()}
      title={runs.length === 1 ? `Delete ${first?.title ?? ''}?` : `Delete ${runs.length} runs?`}
      description={
        <>
          {runs.length > 1 && <b className="text-fg">{runs.map(({ title, id }) => `${title} (${id})`).join(', ')}. </b>}
          Results, trades and notes go for good, with the runs that belong to {runs.length === 1 ? 'it' : 'them'}. Market data stays.
        </>
      }
      confirmLabel="Delete"
      tone="danger"
      busy={busy}
      onConfirm={() => void send()}
    >
      <FieldError error={fault} />
    </ConfirmDialog>
  )
}
