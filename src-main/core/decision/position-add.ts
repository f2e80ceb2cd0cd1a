// Adding to an open position at a worse price (dollar-cost averaging): the same stop, and the position as a whole within every limit.
import {
  type Price,
  type Quantity,
  ZERO_QUANTITY,
  quantityTimesRate,
  rateFromNumber,
  smaller,
  toNumber,
  toStep,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import { type DecisionTrace, PLAIN_SIGNAL, type Regime, type Signal, type SizingStep } from '../../../src-shared/domain/decision.ts'
import { directionOf, maintenanceRateAt, openingSide, priceFromNumber, sizeFault } from '../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import { takingEntry } from '../execution/entry-pricing.ts'
import { estimateLiquidationPrice } from '../portfolio/portfolio.ts'
import type { RiskContext } from '../risk/risk-context.ts'
import { approveEntry } from '../risk/risk-officer.ts'
import { type DecisionDependencies, type DecisionQuestion, entryCaps, failedOf, record, refused, riskContext } from './decision-maker.ts'

export type AddIntent = { readonly fraction: number; readonly reason: string; readonly regime: Regime | null }

/**
 * Decides on an add of `fraction` × the quantity the position was opened with, and writes the trace. Cut to what the limits leave for the position
 * as a whole. Nothing is sent while an entry of the position is under way, or when nothing is left.
 */
export function decideAdd(
  question: Omit<DecisionQuestion, 'signal' | 'realizedVolatility'> & { readonly position: Position; readonly intent: AddIntent },
  d: DecisionDependencies,
): DecisionTrace | null {
  const { position, market, intent } = question
  const isUnderWay = d.execution.registry.openOf(position.id).some((order) => order.purpose === 'entry')
  if (isUnderWay || d.parents.isUnderWay(position.id, 'entry') || position.care.phase !== 'protected') return null
  if (position.care.closeReason !== null) return null
  const asked: DecisionQuestion = { ...question, isAdd: true, signal: signalOf(position, intent), realizedVolatility: null }
  const id = d.ids.decision()
  if (failedOf(question.gates) !== null) return record(asked, d, { id, sizing: [], risk: [], sized: null })
  const entryPrice = priceFromNumber(market.instrument, market.lastPrice, 'half_even')
  const context = contextOf(question, d)
  const pricing = takingEntry(
    { instrument: market.instrument, side: openingSide(position.side) },
    entryPrice,
    d.executionPolicy.slippageBpsMax,
  )
  const { quantity, steps } = sizeAdd(question, context, { decisionPrice: entryPrice, limitPrice: pricing.limitPrice })
  const blocked = { id, sizing: steps, sized: null }
  const fault = sizeFault(market.instrument, entryPrice, quantity, { reduceOnly: false, market: true })
  if (quantity <= 0n || fault !== null) {
    const code = fault ?? 'below_min_quantity'
    return record(asked, d, { ...blocked, risk: [refused('sizing', code, `the add comes to nothing: ${code}`)] })
  }
  const request: OrderRequest = {
    clientOrderId: d.ids.order('entry'),
    instrumentId: position.instrumentId,
    strategyId: position.strategyId,
    positionId: position.id,
    decisionId: id,
    purpose: 'entry',
    side: openingSide(position.side),
    type: pricing.type,
    timeInForce: pricing.timeInForce,
    quantity,
    limitPrice: pricing.limitPrice,
    triggerPrice: null,
    triggerSource: 'mark',
    reduceOnly: false,
    decisionPrice: entryPrice,
    entryPlan: { stopPrice: position.care.stopPrice, chandelierDistance: position.care.chandelierDistance, isAdd: true },
  }
  const whole = { ...context, liquidationPrice: liquidationOf(position, context, quantity) }
  const { approved, verdicts } = approveEntry(request, whole)
  if (approved === null) return record(asked, d, { ...blocked, risk: verdicts })
  const trace = record(asked, d, { id, sizing: steps, risk: verdicts, sized: { request, targets: [] } })
  d.onEntry()
  d.execution.submit(approved)
  return trace
}

const signalOf = (position: Position, { fraction, reason, regime }: AddIntent): Signal => ({
  direction: openingSide(position.side),
  strength: 1,
  stopPrice: toNumber(position.care.stopPrice),
  chandelierDistance: position.care.chandelierDistance,
  votes: [],
  why: { add: reason, fraction, entryPrice: toNumber(position.entryPrice), quantity: toNumber(position.quantity) },
  ...PLAIN_SIGNAL,
  regime,
})

function contextOf({ market, position }: { market: DecisionQuestion['market']; position: Position }, d: DecisionDependencies): RiskContext {
  const addsTo = {
    positionId: position.id,
    side: position.side,
    quantity: position.quantity,
    entryPrice: position.entryPrice,
    stopPrice: position.care.stopPrice,
  }
  return { ...riskContext(market, d, { liquidationPrice: null, exits: [] }), addsTo }
}

/** On the lot grid; each cut written down. */
function sizeAdd(
  { position, intent, market }: { position: Position; intent: AddIntent; market: DecisionQuestion['market'] },
  context: RiskContext,
  prices: { decisionPrice: Price; limitPrice: Price | null },
): { quantity: Quantity; steps: readonly SizingStep[] } {
  const { instrument } = market
  const steps: SizingStep[] = []
  let quantity = quantityTimesRate(position.entryQuantity, rateFromNumber(intent.fraction), 'down')
  const price = toNumber(prices.decisionPrice)
  const limit = (step: string, quantityMax: Quantity, note: string): void => {
    const valueBefore = toNumber(quantity) * price
    quantity = smaller(quantity, quantityMax)
    const valueAfter = toNumber(quantity) * price
    steps.push({ step, factor: valueBefore === 0 ? 1 : valueAfter / valueBefore, valueBefore, valueAfter, note })
  }
  limit('add', quantity, `${intent.fraction} × the first quantity ${toText(position.entryQuantity)}`)
  for (const cap of entryCaps(context, { ...prices, stopPrice: position.care.stopPrice })) limit(cap.step, cap.quantityMax, cap.note)
  limit('lot_size', toStep(quantity, instrument.lotSize, 'down'), `down to a multiple of ${toText(instrument.lotSize)}`)
  return { quantity: quantity > 0n ? quantity : ZERO_QUANTITY, steps }
}

/** Of the position with the add; 0 for a long that no price above 0 liquidates. */
function liquidationOf(position: Position, context: RiskContext, added: Quantity): number | null {
  const { instrument, account, markPrice } = context
  if (instrument === null || account === null || markPrice === null) return null
  const liquidationPrice = estimateLiquidationPrice({
    equity: account.equity,
    markPrice,
    signedQuantity: (toNumber(position.quantity) + toNumber(added)) * directionOf(position.side),
    maintenanceMarginRate: toNumber(maintenanceRateAt(instrument, (toNumber(position.quantity) + toNumber(added)) * markPrice)),
  })
  return liquidationPrice ?? (position.side === 'long' ? 0 : null)
}
