// The take-profit ladder, planned before the entry, so that no part of the position is ever too small to sell.
import {
  type Price,
  type Quantity,
  ZERO_QUANTITY,
  absolute,
  add,
  priceTimesRate,
  quantityTimesRate,
  rateFromNumber,
  ratioOf,
  smaller,
  subtract,
  toNumber,
  toStep,
} from '../../../src-shared/domain/decimal.ts'
import { type Instrument, type PositionSide, directionOf } from '../../../src-shared/domain/instrument.ts'
import { isSellable } from '../risk/sellable.ts'

export type LadderRung = { readonly fraction: number; readonly atR: number }

export type LadderInput = {
  readonly instrument: Instrument
  readonly side: PositionSide
  readonly entryPrice: Price
  readonly stopPrice: Price
  readonly quantity: Quantity
  /** Fractions of the quantity, adding up to 1 or, when a part is to run until its stop, to less. Nearest target first. */
  readonly ladder: readonly LadderRung[]
}

/** `fraction` is the share of the quantity that this rung really has, after rounding and merging. */
export type PlannedTarget = { readonly price: Price; readonly quantity: Quantity; readonly fraction: number }

type Part = { readonly price: Price; quantity: Quantity }

/** Fractions written as decimals need not add up to 1 exactly. */
const WHOLE_MIN = 1 - 1e-9

/** The price `multiple` initial risks away from the entry, on the tick grid, on the side that is reached first. May be zero or negative for a short. */
function priceAtR({ instrument, side, entryPrice, stopPrice }: LadderInput, multiple: number): Price {
  const way = priceTimesRate(absolute(subtract(entryPrice, stopPrice)), rateFromNumber(multiple), 'half_even')
  const up = directionOf(side) === 1
  return toStep(up ? add(entryPrice, way) : subtract(entryPrice, way), instrument.tickSize, up ? 'down' : 'up')
}

/** The ladder's parts on the lot grid: shares are rounded along the running total, so that the roundings do not pile up in one rung. */
function partsOf(input: LadderInput): Part[] {
  const { ladder, quantity, instrument, entryPrice, side } = input
  const parts: Part[] = []
  let planned = ZERO_QUANTITY
  let fraction = 0
  for (const rung of ladder) {
    fraction += rung.fraction
    const until =
      fraction >= WHOLE_MIN ? quantity : toStep(quantityTimesRate(quantity, rateFromNumber(fraction), 'down'), instrument.lotSize, 'down')
    const price = priceAtR(input, rung.atR)
    const reachable = price > 0n && (directionOf(side) === 1 ? price > entryPrice : price < entryPrice)
    // What an unreachable rung would have sold goes with the rung before it.
    const last = parts.at(-1)
    if (reachable) parts.push({ price, quantity: subtract(until, planned) })
    else if (last !== undefined) last.quantity = add(last.quantity, subtract(until, planned))
    else continue
    planned = until
  }
  return parts
}

/** Too small a part goes with the next rung; too small a last one with the rung before. */
function merged(parts: readonly Part[], sellable: (part: Part) => boolean): Part[] {
  const kept: Part[] = []
  let carried = ZERO_QUANTITY
  for (const part of parts) {
    const grown: Part = { price: part.price, quantity: add(part.quantity, carried) }
    if (sellable(grown)) {
      kept.push(grown)
      carried = ZERO_QUANTITY
    } else carried = grown.quantity
  }
  const last = kept.at(-1)
  if (last !== undefined) last.quantity = add(last.quantity, carried)
  return kept
}

/**
 * Plans the targets of a position. Every one can be sold by an order of its own, at its price and at the stop; what they leave over
 * (nothing, when the fractions add up to 1) is closed by the stop and can be sold too.
 * Returns none when the position is too small to have any, or when entry and stop are the same.
 */
export function planTargets(input: LadderInput): readonly PlannedTarget[] {
  const { instrument, stopPrice, quantity } = input
  if (quantity <= 0n || input.entryPrice === stopPrice) return []
  const parts = merged(partsOf(input), (part) => isSellable(instrument, smaller(part.price, stopPrice), part.quantity))
  const last = parts.at(-1)
  if (last === undefined) return []
  const left = subtract(
    quantity,
    parts.reduce((total, part) => add(total, part.quantity), ZERO_QUANTITY),
  )
  if (left > 0n && !isSellable(instrument, stopPrice, left)) last.quantity = add(last.quantity, left)
  return parts.map((part) => ({ price: part.price, quantity: part.quantity, fraction: toNumber(ratioOf(part.quantity, quantity)) }))
}
