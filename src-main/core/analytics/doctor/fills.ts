// Every fill held against the candle it happened in: was there one, did it trade, at that price, and that much?
import { MINUTE_MS } from '../../../../src-shared/domain/time.ts'
import { unreachable } from '../../../../src-shared/domain/result.ts'
import { formatNumber, formatPercent } from '../../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../../src-shared/format/times.ts'
import type { CandleColumns } from '../../ports/market-feed.ts'
import { firstAfter } from '../run-equity.ts'
import type { RunFill } from '../run-record.ts'
import type { DoctorWarning, Facts, Rule } from './warning.ts'

/** A fill and its candle. */
type Finding = {
  readonly fill: RunFill
  readonly high: number
  readonly low: number
  readonly volume: number
}

const BASIS_POINTS = 10_000
/** Floats of the candle against a price on the grid. */
const TOLERANCE = 1e-9

/** The warnings about fills, from one walk over them. */
export function fillWarnings(facts: Facts): DoctorWarning[] {
  const { record, candles } = facts
  const checked = record.fills.filter(({ instrumentId }) => candles.has(instrumentId))
  const findings = checked.map((fill) => findingOf(fill, candles.get(fill.instrumentId), record.baseCandleMs))
  const known = findings.flatMap((finding) => finding ?? [])
  return [
    unchecked(record.fills.length - checked.length),
    withoutCandle(checked.filter((_, i) => findings[i] === null)),
    withoutVolume(known),
    betterThanMarket(known),
    worseThanMarket(known),
    aboveVolume(known, facts),
  ].flatMap((warning) => warning ?? [])
}

/** Null where there is no candle. */
function findingOf(fill: RunFill, columns: CandleColumns | undefined, candleMs: number): Finding | null {
  const index = columns === undefined ? -1 : firstAfter(columns.openTimeMs, { from: 0, tsMs: fill.tsMs }) - 1
  const openMs = columns?.openTimeMs[index]
  if (columns === undefined || openMs === undefined || fill.tsMs > openMs + candleMs) return null
  // At the very moment between two candles, either may have been it.
  const before = fill.tsMs === openMs && columns.openTimeMs[index - 1] === openMs - candleMs ? index - 1 : index
  const of = (column: Float64Array, pick: (a: number, b: number) => number): number => pick(column[index] ?? 0, column[before] ?? 0)
  return { fill, high: of(columns.high, Math.max), low: of(columns.low, Math.min), volume: of(columns.volume, Math.max) }
}

const unchecked = (count: number): ReturnType<Rule> =>
  count === 0
    ? null
    : {
        code: 'fills_unchecked',
        severity: 'info',
        title: 'Fills were not checked',
        detail: `For ${formatNumber(count, 0)} fills the candles were not at hand, so nobody held them against the market.`,
      }

const withoutCandle = (fills: readonly RunFill[]): ReturnType<Rule> =>
  fills[0] === undefined
    ? null
    : {
        code: 'fill_without_candle',
        severity: 'critical',
        title: 'Fills where there is no data',
        detail: `${formatNumber(fills.length, 0)} fills lie where no candle is, the first ${described(fills[0])}.`,
      }

function withoutVolume(findings: readonly Finding[]): ReturnType<Rule> {
  const empty = findings.filter(({ volume }) => volume <= 0)
  if (empty[0] === undefined) return null
  return {
    code: 'fill_without_volume',
    severity: 'warning',
    title: 'Fills in candles without volume',
    detail: `${formatNumber(empty.length, 0)} of ${formatNumber(findings.length, 0)} fills happened in a candle in which nobody traded, the first ${described(empty[0].fill)}.`,
  }
}

function betterThanMarket(findings: readonly Finding[]): ReturnType<Rule> {
  const better = findings.filter((finding) => gainBeyond(finding) > TOLERANCE)
  const [first] = better
  if (first === undefined) return null
  const most = better.reduce((largest, finding) => Math.max(largest, gainBeyond(finding)), 0)
  return {
    code: 'fill_better_than_market',
    severity: 'critical',
    title: 'Impossible fills',
    detail: `${formatNumber(better.length, 0)} of ${formatNumber(findings.length, 0)} fills were better than the market ever was in their candle, by up to ${formatNumber(most * BASIS_POINTS, 1)} bp. The first: ${described(first.fill)}, candle ${first.low} to ${first.high}.`,
  }
}

/** Slippage is paid beyond the last price, so fills against us may lie outside the candle, but not this far. */
const WORSE_BASIS_POINTS_MAX = 50

function worseThanMarket(findings: readonly Finding[]): ReturnType<Rule> {
  const worse = findings.filter((finding) => gainBeyond(finding) * -BASIS_POINTS > WORSE_BASIS_POINTS_MAX)
  const [first] = worse
  if (first === undefined) return null
  return {
    code: 'fill_far_outside',
    severity: 'warning',
    title: 'Fills far beyond the candle',
    detail: `${formatNumber(worse.length, 0)} of ${formatNumber(findings.length, 0)} fills were more than ${formatNumber(WORSE_BASIS_POINTS_MAX, 0)} bp worse than their candle, more than slippage explains. The first: ${described(first.fill)}, candle ${first.low} to ${first.high}.`,
  }
}

/** How far the price lies outside the candle, as a fraction: above 0 in our favour, below 0 against us. */
function gainBeyond({ fill: { price, side }, high, low }: Finding): number {
  const above = Math.max(price / high - 1, 0)
  const below = Math.max(1 - price / low, 0)
  return side === 'sell' ? above - below : below - above
}

function aboveVolume(findings: readonly Finding[], { simulation: { participationMax } }: Facts): ReturnType<Rule> {
  const shares = findings.map(({ fill, volume }) => (volume > 0 ? fill.quantity / volume : 0))
  const largest = shares.reduce((most, share) => Math.max(most, share), 0)
  const count = shares.filter((share) => share > participationMax * (1 + TOLERANCE)).length
  if (count === 0) return null
  return {
    code: 'fill_above_volume',
    severity: largest > 1 ? 'critical' : 'warning',
    title: 'Fills larger than the market allows',
    detail: `${formatNumber(count, 0)} of ${formatNumber(findings.length, 0)} fills took more than ${formatPercent(participationMax)} of the volume of their candle, the largest ${formatPercent(largest)}.`,
  }
}

const described = ({ instrumentId, tsMs, side, quantity, price }: RunFill): string =>
  `${side} ${quantity} ${instrumentId} at ${price} on ${formatUtc(tsMs)}`

/** Share of the range of a minute that an order should be taken to pay; below it the assumption is kind. */
const SLIPPAGE_SHARE_MIN = 0.05

export const kindSlippage: Rule = (facts) => {
  const range = meanRange(facts.candles)
  if (range === null || facts.record.fills.length === 0) return null
  // Ranges grow with the square root of time, as those of a random walk do.
  const minuteRange = range / Math.sqrt(facts.record.baseCandleMs / MINUTE_MS)
  const assumed = assumedSlippage(facts, range)
  const least = SLIPPAGE_SHARE_MIN * minuteRange
  if (assumed >= least) return null
  const points = (fraction: number): string => formatNumber(fraction * BASIS_POINTS, 2)
  return {
    code: 'kind_slippage',
    severity: 'warning',
    title: 'The slippage assumed is kind',
    detail: `A market order is taken to pay ${points(assumed)} bp. A minute of this market ranges over ${points(minuteRange)} bp on average, and ${formatPercent(SLIPPAGE_SHARE_MIN, { decimals: 0 })} of that, ${points(least)} bp, is little already.`,
  }
}

/** Mean over all candles of (high − low) ÷ close; null without candles. */
function meanRange(candles: Facts['candles']): number | null {
  let [total, count] = [0, 0]
  for (const { high, low, close } of candles.values()) {
    for (let i = 0; i < close.length; i++) total += ((high[i] ?? 0) - (low[i] ?? 0)) / (close[i] ?? 1)
    count += close.length
  }
  return count === 0 ? null : total / count
}

/** As a fraction of the price, for an order of negligible size. */
function assumedSlippage({ simulation: { slippage } }: Facts, range: number): number {
  switch (slippage.kind) {
    case 'fixed':
    case 'depth':
      return slippage.basisPoints / BASIS_POINTS
    case 'volatility':
      return slippage.share * range
    default:
      return unreachable(slippage, 'slippage')
  }
}
