// The list of what is stored: one row per series, and the instruments they are of.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { DataPassport, SeriesId, SeriesKind, SeriesRef } from '../../../src-shared/domain/series.ts'
import type { Database } from '../sqlite/database.ts'
import type { KnownInstrument } from './inferred-instrument.ts'
import { instrumentText, parseInstrumentText } from './instrument-json.ts'
import { MarketStoreError } from './market-store-error.ts'
import { type StoredPassport, parsePassport, passportText } from './passport-json.ts'

export type SeriesEntry = {
  readonly key: number
  readonly kind: SeriesKind
  /** Rises with each change of the rows. */
  readonly version: number
}

type EntryRow = { readonly key: number; readonly kind: SeriesKind; readonly version: number }
type PassportRow = { readonly passport: string; readonly known_from: DataPassport['instrumentFrom'] | null }
type InstrumentRow = { readonly body: string; readonly known_from: DataPassport['instrumentFrom'] }

const WITH_INSTRUMENT = `SELECT s.passport, i.known_from FROM series s
  LEFT JOIN instruments i ON i.venue = s.venue AND i.instrument_id = s.instrument_id`

export class Catalogue {
  readonly #sql: ReturnType<typeof prepareReading>

  constructor(db: Database) {
    this.#sql = prepareReading(db)
  }

  list(): readonly DataPassport[] {
    return this.#sql.passports.all().map(passportOf)
  }
  /** Throws MarketStoreError `not_found`. */
  passport(id: SeriesId): DataPassport {
    const row = this.#sql.passport.get(id)
    if (row === undefined) throw unknownSeries(id)
    return passportOf(row)
  }
  find(id: SeriesId): SeriesEntry | null {
    return this.#sql.entry.get(id) ?? null
  }
  /** Bytes on disk. Throws MarketStoreError `not_found`. */
  bytes(id: SeriesId): number {
    const row = this.#sql.bytes.get(id)
    if (row === undefined) throw unknownSeries(id)
    return row.bytes
  }
  instrument(venue: string, instrumentId: string): KnownInstrument | null {
    const row = this.#sql.instrument.get(venue, instrumentId)
    return row === undefined ? null : { instrument: parseInstrumentText(row.body), from: row.known_from }
  }
  /** Stored candles of one instrument. */
  candlesOf({ venue, instrumentId }: { venue: string; instrumentId: InstrumentId }): readonly StoredPassport[] {
    return this.#sql.candles.all(venue, instrumentId).map(({ passport }) => parsePassport(passport))
  }
}

export const unknownSeries = (id: SeriesId): MarketStoreError =>
  new MarketStoreError('not_found', `there is no series ${id} in the market store`)

const passportOf = ({ passport, known_from: instrumentFrom }: PassportRow): DataPassport => ({
  ...parsePassport(passport),
  instrumentFrom: instrumentFrom ?? 'inferred',
})

function prepareReading(db: Database) {
  return {
    passports: db.prepare<[], PassportRow>(`${WITH_INSTRUMENT} WHERE s.id IS NOT NULL ORDER BY s.id`),
    passport: db.prepare<[string], PassportRow>(`${WITH_INSTRUMENT} WHERE s.id = ?`),
    entry: db.prepare<[string], EntryRow>('SELECT key, kind, version FROM series WHERE id = ?'),
    bytes: db.prepare<[string], { bytes: number }>('SELECT bytes FROM series WHERE id = ?'),
    instrument: db.prepare<[string, string], InstrumentRow>(
      'SELECT body, known_from FROM instruments WHERE venue = ? AND instrument_id = ?',
    ),
    candles: db.prepare<[string, string], { passport: string }>(
      "SELECT passport FROM series WHERE venue = ? AND instrument_id = ? AND kind = 'candles' AND id IS NOT NULL ORDER BY id",
    ),
  }
}

/** Changes of the catalogue. */
export class CatalogueWriter {
  readonly #sql: ReturnType<typeof prepareWriting>

  constructor(db: Database) {
    this.#sql = prepareWriting(db)
  }

  /** A series that nobody sees yet. Returns its key. */
  stage({ venue, instrumentId, kind }: SeriesRef): number {
    return Number(this.#sql.stage.run(venue, instrumentId, kind).lastInsertRowid)
  }
  /** Gives a staged series its name, with no rows yet. */
  name(key: number, id: SeriesId): void {
    this.#sql.name.run(id, key)
  }
  /** A change of rows: readers look again. `bytes` are counted anew. */
  describe(key: number, passport: StoredPassport): void {
    this.#sql.describe.run(passport.rows, passportText(passport), key)
  }
  /** The passport alone, when the rows have not changed. */
  amend(passport: StoredPassport): void {
    this.#sql.amend.run(passportText(passport), passport.id)
  }
  remove(key: number): void {
    this.#sql.remove.run(key)
  }
  setInstrument({ instrument, from }: KnownInstrument): void {
    this.#sql.instrument.run(instrument.venue, instrument.id, from, instrumentText(instrument))
  }
}

function prepareWriting(db: Database) {
  return {
    stage: db.prepare<[string, string, string]>(
      "INSERT INTO series (venue, instrument_id, kind, rows, bytes, version, passport) VALUES (?, ?, ?, 0, 0, 0, '')",
    ),
    name: db.prepare<[string, number]>('UPDATE series SET id = ? WHERE key = ?'),
    describe: db.prepare<[number, string, number]>(
      `UPDATE series SET rows = ?, passport = ?, version = version + 1,
         bytes = (SELECT COALESCE(SUM(LENGTH(body)), 0) FROM chunks WHERE series_key = series.key) WHERE key = ?`,
    ),
    amend: db.prepare<[string, string]>('UPDATE series SET passport = ? WHERE id = ?'),
    remove: db.prepare<[number]>('DELETE FROM series WHERE key = ?'),
    instrument: db.prepare<[string, string, string, string]>(
      `INSERT INTO instruments (venue, instrument_id, known_from, body) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET known_from = excluded.known_from, body = excluded.body`,
    ),
  }
}
