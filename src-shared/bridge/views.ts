// What the screen sees: plain JSON. Exact amounts are decimal text, estimates are numbers, times are integer milliseconds.
import * as z from 'zod/mini'

const text = (max: number) => z.string().check(z.maxLength(max))
export const DecimalText = z.string().check(z.regex(/^-?\d{1,24}(\.\d{1,12})?$/))
const Id = text(64)
const Ms = z.int()
const Side = z.enum(['long', 'short'])
const OrderSide = z.enum(['buy', 'sell'])
export const TimeframeText = z.enum(['1m', '5m', '15m', '1h', '4h', '1d'])
const WhyRecord = z.record(text(64), z.union([z.number(), text(500), z.boolean(), z.null()]))

export const InstrumentView = z.strictObject({
  id: Id,
  venue: Id,
  base: Id,
  quote: Id,
  tickSize: DecimalText,
  lotSize: DecimalText,
  minNotional: DecimalText,
  makerFeeRate: DecimalText,
  takerFeeRate: DecimalText,
})
export const AccountView = z.strictObject({
  tsMs: Ms,
  balance: DecimalText,
  equity: z.number(),
  available: z.number(),
  marginUsed: z.number(),
  unrealizedPnl: z.number(),
  dayPnl: z.number(),
  /** Fraction of the equity at the start of the UTC day. */
  dayReturn: z.number(),
  weekReturn: z.number(),
  /** Fraction below the highest equity, 0 or more. */
  drawdown: z.number(),
  /** Money lost if every stop were hit now. */
  openRisk: z.number(),
  grossExposure: z.number(),
  nextFundingMs: z.nullable(Ms),
})
export const TargetView = z.strictObject({
  price: DecimalText,
  fraction: z.number(),
  state: z.enum(['planned', 'working', 'filled', 'abandoned']),
})
export const PositionView = z.strictObject({
  id: Id,
  instrumentId: Id,
  strategyId: Id,
  decisionId: z.nullable(Id),
  side: Side,
  quantity: DecimalText,
  entryPrice: DecimalText,
  markPrice: z.number(),
  unrealizedPnl: z.number(),
  /** Unrealised plus realised profit in multiples of the initial risk. */
  rMultiple: z.nullable(z.number()),
  liquidationPrice: z.nullable(z.number()),
  stopPrice: DecimalText,
  stopState: z.enum(['none', 'placing', 'working', 'failed']),
  phase: z.enum(['opening', 'protected', 'closing', 'emergency']),
  trailing: z.boolean(),
  breakEvenDone: z.boolean(),
  targets: z.array(TargetView).check(z.maxLength(8)),
  openedMs: Ms,
  secondsUnprotected: z.number(),
  /** Set while no stop works at the venue. */
  unprotectedSinceMs: z.nullable(Ms),
  incident: z.boolean(),
})
export const OrderView = z.strictObject({
  clientOrderId: Id,
  instrumentId: Id,
  strategyId: Id,
  positionId: z.nullable(Id),
  decisionId: z.nullable(Id),
  purpose: z.enum(['entry', 'stop', 'target', 'exit', 'emergency']),
  side: OrderSide,
  type: z.enum(['market', 'limit', 'stop_market', 'take_profit_market']),
  timeInForce: z.enum(['gtc', 'ioc', 'post_only']),
  quantity: DecimalText,
  filledQuantity: DecimalText,
  limitPrice: z.nullable(DecimalText),
  triggerPrice: z.nullable(DecimalText),
  averagePrice: z.nullable(DecimalText),
  reduceOnly: z.boolean(),
  state: z.enum([
    'initialized',
    'denied',
    'submitted',
    'accepted',
    'triggered',
    'partially_filled',
    'pending_cancel',
    'unknown',
    'filled',
    'canceled',
    'rejected',
    'expired',
  ]),
  reason: z.nullable(text(400)),
  createdMs: Ms,
  updatedMs: Ms,
})
export const DecisionSummary = z.strictObject({
  id: Id,
  tsMs: Ms,
  strategyId: Id,
  instrumentId: Id,
  timeframe: TimeframeText,
  direction: z.enum(['buy', 'sell', 'wait']),
  strength: z.number(),
  outcome: z.enum(['executed', 'blocked']),
  reason: text(64),
  summary: text(400),
  candleOpenMs: Ms,
  price: z.number(),
  /** Weighted vote after adjustments, for strategies that weigh votes. */
  confluence: z.nullable(z.number()),
  regime: z.nullable(text(64)),
})
/** A position that was closed: what the chart marks. */
export const ExitView = z.strictObject({
  positionId: Id,
  decisionId: z.nullable(Id),
  instrumentId: Id,
  side: Side,
  tsMs: Ms,
  /** Volume-weighted over all fills that closed it. */
  price: DecimalText,
  netPnl: DecimalText,
  rMultiple: z.nullable(z.number()),
  exitReason: text(64),
})
export const TripView = z.strictObject({
  code: text(64),
  message: text(400),
  tsMs: Ms,
  state: z.enum(['active', 'reducing', 'halted']),
  resumeMs: z.nullable(Ms),
})
export const LimitView = z.strictObject({ code: text(64), title: text(80), used: z.number(), limit: z.number(), unit: text(24) })
export const RiskView = z.strictObject({
  tradingState: z.enum(['active', 'reducing', 'halted']),
  trips: z.array(TripView).check(z.maxLength(50)),
  limits: z.array(LimitView).check(z.maxLength(40)),
})
export const FeedView = z.strictObject({
  kind: z.enum(['recorded', 'live']),
  state: z.enum(['connecting', 'live', 'stale', 'ended', 'failed']),
  detail: text(400),
  /** Event time of the newest market event. */
  lastEventMs: z.nullable(Ms),
  gaps: z.int(),
  badCandles: z.int(),
  lastIncident: z.nullable(text(400)),
})
export const PlaybackView = z.strictObject({
  kind: z.enum(['recorded', 'live']),
  playing: z.boolean(),
  /** Multiple of real time; 0 means as fast as it goes. */
  speed: z.number(),
  positionMs: Ms,
  startMs: Ms,
  endMs: Ms,
})
export const StrategyView = z.strictObject({
  id: Id,
  title: text(80),
  description: text(400),
  timeframe: TimeframeText,
  source: z.enum(['bundled', 'user']),
  state: z.enum(['warming_up', 'running', 'paused', 'faulted']),
  message: text(1000),
  signals: z.int(),
  executed: z.int(),
})
export const AlertView = z.strictObject({
  code: text(64),
  severity: z.enum(['info', 'warning', 'critical']),
  message: text(1000),
  tsMs: Ms,
  instrumentId: z.nullable(Id),
})
export const CandleView = z.strictObject({
  instrumentId: Id,
  timeframe: TimeframeText,
  openTimeMs: Ms,
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
})
export const EquityView = z.strictObject({ tsMs: Ms, equity: z.number(), balance: z.number(), drawdown: z.number() })

export const DeskSnapshot = z.strictObject({
  /** Deltas with a number up to this one are contained. */
  sequence: z.int(),
  sessionId: Id,
  playbook: Id,
  marketMs: Ms,
  instruments: z.array(InstrumentView).check(z.maxLength(200)),
  lastPrices: z.record(Id, z.number()),
  account: AccountView,
  risk: RiskView,
  feed: FeedView,
  playback: PlaybackView,
  strategies: z.array(StrategyView).check(z.maxLength(100)),
  positions: z.array(PositionView).check(z.maxLength(200)),
  /** Working orders only. */
  orders: z.array(OrderView).check(z.maxLength(1000)),
  /** Of this session, newest last. */
  exits: z.array(ExitView).check(z.maxLength(200)),
  /** Newest last. */
  decisions: z.array(DecisionSummary).check(z.maxLength(500)),
  alerts: z.array(AlertView).check(z.maxLength(200)),
})

/** One change of the desk. Each carries the whole new value of what it names, so that applying one twice does no harm. */
export const DeskEvent = z.discriminatedUnion('type', [
  /** A closed candle of any timeframe. */
  z.strictObject({ type: z.literal('candle'), candle: CandleView }),
  /** Last price between candles on a live feed. */
  z.strictObject({ type: z.literal('price'), instrumentId: Id, price: z.number(), tsMs: Ms }),
  z.strictObject({ type: z.literal('account'), account: AccountView }),
  z.strictObject({ type: z.literal('position'), position: PositionView }),
  z.strictObject({ type: z.literal('position_closed'), exit: ExitView }),
  z.strictObject({ type: z.literal('order'), order: OrderView }),
  z.strictObject({ type: z.literal('decision'), decision: DecisionSummary }),
  z.strictObject({ type: z.literal('risk'), risk: RiskView }),
  z.strictObject({ type: z.literal('feed'), feed: FeedView }),
  z.strictObject({ type: z.literal('playback'), playback: PlaybackView }),
  z.strictObject({ type: z.literal('strategy'), strategy: StrategyView }),
  z.strictObject({ type: z.literal('alert'), alert: AlertView }),
])
/** Deltas travel in frames. `sequence` numbers the frames; a hole means: take a new snapshot. */
export const DeskFrame = z.strictObject({ sequence: z.int(), events: z.array(DeskEvent).check(z.maxLength(5000)) })

export const EngineState = z.enum(['starting', 'running', 'restarting', 'failed', 'stopping', 'stopped'])
export const HostStatus = z.strictObject({
  state: EngineState,
  mode: z.enum(['paper', 'live']),
  version: text(32),
  restarts: z.int(),
  /** Of the present engine. */
  uptimeMs: z.number(),
  lastError: z.nullable(text(1000)),
})

export const CandleHistory = z.strictObject({
  instrumentId: Id,
  timeframe: TimeframeText,
  openTimeMs: z.array(Ms),
  open: z.array(z.number()),
  high: z.array(z.number()),
  low: z.array(z.number()),
  close: z.array(z.number()),
  volume: z.array(z.number()),
  /** True when older candles exist. */
  more: z.boolean(),
})
export const IndicatorHistory = z.strictObject({
  openTimeMs: z.array(Ms),
  /** One column per name asked for; null while warming up. */
  series: z.record(text(64), z.array(z.nullable(z.number()))),
})

const Label = text(80)
const Price = z.number()
/** What a voter saw, drawable: see domain/decision. */
export const EvidenceView = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('level'), label: Label, price: Price, fromMs: Ms }),
  z.strictObject({ kind: z.literal('zone'), label: Label, fromMs: Ms, toMs: Ms, low: Price, high: Price }),
  z.strictObject({
    kind: z.literal('path'),
    label: Label,
    points: z.array(z.strictObject({ ms: Ms, price: Price })).check(z.maxLength(200)),
  }),
  z.strictObject({ kind: z.literal('mark'), label: Label, ms: Ms, price: Price }),
  z.strictObject({ kind: z.literal('features'), label: Label, names: z.array(text(80)).check(z.maxLength(8)) }),
  z.strictObject({
    kind: z.literal('profile'),
    label: Label,
    fromMs: Ms,
    toMs: Ms,
    low: Price,
    step: Price,
    volumes: z.array(z.number()).check(z.maxLength(200)),
    pointOfControl: Price,
    valueHigh: Price,
    valueLow: Price,
  }),
])
export const RegimeView = z.strictObject({
  classifier: text(64),
  regime: text(64),
  probability: z.number(),
  scores: z.record(text(64), z.number()),
})
export const ConfluenceView = z.strictObject({
  buy: z.number(),
  sell: z.number(),
  before: z.number(),
  after: z.number(),
  threshold: z.number(),
})
export const VerdictView = z.strictObject({
  check: text(64),
  passed: z.boolean(),
  code: text(64),
  message: text(500),
  numbers: WhyRecord,
})
export const SignalView = z.strictObject({
  direction: z.enum(['buy', 'sell', 'wait']),
  strength: z.number(),
  stopPrice: z.number(),
  chandelierDistance: z.nullable(z.number()),
  sizeShare: z.optional(z.number()),
  votes: z.array(
    z.strictObject({
      voter: text(64),
      direction: z.enum(['buy', 'sell', 'wait']),
      strength: z.number(),
      weight: z.number(),
      multiplier: z.number(),
      why: WhyRecord,
      evidence: z._default(z.array(EvidenceView).check(z.maxLength(12)), []),
    }),
  ),
  why: WhyRecord,
  // Journals of earlier versions lack what follows.
  regime: z._default(z.nullable(RegimeView), null),
  confluence: z._default(z.nullable(ConfluenceView), null),
  adjustments: z._default(z.array(z.strictObject({ name: text(64), factor: z.number(), why: WhyRecord })), []),
  filters: z._default(z.array(VerdictView), []),
})
export const DecisionTraceView = z.strictObject({
  id: Id,
  tsMs: Ms,
  strategyId: Id,
  instrumentId: Id,
  timeframe: TimeframeText,
  candle: z.strictObject({ openTimeMs: Ms, open: z.number(), high: z.number(), low: z.number(), close: z.number(), volume: z.number() }),
  signal: SignalView,
  isAdd: z.optional(z.literal(true)),
  gates: z._default(z.array(VerdictView), []),
  sizing: z.array(z.strictObject({ step: text(64), factor: z.number(), valueBefore: z.number(), valueAfter: z.number(), note: text(400) })),
  risk: z.array(VerdictView),
  outcome: z.enum(['executed', 'blocked']),
  reason: text(64),
  summary: text(400),
  entry: z.nullable(z.strictObject({ clientOrderId: Id, quantity: DecimalText, stopPrice: DecimalText, targets: z.array(DecimalText) })),
})
export const FillView = z.strictObject({
  tradeId: Id,
  clientOrderId: Id,
  instrumentId: Id,
  side: OrderSide,
  price: DecimalText,
  quantity: DecimalText,
  fee: DecimalText,
  liquidity: z.enum(['maker', 'taker']),
  tsEventMs: Ms,
})
export const RoundTripView = z.strictObject({
  positionId: Id,
  instrumentId: Id,
  strategyId: Id,
  decisionId: z.nullable(Id),
  side: Side,
  quantity: DecimalText,
  entryPrice: DecimalText,
  exitPrice: DecimalText,
  openedMs: Ms,
  closedMs: Ms,
  grossPnl: DecimalText,
  fees: DecimalText,
  funding: DecimalText,
  netPnl: DecimalText,
  rMultiple: z.nullable(z.number()),
  exitReason: text(64),
  secondsUnprotected: z.number(),
})
/** What became of a signal, traded or not; see domain/decision. */
export const SignalOutcomeView = z.strictObject({
  outcome: z.enum(['win', 'loss', 'expired']),
  decidedMs: Ms,
  resolvedMs: Ms,
  endedMs: Ms,
  entryPrice: z.number(),
  stopPrice: z.number(),
  targetPrice: z.number(),
  rMultiple: z.number(),
  maxFavorableR: z.number(),
  maxAdverseR: z.number(),
})
/** Which signals of the journal are meant. Null for any; a voter counts when it spoke for the signal, as in its statistics. */
export const SignalFilter = z.strictObject({
  instrumentId: z.nullable(Id),
  strategyId: z.nullable(Id),
  voter: z.nullable(Id),
  regime: z.nullable(Id),
  outcome: z.nullable(z.enum(['executed', 'blocked'])),
  /** Code of the verdict that refused. */
  reason: z.nullable(Id),
  result: z.nullable(z.enum(['win', 'loss', 'expired', 'open'])),
})
export const SignalRow = z.strictObject({
  decision: DecisionSummary,
  /** Null while it is not resolved. */
  result: z.nullable(z.enum(['win', 'loss', 'expired'])),
  rMultiple: z.nullable(z.number()),
})
/** Resolved signals of one voter, regime or strategy; rates are null while none is resolved. */
export const SignalStatisticsRow = z.strictObject({
  key: Id,
  signals: z.int(),
  executed: z.int(),
  blocked: z.int(),
  wins: z.int(),
  losses: z.int(),
  expired: z.int(),
  winRate: z.nullable(z.number()),
  expectancyR: z.nullable(z.number()),
  averageFavorableR: z.nullable(z.number()),
  averageAdverseR: z.nullable(z.number()),
})
export const DecisionDetail = z.strictObject({
  trace: DecisionTraceView,
  signalOutcome: z.nullable(SignalOutcomeView),
  orders: z.array(OrderView),
  fills: z.array(FillView),
  roundTrip: z.nullable(RoundTripView),
  previousId: z.nullable(Id),
  nextId: z.nullable(Id),
})
/** Computed from the round trips and equity points of the journal; null where there is too little to compute. */
export const JournalStatistics = z.strictObject({
  roundTrips: z.int(),
  wins: z.int(),
  losses: z.int(),
  winRate: z.nullable(z.number()),
  profitFactor: z.nullable(z.number()),
  expectancyMoney: z.nullable(z.number()),
  expectancyR: z.nullable(z.number()),
  averageWin: z.nullable(z.number()),
  averageLoss: z.nullable(z.number()),
  grossPnl: z.number(),
  fees: z.number(),
  funding: z.number(),
  netPnl: z.number(),
  /** Daily returns × √365; null below 10 days. */
  sharpe: z.nullable(z.number()),
  sortino: z.nullable(z.number()),
  maxDrawdown: z.number(),
  maxDrawdownMoney: z.number(),
  longestUnprotectedSeconds: z.number(),
  /** Count of round trips by R, in bins of 0.5 from −3 to +5, ends open. */
  rHistogram: z.array(z.strictObject({ fromR: z.number(), count: z.int() })),
})
/** One act of the audit log. */
export const AuditView = z.strictObject({
  /** Number of its record in the chain. */
  record: z.int(),
  tsMs: Ms,
  /** The person and the way they came in, or the part of the program. */
  who: text(64),
  action: text(64),
  detail: text(1000),
  /** What it changed, in short; null where nothing was written down. */
  before: z.nullable(text(400)),
  after: z.nullable(text(400)),
  accepted: z.boolean(),
})
export const JournalVerification = z.strictObject({ ok: z.boolean(), records: z.int(), message: text(1000) })
export const SystemStatus = z.strictObject({
  host: HostStatus,
  node: text(32),
  /** Milliseconds, of the engine's event loop over the last interval. */
  eventLoopDelayP50: z.number(),
  eventLoopDelayP99: z.number(),
  residentBytes: z.number(),
  heapUsedBytes: z.number(),
  marketEventsPerSecond: z.number(),
  framesPerSecond: z.number(),
  journalRecords: z.int(),
  journalBytes: z.number(),
  journalCommitP99Ms: z.number(),
  dataDir: text(400),
  uptimeMs: z.number(),
})
export const LogLine = z.strictObject({
  tsMs: Ms,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  source: text(32),
  message: text(2000),
})

/** The book and the tape of one instrument, a few times a second. */
export const BookFrame = z.strictObject({
  instrumentId: Id,
  tsMs: Ms,
  state: z.enum(['synced', 'syncing', 'stale']),
  /** Why it is not in step, or what was last mended. */
  detail: text(400),
  /** Price and quantity, best first. */
  bids: z.array(z.tuple([z.number(), z.number()])).check(z.maxLength(50)),
  asks: z.array(z.tuple([z.number(), z.number()])).check(z.maxLength(50)),
  /** Trades since the frame before, oldest first. */
  trades: z.array(z.strictObject({ tsMs: Ms, price: z.number(), quantity: z.number(), side: OrderSide })).check(z.maxLength(200)),
  resyncs: z.int(),
})
export const ContextSourceView = z.strictObject({
  id: Id,
  title: text(80),
  homepage: text(200),
  measures: z.array(Id).check(z.maxLength(40)),
  /** off: not asked in this market; a recording answers from its file. */
  state: z.enum(['waiting', 'fresh', 'stale', 'failing', 'off']),
  lastValueMs: z.nullable(Ms),
  lastTriedMs: z.nullable(Ms),
  nextDueMs: z.nullable(Ms),
  intervalMs: z.number(),
  failures: z.int(),
  message: text(400),
})
export const MeasureView = z.strictObject({
  measure: Id,
  unit: text(24),
  definition: text(200),
  /** Null for the whole market. */
  instrumentId: z.nullable(Id),
  /** The last known one, however old; null when there never was one. */
  value: z.nullable(z.number()),
  tsMs: z.nullable(Ms),
  validForMs: z.number(),
})
export const HeadlineView = z.strictObject({
  id: Id,
  tsMs: Ms,
  source: text(80),
  title: text(400),
  link: z.nullable(text(600)),
  /** −1 to 1. */
  sentiment: z.number(),
  assets: z.array(text(16)).check(z.maxLength(16)),
})
export const ContextView = z.strictObject({
  marketMs: Ms,
  sources: z.array(ContextSourceView).check(z.maxLength(40)),
  measures: z.array(MeasureView).check(z.maxLength(2000)),
  /** Newest first. */
  headlines: z.array(HeadlineView).check(z.maxLength(200)),
})
export const MeasureHistory = z.array(z.strictObject({ tsMs: Ms, value: z.number() })).check(z.maxLength(5000))

/** Regime of each candle: an index into `regimes`, −1 while unknown. */
export const RegimeHistory = z.strictObject({ regimes: z.array(text(64)), openTimeMs: z.array(Ms), index: z.array(z.int()) })
export const ProfileView = z.strictObject({
  fromMs: Ms,
  toMs: Ms,
  low: z.number(),
  step: z.number(),
  volumes: z.array(z.number()).check(z.maxLength(200)),
  pointOfControl: z.number(),
  valueHigh: z.number(),
  valueLow: z.number(),
})
export const FeatureView = z.strictObject({
  name: text(80),
  version: z.int(),
  unit: text(24),
  warmupCandles: z.int(),
  inputs: z.array(text(40)),
  definition: text(400),
})

export const MatrixView = z.strictObject({
  strategies: z
    .array(
      z.strictObject({
        strategyId: Id,
        title: text(80),
        /** Expectancy in R of the last resolved signals; null while there are too few. */
        score: z.nullable(z.number()),
        resolved: z.int(),
        /** Signals the score looks back on, and the least it may be. */
        window: z.int(),
        floor: z.number(),
        regimes: z.array(text(64)),
        cells: z.array(
          z.strictObject({
            side: Side,
            regime: text(64),
            enabled: z.boolean(),
            wins: z.int(),
            losses: z.int(),
            expired: z.int(),
            expectancyR: z.nullable(z.number()),
          }),
        ),
      }),
    )
    .check(z.maxLength(100)),
})
export const PlaybookView = z.strictObject({
  id: Id,
  title: text(80),
  description: text(400),
  source: z.enum(['bundled', 'user']),
  strategies: z.array(Id),
  isActive: z.boolean(),
})
