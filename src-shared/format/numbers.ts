// Numbers for the eye: grouped, tabular, with a true minus sign. A value that is not there is an em dash, never a zero.
// Exact amounts arrive as decimal text and keep their digits as text; only estimates pass through a float.

/** Shown for null, NaN and infinities. */
export const NOTHING = '—'
const MINUS = '−'

/** What a price needs to know about its instrument. */
type PriceGrid = { readonly tickSize: string }
type QuantityGrid = { readonly lotSize: string }
type Sign = { readonly sign?: boolean }

/** Digits after the point of a decimal text, without trailing zeros: "0.10" has 1. */
export function decimalsOf(text: string): number {
  const fraction = text.split('.')[1]
  return fraction === undefined ? 0 : fraction.replace(/0+$/, '').length
}

const EXACT_HALVES_MAX = 2 ** 46

/** Rounded half up as it is written, so that 1.005 becomes 1.01: what a person would do with the digits in front of them. */
function grouped(value: number, decimals: number): string {
  const [mantissa, exponent = '0'] = String(value).split('e')
  const shifted = Number(`${mantissa}e${Number(exponent) + decimals}`)
  // Above this, halves are not exact any more: what remains to be rounded is beyond what a person reads.
  const rounded = shifted < EXACT_HALVES_MAX ? Math.round(shifted) / 10 ** decimals : value
  const [whole = '0', fraction] = rounded.toFixed(decimals).split('.')
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? thousands : `${thousands}.${fraction}`
}

/** Adds the sign to an unsigned text; a value that rounds to zero has no sign. */
function signed(value: number, decimals: number, sign: boolean): string {
  const text = grouped(Math.abs(value), decimals)
  if (!/[1-9]/.test(text)) return text
  if (value < 0) return `${MINUS}${text}`
  return sign ? `+${text}` : text
}

function toFinite(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** A plain number with a fixed count of decimals. */
export function formatNumber(value: string | number | null | undefined, decimals: number, options: Sign = {}): string {
  const number = toFinite(value)
  return number === null ? NOTHING : signed(number, decimals, options.sign ?? false)
}

/** A price with as many decimals as the tick of its instrument; without an instrument, by its magnitude. */
export function formatPrice(value: string | number | null | undefined, instrument?: PriceGrid | null): string {
  const number = toFinite(value)
  if (number === null) return NOTHING
  return signed(number, instrument ? decimalsOf(instrument.tickSize) : decimalsByMagnitude(number), false)
}
/** So many decimals that a price of this size can be told from its neighbours. */
export function decimalsByMagnitude(value: number): number {
  const size = Math.abs(value)
  if (size >= 100) return 2
  return size >= 1 ? 4 : 6
}

/** A quantity with as many decimals as the lot of its instrument. */
export function formatQuantity(value: string | number | null | undefined, instrument?: QuantityGrid | null): string {
  const number = toFinite(value)
  if (number === null) return NOTHING
  return signed(number, instrument ? decimalsOf(instrument.lotSize) : Math.min(8, decimalsOf(String(value))), false)
}

/** Settlement currency, two decimals: "−1,204.50". With `sign`, gains carry a plus. */
export const formatMoney = (value: string | number | null | undefined, options: Sign = {}): string => formatNumber(value, 2, options)

/** A fraction as percent: 0.0124 is "1.24%". */
export function formatPercent(fraction: number | null | undefined, options: Sign & { readonly decimals?: number } = {}): string {
  const number = toFinite(fraction)
  return number === null ? NOTHING : `${signed(number * 100, options.decimals ?? 2, options.sign ?? false)}%`
}

/** Multiples of the initial risk, always signed: "+1.42 R". */
export function formatR(multiple: number | null | undefined): string {
  const number = toFinite(multiple)
  return number === null ? NOTHING : `${signed(number, 2, true)} R`
}

/** Large counts and volumes in short: 1,240 → "1.24K". */
export function formatCompact(value: number | null | undefined): string {
  const number = toFinite(value)
  if (number === null) return NOTHING
  const size = Math.abs(number)
  if (size >= 1e9) return `${signed(number / 1e9, 2, false)}B`
  if (size >= 1e6) return `${signed(number / 1e6, 2, false)}M`
  if (size >= 1e3) return `${signed(number / 1e3, 2, false)}K`
  return signed(number, size >= 100 ? 0 : 2, false)
}

/** Bytes in powers of 1024: "12.4 MiB". */
export function formatBytes(bytes: number | null | undefined): string {
  const number = toFinite(bytes)
  if (number === null) return NOTHING
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = number
  let unit = 0
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${signed(value, unit === 0 ? 0 : 1, false)} ${units[unit] ?? ''}`
}

/** Which colour a signed number takes: gains up, losses down, zero and unknown neither. */
export function toneOf(value: string | number | null | undefined): 'up' | 'down' | 'neutral' {
  const number = toFinite(value)
  if (number === null || number === 0) return 'neutral'
  return number > 0 ? 'up' : 'down'
}
