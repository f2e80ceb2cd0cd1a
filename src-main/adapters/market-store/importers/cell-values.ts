// Texts of a file as numbers, times and sides. Null stands for what is none: the caller knows where it stood and says so.

/** A decimal number, blanks around it allowed; null for anything else, hexadecimal and Infinity among it. */
export function numberOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const value = Number(text)
  if (!Number.isFinite(value)) return null
  // Nothing but blanks counts as 0, and 0x1F, 0b1 and 0o7 are read as well: all of them are whole numbers with a letter or without a digit.
  return Number.isInteger(value) && !HAS_DECIMAL_HEAD.test(text) ? null : value
}
const HAS_DECIMAL_HEAD = /^\s*[-+]?(?:\d|\.\d)(?![xbo])/i

const UNITS = [
  { name: 'seconds', below: 1e11, perMs: 1e-3 },
  { name: 'milliseconds', below: 1e14, perMs: 1 },
  { name: 'microseconds', below: 1e17, perMs: 1e3 },
  { name: 'nanoseconds', below: 1e20, perMs: 1e6 },
] as const
export type TimeUnit = (typeof UNITS)[number]['name']

/** In which unit a time since 1970 must be, told by its size: from 1973 on no two units can be taken for each other. Null for no such time. */
export const unitOf = (value: number): TimeUnit | null => (value >= 0 ? (UNITS.find(({ below }) => value < below)?.name ?? null) : null)
export const toMs = (value: number, unit: TimeUnit): number => {
  const { perMs } = UNITS.find(({ name }) => name === unit) ?? UNITS[1]
  return unit === 'seconds' ? Math.round(value * 1000) : Math.floor(value / perMs)
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/

/** "2024-01-31", "2024-01-31 17:05" or "2024-01-31T17:05:00.250+01:00" in milliseconds; without a zone it is UTC. Null for anything else. */
export function isoMs(text: string): number | null {
  const match = ISO.exec(text.trim())
  if (match === null) return null
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match
  const normal = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${zoneOf(zone)}`
  const timeMs = Date.parse(normal)
  return Number.isNaN(timeMs) ? null : timeMs
}
function zoneOf(zone: string): string {
  if (zone === 'Z' || zone === 'UTC') return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`
}

const BUYS = new Set(['buy', 'b', 'bid', '1', 'long'])
const SELLS = new Set(['sell', 's', 'ask', '-1', 'short'])
/** 1 for a taker who buys, −1 for one who sells; null for anything else. */
export function sideOf(text: string | undefined): 1 | -1 | null {
  const word = text?.trim().toLowerCase() ?? ''
  if (BUYS.has(word)) return 1
  return SELLS.has(word) ? -1 : null
}
/** The side of the taker, from whether the maker bought: then he sold. */
export function sideOfMaker(text: string | undefined): 1 | -1 | null {
  const word = text?.trim().toLowerCase() ?? ''
  if (word === 'true') return -1
  return word === 'false' ? 1 : null
}
