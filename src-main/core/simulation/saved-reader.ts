// Reads one value of a saved venue at a time and knows where it stands, so that a damaged file is named by its damaged place.

export class Reader {
  readonly #value: unknown
  readonly #place: string
  private constructor(value: unknown, place: string) {
    this.#value = value
    this.#place = place
  }

  /** Throws when the text is not JSON. */
  static parse(text: string): Reader {
    try {
      return new Reader(JSON.parse(text), 'saved venue')
    } catch {
      throw new Error(`saved venue: ${text.length} characters that are not JSON`)
    }
  }

  at(key: string): Reader {
    const value = this.#value
    if (!isRecord(value)) return this.#fail('an object')
    return new Reader(value[key], `${this.#place}.${key}`)
  }
  text(): string {
    return typeof this.#value === 'string' ? this.#value : this.#fail('a text')
  }
  number(): number {
    return typeof this.#value === 'number' && Number.isFinite(this.#value) ? this.#value : this.#fail('a finite number')
  }
  count(): number {
    return Number.isSafeInteger(this.#value) && this.number() >= 0 ? this.number() : this.#fail('a whole number of 0 or more')
  }
  flag(): boolean {
    return typeof this.#value === 'boolean' ? this.#value : this.#fail('true or false')
  }
  oneOf<T extends string | number>(allowed: readonly T[]): T {
    return allowed.find((candidate) => candidate === this.#value) ?? this.#fail(`one of ${allowed.join(', ')}`)
  }
  /** A text through its own parser, whose error is given the place. */
  as<T>(parse: (text: string) => T): T {
    const text = this.text()
    try {
      return parse(text)
    } catch (error) {
      return this.#fail(error instanceof Error ? error.message : 'a valid value')
    }
  }
  /** `fallback` where older saves had nothing. */
  orElse<T>(fallback: T, read: (reader: Reader) => T): T {
    return this.#value === undefined ? fallback : read(this)
  }
  orNull<T>(read: (reader: Reader) => T): T | null {
    return this.#value === null ? null : read(this)
  }
  list<T>(lengthMax: number, read: (reader: Reader) => T): T[] {
    const value = this.#value
    if (!Array.isArray(value) || value.length > lengthMax) return this.#fail(`a list of at most ${lengthMax}`)
    return value.map((entry: unknown, index) => read(new Reader(entry, `${this.#place}[${index}]`)))
  }

  #fail(expected: string): never {
    throw new Error(`${this.#place} is ${JSON.stringify(this.#value)?.slice(0, 80) ?? 'missing'}, expected ${expected}`)
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
