// Two means of the hash rate: below each other while miners switch off, above when they are back.
import { Sma } from '../features/averages.ts'

const FAST_DAYS = 30
const SLOW_DAYS = 60

/** Follows capitulations and recoveries. One update per day; days without a known hash rate are left out. */
export class HashRibbon {
  fast = NaN
  slow = NaN
  /** Days and largest depth, as a fraction of the slow mean, of the last capitulation. */
  capitulationDays = 0
  depth = 0
  /** Days since the fast mean came back above the slow one after a capitulation that was long enough; 0 on that day, Infinity without one. */
  daysSinceRecovery = Infinity
  readonly #daysMin: number
  readonly #fast = new Sma(FAST_DAYS)
  readonly #slow = new Sma(SLOW_DAYS)
  #isBelow = false

  constructor(capitulationDaysMin: number) {
    this.#daysMin = capitulationDaysMin
  }

  /** `hashRate` in any unit, NaN for unknown: then only time passes. */
  update(hashRate: number): void {
    this.daysSinceRecovery += 1
    if (Number.isNaN(hashRate)) return
    this.fast = this.#fast.update(hashRate)
    this.slow = this.#slow.update(hashRate)
    if (Number.isNaN(this.slow)) return
    if (this.fast < this.slow) this.#fall()
    else if (this.#isBelow) this.#rise()
  }

  /** The recovery has been acted on: no more until the next one. */
  spend(): void {
    this.daysSinceRecovery = Infinity
  }

  #fall(): void {
    if (!this.#isBelow) {
      this.capitulationDays = 0
      this.depth = 0
    }
    this.#isBelow = true
    this.capitulationDays += 1
    this.depth = Math.max(this.depth, 1 - this.fast / this.slow)
    this.daysSinceRecovery = Infinity
  }

  #rise(): void {
    this.#isBelow = false
    if (this.capitulationDays >= this.#daysMin) this.daysSinceRecovery = 0
  }
}
