// The way of the prices through one step of base candles. Each instrument goes along the points of its candle's own path or, where something of
// ours may be touched and finer candles are known, of theirs, one after the other.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { CandlePath, DetailCandles, PathPoint, LoopVenue } from '../simulation/venue.ts'

/** How many base candles with something of ours in them were walked by finer candles, and how many by their own path. */
export type WalkCount = { fine: number; coarse: number }

/** All instruments of a step, by time. */
export class StepWalk {
  readonly #walks: readonly CandleWalk[]
  #step: readonly { readonly index: number }[] = []
  #count = 0

  /** `detail` is by instrument. Throws RangeError for finer candles that do not fit into a base candle. */
  constructor(options: {
    venue: LoopVenue
    instrumentIds: readonly InstrumentId[]
    baseMs: number
    detail: readonly (DetailCandles | null)[]
  }) {
    const { venue, baseMs, detail } = options
    this.#walks = options.instrumentIds.map(
      (instrumentId, index) => new CandleWalk({ venue, instrumentId, baseMs, detail: detail[index] ?? null }),
    )
  }

  get counts(): readonly WalkCount[] {
    return this.#walks.map(({ count }) => ({ ...count }))
  }

  /** The first `count` of `step` are the candles of this step. */
  begin(step: readonly { readonly index: number; readonly candle: CandlePath }[], count: number): void {
    this.#step = step
    this.#count = count
    for (let i = 0; i < count; i += 1) {
      const slot = step[i]
      if (slot !== undefined) this.#walks[slot.index]?.begin(slot.candle)
    }
  }

  /** The instrument whose next point comes first, or null when all are over; ties in the order of the instruments. */
  next(): CandleWalk | null {
    let next: CandleWalk | null = null
    let index = Infinity
    for (let i = 0; i < this.#count; i += 1) {
      const slot = this.#step[i]
      const walk = slot === undefined ? undefined : this.#walks[slot.index]
      if (slot === undefined || walk === undefined || walk.tsMs === Infinity) continue
      if (next !== null && (walk.tsMs > next.tsMs || (walk.tsMs === next.tsMs && slot.index > index))) continue
      next = walk
      index = slot.index
    }
    return next
  }
}

class CandleWalk {
  readonly #venue: LoopVenue
  readonly instrumentId: InstrumentId
  readonly #baseMs: number
  readonly #detail: DetailCandles | null
  #path: readonly PathPoint[] = []
  #at = 0
  #inside = 0
  #next = 0
  /** The point that the price goes to next; {@link tsMs} is Infinity after the last. */
  tsMs = Infinity
  price = NaN
  /** What trades there, in base units. */
  volume = 0
  #volumePerPoint = 0
  readonly count: WalkCount = { fine: 0, coarse: 0 }

  constructor(options: { venue: LoopVenue; instrumentId: InstrumentId; baseMs: number; detail: DetailCandles | null }) {
    this.#venue = options.venue
    this.instrumentId = options.instrumentId
    this.#baseMs = options.baseMs
    this.#detail = options.detail
    const lengthMs = this.#detail?.lengthMs ?? 1
    if (!(lengthMs > 0 && lengthMs < this.#baseMs && this.#baseMs % lengthMs === 0))
      throw new RangeError(
        `${this.instrumentId}: finer candles of ${lengthMs} ms, expected a part of the base candle of ${this.#baseMs} ms`,
      )
  }

  /** Where nothing of ours is, the path that the price takes decides nothing. */
  begin(candle: CandlePath): void {
    const venue = this.#venue
    venue.openCandle(this.instrumentId, candle)
    const isAtStake = venue.hasStake(this.instrumentId)
    this.#inside = isAtStake && this.#detail !== null ? this.#detail.inside(candle, this.#baseMs) : 0
    this.#next = 0
    if (this.#inside > 0) this.#openFiner()
    else this.#open(candle, this.#baseMs)
    if (!isAtStake) return
    if (this.#inside > 0) this.count.fine += 1
    else this.count.coarse += 1
  }

  /** Goes on behind the present point. A finer candle's path is asked for when the one before is over: what is open by then decides its order. */
  move(): void {
    if (this.#at + 1 < this.#path.length) return this.#goTo(this.#at + 1)
    if (this.#next < this.#inside) return this.#openFiner()
    this.tsMs = Infinity
  }

  #openFiner(): void {
    if (this.#detail === null) return
    this.#open(this.#detail.at(this.#next), this.#detail.lengthMs)
    this.#next += 1
  }

  #open(candle: CandlePath, lengthMs: number): void {
    this.#path = this.#venue.path(this.instrumentId, candle, lengthMs)
    this.#volumePerPoint = candle.volume / this.#path.length
    this.#goTo(0)
  }

  #goTo(index: number): void {
    const point = this.#path[index]
    this.#at = index
    this.tsMs = point?.tsMs ?? Infinity
    this.price = point?.price ?? NaN
    this.volume = this.#volumePerPoint
  }
}
