// A new key in the place of an old one. The old one stays until the venue has accepted the new one.
import { Dialog } from '@base-ui/react/dialog'
import { type FormEvent, useState } from 'react'
import { useBridge } from '../../bridge/context.tsx'
import { Button } from '../../components/button.tsx'
import { sentence } from '../../format/words.ts'
import { notify } from '../../stores/notices.ts'
import { type KeyView, nameOf } from './key-names.ts'
import { SecretFields } from './secret-fields.tsx'
import { NO_FAULTS, checkCredentials, clearSecrets, readCredentials } from './secret-form.ts'

type RotateDialogProps = { readonly record: KeyView; readonly onClose: () => void; readonly onRotated: () => void }

export function RotateDialog({ record, onClose, onRotated }: RotateDialogProps) {
  const { submit, faults, refusal, busy } = useRotation(record, () => {
    onRotated()
    onClose()
  })
  return (
    <Dialog.Root open onOpenChange={(stays) => !stays && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Popup className="tw-pop fixed top-1/4 left-1/2 z-50 w-[28rem] -translate-x-1/2 p-4">
          <form className="flex flex-col gap-1" onSubmit={(event) => void submit(event)} noValidate>
            <Dialog.Title className="text-base font-semibold">Rotate the key {nameOf(record)}</Dialog.Title>
            <Dialog.Description className="pb-2 text-sm text-muted">
              Make a new key at the venue and paste it here. It is tested first; the old one stays until the new one is kept. Delete the old
              one at the venue afterwards.
            </Dialog.Description>
            <SecretFields venue={record.venue} faults={faults} disabled={busy} />
            {refusal !== null && (
              <p role="alert" className="rounded-sm bg-danger-soft px-2 py-1.5 text-xs">
                {refusal}
              </p>
            )}
            <div className="flex justify-end gap-2 pt-2">
              <Dialog.Close render={<Button className="h-7 px-3" />}>Cancel</Dialog.Close>
              <Button type="submit" tone="accent" className="h-7 px-3" disabled={busy}>
                {busy ? 'Testing…' : 'Test and rotate'}
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function useRotation(record: KeyView, onRotated: () => void) {
  const bridge = useBridge()
  const [faults, setFaults] = useState(NO_FAULTS)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const credentials = readCredentials(event.currentTarget, record.venue)
    const found = checkCredentials(credentials)
    setFaults(found)
    setRefusal(null)
    if (Object.keys(found).length > 0) return
    clearSecrets(event.currentTarget)
    setBusy(true)
    const result = await bridge.invoke('keys.rotate', { id: record.id, ...credentials })
    setBusy(false)
    if (!result.ok) return setRefusal(sentence(result.error.message))
    notify({ tone: 'success', title: `The key ${nameOf(record)} was rotated`, detail: `The new one ends in ${result.value.lastFour}.` })
    onRotated()
  }
  return { submit, faults, refusal, busy }
}
