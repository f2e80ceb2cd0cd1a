// An order book made up around the price. Orders take from it; each price point makes it anew. Whole ticks and lots, so that it is exact.
import type { Price, Quantity } from '../../../src-shared/domain/decimal.ts'
import type { BookLevel } from './events.ts'
import type { VenueInstrument } from './instrument.ts'
import { hashOf } from './random.ts'

export type BookShape = {
  readonly levels: number
  /** Mean quantity of a level, in lots. */
  readonly meanLots: number
}

type Level = { readonly ticks: number; lots: number }
export type Book = {
  /** Best first. */
  bids: Level[]
  asks: Level[]
  /** What was published last: ticks → lots. */
  readonly published: { readonly bids: Map<number, number>; readonly asks: Map<number, number> }
  lastId: number
  /** Multiplies what stands in the book; 0 is an empty one. */
  depthScale: number
}

export const newBook = (firstId: number): Book => ({
  bids: [],
  asks: [],
  published: { bids: new Map(), asks: new Map() },
  lastId: firstId,
  depthScale: 1,
})

/** Stands the book around `ticks`: the last trade is always at the touch of the side it took. `epoch` changes the sizes a little at a time. */
export function remakeBook(book: Book, shape: BookShape, point: { ticks: number; rose: boolean; seed: number; epoch: number }): void {
  const bestBid = Math.max(1, point.rose ? point.ticks - 1 : point.ticks)
  const side = (start: number, step: 1 | -1): Level[] => {
    const levels: Level[] = []
    for (let index = 0; index < shape.levels; index++) {
      const ticks = start + step * index
      if (ticks < 1) break
      // An eighth of the levels changes with each epoch; the others keep their size.
      const age = Math.floor((point.epoch + (hashOf(point.seed, ticks) & 7)) / 8)
      const weight = 0.1 + (1.8 * hashOf(point.seed ^ age, ticks)) / 0x1_0000_0000
      const lots = Math.floor(shape.meanLots * weight * (1 + index / 10) * book.depthScale)
      if (lots > 0) levels.push({ ticks, lots })
    }
    return levels
  }
  book.bids = side(bestBid, -1)
  book.asks = side(bestBid + 1, 1)
}

export type BookChange = {
  readonly firstId: number
  readonly lastId: number
  readonly previousId: number
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

/** What changed since the last call, with ids that follow on; null when nothing did. */
export function publishBook(book: Book, instrument: VenueInstrument): BookChange | null {
  const bids = changes(book.bids, book.published.bids, instrument)
  const asks = changes(book.asks, book.published.asks, instrument)
  const count = bids.length + asks.length
  if (count === 0) return null
  const previousId = book.lastId
  book.lastId += count
  return { firstId: previousId + 1, lastId: book.lastId, previousId, bids, asks }
}

function changes(levels: readonly Level[], published: Map<number, number>, instrument: VenueInstrument): BookLevel[] {
  const found: BookLevel[] = []
  const standing = new Set<number>()
  for (const { ticks, lots } of levels) {
    standing.add(ticks)
    if (published.get(ticks) === lots) continue
    published.set(ticks, lots)
    found.push(levelOf(instrument, ticks, lots))
  }
  for (const ticks of published.keys()) {
    if (standing.has(ticks)) continue
    published.delete(ticks)
    found.push(levelOf(instrument, ticks, 0))
  }
  return found
}

const levelOf = (instrument: VenueInstrument, ticks: number, lots: number): BookLevel => [
  ((instrument.tickSize as bigint) * BigInt(ticks)) as Price,
  ((instrument.lotSize as bigint) * BigInt(lots)) as Quantity,
]

/** The published book, best first, with the id of its last change. */
export function snapshotOf(
  book: Book,
  instrument: VenueInstrument,
  limit: number,
): { lastId: number; bids: BookLevel[]; asks: BookLevel[] } {
  const side = (levels: ReadonlyMap<number, number>, ascending: boolean): BookLevel[] =>
    [...levels]
      .toSorted(([a], [b]) => (ascending ? a - b : b - a))
      .slice(0, limit)
      .map(([ticks, lots]) => levelOf(instrument, ticks, lots))
  return { lastId: book.lastId, bids: side(book.published.bids, false), asks: side(book.published.asks, true) }
}

export type Take = { readonly price: Price; readonly quantity: Quantity }

/** Takes up to `quantity` from the other side, no worse than `limit`; what was taken is gone until the book is made anew. */
export function takeFrom(
  book: Book,
  instrument: VenueInstrument,
  want: { side: 'buy' | 'sell'; limit: Price | null; quantity: Quantity },
): Take[] {
  const takes: Take[] = []
  let left = want.quantity as bigint
  const levels = want.side === 'buy' ? book.asks : book.bids
  while (left > 0n) {
    const best = levels[0]
    if (!best) break
    const [price, standing] = levelOf(instrument, best.ticks, best.lots)
    if (want.limit !== null && (want.side === 'buy' ? price > want.limit : price < want.limit)) break
    const taken = left < standing ? left : (standing as bigint)
    takes.push({ price, quantity: taken as Quantity })
    left -= taken
    best.lots -= Number(taken / (instrument.lotSize as bigint))
    if (best.lots <= 0) levels.shift()
    else break
  }
  return takes
}

/** How much could be taken no worse than `limit`. */
export function standingWithin(book: Book, instrument: VenueInstrument, want: { side: 'buy' | 'sell'; limit: Price | null }): Quantity {
  let total = 0n
  for (const { ticks, lots } of want.side === 'buy' ? book.asks : book.bids) {
    const [price, quantity] = levelOf(instrument, ticks, lots)
    if (want.limit !== null && (want.side === 'buy' ? price > want.limit : price < want.limit)) break
    total += quantity
  }
  return total as Quantity
}

/** The best price on the other side of `side`, or null with an empty book. */
export function bestAgainst(book: Book, instrument: VenueInstrument, side: 'buy' | 'sell'): Price | null {
  const best = (side === 'buy' ? book.asks : book.bids)[0]
  return best ? levelOf(instrument, best.ticks, best.lots)[0] : null
}
