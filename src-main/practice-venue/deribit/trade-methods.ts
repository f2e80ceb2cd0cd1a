// Orders: buy, sell, edit, cancel in its many ways, close a position. Those that wait for a price are orders like others here.
import { type Price, type Quantity, absolute } from '../../../src-shared/domain/decimal.ts'
import { type ConditionalParams, type ConditionalType, type Order, type Side, type TimeInForce, triggerDirectionOf } from '../core/order.ts'
import type { Conditional } from '../core/order.ts'
import type { Market } from '../core/state.ts'
import { type Call, type Methods, accountOf, inCurrency, marketFor, marketOf, trade } from './method.ts'
import { DeribitRefusal, invalidParam, missing, noSuchOrder, notOpen, refusalOf, triggerPassed } from './refusals.ts'
import { labelOf, orderJson, parsedId, triggerJson, userTradeJson } from './words.ts'

const PLAIN_TYPES = ['limit', 'market'] as const
const TRIGGER_TYPES = ['stop_market', 'stop_limit', 'take_market', 'take_limit'] as const
const CONDITIONAL: Readonly<Record<(typeof TRIGGER_TYPES)[number], ConditionalType>> = {
  stop_market: 'stop_market',
  stop_limit: 'stop_limit',
  take_market: 'take_profit_market',
  take_limit: 'take_profit_limit',
}
const LABEL_LENGTH_MAX = 64

const isTriggerType = (type: string): type is (typeof TRIGGER_TYPES)[number] => TRIGGER_TYPES.some((each) => each === type)

/** Deribit has no more than one of both. Contracts count as many smallest sizes. */
function amountOf({ params }: Call, { instrument }: Market): Quantity {
  const amount = params.quantity('amount')
  if (amount !== null) return amount
  const contracts = params.integer('contracts')
  if (contracts === null) throw missing('amount')
  return ((instrument.lotSize as bigint) * BigInt(contracts)) as Quantity
}
function labelFor({ params }: Call): string | null {
  const label = params.text('label')
  if (label !== null && label.length > LABEL_LENGTH_MAX) throw invalidParam('label', 'too long')
  return label
}
function timeInForceOf({ params }: Call, type: string): TimeInForce {
  const wanted = params.oneOf(
    'time_in_force',
    ['good_til_cancelled', 'good_til_day', 'fill_or_kill', 'immediate_or_cancel'],
    'good_til_cancelled',
  )
  if (type === 'market' || type.endsWith('_market')) return 'gtc'
  if (params.flag('post_only')) {
    // The real one would move the price instead; whoever does not ask for a refusal gets one here as well.
    if (wanted !== 'good_til_cancelled') throw new DeribitRefusal(11_055, 'post_only_not_allowed')
    return 'post_only'
  }
  return wanted === 'fill_or_kill' ? 'fok' : wanted === 'immediate_or_cancel' ? 'ioc' : 'gtc'
}

function place(call: Call, side: Side): unknown {
  const { params, context } = call
  const market = marketFor(call)
  const until = params.integer('valid_until')
  if (until !== null && context.checksTimestamps() && context.nowMs() > until) throw new DeribitRefusal(13_888, 'timed_out')
  const type = params.oneOf('type', [...PLAIN_TYPES, ...TRIGGER_TYPES], 'limit')
  if (isTriggerType(type)) return placeTrigger(call, { market, side, type })
  const isLimit = type === 'limit'
  const price = params.price('price')
  if (isLimit && price === null) throw missing('price')
  const account = accountOf(call)
  const before = account.trades.length
  const placed = context.core.submit(account.id, {
    symbol: market.instrument.symbol,
    side,
    type,
    timeInForce: timeInForceOf(call, type),
    quantity: amountOf(call, market),
    price: isLimit ? price : null,
    reduceOnly: params.flag('reduce_only'),
    positionSide: 'both',
    clientId: labelFor(call),
  })
  if (!placed.ok) throw refusalOf(placed.error)
  return placedJson(call, { market, order: placed.value, before })
}
/** The order as it stands after it met the book, with what it traded. */
function placedJson(call: Call, { market, order, before }: { market: Market; order: Readonly<Order>; before: number }): unknown {
  const account = accountOf(call)
  const trades = account.trades.slice(before).filter(({ orderId }) => orderId === order.id)
  return { order: orderJson(market, account, order), trades: trades.map((each) => userTradeJson(market, account, each)) }
}

function placeTrigger(call: Call, what: { market: Market; side: Side; type: (typeof TRIGGER_TYPES)[number] }): unknown {
  const { params, context } = call
  const { market, side } = what
  const source = params.oneOf('trigger', ['mark_price', 'last_price', 'index_price'], null)
  const triggerPrice = params.price('trigger_price')
  if (triggerPrice === null) throw missing('trigger_price')
  const isLimit = what.type.endsWith('_limit')
  const type = CONDITIONAL[what.type]
  const wanted: ConditionalParams = {
    symbol: market.instrument.symbol,
    side,
    type,
    quantity: amountOf(call, market),
    triggerPrice,
    trigger: source === 'mark_price' ? 'mark' : source === 'last_price' ? 'last' : 'index',
    direction: null,
    price: isLimit ? params.price('price') : null,
    timeInForce: timeInForceOf(call, what.type),
    reduceOnly: params.flag('reduce_only'),
    closePosition: false,
    positionSide: 'both',
    clientId: labelFor(call),
    callbackRate: null,
    activatePrice: null,
    endsWithPosition: false,
  }
  const placed = context.core.submitConditional(accountOf(call).id, wanted)
  if (!placed.ok) throw placed.error.code === 'would_trigger' ? triggerPassed(triggerDirectionOf(type, side)) : refusalOf(placed.error)
  return { order: triggerJson(market, placed.value), trades: [] }
}

type Named = { readonly order: Order | undefined; readonly trigger: Conditional | undefined }
/** By the venue's id. Throws what Deribit answers to an unknown one. */
export function named(call: Call, text: string): Named {
  const parsed = parsedId(text)
  if (parsed === null) throw new DeribitRefusal(10_025, 'invalid_order_id')
  const account = accountOf(call)
  const order = parsed.isTrigger ? undefined : account.orders.get(parsed.id)
  const trigger = parsed.isTrigger ? account.conditionals.get(parsed.id) : undefined
  if (!order && !trigger) throw noSuchOrder()
  return { order, trigger }
}

function cancelOne(call: Call, { order, trigger }: Named): Record<string, unknown> {
  const account = accountOf(call)
  if (trigger) {
    const canceled = call.context.core.cancelConditional(account.id, trigger.id)
    if (!canceled.ok) throw notOpen()
    return triggerJson(marketOf(call, trigger.symbol), canceled.value)
  }
  if (!order) throw noSuchOrder()
  const canceled = call.context.core.cancel(account.id, order.id)
  if (!canceled.ok) throw order.status === 'filled' ? new DeribitRefusal(11_008, 'already_filled') : notOpen()
  return orderJson(marketOf(call, order.symbol), account, canceled.value)
}
/** Of all kinds, those that wait for a price too. Answers how many. */
function cancelWhere(call: Call, isWanted: (order: Order | Conditional) => boolean): number {
  const account = accountOf(call)
  const orders = [...account.open.values()].filter(isWanted).map((order): Named => ({ order, trigger: undefined }))
  const triggers = [...account.armed.values()].filter(isWanted).map((trigger): Named => ({ order: undefined, trigger }))
  const isPlainOnly = call.params.oneOf('type', ['all', 'limit', 'trigger_all', 'stop_all', 'take_all'], 'all')
  const all = [...(isPlainOnly === 'all' || isPlainOnly === 'limit' ? orders : []), ...(isPlainOnly === 'limit' ? [] : triggers)]
  for (const each of all) cancelOne(call, each)
  return all.length
}

function edit(call: Call): unknown {
  const { params, context } = call
  const { order, trigger } = named(call, params.required('order_id'))
  const account = accountOf(call)
  const quantity = params.quantity('amount')
  const price: Price | null = params.price('price')
  if (trigger) {
    const changed = context.core.amendConditional(account.id, {
      id: trigger.id,
      triggerPrice: params.price('trigger_price'),
      quantity,
      price,
    })
    if (!changed.ok) throw changed.error.code === 'would_trigger' ? triggerPassed(trigger.direction) : refusalOf(changed.error)
    return { order: { ...triggerJson(marketOf(call, trigger.symbol), changed.value), replaced: true }, trades: [] }
  }
  if (!order) throw noSuchOrder()
  const market = marketOf(call, order.symbol)
  const before = account.trades.length
  const changed = context.core.amend(account.id, { orderId: order.id, price, quantity })
  if (!changed.ok && changed.error.code !== 'not_modified') throw refusalOf(changed.error)
  return placedJson(call, { market, order: changed.ok ? changed.value : order, before })
}

function closePosition(call: Call): unknown {
  const market = marketFor(call)
  const account = accountOf(call)
  const { quantity = 0n as Quantity } = account.positions.get(`${market.instrument.symbol} both`) ?? {}
  if (quantity === 0n) throw new DeribitRefusal(11_030, 'other_reject already_closed')
  const type = call.params.oneOf('type', PLAIN_TYPES, null)
  const before = account.trades.length
  const placed = call.context.core.submit(account.id, {
    symbol: market.instrument.symbol,
    side: quantity > 0n ? 'sell' : 'buy',
    type,
    timeInForce: 'gtc',
    quantity: absolute(quantity),
    price: type === 'limit' ? call.params.price('price') : null,
    reduceOnly: true,
    positionSide: 'both',
    clientId: null,
  })
  if (!placed.ok) throw refusalOf(placed.error)
  return placedJson(call, { market, order: placed.value, before })
}

export const TRADE_METHODS: Methods = {
  'private/buy': trade((call) => place(call, 'buy')),
  'private/sell': trade((call) => place(call, 'sell')),
  'private/edit': trade(edit),
  'private/cancel': trade((call) => cancelOne(call, named(call, call.params.required('order_id')))),
  'private/cancel_by_label': trade((call) => {
    const label = call.params.required('label')
    return cancelWhere(call, (order) => labelOf(order) === label && inCurrency(call, order.symbol))
  }),
  'private/cancel_all': trade((call) => cancelWhere(call, () => true)),
  'private/cancel_all_by_currency': trade((call) => cancelWhere(call, ({ symbol }) => inCurrency(call, symbol))),
  'private/cancel_all_by_instrument': trade((call) => {
    const { instrument } = marketFor(call)
    return cancelWhere(call, ({ symbol }) => symbol === instrument.symbol)
  }),
  'private/close_position': trade(closePosition),
}
