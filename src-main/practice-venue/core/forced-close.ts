// A position that the exchange itself takes over at the mark price, off every book: liquidation and delivery.
import { absolute } from '../../../src-shared/domain/decimal.ts'
import { fill } from './fills.ts'
import { accept, cancelAll, trimReducing } from './matching.ts'
import type { Order, OrderParams, Position } from './order.ts'
import { type Account, type Core, knownMarket } from './state.ts'

/** Cancels the symbol's plain orders and closes the position. Returns the closing order. */
export function closeAtMark(core: Core, account: Account, what: { position: Position; reason: 'liquidation' | 'delisted' }): Order {
  const { position, reason } = what
  const market = knownMarket(core, position.symbol)
  cancelAll(core, account, { symbol: position.symbol, reason })
  const quantity = absolute(position.quantity)
  const params: OrderParams = {
    symbol: position.symbol,
    side: position.quantity > 0n ? 'sell' : 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    quantity,
    price: market.mark,
    reduceOnly: true,
    positionSide: position.side,
    clientId: `${reason === 'liquidation' ? 'autoclose' : 'delivery_autoclose'}-${core.nowMs}`,
  }
  const origin = { id: null, parentId: null, isLiquidation: reason === 'liquidation' }
  const order = accept(core, { account, market }, { params, asked: quantity, origin, isOffBook: true })
  fill(core, { account, market, order }, { price: market.mark, quantity, isMaker: false })
  trimReducing(core, { account, market, order })
  return order
}
