// One equity curve out of sessions that may overlap in market time, as a recorded market can be traded twice:
// for each moment the newest session that covers it counts.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import type { Database } from '../sqlite/database.ts'

export type EquityRow = Output<'journal.equity'>[number]
export type TimeRange = { readonly fromMs: number | null; readonly toMs: number | null }

/** Points of one session, by record number, that are older than everything a newer session covers. */
type Segment = { readonly fromSeq: number; readonly toSeq: number; readonly beforeMs: number }

const ALL_TIME_MS = Number.MAX_SAFE_INTEGER

function segmentsOf(db: Database): readonly Segment[] {
  const starts = db.prepare<[], { seq: number }>('SELECT first_seq AS seq FROM trading_sessions ORDER BY first_seq').all()
  const firstPoint = db.prepare<[number, number], { tsMs: number }>(
    'SELECT ts_ms AS tsMs FROM account_history WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT 1',
  )
  const newestFirst: Segment[] = []
  let toSeq = Number.MAX_SAFE_INTEGER
  let beforeMs = ALL_TIME_MS
  for (const fromSeq of [0, ...starts.map((start) => start.seq)].toReversed()) {
    newestFirst.push({ fromSeq, toSeq, beforeMs })
    beforeMs = Math.min(beforeMs, firstPoint.get(fromSeq, toSeq)?.tsMs ?? beforeMs)
    toSeq = fromSeq - 1
  }
  return newestFirst.toReversed()
}

const SELECTED = 'FROM account_history WHERE seq BETWEEN ? AND ? AND ts_ms < ? AND ts_ms BETWEEN ? AND ?'

/** The points in [fromMs, toMs], each later than the one before it. */
export function* equityTimeline(db: Database, range: TimeRange): Generator<EquityRow, void, undefined> {
  const rows = db.prepare<number[], EquityRow>(`SELECT ts_ms AS tsMs, equity, balance, drawdown ${SELECTED} ORDER BY seq`)
  let lastMs = Number.NEGATIVE_INFINITY
  for (const segment of segmentsOf(db)) {
    for (const row of rows.iterate(...bounds(segment, range))) {
      if (row.tsMs <= lastMs) continue
      lastMs = row.tsMs
      yield row
    }
  }
}

/** The first point in the range. Leaving the loop also ends the statement that feeds it, without which the connection could not be closed. */
export function firstEquity(db: Database, range: TimeRange): EquityRow | null {
  for (const row of equityTimeline(db, range)) return row
  return null
}

const bounds = ({ fromSeq, toSeq, beforeMs }: Segment, { fromMs, toMs }: TimeRange): number[] => [
  fromSeq,
  toSeq,
  beforeMs,
  fromMs ?? -ALL_TIME_MS,
  toMs ?? ALL_TIME_MS,
]

/** At most `pointsMax` (2 or more) points at even distances in the row of points, the first and the last always among them. */
export function thinnedEquity(db: Database, range: TimeRange, pointsMax: number): EquityRow[] {
  const counted = db.prepare<number[], { count: number }>(`SELECT count(*) AS count ${SELECTED}`)
  const total = segmentsOf(db).reduce((sum, segment) => sum + (counted.get(...bounds(segment, range))?.count ?? 0), 0)
  const stride = Math.max(1, (total - 1) / (pointsMax - 1))
  const kept: EquityRow[] = []
  let index = 0
  let last: EquityRow | null = null
  for (const row of equityTimeline(db, range)) {
    if (index >= Math.round(kept.length * stride) && kept.length < pointsMax) kept.push(row)
    last = row
    index += 1
  }
  // A point that was passed over as a repetition makes the count too high by one; the newest point must not be lost to that.
  if (last && kept.at(-1) !== last) kept.splice(kept.length < pointsMax ? kept.length : -1, 1, last)
  return kept
}
