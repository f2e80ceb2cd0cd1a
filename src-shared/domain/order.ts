// An order and its closed state machine. One function decides every transition; a refused one changes nothing.
import {
  type Money,
  type Price,
  type Quantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
  add,
  averagePrice,
  notionalOf,
  subtract,
  toText,
} from './decimal.ts'
import type { ClientOrderId, DecisionId, InstrumentId, PositionId, StrategyId, TradeId, VenueOrderId } from './ids.ts'
import type { OrderSide } from './instrument.ts'
import { type Result, err, ok, unreachable } from './result.ts'

export const ORDER_TYPES = ['market', 'limit', 'stop_market', 'take_profit_market'] as const
export type OrderType = (typeof ORDER_TYPES)[number]
/** `post_only` is a limit order that the venue refuses when it would take liquidity. */
export type TimeInForce = 'gtc' | 'ioc' | 'post_only'
export type TriggerSource = 'mark' | 'last'
/** Reason code of a refusal for a price too far from the venue's own: the same order at a nearer price may pass. */
export const PRICE_BAND = 'price_band'
/** Why the order exists. Entries open or add; all others can only shrink a position. */
export const ORDER_PURPOSES = ['entry', 'stop', 'target', 'exit', 'emergency'] as const
export type OrderPurpose = (typeof ORDER_PURPOSES)[number]

export const ORDER_STATES = [
  'initialized', // written down, not sent
  'denied', // we refused it; final
  'submitted', // sent, not answered
  'accepted', // working at the venue
  'triggered', // a conditional order that has fired
  'partially_filled',
  'pending_cancel', // we asked for its end, the venue has not answered
  'unknown', // sent, and neither acceptance nor refusal is proven
  'filled', // final
  'canceled', // final
  'rejected', // the venue refused it, or it is proven never to have arrived; final
  'expired', // the venue ended it; final
] as const
export type OrderState = (typeof ORDER_STATES)[number]

/** What will protect the position that an entry opens: it must be known before the first fill, also after a restart in between. */
export type EntryPlan = {
  readonly stopPrice: Price
  /** Distance of the Chandelier exit in price units, or null for none. */
  readonly chandelierDistance: number | null
  /** True for an entry that adds to a position: filled after that was closed, it opens another. */
  readonly isAdd?: boolean
  /** True for a part of a larger order of which something has traded before: filled after that position was closed, it opens another. */
  readonly isContinued?: boolean
}

/** Everything the venue needs to know; fixed once made. */
export type OrderRequest = {
  readonly clientOrderId: ClientOrderId
  readonly instrumentId: InstrumentId
  readonly strategyId: StrategyId
  readonly positionId: PositionId | null
  readonly decisionId: DecisionId | null
  readonly purpose: OrderPurpose
  readonly side: OrderSide
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Quantity
  /** Set for limit orders only. */
  readonly limitPrice: Price | null
  /** Set for stop_market and take_profit_market only. */
  readonly triggerPrice: Price | null
  readonly triggerSource: TriggerSource
  readonly reduceOnly: boolean
  /** Mark price when the order was decided: the reference for slippage. */
  readonly decisionPrice: Price | null
  /** Set for entries only; the venue never sees it. */
  readonly entryPlan: EntryPlan | null
  /** The larger order that this is a part of; left out for one that stands alone. The venue never sees it. */
  readonly parentId?: ClientOrderId
}

export type Order = OrderRequest & {
  readonly state: OrderState
  readonly venueOrderId: VenueOrderId | null
  readonly filledQuantity: Quantity
  /** Volume-weighted price of the fills so far. */
  readonly averagePrice: Price | null
  readonly filledNotional: Money
  readonly feePaid: Money
  readonly createdMs: number
  readonly updatedMs: number
  /** Reason code of a denial, rejection, expiry or unknown outcome. */
  readonly reason: string | null
}

/** One execution, as the venue reported it. `tradeId` is what makes a repeated report harmless. */
export type Fill = {
  readonly tradeId: TradeId
  readonly clientOrderId: ClientOrderId
  readonly venueOrderId: VenueOrderId
  readonly instrumentId: InstrumentId
  readonly side: OrderSide
  readonly price: Price
  readonly quantity: Quantity
  /** In settlement currency; negative for a rebate. */
  readonly fee: Money
  readonly liquidity: 'maker' | 'taker'
  readonly tsEventMs: number
}

export type OrderEvent =
  | { readonly type: 'deny'; readonly reason: string }
  | { readonly type: 'submit' }
  | { readonly type: 'accept'; readonly venueOrderId: VenueOrderId }
  | { readonly type: 'reject'; readonly reason: string }
  | { readonly type: 'trigger' }
  | { readonly type: 'fill'; readonly fill: Fill }
  | { readonly type: 'request_cancel' }
  | { readonly type: 'refuse_cancel'; readonly reason: string }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'expire'; readonly reason: string }
  | { readonly type: 'lose_track'; readonly reason: string }
export type OrderEventType = OrderEvent['type']

/** Where each event may lead, by present state. What is not listed is illegal. `fill` leads to partially_filled or filled by quantity. */
const TRANSITIONS: Readonly<Record<OrderState, Partial<Record<OrderEventType, OrderState>>>> = {
  initialized: { deny: 'denied', submit: 'submitted' },
  denied: {},
  submitted: {
    accept: 'accepted',
    reject: 'rejected',
    trigger: 'triggered',
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    lose_track: 'unknown',
  },
  accepted: {
    trigger: 'triggered',
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
    lose_track: 'unknown',
  },
  triggered: {
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
    lose_track: 'unknown',
  },
  partially_filled: {
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    lose_track: 'unknown',
  },
  pending_cancel: {
    accept: 'pending_cancel',
    trigger: 'pending_cancel',
    fill: 'pending_cancel',
    refuse_cancel: 'accepted',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
    lose_track: 'unknown',
  },
  unknown: {
    accept: 'accepted',
    reject: 'rejected',
    trigger: 'triggered',
    fill: 'partially_filled',
    cancel: 'canceled',
    expire: 'expired',
    request_cancel: 'pending_cancel',
  },
  // A fill is a fact. One that was reported after the end of its order (reports overtake each other) still counts.
  canceled: { fill: 'canceled' },
  expired: { fill: 'expired' },
  filled: {},
  rejected: {},
}

export type IllegalTransition = { readonly code: 'illegal_transition' | 'overfill'; readonly message: string }

const FINAL: ReadonlySet<OrderState> = new Set<OrderState>(['denied', 'filled', 'canceled', 'rejected', 'expired'])
export const isFinal = (state: OrderState): boolean => FINAL.has(state)
/** May this order still trade, as far as we know? True for everything sent and not proven ended. */
export const isWorking = (state: OrderState): boolean => !isFinal(state) && state !== 'initialized'
export const leavesQuantity = (order: Order): Quantity => subtract(order.quantity, order.filledQuantity)

export function newOrder(request: OrderRequest, nowMs: number): Order {
  return {
    ...request,
    state: 'initialized',
    venueOrderId: null,
    filledQuantity: ZERO_QUANTITY,
    averagePrice: null,
    filledNotional: ZERO_MONEY,
    feePaid: ZERO_MONEY,
    createdMs: nowMs,
    updatedMs: nowMs,
    reason: null,
  }
}

/**
 * Folds one event into an order. The order passed in is never changed.
 * An illegal transition, a fill of nothing, or a fill beyond the order's quantity is returned as an error that names both.
 */
export function applyOrderEvent(order: Order, event: OrderEvent, nowMs: number): Result<Order, IllegalTransition> {
  const next = TRANSITIONS[order.state][event.type]
  if (next === undefined) {
    return err({
      code: 'illegal_transition',
      message: `order ${order.clientOrderId}: ${event.type} is not possible in state ${order.state}`,
    })
  }
  const state = withFillsKept(next, order)
  // One copy per event: an order has 25 fields.
  switch (event.type) {
    case 'deny':
    case 'reject':
    case 'expire':
    case 'cancel':
    case 'lose_track':
      return ok({ ...order, state, updatedMs: nowMs, reason: event.reason })
    case 'accept':
      return ok({ ...order, state, updatedMs: nowMs, venueOrderId: event.venueOrderId })
    case 'refuse_cancel':
    case 'submit':
    case 'trigger':
    case 'request_cancel':
      return ok({ ...order, state, updatedMs: nowMs })
    case 'fill':
      return withFill(order, event.fill, { state, updatedMs: nowMs })
    default:
      return unreachable(event, 'order event')
  }
}

/** An order that works again, after it was lost or its cancel was refused, has not lost the fills it had. */
const withFillsKept = (next: OrderState, order: Order): OrderState =>
  order.filledQuantity > 0n && (next === 'accepted' || next === 'triggered') ? 'partially_filled' : next

function withFill(order: Order, fill: Fill, moved: Pick<Order, 'state' | 'updatedMs'>): Result<Order, IllegalTransition> {
  if (fill.quantity <= 0n) {
    const message = `order ${order.clientOrderId}: fill ${fill.tradeId} of ${toText(fill.quantity)}, expected more than 0`
    return err({ code: 'illegal_transition', message })
  }
  const filledQuantity = add(order.filledQuantity, fill.quantity)
  if (filledQuantity > order.quantity) {
    return err({
      code: 'overfill',
      message: `order ${order.clientOrderId}: fill of ${toText(fill.quantity)} on top of ${toText(order.filledQuantity)} exceeds ${toText(order.quantity)}`,
    })
  }
  const filledNotional = add(order.filledNotional, notionalOf(fill.price, fill.quantity))
  return ok({
    ...order,
    state: filledQuantity === order.quantity ? 'filled' : moved.state,
    updatedMs: moved.updatedMs,
    venueOrderId: fill.venueOrderId,
    filledQuantity,
    filledNotional,
    averagePrice: averagePrice(filledNotional, filledQuantity, 'half_even'),
    feePaid: add(order.feePaid, fill.fee),
  })
}
