// A stored series of market data and its passport: where it came from, what it covers, and what is wrong with it.
import type { InstrumentId } from './ids.ts'
import type { Timeframe } from './time.ts'

export const SERIES_KINDS = ['candles', 'funding', 'trades'] as const
export type SeriesKind = (typeof SERIES_KINDS)[number]

/** What a series is of. `timeframe` is null for funding and trades. */
export type SeriesRef = {
  /** Venue id in ccxt's words, such as "binanceusdm". */
  readonly venue: string
  readonly instrumentId: InstrumentId
  readonly kind: SeriesKind
  readonly timeframe: Timeframe | null
}

declare const seriesKind: unique symbol
export type SeriesId = string & { readonly [seriesKind]: 'series' }

/** The name of a series, such as "binanceusdm|BTC/USDT:USDT|candles|1m": the same reference always gives the same name. */
export const seriesIdOf = ({ venue, instrumentId, kind, timeframe }: SeriesRef): SeriesId =>
  `${venue}|${instrumentId}|${kind}|${timeframe ?? '-'}` as SeriesId

/** Where rows are missing: open times of the first and the last missing row, and how many. */
export type SeriesGap = { readonly fromMs: number; readonly toMs: number; readonly rows: number }

/** Where a part of a series came from, oldest import first. */
export type SeriesSource = {
  readonly kind: 'file' | 'download' | 'bundled'
  /** File name or venue, never a path. */
  readonly name: string
  readonly importedMs: number
  readonly rows: number
  /** SHA-256 of the file, in hex; null for a download. */
  readonly sha256: string | null
}

/** Bars of this series against the same bars built from a shorter series of the store. */
export type CrossCheck = {
  readonly against: SeriesId
  readonly compared: number
  /** Bars whose open, high, low or close differ, or whose volume differs by more than 1e-6 of it. */
  readonly different: number
  /** Open times of the first of them, at most 20. */
  readonly examplesMs: readonly number[]
}

/** What somebody must know before trusting a result that was made with this series. Stored with every run. */
export type DataPassport = {
  readonly id: SeriesId
  readonly ref: SeriesRef
  readonly sources: readonly SeriesSource[]
  readonly rows: number
  /** Time of the first row and of the last; 0 when there is none. */
  readonly fromMs: number
  readonly toMs: number
  /** Rows that are missing between them, altogether, and the gaps themselves, largest first, at most 200. */
  readonly missing: number
  readonly gaps: readonly SeriesGap[]
  /** Rows that came twice, and those among them that did not say the same. The first one was kept. */
  readonly duplicates: number
  readonly conflicts: number
  /** Rows that were refused as impossible (low above high, a price of 0, a time off the grid). */
  readonly refused: number
  /** Times of rows whose close moved by more than 20 median ranges and came back in the next one, at most 100. */
  readonly outliersMs: readonly number[]
  readonly zeroVolume: number
  readonly crossChecks: readonly CrossCheck[]
  /** SHA-256 over all values in order, in hex: equal data has an equal hash, however it came in. */
  readonly contentHash: string
  /** How the instrument's tick, lot and fees are known. */
  readonly instrumentFrom: 'venue' | 'bundled' | 'inferred'
}
