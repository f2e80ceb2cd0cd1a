// The part of the journal's signals that the list holds: an unbroken run from the newest down, as new ones arrive and older ones are asked for.
import type { SignalPage, SignalRow } from './detail.ts'

export const PAGE_ROWS = 100
/** The contract's limit for one answer. */
const REFRESH_ROWS_MAX = 500
/** More rows are not held; a filter finds what lies deeper. */
export const ROWS_MAX = 10_000

export type SignalPages = { readonly total: number; readonly rows: readonly SignalRow[] }
export const NO_PAGES: SignalPages = { total: 0, rows: [] }

export const hasOlder = ({ total, rows }: SignalPages): boolean => rows.length < total && rows.length < ROWS_MAX

/** How many rows to ask for when the newest are read again: what is held, as far as one answer reaches. */
export const refreshLimit = ({ rows }: SignalPages): number => Math.min(REFRESH_ROWS_MAX, Math.max(PAGE_ROWS, rows.length))

/**
 * The held rows after the newest `limit` were read again. Rows below the answer are kept. When so many new ones came that the answer does not
 * reach down to a held row, the older ones are dropped: between them would be a hole.
 */
export function refreshed(held: SignalPages, page: SignalPage, limit: number): SignalPages {
  const answered = new Set(page.rows.map(idOf))
  const last = page.rows.at(-1)
  const isWhole = page.rows.length < limit
  const meets = held.rows.some((row) => answered.has(idOf(row)))
  if (isWhole || !meets || !last) return { total: page.total, rows: page.rows }
  const lastPlace = held.rows.findLastIndex((row) => answered.has(idOf(row)))
  const below = held.rows.slice(lastPlace + 1).filter((row) => row.decision.tsMs <= last.decision.tsMs)
  return { total: page.total, rows: [...page.rows, ...below].slice(0, ROWS_MAX) }
}

/** The held rows after the next older page. Rows that moved down because new ones came above are in it twice and are taken once. */
export function extended(held: SignalPages, page: SignalPage): SignalPages {
  const known = new Set(held.rows.map(idOf))
  const older = page.rows.filter((row) => !known.has(idOf(row)))
  return { total: page.total, rows: [...held.rows, ...older].slice(0, ROWS_MAX) }
}

/** How many rows of `after` stand above the one that was the first of `before`: what the list must scroll by to stand still. */
export function rowsAbove(before: readonly SignalRow[], after: readonly SignalRow[]): number {
  const first = before[0]
  if (!first) return 0
  return Math.max(
    0,
    after.findIndex((row) => idOf(row) === idOf(first)),
  )
}

export type Neighbours = { readonly previousId: string | null; readonly nextId: string | null }

/** The decisions before and after this one among the held rows (newest first); null when it is not among them. */
export function neighboursOf(rows: readonly SignalRow[], id: string): Neighbours | null {
  const index = rows.findIndex((row) => idOf(row) === id)
  if (index < 0) return null
  const at = (place: number) => rows[place]?.decision.id ?? null
  return { previousId: at(index + 1), nextId: at(index - 1) }
}

const idOf = (row: SignalRow): string => row.decision.id
