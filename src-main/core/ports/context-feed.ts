// Where the numbers and headlines around a market come from: sources on the network, or files beside a recording, behind one shape.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Measure } from '../../../src-shared/domain/measure.ts'
import type { MarketEvent } from '../../../src-shared/events/market-event.ts'

/**
 * `waiting`: not asked yet. `fresh`: its newest value counts. `stale`: it is too old to count. `failing`: the last try failed, whatever
 * is still known. `off`: switched off, or without values for this market and time.
 */
export type ContextSourceState = 'waiting' | 'fresh' | 'stale' | 'failing' | 'off'

export type ContextSource = {
  readonly id: string
  readonly title: string
  readonly homepage: string
  readonly measures: readonly Measure[]
  readonly state: ContextSourceState
  readonly lastValueMs: number | null
  readonly lastTriedMs: number | null
  readonly nextDueMs: number | null
  readonly intervalMs: number
  /** Tries in a row that failed. */
  readonly failures: number
  /** One sentence about the last failure or the state; empty when there is nothing to say. */
  readonly message: string
}

/** The newest value known of one measure, however old; null when there never was one. */
export type KnownMeasure = {
  readonly measure: Measure
  /** Null for the whole market. */
  readonly instrumentId: InstrumentId | null
  readonly value: number | null
  readonly tsMs: number | null
  readonly validForMs: number
}

export type Headline = {
  readonly id: string
  readonly tsMs: number
  readonly source: string
  readonly title: string
  readonly link: string | null
  /** −1 to 1. */
  readonly sentiment: number
  /** Base assets that it names. */
  readonly assets: readonly string[]
}

export type ContextSnapshot = {
  readonly sources: readonly ContextSource[]
  readonly measures: readonly KnownMeasure[]
  /** Newest first, at most 200. */
  readonly headlines: readonly Headline[]
}

export type MeasurePoint = { readonly tsMs: number; readonly value: number }
export type MeasureQuery = {
  readonly measure: Measure
  readonly instrumentId: InstrumentId | null
  /** Both included. */
  readonly fromMs: number
  readonly toMs: number
  /** 2 or more. */
  readonly pointsMax: number
}

export type MeasuresEvent = Extract<MarketEvent, { type: 'measures' }>
export type ContextListener = {
  /** On a recorded market in order of time, and none before it was published. Its time may lie before the present. */
  onMeasures(event: MeasuresEvent): void
  onLog(level: 'info' | 'warn', message: string): void
}

export type ContextFeed = {
  /** What was told after `fromMs` and until `untilMs`, in order of time; also before `start`. */
  past(fromMs: number, untilMs: number): readonly MeasuresEvent[]
  /** Tells at once what already counts at `fromMs`, then what is new. Call once. */
  start(fromMs: number, listener: ContextListener): void
  /** The time of a recorded market has come this far: tells what was published up to it. Does nothing on a live market. */
  advanceTo(marketMs: number): void
  /** As of now, or of the time a recorded market has reached. */
  snapshot(): ContextSnapshot
  /** Thinned evenly, oldest first; never beyond the time that a recorded market has reached. */
  history(query: MeasureQuery): readonly MeasurePoint[]
  /** Ends everything that was started. Resolves when nothing further can be told. */
  stop(): Promise<void>
}
