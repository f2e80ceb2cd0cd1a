// The equity of the session as a short list of points: long runs are thinned, so that the list never grows beyond its limit.

export type EquityPoint = { readonly tsMs: number; readonly equity: number }

export const POINTS_MAX = 400

/** Adds a point. When the list is full every second older point goes; the newest always stays. A point from the past starts over. */
export function withPoint(points: readonly EquityPoint[], point: EquityPoint): readonly EquityPoint[] {
  const last = points.at(-1)
  if (last && point.tsMs < last.tsMs) return [point]
  if (last?.tsMs === point.tsMs) return [...points.slice(0, -1), point]
  const kept = points.length >= POINTS_MAX ? points.filter((_, i) => i % 2 === 0) : points
  return [...kept, point]
}

export type Sparkline = { readonly line: string; readonly area: string; readonly baseline: number }

/** SVG paths in a box of the given size. The baseline is the first equity. Empty below two points. */
export function sparklineOf(points: readonly EquityPoint[], width: number, height: number): Sparkline | null {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return null
  const values = points.map(({ equity }) => equity)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = high - low || Math.max(1, Math.abs(high) * 1e-6)
  const x = (tsMs: number) => (((tsMs - first.tsMs) / (last.tsMs - first.tsMs || 1)) * width).toFixed(1)
  const y = (equity: number) => height - 2 - ((equity - low) / span) * (height - 4)
  const line = points.map(({ tsMs, equity }, i) => `${i === 0 ? 'M' : 'L'}${x(tsMs)} ${y(equity).toFixed(1)}`).join('')
  const baseline = y(first.equity)
  return { line, area: `${line}L${width} ${baseline.toFixed(1)}L0 ${baseline.toFixed(1)}Z`, baseline }
}
