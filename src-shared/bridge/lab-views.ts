// What the screen sees of the lab: plain JSON. Money of a run is shown, never booked, so it is numbers here.
import * as z from 'zod/mini'
import { TimeframeText } from './views.ts'

const text = (max: number) => z.string().check(z.maxLength(max))
const Id = text(64)
const Ms = z.int()
const Num = z.nullable(z.number())
const list = <T extends z.ZodMiniType>(of: T, max: number) => z.array(of).check(z.maxLength(max))

// ---- data ----------------------------------------------------------------------------------------------------------

export const PassportView = z.strictObject({
  id: text(120),
  venue: text(40),
  instrumentId: Id,
  kind: z.enum(['candles', 'funding', 'trades']),
  timeframe: z.nullable(TimeframeText),
  rows: z.int(),
  fromMs: Ms,
  toMs: Ms,
  missing: z.int(),
  gaps: list(z.strictObject({ fromMs: Ms, toMs: Ms, rows: z.int() }), 200),
  duplicates: z.int(),
  conflicts: z.int(),
  refused: z.int(),
  outliersMs: list(Ms, 100),
  zeroVolume: z.int(),
  crossChecks: list(z.strictObject({ against: text(120), compared: z.int(), different: z.int(), examplesMs: list(Ms, 20) }), 10),
  sources: list(
    z.strictObject({
      kind: z.enum(['file', 'download', 'bundled']),
      name: text(200),
      importedMs: Ms,
      rows: z.int(),
      sha256: z.nullable(text(64)),
    }),
    1000,
  ),
  contentHash: text(64),
  instrumentFrom: z.enum(['venue', 'bundled', 'inferred']),
})
/** A series as it lies in the store. A run only knows what it read. */
export const SeriesView = z.extend(PassportView, {
  /** Bytes on disk. */
  bytes: z.int(),
})

/** What a file seems to be, before anything of it is stored. */
export const ImportPreview = z.strictObject({
  uploadId: Id,
  fileName: text(200),
  bytes: z.int(),
  /** Null when it is none that is known by itself: then columns must be named. */
  format: z.nullable(z.enum(['binance-klines', 'binance-funding', 'binance-trades', 'freqtrade-json', 'freqtrade-feather', 'generic-csv'])),
  kind: z.nullable(z.enum(['candles', 'funding', 'trades'])),
  instrumentId: z.nullable(Id),
  timeframe: z.nullable(TimeframeText),
  /** Header of a CSV file, or numbers of its columns. */
  columns: list(text(80), 100),
  /** The first rows as text. */
  sample: list(list(text(80), 100), 10),
})
/** Which column of a generic CSV file is what; the unit of its times. */
export const ColumnMap = z.strictObject({
  time: text(80),
  timeUnit: z.enum(['ms', 's', 'us', 'iso']),
  open: z.optional(text(80)),
  high: z.optional(text(80)),
  low: z.optional(text(80)),
  close: z.optional(text(80)),
  volume: z.optional(text(80)),
  rate: z.optional(text(80)),
  price: z.optional(text(80)),
  quantity: z.optional(text(80)),
  side: z.optional(text(80)),
})

// ---- jobs ----------------------------------------------------------------------------------------------------------

export const JOB_KINDS = ['import', 'download', 'backtest', 'search', 'walk_forward', 'look_ahead', 'warm_up', 'parity', 'mlflow'] as const
export const LabJobView = z.strictObject({
  id: Id,
  kind: z.enum(JOB_KINDS),
  title: text(200),
  state: z.enum(['queued', 'running', 'paused', 'done', 'failed', 'canceled']),
  done: z.number(),
  total: z.number(),
  /** What is counted: "candles", "trials", "rows". */
  unit: text(20),
  createdMs: Ms,
  startedMs: z.nullable(Ms),
  endedMs: z.nullable(Ms),
  /** Estimated from the pace so far; null while nobody can tell. */
  msLeft: Num,
  /** One sentence: what is being done, or why it ended. */
  message: text(600),
  /** What it made, once there is something to look at. */
  runId: z.nullable(Id),
  /** Whether `lab.job.resume` can go on with it. */
  resumable: z.boolean(),
})

// ---- runs ----------------------------------------------------------------------------------------------------------

const Metrics = z.record(text(40), Num)
export const RunRow = z.strictObject({
  id: Id,
  kind: z.enum(['backtest', 'search', 'walk_forward', 'look_ahead', 'warm_up', 'parity']),
  /** The search or walk-forward this backtest belongs to. */
  parentId: z.nullable(Id),
  title: text(200),
  note: text(2000),
  playbookId: Id,
  instruments: list(Id, 64),
  timeframe: TimeframeText,
  fromMs: Ms,
  toMs: Ms,
  state: z.enum(['running', 'done', 'failed', 'canceled']),
  createdMs: Ms,
  seconds: Num,
  codeVersion: text(64),
  seed: z.int(),
  metrics: Metrics,
  /** Of checks and parity: whether it passed. */
  passed: z.nullable(z.boolean()),
  hasJournal: z.boolean(),
})

const Bin = z.strictObject({ from: z.number(), to: z.number(), count: z.int() })
/** Round trips and signals that share something: a strategy, a regime, a voter, an hour. */
export const GroupRow = z.strictObject({
  key: text(80),
  trades: z.int(),
  netPnl: z.number(),
  fees: z.number(),
  funding: z.number(),
  winRate: Num,
  expectancyR: Num,
  profitFactor: Num,
})
export const DoctorWarning = z.strictObject({
  code: text(64),
  severity: z.enum(['info', 'warning', 'critical']),
  title: text(120),
  /** Names the numbers that led to it. */
  detail: text(600),
})
export const ReportView = z.strictObject({
  run: RunRow,
  /** The BacktestSpec as it was run. */
  spec: z.record(z.string(), z.unknown()),
  metrics: Metrics,
  /** At most 2,000 points, thinned so that every extreme stays. Shares of the initial balance for the benchmark. */
  equity: z.strictObject({
    tsMs: list(Ms, 2000),
    equity: list(z.number(), 2000),
    /** 0 or more, fraction below the highest equity before. */
    drawdown: list(z.number(), 2000),
    benchmark: list(z.number(), 2000),
  }),
  months: list(z.strictObject({ year: z.int(), month: z.int(), totalReturn: z.number(), netPnl: z.number(), trades: z.int() }), 1200),
  /** Gross profit down to net: each step with its sign. */
  costs: z.strictObject({ gross: z.number(), fees: z.number(), funding: z.number(), slippage: z.number(), net: z.number() }),
  groups: z.record(z.enum(['strategy', 'instrument', 'side', 'regime', 'voter', 'hour', 'weekday', 'exit', 'month']), list(GroupRow, 200)),
  rBins: list(Bin, 60),
  /** Worst and best unrealised result of each round trip, in R. */
  maeBins: list(Bin, 60),
  mfeBins: list(Bin, 60),
  holdingBins: list(Bin, 60),
  excursions: list(z.strictObject({ positionId: Id, maeR: z.number(), mfeR: z.number(), r: z.number() }), 2000),
  warnings: list(DoctorWarning, 50),
  passports: list(PassportView, 200),
  /** Trials in the search this set of parameters came from, and what that does to its Sharpe ratio; null for a run of its own. */
  deflated: z.nullable(z.strictObject({ trials: z.int(), sharpe: Num, probability: Num })),
  /** Shares of shuffles or resamples, 5 %, 25 %, 50 %, 75 % and 95 %. */
  monteCarlo: z.nullable(
    z.strictObject({
      runs: z.int(),
      /** Order of trades shuffled: what the drawdown could have been. */
      maxDrawdown: list(z.number(), 5),
      /** Daily returns drawn in blocks with replacement: what the final return could have been. */
      totalReturn: list(z.number(), 5),
      /** Share of the draws that lost money. */
      lossProbability: z.number(),
    }),
  ),
  /** Days of record needed before the Sharpe ratio is above zero with 95 % confidence; null when it is not above zero. */
  minTrackRecordDays: Num,
})

// ---- search and walk-forward ---------------------------------------------------------------------------------------

const Parameters = z.record(text(110), z.number())
export const TrialRow = z.strictObject({
  number: z.int(),
  state: z.enum(['running', 'done', 'pruned', 'failed']),
  /** By "strategy.parameter". */
  parameters: Parameters,
  objective: Num,
  metrics: Metrics,
  seconds: Num,
  worker: text(80),
  message: text(300),
})
export const DimensionView = z.strictObject({
  name: text(110),
  title: text(120),
  unit: text(40),
  min: z.number(),
  max: z.number(),
  step: Num,
  scale: z.enum(['linear', 'log']),
  default: z.number(),
  /** Share of the variance of the objective that this dimension explains by itself, 0 to 1; null with too few trials. */
  importance: Num,
})
/** How much what was chosen wandered: standard deviation over the choices ÷ the range searched. */
const Stability = z.strictObject({ name: text(110), values: list(Num, 500), spread: Num })
export const CrossValidationView = z.strictObject({
  /** In order of time. The trial that was best in the other folds, and what it scored in the one that was held out. */
  folds: list(
    z.strictObject({
      fromMs: Ms,
      toMs: Ms,
      chosen: z.nullable(z.int()),
      parameters: z.nullable(Parameters),
      inSample: Num,
      outOfSample: Num,
      /** What the best trial over all folds, and the trial in the middle, scored in this one. */
      best: Num,
      median: Num,
    }),
    20,
  ),
  /** Of the scores out of sample: their mean and standard deviation; null when one of them cannot be told. */
  score: Num,
  spread: Num,
  /** What the best trial shows over all folds. */
  inSample: Num,
  stability: list(Stability, 32),
})
export const StudyView = z.strictObject({
  run: RunRow,
  spec: z.record(z.string(), z.unknown()),
  dimensions: list(DimensionView, 32),
  /** In order of number, at most 5,000; of more, the best. Spread: standard deviation of the objective over the folds; null without folds. */
  trials: list(z.extend(TrialRow, { spread: Num }), 5000),
  /** Of the trials that are stored, how many were looked at for all that follows: the first of them. */
  trialsStored: z.int(),
  trialsRead: z.int(),
  best: z.nullable(z.int()),
  /**
   * Trials near the best: each parameter within a tenth of its range, or one step. A peak keeps less than half of the best's lead over
   * the median trial when one moves to such a neighbour.
   */
  plateau: z.nullable(z.strictObject({ neighbours: z.int(), meanObjective: Num, worstObjective: Num, isPeak: z.boolean() })),
  overfitting: z.nullable(
    z.strictObject({
      /** Probability that the best in sample is below the median out of sample (Bailey et al. 2015), by combinatorially symmetric cross-validation. */
      pbo: Num,
      deflatedSharpe: Num,
      expectedMaxSharpe: Num,
      trials: z.int(),
    }),
  ),
  /** Null for a search without folds, and before its first trial has ended. */
  crossValidation: z.nullable(CrossValidationView),
})
/** Objective around the best, over two dimensions: rows are values of `y`, columns of `x`; null where nothing was tried. */
export const HeatMapView = z.strictObject({
  x: text(110),
  y: text(110),
  xs: list(z.number(), 60),
  ys: list(z.number(), 60),
  cells: list(list(Num, 60), 60),
  best: z.nullable(z.strictObject({ x: z.number(), y: z.number() })),
})
export const WalkForwardView = z.strictObject({
  run: RunRow,
  spec: z.record(z.string(), z.unknown()),
  windows: list(
    z.strictObject({
      number: z.int(),
      trainFromMs: Ms,
      trainToMs: Ms,
      validateFromMs: z.nullable(Ms),
      validateToMs: z.nullable(Ms),
      testFromMs: Ms,
      testToMs: Ms,
      state: z.enum(['waiting', 'running', 'done', 'failed']),
      parameters: z.nullable(Parameters),
      trainObjective: Num,
      validateObjective: Num,
      testObjective: Num,
      testMetrics: Metrics,
      testRunId: z.nullable(Id),
      message: text(300),
    }),
    500,
  ),
  /** The tests laid end to end, each with the balance the one before ended with. */
  equity: z.strictObject({ tsMs: list(Ms, 2000), equity: list(z.number(), 2000), drawdown: list(z.number(), 2000) }),
  metrics: Metrics,
  /** Out of sample ÷ in sample of the yearly returns: 1 would be no loss. */
  efficiency: Num,
  /** How much each chosen parameter wandered: standard deviation over the windows ÷ its range. */
  stability: list(Stability, 32),
  /** The windows' parameters that a person could adopt: those of the newest. */
  newest: z.nullable(Parameters),
})

// ---- checks --------------------------------------------------------------------------------------------------------

/** A decision that was not the same when the future was cut off, or when the warm-up was longer. */
export const CheckDifference = z.strictObject({
  tsMs: Ms,
  instrumentId: Id,
  strategyId: Id,
  /** The feature, measure or field that differs; "signal" when only the opinion does. */
  input: text(120),
  full: text(200),
  cut: text(200),
})
export const CheckView = z.strictObject({
  run: RunRow,
  passed: z.boolean(),
  /** Decision times that were tried, or warm-ups, or events compared. */
  compared: z.int(),
  differences: list(CheckDifference, 500),
  /** One sentence. */
  summary: text(600),
})

// ---- choices -------------------------------------------------------------------------------------------------------

export const ParameterView = z.strictObject({
  name: text(40),
  title: text(120),
  help: text(600),
  unit: text(40),
  min: z.number(),
  max: z.number(),
  step: z.number(),
  default: z.number(),
  /** What the playbook says. */
  value: z.number(),
})
export const LabStrategyView = z.strictObject({
  id: Id,
  title: text(120),
  timeframe: TimeframeText,
  /** Null for a bundled one. */
  file: z.nullable(text(120)),
  parameters: list(ParameterView, 100),
})
export const LabPlaybookView = z.strictObject({
  id: Id,
  title: text(80),
  description: text(400),
  source: z.enum(['bundled', 'user']),
  /** The playbook itself, to be put into a spec. */
  playbook: z.record(z.string(), z.unknown()),
  strategies: list(LabStrategyView, 32),
})
/** A session of the desk that was recorded and can be held against a backtest of the same time. */
export const RecordedSessionView = z.strictObject({
  id: Id,
  startedMs: Ms,
  bytes: z.int(),
  /** Null in recordings of older versions: their strategies say as much. */
  playbook: z.nullable(z.strictObject({ id: Id, title: text(80) })),
  strategies: list(Id, 100),
  complete: z.boolean(),
})
export const AdoptPreview = z.strictObject({
  /** The playbook that would be written. */
  playbookId: Id,
  title: text(80),
  changes: list(z.strictObject({ strategyId: Id, parameter: text(40), from: z.number(), to: z.number(), unit: text(40) }), 200),
})
export const LabPaceView = z.strictObject({
  /** Threads that a search runs on when it leaves that open; null where its trials go through a shared queue. */
  threads: z.nullable(z.int()),
  /** Base candles that one thread works off in a second, from the newest runs: of a backtest with its journal and report, and of a trial. */
  paces: list(
    z.strictObject({ work: z.enum(['backtest', 'trial']), playbookId: Id, timeframe: TimeframeText, candlesPerSecond: z.number() }),
    200,
  ),
})
export const LabQueueView = z.strictObject({
  mode: z.enum(['local', 'remote']),
  state: z.enum(['off', 'connected', 'unreachable']),
  workers: list(z.strictObject({ name: text(80), trials: z.int(), seenMs: Ms }), 200),
  message: text(400),
})
