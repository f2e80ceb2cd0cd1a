// A family is one indicator: its parameters, the features it gives, and how one computation serves all of them.
import type { CandleColumns } from '../ports/market-feed.ts'
import type { CandleScalars, FeatureSpec } from './feature.ts'
import type { Measure } from '../../../src-shared/domain/measure.ts'

/** A number in a feature's name. One without a default must be written out: there is an "ema_21" but no "ema". */
export type FamilyParameter = {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly whole: boolean
  readonly default: number | null
}

export type FamilyOutput = {
  /** The name without its numbers, such as "bollinger_upper". */
  readonly base: string
  readonly unit: FeatureSpec['unit']
  readonly definition: string
  /** When it may be NaN after its warm-up. Left out: never. */
  readonly unknownWhen?: string
  /** Candles until the first value, for these parameters. */
  warmupCandles(parameters: readonly number[]): number
}

/** Takes one candle into the computation and writes every output of the family to its cells. */
export type Step = (candle: CandleScalars, measures: Float64Array) => void

/** Candles, and beside them the measures that were known at the close of each: one value per candle, NaN where unknown. */
export type FeatureColumns = CandleColumns & { readonly measures?: Readonly<Partial<Record<Measure, Float64Array>>> }

/** One column per output of the family, as long as the candles. Those that nobody asked for may be left unfilled or used to work in. */
export type FillTargets = { readonly out: readonly Float64Array[]; readonly isAsked: readonly boolean[] }

/** Where a step writes: output k of the family goes to `cells[at + k]`. */
export type Cells = { readonly cells: Float64Array; readonly at: number }

export type FeatureFamily = {
  readonly version: number
  readonly inputs: FeatureSpec['inputs']
  readonly parameters: readonly FamilyParameter[]
  readonly outputs: readonly FamilyOutput[]
  /** Parameter lists to show in a catalogue; any other in range works too. */
  readonly typical: readonly (readonly number[])[]
  /** A sentence about parameters that are in range one by one but make no sense together, or null. */
  refuse?(parameters: readonly number[]): string | null
  /** A new computation. Each family writes its own closure, so that V8 inlines its updater instead of looking it up. */
  start(parameters: readonly number[], target: Cells): Step
  /** The same numbers, bit for bit, over whole columns and faster. Left out: the steps are taken candle by candle. */
  fill?(parameters: readonly number[], columns: FeatureColumns, targets: FillTargets): void
}

export const PERIOD: FamilyParameter = { name: 'period', min: 2, max: 1000, whole: true, default: null }

/** How far bands lie from their middle. */
export const multiple = (defaultValue: number): FamilyParameter => ({
  name: 'multiple',
  min: 0.1,
  max: 20,
  whole: false,
  default: defaultValue,
})
export const period = (defaultValue: number): FamilyParameter => ({ ...PERIOD, default: defaultValue })

/** The parameter at `index`. The registry has checked their number, so a missing one is a bug. */
export function parameterAt(parameters: readonly number[], index: number): number {
  const value = parameters[index]
  if (value === undefined) throw new Error(`invariant broken: feature parameter ${index} of ${parameters.length}`)
  return value
}

/** The first parameter: a period, wherever there is one. */
export const first = (parameters: readonly number[]): number => parameterAt(parameters, 0)
export const afterPeriod = (parameters: readonly number[]): number => first(parameters) + 1

/** The column of output `index`. There is one for each, so a missing one is a bug. */
export function columnAt({ out }: FillTargets, index: number): Float64Array {
  const column = out[index]
  if (column === undefined) throw new Error(`invariant broken: output column ${index} of ${out.length}`)
  return column
}

type OutputText = Omit<FamilyOutput, 'warmupCandles'>
/** Outputs that all have their first value on the same candle. */
export const outputs = (warmupCandles: (parameters: readonly number[]) => number, texts: readonly OutputText[]): readonly FamilyOutput[] =>
  texts.map((text) => ({ ...text, warmupCandles }))
