// What an execution venue says: the same words from the simulated venue and from a real one.
import type { Money, Price, Quantity } from '../domain/decimal.ts'
import type { ClientOrderId, InstrumentId, VenueOrderId } from '../domain/ids.ts'
import type { OrderSide, PositionSide } from '../domain/instrument.ts'
import type { Fill, OrderType } from '../domain/order.ts'

/** An order as the venue lists it, found on lookup or in a snapshot. */
export type VenueOrder = {
  readonly clientOrderId: ClientOrderId
  readonly venueOrderId: VenueOrderId
  readonly instrumentId: InstrumentId
  readonly side: OrderSide
  readonly type: OrderType
  readonly quantity: Quantity
  readonly filledQuantity: Quantity
  readonly limitPrice: Price | null
  readonly triggerPrice: Price | null
  readonly reduceOnly: boolean
  readonly status: 'working' | 'triggered' | 'filled' | 'canceled' | 'expired' | 'rejected'
}
export type VenuePosition = {
  readonly instrumentId: InstrumentId
  readonly side: PositionSide
  readonly quantity: Quantity
  readonly entryPrice: Price
  readonly liquidationPrice: Price | null
}

export type VenueReport =
  | { readonly type: 'accepted'; readonly clientOrderId: ClientOrderId; readonly venueOrderId: VenueOrderId; readonly tsEventMs: number }
  | {
      readonly type: 'rejected'
      readonly clientOrderId: ClientOrderId
      readonly code: string
      readonly message: string
      readonly tsEventMs: number
    }
  | { readonly type: 'triggered'; readonly clientOrderId: ClientOrderId; readonly tsEventMs: number }
  | { readonly type: 'fill'; readonly fill: Fill; readonly tsEventMs: number }
  | { readonly type: 'canceled'; readonly clientOrderId: ClientOrderId; readonly code: string; readonly tsEventMs: number }
  | { readonly type: 'cancel_rejected'; readonly clientOrderId: ClientOrderId; readonly code: string; readonly tsEventMs: number }
  | { readonly type: 'expired'; readonly clientOrderId: ClientOrderId; readonly code: string; readonly tsEventMs: number }
  /** No proof either way: a timeout, a reset, a server error after sending. */
  | { readonly type: 'outcome_unknown'; readonly clientOrderId: ClientOrderId; readonly code: string; readonly tsEventMs: number }
  /** Answer to a lookup by client order id; null when the venue does not know it. `fills` are all of that order. */
  | {
      readonly type: 'lookup'
      readonly clientOrderId: ClientOrderId
      readonly order: VenueOrder | null
      readonly fills: readonly Fill[]
      readonly tsEventMs: number
    }
  | {
      readonly type: 'funding_paid'
      readonly instrumentId: InstrumentId
      readonly amount: Money
      readonly rate: number
      readonly tsEventMs: number
    }
  /** The whole truth at one moment; `fills` are those after the trade id that was asked for. */
  | {
      readonly type: 'snapshot'
      readonly orders: readonly VenueOrder[]
      readonly positions: readonly VenuePosition[]
      readonly fills: readonly Fill[]
      /** Set when fills after that trade id have fallen out of the venue's bounded history, or the id is not known to it. */
      readonly fillsMissing?: true
      readonly walletBalance: Money
      readonly tsEventMs: number
    }
export type VenueReportType = VenueReport['type']
