// A line between two panes that can be moved with the mouse or the arrow keys.
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'

type DividerProps = {
  readonly label: string
  /** The line itself: `vertical` parts left from right. */
  readonly orientation: 'vertical' | 'horizontal'
  /** Size in pixels of the pane after the divider (right or below). */
  readonly size: number
  readonly min: number
  readonly max: number
  readonly onResize: (size: number) => void
}

const KEY_STEP = 24

export function Divider({ label, orientation, size, min, max, onResize }: DividerProps) {
  const grabbed = useRef<{ readonly at: number; readonly size: number } | null>(null)
  const vertical = orientation === 'vertical'
  const clamp = (value: number) => Math.round(Math.min(Math.max(min, max), Math.max(min, value)))
  const pointerAt = (event: PointerEvent) => (vertical ? event.clientX : event.clientY)
  const onKeyDown = (event: KeyboardEvent) => {
    const [grow, shrink] = vertical ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
    if (event.key !== grow && event.key !== shrink) return
    event.preventDefault()
    onResize(clamp(size + (event.key === grow ? KEY_STEP : -KEY_STEP)))
  }
  return (
    <div
      role="separator"
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={Math.max(min, max)}
      tabIndex={0}
      className={`relative z-10 flex-none touch-none bg-line transition-colors hover:bg-accent focus-visible:bg-accent ${vertical ? 'w-px cursor-col-resize' : 'h-px cursor-row-resize'}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        grabbed.current = { at: pointerAt(event), size }
      }}
      onPointerMove={(event) => grabbed.current && onResize(clamp(grabbed.current.size + grabbed.current.at - pointerAt(event)))}
      onLostPointerCapture={() => {
        grabbed.current = null
      }}
    >
      {/* Wider than it looks, so that it can be caught. */}
      <span className={`absolute ${vertical ? 'inset-y-0 -left-1 w-2' : 'inset-x-0 -top-1 h-2'}`} />
    </div>
  )
}
