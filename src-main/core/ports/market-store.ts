// Where the lab's market data is kept: columns in, columns out, each series with its passport.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { DataPassport, SeriesId, SeriesRef } from '../../../src-shared/domain/series.ts'
import type { CandleColumns } from './market-feed.ts'

export type FundingColumns = { readonly timeMs: Float64Array; readonly rate: Float64Array }
/** `side` is the taker's: 1 buys, −1 sells. */
export type TradeColumns = {
  readonly timeMs: Float64Array
  readonly price: Float64Array
  readonly quantity: Float64Array
  readonly side: Int8Array
}

/** Both included; open times for candles. */
export type TimeRange = { readonly fromMs: number; readonly toMs: number }

/** What a run reads. Any number of readers beside one writer. Unknown series throw MarketStoreError with the code `not_found`. */
export type MarketStoreReader = {
  list(): readonly DataPassport[]
  passport(id: SeriesId): DataPassport
  /** Null when the venue has no such instrument here. */
  instrument(venue: string, instrumentId: string): Instrument | null
  /** Rows within the range, oldest first. `into` is filled and returned as views when it is long enough, so that a caller can own the memory. */
  candles(id: SeriesId, range: TimeRange, into?: CandleColumns): CandleColumns
  funding(id: SeriesId, range: TimeRange): FundingColumns
  trades(id: SeriesId, range: TimeRange): TradeColumns
  close(): void
}

export type SeriesImport = {
  readonly ref: SeriesRef
  readonly instrument: Instrument
  readonly instrumentFrom: DataPassport['instrumentFrom']
  readonly source: Omit<DataPassport['sources'][number], 'rows'>
}

/** One import. Nothing of it is seen by a reader before `finish`; after `abandon`, or a crash, the store is as it was. */
export type SeriesWriter = {
  /** Rows need not be in order across calls or new to the store; those that are known are counted as duplicates. */
  addCandles(rows: CandleColumns): void
  addFunding(rows: FundingColumns): void
  addTrades(rows: TradeColumns): void
  finish(): DataPassport
  abandon(): void
}

export type MarketStore = MarketStoreReader & {
  begin(wanted: SeriesImport): SeriesWriter
  delete(id: SeriesId): void
}
