// One import on its way: rows are checked, put in order and written aside, in chunks that belong to no series yet.
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import type { FundingColumns, SeriesImport, SeriesWriter, TradeColumns } from '../../core/ports/market-store.ts'
import type { CatalogueWriter } from './catalogue.ts'
import { ChunkSink } from './chunk-sink.ts'
import { type ChunkTable, type ChunkWriter, unitMsOf } from './chunk-table.ts'
import { MarketStoreError } from './market-store-error.ts'
import { RunCursor, mergeRuns } from './merge.ts'
import { RowBuffer } from './row-buffer.ts'
import { candleRowFault, isPossibleFunding, isPossibleTrade } from './row-check.ts'
import { keyOf, timesOf } from './series-columns.ts'

/** Runs that are out of order with each other are merged into one when there are this many, which bounds the memory of the last merge. */
const RUNS_MAX = 64

export type StagingTools = {
  readonly table: ChunkTable
  readonly chunks: ChunkWriter
  readonly catalogue: CatalogueWriter
  /** Runs in one transaction, all or nothing, and throws MarketStoreError. */
  readonly change: <T>(doing: string, work: () => T) => T
}
/** All rows of an import in one run under `key`, and what was found on the way. */
export type StagedRows = { readonly key: number; readonly duplicates: number; readonly conflicts: number; readonly refused: number }
/** Makes the rows part of their series, inside a transaction. */
export type Publish = (wanted: SeriesImport, staged: StagedRows) => DataPassport

export class StagedImport implements SeriesWriter {
  readonly #wanted: SeriesImport
  readonly #tools: StagingTools
  readonly #publish: Publish
  readonly #buffer: RowBuffer
  readonly #candle = { openTimeMs: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 }
  /** Keys of the runs, the newest last. */
  #runs: number[] = []
  /** Keys of all that was ever put aside, for when it all has to go. */
  readonly #staged = new Set<number>()
  #sink: ChunkSink | null = null
  #refused = 0
  #duplicates = 0
  #conflicts = 0
  #isOpen = true

  constructor(wanted: SeriesImport, tools: StagingTools, publish: Publish) {
    this.#wanted = wanted
    this.#tools = tools
    this.#publish = publish
    this.#buffer = new RowBuffer(wanted.ref.kind)
  }

  addCandles(rows: CandleColumns): void {
    this.#expect('candles')
    const { openTimeMs, open, high, low, close, volume } = rows
    const columns = [openTimeMs, open, high, low, close, volume]
    for (let from = 0; from < openTimeMs.length;) {
      const end = Math.min(openTimeMs.length, from + this.#buffer.room)
      const to = this.#firstFault(rows, from, end)
      this.#buffer.append({ columns, from, to })
      if (to < end) this.#refused += 1
      from = to < end ? to + 1 : end
      this.#drainWhenFull()
    }
  }
  /** The first row from `from` on that can be no candle; `end` when there is none before that. */
  #firstFault(rows: CandleColumns, from: number, end: number): number {
    const lengthMs = unitMsOf(this.#wanted.ref)
    const candle = this.#candle
    const { openTimeMs, open, high, low, close, volume } = rows
    for (let row = from; row < end; row += 1) {
      candle.openTimeMs = openTimeMs[row] as number
      candle.open = open[row] as number
      candle.high = high[row] as number
      candle.low = low[row] as number
      candle.close = close[row] as number
      candle.volume = volume[row] as number
      if (candleRowFault(candle, lengthMs) !== null) return row
    }
    return end
  }
  addFunding({ timeMs, rate }: FundingColumns): void {
    this.#expect('funding')
    const [times, rates] = this.#buffer.columns as readonly [Float64Array, Float64Array]
    for (let row = 0; row < timeMs.length; row += 1) {
      const at = this.#buffer.rows
      times[at] = timeMs[row] as number
      rates[at] = rate[row] as number
      this.#keep(isPossibleFunding(times[at], rates[at]))
    }
  }
  addTrades({ timeMs, price, quantity, side }: TradeColumns): void {
    this.#expect('trades')
    const [times, prices, quantities, sides] = this.#buffer.columns as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    for (let row = 0; row < timeMs.length; row += 1) {
      const at = this.#buffer.rows
      times[at] = timeMs[row] as number
      prices[at] = price[row] as number
      quantities[at] = quantity[row] as number
      sides[at] = side[row] as number
      this.#keep(isPossibleTrade({ timeMs: times[at], price: prices[at], quantity: quantities[at], side: sides[at] }))
    }
  }

  /** Throws MarketStoreError; then the store is as it was, and nothing of this import is left. */
  finish(): DataPassport {
    this.#expect(this.#wanted.ref.kind)
    return this.#orNothing(() =>
      this.#tools.change(`storing ${this.#wanted.source.name} in`, () => {
        this.#drain('all')
        this.#sink?.flush()
        this.#sink = null
        if (this.#runs.length > 1) this.#mergeIntoOne()
        const key = this.#runs[0] ?? this.#tools.catalogue.stage(this.#wanted.ref)
        const passport = this.#publish(this.#wanted, {
          key,
          duplicates: this.#duplicates,
          conflicts: this.#conflicts,
          refused: this.#refused,
        })
        this.#isOpen = false
        return passport
      }),
    )
  }

  /** Does nothing after `finish`. */
  abandon(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#tools.change('abandoning an import into', () => {
      for (const key of this.#staged) this.#removeRun(key)
    })
  }

  #expect(kind: SeriesImport['ref']['kind']): void {
    if (!this.#isOpen) throw new Error(`the import of ${this.#wanted.source.name} has ended: it takes no more`)
    if (kind !== this.#wanted.ref.kind)
      throw new MarketStoreError('wrong_kind', `${kind} were given to an import of ${this.#wanted.ref.kind}`)
  }

  /** Keeps or refuses the row that was put behind the others. */
  #keep(isPossible: boolean): void {
    if (isPossible) this.#buffer.commitRow()
    else this.#refused += 1
    this.#drainWhenFull()
  }
  #drainWhenFull(): void {
    if (this.#buffer.isFull) this.#orNothing(() => this.#tools.change(`storing ${this.#wanted.source.name} in`, () => this.#drain('half')))
  }

  /** What fails ends the import: half of a batch may have been taken. */
  #orNothing<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      this.#abandonQuietly()
      throw error
    }
  }

  /** What cannot be removed now, on a full disk for one, is removed when the store is opened next. */
  #abandonQuietly(): void {
    try {
      this.abandon()
    } catch (error) {
      if (!(error instanceof MarketStoreError)) throw error
    }
  }

  #drain(share: 'half' | 'all'): void {
    const { duplicates, conflicts } = this.#buffer.settle()
    this.#duplicates += duplicates
    this.#conflicts += conflicts
    const span = this.#buffer.oldest(share)
    if (span.to === 0) return
    const { kind } = this.#wanted.ref
    const firstKey = keyOf(kind, timesOf(span.columns)[0] as number)
    const sink = this.#sink !== null && follows(this.#sink, firstKey, kind) ? this.#sink : this.#beginRun()
    sink.push(span)
    this.#buffer.forget(span.to)
  }

  #beginRun(): ChunkSink {
    this.#sink?.flush()
    if (this.#runs.length >= RUNS_MAX) this.#mergeIntoOne()
    const sink = this.#newRun()
    this.#runs.push(sink.seriesKey)
    this.#sink = sink
    return sink
  }
  #newRun(): ChunkSink {
    const key = this.#tools.catalogue.stage(this.#wanted.ref)
    this.#staged.add(key)
    return new ChunkSink(this.#tools.chunks, key, this.#wanted.ref)
  }

  #mergeIntoOne(): void {
    const { kind } = this.#wanted.ref
    const { table } = this.#tools
    const sink = this.#newRun()
    const cursors = this.#runs.map((key) => new RunCursor(table, table.directory(key), kind))
    const { duplicates, conflicts } = mergeRuns(cursors, sink, kind === 'trades' ? 'together' : 'first')
    sink.flush()
    this.#duplicates += duplicates
    this.#conflicts += conflicts
    for (const key of this.#runs) this.#removeRun(key)
    this.#runs = [sink.seriesKey]
  }
  #removeRun(key: number): void {
    this.#tools.chunks.removeAll(key)
    this.#tools.catalogue.remove(key)
  }
}

/** Whether rows that begin with this key may be written behind what was written before. Trades may share their time. */
const follows = (sink: ChunkSink, firstKey: number, kind: SeriesImport['ref']['kind']): boolean =>
  firstKey > sink.lastKey || (kind === 'trades' && firstKey === sink.lastKey)
