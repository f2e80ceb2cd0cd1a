// What the program says about itself: lines in a file of bounded size, and the newest of them in memory for the screen.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { pino } from 'pino'
import type { Payload } from '../../src-shared/bridge/contract.ts'
import { Scrubber } from '../../src-shared/format/scrub.ts'
import { RotatingFile } from './rotating-file.ts'

export type LogLine = Payload<'log'>[number]
export type LogLevel = LogLine['level']
export interface Log {
  write(level: LogLevel, source: string, message: string): void
  /** The newest lines, oldest first, at most `limit`. */
  tail(limit: number): readonly LogLine[]
  /** New lines in batches, a few times a second; returns the undo. */
  subscribe(listener: (lines: readonly LogLine[]) => void): () => void
  /** What every line passes. Whatever else leaves the program in words passes it too, and secrets that come in are told to it. */
  readonly scrubber: Scrubber
  close(): void
}

const LINES_MAX = 1_000
const MESSAGE_LENGTH_MAX = 2_000
const SOURCE_LENGTH_MAX = 32
const BATCH_MS = 250
const FILE_BYTES_MAX = 5 * 1024 * 1024
const FILES_MAX = 4

/** Opens `dir`/tradewright.log (folder made when missing). Throws when it cannot be written. */
export function openLog(dir: string): Log {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const file = new RotatingFile({ file: path.join(dir, 'tradewright.log'), bytesMax: FILE_BYTES_MAX, filesMax: FILES_MAX })
  const scrubber = new Scrubber()
  const logger = pino(
    {
      level: 'debug',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => scrubber.scrub(line) },
    },
    file,
  )
  const ring = new LogRing()
  return {
    write(level, source, message) {
      logger[level]({ source }, message)
      ring.push({
        tsMs: Date.now(),
        level,
        source: source.slice(0, SOURCE_LENGTH_MAX),
        message: scrubber.scrub(message).slice(0, MESSAGE_LENGTH_MAX),
      })
    },
    tail: (limit) => ring.tail(limit),
    subscribe: (listener) => ring.subscribe(listener),
    scrubber,
    close() {
      ring.close()
      file.close()
    },
  }
}

/** The newest lines. A flood costs memory once and the screen a batch every quarter of a second, whatever its rate. */
export class LogRing {
  #lines: LogLine[] = []
  /** Lines since the last batch; those beyond the ring's size are in the file only. */
  #fresh = 0
  #timer: NodeJS.Timeout | undefined
  readonly #listeners = new Set<(lines: readonly LogLine[]) => void>()

  push(line: LogLine): void {
    this.#lines.push(line)
    if (this.#lines.length > 2 * LINES_MAX) this.#lines = this.#lines.slice(-LINES_MAX)
    this.#fresh++
    if (this.#listeners.size > 0) this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS).unref()
  }
  tail(limit: number): readonly LogLine[] {
    return limit > 0 ? this.#lines.slice(-Math.min(limit, LINES_MAX)) : []
  }
  subscribe(listener: (lines: readonly LogLine[]) => void): () => void {
    if (this.#listeners.size === 0) this.#fresh = 0
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
  close(): void {
    clearTimeout(this.#timer)
    this.#listeners.clear()
  }

  #flush(): void {
    this.#timer = undefined
    const batch = this.tail(this.#fresh)
    this.#fresh = 0
    for (const listener of this.#listeners) listener(batch)
  }
}
