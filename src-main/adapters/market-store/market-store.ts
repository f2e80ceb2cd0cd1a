// The one writer of a market store, which reads as well.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type DataPassport, type SeriesId, type SeriesSource, seriesIdOf } from '../../../src-shared/domain/series.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import type { FundingColumns, MarketStore, SeriesImport, SeriesWriter, TimeRange, TradeColumns } from '../../core/ports/market-store.ts'
import { isFileTrouble } from '../sqlite/file-error.ts'
import type { OpenedFile } from '../sqlite/writable-file.ts'
import { absorb } from './absorb.ts'
import { Catalogue, CatalogueWriter, unknownSeries } from './catalogue.ts'
import { ChunkTable, ChunkWriter } from './chunk-table.ts'
import { forgetChecks, updateChecks } from './cross-check-update.ts'
import { type KnownInstrument, betterInstrument } from './inferred-instrument.ts'
import { MarketStoreError, toMarketStoreError } from './market-store-error.ts'
import { openStoreFile } from './open-file.ts'
import type { StoredPassport } from './passport-json.ts'
import { finestDigits, scanFacts } from './passport-scan.ts'
import { type StagedRows, StagedImport } from './series-import.ts'
import { withSource } from './series-sources.ts'
import { type ReaderOptions, StoreReader } from './store-reader.ts'

export type MarketStoreOptions = ReaderOptions & {
  /** Upper bound of the main file in bytes; reaching it is the same as a full disk. */
  readonly sizeMaxBytes?: number
  /** Names files that are set aside. */
  readonly nowMs?: () => number
}

/**
 * Opens the store for its one writer, creating or migrating it when needed. The folder must exist. Throws MarketStoreError; a damaged file is
 * not an error but a warning, and is kept beside the new one.
 */
export function openMarketStore(file: string, options: MarketStoreOptions = {}): SqliteMarketStore {
  const opened = openStoreFile(file, { nowMs: options.nowMs ?? Date.now, sizeMaxBytes: options.sizeMaxBytes ?? null })
  return new SqliteMarketStore(opened, file, options)
}

export class SqliteMarketStore implements MarketStore {
  /** Sentences to show to the user; empty when all is well. */
  readonly warnings: readonly string[]
  readonly #opened: OpenedFile
  readonly #file: string
  readonly #reader: StoreReader
  readonly #catalogue: Catalogue
  readonly #changes: CatalogueWriter
  readonly #table: ChunkTable
  readonly #chunks: ChunkWriter

  constructor(opened: OpenedFile, file: string, options: ReaderOptions) {
    this.#opened = opened
    this.warnings = opened.warnings
    this.#file = file
    this.#reader = new StoreReader(opened.db, file, options)
    this.#catalogue = new Catalogue(opened.db)
    this.#changes = new CatalogueWriter(opened.db)
    this.#table = new ChunkTable(opened.db)
    this.#chunks = new ChunkWriter(opened.db)
  }

  list = (): readonly DataPassport[] => this.#reader.list()
  passport = (id: SeriesId): DataPassport => this.#reader.passport(id)
  instrument = (venue: string, instrumentId: string): Instrument | null => this.#reader.instrument(venue, instrumentId)
  candles = (id: SeriesId, range: TimeRange, into?: CandleColumns): CandleColumns => this.#reader.candles(id, range, into)
  funding = (id: SeriesId, range: TimeRange): FundingColumns => this.#reader.funding(id, range)
  trades = (id: SeriesId, range: TimeRange): TradeColumns => this.#reader.trades(id, range)
  /** Bytes on disk. Throws MarketStoreError `not_found`. */
  seriesBytes = (id: SeriesId): number => this.#reader.seriesBytes(id)
  /** The instrument and how it is known, or null. */
  knownInstrument = (venue: string, instrumentId: string): KnownInstrument | null => this.#catalogue.instrument(venue, instrumentId)

  begin(wanted: SeriesImport): SeriesWriter {
    const { ref, instrument } = wanted
    if (instrument.id !== ref.instrumentId || instrument.venue !== ref.venue)
      throw new MarketStoreError('wrong_kind', `the instrument ${instrument.id} of ${instrument.venue} was given to ${seriesIdOf(ref)}`)
    if ((ref.kind === 'candles') !== (ref.timeframe !== null))
      throw new MarketStoreError('wrong_kind', `${seriesIdOf(ref)}: candles have a timeframe, ${ref.kind} with ${ref.timeframe ?? 'none'}`)
    const tools = { table: this.#table, chunks: this.#chunks, catalogue: this.#changes, change: this.#change }
    return new StagedImport(wanted, tools, (each, staged) => this.#publish(each, staged))
  }

  /** Throws MarketStoreError `not_found`. The disk gets back what the series took. */
  delete(id: SeriesId): void {
    this.#change(`deleting ${id} from`, () => {
      const entry = this.#catalogue.find(id)
      if (entry === null) throw unknownSeries(id)
      const { ref } = this.#catalogue.passport(id)
      this.#chunks.removeAll(entry.key)
      this.#changes.remove(entry.key)
      for (const passport of forgetChecks(this.#catalogue.candlesOf(ref), id)) this.#changes.amend(passport)
    })
    this.#opened.db.pragma('incremental_vacuum')
  }

  /** Whether bundled data with this hash was put in once, even when it was deleted since. */
  wasSeeded(sha256: string): boolean {
    return this.#opened.db.prepare<[string], unknown>('SELECT 1 FROM seeded WHERE sha256 = ?').get(sha256) !== undefined
  }
  markSeeded(sha256: string): void {
    this.#change('marking seeds in', () => this.#opened.db.prepare<[string]>('INSERT OR IGNORE INTO seeded VALUES (?)').run(sha256))
  }

  /** Imports that are not finished are gone. */
  close(): void {
    this.#reader.release()
    this.#opened.close()
  }

  #change = <T>(doing: string, work: () => T): T => {
    try {
      return this.#opened.db.transaction(work).immediate()
    } catch (error) {
      throw isFileTrouble(error) ? toMarketStoreError(error, this.#file, `${doing} market store`) : error
    }
  }

  #publish(wanted: SeriesImport, staged: StagedRows): DataPassport {
    const { ref, source } = wanted
    const id = seriesIdOf(ref)
    const before = this.#catalogue.find(id)
    const past = before === null ? null : this.#catalogue.passport(id)
    const key = before?.key ?? staged.key
    let [duplicates, conflicts] = [staged.duplicates + (past?.duplicates ?? 0), staged.conflicts + (past?.conflicts ?? 0)]
    if (before === null) this.#changes.name(staged.key, id)
    else {
      const met = absorb(this.#table, this.#chunks, { ref, seriesKey: key, stagedKey: staged.key })
      this.#changes.remove(staged.key)
      duplicates += met.duplicates
      conflicts += met.conflicts
    }
    const directory = this.#table.directory(key)
    const facts = scanFacts(this.#table, directory, ref)
    this.#keepInstrument(wanted, key)
    const passport: StoredPassport = {
      id,
      ref,
      sources: withSource(past?.sources ?? [], { ...source, rows: facts.rows - (past?.rows ?? 0) } satisfies SeriesSource),
      ...facts,
      duplicates,
      conflicts,
      refused: staged.refused + (past?.refused ?? 0),
      crossChecks: past?.crossChecks ?? [],
    }
    this.#changes.describe(key, passport)
    for (const checked of updateChecks(this.#table, this.#catalogue, passport)) this.#changes.amend(checked)
    return this.#catalogue.passport(id)
  }

  #keepInstrument({ ref, instrument, instrumentFrom }: SeriesImport, key: number): void {
    const known = this.#catalogue.instrument(ref.venue, ref.instrumentId)
    const digits = instrumentFrom === 'inferred' ? finestDigits(this.#table, this.#table.directory(key), ref) : null
    this.#changes.setInstrument(betterInstrument(known, { instrument, from: instrumentFrom }, digits))
  }
}
