// The take-profit ladder of a position: placed once, when the entry has ended and the stop works.
import { toText } from '../../../src-shared/domain/decimal.ts'
import { type Order, isFinal } from '../../../src-shared/domain/order.ts'
import type { Position, Target } from '../../../src-shared/domain/position.ts'
import { type CareContext, isClosing } from './care-context.ts'

export class TargetCare {
  readonly #context: CareContext

  constructor(context: CareContext) {
    this.#context = context
  }

  /**
   * The whole ladder, planned on what was really bought. Nothing happens while the entry may still fill, while rungs that were taken back have
   * not ended, or when the ladder stands already.
   */
  place(position: Position): void {
    if (position.care.phase !== 'protected' || position.care.targets.length > 0) return
    // A close in parts has its reason from the beginning, and leaves nothing for a ladder.
    if (position.care.closeReason !== null || this.#context.d.isEntering(position.id)) return
    const open = this.#context.d.execution.registry.openOf(position.id)
    if (open.some(({ purpose }) => purpose === 'entry' || purpose === 'target')) return
    const plan = this.#context.d.planTargets(position, this.#context.instrument(position))
    const targets = plan.map(({ price, quantity, fraction }): Target => {
      const order = this.#context.submit(position, { purpose: 'target', type: 'limit', quantity, limitPrice: price })
      return { price, fraction, clientOrderId: order?.clientOrderId ?? null, state: order === null ? 'abandoned' : 'working' }
    })
    if (targets.length > 0) this.#context.update(this.#context.present(position), { targets })
  }

  /**
   * After an add the ladder stands for less than there is, at distances from another entry. While no rung has filled it is taken back, and
   * placed anew when the last of it has ended; after that what was added is left to the stop.
   */
  takeBack(position: Position): void {
    const { targets } = position.care
    if (targets.length === 0 || targets.some((target) => target.state === 'filled')) return
    for (const { clientOrderId, state } of targets)
      if (clientOrderId !== null && state === 'working') this.#context.d.execution.cancel(clientOrderId)
    this.#context.update(this.#context.present(position), { targets: [] })
  }

  /** For a close in parts: no rung takes a share of it any more. A ladder that was not placed yet is not placed either. */
  giveUp(position: Position): void {
    for (const { clientOrderId, state } of position.care.targets)
      if (clientOrderId !== null && state === 'working') this.#context.d.execution.cancel(clientOrderId)
    const targets = this.#context
      .present(position)
      .care.targets.map((target): Target => (target.state === 'working' ? { ...target, state: 'abandoned' } : target))
    this.#context.update(this.#context.present(position), { targets })
  }

  /** Folds the end of a target in. Returns the position when the target has filled, else null. */
  onOrder(position: Position, order: Order): Position | null {
    if (!isFinal(order.state)) return null
    if (!position.care.targets.some((target) => target.clientOrderId === order.clientOrderId)) return this.#tookBack(position, order)
    const updated = this.#context.update(position, { targets: withEnded(position.care.targets, order) })
    if (order.state === 'filled') return updated
    if (!isClosing(updated)) {
      const price = order.limitPrice === null ? '' : ` at ${toText(order.limitPrice)}`
      const message = `${position.instrumentId}: the target${price} is ${order.state} (${order.reason ?? 'no reason'}); its share is left to the stop`
      this.#context.d.outbox.alert('warning', 'target_failed', message, position.instrumentId)
    }
    return null
  }

  /** A rung of the ladder that was taken back has ended, perhaps by a fill that overtook the cancel. */
  #tookBack(position: Position, order: Order): Position | null {
    this.place(position)
    return order.state === 'filled' ? this.#context.present(position) : null
  }
}

export const withEnded = (targets: readonly Target[], order: Order): readonly Target[] =>
  targets.map((target) =>
    target.clientOrderId === order.clientOrderId ? { ...target, state: order.state === 'filled' ? 'filled' : 'abandoned' } : target,
  )
