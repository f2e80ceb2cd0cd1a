// A whole kernel with a test in the place of the venue: every order it sends is seen, every report it gets is written by hand.
// Time stands still until the test moves it; timers fire then, in order.
import {
  type Price,
  type Quantity,
  ZERO_QUANTITY,
  notionalOf,
  price,
  quantity,
  timesRate,
  toText,
} from '../../src-shared/domain/decimal.ts'
import { PLAIN_SIGNAL, type Signal } from '../../src-shared/domain/decision.ts'
import { type ClientOrderId, tradeId, venueOrderId } from '../../src-shared/domain/ids.ts'
import type { Fill, Order, OrderPurpose, OrderRequest } from '../../src-shared/domain/order.ts'
import type { Position, RoundTrip } from '../../src-shared/domain/position.ts'
import { ensure } from '../../src-shared/domain/result.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { OperatorCommand } from '../../src-shared/events/command.ts'
import type { Effect } from '../../src-shared/events/effect.ts'
import type { SystemCondition } from '../../src-shared/events/kernel-event.ts'
import type { JournalRecord, JournalRecordKind } from '../../src-shared/events/journal-record.ts'
import type { VenueOrder, VenueReport } from '../../src-shared/events/venue-report.ts'
import type { ManageIntent } from '../../src-main/core/strategies/strategy.ts'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import { TimerQueue } from '../../src-main/core/kernel/timer-queue.ts'
import type { VenueSnapshot } from '../../src-main/core/execution/reconcile.ts'
import { type HandOptions, handConfig } from './hand-config.ts'
import { MemoryJournal } from './memory-journal.ts'
import { BTC } from './venue-kit.ts'

export const START_MS = Date.UTC(2025, 0, 6)

type BodyOf<K extends JournalRecordKind> = Extract<JournalRecord, { kind: K }>['body']

export class HandDesk {
  kernel: Kernel
  readonly journal = new MemoryJournal()
  /** Everything since the last start, in order. */
  readonly effects: Effect[] = []
  readonly #records: JournalRecord[] = []
  readonly #options: HandOptions
  #timers = new TimerQueue()
  #nextSignal: Signal | null = null
  #nextIntent: ManageIntent | null = null
  #nowMs = START_MS
  #minute = 0
  #trades = 0
  #starts = 0

  constructor(options: HandOptions = {}) {
    this.#options = options
    this.kernel = this.#open()
  }

  get nowMs(): number {
    return this.#nowMs
  }

  // ---- market and operator -----------------------------------------------------------------------------------

  /** A closed candle of the next minute; time goes to its close. */
  candle(close: number, range: { high?: number; low?: number } = {}): void {
    const openTimeMs = START_MS + this.#minute * MINUTE_MS
    this.#minute += 1
    this.advanceTo(openTimeMs + MINUTE_MS)
    const candle = { openTimeMs, open: close, high: range.high ?? close, low: range.low ?? close, close, volume: 10 }
    this.kernel.handle({ source: 'market', tsMs: this.#nowMs, event: { type: 'candle', instrumentId: BTC.id, candle } })
    this.#collect()
  }
  trade(last: number): void {
    this.kernel.handle({
      source: 'market',
      tsMs: this.#nowMs,
      event: { type: 'trade', instrumentId: BTC.id, price: last, quantity: 1, tsEventMs: this.#nowMs },
    })
    this.#collect()
  }
  /** The strategy speaks at the next candle, which closes at 60 000. Returns the entry that was sent. */
  enter(direction: 'buy' | 'sell' = 'buy', options: { stop?: number; chandelierDistance?: number; sizeShare?: number } = {}): OrderRequest {
    const stopPrice = options.stop ?? (direction === 'buy' ? 59_400 : 60_600)
    this.#nextSignal = {
      direction,
      strength: 1,
      stopPrice,
      chandelierDistance: options.chandelierDistance ?? null,
      ...(options.sizeShare === undefined ? {} : { sizeShare: options.sizeShare }),
      votes: [],
      why: {},
      ...PLAIN_SIGNAL,
    }
    const before = this.sent('entry').length
    this.candle(60_000)
    const entry = this.sent('entry')[before]
    const decision = this.records('decision').at(-1)
    ensure(entry !== undefined, `an entry was sent, not: ${decision?.summary ?? 'no decision'}`)
    return entry
  }
  /** The strategy asks for this at the next candle, which closes at `close`. */
  manage(intent: ManageIntent, close: number): void {
    this.#nextIntent = intent
    this.candle(close)
  }
  command(command: OperatorCommand): ReturnType<Kernel['handle']> {
    const result = this.kernel.handle({ source: 'operator', command, tsMs: this.#nowMs })
    this.#collect()
    return result
  }
  system(condition: SystemCondition, message = condition): void {
    this.kernel.handle({ source: 'system', condition, message, tsMs: this.#nowMs })
    this.#collect()
  }
  delisting(deliveryMs: number | null): void {
    this.kernel.handle({ source: 'delisting', instrumentId: BTC.id, deliveryMs, message: 'delisting', tsMs: this.#nowMs })
    this.#collect()
  }
  /** Something that the kernel would do by itself. */
  act(action: (kernel: Kernel) => void): void {
    action(this.kernel)
    this.#collect()
  }
  advance(ms: number): void {
    this.advanceTo(this.#nowMs + ms)
  }
  advanceTo(ms: number): void {
    while (this.#timers.nextDueMs <= ms) {
      this.#nowMs = Math.max(this.#nowMs, this.#timers.nextDueMs)
      this.kernel.handle({ source: 'timer', key: this.#timers.take(), tsMs: this.#nowMs })
      this.#collect()
    }
    this.#nowMs = Math.max(this.#nowMs, ms)
  }

  // ---- what the venue says -----------------------------------------------------------------------------------

  report(report: VenueReport): void {
    this.kernel.handle({ source: 'venue', event: report, tsMs: this.#nowMs })
    this.#collect()
  }
  accept(order: Pick<OrderRequest, 'clientOrderId'>): void {
    this.report({ type: 'accepted', clientOrderId: order.clientOrderId, venueOrderId: venueIdOf(order), tsEventMs: this.#nowMs })
  }
  reject(order: Pick<OrderRequest, 'clientOrderId'>, code = 'refused'): void {
    this.report({ type: 'rejected', clientOrderId: order.clientOrderId, code, message: code, tsEventMs: this.#nowMs })
  }
  trigger(order: Pick<OrderRequest, 'clientOrderId'>): void {
    this.report({ type: 'triggered', clientOrderId: order.clientOrderId, tsEventMs: this.#nowMs })
  }
  canceled(order: Pick<OrderRequest, 'clientOrderId'>): void {
    this.report({ type: 'canceled', clientOrderId: order.clientOrderId, code: 'requested', tsEventMs: this.#nowMs })
  }
  expire(order: Pick<OrderRequest, 'clientOrderId'>, code = 'expired'): void {
    this.report({ type: 'expired', clientOrderId: order.clientOrderId, code, tsEventMs: this.#nowMs })
  }
  unknown(order: Pick<OrderRequest, 'clientOrderId'>): void {
    this.report({ type: 'outcome_unknown', clientOrderId: order.clientOrderId, code: 'timeout', tsEventMs: this.#nowMs })
  }
  /** Answers a lookup; null when the venue does not know the order. */
  lookup(order: Pick<OrderRequest, 'clientOrderId'>, found: VenueOrder | null, fills: readonly Fill[] = []): void {
    this.report({ type: 'lookup', clientOrderId: order.clientOrderId, order: found, fills, tsEventMs: this.#nowMs })
  }
  /** The order as the venue would list it. */
  listed(order: OrderRequest, changes: Partial<VenueOrder> = {}): VenueOrder {
    const { clientOrderId: id, instrumentId, side, type, limitPrice, triggerPrice, reduceOnly } = order
    return {
      clientOrderId: id,
      venueOrderId: venueIdOf(order),
      instrumentId,
      side,
      type,
      quantity: order.quantity,
      filledQuantity: ZERO_QUANTITY,
      limitPrice,
      triggerPrice,
      reduceOnly,
      status: 'working',
      ...changes,
    }
  }
  /** A trade of the order: all of it at 60 000 unless told otherwise. */
  fillOf(order: OrderRequest, at: { quantity?: string; price?: string; tsEventMs?: number; tradeId?: string } = {}): Fill {
    const size = at.quantity === undefined ? order.quantity : quantity(at.quantity)
    const paid = price(at.price ?? '60000')
    this.#trades += 1
    return {
      tradeId: tradeId(at.tradeId ?? `T${this.#trades}`),
      clientOrderId: order.clientOrderId,
      venueOrderId: venueIdOf(order),
      instrumentId: order.instrumentId,
      side: order.side,
      price: paid,
      quantity: size,
      fee: timesRate(notionalOf(paid, size), BTC.takerFeeRate, 'up'),
      liquidity: 'taker',
      tsEventMs: at.tsEventMs ?? this.#nowMs,
    }
  }
  fill(order: OrderRequest, at: Parameters<HandDesk['fillOf']>[1] = {}): Fill {
    const fill = this.fillOf(order, at)
    this.report({ type: 'fill', fill, tsEventMs: fill.tsEventMs })
    return fill
  }
  /** The whole truth, by default: no orders, no positions, no new fills, and the wallet as it is here. */
  snapshot(truth: Partial<Omit<VenueSnapshot, 'type'>> = {}): void {
    this.report({
      type: 'snapshot',
      orders: [],
      positions: [],
      fills: [],
      walletBalance: this.kernel.portfolio.balance,
      tsEventMs: this.#nowMs,
      ...truth,
    })
  }

  // ---- what can be seen --------------------------------------------------------------------------------------

  /** Orders sent, in order, of one purpose. */
  sent(purpose: OrderPurpose): OrderRequest[] {
    return this.effects.flatMap((effect) => (effect.type === 'submit_order' && effect.order.purpose === purpose ? [effect.order] : []))
  }
  last(purpose: OrderPurpose): OrderRequest {
    const order = this.sent(purpose).at(-1)
    ensure(order !== undefined, `an order with the purpose ${purpose} was sent`)
    return order
  }
  canceledIds(): ClientOrderId[] {
    return this.effects.flatMap((effect) => (effect.type === 'cancel_order' ? [effect.clientOrderId] : []))
  }
  lookups(): ClientOrderId[] {
    return this.effects.flatMap((effect) => (effect.type === 'lookup_order' ? [effect.clientOrderId] : []))
  }
  snapshotRequests(): number {
    return this.effects.filter((effect) => effect.type === 'request_snapshot').length
  }
  order(request: Pick<OrderRequest, 'clientOrderId'>): Order {
    const order = this.kernel.execution.registry.get(request.clientOrderId)
    ensure(order !== null, `order ${request.clientOrderId} is registered`)
    return order
  }
  get open(): Position | null {
    return this.kernel.portfolio.position(BTC.id)
  }
  get position(): Position {
    const { open } = this
    ensure(open !== null, 'a position is open')
    return open
  }
  get roundTrips(): readonly RoundTrip[] {
    return this.journal.roundTrips
  }
  records<K extends JournalRecordKind>(kind: K): BodyOf<K>[] {
    // The kind has been checked; the compiler does not carry that over to the body.
    return this.#records.filter((record) => record.kind === kind).map((record) => record.body as BodyOf<K>)
  }
  alerts(): string[] {
    return this.records('alert').map((alert) => alert.code)
  }

  // ---- start and restart -------------------------------------------------------------------------------------

  /** The process is killed: only the journal remains. The venue answers nothing until told. */
  restart(): void {
    this.journal.checkpoint(this.#nowMs, this.kernel.counters)
    this.effects.length = 0
    this.#timers = new TimerQueue()
    this.kernel = this.#open()
  }

  #open(): Kernel {
    this.#starts += 1
    const says = { speak: () => this.#speak(), manage: () => this.#manage() }
    const options = { ...this.#options, startMs: this.#nowMs, start: this.#starts, ...says }
    const kernel = new Kernel(handConfig(options), this.#starts === 1 ? null : this.journal.recover())
    this.kernel = kernel
    kernel.handle({ source: 'market', tsMs: this.#nowMs, event: { type: 'feed', state: 'live', detail: '', tsEventMs: this.#nowMs } })
    kernel.start()
    this.#collect()
    if (this.#starts === 1) this.snapshot()
    return kernel
  }

  #speak(): Signal | null {
    const signal = this.#nextSignal
    this.#nextSignal = null
    return signal
  }

  #manage(): ManageIntent | null {
    const intent = this.#nextIntent
    this.#nextIntent = null
    return intent
  }

  #collect(): void {
    for (const effect of this.kernel.drain()) {
      this.effects.push(effect)
      if (effect.type === 'set_timer') this.#timers.set(effect.key, effect.dueMs)
      else if (effect.type === 'clear_timer') this.#timers.clear(effect.key)
      else if (effect.type === 'journal') {
        this.#records.push(effect.record)
        this.journal.append(effect.record)
      }
    }
  }
}

const venueIdOf = (order: Pick<OrderRequest, 'clientOrderId'>): Order['venueOrderId'] & string => venueOrderId(`V${order.clientOrderId}`)

/** A position with its stop working and its ladder placed. */
export function protectedDesk(
  direction: 'buy' | 'sell' = 'buy',
  options: HandOptions & { stop?: number; chandelierDistance?: number; sizeShare?: number } = {},
): { desk: HandDesk; entry: OrderRequest; stop: OrderRequest; targets: OrderRequest[] } {
  const desk = new HandDesk(options)
  const entry = desk.enter(direction, options)
  desk.accept(entry)
  desk.fill(entry)
  const stop = desk.last('stop')
  desk.accept(stop)
  const targets = desk.sent('target')
  for (const target of targets) desk.accept(target)
  return { desk, entry, stop, targets }
}

export const exact = (value: Price | Quantity | null): string => (value === null ? 'none' : toText(value))
