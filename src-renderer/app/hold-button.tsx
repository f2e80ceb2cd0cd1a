// A button that acts after it was held for 800 ms, by mouse, touch or Space. A short press does something harmless instead.
import { type ReactNode, useEffect, useRef, useState } from 'react'

export const HOLD_MS = 800

type HoldButtonProps = {
  readonly label: string
  readonly children: ReactNode
  readonly onHeld: () => void
  readonly onShortPress?: () => void
  readonly disabled?: boolean
  readonly className?: string
}

export function HoldButton({ label, children, onHeld, onShortPress, disabled = false, className = '' }: HoldButtonProps) {
  const [holding, setHolding] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const stop = () => {
    if (timer.current !== null) clearTimeout(timer.current)
    timer.current = null
    setHolding(false)
  }
  useEffect(() => () => void (timer.current !== null && clearTimeout(timer.current)), [])
  const press = () => {
    if (disabled || timer.current !== null) return
    setHolding(true)
    timer.current = setTimeout(() => {
      stop()
      onHeld()
    }, HOLD_MS)
  }
  const release = () => {
    if (timer.current === null) return
    stop()
    onShortPress?.()
  }
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onPointerDown={(event) => event.button === 0 && press()}
      onPointerUp={release}
      onPointerLeave={stop}
      onPointerCancel={stop}
      onBlur={stop}
      onKeyDown={(event) => {
        if (event.key !== ' ' && event.key !== 'Enter') return
        event.preventDefault()
        if (!event.repeat) press()
      }}
      onKeyUp={(event) => (event.key === ' ' || event.key === 'Enter') && release()}
      className={`relative isolate inline-flex flex-none touch-none items-center justify-center gap-1.5 overflow-hidden rounded-sm bg-danger px-3 font-semibold text-on-danger select-none ${className}`}
    >
      <span aria-hidden data-holding={holding || undefined} className="tw-hold absolute inset-0 -z-10 origin-left bg-black/45" />
      {children}
    </button>
  )
}
