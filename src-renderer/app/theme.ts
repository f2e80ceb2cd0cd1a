// Puts the chosen theme on the document. "System" follows the operating system while it is chosen.
import { type Theme, uiStore } from '../stores/ui-store.ts'

const prefersLight = () => window.matchMedia('(prefers-color-scheme: light)')

/** The colours in force: "system" resolved. */
export const resolvedTheme = (theme: Theme): 'dark' | 'light' => (theme === 'system' ? (prefersLight().matches ? 'light' : 'dark') : theme)

/** Applies the theme now and on every change. Returns how to stop. */
export function followTheme(): () => void {
  const apply = () => {
    document.documentElement.dataset['theme'] = resolvedTheme(uiStore.getState().theme)
  }
  apply()
  const media = prefersLight()
  media.addEventListener('change', apply)
  const off = uiStore.subscribe(apply)
  return () => {
    media.removeEventListener('change', apply)
    off()
  }
}
