// Candles and prices on their way to the chart. They never pass through React state: a chart listens here for the one
// instrument it shows and paints once per frame.
import type * as z from 'zod/mini'
import type { CandleView } from '../../src-shared/bridge/views.ts'

export type Candle = z.output<typeof CandleView>
export type PriceTick = { readonly instrumentId: string; readonly price: number; readonly tsMs: number }
/** What arrived for one instrument since the last frame, in order of arrival. */
export type MarketBatch = { readonly candles: readonly Candle[]; readonly prices: readonly PriceTick[] }
type Listener = (batch: MarketBatch) => void

export class CandleBus {
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly gapListeners = new Set<() => void>()

  /** Calls `listener` with every candle (of all timeframes) and price of the instrument. Returns how to stop. */
  listen(instrumentId: string, listener: Listener): () => void {
    const set = this.listeners.get(instrumentId) ?? new Set()
    this.listeners.set(instrumentId, set.add(listener))
    return () => {
      set.delete(listener)
      if (set.size === 0 && this.listeners.get(instrumentId) === set) this.listeners.delete(instrumentId)
    }
  }

  /** Calls `listener` when candles may have been missed (a new snapshot was taken), so that history is loaded again. */
  onGap(listener: () => void): () => void {
    this.gapListeners.add(listener)
    return () => void this.gapListeners.delete(listener)
  }

  announceGap(): void {
    for (const listener of this.gapListeners) listener()
  }

  publish(candles: readonly Candle[], prices: readonly PriceTick[]): void {
    for (const [instrumentId, listeners] of this.listeners) {
      const own = {
        candles: candles.filter((c) => c.instrumentId === instrumentId),
        prices: prices.filter((p) => p.instrumentId === instrumentId),
      }
      if (own.candles.length === 0 && own.prices.length === 0) continue
      for (const listener of listeners) listener(own)
    }
  }
}

export const candleBus = new CandleBus()
