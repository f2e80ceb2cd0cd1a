// Reading: ranges of stored columns. Each call sees the store as of one moment, whatever a writer does meanwhile.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { DataPassport, SeriesId, SeriesKind } from '../../../src-shared/domain/series.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import type { FundingColumns, MarketStoreReader, TimeRange, TradeColumns } from '../../core/ports/market-store.ts'
import type { Database } from '../sqlite/database.ts'
import { isFileTrouble } from '../sqlite/file-error.ts'
import { Catalogue, unknownSeries } from './catalogue.ts'
import { ChunkCache } from './chunk-cache.ts'
import { type ChunkEntry, ChunkTable, type Directory } from './chunk-table.ts'
import { MarketStoreError, toMarketStoreError } from './market-store-error.ts'
import { openStoreFileReadOnly } from './open-file.ts'
import { type Columns, columnAt, emptyColumns, firstRowFrom, sliceColumns, timesOf } from './series-columns.ts'

export type ReaderOptions = {
  /** Bound of the memory for unpacked chunks; 128 MiB by default, which is 2.8 million candles. */
  readonly cacheBytes?: number
}
const CACHE_BYTES = 128 * 1024 * 1024

/** Opens an existing store for reading, beside a writer or without one. Throws MarketStoreError. */
export function openMarketStoreReader(file: string, options: ReaderOptions = {}): StoreReader {
  return new StoreReader(openStoreFileReadOnly(file), file, options)
}

type CachedDirectory = { readonly key: number; readonly version: number; readonly directory: Directory }
type Piece = { readonly entry: ChunkEntry; readonly from: number; readonly to: number }
type Wanted = { readonly id: SeriesId; readonly kind: SeriesKind; readonly range: TimeRange }

export class StoreReader implements MarketStoreReader {
  readonly #db: Database
  readonly #file: string
  readonly #catalogue: Catalogue
  readonly #table: ChunkTable
  readonly #cache: ChunkCache
  readonly #directories = new Map<SeriesId, CachedDirectory>()
  readonly #snapshot: <T>(work: () => T) => T

  constructor(db: Database, file: string, options: ReaderOptions) {
    this.#db = db
    this.#file = file
    this.#catalogue = new Catalogue(db)
    this.#table = new ChunkTable(db)
    this.#cache = new ChunkCache(options.cacheBytes ?? CACHE_BYTES)
    const transaction = db.transaction((work: () => unknown) => work())
    this.#snapshot = <T>(work: () => T): T => transaction(work) as T
  }

  list(): readonly DataPassport[] {
    return this.#guarded('listing', () => this.#catalogue.list())
  }
  passport(id: SeriesId): DataPassport {
    return this.#guarded('reading the passport of', () => this.#catalogue.passport(id))
  }
  instrument(venue: string, instrumentId: string): Instrument | null {
    return this.#guarded('reading an instrument of', () => this.#catalogue.instrument(venue, instrumentId)?.instrument ?? null)
  }
  /** Bytes on disk. Throws MarketStoreError `not_found`. */
  seriesBytes(id: SeriesId): number {
    return this.#guarded('measuring a series of', () => this.#catalogue.bytes(id))
  }

  candles(id: SeriesId, range: TimeRange, into?: CandleColumns): CandleColumns {
    const owned = into && [into.openTimeMs, into.open, into.high, into.low, into.close, into.volume]
    const columns = this.#rows({ id, kind: 'candles', range }, owned)
    return {
      openTimeMs: timesOf(columns),
      open: columnAt(columns, 1),
      high: columnAt(columns, 2),
      low: columnAt(columns, 3),
      close: columnAt(columns, 4),
      volume: columnAt(columns, 5),
    }
  }
  funding(id: SeriesId, range: TimeRange): FundingColumns {
    const columns = this.#rows({ id, kind: 'funding', range })
    return { timeMs: timesOf(columns), rate: columnAt(columns, 1) }
  }
  trades(id: SeriesId, range: TimeRange): TradeColumns {
    const columns = this.#rows({ id, kind: 'trades', range })
    return {
      timeMs: timesOf(columns),
      price: columnAt(columns, 1),
      quantity: columnAt(columns, 2),
      side: Int8Array.from(columnAt(columns, 3)),
    }
  }

  close(): void {
    this.release()
    this.#db.close()
  }
  /** Gives up the memory; the connection is somebody else's. */
  release(): void {
    this.#cache.clear()
    this.#directories.clear()
  }

  #rows(wanted: Wanted, owned?: Columns): Columns {
    return this.#guarded(`reading ${wanted.id} of`, () => this.#snapshot(() => this.#collect(wanted, owned)))
  }

  #collect({ id, kind, range }: Wanted, owned?: Columns): Columns {
    const directory = this.#directory(id, kind)
    const pieces = this.#pieces(directory, kind, range)
    const rows = pieces.reduce((sum, { from, to }) => sum + to - from, 0)
    const isOwned = owned !== undefined && timesOf(owned).length >= rows
    const out = isOwned ? owned : emptyColumns(kind, rows)
    // More than the memory holds would only push itself out of it.
    const isKept = rows * 8 * out.length <= this.#cache.bytesMax / 2
    let at = 0
    for (const piece of pieces) {
      this.#fill(piece, kind, { out, at, isKept })
      at += piece.to - piece.from
    }
    return isOwned ? sliceColumns(out, 0, rows) : out
  }

  #fill({ entry, from, to }: Piece, kind: SeriesKind, { out, at, isKept }: { out: Columns; at: number; isKept: boolean }): void {
    const isWhole = to - from === entry.rows
    if (isWhole && !isKept) {
      const held = this.#cache.get(entry.id)
      if (held === undefined) return this.#table.read(entry, kind, sliceColumns(out, at, at + entry.rows))
    }
    const columns = this.#chunk(entry, kind)
    const part = from === 0 && to === timesOf(columns).length ? columns : sliceColumns(columns, from, to)
    for (const [index, column] of out.entries()) column.set(columnAt(part, index), at)
  }
  #chunk(entry: ChunkEntry, kind: SeriesKind): Columns {
    const held = this.#cache.get(entry.id)
    if (held !== undefined) return held
    const columns = emptyColumns(kind, entry.rows)
    this.#table.read(entry, kind, columns)
    this.#cache.put(entry.id, columns)
    return columns
  }

  /** Which rows of which chunks lie in the range; only the chunks at its ends are looked into. */
  #pieces(directory: Directory, kind: SeriesKind, { fromMs, toMs }: TimeRange): Piece[] {
    const pieces: Piece[] = []
    for (let index = firstEndingFrom(directory, fromMs); index < directory.length; index += 1) {
      const entry = directory[index] as ChunkEntry
      if (entry.fromMs > toMs) break
      const from = entry.fromMs >= fromMs ? 0 : firstRowFrom(timesOf(this.#chunk(entry, kind)), fromMs)
      const to = entry.toMs <= toMs ? entry.rows : firstRowFrom(timesOf(this.#chunk(entry, kind)), nextUp(toMs))
      if (to > from) pieces.push({ entry, from, to })
    }
    return pieces
  }

  #directory(id: SeriesId, kind: SeriesKind): Directory {
    const entry = this.#catalogue.find(id)
    if (entry === null) {
      this.#directories.delete(id)
      throw unknownSeries(id)
    }
    if (entry.kind !== kind) throw new MarketStoreError('wrong_kind', `${id} holds ${entry.kind}, expected ${kind}`)
    const known = this.#directories.get(id)
    if (known?.key === entry.key && known.version === entry.version) return known.directory
    const directory = this.#table.directory(entry.key)
    this.#directories.set(id, { key: entry.key, version: entry.version, directory })
    return directory
  }

  #guarded<T>(doing: string, work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw error instanceof MarketStoreError || !isFileTrouble(error)
        ? error
        : toMarketStoreError(error, this.#file, `${doing} market store`)
    }
  }
}

/** Times are whole milliseconds, so the first row after one is the first at the next. */
const nextUp = (timeMs: number): number => Math.floor(timeMs) + 1

/** Position of the first chunk whose last row is at or after this time. */
function firstEndingFrom(directory: Directory, timeMs: number): number {
  let low = 0
  let high = directory.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((directory[middle]?.toMs ?? Number.POSITIVE_INFINITY) < timeMs) low = middle + 1
    else high = middle
  }
  return low
}
