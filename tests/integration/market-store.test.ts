// Proves that the market store is all or nothing on a real disk: imports that fail, are given up or die with their process leave it as it was;
// readers see one moment; damage is found, told and never deleted; the disk gets back what was deleted.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ChunkWriter } from '../../src-main/adapters/market-store/chunk-table.ts'
import { CHUNK_ROWS } from '../../src-main/adapters/market-store/series-columns.ts'
import { MarketStoreError } from '../../src-main/adapters/market-store/market-store-error.ts'
import { openMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import { MIGRATIONS } from '../../src-main/adapters/market-store/schema.ts'
import { openReadOnly, openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { migrate } from '../../src-main/adapters/sqlite/migrations.ts'
import { openMarketStoreReader } from '../../src-main/adapters/market-store/store-reader.ts'
import { type SeriesId, seriesIdOf } from '../../src-shared/domain/series.ts'
import { HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { rowsOf } from '../support/market-candles.ts'
import {
  EVERYTHING,
  NOW_MS,
  START_MS,
  candleColumns,
  importCandles,
  importOf,
  minutes,
  openTemporaryStore,
  refOf,
  temporaryStoreFile,
} from '../support/market-store.ts'

const ID = seriesIdOf(refOf('candles'))
const thrownBy = (work: () => unknown): MarketStoreError => {
  try {
    work()
  } catch (error) {
    if (error instanceof MarketStoreError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
/** Chunks and series in the file, whoever they belong to. */
function countsIn(file: string): { chunks: number; unfinished: number } {
  const db = openReadOnly(file)
  const count = (sql: string): number => db.prepare<[], { n: number }>(sql).get()?.n ?? -1
  const counts = {
    chunks: count('SELECT COUNT(*) AS n FROM chunks'),
    unfinished: count('SELECT COUNT(*) AS n FROM series WHERE id IS NULL'),
  }
  db.close()
  return counts
}

describe('an import', () => {
  it('is not seen before it is finished, and then as a whole', () => {
    const file = temporaryStoreFile()
    const store = openTemporaryStore(file)
    const reader = openMarketStoreReader(file)
    importCandles(store, minutes(0, 100))
    const writer = store.begin(importOf(refOf('candles')))
    for (let from = 100; from < 100_000; from += 5_000) writer.addCandles(candleColumns(minutes(from, from + 5_000)))
    expect(reader.candles(ID, EVERYTHING).openTimeMs.length).toBe(100)
    expect(reader.passport(ID).rows).toBe(100)
    const passport = writer.finish()
    expect(passport.rows).toBe(100_100)
    expect(rowsOf(reader.candles(ID, EVERYTHING))).toEqual(minutes(0, 100_100))
    expect(reader.passport(ID)).toEqual(passport)
    reader.close()
  })
  it('leaves nothing behind when it is given up', () => {
    const file = temporaryStoreFile()
    const store = openTemporaryStore(file)
    const before = importCandles(store, minutes(0, CHUNK_ROWS + 1_000))
    const writer = store.begin(importOf(refOf('candles')))
    writer.addCandles(candleColumns(minutes(4_000, 200_000)))
    expect(countsIn(file).unfinished).toBe(1)
    writer.abandon()
    expect(countsIn(file)).toEqual({ chunks: 2, unfinished: 0 })
    expect(store.list()).toEqual([before])
    expect(() => writer.addCandles(candleColumns(minutes(0, 1)))).toThrow('has ended')
  })
  it('leaves the store as it was when the disk is full', () => {
    const file = temporaryStoreFile()
    const store = openTemporaryStore(file, { sizeMaxBytes: 1024 * 1024 })
    const before = importCandles(store, minutes(0, 50_000))
    const writer = store.begin(importOf(refOf('candles', '1m')))
    const failure = thrownBy(() => {
      for (let from = 50_000; from < 1_000_000; from += 50_000) writer.addCandles(candleColumns(minutes(from, from + 50_000)))
    })
    expect(failure.code).toBe('full')
    expect(failure.message).toContain(file)
    expect(store.list()).toEqual([before])
    expect(rowsOf(store.candles(ID, EVERYTHING))).toEqual(minutes(0, 50_000))
    expect(countsIn(file).unfinished).toBe(0)
    importCandles(store, minutes(50_000, 60_000))
    expect(store.passport(ID).rows).toBe(60_000)
  })
  it('comes to the same in any order, in many runs', () => {
    const store = openTemporaryStore()
    const inOrder = importCandles(store, minutes(0, 220_000))
    const rows = rowsOf(store.candles(ID, EVERYTHING))
    store.delete(ID)
    const writer = store.begin(importOf(refOf('candles')))
    // Newest block first, and each block again in part.
    for (let from = 210_000; from >= 0; from -= 10_000) writer.addCandles(candleColumns(minutes(from, from + 10_500).reverse()))
    const shuffled = writer.finish()
    expect(shuffled.contentHash).not.toBe(inOrder.contentHash)
    expect(shuffled).toMatchObject({ rows: 220_500, missing: 0, duplicates: 22 * 500 - 500, conflicts: 0 })
    expect(rowsOf(store.candles(ID, EVERYTHING)).slice(0, 220_000)).toEqual(rows)
    expect(thrownBy(() => store.passport('nothing' as SeriesId)).code).toBe('not_found')
  })
  it('keeps the first of what came twice and counts what was said otherwise', () => {
    const store = openTemporaryStore()
    importCandles(store, minutes(0, 10_000))
    const other = minutes(9_000, 12_000).map((candle, row) => (row < 10 ? { ...candle, volume: candle.volume + 1 } : candle))
    expect(importCandles(store, other)).toMatchObject({ rows: 12_000, duplicates: 1_000, conflicts: 10, missing: 0 })
    expect(rowsOf(store.candles(ID, EVERYTHING))).toEqual(minutes(0, 12_000))
    expect(store.passport(ID).sources.map(({ rows }) => rows)).toEqual([10_000, 2_000])
  })
  it('refuses impossible rows one by one and counts them', () => {
    const store = openTemporaryStore()
    const candles = minutes(0, 10)
    const spoil = (row: number, change: object): void =>
      void candles.splice(row, 1, { ...candles[row], ...change } as (typeof candles)[number])
    spoil(1, { high: 1 })
    spoil(2, { close: 0 })
    spoil(3, { openTimeMs: START_MS + 3 * MINUTE_MS + 1 })
    spoil(4, { volume: Number.NaN })
    spoil(5, { volume: -1 })
    expect(importCandles(store, candles)).toMatchObject({ rows: 5, refused: 5, missing: 5 })
  })
  it('of trades keeps those of one millisecond together, in order, and counts them once', () => {
    const store = openTemporaryStore()
    const trades = (from: number, to: number) => {
      const rows = Array.from({ length: to - from }, (_, row) => from + row)
      return {
        timeMs: Float64Array.from(rows, (row) => START_MS + Math.floor(row / 3)),
        price: Float64Array.from(rows, (row) => 100 + (row % 11) / 10),
        quantity: Float64Array.from(rows, (row) => (1 + (row % 5)) / 1000),
        side: Int8Array.from(rows, (row) => (row % 2 === 0 ? 1 : -1)),
      }
    }
    const put = (from: number, to: number) => {
      const writer = store.begin(importOf(refOf('trades')))
      for (let at = from; at < to; at += 1_000) writer.addTrades(trades(at, Math.min(to, at + 1_000)))
      return writer.finish()
    }
    const first = put(0, 30_000)
    expect(first).toMatchObject({ rows: 30_000, duplicates: 0, conflicts: 0, missing: 0 })
    expect(put(15_000, 45_000)).toMatchObject({ rows: 45_000, duplicates: 15_000, conflicts: 0 })
    expect(store.trades(first.id, EVERYTHING)).toEqual(trades(0, 45_000))
    // A piece of a millisecond is not the millisecond.
    expect(put(3, 4)).toMatchObject({ rows: 45_000, duplicates: 15_001, conflicts: 1 })
  })
  it('of funding takes payments within a minute for the same, whatever milliseconds they carry', () => {
    const store = openTemporaryStore()
    const put = (offsetMs: number, rates: readonly number[]) => {
      const writer = store.begin(importOf(refOf('funding')))
      writer.addFunding({
        timeMs: Float64Array.from(rates, (_, row) => START_MS + row * 8 * HOUR_MS + offsetMs),
        rate: Float64Array.from(rates),
      })
      return writer.finish()
    }
    put(0, [0.0001, 0.0002])
    expect(put(7, [0.0001, 0.0003, 0.0004])).toMatchObject({ rows: 3, duplicates: 2, conflicts: 1, missing: 0 })
    expect(put(0, [0.2])).toMatchObject({ rows: 3, refused: 1 })
  })
})

describe('reading', () => {
  it('gives exactly the rows of the range, into columns of the caller where they are long enough', () => {
    const store = openTemporaryStore()
    importCandles(
      store,
      minutes(0, 20_000, (row) => row % 100 !== 50),
    )
    const all = minutes(0, 20_000, (row) => row % 100 !== 50)
    for (const [from, to] of [
      [0, 0],
      [50, 50],
      [4_090, 4_110],
      [100, 19_999],
      [-5, 3],
      [19_990, 30_000],
      [30_000, 40_000],
    ] as const) {
      const range = { fromMs: START_MS + from * MINUTE_MS, toMs: START_MS + to * MINUTE_MS }
      const expected = all.filter(({ openTimeMs }) => openTimeMs >= range.fromMs && openTimeMs <= range.toMs)
      expect(rowsOf(store.candles(ID, range))).toEqual(expected)
      const shared = () => new Float64Array(new SharedArrayBuffer(25_000 * 8))
      const own = { openTimeMs: shared(), open: shared(), high: shared(), low: shared(), close: shared(), volume: shared() }
      const filled = store.candles(ID, range, own)
      expect(rowsOf(filled)).toEqual(expected)
      expect(filled.close.buffer).toBe(own.close.buffer)
    }
    const short = candleColumns(minutes(0, 3))
    expect(store.candles(ID, EVERYTHING, short).open.buffer).not.toBe(short.open.buffer)
  })
  it('gives the same without any memory for unpacked chunks', () => {
    const store = openTemporaryStore(undefined, { cacheBytes: 0 })
    importCandles(store, minutes(0, 20_000))
    const range = { fromMs: START_MS + 10 * MINUTE_MS, toMs: START_MS + 15_000 * MINUTE_MS }
    expect(rowsOf(store.candles(ID, range))).toEqual(minutes(10, 15_001))
    expect(rowsOf(store.candles(ID, range))).toEqual(minutes(10, 15_001))
  })
  it('names what is not there or of another kind', () => {
    const store = openTemporaryStore()
    importCandles(store, minutes(0, 3))
    expect(thrownBy(() => store.funding(ID, EVERYTHING)).code).toBe('wrong_kind')
    expect(thrownBy(() => store.candles('x|y|candles|1m' as SeriesId, EVERYTHING)).message).toContain('x|y|candles|1m')
    expect(store.instrument('binanceusdm', 'ETH/USDT:USDT')).toBeNull()
    expect(thrownBy(() => openMarketStoreReader(path.join(path.dirname(temporaryStoreFile()), 'none.db'))).code).toBe('cannot_open')
  })
})

describe('deleting', () => {
  it('forgets the series, gives the disk its space back and leaves the others alone', () => {
    const file = temporaryStoreFile()
    const store = openTemporaryStore(file)
    importCandles(store, minutes(0, 300_000))
    const hourly = { ...refOf('candles', '1h') }
    const writer = store.begin(importOf(hourly))
    writer.addCandles(candleColumns(minutes(0, 3).map((candle, row) => ({ ...candle, openTimeMs: START_MS + row * HOUR_MS }))))
    expect(writer.finish().crossChecks).toMatchObject([{ against: ID, compared: 3, different: 3 }])
    store.delete(ID)
    expect(store.list().map(({ id, crossChecks }) => [id, crossChecks])).toEqual([[seriesIdOf(hourly), []]])
    expect(thrownBy(() => store.delete(ID)).code).toBe('not_found')
    expect(thrownBy(() => store.candles(ID, EVERYTHING)).code).toBe('not_found')
    store.close()
    expect(statSync(file).size).toBeLessThan(200_000)
    openTemporaryStore(file).list()
  })
})

describe('the file', () => {
  it('is written by one at a time', () => {
    const file = temporaryStoreFile()
    openTemporaryStore(file)
    expect(thrownBy(() => openMarketStore(file)).code).toBe('busy')
  })
  it('is set aside when it is no store, and an empty one is begun', () => {
    const file = temporaryStoreFile()
    writeFileSync(file, 'this was never a database, however long it is. '.repeat(100))
    const store = openTemporaryStore(file)
    expect(store.list()).toEqual([])
    expect(store.warnings).toHaveLength(1)
    const aside = readdirSync(path.dirname(file)).find((name) => name.includes('.damaged-'))
    expect(store.warnings[0]).toContain(aside)
    expect(readFileSync(path.join(path.dirname(file), aside ?? ''), 'utf8')).toContain('never a database')
  })
  it('is set aside when the catalogue and the chunks disagree', () => {
    const file = temporaryStoreFile()
    const store = openTemporaryStore(file)
    importCandles(store, minutes(0, 10_000))
    store.close()
    const db = openReadWrite(file)
    db.exec('DELETE FROM chunks WHERE id = (SELECT MAX(id) FROM chunks)')
    db.close()
    const again = openTemporaryStore(file)
    expect(again.warnings[0]).toContain('has 8192 rows, expected 10000')
    expect(again.list()).toEqual([])
  })
  it('names the time from which on rows are damaged, and gives the others', () => {
    const file = temporaryStoreFile()
    const store = openTemporaryStore(file)
    importCandles(store, minutes(0, CHUNK_ROWS + 4_000))
    store.close()
    const db = openReadWrite(file)
    const chunk = db.prepare<[], { id: number; body: Buffer }>('SELECT id, body FROM chunks ORDER BY from_ms LIMIT 1 OFFSET 1').get()
    if (chunk === undefined) throw new Error('there is no second chunk')
    chunk.body[1_000] = (chunk.body[1_000] ?? 0) ^ 4
    db.prepare('UPDATE chunks SET body = ? WHERE id = ?').run(chunk.body, chunk.id)
    db.close()
    const again = openTemporaryStore(file)
    const failure = thrownBy(() => again.candles(ID, EVERYTHING))
    expect(failure.code).toBe('corrupt')
    expect(failure.message).toContain(new Date(START_MS + CHUNK_ROWS * MINUTE_MS).toISOString())
    expect(failure.message).toContain('import it again')
    expect(again.candles(ID, { fromMs: 0, toMs: START_MS + (CHUNK_ROWS - 1) * MINUTE_MS }).openTimeMs.length).toBe(CHUNK_ROWS)
    again.delete(ID)
    importCandles(again, minutes(0, 12_000))
  })
  it('with chunks of half the size, as an older version cut them, is read and gone on with', () => {
    const [file, anew] = [temporaryStoreFile(), temporaryStoreFile()]
    const store = openTemporaryStore(file)
    const before = importCandles(store, minutes(0, 2 * CHUNK_ROWS))
    store.close()
    const db = openReadWrite(file)
    const { series_key: key } = db.prepare<[], { series_key: number }>('SELECT series_key FROM chunks').get() ?? { series_key: 0 }
    db.exec('DELETE FROM chunks')
    const writer = new ChunkWriter(db)
    for (let from = 0; from < 2 * CHUNK_ROWS; from += CHUNK_ROWS / 2) {
      const { openTimeMs, open, high, low, close, volume } = candleColumns(minutes(from, from + CHUNK_ROWS / 2))
      writer.insert(key, [openTimeMs, open, high, low, close, volume], { ref: refOf('candles'), rows: CHUNK_ROWS / 2 })
    }
    db.close()
    const again = openTemporaryStore(file)
    expect(rowsOf(again.candles(ID, EVERYTHING))).toEqual(minutes(0, 2 * CHUNK_ROWS))
    const after = importCandles(again, minutes(CHUNK_ROWS, 3 * CHUNK_ROWS))
    expect(after).toMatchObject({ rows: 3 * CHUNK_ROWS, missing: 0, duplicates: before.duplicates + CHUNK_ROWS, conflicts: 0 })
    expect(after.contentHash).toBe(importCandles(openTemporaryStore(anew), minutes(0, 3 * CHUNK_ROWS)).contentHash)
  })
  it('of a later version is left alone', () => {
    const file = temporaryStoreFile()
    openTemporaryStore(file).close()
    const db = openReadWrite(file)
    migrate(db, [...MIGRATIONS, { name: '0002-later', sql: 'CREATE TABLE later (x INTEGER)' }])
    db.close()
    expect(thrownBy(() => openMarketStore(file)).code).toBe('newer_schema')
    expect(thrownBy(() => openMarketStoreReader(file)).code).toBe('newer_schema')
  })
  it('that was cut off is set aside or refused, never read as data', () => {
    const file = temporaryStoreFile()
    const store = openTemporaryStore(file)
    importCandles(store, minutes(0, 50_000))
    store.close()
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 8192) * 4096))
    const again = openTemporaryStore(file)
    expect(again.warnings).toHaveLength(1)
    expect(again.list()).toEqual([])
  })
  it('opens again with what an interrupted import left taken away', () => {
    const file = temporaryStoreFile()
    const store = openMarketStore(file, { nowMs: () => NOW_MS })
    const writer = store.begin(importOf(refOf('candles')))
    writer.addCandles(candleColumns(minutes(0, 100_000)))
    store.close()
    expect(countsIn(file).unfinished).toBe(1)
    openTemporaryStore(file).list()
    expect(countsIn(file)).toEqual({ chunks: 0, unfinished: 0 })
  })
})

describe('an import in the worst of orders', () => {
  it('takes no more memory for it than for sixty-four runs', () => {
    const store = openTemporaryStore()
    const writer = store.begin(importOf(refOf('funding')))
    const [rows, batch] = [2_300_000, 50_000]
    for (let from = rows; from > 0; from -= batch) {
      const timeMs = Float64Array.from({ length: batch }, (_, row) => START_MS + (from - 1 - row) * MINUTE_MS)
      writer.addFunding({ timeMs, rate: timeMs.map((time) => (time % 7) / 1e5) })
    }
    expect(writer.finish()).toMatchObject({ rows, missing: 0, duplicates: 0, fromMs: START_MS, toMs: START_MS + (rows - 1) * MINUTE_MS })
    const { timeMs, rate } = store.funding(seriesIdOf(refOf('funding')), EVERYTHING)
    expect(timeMs.every((time, row) => time === START_MS + row * MINUTE_MS && rate[row] === (time % 7) / 1e5)).toBe(true)
  })
})
