// More waits to be bought than to be sold near the price, or the other way round.
import { MEASURE_INDEX } from '../../../../../src-shared/domain/measure.ts'
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { type Explanation, type Voter, type VoterKind, known } from '../voter.ts'

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'obiMin',
    title: 'Book imbalance: least',
    help: 'Mean imbalance of the top ten levels over ten snapshots',
    unit: 'fraction',
    min: 0.05,
    max: 0.95,
    step: 0.05,
    default: 0.3,
  },
]

/** The measure is NaN while the book is missing, out of step or older than 5 s: whoever measures sees to that. */
class Obi implements Voter {
  readonly name = 'obi'
  readonly needs = 'an order book in step and younger than 5 s'
  readonly #least: number
  #imbalance = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#least = parameter(parameters, 'obiMin')
  }

  update(input: StrategyInput): number {
    const imbalance = input.measures[MEASURE_INDEX.book_imbalance_10_mean] ?? NaN
    this.#imbalance = imbalance
    if (Number.isNaN(imbalance)) return NaN
    return Math.abs(imbalance) > this.#least ? Math.max(-1, Math.min(1, imbalance)) : 0
  }

  explain(input: StrategyInput, _history: CandleSeries): Explanation {
    const label = this.#imbalance > 0 ? 'bids outweigh asks' : 'asks outweigh bids'
    return {
      why: { book_imbalance_10_mean: known(this.#imbalance), least: this.#least },
      evidence: [{ kind: 'mark', label, ms: input.openTimeMs, price: input.close }],
    }
  }
}

export const obi: VoterKind = { name: 'obi', parameters: PARAMETERS, create: (parameters) => new Obi(parameters) }
