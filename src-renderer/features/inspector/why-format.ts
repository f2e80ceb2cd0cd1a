// The values behind an opinion, as text. They are estimates of any size: six digits tell them apart.
import { NOTHING } from '../../format/numbers.ts'
import type { Why } from './detail.ts'

const SIX_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 })
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** Whole numbers keep all their digits, others six. */
export function formatEstimate(value: number): string {
  if (!Number.isFinite(value)) return NOTHING
  const text = Number.isInteger(value) || Math.abs(value) >= 1e6 ? WHOLE.format(Math.abs(value)) : SIX_DIGITS.format(Math.abs(value))
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

/** A missing value is a voter's input that was not there. */
export function formatWhy(value: Why[string]): string {
  if (value === null) return 'unavailable'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? formatEstimate(value) : value
}

/** A name of the engine as words: "valueLeft" and "value_left" are "value left". */
export const nameInWords = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
