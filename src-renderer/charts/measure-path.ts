// A short history as the path of an SVG: steps, because a measure stands until the next one. Pure.

export type MeasurePoint = { readonly tsMs: number; readonly value: number }
type Box = { readonly width: number; readonly height: number }

/**
 * The `d` of a stepped line through the points, the first at the left edge, the last at the right one, the scale from the least
 * value to the greatest. Empty below two points; a history that never changed is a line through the middle.
 */
export function measurePath(points: readonly MeasurePoint[], box: Box): string {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return ''
  let [low, high] = [Infinity, -Infinity]
  for (const { value } of points) [low, high] = [Math.min(low, value), Math.max(high, value)]
  const [span, spanMs] = [high - low, last.tsMs - first.tsMs || 1]
  const yOf = (value: number): string => (span === 0 ? box.height / 2 : box.height - ((value - low) / span) * box.height).toFixed(1)
  const xOf = (tsMs: number): string => (((tsMs - first.tsMs) / spanMs) * box.width).toFixed(1)
  return points.map(({ tsMs, value }, i) => (i === 0 ? `M${xOf(tsMs)} ${yOf(value)}` : `H${xOf(tsMs)}V${yOf(value)}`)).join('')
}
