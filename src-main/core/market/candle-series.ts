// The newest candles of one instrument and timeframe, in columns of fixed size.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import type { CandleColumns } from '../ports/market-feed.ts'

export type CandleColumn = keyof Candle

/** A ring of `capacity` candles: appending to a full one drops the oldest. Nothing is allocated after construction except by `columns`. */
export class CandleSeries {
  readonly capacity: number
  readonly #columns: CandleColumns
  /** Where the next candle goes. */
  #next = 0
  #total = 0
  #lastOpenMs = Number.NEGATIVE_INFINITY

  constructor(capacity: number) {
    ensure(Number.isSafeInteger(capacity) && capacity > 0, `candle series capacity ${capacity}, expected a positive integer`)
    this.capacity = capacity
    this.#columns = emptyColumns(capacity)
  }

  /** Throws when the candle does not open after the newest one: only guarded candles belong here. */
  append(candle: Candle): void {
    if (!(candle.openTimeMs > this.#lastOpenMs)) {
      throw new Error(`invariant broken: candle ${candle.openTimeMs} appended after ${this.#lastOpenMs}, expected a later open time`)
    }
    const columns = this.#columns
    const slot = this.#next
    columns.openTimeMs[slot] = candle.openTimeMs
    columns.open[slot] = candle.open
    columns.high[slot] = candle.high
    columns.low[slot] = candle.low
    columns.close[slot] = candle.close
    columns.volume[slot] = candle.volume
    this.#lastOpenMs = candle.openTimeMs
    this.#next = slot + 1 === this.capacity ? 0 : slot + 1
    this.#total++
  }

  /** Candles held now. */
  get length(): number {
    return Math.min(this.#total, this.capacity)
  }
  /** Candles ever appended: the absolute index of the next one. The first candle has index 0. */
  get total(): number {
    return this.#total
  }

  /** A value by age: 0 is the newest candle. NaN for an age that is not held. */
  byAge(column: CandleColumn, age: number): number {
    if (!(age >= 0 && age < this.length)) return Number.NaN
    return this.#columns[column][this.#slotOfAge(age)] ?? Number.NaN
  }
  /** A value by absolute index. NaN for an index that has fallen out or has not come yet. */
  byIndex(column: CandleColumn, index: number): number {
    return this.byAge(column, this.#total - 1 - index)
  }

  /** Copies the newest candles that open before `beforeMs`, at most `limit`, oldest first. Later appends do not touch the copy. */
  columns(limit: number, beforeMs = Number.POSITIVE_INFINITY): CandleColumns {
    const youngestAge = this.#ageOfNewestBefore(beforeMs)
    const count = Math.max(0, Math.min(Math.floor(limit), this.length - youngestAge))
    const copy = emptyColumns(count)
    if (count === 0) return copy
    const from = this.#slotOfAge(youngestAge + count - 1)
    const straight = Math.min(count, this.capacity - from)
    for (const name of COLUMN_NAMES) {
      const column = this.#columns[name]
      copy[name].set(column.subarray(from, from + straight))
      copy[name].set(column.subarray(0, count - straight), straight)
    }
    return copy
  }

  #slotOfAge(age: number): number {
    const slot = this.#next - 1 - age
    return slot < 0 ? slot + this.capacity : slot
  }
  /** Age of the newest candle that opens before `beforeMs`; `length` when none does. Binary search over ages, which run back in time. */
  #ageOfNewestBefore(beforeMs: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.byAge('openTimeMs', middle) < beforeMs) high = middle
      else low = middle + 1
    }
    return low
  }
}

const COLUMN_NAMES = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const

const emptyColumns = (length: number): CandleColumns => ({
  openTimeMs: new Float64Array(length),
  open: new Float64Array(length),
  high: new Float64Array(length),
  low: new Float64Array(length),
  close: new Float64Array(length),
  volume: new Float64Array(length),
})
