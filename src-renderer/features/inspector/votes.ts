// Votes as the decision counted them: strength × weight × multiplier.
import type { Vote } from './detail.ts'

/** What the voter added to its side. */
export const voteValue = (vote: Vote): number => vote.strength * vote.weight * vote.multiplier

export type VoteTally = { readonly buy: number; readonly sell: number; readonly confluence: number }

/** Sums by side; the confluence is the distance between them, before adjustments. */
export function tally(votes: readonly Vote[]): VoteTally {
  let buy = 0
  let sell = 0
  for (const vote of votes) {
    if (vote.direction === 'buy') buy += voteValue(vote)
    if (vote.direction === 'sell') sell += voteValue(vote)
  }
  return { buy, sell, confluence: Math.abs(buy - sell) }
}

/** The voters with an opinion first, the heaviest on top; those that waited keep their order at the end. */
export function byWeightOfOpinion(votes: readonly Vote[]): readonly Vote[] {
  const rank = (vote: Vote) => (vote.direction === 'wait' ? 1 : 0)
  return votes.toSorted((a, b) => rank(a) - rank(b) || (rank(a) === 0 ? voteValue(b) - voteValue(a) : 0))
}
