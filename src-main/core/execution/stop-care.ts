// The protective stop of a position: placed at once, for the whole of it, replaced without a gap, watched when it fires, never given up silently.
import { type Price, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, PositionId } from '../../../src-shared/domain/ids.ts'
import { directionOf } from '../../../src-shared/domain/instrument.ts'
import { type Order, type OrderState, leavesQuantity } from '../../../src-shared/domain/order.ts'
import type { Position, PositionCare as Care } from '../../../src-shared/domain/position.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import type { Holding } from '../portfolio/portfolio.ts'
import { type CareContext, isClosing } from './care-context.ts'
import type { ProtectionClock } from './protection-clock.ts'

export type StopCareListener = {
  /** Protection cannot be had: close at market. */
  emergency(position: Position, why: string): void
  /** A stop covers the whole position. Called each time that is found. */
  onProtected(position: Position): void
}

const WORKS: ReadonlySet<OrderState> = new Set<OrderState>(['accepted', 'triggered', 'partially_filled'])

export class StopCare {
  readonly #context: CareContext
  readonly #clock: ProtectionClock
  readonly #listener: StopCareListener
  /** The fired stop whose fill is being waited for. Being told of it again does not prolong the wait. */
  readonly #firedOf = new Map<PositionId, ClientOrderId>()
  /** The stop whose trigger the price has passed, and which is being waited for to fire. */
  readonly #overdueOf = new Map<PositionId, ClientOrderId>()

  constructor(options: { context: CareContext; clock: ProtectionClock; listener: StopCareListener }) {
    this.#context = options.context
    this.#clock = options.clock
    this.#listener = options.listener
  }

  /** Sees to it that a stop covers the whole position, and keeps count of the time while none does. */
  ensure(position: Position, exposedSinceMs: number): void {
    const stop = this.#working(position)
    if (stop !== null && isFired(stop)) this.#watchFill(position, stop)
    if (stop !== null && leavesQuantity(stop) >= position.quantity) {
      const covered = this.#clock.protect(position)
      return this.#listener.onProtected(covered.care.phase === 'opening' ? this.#context.update(covered, { phase: 'protected' }) : covered)
    }
    const exposed = this.#clock.expose(position, exposedSinceMs)
    if (!isClosing(exposed) && this.#onItsWay(exposed) === null) this.#place(exposed)
  }

  /** Creates the new stop first; the old one is canceled when the new one works. */
  replace(position: Position, stopPrice: Price, care: Partial<Care>): void {
    this.#place(this.#context.update(position, { ...care, stopPrice }))
  }

  /** After a target: the stop that works, or the one on its way, gets the size of what is left. */
  resize(position: Position): void {
    const next = this.#onItsWay(position) ?? this.#working(position)
    if (position.care.phase !== 'protected' || next === null || isFired(next)) return
    if (leavesQuantity(next) !== position.quantity) this.#place(position)
  }

  onOrder(position: Position, order: Order, before: Order): void {
    switch (order.state) {
      case 'accepted':
      case 'triggered':
      case 'partially_filled':
        if (!WORKS.has(before.state)) return this.#found(position, order)
        if (position.care.stopOrderId === order.clientOrderId) this.#watchFill(position, order)
        return
      case 'rejected':
      case 'canceled':
      case 'expired':
      case 'unknown':
        return this.#lost(position, order)
      case 'filled':
        // What is left of the position was seen to when the fill was booked.
        if (position.care.replacementOrderId === order.clientOrderId) this.#context.update(position, { replacementOrderId: null })
        return
      default:
        return
    }
  }

  /** Timer: a stop that has fired and not filled protects nobody. */
  onFillTimer(position: Position): void {
    if (this.hasFired(position)) this.#listener.emergency(position, 'a triggered stop did not fill in time')
  }

  /**
   * The price is beyond the trigger of a stop that the venue has not reported as fired: its report may be lost, or the venue has taken the stop
   * with a direction in which it never fires. It is asked, and given its time.
   */
  watchTrigger(holding: Holding, position: Position, price: number): void {
    const stop = this.#working(position)
    if (stop === null || isFired(stop) || isClosing(position) || !isBeyond(holding, price)) return
    if (this.#overdueOf.get(position.id) === stop.clientOrderId) return
    this.#overdueOf.set(position.id, stop.clientOrderId)
    const { outbox, policy } = this.#context.d
    outbox.lookup(stop.clientOrderId)
    outbox.setTimer(`overdue:${position.id}`, outbox.nowMs + policy.triggerWatchMs)
  }
  /** Timer: still not fired. A price that has come back needs no stop to have fired. */
  onOverdue(holding: Holding, position: Position): void {
    const stop = this.#working(position)
    const isSame = stop !== null && this.#overdueOf.get(position.id) === stop.clientOrderId
    this.#overdueOf.delete(position.id)
    if (!isSame || isFired(stop) || isClosing(position) || !isBeyond(holding, holding.price)) return
    this.#listener.emergency(position, 'the price is beyond the stop and the venue has not fired it')
  }

  hasFired(position: Position): boolean {
    const stop = this.#working(position)
    return stop !== null && isFired(stop)
  }
  forget(position: Position): void {
    this.#firedOf.delete(position.id)
    if (this.#overdueOf.delete(position.id)) this.#context.d.outbox.clearTimer(`overdue:${position.id}`)
    this.#context.d.outbox.clearTimer(`stopfill:${position.id}`)
  }

  #working(position: Position): Order | null {
    const order = this.#order(position.care.stopOrderId)
    return order !== null && WORKS.has(order.state) ? order : null
  }
  #onItsWay(position: Position): Order | null {
    const order = this.#order(position.care.replacementOrderId)
    return order !== null && order.state === 'submitted' ? order : null
  }
  #order(id: ClientOrderId | null): Order | null {
    return id === null ? null : this.#context.d.execution.registry.get(id)
  }

  #place(position: Position): void {
    const mark = this.#context.d.portfolio.markPrice(position.instrumentId)
    const isThrough = mark !== null && (mark - toNumber(position.care.stopPrice)) * directionOf(position.side) <= 0
    if (isThrough) return this.#listener.emergency(position, 'the price is through the stop already')
    const what = { purpose: 'stop', type: 'stop_market', quantity: position.quantity, triggerPrice: position.care.stopPrice } as const
    const order = this.#context.submit(position, what)
    if (order === null) return this.#listener.emergency(position, 'the stop was not approved')
    const stopState = this.#working(position) === null ? 'placing' : 'working'
    this.#context.update(this.#context.present(position), { replacementOrderId: order.clientOrderId, stopState })
  }

  /** A stop works at the venue that did not a moment ago: the one that was sent, or one that was thought lost. */
  #found(position: Position, order: Order): void {
    const { stopOrderId: former, replacementOrderId } = position.care
    const isExpected = replacementOrderId === order.clientOrderId || former === order.clientOrderId
    // It turned up while another works: one is enough.
    if (!isExpected && this.#working(position) !== null) return this.#context.d.execution.cancel(order.clientOrderId)
    const awaited = replacementOrderId === order.clientOrderId ? null : replacementOrderId
    const taken = this.#context.update(position, {
      stopOrderId: order.clientOrderId,
      replacementOrderId: awaited,
      stopState: 'working',
      ...(awaited === null && order.triggerPrice !== null ? { stopPrice: order.triggerPrice } : {}),
    })
    if (former !== null && former !== order.clientOrderId) this.#context.d.execution.cancel(former)
    this.ensure(taken, this.#context.d.outbox.nowMs)
  }

  #lost(position: Position, order: Order): void {
    const wasReplacement = position.care.replacementOrderId === order.clientOrderId
    const wasStop = position.care.stopOrderId === order.clientOrderId
    if (!wasReplacement && !wasStop) return
    const cleared = this.#context.update(position, {
      ...(wasReplacement ? { replacementOrderId: null } : {}),
      ...(wasStop ? { stopOrderId: null } : {}),
    })
    const stop = this.#working(cleared)
    if (stop !== null && leavesQuantity(stop) >= cleared.quantity) return this.#moveRefused(cleared, stop, order)
    const exposed = this.#clock.expose(cleared, this.#context.d.outbox.nowMs)
    // A stop that ended unasked is a hint that the venue's position is another than ours.
    this.#context.d.outbox.reconcileNow()
    if (!isClosing(exposed)) this.#tryAgain(exposed, order)
  }

  #tryAgain(position: Position, lost: Order): void {
    const tries = position.care.stopAttempts + 1
    const failed = this.#context.update(position, { stopAttempts: tries, stopState: 'failed' })
    const message = `${position.instrumentId}: stop ${lost.clientOrderId} is ${lost.state} (${lost.reason ?? 'no reason'}), try ${tries}`
    this.#context.d.outbox.alert('warning', 'stop_failed', message, position.instrumentId)
    if (lost.reason === 'would_immediately_trigger')
      return this.#listener.emergency(failed, 'the venue says that the price is through the stop')
    if (tries >= this.#context.d.policy.stopTriesMax) return this.#listener.emergency(failed, `the stop failed ${tries} times`)
    if (this.#onItsWay(failed) === null) this.#place(failed)
  }

  /** The old stop still covers everything: the position stays protected where it was. */
  #moveRefused(position: Position, stop: Order, refused: Order): void {
    ensure(stop.triggerPrice !== null, `stop ${stop.clientOrderId} has a trigger price`)
    const neverMoved = stop.triggerPrice === position.care.initialStopPrice
    this.#context.update(position, {
      stopPrice: stop.triggerPrice,
      stopState: 'working',
      ...(neverMoved ? { breakEvenDone: false, trailing: false } : {}),
    })
    const message = `${position.instrumentId}: the stop stays at ${toText(stop.triggerPrice)} (${refused.reason ?? refused.state})`
    this.#context.d.outbox.alert('warning', 'stop_move_failed', message, position.instrumentId)
  }

  #watchFill(position: Position, stop: Order): void {
    if (this.#firedOf.get(position.id) === stop.clientOrderId) return
    this.#firedOf.set(position.id, stop.clientOrderId)
    this.#context.d.outbox.setTimer(`stopfill:${position.id}`, this.#context.d.outbox.nowMs + this.#context.d.policy.unprotectedGraceMs)
  }
}

const isBeyond = ({ stopPrice, signedQuantity }: Holding, price: number): boolean => (price - stopPrice) * signedQuantity <= 0
const isFired = (stop: Order): boolean => stop.state === 'triggered' || stop.state === 'partially_filled'
