// What could be closed by an order of its own: whatever is smaller is dust.
import { type Price, type Quantity, notionalOf } from '../../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'

/** May this much be sold by an order of its own at this price? The minimum notional is applied although some venues exempt orders that reduce. */
export const isSellable = (instrument: Instrument, price: Price, quantity: Quantity): boolean =>
  quantity >= instrument.minQuantity && quantity % instrument.lotSize === 0n && notionalOf(price, quantity) >= instrument.minNotional
