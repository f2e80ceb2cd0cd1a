// Which rows are possible at all. The others are refused and counted in the passport.
import { candleFault } from '../../../src-shared/domain/candle-guard.ts'
import type { Candle, CandleFault } from '../../../src-shared/domain/candle.ts'

/** Why this candle of this length cannot be, or null. */
export function candleRowFault(row: Candle, lengthMs: number): CandleFault | null {
  const fault = candleFault(row, lengthMs)
  if (fault !== null) return fault
  return row.openTimeMs >= 0 && Number.isSafeInteger(row.openTimeMs) ? null : 'misaligned'
}

/** Far beyond what any venue settles at once, as a fraction of the notional. */
const FUNDING_RATE_MAX = 0.1
const isInstant = (timeMs: number): boolean => Number.isSafeInteger(timeMs) && timeMs >= 0

export const isPossibleFunding = (timeMs: number, rate: number): boolean => isInstant(timeMs) && Math.abs(rate) < FUNDING_RATE_MAX

export type TradeValues = { readonly timeMs: number; readonly price: number; readonly quantity: number; readonly side: number }
export const isPossibleTrade = ({ timeMs, price, quantity, side }: TradeValues): boolean =>
  isInstant(timeMs) && price > 0 && quantity > 0 && Number.isFinite(price + quantity) && (side === 1 || side === -1)
