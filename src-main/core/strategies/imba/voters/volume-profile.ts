// The price leaves the value area of the last day and comes back into it: it tends to go on to where most was traded (Steidlmayer).
import { DAY_MS, TIMEFRAME_MS, type Timeframe } from '../../../../../src-shared/domain/time.ts'
import { VolumeProfile } from '../../../features/volume-profile.ts'
import type { CandleSeries } from '../../../market/candle-series.ts'
import type { StrategyInput } from '../../strategy.ts'
import { type Explanation, type Side, type Voter, type VoterKind, clamp01, known, opinionOf } from '../voter.ts'

const BINS = 50
const VALUE_SHARE = 0.7
const STRENGTH_BASE = 0.3

/**
 * Both closes are held against the profile as it stands now, so that a crossing is the price's and not the profile's.
 * Strength: 0.3 and up, by the way that is left to the point of control in heights of the value area.
 */
class VolumeProfileVoter implements Voter {
  readonly name = 'volume_profile'
  readonly needs = 'candles of a whole day for the profile'
  readonly #profile: VolumeProfile
  readonly #bars: number

  constructor(timeframe: Timeframe) {
    this.#bars = Math.max(2, DAY_MS / TIMEFRAME_MS[timeframe])
    this.#profile = new VolumeProfile({ period: this.#bars, binCount: BINS, valueShare: VALUE_SHARE })
  }

  update(input: StrategyInput, history: CandleSeries): number {
    this.#profile.update(input.high, input.low, input.volume)
    const previousClose = history.byAge('close', 1)
    if (Number.isNaN(this.#profile.valueLow + previousClose)) return NaN
    return opinionOf(this.#strength(input, { side: 1, previousClose }), this.#strength(input, { side: -1, previousClose }))
  }

  #strength({ close }: StrategyInput, { side, previousClose }: { side: Side; previousClose: number }): number {
    const { valueLow, valueHigh, pointOfControl } = this.#profile
    const edge = side > 0 ? valueLow : valueHigh
    if (!(side * (previousClose - edge) < 0 && side * (close - edge) > 0)) return 0
    const room = side * (pointOfControl - close)
    return room > 0 ? clamp01(STRENGTH_BASE + ((1 - STRENGTH_BASE) * room) / (valueHigh - valueLow)) : 0
  }

  explain(input: StrategyInput, history: CandleSeries): Explanation {
    const { low, step, volumes, pointOfControl, valueHigh, valueLow } = this.#profile
    const why = {
      previousClose: known(history.byAge('close', 1)),
      close: input.close,
      valueLow: known(valueLow),
      valueHigh: known(valueHigh),
      target: known(pointOfControl),
    }
    const fromMs = history.byAge('openTimeMs', Math.min(this.#bars, history.length) - 1)
    return {
      why,
      evidence: [
        {
          kind: 'profile',
          label: 'volume of the last day',
          fromMs,
          toMs: input.openTimeMs,
          low,
          step,
          volumes: Array.from(volumes),
          pointOfControl,
          valueHigh,
          valueLow,
        },
      ],
    }
  }
}

export const volumeProfile: VoterKind = {
  name: 'volume_profile',
  parameters: [],
  create: (_parameters, timeframe) => new VolumeProfileVoter(timeframe),
}
