// The desk of the reference backtest: section 10 of domain.md for one instrument. A stop at the venue for the whole position as soon as anything of
// it is held, a ladder of targets once the entry has ended, a stop that only tightens and is replaced without a gap, and the balance.
import { type Exact, ZERO, ceilTo, floorTo, max, min } from './exact.ts'
import type { FillReport, Instrument, Report, Request, Side } from './exchange.ts'
import {
  type Position,
  type StopRules,
  type Target,
  type Trade,
  closingSide,
  grow,
  isWorthMoving,
  ladderOf,
  openPosition,
  shrink,
  tighterStop,
  tradeOf,
} from './position.ts'
import type { Wire } from './wire.ts'

export type DeskOptions = {
  readonly instrument: Instrument
  readonly wire: Wire
  readonly balance: Exact
  readonly targets: readonly Target[]
  readonly rules: StopRules
  readonly submit: (request: Request, nowMs: number) => void
  readonly cancel: (id: number, nowMs: number) => void
}

type Purpose = 'entry' | 'stop' | 'target' | 'exit'
type Order = Request & {
  readonly purpose: Purpose
  readonly trip: number
  state: 'sent' | 'working' | 'canceling' | 'over'
  filled: Exact
  fired: boolean
}

/** A stop that has fired and not filled for this long protects nobody: the rest is closed at market. */
const GRACE_MS = 5_000
const RETRY_MS = 1_000
const RETRY_MS_MAX = 30_000

export class Desk {
  readonly fills: FillReport[] = []
  readonly trades: Trade[] = []
  balance: Exact
  #position: Position | null = null
  readonly #o: DeskOptions
  readonly #orders = new Map<number, Order>()
  #nextId = 1
  #trips = 0
  #plannedStop = ZERO
  /** The last close that was seen. */
  #mark = ZERO

  constructor(options: DeskOptions) {
    this.#o = options
    this.balance = options.balance
  }

  get side(): 'long' | 'short' | null {
    return this.#position === null ? null : this.#position.sign === 1 ? 'long' : 'short'
  }
  /** Nothing is held and no entry is on its way. */
  mayEnter(): boolean {
    return this.#position === null && this.#open().every(({ purpose }) => purpose !== 'entry')
  }

  // ---- what the strategy wants -------------------------------------------------------------------------------------

  enter({ side, quantity, stop }: { side: Side; quantity: Exact; stop: Exact }, nowMs: number): void {
    this.#plannedStop = stop
    this.#trips += 1
    this.#send({ kind: 'market', side, quantity, price: ZERO, reduceOnly: false, purpose: 'entry', trip: this.#trips }, nowMs)
  }

  exit(reason: string, nowMs: number): void {
    const position = this.#position
    if (position === null || position.isClosing) return
    this.#cancelOthers(position, nowMs)
    position.isClosing = true
    position.closeReason = reason
    this.#close(position, nowMs)
  }

  /** A closed candle: new extremes, and with them perhaps a tighter stop. */
  seeClose(candle: { high: Exact; low: Exact; close: Exact }, nowMs: number): void {
    this.#mark = candle.close
    const position = this.#position
    if (position === null) return
    position.extreme = position.sign === 1 ? max(position.extreme, candle.high) : min(position.extreme, candle.low)
    if (position.isProtected && !position.isClosing && position.nextStopId === null) this.#tighten(position, nowMs)
  }

  // ---- what the exchange says --------------------------------------------------------------------------------------

  hear(report: Report, nowMs: number): void {
    if (report.type === 'funding') return this.#funded(report.amount)
    const order = this.#orders.get(report.id)
    if (order === undefined) throw new Error(`order ${report.id} is not known`)
    switch (report.type) {
      case 'accepted':
        if (order.state === 'sent') order.state = 'working'
        return this.#accepted(order, nowMs)
      case 'triggered':
        order.fired = true
        return this.#fired(order, nowMs)
      case 'fill':
        return this.#filled(order, report, nowMs)
      case 'rejected':
      case 'canceled':
      case 'expired':
        order.state = 'over'
        return this.#ended(order, report, nowMs)
      case 'not_canceled':
        return
    }
  }

  #accepted(order: Order, nowMs: number): void {
    const position = this.#positionOf(order)
    // What outlives its position goes. An entry has none yet.
    if (position === null && (order.purpose !== 'entry' || order.filled.gt(0))) return this.#cancel(order, nowMs)
    if (position === null || order.purpose !== 'stop' || order.state !== 'working') return
    const former = position.stopId
    position.stopId = order.id
    if (position.nextStopId === order.id) {
      position.nextStopId = null
      position.stop = order.price
    }
    const replaced = former === null || former === order.id ? undefined : this.#orders.get(former)
    if (replaced !== undefined) this.#cancel(replaced, nowMs)
    this.#protect(position, nowMs)
  }

  #fired(order: Order, nowMs: number): void {
    const position = this.#positionOf(order)
    if (position === null || position.stopId !== order.id) return
    this.#o.wire.setAlarm(`fired ${position.trip}`, nowMs + GRACE_MS, (ringMs) => {
      if (this.#position === position && this.#hasFired(position)) this.#emergency(position, ringMs)
    })
  }

  #ended(order: Order, report: Report, nowMs: number): void {
    const position = this.#positionOf(order)
    if (position === null) return
    if (order.purpose === 'entry') this.#placeTargets(position, nowMs)
    if (position.nextStopId === order.id || position.stopId === order.id) this.#stopLost(position, report, nowMs)
  }

  #stopLost(position: Position, report: Report, nowMs: number): void {
    if (this.#coming(position) === null) position.nextStopId = null
    const standing = this.#standing(position)
    if (standing === null) position.stopId = null
    if (standing !== null && leaves(standing).gte(position.quantity)) {
      // The move was refused: the position stays protected where it was.
      position.stop = standing.price
      if (standing.price.eq(position.firstStop)) position.breakEvenDone = position.trailing = false
      return
    }
    if (report.type === 'rejected' && report.why === 'would_trigger') return this.#emergency(position, nowMs)
    throw new Error(`a stop ended by ${report.type}: the reference does not cover this`)
  }

  // ---- fills -------------------------------------------------------------------------------------------------------

  #filled(order: Order, fill: FillReport, nowMs: number): void {
    this.fills.push(fill)
    order.filled = order.filled.add(fill.quantity)
    const isWhole = order.filled.eq(order.quantity)
    if (isWhole) order.state = 'over'
    this.balance = this.balance.sub(fill.fee)
    const position = this.#book(order, fill)
    if (position.quantity.isZero()) return this.#flat(position, tradeOf(position, fill.tsMs, order.purpose), nowMs)
    this.#protect(position, nowMs)
    if (!isWhole || this.#positionOf(order) === null) return
    if (order.purpose === 'entry') this.#placeTargets(position, nowMs)
    if (order.purpose === 'target') this.#targetReached(position, order, nowMs)
    if (order.purpose === 'exit') {
      position.closingTries = 0
      this.#close(position, nowMs)
    }
  }

  #book(order: Order, fill: FillReport): Position {
    if (this.#position === null) {
      if (order.purpose !== 'entry') throw new Error(`order ${order.id} filled without a position`)
      // What fills on after its position was closed opens another one.
      const isFirst = order.filled.eq(fill.quantity)
      if (!isFirst) this.#trips += 1
      this.#position = openPosition(fill, { trip: isFirst ? order.trip : this.#trips, stop: this.#plannedStop })
    } else if (order.purpose === 'entry') grow(this.#position, fill)
    else this.balance = this.balance.add(shrink(this.#position, fill))
    return this.#position
  }

  #flat(position: Position, trade: Trade, nowMs: number): void {
    this.trades.push(trade)
    this.#position = null
    this.#o.wire.clearAlarm(`fired ${position.trip}`)
    this.#o.wire.clearAlarm(`close ${position.trip}`)
    for (const left of this.#open()) if (left.trip === position.trip && left.state === 'working') this.#cancel(left, nowMs)
  }

  #funded(amount: Exact): void {
    this.balance = this.balance.add(amount)
    if (this.#position !== null) this.#position.funding = this.#position.funding.add(amount)
  }

  // ---- the stop ----------------------------------------------------------------------------------------------------

  /** Sees to it that a stop covers the whole position. */
  #protect(position: Position, nowMs: number): void {
    const stop = this.#standing(position)
    if (stop !== null && leaves(stop).gte(position.quantity)) {
      if (!position.isClosing) position.isProtected = true
      return this.#placeTargets(position, nowMs)
    }
    if (!position.isClosing && this.#coming(position) === null) this.#placeStop(position, nowMs)
  }

  #placeStop(position: Position, nowMs: number): void {
    if (this.#isThrough(position, position.stop)) return this.#emergency(position, nowMs)
    const { quantity, stop: price, trip } = position
    const order = this.#send({ kind: 'stop', side: closingSide(position), quantity, price, reduceOnly: true, purpose: 'stop', trip }, nowMs)
    position.nextStopId = order.id
  }

  #tighten(position: Position, nowMs: number): void {
    const { rules, instrument } = this.#o
    const move = this.#hasFired(position) ? null : tighterStop(position, rules, instrument.takerFee)
    if (move === null) return
    if (this.#isThrough(position, move.level)) return this.exit('trailing_stop', nowMs)
    const price = position.sign === 1 ? ceilTo(move.level, instrument.tick) : floorTo(move.level, instrument.tick)
    if (!isWorthMoving(position, move) || price.eq(position.stop)) return
    position.stop = price
    position.breakEvenDone ||= move.isBreakEven
    position.trailing ||= move.isTrailing
    this.#placeStop(position, nowMs)
  }

  #isThrough({ sign }: Position, level: Exact): boolean {
    return this.#mark.sub(level).mul(sign).lte(0)
  }
  #standing(position: Position): Order | null {
    const order = position.stopId === null ? undefined : this.#orders.get(position.stopId)
    return order?.state === 'working' ? order : null
  }
  #coming(position: Position): Order | null {
    const order = position.nextStopId === null ? undefined : this.#orders.get(position.nextStopId)
    return order?.state === 'sent' ? order : null
  }
  #hasFired(position: Position): boolean {
    return this.#standing(position)?.fired === true
  }

  // ---- the targets ---------------------------------------------------------------------------------------------------

  #placeTargets(position: Position, nowMs: number): void {
    if (!position.isProtected || position.isClosing || position.rungs.length > 0) return
    const isWaiting = ({ trip, purpose }: Order): boolean => trip === position.trip && (purpose === 'entry' || purpose === 'target')
    if (this.#open().some(isWaiting)) return
    for (const { price, quantity } of ladderOf(position, this.#o.targets, this.#o.instrument)) {
      const { trip } = position
      const side = closingSide(position)
      const order = this.#send({ kind: 'limit', side, quantity, price, reduceOnly: true, purpose: 'target', trip }, nowMs)
      position.rungs.push({ id: order.id, price, filled: false })
    }
  }

  #targetReached(position: Position, order: Order, nowMs: number): void {
    const rung = position.rungs.find(({ id }) => id === order.id)
    if (rung !== undefined) rung.filled = true
    if (position.isClosing || !position.isProtected) return
    this.#tighten(position, nowMs)
    const stop = this.#coming(position) ?? this.#standing(position)
    if (position.isClosing || stop === null || stop.fired) return
    if (!leaves(stop).eq(position.quantity)) this.#placeStop(position, nowMs)
  }

  // ---- closing -------------------------------------------------------------------------------------------------------

  #emergency(position: Position, nowMs: number): void {
    if (position.isEmergency) return
    position.isEmergency = true
    this.#cancelOthers(position, nowMs)
    position.isClosing = true
    position.closeReason ??= 'emergency'
    this.#close(position, nowMs)
  }

  /** One order at a time, until the position is flat. The stop stays. */
  #close(position: Position, nowMs: number): void {
    if (!this.#open().some(({ trip, purpose }) => trip === position.trip && purpose === 'exit')) {
      position.closingTries += 1
      const quantity = min(position.quantity, this.#o.instrument.maxMarket)
      const { trip } = position
      const side = closingSide(position)
      this.#send({ kind: 'market', side, quantity, price: ZERO, reduceOnly: true, purpose: 'exit', trip }, nowMs)
    }
    const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(Math.max(0, position.closingTries - 1), 10))
    this.#o.wire.setAlarm(`close ${position.trip}`, nowMs + waitMs, (ringMs) => {
      if (this.#position === position) this.#close(position, ringMs)
    })
  }

  #cancelOthers({ trip }: Position, nowMs: number): void {
    for (const order of this.#open())
      if (order.trip === trip && (order.purpose === 'target' || order.purpose === 'entry')) this.#cancel(order, nowMs)
  }

  // ---- orders --------------------------------------------------------------------------------------------------------

  #positionOf(order: Order): Position | null {
    return this.#position?.trip === order.trip ? this.#position : null
  }
  #open(): readonly Order[] {
    return [...this.#orders.values()].filter(({ state }) => state !== 'over')
  }
  #send(what: Omit<Order, 'id' | 'state' | 'filled' | 'fired'>, nowMs: number): Order {
    this.#forget()
    const order: Order = { ...what, id: this.#nextId++, state: 'sent', filled: ZERO, fired: false }
    this.#orders.set(order.id, order)
    this.#o.submit(order, nowMs)
    return order
  }
  /** Orders of positions before the last, which nobody asks about any more. */
  #forget(): void {
    if (this.#orders.size < 200) return
    for (const [id, { state, trip }] of this.#orders) if (state === 'over' && trip < this.#trips - 2) this.#orders.delete(id)
  }
  #cancel(order: Order, nowMs: number): void {
    if (order.state === 'over' || order.state === 'canceling') return
    order.state = 'canceling'
    this.#o.cancel(order.id, nowMs)
  }
}

const leaves = (order: Order): Exact => order.quantity.sub(order.filled)
