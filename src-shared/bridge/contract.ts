// The one door between screen and engine: every command with its input and output, every topic with its payload.
// Both sides decode with these schemas. Written with zod/mini so that the screen can carry them under a strict CSP.
import * as z from 'zod/mini'
import { keyCommands } from './key-contract.ts'
import { LabTopic, labCommands } from './lab-contract.ts'
import { LiveView, liveCommands } from './live-contract.ts'
import {
  AuditView,
  BookFrame,
  CandleHistory,
  ContextView,
  DecimalText,
  DecisionDetail,
  DeskFrame,
  DeskSnapshot,
  EquityView,
  FeatureView,
  FillView,
  HostStatus,
  IndicatorHistory,
  JournalStatistics,
  JournalVerification,
  LogLine,
  MatrixView,
  MeasureHistory,
  OrderView,
  PlaybookView,
  ProfileView,
  RegimeHistory,
  RoundTripView,
  SignalFilter,
  SignalRow,
  SignalStatisticsRow,
  SystemStatus,
  TimeframeText,
} from './views.ts'

export { PROTOCOL_VERSION } from './version.ts'

const Empty = z.strictObject({})
const Id = z.string().check(z.minLength(1), z.maxLength(64))
const Page = { limit: z.int().check(z.gte(1), z.lte(500)), offset: z.int().check(z.gte(0), z.lte(10_000_000)) }
const Range = { fromMs: z.nullable(z.int()), toMs: z.nullable(z.int()) }

/** A run of the lab whose own journal is asked; null for that of the desk. */
const Of = { run: z._default(z.nullable(Id), null) }

/** Who answers: the engine worker, the lab worker, the host itself, or the host's read-only journal reader. */
export type CommandHandler = 'engine' | 'host' | 'journal' | 'lab'
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
  /** The regime of the candles that open in [fromMs, toMs], at most 5000. */
  'candles.regimes': {
    input: z.strictObject({
      instrumentId: Id,
      timeframe: TimeframeText,
      classifier: z.enum(['imba-3', 'flow-5']),
      fromMs: z.int(),
      toMs: z.int(),
    }),
    output: RegimeHistory,
    scope: 'read',
    by: 'engine',
  },
  /** Volume by price of the candles that open in [fromMs, toMs]; null without any. */
  'candles.profile': {
    input: z.strictObject({
      instrumentId: Id,
      timeframe: TimeframeText,
      fromMs: z.int(),
      toMs: z.int(),
      bins: z.int().check(z.gte(10), z.lte(200)),
    }),
    output: z.nullable(ProfileView),
    scope: 'read',
    by: 'engine',
  },
  'features.catalogue': { input: Empty, output: z.array(FeatureView), scope: 'read', by: 'engine' },
  /** The newest book of an instrument; null where there is no book data. */
  'book.latest': { input: z.strictObject({ instrumentId: Id }), output: z.nullable(BookFrame), scope: 'read', by: 'engine' },
  'context.snapshot': { input: Empty, output: ContextView, scope: 'read', by: 'engine' },
  /** Thinned evenly to `pointsMax`, oldest first. */
  'context.history': {
    input: z.strictObject({
      measure: Id,
      instrumentId: z.nullable(Id),
      fromMs: z.int(),
      toMs: z.int(),
      pointsMax: z.int().check(z.gte(2), z.lte(5000)),
    }),
    output: MeasureHistory,
    scope: 'read',
    by: 'engine',
  },
  'scoring.matrix': { input: Empty, output: MatrixView, scope: 'read', by: 'engine' },
  'scoring.setCell': {
    input: z.strictObject({ strategyId: Id, side: z.enum(['long', 'short']), regime: Id, enabled: z.boolean() }),
    output: Empty,
    scope: 'trade',
    by: 'engine',
  },
  'playbook.list': { input: Empty, output: z.array(PlaybookView), scope: 'read', by: 'engine' },
  /** Begins a new session with this playbook at the present time. Open positions stay, with their stops. */
  'playbook.select': { input: z.strictObject({ id: Id }), output: Empty, scope: 'control', by: 'engine' },
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
  /** `previousId` and `nextId` stay within the filter, or are the neighbours in the journal when it is null. */
  'decision.detail': {
    input: z.strictObject({ ...Of, id: Id, filter: z._default(z.nullable(SignalFilter), null) }),
    output: DecisionDetail,
    scope: 'read',
    by: 'journal',
  },
  /** Newest first. */
  'signals.list': {
    input: z.strictObject({ ...Of, ...Page, filter: SignalFilter }),
    output: z.strictObject({ total: z.int(), rows: z.array(SignalRow) }),
    scope: 'read',
    by: 'journal',
  },
  'signals.statistics': {
    input: z.strictObject({ ...Of, by: z.enum(['voter', 'regime', 'strategy', 'reason']), strategyId: z.nullable(Id) }),
    output: z.array(SignalStatisticsRow),
    scope: 'read',
    by: 'journal',
  },
  /** Voters, regimes and reasons that the journal has signals of: what a filter can offer. */
  'signals.choices': {
    input: z.strictObject({ ...Of }),
    output: z.strictObject({
      instruments: z.array(Id),
      strategies: z.array(Id),
      voters: z.array(Id),
      regimes: z.array(Id),
      reasons: z.array(Id),
    }),
    scope: 'read',
    by: 'journal',
  },
  'journal.roundTrips': {
    input: z.strictObject({ ...Of, ...Page, ...Range, instrumentId: z.nullable(Id), strategyId: z.nullable(Id) }),
    output: z.strictObject({ total: z.int(), rows: z.array(RoundTripView) }),
    scope: 'read',
    by: 'journal',
  },
  'journal.orders': {
    input: z.strictObject({ ...Of, ...Page }),
    output: z.strictObject({ total: z.int(), rows: z.array(OrderView) }),
    scope: 'read',
    by: 'journal',
  },
  'journal.fills': {
    input: z.strictObject({ ...Of, ...Page }),
    output: z.strictObject({ total: z.int(), rows: z.array(FillView) }),
    scope: 'read',
    by: 'journal',
  },
  /** Thinned evenly to `pointsMax`. */
  'journal.equity': {
    input: z.strictObject({ ...Of, ...Range, pointsMax: z.int().check(z.gte(2), z.lte(5000)) }),
    output: z.array(EquityView),
    scope: 'read',
    by: 'journal',
  },
  'journal.statistics': {
    input: z.strictObject({ ...Of, ...Range, strategyId: z.nullable(Id) }),
    output: JournalStatistics,
    scope: 'read',
    by: 'journal',
  },
  'journal.export': {
    input: z.strictObject({ ...Of, table: z.enum(['round_trips', 'orders', 'fills']), format: z.enum(['csv', 'json']) }),
    output: z.strictObject({ fileName: z.string(), text: z.string() }),
    scope: 'read',
    by: 'journal',
  },
  /** What persons and the program itself did, newest first. */
  'journal.audit': {
    input: z.strictObject({ ...Of, ...Page }),
    output: z.strictObject({ total: z.int(), rows: z.array(AuditView) }),
    scope: 'read',
    by: 'journal',
  },
  'journal.verify': { input: z.strictObject({ ...Of }), output: JournalVerification, scope: 'read', by: 'journal' },
  ...labCommands,
  ...liveCommands,
  ...keyCommands,
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
  /** Books and tapes; one frame per instrument, a newer one stands for the older. Only the newest trades are kept for a slow client. */
  book: BookFrame,
  /** State of the engine as its supervisor sees it. */
  status: HostStatus,
  log: z.array(LogLine),
  lab: LabTopic,
  /** How trading with real money stands: on every change, and once a second while it is armed. */
  live: LiveView,
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
