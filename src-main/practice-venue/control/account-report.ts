// One account as the control endpoint shows it: plain JSON, decimals as text.
import { type Decimal, absolute, toText } from '../../../src-shared/domain/decimal.ts'
import type { Account } from '../core/state.ts'
import type { VenueCore } from '../core/venue-core.ts'
import { stopCover } from './oracle.ts'

const textOrNull = (value: Decimal | null): string | null => (value === null ? null : toText(value))

export function describeAccount(core: VenueCore, account: Account): Record<string, unknown> {
  return {
    id: account.id,
    positionMode: account.positionMode,
    wallets: Object.fromEntries([...account.wallets].map(([asset, amount]) => [asset, toText(amount)])),
    positions: core.positions(account.id).map((view) => {
      const position = account.positions.get(`${view.symbol} ${view.side}`)
      return {
        symbol: view.symbol,
        side: view.side,
        quantity: toText(view.quantity),
        entryPrice: toText(view.entryPrice),
        coveredQuantity: position ? toText(stopCover(account, position)) : '0',
        isCovered: position !== undefined && stopCover(account, position) === absolute(position.quantity),
      }
    }),
    openOrders: [...account.open.values()].map((order) => ({
      id: order.id,
      clientId: order.clientId,
      symbol: order.symbol,
      side: order.side,
      quantity: toText(order.quantity),
      filled: toText(order.filled),
      price: textOrNull(order.price),
      reduceOnly: order.reduceOnly,
    })),
    stops: [...account.armed.values()].map((stop) => ({
      id: stop.id,
      clientId: stop.clientId,
      symbol: stop.symbol,
      type: stop.type,
      side: stop.side,
      quantity: toText(stop.quantity),
      triggerPrice: textOrNull(stop.triggerPrice),
      closePosition: stop.closePosition,
    })),
    orderCount: account.orders.size,
    trades: account.trades.slice(-1_000).map((trade) => ({
      id: trade.id,
      orderId: trade.orderId,
      clientId: trade.clientId,
      symbol: trade.symbol,
      side: trade.side,
      price: toText(trade.price),
      quantity: toText(trade.quantity),
      fee: toText(trade.fee),
      tsMs: trade.tsMs,
    })),
  }
}
