// Keys of the lab's pages. A key meant for a field, a list or a dialog is left alone.
import { useEffect, useRef } from 'react'
import { uiStore } from '../../stores/ui-store.ts'

type Keys = Readonly<Record<string, () => void>>
const OWN_KEYS = 'input, select, textarea, [contenteditable], [role="dialog"], [role="alertdialog"], [role="menu"]'

/** Listens to the whole window while the page is shown. */
export function useLabKeys(keys: Keys): void {
  const newest = useRef(keys)
  useEffect(() => {
    newest.current = keys
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || uiStore.getState().dialog !== null) return
      if (event.target instanceof Element && event.target.closest(OWN_KEYS)) return
      const run = newest.current[event.key]
      if (!run) return
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
