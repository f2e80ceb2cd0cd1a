// Stores of keys in memory that fail when told to, and that count what is in them.
import { err, ok, type Result } from '../../src-shared/domain/result.ts'
import type { SealedStore, SecretStoreFailure, SecretStoreReason } from '../../src-shared/domain/secret-store.ts'
import type { KeyBook, KeyBookState } from '../../src-shared/domain/venue-key.ts'
import type { KeyStores } from '../../src-main/host/keys/key-shelf.ts'

export class MemoryStore implements SealedStore {
  readonly secrets = new Map<string, string>()
  /** Why every question fails, or null. */
  trouble: SecretStoreReason | null
  passphrase: string | null = null

  constructor(trouble: SecretStoreReason | null = null) {
    this.trouble = trouble
  }
  get = (name: string) => this.#answer(() => this.secrets.get(name) ?? null)
  set = (name: string, secret: string) =>
    this.#answer(() => {
      this.secrets.set(name, secret)
      return null
    })
  delete = (name: string) =>
    this.#answer(() => {
      this.secrets.delete(name)
      return null
    })
  list = () => this.#answer((): readonly string[] => [...this.secrets.keys()])
  exists = () => this.passphrase !== null
  unlock = (passphrase: string): Promise<Result<null, SecretStoreFailure>> => {
    this.passphrase ??= passphrase
    if (passphrase !== this.passphrase) return Promise.resolve(err({ reason: 'refused', message: 'wrong passphrase' }))
    this.trouble = null
    return Promise.resolve(ok(null))
  }
  discard = () =>
    this.#answer(() => {
      this.passphrase = null
      this.trouble = 'locked'
      return null
    })

  #answer<T>(action: () => T): Promise<Result<T, SecretStoreFailure>> {
    if (this.trouble === null) return Promise.resolve(ok(action()))
    return Promise.resolve(err({ reason: this.trouble, message: `the store is ${this.trouble}` }))
  }
}

export class MemoryBook implements KeyBook {
  state: KeyBookState = { profile: '00000000', store: 'keychain', keys: [] }
  loadTrouble: string | null = null
  saveTrouble: string | null = null
  load = (): Result<KeyBookState, string> => (this.loadTrouble === null ? ok(this.state) : err(this.loadTrouble))
  save = (state: KeyBookState): Result<null, string> => {
    if (this.saveTrouble !== null) return err(this.saveTrouble)
    this.state = state
    return ok(null)
  }
}

export function memoryStores() {
  const keychain = new MemoryStore()
  const file = new MemoryStore('locked')
  const book = new MemoryBook()
  const stores: KeyStores = { book, openKeychain: () => keychain, file }
  return { keychain, file, book, stores }
}
