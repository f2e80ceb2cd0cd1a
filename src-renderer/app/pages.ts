// The pages, in the order of the navigation, with their keys.
import { CandlestickChart, type LucideIcon, NotebookText, ScanSearch, ServerCog } from 'lucide-react'

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
  { path: '/journal', title: 'Journal', icon: NotebookText, key: '3', letter: 'j' },
  { path: '/system', title: 'System', icon: ServerCog, key: '4', letter: 'y' },
]

/** Whether `location` belongs to the page: "/signal/D12" is a part of "/signals". */
export const isOnPage = (page: PageLink, location: string): boolean =>
  page.path === '/' ? location === '/' : location.startsWith(page.path === '/signals' ? '/signal' : page.path)
