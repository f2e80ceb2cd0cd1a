// Run data as one compressed piece of bytes, for lab workers that have no store of their own. A line of JSON says what follows; then come the
// columns as little-endian float64. Names its format, so that another version refuses it instead of misreading it.
import { createHash } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import { decodeExact, encodeExact } from '../../engine/session-recorder.ts'
import { type RunData, type RunSeries, sharedColumns } from '../backtest/run-data.ts'

const FORMAT = 1
/** Unpacked. Twenty million candles. */
const BYTES_MAX = 1024 * 1024 * 1024
const CANDLE_COLUMNS = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const

type Lengths = { readonly candles: number; readonly earlier: number; readonly detail: number | null; readonly funding: number }
type Header = Pick<RunData, 'instruments' | 'measures' | 'passports'> & {
  readonly format: number
  readonly series: readonly (Pick<RunSeries, 'instrumentId'> & Lengths)[]
}

export type PackedRunData = { readonly bytes: Buffer; readonly sha256: string }

export function packRunData(data: RunData): PackedRunData {
  const { instruments, measures, passports, series } = data
  const header: Header = { format: FORMAT, instruments, measures, passports, series: series.map(lengthsOf) }
  const text = Buffer.from(`${encodeExact(header)}\n`)
  const bytes = zstdCompressSync(Buffer.concat([text, ...series.flatMap(columnsOf).map(bytesOf)]))
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** The error is one sentence. Columns lie in shared memory again. */
export function unpackRunData(packed: Buffer): Result<RunData, string> {
  try {
    const bytes = zstdDecompressSync(packed, { maxOutputLength: BYTES_MAX })
    const end = bytes.indexOf(10)
    const header = decodeExact(bytes.toString('utf8', 0, end)) as Header
    if (header.format !== FORMAT) return err(`market data of format ${String(header.format)}, expected ${FORMAT}`)
    const reader = new ColumnReader(bytes.subarray(end + 1))
    const series = header.series.map((lengths) => readSeries(lengths, reader))
    if (!reader.isAtEnd) return err('market data with more bytes than it announces')
    const { instruments, measures, passports } = header
    return ok({ instruments, measures, passports, series })
  } catch (cause) {
    return err(`market data cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

const lengthsOf = ({ instrumentId, candles, earlier, detail, funding }: RunSeries): Header['series'][number] => ({
  instrumentId,
  candles: candles.openTimeMs.length,
  earlier: earlier.openTimeMs.length,
  detail: detail === null ? null : detail.openTimeMs.length,
  funding: funding.timeMs.length,
})

const columnsOf = ({ candles, earlier, detail, funding }: RunSeries): readonly Float64Array[] => [
  ...[candles, earlier, ...(detail === null ? [] : [detail])].flatMap((columns) => CANDLE_COLUMNS.map((name) => columns[name])),
  funding.timeMs,
  funding.rate,
]
const bytesOf = (column: Float64Array): Uint8Array => new Uint8Array(column.buffer, column.byteOffset, column.byteLength)

class ColumnReader {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }
  fill(column: Float64Array): void {
    const end = this.#at + column.byteLength
    if (end > this.#bytes.length) throw new RangeError(`column ends at byte ${end} of ${this.#bytes.length}`)
    bytesOf(column).set(this.#bytes.subarray(this.#at, end))
    this.#at = end
  }
}

function readSeries(lengths: Header['series'][number], reader: ColumnReader): RunSeries {
  const read = (length: number): CandleColumns => {
    const columns = sharedColumns(length)
    for (const name of CANDLE_COLUMNS) reader.fill(columns[name])
    return columns
  }
  const candles = read(lengths.candles)
  const earlier = read(lengths.earlier)
  const detail = lengths.detail === null ? null : read(lengths.detail)
  const { openTimeMs: timeMs, open: rate } = sharedColumns(lengths.funding)
  reader.fill(timeMs)
  reader.fill(rate)
  return { instrumentId: lengths.instrumentId, candles, earlier, detail, funding: { timeMs, rate } }
}
