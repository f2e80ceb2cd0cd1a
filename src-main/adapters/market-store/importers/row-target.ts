// Rows of a file on their way into the store: what cannot be a row of such a file ends the import, what is merely impossible is left to the
// store to refuse and count, as long as it stays rare.
import type { Candle } from '../../../../src-shared/domain/candle.ts'
import type { SeriesKind } from '../../../../src-shared/domain/series.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../../../src-shared/domain/time.ts'
import type { SeriesWriter } from '../../../core/ports/market-store.ts'
import { candleRowFault, isPossibleFunding, isPossibleTrade } from '../row-check.ts'
import { type Columns, columnAt, emptyColumns, sliceColumns, timesOf } from '../series-columns.ts'
import { ImportFault } from './import-fault.ts'
import { StepCheck } from './step-check.ts'

export type TargetSpec = {
  readonly fileName: string
  readonly kind: SeriesKind
  readonly timeframe: Timeframe | null
  /** What is counted in this file: "line" or "row". */
  readonly place: 'line' | 'row'
}

const BATCH_ROWS = 8_192
/** One impossible row in so many is an accident of the exchange; more of them are another kind of file. */
const REFUSED_SHARE_MAX = 1 / 100
/** A file of nothing but impossible rows is not read to its end. */
const REFUSED_BEFORE_VERDICT = 10_000

export class RowTarget {
  readonly #spec: TargetSpec
  readonly #writer: SeriesWriter
  readonly #batch: Columns
  readonly #steps: StepCheck | null
  readonly #lengthMs: number
  readonly #candle = { openTimeMs: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 }
  #filled = 0
  #refused = 0
  #firstRefused = ''
  /** Rows taken so far. */
  rows = 0

  constructor(writer: SeriesWriter, spec: TargetSpec) {
    this.#writer = writer
    this.#spec = spec
    this.#batch = emptyColumns(spec.kind, BATCH_ROWS)
    this.#lengthMs = spec.timeframe === null ? 1 : TIMEFRAME_MS[spec.timeframe]
    this.#steps = spec.timeframe === null ? null : new StepCheck(spec.timeframe)
  }

  /** Values in the order of the kind's columns, times in milliseconds. Throws ImportFault, and what the store throws. */
  add(place: number, values: readonly number[]): void {
    for (const [index, column] of this.#batch.entries()) column[this.#filled] = values[index] ?? Number.NaN
    const fault = this.#faultOf(values)
    if (fault !== null) this.#refuse(`${this.#spec.fileName} ${this.#spec.place} ${place}: ${fault}`)
    const step = this.#steps?.next(values[0] ?? Number.NaN) ?? null
    if (step !== null) throw new ImportFault(`${this.#spec.fileName}: ${step}`)
    this.#filled += 1
    this.rows += 1
    if (this.#filled === BATCH_ROWS) this.#flush()
  }

  /** Hands over the rest. Throws ImportFault when there was no row, or too many of them were impossible. */
  end(): void {
    const { fileName, kind } = this.#spec
    if (this.rows === 0) throw new ImportFault(`${fileName} holds no ${kind}: it is empty`)
    const step = this.#steps?.verdict() ?? null
    if (step !== null) throw new ImportFault(`${fileName}: ${step}`)
    if (this.#refused > this.rows * REFUSED_SHARE_MAX) this.#refuseFile()
    this.#flush()
  }

  #faultOf(values: readonly number[]): string | null {
    switch (this.#spec.kind) {
      case 'candles':
        return this.#candleFault(values)
      case 'funding': {
        const [timeMs = Number.NaN, rate = Number.NaN] = values
        return isPossibleFunding(timeMs, rate) ? null : `a rate of ${rate}, expected a fraction between -0.1 and 0.1`
      }
      case 'trades': {
        const [timeMs = Number.NaN, price = Number.NaN, quantity = Number.NaN, side = Number.NaN] = values
        return isPossibleTrade({ timeMs, price, quantity, side })
          ? null
          : `${quantity} at a price of ${price}, expected more than 0 of both`
      }
    }
  }
  #candleFault(values: readonly number[]): string | null {
    const candle = this.#candle
    candle.openTimeMs = values[0] as number
    candle.open = values[1] as number
    candle.high = values[2] as number
    candle.low = values[3] as number
    candle.close = values[4] as number
    candle.volume = values[5] as number
    const fault = candleRowFault(candle, this.#lengthMs)
    return fault === null ? null : `${describe(candle)}${EXPECTED[fault]}${fault === 'misaligned' ? ` of ${this.#spec.timeframe}` : ''}`
  }

  #refuse(fault: string): void {
    if (this.#refused === 0) this.#firstRefused = fault
    this.#refused += 1
    if (this.#refused >= REFUSED_BEFORE_VERDICT && this.#refused > this.rows * REFUSED_SHARE_MAX) this.#refuseFile()
  }
  #refuseFile(): never {
    const others = this.#refused - 1
    throw new ImportFault(`${this.#firstRefused}${others > 0 ? `; ${others} more of ${this.rows} rows are as impossible` : ''}`)
  }

  #flush(): void {
    const columns = sliceColumns(this.#batch, 0, this.#filled)
    this.#filled = 0
    const [time, second] = [timesOf(columns), columnAt(columns, 1)]
    switch (this.#spec.kind) {
      case 'candles':
        return this.#writer.addCandles({
          openTimeMs: time,
          open: second,
          high: columnAt(columns, 2),
          low: columnAt(columns, 3),
          close: columnAt(columns, 4),
          volume: columnAt(columns, 5),
        })
      case 'funding':
        return this.#writer.addFunding({ timeMs: time, rate: second })
      case 'trades':
        return this.#writer.addTrades({
          timeMs: time,
          price: second,
          quantity: columnAt(columns, 2),
          side: Int8Array.from(columnAt(columns, 3)),
        })
    }
  }
}

const EXPECTED: Readonly<Record<NonNullable<ReturnType<typeof candleRowFault>>, string>> = {
  not_finite: ', expected finite numbers',
  zero_price: ', expected prices above 0',
  crossed: ', expected open and close between low and high',
  negative_volume: ', expected a volume of 0 or more',
  misaligned: ', expected an open time on the grid',
  duplicate: ', expected it once',
  out_of_order: ', expected rising times',
}
const describe = ({ openTimeMs, open, high, low, close, volume }: Candle): string =>
  `time ${openTimeMs}, open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}`
