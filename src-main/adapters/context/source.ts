// What one source on the network is: what to ask for, and how to read the answer. Asking, waiting and remembering are done for all alike.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Measure } from '../../../src-shared/domain/measure.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import type { SourceInfo } from './catalogue.ts'
import type { HostId } from './hosts.ts'

export type ContextRequest = {
  readonly host: HostId
  /** With its query. */
  readonly path: string
  /** Null where the answer is about the whole market. */
  readonly instrument: Instrument | null
}

/** One value at the time that it is about and was known. */
export type SourcePoint = {
  readonly measure: Measure
  readonly instrumentId: InstrumentId | null
  readonly tsMs: number
  readonly value: number
}
/** A headline as it was published, not yet read for its mood. */
export type RawHeadline = {
  readonly id: string
  readonly tsMs: number
  readonly source: string
  readonly title: string
  readonly link: string | null
}
export type SourceAnswer = {
  /** Oldest first. */
  readonly points: readonly SourcePoint[]
  readonly headlines: readonly RawHeadline[]
}

export type LiveSource = {
  readonly info: SourceInfo
  readonly accept: string
  readonly bytesMax: number
  /** Least time between two values that are kept for history; 0 keeps each, as for rows that the source itself spaces. */
  readonly historyStepMs: number
  /** None when this market has nothing that the source knows. */
  requests(instruments: readonly Instrument[]): readonly ContextRequest[]
  /** Pure. The error is one sentence that names the field, its value and what was expected. */
  parse(text: string, request: ContextRequest, receivedMs: number): Result<SourceAnswer, string>
}

export const JSON_ACCEPT = 'application/json'
/** For thinning values that are asked for more often than history needs them. */
export const FIVE_MINUTES_MS = 300_000

export const pointsOnly = (points: readonly SourcePoint[]): SourceAnswer => ({ points, headlines: [] })

const BINANCE_FUTURES = 'binanceusdm'
/** Binance's own name of the pair, or null for an instrument of another venue. */
export const binancePair = (instrument: Instrument): string | null =>
  instrument.venue === BINANCE_FUTURES && instrument.quote === instrument.settle ? `${instrument.base}${instrument.quote}` : null

/** One request per instrument of Binance, each about its pair. */
export const perPair = (instruments: readonly Instrument[], host: HostId, pathOf: (pair: string) => string): readonly ContextRequest[] =>
  instruments.flatMap((instrument) => {
    const pair = binancePair(instrument)
    return pair === null ? [] : [{ host, path: pathOf(encodeURIComponent(pair)), instrument }]
  })
