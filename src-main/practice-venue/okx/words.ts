// The core's words in OKX's, for REST and streams alike. Sizes are contracts.
import { type Money, type Price, ZERO_MONEY, absolute, add, averagePrice, negate, toText } from '../../../src-shared/domain/decimal.ts'
import type { PositionView } from '../core/events.ts'
import type { Order, PositionSide, Trade } from '../core/order.ts'
import type { Account } from '../core/state.ts'
import { contractsText } from './instruments.ts'

/** Ids there have nineteen digits: more than a float64 holds. */
const idText = (prefix: string, id: number): string => `${prefix}${String(id).padStart(15, '0')}`
export const ordIdOf = (id: number): string => idText('2500', id)
export const algoIdOf = (id: number): string => idText('7000', id)
export const billIdOf = (id: number): string => idText('6200', id)
/** Of any of these ids; NaN for what is none. */
export const coreIdOf = (text: string): number => (/^\d{19}$/.test(text) ? Number(text.slice(4)) : Number.NaN)

export const POSITION_SIDE: Readonly<Record<PositionSide, string>> = { both: 'net', long: 'long', short: 'short' }
const STATE: Readonly<Record<Order['status'], string>> = {
  new: 'live',
  partially_filled: 'partially_filled',
  filled: 'filled',
  canceled: 'canceled',
  expired: 'canceled',
}
/** Why an order was canceled, by the number that OKX gives it. */
const CANCEL_SOURCE: Readonly<Record<string, string>> = {
  user: '1',
  liquidation: '3',
  delisted: '7',
  ioc: '14',
  countdown: '20',
  position_closed: '17',
  reduce_only: '22',
  post_only: '31',
}
export const cancelSourceOf = ({ status, reason, timeInForce }: Readonly<Order>): string => {
  if (status !== 'canceled' && status !== 'expired') return ''
  return timeInForce === 'fok' ? '13' : (CANCEL_SOURCE[reason ?? ''] ?? '0')
}
const ordTypeOf = ({ type, timeInForce }: Readonly<Order>): string => {
  if (type === 'market') return 'market'
  return timeInForce === 'gtc' ? 'limit' : timeInForce
}

export const averageOf = (order: Readonly<Order>): string =>
  order.filled === 0n ? '' : toText(averagePrice(order.filledValue, order.filled, 'half_even'))
export const textOr = (value: Price | null, otherwise: string): string => (value === null ? otherwise : toText(value))
/** What is charged is negative there. */
const feesOf = (account: Account, order: Readonly<Order>): Money => {
  if (order.filled === 0n) return ZERO_MONEY
  let fee = ZERO_MONEY
  for (let at = account.trades.length - 1; at >= 0; at -= 1) {
    const trade = account.trades[at]
    if (trade === undefined || trade.tsMs < order.createdMs) break
    if (trade.orderId === order.id) fee = add(fee, trade.fee)
  }
  return negate(fee)
}

/** Names of a plain order. What an algo order became has a name made up by the venue, beside that of the algo order. */
export function namesOf(account: Account, order: Readonly<Order>): Record<string, string> {
  const parent = order.parentId === null ? undefined : account.conditionals.get(order.parentId)
  const isUnnamed = (id: string): boolean => id.startsWith('venue')
  if (parent === undefined) return { clOrdId: isUnnamed(order.clientId) ? '' : order.clientId, algoClOrdId: '', algoId: '' }
  const algoClOrdId = isUnnamed(parent.clientId) ? '' : parent.clientId
  return { clOrdId: `O${ordIdOf(order.id)}`, algoClOrdId, algoId: algoIdOf(parent.id) }
}

export function orderJson(account: Account, order: Readonly<Order>, trade: Trade | null = null): Record<string, unknown> {
  const { symbol } = order
  const last = trade ?? account.trades.findLast(({ orderId }) => orderId === order.id) ?? null
  const names = namesOf(account, order)
  return {
    accFillSz: contractsText(symbol, order.filled),
    ...names,
    attachAlgoClOrdId: '',
    attachAlgoOrds: [],
    avgPx: averageOf(order),
    cTime: String(order.createdMs),
    cancelSource: cancelSourceOf(order),
    cancelSourceReason: '',
    category: order.isLiquidation ? 'full_liquidation' : 'normal',
    ccy: '',
    fee: toText(feesOf(account, order)),
    feeCcy: 'USDT',
    fillPx: last === null ? '' : toText(last.price),
    fillSz: last === null ? '0' : contractsText(symbol, last.quantity),
    fillTime: last === null ? '' : String(last.tsMs),
    instId: symbol,
    instType: 'SWAP',
    isTpLimit: 'false',
    lever: String(account.settings.get(symbol)?.leverage ?? 20),
    linkedAlgoOrd: { algoId: '' },
    ordId: ordIdOf(order.id),
    ordType: ordTypeOf(order),
    pnl: toText(last?.realizedProfit ?? ZERO_MONEY),
    posSide: POSITION_SIDE[order.positionSide],
    px: textOr(order.price, ''),
    pxType: '',
    pxUsd: '',
    pxVol: '',
    quickMgnType: '',
    rebate: '0',
    rebateCcy: 'USDT',
    reduceOnly: String(order.reduceOnly),
    side: order.side,
    slOrdPx: '',
    slTriggerPx: '',
    slTriggerPxType: '',
    source: order.parentId === null ? '' : '7',
    state: STATE[order.status],
    stpId: '',
    stpMode: 'cancel_maker',
    sz: contractsText(symbol, order.originalQuantity),
    tag: '',
    tdMode: account.settings.get(symbol)?.marginMode ?? 'cross',
    tgtCcy: '',
    tpOrdPx: '',
    tpTriggerPx: '',
    tpTriggerPxType: '',
    tradeId: last === null ? '' : String(last.id),
    uTime: String(order.updatedMs),
  }
}

export function fillJson(account: Account, trade: Trade): Record<string, unknown> {
  const order = account.orders.get(trade.orderId)
  return {
    instType: 'SWAP',
    instId: trade.symbol,
    tradeId: String(trade.id),
    ordId: ordIdOf(trade.orderId),
    clOrdId: order === undefined ? '' : namesOf(account, order)['clOrdId'],
    billId: billIdOf(trade.id),
    subType: '',
    tag: '',
    fillPx: toText(trade.price),
    fillSz: contractsText(trade.symbol, trade.quantity),
    fillIdxPx: toText(trade.price),
    fillPnl: toText(trade.realizedProfit),
    fillPxVol: '',
    fillPxUsd: '',
    fillMarkVol: '',
    fillFwdPx: '',
    fillMarkPx: toText(trade.price),
    side: trade.side,
    posSide: POSITION_SIDE[trade.positionSide],
    execType: trade.isMaker ? 'M' : 'T',
    feeCcy: trade.feeAsset,
    fee: toText(negate(trade.fee)),
    feeRate: '',
    ts: String(trade.tsMs + 1),
    fillTime: String(trade.tsMs),
  }
}

export function positionJson(account: Account, view: PositionView): Record<string, unknown> {
  const size = view.side === 'both' ? view.quantity : absolute(view.quantity)
  const last = account.trades.findLast(({ symbol }) => symbol === view.symbol)
  return {
    adl: '1',
    availPos: view.side === 'both' ? '' : contractsText(view.symbol, size),
    avgPx: toText(view.entryPrice),
    bePx: toText(view.entryPrice),
    cTime: String(view.updatedMs),
    ccy: 'USDT',
    closeOrderAlgo: [],
    fee: '0',
    fundingFee: '0',
    idxPx: toText(view.markPrice),
    imr: view.marginMode === 'cross' ? toText(view.initialMargin) : '',
    instId: view.symbol,
    instType: 'SWAP',
    interest: '',
    last: toText(view.markPrice),
    lever: String(view.leverage),
    liab: '',
    liabCcy: '',
    liqPenalty: '0',
    liqPx: view.liquidationPrice === null ? '' : toText(view.liquidationPrice),
    margin: view.marginMode === 'isolated' ? toText(view.isolatedWallet) : '',
    markPx: toText(view.markPrice),
    mgnMode: view.marginMode,
    mgnRatio: '',
    mmr: toText(view.maintenanceMargin),
    notionalUsd: toText(view.notional),
    optVal: '',
    pendingCloseOrdLiabVal: '',
    pnl: toText(view.realizedProfit),
    pos: contractsText(view.symbol, size),
    posCcy: '',
    posId: '1500000000000000001',
    posSide: POSITION_SIDE[view.side],
    realizedPnl: toText(view.realizedProfit),
    spotInUseAmt: '',
    spotInUseCcy: '',
    tradeId: last === undefined ? '' : String(last.id),
    uTime: String(view.updatedMs),
    upl: toText(view.unrealizedProfit),
    uplLastPx: toText(view.unrealizedProfit),
    uplRatio: '',
    usdPx: '',
  }
}
