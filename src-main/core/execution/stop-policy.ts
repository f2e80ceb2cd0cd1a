// Where the stop of an open position should be now. Pure float arithmetic on prices; the instrument makes it exact afterwards.
// Break-even after the first target, trailing from half of the way to the last target, and the Chandelier exit: the tightest wins, and none ever loosens.
import type { PositionSide } from '../../../src-shared/domain/instrument.ts'

export type StopFacts = {
  readonly side: PositionSide
  readonly entryPrice: number
  readonly stopPrice: number
  /** Highest high (long) or lowest low (short) since entry. */
  readonly extremePrice: number
  /** Price of the last rung of the ladder, or null without a ladder. */
  readonly finalTarget: number | null
  readonly firstTargetFilled: boolean
  readonly chandelierDistance: number | null
  /** Fee rate of the entry and of the stop: one at break-even pays for both. */
  readonly takerFeeRate: number
}
export type StopRules = {
  readonly breakEvenAfterFirstTarget: boolean
  readonly trailFromShareOfFinalTarget: number
  readonly trailDistanceShare: number
  readonly chandelierEnabled: boolean
}
export type StopAdvice = { readonly stopPrice: number; readonly breakEven: boolean; readonly trailing: boolean }

/** Returns the tightest stop that the rules ask for, or null when the present one is at least as tight. */
export function adviseStop(facts: StopFacts, rules: StopRules): StopAdvice | null {
  const sign = facts.side === 'long' ? 1 : -1
  let best = facts.stopPrice
  let breakEven = false
  let trailing = false
  if (rules.breakEvenAfterFirstTarget && facts.firstTargetFilled) {
    const level = breakEvenPrice(facts)
    if ((level - best) * sign > 0) {
      best = level
      breakEven = true
    }
  }
  const trail = trailLevel(facts, rules)
  if (trail !== null && (trail - best) * sign > 0) {
    best = trail
    trailing = true
  }
  if (rules.chandelierEnabled && facts.chandelierDistance !== null) {
    const level = facts.extremePrice - sign * facts.chandelierDistance
    if ((level - best) * sign > 0) {
      best = level
      trailing = true
    }
  }
  return best === facts.stopPrice ? null : { stopPrice: best, breakEven, trailing }
}

/**
 * The exit price at which profit equals the fees of both sides: (x − e) × sign = (e + x) × f, solved for x.
 * Slippage of the stop comes on top; nobody knows it beforehand.
 */
export function breakEvenPrice({ side, entryPrice, takerFeeRate }: Pick<StopFacts, 'side' | 'entryPrice' | 'takerFeeRate'>): number {
  const signedFee = (side === 'long' ? 1 : -1) * takerFeeRate
  return (entryPrice * (1 + signedFee)) / (1 - signedFee)
}

/** A share of the way that was reached exactly counts as reached, whatever float arithmetic left beside it. */
const FLOAT_NOISE = 1e-9

/** From the given share of the way to the final target on, the stop follows the extreme at a share of what has been won. */
function trailLevel(facts: StopFacts, rules: StopRules): number | null {
  if (facts.finalTarget === null) return null
  const way = facts.finalTarget - facts.entryPrice
  const won = facts.extremePrice - facts.entryPrice
  if (way === 0 || won / way < rules.trailFromShareOfFinalTarget - FLOAT_NOISE) return null
  return facts.extremePrice - won * rules.trailDistanceShare
}
