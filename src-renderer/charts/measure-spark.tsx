import { useMemo } from 'react'
import { type MeasurePoint, measurePath } from './measure-path.ts'

const BOX = { width: 160, height: 24 }

/** The course of one figure without axes. The figure itself stands beside it in text, so it is hidden from screen readers. */
export function MeasureSpark({ points }: { readonly points: readonly MeasurePoint[] }) {
  const path = useMemo(() => measurePath(points, BOX), [points])
  return (
    <svg viewBox={`0 -1 ${BOX.width} ${BOX.height + 2}`} preserveAspectRatio="none" className="h-6 w-full" aria-hidden>
      <path d={path} className="fill-none stroke-accent" strokeWidth={1.25} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
