// Exact decimal text for the eye: grouped, with a true minus sign, and never through a float.
import { money, toStep, toText } from '../../src-shared/domain/decimal.ts'
import { NOTHING } from './numbers.ts'

export type DecimalFormat = {
  /** Rounds to this many decimals (half to even) and always shows them. Without it every digit of the text is shown. */
  readonly decimals?: number
  /** Pads with zeros up to this many decimals, for columns of prices that share a tick. */
  readonly decimalsMin?: number
  /** Gains carry a plus. */
  readonly sign?: boolean
}

const MINUS = '−'

/** "-1204.5" with two decimals is "−1,204.50". Null is the sign for a missing value. Throws RangeError for text that is no plain decimal. */
export function formatDecimal(text: string | null, format: DecimalFormat = {}): string {
  if (text === null) return NOTHING
  const exact = money(text)
  const rounded = format.decimals === undefined ? exact : toStep(exact, money(unitOf(format.decimals)), 'half_even')
  const [whole = '0', fraction = ''] = toText(rounded).replace('-', '').split('.')
  const digits = fraction.padEnd(format.decimals ?? format.decimalsMin ?? 0, '0')
  const prefix = rounded < 0n ? MINUS : rounded > 0n && format.sign ? '+' : ''
  return `${prefix}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${digits ? `.${digits}` : ''}`
}

const unitOf = (decimals: number): string => (decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`)

/** Settlement currency with two decimals; the exact text belongs beside it in a tooltip. */
export const formatMoneyText = (text: string | null, options: { readonly sign?: boolean } = {}): string =>
  formatDecimal(text, { decimals: 2, ...options })
