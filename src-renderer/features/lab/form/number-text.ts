// Numbers as a person types them. Pure.
export type NumberLimits = {
  readonly min: number
  readonly max: number
  /** Whether the number must be above `min`, not at it. */
  readonly above?: boolean
  readonly whole?: boolean
  readonly unit?: string
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The number of a text, or null. A fraction that is typed as percent moves its point by text, so that 7 % is exactly 0.07. */
export function numberOf(text: string, percent = false): number | null {
  const plain = text.trim().replace('−', '-')
  if (!NUMBER.test(plain)) return null
  const value = percent && !/e/i.test(plain) ? Number(`${plain}e-2`) : Number(plain) / (percent ? 100 : 1)
  return Number.isFinite(value) ? value : null
}

/** What a field holds for a number: as few digits as say it exactly. */
export const textOf = (value: number, percent = false): string => String(percent ? Number((value * 100).toPrecision(12)) : value)

/** "from 0 to 60000 ms", "above 0 and at most 100 %". */
export function limitsText({ min, max, above = false, whole = false, unit = '' }: NumberLimits): string {
  const what = whole ? 'a whole number' : 'a number'
  const range = above ? `above ${min} and at most ${max}` : `from ${min} to ${max}`
  return `${what} ${range}${unit === '' ? '' : ` ${unit}`}`
}

/** One sentence that names the field, its value and what was expected; null when the number may stand. `value` is in the units of `limits`. */
export function faultOf(title: string, text: string, limits: NumberLimits): string | null {
  const value = numberOf(text)
  const expected = limitsText(limits)
  if (value === null)
    return text.trim() === '' ? `${title} is empty, expected ${expected}` : `${title} is "${text.trim()}", expected ${expected}`
  const { min, max, above = false, whole = false } = limits
  const inside = value <= max && (above ? value > min : value >= min) && (!whole || Number.isInteger(value))
  return inside ? null : `${title} is ${text.trim()}, expected ${expected}`
}
