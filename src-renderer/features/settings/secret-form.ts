// Reading secrets out of a form: once, when it is sent. The elements are cleared before anything else happens.
import type { VenueCredentials, VenueId } from '../../../src-shared/domain/venue.ts'
import { VENUES } from '../../../src-shared/domain/venue.ts'

export const KEY_LENGTH_MAX = 256
export const SECRET_LENGTH_MAX = 2000
export const PASSPHRASE_LENGTH_MAX = 64

/** The text of a field as it was typed, without spaces around it, which a paste often brings. */
export function typedText(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value.trim() : ''
}

export function clearSecrets(form: HTMLFormElement): void {
  for (const input of form.querySelectorAll<HTMLInputElement>('input[type="password"]')) input.value = ''
}

export type SecretFaults = { readonly [Field in keyof VenueCredentials]?: string }
export const NO_FAULTS: SecretFaults = {}

export const readCredentials = (form: HTMLFormElement, venue: VenueId): VenueCredentials => ({
  key: typedText(form, 'key'),
  secret: typedText(form, 'secret'),
  passphrase: VENUES[venue].hasPassphrase ? typedText(form, 'passphrase') : null,
})

/** What cannot be a key of this venue, said of each field without its value. */
export function checkCredentials({ key, secret, passphrase }: VenueCredentials): SecretFaults {
  return {
    ...(key.length < 8 ? { key: key === '' ? 'Paste the key' : 'A key has at least 8 characters' } : {}),
    ...(secret.length < 8 ? { secret: secret === '' ? 'Paste the secret' : 'A secret has at least 8 characters' } : {}),
    ...(passphrase !== null && passphrase.length < 6
      ? { passphrase: passphrase === '' ? 'Type the passphrase' : 'A passphrase has at least 6 characters' }
      : {}),
  }
}
