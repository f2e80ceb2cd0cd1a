// How much was lost, as a share: one formula for the checks, for the trips and for the bars on the screen.
import type { RiskState } from '../../../src-shared/events/risk-state.ts'

/** Loss since `reference` as a fraction of it: 0.02 is 2 % lost, negative is a gain. NaN when the reference is not more than 0. */
export const lossShare = (reference: number, equity: number): number => (reference > 0 ? (reference - equity) / reference : NaN)

/** The larger of the falls from the highest and from the first equity, never less than 0. NaN when one of them is not more than 0. */
export const drawdownOf = (state: RiskState, equity: number): number =>
  Math.max(0, lossShare(state.peakEquity, equity), lossShare(state.startEquity, equity))
