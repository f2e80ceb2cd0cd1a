// What voters saw, as a chart draws it: where each piece lies among the candles, which prices the scale must hold, where its label goes.
// Pure: prices and times in, indexes and pixels out.
import type { Output } from '../../src-shared/bridge/contract.ts'
import type { ChartTheme } from './candle-chart-theme.ts'

export type Evidence = Output<'decision.detail'>['trace']['signal']['votes'][number]['evidence'][number]
/** The evidence of one voter in its color. */
export type EvidenceGroup = { readonly voter: string; readonly color: EvidenceColor; readonly items: readonly Evidence[] }
export type PriceRange = { readonly low: number; readonly high: number }

/** Colors that are not those of a candle, an entry, a stop or a target first; they repeat after the sixth voter. */
const COLORS = ['line2', 'line3', 'line6', 'line5', 'line1', 'line4'] as const satisfies readonly (keyof ChartTheme)[]
export type EvidenceColor = (typeof COLORS)[number]
export const evidenceColor = (place: number): EvidenceColor => COLORS[place % COLORS.length] ?? 'line2'
/** The same color for the page around the chart. */
export const evidenceCss = (color: EvidenceColor): string => `var(--${color.replace('line', 'line-')})`

/**
 * Where a time lies on the scale of the candles: k at the candle that opened then, between k and k + 1 within it. Times beyond either end
 * are carried on at the distance of the first two candles. Null without candles.
 */
export function candleIndexAt(openTimeMs: readonly number[], ms: number): number | null {
  const first = openTimeMs[0]
  const last = openTimeMs.at(-1)
  if (first === undefined || last === undefined) return null
  const barMs = (openTimeMs[1] ?? first + 60_000) - first
  if (ms <= first) return (ms - first) / barMs
  if (ms >= last) return openTimeMs.length - 1 + (ms - last) / barMs
  let below = 0
  let above = openTimeMs.length - 1
  while (above - below > 1) {
    const middle = (below + above) >> 1
    if ((openTimeMs[middle] ?? first) <= ms) below = middle
    else above = middle
  }
  const from = openTimeMs[below] ?? first
  return below + Math.min(1, (ms - from) / ((openTimeMs[above] ?? last) - from))
}

/** The prices that a piece of evidence reaches; null for lines of features, which are series of their own. */
export function rangeOf(item: Evidence): PriceRange | null {
  switch (item.kind) {
    case 'level':
    case 'mark':
      return { low: item.price, high: item.price }
    case 'zone':
      return { low: item.low, high: item.high }
    case 'path':
      return item.points.length === 0 ? null : spanOf(item.points.map((point) => point.price))
    case 'profile':
      return { low: item.low, high: item.low + item.step * item.volumes.length }
    case 'features':
      return null
    default:
      return item satisfies never
  }
}

/** The prices that all of these reach together; null when there are none. */
export function evidenceRange(groups: readonly EvidenceGroup[]): PriceRange | null {
  const ranges = groups.flatMap((group) => group.items.map(rangeOf)).filter((range) => range !== null)
  return ranges.length === 0 ? null : spanOf(ranges.flatMap(({ low, high }) => [low, high]))
}

/**
 * What the price scale holds: the candles, and of the evidence all of it when it was asked for alone. Many voters at once may only double
 * the height of the candles on each side, or the candles would be pressed flat.
 */
export function scaleWith(candles: PriceRange, evidence: PriceRange | null, alone: boolean): PriceRange {
  if (evidence === null) return candles
  const room = candles.high - candles.low
  const floor = alone ? evidence.low : Math.max(evidence.low, candles.low - room)
  const ceiling = alone ? evidence.high : Math.min(evidence.high, candles.high + room)
  return { low: Math.min(candles.low, floor), high: Math.max(candles.high, ceiling) }
}

export type ProfileBar = { readonly low: number; readonly high: number; readonly share: number; readonly inValueArea: boolean }

/** The bins of a profile; `share` is the volume against the largest bin, 0 to 1. */
export function profileBars(profile: Extract<Evidence, { kind: 'profile' }>): readonly ProfileBar[] {
  const largest = Math.max(0, ...profile.volumes)
  return profile.volumes.map((volume, bin) => {
    const low = profile.low + bin * profile.step
    const middle = low + profile.step / 2
    return {
      low,
      high: low + profile.step,
      share: largest > 0 ? volume / largest : 0,
      inValueArea: middle >= profile.valueLow && middle <= profile.valueHigh,
    }
  })
}

/** A label before it is drawn: its left edge, the middle it would like to have, and its width, in pixels. */
export type Label = { readonly text: string; readonly color: EvidenceColor; readonly x: number; readonly y: number; readonly width: number }
export const LABEL_HEIGHT = 13

/** Moves labels down, or up at the lower edge, until none covers another and all are inside. The order of the result is that of the height. */
export function placeLabels(labels: readonly Label[], room: { readonly width: number; readonly height: number }): readonly Label[] {
  const placed: Label[] = []
  for (const label of labels.toSorted((a, b) => a.y - b.y || a.x - b.x)) {
    const x = Math.max(0, Math.min(label.x, room.width - label.width))
    const lowest = room.height - LABEL_HEIGHT / 2
    let y = Math.min(Math.max(label.y, LABEL_HEIGHT / 2), lowest)
    const covers = (at: number) => placed.find((other) => overlaps(other, { ...label, x, y: at }))
    // Each step passes at least one placed label, so there are no more steps than labels.
    for (let step = 0, other = covers(y); other && step <= placed.length; step += 1, other = covers(y)) y = other.y + LABEL_HEIGHT
    if (y > lowest) {
      y = lowest
      for (let step = 0, other = covers(y); other && step <= placed.length; step += 1, other = covers(y)) y = other.y - LABEL_HEIGHT
    }
    placed.push({ ...label, x, y })
  }
  return placed
}

const overlaps = (a: Label, b: Label): boolean => a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < LABEL_HEIGHT

const spanOf = (prices: readonly number[]): PriceRange => ({ low: Math.min(...prices), high: Math.max(...prices) })
