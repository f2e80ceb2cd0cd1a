// Keys in a file under a passphrase, for machines without a keyring. The passphrase is typed at each start and never kept; what is in the file is
// in memory while it is open.
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { type SealedStore, type SecretStoreFailure, SEALED_PASSPHRASE_LENGTH_MIN } from '../../../src-shared/domain/secret-store.ts'
import { readPrivate, removePrivate, writePrivate } from './private-file.ts'
import { type SealKey, newSealKey, seal, unseal } from './seal.ts'

const Secrets = z.record(z.string(), z.string())
type Opened = { readonly key: SealKey; readonly secrets: ReadonlyMap<string, string> }
type Answer<T> = Promise<Result<T, SecretStoreFailure>>

/** Touches nothing before it is asked. */
export const openSealedFile = (file: string): SealedStore => new SealedFile(file)

class SealedFile implements SealedStore {
  readonly #file: string
  #opened: Opened | null = null

  constructor(file: string) {
    this.#file = file
  }

  exists(): boolean {
    return existsSync(this.#file)
  }

  async unlock(passphrase: string): Answer<null> {
    const text = readPrivate(this.#file)
    if (!text.ok) return this.#refused(`cannot be read: ${text.error}`)
    return text.value === null ? this.#create(passphrase) : this.#open(text.value, passphrase)
  }

  get(name: string): Answer<string | null> {
    return this.#whileOpen(({ secrets }) => ok(secrets.get(name) ?? null))
  }
  set(name: string, secret: string): Answer<null> {
    return this.#whileOpen(({ key, secrets }) => this.#save(key, new Map([...secrets, [name, secret]])))
  }
  delete(name: string): Answer<null> {
    return this.#whileOpen(({ key, secrets }) => this.#save(key, new Map([...secrets].filter(([other]) => other !== name))))
  }
  list(): Answer<readonly string[]> {
    return this.#whileOpen(({ secrets }) => ok([...secrets.keys()]))
  }

  discard(): Answer<null> {
    return this.#whileOpen(({ secrets }) => {
      if (secrets.size > 0) return this.#refused(`still holds ${secrets.size} keys`)
      const removed = removePrivate(this.#file)
      if (!removed.ok) return this.#refused(`cannot be removed: ${removed.error}`)
      this.#opened = null
      return ok(null)
    })
  }

  async #create(passphrase: string): Answer<null> {
    if (passphrase.length < SEALED_PASSPHRASE_LENGTH_MIN)
      return this.#refused(`needs a passphrase of at least ${SEALED_PASSPHRASE_LENGTH_MIN} characters`)
    return this.#save(await newSealKey(passphrase), new Map())
  }

  async #open(text: string, passphrase: string): Answer<null> {
    const opened = await unseal(text, passphrase)
    if (!opened.ok) return this.#refused(`cannot be opened: ${opened.error}`)
    const { key, secret } = opened.value
    this.#opened = { key, secrets: new Map(Object.entries(Secrets.parse(JSON.parse(secret)))) }
    return ok(null)
  }

  #save(key: SealKey, secrets: ReadonlyMap<string, string>): Result<null, SecretStoreFailure> {
    const written = writePrivate(this.#file, seal(key, JSON.stringify(Object.fromEntries(secrets))))
    if (!written.ok) return this.#refused(`cannot be written: ${written.error}`)
    this.#opened = { key, secrets }
    return ok(null)
  }

  #whileOpen<T>(action: (opened: Opened) => Result<T, SecretStoreFailure>): Answer<T> {
    if (this.#opened !== null) return Promise.resolve(action(this.#opened))
    return Promise.resolve(
      err({ reason: 'locked', message: `the key file is locked: type its passphrase to open it (once after each start)` }),
    )
  }

  #refused(clause: string): Result<never, SecretStoreFailure> {
    return err({ reason: 'refused', message: `the key file ${this.#file} ${clause}` })
  }
}
