// One seeded run of the whole desk against a faulty venue: random prices, a strategy without sense, an operator who presses buttons,
// kills and restarts. Invariants are checked after every event; the first broken one ends the run and names the seed.
import { CarePolicy, LIVE_CARE, RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import {
  type Money,
  add,
  money,
  negate,
  notionalOf,
  priceTimesRate,
  rateFromNumber,
  subtract,
  timesRate,
  toNumber,
  toText,
} from '../../src-shared/domain/decimal.ts'
import { type InstrumentId, sessionId } from '../../src-shared/domain/ids.ts'
import { directionOf } from '../../src-shared/domain/instrument.ts'
import { type OrderRequest, isFinal, leavesQuantity } from '../../src-shared/domain/order.ts'
import type { Position } from '../../src-shared/domain/position.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { OperatorCommand } from '../../src-shared/events/command.ts'
import type { Effect } from '../../src-shared/events/effect.ts'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import type { KernelConfig } from '../../src-main/core/kernel/kernel-config.ts'
import { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { type Random, createRandom } from '../../src-main/core/simulation/random.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { SimulatedVenue, SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { INSTRUMENTS, type LiveWorld, labModels, liveWorld, senseless, venueTruth } from './campaign-world.ts'
import { type FaultScript, randomFaultScript, withFaults } from './faulty-venue.ts'
import { MemoryJournal } from './memory-journal.ts'
import { BTC, ETH } from './venue-kit.ts'

export type CampaignResult = {
  readonly seed: number
  readonly events: number
  readonly trades: number
  readonly restarts: number
  /** Orders that were parts of larger ones. */
  readonly parts: number
  readonly violation: string | null
}

const START_MS = Date.UTC(2025, 0, 6)
const CANDLES = 120
/** Candles without faults or new entries at the end, in which everything must come to rest. */
const QUIET_CANDLES = 15
const GRACE_MS = 5_000
/** From the end of the grace to the venue's ear: the latency of the emergency order, and the timer's own millisecond. */
const REACTION_MS = 2_000

/** Nine tenths: the price of the decision is a little off the price of the part. */
const priceLess = (value: Money): Money => timesRate(value, rateFromNumber(0.9), 'down')

class Violation extends Error {}
function must(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new Violation(message())
}

/**
 * Runs one seed from beginning to end. Never throws for a broken invariant: it is in the result. With `models` the venue is that of the lab:
 * slippage by volatility or depth, queues, jitter and fees, drawn from the same seed; the market and the faults are those of the run without.
 * With `live` the desk is set up as on a real venue: orders in parts, a slippage guard, outages, closes refused for their price.
 */
export function runCampaign(seed: number, options: { readonly models?: boolean; readonly live?: boolean } = {}): CampaignResult {
  const run = new Run(seed, options)
  try {
    run.all()
    return run.result(null)
  } catch (cause) {
    return run.result(
      cause instanceof Error ? `${cause.message}${cause instanceof Violation ? '' : `\n${cause.stack ?? ''}`}` : String(cause),
    )
  }
}

class Run {
  readonly #seed: number
  readonly #random: Random
  readonly #config: SimulationConfig
  readonly #faults: FaultScript
  readonly #journal = new MemoryJournal()
  readonly #submitted = new Set<string>()
  readonly #prices = new Map<InstrumentId, number>([
    [BTC.id, 60_000],
    [ETH.id, 3_000],
  ])
  #venue: SimulatedVenue
  #loop: TradingLoop
  readonly #exposedSince = new Map<InstrumentId, number>()
  #events = 0
  #restarts = 0
  #quiet = false
  #parts = 0
  /** Quantities of the orders that were sent in parts. */
  readonly #wholes = new Map<string, bigint>()
  readonly #live: LiveWorld | null

  constructor(seed: number, { models = false, live = false }: { readonly models?: boolean; readonly live?: boolean }) {
    this.#seed = seed
    this.#live = live ? liveWorld(seed) : null
    this.#random = createRandom(seed)
    this.#config = {
      seed,
      initialBalance: money('10000'),
      leverage: 5,
      latencyMs: this.#pick([0, 40, 250, 900]),
      slippage: { kind: 'fixed', basisPoints: this.#pick([0, 2, 20]) },
      participationMax: this.#pick([1, 0.2, 0.02]),
      markPremium: 0,
      ...(models ? labModels(createRandom(seed + 7_000_003)) : {}),
    }
    this.#faults = [...randomFaultScript(seed), ...(this.#live?.faults ?? [])]
    this.#venue = withFaults(createSimulatedVenue(INSTRUMENTS, this.#config), this.#faults)
    this.#loop = this.#open(null)
  }

  result(violation: string | null): CampaignResult {
    return {
      seed: this.#seed,
      events: this.#events,
      trades: this.#journal.roundTrips.length,
      restarts: this.#restarts,
      parts: this.#parts,
      violation,
    }
  }

  all(): void {
    this.#loop.start()
    for (let minute = 0; minute < CANDLES; minute += 1) {
      if (this.#chance(0.02)) continue // a gap in the feed
      if (this.#chance(0.01)) this.#restart()
      this.#minute(minute)
      if (this.#chance(0.05)) this.#operate()
      if (this.#chance(0.03)) this.#fund(minute)
      this.#outage(minute)
    }
    this.#comeToRest()
  }

  // ---- the world -----------------------------------------------------------------------------------------------

  #minute(minute: number): void {
    const openTimeMs = START_MS + minute * MINUTE_MS
    for (const [index, instrument] of INSTRUMENTS.entries()) {
      if (this.#chance(0.01)) continue // one instrument misses a minute
      const open = this.#prices.get(instrument.id) ?? 1
      const jump = this.#chance(0.03) ? (this.#random.fraction() - 0.5) * 0.03 : 0
      const close = open * (1 + jump + (this.#random.fraction() - 0.5) * 0.004)
      const high = Math.max(open, close) * (1 + this.#random.fraction() * 0.002)
      const low = Math.min(open, close) * (1 - this.#random.fraction() * 0.002)
      const tick = toNumber(instrument.tickSize)
      const onTick = (value: number): number => Number((Math.round(value / tick) * tick).toFixed(2))
      this.#prices.set(instrument.id, onTick(close))
      const [from, to] = [onTick(open), onTick(close)]
      Object.assign(this.#loop.nextCandle(index), {
        openTimeMs,
        open: from,
        high: Math.max(from, to, onTick(high)),
        low: Math.min(from, to, onTick(low)),
        close: to,
        volume: 50 * this.#random.fraction(),
      })
    }
    this.#loop.endStep()
    this.#check()
  }

  /** The connection is said to be gone for some minutes; the venue itself goes on. */
  #outage(minute: number): void {
    const condition = this.#live?.outages.get(minute)
    if (condition === undefined) return
    this.#loop.event({ source: 'system', condition, message: condition, tsMs: this.#loop.kernel.nowMs })
    this.#check()
  }

  #fund(minute: number): void {
    const tsMs = Math.max(START_MS + (minute + 1) * MINUTE_MS, this.#loop.kernel.nowMs)
    this.#loop.event({
      source: 'market',
      tsMs,
      event: { type: 'funding', instrumentId: BTC.id, rate: (this.#random.fraction() - 0.5) * 0.002, tsEventMs: tsMs },
    })
  }

  #operate(): void {
    const { kernel } = this.#loop
    const position = kernel.portfolio.positions()[0]
    const order = kernel.execution.registry.open()[0]
    const commands: OperatorCommand[] = [{ type: 'protect_all' }]
    if (position !== undefined) {
      commands.push({ type: 'close_position', positionId: position.id, reason: 'operator' })
      commands.push({ type: 'move_stop', positionId: position.id, stopPrice: this.#tighter(position) })
    }
    if (order !== undefined) commands.push({ type: 'cancel_order', clientOrderId: order.clientOrderId })
    if (this.#chance(0.05)) commands.push({ type: 'kill_switch', reason: 'test' })
    this.#loop.command(this.#pick(commands), kernel.nowMs)
    this.#check()
  }

  #tighter(position: Position): Position['entryPrice'] {
    const distance = priceTimesRate(position.entryPrice, rateFromNumber(0.001 + this.#random.fraction() * 0.01), 'down')
    const raw = directionOf(position.side) === 1 ? subtract(position.entryPrice, distance) : add(position.entryPrice, distance)
    const tick = (position.instrumentId === BTC.id ? BTC : ETH).tickSize
    return ((raw / tick) * tick) as Position['entryPrice']
  }

  /** The process is killed and started again: the journal and the venue's own memory are all that is left. */
  #restart(): void {
    this.#restarts += 1
    const saved = this.#venue.save()
    const inner = createSimulatedVenue(INSTRUMENTS, this.#config)
    inner.restore(saved)
    this.#venue = withFaults(inner, this.#quiet ? [] : this.#faults)
    this.#loop = this.#open(this.#journal.recover())
    this.#loop.start()
  }

  #open(recovered: ReturnType<MemoryJournal['recover']> | null): TradingLoop {
    const config: KernelConfig = {
      sessionId: sessionId(`seed-${this.#seed}-${this.#restarts}`),
      startMs: START_MS,
      instruments: INSTRUMENTS,
      baseTimeframe: '1m',
      strategies: [{ plugin: senseless(createRandom(this.#seed + 1_000_003 * (this.#restarts + 1))), parameters: {}, file: null }],
      risk: RiskPolicy.parse({
        tradesPerDayMax: 1000,
        consecutiveLossesMax: 100,
        cooldownMs: 0,
        dayLossMax: 0.5,
        weekLossMax: 0.9,
        drawdownMax: 0.9,
        stopDistanceMin: 0.0005,
      }),
      care: CarePolicy.parse({ unprotectedGraceMs: GRACE_MS, ...(this.#live === null ? {} : LIVE_CARE) }),
      ...(this.#live === null ? {} : { execution: this.#live.execution }),
      leverage: this.#config.leverage,
      initialBalance: this.#config.initialBalance,
      idPrefix: `tws${this.#restarts}`,
      marketClock: true,
    }
    const kernel = new Kernel(config, recovered)
    const loop: TradingLoop = new TradingLoop({
      kernel,
      venue: this.#venue,
      sink: { append: (record) => this.#journal.append(record), commit: () => true },
      observer: {
        onEffect: (effect) => this.#onEffect(effect),
        afterEvent: () => {
          this.#events += 1
          this.#journal.checkpoint(kernel.nowMs, kernel.counters)
          if (this.#loop !== undefined) this.#check()
        },
      },
    })
    kernel.handle({ source: 'market', tsMs: kernel.nowMs, event: { type: 'feed', state: 'live', detail: '', tsEventMs: kernel.nowMs } })
    return loop
  }

  /** No faults and no new entries any more: all must be resolved, agreed and flat or covered. */
  #comeToRest(): void {
    this.#quiet = true
    this.#restart()
    this.#loop.command({ type: 'set_trading_state', state: 'halted', reason: 'end' }, this.#loop.kernel.nowMs)
    for (let minute = CANDLES; minute < CANDLES + QUIET_CANDLES; minute += 1) this.#minute(minute)
    this.#loop.settle(10_000)
    const { kernel } = this.#loop
    this.#checkRoundTrips()
    must(kernel.system.reconciled, () => 'after a quiet quarter of an hour the books still disagree with the venue')
    for (const order of kernel.execution.registry.open())
      must(
        order.state !== 'unknown' && order.state !== 'submitted',
        () => `order ${order.clientOrderId} is still ${order.state} at the end`,
      )
    for (const position of kernel.portfolio.positions()) this.#checkRest(position)
    const truth = venueTruth(this.#venue)
    for (const instrument of INSTRUMENTS) {
      const here = signedPosition(kernel.portfolio.position(instrument.id))
      must(
        here === (truth.positions.get(instrument.id) ?? 0n),
        () => `${instrument.id}: position ${here} here, ${truth.positions.get(instrument.id) ?? 0n} at the venue`,
      )
    }
    const gap = Math.abs(toNumber(subtract(truth.wallet, kernel.portfolio.balance)))
    must(gap < 1e-6, () => `wallet ${toText(truth.wallet)} at the venue, balance ${toText(kernel.portfolio.balance)} here`)
    for (const id of truth.orders)
      must(
        kernel.execution.registry.open().some((order) => order.clientOrderId === id),
        () => `order ${id} works at the venue without an entry here`,
      )
  }

  /** At rest a position has exactly one stop, or an order that closes it. */
  #checkRest(position: Position): void {
    const open = this.#loop.kernel.execution.registry.openOf(position.id)
    const closing = position.care.phase === 'closing' || position.care.phase === 'emergency'
    const wanted = open.filter((order) => (closing ? order.purpose === 'exit' || order.purpose === 'emergency' : order.purpose === 'stop'))
    must(
      closing ? wanted.length > 0 : wanted.length === 1,
      () => `${position.instrumentId}: ${wanted.length} ${closing ? 'closing orders' : 'stops'} at rest (${position.care.phase})`,
    )
  }

  // ---- invariants ----------------------------------------------------------------------------------------------

  #onEffect(effect: Effect): void {
    if (effect.type !== 'submit_order') return
    must(!this.#submitted.has(effect.order.clientOrderId), () => `order ${effect.order.clientOrderId} was submitted twice`)
    this.#submitted.add(effect.order.clientOrderId)
    if (effect.order.parentId !== undefined) this.#checkPart(effect.order, effect.order.parentId)
    must(
      this.#loop.kernel.execution.registry.get(effect.order.clientOrderId) !== null,
      () => `order ${effect.order.clientOrderId} was submitted without a registry entry`,
    )
  }

  /** One part at a time, none too small to be closed, and all of them never more than the whole. */
  #checkPart(part: OrderRequest, parentId: string): void {
    this.#parts += 1
    const parts = [...this.#journal.orders.values()].filter(
      (order) => order.parentId === parentId && order.clientOrderId !== part.clientOrderId,
    )
    const open = parts.filter((order) => !isFinal(order.state))
    must(open.length === 0, () => `part ${part.clientOrderId} was sent while ${open[0]?.clientOrderId} is ${open[0]?.state}`)
    const traded = parts.reduce((total, order) => total + order.filledQuantity, 0n)
    const whole =
      this.#wholes.get(parentId) ??
      this.#loop.kernel.parents.list().find(({ request }) => request.clientOrderId === parentId)?.request.quantity
    must(whole !== undefined, () => `part ${part.clientOrderId} has no parent`)
    this.#wholes.set(parentId, whole)
    must(traded + part.quantity <= whole, () => `the parts of ${parentId} add up to ${traded + part.quantity}, the whole is ${whole}`)
    const instrument = part.instrumentId === BTC.id ? BTC : ETH
    const price = part.limitPrice ?? part.decisionPrice
    const isLarge = price !== null && notionalOf(price, part.quantity) >= priceLess(instrument.minNotional)
    must(part.reduceOnly || isLarge, () => `part ${part.clientOrderId} of ${toText(part.quantity)} is too small for the venue`)
  }
  /** Fills may come late: what has been traded in all is looked at again whenever something happens. */
  #checkWholes(): void {
    for (const [parentId, whole] of this.#wholes) {
      let traded = 0n
      for (const order of this.#journal.orders.values()) if (order.parentId === parentId) traded += order.filledQuantity
      must(traded <= whole, () => `parts of ${parentId} traded ${traded} of ${whole}`)
    }
  }

  #check(): void {
    const { kernel } = this.#loop
    this.#checkWholes()
    must(
      kernel.portfolio.balance === this.#journal.balance,
      () => `ledger ${toText(this.#journal.balance)} but balance ${toText(kernel.portfolio.balance)}`,
    )
    for (const instrument of INSTRUMENTS) {
      const position = kernel.portfolio.position(instrument.id)
      this.#checkFills(instrument.id, position)
      if (position === null) this.#exposedSince.delete(instrument.id)
      else this.#checkCover(position)
    }
  }

  /** A position is closed once; what opens after that is another one. */
  #checkRoundTrips(): void {
    const ids = this.#journal.roundTrips.map((trip) => trip.positionId)
    must(new Set(ids).size === ids.length, () => `a position was closed twice: ${ids.join(', ')}`)
  }

  #checkFills(instrumentId: InstrumentId, position: Position | null): void {
    let filled = 0n
    for (const fill of this.#journal.fills)
      if (fill.instrumentId === instrumentId) filled += fill.side === 'buy' ? fill.quantity : negate(fill.quantity)
    must(
      filled === signedPosition(position),
      () => `${instrumentId}: fills add up to ${filled}, the position is ${signedPosition(position)}`,
    )
  }

  /** Covered by a working stop, or closing, or not yet longer than the grace. */
  #checkCover(position: Position): void {
    const { kernel } = this.#loop
    const { care } = position
    if (care.phase === 'closing' || care.phase === 'emergency') return
    const stop = care.stopOrderId === null ? null : kernel.execution.registry.get(care.stopOrderId)
    const covers =
      stop !== null &&
      (stop.state === 'accepted' || stop.state === 'triggered' || stop.state === 'partially_filled') &&
      leavesQuantity(stop) >= position.quantity
    if (covers) {
      this.#exposedSince.delete(position.instrumentId)
      return
    }
    must(
      care.unprotectedSinceMs !== null,
      () => `${position.instrumentId}: no stop covers it, yet it counts as protected (${stop?.state ?? 'no stop'})`,
    )
    // A fill that the venue reported late counts from when it could be known here.
    if (!this.#exposedSince.has(position.instrumentId))
      this.#exposedSince.set(position.instrumentId, Math.max(care.unprotectedSinceMs, kernel.nowMs - GRACE_MS / 2))
    const age = kernel.nowMs - (this.#exposedSince.get(position.instrumentId) ?? 0)
    must(
      age <= GRACE_MS + REACTION_MS,
      () => `${position.instrumentId}: unprotected for ${age} ms and not closing (phase ${care.phase}, stop ${care.stopState})`,
    )
  }

  // ---- chance --------------------------------------------------------------------------------------------------

  #chance(probability: number): boolean {
    return !this.#quiet && this.#random.fraction() < probability
  }
  #pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.#random.fraction() * choices.length)]
    if (chosen === undefined) throw new Error('nothing to pick from')
    return chosen
  }
}

const signedPosition = (position: Position | null): bigint =>
  position === null ? 0n : position.side === 'long' ? position.quantity : negate(position.quantity)
