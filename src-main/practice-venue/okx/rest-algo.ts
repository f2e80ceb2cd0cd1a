// Conditional orders: algo orders, a list of their own, of which one kind is listed at a time.
import { ZERO_QUANTITY } from '../../../src-shared/domain/decimal.ts'
import { type Conditional, type ConditionalParams, type ConditionalType, type TriggerSource, isArmed } from '../core/order.ts'
import { baseFrom } from './instruments.ts'
import { OkxRefusal, OrderRefusal, conditionalRefusalOf, malformed, missing, noSuchOrder } from './refusals.ts'
import type { Parameters } from './request.ts'
import { type Call, type Route, isVisible, paged, read, trade } from './route.ts'
import { clientIdOf, eachOf, marketOrRefusal, positionSideOf, useMode } from './rest-trade.ts'
import { algoJson, algoStateOf } from './algo-words.ts'
import { algoIdOf, coreIdOf } from './words.ts'

const TYPES = ['conditional', 'oco', 'trigger', 'move_order_stop', 'iceberg', 'twap', 'chase'] as const
const SOURCES = ['last', 'mark', 'index'] as const

type Level = Pick<ConditionalParams, 'type' | 'triggerPrice' | 'trigger' | 'price' | 'direction' | 'callbackRate' | 'activatePrice'>
const levelOf = (
  parameters: Parameters,
  names: { at: string; source: string; limit: string },
): Pick<Level, 'triggerPrice' | 'trigger' | 'price'> => {
  const limit = parameters.required(names.limit)
  return {
    triggerPrice: parameters.price(names.at),
    trigger: parameters.oneOf<TriggerSource>(names.source, SOURCES, 'last'),
    price: limit === '-1' ? null : parameters.price(names.limit),
  }
}
const plain = { direction: null, callbackRate: null, activatePrice: null }

function conditionalLevel(parameters: Parameters): Level {
  const [isStop, isProfit] = [parameters.text('slTriggerPx') !== null, parameters.text('tpTriggerPx') !== null]
  if (isStop === isProfit) throw malformed(isStop ? 'ordType' : 'slTriggerPx')
  const prefix = isStop ? 'sl' : 'tp'
  const level = levelOf(parameters, { at: `${prefix}TriggerPx`, source: `${prefix}TriggerPxType`, limit: `${prefix}OrdPx` })
  const type: ConditionalType = `${isStop ? 'stop' : 'take_profit'}_${level.price === null ? 'market' : 'limit'}`
  return { ...plain, ...level, type }
}
/** Fires when the price comes to it from whichever side it is on now. */
function triggerLevel(call: Call, parameters: Parameters): Level {
  const level = levelOf(parameters, { at: 'triggerPx', source: 'triggerPxType', limit: 'orderPx' })
  if (level.triggerPrice === null) throw missing('triggerPx')
  const { last, mark } = marketOrRefusal(call, parameters)
  const seen = level.trigger === 'mark' ? mark : last
  return {
    ...plain,
    ...level,
    type: level.price === null ? 'stop_market' : 'stop_limit',
    direction: level.triggerPrice > seen ? 'rise' : 'fall',
  }
}
function trailingLevel(parameters: Parameters): Level {
  const callbackRate = parameters.rate('callbackRatio')
  if (callbackRate === null) throw missing('callbackRatio')
  return {
    ...plain,
    type: 'trailing_stop',
    triggerPrice: null,
    trigger: 'last',
    price: null,
    callbackRate,
    activatePrice: parameters.price('activePx'),
  }
}

function algoParams(call: Call, parameters: Parameters, ordType: string): ConditionalParams {
  const { instrument } = marketOrRefusal(call, parameters)
  const level =
    ordType === 'conditional'
      ? conditionalLevel(parameters)
      : ordType === 'trigger'
        ? triggerLevel(call, parameters)
        : trailingLevel(parameters)
  const closePosition = parameters.text('closeFraction') === '1'
  const size = parameters.quantity('sz')
  if (size === null && !closePosition) throw missing('sz')
  if (closePosition && !parameters.flag('reduceOnly'))
    throw new OrderRefusal(51328, 'closeFraction is only available for reduceOnly orders')
  return {
    ...level,
    symbol: instrument.symbol,
    side: parameters.oneOf('side', ['buy', 'sell']),
    quantity: size === null || closePosition ? ZERO_QUANTITY : baseFrom(instrument.symbol, size),
    timeInForce: 'gtc',
    reduceOnly: parameters.flag('reduceOnly'),
    closePosition,
    positionSide: positionSideOf(call, parameters),
    clientId: clientIdOf(parameters, 'algoClOrdId'),
    endsWithPosition: parameters.flag('cxlOnClosePos'),
  }
}

/** Knows which orders were asked for as trigger orders: to the core those are stops. */
export class AlgoDesk {
  readonly #triggers = new Set<number>()

  ordTypeOf = ({ id, type }: Readonly<Conditional>): string => {
    if (type === 'trailing_stop') return 'move_order_stop'
    return this.#triggers.has(id) ? 'trigger' : 'conditional'
  }

  place(call: Call, parameters: Parameters): Record<string, unknown> {
    const ordType = parameters.oneOf('ordType', TYPES)
    if (ordType !== 'conditional' && ordType !== 'trigger' && ordType !== 'move_order_stop') throw malformed('ordType')
    const params = algoParams(call, parameters, ordType)
    useMode(call, parameters)
    // Told to the streams from inside the call.
    const nextId = call.context.core.state.nextId + 1
    if (ordType === 'trigger') this.#triggers.add(nextId)
    const placed = call.context.core.submitConditional(call.accountId, params)
    if (!placed.ok) {
      this.#triggers.delete(nextId)
      throw conditionalRefusalOf(placed.error, params)
    }
    this.#forget(call)
    return { algoId: algoIdOf(placed.value.id), algoClOrdId: params.clientId ?? '', clOrdId: parameters.text('clOrdId') ?? '' }
  }
  /** What the exchange has forgotten is forgotten here. */
  #forget({ context, accountId }: Call): void {
    const { conditionals } = context.core.account(accountId)
    if (this.#triggers.size <= conditionals.size) return
    for (const id of this.#triggers) if (!conditionals.has(id)) this.#triggers.delete(id)
  }

  shown(call: Call, conditional: Readonly<Conditional>): Record<string, unknown> {
    return algoJson(call.context.core.account(call.accountId), conditional, this.ordTypeOf(conditional))
  }
}

function named({ context, accountId }: Call, parameters: Parameters): Readonly<Conditional> | undefined {
  const [algoId, clientId] = [parameters.text('algoId'), parameters.text('algoClOrdId')]
  if (algoId === null && clientId === null) throw new OkxRefusal(50015, 'Either parameter algoId or algoClOrdId is required', 400)
  return algoId === null
    ? context.core.conditionalByClientId(accountId, clientId ?? '')
    : context.core.account(accountId).conditionals.get(coreIdOf(algoId))
}
function cancel(call: Call, parameters: Parameters): Record<string, unknown> {
  parameters.required('instId')
  const conditional = named(call, parameters)
  const canceled = conditional ? call.context.core.cancelConditional(call.accountId, conditional.id) : null
  if (!canceled?.ok) throw new OrderRefusal(51400, 'Order cancellation failed as the order has been filled, canceled or does not exist.')
  return { algoId: algoIdOf(canceled.value.id), algoClOrdId: canceled.value.clientId }
}
function amend(call: Call, parameters: Parameters): Record<string, unknown> {
  const conditional = named(call, parameters)
  if (!conditional || !isArmed(conditional))
    throw new OrderRefusal(51527, 'Order modification unsuccessful. The stop order does not exist.')
  const size = parameters.quantity('newSz')
  const prefix = conditional.type.startsWith('take_profit') ? 'newTp' : 'newSl'
  const amended = call.context.core.amendConditional(call.accountId, {
    id: conditional.id,
    triggerPrice: parameters.price(`${prefix}TriggerPx`) ?? parameters.price('newTriggerPx'),
    quantity: size === null ? null : baseFrom(conditional.symbol, size),
    price: null,
  })
  if (!amended.ok) throw conditionalRefusalOf(amended.error, conditional)
  return { algoId: algoIdOf(conditional.id), algoClOrdId: parameters.text('algoClOrdId') ?? '', reqId: parameters.text('reqId') ?? '' }
}

export function algoRoutes(desk: AlgoDesk): Readonly<Record<string, Route>> {
  const list = (call: Call, isWanted: (conditional: Readonly<Conditional>) => boolean): unknown[] => {
    const ordTypes = call.parameters.required('ordType').split(',')
    const { conditionals } = call.context.core.account(call.accountId)
    const all = [...conditionals.values()].filter((each) => isWanted(each) && ordTypes.includes(desk.ordTypeOf(each)))
    const found = paged(call, all, { ms: ({ createdMs }) => createdMs, id: ({ id }) => algoIdOf(id) })
    return found.map((each) => desk.shown(call, each))
  }
  return {
    'POST trade/order-algo': trade(20, (call) => eachOf(call, [call.parameters], (each) => desk.place(call, each)), 1),
    'POST trade/cancel-algos': trade(20, (call) => eachOf(call, call.list, (each) => cancel(call, each))),
    'POST trade/amend-algos': trade(20, (call) => eachOf(call, [call.parameters], (each) => amend(call, each))),
    'GET trade/order-algo': read(20, (call) => {
      const conditional = named(call, call.parameters)
      if (!conditional || !isVisible(call, conditional.createdMs)) throw noSuchOrder()
      return [desk.shown(call, conditional)]
    }),
    'GET trade/orders-algo-pending': read(20, (call) => list(call, isArmed)),
    'GET trade/orders-algo-history': read(20, (call) => {
      const [state, algoId] = [call.parameters.text('state'), call.parameters.text('algoId')]
      if (state === null && algoId === null) throw new OkxRefusal(50015, 'Either parameter state or algoId is required', 400)
      return list(
        call,
        (each) => !isArmed(each) && (state === null || algoStateOf(each) === state) && (algoId === null || algoIdOf(each.id) === algoId),
      )
    }),
  }
}
