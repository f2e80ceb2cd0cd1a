// What can be traded, and the only doors through which a float becomes a price or a quantity.
import {
  type Money,
  type Price,
  type Quantity,
  type Rate,
  type Rounding,
  isMultipleOf,
  notionalOf,
  quantity,
  toNumber,
  toStep,
  toText,
  unitsFromFloat,
} from './decimal.ts'
import type { InstrumentId } from './ids.ts'

export type PositionSide = 'long' | 'short'
export type OrderSide = 'buy' | 'sell'

export type Instrument = {
  readonly id: InstrumentId
  /** Venue id in ccxt's words, such as "binanceusdm". */
  readonly venue: string
  readonly base: string
  readonly quote: string
  readonly settle: string
  readonly tickSize: Price
  readonly lotSize: Quantity
  readonly minQuantity: Quantity
  readonly maxQuantity: Quantity
  /** Largest market order the venue takes; an emergency close is split by it. */
  readonly maxMarketQuantity: Quantity
  readonly minNotional: Money
  /** Base units per contract: 1 where the venue counts in base units. */
  readonly contractSize: Quantity
  readonly makerFeeRate: Rate
  readonly takerFeeRate: Rate
  readonly maintenanceMarginRate: Rate
  readonly leverageMax: number
  /** By rising value; the last covers everything above. Left out where the two numbers above hold for every size. */
  readonly brackets?: readonly LeverageBracket[]
}

/** What a venue asks of a position by its value. */
export type LeverageBracket = {
  /** Up to this value, in settlement currency; null for the last. */
  readonly notionalMax: Money | null
  readonly maintenanceMarginRate: Rate
  readonly leverageMax: number
}

const BASE_UNIT = quantity('1')

/**
 * Can every quantity on the lot grid be sent? Here all are in base units, and the connector converts them: the venue counts in base units too
 * (contracts of 1), or each lot is a whole number of its contracts.
 */
export const hasWholeContracts = ({ contractSize, lotSize }: Instrument): boolean =>
  contractSize === BASE_UNIT || isMultipleOf(lotSize, contractSize)

/** Of a position of this value; a venue without brackets has one for every size. */
export function maintenanceRateAt({ brackets, maintenanceMarginRate }: Instrument, notional: number): Rate {
  const bracket = brackets?.find(({ notionalMax }) => notionalMax === null || notional <= toNumber(notionalMax)) ?? brackets?.at(-1)
  return bracket?.maintenanceMarginRate ?? maintenanceMarginRate
}

/** The largest value of a position that the venue lets be held at this leverage; null when it sets no bound. */
export function notionalMaxAt({ brackets }: Instrument, leverage: number): Money | null {
  if (brackets === undefined) return null
  // The leverage that is allowed falls from bracket to bracket: the last that allows this one is the bound.
  const allowed = brackets.findLast(({ leverageMax }) => leverage <= leverageMax)
  return allowed === undefined ? (0n as Money) : allowed.notionalMax
}

/** A float on the tick grid. Throws RangeError for NaN, infinities and prices that are not more than zero after rounding. */
export function priceFromNumber(instrument: Instrument, value: number, rounding: Rounding): Price {
  const rounded = toStep(unitsFromFloat(value, `${instrument.id} price`) as Price, instrument.tickSize, rounding)
  if (rounded <= 0n) throw new RangeError(`${instrument.id} price ${value} rounds to ${toText(rounded)}, expected more than 0`)
  return rounded
}
/** A float quantity on the lot grid, never upwards. May return zero; throws RangeError for NaN, infinities and negatives. */
export function quantityFromNumber(instrument: Instrument, value: number): Quantity {
  if (value < 0) throw new RangeError(`${instrument.id} quantity ${value}, expected 0 or more`)
  return toStep(unitsFromFloat(value, `${instrument.id} quantity`) as Quantity, instrument.lotSize, 'down')
}
/** A stop on the tick grid, rounded to the safe side: nearer to the market, so that it never risks more than was asked. */
export const stopPriceFromNumber = (instrument: Instrument, side: PositionSide, value: number): Price =>
  priceFromNumber(instrument, value, side === 'long' ? 'up' : 'down')
/** A target on the tick grid, rounded to the side that is reached first. */
export const targetPriceFromNumber = (instrument: Instrument, side: PositionSide, value: number): Price =>
  priceFromNumber(instrument, value, side === 'long' ? 'down' : 'up')

export const closingSide = (side: PositionSide): OrderSide => (side === 'long' ? 'sell' : 'buy')
export const openingSide = (side: PositionSide): OrderSide => (side === 'long' ? 'buy' : 'sell')
export const sideOpenedBy = (side: OrderSide): PositionSide => (side === 'buy' ? 'long' : 'short')
/** +1 for a long, −1 for a short: the sign of the profit when the price rises. */
export const directionOf = (side: PositionSide): 1 | -1 => (side === 'long' ? 1 : -1)

export type SizeFault = 'off_lot' | 'below_min_quantity' | 'above_max_quantity' | 'below_min_notional'

/** What the venue would refuse about this size, or null. Reduce-only orders are exempt from the minimum notional, as on Binance. */
// oxlint-disable-next-line max-params -- price and quantity have types that cannot be swapped; an object would only repeat their names
export function sizeFault(
  instrument: Instrument,
  p: Price,
  q: Quantity,
  order: { reduceOnly: boolean; market: boolean },
): SizeFault | null {
  if (!isMultipleOf(q, instrument.lotSize)) return 'off_lot'
  if (q < instrument.minQuantity) return 'below_min_quantity'
  if (q > (order.market ? instrument.maxMarketQuantity : instrument.maxQuantity)) return 'above_max_quantity'
  if (!order.reduceOnly && notionalOf(p, q) < instrument.minNotional) return 'below_min_notional'
  return null
}
