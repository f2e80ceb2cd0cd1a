// What is remembered of the sources across starts: the last value of each measure, rows for history, headlines. Trading never depends on it:
// a file that cannot be opened, read or written costs memory of the past and a sentence, nothing else.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { MEASURE_INDEX, type Measure } from '../../../src-shared/domain/measure.ts'
import { DAY_MS, HOUR_MS } from '../../../src-shared/domain/time.ts'
import type { Headline, MeasurePoint, MeasureQuery } from '../../core/ports/context-feed.ts'
import { type Database, SqliteError, openInMemory, openReadWrite } from '../sqlite/database.ts'
import { isFileTrouble } from '../sqlite/file-error.ts'
import { createPrivately, setAside } from '../sqlite/writable-file.ts'
import { NewerSchema, migrate } from './schema.ts'
import type { SourcePoint } from './source.ts'

export type CacheOptions = {
  readonly nowMs: () => number
  /** How long rows of measures that change within a day are kept. */
  readonly retentionMs: number
  /** One sentence about a file that cannot be used, at most once an hour. */
  readonly onTrouble: (message: string) => void
}

export const HEADLINES_KEPT = 2_000
/** One row a day: ten years of them are small, and hash ribbons look far back. */
const DAILY: ReadonlySet<Measure> = new Set(['fear_greed', 'hash_rate'])
const DAILY_KEPT_MS = 3_652 * DAY_MS
/** So that a shorter retention does not hold trading up: what is left goes with the next days. */
const PRUNED_MS_MAX = 30 * DAY_MS

/** Opens or creates the file. Never throws for what a file can be: a damaged one is set aside, one that cannot be used is done without. */
export function openContextCache(file: string, options: CacheOptions): ContextCache {
  try {
    return new ContextCache(openSound(file), file, options)
  } catch (error) {
    if (isDamage(error)) return afterDamage(file, options)
    if (!isUnusable(error)) throw error
    options.onTrouble(`${file} cannot be opened (${error.message}): values of the sources are not remembered across starts`)
    return new ContextCache(prepared(openInMemory()), file, options)
  }
}

function afterDamage(file: string, options: CacheOptions): ContextCache {
  try {
    const aside = setAside(file, options.nowMs())
    const cache = new ContextCache(openSound(file), file, options)
    options.onTrouble(`The memory of the sources was damaged. It was set aside as ${aside} and a new one was begun.`)
    return cache
  } catch (error) {
    if (!isUnusable(error)) throw error
    options.onTrouble(
      `${file} is damaged and cannot be replaced (${error.message}): values of the sources are not remembered across starts`,
    )
    return new ContextCache(prepared(openInMemory()), file, options)
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof SqliteError && (error.code.startsWith('SQLITE_CORRUPT') || error.code.startsWith('SQLITE_NOTADB'))
/** What a disk, its permissions or a file of another version can do; anything else is a bug. */
const isUnusable = (error: unknown): error is Error => isFileTrouble(error) || error instanceof NewerSchema

function openSound(file: string): Database {
  createPrivately(file)
  const db = openReadWrite(file)
  try {
    const verdict = db.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') throw new SqliteError(String(verdict), 'SQLITE_CORRUPT')
    return prepared(db)
  } catch (error) {
    db.close()
    throw error
  }
}

function prepared(db: Database): Database {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma(`journal_size_limit = ${16 * 1024 * 1024}`)
  migrate(db)
  return db
}

type Key = { readonly measure: Measure; readonly instrumentId: InstrumentId | null }
type PointRow = { readonly ts_ms: number; readonly value: number }
type LastRow = PointRow & { readonly measure: string; readonly instrument_id: string }
type HeadlineRow = Omit<Headline, 'tsMs' | 'assets'> & { readonly ts_ms: number; readonly assets: string }

const HEADLINE_COLUMNS = 'id, ts_ms, source, title, link, sentiment, assets'

export class ContextCache {
  readonly #db: Database
  readonly #file: string
  readonly #options: CacheOptions
  readonly #statements: ReturnType<typeof prepareStatements>
  #troubleAtMs = Number.NEGATIVE_INFINITY

  constructor(db: Database, file: string, options: CacheOptions) {
    this.#db = db
    this.#file = file
    this.#options = options
    this.#statements = prepareStatements(db)
  }

  /**
   * Keeps the newest of each measure, and for history every point that lies at least `stepMs` after the one kept before it. A point that is
   * there already takes the new value: sources revise. Writing the same points twice changes nothing. What lies in the future was stamped by a
   * clock that was ahead: it holds nothing newer back.
   */
  addPoints(points: readonly SourcePoint[], stepMs: number): void {
    this.#guard('writing', undefined, () =>
      this.#db.transaction(() => {
        for (const point of points) this.#addPoint(point, stepMs)
      })(),
    )
  }

  /** The last value of each measure of these instruments and of the whole market, in a fixed order. */
  lastValues(): readonly SourcePoint[] {
    const rows = this.#guard('reading', [], () => this.#statements.lastValues.all())
    return rows.flatMap(({ measure, instrument_id: id, ts_ms: tsMs, value }) =>
      isMeasure(measure) ? [{ measure, instrumentId: id === '' ? null : (id as InstrumentId), tsMs, value }] : [],
    )
  }

  /** Up to where the archive of this series is whole, or null. */
  reachedMs(key: Key): number | null {
    return this.#guard('reading', undefined, () => this.#statements.reached.get(...keyOf(key)))?.reached_ms ?? null
  }
  /** Rows for history, and with them that the series is whole up to `reachedMs`: both are kept, or neither. */
  addArchived(key: Key, rows: readonly SourcePoint[], reachedMs: number): void {
    this.#guard('writing', undefined, () =>
      this.#db.transaction(() => {
        for (const row of rows) this.#addPoint(row, 0)
        this.#statements.setReached.run(...keyOf(key), reachedMs)
      })(),
    )
  }

  /** Of more rows than asked for, those that follow even steps in time: as many look-ups as points, however many rows there are. */
  history({ fromMs, toMs, pointsMax, ...key }: MeasureQuery): readonly MeasurePoint[] {
    const [measure, id] = keyOf(key)
    const rows = this.#guard('reading', [], () => {
      const { count } = this.#statements.countUpTo.get(measure, id, fromMs, toMs, pointsMax + 1) ?? { count: 0 }
      if (count <= pointsMax) return this.#statements.points.all(measure, id, fromMs, toMs)
      const { firstMs, lastMs } = this.#statements.ends.get({ measure, id, fromMs, toMs }) ?? { firstMs: fromMs, lastMs: toMs }
      return this.#statements.evenly.all({ measure, id, firstMs, lastMs, gaps: pointsMax - 1 })
    })
    return rows.map(({ ts_ms: tsMs, value }) => ({ tsMs, value }))
  }

  /** Those that are not known yet, of these ids. */
  unknownHeadlines(ids: readonly string[]): ReadonlySet<string> {
    return this.#guard('reading', new Set(ids), () => new Set(ids.filter((id) => this.#statements.headline.get(id) === undefined)))
  }
  addHeadlines(headlines: readonly Headline[]): void {
    this.#guard('writing', undefined, () =>
      this.#db.transaction(() => {
        for (const { id, tsMs, source, title, link, sentiment, assets } of headlines)
          this.#statements.addHeadline.run(id, tsMs, source, title, link, sentiment, assets.join(' '))
        this.#statements.forgetHeadlines.run(HEADLINES_KEPT)
      })(),
    )
  }
  /** Newest first, of this time or later. */
  headlines(sinceMs: number, limit: number): readonly Headline[] {
    const rows = this.#guard('reading', [], () => this.#statements.headlines.all(sinceMs, limit))
    return rows.map(({ ts_ms: tsMs, assets, ...rest }) => ({ ...rest, tsMs, assets: assets === '' ? [] : assets.split(' ') }))
  }

  /** Removes rows that are older than they are kept, of each series at most a month at a time; the last value of each stays. */
  prune(): void {
    const nowMs = this.#options.nowMs()
    this.#guard('writing', undefined, () =>
      this.#db.transaction(() => {
        for (const { measure, instrument_id: id } of this.#statements.lastValues.all()) {
          const oldestMs = this.#statements.oldestPoint.get(measure, id)?.ts_ms ?? nowMs
          const keptMs = isMeasure(measure) && DAILY.has(measure) ? DAILY_KEPT_MS : this.#options.retentionMs
          this.#statements.prune.run(measure, id, Math.min(nowMs - keptMs, oldestMs + PRUNED_MS_MAX))
        }
      })(),
    )
  }
  close(): void {
    this.#db.close()
  }

  #addPoint({ measure, instrumentId, tsMs, value }: SourcePoint, stepMs: number): void {
    const key = keyOf({ measure, instrumentId })
    const nowMs = this.#options.nowMs()
    this.#statements.setLast.run(...key, tsMs, value, nowMs)
    const newest = stepMs > 0 ? this.#statements.newestPoint.get(...key, nowMs) : undefined
    const newestMs = newest?.ts_ms ?? Number.NEGATIVE_INFINITY
    if (tsMs - newestMs >= stepMs) this.#statements.addPoint.run(...key, tsMs, value)
  }

  /** What the file does, a full disk for one, is told and otherwise done without. */
  #guard<T>(doing: 'reading' | 'writing', instead: T, work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof SqliteError)) throw error
      const nowMs = this.#options.nowMs()
      if (Math.abs(nowMs - this.#troubleAtMs) >= HOUR_MS) {
        this.#troubleAtMs = nowMs
        this.#options.onTrouble(`${doing} ${this.#file}: ${error.message} (${error.code}); the sources go on without their memory`)
      }
      return instead
    }
  }
}

const keyOf = ({ measure, instrumentId }: Key): [string, string] => [measure, instrumentId ?? '']
const isMeasure = (text: string): text is Measure => Object.hasOwn(MEASURE_INDEX, text)

function prepareStatements(db: Database) {
  const ofKey = 'WHERE measure = ? AND instrument_id = ?'
  return {
    setLast: db.prepare<[string, string, number, number, number]>(`INSERT INTO last_values VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET ts_ms = excluded.ts_ms, value = excluded.value WHERE excluded.ts_ms >= ts_ms OR ts_ms > ?`),
    addPoint: db.prepare<[string, string, number, number]>(`INSERT INTO measure_points VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET value = excluded.value`),
    lastValues: db.prepare<[], LastRow>('SELECT measure, instrument_id, ts_ms, value FROM last_values ORDER BY measure, instrument_id'),
    newestPoint: db.prepare<[string, string, number], PointRow>(
      `SELECT ts_ms, value FROM measure_points ${ofKey} AND ts_ms <= ? ORDER BY ts_ms DESC LIMIT 1`,
    ),
    points: db.prepare<[string, string, number, number], PointRow>(
      `SELECT ts_ms, value FROM measure_points ${ofKey} AND ts_ms BETWEEN ? AND ? ORDER BY ts_ms`,
    ),
    countUpTo: db.prepare<[string, string, number, number, number], { count: number }>(
      `SELECT COUNT(*) AS count FROM (SELECT 1 FROM measure_points ${ofKey} AND ts_ms BETWEEN ? AND ? LIMIT ?)`,
    ),
    ends: db.prepare<[{ measure: string; id: string; fromMs: number; toMs: number }], { firstMs: number; lastMs: number }>(
      `SELECT
         (SELECT ts_ms FROM measure_points WHERE measure = @measure AND instrument_id = @id AND ts_ms >= @fromMs ORDER BY ts_ms LIMIT 1)
           AS firstMs,
         (SELECT ts_ms FROM measure_points WHERE measure = @measure AND instrument_id = @id AND ts_ms <= @toMs ORDER BY ts_ms DESC LIMIT 1)
           AS lastMs`,
    ),
    // The first row at or after each step. Steps that fall into one hole find the same row, which counts once. The join is CROSS to keep its
    // order: SQLite would otherwise walk the whole series and look each row up among those found.
    evenly: db.prepare<[{ measure: string; id: string; firstMs: number; lastMs: number; gaps: number }], PointRow>(
      `WITH RECURSIVE steps (step) AS (SELECT 0 UNION ALL SELECT step + 1 FROM steps WHERE step < @gaps),
         found AS (SELECT DISTINCT (SELECT ts_ms FROM measure_points WHERE measure = @measure AND instrument_id = @id
           AND ts_ms >= CAST(@firstMs + step * (@lastMs - @firstMs) / @gaps AS INTEGER) ORDER BY ts_ms LIMIT 1) AS at_ms FROM steps)
       SELECT ts_ms, value FROM found CROSS JOIN measure_points ON measure = @measure AND instrument_id = @id AND ts_ms = at_ms ORDER BY ts_ms`,
    ),
    oldestPoint: db.prepare<[string, string], PointRow>(`SELECT ts_ms, value FROM measure_points ${ofKey} ORDER BY ts_ms LIMIT 1`),
    reached: db.prepare<[string, string], { reached_ms: number }>(`SELECT reached_ms FROM archive_reached ${ofKey}`),
    setReached: db.prepare<[string, string, number]>(
      'INSERT INTO archive_reached VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET reached_ms = excluded.reached_ms',
    ),
    prune: db.prepare<[string, string, number]>(`DELETE FROM measure_points ${ofKey} AND ts_ms < ?`),
    headline: db.prepare<[string], { id: string }>('SELECT id FROM headlines WHERE id = ?'),
    addHeadline: db.prepare<[string, number, string, string, string | null, number, string]>(
      `INSERT INTO headlines (${HEADLINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    forgetHeadlines: db.prepare<[number]>(
      `DELETE FROM headlines WHERE id IN (SELECT id FROM headlines ORDER BY ts_ms DESC, id LIMIT -1 OFFSET ?)`,
    ),
    headlines: db.prepare<[number, number], HeadlineRow>(
      `SELECT ${HEADLINE_COLUMNS} FROM headlines WHERE ts_ms >= ? ORDER BY ts_ms DESC, id LIMIT ?`,
    ),
  }
}
