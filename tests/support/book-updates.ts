// Updates and snapshots written by hand.
import { BookUpdate } from '../../src-main/core/market/book-update.ts'

export type Level = readonly [tick: number, quantity: number]
export type Written = {
  readonly first?: number
  readonly last: number
  readonly previous?: number
  readonly bids?: readonly Level[]
  readonly asks?: readonly Level[]
}

export function bookUpdate({ first = 0, last, previous = Number.NaN, bids = [], asks = [] }: Written): BookUpdate {
  const update = new BookUpdate(bids.length + asks.length)
  Object.assign(update, { firstId: first, finalId: last, previousId: previous, bidCount: bids.length, askCount: asks.length })
  ;[...bids, ...asks].forEach(([tick, quantity], i) => {
    update.ticks[i] = tick
    update.quantities[i] = quantity
  })
  return update
}
/** A copy that stays when the original is filled again. */
export function copyOf(update: BookUpdate): BookUpdate {
  const count = update.bidCount + update.askCount
  const copy = new BookUpdate(count)
  copy.ticks.set(update.ticks.subarray(0, count))
  copy.quantities.set(update.quantities.subarray(0, count))
  const { firstId, finalId, previousId, bidCount, askCount } = update
  return Object.assign(copy, { firstId, finalId, previousId, bidCount, askCount })
}
