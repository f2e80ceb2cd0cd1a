// Deribit's own words for orders, trades and positions, as ours. Pure; what is unfamiliar throws and names itself.
import { absolute, price, quantity } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, type InstrumentId, tradeId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderSide } from '../../../../../src-shared/domain/instrument.ts'
import type { Fill, OrderType } from '../../../../../src-shared/domain/order.ts'
import { ZERO_MONEY, money } from '../../../../../src-shared/domain/decimal.ts'
import type { VenueOrder, VenuePosition } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, decimalOf, integerOf, textOf, textOrNull } from '../fields.ts'
import { SETTLE } from './deribit-requests.ts'

const STATUS: Readonly<Record<string, VenueOrder['status']>> = {
  open: 'working',
  untriggered: 'working',
  triggered: 'triggered',
  filled: 'filled',
  cancelled: 'canceled',
  rejected: 'rejected',
}
/** Ours are four; a person's order of another kind is shown as the nearest one. */
const TYPES: Readonly<Record<string, OrderType>> = {
  market: 'market',
  market_limit: 'market',
  liquidation: 'market',
  limit: 'limit',
  stop_market: 'stop_market',
  stop_limit: 'stop_market',
  trailing_stop: 'stop_market',
  take_market: 'take_profit_market',
  take_limit: 'take_profit_market',
}
export function known<T>(table: Readonly<Record<string, T>>, text: string, what: string): T {
  const value = table[text]
  if (value === undefined) throw new TypeError(`${what} ${JSON.stringify(text)} is not one of ${Object.keys(table).join(', ')}`)
  return value
}
const sideOf = (text: string): OrderSide => known({ buy: 'buy', sell: 'sell' } as const, text, 'direction')
/** `rejected:reduce_direction` is a rejection with its reason. */
export const stateOf = (row: Fields): string => textOf(row, 'order_state').split(':')[0] ?? ''

/** Missing, zero and `market_price` stand for none. */
function priceOrNull(row: Fields, name: string): ReturnType<typeof price> | null {
  if (row[name] === undefined || row[name] === null || row[name] === 'market_price') return null
  const value = price(decimalOf(row, name))
  return value > 0n ? value : null
}
export const filledOf = (row: Fields): VenueOrder['filledQuantity'] =>
  quantity(row['filled_amount'] === undefined || row['filled_amount'] === null ? '0' : decimalOf(row, 'filled_amount'))

/** It waits for a price, or did: what it became when it fired is another order, unless the venue lets it live on under its own id. */
export const isTrigger = (row: Fields): boolean =>
  parentOf(row) === null && (TYPES[textOf(row, 'order_type')] ?? 'limit') !== 'limit' && TYPES[textOf(row, 'order_type')] !== 'market'
/** The trigger order that made this one when it fired, or null. */
export const parentOf = (row: Fields): string | null => textOrNull(row, 'trigger_order_id')

/** A row of any list of orders, under the name given. */
export function orderOf(row: Fields, instrumentId: InstrumentId, clientOrderId: ClientOrderId): VenueOrder {
  const type = known(TYPES, textOf(row, 'order_type'), 'order type')
  return {
    clientOrderId,
    venueOrderId: venueOrderId(textOf(row, 'order_id')),
    instrumentId,
    side: sideOf(textOf(row, 'direction')),
    type,
    quantity: quantity(decimalOf(row, 'amount')),
    filledQuantity: filledOf(row),
    limitPrice: type === 'market' ? null : priceOrNull(row, 'price'),
    triggerPrice: priceOrNull(row, 'trigger_price'),
    reduceOnly: row['reduce_only'] === true,
    status: known(STATUS, stateOf(row), 'order state'),
  }
}

/** A row of any list of our trades. Fees in another coin leave the settlement currency's wallet alone: none there. */
export function fillOf(row: Fields, instrumentId: InstrumentId, clientOrderId: ClientOrderId): Fill {
  return {
    tradeId: tradeId(textOf(row, 'trade_id')),
    clientOrderId,
    venueOrderId: venueOrderId(textOf(row, 'order_id')),
    instrumentId,
    side: sideOf(textOf(row, 'direction')),
    price: price(decimalOf(row, 'price')),
    quantity: quantity(decimalOf(row, 'amount')),
    fee: (textOrNull(row, 'fee_currency') ?? SETTLE) === SETTLE ? money(decimalOf(row, 'fee')) : ZERO_MONEY,
    liquidity: row['liquidity'] === 'M' ? 'maker' : 'taker',
    tsEventMs: integerOf(row, 'timestamp'),
  }
}

/** A row of get_positions; null when nothing is held. The size of a linear contract is in base units, and negative for shorts. */
export function positionOf(row: Fields, instrumentId: InstrumentId): VenuePosition | null {
  const size = quantity(decimalOf(row, 'size'))
  if (size === 0n) return null
  return {
    instrumentId,
    side: size < 0n || row['direction'] === 'sell' ? 'short' : 'long',
    quantity: absolute(size),
    entryPrice: price(decimalOf(row, 'average_price')),
    liquidationPrice: priceOrNull(row, 'estimated_liquidation_price'),
  }
}
