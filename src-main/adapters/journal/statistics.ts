// Statistics of the journal: reads rows, leaves the arithmetic to core/analytics.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { toNumber } from '../../../src-shared/domain/decimal.ts'
import type { RoundTrip } from '../../../src-shared/domain/position.ts'
import { type EquityStatistics, equityFold, equityStatistics } from '../../core/analytics/equity-statistics.ts'
import { roundTripStatistics } from '../../core/analytics/round-trip-statistics.ts'
import type { Database } from '../sqlite/database.ts'
import { type TimeRange, equityTimeline, firstEquity } from './equity-timeline.ts'

type Selection = TimeRange & { readonly strategyId: string | null }

/**
 * `trips` are those of the selection, in order of closing. For the whole account the risk figures come from the equity curve. For one
 * strategy there is no such curve: it is the account at its first point, plus that strategy's net profits as they were realised.
 */
export function journalStatistics(db: Database, selection: Selection, trips: readonly RoundTrip[]): Output<'journal.statistics'> {
  const { rHistogram, ...figures } = roundTripStatistics(trips)
  const risk = selection.strategyId === null ? accountStatistics(db, selection) : strategyStatistics(db, selection, trips)
  return { ...figures, ...risk, rHistogram: [...rHistogram] }
}

function accountStatistics(db: Database, range: TimeRange): EquityStatistics {
  const fold = equityFold()
  for (const { tsMs, equity } of equityTimeline(db, range)) fold.add(tsMs, equity)
  return fold.result()
}

function strategyStatistics(db: Database, range: TimeRange, trips: readonly RoundTrip[]): EquityStatistics {
  const start = firstEquity(db, range)
  if (!start) return equityStatistics([])
  const netAt = new Map<number, number>()
  for (const trip of trips) netAt.set(trip.closedMs, (netAt.get(trip.closedMs) ?? 0) + toNumber(trip.netPnl))
  const fold = equityFold()
  fold.add(start.tsMs, start.equity)
  let equity = start.equity
  for (const [closedMs, net] of netAt) {
    equity += net
    if (closedMs > start.tsMs) fold.add(closedMs, equity)
  }
  return fold.result()
}
