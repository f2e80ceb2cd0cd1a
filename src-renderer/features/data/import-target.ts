// What a file is to become: prefilled from its preview, changed by the person, checked before anything is sent. Pure.
import type { Input } from '../../../src-shared/bridge/contract.ts'
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import type { Passport } from '../../format/coverage.ts'
import { COLUMN_ROLES, type ColumnRole, type TimeUnit, guessRoles, guessTimeUnit, timeOf } from './column-roles.ts'
import type { Preview } from './upload.ts'

export type ImportFormat = Input<'lab.import.start'>['format']
export const FORMATS: readonly { readonly value: ImportFormat; readonly title: string; readonly kinds: readonly Passport['kind'][] }[] = [
  { value: 'binance-klines', title: 'Binance archive, klines', kinds: ['candles'] },
  { value: 'binance-funding', title: 'Binance archive, funding rates', kinds: ['funding'] },
  { value: 'binance-trades', title: 'Binance archive, trades', kinds: ['trades'] },
  { value: 'freqtrade-json', title: 'freqtrade, JSON', kinds: ['candles', 'funding', 'trades'] },
  { value: 'freqtrade-feather', title: 'freqtrade, feather', kinds: ['candles', 'funding', 'trades'] },
  { value: 'generic-csv', title: 'CSV, columns named below', kinds: ['candles', 'funding', 'trades'] },
]

export type ImportTarget = {
  readonly format: ImportFormat
  readonly venue: string
  readonly instrument: string
  readonly kind: Passport['kind']
  /** Null while it has to be chosen. */
  readonly timeframe: Timeframe | null
  /** The role of each column, in their order; null for one that is not read. */
  readonly roles: readonly (ColumnRole | null)[]
  readonly timeUnit: TimeUnit
}

export const DEFAULT_VENUE = 'binanceusdm'

export function targetOf(preview: Preview, venue: string): ImportTarget {
  const format = preview.format ?? 'generic-csv'
  const kind = preview.kind ?? kindsOf(format)[0] ?? 'candles'
  const roles = guessRoles(preview.columns, kind)
  return {
    format,
    venue,
    instrument: preview.instrumentId ?? '',
    kind,
    timeframe: preview.timeframe,
    roles,
    timeUnit: guessTimeUnit(preview.sample.map((row) => row[roles.indexOf('time')] ?? '')),
  }
}

export const kindsOf = (format: ImportFormat): readonly Passport['kind'][] => FORMATS.find(({ value }) => value === format)?.kinds ?? []

/** Another format may not hold the same kind, and another kind has other columns. */
export function withFormat(target: ImportTarget, format: ImportFormat, preview: Preview): ImportTarget {
  const kinds = kindsOf(format)
  return withKind({ ...target, format }, kinds.includes(target.kind) ? target.kind : (kinds[0] ?? 'candles'), preview)
}
export const withKind = (target: ImportTarget, kind: Passport['kind'], preview: Preview): ImportTarget =>
  kind === target.kind ? target : { ...target, kind, roles: guessRoles(preview.columns, kind) }

export type TargetFaults = Readonly<Partial<Record<'venue' | 'instrument' | 'timeframe' | 'columns' | 'timeUnit', string>>>

/** One sentence for each field that keeps the import from starting; empty when it may start. */
export function checkTarget(target: ImportTarget, preview: Preview): TargetFaults {
  const venue = target.venue.trim()
  return {
    ...(/^[a-z0-9_-]{1,40}$/.test(venue) ? {} : { venue: `The venue is "${venue}", expected its name such as binanceusdm` }),
    ...(unifiedInstrument(target.instrument) === null ? { instrument: instrumentFault(target.instrument.trim()) } : {}),
    ...(target.kind === 'candles' && target.timeframe === null ? { timeframe: 'Choose how long one candle of the file is' } : {}),
    ...(target.format === 'generic-csv' ? checkColumns(target, preview) : {}),
  }
}

const instrumentFault = (text: string): string =>
  text === ''
    ? 'Name the instrument, such as BTC/USDT:USDT'
    : `The instrument is "${text}", expected a symbol such as BTC/USDT:USDT or BTCUSDT`

/** The unified symbol, or null. */
export function unifiedInstrument(text: string): string | null {
  try {
    return instrumentId(text.trim().toUpperCase())
  } catch {
    return null
  }
}

function checkColumns({ roles, kind, timeUnit }: ImportTarget, preview: Preview): TargetFaults {
  const missing = COLUMN_ROLES[kind]
    .filter(({ role, optional }) => optional !== true && !roles.includes(role))
    .map(({ title }) => title.toLowerCase())
  if (missing.length > 0) return { columns: `No column is named as ${missing.join(', ')}` }
  const twice = roles.find((role, at) => role !== null && roles.indexOf(role) !== at)
  if (twice != null) return { columns: `Two columns are named as ${twice}, expected one` }
  const first = firstTime({ roles, timeUnit }, preview)
  return first === null ? { timeUnit: `"${preview.sample[0]?.[roles.indexOf('time')] ?? ''}" is no time in this unit` } : {}
}

/** What the first row's time means in the chosen unit, so that a wrong unit is seen; null when it means nothing. */
export function firstTime({ roles, timeUnit }: Pick<ImportTarget, 'roles' | 'timeUnit'>, { sample }: Preview): number | null {
  const text = sample[0]?.[roles.indexOf('time')]
  return text === undefined ? null : timeOf(text, timeUnit)
}

/** What is sent. Only for a target without faults. */
export function startInput(target: ImportTarget, preview: Preview): Input<'lab.import.start'> {
  const { format, venue, kind, roles, timeUnit } = target
  const columnOf = (role: ColumnRole): string | undefined => preview.columns[roles.indexOf(role)]
  const named = COLUMN_ROLES[kind].flatMap(({ role }) => {
    const column = columnOf(role)
    return column === undefined ? [] : [[role, column] as const]
  })
  return {
    uploadId: preview.uploadId,
    format,
    venue: venue.trim(),
    instrumentId: unifiedInstrument(target.instrument) ?? '',
    kind,
    timeframe: kind === 'candles' ? target.timeframe : null,
    columns: format === 'generic-csv' ? { time: '', ...Object.fromEntries(named), timeUnit } : null,
  }
}
