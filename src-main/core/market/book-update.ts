// What a venue says about a book, in ticks: a change of some levels, or a snapshot of the best ones. One object is filled again and again.

/** The largest snapshot of any venue traded here has 5,000 levels a side. */
export const LEVELS_MAX = 10_000

/** Levels lie in one pair of columns: `bidCount` bids, then `askCount` asks. A quantity of 0 removes its level. */
export class BookUpdate {
  /** Number of the first change in it. */
  firstId = 0
  /** Number of the last change in it; for a snapshot the last one it contains. */
  finalId = 0
  /** `finalId` of the update before it, where the venue tells; else NaN, and ids follow each other without a hole. */
  previousId = Number.NaN
  bidCount = 0
  askCount = 0
  readonly ticks: Float64Array
  readonly quantities: Float64Array

  constructor(levelsMax = LEVELS_MAX) {
    this.ticks = new Float64Array(levelsMax)
    this.quantities = new Float64Array(levelsMax)
  }
}
