// Reading what a venue sent, field by field. Whatever is not as expected throws a TypeError that names the field and the value.

export type Fields = Readonly<Record<string, unknown>>
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 80)

export function fieldsOf(value: unknown, what: string): Fields {
  if (!isFields(value)) throw new TypeError(`${what} is ${shown(value)}, expected an object`)
  return value
}
export function listOf(value: unknown, what: string): readonly Fields[] {
  if (!Array.isArray(value)) throw new TypeError(`${what} is ${shown(value)}, expected a list`)
  return value.map((each: unknown, at) => fieldsOf(each, `${what} ${at}`))
}
/** Text, or a whole number as text: venues write ids in both ways. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  throw new TypeError(`${name} is ${shown(value)}, expected text`)
}
/** Null where it is missing or empty. */
export const textOrNull = (fields: Fields, name: string): string | null =>
  fields[name] === undefined || fields[name] === null || fields[name] === '' ? null : textOf(fields, name)
/** Milliseconds, counts: whole numbers, also as text. */
export function integerOf(fields: Fields, name: string): number {
  const value = Number(fields[name])
  if (fields[name] === null || fields[name] === '' || !Number.isSafeInteger(value))
    throw new TypeError(`${name} is ${shown(fields[name])}, expected a whole number`)
  return value
}

const DIGITS = /^(-?\d+)(?:\.(\d+))?$/
/** A plain decimal with at most the 12 digits after the point that an exact value carries; venues add zeros, and averages have no end. */
export function decimalOf(fields: Fields, name: string): string {
  const value = fields[name]
  // Fees of a ten millionth are written with an exponent where numbers are numbers.
  const text = typeof value === 'number' ? (Math.abs(value) < 1e-6 ? value.toFixed(12) : String(value)) : value
  const match = typeof text === 'string' ? DIGITS.exec(text) : null
  if (match === null) throw new TypeError(`${name} is ${shown(value)}, expected a decimal`)
  const fraction = (match[2] ?? '').slice(0, 12).replace(/0+$/, '')
  return fraction === '' ? `${match[1]}` : `${match[1]}.${fraction}`
}
