// Where secrets rest while nobody needs them: the keychain of the operating system, or a file under a passphrase.
import type { Result } from './result.ts'

/**
 * `absent`: this machine has no such store. `locked`: there is one, and a person must open it first. `refused`: it said no, or what it holds
 * cannot be read.
 */
export const SECRET_STORE_REASONS = ['absent', 'locked', 'refused'] as const
export type SecretStoreReason = (typeof SECRET_STORE_REASONS)[number]
/** `message` is one sentence for the user and holds no secret. */
export type SecretStoreFailure = { readonly reason: SecretStoreReason; readonly message: string }
export type SecretStoreResult<T> = Promise<Result<T, SecretStoreFailure>>

/** None of these throws, and each answers within seconds. */
export type SecretStore = {
  /** Null when nothing is kept under this name. */
  get(name: string): SecretStoreResult<string | null>
  /** Replaces what was there; after a failure it may or may not have been replaced. */
  set(name: string, secret: string): SecretStoreResult<null>
  /** Also fine when there is nothing of this name. */
  delete(name: string): SecretStoreResult<null>
  /** Every name that something may be kept under, in no order. Tells whether the store can be used at all. */
  list(): SecretStoreResult<readonly string[]>
}

/** A store that is locked at each start until its passphrase is given. */
export type SealedStore = SecretStore & {
  exists(): boolean
  /** Opens what is there, or makes an empty one under this passphrase. */
  unlock(passphrase: string): SecretStoreResult<null>
  /** Takes the whole store away; only an empty one. */
  discard(): SecretStoreResult<null>
}

export const SEALED_PASSPHRASE_LENGTH_MIN = 12
