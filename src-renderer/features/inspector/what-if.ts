// What would have had to change: the smallest single changes that would have let a blocked signal pass, or stopped an executed one. Only what
// follows from the numbers of the trace: a vote is strength × weight × multiplier, the confluence is the distance of the sums times the
// adjustments, and a check compares its value with its bound. Whatever else would have changed along with it is not guessed at.
import { type Alternative, alternativesOf } from './adjustment-rules.ts'
import type { Confluence, DecisionTrace, Verdict, Vote } from './detail.ts'
import { type Bound, boundsOf, distanceOf, holds } from './verdict-bound.ts'
import { verdictsOf } from './verdict-state.ts'
import { tally } from './votes.ts'

/** A vote with another strength. Strengths are signed here: above 0 buys, below 0 sells, 0 is silent. */
export type VoteChange = {
  readonly kind: 'vote'
  readonly voter: string
  readonly from: number
  readonly to: number
  /** The voter waited because an input of it was missing. */
  readonly missingInput: boolean
}
/** An adjustment with another factor; `after` is the confluence it leads to. */
export type AdjustmentChange = {
  readonly kind: 'adjustment'
  readonly name: string
  readonly alternative: Alternative
  readonly after: number
}
export type ValueChange = { readonly kind: 'value'; readonly bound: Bound }
/** Something a person has switched off. */
export type SwitchChange = { readonly kind: 'switch'; readonly name: string }
export type Change = VoteChange | AdjustmentChange | ValueChange | SwitchChange

/** One refusal and what would have passed it, the smallest change first. An empty list: the trace does not tell. */
export type FailedCondition = { readonly verdict: Verdict; readonly missing: Missing | null; readonly changes: readonly Change[] }
/** What lacked in the confluence: after the adjustments, and in votes before them. */
export type Missing = { readonly after: number; readonly votes: number }

export type WhatIf =
  | {
      readonly kind: 'blocked'
      readonly failed: readonly FailedCondition[]
      /** Steps that the signal never reached: they too might have refused. */
      readonly notAsked: readonly string[]
    }
  | {
      readonly kind: 'executed'
      /** Single changes that take the confluence below its threshold. */
      readonly below: readonly Change[]
      /** Single votes that turn the direction round. */
      readonly turned: readonly VoteChange[]
      /** Checks that passed by the least, the closest first. */
      readonly closest: readonly { readonly verdict: Verdict; readonly bound: Bound }[]
    }

const CHANGES_MAX = 4
const CLOSEST_MAX = 4
/** The sums of the votes and the recorded confluence may differ by float noise only, or nothing can be derived from the votes. */
const NOISE = 1e-6

export function whatIf(trace: DecisionTrace): WhatIf {
  if (trace.outcome === 'blocked') {
    const failed = verdictsOf(trace).filter((verdict) => !verdict.passed)
    return { kind: 'blocked', failed: failed.map((verdict) => failedCondition(trace, verdict)), notAsked: notAsked(trace) }
  }
  const weighed = weighedOf(trace)
  return {
    kind: 'executed',
    below: weighed === null ? [] : confluenceChanges(weighed),
    turned: weighed === null ? [] : voteChanges(weighed, -weighed.confluence.before).slice(0, CHANGES_MAX),
    closest: closest(trace),
  }
}

/** True for the verdict that compares the confluence with its threshold. */
const isOfConfluence = (verdict: Verdict): boolean => verdict.check === 'confluence'

function failedCondition(trace: DecisionTrace, verdict: Verdict): FailedCondition {
  const weighed = isOfConfluence(verdict) ? weighedOf(trace) : null
  if (weighed !== null && weighed.confluence.after < weighed.confluence.threshold)
    return { verdict, missing: missingOf(weighed), changes: confluenceChanges(weighed) }
  const values = boundsOf(verdict, trace.signal.direction)
    .filter((bound) => !holds(bound))
    .map((bound): ValueChange => ({ kind: 'value', bound }))
  const switches: SwitchChange[] = verdict.numbers['enabled'] === false ? [{ kind: 'switch', name: 'enabled' }] : []
  return { verdict, missing: null, changes: [...values, ...switches] }
}

function notAsked({ signal, gates, sizing, risk }: DecisionTrace): readonly string[] {
  if (signal.filters.some((verdict) => !verdict.passed)) return ['gates', 'size', 'risk officer'].slice(gates.length > 0 ? 1 : 0)
  if (gates.some((verdict) => !verdict.passed)) return ['size', 'risk officer']
  return sizing.length === 0 && risk.some((verdict) => !verdict.passed) ? ['size', 'the checks that depend on it'] : []
}

type Weighed = {
  readonly trace: DecisionTrace
  readonly confluence: Confluence
  /** 1 when the signal buys, −1 when it sells. */
  readonly side: 1 | -1
  /** Product of the adjustments. */
  readonly factor: number
}

/** The parts of the confluence, when the votes of the trace really add up to it. */
function weighedOf(trace: DecisionTrace): Weighed | null {
  const { confluence, direction, votes, adjustments } = trace.signal
  if (confluence === null || direction === 'wait') return null
  const sums = tally(votes)
  const factor = adjustments.reduce((product, adjustment) => product * adjustment.factor, 1)
  const agrees =
    Math.abs(sums.confluence - confluence.before) <= NOISE &&
    Math.abs(confluence.before * factor - confluence.after) <= NOISE &&
    sums.buy > sums.sell === (direction === 'buy')
  return agrees && factor > 0 ? { trace, confluence, side: direction === 'buy' ? 1 : -1, factor } : null
}

const missingOf = ({ confluence, factor }: Weighed): Missing => ({
  after: confluence.threshold - confluence.after,
  votes: confluence.threshold / factor - confluence.before,
})

/** Single changes that put the confluence on the other side of its threshold: votes first, the smallest change on top, then adjustments. */
function confluenceChanges(weighed: Weighed): readonly Change[] {
  const { confluence, trace } = weighed
  const { after, threshold } = confluence
  const adjustments = trace.signal.adjustments.flatMap((adjustment) =>
    alternativesOf(adjustment, trace.signal.direction).map((alternative): AdjustmentChange => ({
      kind: 'adjustment',
      name: adjustment.name,
      alternative,
      after: (after / adjustment.factor) * alternative.factor,
    })),
  )
  const isOtherSide = (change: AdjustmentChange) => change.after >= threshold !== after >= threshold
  return [...voteChanges(weighed, missingOf(weighed).votes).slice(0, CHANGES_MAX), ...adjustments.filter(isOtherSide)]
}

/**
 * For each voter the strength that alone adds `votes` to the winning side (takes away when negative), when it lies within −1 and 1. The sums
 * are linear in a signed strength, so that one formula holds for raising, silencing and turning a vote.
 */
function voteChanges({ trace, side }: Weighed, votes: number): readonly VoteChange[] {
  return trace.signal.votes
    .flatMap((vote): VoteChange[] => {
      const perStrength = vote.weight * vote.multiplier
      const from = signedStrength(vote)
      const to = from + (side * votes) / perStrength
      return perStrength > 0 && Math.abs(to) <= 1 ? [{ kind: 'vote', voter: vote.voter, from, to, missingInput: lacksInput(vote) }] : []
    })
    .toSorted((a, b) => Number(a.missingInput) - Number(b.missingInput) || Math.abs(a.to - a.from) - Math.abs(b.to - b.from))
}

const signedStrength = (vote: Vote): number => (vote.direction === 'buy' ? vote.strength : vote.direction === 'sell' ? -vote.strength : 0)
const lacksInput = (vote: Vote): boolean => vote.direction === 'wait' && 'unavailable' in vote.why

function closest(trace: DecisionTrace): readonly { readonly verdict: Verdict; readonly bound: Bound }[] {
  return verdictsOf(trace)
    .filter((verdict) => verdict.passed)
    .flatMap((verdict) => boundsOf(verdict, trace.signal.direction).map((bound) => ({ verdict, bound })))
    .toSorted((a, b) => distanceOf(a.bound) - distanceOf(b.bound))
    .slice(0, CLOSEST_MAX)
}

/** "buy 0.65", "sell 0.12" or "silent". Rounded to three digits, away from where the change comes from, so that the text is never too little. */
export function strengthText(strength: number, towards: -1 | 0 | 1 = 0): string {
  const thousandths = strength * 1000
  // Float noise must not push an exact number to the next one.
  const whole = Math.abs(thousandths - Math.round(thousandths)) < 1e-6
  const rounded = whole || towards === 0 ? Math.round(thousandths) : towards > 0 ? Math.ceil(thousandths) : Math.floor(thousandths)
  if (rounded === 0) return 'silent'
  return `${rounded > 0 ? 'buy' : 'sell'} ${(Math.abs(rounded) / 1000).toFixed(3)}`
}

/** Whether the named strength is enough, or only what lies beyond it. */
export type Reach = 'at least' | 'beyond'
/** Sums of votes carry float noise. */
const EXACTLY = 1e-9

/** "buy 0.55 → below buy 0.34": the word says to which side of the last number the strength must go. */
export function voteText({ from, to }: Pick<VoteChange, 'from' | 'to'>, direction: Reach): string {
  const wanted = strengthText(to, to > from ? 1 : -1)
  const weakens = Math.sign(to) === Math.sign(from) && Math.abs(to) < Math.abs(from)
  // Exactly silent leads to the bound itself, and not beyond it.
  const beyond = Math.abs(to) < EXACTLY ? 'turned' : 'silent or turned'
  if (wanted === 'silent') return `${strengthText(from)} → ${direction === 'beyond' ? beyond : 'silent'}`
  const word = direction === 'beyond' ? (weakens ? 'below' : 'above') : weakens ? 'at most' : 'at least'
  return `${strengthText(from)} → ${word} ${wanted}`
}
