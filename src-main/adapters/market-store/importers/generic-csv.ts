// Any other CSV, with a map that says which column is what.
import type { z } from 'zod/mini'
import type { ColumnMap as ColumnMapSchema } from '../../../../src-shared/bridge/lab-views.ts'
import type { SeriesKind } from '../../../../src-shared/domain/series.ts'
import { type TimeUnit, isoMs, numberOf, sideOf, sideOfMaker, unitOf } from './cell-values.ts'
import { NumbersReader, type NumberCell, type RowReader, TimeCell, TradesReader } from './row-reader.ts'

export type ColumnMap = z.infer<typeof ColumnMapSchema>
type MappedColumn = Exclude<keyof ColumnMap, 'timeUnit'>

const UNITS: Readonly<Record<ColumnMap['timeUnit'], TimeUnit | 'iso'>> = {
  ms: 'milliseconds',
  s: 'seconds',
  us: 'microseconds',
  iso: 'iso',
}
const NEEDED: Readonly<Record<SeriesKind, readonly MappedColumn[]>> = {
  candles: ['open', 'high', 'low', 'close', 'volume'],
  funding: ['rate'],
  trades: ['price', 'quantity'],
}

/** Whether this first row names columns rather than holding values: nothing in it is a number or a time. */
export const isHeaderRow = (cells: readonly string[]): boolean => cells.every((cell) => numberOf(cell) === null && isoMs(cell) === null)

/** Names of the columns: the header's, or their numbers from 1. */
export const columnNames = (firstRow: readonly string[]): readonly string[] =>
  isHeaderRow(firstRow) ? firstRow.map((cell) => cell.trim()) : firstRow.map((_, index) => String(index + 1))

/** The error names the column that is not there, or not mapped. */
export function genericReader(names: readonly string[], map: ColumnMap, kind: SeriesKind): RowReader | string {
  const missing = [map.time, ...NEEDED[kind].map((needed) => map[needed])].find((name) => name !== undefined && !names.includes(name))
  if (missing !== undefined) return `has no column "${missing}", expected one of ${names.slice(0, 30).join(', ')}`
  const unmapped = NEEDED[kind].find((needed) => map[needed] === undefined)
  if (unmapped !== undefined) return `needs a column for ${unmapped}: ${kind} cannot be read without`
  const numbers = NEEDED[kind].map((needed): NumberCell => ({
    name: needed,
    index: names.indexOf(map[needed] ?? ''),
    mayBeNegative: needed === 'rate',
  }))
  const reader = new NumbersReader({ cell: new TimeCell(UNITS[map.timeUnit]), index: names.indexOf(map.time) }, numbers)
  if (kind !== 'trades') return reader
  if (map.side === undefined || !names.includes(map.side)) return 'needs a column for side: trades cannot be read without'
  const isMaker = IS_MAKER.test(map.side)
  return new TradesReader(reader, {
    index: names.indexOf(map.side),
    of: isMaker ? sideOfMaker : sideOf,
    words: isMaker ? 'true or false' : 'buy or sell',
  })
}

/** A column such as isBuyerMaker says whether the buyer was the maker, which makes the taker the seller. */
const IS_MAKER = /maker/i

const TIME_NAMES = [
  'opentimems',
  'opentime',
  'timestamp',
  'time',
  'date',
  'datetime',
  'fundingtimems',
  'fundingtime',
  'tradetimems',
  'timems',
  'unix',
  'unixtimestamp',
  'unixtime',
  'ts',
  'calctime',
]
const NAMES: Readonly<Record<Exclude<MappedColumn, 'time'>, readonly string[]>> = {
  open: ['open', 'o'],
  high: ['high', 'h'],
  low: ['low', 'l'],
  close: ['close', 'c'],
  volume: ['volume', 'vol', 'v', 'basevolume', 'volumebtc'],
  rate: ['rate', 'fundingrate', 'lastfundingrate'],
  price: ['price', 'p'],
  quantity: ['quantity', 'qty', 'amount', 'size', 'q'],
  side: ['side', 'takerside', 'direction', 'isbuyermaker', 'buyermaker'],
}

/** A map told by usual names of columns, the unit of its times by the first row of values; null when the time is not to be found. */
export function guessColumns(names: readonly string[], firstValues: readonly string[]): ColumnMap | null {
  const plain = names.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''))
  const find = (wanted: readonly string[]): string | undefined => {
    const index = wanted.map((name) => plain.indexOf(name)).find((at) => at >= 0)
    return index === undefined ? undefined : names[index]
  }
  const time = find(TIME_NAMES)
  if (time === undefined) return null
  const entries = Object.entries(NAMES).flatMap(([column, wanted]) => {
    const name = find(wanted)
    return name === undefined ? [] : [[column, name] as const]
  })
  return { time, timeUnit: guessUnit(firstValues[names.indexOf(time)] ?? ''), ...Object.fromEntries(entries) }
}
function guessUnit(text: string): ColumnMap['timeUnit'] {
  const value = numberOf(text)
  if (value === null) return 'iso'
  switch (unitOf(value)) {
    case 'seconds':
      return 's'
    case 'microseconds':
      return 'us'
    case 'milliseconds':
    case 'nanoseconds':
    case null:
      return 'ms'
  }
}
