// Bollinger inside Keltner for a while is a market holding its breath; which way it goes on release is the signal (after John Carter's squeeze).
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { ATR, BOLLINGER_LOWER, BOLLINGER_UPPER, DONCHIAN_MID, KELTNER_LOWER, KELTNER_UPPER, SMA, at } from '../inputs.ts'
import { type Explanation, type Voter, type VoterKind, clamp01, known } from '../voter.ts'

const STRENGTH_MIN = 0.2
/** A squeeze of this many bars counts in full. */
const FULL_BARS = 20

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'squeezeBarsMin',
    title: 'Squeeze: least bars',
    help: 'Bars for which Bollinger must have been inside Keltner',
    unit: 'bars',
    min: 1,
    max: 50,
    step: 1,
    default: 5,
  },
  {
    name: 'squeezeMomentumFull',
    title: 'Squeeze: full momentum',
    help: 'Momentum at the release that counts in full',
    unit: '× ATR',
    min: 0.25,
    max: 10,
    step: 0.25,
    default: 1.5,
  },
]

class BbSqueeze implements Voter {
  readonly name = 'bb_squeeze'
  readonly needs = 'Bollinger, Keltner, Donchian and ATR, which are warming up'
  readonly #barsMin: number
  readonly #momentumFull: number
  #squeezedBars = 0
  #fromMs = NaN
  #releasedAfter = 0
  #momentum = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#barsMin = parameter(parameters, 'squeezeBarsMin')
    this.#momentumFull = parameter(parameters, 'squeezeMomentumFull')
  }

  update(input: StrategyInput): number {
    const atr = at(input, ATR)
    const below = at(input, KELTNER_UPPER) - at(input, BOLLINGER_UPPER)
    const above = at(input, BOLLINGER_LOWER) - at(input, KELTNER_LOWER)
    this.#momentum = input.close - (at(input, DONCHIAN_MID) + at(input, SMA)) * 0.5
    this.#releasedAfter = 0
    if (Number.isNaN(below + above + this.#momentum) || !(atr > 0)) return NaN
    if (below > 0 && above > 0) {
      if (this.#squeezedBars === 0) this.#fromMs = input.openTimeMs
      this.#squeezedBars += 1
      return 0
    }
    const squeezed = this.#squeezedBars
    this.#squeezedBars = 0
    if (squeezed < this.#barsMin || this.#momentum === 0) return 0
    this.#releasedAfter = squeezed
    const size = clamp01(Math.abs(this.#momentum) / (this.#momentumFull * atr)) * Math.min(1, squeezed / FULL_BARS)
    return Math.sign(this.#momentum) * Math.max(STRENGTH_MIN, size)
  }

  explain(input: StrategyInput, _history: CandleSeries): Explanation {
    const why = {
      squeezedBars: this.#squeezedBars,
      releasedAfter: this.#releasedAfter,
      momentum: known(this.#momentum),
      atr_14: known(at(input, ATR)),
    }
    return {
      why,
      evidence: [
        { kind: 'features', label: 'Bollinger', names: ['bollinger_upper_20_2', 'bollinger_lower_20_2'] },
        { kind: 'features', label: 'Keltner', names: ['keltner_upper_20_1.5', 'keltner_lower_20_1.5'] },
        {
          kind: 'zone',
          label: `squeeze of ${this.#releasedAfter} bars`,
          fromMs: this.#fromMs,
          toMs: input.openTimeMs,
          low: at(input, KELTNER_LOWER),
          high: at(input, KELTNER_UPPER),
        },
      ],
    }
  }
}

export const bbSqueeze: VoterKind = { name: 'bb_squeeze', parameters: PARAMETERS, create: (parameters) => new BbSqueeze(parameters) }
