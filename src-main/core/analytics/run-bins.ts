// How results, excursions and holding times are distributed.
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src-shared/domain/time.ts'
import { R_BIN_WIDTH, rHistogram } from './round-trip-statistics.ts'
import type { RunTrip } from './run-record.ts'

/** Values with `from <= value < to`; the first bin also takes everything below, the last everything above. */
export type Bin = { readonly from: number; readonly to: number; readonly count: number }

/** Round trips by R, in halves from −3 to +5.5. */
export const rBins = (trips: readonly RunTrip[]): Bin[] =>
  rHistogram(trips.flatMap(({ trip }) => trip.rMultiple ?? [])).map(({ fromR, count }) => ({
    from: fromR,
    to: fromR + R_BIN_WIDTH,
    count,
  }))

/** From −2 R to 0 in tenths: a stop that holds leaves nothing far below −1. */
const MAE_EDGES = Array.from({ length: 21 }, (_, i) => (i - 20) / 10)
/** From 0 to 6 R in quarters. */
const MFE_EDGES = Array.from({ length: 25 }, (_, i) => i / 4)
const HOLDING_EDGES = [
  0,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  16 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  4 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  30 * DAY_MS,
  60 * DAY_MS,
]

/** Worst unrealised result of each round trip in R. John Sweeney, Maximum Adverse Excursion (1997). */
export const maeBins = (trips: readonly RunTrip[]): Bin[] => binned(multiplesOf(trips, 'mae'), MAE_EDGES)
/** Best unrealised result of each round trip in R. */
export const mfeBins = (trips: readonly RunTrip[]): Bin[] => binned(multiplesOf(trips, 'mfe'), MFE_EDGES)

/** Milliseconds from the first fill to flat; bins that are empty at either end are left out. */
export function holdingBins(trips: readonly RunTrip[]): Bin[] {
  const bins = binned(
    trips.map(({ trip }) => trip.closedMs - trip.openedMs),
    HOLDING_EDGES,
  )
  const first = bins.findIndex(({ count }) => count > 0)
  return first < 0 ? [] : bins.slice(first, bins.findLastIndex(({ count }) => count > 0) + 1)
}

const multiplesOf = (trips: readonly RunTrip[], what: 'mae' | 'mfe'): number[] => trips.flatMap((trip) => inR(trip, trip[what]) ?? [])

/** Money in multiples of the initial risk; null without one. */
export const inR = ({ initialRisk }: RunTrip, amount: number): number | null =>
  initialRisk !== null && initialRisk > 0 ? amount / initialRisk : null

/** `edges` ascending, at least two. */
function binned(values: readonly number[], edges: readonly number[]): Bin[] {
  const counts = Array.from({ length: edges.length - 1 }, () => 0)
  for (const value of values) {
    const bin = edges.findLastIndex((edge) => edge <= value)
    const inside = Math.min(Math.max(bin, 0), counts.length - 1)
    counts[inside] = (counts[inside] ?? 0) + 1
  }
  return counts.map((count, i) => ({ from: edges[i] ?? 0, to: edges[i + 1] ?? 0, count }))
}

export type Excursion = { readonly positionId: string; readonly maeR: number; readonly mfeR: number; readonly r: number }
export const EXCURSIONS_MAX = 2000

/** Round trips with a known risk; of more than 2,000, every n-th. */
export function excursions(trips: readonly RunTrip[]): Excursion[] {
  const all = trips.flatMap((of): Excursion[] => {
    const maeR = inR(of, of.mae)
    const mfeR = inR(of, of.mfe)
    const r = of.trip.rMultiple
    return maeR === null || mfeR === null || r === null ? [] : [{ positionId: of.trip.positionId, maeR, mfeR, r }]
  })
  if (all.length <= EXCURSIONS_MAX) return all
  return Array.from({ length: EXCURSIONS_MAX }, (_, i) => all[Math.floor((i * all.length) / EXCURSIONS_MAX)]).flatMap((one) => one ?? [])
}
