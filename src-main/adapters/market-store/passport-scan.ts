// What a passport says about the rows themselves.
import type { DataPassport, SeriesRef } from '../../../src-shared/domain/series.ts'
import { CandleScan, OutlierScan } from './candle-scan.ts'
import { type ChunkTable, type Directory, unitMsOf } from './chunk-table.ts'
import { digitsOf } from './column-encoding.ts'
import { ContentHash } from './content-hash.ts'
import { gapScanOf } from './gap-scan.ts'
import { DEFAULT_DIGITS, type Digits } from './inferred-instrument.ts'
import { type RowVisitor, scanSeries } from './series-scan.ts'
import { type Columns, emptyColumns, sliceColumns } from './series-columns.ts'

export type ScannedFacts = Pick<DataPassport, 'rows' | 'fromMs' | 'toMs' | 'missing' | 'gaps' | 'outliersMs' | 'zeroVolume' | 'contentHash'>

/** Reads the whole series once, and again where outliers may be. Throws what reading chunks throws. */
export function scanFacts(table: ChunkTable, directory: Directory, ref: SeriesRef): ScannedFacts {
  const content = new ContentHash(ref.kind, emptyColumns(ref.kind, 0).length)
  const gaps = gapScanOf(ref)
  const candles = ref.kind === 'candles' ? new CandleScan() : null
  scanSeries(table, { kind: ref.kind, directory }, candles === null ? [content, gaps] : [content, gaps, candles])
  const leap = candles?.outlierLeap() ?? 0
  const outliers = new OutlierScan(leap, unitMsOf(ref))
  scanSeries(table, { kind: ref.kind, directory: directory.filter((_, chunk) => candles?.isSuspect(chunk, leap)) }, [outliers])
  return {
    rows: directory.reduce((sum, { rows }) => sum + rows, 0),
    fromMs: directory[0]?.fromMs ?? 0,
    toMs: directory.at(-1)?.toMs ?? 0,
    ...gaps.result(),
    outliersMs: outliers.outliersMs,
    zeroVolume: candles?.zeroVolume ?? 0,
    contentHash: content.digest(),
  }
}

/** Digits after the point of the finest price and quantity; the default for what is on no decimal grid. Null for funding, which has neither. */
export function finestDigits(table: ChunkTable, directory: Directory, ref: SeriesRef): Digits | null {
  if (ref.kind === 'funding') return null
  const [firstPrice, quantity] = ref.kind === 'candles' ? [1, 5] : [1, 2]
  const prices = new DigitScan(firstPrice, quantity)
  const quantities = new DigitScan(quantity, quantity + 1)
  scanSeries(table, { kind: ref.kind, directory }, [prices, quantities])
  return { price: prices.digits ?? DEFAULT_DIGITS.price, quantity: quantities.digits ?? DEFAULT_DIGITS.quantity }
}

class DigitScan implements RowVisitor {
  readonly #from: number
  readonly #to: number
  /** Null once a value was on no grid. */
  digits: number | null = 0

  constructor(from: number, to: number) {
    this.#from = from
    this.#to = to
  }
  visit(columns: Columns, rows: number): void {
    if (this.digits === null) return
    const found = digitsOf(sliceColumns(columns.slice(this.#from, this.#to), 0, rows), rows)
    this.digits = found < 0 ? null : Math.max(this.digits, found)
  }
}
