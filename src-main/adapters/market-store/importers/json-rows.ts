// freqtrade's JSON: one array of arrays [ms, open, high, low, close, volume], often a hundred megabytes in a single line. Cut at the ends of
// rows, so that only some thousand of them are text at a time.
import { ImportFault, shown } from './import-fault.ts'

export type JsonRow = { readonly row: number; readonly values: unknown }

const ROW_CHARACTERS_MAX = 65_536
const EXPECTED = 'expected [[milliseconds, open, high, low, close, volume], …]'

/** Rows in batches, counted from 1. Throws ImportFault for anything that is not such an array, and for one that ends too early. */
export async function* jsonRows(bytes: AsyncIterable<Buffer>, fileName: string): AsyncGenerator<readonly JsonRow[]> {
  const cutter = new RowCutter(fileName)
  for await (const piece of bytes) {
    const rows = cutter.next(piece)
    if (rows.length > 0) yield rows
  }
  cutter.end()
}

class RowCutter {
  readonly #fileName: string
  // The file is ASCII where it is what it should be; anything else is refused by JSON.parse.
  readonly #decoder = new TextDecoder('latin1')
  #rest = ''
  #state: 'before' | 'inside' | 'after' = 'before'
  #rows = 0

  constructor(fileName: string) {
    this.#fileName = fileName
  }

  next(piece: Buffer): readonly JsonRow[] {
    this.#rest += this.#decoder.decode(piece, { stream: true })
    if (this.#state === 'before') this.#begin()
    if (this.#state === 'after') this.#expectNothing()
    const end = this.#state === 'inside' ? this.#rest.lastIndexOf(']') : -1
    if (end < 0) {
      if (this.#rest.length > ROW_CHARACTERS_MAX) throw this.#fault(`row ${this.#rows + 1} is longer than ${ROW_CHARACTERS_MAX} characters`)
      return []
    }
    const text = this.#rest.slice(0, end + 1)
    this.#rest = this.#rest.slice(end + 1)
    // A row is flat, so a bracket right behind a bracket ends the whole.
    const before = text.slice(0, -1).trimEnd()
    const isWhole = before === '' || before.endsWith(']')
    if (isWhole) this.#state = 'after'
    const rows = this.#parse(`[${text.replace(/^\s*,/, '')}${isWhole ? '' : ']'}`)
    if (isWhole) this.#expectNothing()
    return rows
  }
  end(): void {
    if (this.#state === 'before') throw this.#fault(`holds no rows: it is empty, ${EXPECTED}`)
    if (this.#state === 'inside') throw this.#fault(`ends after row ${this.#rows} without a closing bracket: it was cut off`)
  }

  #begin(): void {
    this.#rest = this.#rest.trimStart()
    if (this.#rest === '') return
    if (!/^\[\s*(\[|\]|$)/.test(this.#rest)) throw this.#fault(`begins with ${shown(this.#rest.slice(0, 40))}, ${EXPECTED}`)
    this.#rest = this.#rest.slice(1)
    this.#state = 'inside'
  }
  #expectNothing(): void {
    if (this.#rest.trim() !== '') throw this.#fault(`goes on after its end with ${shown(this.#rest.trim().slice(0, 40))}`)
    this.#rest = ''
  }
  #parse(text: string): readonly JsonRow[] {
    const first = this.#rows + 1
    const values = this.#valuesOf(text)
    this.#rows += values.length
    return values.map((each, index) => ({ row: first + index, values: each }))
  }
  #valuesOf(text: string): readonly unknown[] {
    try {
      return JSON.parse(text) as readonly unknown[]
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 120) : String(error)
      throw this.#fault(`is no JSON in row ${this.#rows + 1} or soon after it (${reason})`)
    }
  }
  #fault = (text: string): ImportFault => new ImportFault(`${this.#fileName} ${text}`)
}
