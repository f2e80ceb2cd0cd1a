// The account over REST: positions, wallet, fees, modes, and what a key may do.
import { ZERO_MONEY, ZERO_PRICE, ZERO_QUANTITY, add, toText } from '../../../src-shared/domain/decimal.ts'
import type { PositionView } from '../core/events.ts'
import type { AssetMargin } from '../core/margin.ts'
import type { PositionSide } from '../core/order.ts'
import { type Market, settingsOf } from '../core/state.ts'
import { BybitRefusal, malformed, missing, refusalOf } from './refusals.ts'
import { listed, marketFor } from './rest-market.ts'
import { accountOf } from './rest-trade.ts'
import { type Call, type Route, page, requireLinear } from './route.ts'
import { positionRow } from './account-words.ts'

const ASSET = 'USDT'

// ---- positions ---------------------------------------------------------------------------------------------------

const sidesOf = (call: Call): PositionSide[] => (accountOf(call).positionMode === 'hedge' ? ['long', 'short'] : ['both'])

/** With a symbol all its sides, also of nothing; otherwise what is held. */
function positions(call: Call): unknown {
  requireLinear(call)
  const held = call.context.core.positions(call.accountId)
  if (call.parameters.text('symbol') === null && call.parameters.text('settleCoin') === null) throw missing('symbol')
  const views = call.parameters.text('symbol') === null ? held : ofSymbol(call, held)
  const { rows, nextPageCursor } = page(call, views, {
    ms: ({ updatedMs }) => updatedMs,
    id: ({ symbol, side }) => `${symbol} ${side}`,
    limitMax: 200,
  })
  return { list: rows.map((view) => positionRow(view, 'avgPrice')), nextPageCursor, category: 'linear' }
}
function ofSymbol(call: Call, held: readonly PositionView[]): PositionView[] {
  const market = marketFor(call)
  const { symbol } = market.instrument
  return sidesOf(call).map((side) => held.find((view) => view.symbol === symbol && view.side === side) ?? flat(call, market, side))
}
function flat(call: Call, market: Market, side: PositionSide): PositionView {
  const account = accountOf(call)
  const { symbol } = market.instrument
  const settings = settingsOf(account, symbol)
  const past = account.positions.get(`${symbol} ${side}`)
  return {
    symbol,
    side,
    quantity: ZERO_QUANTITY,
    entryPrice: ZERO_PRICE,
    markPrice: market.mark,
    unrealizedProfit: ZERO_MONEY,
    realizedProfit: past?.realizedProfit ?? ZERO_MONEY,
    marginMode: settings.marginMode,
    isolatedWallet: ZERO_MONEY,
    leverage: settings.leverage,
    liquidationPrice: null,
    notional: ZERO_MONEY,
    initialMargin: ZERO_MONEY,
    maintenanceMargin: ZERO_MONEY,
    updatedMs: past?.updatedMs ?? 0,
  }
}

function setLeverage(call: Call): unknown {
  requireLinear(call)
  const { symbol } = marketFor(call).instrument
  const [buy, sell] = [Number(call.parameters.required('buyLeverage')), Number(call.parameters.required('sellLeverage'))]
  if (!(buy > 0) || buy !== sell) throw malformed('buyLeverage')
  if (settingsOf(accountOf(call), symbol).leverage === buy) throw new BybitRefusal(110043, 'leverage not modified')
  const changed = call.context.core.setLeverage(call.accountId, symbol, buy)
  if (!changed.ok) throw refusalOf(changed.error)
  return {}
}
/** 0: one-way, 3: both sides. Here it is of the whole account. */
function switchMode(call: Call): unknown {
  requireLinear(call)
  const mode = call.parameters.integer('mode')
  if (mode !== 0 && mode !== 3) throw malformed('mode')
  const changed = call.context.core.setPositionMode(call.accountId, mode === 3 ? 'hedge' : 'one_way')
  if (!changed.ok) throw refusalOf(changed.error)
  return {}
}

// ---- wallet ------------------------------------------------------------------------------------------------------

export const coinRow = (margin: AssetMargin): Record<string, unknown> => ({
  coin: margin.asset,
  equity: toText(margin.equity),
  usdValue: toText(margin.equity),
  walletBalance: toText(margin.wallet),
  availableToWithdraw: '',
  availableToBorrow: '',
  borrowAmount: '0',
  accruedInterest: '0',
  totalOrderIM: toText(margin.orderMargin),
  totalPositionIM: toText(margin.positionMargin),
  totalPositionMM: toText(margin.maintenance),
  unrealisedPnl: toText(margin.unrealized),
  cumRealisedPnl: '0',
  bonus: '0',
  collateralSwitch: true,
  marginCollateral: true,
  locked: '0',
  spotHedgingQty: '0',
  spotBorrow: '0',
})
export const walletRow = (margin: AssetMargin): Record<string, unknown> => ({
  accountType: 'UNIFIED',
  accountLTV: '0',
  accountIMRate: '0',
  accountMMRate: '0',
  totalEquity: toText(margin.equity),
  totalWalletBalance: toText(margin.wallet),
  totalMarginBalance: toText(margin.equity),
  totalAvailableBalance: toText(margin.available),
  totalPerpUPL: toText(margin.unrealized),
  totalInitialMargin: toText(add(margin.positionMargin, margin.orderMargin)),
  totalMaintenanceMargin: toText(margin.maintenance),
  coin: [coinRow(margin)],
})
function wallet(call: Call): unknown {
  if (call.parameters.required('accountType') !== 'UNIFIED') throw malformed('accountType')
  const row = walletRow(call.context.core.margin(call.accountId, ASSET))
  const coins = (call.parameters.text('coin') ?? ASSET).split(',')
  return { list: [coins.includes(ASSET) ? row : { ...row, coin: [] }] }
}

// ---- modes, fees, key --------------------------------------------------------------------------------------------

const isIsolated = (call: Call): boolean =>
  listed(call).every(({ instrument }) => settingsOf(accountOf(call), instrument.symbol).marginMode === 'isolated')
const info = (call: Call): unknown => ({
  unifiedMarginStatus: 5,
  marginMode: isIsolated(call) ? 'ISOLATED_MARGIN' : 'REGULAR_MARGIN',
  isMasterTrader: false,
  spotHedgingStatus: 'OFF',
  updatedTime: String(call.context.nowMs()),
  dcpStatus: 'OFF',
  timeWindow: 10,
  smpGroup: 0,
})
function setMarginMode(call: Call): unknown {
  const wanted = call.parameters.oneOf('setMarginMode', ['REGULAR_MARGIN', 'ISOLATED_MARGIN'], null)
  const reasons: { reasonCode: string; reasonMsg: string }[] = []
  for (const { instrument } of listed(call)) {
    const mode = wanted === 'ISOLATED_MARGIN' ? 'isolated' : 'cross'
    const changed = call.context.core.setMarginMode(call.accountId, instrument.symbol, mode)
    if (!changed.ok && changed.error.code !== 'no_change') reasons.push({ reasonCode: '3400000', reasonMsg: changed.error.detail })
  }
  if (reasons.length > 0) throw new BybitRefusal(3_400_045, 'Set margin mode failed', { result: { reasons } })
  return { reasons }
}

const feeRates = (call: Call): unknown => {
  requireLinear(call)
  const symbol = call.parameters.text('symbol')
  return {
    list: listed(call)
      .filter(({ instrument }) => symbol === null || instrument.symbol === symbol)
      .map(({ instrument }) => ({
        symbol: instrument.symbol,
        baseCoin: '',
        takerFeeRate: toText(instrument.takerFeeRate),
        makerFeeRate: toText(instrument.makerFeeRate),
      })),
  }
}

const KEY_LIFE_MS = 90 * 86_400_000
const BEGINNING_OF_TIME = '1970-01-01T00:00:00Z'
const seconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}/, '')
/** What the key may do: the check a careful client makes before it trades. Keys that are bound to an address do not end. */
function keyInfo({ key, context }: Call): unknown {
  if (key === null) throw new BybitRefusal(10003, 'API key is invalid.', { status: 401 })
  const isBound = key.allowedIps !== null
  return {
    id: '16651472',
    note: 'practice',
    apiKey: key.key,
    readOnly: key.canTrade ? 0 : 1,
    secret: '',
    permissions: {
      ContractTrade: key.canTrade ? ['Order', 'Position'] : [],
      Spot: [],
      Wallet: key.canWithdraw ? ['AccountTransfer', 'Withdraw'] : [],
      Options: [],
      Derivatives: key.canTrade ? ['DerivativesTrade'] : [],
      CopyTrading: [],
      BlockTrade: [],
      Exchange: [],
      NFT: [],
      Affiliate: [],
    },
    ips: key.allowedIps ?? ['*'],
    type: 1,
    deadlineDay: isBound ? -2 : Math.floor((key.createdMs + KEY_LIFE_MS - context.nowMs()) / 86_400_000),
    expiredAt: isBound ? BEGINNING_OF_TIME : seconds(key.createdMs + KEY_LIFE_MS),
    createdAt: seconds(key.createdMs),
    unified: 0,
    uta: 1,
    userID: 24_617_703,
    inviterID: 0,
    vipLevel: 'No VIP',
    mktMakerLevel: '0',
    affiliateID: 0,
    rsaPublicKey: '',
    isMaster: true,
    parentUid: '0',
    kycLevel: 'LEVEL_DEFAULT',
    kycRegion: '',
  }
}

export const ACCOUNT_ROUTES: Readonly<Record<string, Route>> = {
  'GET /v5/position/list': { security: 'signed', handle: positions },
  'POST /v5/position/set-leverage': { security: 'trade', handle: setLeverage },
  'POST /v5/position/switch-mode': { security: 'trade', handle: switchMode },
  'GET /v5/account/wallet-balance': { security: 'signed', handle: wallet },
  'GET /v5/account/info': { security: 'signed', handle: info },
  'GET /v5/account/fee-rate': { security: 'signed', handle: feeRates },
  'POST /v5/account/set-margin-mode': { security: 'trade', handle: setMarginMode },
  'GET /v5/user/query-api': { security: 'signed', handle: keyInfo },
}
