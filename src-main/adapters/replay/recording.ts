// A recorded market, checked and loaded into columns. Shared by every replay of it.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { CandleGuard } from '../../../src-shared/domain/candle-guard.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { HOUR_MS, TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import { badCandleIncident, gapIncident } from '../../../src-shared/events/feed-incident.ts'
import type { FeedIncident } from '../../../src-shared/events/market-event.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import { parseCsvColumns } from './csv-columns.ts'
import { type Manifest, type RecordedFile, type RecordedStreamFile, parseManifest } from './manifest.ts'
import { RawLines } from './raw-lines.ts'

/** An incident that comes right before the candle of this row; `row` equals the number of candles for one after the last. */
export type RecordedIncident = { readonly row: number; readonly incident: FeedIncident }

/** Raw messages of the venue, unpacked, to be read by a decoder that knows them. */
export type RecordedStream = { readonly marketId: string; readonly bytes: Uint8Array }

export type RecordedSeries = {
  readonly instrumentId: InstrumentId
  /** Good candles only, in strictly rising order of open time. */
  readonly candles: CandleColumns
  /** Hourly candles that begin long before these; null for none. */
  readonly earlier: CandleColumns | null
  readonly fundingTimeMs: Float64Array
  readonly fundingRate: Float64Array
  readonly incidents: readonly RecordedIncident[]
  readonly stream: RecordedStream | null
}

export type Recording = {
  readonly title: string
  readonly baseTimeframe: Timeframe
  readonly instruments: readonly Instrument[]
  /** In the order of `instruments`. */
  readonly series: readonly RecordedSeries[]
  /** Open time of the first candle. */
  readonly startMs: number
  /** Close time of the last candle. */
  readonly endMs: number
  /** Where a replay is worth starting: enough history before it, something happening after it. */
  readonly suggestedStartMs: number
}

const CANDLE_COLUMNS = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const
const FUNDING_COLUMNS = ['fundingTimeMs', 'fundingRate'] as const
/** Uncompressed bytes of one file. A year of 1m candles takes about 30 MB. */
const FILE_BYTES_MAX = 512 * 1024 * 1024
/** A recording with more bad candles and gaps than this is not worth replaying. */
const INCIDENTS_MAX = 10_000

/** Loads the recording in this folder. The error is one sentence that names the file and, where there is one, the line. */
export function openRecording(dir: string): Result<Recording, string> {
  const manifestPath = join(dir, 'manifest.json')
  const text = readFile(manifestPath)
  if (!text.ok) return text
  const manifest = parseManifest(text.value.toString('utf8'))
  if (!manifest.ok) return err(`recorded market ${manifestPath}: ${manifest.error}`)
  const series: RecordedSeries[] = []
  for (const recorded of manifest.value.instruments) {
    const loaded = loadSeries(dir, recorded, TIMEFRAME_MS[manifest.value.baseTimeframe])
    if (!loaded.ok) return loaded
    series.push(loaded.value)
  }
  return assemble(manifestPath, manifest.value, series)
}

function assemble(manifestPath: string, manifest: Manifest, series: readonly RecordedSeries[]): Result<Recording, string> {
  const lengthMs = TIMEFRAME_MS[manifest.baseTimeframe]
  const { suggestedStartMs } = manifest
  const startMs = Math.min(...series.map(({ candles }) => candles.openTimeMs[0] ?? Number.POSITIVE_INFINITY))
  const endMs = Math.max(...series.map(({ candles }) => (candles.openTimeMs.at(-1) ?? Number.NEGATIVE_INFINITY) + lengthMs))
  if (suggestedStartMs < startMs || suggestedStartMs >= endMs) {
    return err(`recorded market ${manifestPath}: suggestedStartMs ${suggestedStartMs} is not within the recording, ${startMs} to ${endMs}`)
  }
  const instruments = manifest.instruments.map(
    ({ candles: _candles, funding: _funding, earlier: _earlier, stream: _stream, ...instrument }): Instrument => instrument,
  )
  return ok({ title: manifest.title, baseTimeframe: manifest.baseTimeframe, instruments, series, startMs, endMs, suggestedStartMs })
}

function loadSeries(dir: string, recorded: Manifest['instruments'][number], lengthMs: number): Result<RecordedSeries, string> {
  const checked = loadCandles(dir, { id: recorded.id, file: recorded.candles, lengthMs })
  if (!checked.ok) return checked
  const earlier = recorded.earlier && loadCandles(dir, { id: recorded.id, file: recorded.earlier, lengthMs: HOUR_MS })
  if (earlier?.ok === false) return earlier
  const funding = loadFunding(dir, recorded.funding)
  if (!funding.ok) return funding
  const stream = loadStream(dir, recorded.stream)
  if (!stream.ok) return stream
  return ok({
    instrumentId: recorded.id,
    ...checked.value,
    earlier: earlier?.value.candles ?? null,
    ...funding.value,
    stream: stream.value,
  })
}

type Candles = Pick<RecordedSeries, 'candles' | 'incidents'>

function loadCandles(
  dir: string,
  { id, file, lengthMs }: { id: InstrumentId; file: RecordedFile; lengthMs: number },
): Result<Candles, string> {
  const path = join(dir, file.file)
  const candles = loadColumns(path, file, CANDLE_COLUMNS)
  if (!candles.ok) return candles
  const [openTimeMs, open, high, low, close, volume] = candles.value
  if (!openTimeMs || !open || !high || !low || !close || !volume) return err(`recorded market file ${path}: columns are missing`)
  const checked = keepGoodCandles(id, { openTimeMs, open, high, low, close, volume }, lengthMs)
  return checked.ok ? checked : err(`recorded market file ${path}: ${checked.error}`)
}

function loadStream(dir: string, recorded: RecordedStreamFile | undefined): Result<RecordedStream | null, string> {
  if (recorded === undefined) return ok(null)
  const path = join(dir, recorded.file)
  const bytes = loadBytes(path, recorded)
  if (!bytes.ok) return bytes
  const lines = new RawLines(bytes.value)
  let rows = 0
  while (lines.next()) rows += 1
  if (rows !== recorded.rows) return err(`recorded market file ${path} has ${rows} messages, expected ${recorded.rows}`)
  return ok({ marketId: recorded.marketId, bytes: bytes.value })
}

type Funding = Pick<RecordedSeries, 'fundingTimeMs' | 'fundingRate'>

function loadFunding(dir: string, recorded: RecordedFile | null): Result<Funding, string> {
  if (recorded === null) return ok({ fundingTimeMs: new Float64Array(0), fundingRate: new Float64Array(0) })
  const path = join(dir, recorded.file)
  const columns = loadColumns(path, recorded, FUNDING_COLUMNS)
  if (!columns.ok) return columns
  const [fundingTimeMs, fundingRate] = columns.value
  if (!fundingTimeMs || !fundingRate) return err(`recorded market file ${path}: columns are missing`)
  const late = fundingTimeMs.findIndex((timeMs, row) => row > 0 && !(timeMs > (fundingTimeMs[row - 1] ?? Number.NaN)))
  if (late > 0) return err(`recorded market file ${path} line ${late + 2}: time ${fundingTimeMs[late]} is not after the line before it`)
  return ok({ fundingTimeMs, fundingRate })
}

/** The file as it was recorded, unpacked. */
function loadBytes(path: string, recorded: RecordedFile): Result<Buffer, string> {
  const stored = readFile(path)
  if (!stored.ok) return stored
  const sha256 = createHash('sha256').update(stored.value).digest('hex')
  if (sha256 !== recorded.sha256)
    return err(`recorded market file ${path} is damaged: its sha256 is ${sha256}, expected ${recorded.sha256}`)
  return path.endsWith('.gz') ? gunzip(path, stored.value) : stored
}
function loadColumns(path: string, recorded: RecordedFile, header: readonly string[]): Result<readonly Float64Array[], string> {
  const bytes = loadBytes(path, recorded)
  if (!bytes.ok) return bytes
  const columns = parseCsvColumns(bytes.value, header)
  if (!columns.ok) return err(`recorded market file ${path} line ${columns.error.line}: ${columns.error.message}`)
  const rows = columns.value[0]?.length ?? 0
  return rows === recorded.rows ? columns : err(`recorded market file ${path} has ${rows} rows, expected ${recorded.rows}`)
}

function readFile(path: string): Result<Buffer, string> {
  try {
    return ok(readFileSync(path))
  } catch (error) {
    return err(`recorded market file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
function gunzip(path: string, stored: Buffer): Result<Buffer, string> {
  try {
    return ok(gunzipSync(stored, { maxOutputLength: FILE_BYTES_MAX }))
  } catch (error) {
    return err(`recorded market file ${path} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Moves the good candles to the front of the columns, in place, and notes what was wrong with the others and where candles are missing. */
function keepGoodCandles(id: InstrumentId, columns: CandleColumns, lengthMs: number): Result<Candles, string> {
  const guard = new CandleGuard(lengthMs)
  const incidents: RecordedIncident[] = []
  const candle = { openTimeMs: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 }
  let kept = 0
  for (let row = 0; row < columns.openTimeMs.length; row++) {
    for (const name of CANDLE_COLUMNS) candle[name] = columns[name][row] ?? Number.NaN
    const fault = guard.check(candle)
    if (fault !== null) incidents.push({ row: kept, incident: badCandleIncident(id, candle, fault) })
    else if (guard.missing > 0) incidents.push({ row: kept, incident: gapIncident(id, guard) })
    if (incidents.length > INCIDENTS_MAX)
      return err(`more than ${INCIDENTS_MAX} bad candles and gaps; the last is ${incidents.at(-1)?.incident.message}`)
    if (fault !== null) continue
    if (kept < row) for (const name of CANDLE_COLUMNS) columns[name][kept] = candle[name]
    kept++
  }
  if (kept === 0) return err('holds no usable candle')
  return ok({ candles: kept === columns.openTimeMs.length ? columns : sliceRows(columns, 0, kept), incidents })
}

/** A copy of rows [from, to). */
export const sliceRows = (columns: CandleColumns, from: number, to: number): CandleColumns => ({
  openTimeMs: columns.openTimeMs.slice(from, to),
  open: columns.open.slice(from, to),
  high: columns.high.slice(from, to),
  low: columns.low.slice(from, to),
  close: columns.close.slice(from, to),
  volume: columns.volume.slice(from, to),
})

/** How many values of a rising column are at or below `bound`: the row of the first one above it. */
export function rowsUpTo(rising: Float64Array, bound: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? Number.POSITIVE_INFINITY) <= bound) low = middle + 1
    else high = middle
  }
  return low
}
