// Executions, funding and positions in Bybit's words, for REST and streams alike.
import { type Price, type Quantity, absolute, negate, toText } from '../../../src-shared/domain/decimal.ts'
import type { PositionView } from '../core/events.ts'
import type { Income, Trade } from '../core/order.ts'
import type { Account } from '../core/state.ts'
import { POSITION_IDX, SIDE, execIdOf, linkIdOf, orderIdOf, textOr } from './words.ts'

export function executionRow(account: Account, trade: Trade): Record<string, unknown> {
  const order = account.orders.get(trade.orderId)
  // What was left after this very trade, as a client that counts along expects.
  const later = account.trades.filter(({ orderId, id }) => orderId === trade.orderId && id > trade.id)
  const leaves = order ? later.reduce<bigint>((sum, { quantity }) => sum + quantity, order.quantity - order.filled) : 0n
  return {
    category: 'linear',
    symbol: trade.symbol,
    orderId: order ? orderIdOf(order) : orderIdOf({ id: trade.orderId }),
    orderLinkId: order ? linkIdOf(order) : '',
    side: SIDE[trade.side],
    orderPrice: textOr(order?.price ?? null, '0'),
    orderQty: order ? toText(order.quantity) : '0',
    leavesQty: toText(leaves as Quantity),
    createType: order?.isLiquidation === true ? 'CreateByLiq' : order?.parentId != null ? 'CreateByStopOrder' : 'CreateByUser',
    orderType: order?.type === 'limit' ? 'Limit' : 'Market',
    stopOrderType: order?.parentId != null ? 'Stop' : '',
    execFee: toText(trade.fee),
    execId: execIdOf(trade.id),
    execPrice: toText(trade.price),
    execQty: toText(trade.quantity),
    execType: order?.isLiquidation === true ? 'BustTrade' : 'Trade',
    execValue: toText(trade.value),
    execTime: String(trade.tsMs),
    feeCurrency: trade.feeAsset,
    isMaker: trade.isMaker,
    feeRate: trade.isMaker ? '0.0002' : '0.00055',
    tradeIv: '',
    markIv: '',
    markPrice: toText(trade.price),
    indexPrice: '',
    underlyingPrice: '',
    blockTradeId: '',
    closedSize: '',
    seq: trade.id,
    isLeverage: '0',
    extraFees: '',
  }
}
/** Funding stands among the executions: a fee that is paid when it is positive. `quantity` is signed. */
export function fundingRow(
  income: Income,
  at: { readonly quantity: Quantity; readonly mark: Price; readonly rate: string },
): Record<string, unknown> {
  const id = `${Math.floor(income.tsMs / 1_000)}-8-${income.id}-1-2`
  return {
    category: 'linear',
    symbol: income.symbol ?? '',
    orderId: id,
    orderLinkId: '',
    side: at.quantity < 0n ? 'Sell' : 'Buy',
    orderPrice: '0',
    orderQty: '0',
    leavesQty: '0',
    createType: '',
    orderType: 'UNKNOWN',
    stopOrderType: 'UNKNOWN',
    execFee: toText(negate(income.amount)),
    execId: execIdOf(income.id),
    execPrice: toText(at.mark),
    execQty: toText(absolute(at.quantity)),
    execType: 'Funding',
    execValue: '0',
    execTime: String(income.tsMs),
    feeCurrency: '',
    isMaker: false,
    feeRate: at.rate,
    tradeIv: '',
    markIv: '',
    markPrice: toText(at.mark),
    indexPrice: '',
    underlyingPrice: '',
    blockTradeId: '',
    closedSize: '',
    seq: income.id,
  }
}

/** `entryName` is `avgPrice` over REST and `entryPrice` on the stream. */
export function positionRow(view: PositionView, entryName: 'avgPrice' | 'entryPrice'): Record<string, unknown> {
  const isHeld = view.quantity !== 0n
  return {
    positionIdx: POSITION_IDX[view.side],
    riskId: 1,
    riskLimitValue: '2000000',
    symbol: view.symbol,
    side: isHeld ? (view.quantity > 0n ? 'Buy' : 'Sell') : '',
    size: toText(absolute(view.quantity)),
    [entryName]: toText(view.entryPrice),
    positionValue: toText(view.notional),
    tradeMode: 0,
    positionStatus: 'Normal',
    autoAddMargin: 0,
    adlRankIndicator: isHeld ? 2 : 0,
    leverage: String(view.leverage),
    positionBalance: toText(view.isolatedWallet),
    markPrice: toText(view.markPrice),
    liqPrice: textOr(view.liquidationPrice, ''),
    bustPrice: '',
    positionMM: toText(view.maintenanceMargin),
    positionIM: toText(isHeld ? view.initialMargin : view.unrealizedProfit),
    tpslMode: 'Full',
    takeProfit: '',
    stopLoss: '',
    trailingStop: '0',
    unrealisedPnl: toText(view.unrealizedProfit),
    curRealisedPnl: '0',
    cumRealisedPnl: toText(view.realizedProfit),
    sessionAvgPrice: '',
    seq: isHeld || view.updatedMs > 0 ? view.updatedMs : -1,
    isReduceOnly: false,
    mmrSysUpdatedTime: '',
    leverageSysUpdatedTime: '',
    createdTime: String(view.updatedMs),
    updatedTime: String(view.updatedMs),
    category: 'linear',
  }
}
