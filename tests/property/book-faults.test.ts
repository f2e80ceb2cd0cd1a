// Proves that a stream with updates dropped, repeated and out of order never gives a wrong book: whenever the book says that it is in step it equals,
// level by level, one that saw every update once and in order; and after the last fault a snapshot brings it into step again.
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { BookSide } from '../../src-main/core/market/book-side.ts'
import { BookSync } from '../../src-main/core/market/book-sync.ts'
import { BookUpdate } from '../../src-main/core/market/book-update.ts'
import { OrderBook } from '../../src-main/core/market/order-book.ts'
import { TENTH, eachMessage, sliceBytes } from '../support/book-recordings.ts'
import { bookUpdate, copyOf } from '../support/book-updates.ts'

const STREAM = 150
const updates: BookUpdate[] = []
/** After each update of the faultless stream: the whole book, as a snapshot of the venue at that moment. */
const truths: BookUpdate[] = []

const levelsOf = (side: BookSide, sign: number): [number, number][] => {
  const levels: [number, number][] = []
  for (let at = side.bestIndex; at >= 0; at = side.next(at)) levels.push([sign * side.keyAt(at), side.quantityAt(at)])
  return levels
}
const snapshotOf = (book: OrderBook, last: number): BookUpdate =>
  bookUpdate({ last, bids: levelsOf(book.bids, -1), asks: levelsOf(book.asks, 1) })

beforeAll(() => {
  const book = new OrderBook(TENTH)
  const sync = new BookSync(book, () => undefined)
  eachMessage(sliceBytes(), { marketId: 'BTCUSDT', grid: TENTH }, (message) => {
    if (message.kind === 'snapshot') sync.snapshot(message.book)
    if (message.kind !== 'depth' || updates.length >= STREAM || sync.update(message.book) !== 'applied') return
    updates.push(copyOf(message.book))
    truths.push(snapshotOf(book, sync.lastId))
  })
})

type Fault = { readonly at: number; readonly kind: 'drop' | 'repeat' | 'swap' | 'late' }
const fault = fc.record({ at: fc.nat(STREAM - 30), kind: fc.constantFrom('drop', 'repeat', 'swap', 'late') })

/** Places in `updates`, in the order in which they arrive. */
function arrivals(faults: readonly Fault[]): number[] {
  const order = updates.map((_, index) => index)
  for (const { at, kind } of faults) {
    const [place = 0] = order.splice(at, 1)
    if (kind === 'repeat') order.splice(at, 0, place, place)
    if (kind === 'swap') order.splice(at + 1, 0, place)
    if (kind === 'late') order.splice(at + 20, 0, place)
  }
  return order
}
const topOf = (update: BookUpdate): unknown => [update.ticks.slice(0, update.bidCount), update.quantities.slice(0, update.bidCount)]

describe('a faulty stream', () => {
  it('never makes a wrong book, and ends in step', () => {
    fc.assert(
      fc.property(fc.array(fault, { minLength: 1, maxLength: 6 }), fc.nat(8), (faults, answersAfter) => {
        const book = new OrderBook(TENTH)
        let dueIn = 0
        const sync = new BookSync(book, () => {
          dueIn = answersAfter + 1
        })
        sync.start()
        let newest = 0
        for (const place of arrivals(faults)) {
          newest = Math.max(newest, place)
          sync.update(updates[place] ?? new BookUpdate(0))
          if (dueIn > 0 && --dueIn === 0) sync.snapshot(truths[newest] ?? new BookUpdate(0))
          if (sync.state === 'syncing') {
            expect(book.isEmpty).toBe(true)
            continue
          }
          expect(book.isCrossed).toBe(false)
          const truth = truths.find(({ finalId }) => finalId === sync.lastId)
          expect(truth && topOf(snapshotOf(book, 0))).toEqual(truth && topOf(truth))
          expect(truth).toBeDefined()
        }
        expect(sync.state).toBe('synced')
        const end = truths.at(-1)
        expect([sync.lastId, levelsOf(book.bids, -1).length, levelsOf(book.asks, 1).length]).toEqual([
          end?.finalId,
          end?.bidCount,
          end?.askCount,
        ])
      }),
      { numRuns: 25 },
    )
  })

  it('is noticed: a dropped update is a gap, a repeated one is counted', () => {
    const run = (faults: Fault[]) => {
      const sync = new BookSync(new OrderBook(TENTH), () => undefined)
      sync.snapshot(truths[0] ?? new BookUpdate(0))
      for (const place of arrivals(faults).slice(1)) sync.update(updates[place] ?? new BookUpdate(0))
      return [sync.counters.gaps, sync.counters.repeated, sync.state]
    }
    expect(run([])).toEqual([0, 0, 'synced'])
    expect(run([{ at: 40, kind: 'drop' }])).toEqual([1, 0, 'syncing'])
    expect(run([{ at: 40, kind: 'repeat' }])).toEqual([0, 1, 'synced'])
    expect(run([{ at: 40, kind: 'swap' }])).toEqual([1, 1, 'syncing'])
  })
})
