// Builds the longer bars of one instrument out of its closed base candles. A bar exists only once its last base candle has been added.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import { TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from '../../../src-shared/domain/time.ts'

/** A bar under construction or just closed; overwritten in place, so read it inside `onClosed` and never keep it. */
export type AggregatedBar = {
  readonly timeframe: Timeframe
  readonly lengthMs: number
  openTimeMs: number
  open: number
  high: number
  low: number
  close: number
  volume: number
}

type Level = {
  readonly bar: AggregatedBar
  /** Open time of the part that must come next for this bar to stay whole; NaN while the bar has a hole, until the next bar starts. */
  expectedMs: number
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
  readonly #levels: readonly Level[]
  readonly #baseMs: number
  #lastOpenMs = Number.NEGATIVE_INFINITY

  constructor(base: Timeframe) {
    this.#baseMs = TIMEFRAME_MS[base]
    this.timeframes = TIMEFRAMES.filter((timeframe) => TIMEFRAME_MS[timeframe] > this.#baseMs)
    this.bars = this.timeframes.map((timeframe) => emptyBar(timeframe))
    this.#levels = this.bars.map((bar) => ({ bar, expectedMs: Number.NaN }))
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
    for (let index = 0; index < this.#levels.length; index++) {
      const level = this.#levels[index]
      if (level === undefined || !fold(level, part, partMs)) return
      onClosed(index)
      part = level.bar
      partMs = level.bar.lengthMs
    }
  }
}

const emptyBar = (timeframe: Timeframe): AggregatedBar => ({
  timeframe,
  lengthMs: TIMEFRAME_MS[timeframe],
  // NaN makes V8 keep these fields as unboxed doubles from the start.
  openTimeMs: Number.NaN,
  open: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  close: Number.NaN,
  volume: Number.NaN,
})

/** Adds one part to a level's bar. True when the bar is whole and closed by it. */
function fold(level: Level, part: Candle, partMs: number): boolean {
  const bar = level.bar
  const endMs = bar.openTimeMs + bar.lengthMs
  // Asked first because it is the common case and spares the remainder below, which is slow for numbers this large.
  if (part.openTimeMs === level.expectedMs && part.openTimeMs < endMs) {
    if (part.high > bar.high) bar.high = part.high
    if (part.low < bar.low) bar.low = part.low
    bar.volume += part.volume
  } else if (part.openTimeMs % bar.lengthMs === 0) {
    bar.openTimeMs = part.openTimeMs
    bar.open = part.open
    bar.high = part.high
    bar.low = part.low
    bar.volume = part.volume
  } else {
    level.expectedMs = Number.NaN
    return false
  }
  bar.close = part.close
  level.expectedMs = part.openTimeMs + partMs
  return level.expectedMs === bar.openTimeMs + bar.lengthMs
}
