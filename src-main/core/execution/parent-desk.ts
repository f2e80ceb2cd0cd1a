// Parents on their way: one child at a time under one decision, each approved on its own, never more in all than the parent.
// What a child left over is sent again only when the venue has said how much of it was traded. A parent lives in this process alone: after a
// restart its open child is canceled, what was bought stays protected, and a close goes on at market.
import { type Quantity, ZERO_QUANTITY, add, larger, smaller, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, PositionId } from '../../../src-shared/domain/ids.ts'
import { type Order, type OrderRequest, type OrderState, isFinal } from '../../../src-shared/domain/order.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import type { Approved } from '../../../src-shared/events/effect.ts'
import type { VenueOrder } from '../../../src-shared/events/venue-report.ts'
import type { WorkingEntry } from '../risk/risk-context.ts'
import type { Execution } from './execution.ts'
import type { IdSource } from './id-source.ts'
import { NEVER_ARRIVED } from './order-registry.ts'
import type { Outbox } from './outbox.ts'
import {
  type Parent,
  type PartPlan,
  type Quote,
  dueNow,
  inWords,
  mayCross,
  nextDueMs,
  openParent,
  pricingOf,
  restOf,
  shouldReprice,
} from './parent-order.ts'

/** After a refusal, and after a child that took less than it might have. */
const PAUSE_MS = 2_000
const HELD_MS = 5_000
const REFUSALS_MAX = 5
const LOOKUPS_MAX = 4

const WORKS: ReadonlySet<OrderState> = new Set<OrderState>(['accepted', 'triggered', 'partially_filled'])

export type ChildVerdict =
  | { readonly approved: Approved<OrderRequest> }
  /** Not now; why in a code and a sentence. */
  | { readonly approved: null; readonly code: string; readonly message: string }

export type ParentDeskDependencies = {
  readonly execution: Execution
  readonly ids: IdSource
  readonly outbox: Outbox
  readonly answerTimeoutMs: number
  readonly slippageBpsMax: number
  readonly quote: (instrumentId: InstrumentId) => Quote | null
  /** What the market usually trades in that span; NaN when that is not known. */
  readonly volumeBetween: (instrumentId: InstrumentId, fromMs: number, toMs: number) => number
  /** The risk officer's word on one child, perhaps cut to what the limits still leave. */
  readonly approve: (child: OrderRequest) => ChildVerdict
  /** The parent has ended; `isComplete` tells whether all of it was traded. */
  readonly onEnded: (parent: Parent, isComplete: boolean) => void
}

export class ParentDesk {
  readonly #d: ParentDeskDependencies
  readonly #parents = new Map<ClientOrderId, Parent>()

  constructor(dependencies: ParentDeskDependencies) {
    this.#d = dependencies
  }

  list(): readonly Parent[] {
    return [...this.#parents.values()]
  }
  /** Is an entry in this instrument under way, though perhaps no order of it works now? */
  entryIn(instrumentId: InstrumentId): Parent | null {
    for (const parent of this.#parents.values())
      if (parent.request.purpose === 'entry' && parent.request.instrumentId === instrumentId) return parent
    return null
  }
  isUnderWay(positionId: PositionId, purpose: 'entry' | 'exit'): boolean {
    for (const { request } of this.#parents.values()) if (request.positionId === positionId && request.purpose === purpose) return true
    return false
  }
  /** What parents have not sent yet, as entries that may still fill; without one of them when its own child is judged. */
  unsentEntries(except: ClientOrderId | null): readonly WorkingEntry[] {
    const entries: WorkingEntry[] = []
    for (const parent of this.#parents.values()) {
      const { request, decisionPrice } = parent
      if (request.purpose !== 'entry' || request.clientOrderId === except) continue
      const sent = parent.child === null ? ZERO_QUANTITY : (this.#d.execution.registry.get(parent.child)?.quantity ?? ZERO_QUANTITY)
      const notional = toNumber(larger((restOf(parent) - sent) as Quantity, ZERO_QUANTITY)) * toNumber(decisionPrice)
      entries.push({ instrumentId: request.instrumentId, side: request.side, notional })
    }
    return entries
  }

  /** Takes an approved order over and sends its first part. */
  begin(request: Approved<OrderRequest>, plan: PartPlan): void {
    const quote = this.#d.quote(request.instrumentId)
    ensure(quote !== null && request.decisionPrice !== null, () => `a price for the parent order ${request.clientOrderId}`)
    const { instrument } = quote
    const parent = openParent({
      request,
      decisionPrice: request.decisionPrice,
      plan,
      instrument,
      nowMs: this.#d.outbox.nowMs,
      volumeBetween: (fromMs, toMs) => this.#d.volumeBetween(request.instrumentId, fromMs, toMs),
    })
    this.#parents.set(request.clientOrderId, parent)
    this.#step(parent)
  }

  /** After a restart nothing goes on by itself: what still works of a parent is ended. */
  resume(): void {
    for (const order of this.#d.execution.registry.open()) {
      if (order.parentId === undefined) continue
      const message = `${order.instrumentId}: ${order.clientOrderId} was part of a larger order; the rest of that is not sent after a restart`
      this.#d.outbox.alert('warning', 'execution_cut_short', message, order.instrumentId)
      if (WORKS.has(order.state)) this.#d.execution.cancel(order.clientOrderId)
    }
  }

  /** Returns false when there is no such parent. Its child is canceled, and what was traded stays. */
  cancel(id: ClientOrderId, why: string): boolean {
    const parent = this.#parents.get(id)
    if (parent === undefined) return false
    parent.ending ??= why
    if (parent.child === null) this.#end(parent, parent.ending)
    else if (parent.lookups === 0) this.#d.execution.cancel(parent.child)
    return true
  }
  cancelWhere(isMeant: (request: OrderRequest) => boolean, why: string): void {
    for (const { request } of this.list()) if (isMeant(request)) this.cancel(request.clientOrderId, why)
  }

  // ---- what happens to children ---------------------------------------------------------------------------------

  onOrder(order: Order): void {
    if (order.parentId === undefined) return
    const parent = this.#parents.get(order.parentId)
    if (parent?.child !== order.clientOrderId) {
      // Of an earlier run, or thought lost: nobody waits for it.
      if (WORKS.has(order.state)) this.#d.execution.cancel(order.clientOrderId)
    } else if (isFinal(order.state)) this.#onChildEnded(parent, order)
    else if (!WORKS.has(order.state)) return
    else if (parent.ending !== null) this.#d.execution.cancel(order.clientOrderId)
    else this.#tend(parent, order.clientOrderId)
  }

  /** Timer `part:<parent>`. */
  onTimer(id: ClientOrderId): void {
    const parent = this.#parents.get(id)
    if (parent === undefined) return
    if (parent.lookups > 0) this.#confirm(parent)
    else this.#step(parent)
  }

  /** An ended order was looked up. */
  onLookedUp(order: Order, found: VenueOrder | null): void {
    const parent = order.parentId === undefined ? undefined : this.#parents.get(order.parentId)
    if (parent === undefined || parent.child !== order.clientOrderId || parent.lookups === 0) return
    if (found === null) return this.#settle(parent, order, order.quantity)
    // An answer from before the end says nothing about it.
    if (found.status === 'working' || found.status === 'triggered') return
    this.#settle(parent, order, larger(found.filledQuantity, order.filledQuantity))
  }

  #onChildEnded(parent: Parent, order: Order): void {
    if (parent.lookups > 0) return
    if (order.state === 'filled') return this.#settle(parent, order, order.quantity)
    if (order.state === 'rejected' && order.reason === NEVER_ARRIVED) return this.#settle(parent, order, order.quantity)
    if (order.state === 'rejected' && order.filledQuantity === 0n) {
      parent.refusals += 1
      if (parent.refusals >= REFUSALS_MAX) parent.ending ??= `the venue refused it ${REFUSALS_MAX} times (${order.reason ?? 'no reason'})`
      return this.#settle(parent, order, ZERO_QUANTITY)
    }
    this.#confirm(parent)
  }

  /** Canceled or expired: fills of it may still be on their way to us, so the venue is asked how much of it was traded. */
  #confirm(parent: Parent): void {
    const order = parent.child === null ? null : this.#d.execution.registry.get(parent.child)
    if (order === null) return
    if (parent.lookups >= LOOKUPS_MAX) {
      parent.ending ??= 'the venue does not say what became of a part'
      return this.#settle(parent, order, order.quantity)
    }
    parent.lookups += 1
    this.#d.outbox.lookup(order.clientOrderId)
    this.#setTimer(parent, this.#d.outbox.nowMs + this.#d.answerTimeoutMs)
  }

  /** The child is over, and `used` of the parent with it. */
  #settle(parent: Parent, child: Order, used: Quantity): void {
    parent.committed = add(parent.committed, used)
    parent.filled = add(parent.filled, child.filledQuantity)
    parent.child = null
    parent.lookups = 0
    if (child.filledQuantity > 0n) parent.refusals = 0
    const { nowMs } = this.#d.outbox
    if (parent.ending !== null || restOf(parent) === 0n) return this.#step(parent)
    // By time, one part at each: what is behind the plan is not made up for at once.
    if (parent.slices.length > 0 && nowMs < parent.endsMs) return this.#setTimer(parent, nextDueMs(parent, nowMs))
    // What was left over is tried again after a pause, or one refusal would follow another without time passing.
    if (child.state === 'filled') this.#step(parent)
    else this.#setTimer(parent, nowMs + PAUSE_MS)
  }

  // ---- what happens next -----------------------------------------------------------------------------------------

  #step(parent: Parent): void {
    if (parent.child !== null) return this.#tend(parent, parent.child)
    if (parent.ending !== null) return this.#end(parent, parent.ending)
    const quote = this.#d.quote(parent.request.instrumentId)
    const { nowMs } = this.#d.outbox
    const isLate = nowMs >= parent.endsMs
    const rest = restOf(parent)
    if (rest === 0n) return this.#end(parent, 'complete')
    // A plan by time may still send what became due at its very end; one that rests in the book takes the rest only if it shall.
    if (isLate && (parent.hasCrossed || !(mayCross(parent) || parent.slices.length > 0))) return this.#end(parent, 'its time is over')
    const due = quote === null ? ZERO_QUANTITY : dueNow(parent, quote, nowMs)
    if (quote !== null && due > 0n) return this.#send(parent, quote, due)
    if (isLate || (rest < parent.smallest && parent.slices.length === 0)) return this.#end(parent, 'the rest is too small for an order')
    this.#setTimer(parent, nextDueMs(parent, nowMs))
  }

  #send(parent: Parent, quote: Quote, quantity: Quantity): void {
    const { request } = parent
    const { outbox } = this.#d
    const isCrossing = outbox.nowMs >= parent.endsMs
    const pricing = pricingOf(parent, quote, { slippageBpsMax: this.#d.slippageBpsMax, isCrossing })
    const verdict = this.#d.approve({
      ...request,
      clientOrderId: this.#d.ids.order(request.purpose),
      type: pricing.type,
      timeInForce: pricing.timeInForce,
      limitPrice: pricing.limitPrice,
      quantity,
      entryPlan: request.entryPlan === null || parent.filled === 0n ? request.entryPlan : { ...request.entryPlan, isContinued: true },
      parentId: request.clientOrderId,
    })
    if (verdict.approved === null) return this.#hold(parent, verdict)
    ensure(verdict.approved.quantity <= restOf(parent), () => `a part of ${request.clientOrderId} within what is left of it`)
    if (isCrossing) parent.hasCrossed = true
    parent.heldBy = null
    parent.child = verdict.approved.clientOrderId
    this.#d.execution.submit(verdict.approved)
    this.#tend(parent, parent.child)
  }

  #hold(parent: Parent, { code, message }: Extract<ChildVerdict, { approved: null }>): void {
    const { outbox } = this.#d
    if (outbox.nowMs >= parent.endsMs) return this.#end(parent, message)
    if (parent.heldBy !== code)
      outbox.alert('warning', 'execution_held', `${inWords(parent)} waits: ${message}`, parent.request.instrumentId)
    parent.heldBy = code
    this.#setTimer(parent, Math.min(parent.endsMs, outbox.nowMs + HELD_MS))
  }

  /** A child works: it is ended when its time is over, or when a better price is to be had for it. */
  #tend(parent: Parent, id: ClientOrderId): void {
    const { execution, outbox } = this.#d
    const child = execution.registry.get(id)
    if (child === null || isFinal(child.state) || parent.hasCrossed) return
    if (outbox.nowMs >= parent.endsMs) return execution.cancel(id)
    const quote = this.#d.quote(parent.request.instrumentId)
    const isResting = WORKS.has(child.state)
    if (isResting && quote !== null && shouldReprice(parent, child, { quote, slippageBpsMax: this.#d.slippageBpsMax }))
      return execution.cancel(id)
    const lookMs = parent.plan.type === 'sniper' ? outbox.nowMs + parent.plan.repriceMs : parent.endsMs
    this.#setTimer(parent, Math.min(lookMs, parent.endsMs))
  }

  #end(parent: Parent, why: string): void {
    const { request } = parent
    this.#parents.delete(request.clientOrderId)
    this.#d.outbox.clearTimer(`part:${request.clientOrderId}`)
    const isComplete = parent.filled >= request.quantity
    const message = `${inWords(parent)}: ${toText(smaller(parent.filled, request.quantity))} traded, ${why}`
    this.#d.outbox.alert(isComplete ? 'info' : 'warning', 'execution_ended', message, request.instrumentId)
    this.#d.onEnded(parent, isComplete)
  }

  #setTimer(parent: Parent, dueMs: number): void {
    this.#d.outbox.setTimer(`part:${parent.request.clientOrderId}`, dueMs)
  }
}
