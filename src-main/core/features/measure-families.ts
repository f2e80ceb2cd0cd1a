// What does not come from candles: each measure as a feature of its own name, and what follows from several.
import { MEASURES, MEASURE_INDEX, MEASURE_INFO, type Measure } from '../../../src-shared/domain/measure.ts'
import { type FeatureFamily, PERIOD, afterPeriod, first, outputs } from './family.ts'
import { isFeatureUnit } from './feature.ts'
import { zScoreOf } from './statistics.ts'
import { Window } from './window.ts'

const UNKNOWN = 'the measure is unknown or too old'
const always = (): number => 1

/** The measure as it stood when the candle closed. */
function asItIs(measure: Measure): FeatureFamily {
  const { unit, definition } = MEASURE_INFO[measure]
  if (!isFeatureUnit(unit)) throw new Error(`invariant broken: measure ${measure} has the unit "${unit}", which no feature has`)
  const index = MEASURE_INDEX[measure]
  return {
    version: 1,
    inputs: [measure],
    parameters: [],
    typical: [[]],
    outputs: outputs(always, [{ base: measure, unit, unknownWhen: UNKNOWN, definition }]),
    start(_parameters, { cells, at }) {
      return (_candle, measures) => {
        cells[at] = measures[index] ?? NaN
      }
    },
  }
}

export const basis: FeatureFamily = {
  version: 1,
  inputs: ['close', 'spot_price'],
  parameters: [],
  typical: [[]],
  outputs: outputs(always, [
    { base: 'basis', unit: 'ratio', unknownWhen: UNKNOWN, definition: '(Close − spot price) ÷ spot price: what the perpetual costs more' },
  ]),
  start(_parameters, { cells, at }) {
    const index = MEASURE_INDEX.spot_price
    return (candle, measures) => {
      const spot = measures[index] ?? NaN
      cells[at] = spot > 0 ? (candle.close - spot) / spot : NaN
    }
  },
}

export const micropriceOffset: FeatureFamily = {
  version: 1,
  inputs: ['close', 'microprice'],
  parameters: [],
  typical: [[]],
  outputs: outputs(always, [
    { base: 'microprice_offset_bp', unit: 'basis_points', unknownWhen: UNKNOWN, definition: '(Microprice − close) ÷ close (Stoikov 2018)' },
  ]),
  start(_parameters, { cells, at }) {
    const index = MEASURE_INDEX.microprice
    return (candle, measures) => {
      cells[at] = (10_000 * ((measures[index] ?? NaN) - candle.close)) / candle.close
    }
  },
}

type Sides = { readonly base: string; readonly more: Measure; readonly less: Measure; readonly definition: string }

/** (more − less) ÷ (more + less) of two measures that are never negative; 0 when both are 0. */
function imbalanceOf({ base, more, less, definition }: Sides): FeatureFamily {
  const [moreIndex, lessIndex] = [MEASURE_INDEX[more], MEASURE_INDEX[less]]
  return {
    version: 1,
    inputs: [more, less],
    parameters: [],
    typical: [[]],
    outputs: outputs(always, [{ base, unit: 'ratio', unknownWhen: UNKNOWN, definition }]),
    start(_parameters, { cells, at }) {
      return (_candle, measures) => {
        const above = measures[moreIndex] ?? NaN
        const below = measures[lessIndex] ?? NaN
        cells[at] = above + below === 0 ? 0 : (above - below) / (above + below)
      }
    },
  }
}

const depthImbalance = (distance: '10bp' | '25bp' | '50bp'): FeatureFamily =>
  imbalanceOf({
    base: `depth_imbalance_${distance}`,
    more: `bid_depth_${distance}`,
    less: `ask_depth_${distance}`,
    definition: `(Bids − asks) ÷ (bids + asks) within ${distance.slice(0, 2)} basis points of the mid, −1 to 1`,
  })

export const openInterestChange: FeatureFamily = {
  version: 1,
  inputs: ['open_interest'],
  parameters: [{ ...PERIOD, min: 1 }],
  typical: [[1], [12], [96]],
  outputs: outputs(afterPeriod, [
    { base: 'open_interest_change', unit: 'ratio', unknownWhen: UNKNOWN, definition: 'Open interest ÷ open interest n candles before − 1' },
  ]),
  start(parameters, { cells, at }) {
    const index = MEASURE_INDEX.open_interest
    const before = new Window(first(parameters))
    return (_candle, measures) => {
      const openInterest = measures[index] ?? NaN
      const past = before.push(openInterest)
      cells[at] = past > 0 ? openInterest / past - 1 : NaN
    }
  },
}

export const cvdChange: FeatureFamily = {
  version: 1,
  inputs: ['cvd'],
  parameters: [{ ...PERIOD, min: 1 }],
  typical: [[1], [20]],
  outputs: outputs(afterPeriod, [
    { base: 'cvd_change', unit: 'base', unknownWhen: UNKNOWN, definition: 'Taker buys − taker sells of the last n candles: change of CVD' },
  ]),
  start(parameters, { cells, at }) {
    const index = MEASURE_INDEX.cvd
    const before = new Window(first(parameters))
    return (_candle, measures) => {
      const total = measures[index] ?? NaN
      cells[at] = total - before.push(total)
    }
  },
}

type Scored = {
  readonly base: string
  readonly measure: Measure
  readonly typical: readonly (readonly number[])[]
  readonly definition: string
}

/** Standard score of a measure among its last n values, one per candle; NaN from a candle on that did not know it, until n candles did again. */
function scoreOf({ base, measure, typical, definition }: Scored): FeatureFamily {
  const index = MEASURE_INDEX[measure]
  return {
    version: 1,
    inputs: [measure],
    parameters: [{ ...PERIOD, max: 10_000 }],
    typical,
    outputs: outputs(first, [{ base, unit: 'ratio', unknownWhen: UNKNOWN, definition }]),
    start(parameters, { cells, at }) {
      const window = new Window(first(parameters))
      let known = 0
      return (_candle, measures) => {
        const value = measures[index] ?? NaN
        known = Number.isNaN(value) ? 0 : known + 1
        window.push(value)
        cells[at] = known >= window.values.length ? zScoreOf(window.values, value) : NaN
      }
    },
  }
}

export const MEASURE_FAMILIES: readonly FeatureFamily[] = [
  ...MEASURES.map(asItIs),
  basis,
  micropriceOffset,
  depthImbalance('10bp'),
  depthImbalance('25bp'),
  depthImbalance('50bp'),
  imbalanceOf({
    base: 'liquidation_imbalance',
    more: 'liquidation_buy',
    less: 'liquidation_sell',
    definition: '(Forced buys − forced sells) ÷ both of the last hour, −1 to 1',
  }),
  openInterestChange,
  cvdChange,
  scoreOf({
    base: 'funding_rate_zscore',
    measure: 'funding_rate',
    typical: [[720]],
    definition: 'Distance of the funding rate from its mean over n candles, in population standard deviations; 0 without any',
  }),
  scoreOf({
    base: 'hourly_cvd_zscore',
    measure: 'cvd_1h',
    typical: [[96]],
    definition: 'Distance of the hourly CVD from its mean over n candles, in population standard deviations; 0 without any',
  }),
]
