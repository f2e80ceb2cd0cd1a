// What a study has tried already. A backtest of the same parameters gives the same result, so nothing is tried twice.
import { ensure } from '../../../src-shared/domain/result.ts'
import { type Point, type Space, pointAt, pointOf, rankOf } from './space.ts'
import type { StudyTrial } from './trial.ts'

export class TriedPoints {
  readonly #space: Space
  /** In a space that is continuous, or has more points than can be counted, a repetition does not happen. */
  readonly #isCounted: boolean
  readonly #ranks = new Set<number>()
  /** Of all trials so far, from their values: a study read back from a file has the same points, bit for bit. */
  readonly points: Point[] = []

  constructor(space: Space) {
    this.#space = space
    this.#isCounted = space.size <= Number.MAX_SAFE_INTEGER
  }

  /** Takes in trials that have been added since. */
  catchUp(trials: readonly StudyTrial[]): void {
    for (const { parameters } of trials.slice(this.points.length)) {
      const point = pointOf(this.#space, parameters)
      this.points.push(point)
      if (this.#isCounted) this.#ranks.add(rankOf(this.#space, point))
    }
  }

  has(point: Point): boolean {
    return this.#isCounted && this.#ranks.has(rankOf(this.#space, point))
  }

  /** This point, or when it was tried, the next one in order that was not. Throws when all of the space was tried. */
  freshFrom(point: Point): Point {
    if (!this.has(point)) return point
    ensure(this.#ranks.size < this.#space.size, () => `all ${this.#space.size} points of the space have been tried`)
    let rank = rankOf(this.#space, point)
    while (this.#ranks.has(rank)) rank = (rank + 1) % this.#space.size
    return pointAt(this.#space, rank)
  }
}
