// What both trend strategies share: when a trend is on, when to enter it, where the stop goes, when it is over.
import type { Direction, Evidence } from '../../../src-shared/domain/decision.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import { parameter } from './parameters.ts'
import type { ManageIntent, ParameterSpec, StrategyInput } from './strategy.ts'

/** What is fixed when a plugin is made. The periods decide which features are declared, so they cannot be parameters of a running strategy. */
export type TrendOptions = { readonly timeframe: Timeframe; readonly fastPeriod: number; readonly slowPeriod: number }
export const TREND_DEFAULTS: TrendOptions = { timeframe: '5m', fastPeriod: 21, slowPeriod: 55 }

/** Defaults with `given` laid over them. Throws RangeError for periods outside 2 to 200 or in the wrong order. */
export function trendOptions(given: Partial<TrendOptions>): TrendOptions {
  const options = { ...TREND_DEFAULTS, ...given }
  const { fastPeriod, slowPeriod } = options
  const fits =
    Number.isInteger(fastPeriod) && Number.isInteger(slowPeriod) && fastPeriod >= 2 && slowPeriod <= 200 && fastPeriod < slowPeriod
  if (!fits)
    throw new RangeError(`trend periods ${fastPeriod} and ${slowPeriod}, expected whole numbers from 2 to 200, the fast one smaller`)
  return options
}

const FAST = 0
const SLOW = 1
const ATR = 2
const SLOW_ATR = 3
/** Further features of a strategy start here. */
export const FIRST_OWN_FEATURE = 4
const SLOW_ATR_PERIOD = 50
export const trendFeatures = ({ fastPeriod, slowPeriod }: TrendOptions): readonly string[] => [
  `ema_${fastPeriod}`,
  `ema_${slowPeriod}`,
  'atr_14',
  `atr_${SLOW_ATR_PERIOD}`,
]
/** Five slow windows: by then less than 0.1 % of where an average was seeded is left in it. */
export const trendWarmupCandles = ({ slowPeriod }: TrendOptions): number => 5 * Math.max(slowPeriod, SLOW_ATR_PERIOD)

const inAtr = { unit: '× ATR', step: 0.05 }
export const TREND_PARAMETERS: readonly ParameterSpec[] = [
  {
    ...inAtr,
    name: 'minSeparation',
    title: 'Least separation',
    help: 'How far apart the two averages must be for a trend',
    min: 0,
    max: 3,
    default: 0.5,
  },
  {
    ...inAtr,
    name: 'fullSeparation',
    title: 'Full separation',
    help: 'Separation of the averages at which the strength is 1',
    min: 0.5,
    max: 8,
    default: 3,
  },
  {
    ...inAtr,
    name: 'stopMultiple',
    title: 'Stop distance',
    help: 'Distance of the stop when volatility is at its norm',
    min: 1,
    max: 5,
    default: 2.25,
  },
  {
    ...inAtr,
    name: 'stopMultipleMin',
    title: 'Nearest stop',
    help: 'The stop distance never gets smaller',
    min: 1,
    max: 2.5,
    default: 1.5,
  },
  {
    ...inAtr,
    name: 'stopMultipleMax',
    title: 'Farthest stop',
    help: 'The stop distance never gets larger',
    min: 2.5,
    max: 6,
    default: 3.5,
  },
  {
    ...inAtr,
    name: 'chandelierMultiple',
    title: 'Chandelier distance',
    help: 'Distance of the trailing exit from the extreme',
    min: 1,
    max: 10,
    default: 3,
  },
]

export type Trigger = 'pullback_ended' | 'trend_began'

/** An entry that the trend rule asks for. Distances are in price units, separations in ATR. */
export type TrendEntry = {
  readonly direction: Exclude<Direction, 'wait'>
  readonly trigger: Trigger
  readonly strength: number
  readonly stopPrice: number
  readonly chandelierDistance: number
  readonly why: Readonly<Record<string, number | string>>
  readonly evidence: readonly Evidence[]
}

/**
 * Follows one instrument. An uptrend is on while the fast average is above the slow one by at least `minSeparation` ATR and the close is
 * above the fast average; a downtrend is its mirror image. It is entered on the candle on which
 * - the close comes back over the fast average (a pullback ended), or
 * - the averages, having crossed, first part by `minSeparation` (a trend began).
 * The stop is `stopMultiple` × ATR(14) away, scaled by ATR(14) ÷ ATR(50) and kept between its two limits: wider when the market is wilder
 * than its norm. Nothing is asked for while the strategy holds a position.
 */
export class TrendRule {
  readonly #minSeparation: number
  readonly #fullSeparation: number
  readonly #stopMultiple: number
  readonly #stopMultipleMin: number
  readonly #stopMultipleMax: number
  readonly #chandelierMultiple: number
  #previousOffset = NaN
  #previousSeparation = NaN
  readonly #names: readonly [fast: string, slow: string, atr: string]
  readonly #evidence: readonly Evidence[]
  /** All reasons of an entry, still without values: filling in a copy is several times faster than an object with computed names. */
  readonly #noReasons: Readonly<Record<string, number | string>>

  /** `names` are the strategy's declared features: the numbers of an entry carry them, so that a screen can draw what decided. */
  constructor(parameters: Readonly<Record<string, number>>, names: readonly string[]) {
    const [fastName = 'fast', slowName = 'slow', atrName = 'atr'] = names
    this.#names = [fastName, slowName, atrName]
    this.#evidence = [{ kind: 'features', label: 'trend', names: [fastName, slowName] }]
    this.#noReasons = {
      trigger: '',
      close: NaN,
      [fastName]: NaN,
      [slowName]: NaN,
      [atrName]: NaN,
      separation: NaN,
      volatility: NaN,
      stopMultiple: NaN,
    }
    this.#minSeparation = parameter(parameters, 'minSeparation')
    this.#fullSeparation = parameter(parameters, 'fullSeparation')
    this.#stopMultiple = parameter(parameters, 'stopMultiple')
    this.#stopMultipleMin = parameter(parameters, 'stopMultipleMin')
    this.#stopMultipleMax = parameter(parameters, 'stopMultipleMax')
    this.#chandelierMultiple = parameter(parameters, 'chandelierMultiple')
  }

  /** Call once per closed candle, in order. Null, without allocating, on most of them and while a feature is still NaN. */
  onCandle(input: StrategyInput): TrendEntry | null {
    const fast = input.features[FAST] ?? NaN
    const offset = input.close - fast
    const separation = (fast - (input.features[SLOW] ?? NaN)) / (input.features[ATR] ?? NaN)
    const previousOffset = this.#previousOffset
    const previousSeparation = this.#previousSeparation
    this.#previousOffset = offset
    this.#previousSeparation = separation
    if (input.position !== null) return null
    const least = this.#minSeparation
    if (separation >= least && offset > 0 && (previousOffset <= 0 || previousSeparation < least)) {
      return this.#entry(input, 'buy', previousSeparation < least ? 'trend_began' : 'pullback_ended')
    }
    if (separation <= -least && offset < 0 && (previousOffset >= 0 || previousSeparation > -least)) {
      return this.#entry(input, 'sell', previousSeparation > -least ? 'trend_began' : 'pullback_ended')
    }
    return null
  }

  #entry(input: StrategyInput, direction: 'buy' | 'sell', trigger: Trigger): TrendEntry | null {
    const fast = input.features[FAST] ?? NaN
    const slow = input.features[SLOW] ?? NaN
    const atr = input.features[ATR] ?? NaN
    const volatility = atr / (input.features[SLOW_ATR] ?? NaN)
    const stopMultiple = Math.min(this.#stopMultipleMax, Math.max(this.#stopMultipleMin, this.#stopMultiple * volatility))
    const stopPrice = direction === 'buy' ? input.close - stopMultiple * atr : input.close + stopMultiple * atr
    // A stop at or below zero cannot be placed; a NaN means that the slow ATR is still warming up.
    if (!(atr > 0 && stopPrice > 0)) return null
    const separation = (fast - slow) / atr
    const strength = Math.min(1, Math.abs(separation) / this.#fullSeparation)
    const chandelierDistance = this.#chandelierMultiple * atr
    const [fastName, slowName, atrName] = this.#names
    const why: Record<string, number | string> = { ...this.#noReasons, trigger, close: input.close, separation, volatility, stopMultiple }
    why[fastName] = fast
    why[slowName] = slow
    why[atrName] = atr
    return { direction, trigger, strength, stopPrice, chandelierDistance, why, evidence: this.#evidence }
  }
}

/** Closes a position once the averages have crossed against it. Asks again on each candle until it is closed. */
export function closeWhenTrendFlips(input: StrategyInput): ManageIntent | null {
  const separation = (input.features[FAST] ?? NaN) - (input.features[SLOW] ?? NaN)
  const against = input.position?.side === 'long' ? separation < 0 : input.position?.side === 'short' && separation > 0
  return against ? { type: 'close', reason: 'trend_flipped' } : null
}

/** ATR(14) of this candle. */
export const atrOf = (input: StrategyInput): number => input.features[ATR] ?? NaN
