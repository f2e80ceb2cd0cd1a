// What the lab can be asked for: a backtest, a search, a walk-forward. Plain data, complete in itself: the same text gives the same result on
// another machine that has the same market data.
import { z } from 'zod'
import { LAB_METRIC_IDS, type LabMetricId } from '../domain/lab-metric.ts'
import { TIMEFRAMES } from '../domain/time.ts'
import { Playbook } from './playbook.ts'

const Fraction = (max: number, help: string) => z.number().min(0).max(max).meta({ unit: 'fraction', help })
const BasisPoints = (help: string) => z.number().min(0).max(500).meta({ unit: 'bp', help })
const Instant = z.number().int().min(0).max(8_640_000_000_000_000)

/** What a market order pays beyond the last price; always against us, and before the tick grid. */
export const SlippageSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), basisPoints: BasisPoints('Of the last price').default(1) }),
  z.strictObject({
    kind: z.literal('volatility'),
    share: Fraction(1, 'Of the average range of the last 14 base candles').default(0.05),
  }),
  z.strictObject({
    kind: z.literal('depth'),
    basisPoints: BasisPoints('Half the spread: what the smallest order pays').default(0.5),
    impact: z
      .number()
      .min(0)
      .max(10)
      .default(0.5)
      .meta({ unit: '× range', help: 'Square-root impact: this × average range × √(order ÷ volume of the candle)' }),
  }),
])
export type SlippageSpec = z.infer<typeof SlippageSpec>

export const SimulationSpec = z.strictObject({
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1)
    .meta({ unit: '', help: 'Draws the jitter of the latency; the same seed gives the same run' }),
  latencyMs: z.number().int().min(0).max(60_000).default(120).meta({ unit: 'ms', help: 'One way, to the venue or back' }),
  latencyJitterMs: z.number().int().min(0).max(60_000).default(0).meta({ unit: 'ms', help: 'Up to this much more, drawn from the seed' }),
  slippage: SlippageSpec.prefault({ kind: 'fixed' }),
  participationMax: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .meta({ unit: 'fraction', help: 'Largest share of a candle’s volume one order may take' }),
  queue: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('last') }),
      z.strictObject({
        kind: z.literal('volume'),
        ahead: Fraction(100, 'Volume ahead of us at our price, as a multiple of the mean volume of the last 14 base candles').default(1),
      }),
    ])
    .prefault({ kind: 'last' })
    .meta({ help: 'last: a limit order fills once the market trades beyond it. volume: also at its price, after what stood before us' }),
  fees: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('instrument') }),
      z.strictObject({ kind: z.literal('fixed'), maker: z.number().min(-0.01).max(0.05), taker: z.number().min(0).max(0.05) }),
      z.strictObject({
        kind: z.literal('tiers'),
        tiers: z
          .array(
            z.strictObject({
              volumeMin: z.number().min(0).max(1e14),
              maker: z.number().min(-0.01).max(0.05),
              taker: z.number().min(0).max(0.05),
            }),
          )
          .min(1)
          .max(20)
          .refine(
            (tiers) =>
              tiers.every(({ volumeMin }, index) => (index === 0 ? volumeMin === 0 : volumeMin > (tiers[index - 1]?.volumeMin ?? 0))),
            'the tiers must begin at volumeMin 0 and rise',
          ),
      }),
    ])
    .prefault({ kind: 'instrument' })
    .meta({ help: 'instrument: as stored with the data. tiers: by what was traded in the 30 days before' }),
  funding: z.boolean().default(true).meta({ help: 'Pay and receive the funding that the data holds' }),
})
export type SimulationSpec = z.infer<typeof SimulationSpec>

export const BacktestSpec = z
  .strictObject({
    version: z.literal(1).default(1),
    playbook: Playbook,
    /** Users' own strategy files beside those of the playbook. */
    files: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(120),
          /** As the file declares it; only a search over its parameters needs it. */
          strategyId: z.string().min(1).max(64).nullable().default(null),
          source: z.string().max(512 * 1024),
          parameters: z.record(z.string().max(40), z.number()).default({}),
        }),
      )
      .max(16)
      .default([]),
    data: z.strictObject({
      venue: z.string().min(1).max(40).default('binanceusdm'),
      instruments: z.array(z.string().min(1).max(60)).min(1).max(64),
      /** What the kernel is fed with; longer bars are built from it. */
      timeframe: z.enum(TIMEFRAMES).default('1m'),
      /** Finer candles, walked instead of a base candle that touches something of ours; null for none. */
      detail: z.enum(TIMEFRAMES).nullable().default(null),
      /** First and last moment of trading. What lies before `fromMs` in the store warms the indicators. */
      fromMs: Instant,
      toMs: Instant,
      warmupDays: z
        .number()
        .int()
        .min(0)
        .max(2000)
        .default(60)
        .meta({ unit: 'days', help: 'At most this much of what lies before is shown to the indicators' }),
    }),
    initialBalance: z
      .string()
      .regex(/^(?=.*[1-9])\d{1,12}(\.\d{1,8})?$/, 'a plain decimal above 0 such as 10000')
      .default('10000'),
    leverage: z.number().min(1).max(125).default(5),
    simulation: SimulationSpec.prefault({}),
  })
  .refine(({ data }) => data.toMs > data.fromMs, { path: ['data', 'toMs'], message: 'must be after fromMs' })
export type BacktestSpec = z.infer<typeof BacktestSpec>
export type BacktestInput = z.input<typeof BacktestSpec>

/** One parameter of one strategy that a search may change. Its name is "strategy.parameter". */
export const SearchDimension = z
  .strictObject({
    strategyId: z.string().min(1).max(64),
    parameter: z.string().min(1).max(40),
    min: z.number(),
    max: z.number(),
    /** Values are min + k × step. Null: any value (a grid then takes ten). */
    step: z.number().gt(0).nullable().default(null),
    scale: z.enum(['linear', 'log']).default('linear'),
  })
  .refine(({ min, max }) => max >= min, { path: ['max'], message: 'must not be below min' })
  .refine(({ min, scale }) => scale === 'linear' || min > 0, { path: ['min'], message: 'must be above 0 on a log scale' })
export type SearchDimension = z.infer<typeof SearchDimension>

const MetricId = z.enum(LAB_METRIC_IDS as readonly [LabMetricId, ...LabMetricId[]])
export const Objective = z.strictObject({
  /** Weighted sum; a metric for which less is better enters with its sign turned. A trial without one of them is worst. */
  terms: z
    .array(z.strictObject({ metric: MetricId, weight: z.number().min(-1000).max(1000).default(1) }))
    .min(1)
    .max(8),
  tradesMin: z.number().int().min(0).max(100_000).default(20).meta({ unit: 'count', help: 'A trial with fewer trades is worst' }),
})
export type Objective = z.infer<typeof Objective>

export const PrunerSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('median'),
    startupTrials: z.number().int().min(1).max(1000).default(10),
    /** Of the ten looks at a running trial, how many pass before it may be pruned. */
    warmupSteps: z.number().int().min(0).max(9).default(3),
  }),
  z.strictObject({ kind: z.literal('halving'), reduction: z.number().int().min(2).max(8).default(3) }),
])
export type PrunerSpec = z.infer<typeof PrunerSpec>

/** Purged k-fold cross-validation (López de Prado, "Advances in Financial Machine Learning", 2018, chapter 7). */
export const PurgedKFoldSpec = z.strictObject({
  kind: z.literal('purged-k-fold'),
  folds: z.number().int().min(2).max(20).default(5).meta({ unit: '', help: 'The period is cut into so many parts; each is held out once' }),
  purgeDays: z
    .number()
    .min(0)
    .max(60)
    .default(1)
    .meta({ unit: 'days', help: 'Left out between two folds, as long as a position is held at most' }),
  embargoFraction: Fraction(0.2, 'Of the whole period, left out between two folds on top of the purge, as indicators look back').default(
    0.01,
  ),
})
export type PurgedKFoldSpec = z.infer<typeof PurgedKFoldSpec>
export const ValidationSpec = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('none') }), PurgedKFoldSpec])
export type ValidationSpec = z.infer<typeof ValidationSpec>

export const SearchSpec = z
  .strictObject({
    version: z.literal(1).default(1),
    backtest: BacktestSpec,
    dimensions: z.array(SearchDimension).min(1).max(32),
    method: z.enum(['grid', 'random', 'tpe']).default('tpe'),
    trials: z.number().int().min(1).max(100_000).default(100),
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
    objective: Objective.prefault({ terms: [{ metric: 'sharpe' }] }),
    pruner: PrunerSpec.prefault({ kind: 'none' }),
    /** purged-k-fold: a trial runs in each fold by itself, and its objective is the mean over the folds. */
    validation: ValidationSpec.prefault({ kind: 'none' }),
    /**
     * Trials that may be under way at once where one learns from others: trial k knows the results of those before k − parallel + 1,
     * whatever the number of workers, so that one worker and eight give the same study.
     */
    parallel: z
      .number()
      .int()
      .min(1)
      .max(64)
      .default(8)
      .meta({ unit: 'trials', help: 'TPE and the pruners learn from trials this far back' }),
    /** Worker threads; 0 for one less than the cores there are, at least one. Ignored by a remote queue. */
    workers: z.number().int().min(0).max(64).default(0),
  })
  .refine(({ pruner, validation }) => pruner.kind === 'none' || validation.kind === 'none', {
    path: ['pruner'],
    message:
      'none where there are folds, as pruning and folds exclude each other: a trial that is stopped early has no score in the folds it did not reach',
  })
export type SearchSpec = z.infer<typeof SearchSpec>
export type SearchInput = z.input<typeof SearchSpec>

export const WalkForwardSpec = z.strictObject({
  version: z.literal(1).default(1),
  search: SearchSpec,
  mode: z.enum(['rolling', 'anchored']).default('rolling'),
  /** Days; a month counts 30. */
  trainDays: z.number().int().min(1).max(5000).default(180),
  /** The best few of the training are compared here; 0 takes the best of the training as it is. */
  validateDays: z.number().int().min(0).max(5000).default(30),
  testDays: z.number().int().min(1).max(5000).default(30),
  /** How many of the training's best go into validation. */
  candidates: z.number().int().min(1).max(50).default(5),
  /** Days cut off the end of training before what follows, so that no trade reaches across. */
  purgeDays: z.number().min(0).max(60).default(1),
  /** Days left out after each test before a later training may begin. */
  embargoDays: z.number().min(0).max(60).default(1),
})
export type WalkForwardSpec = z.infer<typeof WalkForwardSpec>
export type WalkForwardInput = z.input<typeof WalkForwardSpec>
