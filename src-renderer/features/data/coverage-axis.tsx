// The time axis in the heading of the coverage bars: the wheel zooms, dragging chooses a stretch. The buttons above do the same by keyboard.
import { type PointerEvent, useEffect, useRef, useState } from 'react'
import type { TimeSpan } from '../../format/coverage.ts'
import { formatUtc } from '../../format/times.ts'
import { marksOf, zoomed } from './time-view.ts'

type AxisProps = { readonly view: TimeSpan; readonly limits: TimeSpan; readonly onView: (view: TimeSpan) => void }

const MARKS_MAX = 5
const WHEEL_FACTOR = 1.25
/** A shorter drag is a click that slipped. */
const DRAG_SHARE_MIN = 0.01
/** A mark nearer to the right edge than this would have its words cut. */
const LABEL_SHARE = 0.12

export function CoverageAxis({ view, limits, onView }: AxisProps) {
  const axis = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null)
  useWheelZoom(axis, { view, limits, onView })
  const shareAt = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)))
  }
  const length = view.toMs - view.fromMs
  const finish = () => {
    if (drag && Math.abs(drag.to - drag.from) > DRAG_SHARE_MIN) {
      const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]
      onView({ fromMs: view.fromMs + left * length, toMs: view.fromMs + right * length })
    }
    setDrag(null)
  }
  return (
    <div
      ref={axis}
      title={`${formatUtc(view.fromMs, 'minute')} to ${formatUtc(view.toMs, 'minute')} UTC. Turn the wheel to zoom, drag to choose a stretch.`}
      className="relative h-5.5 touch-none overflow-hidden select-none"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        const at = shareAt(event)
        setDrag({ from: at, to: at })
      }}
      onPointerMove={(event) => drag && setDrag({ from: drag.from, to: shareAt(event) })}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(null)}
    >
      <span className="tw-sr-only">Coverage</span>
      {marksOf(view, MARKS_MAX).map(({ tsMs, label }) => {
        const share = (tsMs - view.fromMs) / length
        return (
          share <= 1 - LABEL_SHARE && (
            <span
              key={tsMs}
              className="pointer-events-none absolute inset-y-0 border-l border-edge pl-1 text-2xs leading-5.5 whitespace-nowrap"
              style={{ left: `${share * 100}%` }}
            >
              {label}
            </span>
          )
        )
      })}
      {drag && (
        <span
          className="pointer-events-none absolute inset-y-0 bg-accent-soft opacity-70"
          style={{ left: `${Math.min(drag.from, drag.to) * 100}%`, width: `${Math.abs(drag.to - drag.from) * 100}%` }}
        />
      )}
    </div>
  )
}

/** React hears the wheel too late to keep the table from scrolling. */
function useWheelZoom(axis: React.RefObject<HTMLDivElement | null>, props: AxisProps): void {
  const newest = useRef(props)
  useEffect(() => {
    newest.current = props
  })
  useEffect(() => {
    const element = axis.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { view, limits, onView } = newest.current
      const box = element.getBoundingClientRect()
      const atMs = view.fromMs + ((event.clientX - box.left) / Math.max(1, box.width)) * (view.toMs - view.fromMs)
      onView(zoomed(view, { factor: event.deltaY > 0 ? WHEEL_FACTOR : 1 / WHEEL_FACTOR, atMs, limits }))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [axis])
}
