// The order book of one instrument in ticks: what the venue's snapshots and updates add up to, and what is read from it.
// Complete as far as the venue's snapshot reached; farther away it holds the levels that have changed since.
import { type PriceGrid, priceOfTick } from './book-grid.ts'
import { BookSide } from './book-side.ts'
import type { BookUpdate } from './book-update.ts'

/** Price and quantity of the best levels, best first. Filled by `OrderBook.read`. */
export class BookLevels {
  readonly prices: Float64Array
  readonly quantities: Float64Array
  count = 0

  constructor(levelsMax: number) {
    this.prices = new Float64Array(levelsMax)
    this.quantities = new Float64Array(levelsMax)
  }
}

export class OrderBook {
  readonly grid: PriceGrid
  readonly bids = new BookSide()
  readonly asks = new BookSide()

  constructor(grid: PriceGrid) {
    this.grid = grid
  }

  clear(): void {
    this.bids.clear()
    this.asks.clear()
  }

  /** Sets the levels of an update or, on an empty book, of a snapshot. Allocates nothing. */
  apply(update: BookUpdate): void {
    const { ticks, quantities, bidCount } = update
    const count = bidCount + update.askCount
    for (let i = 0; i < bidCount; i += 1) this.bids.set(-(ticks[i] ?? 0), quantities[i] ?? 0)
    for (let i = bidCount; i < count; i += 1) this.asks.set(ticks[i] ?? 0, quantities[i] ?? 0)
  }

  get isEmpty(): boolean {
    return this.bids.count === 0 || this.asks.count === 0
  }
  /** Tick of the best bid; NaN on an empty side. */
  get bidTick(): number {
    return this.bids.bestIndex < 0 ? Number.NaN : -this.bids.keyAt(this.bids.bestIndex)
  }
  /** Tick of the best ask; NaN on an empty side. */
  get askTick(): number {
    return this.asks.bestIndex < 0 ? Number.NaN : this.asks.keyAt(this.asks.bestIndex)
  }
  /** A bid at or above the best ask: the venue would have matched them, so this book is wrong. */
  get isCrossed(): boolean {
    return this.bidTick >= this.askTick
  }
  get bidPrice(): number {
    return priceOfTick(this.grid, this.bidTick)
  }
  get askPrice(): number {
    return priceOfTick(this.grid, this.askTick)
  }
  get bidQuantity(): number {
    return this.bids.quantityAt(this.bids.bestIndex)
  }
  get askQuantity(): number {
    return this.asks.quantityAt(this.asks.bestIndex)
  }
  /** NaN unless both sides hold a level. */
  get mid(): number {
    return (this.bidPrice + this.askPrice) / 2
  }
  /** (best ask − best bid) ÷ mid, in basis points. */
  get spreadBp(): number {
    return ((this.askPrice - this.bidPrice) / this.mid) * 10_000
  }
  /** Best bid and ask, each weighted with the quantity of the other side (the weighted mid that Stoikov 2018 starts from). */
  get microprice(): number {
    const { bidQuantity, askQuantity } = this
    return (this.bidPrice * askQuantity + this.askPrice * bidQuantity) / (bidQuantity + askQuantity)
  }

  /** Fills `into` with the best levels of one side, as many as there are and it has room for. Allocates nothing. */
  read(side: 'bids' | 'asks', into: BookLevels): void {
    const from = this[side]
    const sign = side === 'bids' ? -1 : 1
    let at = from.bestIndex
    let count = 0
    while (at >= 0 && count < into.prices.length) {
      into.prices[count] = priceOfTick(this.grid, sign * from.keyAt(at))
      into.quantities[count] = from.quantityAt(at)
      count += 1
      at = from.next(at)
    }
    into.count = count
  }

  /** (bid − ask) ÷ (bid + ask) quantity of the best `levels` of each side, −1 to 1; NaN while a side is empty. */
  imbalance(levels: number): number {
    if (this.isEmpty) return Number.NaN
    const bid = quantityOfBest(this.bids, levels)
    const ask = quantityOfBest(this.asks, levels)
    return (bid - ask) / (bid + ask)
  }

  /** Price times quantity of one side within so many basis points of the mid, in quote; NaN while a side is empty. */
  depth(side: 'bids' | 'asks', withinBp: number): number {
    if (this.isEmpty) return Number.NaN
    const from = this[side]
    const sign = side === 'bids' ? -1 : 1
    const bound = this.mid * (1 + (sign * withinBp) / 10_000)
    let value = 0
    for (let at = from.bestIndex; at >= 0; at = from.next(at)) {
      const price = priceOfTick(this.grid, sign * from.keyAt(at))
      if (sign * price > sign * bound) break
      value += price * from.quantityAt(at)
    }
    return value
  }
}

function quantityOfBest(side: BookSide, levels: number): number {
  let sum = 0
  let at = side.bestIndex
  for (let i = 0; i < levels && at >= 0; i += 1) {
    sum += side.quantityAt(at)
    at = side.next(at)
  }
  return sum
}
