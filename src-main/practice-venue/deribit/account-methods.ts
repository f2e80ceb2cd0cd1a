// The account: log-in, what the key may do, equity and margin, positions, and what moved the wallet.
import { type Money, ZERO_MONEY, add, subtract, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { Income } from '../core/order.ts'
import type { Account } from '../core/state.ts'
import type { VenueCore } from '../core/venue-core.ts'
import { type Call, type Methods, accountOf, inCurrency, listedMarkets, marketFor, open, read } from './method.ts'
import { DeribitRefusal, invalidParam } from './refusals.ts'
import { scopeOf, sessionJson } from './sessions.ts'
import { emptyPositionJson, positionJson, tradeIdOf } from './words.ts'

const DAY_MS = 86_400_000
/** At 08:00 UTC results of the session are added to the balance. */
const SETTLEMENT_MS = 8 * 3_600_000
/** The real one takes some seconds. */
const SETTLING_MS = 3_000
const sessionStartMs = (nowMs: number): number => Math.floor((nowMs - SETTLEMENT_MS) / DAY_MS) * DAY_MS + SETTLEMENT_MS
export const isSettling = (nowMs: number): boolean => nowMs - sessionStartMs(nowMs) < SETTLING_MS

const isResult = ({ kind }: Income): boolean => kind === 'realized_profit' || kind === 'funding'

/** What an instrument's positions paid or received since the last settlement. */
export function sessionFunding(core: VenueCore, account: Account, symbol: string): Money {
  const startMs = sessionStartMs(core.nowMs)
  return account.incomes
    .filter((income) => income.kind === 'funding' && income.symbol === symbol && income.tsMs >= startMs)
    .reduce<Money>((sum, { amount }) => add(sum, amount), ZERO_MONEY)
}

/** Of one currency. `balance` lacks what was realised since the last settlement. Results of open positions are not settled here, as they are there. */
export function summaryJson(call: Call, currency: string): Record<string, unknown> {
  const account = accountOf(call)
  const { core } = call.context
  const margin = core.margin(account.id, currency)
  const startMs = sessionStartMs(core.nowMs)
  const realized = account.incomes
    .filter((income) => income.asset === currency && income.tsMs >= startMs && isResult(income))
    .reduce<Money>((sum, { amount }) => add(sum, amount), ZERO_MONEY)
  const used = add(margin.positionMargin, margin.orderMargin)
  return {
    currency,
    balance: toNumber(subtract(margin.wallet, realized)),
    equity: toNumber(margin.equity),
    margin_balance: toNumber(margin.equity),
    available_funds: toNumber(margin.available),
    available_withdrawal_funds: toNumber(margin.available),
    initial_margin: toNumber(used),
    maintenance_margin: toNumber(margin.maintenance),
    projected_initial_margin: toNumber(used),
    projected_maintenance_margin: toNumber(margin.maintenance),
    session_rpl: toNumber(realized),
    session_upl: toNumber(margin.unrealized),
    futures_session_rpl: toNumber(realized),
    futures_session_upl: toNumber(margin.unrealized),
    futures_pl: toNumber(margin.unrealized),
    total_pl: toNumber(margin.unrealized),
    options_pl: 0,
    options_value: 0,
    options_session_rpl: 0,
    options_session_upl: 0,
    delta_total: 0,
    fee_balance: 0,
    spot_reserve: 0,
    locked_balance: 0,
    margin_model: 'segregated_sm',
    portfolio_margining_enabled: false,
    cross_collateral_enabled: false,
    limits: limitsJson(call),
  }
}
function limitsJson({ context: { limits } }: Call): Record<string, unknown> {
  const requests = { rate: limits.weightPerMinute / 60, burst: limits.weightPerMinute / 12 }
  const orders = { rate: limits.ordersPer10Seconds / 10, burst: limits.ordersPer10Seconds / 2.5 }
  return { limits_per_currency: false, non_matching_engine: requests, matching_engine: { trading: { total: orders }, cancel_all: orders } }
}

const identity = ({ key }: Call): Record<string, unknown> => ({
  id: 1,
  type: 'main',
  username: key?.accountId ?? '',
  system_name: key?.accountId ?? '',
  email: 'practice@venue.invalid',
  login_enabled: false,
  security_keys_enabled: false,
  mmp_enabled: false,
  interuser_transfers_enabled: false,
  creation_timestamp: key?.createdMs ?? 0,
})
function feesJson(call: Call, currency: string): unknown {
  return listedMarkets(call)
    .filter(({ instrument }) => instrument.settle === currency)
    .map(({ instrument }) => ({
      kind: 'perpetual',
      index_name: `${instrument.base}_${instrument.quote}`.toLowerCase(),
      value: {
        default: { type: 'fixed', maker: toNumber(instrument.makerFeeRate), taker: toNumber(instrument.takerFeeRate) },
        block_trade: 0.3,
      },
    }))
}
const settledIn = (call: Call): string[] => [...new Set(listedMarkets(call).map(({ instrument }) => instrument.settle))]

function accountSummary(call: Call): unknown {
  const currency = call.params.required('currency').toUpperCase()
  if (!settledIn(call).includes(currency)) throw invalidParam('currency', 'unknown currency')
  const summary = summaryJson(call, currency)
  return call.params.flag('extended') ? { ...identity(call), ...summary, fees: feesJson(call, currency) } : summary
}

function positions(call: Call): unknown {
  const account = accountOf(call)
  return call.context.core
    .positions(account.id)
    .filter(({ symbol }) => inCurrency(call, symbol))
    .flatMap((view) => {
      const market = call.context.core.market(view.symbol)
      return market ? [positionJson(market, view, sessionFunding(call.context.core, account, view.symbol))] : []
    })
}
function position(call: Call): unknown {
  const market = marketFor(call)
  const account = accountOf(call)
  const view = call.context.core.positions(account.id).find(({ symbol }) => symbol === market.instrument.symbol)
  return view ? positionJson(market, view, sessionFunding(call.context.core, account, view.symbol)) : emptyPositionJson(market)
}

const keyList = ({ key }: Call): unknown =>
  key === null
    ? []
    : [
        {
          id: 1,
          name: 'practice',
          client_id: key.key,
          client_secret: '********',
          max_scope: scopeOf(key),
          enabled: true,
          default: true,
          enabled_features: [],
          ip_whitelist: key.allowedIps ?? [],
          timestamp: key.createdMs,
        },
      ]

const TRANSACTION: Readonly<Record<Income['kind'], string>> = {
  realized_profit: 'trade',
  fee: 'trade',
  funding: 'settlement',
  transfer: 'deposit',
  insurance: 'correction',
  liquidation_fee: 'correction',
}
function transactionLog(call: Call): unknown {
  const currency = call.params.required('currency').toUpperCase()
  const from = call.params.integer('start_timestamp') ?? 0
  const to = call.params.integer('end_timestamp') ?? Number.MAX_SAFE_INTEGER
  const count = Math.min(250, call.params.integer('count') ?? 100)
  const logs = accountOf(call)
    .incomes.filter((income) => income.asset === currency && income.tsMs >= from && income.tsMs <= to)
    .slice(-count)
    .toReversed()
    .map((income) => {
      const market = income.symbol === null ? undefined : call.context.core.market(income.symbol)
      return {
        id: income.id,
        type: TRANSACTION[income.kind],
        currency,
        timestamp: income.tsMs,
        instrument_name: income.symbol,
        trade_id: income.tradeId === null || !market ? null : tradeIdOf(market, income.tradeId),
        change: toNumber(income.amount),
        cashflow: income.kind === 'fee' ? 0 : toNumber(income.amount),
        commission: income.kind === 'fee' ? -toNumber(income.amount) : 0,
        interest_pl: income.kind === 'funding' ? toNumber(income.amount) : null,
        user_seq: income.id,
      }
    })
  return { logs, continuation: null }
}

export const ACCOUNT_METHODS: Methods = {
  'public/auth': open((call) => {
    const session = call.sessions.login(call.params, call.ip)
    call.connection?.authenticated(session)
    return sessionJson(session)
  }),
  'private/get_account_summary': read(accountSummary),
  'private/get_account_summaries': read((call) => ({
    ...identity(call),
    summaries: settledIn(call).map((currency) => summaryJson(call, currency)),
  })),
  'private/get_positions': read(positions),
  'private/get_position': read(position),
  'private/list_api_keys': read(keyList),
  'private/get_transaction_log': read(transactionLog),
  'private/get_cancel_on_disconnect': read(() => ({ scope: 'connection', enabled: false })),
  'private/disable_cancel_on_disconnect': read(() => 'ok'),
  'private/enable_cancel_on_disconnect': read(() => {
    throw new DeribitRefusal(10_049, 'cancel_on_disconnect_failed')
  }),
}
