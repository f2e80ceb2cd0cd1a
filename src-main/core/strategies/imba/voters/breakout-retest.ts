// A level that was broken with volume is tested from its other side, and holds.
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { ATR, DONCHIAN_LOWER, DONCHIAN_UPPER, VOLUME_SMA, at } from '../inputs.ts'
import { type Explanation, type Side, type Voter, type VoterKind, clamp01, known, opinionOf } from '../voter.ts'

const STRENGTH_BASE = 0.4
const STRENGTH_PER_ATR = 0.6

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'breakoutVolume',
    title: 'Breakout: volume',
    help: 'Volume a breakout needs, as a multiple of the mean of 20 bars',
    unit: '× mean',
    min: 1,
    max: 5,
    step: 0.1,
    default: 1.5,
  },
  {
    name: 'breakoutBarsMax',
    title: 'Breakout: oldest',
    help: 'Bars for which a breakout waits for its retest',
    unit: 'bars',
    min: 1,
    max: 50,
    step: 1,
    default: 10,
  },
  {
    name: 'breakoutNear',
    title: 'Breakout: nearness of the retest',
    help: 'How near the price must come back to the level',
    unit: '× ATR',
    min: 0.05,
    max: 2,
    step: 0.05,
    default: 0.3,
  },
]

/** The newest breakout of one side. */
class Breakout {
  readonly side: Side
  level = NaN
  fromMs = NaN
  /** Bars since the breakout; 0 on its own bar. */
  age = NaN
  isRetested = false
  constructor(side: Side) {
    this.side = side
  }
}

class BreakoutRetest implements Voter {
  readonly name = 'breakout_retest'
  readonly needs = 'Donchian, mean volume and ATR, which are warming up'
  readonly #volume: number
  readonly #barsMax: number
  readonly #near: number
  readonly #up = new Breakout(1)
  readonly #down = new Breakout(-1)
  #previousUpper = NaN
  #previousLower = NaN
  #spoke: Breakout = this.#up
  #spokeLevel = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#volume = parameter(parameters, 'breakoutVolume')
    this.#barsMax = parameter(parameters, 'breakoutBarsMax')
    this.#near = parameter(parameters, 'breakoutNear')
  }

  update(input: StrategyInput): number {
    const upper = this.#previousUpper
    const lower = this.#previousLower
    this.#spokeLevel = NaN
    this.#previousUpper = at(input, DONCHIAN_UPPER)
    this.#previousLower = at(input, DONCHIAN_LOWER)
    if (Number.isNaN(upper + at(input, VOLUME_SMA)) || !(at(input, ATR) > 0)) return NaN
    const buy = this.#follow(this.#up, input)
    const sell = this.#follow(this.#down, input)
    const isLoud = input.volume > this.#volume * at(input, VOLUME_SMA)
    if (isLoud && input.close > upper) begin(this.#up, upper, input.openTimeMs)
    if (isLoud && input.close < lower) begin(this.#down, lower, input.openTimeMs)
    return opinionOf(buy, sell)
  }

  /** One bar later. A breakout that the price went back through has failed; one that was acted on is spent. */
  #follow(breakout: Breakout, input: StrategyInput): number {
    if (Number.isNaN(breakout.level)) return 0
    const { side, level } = breakout
    const atr = at(input, ATR)
    const distance = (side * ((side > 0 ? input.low : input.high) - level)) / atr
    breakout.age += 1
    if (breakout.age > this.#barsMax || distance < -this.#near) {
      breakout.level = NaN
      return 0
    }
    breakout.isRetested ||= distance <= this.#near
    if (!(breakout.isRetested && side * (input.close - input.open) > 0 && side * (input.close - level) > 0)) return 0
    this.#spoke = breakout
    this.#spokeLevel = level
    breakout.level = NaN
    return clamp01(STRENGTH_BASE + (STRENGTH_PER_ATR * side * (input.close - level)) / atr)
  }

  explain(input: StrategyInput, _history: CandleSeries): Explanation {
    const { fromMs, age } = this.#spoke
    const why = {
      close: input.close,
      level: known(this.#spokeLevel),
      barsSinceBreakout: Number.isNaN(this.#spokeLevel) ? null : age,
      volume_sma_20: known(at(input, VOLUME_SMA)),
      atr_14: known(at(input, ATR)),
    }
    return {
      why,
      evidence: [
        { kind: 'level', label: 'broken level', price: this.#spokeLevel, fromMs },
        { kind: 'mark', label: 'retest', ms: input.openTimeMs, price: this.#spokeLevel },
      ],
    }
  }
}

function begin(breakout: Breakout, level: number, openTimeMs: number): void {
  breakout.level = level
  breakout.fromMs = openTimeMs
  breakout.age = 0
  breakout.isRetested = false
}

export const breakoutRetest: VoterKind = {
  name: 'breakout_retest',
  parameters: PARAMETERS,
  create: (parameters) => new BreakoutRetest(parameters),
}
