// Types for strategies of your own. Keep this file beside them: it gives your editor completion and hints, and is never run.
declare module 'tradewright' {
  export type Timeframe = '1m' | '5m' | '15m' | '1h' | '4h' | '1d'

  export type Parameter = {
    /** Letters, digits and _. The key under which `create` gets the value. */
    name: string
    title?: string
    help?: string
    unit?: string
    min: number
    max: number
    step: number
    default: number
  }

  /** A candle that has closed, and what is known at its close. Overwritten for the next one: read it, never keep it. */
  export type Input = {
    instrumentId: string
    /** Milliseconds since the epoch, UTC. */
    openTimeMs: number
    open: number
    high: number
    low: number
    close: number
    /** In base units. */
    volume: number
    /** Values of the declared features, in the declared order; NaN while one is warming up. */
    features: Float64Array
    /** Your own open position in this instrument. */
    position: null | { side: 'long' | 'short'; quantity: number; entryPrice: number; stopPrice: number; openedMs: number }
  }

  export type Why = Record<string, number | string | boolean | null>

  export type Signal = {
    direction: 'buy' | 'sell' | 'wait'
    /** 0 to 1: how large the position may be. */
    strength: number
    /** Protective stop: below the close for a buy, above it for a sell. */
    stopPrice: number
    /** Distance of a trailing exit from the extreme since entry, in price units. */
    chandelierDistance?: number | null
    /** The values that decided. They are kept, and shown beside the decision. */
    why?: Why
    /** More than one opinion inside a signal. Left out, the strategy is its own single voter. */
    votes?: { voter: string; direction: 'buy' | 'sell' | 'wait'; strength: number; weight: number; multiplier: number; why: Why }[]
  }

  export type Intent = { type: 'close'; reason: string } | { type: 'move_stop'; stopPrice: number; reason: string }

  export type Strategy = {
    /** Lower-case letters, digits and -. No other strategy may have it. */
    id: string
    title: string
    description: string
    timeframe: Timeframe
    /** Closed candles needed before the first opinion. */
    warmupCandles: number
    features: string[]
    parameters?: Parameter[]
    create(
      instrumentId: string,
      parameters: Record<string, number>,
    ): {
      onCandle(input: Input): Signal | null
      manage?(input: Input): Intent | null
    }
  }
}
