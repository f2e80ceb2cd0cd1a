// Market data from files and from venues, from the command line: with the same jobs as the Data page.
import path from 'node:path'
import type * as z from 'zod/mini'
import { ColumnMap } from '../../../src-shared/bridge/lab-views.ts'
import { DOWNLOAD_VENUES, DOWNLOAD_VENUE_IDS } from '../../../src-shared/domain/download-venue.ts'
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import { SERIES_KINDS } from '../../../src-shared/domain/series.ts'
import { type FilePreview, previewFile } from '../../adapters/market-store/importers/preview-file.ts'
import type { TaskOf } from '../jobs/task.ts'
import type { Call, Command } from './command.ts'
import { CommandFailure, UsageError } from './faults.ts'
import { NO_STORE, labOptions, runJob } from './run-job.ts'
import { commaList, instant, oneOf, pair, timeframe } from './values.ts'

const FORMATS = ['binance-klines', 'binance-funding', 'binance-trades', 'freqtrade-json', 'freqtrade-feather', 'generic-csv'] as const
const DEFAULT_VENUE = 'binanceusdm'
const VENUE_IDS = DOWNLOAD_VENUES.map(({ id }) => id)

type ImportRequest = TaskOf<'import'>['request']

const IMPORT: Command = {
  name: 'data import',
  summary: 'Import market data from files',
  operands: ['FILE…'],
  options: {
    symbol: { value: 'NAME', help: 'instrument, such as BTCUSDT (default: as the file is called)' },
    timeframe: { value: 'TF', help: 'length of the candles (default: as the file is called)' },
    kind: { value: 'KIND', help: `${SERIES_KINDS.join(', ')} (default: as the file looks)` },
    format: { value: 'NAME', help: `${FORMATS.join(', ')} (default: as the file looks)` },
    venue: { value: 'ID', help: `venue of the data (default ${DEFAULT_VENUE})` },
    columns: { value: 'MAP', help: 'columns of a generic CSV file: time=Date,timeUnit=iso,open=Open,…' },
  },
  notes: [
    'Archives of Binance (zip or CSV of klines, funding, trades), JSON and feather of freqtrade, and any CSV with named columns. A file that is wrong leaves the store as it was.',
  ],
  async run(call, world) {
    const options = labOptions(call, world)
    for (const file of call.operands) {
      const fileName = path.basename(file)
      const request = requestOf(call, fileName, await previewOf(file, fileName))
      const { message } = await runJob(world, { options, store: NO_STORE, task: { kind: 'import', file, fileName, request } })
      world.out(`${fileName}: ${message}\n`)
    }
    return 0
  },
}

async function previewOf(file: string, fileName: string): Promise<FilePreview> {
  const preview = await previewFile(file, fileName)
  if (!preview.ok) throw new CommandFailure(preview.error.message)
  return preview.value
}

function requestOf(call: Call, fileName: string, seen: FilePreview): ImportRequest {
  const said = <T>(option: string, read: (text: string) => T): T | undefined => {
    const text = call.text(option)
    return text === undefined ? undefined : read(text)
  }
  const kind = said('kind', (text) => oneOf('kind', text, SERIES_KINDS)) ?? seen.kind
  const format = said('format', (text) => oneOf('format', text, FORMATS)) ?? seen.format
  const instrument = said('symbol', symbol) ?? seen.instrumentId
  const base = said('timeframe', (text) => timeframe('timeframe', text)) ?? seen.timeframe
  if (kind === null) throw missing(fileName, 'kind')
  if (format === null) throw missing(fileName, 'format')
  if (instrument === null) throw missing(fileName, 'symbol')
  if (kind === 'candles' && base === null) throw missing(fileName, 'timeframe')
  return {
    format,
    kind,
    instrumentId: instrument,
    timeframe: kind === 'candles' ? base : null,
    venue: call.text('venue') ?? DEFAULT_VENUE,
    columns: format === 'generic-csv' ? (said('columns', columnsFrom) ?? seen.columnMap) : null,
  }
}

const missing = (fileName: string, option: string): UsageError =>
  new UsageError(`${fileName} does not tell its ${option}: name it with --${option}`)

function symbol(text: string): string {
  try {
    return instrumentId(text)
  } catch (cause) {
    throw new UsageError(`--symbol: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

function columnsFrom(text: string): z.output<typeof ColumnMap> {
  const parsed = ColumnMap.safeParse(Object.fromEntries(commaList('columns', text).map((each) => pair('columns', each))))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(`--columns: ${issue?.path.join('.') || 'it'} ${issue?.message ?? 'is not as expected'}`)
}

const DOWNLOAD_KINDS = ['candles', 'funding'] as const
const DOWNLOAD: Command = {
  name: 'data download',
  summary: 'Download market data from a venue, going on where the store ends',
  operands: [],
  options: {
    symbols: { value: 'LIST', help: 'such as BTCUSDT,ETHUSDT' },
    from: { value: 'DAY', help: 'first day, UTC: 2025-05-10' },
    to: { value: 'DAY', help: 'end, not included' },
    kind: { value: 'KIND', help: `${DOWNLOAD_KINDS.join(' or ')} (default candles)` },
    timeframe: { value: 'TF', help: 'length of the candles (default 1m)' },
    venue: { value: 'ID', help: `${DOWNLOAD_VENUE_IDS} (default ${DEFAULT_VENUE})` },
  },
  notes: [
    'Public data only, without keys, within the limits of the venue. What was fetched until Ctrl-C stays; the same command goes on from there.',
  ],
  async run(call, world) {
    const options = labOptions(call, world)
    const given = (option: string): string => {
      const text = call.text(option)
      if (text === undefined) throw new UsageError(`--${option} is missing`)
      return text
    }
    const symbols = commaList('symbols', given('symbols')).map(symbol)
    const [fromMs, endMs] = [instant('from', given('from')), instant('to', given('to'))]
    if (endMs <= fromMs)
      throw new UsageError(`--to is ${JSON.stringify(given('to'))}, expected a time after --from ${JSON.stringify(given('from'))}`)
    const kind = oneOf('kind', call.text('kind') ?? 'candles', DOWNLOAD_KINDS)
    const base = kind === 'candles' ? timeframe('timeframe', call.text('timeframe') ?? '1m') : null
    const venue = oneOf('venue', call.text('venue') ?? DEFAULT_VENUE, VENUE_IDS)
    for (const id of symbols) {
      const request = { venue, instrumentId: id, kind, timeframe: base, fromMs, toMs: endMs - 1 }
      const { message } = await runJob(world, { options, store: NO_STORE, task: { kind: 'download', request } })
      world.out(`${id}: ${message}\n`)
    }
    return 0
  },
}

export const IMPORT_COMMANDS: readonly Command[] = [IMPORT, DOWNLOAD]
