// One execution: position, wallet, order and events. Σ of an asset's incomes is its wallet, whatever happens.
import {
  type Money,
  type Price,
  type Quantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
  absolute,
  add,
  negate,
  smaller,
  subtract,
  timesRate,
} from '../../../src-shared/domain/decimal.ts'
import { shareOf, toWallet, valueOf } from './contract-value.ts'
import type { AccountEvent, OrderEventKind } from './events.ts'
import { assetView, initialMarginFor, positionView } from './margin.ts'
import type { Order, Position, Trade } from './order.ts'
import { type Account, type Core, KEPT_MAX, type Market, book, keep, nextId, positionOf, settingsOf } from './state.ts'

export type Execution = { readonly price: Price; readonly quantity: Quantity; readonly isMaker: boolean }

/** Books one execution of an open order. The caller has made sure that it may trade this much. */
export function fill(core: Core, at: { account: Account; market: Market; order: Order }, execution: Execution): Trade {
  const { account, market, order } = at
  const { instrument } = market
  const value = valueOf(instrument.kind, execution.price, execution.quantity)
  const tradeId = nextId(core)
  const position = positionOf(account, order.symbol, order.positionSide)
  const profit = toWallet(applyToPosition(core, at, { position, execution, value }))
  const feeRate = execution.isMaker ? instrument.makerFeeRate : instrument.takerFeeRate
  const fee = toWallet(timesRate(value, feeRate, 'half_even'))
  const where = { asset: instrument.settle, symbol: order.symbol, tradeId }
  book(core, account, { kind: 'realized_profit', amount: profit, ...where })
  book(core, account, { kind: 'fee', amount: negate(fee), ...where })
  position.realizedProfit = add(position.realizedProfit, profit)
  position.updatedMs = core.nowMs
  order.filled = add(order.filled, execution.quantity)
  order.filledValue = add(order.filledValue, value)
  order.status = order.filled >= order.quantity ? 'filled' : 'partially_filled'
  order.updatedMs = core.nowMs
  const trade: Trade = {
    id: tradeId,
    accountId: account.id,
    orderId: order.id,
    clientId: order.clientId,
    symbol: order.symbol,
    side: order.side,
    positionSide: order.positionSide,
    price: execution.price,
    quantity: execution.quantity,
    value,
    fee,
    feeAsset: instrument.settle,
    realizedProfit: profit,
    isMaker: execution.isMaker,
    tsMs: core.nowMs,
  }
  keep(account.trades, trade)
  if (order.status === 'filled') account.open.delete(order.id)
  emitAccount(core, account, { reason: order.isLiquidation ? 'liquidation' : 'order', asset: instrument.settle, positions: [position] })
  emitOrder(core, order, { kind: 'trade', trade })
  return trade
}

/** Returns the profit realised, before rounding to the wallet's step. */
function applyToPosition(
  core: Core,
  at: { account: Account; market: Market; order: Order },
  what: { position: Position; execution: Execution; value: Money },
): Money {
  const { position, execution, value } = what
  const signed = at.order.side === 'buy' ? execution.quantity : negate(execution.quantity)
  const held = absolute(position.quantity)
  const opposes = position.quantity !== 0n && position.quantity > 0n !== signed > 0n
  const closing = opposes ? smaller(held, execution.quantity) : ZERO_QUANTITY
  let profit = ZERO_MONEY
  if (closing > 0n) {
    const cost = shareOf(position.cost, closing, held)
    const worth = shareOf(value, closing, execution.quantity)
    const gain = subtract(worth, cost)
    profit = position.quantity > 0n === (at.market.instrument.kind === 'linear') ? gain : negate(gain)
    position.cost = subtract(position.cost, cost)
    position.isolatedWallet = subtract(position.isolatedWallet, shareOf(position.isolatedWallet, closing, held))
  }
  const opening = subtract(execution.quantity, closing)
  if (opening > 0n) {
    const cost = shareOf(value, opening, execution.quantity)
    position.cost = add(position.cost, cost)
    const { marginMode, leverage } = settingsOf(at.account, position.symbol)
    if (marginMode === 'isolated') position.isolatedWallet = add(position.isolatedWallet, toWallet(initialMarginFor(cost, leverage)))
  }
  position.quantity = add(position.quantity, signed)
  if (position.quantity === 0n) {
    position.cost = ZERO_MONEY
    position.isolatedWallet = ZERO_MONEY
  }
  return profit
}

export function emitOrder(core: Core, order: Order, what: { kind: OrderEventKind; trade: Trade | null }): void {
  core.emit({ type: 'order', accountId: order.accountId, tsMs: core.nowMs, order: { ...order }, ...what })
}

type AccountReason = Extract<AccountEvent, { type: 'account' }>['reason']
export function emitAccount(
  core: Core,
  account: Account,
  what: { reason: AccountReason; asset: string; positions: readonly Position[]; change?: Money },
): void {
  core.emit({
    type: 'account',
    reason: what.reason,
    accountId: account.id,
    tsMs: core.nowMs,
    assets: [assetView(core, account, { asset: what.asset, change: what.change ?? ZERO_MONEY })],
    positions: what.positions.map((position) => positionView(core, account, position)),
  })
}

/** Ends an order that is open. */
export function endOrder(core: Core, account: Account, end: { order: Order; status: 'canceled' | 'expired'; reason: string }): void {
  const { order } = end
  account.open.delete(order.id)
  order.status = end.status
  order.reason = end.reason
  order.updatedMs = core.nowMs
  emitOrder(core, order, { kind: end.status, trade: null })
}

/** Remembers an order; beyond what is kept the oldest ended one goes. */
export function remember<T extends { readonly id: number }>(all: Map<number, T>, open: ReadonlyMap<number, T>, item: T): void {
  all.set(item.id, item)
  if (all.size <= KEPT_MAX) return
  for (const id of all.keys()) {
    if (open.has(id)) continue
    all.delete(id)
    break
  }
}
