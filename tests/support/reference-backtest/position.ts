// An open position of the reference desk: its books at average cost, where its stop should be, and its ladder of targets. domain.md sections 10 and 12.
import { type Exact, ZERO, booked, ceilTo, exact, floorTo, max, min } from './exact.ts'
import type { FillReport, Instrument, Side } from './exchange.ts'

export type Target = { readonly fraction: Exact; readonly atR: Exact }
export type StopRules = {
  readonly breakEvenAfterFirstTarget: boolean
  readonly trailFromShareOfFinalTarget: Exact
  readonly trailDistanceShare: Exact
}
export type Trade = {
  readonly side: 'long' | 'short'
  readonly openedMs: number
  readonly closedMs: number
  /** The most that was held. */
  readonly quantity: Exact
  readonly entryPrice: Exact
  readonly exitPrice: Exact
  readonly gross: Exact
  readonly fees: Exact
  readonly funding: Exact
  readonly net: Exact
  readonly exitReason: string
}
export type Position = {
  /** Tells its orders from those of the position before. */
  readonly trip: number
  readonly sign: 1 | -1
  readonly openedMs: number
  readonly firstStop: Exact
  quantity: Exact
  most: Exact
  entry: Exact
  stop: Exact
  /** The stop that works, and the one on its way in its place. */
  stopId: number | null
  nextStopId: number | null
  /** A stop has covered all of it. */
  isProtected: boolean
  isClosing: boolean
  isEmergency: boolean
  closeReason: string | null
  rungs: { readonly id: number; readonly price: Exact; filled: boolean }[]
  breakEvenDone: boolean
  trailing: boolean
  extreme: Exact
  fees: Exact
  funding: Exact
  gross: Exact
  exitQuantity: Exact
  exitValue: Exact
  closingTries: number
}

/** A stop is moved only when that gains this share of the first risk. */
const GAIN_MIN = exact('0.05')

export const openPosition = (fill: FillReport, plan: { readonly trip: number; readonly stop: Exact }): Position => ({
  trip: plan.trip,
  sign: fill.side === 'buy' ? 1 : -1,
  openedMs: fill.tsMs,
  firstStop: plan.stop,
  quantity: fill.quantity,
  most: fill.quantity,
  entry: fill.price,
  stop: plan.stop,
  stopId: null,
  nextStopId: null,
  isProtected: false,
  isClosing: false,
  isEmergency: false,
  closeReason: null,
  rungs: [],
  breakEvenDone: false,
  trailing: false,
  extreme: fill.price,
  fees: fill.fee,
  funding: ZERO,
  gross: ZERO,
  exitQuantity: ZERO,
  exitValue: ZERO,
  closingTries: 0,
})

export const closingSide = ({ sign }: Position): Side => (sign === 1 ? 'sell' : 'buy')

/** Average cost. */
export function grow(position: Position, fill: FillReport): void {
  const quantity = position.quantity.add(fill.quantity)
  const cost = booked(position.entry.mul(position.quantity)).add(booked(fill.price.mul(fill.quantity)))
  position.entry = booked(cost.div(quantity))
  position.quantity = quantity
  position.most = max(position.most, quantity)
  position.fees = position.fees.add(fill.fee)
}

/** Returns what was gained, before fees. */
export function shrink(position: Position, fill: FillReport): Exact {
  const value = booked(fill.price.mul(fill.quantity))
  const gained = value.sub(booked(position.entry.mul(fill.quantity))).mul(position.sign)
  position.gross = position.gross.add(gained)
  position.fees = position.fees.add(fill.fee)
  position.quantity = position.quantity.sub(fill.quantity)
  position.exitQuantity = position.exitQuantity.add(fill.quantity)
  position.exitValue = position.exitValue.add(value)
  return gained
}

export const tradeOf = (position: Position, closedMs: number, closedBy: string): Trade => ({
  side: position.sign === 1 ? 'long' : 'short',
  openedMs: position.openedMs,
  closedMs,
  quantity: position.most,
  entryPrice: position.entry,
  exitPrice: booked(position.exitValue.div(position.exitQuantity)),
  gross: position.gross,
  fees: position.fees,
  funding: position.funding,
  net: position.gross.sub(position.fees).add(position.funding),
  exitReason: position.closeReason ?? (closedBy === 'stop' ? stopReason(position) : closedBy),
})
const stopReason = ({ trailing, breakEvenDone }: Position): string =>
  trailing ? 'trailing_stop' : breakEvenDone ? 'break_even_stop' : 'stop'

export type StopMove = { readonly level: Exact; readonly isBreakEven: boolean; readonly isTrailing: boolean }

/** Break-even after the first target; from a share of the way to the last one, at a distance from the extreme. The tightest wins; null for none. */
export function tighterStop(position: Position, rules: StopRules, takerFee: Exact): StopMove | null {
  const { sign, entry, extreme } = position
  let level = position.stop
  const take = (candidate: Exact): boolean => {
    const isTighter = candidate.sub(level).mul(sign).gt(0)
    if (isTighter) level = candidate
    return isTighter
  }
  const fee = takerFee.mul(sign)
  const isFree = rules.breakEvenAfterFirstTarget && position.rungs.some(({ filled }) => filled)
  const isBreakEven = isFree && take(entry.mul(fee.add(1)).div(exact(1).sub(fee)))
  const final = position.rungs.at(-1)?.price ?? entry
  const won = extreme.sub(entry)
  const isFarEnough = !final.eq(entry) && won.div(final.sub(entry)).gte(rules.trailFromShareOfFinalTarget)
  const isTrailing = isFarEnough && take(extreme.sub(won.mul(rules.trailDistanceShare)))
  return isBreakEven || isTrailing ? { level, isBreakEven, isTrailing } : null
}

/** The first break-even always; otherwise only a gain that is worth an order. */
export function isWorthMoving(position: Position, { level, isBreakEven }: StopMove): boolean {
  if (isBreakEven && !position.breakEvenDone) return true
  return level
    .sub(position.stop)
    .abs()
    .gte(GAIN_MIN.mul(position.entry.sub(position.firstStop).abs()))
}

/** Shares of what is held, rounded along the running total, at multiples of the first risk, on the tick that is reached first. */
export function ladderOf(
  position: Position,
  targets: readonly Target[],
  instrument: Instrument,
): readonly { price: Exact; quantity: Exact }[] {
  const { sign, entry, quantity: held, firstStop } = position
  const risk = entry.sub(firstStop).abs()
  let fraction = ZERO
  let planned = ZERO
  return targets.map((target) => {
    fraction = fraction.add(target.fraction)
    const until = fraction.gte(1) ? held : floorTo(held.mul(fraction), instrument.lot)
    const raw = entry.add(booked(risk.mul(target.atR)).mul(sign))
    const price = sign === 1 ? floorTo(raw, instrument.tick) : ceilTo(raw, instrument.tick)
    const quantity = until.sub(planned)
    planned = until
    if (quantity.mul(min(price, firstStop)).lt(instrument.minNotional) || price.sub(entry).mul(sign).lte(0))
      throw new Error(`a target of ${quantity.toFixed()} at ${price.toFixed()}: too small or too near, which the reference does not cover`)
    return { price, quantity }
  })
}
