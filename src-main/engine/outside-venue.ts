// A venue outside this process, as the event loop sees it: requests go out at once, reports are delivered when they arrive.
import type { ClientOrderId, TradeId } from '../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import type { VenueReport } from '../../src-shared/events/venue-report.ts'
import type { ExecutionClient } from '../core/ports/execution-client.ts'
import type { LoopVenue, PathPoint } from '../core/simulation/venue.ts'

type Arrived = { readonly atMs: number; readonly report: VenueReport }

export class OutsideVenue implements LoopVenue {
  readonly #client: ExecutionClient
  readonly #deliver: () => void
  readonly #arrived: Arrived[] = []
  /** A request is being handed over: what the client answers at once waits until the loop has done with it. */
  #isSending = false
  #isDeliveryDue = false

  /** `deliver` makes the loop take what has arrived; it is never called from inside one of the loop's own calls. */
  constructor(client: ExecutionClient, deliver: () => void) {
    this.#client = client
    this.#deliver = deliver
  }

  /** A report of the client, which arrived at this wall time. */
  arrive(report: VenueReport, atMs: number): void {
    this.#arrived.push({ atMs, report })
    if (!this.#isSending) return this.#deliver()
    if (this.#isDeliveryDue) return
    this.#isDeliveryDue = true
    setImmediate(() => {
      this.#isDeliveryDue = false
      this.#deliver()
    })
  }

  submit(order: OrderRequest): void {
    this.#send(() => this.#client.submit(order))
  }
  cancel(id: ClientOrderId): void {
    this.#send(() => this.#client.cancel(id))
  }
  lookup(id: ClientOrderId): void {
    this.#send(() => this.#client.lookup(id))
  }
  requestSnapshot(afterTradeId: TradeId | null): void {
    this.#send(() => this.#client.requestSnapshot(afterTradeId))
  }

  nextDueMs(): number {
    return this.#arrived[0]?.atMs ?? Number.POSITIVE_INFINITY
  }
  advanceTo(nowMs: number): readonly VenueReport[] {
    const later = this.#arrived.findIndex(({ atMs }) => atMs > nowMs)
    return this.#arrived.splice(0, later < 0 ? this.#arrived.length : later).map(({ report }) => report)
  }

  // Its market is its own: nothing here moves with the prices that the loop is shown.
  pass(): boolean {
    return true
  }
  isUntouched(): boolean {
    return true
  }
  hasStake(): boolean {
    return false
  }
  path(): readonly PathPoint[] {
    return []
  }
  openCandle(): void {}
  setPrice(): void {}
  applyFunding(): void {}
  /** It keeps itself. */
  revision(): number {
    return 0
  }

  #send(request: () => void): void {
    const wasSending = this.#isSending
    this.#isSending = true
    try {
      request()
    } finally {
      this.#isSending = wasSending
    }
  }
}
