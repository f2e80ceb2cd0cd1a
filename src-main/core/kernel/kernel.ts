// The deterministic heart: one event in, state changed, effects out. No clock, no chance, no input or output of its own.
// src-main/core/README.md walks through the life of a tick and the life of an order.
import { type Price, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { Signal } from '../../../src-shared/domain/decision.ts'
import type { ClientOrderId, InstrumentId, PositionId } from '../../../src-shared/domain/ids.ts'
import { type Instrument, priceFromNumber, stopPriceFromNumber } from '../../../src-shared/domain/instrument.ts'
import type { Fill, Order } from '../../../src-shared/domain/order.ts'
import type { Position, RoundTrip } from '../../../src-shared/domain/position.ts'
import { type Result, ensure, ok, unreachable } from '../../../src-shared/domain/result.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import type { Effect } from '../../../src-shared/events/effect.ts'
import type { EquityPoint, RecoveredState } from '../../../src-shared/events/journal-record.ts'
import type { KernelEvent } from '../../../src-shared/events/kernel-event.ts'
import type { FeedIncident, FeedState, MarketEvent } from '../../../src-shared/events/market-event.ts'
import type { VenueReport } from '../../../src-shared/events/venue-report.ts'
import { type DecisionDependencies, decide, riskContext } from '../decision/decision-maker.ts'
import { planTargets } from '../decision/target-ladder.ts'
import { Execution } from '../execution/execution.ts'
import { type IdCounters, IdSource } from '../execution/id-source.ts'
import { OrderRegistry } from '../execution/order-registry.ts'
import { Outbox } from '../execution/outbox.ts'
import { PositionCare } from '../execution/position-care.ts'
import type { CandleScalars } from '../features/feature.ts'
import type { AggregatedBar } from '../market/candle-aggregator.ts'
import { splitAtFlat } from '../portfolio/book-fill.ts'
import { type AccountEstimate, Portfolio } from '../portfolio/portfolio.ts'
import type { SystemFlags } from '../risk/risk-context.ts'
import { type RiskLimit, riskLimits } from '../risk/risk-limits.ts'
import { approveReduction } from '../risk/risk-officer.ts'
import { SandboxError } from '../ports/sandbox.ts'
import { validateSignal } from '../strategies/validate-signal.ts'
import { InstrumentMarket } from './instrument-market.ts'
import type { KernelConfig } from './kernel-config.ts'
import { OperatorDesk } from './operator-desk.ts'
import { RiskDesk } from './risk-desk.ts'
import { StrategyDesk } from './strategy-desk.ts'
import type { RunnerOpinion, StrategyRunner } from './strategy-runner.ts'
import { VenueDesk } from './venue-desk.ts'

/** Told about each closed bar, base candles included; for screens and recordings. The bar is overwritten afterwards. */
export type BarListener = (instrumentId: InstrumentId, timeframe: Timeframe, bar: CandleScalars) => void

const messageOf = (cause: unknown): string =>
  cause instanceof SandboxError ? cause.fault.message : cause instanceof Error ? cause.message : String(cause)

/** How long an order may be missing from the venue's list before that means something. */
const SETTLE_MS = 2_000

export class Kernel {
  readonly config: KernelConfig
  readonly portfolio: Portfolio
  readonly execution: Execution
  readonly care: PositionCare
  readonly risk: RiskDesk
  readonly strategies: StrategyDesk
  readonly #outbox: Outbox
  readonly #ids: IdSource
  readonly #venue: VenueDesk
  readonly #operator: OperatorDesk
  readonly #markets: readonly InstrumentMarket[]
  readonly #marketOf = new Map<InstrumentId, InstrumentMarket>()
  readonly #baseMs: number
  readonly #isFunded: boolean
  readonly #system: { -readonly [K in keyof SystemFlags]: SystemFlags[K] } = {
    venueUp: true,
    journalOk: true,
    clockOk: true,
    feedState: 'connecting',
    reconciled: false,
  }
  readonly #decision: DecisionDependencies
  #onBar: BarListener | null = null

  constructor(config: KernelConfig, recovered: RecoveredState | null) {
    this.config = config
    this.#baseMs = TIMEFRAME_MS[config.baseTimeframe]
    this.#outbox = new Outbox(Math.max(config.startMs, recovered?.marketMs ?? 0))
    this.#ids = new IdSource(config.idPrefix, recovered ?? { nextOrderNumber: 1, nextDecisionNumber: 1, nextPositionNumber: 1 })
    const instruments = new Map(config.instruments.map((instrument) => [instrument.id, instrument]))
    this.#markets = config.instruments.map((instrument) => new InstrumentMarket(instrument, config.baseTimeframe))
    for (const market of this.#markets) this.#marketOf.set(market.instrument.id, market)
    // A journal that was opened but never funded counts as new.
    this.#isFunded = recovered !== null && (recovered.balance !== 0n || recovered.knownTradeIds.length > 0)
    const balance = this.#isFunded && recovered !== null ? recovered.balance : config.initialBalance
    this.portfolio = new Portfolio({ instruments, leverage: config.leverage, balance, positions: recovered?.positions ?? [] })
    const registry = new OrderRegistry({ orders: recovered?.orders ?? [], knownTradeIds: recovered?.knownTradeIds ?? [] })
    this.execution = new Execution({
      registry,
      outbox: this.#outbox,
      listener: { onOrder: (order, before) => this.care.onOrder(order, before), onFill: (fill, order) => this.#onFill(fill, order) },
      answerTimeoutMs: config.care.answerTimeoutMs,
    })
    this.risk = new RiskDesk({
      policy: config.risk,
      outbox: this.#outbox,
      recovered: recovered?.riskState ?? null,
      equity: toNumber(balance),
    })
    this.care = new PositionCare({
      policy: config.care,
      instruments,
      portfolio: this.portfolio,
      execution: this.execution,
      ids: this.#ids,
      outbox: this.#outbox,
      approveReduction: (request) => approveReduction(request, { position: this.portfolio.position(request.instrumentId) }).approved,
      planTargets: (position, instrument) => this.#planTargets(position, instrument),
      onClosed: (roundTrip) => this.#onClosed(roundTrip),
    })
    this.#venue = new VenueDesk({
      execution: this.execution,
      portfolio: this.portfolio,
      ids: this.#ids,
      outbox: this.#outbox,
      settleMs: SETTLE_MS,
      knownTradeIds: recovered?.knownTradeIds ?? [],
      bookExternal: (fill) => this.#onFill(fill, null),
      markPrice: (id) => this.#exactPrice(id),
    })
    this.strategies = new StrategyDesk(this.#markets, this.#outbox)
    this.#operator = new OperatorDesk({
      portfolio: this.portfolio,
      execution: this.execution,
      care: this.care,
      risk: this.risk,
      strategies: this.strategies,
      outbox: this.#outbox,
    })
    for (const setup of config.strategies) this.strategies.load(setup)
    this.#decision = {
      policy: config.risk,
      care: config.care,
      leverage: config.leverage,
      portfolio: this.portfolio,
      execution: this.execution,
      ids: this.#ids,
      outbox: this.#outbox,
      riskState: () => this.risk.state,
      system: () => this.#system,
      onEntry: () => this.risk.onEntry(),
    }
  }

  // ---- what the engine calls ---------------------------------------------------------------------------------

  get nowMs(): number {
    return this.#outbox.nowMs
  }
  get counters(): IdCounters {
    return this.#ids.counters
  }
  get system(): SystemFlags {
    return this.#system
  }
  get hasEffects(): boolean {
    return !this.#outbox.isEmpty
  }
  drain(): readonly Effect[] {
    return this.#outbox.drain()
  }
  onBar(listener: BarListener | null): void {
    this.#onBar = listener
  }
  lastPrice(instrumentId: InstrumentId): number {
    return this.#marketOf.get(instrumentId)?.lastPrice ?? Number.NaN
  }
  account(): AccountEstimate {
    return this.portfolio.estimate()
  }
  /** Every limit with its present use. */
  riskLimits(): readonly RiskLimit[] {
    const market = this.#markets[0]
    return market === undefined ? [] : riskLimits(riskContext(market, this.#decision, { liquidationPrice: null, exits: [] }))
  }
  nextFundingMs(): number | null {
    return this.#markets.reduce<number | null>(
      (next, market) => (market.nextFundingMs !== null && (next === null || market.nextFundingMs < next) ? market.nextFundingMs : next),
      null,
    )
  }

  /**
   * First event of every session: opens the ledger of a new account, asks what became of orders under way,
   * and asks the venue for the truth. No entry passes before the answer agrees with the books.
   */
  start(): void {
    if (!this.#isFunded) {
      this.#outbox.journal({
        kind: 'ledger',
        tsMs: this.#outbox.nowMs,
        body: {
          tsMs: this.#outbox.nowMs,
          kind: 'deposit',
          amount: this.config.initialBalance,
          instrumentId: null,
          positionId: null,
          reference: this.config.sessionId,
        },
      })
    }
    this.execution.resume()
    this.#requestReconciliation()
    if (this.config.care.equityIntervalMs > 0) this.#outbox.setTimer('equity', this.#outbox.nowMs + this.config.care.equityIntervalMs)
  }

  /** A base candle that closed before the session: indicators see it, nothing is decided. */
  warmUp(instrumentIndex: number, candle: CandleScalars): void {
    const market = this.#markets[instrumentIndex]
    ensure(market !== undefined, `instrument index ${instrumentIndex} exists`)
    market.lastPrice = candle.close
    for (const runner of market.baseRunners) runner.warmUp(candle)
    market.aggregator.add(candle, (index) => {
      const bar = market.aggregator.bars[index]
      if (bar === undefined) return
      market.onBar(bar)
      for (const runner of market.barRunners[index] ?? []) runner.warmUp(bar)
    })
    this.portfolio.mark(market.instrument.id, candle.close)
  }

  handle(event: KernelEvent): Result<void, string> {
    this.#tick(event.tsMs)
    switch (event.source) {
      case 'market':
        this.#onMarket(event.event)
        return ok(undefined)
      case 'venue':
        this.#onReport(event.event)
        return ok(undefined)
      case 'timer':
        this.#onTimer(event.key)
        return ok(undefined)
      case 'operator':
        return this.#operator.handle(event.command)
      case 'strategy':
        this.#outbox.alert(event.change === 'faulted' ? 'critical' : 'info', `strategy_${event.change}`, event.message)
        return ok(undefined)
      case 'system':
        this.#onSystem(event.condition, event.message)
        return ok(undefined)
      default:
        return unreachable(event, 'kernel event')
    }
  }

  /**
   * The hot path: one closed base candle of the instrument at this index in the configuration. Equal to `handle` with a candle event,
   * without the object; the candle is read here and not kept.
   */
  candle(instrumentIndex: number, candle: CandleScalars): void {
    const market = this.#markets[instrumentIndex]
    if (market === undefined) throw new RangeError(`instrument ${instrumentIndex} of ${this.#markets.length}`)
    const closeMs = candle.openTimeMs + this.#baseMs
    const outbox = this.#outbox
    if (closeMs > outbox.nowMs) outbox.nowMs = closeMs
    market.lastPrice = candle.close
    market.lastDataMs = closeMs
    if (this.portfolio.openCount > 0) this.#markOpen(market, candle)
    else if (closeMs >= this.risk.nextClockMs) this.#watch(closeMs)
    if (this.#onBar !== null) this.#onBar(market.instrument.id, this.config.baseTimeframe, candle)
    if (market.baseRunners.length > 0) this.#run(market, market.baseRunners, this.config.baseTimeframe, candle)
    this.#aggregating = market
    market.aggregator.add(candle, this.#onBarClosed)
  }

  #markOpen(market: InstrumentMarket, candle: CandleScalars): void {
    this.portfolio.mark(market.instrument.id, candle.close)
    this.care.onCandle(market.instrument.id, candle.high, candle.low, candle.close)
    this.#watch(this.#outbox.nowMs)
  }

  /** Limits are watched while something is open, and when a day begins or a halt ends. */
  #watch(nowMs: number): void {
    if (this.risk.onMark(nowMs, this.portfolio.equity()) === 'close_all') this.#operator.closeAll(this.risk.lastTripCode)
  }

  // ---- events ------------------------------------------------------------------------------------------------

  #aggregating: InstrumentMarket | null = null
  readonly #onBarClosed = (index: number): void => {
    const market = this.#aggregating
    const bar: AggregatedBar | undefined = market?.aggregator.bars[index]
    if (market === null || bar === undefined) return
    market.onBar(bar)
    if (this.#onBar !== null) this.#onBar(market.instrument.id, bar.timeframe, bar)
    const runners = market.barRunners[index]
    if (runners !== undefined && runners.length > 0) this.#run(market, runners, bar.timeframe, bar)
  }

  #tick(tsMs: number): void {
    if (tsMs > this.#outbox.nowMs) this.#outbox.nowMs = tsMs
  }

  #run(market: InstrumentMarket, runners: readonly StrategyRunner[], timeframe: Timeframe, bar: CandleScalars): void {
    for (let i = 0; i < runners.length; i += 1) {
      const runner = runners[i]
      if (runner !== undefined) this.#ask(market, runner, timeframe, bar)
    }
  }

  /** Only what the strategy itself does may end the strategy: a fault of ours further on stops the engine. */
  #ask(market: InstrumentMarket, runner: StrategyRunner, timeframe: Timeframe, bar: CandleScalars): void {
    const { id } = runner.plugin.declaration
    const open = this.portfolio.openCount === 0 ? null : this.portfolio.position(market.instrument.id)
    const own = open !== null && open.strategyId === id ? open : null
    let opinion: RunnerOpinion
    try {
      opinion = runner.onCandle(bar, own)
    } catch (cause) {
      return this.strategies.fault(id, messageOf(cause))
    }
    if (opinion.manage !== null && own !== null) this.#manage(own, opinion.manage)
    if (opinion.signal !== null && opinion.signal.direction !== 'wait')
      this.#consider(market, runner, { timeframe, bar, signal: opinion.signal })
  }

  /** A signal that makes no sense is the strategy's fault. */
  #consider(market: InstrumentMarket, runner: StrategyRunner, what: { timeframe: Timeframe; bar: CandleScalars; signal: Signal }): void {
    const { id } = runner.plugin.declaration
    const { timeframe, bar, signal } = what
    const nonsense = validateSignal(signal, bar)
    if (nonsense !== null) return this.strategies.fault(id, `its signal cannot be used: ${nonsense}`)
    const { openTimeMs, open, high, low, close, volume } = bar
    const candle = { openTimeMs, open, high, low, close, volume }
    const trace = decide(
      {
        strategyId: id,
        timeframe,
        candle,
        signal,
        realizedVolatility: Number.isNaN(market.realizedVolatility) ? null : market.realizedVolatility,
        market,
      },
      this.#decision,
    )
    this.strategies.countSignal(id, trace.outcome)
  }

  #manage(position: Position, intent: NonNullable<ReturnType<StrategyRunner['onCandle']>['manage']>): void {
    if (intent.type === 'close') return this.care.close(position, intent.reason)
    const market = this.#marketOf.get(position.instrumentId)
    ensure(market !== undefined, `instrument ${position.instrumentId} is known`)
    this.care.moveStop(position, stopPriceFromNumber(market.instrument, position.side, intent.stopPrice), false)
  }

  #onMarket(event: MarketEvent): void {
    switch (event.type) {
      case 'candle': {
        const index = this.#markets.findIndex((market) => market.instrument.id === event.instrumentId)
        if (index < 0)
          return this.#outbox.alert('warning', 'unknown_instrument', `a candle of ${event.instrumentId} was ignored: it is not configured`)
        return this.candle(index, event.candle)
      }
      case 'trade':
        return this.#onTrade(event.instrumentId, event.price, event.tsEventMs)
      case 'funding': {
        const market = this.#marketOf.get(event.instrumentId)
        if (market === undefined) return
        market.fundingRate = event.rate
        market.nextFundingMs = event.tsEventMs + 8 * 3_600_000
        return
      }
      case 'feed':
        return this.#onFeed(event.state, event.detail)
      default:
        return unreachable(event, 'market event')
    }
  }

  #onTrade(instrumentId: InstrumentId, price: number, tsEventMs: number): void {
    const market = this.#marketOf.get(instrumentId)
    if (market === undefined || !(price > 0)) return
    market.lastPrice = price
    market.lastDataMs = tsEventMs
    if (this.portfolio.openCount === 0) return
    this.portfolio.mark(instrumentId, price)
    this.#watch(tsEventMs)
  }

  #onFeed(state: FeedState, detail: string): void {
    if (state === this.#system.feedState) return
    this.#system.feedState = state
    const severity = state === 'stale' || state === 'failed' ? 'warning' : 'info'
    this.#outbox.alert(severity, `feed_${state}`, detail)
  }

  /** Data that is never traded on is still written down and shown. */
  incident(incident: FeedIncident): void {
    this.#outbox.journal({ kind: 'feed_incident', tsMs: this.#outbox.nowMs, body: incident })
  }

  #onReport(report: VenueReport): void {
    if (report.type === 'funding_paid') return this.#venue.funding(report)
    if (report.type !== 'snapshot') return this.execution.handleReport(report)
    const clean = this.#venue.reconcile(report)
    if (clean !== this.#system.reconciled) {
      this.#system.reconciled = clean
      if (clean) this.#outbox.alert('info', 'reconciled', 'orders and positions agree with the venue')
    }
    this.care.resume()
    // A restart in the middle of closing everything goes on closing.
    if (this.risk.mustBeFlat && this.portfolio.openCount > 0) this.#operator.closeAll(this.risk.lastTripCode)
    // A difference is looked at again soon; agreement at the usual pace.
    if (!clean) this.#outbox.setTimer('reconcile', this.#outbox.nowMs + SETTLE_MS)
  }

  #onTimer(key: string): void {
    if (key === 'equity') return this.#equityTimer()
    if (key === 'reconcile') return this.#requestReconciliation()
    const [kind, id = ''] = key.split(':', 2)
    switch (kind) {
      case 'answer':
      case 'lookup':
        return this.execution.handleTimer(kind, id as ClientOrderId)
      case 'grace':
      case 'close':
      case 'stopfill':
        return this.care.onTimer(kind, id as PositionId)
      default:
        throw new Error(`invariant broken: timer "${key}" has no owner`)
    }
  }

  #equityTimer(): void {
    this.#outbox.journal({ kind: 'equity', tsMs: this.#outbox.nowMs, body: this.equityPoint() })
    this.#outbox.setTimer('equity', this.#outbox.nowMs + this.config.care.equityIntervalMs)
  }
  equityPoint(): EquityPoint {
    const { balance, equity, unrealizedPnl, marginUsed, grossExposure } = this.portfolio.estimate()
    return { tsMs: this.#outbox.nowMs, balance, equity, unrealizedPnl, marginUsed, grossExposure, drawdown: this.risk.drawdown(equity) }
  }

  #requestReconciliation(): void {
    this.#venue.requestSnapshot()
    if (this.config.care.reconcileIntervalMs > 0)
      this.#outbox.setTimer('reconcile', this.#outbox.nowMs + this.config.care.reconcileIntervalMs)
  }

  #onSystem(condition: Extract<KernelEvent, { source: 'system' }>['condition'], message: string): void {
    switch (condition) {
      case 'suspending':
      case 'venue_down':
        this.#system.venueUp = false
        this.#system.reconciled = false
        this.#outbox.alert('warning', condition, message)
        return
      case 'resumed':
      case 'venue_up':
        this.#system.venueUp = true
        this.#system.reconciled = false
        this.#outbox.alert('info', condition, message)
        return this.#requestReconciliation()
      case 'journal_failed':
      case 'journal_ok':
        this.#system.journalOk = condition === 'journal_ok'
        this.#outbox.alert(condition === 'journal_ok' ? 'info' : 'critical', condition, message)
        return
      case 'clock_skewed':
      case 'clock_ok':
        this.#system.clockOk = condition === 'clock_ok'
        this.#outbox.alert(condition === 'clock_ok' ? 'info' : 'critical', condition, message)
        return
      case 'strategy_file_refused':
        return this.#outbox.alert('warning', condition, message)
      default:
        return unreachable(condition, 'system condition')
    }
  }

  // ---- fills and closed positions ------------------------------------------------------------------------------

  #onFill(fill: Fill, order: Order | null): void {
    const position = this.portfolio.position(fill.instrumentId)
    const parts = position === null ? { closing: fill, rest: null } : splitAtFlat(position, fill)
    this.#bookFill(parts.closing, order)
    if (parts.rest !== null) this.#bookFill(parts.rest, null)
  }

  #bookFill(fill: Fill, order: Order | null): void {
    const seed = this.#venue.seedFor(fill, order)
    const booking = this.portfolio.applyFill(fill, seed)
    const market = this.#marketOf.get(fill.instrumentId)
    if (booking.opened && market !== undefined && market.lastPrice > 0) this.portfolio.mark(fill.instrumentId, market.lastPrice)
    for (const entry of booking.ledger) if (entry.amount !== 0n) this.#outbox.journal({ kind: 'ledger', tsMs: entry.tsMs, body: entry })
    this.care.onFilled(booking.position, fill, order)
  }

  #onClosed(roundTrip: RoundTrip): void {
    const market = this.#marketOf.get(roundTrip.instrumentId)
    if (market !== undefined) market.lastClosedMs = roundTrip.closedMs
    this.risk.onRoundTrip(roundTrip)
  }

  #exactPrice(instrumentId: InstrumentId): Price | null {
    const market = this.#marketOf.get(instrumentId)
    return market !== undefined && market.lastPrice > 0 ? priceFromNumber(market.instrument, market.lastPrice, 'half_even') : null
  }

  #planTargets(position: Position, instrument: Instrument): ReturnType<typeof planTargets> {
    return planTargets({
      instrument,
      side: position.side,
      entryPrice: position.entryPrice,
      stopPrice: position.care.initialStopPrice,
      quantity: position.quantity,
      ladder: this.config.care.targetLadder,
    })
  }
}
