// Bars that a venue published against the same bars built from its shorter candles: data of two sources, or of two mistakes, disagrees.
import type { Candle } from '../../../src-shared/domain/candle.ts'
import type { CrossCheck, SeriesId } from '../../../src-shared/domain/series.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import { type AggregatedBar, CandleAggregator } from '../../core/market/candle-aggregator.ts'
import { type ChunkTable, type Directory, rowsToHold } from './chunk-table.ts'
import { type RowVisitor, scanSeries } from './series-scan.ts'
import { type Columns, columnAt, emptyColumns, firstRowFrom, timesOf } from './series-columns.ts'

const EXAMPLES_MAX = 20
/** Volumes are sums of floats, and some publishers round them. */
const VOLUME_TOLERANCE = 1e-6

export type StoredCandles = { readonly id: SeriesId; readonly timeframe: Timeframe; readonly directory: Directory }
export type CheckedPair = { readonly longer: SeriesId; readonly check: CrossCheck }

/** Compares every one of `longer` with the bars built from `shorter`, in one pass over it. Throws what reading chunks throws. */
export function crossCheck(table: ChunkTable, shorter: StoredCandles, longer: readonly StoredCandles[]): readonly CheckedPair[] {
  const builder = new BarBuilder(
    shorter.timeframe,
    longer.map((each) => new Comparison(table, each)),
  )
  scanSeries(table, { kind: 'candles', directory: shorter.directory }, [builder])
  return builder.comparisons.map(({ id, compared, different, examplesMs }) => ({
    longer: id,
    check: { against: shorter.id, compared, different, examplesMs },
  }))
}

class BarBuilder implements RowVisitor {
  readonly comparisons: readonly Comparison[]
  readonly #aggregator: CandleAggregator
  readonly #candle = { openTimeMs: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 }

  constructor(timeframe: Timeframe, comparisons: readonly Comparison[]) {
    this.comparisons = comparisons
    this.#aggregator = new CandleAggregator(timeframe)
  }
  visit(columns: Columns, rows: number): void {
    for (let row = 0; row < rows; row += 1) this.#aggregator.add(fillCandle(this.#candle, columns, row), this.#onClosed)
  }
  #onClosed = (index: number): void => {
    const bar = this.#aggregator.bars[index]
    if (bar === undefined) return
    for (const comparison of this.comparisons) if (comparison.timeframe === bar.timeframe) comparison.compare(bar)
  }
}

function fillCandle(candle: { -readonly [name in keyof Candle]: number }, columns: Columns, row: number): Candle {
  candle.openTimeMs = columnAt(columns, 0)[row] as number
  candle.open = columnAt(columns, 1)[row] as number
  candle.high = columnAt(columns, 2)[row] as number
  candle.low = columnAt(columns, 3)[row] as number
  candle.close = columnAt(columns, 4)[row] as number
  candle.volume = columnAt(columns, 5)[row] as number
  return candle
}

/** One series of longer bars, walked along with the bars that are built. */
class Comparison {
  readonly id: SeriesId
  readonly timeframe: Timeframe
  readonly #table: ChunkTable
  readonly #directory: Directory
  readonly #columns: Columns
  readonly #stored = { openTimeMs: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 }
  #chunk = -1
  #lastMs = Number.NEGATIVE_INFINITY
  compared = 0
  different = 0
  readonly examplesMs: number[] = []

  constructor(table: ChunkTable, { id, timeframe, directory }: StoredCandles) {
    this.#table = table
    this.id = id
    this.timeframe = timeframe
    this.#directory = directory
    this.#columns = emptyColumns('candles', rowsToHold(directory))
  }
  compare(bar: AggregatedBar): void {
    const stored = this.#storedAt(bar.openTimeMs)
    if (stored === null) return
    this.compared += 1
    if (isSame(stored, bar)) return
    this.different += 1
    if (this.examplesMs.length < EXAMPLES_MAX) this.examplesMs.push(bar.openTimeMs)
  }
  #storedAt(openTimeMs: number): Candle | null {
    while (openTimeMs > this.#lastMs) {
      this.#chunk += 1
      const entry = this.#directory[this.#chunk]
      if (entry === undefined) return null
      this.#table.read(entry, 'candles', this.#columns)
      this.#lastMs = entry.toMs
    }
    const rows = this.#directory[this.#chunk]?.rows ?? 0
    const row = firstRowFrom(timesOf(this.#columns).subarray(0, rows), openTimeMs)
    return row < rows && timesOf(this.#columns)[row] === openTimeMs ? fillCandle(this.#stored, this.#columns, row) : null
  }
}

const isSame = (a: Candle, b: Candle): boolean =>
  a.open === b.open &&
  a.high === b.high &&
  a.low === b.low &&
  a.close === b.close &&
  Math.abs(a.volume - b.volume) <= VOLUME_TOLERANCE * Math.max(a.volume, b.volume)
