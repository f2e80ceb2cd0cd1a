// A family is one indicator: its parameters, the features it gives, and how one computation serves all of them.
import type { CandleScalars, FeatureSpec } from './feature.ts'

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

type OutputText = Omit<FamilyOutput, 'warmupCandles'>
/** Outputs that all have their first value on the same candle. */
export const outputs = (warmupCandles: (parameters: readonly number[]) => number, texts: readonly OutputText[]): readonly FamilyOutput[] =>
  texts.map((text) => ({ ...text, warmupCandles }))
