// A trend comes back to the average price of the day, and goes on.
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { ATR, EMA_50, VWAP, at } from '../inputs.ts'
import { type Explanation, type Side, type Voter, type VoterKind, clamp01, known, opinionOf } from '../voter.ts'

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'vwapPullbackNear',
    title: 'VWAP pullback: nearness',
    help: 'How near the low of the bar must come to the VWAP of the day',
    unit: '× ATR',
    min: 0.05,
    max: 2,
    step: 0.05,
    default: 0.25,
  },
]

class VwapPullback implements Voter {
  readonly name = 'vwap_pullback'
  readonly needs = 'VWAP of a day seen from its start, EMA and ATR, which are warming up'
  readonly #near: number
  #previousEma = NaN
  #emaRise = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#near = parameter(parameters, 'vwapPullbackNear')
  }

  update(input: StrategyInput): number {
    const ema = at(input, EMA_50)
    this.#emaRise = ema - this.#previousEma
    this.#previousEma = ema
    if (Number.isNaN(this.#emaRise + at(input, VWAP)) || !(at(input, ATR) > 0)) return NaN
    return opinionOf(this.#strength(input, 1), this.#strength(input, -1))
  }

  #strength(input: StrategyInput, side: Side): number {
    const { open, close } = input
    const atr = at(input, ATR)
    const vwap = at(input, VWAP)
    const reach = side > 0 ? input.low : input.high
    const isTrend = side * (close - vwap) > 0 && side * this.#emaRise > 0
    const isBack = Math.abs(reach - vwap) <= this.#near * atr && side * (close - open) > 0
    return isTrend && isBack ? clamp01((side * (close - reach)) / atr) : 0
  }

  explain(input: StrategyInput, _history: CandleSeries): Explanation {
    const why = {
      close: input.close,
      vwap_day: known(at(input, VWAP)),
      emaRise: known(this.#emaRise),
      atr_14: known(at(input, ATR)),
    }
    return {
      why,
      evidence: [
        { kind: 'features', label: 'VWAP of the day', names: ['vwap_day'] },
        { kind: 'features', label: 'EMA 50', names: ['ema_50'] },
        { kind: 'mark', label: 'back from the VWAP', ms: input.openTimeMs, price: at(input, VWAP) },
      ],
    }
  }
}

export const vwapPullback: VoterKind = {
  name: 'vwap_pullback',
  parameters: PARAMETERS,
  create: (parameters) => new VwapPullback(parameters),
}
