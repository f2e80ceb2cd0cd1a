import { memo } from 'react'
import { type Passport, type Stretch, type TimeSpan, coverageShape } from '../format/coverage.ts'

const WIDTH = 1000
const HEIGHT = 10
/** A hole at least this wide is drawn as a hole; a narrower one as a mark. */
const HOLLOW_MIN = 6

const rect = ({ from, to }: Stretch, top: number): string => `M${from.toFixed(1)} ${top}H${to.toFixed(1)}V${HEIGHT}H${from.toFixed(1)}Z`

/** What of `bar` lies between the holes. */
function solid(bar: Stretch, holes: readonly Stretch[]): readonly Stretch[] {
  const edges = [bar.from, ...holes.flatMap(({ from, to }) => [from, to]), bar.to]
  return edges.flatMap((from, index) => (index % 2 === 0 && (edges[index + 1] ?? 0) > from ? [{ from, to: edges[index + 1] ?? from }] : []))
}

type CoverageBarProps = { readonly series: Passport; readonly view: TimeSpan; readonly className?: string }

/** Rows of a series on the axis of `view`: solid where there are, open and underlined where they are missing. Decoration: the figures stand beside it. */
export const CoverageBar = memo(function CoverageBar({ series, view, className = '' }: CoverageBarProps) {
  const shape = coverageShape(series, view, WIDTH)
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden
      data-holes={shape?.holes.length ?? 0}
      className={`block h-2.5 w-full ${className}`}
    >
      {shape && (
        <>
          <path
            className="fill-(--line-1) opacity-70"
            d={solid(shape.bar, shape.holes)
              .map((part) => rect(part, 0))
              .join('')}
          />
          {shape.holes.length > 0 && (
            <path
              className="fill-(--warn)"
              d={shape.holes.map((hole) => rect(hole, hole.to - hole.from < HOLLOW_MIN ? 0 : HEIGHT - 2)).join('')}
            />
          )}
        </>
      )}
    </svg>
  )
})
