// What is to be downloaded, as a person writes it down, and what is wrong with it. Pure.
import type { Input } from '../../../src-shared/bridge/contract.ts'
import { DAY_MS, HOUR_MS, TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import { dayEndMs, dayStartMs, dayText } from '../../format/days.ts'
import type { SeriesChoice } from '../../stores/ui-store.ts'
import { DOWNLOAD_VENUES, downloadVenue } from '../../../src-shared/domain/download-venue.ts'
import { DEFAULT_VENUE, unifiedInstrument } from './import-target.ts'

export type DownloadRequest = {
  readonly venue: string
  /** Separated by commas or spaces. */
  readonly instruments: string
  readonly kind: 'candles' | 'funding'
  readonly timeframe: Timeframe
  /** First and last day, UTC. */
  readonly from: string
  readonly to: string
}

const DAYS_BEFORE = 365
/** The lab has room for twenty waiting jobs. */
const INSTRUMENTS_MAX = 20

/** A year up to now, or what came after the last row of a series. */
export function initialRequest(series: SeriesChoice | null, nowMs: number): DownloadRequest {
  return {
    venue: series?.venue ?? DEFAULT_VENUE,
    instruments: series?.instrumentId ?? '',
    kind: series?.kind === 'funding' ? 'funding' : 'candles',
    timeframe: series?.timeframe ?? '1m',
    from: dayText(series === null ? nowMs - DAYS_BEFORE * DAY_MS : series.toMs),
    to: dayText(nowMs),
  }
}

export type DownloadFaults = Readonly<Partial<Record<'venue' | 'instruments' | 'from' | 'to', string>>>

const instrumentTexts = ({ instruments }: DownloadRequest): readonly string[] => instruments.split(/[\s,;]+/).filter(Boolean)

export function checkRequest(request: DownloadRequest, nowMs: number): DownloadFaults {
  const fromMs = dayStartMs(request.from)
  const toMs = dayEndMs(request.to)
  const instruments = checkInstruments(instrumentTexts(request))
  return {
    ...(downloadVenue(request.venue) === null ? { venue: `Data of ${request.venue} comes in files only` } : {}),
    ...(instruments === null ? {} : { instruments }),
    ...(fromMs === null ? { from: `The first day is "${request.from}", expected a date` } : {}),
    ...(fromMs !== null && fromMs > nowMs ? { from: 'The first day has not begun yet' } : {}),
    ...(toMs === null ? { to: `The last day is "${request.to}", expected a date` } : {}),
    ...(fromMs !== null && toMs !== null && toMs <= fromMs ? { to: `The last day is before the first, ${request.from}` } : {}),
  }
}

function checkInstruments(texts: readonly string[]): string | null {
  if (texts.length === 0) return 'Name at least one instrument, such as BTC/USDT:USDT'
  if (texts.length > INSTRUMENTS_MAX) return `${texts.length} instruments are named, at most ${INSTRUMENTS_MAX} at once`
  const wrong = texts.find((text) => unifiedInstrument(text) === null)
  return wrong === undefined ? null : `"${wrong}" is no instrument, expected a symbol such as BTC/USDT:USDT or BTCUSDT`
}

/** One job for each instrument. Only for a request without faults. */
export function downloadInputs(request: DownloadRequest, nowMs: number): readonly Input<'lab.download.start'>[] {
  const ids = new Set(
    instrumentTexts(request)
      .map(unifiedInstrument)
      .filter((id) => id !== null),
  )
  return [...ids].map((instrumentId) => ({
    venue: request.venue,
    instrumentId,
    kind: request.kind,
    timeframe: request.kind === 'candles' ? request.timeframe : null,
    fromMs: dayStartMs(request.from) ?? 0,
    toMs: Math.min(nowMs, dayEndMs(request.to) ?? 0),
  }))
}

/** About how many rows that is. */
export const expectedRows = (inputs: readonly Input<'lab.download.start'>[]): number =>
  inputs.reduce((sum, input) => sum + (input.toMs - input.fromMs) / rowMs(input), 0)

const rowMs = ({ venue, timeframe }: Input<'lab.download.start'>): number =>
  timeframe === null ? (downloadVenue(venue)?.fundingMs ?? 8 * HOUR_MS) : TIMEFRAME_MS[timeframe]

/** Those that can be asked, and the one of a series whose data came in files. */
export const venueChoices = (chosen: string): readonly { readonly value: string; readonly title: string }[] => [
  ...DOWNLOAD_VENUES.map(({ id, title }) => ({ value: id, title })),
  ...(downloadVenue(chosen) === null ? [{ value: chosen, title: chosen }] : []),
]
