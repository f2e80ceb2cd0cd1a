// What the doctor looks at, and what it says.
import type { SimulationSpec } from '../../../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../../../src-shared/domain/lab-metric.ts'
import type { SeriesGap, SeriesKind } from '../../../../src-shared/domain/series.ts'
import type { CandleColumns } from '../../ports/market-feed.ts'
import type { RunMonth } from '../run-equity.ts'
import type { RunRecord } from '../run-record.ts'
import type { SharpeEstimate, TrialSharpes } from '../sharpe-inference.ts'

export type DoctorWarning = {
  readonly code: string
  readonly severity: 'critical' | 'warning' | 'info'
  readonly title: string
  /** Plain sentences that name the numbers that led to it. */
  readonly detail: string
}

/** What the passport of a series says against it. */
export type SeriesFaults = {
  readonly instrumentId: string
  readonly kind: SeriesKind
  readonly gaps: readonly SeriesGap[]
  /** Open times of candles that jumped away and came back in the next one. */
  readonly outliersMs: readonly number[]
}

/** History that something asked for before its first decision, and what it was given. */
export type WarmUp = { readonly name: string; readonly askedMs: number; readonly givenMs: number }

/** A parameter as the search chose it. */
export type ChosenParameter = {
  readonly name: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly scale: 'linear' | 'log'
}

/** The search that this set of parameters came from. */
export type SearchOrigin = TrialSharpes & {
  readonly parameters: readonly ChosenParameter[]
  /** Whether the run covers days that the parameters were chosen on. */
  readonly inSample: boolean
}

export type DoctorInput = {
  readonly record: RunRecord
  /** Of this record. */
  readonly metrics: LabMetricValues
  readonly simulation: Pick<SimulationSpec, 'slippage' | 'participationMax'>
  /** Base candles that the run was fed with, by instrument. Fills of an instrument that is not among them are not checked, which is said. */
  readonly candles: ReadonlyMap<string, CandleColumns>
  readonly series: readonly SeriesFaults[]
  readonly warmUps: readonly WarmUp[]
  /** Null for parameters that nobody searched for. */
  readonly search: SearchOrigin | null
}

/** The input, and what several rules need of it. */
export type Facts = DoctorInput & {
  readonly days: number
  /** Of round trips, in order of closing. */
  readonly netPnls: readonly number[]
  /** Their sum. */
  readonly net: number
  readonly months: readonly RunMonth[]
  readonly estimate: SharpeEstimate | null
}

/** Null when there is nothing to say. */
export type Rule = (facts: Facts) => DoctorWarning | null
