import { type FormEvent, useState } from 'react'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { VENUES, VENUE_ENVIRONMENTS, VENUE_IDS, type VenueEnvironment, type VenueId } from '../../../src-shared/domain/venue.ts'
import { useBridge } from '../../bridge/context.tsx'
import { Button } from '../../components/button.tsx'
import { SelectRow, TextRow } from '../../components/field.tsx'
import { notify } from '../../stores/notices.ts'
import { ENVIRONMENTS } from './key-names.ts'
import { sentence } from '../../format/words.ts'
import { SecretFields } from './secret-fields.tsx'
import { NO_FAULTS, checkCredentials, clearSecrets, readCredentials } from './secret-form.ts'

type AddKeyFormProps = {
  readonly keys: Output<'keys.list'>['keys']
  /** Why none can be added now, or null. */
  readonly blocked: string | null
  readonly onAdded: () => void
}
const VENUE_OPTIONS = VENUE_IDS.map((value) => ({ value, title: VENUES[value].name }))
const ENVIRONMENT_OPTIONS = VENUE_ENVIRONMENTS.map((value) => ({ value, title: ENVIRONMENTS[value].title }))

export function AddKeyForm({ keys, blocked, onAdded }: AddKeyFormProps) {
  const [venue, setVenue] = useState<VenueId>('binanceusdm')
  const [environment, setEnvironment] = useState<VenueEnvironment>('testnet')
  const [label, setLabel] = useState('')
  const { submit, faults, refusal, busy } = useAddKey({ venue, environment, label }, () => {
    setLabel('')
    onAdded()
  })
  const there = keys.find((key) => key.venue === venue && key.environment === environment)
  const taken = there && `There is a key for this already (…${there.lastFour}). Rotate it, or remove it first.`
  const reason = blocked ?? taken ?? null
  const disabled = busy || reason !== null
  return (
    <form className="flex flex-col gap-1 p-3" onSubmit={(event) => void submit(event, disabled)} noValidate aria-label="Add a key">
      <SelectRow label="Venue" value={venue} options={VENUE_OPTIONS} onChange={setVenue} width="w-56" />
      <SelectRow label="Environment" value={environment} options={ENVIRONMENT_OPTIONS} onChange={setEnvironment} width="w-56" />
      <TextRow label="Label" value={label} onChange={(text) => setLabel(text.slice(0, 40))} placeholder="main account" width="w-56" />
      <SecretFields venue={venue} faults={faults} disabled={disabled} />
      <p className="min-h-8 pt-1 text-xs text-muted" role="status">
        {busy ? `Asking ${VENUES[venue].name} what this key may do…` : reason}
      </p>
      {refusal !== null && (
        <p role="alert" className="rounded-sm bg-danger-soft px-2 py-1.5 text-xs">
          {refusal}
        </p>
      )}
      <div className="flex justify-end pt-1">
        <Button type="submit" tone="accent" className="h-7 px-3" disabled={disabled}>
          {busy ? 'Testing…' : 'Test and add'}
        </Button>
      </div>
      <WhatHappens />
    </form>
  )
}

function WhatHappens() {
  return (
    <ul className="mt-2 flex list-none flex-col gap-1 border-t border-line p-0 pt-3 text-xs text-muted">
      <li>The venue is asked first. A key that it does not know, or that can withdraw, is not kept.</li>
      <li>What you type leaves this page once and is never shown again, not even to you.</li>
      <li>Only the engine’s order side holds a key while it trades; it is in no log, journal or recording.</li>
    </ul>
  )
}

type Chosen = { readonly venue: VenueId; readonly environment: VenueEnvironment; readonly label: string }

function useAddKey(chosen: Chosen, onAdded: () => void) {
  const bridge = useBridge()
  const [faults, setFaults] = useState(NO_FAULTS)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>, disabled: boolean) => {
    event.preventDefault()
    if (disabled) return
    const form = event.currentTarget
    const credentials = readCredentials(form, chosen.venue)
    const found = checkCredentials(credentials)
    setFaults(found)
    setRefusal(null)
    if (Object.keys(found).length > 0) return
    clearSecrets(form)
    setBusy(true)
    const result = await bridge.invoke('keys.add', { ...chosen, label: chosen.label.trim(), ...credentials })
    setBusy(false)
    if (!result.ok) return setRefusal(sentence(result.error.message))
    notify({ tone: 'success', title: `The key for ${VENUES[chosen.venue].name} is kept` })
    onAdded()
  }
  return { submit, faults, refusal, busy }
}
