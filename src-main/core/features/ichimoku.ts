// Ichimoku Kinko Hyo (Goichi Hosoda 1969).
import { type RangeColumns, type RollingExtreme, fillDonchian, rollingHigh, rollingLow } from './channel.ts'
import { Window } from './window.ts'

export type IchimokuPeriods = { readonly conversion: number; readonly base: number; readonly span: number }

/**
 * Conversion and base line: middles of the range of `conversion` and `base` candles. Span A: mean of both. Span B: middle of the range of `span`
 * candles. The spans are given at the candle that computes them; a chart draws them `base` candles ahead. Each exists once its window is full.
 */
export class Ichimoku {
  conversion = NaN
  base = NaN
  spanA = NaN
  spanB = NaN
  readonly #conversionHigh: RollingExtreme
  readonly #conversionLow: RollingExtreme
  readonly #baseHigh: RollingExtreme
  readonly #baseLow: RollingExtreme
  readonly #spanHigh: RollingExtreme
  readonly #spanLow: RollingExtreme

  constructor({ conversion, base, span }: IchimokuPeriods) {
    this.#conversionHigh = rollingHigh(conversion)
    this.#conversionLow = rollingLow(conversion)
    this.#baseHigh = rollingHigh(base)
    this.#baseLow = rollingLow(base)
    this.#spanHigh = rollingHigh(span)
    this.#spanLow = rollingLow(span)
  }

  /** Returns the conversion line; the others are read from the fields. */
  update(high: number, low: number): number {
    this.conversion = (this.#conversionHigh.update(high) + this.#conversionLow.update(low)) * 0.5
    this.base = (this.#baseHigh.update(high) + this.#baseLow.update(low)) * 0.5
    this.spanB = (this.#spanHigh.update(high) + this.#spanLow.update(low)) * 0.5
    this.spanA = (this.conversion + this.base) * 0.5
    return this.conversion
  }
}

export type IchimokuColumns = {
  readonly conversion: Float64Array
  readonly base: Float64Array
  readonly spanA: Float64Array
  readonly spanB: Float64Array
}

/** {@link Ichimoku} of columns, into four columns. Those that are not filled yet hold the extremes of those that are. */
export function fillIchimoku(columns: RangeColumns, { conversion, base, spanA, spanB }: IchimokuColumns, periods: IchimokuPeriods): void {
  fillDonchian(columns, { upper: spanA, lower: spanB, mid: conversion }, periods.conversion)
  fillDonchian(columns, { upper: spanA, lower: spanB, mid: base }, periods.base)
  fillDonchian(columns, { upper: spanA, lower: spanB, mid: spanB }, periods.span)
  for (let i = 0; i < spanA.length; i += 1) spanA[i] = ((conversion[i] ?? NaN) + (base[i] ?? NaN)) * 0.5
}

/** The cloud that stands at this candle: the spans of `base` candles before. First values at candle `span` + `base`. */
export class IchimokuCloud {
  a = NaN
  b = NaN
  readonly #lines: Ichimoku
  readonly #spansA: Window
  readonly #spansB: Window

  constructor(periods: IchimokuPeriods) {
    this.#lines = new Ichimoku(periods)
    this.#spansA = new Window(periods.base)
    this.#spansB = new Window(periods.base)
  }

  /** Returns the upper edge; both spans are read from the fields. */
  update(high: number, low: number): number {
    this.#lines.update(high, low)
    if (Number.isNaN(this.#lines.spanB)) return NaN
    this.a = this.#spansA.push(this.#lines.spanA)
    this.b = this.#spansB.push(this.#lines.spanB)
    return Math.max(this.a, this.b)
  }
}
