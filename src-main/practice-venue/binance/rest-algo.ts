// Conditional orders: the algo service, a list of its own.
import { quantity } from '../../../src-shared/domain/decimal.ts'
import type { Conditional, ConditionalParams, ConditionalType } from '../core/order.ts'
import { BinanceRefusal, malformed, missing, noSuchOrder, refusalOf } from './refusals.ts'
import { marketFor } from './rest-market.ts'
import { clientIdOf, isVisible, paged, positionSideOf, sideOf, timeInForceOf } from './rest-trade.ts'
import type { Call, Route } from './route.ts'
import { algoIdOf, algoJson, idOfAlgo } from './words.ts'

const TYPES: Readonly<Record<string, ConditionalType>> = {
  STOP: 'stop_limit',
  STOP_MARKET: 'stop_market',
  TAKE_PROFIT: 'take_profit_limit',
  TAKE_PROFIT_MARKET: 'take_profit_market',
  TRAILING_STOP_MARKET: 'trailing_stop',
}

function algoParams(call: Call): ConditionalParams {
  const { parameters } = call
  if (parameters.required('algoType') !== 'CONDITIONAL') throw malformed('algoType')
  const { instrument } = marketFor(call)
  const type = TYPES[parameters.required('type')]
  if (!type) throw new BinanceRefusal(-1116, 'Invalid orderType.')
  const isLimit = type === 'stop_limit' || type === 'take_profit_limit'
  const closePosition = parameters.flag('closePosition')
  const amount = parameters.quantity('quantity')
  checkClosing(call, { type, closePosition })
  if (!closePosition && amount === null) throw missing('quantity')
  const triggerPrice = parameters.price('triggerPrice')
  if (type !== 'trailing_stop' && triggerPrice === null) throw missing('triggerPrice')
  const price = parameters.price('price')
  if (isLimit && price === null) throw missing('price')
  if (type === 'trailing_stop' && parameters.text('callbackRate') === null) throw missing('callbackRate')
  return {
    symbol: instrument.symbol,
    side: sideOf(parameters),
    type,
    quantity: closePosition ? quantity('0') : (amount ?? quantity('0')),
    triggerPrice: type === 'trailing_stop' ? null : triggerPrice,
    trigger: parameters.oneOf('workingType', ['CONTRACT_PRICE', 'MARK_PRICE'], 'CONTRACT_PRICE') === 'MARK_PRICE' ? 'mark' : 'last',
    direction: null,
    price: isLimit ? price : null,
    timeInForce: isLimit && parameters.text('timeInForce') !== null ? timeInForceOf(parameters) : 'gtc',
    reduceOnly: parameters.flag('reduceOnly') || closePosition,
    closePosition,
    positionSide: positionSideOf(parameters),
    clientId: clientIdOf(parameters, 'clientAlgoId'),
    callbackRate: parameters.percent('callbackRate'),
    activatePrice: parameters.price('activatePrice'),
    endsWithPosition: parameters.text('timeInForce') === 'GTE_GTC',
  }
}

function checkClosing({ parameters }: Call, { type, closePosition }: { type: ConditionalType; closePosition: boolean }): void {
  if (!closePosition) return
  if (type !== 'stop_market' && type !== 'take_profit_market') {
    throw new BinanceRefusal(-4136, `Target strategy invalid for orderType ${parameters.required('type')},closePosition true`)
  }
  if (parameters.text('quantity') !== null) throw new BinanceRefusal(-4137, 'Quantity must be zero with closePosition equals true')
  if (parameters.text('reduceOnly') !== null) throw new BinanceRefusal(-4138, 'Reduce only must be true with closePosition equals true')
}

const shown = (call: Call, conditional: Readonly<Conditional>): Record<string, unknown> => {
  const { orders } = call.context.core.account(call.accountId)
  return algoJson(conditional, conditional.childId === null ? undefined : orders.get(conditional.childId))
}

function place(call: Call): unknown {
  const placed = call.context.core.submitConditional(call.accountId, algoParams(call))
  if (!placed.ok) throw refusalOf(placed.error)
  return { ...shown(call, placed.value), algoStatus: 'NEW' }
}

function named({ context, accountId, parameters }: Call): Readonly<Conditional> | undefined {
  const algoId = parameters.integer('algoId')
  const clientId = parameters.text('clientAlgoId')
  if (algoId === null && clientId === null) throw missing('clientAlgoId')
  return algoId === null
    ? context.core.conditionalByClientId(accountId, clientId ?? '')
    : context.core.account(accountId).conditionals.get(idOfAlgo(algoId))
}

function query(call: Call): unknown {
  const conditional = named(call)
  if (!conditional || !isVisible(call, conditional.createdMs)) throw noSuchOrder()
  return shown(call, conditional)
}

function cancel(call: Call): unknown {
  const conditional = named(call)
  const canceled = conditional ? call.context.core.cancelConditional(call.accountId, conditional.id) : null
  if (!canceled?.ok) throw new BinanceRefusal(-2011, 'Unknown order sent.')
  return { algoId: algoIdOf(canceled.value.id), clientAlgoId: canceled.value.clientId, code: '200', msg: 'success' }
}

function cancelAll(call: Call): unknown {
  const { symbol } = marketFor(call).instrument
  const { core } = call.context
  for (const conditional of core.account(call.accountId).armed.values()) {
    if (conditional.symbol === symbol) core.cancelConditional(call.accountId, conditional.id)
  }
  return { code: 200, msg: 'The operation of cancel all open order is done.' }
}

const openOnes = (call: Call): unknown => {
  const symbol = call.parameters.text('symbol')
  return [...call.context.core.account(call.accountId).armed.values()]
    .filter((conditional) => (symbol === null || conditional.symbol === symbol) && isVisible(call, conditional.createdMs))
    .map((conditional) => shown(call, conditional))
}

function allOnes(call: Call): unknown {
  const symbol = call.parameters.required('symbol')
  const all = [...call.context.core.account(call.accountId).conditionals.values()].filter((conditional) => conditional.symbol === symbol)
  return paged(call, all, { ms: ({ createdMs }) => createdMs, id: ({ id }) => algoIdOf(id), idName: 'algoId' }).map((each) =>
    shown(call, each),
  )
}

export const ALGO_ROUTES: Readonly<Record<string, Route>> = {
  'POST /fapi/v1/algoOrder': { weight: 0, security: 'trade', orders: 1, handle: place },
  'GET /fapi/v1/algoOrder': { weight: 1, security: 'signed', orders: 0, handle: query },
  'DELETE /fapi/v1/algoOrder': { weight: 1, security: 'trade', orders: 0, handle: cancel },
  'DELETE /fapi/v1/algoOpenOrders': { weight: 1, security: 'trade', orders: 0, handle: cancelAll },
  'GET /fapi/v1/openAlgoOrders': {
    weight: 1,
    weigh: ({ parameters }) => (parameters.text('symbol') === null ? 40 : 1),
    security: 'signed',
    orders: 0,
    handle: openOnes,
  },
  'GET /fapi/v1/allAlgoOrders': { weight: 5, security: 'signed', orders: 0, handle: allOnes },
}
