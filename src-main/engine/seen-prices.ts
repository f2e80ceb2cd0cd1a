// Which prices the trades of a live feed have shown since the last candle. A candle that reaches beyond them tells of trades that never came.
import type { Candle } from '../../src-shared/domain/candle.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'

/** Binance leaves liquidations out of the trades but not out of the candles, so a candle may reach a little further by itself. */
const BEYOND_SHARE_MAX = 0.0002

export class SeenPrices {
  readonly #ranges = new Map<InstrumentId, { low: number; high: number }>()

  add(instrumentId: InstrumentId, price: number): void {
    const range = this.#ranges.get(instrumentId)
    if (range === undefined) {
      this.#ranges.set(instrumentId, { low: price, high: price })
      return
    }
    if (price < range.low) range.low = price
    if (price > range.high) range.high = price
  }

  /** Did the trades since the last call show all that this candle did? */
  takeHasShown(instrumentId: InstrumentId, { low, high }: Candle): boolean {
    const range = this.#ranges.get(instrumentId)
    this.#ranges.delete(instrumentId)
    return range !== undefined && low >= range.low * (1 - BEYOND_SHARE_MAX) && high <= range.high * (1 + BEYOND_SHARE_MAX)
  }
}
