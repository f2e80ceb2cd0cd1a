// Orders, trades and positions as the exchange knows them. Wires translate them; nothing here is in a venue's own words.
import type { Money, Price, Quantity, Rate } from '../../../src-shared/domain/decimal.ts'
import type { Result } from '../../../src-shared/domain/result.ts'

export type Side = 'buy' | 'sell'
/** `both` in one-way mode; in hedge mode the side of the position that the order is for. */
export type PositionSide = 'both' | 'long' | 'short'
export type PositionMode = 'one_way' | 'hedge'
export type MarginMode = 'cross' | 'isolated'
export type TimeInForce = 'gtc' | 'ioc' | 'fok' | 'post_only'
export type TriggerSource = 'mark' | 'last' | 'index'

export type OrderParams = {
  readonly symbol: string
  readonly side: Side
  readonly type: 'market' | 'limit'
  readonly timeInForce: TimeInForce
  readonly quantity: Quantity
  /** Set for limit orders only. */
  readonly price: Price | null
  readonly reduceOnly: boolean
  readonly positionSide: PositionSide
  /** The exchange makes one up when it is null. */
  readonly clientId: string | null
  /** When a limit order ends by itself, or null. */
  readonly expiresMs?: number | null
}

/** `rejected` orders were never accepted and are kept nowhere. */
export type OrderStatus = 'new' | 'partially_filled' | 'filled' | 'canceled' | 'expired'

export type Order = OrderParams & {
  readonly id: number
  readonly accountId: string
  readonly clientId: string
  readonly createdMs: number
  /** The conditional order whose child this is, or null. */
  readonly parentId: number | null
  readonly isLiquidation: boolean
  /** What was asked for; `quantity` may have been clipped to the position since. */
  readonly originalQuantity: Quantity
  quantity: Quantity
  price: Price | null
  status: OrderStatus
  filled: Quantity
  /** Σ price × quantity of linear fills, Σ quantity ÷ price of inverse ones: settlement currency. */
  filledValue: Money
  updatedMs: number
  /** Why it ended, or null: `user`, `ioc`, `reduce_only`, `position_closed`, `liquidation`, `countdown`, `delisted`, `expired`, `post_only`. */
  reason: string | null
}

export type ConditionalType = 'stop_market' | 'stop_limit' | 'take_profit_market' | 'take_profit_limit' | 'trailing_stop'
/** Which way the price must go to fire: `rise` fires at or above the trigger, `fall` at or below it. */
export type TriggerDirection = 'rise' | 'fall'

export type ConditionalParams = {
  readonly symbol: string
  readonly side: Side
  readonly type: ConditionalType
  /** 0 when `closePosition`. */
  readonly quantity: Quantity
  /** Null for trailing stops only. */
  readonly triggerPrice: Price | null
  readonly trigger: TriggerSource
  /** Null: from type and side, as {@link triggerDirectionOf} tells. */
  readonly direction: TriggerDirection | null
  /** Limit price of the child of `stop_limit` and `take_profit_limit`. */
  readonly price: Price | null
  readonly timeInForce: TimeInForce
  readonly reduceOnly: boolean
  readonly closePosition: boolean
  readonly positionSide: PositionSide
  readonly clientId: string | null
  /** Trailing stops: distance from the best price since activation, as a fraction of it. */
  readonly callbackRate: Rate | null
  /** Trailing stops: where the trailing starts; null starts at once. */
  readonly activatePrice: Price | null
  /** Ends when its position does. */
  readonly endsWithPosition: boolean
}

/** `finished`: the child has ended, filled or not. */
export type ConditionalStatus = 'new' | 'triggering' | 'triggered' | 'finished' | 'canceled' | 'expired' | 'rejected'

export type Conditional = ConditionalParams & {
  readonly id: number
  readonly accountId: string
  readonly clientId: string
  readonly direction: TriggerDirection
  readonly createdMs: number
  quantity: Quantity
  triggerPrice: Price | null
  price: Price | null
  status: ConditionalStatus
  /** Trailing stops: the best price since activation, or null before it. */
  bestPrice: Price | null
  triggeredMs: number | null
  childId: number | null
  updatedMs: number
  /** Why it ended without a child that traded, or null. */
  reason: string | null
}

export type Trade = {
  readonly id: number
  readonly accountId: string
  readonly orderId: number
  readonly clientId: string
  readonly symbol: string
  readonly side: Side
  readonly positionSide: PositionSide
  readonly price: Price
  readonly quantity: Quantity
  /** In settlement currency, as are fee and profit. */
  readonly value: Money
  readonly fee: Money
  readonly feeAsset: string
  readonly realizedProfit: Money
  readonly isMaker: boolean
  readonly tsMs: number
}

export type Position = {
  readonly symbol: string
  readonly side: PositionSide
  /** Signed: negative is short. */
  quantity: Quantity
  /** What the quantity was worth when it was opened, in settlement currency; never negative. */
  cost: Money
  /** Margin set aside in isolated mode; 0 in cross mode. */
  isolatedWallet: Money
  /** Since the account was opened, fees not counted. */
  realizedProfit: Money
  updatedMs: number
}

export type IncomeKind = 'realized_profit' | 'fee' | 'funding' | 'transfer' | 'insurance' | 'liquidation_fee'
/** One change of a wallet. The sum of an asset's incomes is its wallet. */
export type Income = {
  readonly id: number
  readonly kind: IncomeKind
  readonly asset: string
  readonly symbol: string | null
  readonly amount: Money
  readonly tradeId: number | null
  readonly tsMs: number
}

export type FaultCode =
  | 'unknown_symbol'
  | 'symbol_closed'
  | 'duplicate_client_id'
  | 'price_missing'
  | 'price_off_tick'
  | 'price_too_high'
  | 'price_too_low'
  | 'market_price_out_of_band'
  | 'quantity_not_positive'
  | 'quantity_off_lot'
  | 'quantity_too_small'
  | 'quantity_too_large'
  | 'notional_too_small'
  | 'insufficient_margin'
  | 'leverage_exceeded'
  | 'reduce_only_rejected'
  | 'reduce_only_conflict'
  | 'position_side_mismatch'
  | 'post_only_would_take'
  | 'would_trigger'
  | 'close_position_exists'
  | 'callback_rate_invalid'
  | 'unknown_order'
  | 'not_modified'
  | 'too_many_orders'
  | 'invalid_leverage'
  | 'no_change'
  | 'open_orders_exist'
  | 'positions_exist'
/** Why the exchange refused. `detail` is plain English with the numbers; wires answer with their venue's own text. */
export type Fault = { readonly code: FaultCode; readonly detail: string; readonly bound?: string }
export type Outcome<T> = Result<T, Fault>

export const leavesOf = (order: Order): Quantity => (order.quantity - order.filled) as Quantity
export const isOpen = (order: Order): boolean => order.status === 'new' || order.status === 'partially_filled'
export const isArmed = (conditional: Conditional): boolean => conditional.status === 'new'

/** A stop fires against the position it ends, a take-profit with it: a selling stop fires on a fall, a selling take-profit on a rise. */
export const triggerDirectionOf = (type: ConditionalType, side: Side): TriggerDirection =>
  (type === 'take_profit_market' || type === 'take_profit_limit') === (side === 'buy') ? 'fall' : 'rise'
