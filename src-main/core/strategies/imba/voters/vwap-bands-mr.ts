// A close outside the bands of the day's VWAP that comes back inside: what ran too far returns.
import { utcDayMs } from '../../../../../src-shared/domain/time.ts'
import type { CandleSeries } from '../../../market/candle-series.ts'
import { parameter } from '../../parameters.ts'
import type { ParameterSpec, StrategyInput } from '../../strategy.ts'
import { VWAP, VWAP_SIGMA, at } from '../inputs.ts'
import { type Explanation, type Voter, type VoterKind, clamp01, known } from '../voter.ts'

const STRENGTH_AT_BAND = 0.4
const STRENGTH_PER_SIGMA = 0.3

const PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'vwapBandSigma',
    title: 'VWAP bands: distance',
    help: 'Distance of the bands from the VWAP of the day',
    unit: 'σ',
    min: 0.5,
    max: 5,
    step: 0.1,
    default: 2,
  },
]

class VwapBandsMr implements Voter {
  readonly name = 'vwap_bands_mr'
  readonly needs = 'VWAP and its deviation of a day seen from its start'
  readonly #sigmas: number
  #previousOpenMs = NaN
  #z = NaN
  #previousZ = NaN

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#sigmas = parameter(parameters, 'vwapBandSigma')
  }

  update(input: StrategyInput): number {
    const sigma = at(input, VWAP_SIGMA)
    const previousOpenMs = this.#previousOpenMs
    this.#previousOpenMs = input.openTimeMs
    this.#previousZ = this.#z
    this.#z = sigma > 0 ? (input.close - at(input, VWAP)) / sigma : NaN
    if (Number.isNaN(sigma + at(input, VWAP))) return NaN
    const excess = Math.abs(this.#previousZ) - this.#sigmas
    if (!(excess > 0 && Math.abs(this.#z) <= this.#sigmas)) return 0
    // The bands begin anew each day: what lies outside yesterday's says nothing about today's.
    if (utcDayMs(previousOpenMs) !== utcDayMs(input.openTimeMs)) return 0
    return -Math.sign(this.#previousZ) * clamp01(STRENGTH_AT_BAND + STRENGTH_PER_SIGMA * excess)
  }

  explain(input: StrategyInput, _history: CandleSeries): Explanation {
    const vwap = at(input, VWAP)
    const sigma = at(input, VWAP_SIGMA)
    const band = vwap + Math.sign(this.#previousZ) * this.#sigmas * sigma
    const why = { previousZ: known(this.#previousZ), z: known(this.#z), vwap_day: known(vwap), vwap_day_sigma: known(sigma) }
    return {
      why,
      evidence: [
        { kind: 'features', label: 'VWAP of the day', names: ['vwap_day'] },
        { kind: 'level', label: `VWAP band at ${this.#sigmas} σ`, price: band, fromMs: this.#previousOpenMs },
        { kind: 'mark', label: 'back inside', ms: input.openTimeMs, price: input.close },
      ],
    }
  }
}

export const vwapBandsMr: VoterKind = { name: 'vwap_bands_mr', parameters: PARAMETERS, create: (parameters) => new VwapBandsMr(parameters) }
