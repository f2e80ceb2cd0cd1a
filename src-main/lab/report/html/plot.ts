// Charts as inline SVG that is stretched over its box; labels are HTML beside it, so that they keep their size whatever the width.
import { DAY_MS, HOUR_MS } from '../../../../src-shared/domain/time.ts'
import { Html, type HtmlValue, html } from './html.ts'

export type Tick = { readonly at: number; readonly label: HtmlValue }
export type Axis = { readonly min: number; readonly max: number; readonly ticks: readonly Tick[] }

/** The SVG is this wide and high in its own units, wherever it is shown. */
const SIZE = 1000

/** A value on an axis as a position in the SVG; y grows downwards there. */
export const xOf = (axis: Axis, value: number): number => round(((value - axis.min) / (axis.max - axis.min)) * SIZE)
export const yOf = (axis: Axis, value: number): number => SIZE - xOf(axis, value)
const round = (value: number): number => Math.round(value * 10) / 10

export type Plot = {
  readonly x: Axis
  readonly y: Axis
  /** Pixels of the drawing, and of the labels under it. */
  readonly height: number
  readonly below: number
  /** What is drawn, in SVG. */
  readonly body: Html
  /** What it shows, for who cannot see it. */
  readonly label: string
}

export function plot({ x, y, height, below, body, label }: Plot): Html {
  const lines = y.ticks.map(({ at }) => html`<line class="grid" x1="0" x2="${SIZE}" y1="${yOf(y, at)}" y2="${yOf(y, at)}" />`)
  const left = y.ticks.map((tick) => html`<span class="y" style="top:${yOf(y, tick.at) / 10}%">${tick.label}</span>`)
  const under = x.ticks.map((tick) => html`<span class="x" style="left:${xOf(x, tick.at) / 10}%">${tick.label}</span>`)
  return html`<div class="plot" style="padding-bottom:${below}px" role="img" aria-label="${label}">
    <div class="area" style="height:${height}px">
      <svg viewBox="0 0 ${SIZE} ${SIZE}" preserveAspectRatio="none">${lines}${body}</svg>${left}${under}
    </div>
  </div>`
}

/** A line through the points. */
export const line = (points: readonly (readonly [number, number])[], className: string): Html =>
  html`<path class="${className}" d="${points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('')}" />`

/** The same, filled down or up to `base`. */
export function area(points: readonly (readonly [number, number])[], base: number, className: string): Html {
  const [first] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined) return new Html('')
  const outline = points.map(([x, y]) => `L${x} ${y}`).join('')
  return html`<path class="${className}" d="M${first[0]} ${base}${outline}L${last[0]} ${base}Z" />`
}

/** Round dots of equal size, whatever the stretching: lines of no length with round ends. */
export const dots = (points: readonly (readonly [number, number])[], className: string): Html =>
  html`<path class="${className}" d="${points.map(([x, y]) => `M${x} ${y}h0`).join('')}" />`

/** A bar between two values of the y axis; left and right are shares of the width, 0 to 1. */
export function bar(sides: { left: number; right: number }, ends: { from: number; to: number; y: Axis }, className: string): Html {
  const [a, b] = [yOf(ends.y, ends.from), yOf(ends.y, ends.to)]
  const [left, right] = [round(sides.left * SIZE), round(sides.right * SIZE)]
  return html`<rect
    class="${className}"
    x="${left}"
    width="${round(right - left)}"
    y="${Math.min(a, b)}"
    height="${round(Math.abs(a - b))}"
  />`
}

const STEPS = [1, 2, 2.5, 5, 10] as const

/** Share of the spread that is left free beyond a value that is not on a round tick. */
const ROOM = 0.04

/** An axis over the values with round ticks, about `count` of them; values that do not differ get room on either side. */
export function valueAxis(range: { min: number; max: number }, count: number, format: (value: number) => string): Axis {
  const spread = range.max - range.min || Math.abs(range.max) || 1
  const rough = spread / count
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = (STEPS.find((factor) => factor * magnitude >= rough) ?? 10) * magnitude
  const isRound = (value: number): boolean => range.max > range.min && Math.abs(value / step - Math.round(value / step)) < 1e-9
  const min = isRound(range.min) ? range.min : range.min - ROOM * spread
  const max = isRound(range.max) ? range.max : range.max + ROOM * spread
  const first = Math.ceil(min / step - 1e-9)
  const ticks = Array.from({ length: Math.floor(max / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step)
  return { min, max, ticks: ticks.map((at) => ({ at, label: format(at) })) }
}

const DAY_STEPS = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS] as const
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120] as const
const MONTH_MS = 30 * DAY_MS

/** A time axis in UTC with about `count` labels: at months for long stretches, else at days or hours. */
export function timeAxis(range: { min: number; max: number }, count: number): Axis {
  const max = Math.max(range.max, range.min + 1)
  const rough = (max - range.min) / count
  const stepMs = DAY_STEPS.find((step) => step >= rough)
  const ticks = stepMs === undefined ? monthTicks(range.min, max, rough) : dayTicks(range.min, max, stepMs)
  return { min: range.min, max, ticks }
}

function dayTicks(min: number, max: number, stepMs: number): Tick[] {
  const first = Math.ceil(min / stepMs) * stepMs
  const times = Array.from({ length: Math.max(0, Math.floor((max - first) / stepMs) + 1) }, (_, i) => first + i * stepMs)
  return times.map((at) => {
    const text = new Date(at).toISOString()
    return { at, label: stepMs < DAY_MS ? `${text.slice(5, 10)} ${text.slice(11, 16)}` : text.slice(0, 10) }
  })
}

function monthTicks(min: number, max: number, rough: number): Tick[] {
  const step = MONTH_STEPS.find((months) => months * MONTH_MS >= rough) ?? 120
  const start = new Date(min)
  const first = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth() + 1) / step) * step
  const ticks: Tick[] = []
  for (let month = first; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12)
    if (at > max) return ticks
    ticks.push({ at, label: new Date(at).toISOString().slice(0, 7) })
  }
}
