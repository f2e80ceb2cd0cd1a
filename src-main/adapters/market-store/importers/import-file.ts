// A file into the store: all of it or nothing, with one sentence for whatever is wrong.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isFileTrouble } from '../../sqlite/file-error.ts'
import { instrumentId } from '../../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../../src-shared/domain/result.ts'
import { type DataPassport, SERIES_KINDS, type SeriesKind, type SeriesRef } from '../../../../src-shared/domain/series.ts'
import type { Timeframe } from '../../../../src-shared/domain/time.ts'
import type { SeriesImport, SeriesWriter } from '../../../core/ports/market-store.ts'
import { DEFAULT_DIGITS, inferredInstrument } from '../inferred-instrument.ts'
import type { SqliteMarketStore } from '../market-store.ts'
import { MarketStoreError } from '../market-store-error.ts'
import type { FileFormat } from './file-format.ts'
import { feedRows, placeOf } from './file-rows.ts'
import type { ColumnMap } from './generic-csv.ts'
import { ImportFault } from './import-fault.ts'
import { RowTarget } from './row-target.ts'

export type ImportRequest = {
  readonly path: string
  /** As the user knows it, never a path. */
  readonly fileName: string
  readonly format: FileFormat
  readonly venue: string
  readonly instrumentId: string
  readonly kind: SeriesKind
  readonly timeframe: Timeframe | null
  /** For `generic-csv`. */
  readonly columns: ColumnMap | null
}
export type ImportProgress = {
  /** Of the packed file. */
  readonly bytes: number
  readonly bytesTotal: number
  readonly rows: number
}
export type ImportOptions = {
  /** Time of the import, for the passport. */
  readonly nowMs: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ImportProgress) => void
}
export type ImportFailure = {
  /** `canceled` by the signal; `bad_file` for what the file or the request is; `store` for what the store could not do. */
  readonly kind: 'canceled' | 'bad_file' | 'store'
  /** One sentence. */
  readonly message: string
}

/** The passport of the series afterwards. On failure the store is as it was before. Throws for bugs only. */
export async function importFile(
  store: SqliteMarketStore,
  request: ImportRequest,
  options: ImportOptions,
): Promise<Result<DataPassport, ImportFailure>> {
  let writer: SeriesWriter | null = null
  try {
    const wanted = await importOf(store, request, options)
    writer = store.begin(wanted)
    await fill(writer, request, options)
    return ok(writer.finish())
  } catch (error) {
    abandon(writer)
    return err(failureOf(error, request.fileName, options.signal))
  }
}

async function importOf(store: SqliteMarketStore, request: ImportRequest, options: ImportOptions): Promise<SeriesImport> {
  const ref = refOf(request)
  const known = store.knownInstrument(ref.venue, ref.instrumentId)
  return {
    ref,
    instrument: known?.instrument ?? inferredInstrument(ref, DEFAULT_DIGITS),
    instrumentFrom: known?.from ?? 'inferred',
    source: { kind: 'file', name: request.fileName, importedMs: options.nowMs, sha256: await sha256Of(request.path, options.signal) },
  }
}

const KINDS: Readonly<Record<FileFormat, readonly SeriesKind[]>> = {
  'binance-klines': ['candles'],
  'binance-funding': ['funding'],
  'binance-trades': ['trades'],
  'freqtrade-json': ['candles', 'funding'],
  'freqtrade-feather': ['candles', 'funding'],
  'generic-csv': SERIES_KINDS,
}

function refOf({ fileName, venue, kind, timeframe, ...request }: ImportRequest): SeriesRef {
  const kinds = KINDS[request.format]
  if (!kinds.includes(kind))
    throw new ImportFault(`${fileName}: a file of the format ${request.format} holds ${kinds.join(' or ')}, not ${kind}`)
  if (kind === 'candles' && timeframe === null) throw new ImportFault(`${fileName}: candles need a timeframe`)
  try {
    return { venue, instrumentId: instrumentId(request.instrumentId), kind, timeframe: kind === 'candles' ? timeframe : null }
  } catch (error) {
    throw new ImportFault(`${fileName}: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

async function fill(writer: SeriesWriter, request: ImportRequest, { signal, onProgress }: ImportOptions): Promise<void> {
  const { path, fileName, format, kind, timeframe, columns } = request
  const bytesTotal = (await stat(path)).size
  let bytes = 0
  const onBytes = (read: number): void => void (bytes = read)
  const target = new RowTarget(writer, { fileName, kind, timeframe: kind === 'candles' ? timeframe : null, place: placeOf(format) })
  const file = { path, fileName, onBytes, ...(signal && { signal }) }
  await feedRows({ file, format, kind, columns }, target, () => onProgress?.({ bytes, bytesTotal, rows: target.rows }))
  signal?.throwIfAborted()
  target.end()
  onProgress?.({ bytes: bytesTotal, bytesTotal, rows: target.rows })
}

async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const content = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal && { signal }) }))
    content.update(piece as Buffer)
  return content.digest('hex')
}

/** What cannot be removed now is removed when the store is opened next. */
function abandon(writer: SeriesWriter | null): void {
  try {
    writer?.abandon()
  } catch (error) {
    if (!(error instanceof MarketStoreError)) throw error
  }
}

export function failureOf(error: unknown, fileName: string, signal?: AbortSignal): ImportFailure {
  if (error instanceof ImportFault) return { kind: 'bad_file', message: error.message }
  if (error instanceof MarketStoreError) return { kind: 'store', message: error.message }
  if (signal?.aborted === true) return { kind: 'canceled', message: `${fileName} was not imported: it was canceled` }
  if (isFileTrouble(error)) return { kind: 'bad_file', message: `${fileName} cannot be read: ${error.message}` }
  throw error
}
