// Asks the host for a key. The answer comes as a message of its own, or not at all: then the question ends by itself.
import { type Result, err } from '../../../src-shared/domain/result.ts'
import type { VenueCredentials } from '../../core/ports/execution-client.ts'
import { type VenueAccount, accountName } from '../../../src-shared/domain/venue.ts'

/** A keychain may ask its user before it answers. */
const ANSWER_MS_MAX = 60_000
const WAITING_MAX = 16

type Answer = Result<VenueCredentials, string>

export class KeyRequests {
  readonly #ask: (account: VenueAccount) => void
  readonly #waiting = new Map<string, { readonly resolve: ((answer: Answer) => void)[]; readonly timer: NodeJS.Timeout }>()

  constructor(ask: (account: VenueAccount) => void) {
    this.#ask = ask
  }

  /** One question at a time for an account; whoever asks meanwhile gets the same answer. Never rejects. */
  request(account: VenueAccount): Promise<Answer> {
    return new Promise((resolve) => {
      const name = nameOf(account)
      const waiting = this.#waiting.get(name)
      if (waiting !== undefined && waiting.resolve.length >= WAITING_MAX) return resolve(err('the key is asked for too often'))
      if (waiting !== undefined) return void waiting.resolve.push(resolve)
      const late = err(`the keychain gave no answer about ${accountName(account)} within ${ANSWER_MS_MAX / 1000} s`)
      this.#waiting.set(name, { resolve: [resolve], timer: setTimeout(() => this.answer(account, late), ANSWER_MS_MAX) })
      this.#ask(account)
    })
  }

  /** Nothing happens when nobody waits for it. */
  answer(account: VenueAccount, answer: Answer): void {
    const waiting = this.#waiting.get(nameOf(account))
    if (waiting === undefined) return
    this.#waiting.delete(nameOf(account))
    clearTimeout(waiting.timer)
    for (const resolve of waiting.resolve) resolve(answer)
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
  }
}

const nameOf = ({ venue, environment }: VenueAccount): string => `${venue} ${environment}`
