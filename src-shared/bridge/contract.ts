// The one door between screen and engine: every command with its input and output, every topic with its payload.
// Both sides decode with these schemas. Written with zod/mini so that the screen can carry them under a strict CSP.
import * as z from 'zod/mini'
import {
  CandleHistory,
  DecimalText,
  DecisionDetail,
  DeskFrame,
  DeskSnapshot,
  EquityView,
  FillView,
  HostStatus,
  IndicatorHistory,
  JournalStatistics,
  JournalVerification,
  LogLine,
  OrderView,
  RoundTripView,
  SystemStatus,
  TimeframeText,
} from './views.ts'

export { PROTOCOL_VERSION } from './version.ts'

const Empty = z.strictObject({})
const Id = z.string().check(z.minLength(1), z.maxLength(64))
const Page = { limit: z.int().check(z.gte(1), z.lte(500)), offset: z.int().check(z.gte(0), z.lte(10_000_000)) }
const Range = { fromMs: z.nullable(z.int()), toMs: z.nullable(z.int()) }

/** Who answers: the engine worker, the host itself, or the host's read-only journal reader. */
export type CommandHandler = 'engine' | 'host' | 'journal'
/** `trade` changes orders or risk and is audited; `debug` is refused unless faults were allowed at start. */
export type CommandScope = 'read' | 'control' | 'trade' | 'debug'
type CommandSpec = {
  readonly input: z.ZodMiniType
  readonly output: z.ZodMiniType
  readonly scope: CommandScope
  readonly by: CommandHandler
}

export const commands = {
  'desk.snapshot': { input: Empty, output: DeskSnapshot, scope: 'read', by: 'engine' },
  'candles.history': {
    input: z.strictObject({
      instrumentId: Id,
      timeframe: TimeframeText,
      beforeMs: z.nullable(z.int()),
      limit: z.int().check(z.gte(1), z.lte(5000)),
    }),
    output: CandleHistory,
    scope: 'read',
    by: 'engine',
  },
  /** Values of registered features for the candles that open in [fromMs, toMs], at most 5000. */
  'candles.indicators': {
    input: z.strictObject({
      instrumentId: Id,
      timeframe: TimeframeText,
      names: z.array(Id).check(z.minLength(1), z.maxLength(12)),
      fromMs: z.int(),
      toMs: z.int(),
    }),
    output: IndicatorHistory,
    scope: 'read',
    by: 'engine',
  },
  'position.close': { input: z.strictObject({ positionId: Id }), output: Empty, scope: 'trade', by: 'engine' },
  'position.moveStop': { input: z.strictObject({ positionId: Id, stopPrice: DecimalText }), output: Empty, scope: 'trade', by: 'engine' },
  'order.cancel': { input: z.strictObject({ clientOrderId: Id }), output: Empty, scope: 'trade', by: 'engine' },
  /** Closes all, cancels all, halts. The word is what the person typed or held to confirm. */
  'kill.activate': { input: z.strictObject({ confirmation: z.literal('KILL') }), output: Empty, scope: 'trade', by: 'engine' },
  'trading.setState': {
    input: z.strictObject({ state: z.enum(['active', 'reducing', 'halted']) }),
    output: Empty,
    scope: 'trade',
    by: 'engine',
  },
  'strategy.pause': { input: z.strictObject({ strategyId: Id, paused: z.boolean() }), output: Empty, scope: 'trade', by: 'engine' },
  'positions.protectAll': { input: Empty, output: z.strictObject({ naked: z.int() }), scope: 'trade', by: 'engine' },
  'playback.setPlaying': { input: z.strictObject({ playing: z.boolean() }), output: Empty, scope: 'control', by: 'engine' },
  /** 0 means as fast as it goes. */
  'playback.setSpeed': {
    input: z.strictObject({ speed: z.number().check(z.gte(0), z.lte(600)) }),
    output: Empty,
    scope: 'control',
    by: 'engine',
  },
  /** Closes what is open at the present price and starts a new session at that time. */
  'playback.seek': { input: z.strictObject({ positionMs: z.int() }), output: Empty, scope: 'control', by: 'engine' },
  'decision.detail': { input: z.strictObject({ id: Id }), output: DecisionDetail, scope: 'read', by: 'journal' },
  'journal.roundTrips': {
    input: z.strictObject({ ...Page, ...Range, instrumentId: z.nullable(Id), strategyId: z.nullable(Id) }),
    output: z.strictObject({ total: z.int(), rows: z.array(RoundTripView) }),
    scope: 'read',
    by: 'journal',
  },
  'journal.orders': {
    input: z.strictObject({ ...Page }),
    output: z.strictObject({ total: z.int(), rows: z.array(OrderView) }),
    scope: 'read',
    by: 'journal',
  },
  'journal.fills': {
    input: z.strictObject({ ...Page }),
    output: z.strictObject({ total: z.int(), rows: z.array(FillView) }),
    scope: 'read',
    by: 'journal',
  },
  /** Thinned evenly to `pointsMax`. */
  'journal.equity': {
    input: z.strictObject({ ...Range, pointsMax: z.int().check(z.gte(2), z.lte(5000)) }),
    output: z.array(EquityView),
    scope: 'read',
    by: 'journal',
  },
  'journal.statistics': {
    input: z.strictObject({ ...Range, strategyId: z.nullable(Id) }),
    output: JournalStatistics,
    scope: 'read',
    by: 'journal',
  },
  'journal.export': {
    input: z.strictObject({ table: z.enum(['round_trips', 'orders', 'fills']), format: z.enum(['csv', 'json']) }),
    output: z.strictObject({ fileName: z.string(), text: z.string() }),
    scope: 'read',
    by: 'journal',
  },
  'journal.verify': { input: Empty, output: JournalVerification, scope: 'read', by: 'journal' },
  'system.status': { input: Empty, output: SystemStatus, scope: 'read', by: 'host' },
  'log.tail': {
    input: z.strictObject({ limit: z.int().check(z.gte(1), z.lte(1000)) }),
    output: z.array(LogLine),
    scope: 'read',
    by: 'host',
  },
  'engine.restart': { input: Empty, output: Empty, scope: 'control', by: 'host' },
  'debug.fault': { input: z.strictObject({ kind: z.enum(['throw', 'hang', 'exit']) }), output: Empty, scope: 'debug', by: 'engine' },
} as const satisfies Record<string, CommandSpec>

export const topics = {
  /** Changes of the desk, in order, in numbered frames. */
  desk: DeskFrame,
  /** State of the engine as its supervisor sees it. */
  status: HostStatus,
  log: z.array(LogLine),
  /** This client was too slow and frames were dropped: take a new snapshot. */
  resync: z.strictObject({ reason: z.string() }),
} as const satisfies Record<string, z.ZodMiniType>

export type CommandName = keyof typeof commands
export type Input<C extends CommandName> = z.input<(typeof commands)[C]['input']>
export type Output<C extends CommandName> = z.output<(typeof commands)[C]['output']>
export type TopicName = keyof typeof topics
export type Payload<T extends TopicName> = z.output<(typeof topics)[T]>

/** What a page may offer; it asks for a capability, never for the name of the shell. */
export type Capabilities = { readonly nativeNotifications: boolean; readonly openLogsFolder: boolean; readonly saveFile: boolean }

export const BRIDGE_ERROR_CODES = [
  'bad_input',
  'unknown_command',
  'forbidden',
  'engine_down',
  'timeout',
  'refused',
  'not_found',
  'internal',
] as const
export type BridgeError = { readonly code: (typeof BRIDGE_ERROR_CODES)[number]; readonly message: string }
export type BridgeResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: BridgeError }

export interface Bridge {
  readonly protocol: number
  readonly capabilities: Capabilities
  invoke<C extends CommandName>(command: C, input: Input<C>): Promise<BridgeResult<Output<C>>>
  subscribe<T extends TopicName>(topic: T, listener: (payload: Payload<T>) => void): () => void
  /** Called with false when the connection to the program is lost, with true when it is back (then take a new snapshot). */
  onConnection(listener: (connected: boolean) => void): () => void
}

export const isCommand = (value: unknown): value is CommandName => typeof value === 'string' && Object.hasOwn(commands, value)
export const isTopic = (value: unknown): value is TopicName => typeof value === 'string' && Object.hasOwn(topics, value)
