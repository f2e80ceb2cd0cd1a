// The one interface every strategy fulfils: bundled, or a user's own file running in the sandbox.
// A strategy returns opinions. It never sees a venue, a clock, a database or another strategy.
import type { Regime, Signal } from '../../../src-shared/domain/decision.ts'
import type { InstrumentId, StrategyId } from '../../../src-shared/domain/ids.ts'
import type { PositionSide } from '../../../src-shared/domain/instrument.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'

/** One setting of a strategy, with what a form needs to ask for it. */
export type ParameterSpec = {
  readonly name: string
  readonly title: string
  readonly help: string
  readonly unit: string
  readonly min: number
  readonly max: number
  readonly step: number
  readonly default: number
}

/** What a strategy declares before it runs. */
export type StrategyDeclaration = {
  readonly id: StrategyId
  readonly title: string
  readonly description: string
  readonly timeframe: Timeframe
  /** Closed candles of `timeframe` needed before the first opinion. */
  readonly warmupCandles: number
  /**
   * Names from the feature registry (core/features), read in `onCandle` by position. Those of another timeframe say so, such as
   * "ema_200@1d": the value of its last closed bar.
   */
  readonly features: readonly string[]
  /** The regimes its signals may carry; left out by a strategy that does not classify the market. */
  readonly regimes?: readonly string[]
  readonly parameters: readonly ParameterSpec[]
}

/** The strategy's own open position in this instrument, in floats for arithmetic. */
export type PositionView = {
  readonly side: PositionSide
  readonly quantity: number
  readonly entryPrice: number
  readonly stopPrice: number
  readonly openedMs: number
}

/**
 * What a strategy may look at when a candle of its timeframe has closed.
 * One object per strategy and instrument, overwritten for each candle: read it, never keep it.
 */
export type StrategyInput = {
  readonly instrumentId: InstrumentId
  readonly openTimeMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  /** Values of the declared features, in the declared order; NaN while one is warming up. */
  readonly features: Float64Array
  /** Measures beside the candles, by MEASURE_INDEX (domain/measure); NaN where one is unknown or too old. */
  readonly measures: Float64Array
  readonly position: PositionView | null
  /** Event time at which the last position in this instrument was closed, whoever held it; null when none is known. */
  readonly lastClosedMs: number | null
}

/**
 * What a strategy asks for an open position. Stops may only be tightened; the risk officer and position care decide.
 * An add buys (or sells short) `fraction` × the quantity the position was opened with, with the same stop; `regime` as in a signal.
 */
export type ManageIntent =
  | { readonly type: 'close'; readonly reason: string }
  | { readonly type: 'add'; readonly fraction: number; readonly reason: string; readonly regime: Regime | null }
  | { readonly type: 'move_stop'; readonly stopPrice: number; readonly reason: string }

/** State for one instrument. Created anew for each instrument, after each reload, and for each replay. */
export type StrategyInstance = {
  /** An opinion, or null when there is nothing to say. Throws only when the strategy itself is broken. */
  onCandle(input: StrategyInput): Signal | null
  /**
   * Called in place of `onCandle` while the strategy warms up or is paused, so that what it remembers beyond its features has no holes.
   * Measures of before the session are those the session was warmed up with, else NaN.
   */
  observe?(input: StrategyInput): void
  /** Called instead of nothing while the strategy holds a position here; before `onCandle`. */
  manage?(input: StrategyInput): ManageIntent | null
}

export type StrategyPlugin = {
  readonly declaration: StrategyDeclaration
  /** `parameters` has a value for every declared name, inside its range. */
  create(instrumentId: InstrumentId, parameters: Readonly<Record<string, number>>): StrategyInstance
}
