// Account, positions and settings over REST, the listen keys of the user stream, and what a key may do.
import { type Money, ZERO_MONEY, absolute, add, money, negate, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import type { PositionView } from '../core/events.ts'
import { notionalMax } from '../core/instrument.ts'
import type { AssetMargin } from '../core/margin.ts'
import type { Income, IncomeKind, PositionSide } from '../core/order.ts'
import { type Market, settingsOf } from '../core/state.ts'
import { BinanceRefusal, malformed, missing, refusalOf } from './refusals.ts'
import { marketFor } from './rest-market.ts'
import { paged, positionSideOf } from './rest-trade.ts'
import type { Call, Route } from './route.ts'
import { MARGIN_TYPE, POSITION_SIDE } from './words.ts'

const ASSETS = ['USDT', 'BNB']

const accountOf = ({ context, accountId }: Call) => context.core.account(accountId)
const marketsOf = ({ context }: Call): Market[] => [...context.core.state.markets.values()].filter(({ status }) => status !== 'closed')
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
    quantity: 0n as PositionView['quantity'],
    entryPrice: 0n as PositionView['entryPrice'],
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

function bySymbol<T extends { readonly symbol: string }>({ parameters }: Call, views: readonly T[]): T[] {
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

const INCOME_TYPE: Readonly<Record<IncomeKind, string>> = {
  realized_profit: 'REALIZED_PNL',
  fee: 'COMMISSION',
  funding: 'FUNDING_FEE',
  transfer: 'TRANSFER',
  insurance: 'INSURANCE_CLEAR',
  liquidation_fee: 'INSURANCE_CLEAR',
}
const incomeJson = (income: Income): Record<string, unknown> => ({
  symbol: income.symbol ?? '',
  incomeType: INCOME_TYPE[income.kind],
  income: toText(income.amount),
  asset: income.asset,
  info: INCOME_TYPE[income.kind],
  time: income.tsMs,
  tranId: income.id,
  tradeId: income.tradeId === null ? '' : String(income.tradeId),
})
function income(call: Call): unknown {
  const type = call.parameters.text('incomeType')
  const rows = accountOf(call).incomes.filter((row) => type === null || INCOME_TYPE[row.kind] === type)
  const wanted = bySymbol(
    call,
    rows.map((row) => ({ ...row, symbol: row.symbol ?? '' })),
  )
  return paged(call, wanted, { ms: ({ tsMs }) => tsMs, id: ({ id }) => id, idName: 'page' }).map(incomeJson)
}

function setLeverage(call: Call): unknown {
  const { instrument } = marketFor(call)
  const leverage = call.parameters.integer('leverage')
  if (leverage === null) throw missing('leverage')
  const changed = call.context.core.setLeverage(call.accountId, instrument.symbol, leverage)
  if (!changed.ok) {
    throw changed.error.code === 'invalid_leverage'
      ? new BinanceRefusal(-4028, `Leverage ${leverage} is not valid`)
      : refusalOf(changed.error, 'leverage')
  }
  return { leverage, maxNotionalValue: toText(notionalMax(instrument, leverage)), symbol: instrument.symbol }
}

function setMarginType(call: Call): unknown {
  const { instrument } = marketFor(call)
  const type = call.parameters.oneOf('marginType', ['ISOLATED', 'CROSSED'], new BinanceRefusal(-4045, 'Invalid marginType.'))
  const changed = call.context.core.setMarginMode(call.accountId, instrument.symbol, type === 'CROSSED' ? 'cross' : 'isolated')
  if (!changed.ok) throw refusalOf(changed.error, 'margin_mode')
  return { code: 200, msg: 'success' }
}

function setPositionSide(call: Call): unknown {
  const mode = call.parameters.required('dualSidePosition').toLowerCase() === 'true' ? 'hedge' : 'one_way'
  const changed = call.context.core.setPositionMode(call.accountId, mode)
  if (!changed.ok) throw refusalOf(changed.error)
  return { code: 200, msg: 'success' }
}

function positionMargin(call: Call): unknown {
  const { instrument } = marketFor(call)
  const type = call.parameters.integer('type')
  const text = call.parameters.required('amount')
  if (type !== 1 && type !== 2) throw malformed('type')
  const amount = money(text)
  const moved = call.context.core.moveIsolatedMargin(call.accountId, {
    symbol: instrument.symbol,
    side: positionSideOf(call.parameters),
    amount: type === 1 ? amount : negate(absolute<Money>(amount)),
  })
  if (!moved.ok) throw refusalOf(moved.error)
  return { amount: toNumber(amount), code: 200, msg: 'Successfully modify position margin.', type }
}

/** What the key may do: the check a careful client makes before it trades. */
const restrictions = ({ key, context }: Call): unknown => ({
  ipRestrict: key?.allowedIps !== null,
  createTime: key?.createdMs ?? context.nowMs(),
  enableReading: true,
  enableWithdrawals: key?.canWithdraw ?? false,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: key?.canTrade ?? false,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableFixApiTrade: false,
  enableFixReadOnly: false,
  enableSpotAndMarginTrading: false,
  enablePortfolioMarginTrading: false,
})

const commissionRate = (call: Call): unknown => {
  const { symbol, makerFeeRate, takerFeeRate } = marketFor(call).instrument
  return { symbol, makerCommissionRate: toText(makerFeeRate), takerCommissionRate: toText(takerFeeRate) }
}
const symbolConfig = (call: Call): unknown =>
  bySymbol(
    call,
    marketsOf(call).map(({ instrument }) => {
      const { leverage, marginMode } = settingsOf(accountOf(call), instrument.symbol)
      return {
        symbol: instrument.symbol,
        marginType: marginMode === 'cross' ? 'CROSSED' : 'ISOLATED',
        isAutoAddMargin: false,
        leverage,
        maxNotionalValue: toText(notionalMax(instrument, leverage)),
      }
    }),
  )

const read = (weight: number, handle: (call: Call) => unknown): Route => ({ weight, security: 'signed', orders: 0, handle })
const change = (handle: (call: Call) => unknown): Route => ({ weight: 1, security: 'trade', orders: 0, handle })
const session = (handle: (call: Call) => unknown): Route => ({ weight: 1, security: 'key', orders: 0, handle })

export const ACCOUNT_ROUTES: Readonly<Record<string, Route>> = {
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
  'GET /fapi/v1/positionSide/dual': read(30, (call) => ({ dualSidePosition: accountOf(call).positionMode === 'hedge' })),
  'POST /fapi/v1/positionSide/dual': change(setPositionSide),
  'GET /fapi/v1/multiAssetsMargin': read(30, () => ({ multiAssetsMargin: false })),
  'POST /fapi/v1/marginType': change(setMarginType),
  'POST /fapi/v1/leverage': change(setLeverage),
  'POST /fapi/v1/positionMargin': change(positionMargin),
  'GET /fapi/v1/symbolConfig': read(5, symbolConfig),
  'GET /fapi/v1/commissionRate': read(20, commissionRate),
  'GET /fapi/v1/income': read(30, income),
  'GET /sapi/v1/account/apiRestrictions': read(1, restrictions),
  'POST /fapi/v1/listenKey': session(({ streams, accountId }) => ({ listenKey: streams.open(accountId) })),
  'PUT /fapi/v1/listenKey': session(({ streams, accountId }) => ({ listenKey: streams.extend(accountId) })),
  'DELETE /fapi/v1/listenKey': session(({ streams, accountId }) => {
    streams.end(accountId)
    return {}
  }),
}
