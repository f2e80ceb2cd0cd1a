// ← or j for the decision before, → or k for the one after.
import { useEffect, useRef } from 'react'
import type { Steps } from './decision-header.tsx'

const PREVIOUS_KEYS = ['ArrowLeft', 'j']
const NEXT_KEYS = ['ArrowRight', 'k']
/** Elements that use these keys themselves. */
const OWN_KEYS =
  'input, select, textarea, [contenteditable], [role="tablist"], [role="menu"], [role="dialog"], [role="alertdialog"], [role="separator"]'

/** Listens to the whole window while the page is shown; keys meant for a field or a dialog, and chords, are left alone. */
export function useStepKeys(steps: Steps): void {
  const newest = useRef(steps)
  useEffect(() => {
    newest.current = steps
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
      if (event.target instanceof Element && event.target.closest(OWN_KEYS)) return
      const step = PREVIOUS_KEYS.includes(event.key) ? newest.current.previous : NEXT_KEYS.includes(event.key) ? newest.current.next : null
      if (!step) return
      event.preventDefault()
      step()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
