// The pages, in the order of the navigation, with their keys.
import {
  CandlestickChart,
  Database,
  FlaskConical,
  Gauge,
  type LucideIcon,
  NotebookText,
  ScanSearch,
  ServerCog,
  Settings,
  ShieldAlert,
  SlidersVertical,
} from 'lucide-react'

export type PageLink = {
  readonly path: string
  readonly title: string
  readonly icon: LucideIcon
  readonly key: string
  readonly letter: string
}

export const PAGES: readonly PageLink[] = [
  { path: '/', title: 'Desk', icon: CandlestickChart, key: '1', letter: 'd' },
  { path: '/signals', title: 'Signals', icon: ScanSearch, key: '2', letter: 's' },
  { path: '/context', title: 'Context', icon: Gauge, key: '3', letter: 'c' },
  { path: '/risk', title: 'Risk', icon: ShieldAlert, key: '4', letter: 'r' },
  { path: '/journal', title: 'Journal', icon: NotebookText, key: '5', letter: 'j' },
  { path: '/lab', title: 'Lab', icon: FlaskConical, key: '6', letter: 'l' },
  { path: '/data', title: 'Data', icon: Database, key: '7', letter: 'a' },
  { path: '/system', title: 'System', icon: ServerCog, key: '8', letter: 'y' },
  { path: '/control', title: 'Control', icon: SlidersVertical, key: '9', letter: 'o' },
  { path: '/settings', title: 'Settings', icon: Settings, key: '0', letter: 'e' },
]

/** Whether `location` belongs to the page: "/signal/D12" is a part of "/signals", "/lab/run/R1" of "/lab". */
export const isOnPage = (page: PageLink, location: string): boolean =>
  page.path === '/' ? location === '/' : location.startsWith(page.path === '/signals' ? '/signal' : page.path)
