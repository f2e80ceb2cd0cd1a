// The one writer: a bounded queue, one transaction per commit, each record a link of the chain.
import type { Money } from '../../../src-shared/domain/decimal.ts'
import type { JournalRecord, RecoveredState } from '../../../src-shared/events/journal-record.ts'
import type { JournalWriter } from '../../core/ports/journal.ts'
import { pragmaNumber } from '../sqlite/database.ts'
import type { OpenedFile } from '../sqlite/writable-file.ts'
import { type ChainHead, chainReader } from './chain-check.ts'
import { hashRecord } from './hash-chain.ts'
import { JournalError, toJournalError } from './journal-error.ts'
import { openJournalFile } from './open-file.ts'
import { createProjections } from './projections.ts'
import { encodeBody } from './record-codec.ts'
import { recoverState, storedBalance, storedRiskState } from './recovery.ts'

export type Durability = 'process' | 'intents' | 'every_commit'

export type JournalOptions = {
  /**
   * What survives a power cut. Whatever is committed survives the death of the process in every setting.
   * `intents` (default): a commit that holds an order about to leave, or a change of the trading state, waits for the disk; for the rest
   * the venue can be asked again. `every_commit` waits each time. `process` never waits: for replays that can be run again.
   */
  readonly durability?: Durability
  readonly queueMax?: number
  /** Upper bound of the main file in bytes; reaching it is the same as a full disk. */
  readonly sizeMaxBytes?: number
  /** Names files that are set aside or backed up. */
  readonly nowMs?: () => number
}
export type JournalMetrics = {
  readonly records: number
  readonly queued: number
  readonly bytes: number
  /** Commits since the start that waited for the disk. */
  readonly durableCommits: number
  /** Of the newest commits, at most 512; zero before the first. */
  readonly commitP99Ms: number
}
export type OpenedJournal = {
  readonly journal: JournalWriter
  /** Sentences to show to the user; empty when all is well. */
  readonly warnings: readonly string[]
  metrics(): JournalMetrics
}

/**
 * Opens the journal for its one writer, creating or migrating it when needed. The folder must exist.
 * Throws JournalError; a damaged file is not an error but a warning, and is kept next to the new one.
 */
export function openJournal(file: string, options: JournalOptions = {}): OpenedJournal {
  const opened = openJournalFile(file, { nowMs: options.nowMs ?? Date.now, sizeMaxBytes: options.sizeMaxBytes ?? null })
  try {
    const writer = new ChainWriter(file, opened, options)
    return { journal: writer, warnings: opened.warnings, metrics: () => writer.metrics() }
  } catch (error) {
    opened.close()
    throw toJournalError(error, file, 'reading journal')
  }
}

const RECENT_COMMITS = 512

type Queued = { readonly record: JournalRecord; readonly body: string; readonly durable: boolean }

function prepareChain({ db }: OpenedFile) {
  return {
    insert: db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)'),
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
  }
}

class ChainWriter implements JournalWriter {
  readonly #file: string
  readonly #opened: OpenedFile
  readonly #sql: ReturnType<typeof prepareChain>
  readonly #projections: ReturnType<typeof createProjections>
  readonly #durability: Durability
  readonly #queueMax: number
  #queue: Queued[] = []
  #head: ChainHead
  #balance: Money
  #tradingState: string | null
  #fullSync = false
  #durableCommits = 0
  #commits = 0
  readonly #commitMs = new Float64Array(RECENT_COMMITS)

  constructor(file: string, opened: OpenedFile, options: JournalOptions) {
    this.#file = file
    this.#opened = opened
    this.#durability = options.durability ?? 'intents'
    this.#queueMax = options.queueMax ?? 10_000
    this.#sql = prepareChain(opened)
    this.#projections = createProjections(opened.db)
    this.#head = chainReader(opened.db).headOf()
    this.#balance = storedBalance(opened.db)
    this.#tradingState = storedRiskState(opened.db)?.tradingState ?? null
  }

  /** Throws JournalError `queue_full`, or `bad_record` for a record that cannot be written; then it is not queued. */
  append(record: JournalRecord): void {
    if (this.#queue.length >= this.#queueMax) {
      throw new JournalError('queue_full', `journal ${this.#file}: ${this.#queueMax} records wait to be committed, no more are taken`)
    }
    if (!Number.isSafeInteger(record.tsMs)) {
      throw new JournalError('bad_record', `journal record ${record.kind}: tsMs is ${record.tsMs}, expected integer milliseconds`)
    }
    this.#queue.push({ record, body: encode(record), durable: this.#mustReachDisk(record) })
  }

  /** On failure nothing is written and the queue is kept, so that a later commit can succeed. */
  commit(): number {
    const queue = this.#queue
    if (queue.length === 0) return 0
    const beganMs = performance.now()
    try {
      this.#setFullSync(this.#durability === 'every_commit' || queue.some((entry) => entry.durable))
      this.#sql.begin.run()
      const { head, balance } = this.#write(queue)
      this.#sql.commit.run()
      this.#head = head
      this.#balance = balance
      if (this.#fullSync) this.#durableCommits += 1
    } catch (error) {
      this.#projections.discard()
      if (this.#opened.db.inTransaction) this.#opened.db.exec('ROLLBACK')
      throw toJournalError(error, this.#file, `committing ${queue.length} records to journal`)
    }
    this.#queue = []
    this.#commitMs[this.#commits++ % RECENT_COMMITS] = performance.now() - beganMs
    return queue.length
  }

  recover(): RecoveredState | null {
    try {
      return recoverState(this.#opened.db)
    } catch (error) {
      throw toJournalError(error, this.#file, 'recovering from journal')
    }
  }

  /** Commits what is queued, then closes, even when that last commit fails. */
  close(): void {
    if (!this.#opened.db.open) return
    try {
      this.commit()
    } finally {
      this.#opened.close()
    }
  }

  metrics(): JournalMetrics {
    const pages = pragmaNumber(this.#opened.db, 'page_count')
    const bytes = pages * pragmaNumber(this.#opened.db, 'page_size')
    const recent = this.#commitMs.slice(0, Math.min(this.#commits, RECENT_COMMITS)).toSorted()
    const commitP99Ms = recent[Math.floor(recent.length * 0.99)] ?? 0
    return { records: this.#head.seq, queued: this.#queue.length, bytes, durableCommits: this.#durableCommits, commitP99Ms }
  }

  #write(queue: readonly Queued[]): { head: ChainHead; balance: Money } {
    let { seq, hash } = this.#head
    let previous = Buffer.from(hash, 'hex')
    let balance = this.#balance
    for (const { record, body } of queue) {
      seq += 1
      hash = hashRecord(hash, { seq, tsMs: record.tsMs, kind: record.kind, body })
      const bytes = Buffer.from(hash, 'hex')
      this.#sql.insert.run(seq, record.tsMs, record.kind, body, previous, bytes)
      balance = this.#projections.apply(record, seq, balance)
      previous = bytes
    }
    this.#projections.flush()
    return { head: { seq, hash }, balance }
  }

  #mustReachDisk(record: JournalRecord): boolean {
    if (this.#durability !== 'intents') return false
    if (record.kind === 'order') return record.body.state === 'initialized' || record.body.state === 'submitted'
    if (record.kind !== 'risk_state' || record.body.tradingState === this.#tradingState) return false
    this.#tradingState = record.body.tradingState
    return true
  }

  #setFullSync(full: boolean): void {
    if (full === this.#fullSync) return
    this.#opened.db.pragma(full ? 'synchronous = FULL' : 'synchronous = NORMAL')
    this.#fullSync = full
  }
}

function encode(record: JournalRecord): string {
  try {
    return encodeBody(record)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new JournalError('bad_record', `journal record ${record.kind} at ${record.tsMs}: ${detail}`, error)
  }
}
