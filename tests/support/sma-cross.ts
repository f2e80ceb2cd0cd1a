// The crossing of two simple averages, for tests and benches: a strategy with parameters that a search can turn, that allocates nothing on a
// candle without a signal, and whose every number can be checked by hand.
import { PLAIN_SIGNAL, type Signal } from '../../src-shared/domain/decision.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import { parameter } from '../../src-main/core/strategies/parameters.ts'
import type {
  ManageIntent,
  ParameterSpec,
  StrategyInput,
  StrategyInstance,
  StrategyPlugin,
} from '../../src-main/core/strategies/strategy.ts'

const PARAMETERS: readonly ParameterSpec[] = [
  { name: 'fast', title: 'Fast average', help: 'Candles of the fast average', unit: 'candles', min: 1, max: 500, step: 1, default: 50 },
  { name: 'slow', title: 'Slow average', help: 'Candles of the slow average', unit: 'candles', min: 2, max: 2000, step: 1, default: 200 },
  { name: 'stopPercent', title: 'Stop distance', help: 'Of the close', unit: '%', min: 0.05, max: 20, step: 0.05, default: 1 },
  { name: 'strength', title: 'Strength', help: 'Of every signal', unit: '', min: 0, max: 1, step: 0.05, default: 1 },
  {
    name: 'exitOnCross',
    title: 'Exit on cross',
    help: '1 closes a position when the averages cross against it',
    unit: '',
    min: 0,
    max: 1,
    step: 1,
    default: 0,
  },
]

/** Buys when the fast average comes above the slow one, sells short when it comes below. */
export const createSmaCross = (timeframe: Timeframe = '5m'): StrategyPlugin => ({
  declaration: {
    id: strategyId('sma-cross'),
    title: 'Crossing averages',
    description: 'Enters when a fast simple average crosses a slow one',
    timeframe,
    warmupCandles: 1,
    features: [],
    parameters: PARAMETERS,
  },
  create: (_instrumentId, parameters) => new SmaCross(parameters),
})

/** Sums are of whole millionths: exact, so that equal averages are equal and nothing drifts. */
const UNITS = 1e6

class SmaCross implements StrategyInstance {
  readonly #fast: number
  readonly #slow: number
  readonly #stopShare: number
  readonly #strength: number
  readonly #exitOnCross: boolean
  readonly #closes: Float64Array
  #next = 0
  #known = 0
  #fastSum = 0
  #slowSum = 0
  /** 1 while the fast average is above the slow one, −1 below, 0 when equal, NaN while unknown. */
  #side = NaN
  #sideBefore = NaN
  #takenMs = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#fast = parameter(parameters, 'fast')
    this.#slow = parameter(parameters, 'slow')
    if (!(this.#fast < this.#slow))
      throw new RangeError(`averages of ${this.#fast} and ${this.#slow} candles, expected the fast one shorter`)
    this.#stopShare = parameter(parameters, 'stopPercent') / 100
    this.#strength = parameter(parameters, 'strength')
    this.#exitOnCross = parameter(parameters, 'exitOnCross') === 1
    this.#closes = new Float64Array(this.#slow)
  }

  observe(input: StrategyInput): void {
    this.#take(input)
  }

  manage(input: StrategyInput): ManageIntent | null {
    this.#take(input)
    if (!this.#exitOnCross || input.position === null) return null
    const against = input.position.side === 'long' ? this.#crossed() < 0 : this.#crossed() > 0
    return against ? { type: 'close', reason: 'crossed' } : null
  }

  onCandle(input: StrategyInput): Signal | null {
    this.#take(input)
    const crossed = this.#crossed()
    if (crossed === 0) return null
    const direction = crossed > 0 ? 'buy' : 'sell'
    const stopPrice = Math.round(input.close * (1 - crossed * this.#stopShare) * UNITS) / UNITS
    const why = { fast: this.#fastSum / this.#fast / UNITS, slow: this.#slowSum / this.#slow / UNITS }
    return { direction, strength: this.#strength, stopPrice, chandelierDistance: null, votes: [], why, ...PLAIN_SIGNAL }
  }

  /** 1 on the candle on which the fast average has come above the slow one, −1 below, else 0. */
  #crossed(): number {
    if (this.#side > 0 && this.#sideBefore <= 0) return 1
    return this.#side < 0 && this.#sideBefore >= 0 ? -1 : 0
  }

  /** Once per candle, whoever asks first. */
  #take({ openTimeMs, close }: StrategyInput): void {
    if (openTimeMs === this.#takenMs) return
    this.#takenMs = openTimeMs
    const at = this.#next
    const value = Math.round(close * UNITS)
    const leavesFast = this.#known < this.#fast ? 0 : (this.#closes[at < this.#fast ? at - this.#fast + this.#slow : at - this.#fast] ?? 0)
    const leavesSlow = this.#known < this.#slow ? 0 : (this.#closes[at] ?? 0)
    this.#closes[at] = value
    this.#next = at + 1 === this.#slow ? 0 : at + 1
    this.#fastSum += value - leavesFast
    this.#slowSum += value - leavesSlow
    this.#known += 1
    if (this.#known < this.#slow) return
    this.#sideBefore = this.#side
    this.#side = Math.sign(this.#fastSum / this.#fast - this.#slowSum / this.#slow)
  }
}
