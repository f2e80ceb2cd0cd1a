// Short names for the parts of `decision.detail` and of the questions about signals, as the contract gives them.
import type { Input, Output } from '../../../src-shared/bridge/contract.ts'

export type Detail = Output<'decision.detail'>
export type DecisionTrace = Detail['trace']
export type Direction = DecisionTrace['signal']['direction']
export type Vote = DecisionTrace['signal']['votes'][number]
export type Evidence = Vote['evidence'][number]
export type Regime = NonNullable<DecisionTrace['signal']['regime']>
export type Confluence = NonNullable<DecisionTrace['signal']['confluence']>
export type Adjustment = DecisionTrace['signal']['adjustments'][number]
export type SizingStep = DecisionTrace['sizing'][number]
export type Verdict = DecisionTrace['risk'][number]
export type Why = DecisionTrace['signal']['why']
export type Order = Detail['orders'][number]
export type Fill = Detail['fills'][number]
export type RoundTrip = NonNullable<Detail['roundTrip']>
export type SignalOutcome = NonNullable<Detail['signalOutcome']>
export type DecisionSummary = Output<'desk.snapshot'>['decisions'][number]
export type SignalFilter = Input<'signals.list'>['filter']
export type SignalPage = Output<'signals.list'>
export type SignalRow = SignalPage['rows'][number]
export type SignalChoices = Output<'signals.choices'>
export type StatisticsBy = Input<'signals.statistics'>['by']
export type StatisticsRow = Output<'signals.statistics'>[number]
