// The newest log lines, in order, never more than LOG_LINES_MAX.
import type { Output } from '../../../src-shared/bridge/contract.ts'

export type LogLine = Output<'log.tail'>[number]
export type LogLevel = LogLine['level']
/** A line with a number of its own, so that a list can key it and a reader can keep their place. */
export type NumberedLine = LogLine & { readonly number: number }

export const LOG_LINES_MAX = 1000
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Adds lines at the end and forgets the oldest beyond the bound. */
export function appendLines(buffer: readonly NumberedLine[], lines: readonly LogLine[]): readonly NumberedLine[] {
  if (lines.length === 0) return buffer
  let number = (buffer.at(-1)?.number ?? -1) + 1
  const added = lines.map((line) => ({ ...line, number: number++ }))
  return [...buffer, ...added].slice(-LOG_LINES_MAX)
}

const sameLine = (a: LogLine, b: LogLine): boolean =>
  a.tsMs === b.tsMs && a.level === b.level && a.source === b.source && a.message === b.message

/**
 * Joins the tail that was asked for with the lines that arrived by topic while it was on its way. The two overlap: the longest
 * end of `tail` that is also the beginning of `arrived` is kept once.
 */
export function joinTail(tail: readonly LogLine[], arrived: readonly LogLine[]): readonly LogLine[] {
  for (let shared = Math.min(tail.length, arrived.length); shared > 0; shared--) {
    const offset = tail.length - shared
    const overlaps = arrived.slice(0, shared).every((line, index) => sameLine(line, tail[offset + index] ?? line))
    if (overlaps) return [...tail, ...arrived.slice(shared)]
  }
  return [...tail, ...arrived]
}

export type LogFilter = { readonly levelMin: LogLevel; readonly text: string }

/** Lines at or above the level that contain the text in their message or source, upper and lower case alike. */
export function filterLines(lines: readonly NumberedLine[], filter: LogFilter): readonly NumberedLine[] {
  const rankMin = LOG_LEVELS.indexOf(filter.levelMin)
  const needle = filter.text.trim().toLowerCase()
  return lines.filter((line) => {
    if (LOG_LEVELS.indexOf(line.level) < rankMin) return false
    return needle === '' || line.message.toLowerCase().includes(needle) || line.source.toLowerCase().includes(needle)
  })
}
