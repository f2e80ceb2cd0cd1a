// The context of a recorded market: values from files, told when the market's time reaches the time at which they were known, never before.
import type { ContextSettings, ContextSourceId } from '../../../src-shared/config/settings.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { MEASURE_INFO, type Measure } from '../../../src-shared/domain/measure.ts'
import { type Result, ensure, ok } from '../../../src-shared/domain/result.ts'
import { HOUR_MS } from '../../../src-shared/domain/time.ts'
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
import { plainBase } from './asset-names.ts'
import { SOURCED_MEASURES, SOURCES, SOURCE_IDS } from './catalogue.ts'
import { moodSeries } from './headline-mood.ts'
import { offSource } from './off-context.ts'
import { type Period, type RecordedValues, openRecordedContext } from './recorded-files.ts'
import { thinnedRows } from './thinning.ts'

/** Funding as the recording itself settled it. */
export type RecordedFunding = { readonly instrumentId: InstrumentId; readonly timeMs: Float64Array; readonly rate: Float64Array }
export type RecordedContextOptions = {
  /** Holds manifest.json. */
  readonly dir: string
  readonly instruments: readonly Instrument[]
  readonly settings: ContextSettings
  readonly period: Period
  readonly funding: readonly RecordedFunding[]
}

/** Funding is settled every eight hours at most; an hour more, so that a settlement a little late leaves no hole. */
const FUNDING_VALID_MS = 9 * HOUR_MS
const HEADLINES_SHOWN = 200
const NOTHING_RECORDED = 'no recorded values for this time'

/** A feed over the files that bear on this market. The error is one sentence about a file that cannot be read. */
export function createRecordedContext(options: RecordedContextOptions): Result<ContextFeed, string> {
  const { dir, instruments, period, settings } = options
  const recorded = openRecordedContext(dir, instruments, period)
  if (!recorded.ok) return recorded
  const { headlines, headlineSource: source } = recorded.value
  const isHeard = source !== null && settings.sources[source]
  const moods = instruments.flatMap(({ id, base }) => {
    const mood = isHeard ? moodSeries(headlines, plainBase(base), { source, instrumentId: id }) : null
    return mood === null ? [] : [mood]
  })
  const funding = options.funding.map(fundingSeries)
  const series = [...recorded.value.values, ...funding, ...moods].filter((each) => settings.sources[each.source] && each.knownMs.length > 0)
  return ok(new RecordedFeed(series, isHeard ? headlines : [], { settings, instrumentIds: instruments.map(({ id }) => id) }))
}

const fundingSeries = ({ instrumentId, timeMs, rate }: RecordedFunding): RecordedValues => ({
  source: 'funding_rate',
  measure: 'funding_rate',
  instrumentId,
  knownMs: timeMs,
  values: rate,
  validForMs: FUNDING_VALID_MS,
})

type About = { readonly settings: ContextSettings; readonly instrumentIds: readonly InstrumentId[] }

class RecordedFeed implements ContextFeed {
  readonly #series: readonly RecordedValues[]
  readonly #headlines: readonly Headline[]
  readonly #settings: ContextSettings
  readonly #instrumentIds: readonly InstrumentId[]
  /** Rows of each series that have been reached. */
  readonly #reached: number[]
  #listener: ContextListener | null = null
  #positionMs = Number.NEGATIVE_INFINITY
  /** When the next row of any series is due; Infinity when none is left. */
  #nextMs = Number.POSITIVE_INFINITY

  constructor(series: readonly RecordedValues[], headlines: readonly Headline[], { settings, instrumentIds }: About) {
    this.#series = series
    this.#headlines = headlines
    this.#settings = settings
    this.#instrumentIds = instrumentIds
    this.#reached = series.map(() => 0)
  }

  past(fromMs: number, untilMs: number): readonly MeasuresEvent[] {
    const events = this.#series.flatMap((series) => {
      const [from, to] = [rowsUpTo(series.knownMs, fromMs), rowsUpTo(series.knownMs, untilMs)]
      return Array.from({ length: to - from }, (_, row) => eventOf(series, from + row))
    })
    return events.toSorted((a, b) => a.tsEventMs - b.tsEventMs)
  }

  start(fromMs: number, listener: ContextListener): void {
    ensure(this.#listener === null, 'the context feed is started once')
    this.#listener = listener
    this.#positionMs = fromMs
    for (const [index, { knownMs }] of this.#series.entries()) this.#reached[index] = rowsUpTo(knownMs, fromMs)
    const known = this.#series.flatMap((series, index) => {
      const row = (this.#reached[index] ?? 0) - 1
      const atMs = series.knownMs[row]
      return atMs !== undefined && atMs + series.validForMs > fromMs ? [{ series, row, atMs, index }] : []
    })
    for (const { series, row } of known.toSorted((a, b) => a.atMs - b.atMs || a.index - b.index)) this.#tell(series, row)
    this.#findNext()
  }

  /** In order of time; at the same time in the order of the series, which is fixed. */
  advanceTo(marketMs: number): void {
    if (marketMs > this.#positionMs) this.#positionMs = marketMs
    while (this.#nextMs <= marketMs && this.#listener !== null) {
      const index = this.#series.findIndex(({ knownMs }, each) => knownMs[this.#reached[each] ?? 0] === this.#nextMs)
      const series = this.#series[index]
      const row = this.#reached[index]
      ensure(series !== undefined && row !== undefined, 'the next recorded value has a series')
      this.#reached[index] = row + 1
      this.#findNext()
      this.#tell(series, row)
    }
  }

  snapshot(): ContextSnapshot {
    return {
      sources: SOURCE_IDS.map((id) => this.#view(id)),
      measures: SOURCED_MEASURES.flatMap(({ measure, validForMs }) =>
        (MEASURE_INFO[measure].isGlobal ? [null] : this.#instrumentIds).map(
          (id) => this.#known(measure, id) ?? { measure, instrumentId: id, value: null, tsMs: null, validForMs },
        ),
      ),
      headlines: this.#published().slice(-HEADLINES_SHOWN).toReversed(),
    }
  }

  history({ measure, instrumentId, fromMs, toMs, pointsMax }: MeasureQuery): readonly MeasurePoint[] {
    const series = this.#series.find((each) => each.measure === measure && each.instrumentId === instrumentId)
    if (series === undefined) return []
    const from = rowsUpTo(series.knownMs, fromMs - 1)
    const to = rowsUpTo(series.knownMs, Math.min(toMs, this.#positionMs))
    const rows = Array.from({ length: Math.max(0, to - from) }, (_, row) => from + row)
    const known = rows.filter((row) => !Number.isNaN(valueAt(series.values, row)))
    return thinnedRows(known.length, pointsMax).map((at) => {
      const row = known[at] ?? 0
      return { tsMs: valueAt(series.knownMs, row), value: valueAt(series.values, row) }
    })
  }

  stop(): Promise<void> {
    this.#listener = null
    return Promise.resolve()
  }

  #findNext(): void {
    this.#nextMs = Number.POSITIVE_INFINITY
    for (const [index, { knownMs }] of this.#series.entries()) {
      const dueMs = knownMs[this.#reached[index] ?? 0] ?? Number.POSITIVE_INFINITY
      if (dueMs < this.#nextMs) this.#nextMs = dueMs
    }
  }

  #tell(series: RecordedValues, row: number): void {
    this.#listener?.onMeasures(eventOf(series, row))
  }

  /** The newest value reached, as long as the recording has anything to say about this time. */
  #known(measure: Measure, instrumentId: InstrumentId | null): KnownMeasure | null {
    const index = this.#series.findIndex((each) => each.measure === measure && each.instrumentId === instrumentId)
    const series = this.#series[index]
    if (series === undefined) return null
    const { validForMs, knownMs, values } = series
    const row = (this.#reached[index] ?? 0) - 1
    const value = values[row]
    const isKnown = value !== undefined && !Number.isNaN(value) && covers(series, this.#positionMs)
    return { measure, instrumentId, validForMs, value: isKnown ? value : null, tsMs: isKnown ? (knownMs[row] ?? null) : null }
  }

  #view(id: ContextSourceId): ContextSource {
    const info = SOURCES[id]
    if (!this.#settings.sources[id]) return offSource(info, 'switched off in the settings')
    const own = this.#series.flatMap((series, index) => (series.source === id ? [{ series, reached: this.#reached[index] ?? 0 }] : []))
    if (!own.some(({ series }) => covers(series, this.#positionMs))) return offSource(info, NOTHING_RECORDED)
    const lastMs = Math.max(...own.map(({ series, reached }) => series.knownMs[reached - 1] ?? Number.NEGATIVE_INFINITY))
    const isFresh = own.some(({ series, reached }) => this.#positionMs < (series.knownMs[reached - 1] ?? Number.NaN) + series.validForMs)
    const message = isFresh ? 'from the recording' : 'the newest recorded value is too old to count'
    return { ...offSource(info, message), state: isFresh ? 'fresh' : 'stale', lastValueMs: lastMs }
  }
  #published(): readonly Headline[] {
    return this.#headlines.filter(({ tsMs }) => tsMs <= this.#positionMs)
  }
}

/** Whether the time lies between the first value and the end of the last one's validity. */
const covers = ({ knownMs, validForMs }: RecordedValues, atMs: number): boolean =>
  atMs >= (knownMs[0] ?? Number.POSITIVE_INFINITY) && atMs < (knownMs.at(-1) ?? Number.NEGATIVE_INFINITY) + validForMs

function eventOf({ measure, instrumentId, knownMs, values, validForMs }: RecordedValues, row: number): MeasuresEvent {
  const value = valueAt(values, row)
  return {
    type: 'measures',
    instrumentId,
    values: { [measure]: Number.isNaN(value) ? null : value },
    validForMs,
    tsEventMs: valueAt(knownMs, row),
  }
}

const valueAt = (column: Float64Array, row: number): number => column[row] ?? Number.NaN

/** How many times of an ascending column are at or before `untilMs`. */
function rowsUpTo(timesMs: Float64Array, untilMs: number): number {
  let low = 0
  let high = timesMs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timesMs[middle] ?? Number.POSITIVE_INFINITY) <= untilMs) low = middle + 1
    else high = middle
  }
  return low
}
