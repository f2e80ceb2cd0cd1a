// The client machinery that all venues share: every request ends in a report, every message becomes one, nothing is sent twice.
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
import { type VenueFailure, VenueRefusal, refusal } from '../transport/venue-failure.ts'
import type { VenueRequest, VenueRest } from '../transport/venue-rest.ts'
import type { WeightBudget } from '../transport/weight-budget.ts'
import { ConnectionCare } from './connection-care.ts'
import { ConnectionWatch } from './connection-watch.ts'
import type { OrderMemory } from './order-memory.ts'
import { PrivateStreamRunner, type ToldEvent } from './private-stream.ts'
import type { OpenedAccount, VenueAdapter } from './venue-adapter.ts'

export type ClientParts = {
  readonly venue: VenueId
  readonly environment: VenueEnvironment
  readonly adapter: VenueAdapter
  readonly account: OpenedAccount
  readonly memory: OrderMemory
  readonly rest: VenueRest
  readonly clock: VenueClock
  readonly budget: WeightBudget
  readonly proxies: ProxyList
  readonly scheduler: Scheduler
  readonly streamOrigin: string
  readonly chance: () => number
  /** Asks the venue for its time. */
  readonly ping: () => Promise<unknown>
  /** Ends what was opened around this client. */
  readonly dispose: () => Promise<void>
}

export class CcxtExecutionClient implements ExecutionClient {
  readonly venue: VenueId
  readonly instruments: readonly Instrument[]
  readonly #parts: ClientParts
  readonly #listed: ReadonlySet<string>
  readonly #streams: readonly PrivateStreamRunner[]
  readonly #watch: ConnectionWatch
  readonly #care: ConnectionCare
  readonly #latency = new LatencyGauge()
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
    this.#listed = new Set(this.instruments.map(({ id }) => id))
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
    this.#run(this.#submit(order))
  }
  cancel(id: ClientOrderId): void {
    this.#run(this.#cancel(id))
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
    this.#parts.rest.close()
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

  async #submit(order: OrderRequest): Promise<void> {
    const { adapter, memory, scheduler } = this.#parts
    const { clientOrderId } = order
    const sentMs = scheduler.monotonicMs()
    try {
      if (!this.#listed.has(order.instrumentId)) throw await unknownInstrument(order)
      const known = memory.add(order)
      const body = await this.#ask(adapter.submitRequest(order))
      this.#latency.add(scheduler.monotonicMs() - sentMs)
      if (known.kind === 'plain') this.#care.expect(known, endsAtOnce(order))
      this.#tell(adapter.readSubmitted(body, known))
    } catch (error) {
      const { outcome, code, message } = failureOf(error)
      const tsEventMs = this.#parts.clock.nowMs()
      // An order of this id exists: whether it is this very one, sent and lost from sight, only a lookup can tell.
      if (outcome === 'unknown' || code === 'duplicate_client_order_id')
        this.#tell([{ type: 'outcome_unknown', clientOrderId, code, tsEventMs }])
      else this.#tell([{ type: 'rejected', clientOrderId, code, message, tsEventMs }])
    }
  }

  async #cancel(clientOrderId: ClientOrderId): Promise<void> {
    const { adapter, memory, clock } = this.#parts
    const known = memory.get(clientOrderId)
    try {
      // Nobody is called back inside his own request.
      if (known === null) await Promise.resolve()
      if (known === null)
        throw new VenueRefusal(refusal('final', 'unknown_order', { message: `order ${clientOrderId} was never heard of` }))
      const body = await this.#ask(adapter.cancelRequest(known))
      this.#tell(adapter.readCanceled(body, known))
    } catch (error) {
      const { outcome, code } = failureOf(error)
      const type = outcome === 'unknown' ? 'outcome_unknown' : 'cancel_rejected'
      this.#tell([{ type, clientOrderId, code, tsEventMs: clock.nowMs() }])
    }
  }

  /** A lookup that fails is not answered: whoever asked asks again. */
  async #lookup(id: ClientOrderId): Promise<void> {
    const { adapter, memory } = this.#parts
    try {
      const report = await adapter.lookup(id, memory.get(id))
      this.#tell([report])
    } catch (error) {
      this.#failed(`order ${id} could not be looked up`, error)
    }
  }

  /** One at a time. What was asked for meanwhile is asked for once more. */
  async #snapshot(): Promise<void> {
    this.#isSnapshotting = true
    for (let wanted = this.#snapshotWanted; wanted !== null; wanted = this.#snapshotWanted) {
      this.#snapshotWanted = null
      try {
        const report = await this.#parts.adapter.snapshot(wanted.after)
        this.#lastSnapshotMs = this.#parts.scheduler.nowMs()
        this.#watch.noteSnapshot()
        this.#tell([report])
        this.#refresh()
      } catch (error) {
        this.#failed('the venue could not be asked for its positions and orders', error)
      }
    }
    this.#isSnapshotting = false
  }

  /** Sent once more only when the venue refused it for its time alone, before it looked at anything else, and the clock is measured anew. */
  async #ask(request: VenueRequest): Promise<unknown> {
    const { rest, clock } = this.#parts
    try {
      return await rest.ask(request)
    } catch (error) {
      if (failureOf(error).code !== 'clock' || !(await clock.measure())) throw error
      return await rest.ask(request)
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
    try {
      this.#tell(await find())
    } catch (error) {
      this.#failed('what a private message left open could not be asked for', error)
    }
  }
  #tell(reports: readonly VenueReport[]): void {
    for (const report of reports) this.#listener?.onReport(report)
  }
  /** A refused question is no reason to stop, and nothing to keep quiet about. */
  #failed(what: string, error: unknown): void {
    this.#listener?.onState(this.#watch.state, `${what}: ${errorText(error)}`)
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

/** It trades now or never: an order whose end is not told of was not listened to. */
const endsAtOnce = ({ type, timeInForce }: OrderRequest): boolean => type === 'market' || (type === 'limit' && timeInForce === 'ioc')

const failureOf = (error: unknown): VenueFailure =>
  error instanceof VenueRefusal ? error.failure : refusal('unknown', 'unexpected', { message: errorText(error) })

/** After a turn, as every answer: nobody is called back inside his own request. */
async function unknownInstrument({ instrumentId }: OrderRequest): Promise<VenueRefusal> {
  await Promise.resolve()
  return new VenueRefusal(refusal('final', 'unknown_instrument', { message: `${instrumentId} is not traded here` }))
}
