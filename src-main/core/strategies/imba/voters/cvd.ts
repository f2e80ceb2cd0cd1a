// Cumulative volume delta: who pays to trade now. It disagrees with the price at a turn, and runs ahead of it in a push.
import { MEASURE_INDEX } from '../../../../../src-shared/domain/measure.ts'
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { SlopeScore } from '../slope-score.ts'
import { type Explanation, type Side, type Voter, type VoterKind, clamp01, known, opinionOf } from '../voter.ts'

const PIVOT_BARS_LIMIT = 100
const SLOPE_BARS = 10
const SLOPES = 50
const STRENGTH_BASE = 0.4
const DIVERGENCE_STRENGTH = 0.6
const STRENGTH_PER_SIGMA = 0.3

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'cvdPivotBars',
    title: 'CVD: bars of the pivot',
    help: 'Bars before this one whose extreme the price must pass without the CVD',
    unit: 'bars',
    min: 5,
    max: PIVOT_BARS_LIMIT,
    step: 1,
    default: 20,
  },
  {
    name: 'cvdSlopeZ',
    title: 'CVD: steep slope',
    help: 'z-score of its slope over ten bars among the last fifty slopes',
    unit: 'σ',
    min: 1,
    max: 5,
    step: 0.1,
    default: 2,
  },
]

type Source = 'trades' | 'taker_ratio' | 'none'

/**
 * Divergence: the price makes a lower low than that of the last 20 bars while CVD is higher than it was there. It goes before the slope:
 * the z-score of the least-squares slope of CVD over 10 bars, beyond 2 with the close moving the same way over those bars.
 * Strength of a divergence: 0.4 and up, by the share of the CVD's own range that lies between both lows; of a slope: 0.4 + 0.3 per σ beyond.
 * Without trades, the delta of a candle is estimated from its volume V and the ratio r of taker buys to sells: V × (r − 1) ÷ (r + 1).
 */
class Cvd implements Voter {
  readonly name = 'cvd'
  readonly needs = 'trades or the taker ratio, without a break for as long as it looks back'
  readonly #pivotBars: number
  readonly #steepZ: number
  /** The last CVD values, a ring; NaN where it was unknown. */
  readonly #values: Float64Array
  readonly #slopes = new SlopeScore(SLOPE_BARS, SLOPES)
  #next = 0
  #count = 0
  #estimated = 0
  #source: Source = 'none'
  #z = NaN
  #pivotAge = 0
  #pivotValue = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#pivotBars = parameter(parameters, 'cvdPivotBars')
    this.#steepZ = parameter(parameters, 'cvdSlopeZ')
    this.#values = new Float64Array(this.#pivotBars + 1).fill(NaN)
  }

  update(input: StrategyInput, history: CandleSeries): number {
    const value = this.#read(input)
    this.#pivotAge = 0
    if (Number.isNaN(value)) {
      this.#forget()
      return NaN
    }
    this.#values[this.#next] = value
    this.#next = this.#next + 1 === this.#values.length ? 0 : this.#next + 1
    this.#count += 1
    this.#z = this.#slopes.update(value)
    if (this.#count <= this.#pivotBars) return NaN
    const divergence = opinionOf(this.#divergence(input, history, 1), this.#divergence(input, history, -1))
    return divergence === 0 ? this.#steepness(input, history) : divergence
  }

  /** The newest CVD, or NaN. A change of source begins anew: their levels have nothing to do with each other. */
  #read(input: StrategyInput): number {
    const cvd = input.measures[MEASURE_INDEX.cvd] ?? NaN
    const ratio = input.measures[MEASURE_INDEX.taker_ratio] ?? NaN
    const source: Source = !Number.isNaN(cvd) ? 'trades' : ratio >= 0 ? 'taker_ratio' : 'none'
    if (source !== this.#source) this.#forget()
    this.#source = source
    if (source !== 'taker_ratio') return cvd
    this.#estimated += (input.volume * (ratio - 1)) / (ratio + 1)
    return this.#estimated
  }

  #forget(): void {
    this.#count = 0
    this.#estimated = 0
    this.#z = NaN
    this.#slopes.reset()
  }

  /** Strength of a divergence on this side, or 0. */
  #divergence(input: StrategyInput, history: CandleSeries, side: Side): number {
    const reach = side > 0 ? input.low : input.high
    const newest = this.#valueAt(0)
    let pivot = side * Infinity
    let pivotAge = 0
    let [lowest, highest] = [newest, newest]
    for (let age = 1; age <= this.#pivotBars; age += 1) {
      const price = history.byAge(side > 0 ? 'low' : 'high', age)
      const value = this.#valueAt(age)
      if (value < lowest) lowest = value
      if (value > highest) highest = value
      if (side * (price - pivot) < 0) {
        pivot = price
        pivotAge = age
      }
    }
    const gain = side * (newest - this.#valueAt(pivotAge))
    if (!(pivotAge > 0 && side * (reach - pivot) < 0 && gain > 0)) return 0
    this.#pivotAge = pivotAge
    this.#pivotValue = this.#valueAt(pivotAge)
    return clamp01(STRENGTH_BASE + (DIVERGENCE_STRENGTH * gain) / (highest - lowest))
  }

  /** The opinion of the slope alone. */
  #steepness(input: StrategyInput, history: CandleSeries): number {
    const excess = Math.abs(this.#z) - this.#steepZ
    const direction = Math.sign(this.#z)
    const move = direction * (input.close - history.byAge('close', SLOPE_BARS - 1))
    return excess > 0 && move > 0 ? direction * clamp01(STRENGTH_BASE + STRENGTH_PER_SIGMA * excess) : 0
  }

  #valueAt(age: number): number {
    const slot = this.#next - 1 - age
    return this.#values[slot < 0 ? slot + this.#values.length : slot] ?? NaN
  }

  explain(input: StrategyInput, history: CandleSeries): Explanation {
    const age = this.#pivotAge
    const why = { cvd: known(this.#valueAt(0)), slopeZ: known(this.#z), source: this.#source }
    if (age === 0) {
      const points = [
        { ms: history.byAge('openTimeMs', SLOPE_BARS - 1), price: history.byAge('close', SLOPE_BARS - 1) },
        { ms: input.openTimeMs, price: input.close },
      ]
      return { why: { rule: 'slope', ...why }, evidence: [{ kind: 'path', label: 'steep CVD', points }] }
    }
    const isBuy = this.#valueAt(0) > this.#pivotValue
    const points = [
      { ms: history.byAge('openTimeMs', age), price: history.byAge(isBuy ? 'low' : 'high', age) },
      { ms: input.openTimeMs, price: isBuy ? input.low : input.high },
    ]
    return {
      why: { rule: 'divergence', ...why, cvdAtPivot: this.#pivotValue, pivotAgeBars: age },
      evidence: [{ kind: 'path', label: isBuy ? 'lower low, higher CVD' : 'higher high, lower CVD', points }],
    }
  }
}

export const cvd: VoterKind = { name: 'cvd', parameters: PARAMETERS, create: (parameters) => new Cvd(parameters) }
