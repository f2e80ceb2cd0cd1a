// The keychain of the operating system through keytar: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
//
// Two things about keytar 7.10.6 on Linux, both seen with gnome-keyring 42:
// - `findCredentials` ends the whole process (SIGSEGV) when the keyring is locked. It is never called; the names are kept in an entry of their own.
// - a locked keyring answers a question with "nothing here". So nothing counts as absent before something could be written.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { SecretStore, SecretStoreFailure } from '../../../src-shared/domain/secret-store.ts'

/** The part of keytar used here. */
export type Keytar = {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
  deletePassword(service: string, account: string): Promise<boolean>
}
export type KeychainOptions = {
  /** Under which entries stand in the keychain; whoever opens it there reads this. */
  readonly service: string
  /** Loads the native code; throws where it or its system library is missing. */
  readonly load?: () => Promise<Keytar>
  /** A keychain that asks a person for its password does not answer meanwhile. */
  readonly answerMsMax?: number
}

const ANSWER_MS_MAX = 6_000
/** Entries of our own, beside those of the secrets. */
const INDEX = 'index'
const CHECK = 'check'
/** The smallest bound of the three systems: one credential of Windows. */
const SECRET_BYTES_MAX = 2_560
const NAMES_MAX = 100

type Answer<T> = Promise<Result<T, SecretStoreFailure>>

async function loadKeytar(): Promise<Keytar> {
  return (await import('keytar')).default
}

/** Touches nothing before the first question. */
export function openKeychain({ service, load = loadKeytar, answerMsMax = ANSWER_MS_MAX }: KeychainOptions): SecretStore {
  return new Keychain(new AskedKeytar(load, answerMsMax), service)
}

class Keychain implements SecretStore {
  readonly #asked: AskedKeytar
  readonly #service: string
  /** The index is read and written again by two calls: one at a time. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(asked: AskedKeytar, service: string) {
    this.#asked = asked
    this.#service = service
  }

  get(name: string): Answer<string | null> {
    return this.#inTurn(() => this.#get(name))
  }

  set(name: string, secret: string): Answer<null> {
    if (Buffer.byteLength(secret) > SECRET_BYTES_MAX)
      return Promise.resolve(refused(`the secret is longer than the ${SECRET_BYTES_MAX} bytes that a keychain takes`))
    return this.#inTurn(async () => {
      const names = await this.#names()
      if (!names.ok) return names
      if (names.value.length >= NAMES_MAX) return refused(`the keychain holds ${NAMES_MAX} keys of this program already`)
      // First into the index: what is not in it could never be found and taken away again.
      const indexed = await this.#index([...new Set([...names.value, name])])
      return indexed.ok ? this.#write(name, secret) : indexed
    })
  }

  delete(name: string): Answer<null> {
    return this.#inTurn(async () => {
      const names = await this.#names()
      if (!names.ok) return names
      const deleted = await this.#asked.ask((keytar) => keytar.deletePassword(this.#service, name))
      return deleted.ok ? this.#index(names.value.filter((other) => other !== name)) : deleted
    })
  }

  list(): Answer<readonly string[]> {
    return this.#inTurn(() => this.#names())
  }

  #inTurn<T>(action: () => Answer<T>): Answer<T> {
    const answer = this.#last.then(action)
    this.#last = answer
    return answer
  }

  async #get(name: string): Answer<string | null> {
    const first = await this.#read(name)
    if (!first.ok || first.value !== null) return first
    const open = await this.#write(CHECK, 'This entry tells Tradewright whether the keychain is open.')
    return open.ok ? this.#read(name) : open
  }

  async #names(): Answer<readonly string[]> {
    const index = await this.#get(INDEX)
    if (!index.ok) return index
    return ok(index.value === null ? [] : index.value.split('\n').filter(Boolean))
  }
  #index(names: readonly string[]): Answer<null> {
    return this.#write(INDEX, names.join('\n') || '\n')
  }
  #read(name: string): Answer<string | null> {
    return this.#asked.ask((keytar) => keytar.getPassword(this.#service, name))
  }
  async #write(name: string, secret: string): Answer<null> {
    const written = await this.#asked.ask((keytar) => keytar.setPassword(this.#service, name, secret))
    return written.ok ? ok(null) : written
  }
}

/** One question at a time: each that waits for a person holds one of the few threads that files and addresses also need. */
class AskedKeytar {
  readonly #load: () => Promise<Keytar>
  readonly #answerMsMax: number
  #waiting = false

  constructor(load: () => Promise<Keytar>, answerMsMax: number) {
    this.#load = load
    this.#answerMsMax = answerMsMax
  }

  async ask<T>(question: (keytar: Keytar) => Promise<T>): Answer<T> {
    if (this.#waiting) return err(this.#late())
    let keytar: Keytar
    try {
      keytar = await this.#load()
    } catch {
      return err({ reason: 'absent', message: NO_LIBRARY })
    }
    this.#waiting = true
    const answered = question(keytar)
      .then(
        (value): Result<T, SecretStoreFailure> => ok(value),
        (error: unknown) => err(failureOf(error)),
      )
      .finally(() => (this.#waiting = false))
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<Result<T, SecretStoreFailure>>((resolve) => {
      timer = setTimeout(() => resolve(err(this.#late())), this.#answerMsMax)
    })
    return Promise.race([answered, tooLate]).finally(() => clearTimeout(timer))
  }

  #late(): SecretStoreFailure {
    const seconds = this.#answerMsMax / 1000
    return {
      reason: 'locked',
      message: `the keychain did not answer within ${seconds} s: it may be asking for its password in another window; unlock it and try again`,
    }
  }
}

const NO_LIBRARY =
  'the keychain of this system cannot be reached: its library is missing (on Debian and Ubuntu: apt install libsecret-1-0 gnome-keyring)'
const NO_SERVICE =
  'no keyring service runs in this session; start one (on Debian and Ubuntu: apt install gnome-keyring, then log in again), or keep keys in a file under a passphrase'
const RESTARTED = 'the keyring service was restarted since this program began, and is not found again by it; restart Tradewright'
const LOCKED = 'the keychain is locked or was never set up; unlock it (a desktop does so at login) and try again'

const refused = (message: string): Result<never, SecretStoreFailure> => err({ reason: 'refused', message })

/** What the three systems say in each case, as far as it is known; everything else is a refusal in the system's own words. */
const KNOWN: readonly (readonly [pattern: RegExp, failure: SecretStoreFailure])[] = [
  // libsecret goes on with a session that the new service does not know.
  [/session wrapping the secret does not exist|The name :\d/i, { reason: 'refused', message: RESTARTED }],
  [
    /autolaunch D-Bus|given address is empty|ServiceUnknown|not provided by any|Could not connect|Error (?:sending credentials|spawning)|connection is closed/i,
    { reason: 'absent', message: NO_SERVICE },
  ],
  // The last one is macOS without a session in which a person could be asked.
  [/locked collection|Object does not exist at path|prompt|IsLocked|interaction is not allowed/i, { reason: 'locked', message: LOCKED }],
]

function failureOf(error: unknown): SecretStoreFailure {
  const said = error instanceof Error ? error.message : String(error)
  const known = KNOWN.find(([pattern]) => pattern.test(said))
  return known?.[1] ?? { reason: 'refused', message: `the keychain refused: ${said.replace(/\s+/g, ' ').slice(0, 200)}` }
}
