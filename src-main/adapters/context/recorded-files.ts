// Values of the sources as others recorded them: manifest.json in a folder, and the files it names. Only files that can say something about
// the market at hand are opened.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import type { ContextSourceId } from '../../../src-shared/config/settings.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { MEASURES, MEASURE_INFO, type Measure } from '../../../src-shared/domain/measure.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { Headline } from '../../core/ports/context-feed.ts'
import { SOURCE_IDS } from './catalogue.ts'

/** Values at the times at which they were known, oldest first. */
export type RecordedValues = {
  readonly source: ContextSourceId
  readonly measure: Measure
  readonly instrumentId: InstrumentId | null
  readonly knownMs: Float64Array
  /** NaN says that it was not known from then on. */
  readonly values: Float64Array
  readonly validForMs: number
}
export type RecordedContext = {
  readonly values: readonly RecordedValues[]
  /** Oldest first, with the source that they come under. */
  readonly headlines: readonly Headline[]
  readonly headlineSource: ContextSourceId | null
}
export type Period = { readonly startMs: number; readonly endMs: number }

const File = {
  /** A bare name, so that a manifest cannot point outside its own folder. */
  file: z.string().regex(/^[A-Za-z0-9][\w.-]{0,127}$/, 'must be a plain file name'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
  rows: z.int().min(1).max(1_000_000),
  firstMs: z.int().min(0),
  lastMs: z.int().min(0),
  /** From the time in the file to the time at which the value was known: a day for what is said of a whole day. */
  knownAfterMs: z.int().min(0),
}
const Series = z.strictObject({
  ...File,
  source: z.enum(SOURCE_IDS),
  measure: z.enum(MEASURES),
  /** Of which market; null for all. */
  instrument: z.strictObject({ venue: z.string().min(1), id: z.string().min(1) }).nullable(),
  validForMs: z.int().min(1),
})
const Manifest = z.strictObject({
  format: z.literal(1),
  series: z.array(Series).max(100),
  headlines: z.strictObject({ ...File, source: z.enum(SOURCE_IDS) }).nullable(),
})
type Series = z.infer<typeof Series>
type File = Pick<Series, 'file' | 'sha256' | 'rows'>

const FILE_BYTES_MAX = 64 * 1024 * 1024

/**
 * What the folder holds about these instruments within this period. The error is one sentence that names the file and, where there is one,
 * the line.
 */
export function openRecordedContext(dir: string, instruments: readonly Instrument[], period: Period): Result<RecordedContext, string> {
  const path = join(dir, 'manifest.json')
  const text = readText(path)
  if (!text.ok) return text
  const manifest = parseManifest(text.value)
  if (!manifest.ok) return err(`recorded context ${path}: ${manifest.error}`)
  const values: RecordedValues[] = []
  for (const series of manifest.value.series) {
    const instrument = instruments.find(({ id, venue }) => id === series.instrument?.id && venue === series.instrument.venue)
    if ((series.instrument !== null && instrument === undefined) || !overlaps(series, period, series.validForMs)) continue
    const loaded = loadValues(dir, series, instrument?.id ?? null)
    if (!loaded.ok) return loaded
    values.push(loaded.value)
  }
  const { headlines } = manifest.value
  if (headlines === null || !overlaps(headlines, period, 0)) return ok({ values, headlines: [], headlineSource: null })
  const read = loadHeadlines(dir, headlines, headlines.knownAfterMs)
  return read.ok ? ok({ values, headlines: read.value, headlineSource: headlines.source }) : read
}

function parseManifest(text: string): Result<z.infer<typeof Manifest>, string> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return err(`is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const parsed = Manifest.safeParse(json)
  const issue = parsed.error?.issues[0]
  if (!parsed.success) return err(`${issue?.path.join('.') || 'manifest'}: ${issue?.message ?? 'not as expected'}`)
  const misplaced = parsed.data.series.find(({ measure, instrument }) => MEASURE_INFO[measure].isGlobal !== (instrument === null))
  return misplaced === undefined ? ok(parsed.data) : err(`${misplaced.file}: ${misplaced.measure} must name an instrument, or must not`)
}

const overlaps = (
  file: { firstMs: number; lastMs: number; knownAfterMs: number },
  { startMs, endMs }: Period,
  validForMs: number,
): boolean => file.firstMs + file.knownAfterMs < endMs && file.lastMs + file.knownAfterMs + validForMs > startMs

function loadValues(dir: string, series: Series, instrumentId: InstrumentId | null): Result<RecordedValues, string> {
  const path = join(dir, series.file)
  const lines = readRows(path, series, 'timeMs,value')
  if (!lines.ok) return lines
  const knownMs = new Float64Array(lines.value.length)
  const values = new Float64Array(lines.value.length)
  for (const [row, line] of lines.value.entries()) {
    const [timeMs, value] = numbersOf(line, 2) ?? []
    if (timeMs === undefined || value === undefined) return err(`recorded context ${path} line ${row + 2}: "${line}" is not two numbers`)
    knownMs[row] = timeMs + series.knownAfterMs
    values[row] = value
    if (row > 0 && !((knownMs[row] ?? Number.NaN) > (knownMs[row - 1] ?? Number.NaN)))
      return err(`recorded context ${path} line ${row + 2}: time ${timeMs} is not after the line before it`)
  }
  const { source, measure, validForMs } = series
  return ok({ source, measure, instrumentId, knownMs, values, validForMs })
}

function loadHeadlines(dir: string, file: File, knownAfterMs: number): Result<readonly Headline[], string> {
  const path = join(dir, file.file)
  const lines = readRows(path, file, 'timeMs,sentiment,assets,title')
  if (!lines.ok) return lines
  const headlines: Headline[] = []
  for (const [row, line] of lines.value.entries()) {
    // The title comes last and takes the commas.
    const cells = /^(\d+),(-?[\d.]+),([A-Z0-9 ]*),(.+)$/.exec(line)
    const [, time, sentiment, assets, title] = cells ?? []
    if (title === undefined) return err(`recorded context ${path} line ${row + 2}: "${line.slice(0, 80)}" is not a headline`)
    const tsMs = Number(time) + knownAfterMs
    if (tsMs < (headlines.at(-1)?.tsMs ?? 0)) return err(`recorded context ${path} line ${row + 2}: it is older than the line before it`)
    const id = hash('sha256', `${tsMs}\n${title}`, 'hex').slice(0, 32)
    const named = assets === undefined || assets === '' ? [] : assets.split(' ')
    headlines.push({ id, tsMs, source: 'recorded', title, link: null, sentiment: Number(sentiment), assets: named })
  }
  return ok(headlines)
}

function readRows(path: string, { sha256, rows }: File, header: string): Result<readonly string[], string> {
  let text: string
  try {
    const stored = readFileSync(path)
    const found = hash('sha256', stored, 'hex')
    if (found !== sha256) return err(`recorded context ${path} is damaged: its sha256 is ${found}, expected ${sha256}`)
    text = gunzipSync(stored, { maxOutputLength: FILE_BYTES_MAX }).toString('utf8')
  } catch (error) {
    return err(`recorded context ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  const [first, ...lines] = text.trimEnd().split('\n')
  if (first !== header) return err(`recorded context ${path}: the header is "${first}", expected "${header}"`)
  return lines.length === rows ? ok(lines) : err(`recorded context ${path} has ${lines.length} rows, expected ${rows}`)
}

function readText(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'))
  } catch (error) {
    return err(`recorded context ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/
function numbersOf(line: string, count: number): readonly number[] | null {
  const cells = line.split(',')
  return cells.length === count && cells.every((cell) => PLAIN_NUMBER.test(cell)) ? cells.map(Number) : null
}
