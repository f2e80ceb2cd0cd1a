// Balances and positions over REST, in the shapes of versions 2 and 3.
import { ZERO_MONEY, ZERO_PRICE, ZERO_QUANTITY, add, negate, toText } from '../../../src-shared/domain/decimal.ts'
import type { PositionView } from '../core/events.ts'
import { notionalMax } from '../core/instrument.ts'
import type { AssetMargin } from '../core/margin.ts'
import type { PositionSide } from '../core/order.ts'
import { type Account, type Market, settingsOf } from '../core/state.ts'
import type { Call, Route } from './route.ts'
import { MARGIN_TYPE, POSITION_SIDE } from './words.ts'

const ASSETS = ['USDT', 'BNB']

export const accountOf = ({ context, accountId }: Call): Account => context.core.account(accountId)
export const marketsOf = ({ context }: Call): Market[] =>
  [...context.core.state.markets.values()].filter(({ status }) => status !== 'closed')
const sidesOf = (call: Call): PositionSide[] => (accountOf(call).positionMode === 'hedge' ? ['long', 'short'] : ['both'])

/** Every symbol and side, flat ones included, as version 2 lists them. */
function everyPosition(call: Call): PositionView[] {
  const held = call.context.core.positions(call.accountId)
  return marketsOf(call).flatMap((market) =>
    sidesOf(call).map(
      (side) => held.find((view) => view.symbol === market.instrument.symbol && view.side === side) ?? flat(call, market, side),
    ),
  )
}

function flat(call: Call, market: Market, side: PositionSide): PositionView {
  const settings = settingsOf(accountOf(call), market.instrument.symbol)
  return {
    symbol: market.instrument.symbol,
    side,
    quantity: ZERO_QUANTITY,
    entryPrice: ZERO_PRICE,
    markPrice: market.mark,
    unrealizedProfit: ZERO_MONEY,
    realizedProfit: ZERO_MONEY,
    marginMode: settings.marginMode,
    isolatedWallet: ZERO_MONEY,
    leverage: settings.leverage,
    liquidationPrice: null,
    notional: ZERO_MONEY,
    initialMargin: ZERO_MONEY,
    maintenanceMargin: ZERO_MONEY,
    updatedMs: 0,
  }
}

const signedNotional = ({ notional, quantity }: PositionView): string => toText(quantity < 0n ? negate(notional) : notional)

function riskV3(view: PositionView): Record<string, unknown> {
  return {
    symbol: view.symbol,
    positionSide: POSITION_SIDE[view.side],
    positionAmt: toText(view.quantity),
    entryPrice: toText(view.entryPrice),
    breakEvenPrice: toText(view.entryPrice),
    markPrice: toText(view.markPrice),
    unRealizedProfit: toText(view.unrealizedProfit),
    liquidationPrice: view.liquidationPrice === null ? '0' : toText(view.liquidationPrice),
    isolatedMargin: toText(view.marginMode === 'isolated' ? add(view.isolatedWallet, view.unrealizedProfit) : ZERO_MONEY),
    notional: signedNotional(view),
    marginAsset: 'USDT',
    isolatedWallet: toText(view.isolatedWallet),
    initialMargin: toText(view.initialMargin),
    maintMargin: toText(view.maintenanceMargin),
    positionInitialMargin: toText(view.initialMargin),
    openOrderInitialMargin: '0',
    adl: 2,
    bidNotional: '0',
    askNotional: '0',
    updateTime: view.updatedMs,
  }
}

const riskV2 = (call: Call, view: PositionView): Record<string, unknown> => {
  const market = call.context.core.market(view.symbol)
  return {
    ...riskV3(view),
    leverage: String(view.leverage),
    maxNotionalValue: market ? toText(notionalMax(market.instrument, view.leverage)) : '0',
    marginType: MARGIN_TYPE[view.marginMode],
    isAutoAddMargin: 'false',
  }
}

/** Those of the symbol that is named, or all. */
export function bySymbol<T extends { readonly symbol: string }>({ parameters }: Call, views: readonly T[]): T[] {
  const symbol = parameters.text('symbol')
  return views.filter((view) => symbol === null || view.symbol === symbol)
}

const assetMargins = ({ context, accountId }: Call): AssetMargin[] => ASSETS.map((asset) => context.core.margin(accountId, asset))

const assetJson = (call: Call, margin: AssetMargin): Record<string, unknown> => ({
  asset: margin.asset,
  walletBalance: toText(margin.wallet),
  unrealizedProfit: toText(margin.unrealized),
  marginBalance: toText(margin.equity),
  maintMargin: toText(margin.maintenance),
  initialMargin: toText(add(margin.positionMargin, margin.orderMargin)),
  positionInitialMargin: toText(margin.positionMargin),
  openOrderInitialMargin: toText(margin.orderMargin),
  crossWalletBalance: toText(margin.crossWallet),
  crossUnPnl: toText(margin.crossUnrealized),
  availableBalance: toText(margin.available),
  maxWithdrawAmount: toText(margin.available),
  marginAvailable: true,
  updateTime: call.context.nowMs(),
})

function totals(call: Call): Record<string, unknown> {
  const usdt = call.context.core.margin(call.accountId, 'USDT')
  return {
    totalInitialMargin: toText(add(usdt.positionMargin, usdt.orderMargin)),
    totalMaintMargin: toText(usdt.maintenance),
    totalWalletBalance: toText(usdt.wallet),
    totalUnrealizedProfit: toText(usdt.unrealized),
    totalMarginBalance: toText(usdt.equity),
    totalPositionInitialMargin: toText(usdt.positionMargin),
    totalOpenOrderInitialMargin: toText(usdt.orderMargin),
    totalCrossWalletBalance: toText(usdt.crossWallet),
    totalCrossUnPnl: toText(usdt.crossUnrealized),
    availableBalance: toText(usdt.available),
    maxWithdrawAmount: toText(usdt.available),
  }
}

const positionJson = (view: PositionView): Record<string, unknown> => ({
  symbol: view.symbol,
  positionSide: POSITION_SIDE[view.side],
  positionAmt: toText(view.quantity),
  unrealizedProfit: toText(view.unrealizedProfit),
  isolatedMargin: toText(view.isolatedWallet),
  notional: signedNotional(view),
  isolatedWallet: toText(view.isolatedWallet),
  initialMargin: toText(view.initialMargin),
  maintMargin: toText(view.maintenanceMargin),
  updateTime: view.updatedMs,
})
const positionJsonV2 = (view: PositionView): Record<string, unknown> => ({
  ...positionJson(view),
  positionInitialMargin: toText(view.initialMargin),
  openOrderInitialMargin: '0',
  leverage: String(view.leverage),
  isolated: view.marginMode === 'isolated',
  entryPrice: toText(view.entryPrice),
  breakEvenPrice: toText(view.entryPrice),
  maxNotional: '0',
  bidNotional: '0',
  askNotional: '0',
})

const accountFlags = (call: Call): Record<string, unknown> => ({
  feeTier: 0,
  canTrade: call.key?.canTrade ?? false,
  canDeposit: true,
  canWithdraw: call.key?.canWithdraw ?? false,
  updateTime: 0,
  multiAssetsMargin: false,
  tradeGroupId: -1,
})

const balance = (call: Call): unknown =>
  assetMargins(call).map((margin) => ({
    accountAlias: 'practice',
    asset: margin.asset,
    balance: toText(margin.wallet),
    crossWalletBalance: toText(margin.crossWallet),
    crossUnPnl: toText(margin.crossUnrealized),
    availableBalance: toText(margin.available),
    maxWithdrawAmount: toText(margin.available),
    marginAvailable: true,
    updateTime: call.context.nowMs(),
  }))

const read = (weight: number, handle: (call: Call) => unknown): Route => ({ weight, security: 'signed', orders: 0, handle })

export const POSITION_ROUTES: Readonly<Record<string, Route>> = {
  'GET /fapi/v2/account': read(5, (call) => ({
    ...accountFlags(call),
    ...totals(call),
    assets: assetMargins(call).map((margin) => assetJson(call, margin)),
    positions: everyPosition(call).map(positionJsonV2),
  })),
  'GET /fapi/v3/account': read(5, (call) => ({
    ...totals(call),
    assets: assetMargins(call).map((margin) => assetJson(call, margin)),
    positions: call.context.core.positions(call.accountId).map(positionJson),
  })),
  'GET /fapi/v1/accountConfig': read(5, (call) => ({
    ...accountFlags(call),
    dualSidePosition: accountOf(call).positionMode === 'hedge',
  })),
  'GET /fapi/v2/balance': read(5, balance),
  'GET /fapi/v3/balance': read(5, balance),
  'GET /fapi/v2/positionRisk': read(5, (call) => bySymbol(call, everyPosition(call)).map((view) => riskV2(call, view))),
  'GET /fapi/v3/positionRisk': read(5, (call) => bySymbol(call, call.context.core.positions(call.accountId)).map(riskV3)),
}
