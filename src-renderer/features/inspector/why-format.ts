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

/** What is not there is an em dash; a voter without its input says so in words of its own. */
export function formatWhy(value: Why[string]): string {
  if (value === null) return NOTHING
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? formatEstimate(value) : value
}

/** A name of the engine as words: "valueLeft" and "value_left" are "value left". */
export const nameInWords = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
