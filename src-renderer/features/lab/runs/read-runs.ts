// Reads the list of runs page after page, up to a bound.
import type { Bridge, BridgeResult } from '../../../../src-shared/bridge/contract.ts'
import type { Run } from './run-table.ts'

const PAGE_ROWS = 500
/** Held for sorting on the screen; when there are more the list says so. */
export const RUNS_MAX = 3000

export type RunList = { readonly rows: readonly Run[]; readonly total: number }

/** Runs that belong to no other, newest first as the lab gives them, each once although a run that ends meanwhile moves the pages. The first failure is the answer. */
export async function readRuns(bridge: Bridge): Promise<BridgeResult<RunList>> {
  const rows = new Map<string, Run>()
  let total = 0
  for (let offset = 0; offset < RUNS_MAX; offset += PAGE_ROWS) {
    const page = await bridge.invoke('lab.runs', { kind: null, parentId: null, limit: PAGE_ROWS, offset })
    if (!page.ok) return page
    for (const row of page.value.rows) rows.set(row.id, row)
    total = page.value.total
    if (page.value.rows.length < PAGE_ROWS) break
  }
  return { ok: true, value: { rows: [...rows.values()], total } }
}
