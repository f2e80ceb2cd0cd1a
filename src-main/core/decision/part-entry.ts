// The risk officer's word on one part of an entry: the limits may have moved since the whole was approved, so each part is judged as it is sent,
// as an add to what the parts before have bought.
import { type Quantity, smaller, toNumber, toStep } from '../../../src-shared/domain/decimal.ts'
import { directionOf, maintenanceRateAt, sideOpenedBy, sizeFault } from '../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import type { ChildVerdict } from '../execution/parent-desk.ts'
import { estimateLiquidationPrice } from '../portfolio/portfolio.ts'
import { markPriceOf, sizeCaps } from '../risk/exposure.ts'
import { type RiskContext, known } from '../risk/risk-context.ts'
import { approveEntry } from '../risk/risk-officer.ts'
import { type DecisionDependencies, type DecisionMarket, failedOf, riskContext } from './decision-maker.ts'

/** Approves the part, cut to what the limits leave on the lot grid, or says why not now. Never larger than asked. */
export function approvePart(request: OrderRequest, market: DecisionMarket, d: DecisionDependencies): ChildVerdict {
  const context = contextOf(request, market, d)
  const stopPrice = known(request.entryPlan, 'stop_price').stopPrice
  const entryPrice = request.limitPrice ?? markPriceOf(context)
  const caps = sizeCaps(context, { entryPrice, stopPrice })
  const allowed = caps.reduce<Quantity>((least, cap) => smaller(least, cap.quantityMax), request.quantity)
  const quantity = toStep(allowed, market.instrument.lotSize, 'down')
  const fault = sizeFault(market.instrument, entryPrice, quantity, { reduceOnly: false, market: request.type === 'market' })
  if (quantity <= 0n || fault !== null) {
    const code = fault ?? 'no_room'
    return { approved: null, code, message: `the limits leave nothing that the venue would take (${code})` }
  }
  const part = { ...request, quantity }
  const { approved, verdicts } = approveEntry(part, { ...context, liquidationPrice: liquidationOf(part, context) })
  if (approved !== null) return { approved }
  const denial = failedOf(verdicts)
  return { approved: null, code: denial?.code ?? 'refused', message: denial?.message ?? 'the risk officer refused it' }
}

function contextOf(request: OrderRequest, market: DecisionMarket, d: DecisionDependencies): RiskContext {
  const partOf = request.parentId === undefined ? {} : { partOf: request.parentId }
  const context = riskContext(market, d, { liquidationPrice: null, exits: [], ...partOf })
  const position = d.portfolio.position(request.instrumentId)
  const { riskState } = context
  return {
    ...context,
    // The whole was counted as one trade of the day when it began.
    riskState: { ...riskState, tradesToday: Math.max(0, riskState.tradesToday - 1) },
    addsTo:
      position === null
        ? null
        : {
            positionId: position.id,
            side: position.side,
            quantity: position.quantity,
            entryPrice: position.entryPrice,
            stopPrice: position.care.stopPrice,
          },
  }
}

/** Of the position with this part; 0 for a long that no price above 0 liquidates. */
function liquidationOf(part: OrderRequest, context: RiskContext): number | null {
  const { instrument, account, markPrice, addsTo } = context
  if (instrument === null || account === null || markPrice === null) return null
  const side = sideOpenedBy(part.side)
  const held = addsTo === null ? 0 : toNumber(addsTo.quantity)
  const size = held + toNumber(part.quantity)
  const price = estimateLiquidationPrice({
    equity: account.equity,
    markPrice,
    signedQuantity: size * directionOf(side),
    maintenanceMarginRate: toNumber(maintenanceRateAt(instrument, size * markPrice)),
  })
  return price ?? (side === 'long' ? 0 : null)
}
