// Every plain number of a spec as a field: title and words here; range, unit, help and default from the schema that also checks what is sent.
import {
  BacktestSpec,
  PrunerSpec,
  PurgedKFoldSpec,
  SearchSpec,
  SimulationSpec,
  SlippageSpec,
  WalkForwardSpec,
  Objective,
} from '../../../../src-shared/config/lab.ts'
import { numberRange } from '../../../../src-shared/config/number-range.ts'
import { type NumberLimits, textOf } from './number-text.ts'

export type NumberField = Required<NumberLimits> & {
  readonly title: string
  readonly help: string
  /** Where it stands in a walk-forward; shorter specs leave the beginning off. */
  readonly path: string
  /** Typed as percent, sent as a fraction. */
  readonly percent: boolean
  readonly initial: string
}

type Words = { readonly title: string; readonly path: string; readonly help?: string; readonly unit?: string; readonly initial?: number }

/** Throws when the schema holds no number, or no default and none is given: a mistake in the code. */
function field(schema: Parameters<typeof numberRange>[0], words: Words): NumberField {
  const range = numberRange(schema)
  const unit = words.unit ?? range.unit
  const percent = unit === 'fraction'
  const initial = words.initial ?? range.default
  if (initial === null) throw new Error(`the field ${words.title} needs a default`)
  const scaled = (value: number) => (percent ? Number((value * 100).toPrecision(12)) : value)
  return {
    title: words.title,
    path: words.path,
    help: [words.help, range.help].filter(Boolean).join('. '),
    unit: percent ? '%' : unit,
    percent,
    min: scaled(range.min),
    max: scaled(range.max),
    above: range.above,
    whole: range.whole,
    initial: textOf(initial, percent),
  }
}

const CUTS: NumberField = {
  title: 'Cuts',
  path: 'cuts',
  help: 'At how many decision times the future is cut off',
  unit: '',
  percent: false,
  min: 1,
  max: 1000,
  above: false,
  whole: true,
  initial: '100',
}

const { data } = BacktestSpec.shape
const simulation = SimulationSpec.shape
const [fixed, volatility, depth] = SlippageSpec.options
const [, median, halving] = PrunerSpec.options
const [, volumeQueue] = simulation.queue.unwrap().options
const [, fixedFees] = simulation.fees.unwrap().options
const walk = WalkForwardSpec.shape
const SIM = 'search.backtest.simulation'

export const NUMBER_FIELDS = {
  warmupDays: field(data.shape.warmupDays, { title: 'Warm-up', path: 'search.backtest.data.warmupDays' }),
  leverage: field(BacktestSpec.shape.leverage, {
    title: 'Leverage',
    path: 'search.backtest.leverage',
    unit: '×',
    help: 'What the venue would lend; the limits of the playbook still bound every position',
  }),
  seed: field(simulation.seed, { title: 'Seed', path: `${SIM}.seed` }),
  latencyMs: field(simulation.latencyMs, { title: 'Latency', path: `${SIM}.latencyMs` }),
  latencyJitterMs: field(simulation.latencyJitterMs, { title: 'Jitter', path: `${SIM}.latencyJitterMs` }),
  participationMax: field(simulation.participationMax, { title: 'Share of the volume', path: `${SIM}.participationMax` }),
  slippageFixed: field(fixed.shape.basisPoints, {
    title: 'Slippage',
    path: `${SIM}.slippage.basisPoints`,
    help: 'What a market order pays beyond the last price',
  }),
  slippageShare: field(volatility.shape.share, { title: 'Slippage', path: `${SIM}.slippage.share` }),
  slippageSpread: field(depth.shape.basisPoints, { title: 'Half the spread', path: `${SIM}.slippage.basisPoints` }),
  slippageImpact: field(depth.shape.impact, { title: 'Impact', path: `${SIM}.slippage.impact` }),
  queueAhead: field(volumeQueue.shape.ahead, { title: 'Volume ahead', path: `${SIM}.queue.ahead`, unit: '× volume' }),
  feeMaker: field(fixedFees.shape.maker, {
    title: 'Maker fee',
    path: `${SIM}.fees.maker`,
    unit: 'fraction',
    help: 'Below zero for a rebate',
    initial: 0.0002,
  }),
  feeTaker: field(fixedFees.shape.taker, { title: 'Taker fee', path: `${SIM}.fees.taker`, unit: 'fraction', initial: 0.0005 }),
  trials: field(SearchSpec.shape.trials, {
    title: 'Trials',
    path: 'search.trials',
    unit: '',
    help: 'How many sets of parameters are tried. More trials find more luck: the report corrects for it',
  }),
  searchSeed: field(SearchSpec.shape.seed, {
    title: 'Seed of the search',
    path: 'search.seed',
    unit: '',
    help: 'The same seed tries the same parameters',
  }),
  workers: field(SearchSpec.shape.workers, {
    title: 'Worker threads',
    path: 'search.workers',
    unit: '',
    help: '0 for one less than the cores there are. A remote queue has its own',
  }),
  tradesMin: field(Objective.shape.tradesMin, { title: 'Trades at least', path: 'search.objective.tradesMin', unit: '' }),
  startupTrials: field(median.shape.startupTrials, { title: 'Trials before it prunes', path: 'search.pruner.startupTrials', unit: '' }),
  warmupSteps: field(median.shape.warmupSteps, {
    title: 'Looks before it prunes',
    path: 'search.pruner.warmupSteps',
    unit: 'of 10',
    help: 'A running trial is looked at ten times; this many pass before it may be stopped',
  }),
  reduction: field(halving.shape.reduction, {
    title: 'Keeps one of',
    path: 'search.pruner.reduction',
    unit: '',
    help: 'At each look only the best share of the trials goes on',
  }),
  folds: field(PurgedKFoldSpec.shape.folds, { title: 'Folds', path: 'search.validation.folds', unit: '' }),
  foldPurgeDays: field(PurgedKFoldSpec.shape.purgeDays, { title: 'Purge between folds', path: 'search.validation.purgeDays' }),
  embargoFraction: field(PurgedKFoldSpec.shape.embargoFraction, {
    title: 'Embargo between folds',
    path: 'search.validation.embargoFraction',
  }),
  trainDays: field(walk.trainDays, {
    title: 'Training',
    path: 'trainDays',
    unit: 'days',
    help: 'Parameters are searched here; a month counts 30',
  }),
  validateDays: field(walk.validateDays, {
    title: 'Validation',
    path: 'validateDays',
    unit: 'days',
    help: 'The best few of the training are compared here; 0 takes the best as it is',
  }),
  testDays: field(walk.testDays, {
    title: 'Test',
    path: 'testDays',
    unit: 'days',
    help: 'What was chosen is run here, on days it has never seen; only this counts',
  }),
  candidates: field(walk.candidates, {
    title: 'Candidates',
    path: 'candidates',
    unit: '',
    help: 'How many of the training’s best go into validation',
  }),
  purgeDays: field(walk.purgeDays, {
    title: 'Purge',
    path: 'purgeDays',
    unit: 'days',
    help: 'Cut off the end of training, so that no trade reaches across',
  }),
  embargoDays: field(walk.embargoDays, {
    title: 'Embargo',
    path: 'embargoDays',
    unit: 'days',
    help: 'Left out after each test before data is trained on again',
  }),
  cuts: CUTS,
} as const satisfies Record<string, NumberField>

export type NumberKey = keyof typeof NUMBER_FIELDS
export const NUMBER_KEYS = Object.keys(NUMBER_FIELDS) as readonly NumberKey[]
