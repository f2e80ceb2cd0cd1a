// Short names for the parts of `decision.detail`, as the contract gives them.
import type { Output } from '../../../src-shared/bridge/contract.ts'

export type Detail = Output<'decision.detail'>
export type DecisionTrace = Detail['trace']
export type Vote = DecisionTrace['signal']['votes'][number]
export type Adjustment = DecisionTrace['signal']['adjustments'][number]
export type SizingStep = DecisionTrace['sizing'][number]
export type Verdict = DecisionTrace['risk'][number]
export type Why = DecisionTrace['signal']['why']
export type Order = Detail['orders'][number]
export type Fill = Detail['fills'][number]
export type RoundTrip = NonNullable<Detail['roundTrip']>
export type DecisionSummary = Output<'desk.snapshot'>['decisions'][number]
