// The last books of one instrument as columns of a heat map, in arrays of a fixed size: the oldest column makes room for the newest.
import type { Payload } from '../../src-shared/bridge/contract.ts'

type BookFrame = Pick<Payload<'book'>, 'tsMs' | 'state' | 'bids' | 'asks' | 'trades'>

export const COLUMNS_MAX = 300
/** Of each side, as the contract allows. */
const LEVELS_MAX = 50
const STRIDE = 2 * LEVELS_MAX

export class DepthColumns {
  /** Price and quantity of each level; bids first, asks from the middle of the stride on. Unused places hold quantity 0. */
  private readonly prices = new Float64Array(COLUMNS_MAX * STRIDE)
  private readonly quantities = new Float64Array(COLUMNS_MAX * STRIDE)
  private readonly times = new Float64Array(COLUMNS_MAX)
  /** Quantity and value (price × quantity) of the trades of each column, by the side that took. */
  private readonly bought = new Float64Array(COLUMNS_MAX)
  private readonly boughtValue = new Float64Array(COLUMNS_MAX)
  private readonly sold = new Float64Array(COLUMNS_MAX)
  private readonly soldValue = new Float64Array(COLUMNS_MAX)
  /** Columns ever taken in since the last clear. */
  private columns = 0

  get size(): number {
    return Math.min(this.columns, COLUMNS_MAX)
  }

  /**
   * Adds a column with its trades. A book that is not in step makes none: it would show what nobody knows to be there. A frame of the same time
   * replaces the newest book and adds its trades; one from the past starts over.
   */
  push(frame: BookFrame): void {
    const newestMs = this.columns > 0 ? this.timeAt(this.size - 1) : Number.NaN
    if (frame.tsMs < newestMs) this.clear()
    if (frame.state !== 'synced') return
    if (frame.tsMs !== newestMs) this.open(frame.tsMs)
    const slot = this.slotOf(this.size - 1)
    this.writeSide(slot * STRIDE, frame.bids)
    this.writeSide(slot * STRIDE + LEVELS_MAX, frame.asks)
    this.addTrades(slot, frame.trades)
  }

  clear(): void {
    this.columns = 0
  }

  /** Time of the column at `index`, 0 for the oldest. */
  timeAt(index: number): number {
    return this.times[this.slotOf(index)] ?? Number.NaN
  }

  /** Calls `visit` with every level of the column at `index`; asks have `isBid` false. */
  eachLevel(index: number, visit: (price: number, quantity: number, isBid: boolean) => void): void {
    const start = this.slotOf(index) * STRIDE
    for (let level = 0; level < STRIDE; level++) {
      const quantity = this.quantities[start + level] ?? 0
      if (quantity > 0) visit(this.prices[start + level] ?? 0, quantity, level < LEVELS_MAX)
    }
  }

  /** The middle of the best prices of the column at `index`; NaN while a side was empty. */
  midAt(index: number): number {
    const start = this.slotOf(index) * STRIDE
    const [bid, ask] = [this.prices[start] ?? 0, this.prices[start + LEVELS_MAX] ?? 0]
    return bid > 0 && ask > 0 ? (bid + ask) / 2 : Number.NaN
  }

  /** Calls `visit` for what was bought and what was sold in the column at `index`, at the mean price, where there was any. */
  eachTraded(index: number, visit: (price: number, quantity: number, isBuy: boolean) => void): void {
    const slot = this.slotOf(index)
    const [bought, sold] = [this.bought[slot] ?? 0, this.sold[slot] ?? 0]
    if (bought > 0) visit((this.boughtValue[slot] ?? 0) / bought, bought, true)
    if (sold > 0) visit((this.soldValue[slot] ?? 0) / sold, sold, false)
  }

  /** Makes room for a new newest column, without trades yet. */
  private open(tsMs: number): void {
    const slot = this.columns % COLUMNS_MAX
    this.times[slot] = tsMs
    for (const column of [this.bought, this.boughtValue, this.sold, this.soldValue]) column[slot] = 0
    this.columns += 1
  }

  private slotOf(index: number): number {
    return (this.columns - this.size + index) % COLUMNS_MAX
  }

  private writeSide(start: number, levels: BookFrame['bids']): void {
    for (let i = 0; i < LEVELS_MAX; i++) {
      const level = levels[i]
      this.prices[start + i] = level?.[0] ?? 0
      this.quantities[start + i] = level?.[1] ?? 0
    }
  }

  private addTrades(slot: number, trades: BookFrame['trades']): void {
    for (const { price, quantity, side } of trades) {
      const [quantities, values] = side === 'buy' ? [this.bought, this.boughtValue] : [this.sold, this.soldValue]
      quantities[slot] = (quantities[slot] ?? 0) + quantity
      values[slot] = (values[slot] ?? 0) + price * quantity
    }
  }
}
