// Curves on one even grid of times. The chart library sets points side by side whatever time lies between them, so a curve that was thinned to its
// extremes would be torn out of shape; on a grid it is not, and all curves answer the crosshair at every place.

export type Curve = { readonly tsMs: readonly number[]; readonly values: readonly number[] }
export type CurveGrid = {
  readonly tsMs: readonly number[]
  /** One column per curve, in their order; null before its first and after its last point. */
  readonly columns: readonly (readonly (number | null)[])[]
}

const SLOTS_MAX = 3000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Distances between places: round, so that days and months begin at one. */
const STEPS_MS = [
  MINUTE_MS / 60,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
] as const
const WEEK_MS = 7 * 24 * HOUR_MS

/**
 * The curves at evenly spaced round times, at most about 3,000. A point stands in the place nearest to it, so that no extreme is lost; of several
 * points in one place the one farthest from what was before stays. Places between points lie on the line between them.
 */
export function onGrid(curves: readonly Curve[]): CurveGrid {
  const times = curves.flatMap(({ tsMs }) => [tsMs[0], tsMs.at(-1)]).filter((ms) => ms !== undefined)
  if (times.length === 0) return { tsMs: [], columns: curves.map(() => []) }
  const [firstMs, lastMs] = [Math.min(...times), Math.max(...times)]
  const stepMs = STEPS_MS.find((step) => (lastMs - firstMs) / step <= SLOTS_MAX) ?? WEEK_MS
  const fromMs = Math.round(firstMs / stepMs) * stepMs
  const slots = Math.round((lastMs - fromMs) / stepMs) + 1
  const tsMs = Array.from({ length: slots }, (_, k) => fromMs + k * stepMs)
  const slotOf = (ms: number) => Math.round((ms - fromMs) / stepMs)
  return { tsMs, columns: curves.map((curve) => column(curve, slots, slotOf)) }
}

function column({ tsMs, values }: Curve, slots: number, slotOf: (ms: number) => number): readonly (number | null)[] {
  const result: (number | null)[] = Array.from({ length: slots }, () => null)
  let [last, before]: [number, number | null] = [-1, null]
  tsMs.forEach((ms, place) => {
    const slot = slotOf(ms)
    const value = values[place]
    if (value === undefined) return
    if (slot === last) {
      const held = result[slot] ?? value
      if (before !== null && Math.abs(value - before) > Math.abs(held - before)) result[slot] = value
      return
    }
    if (last >= 0) fillBetween(result, { from: last, to: slot, value })
    before = last >= 0 ? (result[last] ?? null) : null
    result[slot] = value
    last = slot
  })
  return result
}

type Between = { readonly from: number; readonly to: number; readonly value: number }

function fillBetween(result: (number | null)[], { from, to, value }: Between): void {
  const first = result[from] ?? value
  for (let slot = from + 1; slot < to; slot++) result[slot] = first + ((slot - from) / (to - from)) * (value - first)
}
