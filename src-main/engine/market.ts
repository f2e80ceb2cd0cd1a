// Which market a session trades: the live one where it can be reached, else the recording, and it says so.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { toNumber } from '../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import { type Result, err, ok, unreachable } from '../../src-shared/domain/result.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import type { RecoveredState } from '../../src-shared/events/journal-record.ts'
import { createLiveBookFeed } from '../adapters/binance-stream/live-book-feed.ts'
import { decoderFor } from '../adapters/binance-stream/byte-decoder.ts'
import { type LiveFeedOptions, createLiveFeed } from '../adapters/ccxt/live-feed.ts'
import { probeLive } from '../adapters/ccxt/probe.ts'
import { type VenueEndpoints, checkEndpoints } from '../adapters/ccxt/transport/endpoints.ts'
import { openRecording } from '../adapters/replay/recording.ts'
import { createReplayFeed } from '../adapters/replay/replay-feed.ts'
import { createOffContext } from '../adapters/context/off-context.ts'
import { systemScheduler } from '../adapters/system/scheduler.ts'
import type { BookFeed } from '../core/ports/book-feed.ts'
import type { ContextFeed } from '../core/ports/context-feed.ts'
import type { MarketFeed } from '../core/ports/market-feed.ts'
import type { Scheduler } from '../core/ports/scheduler.ts'
import { initialRiskState } from '../core/risk/trading-state.ts'
import { openLiveContext, openRecordedContext } from './context-choice.ts'
import { joinFeeds } from './joined-feed.ts'
import type { EngineOptions, MarketKind } from './options.ts'

export type Market = {
  readonly kind: MarketKind
  /** What the user should know about the choice, or null. */
  readonly notice: string | null
  /** Event time to begin at when nothing was recovered. */
  readonly startMs: number
  /** A session can go on from any time between these two. */
  readonly oldestMs: number
  readonly endMs: number
  /** A feed that has not been started. The error is one sentence. */
  createFeed(playback: { speed: number; playing: boolean }): Promise<Result<MarketFeed, string>>
  /** What surrounds this market; not started either. */
  createContext(instruments: readonly Instrument[]): ContextFeed
}
/** How the live venue is reached. */
export type LiveVenue = {
  probe(timeoutMs: number): Promise<Result<void, string>>
  createFeed(options: LiveFeedOptions): Promise<Result<MarketFeed, string>>
  /** Nothing beside the venue is asked where left out. */
  createContext?: ((options: EngineOptions, instruments: readonly Instrument[]) => ContextFeed) | undefined
  /** Order books beside the feed; left out, there are none. */
  createBooks?(instruments: readonly Instrument[]): BookFeed
}
export type OpenMarket = (options: EngineOptions) => Promise<Result<Market, string>>

const DEFAULT_RECORDING = 'default'
const PROBE_TIMEOUT_MS = 4_000
/** A session that ended longer ago would have to fetch and live through too many candles. */
const AWAY_MS_MAX = 30 * DAY_MS
/** Binance's own addresses, or those of a venue that speaks like it: candles, trades, books and funding then all come from there. The clock is another one in tests only. */
export const binanceVenue = (endpoints?: VenueEndpoints, scheduler: Scheduler = systemScheduler): LiveVenue => ({
  probe: (timeoutMs) => probeLive(timeoutMs, endpoints?.restOrigin),
  createFeed: (options) => createLiveFeed({ ...options, scheduler, ...(endpoints && { endpoints }) }),
  createContext: openLiveContext,
  createBooks: (instruments) => createLiveBookFeed({ instruments, scheduler, ...(endpoints && { endpoints }) }),
})

/** The error is one sentence for the user. `venue` is another one in tests only. */
export async function openMarket(options: EngineOptions, venue?: LiveVenue): Promise<Result<Market, string>> {
  switch (options.market) {
    case 'recorded':
      return openRecorded(options, null)
    case 'live': {
      const opened = await openLive(options, venue ?? binanceVenue())
      return opened.ok ? opened : openRecorded(options, `${opened.error}; trading the recorded market instead`)
    }
    case 'practice': {
      const found = venue === undefined ? practiceVenue(options.settings) : ok(venue)
      return found.ok ? openLive(options, found.value) : found
    }
    default:
      return unreachable(options.market, 'market')
  }
}

/** Its prices are made up: nothing of the world around the real market belongs to them. */
function practiceVenue({ venues }: EngineOptions['settings']): Result<LiveVenue, string> {
  const endpoints = checkEndpoints('practice', venues.binanceusdm.practice)
  if (!endpoints.ok) return err(`settings: venues.binanceusdm.practice: ${endpoints.error}`)
  return ok({ ...binanceVenue(endpoints.value ?? undefined), createContext: undefined })
}

async function openLive(options: EngineOptions, venue: LiveVenue): Promise<Result<Market, string>> {
  const reachable = await venue.probe(PROBE_TIMEOUT_MS)
  if (!reachable.ok) return reachable
  const feed = await venue.createFeed({ scheduler: systemScheduler })
  if (!feed.ok) return feed
  const startMs = systemScheduler.nowMs()
  let first: Result<MarketFeed, string> | null = feed
  return ok({
    kind: options.market,
    notice: null,
    startMs,
    oldestMs: startMs - AWAY_MS_MAX,
    endMs: Number.MAX_SAFE_INTEGER,
    async createFeed() {
      const made = first ?? (await venue.createFeed({ scheduler: systemScheduler }))
      first = null
      return made.ok ? ok(withBooks(made.value, venue)) : made
    },
    createContext: (instruments) => venue.createContext?.(options, instruments) ?? createOffContext('not asked in this market'),
  })
}

function withBooks(feed: MarketFeed, venue: LiveVenue): MarketFeed {
  const books = venue.createBooks?.(feed.instruments)
  return books === undefined ? feed : joinFeeds(feed, books)
}

function openRecorded(options: EngineOptions, notice: string | null): Result<Market, string> {
  const dir = recordingDir(options)
  if (!dir.ok) return dir
  const recording = openRecording(dir.value)
  if (!recording.ok) return err(recording.error)
  const { suggestedStartMs: startMs, startMs: oldestMs, endMs } = recording.value
  return ok({
    kind: 'recorded',
    notice,
    startMs,
    oldestMs,
    endMs,
    createFeed: async (playback) => ok(createReplayFeed(recording.value, { scheduler: systemScheduler, decoderFor, ...playback })),
    createContext: () => openRecordedContext(options, recording.value),
  })
}

const RECORDING_PREFIX = 'market-'

/** The error is one sentence that names the recordings there are. */
function recordingDir({ assetsDir, recording = DEFAULT_RECORDING }: EngineOptions): Result<string, string> {
  if (recording === DEFAULT_RECORDING) return ok(join(assetsDir, 'market'))
  const others = existsSync(assetsDir) ? readdirSync(assetsDir).filter((name) => name.startsWith(RECORDING_PREFIX)) : []
  const names = [DEFAULT_RECORDING, ...others.map((name) => name.slice(RECORDING_PREFIX.length)).toSorted()]
  if (names.includes(recording)) return ok(join(assetsDir, RECORDING_PREFIX + recording))
  return err(`there is no recording ${JSON.stringify(recording)}; expected one of ${names.join(', ')}`)
}

/**
 * Where a session begins: where the journal ends, when this market can go on from there. Another time is another market: the account comes
 * along, limits of days that are not these days do not. The error is one sentence for the user: what is open was opened at other prices.
 */
export function beginningOf(
  market: Market,
  recovered: RecoveredState | null,
): Result<{ readonly recovered: RecoveredState | null; readonly startMs: number }, string> {
  const { startMs, oldestMs, endMs } = market
  if (recovered === null || recovered.marketMs === 0) return ok({ recovered, startMs })
  if (recovered.marketMs >= oldestMs && recovered.marketMs <= endMs) return ok({ recovered, startMs: recovered.marketMs })
  const { positions, orders, riskState, balance } = recovered
  const at = new Date(recovered.marketMs).toISOString()
  if (positions.length > 0 || orders.length > 0) {
    const here = `the ${market.kind} market${market.notice === null ? '' : ` (${market.notice})`}`
    return err(
      `the journal ends at ${at} with ${positions.length} open positions and ${orders.length} open orders, and ${here} cannot go on from there: close them on the market they belong to, or use another data directory`,
    )
  }
  const fresh = initialRiskState(Math.max(0, toNumber(balance)), startMs)
  // What a person must lift stays in force.
  const trips = riskState?.trips.filter((trip) => trip.resumeMs === null) ?? []
  const tradingState = trips.length > 0 && riskState !== null ? riskState.tradingState : fresh.tradingState
  return ok({ recovered: { ...recovered, marketMs: startMs, riskState: { ...fresh, trips, tradingState } }, startMs })
}
