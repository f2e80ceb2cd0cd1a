// What the closed round trips say about the trading. Sums are exact; ratios are floats.
import { type Money, ZERO_MONEY, add, negate, sum, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { RoundTrip } from '../../../src-shared/domain/position.ts'

export type RoundTripStatistics = {
  readonly roundTrips: number
  /** Net profit above zero. */
  readonly wins: number
  /** Net profit below zero; a round trip of exactly zero is neither. */
  readonly losses: number
  /** wins ÷ round trips. Null without round trips. */
  readonly winRate: number | null
  /** Sum of winning net profits ÷ sum of losing ones without sign. Null without a loss. */
  readonly profitFactor: number | null
  /** Mean net profit of a round trip: Tharp's expectancy, in money and in multiples of the initial risk (Van Tharp, Trade Your Way, ch. 6). */
  readonly expectancyMoney: number | null
  readonly expectancyR: number | null
  readonly averageWin: number | null
  /** Below zero. */
  readonly averageLoss: number | null
  readonly grossPnl: number
  readonly fees: number
  readonly funding: number
  readonly netPnl: number
  readonly longestUnprotectedSeconds: number
  readonly rHistogram: readonly RBin[]
}
/** Round trips with `fromR <= R < fromR + 0.5`; the first bin also takes everything below, the last everything above. */
export type RBin = { readonly fromR: number; readonly count: number }

export const R_BIN_WIDTH = 0.5
const LOWEST_BIN = -3
const HIGHEST_BIN = 5

export function roundTripStatistics(trips: readonly RoundTrip[]): RoundTripStatistics {
  const won = trips.filter((trip) => trip.netPnl > 0n).map((trip) => trip.netPnl)
  const lost = trips.filter((trip) => trip.netPnl < 0n).map((trip) => trip.netPnl)
  const rMultiples = trips.flatMap((trip) => (trip.rMultiple === null ? [] : [trip.rMultiple]))
  const net = totalOf(trips, 'netPnl')
  return {
    roundTrips: trips.length,
    wins: won.length,
    losses: lost.length,
    winRate: trips.length === 0 ? null : won.length / trips.length,
    profitFactor: lost.length === 0 ? null : toNumber(sum(won)) / toNumber(negate(sum(lost))),
    expectancyMoney: trips.length === 0 ? null : toNumber(net) / trips.length,
    expectancyR: rMultiples.length === 0 ? null : rMultiples.reduce((total, r) => total + r, 0) / rMultiples.length,
    averageWin: meanOf(won),
    averageLoss: meanOf(lost),
    grossPnl: toNumber(totalOf(trips, 'grossPnl')),
    fees: toNumber(totalOf(trips, 'fees')),
    funding: toNumber(totalOf(trips, 'funding')),
    netPnl: toNumber(net),
    longestUnprotectedSeconds: trips.reduce((longest, trip) => Math.max(longest, trip.secondsUnprotected), 0),
    rHistogram: rHistogram(rMultiples),
  }
}

const totalOf = (trips: readonly RoundTrip[], field: 'grossPnl' | 'fees' | 'funding' | 'netPnl'): Money =>
  trips.reduce((total, trip) => add(total, trip[field]), ZERO_MONEY)

const meanOf = (amounts: readonly Money[]): number | null => (amounts.length === 0 ? null : toNumber(sum(amounts)) / amounts.length)

/** Seventeen bins from −3 to +5, whatever the data. */
export function rHistogram(rMultiples: readonly number[]): readonly RBin[] {
  const counts = Array.from({ length: (HIGHEST_BIN - LOWEST_BIN) / R_BIN_WIDTH + 1 }, () => 0)
  for (const r of rMultiples) {
    const bin = Math.floor((r - LOWEST_BIN) / R_BIN_WIDTH)
    const inside = Math.min(Math.max(bin, 0), counts.length - 1)
    counts[inside] = (counts[inside] ?? 0) + 1
  }
  return counts.map((count, index) => ({ fromR: LOWEST_BIN + index * R_BIN_WIDTH, count }))
}
