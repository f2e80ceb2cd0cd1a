// Candles and funding of the past from the venue into a market store: page by page, at the pace the venue allows, and only what is not there yet.
// What has come is kept in steps, so that a download which is called off, fails or dies goes on from there the next time.
import { candleFault } from '../../../src-shared/domain/candle-guard.ts'
import type { Candle } from '../../../src-shared/domain/candle.ts'
import { DOWNLOAD_VENUE_IDS, downloadVenue } from '../../../src-shared/domain/download-venue.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { type SeriesRef, seriesIdOf } from '../../../src-shared/domain/series.ts'
import { HOUR_MS, TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import type { SettledFunding } from '../../core/ports/market-feed.ts'
import type { MarketStore, SeriesImport, SeriesWriter, TimeRange } from '../../core/ports/market-store.ts'
import { type DownloadMarket, type MarketAccess, openDownloadMarket } from './download-market.ts'
import { missingCandles, missingFunding } from './missing-ranges.ts'
import { PageRetry } from './page-retry.ts'

export type DownloadRequest = {
  readonly venue: string
  readonly instrumentId: InstrumentId
  readonly kind: 'candles' | 'funding'
  /** Null for funding. */
  readonly timeframe: Timeframe | null
  /** Both included; open times for candles. What is not over yet is left out. */
  readonly fromMs: number
  readonly toMs: number
}
export type DownloadProgress = {
  /** New rows so far, and those that are expected in all; of funding nobody knows how many. */
  readonly rows: number
  readonly rowsTotal: number | null
  /** Time of the newest row, for a share of the range where rows are not known. */
  readonly atMs: number
}
export type DownloadOptions = MarketAccess & {
  /** 0 inclusive to 1 exclusive; spreads retries. */
  readonly random: () => number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DownloadProgress) => void
}
export type DownloadFailure = {
  readonly kind: 'canceled' | 'bad_request' | 'venue'
  /** One sentence, redacted. */
  readonly message: string
  /** New rows that were kept all the same. */
  readonly rows: number
}

/** Rows kept at a time: what a kill can cost is half a minute of requests. */
const COMMIT_ROWS = 50_000

/** New rows, 0 when all was there. What was fetched before a failure is in the store. Throws what the store throws. */
export async function downloadSeries(
  store: MarketStore,
  request: DownloadRequest,
  options: DownloadOptions,
): Promise<Result<{ readonly rows: number }, DownloadFailure>> {
  const venue = downloadVenue(request.venue)
  if (venue === null) return err({ kind: 'bad_request', message: unknownVenue(request.venue), rows: 0 })
  const fault = requestFault(request)
  if (fault !== null) return err({ kind: 'bad_request', message: fault, rows: 0 })
  const { instrumentId, timeframe } = request
  const market = await openDownloadMarket({ venue: venue.id, instrumentId, timeframe: timeframe ?? '1h' }, options)
  if (!market.ok) return err({ kind: 'venue', message: market.error, rows: 0 })
  try {
    return await new Download(store, market.value, { request, options }).run()
  } finally {
    await market.value.close()
  }
}

const unknownVenue = (venue: string): string =>
  `nothing can be downloaded from ${venue}, expected ${DOWNLOAD_VENUE_IDS}: import files of other venues`

function requestFault({ kind, timeframe, fromMs, toMs }: DownloadRequest): string | null {
  if (kind === 'candles' && timeframe === null) return 'candles need a timeframe'
  return toMs >= fromMs ? null : `the range ends at ${toMs}, before it begins at ${fromMs}`
}

type Wanted = { readonly request: DownloadRequest; readonly options: DownloadOptions }

class Download {
  readonly #store: MarketStore
  readonly #market: DownloadMarket
  readonly #request: DownloadRequest
  readonly #options: DownloadOptions
  readonly #retry: PageRetry
  readonly #ref: SeriesRef
  #writer: SeriesWriter | null = null
  #pending = 0
  #kept = 0
  #rowsTotal: number | null = null

  constructor(store: MarketStore, market: DownloadMarket, { request, options }: Wanted) {
    this.#store = store
    this.#market = market
    this.#request = request
    this.#options = options
    this.#retry = new PageRetry(options)
    const { venue, instrumentId, kind, timeframe } = request
    this.#ref = { venue, instrumentId, kind, timeframe: kind === 'candles' ? timeframe : null }
  }

  async run(): Promise<Result<{ readonly rows: number }, DownloadFailure>> {
    try {
      const done = this.#request.kind === 'candles' ? await this.#candles() : await this.#funding()
      this.#keep()
      return done.ok ? ok({ rows: this.#kept }) : err({ ...done.error, rows: this.#kept })
    } finally {
      this.#writer?.abandon()
    }
  }

  async #candles(): Promise<Result<void, Omit<DownloadFailure, 'rows'>>> {
    const lengthMs = TIMEFRAME_MS[this.#request.timeframe ?? '1m']
    const toMs = Math.min(this.#request.toMs, this.#options.scheduler.nowMs() - lengthMs)
    const fromMs = Math.max(this.#request.fromMs, this.#market.listedMs)
    const holes = missingCandles(this.#store, seriesIdOf(this.#ref), { fromMs, toMs, lengthMs })
    this.#rowsTotal = holes.reduce((sum, hole) => sum + (hole.toMs - hole.fromMs) / lengthMs + 1, 0)
    for (const hole of holes) {
      const filled = await this.#fillHole(hole, lengthMs)
      if (!filled.ok) return filled
    }
    return ok(undefined)
  }

  async #fillHole(hole: TimeRange, lengthMs: number): Promise<Result<void, Omit<DownloadFailure, 'rows'>>> {
    for (let fromMs = hole.fromMs; fromMs <= hole.toMs;) {
      const page = await this.#retry.run(() => this.#market.candles({ fromMs, toMs: hole.toMs }))
      if (!page.ok) return page
      const { candles, nextMs: followingMs } = page.value
      const last = candles.at(-1)
      const isOver = (candle: Candle): boolean => candle !== last || this.#isLongOver(candle)
      this.#addCandles(candles.filter((candle) => isOver(candle) && isUsable(candle, hole, lengthMs)))
      // A candle that may still be growing is asked for again: if there is more, it comes with a later one.
      const nextMs = last === undefined || isOver(last) ? followingMs : last.openTimeMs
      if (nextMs === null || nextMs <= fromMs) break
      fromMs = nextMs
      this.#progressed(Math.min(nextMs - lengthMs, hole.toMs))
    }
    return ok(undefined)
  }
  /** The newest candle counts when a later one came with it, or after an hour: our clock may be ahead of the venue's. */
  #isLongOver({ openTimeMs }: Candle): boolean {
    return openTimeMs + TIMEFRAME_MS[this.#request.timeframe ?? '1m'] <= this.#options.scheduler.nowMs() - HOUR_MS
  }

  async #funding(): Promise<Result<void, Omit<DownloadFailure, 'rows'>>> {
    const { toMs } = this.#request
    const fromMs = Math.max(this.#request.fromMs, this.#market.listedMs)
    if (fromMs > toMs) return ok(undefined)
    for (const hole of missingFunding(this.#store, seriesIdOf(this.#ref), { fromMs, toMs })) {
      for (let rest: TimeRange | null = hole; rest !== null;) {
        const asked: TimeRange = rest
        const page = await this.#retry.run(() => this.#market.funding(asked))
        if (!page.ok) return page
        const settled = page.value.settled.filter(({ tsEventMs }) => tsEventMs >= asked.fromMs && tsEventMs <= asked.toMs)
        this.#addFunding(settled)
        rest = page.value.rest
        this.#progressed(settled.at(-1)?.tsEventMs ?? asked.fromMs)
      }
    }
    return ok(undefined)
  }

  #addCandles(candles: readonly Candle[]): void {
    if (candles.length === 0) return
    const column = (name: keyof Candle): Float64Array => Float64Array.from(candles, (candle) => candle[name])
    this.#open().addCandles({
      openTimeMs: column('openTimeMs'),
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
    })
    this.#added(candles.length)
  }
  #addFunding(settled: readonly SettledFunding[]): void {
    if (settled.length === 0) return
    this.#open().addFunding({
      timeMs: Float64Array.from(settled, ({ tsEventMs }) => tsEventMs),
      rate: Float64Array.from(settled, ({ rate }) => rate),
    })
    this.#added(settled.length)
  }
  #added(rows: number): void {
    this.#pending += rows
    if (this.#pending >= COMMIT_ROWS) this.#keep()
  }

  #open(): SeriesWriter {
    this.#writer ??= this.#store.begin(this.#import())
    return this.#writer
  }
  #import(): SeriesImport {
    const { instrument, instrumentFrom } = this.#market
    const source = { kind: 'download', name: this.#ref.venue, importedMs: this.#options.scheduler.nowMs(), sha256: null } as const
    return { ref: this.#ref, instrument, instrumentFrom, source }
  }
  #keep(): void {
    const writer = this.#writer
    this.#writer = null
    if (writer === null) return
    writer.finish()
    this.#kept += this.#pending
    this.#pending = 0
  }
  #progressed(atMs: number): void {
    this.#options.onProgress?.({ rows: this.#kept + this.#pending, rowsTotal: this.#rowsTotal, atMs })
  }
}

const isUsable = (candle: Candle, hole: TimeRange, lengthMs: number): boolean =>
  candle.openTimeMs >= hole.fromMs && candle.openTimeMs <= hole.toMs && candleFault(candle, lengthMs) === null
