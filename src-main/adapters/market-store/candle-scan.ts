// What is odd about the candles of a series: candles without volume, and closes that leap away and come straight back.
import type { RowVisitor } from './series-scan.ts'
import { type Columns, columnAt, timesOf } from './series-columns.ts'

const OUTLIERS_MAX = 100
/** A leap counts from this many median ranges on. */
const LEAP_RANGES = 20
/** And only when the next close is nearer to the one before it than this share of the leap. */
const BACK_SHARE = 0.5

/** Buckets by the leading bits of a float64: 64 to each doubling, so a median is found to 1.6 % without keeping the values. */
const BUCKET_SHIFT = 14
const BUCKETS = 2 ** (31 - BUCKET_SHIFT)
const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)

export class CandleScan implements RowVisitor {
  readonly #counts = new Uint32Array(BUCKETS)
  #ranges = 0
  #lastClose = Number.NaN
  zeroVolume = 0
  /** Of each chunk, the largest distance of a close from the one before it, as a share of that. */
  readonly #leaps: number[] = []

  visit(columns: Columns, rows: number): void {
    const [high, low, close, volume] = [columnAt(columns, 2), columnAt(columns, 3), columnAt(columns, 4), columnAt(columns, 5)]
    let last = this.#lastClose
    let largest = 0
    for (let row = 0; row < rows; row += 1) {
      const at = close[row] as number
      if (volume[row] === 0) this.zeroVolume += 1
      this.#countRange(((high[row] as number) - (low[row] as number)) / at)
      const leap = Math.abs(at / last - 1)
      if (leap > largest) largest = leap
      last = at
    }
    this.#lastClose = last
    this.#leaps.push(largest)
  }

  /** Median of (high − low) ÷ close over the candles that have a range; 0 when none has. */
  medianRange(): number {
    let rest = Math.floor((this.#ranges - 1) / 2)
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      rest -= this.#counts[bucket] as number
      if (rest < 0) return this.#ranges === 0 ? 0 : lowerBoundOf(bucket)
    }
    return 0
  }
  /** The leap from which on a close is looked at twice, as a share of the close before it. */
  outlierLeap(): number {
    return LEAP_RANGES * this.medianRange()
  }
  /** Whether an outlier may lie in the chunk of this number: there is a leap of this size in it or right beside it. */
  isSuspect(chunk: number, leap: number): boolean {
    return leap > 0 && [chunk - 1, chunk, chunk + 1].some((each) => (this.#leaps[each] ?? 0) > leap)
  }

  #countRange(range: number): void {
    if (!(range > 0)) return
    number[0] = range
    const bucket = (words[1] as number) >>> BUCKET_SHIFT
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1
    this.#ranges += 1
  }
}
function lowerBoundOf(bucket: number): number {
  words[0] = 0
  words[1] = bucket << BUCKET_SHIFT
  return number[0] as number
}

/** A second look, once it is known what is large. */
export class OutlierScan implements RowVisitor {
  readonly #leap: number
  readonly #lengthMs: number
  readonly outliersMs: number[] = []
  #beforeMs = Number.NaN
  #before = Number.NaN
  #suspectMs = Number.NaN
  #suspect = Number.NaN

  constructor(leap: number, lengthMs: number) {
    this.#leap = leap
    this.#lengthMs = lengthMs
  }
  visit(columns: Columns, rows: number): void {
    const [times, closes] = [timesOf(columns), columnAt(columns, 4)]
    for (let row = 0; row < rows && this.outliersMs.length < OUTLIERS_MAX; row += 1) this.#look(times[row] as number, closes[row] as number)
  }
  #look(timeMs: number, close: number): void {
    const away = Math.abs(this.#suspect - this.#before)
    if (away > this.#leap * this.#before && Math.abs(close - this.#before) < BACK_SHARE * away && this.#isAmongNeighbours(timeMs))
      this.outliersMs.push(this.#suspectMs)
    this.#beforeMs = this.#suspectMs
    this.#before = this.#suspect
    this.#suspectMs = timeMs
    this.#suspect = close
  }
  #isAmongNeighbours(timeMs: number): boolean {
    return this.#suspectMs - this.#beforeMs === this.#lengthMs && timeMs - this.#suspectMs === this.#lengthMs
  }
}
