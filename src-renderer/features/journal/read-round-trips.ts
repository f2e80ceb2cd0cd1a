// Reads the round trips of the journal page after page, up to a bound.
import type { Bridge, BridgeResult, Input } from '../../../src-shared/bridge/contract.ts'
import type { RoundTrip } from './journal-views.ts'

const PAGE_ROWS = 500
/** Rows held for sorting on the screen; when there are more the page says so. */
export const ROUND_TRIPS_MAX = 5000

export type RoundTripQuery = Omit<Input<'journal.roundTrips'>, 'limit' | 'offset'>
export type RoundTripPage = { readonly rows: readonly RoundTrip[]; readonly total: number }

/**
 * The rows of the query, at most ROUND_TRIPS_MAX, each position once although a trip that closes meanwhile moves the pages.
 * The first failure ends the reading and is the answer.
 */
export async function readRoundTrips(bridge: Bridge, query: RoundTripQuery): Promise<BridgeResult<RoundTripPage>> {
  const rows = new Map<string, RoundTrip>()
  let total = 0
  for (let offset = 0; offset < ROUND_TRIPS_MAX; offset += PAGE_ROWS) {
    const page = await bridge.invoke('journal.roundTrips', { ...query, limit: PAGE_ROWS, offset })
    if (!page.ok) return page
    for (const row of page.value.rows) rows.set(row.positionId, row)
    total = page.value.total
    if (page.value.rows.length < PAGE_ROWS) break
  }
  return { ok: true, value: { rows: [...rows.values()], total } }
}
