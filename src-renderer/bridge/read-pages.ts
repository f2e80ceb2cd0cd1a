// Reads a long list page after page, up to a bound.
import type { BridgeResult } from '../../src-shared/bridge/contract.ts'

/** The contract's limit for one answer. */
const PAGE_ROWS = 500

export type Pages<Row> = { readonly rows: readonly Row[]; readonly total: number }
type Question<Row> = {
  readonly ask: (page: { readonly limit: number; readonly offset: number }) => Promise<BridgeResult<Pages<Row>>>
  readonly keyOf: (row: Row) => string
  readonly rowsMax: number
}

/**
 * The rows of all pages, at most `rowsMax`, each key once although a row that comes meanwhile moves the pages. The first failure ends the
 * reading and is the answer.
 */
export async function readPages<Row>({ ask, keyOf, rowsMax }: Question<Row>): Promise<BridgeResult<Pages<Row>>> {
  const rows = new Map<string, Row>()
  let total = 0
  for (let offset = 0; offset < rowsMax; offset += PAGE_ROWS) {
    const page = await ask({ limit: PAGE_ROWS, offset })
    if (!page.ok) return page
    for (const row of page.value.rows) rows.set(keyOf(row), row)
    total = page.value.total
    if (page.value.rows.length < PAGE_ROWS) break
  }
  return { ok: true, value: { rows: [...rows.values()], total } }
}
