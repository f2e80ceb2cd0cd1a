// Lists that come in pages, read to their end.
import type { Ask, VenueRequest } from '../../transport/venue-rest.ts'
import { type Fields, listOf, textOrNull } from '../fields.ts'
import { resultOf } from './bybit-orders.ts'

const PAGES_MAX = 50

/** `what` names the list in an error. Not whole: there are more pages than are read. */
export async function readPages(
  ask: Ask,
  page: (cursor: string) => VenueRequest,
  what: string,
): Promise<{ readonly rows: readonly Fields[]; readonly isWhole: boolean }> {
  const rows: Fields[] = []
  let cursor = ''
  for (let read = 0; read < PAGES_MAX; read += 1) {
    const result = resultOf(await ask(page(cursor)), what)
    const list = listOf(result['list'], what)
    rows.push(...list)
    // Written for an address already, and sent as it came.
    const next = textOrNull(result, 'nextPageCursor') ?? ''
    // A full last page may be followed by an empty one; some lists repeat the cursor at their end.
    if (list.length === 0 || next === '' || next === cursor) return { rows, isWhole: true }
    cursor = next
  }
  return { rows, isWhole: false }
}

/** As {@link readPages}, for lists that have an end. Throws for one that has none. */
export async function readWhole(ask: Ask, page: (cursor: string) => VenueRequest, what: string): Promise<readonly Fields[]> {
  const { rows, isWhole } = await readPages(ask, page, what)
  if (!isWhole) throw new TypeError(`${what} have more than ${PAGES_MAX} pages`)
  return rows
}
