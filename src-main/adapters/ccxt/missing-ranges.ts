// What of a range a store does not have yet.
import type { SeriesId } from '../../../src-shared/domain/series.ts'
import { HOUR_MS } from '../../../src-shared/domain/time.ts'
import type { MarketStoreReader, TimeRange } from '../../core/ports/market-store.ts'

/** Rows that are looked at together. */
const WINDOW_ROWS = 100_000
/** Payments are at least an hour apart, and carry some milliseconds more than their time. */
const FUNDING_SLACK_MS = HOUR_MS / 2

const isStored = (store: MarketStoreReader, id: SeriesId): boolean => store.list().some((passport) => passport.id === id)

/** Runs of missing candles, open times on the grid, oldest first. */
export function missingCandles(
  store: MarketStoreReader,
  id: SeriesId,
  { fromMs, toMs, lengthMs }: TimeRange & { readonly lengthMs: number },
): readonly TimeRange[] {
  const firstMs = Math.ceil(fromMs / lengthMs) * lengthMs
  const lastMs = Math.floor(toMs / lengthMs) * lengthMs
  if (lastMs < firstMs) return []
  if (!isStored(store, id)) return [{ fromMs: firstMs, toMs: lastMs }]
  const missing: TimeRange[] = []
  let nextMs = firstMs
  for (let windowMs = firstMs; windowMs <= lastMs; windowMs += WINDOW_ROWS * lengthMs) {
    const range = { fromMs: windowMs, toMs: Math.min(lastMs, windowMs + (WINDOW_ROWS - 1) * lengthMs) }
    for (const openTimeMs of store.candles(id, range).openTimeMs) {
      if (openTimeMs > nextMs) missing.push({ fromMs: nextMs, toMs: openTimeMs - lengthMs })
      nextMs = openTimeMs + lengthMs
    }
  }
  if (nextMs <= lastMs) missing.push({ fromMs: nextMs, toMs: lastMs })
  return missing
}

/** Before the first payment, after the last, and where the passport knows of a gap. */
export function missingFunding(store: MarketStoreReader, id: SeriesId, { fromMs, toMs }: TimeRange): readonly TimeRange[] {
  if (!isStored(store, id)) return [{ fromMs, toMs }]
  const passport = store.passport(id)
  const ranges = [
    { fromMs, toMs: passport.fromMs - FUNDING_SLACK_MS },
    ...passport.gaps.map((gap) => ({ fromMs: gap.fromMs - FUNDING_SLACK_MS, toMs: gap.toMs + FUNDING_SLACK_MS })),
    { fromMs: passport.toMs + FUNDING_SLACK_MS, toMs },
  ]
  return ranges
    .map((range) => ({ fromMs: Math.max(range.fromMs, fromMs), toMs: Math.min(range.toMs, toMs) }))
    .filter((range) => range.fromMs <= range.toMs)
    .toSorted((a, b) => a.fromMs - b.fromMs)
}
