// Proves that the log on the screen loses no line, shows none twice and never grows beyond its bound, and that the sparklines fit their box.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendLines, filterLines, joinTail, LOG_LINES_MAX, type LogLine } from '../../src-renderer/features/system/log-buffer.ts'
import { sparklinePath } from '../../src-renderer/features/system/sparkline-path.ts'
import { logLine } from '../support/journal-views.ts'

const lines = (from: number, to: number): LogLine[] => Array.from({ length: to - from }, (_, i) => logLine(from + i))
const messages = (of: readonly LogLine[]) => of.map((line) => line.message)

describe('the tail and what arrived meanwhile', () => {
  it('keeps lines that are in both once', () => {
    expect(messages(joinTail(lines(0, 10), lines(7, 13)))).toEqual(messages(lines(0, 13)))
  })
  it('keeps all when they do not meet', () => {
    expect(messages(joinTail(lines(0, 3), lines(3, 5)))).toEqual(messages(lines(0, 5)))
  })
  it('keeps equal lines that were really written twice', () => {
    const twice = [logLine(1), logLine(1)]
    expect(joinTail([logLine(0)], twice)).toHaveLength(3)
  })
  it('joins any two overlapping parts of a log of different lines to the whole', () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(80), fc.nat(80), (a, b, c) => {
        const [start, middle, end] = [a, b, c].toSorted((x, y) => x - y)
        const log = lines(0, end ?? 0)
        expect(messages(joinTail(log.slice(0, middle), log.slice(start)))).toEqual(messages(log))
      }),
    )
  })
})

describe('the buffer', () => {
  it('forgets the oldest beyond its bound and keeps numbering the lines', () => {
    const full = appendLines([], lines(0, LOG_LINES_MAX))
    const next = appendLines(full, lines(LOG_LINES_MAX, LOG_LINES_MAX + 5))
    expect(next).toHaveLength(LOG_LINES_MAX)
    expect(next[0]?.message).toBe('line 5')
    expect(next.map((line) => line.number)).toEqual(Array.from({ length: LOG_LINES_MAX }, (_, i) => i + 5))
  })
  it('is the same when nothing is added', () => {
    const buffer = appendLines([], lines(0, 3))
    expect(appendLines(buffer, [])).toBe(buffer)
  })
})

describe('the filter', () => {
  const buffer = appendLines(
    [],
    [
      logLine(0, { level: 'debug', source: 'journal', message: 'committed' }),
      logLine(1, { level: 'info', source: 'engine', message: 'Order filled' }),
      logLine(2, { level: 'warn', source: 'risk', message: 'denied' }),
      logLine(3, { level: 'error', source: 'engine', message: 'fault' }),
    ],
  )
  it.each([
    ['debug', '', 4],
    ['info', '', 3],
    ['warn', '', 2],
    ['error', '', 1],
    ['debug', ' ORDER ', 1],
    ['debug', 'engine', 2],
    ['warn', 'engine', 1],
    ['debug', 'nowhere', 0],
  ] as const)('at %s with the text "%s" passes %i lines', (levelMin, text, count) => {
    expect(filterLines(buffer, { levelMin, text })).toHaveLength(count)
  })
})

describe('a sparkline', () => {
  const box = { width: 100, height: 20, samplesMax: 11 }
  it('puts the newest sample at the right edge and the largest at the top', () => {
    expect(sparklinePath([0, 5, 10], box)).toBe('M80.0 20.0L90.0 10.0L100.0 0.0')
  })
  it('is flat on the ground when all samples are zero', () => {
    expect(sparklinePath([0, 0], box)).toBe('M90.0 20.0L100.0 20.0')
  })
  it('shows a single sample as a dot and none as nothing', () => {
    expect(sparklinePath([3], box)).toBe('M100.0 0.0h0.1')
    expect(sparklinePath([], box)).toBe('')
  })
  it('leaves a hole where a sample is not a number', () => {
    expect(sparklinePath([1, Number.NaN, 1], box)).toBe('M80.0 0.0M100.0 0.0')
  })
})
