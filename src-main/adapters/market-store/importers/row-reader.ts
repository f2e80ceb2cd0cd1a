// How the cells of one row become the values of one row of a series.
import { isoMs, numberOf, toMs, type TimeUnit, unitOf } from './cell-values.ts'
import { shown } from './import-fault.ts'

/** Fills `out` with the values in the order of the kind's columns. Returns null, or what is wrong: value and what was expected. */
export type RowReader = { read(cells: readonly string[], out: number[]): string | null }

/** Times of one file are in one unit: the stated one, or that of the first row. */
export class TimeCell {
  readonly #isIso: boolean
  readonly #isStated: boolean
  #unit: TimeUnit | null

  constructor(unit: TimeUnit | 'iso' | null) {
    this.#isIso = unit === 'iso'
    this.#unit = unit === 'iso' ? null : unit
    this.#isStated = unit !== null
  }
  /** Milliseconds, or what is wrong. */
  read(text: string | undefined): number | string {
    if (this.#isIso) return isoMs(text ?? '') ?? `the time is ${shown(text ?? '')}, expected a date such as 2024-01-31 17:05:00`
    const value = numberOf(text)
    const unit = value === null ? null : unitOf(value)
    if (value === null || unit === null) return `the time is ${shown(text ?? '')}, expected ${this.#unit ?? 'milliseconds'} since 1970`
    this.#unit ??= unit
    if (unit === this.#unit) return toMs(value, unit)
    return this.#isStated
      ? `the time ${value} is in ${unit}, expected ${this.#unit}`
      : `the time ${value} is in ${unit}, the rows before it are in ${this.#unit}: expected one unit in one file`
  }
}

export type NumberCell = { readonly name: string; readonly index: number; readonly mayBeNegative?: boolean }

/** A time and numbers, as candles and funding are. */
export class NumbersReader implements RowReader {
  readonly #time: TimeCell
  readonly #timeIndex: number
  readonly #numbers: readonly NumberCell[]

  constructor(time: { cell: TimeCell; index: number }, numbers: readonly NumberCell[]) {
    this.#time = time.cell
    this.#timeIndex = time.index
    this.#numbers = numbers
  }
  read(cells: readonly string[], out: number[]): string | null {
    const timeMs = this.#time.read(cells[this.#timeIndex])
    if (typeof timeMs === 'string') return timeMs
    out[0] = timeMs
    for (let position = 0; position < this.#numbers.length; position += 1) {
      const cell = this.#numbers[position] as NumberCell
      const value = numberOf(cells[cell.index])
      if (value === null || (value < 0 && cell.mayBeNegative !== true)) return numberFault(cell, cells[cell.index], value)
      out[position + 1] = value
    }
    return null
  }
}

function numberFault({ name }: NumberCell, text: string | undefined, value: number | null): string {
  if (value !== null) return `${name} is ${value}, expected 0 or more`
  return `${name} is ${text === undefined ? 'missing' : shown(text)}, expected a number`
}

/** A time, a price, a quantity and a side, as trades are. */
export class TradesReader implements RowReader {
  readonly #numbers: NumbersReader
  readonly #sideIndex: number
  readonly #sideOf: (text: string | undefined) => 1 | -1 | null
  readonly #sideWords: string

  constructor(numbers: NumbersReader, side: { index: number; of: (text: string | undefined) => 1 | -1 | null; words: string }) {
    this.#numbers = numbers
    this.#sideIndex = side.index
    this.#sideOf = side.of
    this.#sideWords = side.words
  }
  read(cells: readonly string[], out: number[]): string | null {
    const fault = this.#numbers.read(cells, out)
    if (fault !== null) return fault
    const side = this.#sideOf(cells[this.#sideIndex])
    if (side === null) return `the side is ${shown(cells[this.#sideIndex] ?? '')}, expected ${this.#sideWords}`
    out[3] = side
    return null
  }
}

/** Only rows of so many cells. */
export class ExactWidth implements RowReader {
  readonly #width: number
  readonly #reader: RowReader
  readonly #columns: string

  constructor(reader: RowReader, width: number, columns: string) {
    this.#reader = reader
    this.#width = width
    this.#columns = columns
  }
  read(cells: readonly string[], out: number[]): string | null {
    if (cells.length === this.#width) return this.#reader.read(cells, out)
    return `has ${cells.length} columns, expected ${this.#width}: ${this.#columns}`
  }
}
