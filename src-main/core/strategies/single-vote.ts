// Signals of strategies with one rule: the rule is the only voter.
import type { Direction, Evidence, Regime, Signal, Why } from '../../../src-shared/domain/decision.ts'

export type SingleVote = {
  readonly voter: string
  readonly direction: Exclude<Direction, 'wait'>
  readonly strength: number
  readonly stopPrice: number
  readonly chandelierDistance: number | null
  readonly why: Why
  readonly evidence: readonly Evidence[]
  /** Null when the strategy does not classify the market. */
  readonly regime: Regime | null
}

export const singleVoteSignal = (vote: SingleVote): Signal => {
  const { voter, direction, strength, stopPrice, chandelierDistance, why, evidence, regime } = vote
  const votes = [{ voter, direction, strength, weight: 1, multiplier: 1, why, evidence }]
  return { direction, strength, stopPrice, chandelierDistance, votes, why, regime, confluence: null, adjustments: [], filters: [] }
}
