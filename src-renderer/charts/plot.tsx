// Two axes with their grid, in SVG: for figures that are no time series. What lies between them is the caller's.
import type { PointerEvent, ReactNode } from 'react'
import { linearScale, logScale, type Range, type Scale } from './plot-scale.ts'
import { type Size, useSize } from './use-size.ts'

export type PlotAxis = {
  readonly domain: Range
  readonly ticks: readonly number[]
  readonly format: (value: number) => string
  readonly scale?: 'linear' | 'log'
  /** What the axis measures, with its unit. */
  readonly title?: string
}
export type PlotFrame = {
  readonly x: Scale
  readonly y: Scale
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

type PlotProps = {
  readonly x: PlotAxis
  readonly y: PlotAxis
  /** A picture says nothing to a screen reader: this is what it hears instead. */
  readonly summary: string
  readonly children: (frame: PlotFrame) => ReactNode
  /** Where the pointer is, in pixels of the plot; null when it has left. */
  readonly onPoint?: (at: { readonly x: number; readonly y: number; readonly frame: PlotFrame } | null) => void
  readonly onPress?: () => void
  readonly className?: string
}

const GAP = 6
const TITLE = 14

export function Plot({ className = '', ...props }: PlotProps) {
  const { ref, size } = useSize<HTMLDivElement>()
  return (
    <div ref={ref} className={`relative h-full min-h-0 w-full min-w-0 overflow-hidden ${className}`}>
      {size !== null && size.width > 0 && size.height > 0 && <Drawn {...props} size={size} />}
    </div>
  )
}

/** About the width of the text in the size the axes use. */
const textWidth = (text: string): number => text.length * 6.2

function frameOf({ width, height }: Size, x: PlotAxis, y: PlotAxis): PlotFrame {
  const widest = Math.max(0, ...y.ticks.map((tick) => textWidth(y.format(tick))))
  const left = widest + GAP + 4 + (y.title === undefined ? 0 : TITLE)
  const right = width - 8
  const top = 6
  const bottom = height - 16 - (x.title === undefined ? 0 : TITLE)
  const of = (axis: PlotAxis, pixels: Range) => (axis.scale === 'log' ? logScale : linearScale)(axis.domain, pixels)
  return { x: of(x, [left, right]), y: of(y, [bottom, top]), left, right, top, bottom }
}

function Drawn({ x, y, size, summary, children, onPoint, onPress }: Omit<PlotProps, 'className'> & { readonly size: Size }) {
  const frame = frameOf(size, x, y)
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    onPoint?.({ x: event.clientX - box.left, y: event.clientY - box.top, frame })
  }
  return (
    <svg
      width={size.width}
      height={size.height}
      role="img"
      aria-label={summary}
      className={`absolute inset-0 block text-2xs ${onPress ? 'cursor-pointer' : ''}`}
      {...(onPoint ? { onPointerMove: point, onPointerLeave: () => onPoint(null) } : {})}
      {...(onPress ? { onClick: onPress } : {})}
    >
      <Grid x={x} y={y} frame={frame} />
      {children(frame)}
    </svg>
  )
}

function Grid({ x, y, frame }: { readonly x: PlotAxis; readonly y: PlotAxis; readonly frame: PlotFrame }) {
  const { left, right, top, bottom } = frame
  return (
    <g>
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={right} y1={frame.y.at(tick)} y2={frame.y.at(tick)} stroke="var(--line)" shapeRendering="crispEdges" />
          <text x={left - GAP} y={frame.y.at(tick)} dy="0.32em" textAnchor="end" fill="var(--muted)">
            {y.format(tick)}
          </text>
        </g>
      ))}
      <line x1={left} x2={right} y1={bottom} y2={bottom} stroke="var(--edge)" shapeRendering="crispEdges" />
      {spaced(x, frame).map((tick) => (
        <text
          key={tick}
          x={clamped(frame.x.at(tick), textWidth(x.format(tick)) / 2, right + 5)}
          y={bottom + 12}
          textAnchor="middle"
          fill="var(--muted)"
        >
          {x.format(tick)}
        </text>
      ))}
      {x.title !== undefined && (
        <text x={(left + right) / 2} y={bottom + 12 + TITLE} textAnchor="middle" fill="var(--muted)">
          {x.title}
        </text>
      )}
      {y.title !== undefined && (
        <text transform={`translate(10 ${(top + bottom) / 2}) rotate(-90)`} textAnchor="middle" fill="var(--muted)">
          {y.title}
        </text>
      )}
    </g>
  )
}

/** A text at the edge stays within the picture. */
const clamped = (x: number, half: number, width: number): number => Math.max(half, Math.min(width - half, x))

/** Every second, third, … tick, so that no text touches the next. */
function spaced(axis: PlotAxis, { x }: PlotFrame): readonly number[] {
  const { ticks, format } = axis
  const widest = Math.max(0, ...ticks.map((tick) => textWidth(format(tick)))) + 10
  const apart = ticks.length > 1 ? Math.abs(x.at(ticks[1] ?? 0) - x.at(ticks[0] ?? 0)) : Infinity
  const every = Math.max(1, Math.ceil(widest / Math.max(1, apart)))
  return ticks.filter((_, place) => place % every === 0)
}
