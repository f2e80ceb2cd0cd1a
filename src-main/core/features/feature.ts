// A feature is a named number per candle, computed by an incremental updater. The batch form is the same updater over columns.

/** One candle as scalars; overwritten in place by the caller, so that a million of them cost no allocation. */
export type CandleScalars = { openTimeMs: number; open: number; high: number; low: number; close: number; volume: number }

/** Keeps its own window. `update` is called once per closed candle, in order, and returns NaN until the window is full. */
export type FeatureUpdater = { update(candle: CandleScalars): number }

export type FeatureSpec = {
  /** Unique in the registry, such as "ema_21". */
  readonly name: string
  readonly version: number
  readonly unit: 'price' | 'ratio' | 'percent' | 'index_0_100' | 'volume'
  /** Candles until the first value. */
  readonly warmupCandles: number
  readonly inputs: readonly ('open' | 'high' | 'low' | 'close' | 'volume' | 'openTimeMs')[]
  /** One line with its source. */
  readonly definition: string
  create(): FeatureUpdater
}
