// Looks after every open position from first fill to flat: a stop at the venue at once, a ladder of targets, a stop that only tightens,
// an emergency close when protection cannot be had. Measures the time without a working stop.
import { type Price, type Quantity, smaller, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, PositionId } from '../../../src-shared/domain/ids.ts'
import { type Instrument, closingSide, directionOf, stopPriceFromNumber } from '../../../src-shared/domain/instrument.ts'
import { type Fill, type Order, type OrderPurpose, type OrderRequest, isFinal, leavesQuantity } from '../../../src-shared/domain/order.ts'
import type { Position, PositionCare as Care, RoundTrip } from '../../../src-shared/domain/position.ts'
import { type Result, ensure, err, ok } from '../../../src-shared/domain/result.ts'
import type { CarePolicy } from '../../../src-shared/config/risk-policy.ts'
import type { Approved } from '../../../src-shared/events/effect.ts'
import { riskPerUnit, roundTripOf } from '../portfolio/book-fill.ts'
import type { Portfolio } from '../portfolio/portfolio.ts'
import type { Execution } from './execution.ts'
import type { IdSource } from './id-source.ts'
import type { Outbox } from './outbox.ts'
import { adviseStop } from './stop-policy.ts'

export type PlannedTarget = { readonly price: Price; readonly quantity: Quantity; readonly fraction: number }
export type TargetPlanner = (position: Position, instrument: Instrument) => readonly PlannedTarget[]

export type PositionCareDependencies = {
  readonly policy: CarePolicy
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>
  readonly portfolio: Portfolio
  readonly execution: Execution
  readonly ids: IdSource
  readonly outbox: Outbox
  /** The risk officer's short path; null when it refuses even an order that shrinks. */
  readonly approveReduction: (request: OrderRequest) => Approved<OrderRequest> | null
  readonly planTargets: TargetPlanner
  readonly onClosed: (roundTrip: RoundTrip) => void
}

/** A stop is moved only when that gains at least this share of R: each move is an order. */
const MOVE_SHARE_OF_R_MIN = 0.05
const CLOSE_RETRY_MS = 1_000
const CLOSE_RETRY_MS_MAX = 30_000

export class PositionCare {
  readonly #d: PositionCareDependencies
  /** Extremes between two writes of the position: a new high alone is not worth a record. */
  readonly #extremes = new Map<InstrumentId, number>()
  readonly #closeTries = new Map<PositionId, number>()

  constructor(dependencies: PositionCareDependencies) {
    this.#d = dependencies
  }

  /** After a start and after each reconciliation: whatever is open gets what it lacks. */
  resume(): void {
    for (const position of this.#d.portfolio.positions()) {
      if (position.care.phase === 'closing' || position.care.phase === 'emergency') this.#sendClose(position)
      else this.#ensureStop(position)
      const present = this.#d.portfolio.position(position.instrumentId)
      if (present !== null && present.care.unprotectedSinceMs !== null) this.#startGrace(present)
    }
  }

  /** A fill was booked. `order` is null when it was not ours (liquidation, a person at the venue). */
  onFilled(position: Position, fill: Fill, order: Order | null): void {
    if (position.quantity === 0n) return this.#flat(position, fill, order)
    const grew = fill.side !== closingSide(position.side)
    if (grew) {
      const care = position.care.unprotectedSinceMs === null ? { unprotectedSinceMs: fill.tsEventMs } : {}
      this.#startGrace(this.#update(position, care))
    } else this.#update(position, {})
    this.#ensureStop(this.#present(position))
  }

  /** An order of a position changed state. */
  onOrder(order: Order, before: Order): void {
    if (order.positionId === null || order.state === before.state) return
    const position = this.#d.portfolio.positionById(order.positionId)
    if (position === null) {
      // Whatever outlives its position must go; entries too, or they would open a new one unasked. What is unknown is looked up first.
      if (order.state === 'accepted' || order.state === 'triggered' || order.state === 'partially_filled') this.#d.execution.cancel(order.clientOrderId)
      return
    }
    if (order.purpose === 'stop') this.#onStop(position, order)
    else if (order.purpose === 'target') this.#onTarget(position, order)
    else if (order.purpose === 'entry') this.#onEntry(position, order)
    else if (isFinal(order.state)) this.#retryCloseLater(position)
  }

  /** A closed candle: new extremes, and with them perhaps a tighter stop. */
  onCandle(instrumentId: InstrumentId, high: number, low: number, close: number): void {
    const position = this.#d.portfolio.position(instrumentId)
    if (position === null) return
    const known = this.#extremes.get(instrumentId) ?? position.care.extremePrice
    const extreme = position.side === 'long' ? Math.max(known, high) : Math.min(known, low)
    if (extreme !== known) this.#extremes.set(instrumentId, extreme)
    if (position.care.phase !== 'protected' || position.care.replacementOrderId !== null) return
    this.#tighten(position, extreme, close)
  }

  onTimer(kind: 'grace' | 'close' | 'stopfill', id: PositionId): void {
    const position = this.#d.portfolio.positionById(id)
    if (position === null) return
    if (kind === 'close') return this.#sendClose(position)
    if (kind === 'stopfill') {
      if (this.#isTriggered(position)) this.#emergency(position, 'a triggered stop did not fill in time')
      return
    }
    if (position.care.unprotectedSinceMs === null) return
    const seconds = (this.#d.outbox.nowMs - position.care.unprotectedSinceMs) / 1000
    const marked = this.#update(position, { incident: true })
    this.#d.outbox.alert('critical', 'unprotected_position', `${position.instrumentId}: no working stop for ${seconds.toFixed(1)} s`, position.instrumentId)
    if (marked.care.phase !== 'closing' && marked.care.phase !== 'emergency') this.#emergency(marked, 'no working stop within the grace')
  }

  /** Closes at market, for the operator, a strategy, or the risk officer. The stop stays until the position is flat. */
  close(position: Position, reason: string): void {
    if (position.care.phase === 'closing' || position.care.phase === 'emergency') return
    this.#cancelTargets(position)
    this.#sendClose(this.#update(this.#present(position), { phase: 'closing', closeReason: reason }))
  }

  /** Tightens or loosens the stop on request of a person or a strategy. `mayLoosen` is the risk officer's word. */
  moveStop(position: Position, stopPrice: Price, mayLoosen: boolean): Result<void, string> {
    if (position.care.phase === 'closing' || position.care.phase === 'emergency') return err(`${position.instrumentId} is being closed`)
    const sign = directionOf(position.side)
    const mark = this.#d.portfolio.markPrice(position.instrumentId)
    const wanted = toNumber(stopPrice)
    if (mark === null || (mark - wanted) * sign <= 0) return err(`stop ${toText(stopPrice)} is on the wrong side of the mark price ${mark ?? 'unknown'}`)
    if (!mayLoosen && (wanted - toNumber(position.care.stopPrice)) * sign <= 0) return err(`stop ${toText(stopPrice)} is not tighter than ${toText(position.care.stopPrice)}`)
    this.#replaceStop(position, stopPrice, {})
    return ok(undefined)
  }

  /** Positions without a working stop now. */
  naked(): readonly Position[] {
    return this.#d.portfolio.positions().filter((position) => position.care.unprotectedSinceMs !== null)
  }

  // ---- stop ------------------------------------------------------------------------------------------------

  #workingStop(position: Position): Order | null {
    const id = position.care.stopOrderId
    const order = id === null ? null : this.#d.execution.registry.get(id)
    return order !== null && (order.state === 'accepted' || order.state === 'triggered' || order.state === 'partially_filled') ? order : null
  }

  #isTriggered(position: Position): boolean {
    const stop = this.#workingStop(position)
    return stop !== null && (stop.state === 'triggered' || stop.state === 'partially_filled')
  }

  /** Places a stop when none covers the whole position and none is on its way. */
  #ensureStop(position: Position): void {
    if (position.care.phase === 'emergency' || position.care.phase === 'closing') return
    if (position.care.replacementOrderId !== null && this.#isOnItsWay(position.care.replacementOrderId)) return
    const stop = this.#workingStop(position)
    if (stop !== null && leavesQuantity(stop) >= position.quantity) return this.#markProtected(position)
    this.#placeStop(position)
  }

  #isOnItsWay(id: ClientOrderId): boolean {
    return this.#d.execution.registry.get(id)?.state === 'submitted'
  }

  #placeStop(position: Position): void {
    const mark = this.#d.portfolio.markPrice(position.instrumentId)
    const through = mark !== null && (mark - toNumber(position.care.stopPrice)) * directionOf(position.side) <= 0
    if (through) return this.#emergency(position, 'the price is through the stop already')
    const order = this.#submit(position, { purpose: 'stop', type: 'stop_market', quantity: position.quantity, triggerPrice: position.care.stopPrice })
    if (order === null) return this.#emergency(position, 'the stop was not approved')
    this.#update(this.#present(position), { replacementOrderId: order.clientOrderId, stopState: this.#workingStop(position) === null ? 'placing' : 'working' })
  }

  #replaceStop(position: Position, stopPrice: Price, care: Partial<Care>): void {
    const moved = this.#update(position, { ...care, stopPrice })
    this.#placeStop(moved)
  }

  #onStop(position: Position, order: Order): void {
    switch (order.state) {
      case 'accepted':
        return this.#stopAccepted(position, order)
      case 'triggered':
        this.#d.outbox.setTimer(`stopfill:${position.id}`, this.#d.outbox.nowMs + this.#d.policy.unprotectedGraceMs)
        return
      case 'rejected':
      case 'canceled':
      case 'expired':
      case 'unknown':
        return this.#stopLost(position, order)
      default:
        return
    }
  }

  #stopAccepted(position: Position, order: Order): void {
    const covers = leavesQuantity(order) >= position.quantity
    if (position.care.replacementOrderId !== order.clientOrderId && this.#workingStop(position) !== null && position.care.stopOrderId !== order.clientOrderId) {
      // A stop that was thought lost turned up while another works: one is enough.
      this.#d.execution.cancel(order.clientOrderId)
      return
    }
    const former = position.care.stopOrderId
    const taken = this.#update(position, {
      stopOrderId: order.clientOrderId,
      replacementOrderId: position.care.replacementOrderId === order.clientOrderId ? null : position.care.replacementOrderId,
      stopState: 'working',
      stopAttempts: 0,
    })
    if (former !== null && former !== order.clientOrderId) this.#d.execution.cancel(former)
    if (covers) this.#markProtected(taken)
    else this.#ensureStop(taken)
  }

  #stopLost(position: Position, order: Order): void {
    const wasReplacement = position.care.replacementOrderId === order.clientOrderId
    const wasStop = position.care.stopOrderId === order.clientOrderId
    if (!wasReplacement && !wasStop) return
    const cleared = this.#update(position, { ...(wasReplacement ? { replacementOrderId: null } : {}), ...(wasStop ? { stopOrderId: null } : {}) })
    if (cleared.care.phase === 'closing' || cleared.care.phase === 'emergency') return
    const stop = this.#workingStop(cleared)
    if (stop !== null && leavesQuantity(stop) >= cleared.quantity) return this.#moveRefused(cleared, stop, order)
    const attempts = cleared.care.stopAttempts + 1
    const exposed = this.#update(cleared, {
      stopAttempts: attempts,
      stopState: 'failed',
      ...(cleared.care.unprotectedSinceMs === null ? { unprotectedSinceMs: this.#d.outbox.nowMs } : {}),
    })
    this.#startGrace(exposed)
    this.#d.outbox.alert('warning', 'stop_failed', `${position.instrumentId}: stop ${order.clientOrderId} is ${order.state} (${order.reason ?? 'no reason'}), try ${attempts}`, position.instrumentId)
    if (order.reason === 'would_immediately_trigger') return this.#emergency(exposed, 'the venue says that the price is through the stop')
    if (attempts >= this.#d.policy.stopTriesMax) return this.#emergency(exposed, `the stop failed ${attempts} times`)
    this.#placeStop(exposed)
  }

  /** The old stop still covers everything: the position stays protected where it was. */
  #moveRefused(position: Position, stop: Order, refused: Order): void {
    ensure(stop.triggerPrice !== null, `stop ${stop.clientOrderId} has a trigger price`)
    this.#update(position, { stopPrice: stop.triggerPrice, stopState: 'working' })
    this.#d.outbox.alert('warning', 'stop_move_failed', `${position.instrumentId}: the stop stays at ${toText(stop.triggerPrice)} (${refused.reason ?? refused.state})`, position.instrumentId)
  }

  #markProtected(position: Position): void {
    const since = position.care.unprotectedSinceMs
    const phase = position.care.phase === 'opening' ? 'protected' : position.care.phase
    if (since === null && phase === position.care.phase) return
    const gained = since === null ? 0 : Math.max(0, this.#d.outbox.nowMs - since)
    const covered = this.#update(position, { phase, unprotectedSinceMs: null, unprotectedMs: position.care.unprotectedMs + gained })
    this.#d.outbox.clearTimer(`grace:${position.id}`)
    this.#placeTargets(covered)
  }

  /** A position that was open for a while before we learned of it still gets half a grace for its stop, before it is closed. */
  #startGrace(position: Position): void {
    const since = position.care.unprotectedSinceMs
    if (since === null) return
    const grace = this.#d.policy.unprotectedGraceMs
    this.#d.outbox.setTimer(`grace:${position.id}`, Math.max(since + grace, this.#d.outbox.nowMs + grace / 2))
  }

  #tighten(position: Position, extremePrice: number, close: number): void {
    const instrument = this.#instrument(position)
    const last = position.care.targets.at(-1)
    const advice = adviseStop(
      {
        side: position.side,
        entryPrice: toNumber(position.entryPrice),
        stopPrice: toNumber(position.care.stopPrice),
        extremePrice,
        finalTarget: last === undefined ? null : toNumber(last.price),
        firstTargetFilled: position.care.targets.some((target) => target.state === 'filled'),
        chandelierDistance: position.care.chandelierDistance,
        roundTripFeeRate: 2 * toNumber(instrument.takerFeeRate),
      },
      this.#d.policy,
    )
    if (advice === null) return
    const sign = directionOf(position.side)
    if ((close - advice.stopPrice) * sign <= 0) return this.close(position, 'trailing_stop')
    const gain = Math.abs(advice.stopPrice - toNumber(position.care.stopPrice))
    const toBreakEven = advice.breakEven && !position.care.breakEvenDone
    if (!toBreakEven && gain < MOVE_SHARE_OF_R_MIN * toNumber(riskPerUnit(position))) return
    const stopPrice = stopPriceFromNumber(instrument, position.side, advice.stopPrice)
    if (stopPrice === position.care.stopPrice) return
    this.#replaceStop(position, stopPrice, { extremePrice, breakEvenDone: position.care.breakEvenDone || advice.breakEven, trailing: position.care.trailing || advice.trailing })
  }

  // ---- targets ---------------------------------------------------------------------------------------------

  #onEntry(position: Position, order: Order): void {
    if (isFinal(order.state)) this.#placeTargets(position)
  }

  /** Once the entry has ended and the stop works: the whole ladder, planned on what was really bought. */
  #placeTargets(position: Position): void {
    if (position.care.phase !== 'protected' || position.care.targets.length > 0) return
    const entryOpen = this.#d.execution.registry.openOf(position.id).some((order) => order.purpose === 'entry')
    if (entryOpen) return
    const plan = this.#d.planTargets(position, this.#instrument(position))
    const targets = plan.map((rung) => {
      const order = this.#submit(position, { purpose: 'target', type: 'limit', quantity: rung.quantity, limitPrice: rung.price })
      return { price: rung.price, fraction: rung.fraction, clientOrderId: order?.clientOrderId ?? null, state: order === null ? ('abandoned' as const) : ('working' as const) }
    })
    if (targets.length > 0) this.#update(this.#present(position), { targets })
  }

  #onTarget(position: Position, order: Order): void {
    if (!isFinal(order.state)) return
    const targets = position.care.targets.map((target) =>
      target.clientOrderId === order.clientOrderId ? { ...target, state: order.state === 'filled' ? ('filled' as const) : ('abandoned' as const) } : target,
    )
    const updated = this.#update(position, { targets })
    if (order.state !== 'filled' || updated.care.phase !== 'protected') return
    // The price has just been at the target: a stop at break-even and of the new size can stand at once.
    const extreme = this.#extremes.get(position.instrumentId) ?? updated.care.extremePrice
    this.#tighten(updated, extreme, this.#d.portfolio.markPrice(position.instrumentId) ?? extreme)
    const present = this.#d.portfolio.position(position.instrumentId)
    const stop = present === null ? null : this.#workingStop(present)
    if (present !== null && stop !== null && present.care.phase === 'protected' && present.care.replacementOrderId === null && leavesQuantity(stop) !== present.quantity) this.#placeStop(present)
  }

  #cancelTargets(position: Position): void {
    for (const order of this.#d.execution.registry.openOf(position.id)) if (order.purpose === 'target') this.#d.execution.cancel(order.clientOrderId)
  }

  // ---- closing ---------------------------------------------------------------------------------------------

  #emergency(position: Position, why: string): void {
    if (position.care.phase === 'emergency') return
    this.#d.outbox.alert('critical', 'emergency_close', `${position.instrumentId}: closing at market, because ${why}`, position.instrumentId)
    this.#cancelTargets(position)
    this.#sendClose(this.#update(this.#present(position), { phase: 'emergency', closeReason: position.care.closeReason ?? 'emergency' }))
  }

  /** One closing order at a time, no larger than the venue takes; the next follows when it has ended and something is left. */
  #sendClose(position: Position): void {
    const purpose: OrderPurpose = position.care.phase === 'emergency' ? 'emergency' : 'exit'
    const open = this.#d.execution.registry.openOf(position.id)
    if (open.some((order) => (order.purpose === 'exit' || order.purpose === 'emergency') && order.state !== 'unknown')) return
    const instrument = this.#instrument(position)
    const order = this.#submit(position, { purpose, type: 'market', quantity: smaller(position.quantity, instrument.maxMarketQuantity) })
    if (order === null) this.#d.outbox.alert('critical', 'close_refused', `${position.instrumentId}: the closing order was not approved`, position.instrumentId)
    this.#retryCloseLater(position)
  }

  #retryCloseLater(position: Position): void {
    const tries = this.#closeTries.get(position.id) ?? 0
    this.#closeTries.set(position.id, tries + 1)
    this.#d.outbox.setTimer(`close:${position.id}`, this.#d.outbox.nowMs + Math.min(CLOSE_RETRY_MS_MAX, CLOSE_RETRY_MS * 2 ** Math.min(tries, 10)))
  }

  #flat(position: Position, fill: Fill, order: Order | null): void {
    const since = position.care.unprotectedSinceMs
    const unprotectedMs = position.care.unprotectedMs + (since === null ? 0 : Math.max(0, fill.tsEventMs - since))
    const closed = this.#update(position, { unprotectedSinceMs: null, unprotectedMs, stopState: 'none' })
    const roundTrip = roundTripOf(closed, exitReason(closed, fill, order))
    this.#d.outbox.journal({ kind: 'round_trip', tsMs: fill.tsEventMs, body: roundTrip })
    for (const key of ['grace', 'close', 'stopfill']) this.#d.outbox.clearTimer(`${key}:${position.id}`)
    for (const left of this.#d.execution.registry.openOf(position.id)) if (left.state !== 'submitted') this.#d.execution.cancel(left.clientOrderId)
    this.#extremes.delete(position.instrumentId)
    this.#closeTries.delete(position.id)
    this.#d.onClosed(roundTrip)
  }

  // ---- shared ----------------------------------------------------------------------------------------------

  #instrument(position: Position): Instrument {
    const instrument = this.#d.instruments.get(position.instrumentId)
    ensure(instrument !== undefined, `instrument ${position.instrumentId} of position ${position.id} is known`)
    return instrument
  }

  #present(position: Position): Position {
    return this.#d.portfolio.position(position.instrumentId) ?? position
  }

  /** Stores a changed position and writes it down, with the extreme as known now. */
  #update(position: Position, care: Partial<Care>): Position {
    const extremePrice = this.#extremes.get(position.instrumentId) ?? position.care.extremePrice
    const changed: Position = { ...position, care: { ...position.care, extremePrice, ...care } }
    this.#d.portfolio.replace(changed)
    this.#d.outbox.journal({ kind: 'position', tsMs: this.#d.outbox.nowMs, body: changed })
    return changed
  }

  #submit(position: Position, what: { purpose: OrderPurpose; type: OrderRequest['type']; quantity: Quantity; limitPrice?: Price; triggerPrice?: Price }): Order | null {
    const mark = this.#d.portfolio.markPrice(position.instrumentId)
    const approved = this.#d.approveReduction({
      clientOrderId: this.#d.ids.order(what.purpose),
      instrumentId: position.instrumentId,
      strategyId: position.strategyId,
      positionId: position.id,
      decisionId: position.decisionId,
      purpose: what.purpose,
      side: closingSide(position.side),
      type: what.type,
      timeInForce: 'gtc',
      quantity: what.quantity,
      limitPrice: what.limitPrice ?? null,
      triggerPrice: what.triggerPrice ?? null,
      triggerSource: 'mark',
      reduceOnly: true,
      decisionPrice: mark === null ? null : stopPriceFromNumber(this.#instrument(position), position.side, mark),
      entryPlan: null,
    })
    return approved === null ? null : this.#d.execution.submit(approved)
  }
}

function exitReason(position: Position, fill: Fill, order: Order | null): string {
  if (position.care.closeReason !== null) return position.care.closeReason
  if (order === null) return fill.clientOrderId.startsWith('LIQUIDATION') ? 'liquidation' : 'external'
  if (order.purpose === 'target') return 'target'
  if (order.purpose !== 'stop') return order.purpose
  return position.care.trailing ? 'trailing_stop' : position.care.breakEvenDone ? 'break_even_stop' : 'stop'
}
