// What it costs to keep a million real candles and to have them back: the market store against the least that any store could do in this very
// process (six columns of float64 in one file, as views), and against the other ways to pack them that were weighed. The candles are the bundled
// recording of BTC, laid end to end; chunks are packed one by one, so that a repetition cannot help.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { encodeChunk } from '../../src-main/adapters/market-store/chunk-codec.ts'
import { type SqliteMarketStore, openMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import { CHUNK_ROWS, type Columns, columnAt, emptyColumns, sliceColumns } from '../../src-main/adapters/market-store/series-columns.ts'
import { type Database, openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { openMarketStoreReader } from '../../src-main/adapters/market-store/store-reader.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { type SeriesRef, seriesIdOf } from '../../src-shared/domain/series.ts'
import { DAY_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'

const CANDLES = 1_000_000
const ROUNDS = 7
const BATCH = 8_192
const SLICES = 300
const EVERYTHING = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
const START_MS = 1_577_836_800_000
const REF: SeriesRef = { venue: 'binanceusdm', instrumentId: instrumentId('BTC/USDT:USDT'), kind: 'candles', timeframe: '1m' }
const ID = seriesIdOf(REF)

const folder = mkdtempSync(path.join(tmpdir(), 'store-bench-'))
const opened = openRecording(path.resolve(import.meta.dirname, '../../assets/market'))
if (!opened.ok) throw new Error(opened.error)
const [recorded] = opened.value.series
const [instrument] = opened.value.instruments
if (recorded === undefined || instrument === undefined) throw new Error('the recording holds no BTC')

const asCandles = (columns: Columns): CandleColumns => ({
  openTimeMs: columnAt(columns, 0),
  open: columnAt(columns, 1),
  high: columnAt(columns, 2),
  low: columnAt(columns, 3),
  close: columnAt(columns, 4),
  volume: columnAt(columns, 5),
})
function tiled({ open, high, low, close, volume }: CandleColumns): Columns {
  const columns = emptyColumns('candles', CANDLES)
  for (const [index, column] of [open, high, low, close, volume].entries())
    for (let row = 0; row < CANDLES; row += column.length) columnAt(columns, index + 1).set(column.subarray(0, CANDLES - row), row)
  for (let row = 0; row < CANDLES; row += 1) columnAt(columns, 0)[row] = START_MS + row * MINUTE_MS
  return columns
}
const candles = tiled(recorded.candles)
/** Memory of the caller's own, touched before, as a run's columns are. */
const own = sliceColumns(
  candles.map((column) => column.slice()),
  0,
  CANDLES,
)
const chunks = Array.from({ length: Math.ceil(CANDLES / CHUNK_ROWS) }, (_, index) =>
  sliceColumns(candles, index * CHUNK_ROWS, (index + 1) * CHUNK_ROWS),
)

function timed(work: () => void): number {
  globalThis.gc?.()
  const beganMs = performance.now()
  work()
  return performance.now() - beganMs
}
/** Wall clock, and CPU of this thread: what others do on the machine at the same time is in the first alone. */
function timedBoth(work: () => void): { readonly wallMs: number; readonly cpuMs: number } {
  let cpuMs = Number.NaN
  const wallMs = timed(() => {
    const before = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(before)
    cpuMs = (user + system) / 1_000
  })
  return { wallMs, cpuMs }
}
function expectSame(what: string): void {
  const isSame = candles.every(
    (column, index) =>
      Buffer.compare(Buffer.from(column.buffer, column.byteOffset, column.byteLength), bytesOf(columnAt(own, index))) === 0,
  )
  if (!isSame) throw new Error(`${what}: the candles did not come back as they were`)
  for (const column of own) column.fill(-1)
}
const bytesOf = (column: Float64Array): Buffer => Buffer.from(column.buffer, column.byteOffset, column.byteLength)

// ---- the market store ----------------------------------------------------------------------------------------------

function write(store: SqliteMarketStore): void {
  const source = { kind: 'file', name: 'bench.csv', importedMs: 0, sha256: null } as const
  const writer = store.begin({ ref: REF, instrument: instrument as NonNullable<typeof instrument>, instrumentFrom: 'bundled', source })
  for (let row = 0; row < CANDLES; row += BATCH) writer.addCandles(asCandles(sliceColumns(candles, row, row + BATCH)))
  writer.finish()
}

function measureStore(round: number): Record<string, number> {
  const file = path.join(folder, `market-${round}.db`)
  const store = openMarketStore(file)
  const written = timedBoth(() => write(store))
  const bytes = store.seriesBytes(ID)
  store.close()
  const reader = openMarketStoreReader(file)
  const cold = timedBoth(() => void reader.candles(ID, EVERYTHING, asCandles(own)))
  expectSame('cold read')
  const hot = timedBoth(() => void reader.candles(ID, EVERYTHING, asCandles(own)))
  expectSame('hot read')
  const dayMs = START_MS + 300 * DAY_MS
  const slices = timedBoth(() => {
    for (let day = 0; day < SLICES; day += 1) reader.candles(ID, { fromMs: dayMs + day * DAY_MS, toMs: dayMs + (day + 1) * DAY_MS - 1 })
  })
  const listed = timed(() => {
    for (let n = 0; n < SLICES; n += 1) reader.list()
  })
  reader.close()
  return {
    writeMs: written.wallMs,
    writeCpuMs: written.cpuMs,
    coldMs: cold.wallMs,
    coldCpuMs: cold.cpuMs,
    hotMs: hot.wallMs,
    hotCpuMs: hot.cpuMs,
    sliceUs: (slices.wallMs / SLICES) * 1_000,
    sliceCpuUs: (slices.cpuMs / SLICES) * 1_000,
    listUs: (listed / SLICES) * 1_000,
    bytesPerCandle: bytes / CANDLES,
    fileBytesPerCandle: statSync(file).size / CANDLES,
  }
}

// ---- the least there is --------------------------------------------------------------------------------------------

function measureRaw(): Record<string, number> {
  const file = path.join(folder, 'raw.f64')
  const writeMs = timed(() => writeFileSync(file, Buffer.concat(candles.map(bytesOf))))
  let views: Columns = []
  const readMs = timed(() => {
    const bytes = readFileSync(file)
    views = candles.map((_, index) => new Float64Array(bytes.buffer, bytes.byteOffset + index * CANDLES * 8, CANDLES))
  })
  if (columnAt(views, 4)[CANDLES - 1] !== columnAt(candles, 4)[CANDLES - 1]) throw new Error('raw: not the same')
  const copyMs = timed(() => {
    for (const [index, column] of own.entries()) column.set(columnAt(views, index))
  })
  expectSame('raw copy')
  return { writeMs, readMs, copyMs }
}

// ---- what else was weighed -----------------------------------------------------------------------------------------

type Packing = { readonly pack: (chunk: Columns, rows: number) => Buffer; readonly unpack: (body: Buffer, out: Columns) => void }
const zstd = (bytes: Uint8Array, level: number): Buffer =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } })
const RAW: Packing = {
  pack: (chunk) => Buffer.concat(chunk.map(bytesOf)),
  unpack(body, out) {
    const floats = new Float64Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.length))
    const rows = floats.length / out.length
    for (const [index, column] of out.entries()) column.set(floats.subarray(index * rows, (index + 1) * rows))
  },
}
const RAW_ZSTD: Packing = {
  pack: (chunk, rows) => zstd(RAW.pack(chunk, rows), 1),
  unpack: (body, out) => RAW.unpack(zstdDecompressSync(body), out),
}
/** Differences in ticks as int32, as they lie, under zstd; digits known beforehand. Times are implied, so that it says less than the others. */
const TICKS: Packing = {
  pack(chunk, rows) {
    const ticks = new Int32Array(rows * 5)
    let before = 0
    for (let row = 0; row < rows; row += 1) {
      const at = (index: number): number => Math.round((columnAt(chunk, index)[row] ?? 0) * 10)
      const [open, close] = [at(1), at(4)]
      ticks[row] = open - before
      ticks[rows + row] = at(2) - open
      ticks[2 * rows + row] = open - at(3)
      ticks[3 * rows + row] = close - open
      ticks[4 * rows + row] = Math.round((columnAt(chunk, 5)[row] ?? 0) * 1_000)
      before = close
    }
    return zstd(new Uint8Array(ticks.buffer), 1)
  },
  unpack(body, out) {
    const bytes = zstdDecompressSync(body)
    const ticks = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    const rows = ticks.length / 5
    let before = 0
    for (let row = 0; row < rows; row += 1) {
      const open = before + (ticks[row] as number)
      before = open + (ticks[3 * rows + row] as number)
      columnAt(out, 1)[row] = open / 10
      columnAt(out, 2)[row] = (open + (ticks[rows + row] as number)) / 10
      columnAt(out, 3)[row] = (open - (ticks[2 * rows + row] as number)) / 10
      columnAt(out, 4)[row] = before / 10
      columnAt(out, 5)[row] = (ticks[4 * rows + row] as number) / 1_000
    }
  },
}
const ALTERNATIVES: Readonly<Record<string, Packing>> = { raw_f64: RAW, raw_f64_zstd1: RAW_ZSTD, int32_ticks_zstd1: TICKS }

function measureAlternative(name: string, { pack, unpack }: Packing): Record<string, number> {
  const file = path.join(folder, `${name}.db`)
  rmSync(file, { force: true })
  const db: Database = openReadWrite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.exec('CREATE TABLE chunks (from_ms INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT')
  const insert = db.prepare('INSERT INTO chunks VALUES (?, ?)')
  let bytes = 0
  const writeMs = timed(() =>
    db.transaction(() => {
      for (const chunk of chunks) {
        const body = pack(chunk, columnAt(chunk, 0).length)
        bytes += body.length
        insert.run(columnAt(chunk, 0)[0], body)
      }
    })(),
  )
  const select = db.prepare<[], Buffer>('SELECT body FROM chunks ORDER BY from_ms').pluck()
  const readMs = timed(() => {
    let row = 0
    for (const body of select.iterate()) {
      unpack(body, sliceColumns(own, row, row + CHUNK_ROWS))
      row += CHUNK_ROWS
    }
  })
  if (columnAt(own, 4)[CANDLES - 1] !== columnAt(candles, 4)[CANDLES - 1]) throw new Error(`${name}: not the same`)
  db.close()
  return { writeMs, readMs, bytesPerCandle: bytes / CANDLES }
}

/** What higher levels of zstd make of the same bytes. */
function measureLevels(): Record<string, { packMs: number; bytesPerCandle: number }> {
  const unpacked = chunks.map((chunk) =>
    zstdDecompressSync(encodeChunk(chunk, columnAt(chunk, 0).length, { kind: 'candles', unitMs: MINUTE_MS })),
  )
  return Object.fromEntries(
    [1, 3, 9, 19].map((level) => {
      let bytes = 0
      const part = level > 9 ? unpacked.slice(0, 20) : unpacked
      const share = unpacked.length / part.length
      const packMs = timed(() => {
        for (const each of part) bytes += zstd(each, level).length
      })
      return [`level_${level}`, { packMs: packMs * share, bytesPerCandle: (bytes * share) / CANDLES }]
    }),
  )
}

// ---- rounds --------------------------------------------------------------------------------------------------------

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
function medians(rounds: readonly Record<string, number>[]): Record<string, number> {
  return Object.fromEntries(Object.keys(rounds[0] ?? {}).map((key) => [key, median(rounds.map((round) => round[key] ?? Number.NaN))]))
}
const bests = (rounds: readonly Record<string, number>[]): Record<string, number> =>
  Object.fromEntries(Object.keys(rounds[0] ?? {}).map((key) => [key, Math.min(...rounds.map((round) => round[key] ?? Number.NaN))]))
const show = (name: string, values: Record<string, number>): void =>
  console.log(
    name.padEnd(22),
    Object.entries(values)
      .map(([key, value]) => `${key} ${value.toFixed(2)}`)
      .join('  '),
  )

function main(): void {
  const rounds = { store: [] as Record<string, number>[], raw: [] as Record<string, number>[] }
  const others = new Map<string, Record<string, number>[]>()
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.raw.push(measureRaw())
    rounds.store.push(measureStore(round))
    for (const [name, packing] of Object.entries(ALTERNATIVES))
      others.set(name, [...(others.get(name) ?? []), measureAlternative(name, packing)])
  }
  // The first round warms up.
  const [store, raw] = [medians(rounds.store.slice(1)), medians(rounds.raw.slice(1))]
  const best = bests(rounds.store.slice(1))
  show('market store', store)
  show('market store, best', best)
  show('raw f64 file', raw)
  const alternatives = Object.fromEntries([...others].map(([name, each]) => [name, medians(each.slice(1))]))
  for (const [name, values] of Object.entries(alternatives)) show(name, values)
  const levels = measureLevels()
  for (const [name, values] of Object.entries(levels)) show(`zstd ${name}`, values)
  const perSecond = (ms: number | undefined): number => Math.round(CANDLES / ((ms ?? Number.NaN) / 1_000))
  const ratio = (a: number | undefined, b: number | undefined): number => Math.round(((a ?? Number.NaN) / (b ?? Number.NaN)) * 100) / 100
  console.log(
    JSON.stringify({
      write_candles_per_s: perSecond(store['writeMs']),
      cold_read_candles_per_s: perSecond(store['coldMs']),
      cold_read_ms_per_million: ratio(store['coldMs'], 1),
      hot_read_candles_per_s: perSecond(store['hotMs']),
      write_cpu_ms_per_million: ratio(store['writeCpuMs'], 1),
      cold_read_cpu_ms_per_million: ratio(store['coldCpuMs'], 1),
      hot_read_cpu_ms_per_million: ratio(store['hotCpuMs'], 1),
      slice_day_cpu_us: ratio(store['sliceCpuUs'], 1),
      slice_day_us: ratio(store['sliceUs'], 1),
      list_us: ratio(store['listUs'], 1),
      bytes_per_candle: ratio(store['bytesPerCandle'], 1),
      file_bytes_per_candle: ratio(store['fileBytesPerCandle'], 1),
      cold_read_to_raw_views: ratio(store['coldMs'], raw['readMs']),
      hot_read_to_raw_copy: ratio(store['hotMs'], raw['copyMs']),
      write_to_raw_file: ratio(store['writeMs'], raw['writeMs']),
      bytes_to_raw: ratio(store['bytesPerCandle'], 48),
      bytes_to_int32_ticks: ratio(store['bytesPerCandle'], alternatives['int32_ticks_zstd1']?.['bytesPerCandle']),
      cold_read_to_int32_ticks: ratio(store['coldMs'], alternatives['int32_ticks_zstd1']?.['readMs']),
      level_9_bytes_to_level_1: ratio(levels['level_9']?.bytesPerCandle, levels['level_1']?.bytesPerCandle),
      level_9_pack_ms_to_level_1: ratio(levels['level_9']?.packMs, levels['level_1']?.packMs),
    }),
  )
}

try {
  main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
