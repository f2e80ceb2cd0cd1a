// Proves the way a book is brought into step and kept there: what is buffered, dropped, applied and refused, and when a new snapshot is asked for.
import { describe, expect, it } from 'vitest'
import { BookSync, snapshotDelayMs } from '../../src-main/core/market/book-sync.ts'
import { OrderBook } from '../../src-main/core/market/order-book.ts'
import { TENTH } from '../support/book-recordings.ts'
import { type Written, bookUpdate } from '../support/book-updates.ts'

const SNAPSHOT: Written = { last: 100, bids: [[10, 1]], asks: [[12, 1]] }
/** Bid 10, the quantity tells which update it was. */
const futures = (previous: number, first: number, last: number): Written => ({ previous, first, last, bids: [[10, last]] })
const spot = (first: number, last: number): Written => ({ first, last, bids: [[10, last]] })

function begin() {
  const requests: number[] = []
  const sync = new BookSync(new OrderBook(TENTH), (attempt) => requests.push(attempt))
  sync.start()
  const update = (written: Written) => sync.update(bookUpdate(written))
  const snapshot = (written: Written = SNAPSHOT) => sync.snapshot(bookUpdate(written))
  return { sync, requests, update, snapshot, bid: () => sync.book.bidQuantity }
}

describe('bringing a book into step', () => {
  it('asks for a snapshot, buffers what comes before it, and begins with the update that spans it', () => {
    const { sync, requests, update, snapshot, bid } = begin()
    expect([requests, sync.state]).toEqual([[0], 'syncing'])
    expect([update(futures(80, 85, 90)), update(futures(90, 95, 105)), update(futures(105, 106, 110))]).toEqual(Array(3).fill('buffered'))
    expect(sync.book.isEmpty).toBe(true)
    expect(snapshot()).toBe(true)
    expect([sync.state, sync.lastId, bid(), sync.counters.applied]).toEqual(['synced', 110, 110, 2])
    expect(requests).toEqual([0])
  })

  it('begins with an update of the future when the snapshot ends between two updates', () => {
    const { sync, update, snapshot } = begin()
    snapshot()
    expect(update(futures(98, 104, 105))).toBe('applied')
    expect([sync.state, sync.lastId]).toEqual(['synced', 105])
  })

  it('passes over updates that the snapshot contains, without taking them for a fault', () => {
    const { sync, update, snapshot } = begin()
    snapshot()
    expect([update(futures(80, 85, 90)), update(futures(90, 95, 101))]).toEqual(['ignored', 'applied'])
    expect(sync.counters).toMatchObject({ repeated: 0, gaps: 0 })
  })

  it('asks again for a snapshot that ends before the updates at hand, and uses the later one with the same updates', () => {
    const { sync, requests, update, snapshot, bid } = begin()
    update(futures(150, 151, 160))
    update(futures(160, 161, 170))
    expect(snapshot()).toBe(false)
    expect([sync.state, requests, sync.counters.badSnapshots, sync.book.isEmpty]).toEqual(['syncing', [0, 1], 1, true])
    expect(sync.detail).toContain('before the updates at hand')
    expect(snapshot({ ...SNAPSHOT, last: 155 })).toBe(true)
    expect([sync.lastId, bid()]).toEqual([170, 170])
  })

  it('counts ids without a hole where the venue names no update before', () => {
    const { sync, update, snapshot, bid } = begin()
    update(spot(90, 100))
    update(spot(101, 104))
    snapshot()
    expect([sync.lastId, bid()]).toEqual([104, 104])
    expect(update(spot(105, 105))).toBe('applied')
    expect(update(spot(107, 108))).toBe('resync')
  })

  it.each([
    ['empty on one side', { last: 100, bids: [[10, 1]] }],
    ['crossed', { last: 100, bids: [[12, 1]], asks: [[12, 1]] }],
  ] satisfies [string, Written][])('refuses a snapshot that is %s', (_, written) => {
    const { sync, requests, snapshot } = begin()
    expect(snapshot(written)).toBe(false)
    expect([sync.state, requests, sync.book.isEmpty]).toEqual(['syncing', [0, 1], true])
  })

  it('asks again, later each time, when no snapshot can be had', () => {
    const { sync, requests } = begin()
    sync.snapshotFailed('HTTP 503')
    sync.snapshotFailed('HTTP 503')
    expect([requests, sync.detail]).toEqual([[0, 1, 2], 'no snapshot: HTTP 503'])
    const delays = Array.from({ length: 12 }, (_, attempt) => snapshotDelayMs(attempt, 1))
    expect(delays.slice(0, 4)).toEqual([0, 500, 1_000, 2_000])
    expect(Math.max(...delays)).toBe(30_000)
    expect(snapshotDelayMs(3, 0)).toBe(1_000)
  })

  it('keeps a bounded number of updates while it waits, and then needs a later snapshot', () => {
    const { sync, update, snapshot } = begin()
    for (let id = 101; id <= 2_105; id += 1) update(futures(id - 1, id, id))
    expect(snapshot()).toBe(false)
    expect(snapshot({ ...SNAPSHOT, last: 2_104 })).toBe(true)
    expect(sync.lastId).toBe(2_105)
  })
})

describe('a book in step', () => {
  const inStep = () => {
    const all = begin()
    all.snapshot()
    all.update(futures(99, 100, 110))
    return all
  }

  it('is emptied by a hole in the row and rebuilt from a new snapshot, and says so', () => {
    const { sync, requests, update, snapshot } = inStep()
    expect(update(futures(120, 121, 130))).toBe('resync')
    expect([sync.state, sync.book.isEmpty, requests, sync.counters.gaps]).toEqual(['syncing', true, [0, 0], 1])
    expect(sync.detail).toBe('updates are missing: 121 to 130 after 120 came after 110')
    snapshot({ ...SNAPSHOT, last: 125 })
    expect([sync.state, sync.lastId, sync.counters.resyncs]).toEqual(['synced', 130, 1])
    expect(sync.detail).toBe('rebuilt from a new snapshot, because updates are missing: 121 to 130 after 120 came after 110')
  })

  it('passes over an update that comes again, or after a later one', () => {
    const { sync, update, bid } = inStep()
    update(futures(110, 111, 120))
    expect([update(futures(110, 111, 120)), update(futures(99, 100, 110)), bid()]).toEqual(['ignored', 'ignored', 120])
    expect([sync.state, sync.counters.repeated]).toEqual(['synced', 2])
  })

  it('finds its way when two updates changed places', () => {
    const { sync, update, snapshot, bid } = inStep()
    expect([update(futures(120, 121, 130)), update(futures(110, 111, 120))]).toEqual(['resync', 'ignored'])
    update(futures(130, 131, 140))
    snapshot({ ...SNAPSHOT, last: 132 })
    expect([sync.state, sync.lastId, bid()]).toEqual(['synced', 140, 140])
  })

  it('is never shown crossed: it is emptied and asks for a snapshot', () => {
    const { sync, update, requests } = inStep()
    expect(update({ previous: 110, first: 111, last: 120, bids: [[12, 1]] })).toBe('resync')
    expect([sync.state, sync.book.isEmpty, sync.counters.crossed, requests]).toEqual(['syncing', true, 1, [0, 0]])
    expect(sync.detail).toBe('the book was crossed: best bid 1.2 is not below best ask 1.2')
  })

  it('waits longer before each snapshot while it is lost again and again, and forgives after 500 good updates', () => {
    const { sync, requests, update, snapshot } = inStep()
    for (let i = 0; i < 3; i += 1) {
      sync.lose('the connection was lost')
      snapshot()
    }
    expect(requests).toEqual([0, 0, 1, 2])
    update(futures(99, 100, 101))
    for (let id = 102; id <= 700; id += 1) update(futures(id - 1, id, id))
    sync.lose('the connection was lost')
    expect(requests.at(-1)).toBe(0)
  })

  it('takes no notice of a snapshot that nobody waits for', () => {
    const { sync, snapshot } = inStep()
    expect([snapshot({ last: 50, bids: [[1, 1]], asks: [[2, 1]] }), sync.lastId]).toEqual([true, 110])
  })
})
