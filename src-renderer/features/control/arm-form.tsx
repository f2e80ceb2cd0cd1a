// The acknowledgement, the word, and the button, with the reason beside it while it cannot be pressed.
import { Dialog } from '@base-ui/react/dialog'
import { useId, useState } from 'react'
import type { BridgeError } from '../../../src-shared/bridge/contract.ts'
import { useBridge } from '../../bridge/context.tsx'
import { plainError } from '../../bridge/use-command.ts'
import { Button } from '../../components/button.tsx'
import { isArmed, useLive } from '../../stores/live-store.ts'
import { type LiveAccount, openDialog, selectBooks } from '../../stores/ui-store.ts'
import { type Sheet, armRefusal } from './arm-refusal.ts'

type ArmFormProps = {
  readonly account: LiveAccount
  readonly sheet: Sheet | null
  readonly asking: boolean
  readonly failed: boolean
}

const ARM_WORDS: Readonly<Record<LiveAccount['environment'], string>> = {
  live: 'Trade real money',
  testnet: 'Trade on the test system',
  practice: 'Trade on the practice venue',
}

/** Mounted anew for each account, so that a word typed for one never counts for another. */
export function ArmForm({ account, sheet, asking, failed }: ArmFormProps) {
  const reasonId = useId()
  const armed = useLive(isArmed)
  const [typed, setTyped] = useState('')
  const { sending, refused, arm } = useArm(account)
  const reason = armRefusal({ sheet, asking, failed, armed, sending, typed })
  const word = sheet?.consent.word ?? null
  return (
    <form
      className="flex flex-none flex-col gap-2 border-t border-line px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (sheet !== null && reason === null) void arm(sheet.consent)
      }}
    >
      {refused !== null && (
        <p role="alert" className="rounded-sm bg-danger-soft px-2 py-1 text-xs">
          <strong>{plainError(refused)}:</strong> {refused.message} <span className="text-muted">({refused.code})</span>
        </p>
      )}
      {sheet !== null && <p className="text-sm">{sheet.consent.sentence}</p>}
      <div className="flex items-end gap-3">
        {word !== null && (
          <label className="flex flex-none flex-col gap-1 text-xs text-muted">
            Type {word} to agree
            <input
              className="tw-field w-40 text-fg uppercase"
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
        )}
        {sheet !== null && word === null && (
          <p className="text-xs text-muted">You agreed to exactly this before: same limits, playbook, account and version.</p>
        )}
        <p id={reasonId} aria-live="polite" className="ml-auto min-w-0 text-right text-xs text-warn">
          {reason ?? ''}
        </p>
        <Dialog.Close render={<Button className="h-8 px-3" />}>Stay on paper</Dialog.Close>
        <Button
          type="submit"
          tone={account.environment === 'live' ? 'danger' : 'accent'}
          className="h-8 px-3"
          disabled={reason !== null}
          aria-describedby={reasonId}
        >
          {sending ? 'Sending…' : ARM_WORDS[account.environment]}
        </Button>
      </div>
    </form>
  )
}

function useArm(account: LiveAccount) {
  const bridge = useBridge()
  const [sending, setSending] = useState(false)
  const [refused, setRefused] = useState<BridgeError | null>(null)
  const arm = async ({ hash, word }: Sheet['consent']) => {
    setSending(true)
    setRefused(null)
    const result = await bridge.invoke('live.arm', { ...account, hash, word })
    setSending(false)
    if (!result.ok) return setRefused(result.error)
    selectBooks('live')
    openDialog(null)
  }
  return { sending, refused, arm }
}
