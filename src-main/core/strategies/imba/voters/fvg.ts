// Fair value gaps: a stretch that the price jumped over is visited again, and holds.
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { ATR, at } from '../inputs.ts'
import { type Explanation, type Side, type Voter, type VoterKind, clamp01, known, opinionOf } from '../voter.ts'

const BARS_LIMIT = 200
const STRENGTH_BASE = 0.4
const STRENGTH_PER_ATR = 0.3
const NONE = -1

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'gapMin',
    title: 'Gap: least size',
    help: 'Height of a gap between a bar and the one two before it',
    unit: '× ATR',
    min: 0.05,
    max: 3,
    step: 0.05,
    default: 0.3,
  },
  {
    name: 'gapBarsMax',
    title: 'Gap: oldest',
    help: 'Bars after which an open gap no longer counts',
    unit: 'bars',
    min: 5,
    max: BARS_LIMIT,
    step: 1,
    default: 50,
  },
]

/** Open gaps of one side, oldest first. At most one is born per bar and all are younger than the limit, so there is always room. */
class Gaps {
  readonly side: Side
  count = 0
  /** The edge that the price meets first when it comes back, and the one at which the gap is filled. */
  readonly near = new Float64Array(BARS_LIMIT)
  readonly far = new Float64Array(BARS_LIMIT)
  readonly fromMs = new Float64Array(BARS_LIMIT)
  readonly age = new Int32Array(BARS_LIMIT)
  constructor(side: Side) {
    this.side = side
  }

  /** One bar later: forgets what is too old or filled. The newest gap whose nearer half this bar turned in, or NONE. */
  advance(reach: number, barsMax: number): number {
    const { side, near, far } = this
    let kept = 0
    let entered = NONE
    for (let i = 0; i < this.count; i += 1) {
      const nearEdge = near[i] ?? NaN
      const farEdge = far[i] ?? NaN
      const age = (this.age[i] ?? 0) + 1
      if (age >= barsMax || side * (reach - farEdge) <= 0) continue
      near[kept] = nearEdge
      far[kept] = farEdge
      this.fromMs[kept] = this.fromMs[i] ?? NaN
      this.age[kept] = age
      if (side * (reach - nearEdge) <= 0 && side * (reach - (nearEdge + farEdge) * 0.5) >= 0) entered = kept
      kept += 1
    }
    this.count = kept
    return entered
  }

  open(near: number, far: number, fromMs: number): void {
    this.near[this.count] = near
    this.far[this.count] = far
    this.fromMs[this.count] = fromMs
    this.age[this.count] = 0
    this.count += 1
  }

  remove(index: number): void {
    this.near.copyWithin(index, index + 1, this.count)
    this.far.copyWithin(index, index + 1, this.count)
    this.fromMs.copyWithin(index, index + 1, this.count)
    this.age.copyWithin(index, index + 1, this.count)
    this.count -= 1
  }
}

class Fvg implements Voter {
  readonly name = 'fvg'
  readonly needs = 'ATR, which is warming up'
  readonly #gapMin: number
  readonly #barsMax: number
  readonly #rising = new Gaps(1)
  readonly #falling = new Gaps(-1)
  #near = NaN
  #far = NaN
  #fromMs = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#gapMin = parameter(parameters, 'gapMin')
    this.#barsMax = parameter(parameters, 'gapBarsMax')
  }

  update(input: StrategyInput, history: CandleSeries): number {
    const { low, high } = input
    const atr = at(input, ATR)
    this.#near = NaN
    const opinion = opinionOf(this.#visit(this.#rising, input), this.#visit(this.#falling, input))
    if (!(atr > 0)) return NaN
    const least = this.#gapMin * atr
    const fromMs = history.byAge('openTimeMs', 1)
    if (low - history.byAge('high', 2) >= least) this.#rising.open(low, history.byAge('high', 2), fromMs)
    if (history.byAge('low', 2) - high >= least) this.#falling.open(high, history.byAge('low', 2), fromMs)
    return opinion
  }

  /** Strength of the visit of one side's gaps, or 0. A gap that was acted on is spent. */
  #visit(gaps: Gaps, input: StrategyInput): number {
    const index = gaps.advance(gaps.side > 0 ? input.low : input.high, this.#barsMax)
    if (index === NONE || !(gaps.side * (input.close - input.open) > 0)) return 0
    this.#near = gaps.near[index] ?? NaN
    this.#far = gaps.far[index] ?? NaN
    this.#fromMs = gaps.fromMs[index] ?? NaN
    gaps.remove(index)
    const atr = at(input, ATR)
    return atr > 0 ? clamp01(STRENGTH_BASE + (STRENGTH_PER_ATR * Math.abs(this.#near - this.#far)) / atr) : 0
  }

  explain(input: StrategyInput, _history: CandleSeries): Explanation {
    const [low, high] = [Math.min(this.#near, this.#far), Math.max(this.#near, this.#far)]
    const why = {
      gapLow: known(low),
      gapHigh: known(high),
      openRisingGaps: this.#rising.count,
      openFallingGaps: this.#falling.count,
      atr_14: known(at(input, ATR)),
    }
    const label = this.#near > this.#far ? 'rising gap' : 'falling gap'
    return { why, evidence: [{ kind: 'zone', label, fromMs: this.#fromMs, toMs: input.openTimeMs, low, high }] }
  }
}

export const fvg: VoterKind = { name: 'fvg', parameters: PARAMETERS, create: (parameters) => new Fvg(parameters) }
