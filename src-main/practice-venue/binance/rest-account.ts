// Settings and history of an account over REST, the listen keys of the user stream, and what a key may do.
import { type Money, absolute, negate, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import { notionalMax } from '../core/instrument.ts'
import type { Income, IncomeKind } from '../core/order.ts'
import { settingsOf } from '../core/state.ts'
import { BinanceRefusal, malformed, missing, refusalOf } from './refusals.ts'
import { marketFor } from './rest-market.ts'
import { accountOf, bySymbol, marketsOf } from './rest-positions.ts'
import { paged, positionSideOf } from './rest-trade.ts'
import type { Call, Route } from './route.ts'

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
  const amount = call.parameters.money('amount')
  if (amount === null) throw missing('amount')
  if (type !== 1 && type !== 2) throw malformed('type')
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
