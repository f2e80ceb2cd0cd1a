// The exchange closes positions of an account that no longer carries its maintenance margin.
import { absolute, notionalOf, rate } from '../../../src-shared/domain/decimal.ts'
import { closingSide } from '../../../src-shared/domain/instrument.ts'
import { feeFor, maintenanceMargin, isMarginSafe, mustLiquidate, positionSide } from './account.ts'
import { type Market, type VenueCore, markPrice } from './state.ts'
import { expireOrder, fillLiquidation } from './working-orders.ts'

/** Binance's liquidation clearance fee: `liquidationFee` of exchangeInfo, 0.0125 for BTCUSDT. It stands in place of the taker fee. */
export const LIQUIDATION_FEE_RATE = rate('0.0125')

/**
 * Liquidates, largest maintenance margin first, until what is left is covered. Each position goes whole and at the mark price:
 * its working orders expire with the code `liquidation`, then one fill is reported under a client order id that starts with LIQUIDATION.
 * There is no insurance fund: a loss beyond the wallet stays as a negative balance.
 */
export function liquidate(core: VenueCore): void {
  const any = core.exposed[0]
  if (any === undefined || isMarginSafe(core, any, any.last)) return
  // Each round closes one position for good.
  for (let round = core.exposed.length; round > 0 && mustLiquidate(core); round--) {
    const [worst] = core.exposed.toSorted((a, b) => Number(maintenanceMargin(core, b) - maintenanceMargin(core, a)))
    if (worst !== undefined) closeAtMark(core, worst)
  }
}

function closeAtMark(core: VenueCore, market: Market): void {
  const side = positionSide(market)
  if (side === null) return
  for (const order of market.orders) expireOrder(core, order, 'liquidation')
  const quantity = absolute(market.positionQuantity)
  const price = markPrice(core, market)
  fillLiquidation(core, market, {
    side: closingSide(side),
    price,
    quantity,
    fee: feeFor(notionalOf(price, quantity), LIQUIDATION_FEE_RATE),
  })
}
