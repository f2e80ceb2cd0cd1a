// Every request that is made of OKX (okx.com, docs-v5), and how often each may be made: there every endpoint has a limit of its own. Pure.
import { toText } from '../../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderRequest, TimeInForce } from '../../../../../src-shared/domain/order.ts'
import type { RequestParams, VenueRequest } from '../../transport/venue-rest.ts'
import type { BudgetRule, Priority } from '../../transport/weight-budget.ts'
import { type KnownOrder, kindOf } from '../order-memory.ts'
import { type OkxContract, contractsText } from './okx-contracts.ts'

/** Requests in two seconds. Where the venue counts for each instrument by itself, all are counted together here. */
const LIMITS: Readonly<Record<string, number>> = {
  'POST trade/order': 60,
  'POST trade/cancel-order': 60,
  'GET trade/order': 60,
  'POST trade/order-algo': 20,
  'POST trade/cancel-algos': 20,
  'GET trade/order-algo': 20,
  'GET trade/orders-pending': 60,
  'GET trade/orders-algo-pending': 20,
  'GET trade/fills': 60,
  'GET trade/fills-history': 10,
  'GET account/positions': 10,
  'GET account/balance': 10,
  'GET account/bills': 10,
  'GET account/config': 5,
  'GET account/trade-fee': 5,
  'POST account/set-leverage': 20,
  'GET public/time': 10,
  'GET public/instruments': 20,
  'GET public/position-tiers': 10,
  'GET public/funding-rate-history': 10,
}
const WINDOW_MS = 2_000
export const BUDGET_RULES: readonly BudgetRule[] = [
  { unit: 'orders', limit: 1_000, windowMs: WINDOW_MS, header: null },
  ...Object.entries(LIMITS).map(([endpoint, limit]) => ({ unit: 'weight', limit, windowMs: WINDOW_MS, header: null, endpoint }) as const),
]
/** An order that arrives later than this after it was made is refused: what is not found then never arrives. Algo orders know no such thing. */
const ARRIVES_WITHIN_MS = 5_000

type Plan = {
  readonly priority?: Priority
  readonly orders?: number
  readonly headers?: NonNullable<VenueRequest['headers']>
  readonly asList?: boolean
}
const ask = (target: string, params: RequestParams, plan: Plan = {}): VenueRequest => {
  const [method, path = ''] = target.split(' ')
  return {
    api: path.startsWith('public/') ? 'public' : 'private',
    method: method === 'POST' ? 'POST' : 'GET',
    path,
    params,
    weight: 1,
    orders: 0,
    priority: 'read',
    endpoint: target,
    ...plan,
  }
}

const priorityOf = ({ purpose }: OrderRequest): Priority => (purpose === 'entry' || purpose === 'target' ? 'entry' : 'protect')
const LIMIT_TYPES: Readonly<Record<TimeInForce, string>> = { gtc: 'limit', ioc: 'ioc', post_only: 'post_only' }

/** Sizes are contracts, exactly; prices are on the tick grid, as the instrument made them. `nowMs` tells the venue's time. */
export function submitRequest(order: OrderRequest, contract: OkxContract, nowMs: () => number): VenueRequest {
  const plan = { priority: priorityOf(order), orders: 1 }
  const common = {
    instId: contract.instId,
    tdMode: contract.marginMode,
    side: order.side,
    sz: contractsText(contract, order.quantity),
    // Both lists have an id of their own; the library would make one up for whichever is without.
    clOrdId: order.clientOrderId,
    ...(order.reduceOnly && { reduceOnly: true }),
  }
  if (kindOf(order.type) === 'conditional')
    return ask('POST trade/order-algo', { ...common, ordType: 'conditional', algoClOrdId: order.clientOrderId, ...triggerOf(order) }, plan)
  const limit = order.limitPrice === null ? {} : { px: toText(order.limitPrice) }
  const ordType = order.limitPrice === null ? 'market' : LIMIT_TYPES[order.timeInForce]
  return ask(
    'POST trade/order',
    { ...common, ordType, ...limit },
    { ...plan, headers: () => ({ expTime: String(nowMs() + ARRIVES_WITHIN_MS) }) },
  )
}
/** −1 stands for the market price. */
function triggerOf({ type, triggerPrice, triggerSource }: OrderRequest): RequestParams {
  const level = triggerPrice === null ? '' : toText(triggerPrice)
  if (type === 'take_profit_market') return { tpTriggerPx: level, tpTriggerPxType: triggerSource, tpOrdPx: '-1' }
  return { slTriggerPx: level, slTriggerPxType: triggerSource, slOrdPx: '-1' }
}

/** A conditional order that has fired lives on as a plain one. */
export function cancelRequest(known: KnownOrder, { instId }: OkxContract): VenueRequest {
  const plan = { priority: 'cancel' } as const
  if (known.childOrderId !== null) return ask('POST trade/cancel-order', { instId, ordId: known.childOrderId }, plan)
  // Another's order may have a name that cannot be said here; the venue's own always can.
  const foreignId = known.isForeign ? known.venueOrderId : null
  if (known.kind === 'conditional') {
    const name: RequestParams = foreignId === null ? { algoClOrdId: known.clientOrderId } : { algoId: foreignId }
    return ask('POST trade/cancel-algos', { instId, ...name }, { ...plan, asList: true })
  }
  const name: RequestParams = foreignId === null ? { clOrdId: known.clientOrderId } : { ordId: foreignId }
  return ask('POST trade/cancel-order', { instId, ...name }, plan)
}

const LOOKUP = { priority: 'cancel' } as const
export const plainByClientId = (instId: string, clOrdId: ClientOrderId): VenueRequest => ask('GET trade/order', { instId, clOrdId }, LOOKUP)
export const plainByVenueId = (instId: string, ordId: string): VenueRequest => ask('GET trade/order', { instId, ordId }, LOOKUP)
export const algoByClientId = (algoClOrdId: ClientOrderId): VenueRequest => ask('GET trade/order-algo', { algoClOrdId }, LOOKUP)
export const algoByVenueId = (algoId: string): VenueRequest => ask('GET trade/order-algo', { algoId }, LOOKUP)

/** The kinds of conditional orders, of which the venue lists one at a time. */
export const ALGO_TYPES = ['conditional', 'oco', 'trigger', 'move_order_stop'] as const
export const PAGE = 100
const swaps = { instType: 'SWAP', limit: PAGE } as const

export const time: VenueRequest = ask('GET public/time', {}, LOOKUP)
export const accountConfig: VenueRequest = ask('GET account/config', {})
export const instruments: VenueRequest = ask('GET public/instruments', { instType: 'SWAP' })
export const tradeFee = (instFamily: string): VenueRequest => ask('GET account/trade-fee', { instType: 'SWAP', instFamily })
export const positionTiers = (instFamily: string, tdMode: string): VenueRequest =>
  ask('GET public/position-tiers', { instType: 'SWAP', instFamily, tdMode, tier: '1' })
export const setLeverage = (contract: OkxContract, leverage: number): VenueRequest =>
  ask('POST account/set-leverage', { instId: contract.instId, lever: String(leverage), mgnMode: contract.marginMode })
export const positions: VenueRequest = ask('GET account/positions', { instType: 'SWAP' })
export const balance = (ccy: string): VenueRequest => ask('GET account/balance', { ccy })
export const openOrders = (page: RequestParams): VenueRequest => ask('GET trade/orders-pending', { ...swaps, ...page })
export const openAlgoOrders = (ordType: string, page: RequestParams): VenueRequest =>
  ask('GET trade/orders-algo-pending', { ordType, ...swaps, ...page })
/** `fills` keeps three days, `fills-history` three months. Newest first. */
export const FILL_LISTS = ['fills', 'fills-history'] as const
export const fills = (list: (typeof FILL_LISTS)[number], page: RequestParams): VenueRequest =>
  ask(`GET trade/${list}`, { ...swaps, ...page })
/** Type 8 is funding. */
export const fundingBills = (begin: number): VenueRequest => ask('GET account/bills', { ...swaps, type: '8', begin: String(begin) })
export const fundingRates = (instId: string): VenueRequest => ask('GET public/funding-rate-history', { instId, limit: 10 })
