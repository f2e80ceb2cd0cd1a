// Swing failure: a known low is broken, its stops are taken, and the price closes back above it.
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { SWING_HIGH, SWING_HIGH_AGE, SWING_LOW, SWING_LOW_AGE, at } from '../inputs.ts'
import { type Explanation, type Side, type Voter, type VoterKind, known, opinionOf } from '../voter.ts'

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'sfpWickMin',
    title: 'Swing failure: least wick',
    help: 'Share of the range of the bar that the wick beyond its body must have',
    unit: 'fraction',
    min: 0.1,
    max: 0.95,
    step: 0.05,
    default: 0.5,
  },
]

/** Strength: the share of the wick, which is 1 for a bar that opens and closes at its other end. */
class Sfp implements Voter {
  readonly name = 'sfp'
  readonly needs = 'a confirmed swing high and a confirmed swing low'
  readonly #wickMin: number
  #side: Side | 0 = 0

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#wickMin = parameter(parameters, 'sfpWickMin')
  }

  update(input: StrategyInput): number {
    this.#side = 0
    if (Number.isNaN(at(input, SWING_LOW)) && Number.isNaN(at(input, SWING_HIGH))) return NaN
    const opinion = opinionOf(this.#strength(input, 1), this.#strength(input, -1))
    this.#side = opinion > 0 ? 1 : opinion < 0 ? -1 : 0
    return opinion
  }

  #strength(input: StrategyInput, side: Side): number {
    const { open, high, low, close } = input
    const level = side > 0 ? at(input, SWING_LOW) : at(input, SWING_HIGH)
    const reach = side > 0 ? low : high
    if (!(side * (reach - level) < 0 && side * (close - level) > 0)) return 0
    const body = side > 0 ? Math.min(open, close) : Math.max(open, close)
    const wick = (side * (body - reach)) / (high - low)
    return wick >= this.#wickMin ? wick : 0
  }

  explain(input: StrategyInput, history: CandleSeries): Explanation {
    const isBuy = this.#side > 0
    const level = at(input, isBuy ? SWING_LOW : SWING_HIGH)
    const age = at(input, isBuy ? SWING_LOW_AGE : SWING_HIGH_AGE)
    const reach = isBuy ? input.low : input.high
    if (this.#side === 0) {
      return { why: { swingLow: known(at(input, SWING_LOW)), swingHigh: known(at(input, SWING_HIGH)), close: input.close }, evidence: [] }
    }
    return {
      why: { level, levelAgeBars: age, reach, close: input.close, wick: this.#strength(input, this.#side) },
      evidence: [
        { kind: 'level', label: isBuy ? 'swing low' : 'swing high', price: level, fromMs: oldestHeld(history, age) },
        { kind: 'mark', label: 'sweep', ms: input.openTimeMs, price: reach },
      ],
    }
  }
}

/** Open time of the bar of this age, or of the oldest one that is still held. */
const oldestHeld = (history: CandleSeries, age: number): number => history.byAge('openTimeMs', Math.min(age, history.length - 1))

export const sfp: VoterKind = { name: 'sfp', parameters: PARAMETERS, create: (parameters) => new Sfp(parameters) }
