// Measures for the eye: the figure with its unit, and in plain words what it says. Pure.
import type { Tone } from '../../components/tone.ts'
import { NOTHING, formatCompact, formatNumber, formatPercent, formatPrice } from '../../format/numbers.ts'

export type Assets = { readonly base: string; readonly quote: string; readonly tickSize: string }

/** "+0.0100%", "612.4 EH/s", "1.84". An em dash for a value that is not known. */
export function formatMeasure(
  measure: { readonly measure: string; readonly unit: string },
  value: number | null,
  assets: Assets | null,
): string {
  if (value === null || !Number.isFinite(value)) return NOTHING
  switch (measure.measure) {
    case 'btc_dominance':
      return formatPercent(value)
    case 'funding_rate':
      return formatPercent(value, { decimals: 4, sign: true })
    case 'headline_sentiment':
      return formatNumber(value, 2, { sign: true })
    case 'hash_rate':
      // A million terahashes are one exahash.
      return `${formatNumber(value / 1e6, 1)} EH/s`
    case 'kyle_lambda':
      return `${formatNumber(value, 4)} ${assets === null ? '' : `${assets.quote} / ${assets.base}`}`.trim()
  }
  if (measure.measure.startsWith('book_imbalance')) return formatNumber(value, 2, { sign: true })
  if (measure.measure.startsWith('cvd')) return `${signedCompact(value)} ${assets?.base ?? ''}`.trim()
  return formatByUnit(measure.unit, value, assets)
}

function formatByUnit(unit: string, value: number, assets: Assets | null): string {
  switch (unit) {
    case 'index_0_100':
      return formatNumber(value, 0)
    case 'ratio':
      return formatNumber(value, 2)
    case 'price':
      return formatPrice(value, assets)
    case 'base':
      return `${formatCompact(value)} ${assets?.base ?? ''}`.trim()
    case 'quote':
      return `${formatCompact(value)} ${assets?.quote ?? ''}`.trim()
    case 'basis_points':
      return `${formatNumber(value, 2)} bp`
    case 'per_second':
      return `${formatNumber(value, 1)} /s`
    default:
      return `${formatCompact(value)} ${unit.replaceAll('_', ' ')}`
  }
}

const signedCompact = (value: number): string => (value > 0 ? `+${formatCompact(value)}` : formatCompact(value))

/** The index in words. The ends, 25 and 75, are those at which the strategies act; the publisher's own classes shift by a point or two. */
export function fearGreedWord(index: number): { readonly word: string; readonly tone: Tone } {
  if (index <= 25) return { word: 'Extreme fear', tone: 'down' }
  if (index <= 45) return { word: 'Fear', tone: 'warn' }
  if (index < 55) return { word: 'Neutral', tone: 'neutral' }
  if (index < 75) return { word: 'Greed', tone: 'up' }
  return { word: 'Extreme greed', tone: 'up' }
}

/** What the figure means for a trader, in a few words; empty where the figure speaks for itself. */
export function meaningOf(measure: string, value: number | null): string {
  if (value === null) return ''
  switch (measure) {
    case 'fear_greed':
      return fearGreedWord(value).word
    case 'funding_rate':
      return value === 0 ? 'nobody pays' : value > 0 ? 'longs pay shorts' : 'shorts pay longs'
    case 'top_long_short_ratio':
    case 'global_long_short_ratio':
      return `${formatPercent(value / (1 + value), { decimals: 1 })} long`
    case 'taker_ratio':
      return value === 1 ? 'balanced' : value > 1 ? 'buyers lead' : 'sellers lead'
    case 'headline_sentiment':
      return `${sentimentWord(value)}, a weak hint`
    default:
      return ''
  }
}

/** Within a tenth of zero nothing is claimed. */
export function sentimentWord(sentiment: number): string {
  if (Math.abs(sentiment) < 0.1) return 'neutral'
  return sentiment > 0 ? 'positive' : 'negative'
}
