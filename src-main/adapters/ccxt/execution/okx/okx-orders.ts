// OKX's own words for orders, trades and positions, as ours, in base units. Pure; what is unfamiliar throws and names itself.
import { type Money, ZERO_MONEY, absolute, money, negate, price, quantity } from '../../../../../src-shared/domain/decimal.ts'
import { type ClientOrderId, type TradeId, tradeId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderSide } from '../../../../../src-shared/domain/instrument.ts'
import type { Fill, OrderType } from '../../../../../src-shared/domain/order.ts'
import type { VenueOrder, VenuePosition } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, decimalOf, integerOf, isFields, textOf, textOrNull } from '../fields.ts'
import { orderName } from '../foreign-order.ts'
import { type OkxContract, baseOf } from './okx-contracts.ts'

type Status = VenueOrder['status']
const PLAIN_STATUS: Readonly<Record<string, Status>> = {
  live: 'working',
  partially_filled: 'working',
  filled: 'filled',
  canceled: 'canceled',
  mmp_canceled: 'canceled',
}
/** `effective` says only that it has fired; how that ended, the plain order it became tells. */
const ALGO_STATUS: Readonly<Record<string, Status>> = {
  live: 'working',
  pause: 'working',
  partially_effective: 'triggered',
  effective: 'triggered',
  canceled: 'canceled',
  order_failed: 'rejected',
  partially_failed: 'rejected',
}
const PLAIN_TYPES: Readonly<Record<string, OrderType>> = {
  market: 'market',
  optimal_limit_ioc: 'market',
  limit: 'limit',
  post_only: 'limit',
  fok: 'limit',
  ioc: 'limit',
  mmp: 'limit',
  mmp_and_post_only: 'limit',
  elp: 'limit',
}
function known<T>(table: Readonly<Record<string, T>>, text: string, what: string): T {
  const value = table[text]
  if (value === undefined) throw new TypeError(`${what} ${JSON.stringify(text)} is not one of ${Object.keys(table).join(', ')}`)
  return value
}
export const sideOf = (text: string): OrderSide => known({ buy: 'buy', sell: 'sell' } as const, text, 'side')
export const plainStatusOf = (row: Fields): Status => known(PLAIN_STATUS, textOf(row, 'state'), 'order state')
export const algoStatusOf = (row: Fields): Status => known(ALGO_STATUS, textOf(row, 'state'), 'algo order state')

/** Nothing, zero, and −1 for the market price stand for none. */
const priceOrNull = (fields: Fields, name: string): ReturnType<typeof price> | null => {
  const value = textOrNull(fields, name) === null ? 0n : price(decimalOf(fields, name))
  return value > 0n ? (value as ReturnType<typeof price>) : null
}

/** The algo order that a plain one came from, by either of its names; null for an order of its own. */
export function parentOf(row: Fields): { readonly algoId: string | null; readonly algoClOrdId: string | null } | null {
  const linked = isFields(row['linkedAlgoOrd']) ? textOrNull(row['linkedAlgoOrd'], 'algoId') : null
  const algoId = textOrNull(row, 'algoId') ?? linked
  const algoClOrdId = textOrNull(row, 'algoClOrdId')
  return algoId === null && algoClOrdId === null ? null : { algoId, algoClOrdId }
}
/** The plain order that a fired conditional one became, or null. The venue may tell it as a list or as the newest alone. */
export function childOf(row: Fields): string | null {
  const list: unknown = row['ordIdList']
  const first: unknown = Array.isArray(list) ? list[0] : null
  const text = typeof first === 'string' && first !== '' ? first : textOrNull(row, 'ordId')
  return text === '0' ? null : text
}

/** A row of orders-pending or order. */
export function plainOrder(row: Fields, contract: OkxContract): VenueOrder {
  const id = textOf(row, 'ordId')
  return {
    // What a fired order became may have a name that the venue made up.
    clientOrderId: orderName(textOrNull(row, 'algoClOrdId') ?? textOrNull(row, 'clOrdId'), id),
    venueOrderId: venueOrderId(id),
    instrumentId: contract.instrument.id,
    side: sideOf(textOf(row, 'side')),
    // What an algo order became is told by some of its rows as the type of that.
    type: PLAIN_TYPES[textOf(row, 'ordType')] ?? 'market',
    quantity: baseOf(contract, row, 'sz'),
    filledQuantity: baseOf(contract, row, 'accFillSz'),
    limitPrice: priceOrNull(row, 'px'),
    triggerPrice: null,
    reduceOnly: String(row['reduceOnly']) === 'true',
    status: plainStatusOf(row),
  }
}
/** A row of orders-algo-pending or order-algo. What it became is not in here but its name: `childOf`. */
export function algoOrder(row: Fields, contract: OkxContract): VenueOrder {
  const id = textOf(row, 'algoId')
  const takeProfit = priceOrNull(row, 'tpTriggerPx')
  const stop = priceOrNull(row, 'slTriggerPx')
  return {
    clientOrderId: orderName(textOrNull(row, 'algoClOrdId'), id),
    venueOrderId: venueOrderId(id),
    instrumentId: contract.instrument.id,
    side: sideOf(textOf(row, 'side')),
    // One that ends on either side protects first of all.
    type: stop === null && takeProfit !== null ? 'take_profit_market' : 'stop_market',
    // One that closes a share of the position, whatever its size, has none of its own.
    quantity: textOrNull(row, 'sz') === null ? quantity('0') : baseOf(contract, row, 'sz'),
    filledQuantity: quantity('0'),
    limitPrice: priceOrNull(row, 'slOrdPx') ?? priceOrNull(row, 'tpOrdPx') ?? priceOrNull(row, 'ordPx'),
    triggerPrice: stop ?? takeProfit ?? priceOrNull(row, 'triggerPx'),
    reduceOnly: String(row['reduceOnly']) === 'true' || textOrNull(row, 'closeFraction') !== null,
    status: algoStatusOf(row),
  }
}

/** Trades are counted per contract there; with the contract in front the name is unique. */
export const tradeIdOf = (row: Fields): TradeId => tradeId(`${textOf(row, 'instId')}-${textOf(row, 'tradeId')}`)
/** What is charged is negative there. Fees in another coin leave the settlement currency's wallet alone: none there. */
export const feeOf = (currency: string | null, settle: string, amount: string): Money =>
  currency === settle ? negate(money(amount)) : ZERO_MONEY

/** A row of fills, or of the private orders, which call the fee of one trade by another name. */
export function fillOf(row: Fields, details: { contract: OkxContract; clientOrderId: ClientOrderId; fee: 'fee' | 'fillFee' }): Fill {
  const { contract, clientOrderId, fee } = details
  return {
    tradeId: tradeIdOf(row),
    clientOrderId,
    venueOrderId: venueOrderId(textOf(row, 'ordId')),
    instrumentId: contract.instrument.id,
    side: sideOf(textOf(row, 'side')),
    price: price(decimalOf(row, 'fillPx')),
    quantity: baseOf(contract, row, 'fillSz'),
    fee: feeOf(textOrNull(row, `${fee}Ccy`), contract.instrument.settle, textOrNull(row, fee) === null ? '0' : decimalOf(row, fee)),
    liquidity: row['execType'] === 'M' ? 'maker' : 'taker',
    tsEventMs: integerOf(row, textOrNull(row, 'fillTime') === null ? 'ts' : 'fillTime'),
  }
}

/** A row of positions; null when nothing is held. The sign is the side, in net mode. */
export function positionOf(row: Fields, contract: OkxContract): VenuePosition | null {
  const amount = textOrNull(row, 'pos') === null ? quantity('0') : baseOf(contract, row, 'pos')
  if (amount === 0n) return null
  return {
    instrumentId: contract.instrument.id,
    side: amount > 0n ? 'long' : 'short',
    quantity: absolute(amount),
    entryPrice: price(decimalOf(row, 'avgPx')),
    liquidationPrice: priceOrNull(row, 'liqPx'),
  }
}
