// An exchange, opened: core, clock, wire, faults, oracle and control endpoint on the loopback interface.
import { type Money, money } from '../../../src-shared/domain/decimal.ts'
import type { VenueId } from '../../../src-shared/domain/venue.ts'
import { BINANCE_MARKETS } from '../binance/instruments.ts'
import { createBinanceWire } from '../binance/binance-wire.ts'
import { BINANCE_LIMITS } from '../binance/weights.ts'
import { createBybitWire } from '../bybit/bybit-wire.ts'
import { BYBIT_LIMITS, BYBIT_MARKETS, BYBIT_RULES } from '../bybit/instruments.ts'
import { ControlServer } from '../control/control-server.ts'
import { Oracle } from '../control/oracle.ts'
import type { CoreEvent } from '../core/events.ts'
import type { MarketConfig } from '../core/market.ts'
import { BINANCE_RULES, type VenueRules } from '../core/state.ts'
import { VenueCore } from '../core/venue-core.ts'
import { DERIBIT_LIMITS } from '../deribit/credits.ts'
import { createDeribitWire } from '../deribit/deribit-wire.ts'
import { DERIBIT_MARKETS, DERIBIT_RULES } from '../deribit/instruments.ts'
import type { FaultPlane } from '../faults/fault-plane.ts'
import { VenueClock } from './clock.ts'
import { OKX_MARKETS, OKX_RULES } from '../okx/instruments.ts'
import { OKX_LIMITS } from '../okx/limits.ts'
import { createOkxWire } from '../okx/okx-wire.ts'
import type { Conditions, RequestLimits, Wire, WireContext } from './contract.ts'
import { type ApiKey, practiceKey } from './keys.ts'
import { LoopbackServer } from './loopback-server.ts'

/** What a venue brings along: its list of instruments, its rules, its protocol. */
type VenueKind = {
  readonly markets: readonly MarketConfig[]
  readonly rules: VenueRules
  readonly wallets: Readonly<Record<string, string>>
  readonly limits: RequestLimits
  readonly createWire: (context: WireContext) => Wire
}
/** A wire is put on by a line here. */
const KINDS: Partial<Record<VenueId, VenueKind>> = {
  binanceusdm: {
    markets: BINANCE_MARKETS,
    rules: BINANCE_RULES,
    wallets: { USDT: '10000' },
    limits: BINANCE_LIMITS,
    createWire: createBinanceWire,
  },
  bybit: {
    markets: BYBIT_MARKETS,
    rules: BYBIT_RULES,
    wallets: { USDT: '10000' },
    limits: BYBIT_LIMITS,
    createWire: createBybitWire,
  },
  deribit: {
    markets: DERIBIT_MARKETS,
    rules: DERIBIT_RULES,
    wallets: { USDC: '10000', BTC: '0.1' },
    limits: DERIBIT_LIMITS,
    createWire: createDeribitWire,
  },
  okx: { markets: OKX_MARKETS, rules: OKX_RULES, wallets: { USDT: '10000' }, limits: OKX_LIMITS, createWire: createOkxWire },
}
export const practiceVenues = (): VenueId[] => Object.keys(KINDS) as VenueId[]
/** What a venue lists when nothing else is said; empty for one without a wire. */
export const listedMarkets = (venue: VenueId): readonly MarketConfig[] => KINDS[venue]?.markets ?? []

export type PracticeVenueOptions = {
  readonly venue: VenueId
  /** 0 takes a free one. */
  readonly port: number
  readonly controlPort: number
  readonly seed: number
  /** Venue milliseconds per real one; 0 stands still and is stepped. */
  readonly speed: number
  /** Null: now. */
  readonly startMs: number | null
  /** Null: the venue's own. */
  readonly markets: readonly MarketConfig[] | null
  readonly wallets: Readonly<Record<string, string>> | null
  readonly limits: RequestLimits | null
}

export const PRACTICE_DEFAULTS: Omit<PracticeVenueOptions, 'venue'> = {
  port: 0,
  controlPort: 0,
  seed: 1,
  speed: 1,
  startMs: null,
  markets: null,
  wallets: null,
  limits: null,
}

const TICK_MS = 50
const ACCOUNT = 'practice'

export type PracticeVenue = {
  readonly core: VenueCore
  readonly clock: VenueClock
  readonly faults: FaultPlane
  readonly oracle: Oracle
  readonly conditions: Conditions
  readonly key: ApiKey
  readonly restUrl: string
  readonly wsUrl: string
  readonly controlUrl: string
  /** Brings the exchange up to its clock. */
  readonly pump: () => number
  /** Jumps ahead and lives through what lies between. */
  readonly step: (ms: number) => void
  readonly openSockets: () => number
  readonly close: () => Promise<void>
}

/** Core, oracle and wire, on a clock, before anything listens. */
function createExchange(options: PracticeVenueOptions, kind: VenueKind, clock: VenueClock) {
  const startMs = clock.nowMs()
  const key = practiceKey(ACCOUNT, 1, startMs)
  const keys = new Map([[key.key, key]])
  const conditions: Conditions = { clockOffsetMs: 0, isMaintenance: false, visibleAfterMs: 0 }
  const listeners: ((event: CoreEvent) => void)[] = []
  const core: VenueCore = new VenueCore({
    seed: options.seed,
    startMs,
    rules: kind.rules,
    markets: options.markets ?? kind.markets,
    accounts: { [ACCOUNT]: walletsOf(options.wallets ?? kind.wallets) },
    onEvent: (event) => {
      for (const hear of listeners) hear(event)
    },
  })
  const oracle = new Oracle(() => core)
  const nowMs = (): number => core.nowMs + conditions.clockOffsetMs
  const limits = options.limits ?? kind.limits
  const wire = kind.createWire({ limits, core, keys, conditions, nowMs, checksTimestamps: () => clock.isReal })
  listeners.push(
    (event) => oracle.onEvent(event),
    (event) => wire.onEvent(event),
  )
  const pump = (): number => {
    core.advance(clock.nowMs())
    return nowMs()
  }
  const step = (ms: number): void => {
    clock.step(ms)
    pump()
    wire.tick(core.nowMs)
  }
  return { core, clock, oracle, conditions, key, keys, wire, pump, step }
}

/** Opens an exchange. Rejects for a venue without a wire and when a port is taken. */
export async function openPracticeVenue(options: PracticeVenueOptions): Promise<PracticeVenue> {
  const kind = KINDS[options.venue]
  if (!kind) throw new RangeError(`venue ${options.venue} has no practice venue; there are: ${practiceVenues().join(', ')}`)
  const clock = new VenueClock({ startMs: options.startMs ?? Date.now(), speed: options.speed })
  const { keys, wire, ...exchange } = createExchange(options, kind, clock)
  const server = new LoopbackServer(wire, exchange.conditions, exchange.pump)
  const { faults } = server
  const control = new ControlServer({ ...exchange, faults, keys, wire, openSockets: () => server.openSockets })
  await server.listen(options.port)
  try {
    await control.listen(options.controlPort)
  } catch (error) {
    await server.close()
    throw error
  }
  const timer = setInterval(() => {
    exchange.pump()
    wire.tick(exchange.core.nowMs)
  }, TICK_MS)
  return {
    ...exchange,
    faults,
    restUrl: `http://127.0.0.1:${server.port}`,
    wsUrl: `ws://127.0.0.1:${server.port}`,
    controlUrl: `http://127.0.0.1:${control.port}`,
    openSockets: () => server.openSockets,
    async close() {
      clearInterval(timer)
      await Promise.all([server.close(), control.close()])
    },
  }
}

const walletsOf = (wallets: Readonly<Record<string, string>>): Record<string, Money> =>
  Object.fromEntries(Object.entries(wallets).map(([asset, amount]) => [asset, money(amount)]))
