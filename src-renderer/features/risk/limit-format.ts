// Limits of the risk officer for the eye: the figures in their unit, and how near the use has come. Pure.
import { formatMoney, formatNumber, formatPercent } from '../../format/numbers.ts'
import { formatDuration } from '../../format/times.ts'
import type { Risk } from '../../stores/desk-state.ts'

export type Limit = Risk['limits'][number]

export function formatLimit(value: number, unit: string): string {
  switch (unit) {
    case 'fraction':
      return formatPercent(value)
    case 'count':
      return formatNumber(value, 0)
    case 'ms':
      return value < 1000 ? `${formatNumber(value, 0)} ms` : formatDuration(value)
    case 'settlement currency':
      return formatMoney(value)
    default:
      return `${formatNumber(value, 2)} ${unit}`
  }
}

export type LimitUse = { readonly share: number; readonly level: 'calm' | 'near' | 'reached' }

/** From this share of a limit on it is called near. */
const NEAR_SHARE = 0.8

/** Share of the limit that is used, 0 to 1 for the bar. A limit of zero is reached as soon as anything is used. */
export function limitUse({ used, limit }: Limit): LimitUse {
  const share = limit > 0 ? used / limit : used > 0 ? 1 : 0
  return { share: Math.min(1, Math.max(0, share)), level: share >= 1 ? 'reached' : share >= NEAR_SHARE ? 'near' : 'calm' }
}
