// One size in the three units that venues count in, so that none is ever taken for another. Exact: what does not come out even is an error, not a rounding.
import {
  type Money,
  type Price,
  type Quantity,
  isMultipleOf,
  notionalOf,
  quantityFor,
  toText,
} from '../../../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../../../src-shared/domain/instrument.ts'

/** Base coins (Binance, Bybit linear), contracts of `contractSize` base coins each (OKX), or US dollars (Deribit inverse). */
export type AmountUnit = 'base' | 'contracts' | 'usd'
export type VenueAmount = {
  /** As the venue counts; the only one that goes into a request. */
  readonly venueAmount: Quantity
  readonly baseQuantity: Quantity
  /** At the price it was made with. */
  readonly usd: Money
}
/** How an instrument is counted, and what a dollar's worth of it is worked out by. */
export type AmountTerms = { readonly unit: AmountUnit; readonly instrument: Instrument; readonly price: Price }

/** Of base units. Throws RangeError for what is no multiple of the lot, which may be a part of a contract; a dollar amount is rounded down to the instrument's `contractSize` dollars. */
export function amountFromBase(baseQuantity: Quantity, { unit, instrument, price }: AmountTerms): VenueAmount {
  const usd = notionalOf(price, baseQuantity)
  if (unit === 'base') return { venueAmount: baseQuantity, baseQuantity, usd }
  if (unit === 'usd') {
    const step = instrument.contractSize as bigint
    return { venueAmount: (((usd as bigint) / step) * step) as Quantity, baseQuantity, usd }
  }
  const contractSize = instrument.contractSize as bigint as Price
  const venueAmount = quantityFor(baseQuantity as bigint as Money, contractSize, 'half_even')
  const isExact = (notionalOf(contractSize, venueAmount) as bigint) === baseQuantity
  if (isExact && isMultipleOf(baseQuantity, instrument.lotSize)) return { venueAmount, baseQuantity, usd }
  throw new RangeError(
    `${instrument.id}: ${toText(baseQuantity)} is no multiple of ${toText(instrument.lotSize)} in contracts of ${toText(instrument.contractSize)}`,
  )
}

/** Of what a venue said. A dollar amount becomes base units at this price, to 12 digits. */
export function amountFromVenue(venueAmount: Quantity, { unit, instrument, price }: AmountTerms): VenueAmount {
  if (unit === 'usd') {
    const usd = venueAmount as bigint as Money
    return { venueAmount, baseQuantity: quantityFor(usd, price, 'half_even'), usd }
  }
  const baseQuantity =
    unit === 'base' ? venueAmount : (notionalOf(instrument.contractSize as bigint as Price, venueAmount) as bigint as Quantity)
  return { venueAmount, baseQuantity, usd: notionalOf(price, baseQuantity) }
}
