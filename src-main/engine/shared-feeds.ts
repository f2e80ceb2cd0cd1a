// One market and one context for two sessions: the live one and the paper one beside it see the same events at the same moment.
import { TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import type { ContextFeed, ContextListener } from '../core/ports/context-feed.ts'
import type { MarketFeed, MarketFeedEvents } from '../core/ports/market-feed.ts'

/** What has started of `count` users, and what is left to be stopped. The source runs from the last start to the last stop. */
class Shared<User> {
  /** Replaced, never changed: it may be gone through while somebody leaves. */
  users: readonly User[] = []
  readonly #count: number
  #stopped = 0
  #stop: Promise<void> | null = null

  constructor(count: number) {
    this.#count = count
  }
  /** True when all have started. */
  join(user: User): boolean {
    this.users = [...this.users, user]
    return this.users.length === this.#count
  }
  /** The source ends with the last of them. */
  leave(user: User | null, stopSource: () => Promise<void>): Promise<void> {
    this.users = this.users.filter((other) => other !== user)
    this.#stopped += 1
    if (this.#stopped < this.#count) return Promise.resolve()
    this.#stop ??= stopSource()
    return this.#stop
  }
}

/**
 * Each session starts and stops its own part; a part is told of nothing whose event time is not after the time it was started at.
 * The market itself starts when the last part has, at the earliest of their times.
 */
export function shareFeed(source: MarketFeed, count: number): MarketFeed[] {
  const shared = new Shared<{ readonly fromMs: number; readonly events: MarketFeedEvents }>(count)
  const baseMs = TIMEFRAME_MS[source.baseTimeframe]
  const timeOf = (event: MarketEvent): number => (event.type === 'candle' ? event.candle.openTimeMs + baseMs : event.tsEventMs)
  const told: MarketFeedEvents = {
    onEvent: (event) => {
      for (const { fromMs, events } of shared.users) if (event.type === 'feed' || timeOf(event) > fromMs) events.onEvent(event)
    },
    onIncident: (incident) => {
      for (const { fromMs, events } of shared.users) if (incident.fromMs >= fromMs) events.onIncident(incident)
    },
    onBook: (frame) => {
      for (const { events } of shared.users) events.onBook?.(frame)
    },
  }
  return Array.from({ length: count }, () => {
    let mine: { readonly fromMs: number; readonly events: MarketFeedEvents } | null = null
    let hasStopped = false
    return {
      instruments: source.instruments,
      baseTimeframe: source.baseTimeframe,
      history: (instrumentId, untilMs, limit) => source.history(instrumentId, untilMs, limit),
      bars: (instrumentId, wanted) => source.bars(instrumentId, wanted),
      funding: (instrumentId, fromMs, untilMs) => source.funding(instrumentId, fromMs, untilMs),
      start(fromMs, events) {
        mine = { fromMs, events }
        if (shared.join(mine)) source.start(Math.min(...shared.users.map((user) => user.fromMs)), told)
      },
      playback: () => source.playback(),
      setPlaying: (playing) => source.setPlaying(playing),
      setSpeed: (speed) => source.setSpeed(speed),
      async stop() {
        if (hasStopped) return
        hasStopped = true
        await shared.leave(mine, () => source.stop())
      },
    }
  })
}

/** The same for what surrounds the market. */
export function shareContext(source: ContextFeed, count: number): ContextFeed[] {
  const shared = new Shared<ContextListener>(count)
  let fromMsMin = Number.POSITIVE_INFINITY
  const told: ContextListener = {
    onMeasures: (event) => {
      for (const listener of shared.users) listener.onMeasures(event)
    },
    // Said once, by whoever was there first.
    onLog: (level, message) => shared.users[0]?.onLog(level, message),
  }
  return Array.from({ length: count }, () => {
    let mine: ContextListener | null = null
    let hasStopped = false
    return {
      past: (fromMs, untilMs) => source.past(fromMs, untilMs),
      start(fromMs, listener) {
        mine = listener
        fromMsMin = Math.min(fromMsMin, fromMs)
        if (shared.join(listener)) source.start(fromMsMin, told)
      },
      advanceTo: (marketMs) => source.advanceTo(marketMs),
      snapshot: () => source.snapshot(),
      history: (query) => source.history(query),
      async stop() {
        if (hasStopped) return
        hasStopped = true
        await shared.leave(mine, () => source.stop())
      },
    }
  })
}
