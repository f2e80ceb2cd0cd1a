// The deterministic heart: one event in, state changed, effects out. No clock, no chance, no input or output of its own.
// src-main/core/README.md walks through the life of a tick and the life of an order. This file puts the desks together and says who is
// told what; what happens then stands in their files.
import { ExecutionPolicy } from '../../../src-shared/config/execution-policy.ts'
import { smaller, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, PositionId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Measure } from '../../../src-shared/domain/measure.ts'
import type { Fill, Order, OrderRequest } from '../../../src-shared/domain/order.ts'
import type { Position, RoundTrip } from '../../../src-shared/domain/position.ts'
import { type Result, ok, unreachable } from '../../../src-shared/domain/result.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import type { Effect } from '../../../src-shared/events/effect.ts'
import type { EquityPoint, RecoveredState } from '../../../src-shared/events/journal-record.ts'
import type { KernelEvent } from '../../../src-shared/events/kernel-event.ts'
import type { FeedIncident, MarketEvent } from '../../../src-shared/events/market-event.ts'
import type { VenueReport } from '../../../src-shared/events/venue-report.ts'
import { type DecisionDependencies, riskContext } from '../decision/decision-maker.ts'
import { approvePart } from '../decision/part-entry.ts'
import { planTargets } from '../decision/target-ladder.ts'
import { Execution } from '../execution/execution.ts'
import { type IdCounters, IdSource } from '../execution/id-source.ts'
import { OrderRegistry } from '../execution/order-registry.ts'
import { Outbox } from '../execution/outbox.ts'
import { type ChildVerdict, ParentDesk } from '../execution/parent-desk.ts'
import type { Parent } from '../execution/parent-order.ts'
import { PositionCare } from '../execution/position-care.ts'
import { RecentSet } from '../execution/recent.ts'
import type { CandleScalars } from '../features/feature.ts'
import type { MeasureBoard } from '../market/measure-board.ts'
import { splitAtFlat } from '../portfolio/book-fill.ts'
import { type AccountEstimate, Portfolio } from '../portfolio/portfolio.ts'
import type { SystemFlags } from '../risk/risk-context.ts'
import { type RiskLimit, riskLimits } from '../risk/risk-limits.ts'
import { approveReduction } from '../risk/risk-officer.ts'
import { ForeignDesk } from './foreign-desk.ts'
import type { InstrumentMarket } from './instrument-market.ts'
import type { KernelConfig } from './kernel-config.ts'
import { type BarListener, MarketDesk } from './market-desk.ts'
import { OperatorDesk } from './operator-desk.ts'
import { RiskDesk } from './risk-desk.ts'
import { ScoringDesk } from './scoring-desk.ts'
import { StrategyDesk } from './strategy-desk.ts'
import { StrategyRound } from './strategy-round.ts'
import { SystemDesk } from './system-desk.ts'
import { type Orphan, VenueDesk } from './venue-desk.ts'
import { VenueWatch } from './venue-watch.ts'

/** How long an order may be missing from the venue's list before that means something. */
const SETTLE_MS = 2_000
/** Of every event but an operator's command. */
const DONE = ok(undefined)
const CLOSED_MAX = 1_000
const FIRST_NUMBERS: IdCounters = { nextOrderNumber: 1, nextDecisionNumber: 1, nextPositionNumber: 1 }

export class Kernel {
  readonly config: KernelConfig
  readonly portfolio: Portfolio
  readonly execution: Execution
  readonly care: PositionCare
  readonly parents: ParentDesk
  readonly risk: RiskDesk
  readonly strategies: StrategyDesk
  readonly scoring: ScoringDesk
  readonly #outbox: Outbox
  readonly #ids: IdSource
  readonly #market: MarketDesk
  readonly #system: SystemDesk
  readonly #venue: VenueDesk
  readonly #watch: VenueWatch
  readonly #foreign: ForeignDesk
  readonly #operator: OperatorDesk
  readonly #round: StrategyRound
  readonly #decision: DecisionDependencies
  readonly #isFunded: boolean
  /** Positions that were closed lately: what fills for one of them opens another. */
  readonly #closed = new RecentSet<PositionId>(CLOSED_MAX)

  constructor(config: KernelConfig, recovered: RecoveredState | null) {
    this.config = config
    this.#outbox = new Outbox(Math.max(config.startMs, recovered?.marketMs ?? 0))
    this.#ids = new IdSource(config.idPrefix, recovered ?? FIRST_NUMBERS, config.ownMark)
    this.#system = new SystemDesk(this.#outbox)
    // A journal that was opened but never funded counts as new.
    this.#isFunded = recovered !== null && (recovered.balance !== 0n || recovered.knownTradeIds.length > 0)
    const balance = this.#isFunded && recovered !== null ? recovered.balance : config.initialBalance
    const instruments = new Map(config.instruments.map((instrument) => [instrument.id, instrument]))
    this.portfolio = new Portfolio({ instruments, leverage: config.leverage, balance, positions: recovered?.positions ?? [] })
    this.#market = new MarketDesk(config, {
      holdingOf: (instrumentId) => this.portfolio.holding(instrumentId),
      onPrice: (market, range) => this.#onPrice(market, range),
      onRunners: (market, runners, bar) => this.#round.run(market, runners, bar),
    })
    this.#market.recover(recovered?.lastClosed ?? [], this.nowMs)
    this.execution = this.#openExecution(recovered)
    const shared = this.#shared()
    const executionPolicy = config.execution ?? ExecutionPolicy.parse({})
    this.parents = this.#openParents(executionPolicy.slippageBpsMax)
    this.risk = new RiskDesk({
      policy: config.risk,
      outbox: this.#outbox,
      recovered: recovered?.riskState ?? null,
      equity: toNumber(balance),
    })
    this.care = this.#openCare(instruments)
    this.#foreign = new ForeignDesk({
      policy: config.foreign ?? 'adopt',
      outbox: this.#outbox,
      handedBack: recovered?.handedBack ?? [],
    })
    this.#venue = this.#openVenue(instruments, recovered?.knownTradeIds ?? [])
    this.strategies = new StrategyDesk(this.#market.markets, this.#outbox, recovered?.paused ?? [])
    this.scoring = new ScoringDesk({
      policy: config.risk.scoring,
      baseTimeframe: config.baseTimeframe,
      instrumentIds: [...instruments.keys()],
      outbox: this.#outbox,
      recovered: recovered?.signals ?? null,
      declarations: () => this.strategies.list().map(({ setup }) => setup.plugin.declaration),
    })
    const { care, risk, strategies, scoring } = this
    this.#watch = new VenueWatch({
      ...shared,
      policy: config.care,
      care,
      reconcile: () => this.#requestReconciliation(),
      cancelEntries: (instrumentId, why) => this.#cancelEntries((request) => request.instrumentId === instrumentId, why),
    })
    this.#operator = this.#openOperator(executionPolicy.close)
    this.#decision = {
      ...shared,
      policy: config.risk,
      care: config.care,
      executionPolicy,
      parents: this.parents,
      leverage: config.leverage,
      riskState: () => risk.state,
      system: () => this.#system.flags,
      haltOf: (instrumentId) => this.#watch.haltOf(instrumentId) ?? this.#foreign.haltOf(instrumentId),
      onEntry: () => risk.onEntry(),
    }
    this.#round = new StrategyRound({ care, strategies, scoring, decision: this.#decision })
    for (const setup of config.strategies) strategies.load(setup)
  }

  // ---- the desks -----------------------------------------------------------------------------------------------

  #shared(): { portfolio: Portfolio; execution: Execution; ids: IdSource; outbox: Outbox } {
    return { portfolio: this.portfolio, execution: this.execution, ids: this.#ids, outbox: this.#outbox }
  }
  #openExecution(recovered: RecoveredState | null): Execution {
    return new Execution({
      registry: new OrderRegistry({ orders: recovered?.orders ?? [], knownTradeIds: recovered?.knownTradeIds ?? [] }),
      outbox: this.#outbox,
      listener: {
        onOrder: (order, before) => {
          this.care.onOrder(order, before)
          this.parents.onOrder(order)
        },
        onFill: (fill, order) => this.#onFill(fill, order),
        onLookedUp: (order, found) => this.parents.onLookedUp(order, found),
      },
      answerTimeoutMs: this.config.care.answerTimeoutMs,
    })
  }
  #openParents(slippageBpsMax: number): ParentDesk {
    return new ParentDesk({
      ...this.#shared(),
      answerTimeoutMs: this.config.care.answerTimeoutMs,
      slippageBpsMax,
      quote: (instrumentId) => this.#market.quote(instrumentId, this.nowMs),
      volumeBetween: (instrumentId, fromMs, toMs) => this.#market.volumeBetween(instrumentId, fromMs, toMs),
      approve: (part) => this.#approvePart(part),
      onEnded: (parent, isComplete) => this.#onParentEnded(parent, isComplete),
    })
  }
  #openCare(instruments: ReadonlyMap<InstrumentId, Instrument>): PositionCare {
    return new PositionCare({
      ...this.#shared(),
      policy: this.config.care,
      instruments,
      approveReduction: (request) => approveReduction(request, { position: this.portfolio.position(request.instrumentId) }).approved,
      planTargets: (position, instrument) => this.#planTargets(position, instrument),
      onClosed: (roundTrip) => this.#onClosed(roundTrip),
      isEntering: (id) => this.parents.isUnderWay(id, 'entry'),
      isExiting: (id) => this.parents.isUnderWay(id, 'exit'),
      endParts: (id, why) => this.parents.cancelWhere((request) => request.positionId === id, why),
    })
  }
  #openVenue(instruments: ReadonlyMap<InstrumentId, Instrument>, knownTradeIds: readonly string[]): VenueDesk {
    return new VenueDesk({
      ...this.#shared(),
      foreign: this.#foreign,
      instruments,
      settleMs: SETTLE_MS,
      knownTradeIds,
      isNewAccount: !this.#isFunded,
      bookExternal: (fill) => this.#onFill(fill, null),
      wasClosed: (id) => this.#closed.has(id),
      markPrice: (id) => this.#market.exactPrice(id),
    })
  }
  #openOperator(closePlan: ExecutionPolicy['close']): OperatorDesk {
    const { care, risk, strategies, scoring } = this
    return new OperatorDesk({
      ...this.#shared(),
      care,
      risk,
      strategies,
      scoring,
      parents: this.parents,
      closePlan,
      cancelEntries: (why) => this.#cancelEntries(() => true, why),
      orphans: () => this.#venue.orphans(),
      cleanOrphans: () => this.#venue.cleanOrphans(),
      handBack: (position) => this.#venue.handBack(position),
    })
  }

  // ---- what the engine reads -----------------------------------------------------------------------------------

  get nowMs(): number {
    return this.#outbox.nowMs
  }
  get counters(): IdCounters {
    return this.#ids.counters
  }
  get system(): SystemFlags {
    return this.#system.flags
  }
  get hasEffects(): boolean {
    return !this.#outbox.isEmpty
  }
  drain(): readonly Effect[] {
    return this.#outbox.drain()
  }
  onBar(listener: BarListener | null): void {
    this.#market.onBar(listener)
  }
  lastPrice(instrumentId: InstrumentId): number {
    return this.#market.lastPrice(instrumentId)
  }
  /** The newest news of a measure of one instrument. */
  lastMeasure(instrumentId: InstrumentId, measure: Measure): ReturnType<MeasureBoard['last']> | null {
    return this.#market.market(instrumentId)?.measures.last(measure) ?? null
  }
  account(): AccountEstimate {
    return this.portfolio.estimate()
  }
  nextFundingMs(): number {
    return this.#market.nextFundingMs(this.nowMs)
  }
  /** Orders at the venue without an entry here, as of its last word. */
  orphans(): readonly Orphan[] {
    return this.#venue.orphans()
  }
  /** Every limit with its present use. */
  riskLimits(): readonly RiskLimit[] {
    const [market] = this.#market.markets
    return market === undefined ? [] : riskLimits(riskContext(market, this.#decision, { liquidationPrice: null, exits: [] }))
  }
  equityPoint(): EquityPoint {
    const { balance, equity, unrealizedPnl, marginUsed, grossExposure } = this.portfolio.estimate()
    return { tsMs: this.nowMs, balance, equity, unrealizedPnl, marginUsed, grossExposure, drawdown: this.risk.drawdown(equity) }
  }

  // ---- what enters ---------------------------------------------------------------------------------------------

  /** A base candle that closed before the session: indicators see it, nothing is decided. */
  warmUp(instrumentIndex: number, candle: CandleScalars): void {
    this.#market.warmUp(instrumentIndex, candle)
    this.scoring.onCandle(instrumentIndex, candle)
    const holding = this.#market.markets[instrumentIndex]?.holding
    if (holding !== undefined) this.portfolio.mark(holding, candle)
  }

  /** News of measures from before the session, in order of time with the candles. */
  warmUpMeasures(event: Extract<MarketEvent, { type: 'measures' }>): void {
    this.#market.measures(event)
  }
  /** A closed bar of a longer timeframe from before that, oldest first and before the base candles. */
  warmUpBar(instrumentIndex: number, timeframe: Timeframe, bar: CandleScalars): void {
    this.#market.warmUpBar(instrumentIndex, timeframe, bar)
  }

  /**
   * First of every session: opens the ledger of a new account, asks what became of orders under way,
   * and asks the venue for the truth. No entry passes before the answer agrees with the books.
   */
  start(): void {
    const { equityIntervalMs } = this.config.care
    if (!this.#isFunded) this.#fund()
    this.execution.resume()
    this.parents.resume()
    this.scoring.start()
    this.#requestReconciliation()
    this.#watch.afterEvent()
    if (equityIntervalMs > 0) this.#outbox.setTimer('equity', this.nowMs + equityIntervalMs)
  }

  /** The only result that says more than "done" is that of an operator's command. */
  handle(event: KernelEvent): Result<void, string> {
    if (event.tsMs > this.#outbox.nowMs) this.#outbox.nowMs = event.tsMs
    switch (event.source) {
      case 'market':
        this.#onMarket(event.event)
        return DONE
      case 'venue':
        this.#onReport(event.event)
        this.#watch.afterEvent()
        return DONE
      case 'timer':
        this.#onTimer(event.key)
        this.#watch.afterEvent()
        return DONE
      case 'operator':
        return this.#operator.handle(event.command, event.who)
      case 'strategy':
        this.#outbox.alert(event.change === 'faulted' ? 'critical' : 'info', `strategy_${event.change}`, event.message)
        return DONE
      case 'system':
        if (this.#system.on(event.condition, event.message)) this.#requestReconciliation()
        this.#watch.on(event.condition)
        return DONE
      case 'delisting':
        this.#watch.onDelisting(event.instrumentId, event.deliveryMs, event.message)
        return DONE
      default:
        return unreachable(event, 'kernel event')
    }
  }

  /** The hot path: equal to `handle` with a candle event, without the object. */
  candle(instrumentIndex: number, candle: CandleScalars): void {
    const market = this.#market.markets[instrumentIndex]
    if (market === undefined) throw new RangeError(`instrument ${instrumentIndex} of ${this.#market.markets.length}`)
    // Signals of before, not those that this very candle gives.
    this.scoring.onCandle(instrumentIndex, candle)
    this.#market.candle(market, candle)
  }

  /** Data that is never traded on is still written down and shown. */
  incident(incident: FeedIncident): void {
    this.#outbox.journal({ kind: 'feed_incident', tsMs: this.nowMs, body: incident })
  }

  // ---- events --------------------------------------------------------------------------------------------------

  #fund(): void {
    const { initialBalance: amount, sessionId: reference } = this.config
    const tsMs = this.nowMs
    this.#outbox.journal({ kind: 'ledger', tsMs, body: { tsMs, kind: 'deposit', amount, instrumentId: null, positionId: null, reference } })
  }

  #onMarket(event: MarketEvent): void {
    switch (event.type) {
      case 'candle': {
        const index = this.#market.indexOf(event.instrumentId)
        if (index >= 0) return this.candle(index, event.candle)
        return this.#outbox.alert('warning', 'unknown_instrument', `a candle of ${event.instrumentId} was ignored: it is not configured`)
      }
      case 'trade':
        return this.#market.trade(event.instrumentId, event.price, event.tsEventMs)
      case 'funding':
        // The venue pays; what it paid comes as its report.
        return
      case 'measures':
        return this.#market.measures(event)
      case 'feed':
        return this.#system.onFeed(event.state, event.detail)
      default:
        return unreachable(event, 'market event')
    }
  }

  /** Limits are watched while something is open, and when a day begins or a halt ends. */
  #onPrice(market: InstrumentMarket, range: { high: number; low: number; close: number }): void {
    const tsMs = market.lastDataMs
    if (tsMs > this.#outbox.nowMs) this.#outbox.nowMs = tsMs
    if (this.portfolio.openCount > 0) {
      this.portfolio.mark(market.holding, range)
      this.care.onCandle(market.holding, range)
    } else if (tsMs < this.risk.nextClockMs) return
    this.#watchLimits()
  }
  #watchLimits(): void {
    const equity = this.portfolio.equity()
    if (this.risk.isQuiet(this.nowMs, equity)) return
    if (this.risk.onMark(this.nowMs, equity) === 'close_all') this.#operator.closeAll(this.risk.lastTripCode)
  }

  #onReport(report: VenueReport): void {
    if (report.type === 'funding_paid') return this.#venue.funding(report)
    if (report.type === 'fill' && this.#venue.ignoresFill(report.fill)) return this.#outbox.reconcileNow()
    if (report.type !== 'snapshot') return this.execution.handleReport(report)
    const clean = this.#venue.reconcile(report)
    this.#system.onReconciled(clean)
    this.care.resume()
    this.#watch.closeDelisted()
    // A restart in the middle of closing everything goes on closing.
    if (this.risk.mustBeFlat && this.portfolio.openCount > 0) this.#operator.closeAll(this.risk.lastTripCode)
    // A difference is looked at again soon; agreement at the usual pace.
    if (!clean) this.#outbox.setTimer('reconcile', this.nowMs + SETTLE_MS)
  }

  #onTimer(key: string): void {
    if (key === 'equity') return this.#writeEquity()
    if (key === 'reconcile') return this.#requestReconciliation()
    if (key === 'outcomes') return this.scoring.onTimer()
    const [kind, id = ''] = key.split(':', 2)
    switch (kind) {
      case 'answer':
      case 'lookup':
        return this.execution.handleTimer(kind, id as ClientOrderId)
      case 'part':
        return this.parents.onTimer(id as ClientOrderId)
      case 'exposed':
      case 'health':
      case 'delisting':
        return this.#watch.onTimer(kind)
      case 'grace':
      case 'close':
      case 'stopfill':
      case 'overdue':
        return this.care.onTimer(kind, id as PositionId)
      default:
        throw new Error(`invariant broken: timer "${key}" has no owner`)
    }
  }

  #writeEquity(): void {
    this.#outbox.journal({ kind: 'equity', tsMs: this.nowMs, body: this.equityPoint() })
    this.#outbox.setTimer('equity', this.nowMs + this.config.care.equityIntervalMs)
  }

  #requestReconciliation(): void {
    const { reconcileIntervalMs } = this.config.care
    this.#venue.requestSnapshot()
    if (reconcileIntervalMs > 0) this.#outbox.setTimer('reconcile', this.nowMs + reconcileIntervalMs)
    this.#watch.onAsked()
  }

  // ---- fills and closed positions ------------------------------------------------------------------------------

  #onFill(fill: Fill, order: Order | null): void {
    const position = this.portfolio.position(fill.instrumentId)
    const parts = position === null ? { closing: fill, rest: null } : splitAtFlat(position, fill)
    this.#bookFill(parts.closing, order)
    if (parts.rest !== null) this.#bookFill(parts.rest, null)
  }

  #bookFill(fill: Fill, order: Order | null): void {
    const booking = this.portfolio.applyFill(fill, this.#venue.seedFor(fill, order))
    const lastPrice = this.#market.lastPrice(fill.instrumentId)
    if (booking.opened && lastPrice > 0) this.portfolio.mark(this.portfolio.holding(fill.instrumentId), { close: lastPrice })
    for (const entry of booking.ledger) if (entry.amount !== 0n) this.#outbox.journal({ kind: 'ledger', tsMs: entry.tsMs, body: entry })
    this.care.onFilled(booking.position, fill, order)
  }

  /** One part of a larger order: entries pass every check again, what only shrinks takes the short path. */
  #approvePart(part: OrderRequest): ChildVerdict {
    const market = this.#market.market(part.instrumentId)
    const position = this.portfolio.position(part.instrumentId)
    if (!part.reduceOnly) {
      if (market === null) return { approved: null, code: 'instrument_missing', message: `${part.instrumentId} is not known` }
      return approvePart(part, market, this.#decision)
    }
    const quantity = position === null ? part.quantity : smaller(part.quantity, position.quantity)
    const { approved, verdicts } = approveReduction({ ...part, quantity }, { position })
    return approved === null ? { approved, code: verdicts[0]?.code ?? 'refused', message: verdicts[0]?.message ?? '' } : { approved }
  }

  /** A plan by time, and one that may cross, closes the rest at market; one that was told to stop, or only rests, leaves it to its stop. */
  #onParentEnded({ request, plan, ending }: Parent, isComplete: boolean): void {
    const { positionId, purpose } = request
    if (positionId === null) return
    if (purpose === 'entry') return this.care.endEntry(positionId)
    const position = this.portfolio.positionById(positionId)
    const isToGo = ending === null && !('atTimeout' in plan && plan.atTimeout === 'cancel')
    if (position !== null) this.care.endExit(position, isComplete || isToGo)
  }

  /** Ends entries, also those that are carried out in parts. */
  #cancelEntries(isMeant: (request: OrderRequest) => boolean, why: string): void {
    this.parents.cancelWhere((request) => request.purpose === 'entry' && isMeant(request), why)
    for (const order of this.execution.registry.open())
      if (order.purpose === 'entry' && isMeant(order)) this.execution.cancel(order.clientOrderId)
  }

  #onClosed(roundTrip: RoundTrip): void {
    this.#closed.claim(roundTrip.positionId)
    this.parents.cancelWhere((request) => request.positionId === roundTrip.positionId, 'the position was closed')
    const market = this.#market.market(roundTrip.instrumentId)
    if (market !== null) market.lastClosedMs = roundTrip.closedMs
    this.risk.onRoundTrip(roundTrip)
    // Nothing may be open any more to watch the limits for; the loss counts all the same.
    this.#watchLimits()
  }

  #planTargets(position: Position, instrument: Instrument): ReturnType<typeof planTargets> {
    const { side, entryPrice, quantity, care } = position
    return planTargets({ instrument, side, entryPrice, stopPrice: care.initialStopPrice, quantity, ladder: this.config.care.targetLadder })
  }
}
