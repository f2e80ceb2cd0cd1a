// Where the parts of the kernel put what they want done. One list, in order; the event loop empties it after each event.
import type { ClientOrderId, InstrumentId, TradeId } from '../../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import type { Approved, Effect } from '../../../src-shared/events/effect.ts'
import type { JournalRecord, Severity } from '../../../src-shared/events/journal-record.ts'

export class Outbox {
  /** Event time of what is being handled. Never goes back. */
  nowMs = Number.NaN
  /** Numbers every effect, so that a log of them is complete or visibly not. */
  sequence = 0
  #effects: Effect[] = []

  constructor(startMs: number) {
    this.nowMs = startMs
  }
  get isEmpty(): boolean {
    return this.#effects.length === 0
  }
  /** Hands over everything collected so far. */
  drain(): readonly Effect[] {
    const effects = this.#effects
    this.#effects = []
    this.sequence += effects.length
    return effects
  }

  submit(order: Approved<OrderRequest>): void {
    this.#effects.push({ type: 'submit_order', order })
  }
  cancel(clientOrderId: ClientOrderId): void {
    this.#effects.push({ type: 'cancel_order', clientOrderId })
  }
  lookup(clientOrderId: ClientOrderId): void {
    this.#effects.push({ type: 'lookup_order', clientOrderId })
  }
  requestSnapshot(afterTradeId: TradeId | null): void {
    this.#effects.push({ type: 'request_snapshot', afterTradeId })
  }
  /** Brings the next reconciliation forward. Whoever keeps the cursor asks the venue; a snapshot from the beginning would repeat old fills. */
  reconcileNow(): void {
    this.setTimer('reconcile', this.nowMs)
  }
  /** One timer per key: setting it again moves it. */
  setTimer(key: string, dueMs: number): void {
    this.#effects.push({ type: 'set_timer', key, dueMs })
  }
  clearTimer(key: string): void {
    this.#effects.push({ type: 'clear_timer', key })
  }
  journal(record: JournalRecord): void {
    this.#effects.push({ type: 'journal', record })
  }
  // oxlint-disable-next-line max-params -- called in half a hundred places with a code and a sentence; an object would only repeat the names
  alert(severity: Severity, code: string, message: string, instrumentId: InstrumentId | null = null): void {
    this.journal({ kind: 'alert', tsMs: this.nowMs, body: { code, severity, message, tsMs: this.nowMs, instrumentId } })
  }
  reconciled(difference: string, action: string, instrumentId: InstrumentId | null): void {
    this.journal({ kind: 'reconciliation', tsMs: this.nowMs, body: { tsMs: this.nowMs, difference, action, instrumentId } })
  }
}
