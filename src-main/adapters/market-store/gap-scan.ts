// Where rows are missing. Candles tell by their grid. Payments of funding tell by their neighbours, because venues change intervals.
// Trades can only be silent: an hour of that is shown, how many are missing nobody knows.
import type { SeriesGap, SeriesRef } from '../../../src-shared/domain/series.ts'
import { HOUR_MS, TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { RowVisitor } from './series-scan.ts'
import { type Columns, timesOf } from './series-columns.ts'

const GAPS_MAX = 200

/** The gaps with most missing rows, and how many rows are missing in all. */
class GapList {
  #gaps: SeriesGap[] = []
  missing = 0

  add(gap: SeriesGap): void {
    this.missing += gap.rows
    this.#gaps.push(gap)
    if (this.#gaps.length >= 8 * GAPS_MAX) this.#gaps = this.largest()
  }
  /** Largest first; of equal ones the earlier first. */
  largest(): SeriesGap[] {
    const byFirst = (a: SeriesGap, b: SeriesGap): number => a.fromMs - b.fromMs
    const size = (gap: SeriesGap): number => (gap.rows > 0 ? gap.rows : gap.toMs - gap.fromMs)
    return this.#gaps.toSorted((a, b) => size(b) - size(a) || byFirst(a, b)).slice(0, GAPS_MAX)
  }
}

export type GapScan = RowVisitor & { result(): { readonly missing: number; readonly gaps: readonly SeriesGap[] } }

export function gapScanOf(ref: SeriesRef): GapScan {
  if (ref.kind === 'funding') return new FundingGaps()
  return ref.timeframe === null ? new Silences() : new GridGaps(TIMEFRAME_MS[ref.timeframe])
}

class GridGaps implements GapScan {
  readonly #lengthMs: number
  readonly #list = new GapList()
  #nextMs = Number.NaN

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs
  }
  visit(columns: Columns, rows: number): void {
    const times = timesOf(columns)
    let nextMs = this.#nextMs
    for (let row = 0; row < rows; row += 1) {
      const timeMs = times[row] as number
      if (timeMs > nextMs) this.#list.add({ fromMs: nextMs, toMs: timeMs - this.#lengthMs, rows: (timeMs - nextMs) / this.#lengthMs })
      nextMs = timeMs + this.#lengthMs
    }
    this.#nextMs = nextMs
  }
  result() {
    return { missing: this.#list.missing, gaps: this.#list.largest() }
  }
}

/** Longer than both neighbours by half and more: the venue did not change its interval there, it skipped or we did. */
const LONGER_BY = 1.5
const MINUTE_MS = 60_000

class FundingGaps implements GapScan {
  readonly #list = new GapList()
  /** Times of the newest three payments, to the minute. */
  #times: number[] = []

  visit(columns: Columns, rows: number): void {
    const times = timesOf(columns)
    for (let row = 0; row < rows; row += 1) {
      this.#times.push(Math.round((times[row] as number) / MINUTE_MS) * MINUTE_MS)
      if (this.#times.length < 4) continue
      this.#look()
      this.#times.shift()
    }
  }
  result() {
    return { missing: this.#list.missing, gaps: this.#list.largest() }
  }
  #look(): void {
    const [a = 0, b = 0, c = 0, d = 0] = this.#times
    const intervalMs = Math.max(b - a, d - c)
    const rows = Math.round((c - b) / intervalMs) - 1
    if (c - b < LONGER_BY * intervalMs || rows < 1) return
    this.#list.add({ fromMs: b + intervalMs, toMs: c - intervalMs, rows })
  }
}

class Silences implements GapScan {
  readonly #list = new GapList()
  #lastMs = Number.NaN

  visit(columns: Columns, rows: number): void {
    const times = timesOf(columns)
    for (let row = 0; row < rows; row += 1) {
      const timeMs = times[row] as number
      if (timeMs - this.#lastMs >= HOUR_MS) this.#list.add({ fromMs: this.#lastMs + 1, toMs: timeMs - 1, rows: 0 })
      this.#lastMs = timeMs
    }
  }
  result() {
    return { missing: this.#list.missing, gaps: this.#list.largest() }
  }
}
