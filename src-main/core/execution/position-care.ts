// Looks after every open position from first fill to flat: a stop at the venue at once, a ladder of targets, a stop that only tightens,
// an emergency close when protection cannot be had. Measures the time without a working stop.
// This file says who is told what; the stop, the targets, the closing and the clock have a file each.
import { type Price, isMultipleOf, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, PositionId } from '../../../src-shared/domain/ids.ts'
import { directionOf, stopPriceFromNumber } from '../../../src-shared/domain/instrument.ts'
import { type Fill, type Order, type OrderRequest, type OrderState, isFinal } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import { type Result, err, ok, unreachable } from '../../../src-shared/domain/result.ts'
import { riskPerUnit, roundTripOf } from '../portfolio/book-fill.ts'
import type { Holding } from '../portfolio/portfolio.ts'
import { CareContext, type PositionCareDependencies, isClosing } from './care-context.ts'
import { ClosingCare } from './closing-care.ts'
import { ProtectionClock, unprotectedMsUntil } from './protection-clock.ts'
import { StopCare } from './stop-care.ts'
import { type StopFacts, adviseStop } from './stop-policy.ts'
import { TargetCare, withEnded } from './target-care.ts'

export type { PlannedTarget, PositionCareDependencies, TargetPlanner } from './care-context.ts'

/** A stop is moved only when that gains at least this share of R: each move is an order. A hair less, so that floats do not refuse the very share. */
const GAIN_SHARE_OF_R_MIN = 0.05 * (1 - 1e-9)

/** States in which an order can be canceled for good; one on its way is canceled when it has arrived. */
const CANCELABLE: ReadonlySet<OrderState> = new Set<OrderState>(['accepted', 'triggered', 'partially_filled'])

type KnownFacts = {
  readonly position: Position
  readonly facts: StopFacts & { extremePrice: number }
  readonly gainMin: number
  /** The extreme at which the rules asked for no tighter stop: until there is another, they ask for none. NaN while they have not been asked. */
  quietAt: number
}

export class PositionCare {
  readonly #d: PositionCareDependencies
  readonly #context: CareContext
  readonly #clock: ProtectionClock
  readonly #stops: StopCare
  readonly #targets: TargetCare
  readonly #closing: ClosingCare
  /** By the index of the holding. */
  readonly #facts: (KnownFacts | null)[] = []

  constructor(dependencies: PositionCareDependencies) {
    this.#d = dependencies
    this.#context = new CareContext(dependencies)
    this.#clock = new ProtectionClock(this.#context)
    this.#targets = new TargetCare(this.#context)
    this.#closing = new ClosingCare(this.#context)
    this.#stops = new StopCare({
      context: this.#context,
      clock: this.#clock,
      listener: {
        emergency: (position, why) => this.#closing.emergency(position, why),
        onProtected: (position) => this.#targets.place(position),
      },
    })
  }

  /** After a start and after each reconciliation: whatever is open gets what it lacks, and what outlived its position goes. */
  resume(): void {
    for (const position of this.#d.portfolio.positions()) {
      this.#stops.ensure(position, this.#d.outbox.nowMs)
      const present = this.#d.portfolio.positionById(position.id)
      if (present === null) continue
      if (isClosing(present)) this.#closing.send(present)
      // A close in parts that a restart has cut short goes on at market.
      else if (present.care.closeReason !== null && !this.#d.isExiting(present.id)) this.#closing.close(present, present.care.closeReason)
    }
    for (const order of this.#d.execution.registry.open()) this.#cancelLeftOver(order)
  }

  /** A fill was booked. `order` is null when it was not ours (liquidation, a person at the venue). */
  onFilled(position: Position, fill: Fill, order: Order | null): void {
    if (position.quantity === 0n) return this.#flat(position, fill, order)
    this.#stops.ensure(this.#context.update(position, {}), fill.tsEventMs)
  }

  /** An order of a position changed state. */
  onOrder(order: Order, before: Order): void {
    if (order.positionId === null || (order.state === before.state && order.parentId === undefined)) return
    const position = this.#d.portfolio.positionById(order.positionId)
    if (position === null) return this.#cancelLeftOver(order)
    switch (order.purpose) {
      case 'stop':
        return this.#stops.onOrder(position, order, before)
      case 'target':
        return this.#onTarget(position, order)
      case 'entry':
        if (isFinal(order.state) && order.filledQuantity > 0n && order.entryPlan?.isAdd === true) this.#targets.takeBack(position)
        return this.#targets.place(this.#context.present(position))
      case 'exit':
      case 'emergency':
        // The stop follows each part of a close that takes its time.
        if (order.parentId !== undefined && order.filledQuantity > before.filledQuantity) this.#stops.resize(position)
        return this.#closing.onOrder(position, order)
      default:
        return unreachable(order.purpose, 'order purpose')
    }
  }

  /** A closed candle: new extremes, and with them perhaps a tighter stop. */
  onCandle(holding: Holding, { high, low, close }: { readonly high: number; readonly low: number; readonly close: number }): void {
    const { position } = holding
    if (position === null) return
    if (position.side === 'long' ? high > holding.extreme : low < holding.extreme) holding.extreme = position.side === 'long' ? high : low
    if (this.#d.policy.triggerWatchMs > 0) this.#stops.watchTrigger(holding, position, close)
    if (this.#isQuiet(holding, position)) return
    if (position.care.phase === 'protected' && position.care.replacementOrderId === null) this.#tighten(holding, position, close)
  }

  onTimer(kind: 'grace' | 'close' | 'stopfill' | 'overdue', id: PositionId): void {
    const position = this.#d.portfolio.positionById(id)
    if (position === null) return
    switch (kind) {
      case 'close':
        return this.#closing.onTimer(position)
      case 'stopfill':
        return this.#stops.onFillTimer(position)
      case 'overdue':
        return this.#stops.onOverdue(this.#d.portfolio.holding(position.instrumentId), position)
      case 'grace': {
        const incident = this.#clock.onGrace(position)
        if (incident !== null && !isClosing(incident)) this.#closing.emergency(incident, 'no working stop within the grace')
        return
      }
      default:
        return unreachable(kind, 'care timer')
    }
  }

  /** Closes at market, for the operator, a strategy, or the risk officer. The stop stays until the position is flat. */
  close(position: Position, reason: string): void {
    this.#closing.close(position, reason)
  }

  /** Takes the targets back and says what a close in parts has to do. The stop stays, and follows what is left. */
  beginExit(position: Position, reason: string): OrderRequest {
    for (const order of this.#d.execution.registry.openOf(position.id))
      if (order.purpose === 'entry') this.#d.execution.cancel(order.clientOrderId)
    this.#targets.giveUp(position)
    const present = this.#context.update(this.#context.present(position), { closeReason: reason })
    return this.#context.request(present, { purpose: 'exit', type: 'market', quantity: present.quantity })
  }
  /** A close in parts has ended before the position was flat: the rest goes at market, or stays behind its stop. */
  endExit(position: Position, atMarket: boolean): void {
    if (isClosing(position)) return
    if (atMarket) this.#closing.close(position, position.care.closeReason ?? 'operator')
    else this.#context.update(position, { closeReason: null })
  }
  /** An entry in parts has ended: the ladder can be placed for what was bought. */
  endEntry(id: PositionId): void {
    const position = this.#d.portfolio.positionById(id)
    if (position !== null) this.#targets.place(position)
  }

  /** Closes at market because protection cannot be relied on. */
  emergency(position: Position, why: string): void {
    this.#closing.emergency(position, why)
  }

  /** What stands at the venue for a position, as a part of a sentence. */
  protectionOf(position: Position): string {
    const { care, side, quantity } = position
    const held = `${side} ${toText(quantity)}`
    if (care.unprotectedSinceMs !== null) return `${held} has NO working stop`
    return `${held} is protected by the stop at ${toText(care.stopPrice)} at the venue`
  }

  /** Tightens or loosens the stop on request of a person or a strategy. `mayLoosen` is the risk officer's word. */
  moveStop(position: Position, stopPrice: Price, mayLoosen: boolean): Result<void, string> {
    if (isClosing(position)) return err(`${position.instrumentId} is being closed`)
    if (this.#stops.hasFired(position)) return err(`the stop of ${position.instrumentId} has fired and is filling`)
    const { tickSize } = this.#context.instrument(position)
    if (!isMultipleOf(stopPrice, tickSize)) return err(`stop ${toText(stopPrice)} is not a multiple of the tick ${toText(tickSize)}`)
    const sign = directionOf(position.side)
    const mark = this.#d.portfolio.markPrice(position.instrumentId)
    const wanted = toNumber(stopPrice)
    if (mark === null || (mark - wanted) * sign <= 0)
      return err(`stop ${toText(stopPrice)} is on the wrong side of the mark price ${mark ?? 'unknown'}`)
    if (!mayLoosen && (wanted - toNumber(position.care.stopPrice)) * sign <= 0)
      return err(`stop ${toText(stopPrice)} is not tighter than ${toText(position.care.stopPrice)}`)
    this.#stops.replace(position, stopPrice, {})
    return ok(undefined)
  }

  /** Positions without a working stop now. */
  naked(): readonly Position[] {
    return this.#d.portfolio.positions().filter((position) => position.care.unprotectedSinceMs !== null)
  }
  /** Does an open position depend on this order for its protection, now or in a moment? Such an order must not be canceled on its own. */
  isProtecting(id: ClientOrderId): boolean {
    return this.#d.portfolio.positions().some(({ care }) => care.stopOrderId === id || care.replacementOrderId === id)
  }

  /** Whatever outlives its position must go; what is left of an entry too, or it would open a new one unasked. What is unknown is looked up first. */
  #cancelLeftOver(order: Order): void {
    if (order.positionId === null || this.#d.portfolio.positionById(order.positionId) !== null) return
    // An entry that has not filled yet has no position either.
    const mayOpen = order.purpose === 'entry' && order.filledQuantity === 0n
    if (!mayOpen && CANCELABLE.has(order.state)) this.#d.execution.cancel(order.clientOrderId)
  }

  #onTarget(position: Position, order: Order): void {
    const reached = this.#targets.onOrder(position, order)
    if (reached === null || reached.care.phase !== 'protected') return
    // The price has just been at the target: a stop at break-even and of the new size can stand at once.
    const holding = this.#d.portfolio.holding(position.instrumentId)
    this.#tighten(holding, reached, this.#d.portfolio.markPrice(position.instrumentId) ?? holding.extreme)
    this.#stops.resize(this.#context.present(reached))
  }

  /** True while the rules have said nothing since the last extreme: what nearly every candle comes down to. */
  #isQuiet({ index, extreme }: Holding, position: Position): boolean {
    const known = this.#facts[index]
    return known?.position === position && known.quietAt === extreme
  }

  #tighten({ index, extreme }: Holding, position: Position, close: number): void {
    const known = this.#stopFacts(index, position)
    if (extreme === known.quietAt) return
    const { facts, gainMin } = known
    facts.extremePrice = extreme
    const advice = adviseStop(facts, this.#d.policy)
    if (advice === null) known.quietAt = extreme
    if (advice === null || this.#stops.hasFired(position)) return
    if ((close - advice.stopPrice) * directionOf(position.side) <= 0) return this.#closing.close(position, 'trailing_stop')
    const toBreakEven = advice.breakEven && !position.care.breakEvenDone
    if (!toBreakEven && Math.abs(advice.stopPrice - facts.stopPrice) < gainMin) return
    const stopPrice = stopPriceFromNumber(this.#context.instrument(position), position.side, withoutNoise(advice.stopPrice))
    if (stopPrice === position.care.stopPrice) return
    this.#stops.replace(position, stopPrice, {
      breakEvenDone: position.care.breakEvenDone || advice.breakEven,
      trailing: position.care.trailing || advice.trailing,
    })
  }

  /** What the stop rules look at, in floats; made once for each change of the position, because it is asked for on every candle. */
  #stopFacts(index: number, position: Position): KnownFacts {
    const known = this.#facts[index]
    if (known?.position === position) return known
    const { care } = position
    const last = care.targets.at(-1)
    const facts = {
      side: position.side,
      entryPrice: toNumber(position.entryPrice),
      stopPrice: toNumber(care.stopPrice),
      extremePrice: care.extremePrice,
      finalTarget: last === undefined ? null : toNumber(last.price),
      firstTargetFilled: care.targets.some((target) => target.state === 'filled'),
      chandelierDistance: care.chandelierDistance,
      takerFeeRate: toNumber(this.#context.instrument(position).takerFeeRate),
    }
    const made: KnownFacts = { position, facts, gainMin: GAIN_SHARE_OF_R_MIN * toNumber(riskPerUnit(position)), quietAt: Number.NaN }
    this.#facts[index] = made
    return made
  }

  #flat(position: Position, fill: Fill, order: Order | null): void {
    const targets = order === null ? position.care.targets : withEnded(position.care.targets, order)
    const closed = this.#context.update(position, {
      unprotectedSinceMs: null,
      unprotectedMs: unprotectedMsUntil(position, fill.tsEventMs),
      stopState: 'none',
      targets: targets.map((target) => (target.state === 'working' ? { ...target, state: 'abandoned' } : target)),
    })
    const roundTrip = roundTripOf(closed, exitReason(closed, fill, order))
    this.#d.outbox.journal({ kind: 'round_trip', tsMs: fill.tsEventMs, body: roundTrip })
    for (const part of [this.#clock, this.#stops, this.#closing]) part.forget(closed)
    this.#facts[this.#d.portfolio.holding(position.instrumentId).index] = null
    // One on its way is canceled when it has arrived: see cancelLeftOver.
    for (const left of this.#d.execution.registry.openOf(position.id))
      if (left.state !== 'submitted') this.#d.execution.cancel(left.clientOrderId)
    this.#d.onClosed(roundTrip)
  }
}

/** To twelve digits: a level that is meant to be on a tick must not be rounded to the next one for what float arithmetic left beside it. */
const withoutNoise = (level: number): number => Number(level.toPrecision(12))

function exitReason(position: Position, fill: Fill, order: Order | null): string {
  if (position.care.closeReason !== null) return position.care.closeReason
  if (order === null) return fill.clientOrderId.startsWith('LIQUIDATION') ? 'liquidation' : 'external'
  if (order.purpose === 'target') return 'target'
  if (order.purpose !== 'stop') return order.purpose
  return position.care.trailing ? 'trailing_stop' : position.care.breakEvenDone ? 'break_even_stop' : 'stop'
}
