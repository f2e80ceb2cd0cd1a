// What a session trades on: the simulated venue with its memory on disk, or an account at a venue outside this process.
import { type Money, money } from '../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import type { ConnectionState } from '../../src-shared/domain/venue.ts'
import type { RecoveredState } from '../../src-shared/events/journal-record.ts'
import type { SystemCondition } from '../../src-shared/events/kernel-event.ts'
import { JournalError } from '../adapters/journal/journal-error.ts'
import type { TradingLoop } from '../core/kernel/trading-loop.ts'
import type { ExecutionClient } from '../core/ports/execution-client.ts'
import { createSimulatedVenue } from '../core/simulation/simulated-venue.ts'
import type { LoopVenue, SimulationConfig } from '../core/simulation/venue.ts'
import type { Settings } from '../../src-shared/config/settings.ts'
import { OutsideVenue } from './outside-venue.ts'
import type { RecordedVenue } from './session-recorder.ts'

export type VenueStore = { load(): string | null; save(text: string): void }
/** Which account a session trades. */
export type SessionAccount =
  | { readonly mode: 'paper'; readonly store: VenueStore }
  | { readonly mode: 'live'; readonly client: ExecutionClient }

export type SessionVenue = {
  readonly mode: SessionAccount['mode']
  readonly venue: LoopVenue
  readonly instruments: readonly Instrument[]
  /** What the account is opened with when nothing is in its books. */
  readonly initialBalance: Money
  /** Where its market stood when it was left, or 0. */
  readonly stoodMs: number
  /** For the recording of the session; null where it is the world outside. */
  readonly recorded: RecordedVenue | null
  /** Writes down what it must remember. */
  keep(): void
  /** Writes again what could not be written before. */
  keepAgain(): void
  /** Called once, before the loop starts. */
  begin(loop: TradingLoop): void
  /** Resolves when no further report can come. Orders and positions stay. */
  close(): Promise<void>
}

export type VenueDependencies = {
  readonly settings: Settings
  readonly instruments: readonly Instrument[]
  readonly recovered: RecoveredState | null
  readonly nowMs: () => number
  /** One sentence about a file that cannot be written, while trading goes on. */
  readonly onFileTrouble: (message: string) => void
}

export const openSessionVenue = (account: SessionAccount, d: VenueDependencies): SessionVenue =>
  account.mode === 'paper' ? openPaperVenue(account.store, d) : openOutsideVenue(account.client, d)

/** The simulated venue as it was left. One that cannot be written down goes on from memory, and is written as soon as that works again. */
function openPaperVenue(store: VenueStore, { settings, instruments, onFileTrouble }: VenueDependencies): SessionVenue {
  const config = paperConfig(settings)
  const venue = createSimulatedVenue(instruments, config)
  const saved = store.load()
  if (saved !== null) venue.restore(saved)
  let isUnsaved = false
  const keep = (): void => {
    const wasUnsaved = isUnsaved
    try {
      store.save(venue.save())
      isUnsaved = false
    } catch (cause) {
      if (!(cause instanceof JournalError)) throw cause
      isUnsaved = true
      if (!wasUnsaved) onFileTrouble(cause.message)
    }
  }
  return {
    mode: 'paper',
    venue,
    instruments,
    initialBalance: config.initialBalance,
    stoodMs: venue.lastPriceMs(),
    recorded: { config, saved },
    keep,
    keepAgain: () => {
      if (isUnsaved) keep()
    },
    begin: () => undefined,
    close: () => Promise.resolve(),
  }
}

function paperConfig({ simulation, initialBalance, leverage }: Settings): SimulationConfig {
  const { latencyMs, slippageBasisPoints, participationMax } = simulation
  return {
    seed: 1,
    initialBalance: money(initialBalance),
    leverage,
    latencyMs,
    slippage: { kind: 'fixed', basisPoints: slippageBasisPoints },
    participationMax,
    markPremium: 0,
  }
}

function conditionOf(state: ConnectionState): SystemCondition {
  if (state === 'maintenance') return 'maintenance'
  return state === 'live' || state === 'degraded' ? 'venue_up' : 'venue_down'
}

function openOutsideVenue(client: ExecutionClient, { settings, recovered, nowMs }: VenueDependencies): SessionVenue {
  let loop: TradingLoop | null = null
  const venue = new OutsideVenue(client, () => loop?.advanceTo(nowMs()))
  const tell = (condition: SystemCondition, message: string): void => loop?.event({ source: 'system', condition, message, tsMs: nowMs() })
  let isSkewed = false
  const onClock = (offsetMs: number): void => {
    const wasSkewed = isSkewed
    isSkewed = Math.abs(offsetMs) > settings.live.clockOffsetMsMax
    if (isSkewed !== wasSkewed)
      tell(isSkewed ? 'clock_skewed' : 'clock_ok', `this clock and that of the venue are ${Math.round(Math.abs(offsetMs))} ms apart`)
  }
  return {
    mode: 'live',
    venue,
    instruments: client.instruments,
    initialBalance: client.walletBalance,
    stoodMs: 0,
    recorded: null,
    keep: () => undefined,
    keepAgain: () => undefined,
    begin(started) {
      loop = started
      client.remember(recovered?.orders ?? [])
      client.start({
        onReport: (report) => venue.arrive(report, nowMs()),
        onState: (state, detail) => tell(conditionOf(state), detail),
        onClock,
      })
    },
    async close() {
      loop = null
      await client.close()
    },
  }
}
