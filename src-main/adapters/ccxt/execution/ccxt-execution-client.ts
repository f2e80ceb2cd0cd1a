// The client machinery that all venues share: every request ends in a report, every message becomes one, nothing is sent twice.
import type { Money } from '../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, TradeId } from '../../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../../src-shared/domain/instrument.ts'
import type { Order, OrderRequest } from '../../../../src-shared/domain/order.ts'
import { unreachable } from '../../../../src-shared/domain/result.ts'
import type { VenueEnvironment, VenueHealth, VenueId } from '../../../../src-shared/domain/venue.ts'
import type { VenueReport } from '../../../../src-shared/events/venue-report.ts'
import type { ExecutionClient, ExecutionListener } from '../../../core/ports/execution-client.ts'
import type { Scheduler } from '../../../core/ports/scheduler.ts'
import { errorText } from '../redact.ts'
import { failureSentence } from '../transport/failure-sentence.ts'
import { LatencyGauge } from '../transport/latency-gauge.ts'
import type { ProxyList } from '../transport/proxy-list.ts'
import type { VenueClock } from '../transport/venue-clock.ts'
import type { VenueFailure } from '../transport/venue-failure.ts'
import type { Ask } from '../transport/venue-rest.ts'
import type { WeightBudget } from '../transport/weight-budget.ts'
import { ConnectionCare } from './connection-care.ts'
import { ConnectionWatch } from './connection-watch.ts'
import type { OrderMemory } from './order-memory.ts'
import { OrderRequests } from './order-requests.ts'
import { PrivateStreamRunner, type ToldEvent } from './private-stream.ts'
import type { OpenedAccount, VenueAdapter } from './venue-adapter.ts'

export type ClientParts = {
  readonly venue: VenueId
  readonly environment: VenueEnvironment
  readonly adapter: VenueAdapter
  readonly account: OpenedAccount
  readonly memory: OrderMemory
  /** Measures the clock anew and asks once more where the venue refused for the time alone. */
  readonly ask: Ask
  readonly clock: VenueClock
  readonly budget: WeightBudget
  readonly proxies: ProxyList
  readonly scheduler: Scheduler
  readonly streamOrigin: string
  readonly chance: () => number
  /** Gives up every request on its way. */
  readonly cutOff: () => void
  /** Asks the venue for its time. */
  readonly ping: () => Promise<unknown>
  /** Of the account when it was opened. */
  readonly walletBalance: Money
  /** Ends what was opened around this client. */
  readonly dispose: () => Promise<void>
}

export class CcxtExecutionClient implements ExecutionClient {
  readonly venue: VenueId
  readonly instruments: readonly Instrument[]
  readonly walletBalance: Money
  readonly #parts: ClientParts
  readonly #streams: readonly PrivateStreamRunner[]
  readonly #watch: ConnectionWatch
  readonly #care: ConnectionCare
  readonly #latency = new LatencyGauge()
  readonly #requests: OrderRequests
  readonly #pending = new Set<Promise<void>>()
  readonly #lookingUp = new Set<ClientOrderId>()
  #listener: ExecutionListener | null = null
  #snapshotWanted: { readonly after: TradeId | null } | null = null
  #isSnapshotting = false
  #lastSnapshotMs: number | null = null

  constructor(parts: ClientParts) {
    this.#parts = parts
    this.venue = parts.venue
    this.instruments = parts.account.instruments
    this.walletBalance = parts.walletBalance
    this.#watch = new ConnectionWatch((failure) => failureSentence(parts.venue, failure))
    const { scheduler, proxies, chance, streamOrigin: origin } = parts
    this.#streams = parts.adapter.streams.map(
      (stream) =>
        new PrivateStreamRunner({
          stream,
          origin,
          proxies,
          scheduler,
          chance,
          onEvent: (event) => this.#onStreamEvent(event),
          onChange: (detail) => {
            this.#watch.noteStream(detail)
            this.#refresh()
          },
        }),
    )
    this.#care = new ConnectionCare(scheduler, {
      measureClock: () => void parts.clock.measure(),
      ping: () => this.#run(this.#ping()),
      redial: (reason) => this.#streams.forEach((stream) => stream.redial(reason)),
      lookup: (id) => this.lookup(id),
      onTick: () => {
        for (const stream of this.#streams) stream.tick()
        this.#refresh()
      },
    })
    const { adapter, memory, ask, clock } = parts
    const listed = new Set(this.instruments.map(({ id }) => id))
    this.#requests = new OrderRequests({
      adapter,
      memory,
      ask,
      scheduler,
      nowMs: () => clock.nowMs(),
      isListed: ({ instrumentId }) => listed.has(instrumentId),
      latency: this.#latency,
      onAcknowledged: (known, endsAtOnce) => {
        if (known.kind === 'plain') this.#care.expect(known, endsAtOnce)
      },
    })
  }

  remember(orders: readonly Order[]): void {
    for (const order of orders) this.#parts.memory.remember(order)
  }
  start(listener: ExecutionListener): void {
    this.#listener = listener
    for (const stream of this.#streams) stream.start()
    listener.onState(this.#watch.state, this.#watch.detail)
    const { offsetMs } = this.#parts.clock
    if (offsetMs !== null) listener.onClock(offsetMs)
    this.#care.start()
  }
  submit(order: OrderRequest): void {
    this.#run(this.#requests.submit(order).then((reports) => this.#tell(reports)))
  }
  cancel(id: ClientOrderId): void {
    this.#run(this.#requests.cancel(id).then((reports) => this.#tell(reports)))
  }
  lookup(id: ClientOrderId): void {
    if (this.#lookingUp.has(id)) return
    this.#lookingUp.add(id)
    this.#run(this.#lookup(id).finally(() => this.#lookingUp.delete(id)))
  }
  requestSnapshot(afterTradeId: TradeId | null): void {
    this.#snapshotWanted = { after: afterTradeId }
    if (!this.#isSnapshotting) this.#run(this.#snapshot())
  }

  health(): VenueHealth {
    const { venue, environment, clock, budget } = this.#parts
    return {
      venue,
      environment,
      state: this.#watch.state,
      detail: this.#watch.detail,
      clockOffsetMs: clock.offsetMs,
      roundTripMs: clock.roundTripMs,
      submitMsP50: this.#latency.percentile(0.5),
      submitMsP99: this.#latency.percentile(0.99),
      budget: budget.gauge,
      streams: this.#streams.map(({ age }) => age),
      reconnects: this.#streams.reduce((sum, { reconnects }) => sum + reconnects, 0),
      lastSnapshotMs: this.#lastSnapshotMs,
    }
  }
  async close(): Promise<void> {
    this.#listener = null
    this.#care.stop()
    this.#parts.cutOff()
    await Promise.all(this.#streams.map((stream) => stream.stop()))
    await Promise.all(this.#pending)
    await this.#parts.dispose()
  }

  /** Of every answer to a request, and of every failure to get one. */
  noteOutcome(failure: VenueFailure | null): void {
    this.#care.noteAnswer()
    this.#watch.noteRequest(failure)
    this.#refresh()
  }
  noteClock(offsetMs: number): void {
    this.#care.noteClock()
    this.#listener?.onClock(offsetMs)
  }

  // ---- requests ------------------------------------------------------------------------------------------------

  /** A lookup that fails is not answered: whoever asked asks again. */
  async #lookup(id: ClientOrderId): Promise<void> {
    const { adapter, memory } = this.#parts
    const report = await this.#orFailed(adapter.lookup(id, memory.get(id)), `order ${id} could not be looked up`)
    if (report !== null) this.#tell([report])
  }

  /** One at a time. What was asked for meanwhile is asked for once more. */
  async #snapshot(): Promise<void> {
    this.#isSnapshotting = true
    for (let wanted = this.#snapshotWanted; wanted !== null; wanted = this.#snapshotWanted) {
      this.#snapshotWanted = null
      const asked = this.#parts.adapter.snapshot(wanted.after)
      const report = await this.#orFailed(asked, 'the venue could not be asked for its positions and orders')
      if (report === null) continue
      this.#lastSnapshotMs = this.#parts.scheduler.nowMs()
      this.#watch.noteSnapshot()
      this.#refresh()
      this.#tell([report])
    }
    this.#isSnapshotting = false
  }

  /** Null for what failed. A refused question is no reason to stop, and nothing to keep quiet about. */
  async #orFailed<T>(answer: Promise<T>, what: string): Promise<T | null> {
    try {
      return await answer
    } catch (error) {
      this.#listener?.onState(this.#watch.state, `${what}: ${errorText(error)}`)
      return null
    }
  }

  // ---- what comes back -----------------------------------------------------------------------------------------

  #onStreamEvent(event: ToldEvent): void {
    switch (event.type) {
      case 'report':
        if ('clientOrderId' in event.report) this.#heardOf(event.report.clientOrderId)
        else if (event.report.type === 'fill') this.#heardOf(event.report.fill.clientOrderId)
        return this.#tell([event.report])
      case 'ask':
        return this.#run(this.#find(event.find))
      default:
        unreachable(event, 'stream event')
    }
  }
  #heardOf(id: ClientOrderId): void {
    const known = this.#parts.memory.get(id)
    if (known !== null) known.isTold = true
  }
  async #find(find: () => Promise<readonly VenueReport[]>): Promise<void> {
    this.#tell((await this.#orFailed(find(), 'what a private message left open could not be asked for')) ?? [])
  }
  /** What the listener throws is its own fault and must not be taken for the venue's: it stops the engine. */
  #tell(reports: readonly VenueReport[]): void {
    for (const report of reports) this.#listener?.onReport(report)
  }
  #run(work: Promise<void>): void {
    const pending = work.finally(() => this.#pending.delete(pending))
    this.#pending.add(pending)
  }

  // ---- how the connection stands -------------------------------------------------------------------------------

  async #ping(): Promise<void> {
    try {
      await this.#parts.ping()
    } catch {
      // The outcome has been noted; that is all this was for.
    }
  }
  #refresh(): void {
    const hasChanged = this.#watch.refresh({
      areStreamsReady: this.#streams.every(({ isReady }) => isReady),
      isBanned: this.#parts.budget.gauge.bannedUntilMs !== null,
      notices: this.#parts.account.notices,
    })
    if (hasChanged) this.#listener?.onState(this.#watch.state, this.#watch.detail)
  }
}
