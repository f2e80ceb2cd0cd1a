// The round trips of the journal, as many as the screen holds for sorting.
import type { Bridge, BridgeResult, Input } from '../../../src-shared/bridge/contract.ts'
import { type Pages, readPages } from '../../bridge/read-pages.ts'
import type { RoundTrip } from '../../components/round-trip-sort.ts'

/** When there are more the page says so. */
export const ROUND_TRIPS_MAX = 5000

export type RoundTripQuery = Omit<Input<'journal.roundTrips'>, 'limit' | 'offset'>
export type RoundTripPage = Pages<RoundTrip>

export const readRoundTrips = (bridge: Bridge, query: RoundTripQuery): Promise<BridgeResult<RoundTripPage>> =>
  readPages({
    ask: (page) => bridge.invoke('journal.roundTrips', { ...query, ...page }),
    keyOf: (row) => row.positionId,
    rowsMax: ROUND_TRIPS_MAX,
  })
