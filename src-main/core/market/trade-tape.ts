// The newest trades of one instrument, in columns of fixed size.

/** One trade as the tape has it. `isBuy`: the taker bought. */
export type TapeTrade = { readonly tsMs: number; readonly price: number; readonly quantity: number; readonly isBuy: boolean }

/** A ring: adding to a full one drops the oldest. Nothing is allocated after construction except by `since`. */
export class TradeTape {
  readonly capacity: number
  /** Trades ever added. */
  total = 0
  readonly #tsMs: Float64Array
  readonly #price: Float64Array
  /** Below 0 where the taker sold. */
  readonly #signedQuantity: Float64Array

  constructor(capacity: number) {
    this.capacity = capacity
    this.#tsMs = new Float64Array(capacity)
    this.#price = new Float64Array(capacity)
    this.#signedQuantity = new Float64Array(capacity)
  }

  add(tsMs: number, price: number, signedQuantity: number): void {
    const slot = this.total % this.capacity
    this.#tsMs[slot] = tsMs
    this.#price[slot] = price
    this.#signedQuantity[slot] = signedQuantity
    this.total += 1
  }

  /** The trades after the first `seen` ones, oldest first; when there are more than `limit`, or than are held, the newest of them. */
  since(seen: number, limit: number): TapeTrade[] {
    const from = Math.max(seen, this.total - Math.min(limit, this.capacity))
    const trades: TapeTrade[] = []
    for (let i = Math.max(0, from); i < this.total; i += 1) {
      const slot = i % this.capacity
      const signed = this.#signedQuantity[slot] ?? 0
      trades.push({ tsMs: this.#tsMs[slot] ?? 0, price: this.#price[slot] ?? 0, quantity: Math.abs(signed), isBuy: signed > 0 })
    }
    return trades
  }
}
