// Reads CSV of plain numbers straight from bytes into columns. Splitting into strings would cost ten times the memory and the time.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

export type CsvFault = { readonly line: number; readonly message: string }

const NEWLINE = 0x0a
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
/** A whole number of at most 15 digits divided by at most 10^22 is one correctly rounded operation, so the result equals `Number(text)`. */
const DIGITS_EXACT_MAX = 15
const POWERS_OF_TEN = Float64Array.from({ length: DIGITS_EXACT_MAX + 1 }, (_, power) => 10 ** power)
const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

/** The value of `bytes[from..to)`; NaN when that is not a plain decimal number. */
function parseNumber(bytes: Buffer, from: number, to: number): number {
  let at = from
  const negative = bytes[at] === MINUS
  if (negative) at++
  let mantissa = 0
  let digits = 0
  let fraction = -1
  for (; at < to; at++) {
    const code = bytes[at] ?? 0
    if (code >= 0x30 && code <= 0x39) {
      mantissa = mantissa * 10 + (code - 0x30)
      digits++
      if (fraction >= 0) fraction++
    } else if (code === POINT && fraction < 0 && digits > 0) {
      fraction = 0
    } else {
      return parseUnusual(bytes, from, to)
    }
  }
  if (digits === 0 || fraction === 0 || digits > DIGITS_EXACT_MAX) return parseUnusual(bytes, from, to)
  const value = fraction > 0 ? mantissa / (POWERS_OF_TEN[fraction] ?? Number.NaN) : mantissa
  return negative ? -value : value
}
function parseUnusual(bytes: Buffer, from: number, to: number): number {
  const text = bytes.toString('latin1', from, to)
  return PLAIN_NUMBER.test(text) ? Number(text) : Number.NaN
}

/**
 * One Float64Array per name in `header`, which must be the first line. Every further line is one row of plain numbers; a last line feed is
 * optional. The first faulty line is returned with its number, counted from 1.
 */
export function parseCsvColumns(bytes: Buffer, header: readonly string[]): Result<readonly Float64Array[], CsvFault> {
  const headerText = header.join(',')
  const headerEnd = lineEnd(bytes, 0)
  const found = bytes.toString('utf8', 0, Math.min(headerEnd, 200))
  if (found !== headerText) return err({ line: 1, message: `the header is "${found}", expected "${headerText}"` })
  const rows = countRows(bytes, headerEnd)
  const columns = header.map(() => new Float64Array(rows))
  let at = headerEnd + 1
  for (let row = 0; row < rows; row++) {
    const end = lineEnd(bytes, at)
    const fault = parseRow(bytes, { from: at, to: end, row }, columns)
    if (fault !== null) return err({ line: row + 2, message: fault })
    at = end + 1
  }
  return ok(columns)
}

function lineEnd(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(NEWLINE, from)
  return at < 0 ? bytes.length : at
}
function countRows(bytes: Buffer, from: number): number {
  let rows = 0
  for (let at = from; at + 1 < bytes.length; at = lineEnd(bytes, at + 1)) rows++
  return rows
}

/** Null, or what is wrong with the line. */
function parseRow(bytes: Buffer, line: { from: number; to: number; row: number }, columns: readonly Float64Array[]): string | null {
  let from = line.from
  for (let index = 0; index < columns.length; index++) {
    const comma = index === columns.length - 1 ? line.to : commaBefore(bytes, from, line.to)
    const value = parseNumber(bytes, from, comma)
    const column = columns[index]
    if (Number.isNaN(value) || column === undefined) {
      const text = bytes.toString('utf8', line.from, Math.min(line.to, line.from + 120))
      return `${JSON.stringify(text)} is not ${columns.length} plain numbers`
    }
    column[line.row] = value
    from = comma + 1
  }
  return null
}
function commaBefore(bytes: Buffer, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] !== COMMA) at++
  return at
}
