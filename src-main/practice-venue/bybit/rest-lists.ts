// Orders and executions as they are listed over REST.
import { type Quantity, ZERO_PRICE, ZERO_QUANTITY, add, toText } from '../../../src-shared/domain/decimal.ts'
import { type Conditional, type Income, type Order, isArmed, isOpen } from '../core/order.ts'
import { malformed, missing } from './refusals.ts'
import { accountOf, childOf, find } from './rest-trade.ts'
import { type Call, type Route, isVisible, page, requireLinear } from './route.ts'
import { executionRow, fundingRow } from './account-words.ts'
import { conditionalRow, execIdOf, orderIdOf, orderRow } from './words.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** Ended orders that the list of present ones still shows. */
const RECENT_MAX = 500

/** One line of a list: what it is cut by, and its row. */
type Listed = {
  readonly id: string
  readonly createdMs: number
  readonly symbol: string
  readonly isWorking: boolean
  readonly isConditional: boolean
  readonly row: () => Record<string, unknown>
}

const ofOrder = (call: Call, order: Readonly<Order>): Listed => ({
  id: orderIdOf(order),
  createdMs: order.createdMs,
  symbol: order.symbol,
  isWorking: isOpen(order),
  isConditional: false,
  row: () => orderRow(accountOf(call), order),
})
const ofConditional = (call: Call, conditional: Readonly<Conditional>): Listed => {
  const child = childOf(accountOf(call), conditional)
  if (child !== null) return { ...ofOrder(call, child), createdMs: conditional.createdMs }
  const { symbol, createdMs } = conditional
  return {
    id: orderIdOf(conditional),
    createdMs,
    symbol,
    isWorking: isArmed(conditional),
    isConditional: true,
    row: () => conditionalRow(conditional),
  }
}
/** Every order once: what a fired one became stands for it. */
function everything(call: Call): Listed[] {
  const account = accountOf(call)
  return [
    ...[...account.orders.values()].filter(({ parentId }) => parentId === null).map((order) => ofOrder(call, order)),
    ...[...account.conditionals.values()].map((conditional) => ofConditional(call, conditional)),
  ].filter(({ createdMs }) => isVisible(call, createdMs))
}

/** Those that are named, or null when none is. */
function namedOnes(call: Call): Listed[] | null {
  const { parameters } = call
  if (parameters.text('orderId') === null && parameters.text('orderLinkId') === null) return null
  const { order, conditional } = find(call)
  const listed = conditional !== null ? ofConditional(call, conditional) : order === null ? null : ofOrder(call, order)
  return listed !== null && isVisible(call, listed.createdMs) ? [listed] : []
}
function bySymbol(call: Call, listed: readonly Listed[]): Listed[] {
  const symbol = call.parameters.text('symbol')
  const filter = call.parameters.text('orderFilter')
  return listed
    .filter((each) => symbol === null || each.symbol === symbol)
    .filter(({ isConditional }) => filter === null || isConditional === (filter === 'StopOrder'))
}
function answered(call: Call, listed: readonly Listed[]): unknown {
  const { rows, nextPageCursor } = page(call, listed, { ms: ({ createdMs }) => createdMs, id: ({ id }) => id, limitMax: 50 })
  return { list: rows.map(({ row }) => row()), nextPageCursor, category: 'linear' }
}

/** Working orders; those that ended lately when they are named or asked for. */
function realtime(call: Call): unknown {
  requireLinear(call)
  const named = namedOnes(call)
  if (named !== null) return answered(call, named)
  const { parameters } = call
  if (parameters.text('symbol') === null && parameters.text('settleCoin') === null && parameters.text('baseCoin') === null)
    throw missing('symbol')
  const listed = bySymbol(call, everything(call))
  if ((parameters.integer('openOnly') ?? 0) === 0)
    return answered(
      call,
      listed.filter(({ isWorking }) => isWorking),
    )
  return answered(call, listed.filter(({ isWorking }) => !isWorking).slice(-RECENT_MAX))
}
function history(call: Call): unknown {
  requireLinear(call)
  const named = namedOnes(call)
  if (named !== null) return answered(call, named)
  const { fromMs, toMs } = span(call)
  return answered(
    call,
    bySymbol(call, everything(call)).filter(({ createdMs }) => createdMs >= fromMs && createdMs <= toMs),
  )
}
/** A week at most; the last one where nothing is said. */
function span({ parameters, context }: Call): { fromMs: number; toMs: number } {
  const from = parameters.integer('startTime')
  const to = parameters.integer('endTime')
  if (from !== null && to !== null && to - from > WEEK_MS) throw malformed('endTime')
  const toMs = to ?? (from === null ? context.core.nowMs + DAY_MS : from + WEEK_MS)
  return { fromMs: from ?? toMs - WEEK_MS, toMs }
}

// ---- executions --------------------------------------------------------------------------------------------------

type Execution = {
  readonly id: string
  readonly tsMs: number
  readonly symbol: string
  readonly type: string
  readonly row: () => Record<string, unknown>
}

function executions(call: Call): unknown {
  requireLinear(call)
  const { parameters } = call
  const isNamed = parameters.text('orderId') !== null || parameters.text('orderLinkId') !== null
  const found = isNamed ? ofNamedOrder(call) : inSpan(call)
  const visible = found.filter(({ tsMs }) => isVisible(call, tsMs))
  const { rows, nextPageCursor } = page(call, visible, { ms: ({ tsMs }) => tsMs, id: ({ id }) => id, limitMax: 100 })
  return { nextPageCursor, category: 'linear', list: rows.map(({ row }) => row()) }
}
/** Whatever else is asked for is then left aside. */
function ofNamedOrder(call: Call): Execution[] {
  const { order } = find(call)
  return order === null ? [] : trades(call).filter(({ orderId }) => orderId === order.id)
}
function inSpan(call: Call): Execution[] {
  const { fromMs, toMs } = span(call)
  const symbol = call.parameters.text('symbol')
  const type = call.parameters.text('execType')
  return [...trades(call), ...fundings(call)].filter(
    (each) =>
      each.tsMs >= fromMs && each.tsMs <= toMs && (symbol === null || each.symbol === symbol) && (type === null || each.type === type),
  )
}
const trades = (call: Call): (Execution & { readonly orderId: number })[] => {
  const account = accountOf(call)
  return account.trades.map((trade) => ({
    id: execIdOf(trade.id),
    orderId: trade.orderId,
    tsMs: trade.tsMs,
    symbol: trade.symbol,
    type: 'Trade',
    row: () => executionRow(account, trade),
  }))
}
const fundings = (call: Call): Execution[] =>
  accountOf(call)
    .incomes.filter(({ kind }) => kind === 'funding')
    .map((income) => ({
      id: execIdOf(income.id),
      tsMs: income.tsMs,
      symbol: income.symbol ?? '',
      type: 'Funding',
      row: () => fundingRow(income, fundingOf(call, income)),
    }))
/** What was held when it was paid is what all trades until then add up to. */
export function fundingOf(call: Pick<Call, 'context' | 'accountId'>, income: Income): Parameters<typeof fundingRow>[1] {
  const market = income.symbol === null ? undefined : call.context.core.market(income.symbol)
  const paid = market?.fundings.findLast(({ tsMs }) => tsMs <= income.tsMs)
  const before = call.context.core
    .account(call.accountId)
    .trades.filter((trade) => trade.symbol === income.symbol && trade.tsMs <= income.tsMs)
  const quantity = before.reduce<Quantity>(
    (sum, trade) => add(sum, trade.side === 'buy' ? trade.quantity : (-trade.quantity as bigint as Quantity)),
    ZERO_QUANTITY,
  )
  return { quantity, mark: paid?.mark ?? ZERO_PRICE, rate: paid ? toText(paid.rate) : '0' }
}

export const LIST_ROUTES: Readonly<Record<string, Route>> = {
  'GET /v5/order/realtime': { security: 'signed', handle: realtime },
  'GET /v5/order/history': { security: 'signed', handle: history },
  'GET /v5/execution/list': { security: 'signed', handle: executions },
}
