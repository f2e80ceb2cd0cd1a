// The sources on the network, put together: pollers, the archive, the memory of all of them, and headlines read for their mood.
import type { ContextSettings, ContextSourceId } from '../../../src-shared/config/settings.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { MEASURE_INDEX, MEASURE_INFO, type Measure } from '../../../src-shared/domain/measure.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../src-shared/domain/time.ts'
import type {
  ContextFeed,
  ContextListener,
  ContextSnapshot,
  ContextSource,
  Headline,
  KnownMeasure,
  MeasurePoint,
  MeasureQuery,
  MeasuresEvent,
} from '../../core/ports/context-feed.ts'
import type { Scheduler } from '../../core/ports/scheduler.ts'
import { plainBase } from './asset-names.ts'
import { Asker, type HostPauses } from './asker.ts'
import { SENTIMENT_WINDOW_MS, SOURCES, SOURCE_IDS, type SourceInfo } from './catalogue.ts'
import { type ContextCache, openContextCache } from './context-cache.ts'
import { type HeadlineReader, meanSentiment, openHeadlineReader } from './headline-reader.ts'
import { HOSTS, type HostTable } from './hosts.ts'
import { type GetText, getText } from './http-get.ts'
import { PositioningArchive } from './positioning-archive.ts'
import type { LiveSource, RawHeadline, SourceAnswer, SourcePoint } from './source.ts'
import { type Freshness, SourcePoller } from './source-poller.ts'
import { LIVE_SOURCES } from './sources/all.ts'
import { offSource } from './off-context.ts'

export type LiveContextOptions = {
  readonly instruments: readonly Instrument[]
  readonly settings: ContextSettings
  /** Created when it is missing; its folder exists. */
  readonly file: string
  readonly scheduler: Scheduler
  /** 0 to 1, for spreading questions over time. */
  readonly random: () => number
  /** What hosts asked for in earlier sessions of this process; none where left out. */
  readonly pauses?: HostPauses
  /** Others in tests only. */
  readonly hosts?: HostTable
  readonly getText?: GetText
  readonly timeoutMs?: number
}

const EARLY_MAX = 10
const TIMEOUT_MS = 15_000
/** So that a start does not ask everything at once. */
const BETWEEN_FIRST_MS = 300
const ARCHIVE_AFTER_MS = 10 * SECOND_MS
const PRUNE_EVERY_MS = DAY_MS
const HEADLINES_SHOWN = 200
/** More headlines in a day than all that are kept. */
const HEADLINES_AVERAGED = 2_000
const READER_TITLES_PER_TURN = 50

/** Nothing is opened or asked before `start`. */
export const createLiveContext = (options: LiveContextOptions): ContextFeed => new LiveContext(options)

class LiveContext implements ContextFeed {
  readonly #options: LiveContextOptions
  readonly #asker: Asker
  readonly #sources: readonly LiveSource[]
  readonly #pollers = new Map<ContextSourceId, SourcePoller>()
  readonly #archive: PositioningArchive | null
  readonly #last = new Map<string, SourcePoint>()
  /** When each headline feed last answered. */
  readonly #answeredMs = new Map<ContextSourceId, number>()
  #cache: ContextCache | null = null
  #listener: ContextListener | null = null
  #reader: Promise<HeadlineReader | null> | null = null
  #reading: Promise<void> = Promise.resolve()
  #cancelPrune: (() => void) | null = null
  #stopped = false
  /** Sentences from before anybody listened. */
  readonly #early: string[] = []

  constructor(options: LiveContextOptions) {
    this.#options = options
    const { scheduler, instruments, random, settings } = options
    this.#asker = new Asker({
      hosts: options.hosts ?? HOSTS,
      getText: options.getText ?? getText,
      scheduler,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      pauses: options.pauses ?? new Map(),
    })
    this.#sources = LIVE_SOURCES.filter(({ info }) => settings.sources[info.id])
    const onLog: ContextListener['onLog'] = (level, message) => this.#listener?.onLog(level, message)
    for (const source of this.#sources) {
      const onAnswer = (from: LiveSource, answer: SourceAnswer, receivedMs: number): void => this.#onAnswer(from, answer, receivedMs)
      this.#pollers.set(source.info.id, new SourcePoller({ source, instruments, asker: this.#asker, scheduler, random, onAnswer, onLog }))
    }
    const measures = new Set(this.#sources.flatMap(({ info }) => info.measures))
    this.#archive = settings.sources.positioning_archive
      ? new PositioningArchive({
          instruments,
          asker: this.#asker,
          scheduler,
          random,
          measures,
          onLog,
          reachedMs: (key) => this.#cache?.reachedMs(key) ?? null,
          onRows: (key, rows, reachedMs) => this.#cache?.addArchived(key, rows, reachedMs),
        })
      : null
  }

  /** From what was remembered, one value an hour at most. */
  past(fromMs: number, untilMs: number): readonly MeasuresEvent[] {
    const cache = this.#opened()
    const pointsMax = Math.max(2, Math.ceil((untilMs - fromMs) / HOUR_MS))
    const events = this.#series().flatMap(({ measure, instrumentId, validForMs }) =>
      cache.history({ measure, instrumentId, fromMs: fromMs + 1, toMs: untilMs, pointsMax }).map(({ tsMs, value }): MeasuresEvent => ({
        type: 'measures',
        instrumentId,
        values: { [measure]: value },
        validForMs: Math.max(validForMs, HOUR_MS),
        tsEventMs: tsMs,
      })),
    )
    return events.toSorted((a, b) => a.tsEventMs - b.tsEventMs)
  }

  #onTrouble(message: string): void {
    if (this.#listener !== null) this.#listener.onLog('warn', message)
    else if (this.#early.length < EARLY_MAX) this.#early.push(message)
  }

  /** Opened when it is first needed, perhaps before the start. */
  #opened(): ContextCache {
    const { file, scheduler, settings } = this.#options
    this.#cache ??= openContextCache(file, {
      nowMs: () => scheduler.nowMs(),
      retentionMs: settings.retentionDays * DAY_MS,
      onTrouble: (message) => this.#onTrouble(message),
    })
    return this.#cache
  }

  start(_fromMs: number, listener: ContextListener): void {
    ensure(this.#listener === null && !this.#stopped, 'the context feed is started once')
    this.#listener = listener
    for (const message of this.#early.splice(0)) listener.onLog('warn', message)
    this.#recall(this.#opened())
    this.#prune()
    let delayMs = 0
    for (const poller of this.#pollers.values()) poller.start((delayMs += BETWEEN_FIRST_MS))
    this.#archive?.start(ARCHIVE_AFTER_MS)
  }

  advanceTo(): void {
    // The wall clock does this by itself.
  }

  snapshot(): ContextSnapshot {
    const nowMs = this.#options.scheduler.nowMs()
    return {
      sources: SOURCE_IDS.map((id) => this.#view(id, nowMs)),
      measures: this.#known(),
      headlines: this.#cache?.headlines(0, HEADLINES_SHOWN) ?? [],
    }
  }
  history(query: MeasureQuery): readonly MeasurePoint[] {
    return this.#cache?.history(query) ?? []
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelPrune?.()
    for (const poller of this.#pollers.values()) poller.stop()
    this.#archive?.stop()
    await this.#asker.stop()
    await this.#reading
    this.#listener = null
    this.#cache?.close()
    this.#cache = null
  }

  // ---- values --------------------------------------------------------------------------------------------------

  /**
   * What the last run knew counts as long as it would have counted then, and not at all when a clock that was ahead gave it its time. The mood
   * of headlines is worked out anew.
   */
  #recall(cache: ContextCache): void {
    const validForMs = new Map(this.#sources.flatMap(({ info }) => info.measures.map((measure) => [measure, info.validForMs])))
    for (const point of cache.lastValues()) {
      if (!this.#isOurs(point) || this.#isAhead(point)) continue
      this.#last.set(keyOf(point), point)
      const valid = validForMs.get(point.measure)
      if (valid !== undefined && point.measure !== 'headline_sentiment') this.#tell(point, valid)
    }
  }
  #isOurs({ instrumentId }: SourcePoint): boolean {
    return instrumentId === null || this.#options.instruments.some(({ id }) => id === instrumentId)
  }

  /** Stamped by a clock that was ahead and has been set right: nobody knows how old it is. */
  #isAhead({ tsMs }: SourcePoint): boolean {
    return tsMs > this.#options.scheduler.nowMs()
  }

  #onAnswer({ info, historyStepMs }: LiveSource, answer: SourceAnswer, receivedMs: number): void {
    // A clock that leads ours a little must not make a value count longer than it is known.
    const points = answer.points.map((point) => ({ ...point, tsMs: Math.min(point.tsMs, receivedMs) }))
    this.#cache?.addPoints(points, historyStepMs)
    for (const point of newestOfEach(points)) this.#learn(point, info)
    if (!info.measures.includes('headline_sentiment')) return
    this.#answeredMs.set(info.id, receivedMs)
    this.#reading = this.#reading.then(() => this.#read(answer.headlines))
  }

  #learn(point: SourcePoint, { validForMs }: SourceInfo): void {
    const known = this.#lastKnown(point)
    if (known !== undefined && (point.tsMs < known.tsMs || (point.tsMs === known.tsMs && point.value === known.value))) return
    this.#last.set(keyOf(point), point)
    this.#tell(point, validForMs)
  }
  #lastKnown(key: Pick<SourcePoint, 'measure' | 'instrumentId'>): SourcePoint | undefined {
    const point = this.#last.get(keyOf(key))
    return point === undefined || this.#isAhead(point) ? undefined : point
  }
  #tell({ measure, instrumentId, tsMs, value }: SourcePoint, validForMs: number): void {
    if (tsMs + validForMs <= this.#options.scheduler.nowMs()) return
    this.#listener?.onMeasures({ type: 'measures', instrumentId, values: { [measure]: value }, validForMs, tsEventMs: tsMs })
  }

  // ---- headlines -----------------------------------------------------------------------------------------------

  /** Reads what is new, a few at a time so that trading waits for none of it, then works out the mood of the day. */
  async #read(raw: readonly RawHeadline[]): Promise<void> {
    const cache = this.#cache
    if (cache === null || this.#stopped) return
    const unknown = cache.unknownHeadlines(raw.map(({ id }) => id))
    const unread = raw.filter(({ id }) => unknown.has(id))
    if (unread.length > 0) {
      const reader = await (this.#reader ??= this.#openReader())
      if (reader === null) return
      for (let from = 0; from < unread.length && !this.#stopped; from += READER_TITLES_PER_TURN) {
        cache.addHeadlines(
          unread.slice(from, from + READER_TITLES_PER_TURN).map((headline) => ({ ...headline, ...reader.read(headline.title) })),
        )
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    if (!this.#stopped) this.#tellSentiment(cache)
  }

  /** Null when the library cannot be loaded: trading goes on without the mood of headlines. */
  async #openReader(): Promise<HeadlineReader | null> {
    try {
      return await openHeadlineReader(this.#options.instruments.map(({ base }) => base))
    } catch (error) {
      this.#listener?.onLog('warn', `headlines cannot be read: ${error instanceof Error ? error.message : String(error)}`)
      return null
    }
  }

  #tellSentiment(cache: ContextCache): void {
    const nowMs = this.#options.scheduler.nowMs()
    const { validForMs } = SOURCES.headlines_coindesk
    const headlines: readonly Headline[] = cache.headlines(nowMs - SENTIMENT_WINDOW_MS, HEADLINES_AVERAGED)
    const points: SourcePoint[] = []
    for (const { id: instrumentId, base } of this.#options.instruments) {
      const value = meanSentiment(headlines, plainBase(base))
      const key = keyOf({ measure: 'headline_sentiment', instrumentId })
      if (value === null) this.#last.delete(key)
      else {
        const point = { measure: 'headline_sentiment' as const, instrumentId, tsMs: nowMs, value }
        points.push(point)
        this.#last.set(key, point)
      }
      this.#listener?.onMeasures({ type: 'measures', instrumentId, values: { headline_sentiment: value }, validForMs, tsEventMs: nowMs })
    }
    cache.addPoints(points, SOURCES.headlines_coindesk.intervalMs)
  }

  // ---- what is shown -------------------------------------------------------------------------------------------

  #view(id: ContextSourceId, nowMs: number): ContextSource {
    const switchedOff = offSource(SOURCES[id], 'switched off in the settings')
    if (id === 'positioning_archive') return this.#archive?.view(nowMs) ?? switchedOff
    if (id === 'headlines_recorded') return offSource(SOURCES[id], 'for recorded markets only')
    return this.#pollers.get(id)?.view(nowMs, this.#freshness(SOURCES[id])) ?? switchedOff
  }
  #freshness({ id, measures, validForMs }: SourceInfo): Freshness {
    const nowMs = this.#options.scheduler.nowMs()
    const lastAnswerMs = this.#answeredMs.get(id) ?? null
    const answeredMs = lastAnswerMs !== null && lastAnswerMs <= nowMs ? lastAnswerMs : null
    if (measures.includes('headline_sentiment')) return { lastValueMs: answeredMs, freshUntilMs: (answeredMs ?? -validForMs) + validForMs }
    const known = [...this.#last.values()].filter((point) => measures.includes(point.measure) && !this.#isAhead(point))
    const times = known.map(({ tsMs }) => tsMs)
    if (times.length === 0) return { lastValueMs: null, freshUntilMs: 0 }
    // Of several instruments the one that is furthest behind counts.
    return { lastValueMs: Math.max(...times), freshUntilMs: Math.min(...times) + validForMs }
  }

  #known(): readonly KnownMeasure[] {
    return this.#series().map(({ measure, instrumentId, validForMs }) => {
      const point = this.#lastKnown({ measure, instrumentId })
      return { measure, instrumentId, value: point?.value ?? null, tsMs: point?.tsMs ?? null, validForMs }
    })
  }

  /** Every measure that is asked for, of each instrument or of the whole market, in a fixed order. */
  #series(): readonly Pick<KnownMeasure, 'measure' | 'instrumentId' | 'validForMs'>[] {
    const measures = new Map(this.#sources.flatMap(({ info }) => info.measures.map((measure) => [measure, info.validForMs] as const)))
    const ordered = [...measures].toSorted(([a], [b]) => MEASURE_INDEX[a] - MEASURE_INDEX[b])
    const ids: readonly InstrumentId[] = this.#options.instruments.map(({ id }) => id)
    return ordered.flatMap(([measure, validForMs]) =>
      (MEASURE_INFO[measure].isGlobal ? [null] : ids).map((instrumentId) => ({ measure, instrumentId, validForMs })),
    )
  }

  #prune(): void {
    this.#cache?.prune()
    this.#cancelPrune = this.#options.scheduler.schedule(PRUNE_EVERY_MS, () => this.#prune())
  }
}

const keyOf = ({ measure, instrumentId }: { readonly measure: Measure; readonly instrumentId: InstrumentId | null }): string =>
  `${measure} ${instrumentId ?? ''}`

/** Points come oldest first, so the last of each measure and instrument is the newest. */
const newestOfEach = (points: readonly SourcePoint[]): readonly SourcePoint[] => [
  ...new Map(points.map((point) => [keyOf(point), point])).values(),
]
