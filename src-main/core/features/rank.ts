// Where a value stands among the ones before it.

/**
 * Percentile rank of the newest of the last `period` values, 0 to 1: the share of them that are lower, ties counted half
 * (the mean rank of Hyndman and Fan 1996, so that a series that never moves stands in the middle). First value at value `period`; NaN values
 * are left out, as the warm-up of what is ranked.
 * The window is kept twice, by age and sorted: two searches and one move of memory per value, where comparing it with all of them takes ten times as long.
 */
export class PercentileRank {
  readonly #window: Float64Array
  readonly #sorted: Float64Array
  readonly #inverse: number
  #next = 0
  #held = 0

  constructor(period: number) {
    this.#window = new Float64Array(period)
    this.#sorted = new Float64Array(period)
    this.#inverse = 1 / period
  }

  update(value: number): number {
    if (Number.isNaN(value)) return value
    const sorted = this.#sorted
    const period = sorted.length
    const count = this.#held
    // The gap in the sorted values: where the oldest leaves, or behind the last while the window fills.
    const gap = count === period ? lowerBound(sorted, period, this.#window[this.#next] ?? NaN) : count
    this.#window[this.#next] = value
    this.#next = this.#next + 1 === period ? 0 : this.#next + 1
    if (count < period) this.#held += 1
    // Searched with the oldest still in its place: what belongs behind it stands one place too far.
    const place = lowerBound(sorted, count, value)
    const lower = place > gap ? place - 1 : place
    if (lower > gap) sorted.copyWithin(gap, gap + 1, lower + 1)
    else sorted.copyWithin(lower + 1, lower, gap)
    sorted[lower] = value
    return this.#held === period ? (lower + upperEnd(sorted, lower)) * 0.5 * this.#inverse : NaN
  }
}

/** How many of the first `count` sorted values are below `value`. */
function lowerBound(sorted: Float64Array, count: number, value: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? NaN) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Where the run of equal values that begins at `from` ends. */
function upperEnd(sorted: Float64Array, from: number): number {
  const value = sorted[from] ?? NaN
  if (!(sorted[from + 1] === value)) return from + 1
  let low = from + 1
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? NaN) <= value) low = middle + 1
    else high = middle
  }
  return low
}
