// Cells of a colour that grows with the objective, each with its figure where there is room, the best one framed and starred.
import { useState } from 'react'
import { useSize } from '../../../../charts/use-size.ts'
import { formatNumber } from '../../../../format/numbers.ts'
import { formatParameter } from '../parameter-text.ts'
import type { HeatMap } from '../views.ts'

export type PointedCell = { readonly x: number; readonly y: number; readonly value: number | null }
type DrawingProps = {
  readonly map: HeatMap
  readonly stepX: number | null
  readonly stepY: number | null
  readonly labelOf: (name: string) => string
  readonly onPoint: (cell: PointedCell | null) => void
}

const GAP = 5
const TITLE = 14
const BOTTOM = 30
const TOP = 4
const RIGHT = 6
/** Below these a figure does not fit into its cell. */
const FIGURE_WIDTH_MIN = 30
const FIGURE_HEIGHT_MIN = 14

export function HeatMapDrawing({ map, onPoint, stepX, stepY, labelOf }: DrawingProps) {
  const { ref, size } = useSize<HTMLDivElement>()
  const { ys, cells, best } = map
  const left = leftOf(ys, stepY)
  const known = cells.flat().filter((cell) => cell !== null)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const bestText = best === null ? '' : `; best at ${formatParameter(best.x, stepX)} and ${formatParameter(best.y, stepY)}`
  const summary = `Objective over ${labelOf(map.x)} and ${labelOf(map.y)}, from ${formatNumber(low, 2)} to ${formatNumber(high, 2)}${bestText}`
  return (
    <div ref={ref} className="relative h-full w-full overflow-hidden">
      {size !== null && size.width > left + RIGHT && size.height > TOP + BOTTOM && (
        <svg
          width={size.width}
          height={size.height}
          role="img"
          aria-label={summary}
          className="absolute inset-0 text-2xs"
          onPointerLeave={() => onPoint(null)}
        >
          <Untried />
          <Cells {...{ map, low, high, size, left, onPoint }} />
          <Axes {...{ map, size, left, stepX, stepY, labelOf }} />
        </svg>
      )}
    </div>
  )
}

/** Hatched: nothing was tried there. */
const Untried = () => (
  <defs>
    <pattern id="heat-untried" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="6" height="6" fill="var(--panel)" />
      <line x1="0" y1="0" x2="0" y2="6" stroke="var(--line)" strokeWidth="2" />
    </pattern>
  </defs>
)

/** Room for the widest value at the left, and for the name of the axis. */
const leftOf = (ys: readonly number[], step: number | null): number =>
  TITLE + GAP + Math.max(24, ...ys.map((value) => formatParameter(value, step).length * 6.2))

/**
 * The place whose value is nearest. The best trial's own value lies within a cell that stands for several; on an edge between two cells it belongs
 * to the upper one.
 */
export function nearestPlace(values: readonly number[], value: number): number {
  const distances = values.map((one) => Math.abs(one - value))
  const least = Math.min(...distances)
  return distances.findLastIndex((distance) => distance <= least * (1 + 1e-9))
}

type Sized = { readonly size: { readonly width: number; readonly height: number } }
const cellWidth = ({ width }: Sized['size'], left: number, count: number): number => (width - left - RIGHT) / count
const cellHeight = ({ height }: Sized['size'], count: number): number => (height - TOP - BOTTOM) / count

type CellsProps = Sized & Pick<DrawingProps, 'map' | 'onPoint'> & { readonly left: number; readonly low: number; readonly high: number }

function Cells({ map: { xs, ys, cells, best }, low, high, size, left, onPoint }: CellsProps) {
  const [pointed, setPointed] = useState('')
  const [width, height] = [cellWidth(size, left, xs.length), cellHeight(size, ys.length)]
  const bestCell = best === null ? null : `${nearestPlace(ys, best.y)} ${nearestPlace(xs, best.x)}`
  const showFigures = width >= FIGURE_WIDTH_MIN && height >= FIGURE_HEIGHT_MIN
  return ys.flatMap((y, row) =>
    xs.map((x, column) => {
      const value = cells[row]?.[column] ?? null
      const [cellLeft, top] = [left + column * width, TOP + (ys.length - 1 - row) * height]
      const key = `${row} ${column}`
      const isBest = key === bestCell
      return (
        <g
          key={key}
          onPointerEnter={() => {
            setPointed(key)
            onPoint({ x, y, value })
          }}
        >
          <rect
            x={cellLeft}
            y={top}
            width={Math.max(1, width - 1)}
            height={Math.max(1, height - 1)}
            fill={value === null ? 'url(#heat-untried)' : heat(value, low, high)}
            {...(isBest ? { stroke: 'var(--fg)', strokeWidth: 2 } : pointed === key ? { stroke: 'var(--muted)' } : {})}
          />
          {showFigures && value !== null && (
            <text
              x={cellLeft + width / 2}
              y={top + height / 2}
              dy="0.35em"
              textAnchor="middle"
              fill="var(--fg)"
              fontWeight={isBest ? 700 : 400}
            >
              {isBest ? `★ ${formatNumber(value, 2)}` : formatNumber(value, 2)}
            </text>
          )}
          {!showFigures && isBest && (
            <text x={cellLeft + width / 2} y={top + height / 2} dy="0.35em" textAnchor="middle" fill="var(--fg)">
              ★
            </text>
          )}
        </g>
      )
    }),
  )
}

/** One hue, the stronger the better, on both themes readable under the text colour. */
export function heat(value: number, low: number, high: number): string {
  const share = high === low ? 1 : (value - low) / (high - low)
  return `color-mix(in srgb, var(--line-1) ${Math.round(4 + share * 56)}%, var(--panel))`
}

type AxesProps = Sized & Pick<DrawingProps, 'map' | 'stepX' | 'stepY' | 'labelOf'> & { readonly left: number }

function Axes({ map: { x, y, xs, ys }, size, left, stepX, stepY, labelOf }: AxesProps) {
  const [width, height] = [cellWidth(size, left, xs.length), cellHeight(size, ys.length)]
  const everyX = Math.max(1, Math.ceil(34 / width))
  const everyY = Math.max(1, Math.ceil(13 / height))
  const bottom = size.height - BOTTOM
  return (
    <g fill="var(--muted)">
      {xs.map((value, column) =>
        column % everyX === 0 ? (
          <text key={value} x={left + (column + 0.5) * width} y={bottom + 11} textAnchor="middle">
            {formatParameter(value, stepX)}
          </text>
        ) : null,
      )}
      {ys.map((value, row) =>
        row % everyY === 0 ? (
          <text key={value} x={left - GAP} y={TOP + (ys.length - row - 0.5) * height} dy="0.35em" textAnchor="end">
            {formatParameter(value, stepY)}
          </text>
        ) : null,
      )}
      <text x={left + (size.width - left - RIGHT) / 2} y={size.height - 5} textAnchor="middle">
        {labelOf(x)}
      </text>
      <text transform={`translate(10 ${TOP + (bottom - TOP) / 2}) rotate(-90)`} textAnchor="middle">
        {labelOf(y)}
      </text>
    </g>
  )
}
