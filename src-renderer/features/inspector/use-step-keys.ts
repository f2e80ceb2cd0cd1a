// ← or j for the signal before, → or k for the one after; e and b for the next executed and the next blocked one, with Shift for the one before;
// t for the statistics.
import { useEffect, useRef } from 'react'

export type Outcome = 'executed' | 'blocked'
export type Steps = {
  readonly previous: (() => void) | null
  readonly next: (() => void) | null
  /** To the nearest signal of that outcome; tells the person when there is none. */
  readonly toOutcome: (outcome: Outcome, towards: 'previous' | 'next') => void
}

/** Elements that use these keys themselves. */
const OWN_KEYS =
  'input, select, textarea, [contenteditable], [role="tablist"], [role="menu"], [role="dialog"], [role="alertdialog"], [role="separator"]'

/** Listens to the whole window while the page is shown; keys meant for a field or a dialog, and chords, are left alone. */
export const useStepKeys = (steps: Steps): void => useKeys((key) => stepOf(key, steps))
/** One more key of the page, under the same rules. */
export const useKey = (key: string, run: () => void): void => useKeys((pressed) => (pressed === key ? run : null))

function useKeys(actionOf: (key: string) => (() => void) | null): void {
  const newest = useRef(actionOf)
  useEffect(() => {
    newest.current = actionOf
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.shiftKey && event.key.startsWith('Arrow')) return
      if (event.target instanceof Element && event.target.closest(OWN_KEYS)) return
      const run = newest.current(event.key)
      if (!run) return
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function stepOf(key: string, { previous, next, toOutcome }: Steps): (() => void) | null {
  switch (key) {
    case 'ArrowLeft':
    case 'j':
      return previous
    case 'ArrowRight':
    case 'k':
      return next
    case 'e':
      return () => toOutcome('executed', 'next')
    case 'E':
      return () => toOutcome('executed', 'previous')
    case 'b':
      return () => toOutcome('blocked', 'next')
    case 'B':
      return () => toOutcome('blocked', 'previous')
    default:
      return null
  }
}
