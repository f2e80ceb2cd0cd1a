import { CircleHelp, Monitor, Moon, Sun } from 'lucide-react'
import { useHashLocation } from 'wouter/use-hash-location'
import { IconButton } from '../components/button.tsx'
import { type Theme, openDialog, selectTheme, useUi } from '../stores/ui-store.ts'
import { PAGES, isOnPage } from './pages.ts'

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { dark: 'light', light: 'system', system: 'dark' }
const THEME_ICON = { dark: Moon, light: Sun, system: Monitor } as const

export function NavRail() {
  const [location] = useHashLocation()
  const theme = useUi((ui) => ui.theme)
  const ThemeIcon = THEME_ICON[theme]
  return (
    <nav aria-label="Pages" className="flex w-12 flex-none flex-col items-center gap-1 border-r border-line bg-panel py-1.5">
      {PAGES.map((page) => {
        const active = isOnPage(page, location)
        return (
          <a
            key={page.path}
            href={`#${page.path}`}
            aria-current={active ? 'page' : undefined}
            title={`${page.title} (${page.key})`}
            className={`flex h-11 w-11 flex-col items-center justify-center gap-0.5 rounded-sm text-2xs ${active ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-hover hover:text-fg'}`}
          >
            <page.icon size={17} strokeWidth={1.75} aria-hidden />
            {page.title}
          </a>
        )
      })}
      <div className="mt-auto flex flex-col gap-1">
        <IconButton
          label={`Theme: ${theme}. Change to ${NEXT_THEME[theme]}`}
          className="size-8"
          onClick={() => selectTheme(NEXT_THEME[theme])}
        >
          <ThemeIcon size={15} aria-hidden />
        </IconButton>
        <IconButton label="Keyboard help (?)" className="size-8" onClick={() => openDialog({ kind: 'help' })}>
          <CircleHelp size={15} aria-hidden />
        </IconButton>
      </div>
    </nav>
  )
}
