// What the reference backtest decides on: the crossing of two averages, and the volatility that sizes are scaled by.
import { type Exact, exact } from './exact.ts'
import type { Side } from './exchange.ts'

/** Tells on which candle the fast average has come above the slow one (buy) or below it (sell). Whole millionths, so that equal is equal. */
export function createCross(fast: number, slow: number): (close: string) => Side | null {
  const closes: bigint[] = []
  let fastSum = 0n
  let slowSum = 0n
  let before: number | null = null
  return (close) => {
    const value = BigInt(exact(close).mul(1_000_000).toFixed(0))
    closes.push(value)
    fastSum += value - (closes[closes.length - 1 - fast] ?? 0n)
    slowSum += value - (closes[closes.length - 1 - slow] ?? 0n)
    if (closes.length < slow) return null
    const difference = fastSum * BigInt(slow) - slowSum * BigInt(fast)
    const now = difference > 0n ? 1 : difference < 0n ? -1 : 0
    const last = before
    before = now
    if (last === null) return null
    return now > 0 && last <= 0 ? 'buy' : now < 0 && last >= 0 ? 'sell' : null
  }
}

const HOUR_MS = 3_600_000
const HOURS = 48

/** Root of the mean squared logarithmic return of the last 48 hours, per year of 365 days; null until they are known. Hours count when whole. */
export function createVolatility(candleMs: number): { add(openMs: number, close: Exact): void; value(): number | null } {
  const closes: number[] = []
  let firstMs = Infinity
  return {
    add(openMs, close) {
      firstMs = Math.min(firstMs, openMs)
      const closeMs = openMs + candleMs
      if (closeMs % HOUR_MS === 0 && closeMs - HOUR_MS >= firstMs) closes.push(close.toNumber())
      if (closes.length > HOURS + 1) closes.shift()
    },
    value() {
      if (closes.length <= HOURS) return null
      let squares = 0
      for (let i = 1; i < closes.length; i += 1) squares += Math.log((closes[i] ?? 0) / (closes[i - 1] ?? 0)) ** 2
      return Math.sqrt((squares / HOURS) * 24 * 365)
    },
  }
}
