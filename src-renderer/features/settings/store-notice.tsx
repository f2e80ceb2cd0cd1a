// What to do when there is no open place to keep keys in, and how to change between the two places there are.
import { CircleAlert, KeyRound, LockKeyhole } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { BridgeResult, Output } from '../../../src-shared/bridge/contract.ts'
import { SEALED_PASSPHRASE_LENGTH_MIN } from '../../../src-shared/domain/secret-store.ts'
import { useBridge } from '../../bridge/context.tsx'
import { useCommand } from '../../bridge/use-command.ts'
import { Button } from '../../components/button.tsx'
import { SecretRow } from '../../components/field.tsx'
import { sentence } from '../../format/words.ts'
import { clearSecrets, typedText } from './secret-form.ts'

type Keys = Output<'keys.list'>
type NoticeProps = { readonly keys: Keys; readonly onChanged: () => void }

export const storeName = (store: Keys['store']): string =>
  store === 'keychain' ? 'the keychain of this system' : 'a file under your passphrase'

export function StoreNotice({ keys, onChanged }: NoticeProps) {
  if (keys.state === 'ready') return keys.store === 'file' ? <FileInUse keys={keys} onChanged={onChanged} /> : null
  if (keys.store === 'file' && keys.state === 'locked') return <LockedFile onChanged={onChanged} />
  const title = { absent: 'This system has no keychain', locked: 'The keychain is locked', refused: 'The keychain does not answer' }[
    keys.state
  ]
  return (
    <Notice icon={keys.state === 'locked' ? 'locked' : 'trouble'} title={keys.store === 'file' ? 'The key file cannot be used' : title}>
      <p>{sentence(keys.message ?? 'The place where keys are kept cannot be used')}</p>
      <div className="flex flex-col items-start gap-2">
        <Button onClick={onChanged}>Try again</Button>
        {keys.store === 'keychain' && keys.state === 'absent' && <UseFile onChanged={onChanged} />}
      </div>
    </Notice>
  )
}

const ICONS = { locked: LockKeyhole, trouble: CircleAlert, file: KeyRound } as const

function Notice({ icon, title, children }: { readonly icon: keyof typeof ICONS; readonly title: string; readonly children: ReactNode }) {
  const Icon = ICONS[icon]
  return (
    <section
      aria-label={title}
      className={`flex flex-none gap-3 border-b border-line px-3 py-3 ${icon === 'file' ? 'bg-raised' : 'bg-warn-soft'}`}
      data-testid="store-notice"
    >
      <Icon size={16} className={`mt-0.5 flex-none ${icon === 'file' ? 'text-muted' : 'text-warn'}`} aria-hidden />
      <div className="flex min-w-0 flex-1 flex-col gap-2 text-xs">
        <h3 className="text-sm font-semibold">{title}</h3>
        {children}
      </div>
    </section>
  )
}

function FileInUse({ keys, onChanged }: NoticeProps) {
  const run = useCommand()
  const back = async () => {
    const result = await run(
      'keys.useKeychain',
      {},
      { what: 'Keep keys in the keychain', done: 'Keys are kept in the keychain from now on' },
    )
    if (result.ok) onChanged()
  }
  return (
    <Notice icon="file" title="Keys are in a file, and the file is open">
      <p>It is locked again when the program ends; the passphrase is needed once after each start. There is no way to recover it.</p>
      {keys.keys.length === 0 && (
        <div>
          <Button onClick={() => void back()}>Use the keychain instead</Button>
        </div>
      )}
    </Notice>
  )
}

function LockedFile({ onChanged }: { readonly onChanged: () => void }) {
  const bridge = useBridge()
  const { submit, refusal, busy } = usePassphrase((passphrase) => bridge.invoke('keys.unlock', { passphrase }), onChanged)
  return (
    <Notice icon="locked" title="The key file is locked">
      <p>Nothing can be traded with a key before it is open.</p>
      <form className="flex max-w-96 flex-col gap-1" onSubmit={(event) => void submit(event)} noValidate aria-label="Open the key file">
        <SecretRow label="Its passphrase" name="passphrase" lengthMax={256} error={refusal} disabled={busy} />
        <div className="flex justify-end">
          <Button type="submit" tone="accent" disabled={busy}>
            {busy ? 'Opening…' : 'Open'}
          </Button>
        </div>
      </form>
    </Notice>
  )
}

/** Off until asked for: first a button, then the passphrase twice. */
function UseFile({ onChanged }: { readonly onChanged: () => void }) {
  const bridge = useBridge()
  const [asked, setAsked] = useState(false)
  const { submit, refusal, busy } = usePassphrase((passphrase) => bridge.invoke('keys.useFile', { passphrase }), onChanged)
  if (!asked) return <Button onClick={() => setAsked(true)}>Keep keys in a file under a passphrase…</Button>
  return (
    <form
      className="flex w-full max-w-96 flex-col gap-1 border-t border-line pt-2"
      onSubmit={(event) => void submit(event)}
      noValidate
      aria-label="Keep keys in a file"
    >
      <p>
        The file is encrypted with a passphrase of at least {SEALED_PASSPHRASE_LENGTH_MIN} characters. You type it after each start; nobody
        can recover it.
      </p>
      <SecretRow label="Passphrase" name="passphrase" lengthMax={256} error={refusal} disabled={busy} />
      <SecretRow label="Once more" name="repeated" lengthMax={256} disabled={busy} />
      <div className="flex justify-end gap-2">
        <Button onClick={() => setAsked(false)}>Cancel</Button>
        <Button type="submit" tone="accent" disabled={busy}>
          {busy ? 'Making the file…' : 'Use a file'}
        </Button>
      </div>
    </form>
  )
}

function usePassphrase(send: (passphrase: string) => Promise<BridgeResult<unknown>>, onDone: () => void) {
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const passphrase = typedText(form, 'passphrase')
    const repeats = !form.elements.namedItem('repeated') || typedText(form, 'repeated') === passphrase
    clearSecrets(form)
    if (passphrase.length < SEALED_PASSPHRASE_LENGTH_MIN)
      return setRefusal(`A passphrase has at least ${SEALED_PASSPHRASE_LENGTH_MIN} characters.`)
    if (!repeats) return setRefusal('The two passphrases differ; type both again.')
    setBusy(true)
    setRefusal(null)
    const result = await send(passphrase)
    setBusy(false)
    if (result.ok) onDone()
    else setRefusal(sentence(result.error.message))
  }
  return { submit, refusal, busy }
}
