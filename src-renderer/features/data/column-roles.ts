// Which column of a CSV file is what: the choices, and a first guess from its heading. Pure.
import type { Input } from '../../../src-shared/bridge/contract.ts'
import type { Passport } from '../../format/coverage.ts'

type ColumnMap = NonNullable<Input<'lab.import.start'>['columns']>
export type TimeUnit = ColumnMap['timeUnit']
export type ColumnRole = Exclude<keyof ColumnMap, 'timeUnit'>

type Role = { readonly role: ColumnRole; readonly title: string; readonly optional?: boolean }
export const COLUMN_ROLES: Readonly<Record<Passport['kind'], readonly Role[]>> = {
  candles: [
    { role: 'time', title: 'Open time' },
    { role: 'open', title: 'Open' },
    { role: 'high', title: 'High' },
    { role: 'low', title: 'Low' },
    { role: 'close', title: 'Close' },
    { role: 'volume', title: 'Volume' },
  ],
  funding: [
    { role: 'time', title: 'Time' },
    { role: 'rate', title: 'Rate' },
  ],
  trades: [
    { role: 'time', title: 'Time' },
    { role: 'price', title: 'Price' },
    { role: 'quantity', title: 'Quantity' },
    { role: 'side', title: 'Side', optional: true },
  ],
}

export const TIME_UNITS: readonly { readonly value: TimeUnit; readonly title: string }[] = [
  { value: 'ms', title: 'milliseconds since 1970' },
  { value: 's', title: 'seconds since 1970' },
  { value: 'us', title: 'microseconds since 1970' },
  { value: 'iso', title: 'date and time as text' },
]

/** Headings as files have them, without case, spaces and underscores. */
const NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  time: ['time', 'timestamp', 'opentime', 'date', 'datetime', 'ts', 'unix', 'unixtime', 'calctime', 'fundingtime'],
  open: ['open', 'o', 'openprice'],
  high: ['high', 'h', 'highprice'],
  low: ['low', 'l', 'lowprice'],
  close: ['close', 'c', 'closeprice', 'last'],
  volume: ['volume', 'vol', 'v', 'basevolume', 'volumebtc'],
  rate: ['rate', 'fundingrate', 'lastfundingrate'],
  price: ['price', 'p'],
  quantity: ['quantity', 'qty', 'amount', 'size', 'q'],
  side: ['side', 'isbuyermaker', 'takerside'],
}
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** A role for each column, null where none fits. Columns that have only numbers for names are taken in the usual order. */
export function guessRoles(columns: readonly string[], kind: Passport['kind']): readonly (ColumnRole | null)[] {
  const roles = COLUMN_ROLES[kind].map(({ role }) => role)
  if (columns.length > 0 && columns.every((name) => /^\d+$/.test(name))) return columns.map((_, at) => roles[at] ?? null)
  const taken = new Set<ColumnRole>()
  return columns.map((name) => {
    const role = roles.find((candidate) => !taken.has(candidate) && NAMES[candidate].includes(plain(name))) ?? null
    if (role !== null) taken.add(role)
    return role
  })
}

/** By the number of digits: a year of this century has 10 in seconds, 13 in milliseconds, 16 in microseconds. */
export function guessTimeUnit(times: readonly string[]): TimeUnit {
  const first = times.find((text) => text.trim() !== '')?.trim() ?? ''
  if (!/^\d+(\.\d+)?$/.test(first)) return first === '' ? 'ms' : 'iso'
  const digits = first.split('.')[0]?.length ?? 0
  return digits >= 16 ? 'us' : digits >= 13 ? 'ms' : 's'
}

const YEAR_2009 = Date.UTC(2009, 0, 1)
const YEAR_2100 = Date.UTC(2100, 0, 1)

/** Milliseconds, or null when the text is no time of this unit between 2009 and 2100. Text without a zone is UTC. */
export function timeOf(text: string, unit: TimeUnit): number | null {
  const ms = unit === 'iso' ? parseIso(text.trim()) : Number(text) * { ms: 1, s: 1000, us: 0.001 }[unit]
  return Number.isFinite(ms) && ms >= YEAR_2009 && ms < YEAR_2100 ? Math.floor(ms) : null
}

const parseIso = (text: string): number => {
  const iso = text.replace(' ', 'T')
  return Date.parse(/[zZ]$|[+-]\d\d:?\d\d$|^\d{4}-\d\d-\d\d$/.test(iso) ? iso : `${iso}Z`)
}
