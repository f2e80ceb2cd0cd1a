// Binance's own words for orders, trades and positions, as ours. Pure; what is unfamiliar throws and names itself.
import { type Money, ZERO_MONEY, absolute, money, price, quantity } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, type InstrumentId, type TradeId, tradeId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderSide } from '../../../../../src-shared/domain/instrument.ts'
import type { Fill, OrderType } from '../../../../../src-shared/domain/order.ts'
import type { VenueOrder, VenuePosition } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, decimalOf, integerOf, textOf, textOrNull } from '../fields.ts'
import { orderName } from '../foreign-order.ts'

type Status = VenueOrder['status']
const PLAIN_STATUS: Readonly<Record<string, Status>> = {
  NEW: 'working',
  PARTIALLY_FILLED: 'working',
  NEW_INSURANCE: 'working',
  NEW_ADL: 'working',
  FILLED: 'filled',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
  REJECTED: 'rejected',
}
/** `FINISHED` says only that the plain order it became has ended; which end, that one tells. */
const ALGO_STATUS: Readonly<Record<string, Status>> = {
  NEW: 'working',
  TRIGGERING: 'triggered',
  TRIGGERED: 'triggered',
  FINISHED: 'triggered',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
  REJECTED: 'rejected',
}
/** Ours are four; a person's order of another kind is shown as the nearest one. */
const TYPES: Readonly<Record<string, OrderType>> = {
  MARKET: 'market',
  LIMIT: 'limit',
  STOP_MARKET: 'stop_market',
  STOP: 'stop_market',
  TRAILING_STOP_MARKET: 'stop_market',
  TAKE_PROFIT_MARKET: 'take_profit_market',
  TAKE_PROFIT: 'take_profit_market',
  LIQUIDATION: 'market',
}
export function known<T>(table: Readonly<Record<string, T>>, text: string, what: string): T {
  const value = table[text]
  if (value === undefined) throw new TypeError(`${what} ${JSON.stringify(text)} is not one of ${Object.keys(table).join(', ')}`)
  return value
}
export const sideOf = (text: string): OrderSide => known({ BUY: 'buy', SELL: 'sell' } as const, text, 'side')

/** Zero stands for none. */
const priceOrNull = (fields: Fields, name: string): ReturnType<typeof price> | null => {
  const value = fields[name] === undefined || fields[name] === null || fields[name] === '' ? 0n : price(decimalOf(fields, name))
  return value > 0n ? (value as ReturnType<typeof price>) : null
}

/** A row of openOrders or order. */
export function plainOrder(row: Fields, instrumentId: InstrumentId): VenueOrder {
  const id = textOf(row, 'orderId')
  return {
    clientOrderId: orderName(textOrNull(row, 'clientOrderId'), id),
    venueOrderId: venueOrderId(id),
    instrumentId,
    side: sideOf(textOf(row, 'side')),
    type: known(TYPES, textOrNull(row, 'origType') ?? textOf(row, 'type'), 'order type'),
    quantity: quantity(decimalOf(row, 'origQty')),
    filledQuantity: quantity(decimalOf(row, 'executedQty')),
    limitPrice: priceOrNull(row, 'price'),
    triggerPrice: priceOrNull(row, 'stopPrice'),
    reduceOnly: row['reduceOnly'] === true || row['closePosition'] === true,
    status: known(PLAIN_STATUS, textOf(row, 'status'), 'order status'),
  }
}
/** A row of openAlgoOrders or algoOrder. What it became is not in here but its name: `childOf`. */
export function algoOrder(row: Fields, instrumentId: InstrumentId): VenueOrder {
  const id = textOf(row, 'algoId')
  return {
    clientOrderId: orderName(textOrNull(row, 'clientAlgoId'), id),
    venueOrderId: venueOrderId(id),
    instrumentId,
    side: sideOf(textOf(row, 'side')),
    type: known(TYPES, textOf(row, 'orderType'), 'order type'),
    // One that closes the whole position, whatever its size, has none of its own.
    quantity: quantity(textOrNull(row, 'quantity') === null ? '0' : decimalOf(row, 'quantity')),
    filledQuantity: quantity('0'),
    limitPrice: priceOrNull(row, 'price'),
    triggerPrice: priceOrNull(row, 'triggerPrice'),
    reduceOnly: row['reduceOnly'] === true || row['closePosition'] === true,
    status: known(ALGO_STATUS, textOf(row, 'algoStatus'), 'algo order status'),
  }
}
/** The plain order that a fired conditional one became, or null. */
export const childOf = (row: Fields, name: 'actualOrderId' | 'ai'): string | null => {
  const text = textOrNull(row, name)
  return text === '0' ? null : text
}

/** Trades are counted per market there; with the market in front the name is unique. */
export const tradeIdOf = (marketId: string, id: string): TradeId => tradeId(`${marketId}-${id}`)
/** Fees that are paid in another coin leave the settlement currency's wallet alone: none there. */
export const feeOf = (asset: string | null, settle: string, amount: string): Money => (asset === settle ? money(amount) : ZERO_MONEY)

/** A row of userTrades. */
export function fillOf(row: Fields, details: { instrumentId: InstrumentId; clientOrderId: ClientOrderId; settle: string }): Fill {
  const { instrumentId, clientOrderId, settle } = details
  return {
    tradeId: tradeIdOf(textOf(row, 'symbol'), textOf(row, 'id')),
    clientOrderId,
    venueOrderId: venueOrderId(textOf(row, 'orderId')),
    instrumentId,
    side: sideOf(textOf(row, 'side')),
    price: price(decimalOf(row, 'price')),
    quantity: quantity(decimalOf(row, 'qty')),
    fee: feeOf(textOrNull(row, 'commissionAsset'), settle, decimalOf(row, 'commission')),
    liquidity: row['maker'] === true ? 'maker' : 'taker',
    tsEventMs: integerOf(row, 'time'),
  }
}

/** A row of positionRisk; null when nothing is held. The sign is the side, in one-way mode. */
export function positionOf(row: Fields, instrumentId: InstrumentId): VenuePosition | null {
  const amount = quantity(decimalOf(row, 'positionAmt'))
  if (amount === 0n) return null
  return {
    instrumentId,
    side: amount > 0n ? 'long' : 'short',
    quantity: absolute(amount),
    entryPrice: price(decimalOf(row, 'entryPrice')),
    liquidationPrice: priceOrNull(row, 'liquidationPrice'),
  }
}
