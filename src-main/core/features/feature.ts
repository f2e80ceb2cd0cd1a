// A feature is a named number per candle, computed by an incremental updater. The batch form is the same updater over columns.
import { MEASURES, type Measure } from '../../../src-shared/domain/measure.ts'

/** One candle as scalars; overwritten in place by the caller, so that a million of them cost no allocation. */
export type CandleScalars = { openTimeMs: number; open: number; high: number; low: number; close: number; volume: number }

/** For callers that know no measures: every one unknown, by MEASURE_INDEX. Never written to. */
export const UNKNOWN_MEASURES: Float64Array = new Float64Array(MEASURES.length).fill(NaN)

/**
 * Keeps its own window. `update` is called once per closed candle, in order, and returns NaN until the window is full.
 * `measures` is indexed by MEASURE_INDEX, NaN where unknown; left out, all are unknown.
 */
export type FeatureUpdater = { update(candle: CandleScalars, measures?: Float64Array): number }

/** What one of its numbers means. A price scales with the price, a volume with the volume; the others with neither unless their name says so. */
export type FeatureUnit =
  | 'price'
  | 'ratio'
  | 'percent'
  | 'index_0_100'
  | 'volume'
  | 'candles'
  | 'price_volume'
  | 'per_price_volume'
  | 'terahash_per_second'
  | 'base'
  | 'quote'
  | 'per_second'
  | 'price_per_base'
  | 'basis_points'

export type FeatureInput = 'open' | 'high' | 'low' | 'close' | 'volume' | 'openTimeMs' | Measure

export type FeatureSpec = {
  /** Unique in the registry, such as "ema_21". */
  readonly name: string
  readonly version: number
  readonly unit: FeatureUnit
  /** Candles until the first value. */
  readonly warmupCandles: number
  /** When it may be NaN after its warm-up, or null for never. */
  readonly unknownWhen: string | null
  readonly inputs: readonly FeatureInput[]
  /** One line with its source. */
  readonly definition: string
  create(): FeatureUpdater
}
