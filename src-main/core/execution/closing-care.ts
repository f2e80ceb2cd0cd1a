// Closes positions at market: one order at a time, no larger than the venue takes, again and again until the position is flat.
// A venue that refuses market orders far from its own price gets limit orders that take what they can and end, nearer to the price each time.
import { smaller, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { PositionId } from '../../../src-shared/domain/ids.ts'
import { directionOf, priceFromNumber } from '../../../src-shared/domain/instrument.ts'
import { type Order, type OrderPurpose, PRICE_BAND } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import { type CareContext, type ReducingOrder, isClosing } from './care-context.ts'

const RETRY_MS = 1_000
const RETRY_MS_MAX = 30_000
/**
 * How far beyond the mark price an immediate-or-cancel limit may trade, in fractions of it, when the venue refuses a price outside its band:
 * refused, the next is nearer; unfilled, it is farther again.
 */
const BAND_STEPS = [0.05, 0.03, 0.02, 0.01, 0.005, 0.0025, 0.001] as const
/** Every so many orders in a row without a fill, a person is told. */
const ALARM_EVERY = 5

export class ClosingCare {
  readonly #context: CareContext
  /** Closing orders since the last fill. */
  readonly #tries = new Map<PositionId, number>()
  /** When the next look is due, while its timer runs: until then nothing is sent, whoever asks. */
  readonly #nextLookMs = new Map<PositionId, number>()
  /** Which of the band's steps is next; none for a position that the venue closes at market. */
  readonly #bandStep = new Map<PositionId, number>()

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
    if (!isClosing(position) || order.parentId !== undefined) return
    if (order.state === 'filled') {
      this.#tries.delete(position.id)
      this.#sendNow(position)
    } else if (order.state === 'rejected' && order.reason === PRICE_BAND) this.#stepNearer(position)
    else if (order.state === 'rejected') this.#context.d.outbox.reconcileNow()
    else if (order.state === 'expired' && order.type === 'limit') this.#stepFarther(position)
  }

  /** The venue refused the price: the next order follows at once, until there is no nearer step; then at the pace of the timer. */
  #stepNearer(position: Position): void {
    const step = this.#bandStep.get(position.id)
    const next = step === undefined ? 0 : step + 1
    if (next >= BAND_STEPS.length) return this.#context.d.outbox.reconcileNow()
    this.#bandStep.set(position.id, next)
    this.#sendNow(position)
  }
  /** Nobody traded within that distance. The timer sends the next, so that two steps do not chase each other. */
  #stepFarther(position: Position): void {
    const step = this.#bandStep.get(position.id)
    if (step !== undefined) this.#bandStep.set(position.id, Math.max(0, step - 1))
  }

  forget(position: Position): void {
    this.#tries.delete(position.id)
    this.#nextLookMs.delete(position.id)
    this.#bandStep.delete(position.id)
    this.#context.d.outbox.clearTimer(`close:${position.id}`)
  }

  /**
   * Sends the next closing order unless one is on its way; looks again later in any case. An order whose outcome is unknown is not waited for:
   * reduce-only orders cannot close more than is open.
   */
  #sendNow(position: Position): void {
    const { outbox } = this.#context.d
    this.#cancelStillWorking(position)
    if (!this.#isUnderWay(position)) this.#submit(position)
    const tries = this.#tries.get(position.id) ?? 0
    const dueMs = outbox.nowMs + Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(Math.max(0, tries - 1), 10))
    this.#nextLookMs.set(position.id, dueMs)
    outbox.setTimer(`close:${position.id}`, dueMs)
  }

  /** A cancel may have been refused, or lost: as long as a target works it claims the position, and the venue refuses whatever would close it. */
  #cancelStillWorking(position: Position): void {
    const { execution } = this.#context.d
    for (const { clientOrderId, purpose, state } of execution.registry.openOf(position.id)) {
      const isWorking = state === 'accepted' || state === 'partially_filled'
      if (isWorking && (purpose === 'target' || purpose === 'entry')) execution.cancel(clientOrderId)
    }
  }

  #isUnderWay(position: Position): boolean {
    const open = this.#context.d.execution.registry.openOf(position.id)
    // A part of a slower close was asked to go, and is not waited for either.
    const isClose = (order: Order): boolean => (order.purpose === 'exit' || order.purpose === 'emergency') && order.parentId === undefined
    return open.some((order) => isClose(order) && order.state !== 'unknown')
  }

  #submit(position: Position): void {
    const { outbox } = this.#context.d
    const purpose: OrderPurpose = position.care.phase === 'emergency' ? 'emergency' : 'exit'
    const quantity = smaller(position.quantity, this.#context.instrument(position).maxMarketQuantity)
    const tries = (this.#tries.get(position.id) ?? 0) + 1
    this.#tries.set(position.id, tries)
    const order = this.#context.submit(position, { purpose, quantity, ...this.#priced(position) })
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

  /** At market, or within the venue's band while that is known and the market has been seen. */
  #priced(position: Position): Pick<ReducingOrder, 'type' | 'limitPrice' | 'timeInForce'> {
    const share = BAND_STEPS[this.#bandStep.get(position.id) ?? -1]
    const mark = this.#context.d.portfolio.markPrice(position.instrumentId)
    if (share === undefined || mark === null) return { type: 'market' }
    const isLong = directionOf(position.side) === 1
    const instrument = this.#context.instrument(position)
    const wanted = mark * (isLong ? 1 - share : 1 + share)
    const limitPrice = priceFromNumber(instrument, Math.max(wanted, toNumber(instrument.tickSize)), isLong ? 'down' : 'up')
    return { type: 'limit', timeInForce: 'ioc', limitPrice }
  }

  /** Targets would take part of what is being closed, and what is left of the entry would open it again. */
  #cancelOthers(position: Position): void {
    this.#context.d.endParts(position.id, 'the position is closed at market')
    for (const order of this.#context.d.execution.registry.openOf(position.id)) {
      if (order.purpose === 'target' || order.purpose === 'entry' || order.parentId !== undefined)
        this.#context.d.execution.cancel(order.clientOrderId)
    }
  }
}
