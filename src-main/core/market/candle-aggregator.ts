// Builds the longer bars of one instrument out of its closed base candles. A bar exists only once its last base candle has been added.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import { TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from '../../../src-shared/domain/time.ts'

/**
 * A bar under construction or just closed; overwritten in place, so read it inside `onClosed` and never keep it.
 * NaN makes V8 keep its numbers unboxed from the start.
 */
export class AggregatedBar {
  readonly timeframe: Timeframe
  readonly lengthMs: number
  openTimeMs = Number.NaN
  open = Number.NaN
  high = Number.NaN
  low = Number.NaN
  close = Number.NaN
  volume = Number.NaN
  /** Open time of the part that must come next for this bar to stay whole; NaN while the bar has a hole, until the next bar starts. */
  expectedMs = Number.NaN
  constructor(timeframe: Timeframe) {
    this.timeframe = timeframe
    this.lengthMs = TIMEFRAME_MS[timeframe]
  }
}

/** `timeframeIndex` is a position in `timeframes` and `bars`. */
export type OnBarClosed = (timeframeIndex: number) => void

/**
 * Each level is built from the bars of the level below (1m → 5m → 15m → 1h → 4h → 1d), so a base candle touches one level only unless it
 * closes bars. A hole anywhere inside a bar, its start included, means that the bar and every longer bar around it is never emitted.
 */
export class CandleAggregator {
  /** What is emitted, shortest first. */
  readonly timeframes: readonly Timeframe[]
  readonly bars: readonly AggregatedBar[]
  readonly #baseMs: number
  #lastOpenMs = Number.NEGATIVE_INFINITY

  constructor(base: Timeframe) {
    this.#baseMs = TIMEFRAME_MS[base]
    this.timeframes = TIMEFRAMES.filter((timeframe) => TIMEFRAME_MS[timeframe] > this.#baseMs)
    this.bars = this.timeframes.map((timeframe) => new AggregatedBar(timeframe))
  }

  /**
   * Adds the next closed base candle and calls `onClosed` once for each bar that ends with it, shortest first.
   * Throws when the candle does not open after the one before it: only guarded candles belong here.
   */
  add(candle: Candle, onClosed: OnBarClosed): void {
    if (!(candle.openTimeMs > this.#lastOpenMs)) {
      throw new Error(`invariant broken: candle ${candle.openTimeMs} added after ${this.#lastOpenMs}, expected a later open time`)
    }
    this.#lastOpenMs = candle.openTimeMs
    let part: Candle = candle
    let partMs = this.#baseMs
    for (let index = 0; index < this.bars.length; index++) {
      const bar = this.bars[index]
      if (bar === undefined || !fold(bar, part, partMs)) return
      onClosed(index)
      part = bar
      partMs = bar.lengthMs
    }
  }
}

/** Of two finite numbers, without a branch: which one it is cannot be foretold, and a processor that guesses wrong loses more than all the rest takes. */
function larger(a: number, b: number): number {
  const isB = Number(b > a)
  return b * isB + a * (1 - isB)
}

/** Adds one part to a bar. True when the bar is whole and closed by it. */
function fold(bar: AggregatedBar, part: Candle, partMs: number): boolean {
  const endMs = bar.openTimeMs + bar.lengthMs
  const follows = part.openTimeMs === bar.expectedMs
  if (follows && part.openTimeMs < endMs) {
    bar.high = larger(bar.high, part.high)
    bar.low = -larger(-bar.low, -part.low)
    bar.volume += part.volume
  } else if (follows || part.openTimeMs % bar.lengthMs === 0) {
    // What follows a whole bar is aligned as that one was: the remainder, slow for numbers this large, is taken after holes only.
    bar.openTimeMs = part.openTimeMs
    bar.open = part.open
    bar.high = part.high
    bar.low = part.low
    bar.volume = part.volume
  } else {
    bar.expectedMs = Number.NaN
    return false
  }
  bar.close = part.close
  bar.expectedMs = part.openTimeMs + partMs
  return bar.expectedMs === bar.openTimeMs + bar.lengthMs
}
