// Keeps what the exchange forgets: thirty days of open interest, long/short ratios and taker ratio in rows of five minutes. At each start and
// every twelve hours it asks for the rows after those it has, so that a run that broke off is carried on and none is fetched twice.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Measure } from '../../../src-shared/domain/measure.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { DAY_MS, HOUR_MS } from '../../../src-shared/domain/time.ts'
import type { ContextSource } from '../../core/ports/context-feed.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import type { Asker } from './asker.ts'
import { nextDelayMs } from './back-off.ts'
import { SOURCES } from './catalogue.ts'
import { type ContextRequest, JSON_ACCEPT, type SourcePoint, perPair } from './source.ts'
import { ARCHIVED, type PositioningSeries, ROWS_MAX, ROW_MS } from './sources/positioning.ts'

export type SeriesKey = { readonly measure: Measure; readonly instrumentId: InstrumentId }
export type ArchiveOptions = {
  readonly instruments: readonly Instrument[]
  readonly asker: Asker
  readonly scheduler: Scheduler
  readonly random: () => number
  /** Series that are switched off are not archived. */
  readonly measures: ReadonlySet<Measure>
  /** Up to where the rows of a series are kept without a hole, or null before the first. */
  readonly reachedMs: (key: SeriesKey) => number | null
  /** Keeps the rows, and with them that the series is whole up to `reachedMs`. */
  readonly onRows: (key: SeriesKey, rows: readonly SourcePoint[], reachedMs: number) => void
  readonly onLog: (level: 'info' | 'warn', message: string) => void
}

/** An hour less than the exchange keeps: it refuses a range that begins a moment too early. */
const KEPT_MS = 30 * DAY_MS - HOUR_MS
/** One request at a time with this between them: the exchange allows 1,000 in five minutes and address. */
const PAUSE_MS = 500
const ANSWER_BYTES_MAX = 200_000
/** Thirty days take eighteen; more than this means that the answers do not move on. */
const REQUESTS_PER_SERIES_MAX = 24
/** Rows this young may not be published yet. */
const SETTLED_MS = 6 * ROW_MS
const info = SOURCES.positioning_archive

type Task = { readonly series: PositioningSeries; readonly request: ContextRequest; readonly key: SeriesKey }
type Fault = { readonly message: string; readonly retryAfterMs: number | null }

export class PositioningArchive {
  readonly #options: ArchiveOptions
  readonly #tasks: readonly Task[]
  #cancelTimer: (() => void) | null = null
  /** Ends a pause between two requests. */
  #endPause: (() => void) | null = null
  #stopped = false
  #failures = 0
  #message = ''
  #lastTriedMs: number | null = null
  #nextDueMs: number | null = null
  #loggedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: ArchiveOptions) {
    this.#options = options
    this.#tasks = ARCHIVED.filter(({ measure }) => options.measures.has(measure)).flatMap((series) =>
      perPair(options.instruments, 'binanceFutures', (pair) => `${series.path}?symbol=${pair}&period=5m&limit=${ROWS_MAX}`).flatMap(
        (request) =>
          request.instrument === null ? [] : [{ series, request, key: { measure: series.measure, instrumentId: request.instrument.id } }],
      ),
    )
  }

  start(delayMs: number): void {
    if (this.#tasks.length > 0) this.#wait(delayMs)
  }
  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#endPause?.()
  }

  view(nowMs: number): ContextSource {
    const { id, title, homepage, measures, intervalMs, validForMs } = info
    const lastValueMs = this.#wholeUntilMs()
    const common = { id, title, homepage, measures, intervalMs, lastValueMs, lastTriedMs: this.#lastTriedMs, nextDueMs: this.#nextDueMs }
    if (this.#tasks.length === 0) return { ...common, state: 'off', failures: 0, message: 'this market has nothing that it archives' }
    const isFresh = lastValueMs !== null && nowMs < lastValueMs + validForMs
    const state = this.#failures > 0 ? 'failing' : this.#lastTriedMs === null ? 'waiting' : isFresh ? 'fresh' : 'stale'
    return { ...common, state, failures: this.#failures, message: this.#message }
  }

  /** Up to where all series are whole. */
  #wholeUntilMs(): number | null {
    const reached = this.#tasks.map(({ key }) => this.#options.reachedMs(key))
    return reached.some((ms) => ms === null) ? null : Math.min(...reached.map((ms) => ms ?? Number.POSITIVE_INFINITY))
  }

  #wait(delayMs: number): void {
    const { scheduler } = this.#options
    this.#nextDueMs = scheduler.nowMs() + delayMs
    this.#cancelTimer = scheduler.schedule(delayMs, () => {
      this.#cancelTimer = null
      void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#lastTriedMs = this.#options.scheduler.nowMs()
    this.#nextDueMs = null
    let fault: Fault | null = null
    for (const task of this.#tasks) {
      const filled = await this.#fill(task)
      if (this.#stopped) return
      if (filled.ok) continue
      fault = filled.error
      break
    }
    this.#settle(fault?.message ?? null)
    const attempt = { intervalMs: info.intervalMs, failures: this.#failures, retryAfterMs: fault?.retryAfterMs ?? null }
    this.#wait(nextDelayMs(attempt, this.#options.random()))
  }

  /** Asks for one stretch after another, until now. */
  async #fill({ series, request, key }: Task): Promise<Result<void, Fault>> {
    const { scheduler, asker, reachedMs, onRows } = this.#options
    const nowMs = scheduler.nowMs()
    let fromMs = Math.max(nowMs - KEPT_MS, (reachedMs(key) ?? 0) + 1)
    for (let asked = 0; asked < REQUESTS_PER_SERIES_MAX && fromMs < nowMs; asked += 1) {
      // One row less than may be asked for, because both ends are included.
      const toMs = fromMs + (ROWS_MAX - 1) * ROW_MS
      const path = `${request.path}&startTime=${fromMs}&endTime=${toMs}`
      const answer = await asker.ask({ ...request, path, accept: JSON_ACCEPT, bytesMax: ANSWER_BYTES_MAX })
      if (this.#stopped) return ok(undefined)
      if (!answer.ok) return err({ message: `${key.instrumentId}: ${answer.error.message}`, retryAfterMs: answer.error.retryAfterMs })
      const rows = series.parse(answer.value, request)
      if (!rows.ok) return err({ message: `${key.instrumentId}: the answer cannot be read: ${rows.error}`, retryAfterMs: null })
      const { points } = rows.value
      // A stretch in the past without rows, as before a listing, is done with; the newest rows may still be on their way.
      const settledMs = Math.max(points.at(-1)?.tsMs ?? 0, Math.min(toMs, nowMs - SETTLED_MS))
      onRows(key, points, Math.max(settledMs, fromMs - 1))
      fromMs = toMs + 1
      await this.#pause()
      if (this.#stopped) return ok(undefined)
    }
    return ok(undefined)
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.scheduler.schedule(PAUSE_MS, () => this.#endPause?.())
      this.#endPause = () => {
        cancel()
        this.#endPause = null
        resolve()
      }
    })
  }

  #settle(message: string | null): void {
    const nowMs = this.#options.scheduler.monotonicMs()
    this.#message = message ?? ''
    this.#failures = message === null ? 0 : this.#failures + 1
    if (message === null || nowMs - this.#loggedAtMs < HOUR_MS) return
    this.#loggedAtMs = nowMs
    this.#options.onLog('warn', `${info.title}: ${message}`)
  }
}
