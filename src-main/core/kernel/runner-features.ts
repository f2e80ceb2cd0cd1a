// What a strategy reads: the features of its own timeframe, and the last values of those it declares from longer ones ("ema_200@1d").
import { TIMEFRAME_MS, type Timeframe, isTimeframe } from '../../../src-shared/domain/time.ts'
import type { CandleScalars } from '../features/feature.ts'
import { type FeatureSet, createFeatureSet } from '../features/feature-set.ts'

type LongerFeatures = {
  readonly timeframe: Timeframe
  readonly set: FeatureSet
  /** Where each of them stands among the declared features. */
  readonly places: readonly number[]
  candles: number
}

export class RunnerFeatures {
  readonly names: readonly string[]
  /** In the declared order; the same array for ever. NaN while a feature warms up. */
  readonly values: Float64Array
  /** Candles of its own timeframe until the features of that one have values. */
  readonly warmupCandles: number
  readonly longer: readonly LongerFeatures[]
  readonly #own: FeatureSet
  readonly #ownPlaces: readonly number[]

  /** Throws RangeError for a name the registry does not know, and for a timeframe that is not longer than `timeframe`. */
  constructor(names: readonly string[], timeframe: Timeframe) {
    this.names = names
    const asked = names.map((name, place) => ({ ...splitFeatureName(name, timeframe), place }))
    const setOf = (wanted: Timeframe) => {
      const mine = asked.filter((feature) => feature.timeframe === wanted)
      const set = createFeatureSet(mine.map((feature) => feature.base))
      if (!set.ok) throw new RangeError(set.error.message)
      return { timeframe: wanted, set: set.value, places: mine.map((feature) => feature.place), candles: 0 }
    }
    const own = setOf(timeframe)
    this.#own = own.set
    this.#ownPlaces = own.places
    this.warmupCandles = own.set.warmupCandles
    this.longer = [...new Set(asked.map((feature) => feature.timeframe))].filter((each) => each !== timeframe).map(setOf)
    // Without longer ones the set's own array is read, and nothing is copied.
    this.values = this.longer.length === 0 ? own.set.values : new Float64Array(names.length).fill(NaN)
  }

  /** Do those of the longer timeframes have values? */
  get isWarm(): boolean {
    for (const { candles, set } of this.longer) if (candles < set.warmupCandles) return false
    return true
  }

  /** A closed bar of the strategy's own timeframe, and the measures known at its close, if they are. */
  update(bar: CandleScalars, measures?: Float64Array): void {
    this.#own.update(bar, measures)
    if (this.values !== this.#own.values) copyTo(this.values, this.#own.values, this.#ownPlaces)
  }

  /** A closed bar of a longer timeframe. */
  updateLonger(timeframe: Timeframe, bar: CandleScalars): void {
    for (const longer of this.longer) {
      if (longer.timeframe !== timeframe) continue
      longer.set.update(bar)
      longer.candles += 1
      copyTo(this.values, longer.set.values, longer.places)
    }
  }
}

/** The timeframes of these features of a strategy on `own`, that one included. Throws as {@link splitFeatureName} does. */
export const featureTimeframes = (names: readonly string[], own: Timeframe): readonly Timeframe[] => [
  ...new Set([own, ...names.map((name) => splitFeatureName(name, own).timeframe)]),
]

/** "ema_200@1d" is the feature "ema_200" of 1d. Throws RangeError for another form and for a timeframe shorter than `own`. */
export function splitFeatureName(name: string, own: Timeframe): { base: string; timeframe: Timeframe } {
  const [base = '', timeframe = own, ...rest] = name.split('@')
  if (rest.length > 0 || !isTimeframe(timeframe)) throw new RangeError(`feature "${name}": expected a name such as "ema_200@1d"`)
  if (TIMEFRAME_MS[timeframe] < TIMEFRAME_MS[own]) {
    throw new RangeError(`feature "${name}": its timeframe is shorter than the strategy's ${own}`)
  }
  return { base, timeframe }
}

function copyTo(target: Float64Array, source: Float64Array, places: readonly number[]): void {
  for (let i = 0; i < places.length; i += 1) target[places[i] ?? 0] = source[i] ?? NaN
}
