// Values on the command line, read strictly: nothing is guessed, and what is refused names the option, the value and what was expected.
import { TIMEFRAMES, type Timeframe, isTimeframe } from '../../../src-shared/domain/time.ts'
import { UsageError } from './faults.ts'

const refused = (option: string, text: string, expected: string): UsageError =>
  new UsageError(`--${option} is ${JSON.stringify(text)}, expected ${expected}`)

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?Z?)?$/
const DATE_EXPECTED = 'a day such as 2025-05-10 or a minute such as 2025-05-10T13:30, in UTC'

/** Milliseconds since the epoch of a day (its first moment) or a minute, always UTC. A day that no calendar has is refused. */
export function instant(option: string, text: string): number {
  const found = DATE.exec(text)
  if (found === null) throw refused(option, text, DATE_EXPECTED)
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? '0')) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  // The calendar turns 30 February into 2 March without a word.
  const date = new Date(ms)
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!isReal || year < 1970) throw refused(option, text, `${DATE_EXPECTED}; there is no such time`)
  return ms
}

/** A plain number within bounds. */
export function decimal(option: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw refused(option, text, `a number from ${min} to ${max}`)
  return value
}

/** A plain whole number within bounds. */
export function whole(option: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw refused(option, text, `a whole number from ${min} to ${max}`)
  return value
}

export function oneOf<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((each) => each === text)
  if (found === undefined) throw refused(option, text, `one of ${known.join(', ')}`)
  return found
}

export function timeframe(option: string, text: string): Timeframe {
  if (!isTimeframe(text)) throw refused(option, text, `one of ${TIMEFRAMES.join(', ')}`)
  return text
}

/** What stands between commas; none may be empty or come twice. */
export function commaList(option: string, text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.some((part) => part === '') || new Set(parts).size !== parts.length)
    throw refused(option, text, 'names with commas between them, each once')
  return parts
}

/** `name=value` with a number behind it. */
export function assignment(option: string, text: string): readonly [name: string, value: number] {
  const found = /^([^=\s]+)=(-?\d+(?:\.\d+)?)$/.exec(text)
  const [, name, value] = found ?? []
  if (name === undefined || value === undefined) throw refused(option, text, 'strategy.parameter=number')
  return [name, Number(value)]
}

/** `name=text`. */
export function pair(option: string, text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) throw refused(option, text, 'name=value')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** `strategy.parameter=min:max`, with `:step` and `:log` behind it. */
export function range(
  option: string,
  text: string,
): {
  readonly strategyId: string
  readonly parameter: string
  readonly min: number
  readonly max: number
  readonly step: number | null
  readonly scale: 'linear' | 'log'
} {
  const found = /^([^=.\s]+)\.([^=\s]+)=(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?(:log)?$/.exec(text)
  const [, strategyId, parameter, min, max, step, log] = found ?? []
  if (strategyId === undefined || parameter === undefined)
    throw refused(option, text, 'strategy.parameter=min:max, with :step or :log behind it')
  return {
    strategyId,
    parameter,
    min: Number(min),
    max: Number(max),
    step: step === undefined ? null : Number(step),
    scale: log === undefined ? 'linear' : 'log',
  }
}
