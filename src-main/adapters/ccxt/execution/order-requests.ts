// Orders and cancels, each sent once: whatever becomes of it is a report. None of these throws.
import type { ClientOrderId } from '../../../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../../../src-shared/domain/order.ts'
import type { VenueReport } from '../../../../src-shared/events/venue-report.ts'
import type { Scheduler } from '../../../core/ports/scheduler.ts'
import { errorText } from '../redact.ts'
import type { LatencyGauge } from '../transport/latency-gauge.ts'
import { type VenueFailure, VenueRefusal, refusal } from '../transport/venue-failure.ts'
import type { Ask } from '../transport/venue-rest.ts'
import type { KnownOrder, OrderMemory } from './order-memory.ts'
import type { VenueAdapter } from './venue-adapter.ts'

export type OrderRequestsOptions = {
  readonly adapter: VenueAdapter
  readonly memory: OrderMemory
  readonly ask: Ask
  readonly scheduler: Scheduler
  /** The venue's time in milliseconds. */
  readonly nowMs: () => number
  readonly isListed: (order: OrderRequest) => boolean
  readonly latency: LatencyGauge
  /** The venue has acknowledged it. `endsAtOnce`: it trades now or never. */
  readonly onAcknowledged: (known: KnownOrder, endsAtOnce: boolean) => void
}

/** An order waits this long for what its venue should be asked before. */
const OBJECTION_MS_MAX = 300

export class OrderRequests {
  readonly #options: OrderRequestsOptions
  constructor(options: OrderRequestsOptions) {
    this.#options = options
  }

  async submit(order: OrderRequest): Promise<readonly VenueReport[]> {
    const { adapter, memory, ask, scheduler, latency, nowMs, onAcknowledged } = this.#options
    const { clientOrderId } = order
    try {
      if (!this.#options.isListed(order)) return [rejected(order, nowMs(), unlisted(order))]
      const known = memory.add(order)
      const objection = adapter.objection === undefined ? null : await this.#objection(adapter.objection(order))
      if (objection !== null) return [rejected(order, nowMs(), objection)]
      const sentMs = scheduler.monotonicMs()
      const body = await ask(adapter.submitRequest(order))
      latency.add(scheduler.monotonicMs() - sentMs)
      onAcknowledged(known, endsAtOnce(order))
      return adapter.readSubmitted(body, known)
    } catch (error) {
      const { outcome, code, message } = failureOf(error)
      const tsEventMs = nowMs()
      // An order of this id exists: whether it is this very one, sent and lost from sight, only a lookup can tell.
      const isUnknown = outcome === 'unknown' || code === 'duplicate_client_order_id'
      if (isUnknown) return [{ type: 'outcome_unknown', clientOrderId, code, tsEventMs }]
      return [{ type: 'rejected', clientOrderId, code, message, tsEventMs }]
    }
  }

  /** Null as well when it does not come soon: what protects must not wait for a question. */
  async #objection(asked: Promise<VenueFailure | null>): Promise<VenueFailure | null> {
    const late = Promise.withResolvers<null>()
    const stop = this.#options.scheduler.schedule(OBJECTION_MS_MAX, () => late.resolve(null))
    return Promise.race([asked.catch(() => null), late.promise]).finally(stop)
  }

  async cancel(clientOrderId: ClientOrderId): Promise<readonly VenueReport[]> {
    const { adapter, memory, ask, nowMs } = this.#options
    const known = memory.get(clientOrderId)
    if (known === null) return [{ type: 'cancel_rejected', clientOrderId, code: 'unknown_order', tsEventMs: nowMs() }]
    try {
      return adapter.readCanceled(await ask(adapter.cancelRequest(known)), known)
    } catch (error) {
      const { outcome, code } = failureOf(error)
      return [{ type: outcome === 'unknown' ? 'outcome_unknown' : 'cancel_rejected', clientOrderId, code, tsEventMs: nowMs() }]
    }
  }
}

type Objection = Pick<VenueFailure, 'code' | 'message'>
const unlisted = ({ instrumentId }: OrderRequest): Objection => ({
  code: 'unknown_instrument',
  message: `${instrumentId} is not traded here`,
})
const rejected = ({ clientOrderId }: OrderRequest, tsEventMs: number, { code, message }: Objection): VenueReport => ({
  type: 'rejected',
  clientOrderId,
  code,
  message,
  tsEventMs,
})
/** An order whose end comes with it, and is not told of, was not listened to. */
const endsAtOnce = ({ type, timeInForce }: OrderRequest): boolean => type === 'market' || (type === 'limit' && timeInForce === 'ioc')

/** What cannot be explained proves nothing. */
const failureOf = (error: unknown): VenueFailure =>
  error instanceof VenueRefusal ? error.failure : refusal('unknown', 'unexpected', { message: errorText(error) })
