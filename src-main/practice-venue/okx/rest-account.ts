// The account over REST: its modes and rights, balances, positions, fees, leverage, bills.
import { type Money, ZERO_MONEY, add, negate, subtract, toText } from '../../../src-shared/domain/decimal.ts'
import type { AssetMargin } from '../core/margin.ts'
import type { Income, IncomeKind } from '../core/order.ts'
import { settingsOf } from '../core/state.ts'
import { malformed, refusalOf } from './refusals.ts'
import { type Call, type Route, isVisible, marketFor, paged, read, trade } from './route.ts'
import { POSITION_SIDE, billIdOf, positionJson } from './words.ts'

const ASSETS = ['USDT'] as const

function config(call: Call): unknown[] {
  const { key } = call
  const rights = ['read_only', ...(key?.canWithdraw === true ? ['withdraw'] : []), ...(key?.canTrade === true ? ['trade'] : [])]
  return [
    {
      acctLv: '2',
      acctStpMode: 'cancel_maker',
      autoLoan: false,
      ctIsoMode: 'automatic',
      enableSpotBorrow: false,
      greeksType: 'PA',
      ip: key?.allowedIps?.join(',') ?? '',
      kycLv: '3',
      label: 'practice',
      level: 'Lv1',
      levelTmp: '',
      liquidationGear: '-1',
      mainUid: '44705892343619584',
      mgnIsoMode: 'automatic',
      opAuth: '1',
      perm: rights.join(','),
      posMode: call.context.core.account(call.accountId).positionMode === 'hedge' ? 'long_short_mode' : 'net_mode',
      roleType: '0',
      spotOffsetType: '',
      spotRoleType: '0',
      spotTraderInsts: [],
      traderInsts: [],
      type: '0',
      uid: '44705892343619584',
    },
  ]
}

const detailOf = (margin: AssetMargin, uTime: string): Record<string, unknown> => ({
  availBal: toText(margin.available),
  availEq: toText(margin.available),
  borrowFroz: '',
  // The margin of isolated positions is apart.
  cashBal: toText(margin.crossWallet),
  ccy: margin.asset,
  crossLiab: '',
  disEq: toText(margin.equity),
  eq: toText(margin.equity),
  eqUsd: toText(margin.equity),
  fixedBal: '0',
  frozenBal: toText(add(margin.positionMargin, margin.orderMargin)),
  imr: toText(margin.positionMargin),
  interest: '',
  isoEq: toText(subtract(add(margin.wallet, margin.unrealized), add(margin.crossWallet, margin.crossUnrealized))),
  isoLiab: '',
  isoUpl: toText(subtract(margin.unrealized, margin.crossUnrealized)),
  liab: '',
  maxLoan: '',
  mgnRatio: '',
  mmr: toText(margin.maintenance),
  notionalLever: '0',
  ordFrozen: toText(margin.orderMargin),
  rewardBal: '0',
  spotInUseAmt: '',
  spotIsoBal: '0',
  stgyEq: '0',
  twap: '0',
  uTime,
  upl: toText(margin.unrealized),
  uplLiab: '',
})
/** Currencies that hold nothing are left out, as they are there. */
export function balanceJson({ context, accountId }: Pick<Call, 'context' | 'accountId'>, ccy: string | null): Record<string, unknown> {
  const uTime = String(context.nowMs())
  const margins = ASSETS.map((asset) => context.core.margin(accountId, asset))
  const shown = margins.filter(({ asset, wallet }) => wallet !== 0n && (ccy === null || ccy.split(',').includes(asset)))
  const total = margins.reduce<Money>((sum, { equity }) => add(sum, equity), ZERO_MONEY)
  return {
    adjEq: '',
    availEq: '',
    borrowFroz: '',
    details: shown.map((margin) => detailOf(margin, uTime)),
    imr: '',
    isoEq: '0',
    mgnRatio: '',
    mmr: '',
    notionalUsd: '',
    ordFroz: '',
    totalEq: toText(total),
    uTime,
    upl: '',
  }
}

function positions(call: Call): unknown[] {
  const type = call.parameters.text('instType')
  const instIds = call.parameters.text('instId')?.split(',') ?? null
  if (type !== null && type !== 'SWAP') return []
  const account = call.context.core.account(call.accountId)
  const views = call.context.core.positions(call.accountId).filter(({ symbol }) => instIds === null || instIds.includes(symbol))
  return views.map((view) => positionJson(account, view))
}

/** By contract, by its family, or for all perpetuals; those of one margin currency are the same here. */
function tradeFee(call: Call): unknown[] {
  call.parameters.oneOf('instType', ['SPOT', 'MARGIN', 'SWAP', 'FUTURES', 'OPTION'])
  const name = call.parameters.text('instFamily') ?? call.parameters.text('instId')
  const markets = [...call.context.core.state.markets.values()]
  const found = markets.find(({ instrument }) => name === null || instrument.symbol.startsWith(name))
  if (!found) throw malformed('instFamily')
  const [maker, taker] = [toText(negate(found.instrument.makerFeeRate)), toText(negate(found.instrument.takerFeeRate))]
  const none = { delivery: '', exercise: '', fiat: [] }
  return [
    {
      ...none,
      category: '1',
      feeGroup: [{ groupId: '1', maker, taker }],
      instType: 'SWAP',
      level: 'Lv1',
      maker: '-0.0002',
      makerU: maker,
      makerUSDC: maker,
      ruleType: 'normal',
      taker: '-0.0005',
      takerU: taker,
      takerUSDC: taker,
      ts: String(call.context.nowMs()),
    },
  ]
}

function setLeverage(call: Call): unknown[] {
  const { instrument } = marketFor(call, call.parameters)
  const mgnMode = call.parameters.oneOf('mgnMode', ['cross', 'isolated'])
  const leverage = Number(call.parameters.required('lever'))
  const changed = call.context.core.setLeverage(call.accountId, instrument.symbol, leverage)
  if (!changed.ok) throw refusalOf(changed.error)
  return [{ instId: instrument.symbol, lever: String(leverage), mgnMode, posSide: call.parameters.text('posSide') ?? '' }]
}
function leverageInfo(call: Call): unknown[] {
  const mgnMode = call.parameters.oneOf('mgnMode', ['cross', 'isolated'])
  const { instrument } = marketFor(call, call.parameters)
  const account = call.context.core.account(call.accountId)
  const lever = String(settingsOf(account, instrument.symbol).leverage)
  const sides = account.positionMode === 'hedge' ? (['long', 'short'] as const) : (['both'] as const)
  return sides.map((side) => ({ ccy: '', instId: instrument.symbol, mgnMode, posSide: POSITION_SIDE[side], lever }))
}
function setPositionMode(call: Call): unknown[] {
  const posMode = call.parameters.oneOf('posMode', ['net_mode', 'long_short_mode'])
  const changed = call.context.core.setPositionMode(call.accountId, posMode === 'net_mode' ? 'one_way' : 'hedge')
  if (!changed.ok && changed.error.code !== 'no_change') throw refusalOf(changed.error)
  return [{ posMode }]
}

const BILL_TYPES: Readonly<Record<IncomeKind, string>> = {
  realized_profit: '2',
  fee: '2',
  funding: '8',
  transfer: '1',
  insurance: '5',
  liquidation_fee: '5',
}
const billJson = (income: Income): Record<string, unknown> => ({
  bal: '',
  balChg: toText(income.amount),
  billId: billIdOf(income.id),
  ccy: income.asset,
  clOrdId: '',
  execType: '',
  fee: income.kind === 'fee' ? toText(income.amount) : '0',
  from: '',
  instId: income.symbol ?? '',
  instType: income.symbol === null ? '' : 'SWAP',
  interest: '0',
  mgnMode: 'cross',
  notes: '',
  ordId: '',
  pnl: income.kind === 'fee' || income.kind === 'transfer' ? '0' : toText(income.amount),
  posBal: '0',
  posBalChg: '0',
  px: '',
  subType: income.kind === 'funding' ? (income.amount < 0n ? '173' : '174') : '',
  sz: '',
  tag: '',
  to: '',
  tradeId: income.tradeId === null ? '' : String(income.tradeId),
  ts: String(income.tsMs),
  type: BILL_TYPES[income.kind],
})
function bills(call: Call): unknown[] {
  const type = call.parameters.text('type')
  const rows = call.context.core
    .account(call.accountId)
    .incomes.filter((income) => (type === null || BILL_TYPES[income.kind] === type) && isVisible(call, income.tsMs))
  return paged(call, rows, { ms: ({ tsMs }) => tsMs, id: ({ id }) => billIdOf(id) }).map(billJson)
}

export const ACCOUNT_ROUTES: Readonly<Record<string, Route>> = {
  'GET account/config': read(5, config),
  'GET account/balance': read(10, (call) => [balanceJson(call, call.parameters.text('ccy'))]),
  'GET account/positions': read(10, positions),
  'GET account/trade-fee': read(5, tradeFee),
  'GET account/leverage-info': read(20, leverageInfo),
  'POST account/set-leverage': trade(20, setLeverage),
  'POST account/set-position-mode': trade(5, setPositionMode),
  'GET account/bills': read(10, bills),
  'GET account/bills-archive': read(10, bills),
}
