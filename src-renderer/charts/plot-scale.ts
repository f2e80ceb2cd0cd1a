// From values to pixels, and where the lines of a grid belong. Pure.
import { formatNumber } from '../format/numbers.ts'

export type Scale = {
  /** Pixel of a value. */
  readonly at: (value: number) => number
  /** Value at a pixel. */
  readonly from: (pixel: number) => number
}
export type Range = readonly [low: number, high: number]

/** Values of `domain` onto pixels of `pixels`; a domain without extent lies in the middle. */
export function linearScale([low, high]: Range, [first, last]: Range): Scale {
  const span = high - low
  if (span === 0) return { at: () => (first + last) / 2, from: () => low }
  return {
    at: (value) => first + ((value - low) / span) * (last - first),
    from: (pixel) => low + ((pixel - first) / (last - first)) * span,
  }
}

/** As `linearScale`, for a domain above 0 whose ratios count. */
export function logScale([low, high]: Range, pixels: Range): Scale {
  const inner = linearScale([Math.log(low), Math.log(high)], pixels)
  return { at: (value) => inner.at(Math.log(value)), from: (pixel) => Math.exp(inner.from(pixel)) }
}

/** Round values within the range, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks([low, high]: Range, count: number): readonly number[] {
  const span = high - low
  if (!Number.isFinite(span) || span <= 0) return Number.isFinite(low) ? [low] : []
  const rough = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, k) => tidy((first + k) * step))
}

/** 0.30000000000000004 is 0.3, and −0 is 0. */
const tidy = (value: number): number => Number(value.toPrecision(12)) + 0

/** Least and greatest of the values with some room around them; [0, 1] without values. */
export function extentOf(values: readonly number[], room = 0.05): Range {
  if (values.length === 0) return [0, 1]
  const [low, high] = values.reduce<[number, number]>(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity])
  const pad = low === high ? Math.abs(low) * room || room : (high - low) * room
  return [low - pad, high + pad]
}

/** Writes ticks with the fewest decimals that tell them apart; on a log scale each with its own. */
export function tickText(ticks: readonly number[]): (value: number) => string {
  const steps = ticks.slice(1).map((tick, place) => tick - (ticks[place] ?? 0))
  const least = steps.length === 0 ? Math.abs(ticks[0] ?? 1) : Math.min(...steps)
  const isEven = steps.every((step) => Math.abs(step - least) < least * 1e-6)
  const decimals = decimalsFor(least)
  return (value) => formatNumber(value, isEven ? decimals : decimalsFor(Math.abs(value)))
}

const decimalsFor = (step: number): number => (step === 0 ? 0 : Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9))))
