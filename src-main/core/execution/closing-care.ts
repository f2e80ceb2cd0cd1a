// Closes positions at market: one order at a time, no larger than the venue takes, again and again until the position is flat.
import { smaller } from '../../../src-shared/domain/decimal.ts'
import type { PositionId } from '../../../src-shared/domain/ids.ts'
import type { Order, OrderPurpose } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import { type CareContext, isClosing } from './care-context.ts'

const RETRY_MS = 1_000
const RETRY_MS_MAX = 30_000
/** Every so many orders in a row without a fill, a person is told. */
const ALARM_EVERY = 5

export class ClosingCare {
  readonly #context: CareContext
  /** Closing orders since the last fill. */
  readonly #tries = new Map<PositionId, number>()
  /** When the next look is due, while its timer runs: until then nothing is sent, whoever asks. */
  readonly #nextLookMs = new Map<PositionId, number>()

  constructor(context: CareContext) {
    this.#context = context
  }

  /** For the operator, a strategy, or the risk officer. The stop stays until the position is flat. */
  close(position: Position, reason: string): void {
    if (isClosing(position)) return
    this.#cancelOthers(position)
    this.#sendNow(this.#context.update(this.#context.present(position), { phase: 'closing', closeReason: reason }))
  }

  /** Protection cannot be had. Nothing is asked twice: a close on its way is this close. */
  emergency(position: Position, why: string): void {
    if (position.care.phase === 'emergency') return
    const { outbox } = this.#context.d
    outbox.alert('critical', 'emergency_close', `${position.instrumentId}: closing at market, because ${why}`, position.instrumentId)
    this.#cancelOthers(position)
    this.#sendNow(
      this.#context.update(this.#context.present(position), { phase: 'emergency', closeReason: position.care.closeReason ?? 'emergency' }),
    )
  }

  /** For whoever finds the position still open, such as every reconciliation: goes on closing, at the pace of the timer and no faster. */
  send(position: Position): void {
    const { nowMs } = this.#context.d.outbox
    if (nowMs >= (this.#nextLookMs.get(position.id) ?? nowMs)) this.#sendNow(position)
  }

  /** Timer `close:<id>`. */
  onTimer(position: Position): void {
    this.#sendNow(position)
  }

  /** A closing order changed. The next slice follows a filled one at once; what ended otherwise is tried again by the timer. */
  onOrder(position: Position, order: Order): void {
    if (!isClosing(position)) return
    if (order.state === 'filled') {
      this.#tries.delete(position.id)
      this.#sendNow(position)
    } else if (order.state === 'rejected') this.#context.d.outbox.reconcileNow()
  }

  forget(position: Position): void {
    this.#tries.delete(position.id)
    this.#nextLookMs.delete(position.id)
    this.#context.d.outbox.clearTimer(`close:${position.id}`)
  }

  /**
   * Sends the next closing order unless one is on its way; looks again later in any case. An order whose outcome is unknown is not waited for:
   * reduce-only orders cannot close more than is open.
   */
  #sendNow(position: Position): void {
    const { outbox } = this.#context.d
    if (!this.#isUnderWay(position)) this.#submit(position)
    const tries = this.#tries.get(position.id) ?? 0
    const dueMs = outbox.nowMs + Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(Math.max(0, tries - 1), 10))
    this.#nextLookMs.set(position.id, dueMs)
    outbox.setTimer(`close:${position.id}`, dueMs)
  }

  #isUnderWay(position: Position): boolean {
    const open = this.#context.d.execution.registry.openOf(position.id)
    return open.some((order) => (order.purpose === 'exit' || order.purpose === 'emergency') && order.state !== 'unknown')
  }

  #submit(position: Position): void {
    const { outbox } = this.#context.d
    const purpose: OrderPurpose = position.care.phase === 'emergency' ? 'emergency' : 'exit'
    const quantity = smaller(position.quantity, this.#context.instrument(position).maxMarketQuantity)
    const tries = (this.#tries.get(position.id) ?? 0) + 1
    this.#tries.set(position.id, tries)
    const order = this.#context.submit(position, { purpose, type: 'market', quantity })
    if (order === null) {
      outbox.alert('critical', 'close_refused', `${position.instrumentId}: the closing order was not approved`, position.instrumentId)
    } else if (tries % ALARM_EVERY === 0) {
      outbox.alert(
        'critical',
        'close_failing',
        `${position.instrumentId}: still open, closing order ${tries} follows`,
        position.instrumentId,
      )
    }
  }

  /** Targets would take part of what is being closed, and what is left of the entry would open it again. */
  #cancelOthers(position: Position): void {
    for (const order of this.#context.d.execution.registry.openOf(position.id)) {
      if (order.purpose === 'target' || order.purpose === 'entry') this.#context.d.execution.cancel(order.clientOrderId)
    }
  }
}
