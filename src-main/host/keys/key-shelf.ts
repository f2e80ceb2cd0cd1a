// Where a key and what is known about it lie, kept in step: the secret in the chosen store, the record in the book. The book decides what there is.
// A secret it does not name, left behind by a crash between the two, is taken away when the next key is put down.
import { err, ok, type Result } from '../../../src-shared/domain/result.ts'
import type { SealedStore, SecretStore, SecretStoreFailure } from '../../../src-shared/domain/secret-store.ts'
import type { VenueCredentials } from '../../../src-shared/domain/venue.ts'
import type { KeyBook, KeyBookState, KeyRecord } from '../../../src-shared/domain/venue-key.ts'

export type KeyStores = {
  readonly book: KeyBook
  /** The keychain's entries of one profile. */
  readonly openKeychain: (profile: string) => SecretStore
  readonly file: SealedStore
}
type Stored<T> = Promise<Result<T, SecretStoreFailure>>

export class KeyShelf {
  readonly #stores: KeyStores
  readonly #keychain: SecretStore
  #state: KeyBookState

  private constructor(stores: KeyStores, state: KeyBookState) {
    this.#stores = stores
    this.#state = state
    this.#keychain = stores.openKeychain(state.profile)
  }

  /** Reads the book. The error is one sentence. */
  static open(stores: KeyStores): Result<KeyShelf, string> {
    const state = stores.book.load()
    return state.ok ? ok(new KeyShelf(stores, state.value)) : state
  }

  get kind(): KeyBookState['store'] {
    return this.#state.store
  }
  get records(): readonly KeyRecord[] {
    return this.#state.keys
  }

  /** Whether keys can be read and written now. */
  async check(): Stored<null> {
    const names = await this.#secrets.list()
    return names.ok ? ok(null) : names
  }

  async credentials(record: KeyRecord): Stored<VenueCredentials> {
    const text = await this.#secrets.get(record.id)
    if (!text.ok) return text
    // It was written by `put`.
    if (text.value !== null) return ok(JSON.parse(text.value) as VenueCredentials)
    return err({ reason: 'refused', message: 'the store no longer holds this key: it was deleted there; remove it here and add it again' })
  }

  /** Keeps the secret, then the record in the place of `replaced`. The replaced secret stays until `sweep`. */
  async put(record: KeyRecord, credentials: VenueCredentials, replaced: KeyRecord | null = null): Stored<null> {
    const kept = await this.#secrets.set(record.id, JSON.stringify(credentials))
    if (!kept.ok) return kept
    const there = this.records.some(({ id }) => id === replaced?.id)
    return this.#save({
      keys: there ? this.records.map((other) => (other.id === replaced?.id ? record : other)) : [...this.records, record],
    })
  }

  /** A newer record of the same key. */
  note(record: KeyRecord): Result<null, SecretStoreFailure> {
    return this.#save({ keys: this.records.map((other) => (other.id === record.id ? record : other)) })
  }

  async remove(record: KeyRecord): Stored<null> {
    const deleted = await this.#secrets.delete(record.id)
    // Where there is no keychain nothing can be taken out of it, and nothing be read from it either.
    if (!deleted.ok && deleted.error.reason !== 'absent') return deleted
    return this.#save({ keys: this.records.filter(({ id }) => id !== record.id) })
  }

  async useFile(passphrase: string): Stored<null> {
    if (this.kind === 'file') return refused('keys are kept in the file already')
    if (this.records.length > 0)
      return refused(`${this.#count()} in the keychain; remove ${this.records.length === 1 ? 'it' : 'them'} first`)
    const opened = await this.#stores.file.unlock(passphrase)
    return opened.ok ? this.#save({ store: 'file' }) : opened
  }

  unlock(passphrase: string): Stored<null> {
    return this.kind === 'file' ? this.#stores.file.unlock(passphrase) : Promise.resolve(refused('keys are in the keychain, not in a file'))
  }

  async useKeychain(): Stored<null> {
    if (this.kind === 'keychain') return refused('keys are kept in the keychain already')
    if (this.records.length > 0) return refused(`${this.#count()} in the file; remove ${this.records.length === 1 ? 'it' : 'them'} first`)
    const discarded = await this.#stores.file.discard()
    return discarded.ok ? this.#save({ store: 'keychain' }) : discarded
  }

  /** Takes away secrets that no record names. What cannot be taken away now is found the next time. */
  async sweep(): Promise<void> {
    const names = await this.#secrets.list()
    if (!names.ok) return
    const known = new Set(this.records.map(({ id }) => id))
    for (const name of names.value) if (!known.has(name)) await this.#secrets.delete(name)
  }

  get #secrets(): SecretStore {
    return this.kind === 'file' ? this.#stores.file : this.#keychain
  }

  #count(): string {
    return this.records.length === 1 ? 'there is a key' : `there are ${this.records.length} keys`
  }

  #save(change: Partial<KeyBookState>): Result<null, SecretStoreFailure> {
    const next = { ...this.#state, ...change }
    const saved = this.#stores.book.save(next)
    if (!saved.ok) return refused(saved.error)
    this.#state = next
    return ok(null)
  }
}

const refused = (message: string): Result<never, SecretStoreFailure> => err({ reason: 'refused', message })
