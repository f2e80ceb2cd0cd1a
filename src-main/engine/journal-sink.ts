// The loop's records on their way to the journal. A journal that cannot be written forbids new entries and is tried again; nothing queued is lost.
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import type { JournalWriter } from '../core/ports/journal.ts'
import type { RecordSink } from '../core/kernel/trading-loop.ts'
import type { IdCounters } from '../core/execution/id-source.ts'

export type JournalTrouble = (failed: boolean, message: string) => void

export class JournalSink implements RecordSink {
  readonly #journal: JournalWriter
  readonly #trouble: JournalTrouble
  #queued = 0
  #failed = false
  #checkpoint: (() => { tsMs: number; marketMs: number } & IdCounters) | null = null
  readonly #commitMs: number[] = []

  constructor(journal: JournalWriter, trouble: JournalTrouble) {
    this.#journal = journal
    this.#trouble = trouble
  }

  /** Where a restart would go on; written with every commit. */
  checkpointWith(source: (() => { tsMs: number; marketMs: number } & IdCounters) | null): void {
    this.#checkpoint = source
  }
  get queued(): number {
    return this.#queued
  }

  append(record: JournalRecord): void {
    this.#journal.append(record)
    this.#queued += 1
  }

  commit(): boolean {
    if (this.#queued === 0 && !this.#failed) return true
    if (this.#checkpoint !== null && !this.#failed) {
      const { tsMs, ...body } = this.#checkpoint()
      this.#journal.append({ kind: 'checkpoint', tsMs, body })
    }
    const startMs = performance.now()
    try {
      this.#journal.commit()
    } catch (cause) {
      this.#report(true, cause instanceof Error ? cause.message : String(cause))
      return false
    }
    this.#queued = 0
    if (this.#commitMs.length < 1_000) this.#commitMs.push(performance.now() - startMs)
    this.#report(false, 'the journal can be written again')
    return true
  }

  /** 99th percentile of the commits since the last call, in milliseconds; 0 without any. */
  takeCommitP99Ms(): number {
    const sorted = this.#commitMs.splice(0).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length * 0.99)] ?? 0
  }

  #report(failed: boolean, message: string): void {
    if (failed === this.#failed) return
    this.#failed = failed
    this.#trouble(failed, message)
  }
}
