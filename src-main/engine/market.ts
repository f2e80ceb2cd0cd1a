// Which market a session trades: the live one where it can be reached, else the recording, and it says so.
import { join } from 'node:path'
import { type Result, err, ok } from '../../src-shared/domain/result.ts'
import { createLiveFeed } from '../adapters/ccxt/live-feed.ts'
import { probeLive } from '../adapters/ccxt/probe.ts'
import { openRecording } from '../adapters/replay/recording.ts'
import { createReplayFeed } from '../adapters/replay/replay-feed.ts'
import { systemScheduler } from '../adapters/system/scheduler.ts'
import type { MarketFeed } from '../core/ports/market-feed.ts'
import type { EngineOptions } from './options.ts'

export type Market = {
  readonly recorded: boolean
  /** What the user should know about the choice, or null. */
  readonly notice: string | null
  /** Event time to begin at when nothing was recovered. */
  readonly startMs: number
  readonly endMs: number
  /** A feed that has not been started. */
  createFeed(playback: { speed: number; playing: boolean }): MarketFeed
}

const PROBE_TIMEOUT_MS = 4_000

/** The error is one sentence for the user. */
export async function openMarket(options: EngineOptions): Promise<Result<Market, string>> {
  if (options.market === 'recorded') return openRecorded(options, null)
  const reachable = await probeLive(PROBE_TIMEOUT_MS)
  if (!reachable.ok) return openRecorded(options, `${reachable.error}; trading the recorded market instead`)
  const feed = await createLiveFeed({ scheduler: systemScheduler })
  if (!feed.ok) return openRecorded(options, `${feed.error}; trading the recorded market instead`)
  return ok({
    recorded: false,
    notice: null,
    startMs: systemScheduler.nowMs(),
    endMs: Number.MAX_SAFE_INTEGER,
    createFeed: () => feed.value,
  })
}

function openRecorded(options: EngineOptions, notice: string | null): Result<Market, string> {
  const recording = openRecording(join(options.assetsDir, 'market'))
  if (!recording.ok) return err(recording.error)
  const { suggestedStartMs: startMs, endMs } = recording.value
  return ok({
    recorded: true,
    notice,
    startMs,
    endMs,
    createFeed: (playback) => createReplayFeed(recording.value, { scheduler: systemScheduler, ...playback }),
  })
}
