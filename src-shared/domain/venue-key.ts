// What is known about a key without knowing it. Kept in a plain file of the data directory; the secret itself is in a SecretStore.
import type { Result } from './result.ts'
import type { KeyReport, VenueEnvironment, VenueId } from './venue.ts'

/** How the newest test of a key ended. */
export type KeyTest =
  | { readonly atMs: number; readonly ok: true; readonly report: KeyReport }
  | { readonly atMs: number; readonly ok: false; readonly message: string }

export type KeyRecord = {
  /** Also the name of its secret in the store. A rotated key gets a new one. */
  readonly id: string
  readonly venue: VenueId
  readonly environment: VenueEnvironment
  readonly label: string
  /** Of the key, never of the secret. */
  readonly lastFour: string
  readonly addedMs: number
  readonly test: KeyTest
}

/** At most one key for each venue and environment. */
export type KeyBookState = {
  /** Names this data directory in the keychain, which all data directories of a user share. */
  readonly profile: string
  readonly store: 'keychain' | 'file'
  readonly keys: readonly KeyRecord[]
}

/** Where that is kept. Errors are one sentence; after a failed save the earlier state stands. */
export type KeyBook = {
  /** A new profile without keys when nothing was saved yet. */
  load(): Result<KeyBookState, string>
  save(state: KeyBookState): Result<null, string>
}
