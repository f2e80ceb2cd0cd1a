// Reads plain JSON field by field. Every failure names the field, what it held and what was expected there.

export class DecodeError extends Error {
  constructor(where: string, found: unknown, expected: string) {
    super(`${where}: expected ${expected}, found ${describe(found)}`)
    this.name = 'DecodeError'
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'bigint' ? `${value}n` : typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** Turns an unknown value into a T, or throws DecodeError naming `where`. */
export type Parse<T> = (value: unknown, where: string) => T

export type JsonObject = {
  readonly where: string
  readonly value: Readonly<Record<string, unknown>>
  field<T>(name: string, parse: Parse<T>): T
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function objectAt(value: unknown, where: string): JsonObject {
  if (!isRecord(value)) throw new DecodeError(where, value, 'an object')
  return { where, value, field: (name, parse) => parse(value[name], `${where}.${name}`) }
}

export const text: Parse<string> = (value, where) => {
  if (typeof value !== 'string') throw new DecodeError(where, value, 'text')
  return value
}
export const flag: Parse<boolean> = (value, where) => {
  if (typeof value !== 'boolean') throw new DecodeError(where, value, 'true or false')
  return value
}
export const finite: Parse<number> = (value, where) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new DecodeError(where, value, 'a finite number')
  return value
}
export const integer: Parse<number> = (value, where) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new DecodeError(where, value, 'an integer')
  return value
}
/** Text that a domain function checks and brands, such as an id or an exact decimal. */
export const branded =
  <T>(brand: (plain: string) => T): Parse<T> =>
  (value, where) => {
    const plain = text(value, where)
    try {
      return brand(plain)
    } catch (error) {
      if (error instanceof RangeError) throw new DecodeError(where, value, error.message)
      throw error
    }
  }
export const oneOf =
  <const T extends string>(allowed: readonly T[]): Parse<T> =>
  (value, where) => {
    const found = allowed.find((candidate) => candidate === value)
    if (found === undefined) throw new DecodeError(where, value, `one of ${allowed.join(', ')}`)
    return found
  }
export const nullable =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (value, where) =>
    value === null ? null : parse(value, where)
export const listOf =
  <T>(parse: Parse<T>): Parse<readonly T[]> =>
  (value, where) => {
    if (!Array.isArray(value)) throw new DecodeError(where, value, 'a list')
    return value.map((item, index) => parse(item, `${where}[${index}]`))
  }

/** JSON text to a value. Throws DecodeError instead of SyntaxError, so that a reader has one kind of failure to handle. */
export function parseJson(json: string, where: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new DecodeError(where, json, 'JSON text')
  }
}
