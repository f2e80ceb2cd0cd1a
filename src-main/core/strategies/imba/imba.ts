// IMBA: twelve voters weighed against each other. What they see is in voters/, how much they count in weights.ts.
import type { Confluence, Signal, Verdict } from '../../../../src-shared/domain/decision.ts'
import { type InstrumentId, strategyId } from '../../../../src-shared/domain/ids.ts'
import { DAY_MS, TIMEFRAME_MS, type Timeframe } from '../../../../src-shared/domain/time.ts'
import { CandleSeries } from '../../market/candle-series.ts'
import { imba3 } from '../../regime/imba-3.ts'
import { isBitcoin } from '../bitcoin.ts'
import { parameter } from '../parameters.ts'
import type { ManageIntent, ParameterSpec, StrategyInput, StrategyInstance, StrategyPlugin } from '../strategy.ts'
import { BlockedLog } from './blocked-log.ts'
import {
  MOOD_FACTOR_MAX,
  MOOD_PARAMETERS,
  type MoodLimits,
  VoteCount,
  directionOf,
  dominanceFactor,
  fearGreedFactor,
  moodAdjustments,
} from './confluence.ts'
import { DCA_PARAMETERS, DcaLadder } from './dca.ts'
import { FILTER_NAMES, FILTER_PARAMETERS, type FilterLimits, filterVerdicts } from './filters.ts'
import { ATR, VOTER_FEATURES, at } from './inputs.ts'
import { type Side, VOTER_NAMES, type Voter, voteOf } from './voter.ts'
import { VOTER_KINDS, VOTER_PARAMETERS } from './voters.ts'
import { WEIGHTS, multiplierOf } from './weights.ts'

/** A confluence of this share of the threshold is recorded, blocked, so that the user sees how near it was. */
const RECORDED_SHARE = 0.5
/** More than any voter looks back: a day of 1m candles. */
const HISTORY_CANDLES = 1500
const REGIME_AT = VOTER_FEATURES.length
/** What the regime needs, and a little more. */
const WARMUP_CANDLES = 600

const STOP_PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'stopPercent',
    title: 'Stop distance',
    help: 'Distance of the stop from the price',
    unit: '%',
    min: 0.2,
    max: 10,
    step: 0.1,
    default: 2,
  },
  {
    name: 'stopAtrMultiple',
    title: 'Stop distance by volatility',
    help: 'Distance of the stop in ATR(14) in place of the percentage; 0 keeps the percentage',
    unit: '× ATR',
    min: 0,
    max: 10,
    step: 0.25,
    default: 0,
  },
]

const PARAMETERS: readonly ParameterSpec[] = [
  ...FILTER_PARAMETERS,
  ...STOP_PARAMETERS,
  ...MOOD_PARAMETERS,
  ...DCA_PARAMETERS,
  ...VOTER_PARAMETERS,
]

/** The plugin for a timeframe other than 5m. */
export function createImba({ timeframe = '5m' }: { readonly timeframe?: Timeframe } = {}): StrategyPlugin {
  return {
    declaration: {
      id: strategyId('imba'),
      title: 'IMBA',
      description: 'Twelve weighted voters, three regimes, sentiment and dominance; trades when enough of them agree',
      timeframe,
      // And a day for the volume profile, where that is longer.
      warmupCandles: Math.max(WARMUP_CANDLES, DAY_MS / TIMEFRAME_MS[timeframe]),
      features: [...VOTER_FEATURES, ...imba3.features],
      regimes: imba3.regimes,
      parameters: PARAMETERS,
    },
    create: (instrumentId, parameters) => new Imba({ instrumentId, timeframe }, parameters),
  }
}

class Imba implements StrategyInstance {
  readonly #voters: readonly Voter[]
  readonly #opinions = new Float64Array(VOTER_NAMES.length)
  readonly #count = new VoteCount()
  readonly #history = new CandleSeries(HISTORY_CANDLES)
  readonly #blocked = new BlockedLog()
  readonly #dca: DcaLadder
  readonly #limits: FilterLimits
  readonly #mood: MoodLimits
  readonly #barMs: number
  readonly #stopShare: number
  readonly #stopAtrMultiple: number
  readonly #entryShare: { readonly sizeShare?: number }
  #regimeCode = -1

  constructor(
    { instrumentId, timeframe }: { readonly instrumentId: InstrumentId; readonly timeframe: Timeframe },
    parameters: Readonly<Record<string, number>>,
  ) {
    this.#voters = VOTER_KINDS.map((kind) => kind.create(parameters, timeframe))
    this.#dca = new DcaLadder(parameters)
    this.#limits = {
      confluenceMin: parameter(parameters, 'confluenceMin'),
      fundingMaxPercent: parameter(parameters, 'fundingMaxPercent'),
      fundingMode: parameter(parameters, 'fundingMode'),
      spreadMaxPercent: parameter(parameters, 'spreadMaxPercent'),
      volatileStrengthMin: parameter(parameters, 'volatileStrengthMin'),
      cooldownBars: parameter(parameters, 'cooldownBars'),
    }
    this.#mood = {
      fearMax: parameter(parameters, 'fearMax'),
      greedMin: parameter(parameters, 'greedMin'),
      dominanceMaxPercent: parameter(parameters, 'dominanceMaxPercent'),
      isBitcoin: isBitcoin(instrumentId),
    }
    this.#barMs = TIMEFRAME_MS[timeframe]
    this.#stopShare = parameter(parameters, 'stopPercent') / 100
    this.#stopAtrMultiple = parameter(parameters, 'stopAtrMultiple')
    const { entryShare } = this.#dca
    this.#entryShare = entryShare === undefined ? {} : { sizeShare: entryShare }
  }

  observe(input: StrategyInput): void {
    this.#history.append(input)
    this.#regimeCode = imba3.codeOf(input.features, REGIME_AT)
    for (let i = 0; i < this.#voters.length; i += 1) this.#opinions[i] = this.#voters[i]?.update(input, this.#history) ?? NaN
  }

  manage(input: StrategyInput): ManageIntent | null {
    return this.#dca.next(input, () => imba3.classify(input.features, REGIME_AT))
  }

  onCandle(input: StrategyInput): Signal | null {
    this.observe(input)
    const count = this.#count
    count.count(this.#opinions, this.#regimeCode)
    const { side, difference } = count
    const least = RECORDED_SHARE * this.#limits.confluenceMin
    if (side === 0 || difference * MOOD_FACTOR_MAX < least) return null
    const after = difference * fearGreedFactor(side, input.measures, this.#mood) * dominanceFactor(input.measures, this.#mood)
    return after < least ? null : this.#considered(input, side, after)
  }

  /** The signal, or null when it would only repeat a refusal. */
  #considered(input: StrategyInput, side: Side, after: number): Signal | null {
    const { measures, position, close } = input
    const stopPrice = close - side * this.#stopDistance(input)
    if (!(stopPrice > 0)) return null
    const count = this.#count
    const strength = side > 0 ? count.strongestBuy : count.strongestSell
    const filters = filterVerdicts(
      {
        side,
        confluence: after,
        strength,
        regimeCode: this.#regimeCode,
        close,
        measures,
        position,
        barsSinceExit: this.#barsSinceExit(input),
      },
      this.#limits,
    )
    if (!this.#isNews(side, filters)) return null
    const threshold = this.#limits.confluenceMin
    const confluence: Confluence = { buy: count.buy, sell: count.sell, before: count.difference, after, threshold }
    const regime = imba3.classify(input.features, REGIME_AT)
    return {
      direction: directionOf(side),
      strength,
      stopPrice,
      chandelierDistance: null,
      ...this.#entryShare,
      votes: this.#voters.map((voter, index) => {
        const opinion = this.#opinions[index] ?? NaN
        const vote = { opinion, weight: WEIGHTS[voter.name], multiplier: multiplierOf(voter.name, this.#regimeCode) }
        return voteOf(voter, vote, { input, history: this.#history })
      }),
      why: { confluence: after, threshold, strongest: strength, regime: regime?.regime ?? null, close },
      regime,
      confluence,
      adjustments: moodAdjustments(side, measures, this.#mood),
      filters,
    }
  }

  /**
   * Closed bars after the one in which the last position here was closed, 0 at the close of that very bar. Counted from the time itself: one that was
   * opened and closed between two closes is held at neither.
   */
  #barsSinceExit({ openTimeMs, position, lastClosedMs }: StrategyInput): number {
    if (position !== null) return 0
    return lastClosedMs === null ? Infinity : Math.max(0, Math.ceil((openTimeMs - lastClosedMs) / this.#barMs))
  }

  #stopDistance(input: StrategyInput): number {
    return this.#stopAtrMultiple > 0 ? this.#stopAtrMultiple * at(input, ATR) : this.#stopShare * input.close
  }

  #isNews(side: Side, filters: readonly Verdict[]): boolean {
    const refused = FILTER_NAMES.find((_name, index) => filters[index]?.passed === false)
    return refused === undefined || this.#blocked.isNews(this.#history.total, side, refused)
  }
}
