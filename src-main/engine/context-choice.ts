// Which context a market gets: sources on the network for a live one, files for a recorded one, none where that is what the settings say.
import { join } from 'node:path'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import type { HostPauses } from '../adapters/context/asker.ts'
import { createLiveContext } from '../adapters/context/live-context.ts'
import { createOffContext } from '../adapters/context/off-context.ts'
import { createRecordedContext } from '../adapters/context/recorded-context.ts'
import type { Recording } from '../adapters/replay/recording.ts'
import { systemScheduler } from '../adapters/system/scheduler.ts'
import type { ContextFeed } from '../core/ports/context-feed.ts'
import type { EngineOptions } from './options.ts'

/** A host that wants to be left alone says so to the whole program, not to one session of it. */
const pauses: HostPauses = new Map()

const SWITCHED_OFF = 'switched off in the settings'

/** Nothing is asked before the feed is started. */
export function openLiveContext(options: EngineOptions, instruments: readonly Instrument[]): ContextFeed {
  const settings = options.settings.context
  if (!settings.enabled) return createOffContext(SWITCHED_OFF)
  return createLiveContext({
    instruments,
    settings,
    file: join(options.dataDir, 'context.db'),
    scheduler: systemScheduler,
    random: Math.random,
    pauses,
  })
}

/** Files that cannot be read are shown as the reason why there is nothing: a recording can be traded without them. */
export function openRecordedContext(options: EngineOptions, recording: Recording): ContextFeed {
  const settings = options.settings.context
  if (!settings.enabled) return createOffContext(SWITCHED_OFF)
  const { instruments, startMs, endMs, series } = recording
  const opened = createRecordedContext({
    dir: join(options.assetsDir, 'context'),
    instruments,
    settings,
    period: { startMs, endMs },
    funding: series.map(({ instrumentId, fundingTimeMs, fundingRate }) => ({ instrumentId, timeMs: fundingTimeMs, rate: fundingRate })),
  })
  return opened.ok ? opened.value : createOffContext(opened.error)
}
