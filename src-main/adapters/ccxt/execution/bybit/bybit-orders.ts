// Bybit's own words for orders, trades and positions, as ours. Pure; what is unfamiliar throws and names itself.
import { type Money, type Price, ZERO_MONEY, money, price, quantity } from '../../../../../src-shared/domain/decimal.ts'
import { type InstrumentId, type TradeId, tradeId, venueOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderSide } from '../../../../../src-shared/domain/instrument.ts'
import type { Fill, OrderType } from '../../../../../src-shared/domain/order.ts'
import type { VenueOrder, VenuePosition } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, decimalOf, integerOf, listOf, fieldsOf, textOf, textOrNull } from '../fields.ts'
import { orderName } from '../foreign-order.ts'
import { triggerDirectionOf } from './bybit-requests.ts'

export const STATUS = {
  Created: 'working',
  New: 'working',
  PartiallyFilled: 'working',
  Untriggered: 'working',
  Active: 'triggered',
  Triggered: 'triggered',
  Filled: 'filled',
  PartiallyFilledCanceled: 'expired',
  Cancelled: 'expired',
  Deactivated: 'expired',
  Rejected: 'rejected',
} as const satisfies Readonly<Record<string, VenueOrder['status']>>
export type BybitStatus = keyof typeof STATUS

export function known<T>(table: Readonly<Record<string, T>>, text: string, what: string): T {
  const value = Object.hasOwn(table, text) ? table[text] : undefined
  if (value === undefined) throw new TypeError(`${what} ${JSON.stringify(text)} is not one of ${Object.keys(table).join(', ')}`)
  return value
}
export const sideOf = (text: string): OrderSide => known({ Buy: 'buy', Sell: 'sell' } as const, text, 'side')
export function statusOf(row: Fields): BybitStatus {
  const text = textOf(row, 'orderStatus')
  known(STATUS, text, 'order status')
  return text as BybitStatus
}

/** Zero, and nothing at all, stand for none. */
const priceOrNull = (fields: Fields, name: string): Price | null => {
  if (textOrNull(fields, name) === null) return null
  const value = price(decimalOf(fields, name))
  return value > 0n ? value : null
}
const isText = (text: string | null): text is string => text !== null && text !== 'UNKNOWN'
/** It waits for a price, or did; afterwards it goes on under the same id. */
export const isConditional = (row: Fields): boolean => isText(textOrNull(row, 'stopOrderType')) || priceOrNull(row, 'triggerPrice') !== null
export const isPostOnlyRefusal = (row: Fields): boolean => row['rejectReason'] === 'EC_PostOnlyWillTakeLiquidity'

/** The venue calls all of them the same: which one it is, the way of the trigger tells. Trailing stops and the like have none and are stops. */
function typeOf(row: Fields, side: OrderSide): OrderType {
  if (isConditional(row))
    return Number(row['triggerDirection']) === triggerDirectionOf('take_profit_market', side) ? 'take_profit_market' : 'stop_market'
  return known({ Market: 'market', Limit: 'limit', UNKNOWN: 'market' } as const, textOf(row, 'orderType'), 'order type')
}

/** How an order ended that was not filled. */
export function endOf(row: Fields): 'canceled' | 'expired' | 'rejected' {
  const status = STATUS[statusOf(row)]
  if (status === 'rejected' || isPostOnlyRefusal(row)) return 'rejected'
  return row['cancelType'] === 'CancelByUser' ? 'canceled' : 'expired'
}
function statusHere(row: Fields, isFired: boolean): VenueOrder['status'] {
  const status = STATUS[statusOf(row)]
  if (status === 'expired') return endOf(row)
  return status === 'working' && isFired ? 'triggered' : status
}

/** A row of order/realtime or order/history. */
export function orderOf(row: Fields, instrumentId: InstrumentId): VenueOrder {
  const id = textOf(row, 'orderId')
  const side = sideOf(textOf(row, 'side'))
  const type = typeOf(row, side)
  const isFired = isConditional(row) && row['orderStatus'] !== 'Untriggered'
  return {
    clientOrderId: orderName(textOrNull(row, 'orderLinkId'), id),
    venueOrderId: venueOrderId(id),
    instrumentId,
    side,
    type,
    quantity: quantity(decimalOf(row, 'qty')),
    filledQuantity: quantity(textOrNull(row, 'cumExecQty') === null ? '0' : decimalOf(row, 'cumExecQty')),
    limitPrice: row['orderType'] === 'Limit' ? priceOrNull(row, 'price') : null,
    triggerPrice: priceOrNull(row, 'triggerPrice'),
    reduceOnly: row['reduceOnly'] === true || row['closeOnTrigger'] === true,
    status: statusHere(row, isFired),
  }
}

/**
 * The venue's names of trades say nothing of when: the time in front tells from where the history is read on. Signs that a name here cannot have are left out.
 */
export const tradeIdOf = (row: Fields): TradeId =>
  tradeId(`${integerOf(row, 'execTime')}-${textOf(row, 'execId').replace(/[^\w-]/g, '')}`.slice(0, 64))
export const timeOfTrade = (id: TradeId): number | null => {
  const ms = Number(/^(\d{13})-/.exec(id)?.[1] ?? Number.NaN)
  return Number.isSafeInteger(ms) ? ms : null
}
/** Interest between longs and shorts stands among the executions. */
export const isFunding = (row: Fields): boolean => row['execType'] === 'Funding'

/** Fees that are paid in another coin leave the settlement currency's wallet alone: none there. */
function feeOf(row: Fields, settle: string): Money {
  const currency = textOrNull(row, 'feeCurrency')
  return (currency === null || currency === settle) && textOrNull(row, 'execFee') !== null ? money(decimalOf(row, 'execFee')) : ZERO_MONEY
}
/** A row of execution/list or of the execution stream. */
export function fillOf(row: Fields, { instrumentId, settle }: { readonly instrumentId: InstrumentId; readonly settle: string }): Fill {
  const orderId = textOf(row, 'orderId')
  return {
    tradeId: tradeIdOf(row),
    clientOrderId: orderName(textOrNull(row, 'orderLinkId'), orderId),
    venueOrderId: venueOrderId(orderId),
    instrumentId,
    side: sideOf(textOf(row, 'side')),
    price: price(decimalOf(row, 'execPrice')),
    quantity: quantity(decimalOf(row, 'execQty')),
    fee: feeOf(row, settle),
    liquidity: row['isMaker'] === true ? 'maker' : 'taker',
    tsEventMs: integerOf(row, 'execTime'),
  }
}

/** A row of position/list; null when nothing is held. */
export function positionOf(row: Fields, instrumentId: InstrumentId): VenuePosition | null {
  const size = quantity(decimalOf(row, 'size'))
  if (size === 0n) return null
  return {
    instrumentId,
    side: sideOf(textOf(row, 'side')) === 'buy' ? 'long' : 'short',
    quantity: size,
    entryPrice: price(decimalOf(row, 'avgPrice')),
    liquidationPrice: priceOrNull(row, 'liqPrice'),
  }
}

/** What every answer carries inside. */
export const resultOf = (body: unknown, what: string): Fields => fieldsOf(fieldsOf(body, what)['result'], what)
export const rowsOf = (body: unknown, what: string): readonly Fields[] => listOf(resultOf(body, what)['list'], what)
