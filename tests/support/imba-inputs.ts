// Hand-made candles for single voters of IMBA: features and measures are given by name, everything else has a quiet default at a price of 1000.
import { MEASURES, MEASURE_INDEX, type Measure } from '../../src-shared/domain/measure.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import { CandleSeries } from '../../src-main/core/market/candle-series.ts'
import { VOTER_FEATURES } from '../../src-main/core/strategies/imba/inputs.ts'
import { type Voter, type VoterName, voteOf } from '../../src-main/core/strategies/imba/voter.ts'
import { VOTER_KINDS, VOTER_PARAMETERS } from '../../src-main/core/strategies/imba/voters.ts'
import { defaultParameters } from '../../src-main/core/strategies/parameters.ts'
import type { StrategyInput } from '../../src-main/core/strategies/strategy.ts'
import type { Vote } from '../../src-shared/domain/decision.ts'
import { BTC } from './strategy-candles.ts'

const BAR_MS = 300_000
/** 2023-11-15 00:00 UTC. */
export const START_MS = 1_700_006_400_000

const QUIET: Readonly<Record<string, number>> = {
  atr_14: 10,
  bollinger_upper_20_2: 1020,
  bollinger_lower_20_2: 980,
  'keltner_upper_20_1.5': 1015,
  'keltner_lower_20_1.5': 985,
  donchian_mid_20: 1000,
  donchian_upper_20: 1030,
  donchian_lower_20: 970,
  sma_20: 1000,
  vwap_day: 1000,
  vwap_day_sigma: 5,
  ema_8: 1000,
  ema_21: 1000,
  ema_50: 1000,
  ema_55: 1000,
  ema_spread_rank_8_21_55_100: 0.5,
  volume_sma_20: 100,
  rsi_14: 50,
  swing_high_5: 1030,
  swing_high_age_5: 8,
  swing_low_5: 970,
  swing_low_age_5: 8,
}

export type Bar = {
  readonly open?: number
  readonly high?: number
  readonly low?: number
  readonly close?: number
  readonly volume?: number
  readonly features?: Readonly<Record<string, number>>
  readonly measures?: Readonly<Partial<Record<Measure, number>>>
}

/** The input of the bar of this number. Its high and low contain its body unless they are given. */
export function inputOf(bar: Bar, index: number): StrategyInput {
  const { open = 1000, close = 1000, volume = 100, features = {}, measures = {} } = bar
  const unknown = Object.keys(features).find((name) => !(name in QUIET))
  if (unknown !== undefined) throw new Error(`no voter reads ${unknown}`)
  const known = new Float64Array(MEASURES.length).fill(NaN)
  for (const [name, value] of Object.entries(measures)) known[MEASURE_INDEX[name as Measure]] = value
  return {
    instrumentId: BTC,
    openTimeMs: START_MS + index * BAR_MS,
    open,
    high: bar.high ?? Math.max(open, close),
    low: bar.low ?? Math.min(open, close),
    close,
    volume,
    features: Float64Array.from(VOTER_FEATURES, (name) => features[name] ?? QUIET[name] ?? NaN),
    measures: known,
    position: null,
    lastClosedMs: null,
  }
}

/** Prices are mirrored at 1000, so that the one side of a rule becomes the other. */
export const mirror = (price: number): number => 2000 - price

const SWAPPED: Readonly<Record<string, string>> = {
  bollinger_upper_20_2: 'bollinger_lower_20_2',
  'keltner_upper_20_1.5': 'keltner_lower_20_1.5',
  donchian_upper_20: 'donchian_lower_20',
  swing_high_5: 'swing_low_5',
  swing_high_age_5: 'swing_low_age_5',
}
const partnerOf = (name: string): string => SWAPPED[name] ?? Object.entries(SWAPPED).find(([, partner]) => partner === name)?.[0] ?? name
const DISTANCES: ReadonlySet<string> = new Set([
  'atr_14',
  'vwap_day_sigma',
  'ema_spread_rank_8_21_55_100',
  'volume_sma_20',
  'swing_high_age_5',
  'swing_low_age_5',
])

function mirroredFeature(name: string, value: number): number {
  if (DISTANCES.has(name)) return value
  return name === 'rsi_14' ? 100 - value : mirror(value)
}

/** What the input would be in a market that is the mirror image: prices mirrored, flows negated, sizes kept. */
export function mirroredInput(input: StrategyInput): StrategyInput {
  const value = (name: string): number => input.features[VOTER_FEATURES.indexOf(name)] ?? NaN
  const measures = input.measures.slice()
  for (const name of ['cvd', 'book_imbalance_10_mean'] as const) measures[MEASURE_INDEX[name]] = -(measures[MEASURE_INDEX[name]] ?? NaN)
  measures[MEASURE_INDEX.taker_ratio] = 1 / (measures[MEASURE_INDEX.taker_ratio] ?? NaN)
  return {
    ...input,
    open: mirror(input.open),
    high: mirror(input.low),
    low: mirror(input.high),
    close: mirror(input.close),
    features: Float64Array.from(VOTER_FEATURES, (name) => mirroredFeature(partnerOf(name), value(partnerOf(name)))),
    measures,
  }
}

/** One voter with default parameters and its own history. */
export class VoterStand {
  readonly voter: Voter
  readonly #history = new CandleSeries(512)
  #last: StrategyInput | null = null
  #opinion = NaN

  constructor(name: VoterName, timeframe: Timeframe = '5m') {
    const kind = VOTER_KINDS.find((each) => each.name === name)
    if (kind === undefined) throw new Error(`no voter ${name}`)
    this.voter = kind.create(defaultParameters(VOTER_PARAMETERS), timeframe)
  }

  next(input: StrategyInput): number {
    this.#history.append(input)
    this.#last = input
    this.#opinion = this.voter.update(input, this.#history)
    return this.#opinion
  }

  /** The vote on the last input. */
  vote(): Vote {
    if (this.#last === null) throw new Error('no input yet')
    return voteOf(this.voter, { opinion: this.#opinion, weight: 1, multiplier: 1 }, { input: this.#last, history: this.#history })
  }
}
