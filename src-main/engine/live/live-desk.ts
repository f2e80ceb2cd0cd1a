// Between paper and live: what must be true first, the acknowledgement, the opening of the account, and the way back.
import { join } from 'node:path'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import type { LiveSheet, LiveView } from '../../../src-shared/bridge/live-contract.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import { type Result, ensure, err, ok } from '../../../src-shared/domain/result.ts'
import { liveJournalName } from '../../../src-shared/domain/venue.ts'
import type { AuditEntry } from '../../../src-shared/events/journal-record.ts'
import { JournalError } from '../../adapters/journal/journal-error.ts'
import type { ExecutionClient, OpenExecution, VenueCredentials } from '../../core/ports/execution-client.ts'
import { type AccountBooks, openAccountBooks } from '../account-books.ts'
import type { EngineOptions } from '../options.ts'
import type { LiveAccount, Sessions } from '../sessions.ts'
import { type AccountLease, takeAccountLease } from './account-lease.ts'
import { CONSENT_WORD, consentHash } from './consent.ts'
import { type VenueAccount, accountName } from '../../../src-shared/domain/venue.ts'
import { type LiveMemory, liveFile, loadLiveMemory, newLiveMemory, saveLiveMemory, withConsent } from './live-file.ts'
import { type SheetSources, makeSheet } from './sheet.ts'
import { PAPER_JOURNAL } from './sheet-sources.ts'
import { liveTwin } from './twin.ts'

export type LiveDeskDependencies = {
  readonly options: EngineOptions
  readonly sessions: Sessions
  /** From the keychain, through the host. The error is one sentence. */
  readonly requestKey: (account: VenueAccount) => Promise<Result<VenueCredentials, string>>
  readonly sources: Omit<SheetSources, 'requestKey' | 'known'>
  readonly openExecution: OpenExecution
  readonly publish: (view: LiveView) => void
  readonly onLog: (level: 'info' | 'warn' | 'error', message: string) => void
}

/** A sheet that was looked at longer ago says nothing about now. */
const SHEET_MS_MAX = 10 * 60_000
/** An account that is armed may hold a position without a stop: the first tries follow each other at once. */
const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 60_000
/** How long positions get to be closed in before the way back to paper is given up. */
const CLOSE_MS_MAX = 60_000
const CLOSE_LOOK_MS = 200

export type Agreement = { readonly hash: string; readonly word: string | null; readonly who?: string | undefined }
type Shown = { readonly sheet: LiveSheet; readonly atMs: number }
type Status = Pick<LiveView, 'state' | 'message' | 'sinceMs'>
type Opened = { readonly account: LiveAccount; readonly lease: AccountLease }

export class LiveDesk {
  readonly #d: LiveDeskDependencies
  readonly #file: string
  #memory: LiveMemory
  #status: Status = { state: 'off', message: '', sinceMs: null }
  #shown: Shown | null = null
  #opened: Opened | null = null
  #retry: NodeJS.Timeout | null = null
  #retryMs = RETRY_MS_MIN
  #isClosed = false
  /** Counts attempts to open the account: what an earlier one still finds out is dropped. */
  #attempt = 0

  constructor(dependencies: LiveDeskDependencies) {
    this.#d = dependencies
    this.#file = liveFile(dependencies.options.dataDir)
    const loaded = loadLiveMemory(this.#file)
    if (!loaded.ok) dependencies.onLog('error', loaded.error)
    this.#memory = loaded.ok ? loaded.value : newLiveMemory()
  }

  /** After a restart: an account that was traded is opened again, because its positions need looking after. */
  start(): void {
    if (this.#memory.armed !== null) void this.#connect()
  }

  /** Also while the account cannot be opened. */
  get isArmed(): boolean {
    return this.#memory.armed !== null
  }

  /** Live trades beside those of paper since it was armed; none while it is off. */
  twin(limit: number): Output<'live.twin'> {
    const { dataDir } = this.#d.options
    const { armed } = this.#memory
    const live = armed === null ? '' : join(dataDir, liveJournalName(armed.venue, armed.environment))
    return liveTwin({ live, paper: join(dataDir, PAPER_JOURNAL) }, armed?.sinceMs ?? null, limit)
  }

  view(): LiveView {
    const { armed } = this.#memory
    const { sessions } = this.#d
    const naked = sessions.isOpen ? sessions.front.kernel.care.naked() : []
    const nowMs = sessions.isOpen ? sessions.front.kernel.nowMs : 0
    const incidents = sessions.isOpen ? sessions.front.desk.alerts.filter(({ code }) => code === 'unprotected_position').length : 0
    return {
      ...this.#status,
      message: clipped(this.#status.message, 1000),
      account: armed === null ? null : { venue: armed.venue, environment: armed.environment },
      health: this.#opened === null ? null : healthView(this.#opened.account.client),
      unprotected: {
        positions: naked.length,
        secondsMax: naked.reduce((most, { care }) => Math.max(most, (nowMs - (care.unprotectedSinceMs ?? nowMs)) / 1000), 0),
        incidents,
      },
    }
  }

  /** Called once a second. */
  pulse(): void {
    if (this.#status.state !== 'off') this.#d.publish(this.view())
  }

  /** Asks the venue about key and account, and puts together what a person must see before arming. Never rejects. */
  async sheet(account: VenueAccount): Promise<Result<LiveSheet, string>> {
    const { sources, requestKey } = this.#d
    const known = new Set(this.#memory.consents.map(({ hash }) => hash))
    const sheet = await makeSheet(account, { ...sources, requestKey, known })
    this.#shown = { sheet, atMs: Date.now() }
    return ok(sheet)
  }

  /** The error is one sentence; nothing has changed then. */
  arm(account: VenueAccount, { hash, word, who }: Agreement): Result<void, string> {
    const refused = this.#refusal(account, { hash, word })
    if (refused !== null) return err(refused)
    const nowMs = Date.now()
    const consented = word === null ? this.#memory : withConsent(this.#memory, { hash, word, atMs: nowMs })
    this.#remember({ ...consented, armed: { ...account, hash, sinceMs: nowMs } })
    this.#audit({ action: 'live.arm', detail: `acknowledged ${hash.slice(0, 12)}`, before: 'paper', after: accountName(account) }, who)
    this.#retryMs = RETRY_MS_MIN
    void this.#connect()
    return ok(undefined)
  }

  /** Answers at once; closing positions goes on behind it. The error is one sentence. */
  disarm(positions: 'keep' | 'close', who?: string): Result<void, string> {
    if (this.#memory.armed === null) return err('live trading is off already')
    this.#audit(
      { action: 'live.disarm', detail: `open positions: ${positions}`, before: accountName(this.#memory.armed), after: 'paper' },
      who,
    )
    void this.#leave(positions)
    return ok(undefined)
  }

  /** The program ends: orders and stops stay at the venue, and the next start goes on. */
  close(): void {
    this.#isClosed = true
    this.#attempt += 1
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#opened?.lease.release()
  }

  #refusal(account: VenueAccount, { hash, word }: { hash: string; word: string | null }): string | null {
    if (this.#memory.armed !== null) return `live trading on ${accountName(this.#memory.armed)} is armed already`
    const shown = this.#shown
    if (shown === null || Date.now() - shown.atMs > SHEET_MS_MAX || !isOf(shown.sheet, account))
      return 'ask for the sheet of this account first'
    const { sessions, options } = this.#d
    if (hash !== shown.sheet.consent.hash || hash !== consentHash(sessions.plan, account, options.version))
      return 'what was agreed to has changed since; look at the sheet again'
    const missing = shown.sheet.evidence.find(({ state }) => state === 'missing' || state === 'failed')
    if (missing !== undefined) return missing.sentence
    if (shown.sheet.consent.word !== null && word !== CONSENT_WORD) return `type ${CONSENT_WORD} to agree`
    return null
  }

  /** Opens the account and begins to trade it; tries again later when that is not possible now. */
  async #connect(): Promise<void> {
    const { armed } = this.#memory
    ensure(armed !== null, 'only an armed account is opened')
    const attempt = (this.#attempt += 1)
    this.#set({ state: 'connecting', message: '', sinceMs: armed.sinceMs })
    const opened = await this.#open(armed)
    if (this.#isClosed || attempt !== this.#attempt) return void (opened.ok && (await discard(opened.value)))
    if (!opened.ok) return this.#waitAndRetry(opened.error)
    const gone = await this.#d.sessions.goLive(opened.value.account)
    if (!gone.ok) {
      await discard(opened.value)
      return this.#waitAndRetry(gone.error)
    }
    this.#opened = opened.value
    this.#retryMs = RETRY_MS_MIN
    this.#set({ state: 'live', message: '', sinceMs: armed.sinceMs })
    // The account's own books tell from when on, and by what, it was traded.
    this.#audit({ action: 'live.begin', detail: `acknowledged ${armed.hash.slice(0, 12)}`, before: 'paper', after: accountName(armed) })
    this.#d.onLog('warn', `live trading on ${accountName(armed)}`)
  }

  async #open(account: VenueAccount & { readonly hash: string }): Promise<Result<Opened, string>> {
    const { sessions, options, requestKey, openExecution, onLog } = this.#d
    if (consentHash(sessions.plan, account, options.version) !== account.hash)
      return err('the limits, the playbook or the program are not what was agreed to: go back to paper and arm again')
    const credentials = await requestKey(account)
    if (!credentials.ok) return credentials
    const lease = takeAccountLease(account, credentials.value.key)
    if (!lease.ok) return lease
    const { instruments } = sessions.paper.feed
    const { venue, environment } = account
    const client = await openExecution({
      venue,
      environment,
      credentials: credentials.value,
      instruments,
      leverage: options.settings.leverage,
      onLog,
    })
    if (!client.ok) {
      lease.value.release()
      return client
    }
    const books = this.#openBooks(account)
    if (!books.ok) {
      await client.value.close()
      lease.value.release()
      return books
    }
    return ok({ account: { client: client.value, books: books.value, mark: this.#memory.mark }, lease: lease.value })
  }

  #openBooks({ venue, environment }: VenueAccount): Result<AccountBooks, string> {
    const { options, sessions, onLog } = this.#d
    try {
      return ok(
        openAccountBooks(join(options.dataDir, liveJournalName(venue, environment)), (failed, message) => {
          onLog(failed ? 'error' : 'info', message)
          setImmediate(() => {
            if (sessions.live === null || this.#isClosed) return
            const { loop, kernel } = sessions.front
            loop.event({ source: 'system', condition: failed ? 'journal_failed' : 'journal_ok', message, tsMs: kernel.nowMs })
          })
        }),
      )
    } catch (cause) {
      if (cause instanceof JournalError) return err(cause.message)
      throw cause
    }
  }

  #waitAndRetry(message: string): void {
    const { armed } = this.#memory
    this.#set({ state: 'waiting', message, sinceMs: armed?.sinceMs ?? null })
    this.#d.onLog('error', `live trading is armed and cannot begin: ${message}`)
    this.#retry = setTimeout(() => void this.#connect(), this.#retryMs)
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2)
  }

  async #leave(positions: 'keep' | 'close'): Promise<void> {
    this.#attempt += 1
    if (this.#retry !== null) clearTimeout(this.#retry)
    const opened = this.#opened
    if (opened !== null && positions === 'close' && !(await this.#closeAll())) return
    if (opened !== null) {
      const gone = await this.#d.sessions.goPaper()
      if (!gone.ok) return this.#set({ ...this.#status, message: `still live: ${gone.error}` })
      opened.lease.release()
      this.#opened = null
    }
    this.#remember({ ...this.#memory, armed: null })
    this.#set({ state: 'off', message: '', sinceMs: null })
    this.#d.onLog('warn', 'back to paper')
  }

  /** True once nothing is open. What cannot be closed in time leaves the account live, because somebody must look after it. */
  async #closeAll(): Promise<boolean> {
    const { loop, kernel } = this.#d.sessions.front
    const before = kernel.risk.state.tradingState
    this.#set({ ...this.#status, message: 'closing positions before going back to paper' })
    loop.command({ type: 'set_trading_state', state: 'reducing', reason: 'back to paper' }, kernel.nowMs)
    for (const order of kernel.execution.registry.open())
      if (order.purpose === 'entry') loop.command({ type: 'cancel_order', clientOrderId: order.clientOrderId }, kernel.nowMs)
    for (const { id } of kernel.portfolio.positions())
      loop.command({ type: 'close_position', positionId: id, reason: 'back to paper' }, kernel.nowMs)
    const endMs = performance.now() + CLOSE_MS_MAX
    while (kernel.portfolio.openCount > 0 && performance.now() < endMs && !this.#isClosed)
      await new Promise((resolve) => setTimeout(resolve, CLOSE_LOOK_MS))
    if (before === 'active') loop.command({ type: 'set_trading_state', state: 'active', reason: 'back to paper' }, kernel.nowMs)
    if (kernel.portfolio.openCount === 0) return true
    this.#set({
      ...this.#status,
      message: `still live: ${kernel.portfolio.openCount} positions could not be closed within ${CLOSE_MS_MAX / 1000} s`,
    })
    return false
  }

  #set(status: Status): void {
    this.#status = status
    this.#d.publish(this.view())
  }
  #remember(memory: LiveMemory): void {
    saveLiveMemory(this.#file, memory)
    this.#memory = memory
  }
  /** Into the books of the session on the screen: a link of their chain. */
  #audit(entry: Pick<AuditEntry, 'action' | 'detail' | 'before' | 'after'>, who?: string): void {
    const { front } = this.#d.sessions
    const tsMs = front.kernel.nowMs
    const body: AuditEntry = {
      tsMs,
      actor: who === undefined ? 'engine' : 'operator',
      ...(who === undefined ? {} : { who }),
      ...entry,
      accepted: true,
    }
    front.write({ kind: 'audit', tsMs, body })
  }
}

const isOf = (sheet: LiveSheet, { venue, environment }: VenueAccount): boolean => sheet.venue === venue && sheet.environment === environment

async function discard({ account, lease }: Opened): Promise<void> {
  await account.client.close()
  account.books.journal.close()
  lease.release()
}

function healthView(client: ExecutionClient): NonNullable<LiveView['health']> {
  const health = client.health()
  return { ...health, detail: clipped(health.detail, 400), streams: health.streams.slice(0, 32).map((stream) => ({ ...stream })) }
}
