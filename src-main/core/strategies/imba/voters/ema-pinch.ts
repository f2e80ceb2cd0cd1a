// Three averages that had come together fan out in order.
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { ATR, EMA_21, EMA_55, EMA_8, EMA_SPREAD_RANK, at } from '../inputs.ts'
import { type Explanation, type Side, type Voter, type VoterKind, clamp01, known, opinionOf } from '../voter.ts'

const STRENGTH_MIN = 0.2
/** Distance of the close from the slowest average, in ATR, at which the strength is 1. */
const FULL_DISTANCE = 2

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'pinchPercentile',
    title: 'EMA pinch: percentile',
    help: 'The spread of EMA 8, 21 and 55 must rise through this percentile of 100 bars',
    unit: '%',
    min: 1,
    max: 60,
    step: 1,
    default: 20,
  },
]

class EmaPinch implements Voter {
  readonly name = 'ema_pinch'
  readonly needs = 'EMA 8, 21 and 55 with the rank of their spread, which are warming up'
  readonly #rank: number
  #rankNow = NaN
  #previousRank = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#rank = parameter(parameters, 'pinchPercentile') / 100
  }

  update(input: StrategyInput): number {
    this.#previousRank = this.#rankNow
    this.#rankNow = at(input, EMA_SPREAD_RANK)
    if (Number.isNaN(this.#rankNow) || !(at(input, ATR) > 0)) return NaN
    if (!(this.#previousRank < this.#rank && this.#rankNow >= this.#rank)) return 0
    return opinionOf(fan(input, 1), fan(input, -1))
  }

  explain(input: StrategyInput, _history: CandleSeries): Explanation {
    const why = {
      previousRank: known(this.#previousRank),
      rank: known(this.#rankNow),
      close: input.close,
      ema_8: known(at(input, EMA_8)),
      ema_21: known(at(input, EMA_21)),
      ema_55: known(at(input, EMA_55)),
    }
    return { why, evidence: [{ kind: 'features', label: 'EMA pinch', names: ['ema_8', 'ema_21', 'ema_55'] }] }
  }
}

/** Strength of the averages in order with the close beyond all of them, or 0. */
function fan(input: StrategyInput, side: Side): number {
  const fast = at(input, EMA_8)
  const middle = at(input, EMA_21)
  const slow = at(input, EMA_55)
  const isInOrder = side * (input.close - fast) > 0 && side * (fast - middle) > 0 && side * (middle - slow) > 0
  return isInOrder ? Math.max(STRENGTH_MIN, clamp01((side * (input.close - slow)) / (FULL_DISTANCE * at(input, ATR)))) : 0
}

export const emaPinch: VoterKind = { name: 'ema_pinch', parameters: PARAMETERS, create: (parameters) => new EmaPinch(parameters) }
