// A fast move, in a market that is getting wilder, with more volume than usual.
import type { CandleSeries } from '../../../market/candle-series.ts'
import { Sma } from '../../../features/averages.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { ATR, VOLUME_SMA, at } from '../inputs.ts'
import { type Explanation, type Voter, type VoterKind, clamp01, known } from '../voter.ts'

const BARS = 3
const ATR_MEAN_BARS = 20

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'momentumMove',
    title: 'Momentum: least move',
    help: 'Move of the close over three bars',
    unit: '× ATR',
    min: 0.5,
    max: 5,
    step: 0.1,
    default: 1.5,
  },
  {
    name: 'momentumFull',
    title: 'Momentum: full move',
    help: 'Move at which the strength is 1',
    unit: '× ATR',
    min: 1,
    max: 10,
    step: 0.25,
    default: 3,
  },
]

class AtrMomentum implements Voter {
  readonly name = 'atr_momentum'
  readonly needs = 'ATR with its mean of 20 bars, and mean volume, which are warming up'
  readonly #move: number
  readonly #full: number
  readonly #atrMean = new Sma(ATR_MEAN_BARS)
  #mean = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#move = parameter(parameters, 'momentumMove')
    this.#full = parameter(parameters, 'momentumFull')
  }

  update(input: StrategyInput, history: CandleSeries): number {
    const atr = at(input, ATR)
    // A NaN would stay in the mean for ever.
    if (Number.isNaN(atr)) return NaN
    this.#mean = this.#atrMean.update(atr)
    const move = input.close - history.byAge('close', BARS)
    if (Number.isNaN(this.#mean + move + at(input, VOLUME_SMA))) return NaN
    const isMove = Math.abs(move) > this.#move * atr && atr > this.#mean && input.volume > at(input, VOLUME_SMA)
    return isMove ? Math.sign(move) * clamp01(Math.abs(move) / (this.#full * atr)) : 0
  }

  explain(input: StrategyInput, history: CandleSeries): Explanation {
    const from = history.byAge('close', BARS)
    const why = {
      move: known(input.close - from),
      atr_14: known(at(input, ATR)),
      atrMean: known(this.#mean),
      volume: input.volume,
      volume_sma_20: known(at(input, VOLUME_SMA)),
    }
    const points = [
      { ms: history.byAge('openTimeMs', BARS), price: from },
      { ms: input.openTimeMs, price: input.close },
    ]
    return { why, evidence: [{ kind: 'path', label: `move of ${BARS} bars`, points }] }
  }
}

export const atrMomentum: VoterKind = { name: 'atr_momentum', parameters: PARAMETERS, create: (parameters) => new AtrMomentum(parameters) }
