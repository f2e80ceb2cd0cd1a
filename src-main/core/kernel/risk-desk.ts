// The risk officer's memory inside the kernel: folds facts into the latched state, writes each change down, and says when all must be closed.
import type { RiskPolicy } from '../../../src-shared/config/risk-policy.ts'
import { type Price, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { Position, RoundTrip } from '../../../src-shared/domain/position.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import { DAY_MS } from '../../../src-shared/domain/time.ts'
import type { RiskState, TradingState } from '../../../src-shared/events/risk-state.ts'
import type { Outbox } from '../execution/outbox.ts'
import { drawdownOf } from '../risk/loss-share.ts'
import {
  type QuietEquity,
  type RiskChange,
  initialRiskState,
  mustBeFlat,
  onClock,
  onEntry,
  onEquity,
  onKill,
  onOperatorState,
  onRoundTrip,
  quietEquity,
} from '../risk/trading-state.ts'

export class RiskDesk {
  readonly #policy: RiskPolicy
  readonly #outbox: Outbox
  #state: RiskState
  #quiet: QuietEquity
  /** No earlier than this can the mere passing of time change anything: a day begins, or a halt ends. */
  nextClockMs = Number.NEGATIVE_INFINITY

  constructor(options: { policy: RiskPolicy; outbox: Outbox; recovered: RiskState | null; equity: number }) {
    this.#policy = options.policy
    this.#outbox = options.outbox
    this.#state = options.recovered ?? initialRiskState(options.equity, options.outbox.nowMs)
    this.#quiet = quietEquity(this.#state, options.policy)
  }

  get state(): RiskState {
    return this.#state
  }
  get mustBeFlat(): boolean {
    return mustBeFlat(this.#state)
  }
  get lastTripCode(): string {
    return this.#state.trips.at(-1)?.code ?? 'risk'
  }
  drawdown(equity: number): number {
    return drawdownOf(this.#state, equity)
  }

  /** True when {@link onMark} would change nothing: what nearly every candle comes down to. */
  isQuiet(nowMs: number, equity: number): boolean {
    return nowMs < this.nextClockMs && equity > this.#quiet.above && equity <= this.#quiet.upTo
  }
  /** Equity at a new mark price. Allocates nothing while no limit is hit and no day begins. */
  onMark(nowMs: number, equity: number): RiskChange['action'] {
    const clocked = onClock(this.#state, nowMs, equity)
    const change = onEquity(clocked, equity, nowMs, this.#policy)
    // A new peak alone is not worth a record: the next one that is written carries it.
    if (change.trip !== null || clocked !== this.#state) this.#take(change)
    else this.#setState(change.state)
    if (nowMs >= this.nextClockMs) this.nextClockMs = nextClockMs(this.#state)
    return change.action
  }
  onEntry(): void {
    this.#take({ state: onEntry(this.#state), action: 'none', trip: null })
  }
  /** Returns what must follow: a limit that the closed trade has hit may close everything. */
  onRoundTrip(roundTrip: RoundTrip): void {
    this.#take(onRoundTrip(this.#state, { netPnl: roundTrip.netPnl, nowMs: roundTrip.closedMs }, this.#policy))
  }
  kill(reason: string): void {
    this.#take(onKill(this.#state, reason, this.#outbox.nowMs))
  }
  setState(wanted: TradingState, reason: string, equity: number): Result<RiskState, string> {
    const result = onOperatorState(this.#state, { state: wanted, reason, equity, nowMs: this.#outbox.nowMs })
    if (result.ok) this.#take({ state: result.value, action: 'none', trip: null })
    return result
  }
  /** A person may loosen a stop only while the loss at the new stop stays within the risk of one trade. */
  mayLoosenStop(position: Position, stopPrice: Price, equity: number): boolean {
    const distance = Math.abs(toNumber(position.entryPrice) - toNumber(stopPrice))
    return distance * toNumber(position.quantity) <= equity * this.#policy.riskPerTrade
  }

  #setState(state: RiskState): void {
    if (state === this.#state) return
    this.#state = state
    this.#quiet = quietEquity(state, this.#policy)
  }
  #take(change: RiskChange): void {
    if (change.state === this.#state && change.trip === null) return
    this.#setState(change.state)
    this.nextClockMs = nextClockMs(change.state)
    this.#outbox.journal({ kind: 'risk_state', tsMs: this.#outbox.nowMs, body: change.state })
    if (change.trip !== null) this.#outbox.alert('critical', change.trip.code, change.trip.message)
  }
}

const nextClockMs = (state: RiskState): number =>
  state.trips.reduce((next, trip) => (trip.resumeMs !== null && trip.resumeMs < next ? trip.resumeMs : next), state.dayStartMs + DAY_MS)
