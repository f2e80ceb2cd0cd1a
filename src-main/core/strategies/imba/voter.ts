// What every voter of IMBA is: a small state machine with one opinion per candle.
import type { Evidence, Vote, Why } from '../../../../src-shared/domain/decision.ts'
import type { Timeframe } from '../../../../src-shared/domain/time.ts'
import type { CandleSeries } from '../../market/candle-series.ts'
import type { ParameterSpec, StrategyInput } from '../strategy.ts'

/** In the order in which a trace lists them. */
export const VOTER_NAMES = [
  'bb_squeeze',
  'vwap_pullback',
  'vwap_bands_mr',
  'breakout_retest',
  'atr_momentum',
  'rsi_mr',
  'sfp',
  'ema_pinch',
  'cvd',
  'fvg',
  'volume_profile',
  'obi',
] as const
export type VoterName = (typeof VOTER_NAMES)[number]

export type Explanation = { readonly why: Why; readonly evidence: readonly Evidence[] }

/** State for one instrument. `history` holds the newest candles, the present one at age 0. */
export type Voter = {
  readonly name: VoterName
  /** What it needs to speak, for the reader of a trace in which it could not. */
  readonly needs: string
  /**
   * Takes the next closed candle in and gives its opinion: above 0 buy, below 0 sell, 0 wait; its size, at most 1, is the strength.
   * NaN when an input is missing. Makes no objects: this runs on every candle.
   */
  update(input: StrategyInput, history: CandleSeries): number
  /** Why the opinion of the last update was what it was, with something to draw unless it was to wait. */
  explain(input: StrategyInput, history: CandleSeries): Explanation
}

export type VoterKind = {
  readonly name: VoterName
  readonly parameters: readonly ParameterSpec[]
  create(parameters: Readonly<Record<string, number>>, timeframe: Timeframe): Voter
}

/** 1 for the rule as it is written, the buy side; −1 for its mirror image. */
export type Side = 1 | -1

export const clamp01 = (value: number): number => Math.min(1, Math.max(0, value))

/** One opinion out of the strengths of both sides, 0 for a side that does not speak. Both at once contradict each other: wait. */
export function opinionOf(buy: number, sell: number): number {
  if (buy > 0) return sell > 0 ? 0 : buy
  return sell > 0 ? -sell : 0
}

/** A number for a trace: null while it is not known. */
export const known = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** The vote of a voter after its last update, which gave `opinion`. */
export function voteOf(
  voter: Voter,
  { opinion, weight, multiplier }: { readonly opinion: number; readonly weight: number; readonly multiplier: number },
  { input, history }: { readonly input: StrategyInput; readonly history: CandleSeries },
): Vote {
  const base = { voter: voter.name, weight, multiplier }
  if (Number.isNaN(opinion)) return { ...base, direction: 'wait', strength: 0, why: { unavailable: voter.needs }, evidence: [] }
  const direction = opinion > 0 ? 'buy' : opinion < 0 ? 'sell' : 'wait'
  const { why, evidence } = voter.explain(input, history)
  return { ...base, direction, strength: Math.abs(opinion), why, evidence: direction === 'wait' ? [] : evidence }
}
