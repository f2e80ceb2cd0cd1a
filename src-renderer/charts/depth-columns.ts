// The last books of one instrument as columns of a heat map, in arrays of a fixed size: the oldest column makes room for the newest.
import type { Payload } from '../../src-shared/bridge/contract.ts'

type BookFrame = Pick<Payload<'book'>, 'tsMs' | 'bids' | 'asks' | 'trades'>

export const COLUMNS_MAX = 300
/** Of each side, as the contract allows. */
const LEVELS_MAX = 50
const STRIDE = 2 * LEVELS_MAX
export const TRADES_MAX = 600

export class DepthColumns {
  /** Price and quantity of each level; bids first, asks from the middle of the stride on. Unused places hold quantity 0. */
  private readonly prices = new Float64Array(COLUMNS_MAX * STRIDE)
  private readonly quantities = new Float64Array(COLUMNS_MAX * STRIDE)
  private readonly times = new Float64Array(COLUMNS_MAX)
  private readonly tradeColumns = new Float64Array(TRADES_MAX)
  private readonly tradePrices = new Float64Array(TRADES_MAX)
  private readonly tradeQuantities = new Float64Array(TRADES_MAX)
  private readonly tradeBuys = new Uint8Array(TRADES_MAX)
  /** Columns and trades ever taken in since the last clear. */
  private columns = 0
  private trades = 0

  get size(): number {
    return Math.min(this.columns, COLUMNS_MAX)
  }

  /** Adds a column with its trades. A frame from the past starts over. */
  push(frame: BookFrame): void {
    if (this.columns > 0 && frame.tsMs < this.timeAt(this.size - 1)) this.clear()
    const slot = this.columns % COLUMNS_MAX
    this.times[slot] = frame.tsMs
    this.writeSide(slot * STRIDE, frame.bids)
    this.writeSide(slot * STRIDE + LEVELS_MAX, frame.asks)
    for (const { price, quantity, side } of frame.trades) {
      const place = this.trades % TRADES_MAX
      this.tradeColumns[place] = this.columns
      this.tradePrices[place] = price
      this.tradeQuantities[place] = quantity
      this.tradeBuys[place] = side === 'buy' ? 1 : 0
      this.trades += 1
    }
    this.columns += 1
  }

  clear(): void {
    this.columns = 0
    this.trades = 0
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

  /** Calls `visit` with every trade whose column is still held, oldest first. */
  eachTrade(visit: (index: number, price: number, trade: { readonly quantity: number; readonly isBuy: boolean }) => void): void {
    const held = Math.min(this.trades, TRADES_MAX)
    const oldestColumn = this.columns - this.size
    for (let i = this.trades - held; i < this.trades; i++) {
      const place = i % TRADES_MAX
      const index = (this.tradeColumns[place] ?? 0) - oldestColumn
      if (index < 0) continue
      visit(index, this.tradePrices[place] ?? 0, { quantity: this.tradeQuantities[place] ?? 0, isBuy: this.tradeBuys[place] === 1 })
    }
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
}
