// Curves on one even grid of times. The chart library sets points side by side whatever time lies between them, so a curve that was thinned to its
// extremes would be torn out of shape; on a grid it is not, and all curves answer the crosshair at every place.

export type Curve = { readonly tsMs: readonly number[]; readonly values: readonly number[] }
export type CurveGrid = {
  readonly tsMs: readonly number[]
  /** One column per curve, in their order; null before its first and after its last point. */
  readonly columns: readonly (readonly (number | null)[])[]
}

const SLOTS_MAX = 3000
const SECOND_MS = 1000

/**
 * The curves at evenly spaced whole seconds, at most 3,000. A point stands in the place nearest to it, so that no extreme is lost; of several
 * points in one place the one farthest from what was before stays. Places between points lie on the line between them.
 */
export function onGrid(curves: readonly Curve[]): CurveGrid {
  const times = curves.flatMap(({ tsMs }) => [tsMs[0], tsMs.at(-1)]).filter((ms) => ms !== undefined)
  if (times.length === 0) return { tsMs: [], columns: curves.map(() => []) }
  const fromMs = Math.floor(Math.min(...times) / SECOND_MS) * SECOND_MS
  const spanMs = Math.max(...times) - fromMs
  const slots = Math.max(1, Math.min(SLOTS_MAX, Math.floor(spanMs / SECOND_MS)))
  const stepMs = spanMs / slots
  const tsMs = Array.from({ length: slots + 1 }, (_, k) => Math.floor((fromMs + k * stepMs) / SECOND_MS) * SECOND_MS)
  const slotOf = (ms: number) => (stepMs === 0 ? 0 : Math.round((ms - fromMs) / stepMs))
  return { tsMs, columns: curves.map((curve) => column(curve, slots + 1, slotOf)) }
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
