// The parameters of a call: text in an address, JSON in a body or a message.
import { type Price, type Quantity, price, quantity } from '../../../src-shared/domain/decimal.ts'
import { invalidParam, missing } from './refusals.ts'

const PLAIN = /^-?\d{1,15}(\.\d{1,12})?$/

export class Parameters {
  readonly #values: Readonly<Record<string, unknown>>
  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }
  static ofQuery(query: string): Parameters {
    return new Parameters(Object.fromEntries(new URLSearchParams(query)))
  }

  text(name: string): string | null {
    const value = this.#values[name]
    if (value === undefined || value === null || value === '') return null
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw invalidParam(name, 'wrong format')
  }
  required(name: string): string {
    const value = this.text(name)
    if (value === null) throw missing(name)
    return value
  }
  integer(name: string): number | null {
    const value = this.text(name)
    if (value === null) return null
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw invalidParam(name, 'must be an integer')
    return number
  }
  flag(name: string, otherwise = false): boolean {
    const value = this.text(name)
    if (value === null) return otherwise
    if (value !== 'true' && value !== 'false') throw invalidParam(name, 'must be a boolean')
    return value === 'true'
  }
  oneOf<T extends string>(name: string, values: readonly T[], otherwise: T | null): T {
    const value = this.text(name)
    if (value === null) {
      if (otherwise === null) throw missing(name)
      return otherwise
    }
    const found = values.find((each) => each === value)
    if (found === undefined) throw invalidParam(name, `must be one of ${values.join(', ')}`)
    return found
  }
  price(name: string): Price | null {
    const value = this.#decimal(name)
    return value === null ? null : price(value)
  }
  quantity(name: string): Quantity | null {
    const value = this.#decimal(name)
    return value === null ? null : quantity(value)
  }
  #decimal(name: string): string | null {
    const value = this.text(name)
    if (value !== null && !PLAIN.test(value)) throw invalidParam(name, 'must be a number')
    return value
  }
  /** A list, also as JSON text. */
  list(name: string): string[] {
    const value = this.#values[name]
    const parsed: unknown = typeof value === 'string' && value.startsWith('[') ? parsedJson(value) : value
    if (!Array.isArray(parsed) || parsed.some((each) => typeof each !== 'string')) throw invalidParam(name, 'must be a list of text')
    return parsed.filter((each) => typeof each === 'string')
  }
}

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
