// RSI leaves its extreme: the push is over (Wilder 1978).
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { RSI, at } from '../inputs.ts'
import { type Explanation, type Side, type Voter, type VoterKind, clamp01, known, opinionOf } from '../voter.ts'

const LAST_BARS = 5
const FULL_DEPTH = 20
const STRENGTH_BASE = 0.3
const MIDDLE = 50

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'rsiOversold',
    title: 'RSI: oversold',
    help: 'RSI(14) that must be crossed upwards to buy; to sell, 100 minus it downwards',
    unit: 'RSI points',
    min: 10,
    max: 45,
    step: 1,
    default: 30,
  },
]

class RsiMr implements Voter {
  readonly name = 'rsi_mr'
  readonly needs = 'RSI, which is warming up'
  readonly #oversold: number
  readonly #last = new Float64Array(LAST_BARS).fill(NaN)
  #next = 0
  #previous = NaN
  #rsi = NaN
  #extreme = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#oversold = parameter(parameters, 'rsiOversold')
  }

  update(input: StrategyInput): number {
    const rsi = at(input, RSI)
    this.#previous = this.#rsi
    this.#rsi = rsi
    this.#last[this.#next] = rsi
    this.#next = this.#next + 1 === LAST_BARS ? 0 : this.#next + 1
    this.#extreme = NaN
    if (Number.isNaN(rsi)) return NaN
    return opinionOf(this.#strength(1), this.#strength(-1))
  }

  #strength(side: Side): number {
    const threshold = MIDDLE - side * (MIDDLE - this.#oversold)
    if (!(side * (this.#previous - threshold) < 0 && side * (this.#rsi - threshold) >= 0)) return 0
    let extreme = this.#previous
    for (let i = 0; i < LAST_BARS; i += 1) {
      const value = this.#last[i] ?? NaN
      if (side * (value - extreme) < 0) extreme = value
    }
    this.#extreme = extreme
    return clamp01((side * (threshold - extreme)) / FULL_DEPTH + STRENGTH_BASE)
  }

  explain(input: StrategyInput, history: CandleSeries): Explanation {
    const why = { rsi_14: known(at(input, RSI)), extreme: known(this.#extreme), oversold: this.#oversold }
    const isBuy = this.#extreme < MIDDLE
    let turn = 0
    for (let age = 1; age < LAST_BARS; age += 1) {
      const [price, best] = [extremeAt(history, age, isBuy), extremeAt(history, turn, isBuy)]
      if (isBuy ? price < best : price > best) turn = age
    }
    return {
      why,
      evidence: [
        {
          kind: 'mark',
          label: isBuy ? 'oversold' : 'overbought',
          ms: history.byAge('openTimeMs', turn),
          price: extremeAt(history, turn, isBuy),
        },
      ],
    }
  }
}

const extremeAt = (history: CandleSeries, age: number, isBuy: boolean): number => history.byAge(isBuy ? 'low' : 'high', age)

export const rsiMr: VoterKind = { name: 'rsi_mr', parameters: PARAMETERS, create: (parameters) => new RsiMr(parameters) }
