// The commands about keys, and the one door through which the engine gets one. Secrets pass through here and stay nowhere in it.
import { randomBytes } from 'node:crypto'
import type { BridgeError, BridgeResult, CommandName, Input, Output } from '../../../src-shared/bridge/contract.ts'
import { KeyReport } from '../../../src-shared/bridge/key-contract.ts'
import type { HandedKey } from '../../../src-shared/bridge/wire.ts'
import { err, ok, type Result } from '../../../src-shared/domain/result.ts'
import { VENUES, type VenueAccount, type VenueCredentials, type VenueId } from '../../../src-shared/domain/venue.ts'
import type { KeyRecord, KeyTest } from '../../../src-shared/domain/venue-key.ts'
import type { Scrubber } from '../../../src-shared/format/scrub.ts'
import type { EngineSupervisor } from '../engine-supervisor.ts'
import { KeyShelf, type KeyStores } from './key-shelf.ts'

export type KeyDeskOptions = {
  readonly stores: KeyStores
  /** Asks the engine; the value is what the venue says of the key. */
  readonly probe: (venue: VenueId, handed: HandedKey) => Promise<BridgeResult<unknown>>
  /** The account that live trading is armed for, or null. */
  readonly inUse: () => VenueAccount | null
  readonly nowMs: () => number
}
type KeyDeskParts = {
  readonly stores: KeyStores
  readonly supervisor: Pick<EngineSupervisor, 'probe'>
  readonly inUse: KeyDeskOptions['inUse']
  readonly scrubber: Scrubber
}
export type KeyCommand = Extract<CommandName, `keys.${string}`>
type Answer<C extends KeyCommand> = Promise<Result<Output<C>, BridgeError>>
type Handlers = { readonly [C in KeyCommand]: (input: Input<C>) => Answer<C> }
type KeyView = Output<'keys.test'>

const MESSAGE_LENGTH_MAX = 1_000

/** With the engine behind `supervisor`; every secret on its way there is told to the scrubber first. */
export function keyDeskOver({ stores, supervisor, scrubber, inUse }: KeyDeskParts): KeyDesk {
  const probe: KeyDeskOptions['probe'] = (venue, handed) => {
    for (const secret of Object.values(handed.credentials)) if (secret !== null) scrubber.learn(secret)
    return supervisor.probe(venue, handed)
  }
  return new KeyDesk({ stores, probe, inUse, nowMs: Date.now })
}

export class KeyDesk {
  readonly #options: KeyDeskOptions
  #shelf: KeyShelf | null = null
  /** Changes happen one after the other; each is over within the deadlines of store and venue. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: KeyDeskOptions) {
    this.#options = options
  }

  /** Input has been checked against the contract. */
  handle(command: KeyCommand, input: unknown): Promise<Result<unknown, BridgeError>> {
    const handler = this.#handlers[command] as (input: unknown) => Promise<Result<unknown, BridgeError>>
    return command === 'keys.list' ? handler(input) : this.#inTurn(() => handler(input))
  }

  /** For the engine to trade or ask with. Only a key whose newest test says that it can trade and cannot withdraw. The error is one sentence. */
  credentialsOf(account: VenueAccount): Promise<Result<VenueCredentials, string>> {
    return this.#inTurn(() => this.#credentialsOf(account))
  }

  async #credentialsOf({ venue, environment }: VenueAccount): Promise<Result<VenueCredentials, string>> {
    const shelf = this.#open()
    if (!shelf.ok) return err(shelf.error.message)
    const record = shelf.value.records.find((key) => key.venue === venue && key.environment === environment)
    if (record === undefined) return err(`there is no key for ${VENUES[venue].name} (${environment}); add one in the settings`)
    const unfit = whyUnfit(record)
    if (unfit !== null) return err(unfit)
    const credentials = await shelf.value.credentials(record)
    return credentials.ok ? credentials : err(credentials.error.message)
  }

  readonly #handlers: Handlers = {
    'keys.list': async () => {
      const shelf = this.#open()
      if (!shelf.ok) return shelf
      const checked = await shelf.value.check()
      const { kind, records } = shelf.value
      const keys = records.map((record) => this.#view(record))
      if (checked.ok) return ok({ store: kind, state: 'ready', message: null, keys })
      return ok({ store: kind, state: checked.error.reason, message: clipped(checked.error.message), keys })
    },
    'keys.add': async ({ venue, environment, label, ...credentials }) => {
      const shelf = this.#open()
      if (!shelf.ok) return shelf
      const there = shelf.value.records.find((key) => key.venue === venue && key.environment === environment)
      if (there !== undefined)
        return refuse(
          `there is a key for ${VENUES[venue].name} (${environment}) already, …${there.lastFour}: rotate it, or remove it first`,
        )
      return this.#keep(shelf.value, { venue, environment, label, addedMs: this.#options.nowMs() }, { credentials, replaced: null })
    },
    'keys.test': async ({ id }) => {
      const found = this.#find(id)
      if (!found.ok) return found
      const { shelf, record } = found.value
      const credentials = await shelf.credentials(record)
      if (!credentials.ok) return refuse(credentials.error.message)
      const tested = { ...record, test: await this.#test(record, credentials.value) }
      const noted = shelf.note(tested)
      return noted.ok ? ok(this.#view(tested)) : refuse(noted.error.message)
    },
    'keys.rotate': async ({ id, ...credentials }) => {
      const found = this.#find(id)
      if (!found.ok) return found
      const { shelf, record } = found.value
      const inUse = this.#whyInUse(record)
      if (inUse !== null) return refuse(`${inUse}; go back to paper first, then rotate it`)
      return this.#keep(shelf, record, { credentials, replaced: record })
    },
    'keys.remove': async ({ id }) => {
      const found = this.#find(id)
      if (!found.ok) return found
      const { shelf, record } = found.value
      const inUse = this.#whyInUse(record)
      if (inUse !== null) return refuse(`${inUse}; go back to paper first, then remove it`)
      const removed = await shelf.remove(record)
      return removed.ok ? ok({}) : refuse(removed.error.message)
    },
    'keys.useFile': ({ passphrase }) => this.#store((shelf) => shelf.useFile(passphrase)),
    'keys.unlock': ({ passphrase }) => this.#store((shelf) => shelf.unlock(passphrase)),
    'keys.useKeychain': () => this.#store((shelf) => shelf.useKeychain()),
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(action)
    this.#last = answer.catch(() => undefined)
    return answer
  }

  #open(): Result<KeyShelf, BridgeError> {
    if (this.#shelf !== null) return ok(this.#shelf)
    const opened = KeyShelf.open(this.#options.stores)
    if (!opened.ok) return refuse(opened.error)
    this.#shelf = opened.value
    return opened
  }

  #find(id: string): Result<{ readonly shelf: KeyShelf; readonly record: KeyRecord }, BridgeError> {
    const shelf = this.#open()
    if (!shelf.ok) return shelf
    const record = shelf.value.records.find((key) => key.id === id)
    return record === undefined ? err({ code: 'not_found', message: 'there is no such key any more' }) : ok({ shelf: shelf.value, record })
  }

  /** Asks the store and the venue about new credentials, and keeps them only when both agree. */
  async #keep(
    shelf: KeyShelf,
    about: Omit<KeyRecord, 'id' | 'lastFour' | 'test'>,
    { credentials, replaced }: { readonly credentials: VenueCredentials; readonly replaced: KeyRecord | null },
  ): Promise<Result<KeyView, BridgeError>> {
    const wrong = whyIncomplete(about.venue, credentials)
    if (wrong !== null) return err({ code: 'bad_input', message: wrong })
    const open = await shelf.check()
    if (!open.ok) return refuse(open.error.message)
    const test = await this.#test(about, credentials)
    const kept = replaced === null ? 'nothing was kept' : 'the old key stays'
    if (!test.ok) return refuse(`${test.message}; ${kept}`)
    const { venue, environment, label } = about
    const id = randomBytes(16).toString('hex')
    const record: KeyRecord = { id, venue, environment, label, lastFour: credentials.key.slice(-4), addedMs: this.#options.nowMs(), test }
    if (test.report.canWithdraw) return refuse(`${withdraws(record)}; ${kept}`)
    const put = await shelf.put(record, credentials, replaced)
    if (put.ok) void this.#inTurn(() => shelf.sweep())
    return put.ok ? ok(this.#view(record)) : refuse(`${put.error.message}; ${kept}`)
  }

  async #test({ venue, environment }: Pick<KeyRecord, 'venue' | 'environment'>, credentials: VenueCredentials): Promise<KeyTest> {
    const atMs = this.#options.nowMs()
    const answer = await this.#options.probe(venue, { environment, credentials })
    if (!answer.ok) return { atMs, ok: false, message: clipped(answer.error.message) }
    const report = KeyReport.safeParse(answer.value)
    return report.success
      ? { atMs, ok: true, report: report.data }
      : { atMs, ok: false, message: 'the engine’s answer to the test is not a report about a key' }
  }

  async #store(
    change: (shelf: KeyShelf) => Promise<Result<null, { readonly message: string }>>,
  ): Promise<Result<Record<string, never>, BridgeError>> {
    const shelf = this.#open()
    if (!shelf.ok) return shelf
    const changed = await change(shelf.value)
    return changed.ok ? ok({}) : refuse(changed.error.message)
  }

  #isInUse = ({ venue, environment }: KeyRecord): boolean => {
    const account = this.#options.inUse()
    return account?.venue === venue && account.environment === environment
  }
  #view = (record: KeyRecord): KeyView => ({ ...record, inUse: this.#isInUse(record) })
  #whyInUse = (record: KeyRecord): string | null =>
    this.#isInUse(record) ? `live trading at ${VENUES[record.venue].name} runs with this key` : null
}

const clipped = (message: string): string => message.slice(0, MESSAGE_LENGTH_MAX)
const refuse = (message: string): Result<never, BridgeError> => err({ code: 'refused', message: clipped(message) })

const withdraws = ({ venue, lastFour }: KeyRecord): string =>
  `the key …${lastFour} can withdraw money from ${VENUES[venue].name}: make one there without that right and use it instead`

/** Why a key must not trade, or null. */
function whyUnfit(record: KeyRecord): string | null {
  const { test, lastFour } = record
  if (!test.ok) return `the newest test of the key …${lastFour} failed: ${test.message}`
  if (test.report.canWithdraw) return withdraws(record)
  if (!test.report.canTrade) return `the key …${lastFour} may not trade futures at ${VENUES[record.venue].name}: it can only read`
  return null
}

function whyIncomplete(venue: VenueId, { passphrase }: VenueCredentials): string | null {
  const { name, hasPassphrase } = VENUES[venue]
  if (hasPassphrase && passphrase === null) return `${name} also asks for the passphrase that the key was made with`
  if (!hasPassphrase && passphrase !== null) return `${name} knows no passphrase; leave it empty`
  return null
}
