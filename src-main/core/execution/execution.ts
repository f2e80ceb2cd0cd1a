// Orders on their way: written down before they leave, watched until answered, looked up when not, never sent twice.
import type { ClientOrderId } from '../../../src-shared/domain/ids.ts'
import { type Fill, type Order, type OrderEvent, type OrderRequest, isFinal, newOrder } from '../../../src-shared/domain/order.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { Approved } from '../../../src-shared/events/effect.ts'
import type { VenueOrder, VenueReport } from '../../../src-shared/events/venue-report.ts'
import { NEVER_ARRIVED, type OrderRegistry } from './order-registry.ts'
import type { Outbox } from './outbox.ts'

/** Reports about one order. Snapshots and funding are the kernel's. */
export type OrderReport = Exclude<VenueReport, { type: 'snapshot' | 'funding_paid' }>

export type ExecutionListener = {
  /** Called after every accepted transition, with the order as it was before. */
  onOrder(order: Order, before: Order): void
  /** Called once per trade, before `onOrder` for the same fill. `order` is null for a fill that is not ours. */
  onFill(fill: Fill, order: Order | null): void
  /** An order that has ended was looked up; `found` is what the venue says of it. */
  onLookedUp(order: Order, found: VenueOrder | null): void
}

/** A lookup that finds nothing is believed only the second time: a venue may show an order late. */
const NOT_FOUND_READS = 2
const LOOKUPS_MAX = 8
const LOOKUP_BACKOFF_MS_MAX = 30_000

/** A request about this order is on its way. */
const isUnanswered = (order: Order): boolean => order.state === 'submitted' || order.state === 'pending_cancel'

type Watch = {
  lookups: number
  notFound: number
  /** Time of the last answer that found nothing: the same answer told twice counts once. */
  notFoundMs: number
}

export class Execution {
  readonly registry: OrderRegistry
  readonly #outbox: Outbox
  readonly #listener: ExecutionListener
  readonly #answerTimeoutMs: number
  readonly #watches = new Map<ClientOrderId, Watch>()

  constructor(options: { registry: OrderRegistry; outbox: Outbox; listener: ExecutionListener; answerTimeoutMs: number }) {
    this.registry = options.registry
    this.#outbox = options.outbox
    this.#listener = options.listener
    this.#answerTimeoutMs = options.answerTimeoutMs
  }

  /** Orders that were on their way when the last run ended: nobody knows what became of them, so they are looked up. */
  resume(): void {
    for (const order of this.registry.open()) {
      if (order.state === 'initialized') this.#apply(order, { type: 'deny', reason: 'never_sent' })
      else if (isUnanswered(order)) this.#loseTrack(order, 'restarted')
      else if (order.state === 'unknown') this.#lookUp(order.clientOrderId)
    }
  }

  /** The journal has the order before the venue does: the engine commits before it carries out the effect. */
  submit(request: Approved<OrderRequest>): Order {
    const order = newOrder(request, this.#outbox.nowMs)
    this.registry.add(order)
    const sent = this.#apply(order, { type: 'submit' }) ?? order
    this.#outbox.submit(request)
    this.#outbox.setTimer(`answer:${order.clientOrderId}`, this.#outbox.nowMs + this.#answerTimeoutMs)
    return sent
  }

  /** Asks the venue to end an order. Nothing happens when it has ended or was asked already. */
  cancel(id: ClientOrderId): void {
    const order = this.registry.get(id)
    if (order === null || isFinal(order.state) || order.state === 'pending_cancel') return
    if (this.#apply(order, { type: 'request_cancel' }) === null) return
    this.#outbox.cancel(id)
    this.#outbox.setTimer(`answer:${id}`, this.#outbox.nowMs + this.#answerTimeoutMs)
  }

  handleReport(report: OrderReport): void {
    if (report.type === 'fill') return this.handleFill(report.fill)
    const order = this.registry.get(report.clientOrderId)
    if (order === null) {
      if (!this.registry.claimForeign(`report of ${report.clientOrderId}`)) return
      this.#outbox.reconciled(
        `the venue reports "${report.type}" for ${report.clientOrderId}, which is not registered here`,
        'ignored until the next reconciliation',
        null,
      )
      return
    }
    switch (report.type) {
      case 'accepted':
        if (order.reason === NEVER_ARRIVED) return this.#arrivedLate(order)
        this.#apply(order, { type: 'accept', venueOrderId: report.venueOrderId })
        return
      case 'rejected':
        this.#apply(order, { type: 'reject', reason: report.code })
        return
      case 'triggered':
        this.#apply(order, { type: 'trigger' })
        return
      case 'canceled':
        this.#apply(order, { type: 'cancel', reason: report.code })
        return
      case 'expired':
        this.#apply(order, { type: 'expire', reason: report.code })
        return
      case 'cancel_rejected':
        this.#cancelRefused(order, report.code)
        return
      case 'outcome_unknown':
        // One that is known to work was answered in another way meanwhile.
        if (isUnanswered(order)) this.#loseTrack(order, report.code)
        return
      case 'lookup':
        return this.#lookedUp(order, report)
      default:
        unreachable(report, 'venue report')
    }
  }

  /** Books each trade once, whichever way and however often it is reported. */
  handleFill(fill: Fill): void {
    if (!this.registry.claimFill(fill)) return
    const before = this.registry.get(fill.clientOrderId)
    this.#outbox.journal({ kind: 'fill', tsMs: fill.tsEventMs, body: fill })
    if (before === null) {
      this.#listener.onFill(fill, null)
      return
    }
    const result = this.registry.apply(fill.clientOrderId, { type: 'fill', fill }, this.#outbox.nowMs)
    if (!result.ok) {
      this.#outbox.alert(
        'critical',
        result.error.code,
        `${result.error.message}; the fill is booked, the venue is asked for the truth`,
        fill.instrumentId,
      )
      this.#outbox.reconcileNow()
    }
    const order = result.ok ? result.value : before
    this.#listener.onFill(fill, order)
    if (result.ok) this.#changed(order, before)
  }

  /** Timer `answer:<id>` and `lookup:<id>`. */
  handleTimer(kind: 'answer' | 'lookup', id: ClientOrderId): void {
    const order = this.registry.get(id)
    if (order === null || isFinal(order.state)) return
    if (kind === 'lookup') this.#lookUp(id)
    else if (isUnanswered(order)) this.#loseTrack(order, 'no_answer')
  }

  /** What the venue lists for an order of ours, from a lookup or a snapshot. */
  adopt(order: Order, found: VenueOrder): void {
    if (order.state === 'submitted' || order.state === 'unknown') this.#apply(order, { type: 'accept', venueOrderId: found.venueOrderId })
    const present = this.registry.get(order.clientOrderId) ?? order
    if (isFinal(present.state)) return
    if (found.status === 'canceled') this.#apply(present, { type: 'cancel', reason: 'found_canceled' })
    else if (found.status === 'expired') this.#apply(present, { type: 'expire', reason: 'found_expired' })
    else if (found.status === 'rejected') this.#apply(present, { type: 'reject', reason: 'found_rejected' })
    else if (found.status === 'triggered' && present.state === 'accepted') this.#apply(present, { type: 'trigger' })
    // Its trades have fallen out of the venue's history. The order is over; what it traded shows as a difference of positions.
    else if (found.status === 'filled') this.#apply(present, { type: 'expire', reason: 'filled_without_trades' })
  }

  /** The venue no longer lists it, though we believe it works: ask for its fate instead of guessing. */
  investigate(order: Order): void {
    this.#loseTrack(order, 'not_listed')
  }

  /** A cancel is refused when the order is gone or going, and the report of that is on its way: it is looked up only if nothing comes. */
  #cancelRefused(order: Order, code: string): void {
    // Told twice, or after the order was looked up: nothing waits for this answer any more.
    if (order.state !== 'pending_cancel') return
    this.#apply(order, { type: 'lose_track', reason: code })
    this.#outbox.setTimer(`lookup:${order.clientOrderId}`, this.#outbox.nowMs + this.#answerTimeoutMs)
  }

  #loseTrack(order: Order, reason: string): void {
    if (isFinal(order.state)) return
    if (order.state !== 'unknown' && this.#apply(order, { type: 'lose_track', reason }) === null) return
    this.#lookUp(order.clientOrderId)
  }

  #lookUp(id: ClientOrderId): void {
    const watch = this.#watches.get(id) ?? { lookups: 0, notFound: 0, notFoundMs: Number.NEGATIVE_INFINITY }
    this.#watches.set(id, watch)
    watch.lookups += 1
    if (watch.lookups === LOOKUPS_MAX) {
      this.#outbox.alert(
        'critical',
        'order_unresolved',
        `order ${id}: still unknown after ${LOOKUPS_MAX} lookups; reconciliation goes on asking`,
      )
    }
    this.#outbox.lookup(id)
    if (watch.lookups >= LOOKUPS_MAX) return
    this.#outbox.setTimer(
      `lookup:${id}`,
      this.#outbox.nowMs + Math.min(LOOKUP_BACKOFF_MS_MAX, this.#answerTimeoutMs * 2 ** Math.min(watch.lookups - 1, 10)),
    )
  }

  #lookedUp(order: Order, answer: Extract<OrderReport, { type: 'lookup' }>): void {
    for (const fill of answer.fills) this.handleFill(fill)
    const present = this.registry.get(order.clientOrderId) ?? order
    if (isFinal(present.state)) this.#listener.onLookedUp(present, answer.order)
    if (answer.order !== null) {
      this.adopt(present, answer.order)
      // A cancel sent meanwhile still waits for its own answer.
      if (!isUnanswered(this.registry.get(order.clientOrderId) ?? order)) this.#settle(order.clientOrderId)
      return
    }
    const watch = this.#watches.get(order.clientOrderId)
    if (present.state !== 'unknown' || watch === undefined || answer.tsEventMs <= watch.notFoundMs) return
    watch.notFound += 1
    watch.notFoundMs = answer.tsEventMs
    if (watch.notFound >= NOT_FOUND_READS) this.#apply(present, { type: 'reject', reason: NEVER_ARRIVED })
  }

  /** It was given up, and whatever it was for has been done in another way. */
  #arrivedLate(order: Order): void {
    this.#outbox.reconciled(
      `order ${order.clientOrderId} was taken to be lost and has arrived at the venue after all`,
      'asked the venue to cancel it',
      order.instrumentId,
    )
    this.#outbox.cancel(order.clientOrderId)
  }

  /** Folds an event into an order, writes it down and tells the listener. Null when the state machine refused. */
  #apply(order: Order, event: OrderEvent): Order | null {
    const result = this.registry.apply(order.clientOrderId, event, this.#outbox.nowMs)
    // Reports overtake and repeat each other; one that says nothing new is no incident.
    if (!result.ok) return null
    this.#changed(result.value, order)
    return result.value
  }

  #changed(order: Order, before: Order): void {
    this.#outbox.journal({ kind: 'order', tsMs: this.#outbox.nowMs, body: order })
    if (!isUnanswered(order) && order.state !== 'unknown') this.#settle(order.clientOrderId)
    this.#listener.onOrder(order, before)
  }

  #settle(id: ClientOrderId): void {
    this.#outbox.clearTimer(`answer:${id}`)
    if (this.#watches.size > 0 && this.#watches.delete(id)) this.#outbox.clearTimer(`lookup:${id}`)
  }
}
