// What a confluence must pass before it is traded, each with a verdict that the trace keeps. What is not known never blocks: it says so.
import type { Verdict, Why } from '../../../../src-shared/domain/decision.ts'
import { MEASURE_INDEX } from '../../../../src-shared/domain/measure.ts'
import { VOLATILE } from '../../regime/imba-3.ts'
import type { ParameterSpec, PositionView } from '../strategy.ts'
import { type Side } from './voter.ts'

/** In the order in which they are judged. */
export const FILTER_NAMES = ['confluence', 'funding', 'spread', 'regime', 'position_open', 'opposite_position', 'cooldown'] as const
export type FilterName = (typeof FILTER_NAMES)[number]

export const FUNDING_PAYING_SIDE = 0
export const FUNDING_AS_SPECIFIED = 1

export const FILTER_PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'confluenceMin',
    title: 'Confluence',
    help: 'Least weighted vote, after all adjustments, for a trade',
    unit: 'votes',
    min: 0.2,
    max: 5,
    step: 0.05,
    default: 1.2,
  },
  {
    name: 'fundingMaxPercent',
    title: 'Funding limit',
    help: 'Funding per interval beyond which the funding filter blocks a side',
    unit: '%',
    min: 0.005,
    max: 2,
    step: 0.005,
    default: 0.1,
  },
  {
    name: 'fundingMode',
    title: 'Funding mode',
    help: '0 blocks the side that would pay more than the limit; 1 blocks sells above the limit, as the source system did',
    unit: 'mode',
    min: 0,
    max: 1,
    step: 1,
    default: FUNDING_PAYING_SIDE,
  },
  {
    name: 'spreadMaxPercent',
    title: 'Spot-futures spread',
    help: 'Largest distance of the price from the spot price, either way',
    unit: '%',
    min: 0.05,
    max: 5,
    step: 0.05,
    default: 0.5,
  },
  {
    name: 'volatileStrengthMin',
    title: 'Strength in a volatile market',
    help: 'Least strength of the strongest voter of the winning side while the market is volatile',
    unit: 'fraction',
    min: 0,
    max: 1,
    step: 0.05,
    default: 0.8,
  },
  {
    name: 'cooldownBars',
    title: 'Cooldown',
    help: 'Bars to wait after a position in the instrument was closed',
    unit: 'bars',
    min: 0,
    max: 500,
    step: 1,
    default: 6,
  },
]

export type FilterLimits = {
  readonly confluenceMin: number
  readonly fundingMaxPercent: number
  readonly fundingMode: number
  readonly spreadMaxPercent: number
  readonly volatileStrengthMin: number
  readonly cooldownBars: number
}

/** What is judged. */
export type Candidate = {
  readonly side: Side
  readonly confluence: number
  /** Of the strongest voter of the winning side. */
  readonly strength: number
  /** By code of imba-3. */
  readonly regimeCode: number
  readonly close: number
  readonly measures: Float64Array
  readonly position: PositionView | null
  /** Infinity when nothing was closed yet. */
  readonly barsSinceExit: number
}

type Filter = (candidate: Candidate, limits: FilterLimits) => Finding
type Finding = { readonly denial: string | null; readonly message: string; readonly numbers: Why }

const percentText = (value: number): string => `${value.toFixed(3)} %`
const PASSED = null
const unavailable = (what: string): Finding => ({ denial: PASSED, message: `${what} is unavailable, so it does not block`, numbers: {} })

const confluence: Filter = ({ confluence: value, side }, { confluenceMin }) => ({
  denial: value >= confluenceMin ? PASSED : 'confluence_too_low',
  message: `confluence ${value.toFixed(3)} to ${side > 0 ? 'buy' : 'sell'}, at least ${confluenceMin}`,
  numbers: { confluence: value, confluenceMin },
})

const funding: Filter = ({ side, measures }, { fundingMaxPercent, fundingMode }) => {
  const percent = 100 * (measures[MEASURE_INDEX.funding_rate] ?? NaN)
  if (Number.isNaN(percent)) return unavailable('funding')
  const blocks = fundingMode === FUNDING_AS_SPECIFIED ? side < 0 && percent > fundingMaxPercent : side * percent > fundingMaxPercent
  const rule = fundingMode === FUNDING_AS_SPECIFIED ? 'no sells above' : 'no side pays more than'
  return {
    denial: blocks ? 'funding_too_high' : PASSED,
    message: `funding ${percentText(percent)}, ${rule} ${percentText(fundingMaxPercent)}`,
    numbers: { fundingPercent: percent, fundingMaxPercent, fundingMode },
  }
}

const spread: Filter = ({ close, measures }, { spreadMaxPercent }) => {
  const spot = measures[MEASURE_INDEX.spot_price] ?? NaN
  if (!(spot > 0)) return unavailable('the spot price')
  const percent = (100 * (close - spot)) / spot
  return {
    denial: Math.abs(percent) <= spreadMaxPercent ? PASSED : 'spread_too_wide',
    message: `${percentText(percent)} from the spot price, at most ${percentText(spreadMaxPercent)} either way`,
    numbers: { close, spot_price: spot, spreadPercent: percent, spreadMaxPercent },
  }
}

const regime: Filter = ({ regimeCode, strength }, { volatileStrengthMin }) => {
  if (regimeCode < 0) return unavailable('the regime')
  const isVolatile = regimeCode === VOLATILE
  return {
    denial: isVolatile && !(strength >= volatileStrengthMin) ? 'weak_in_volatile_market' : PASSED,
    message: isVolatile ? `volatile: strength ${strength.toFixed(2)}, at least ${volatileStrengthMin}` : 'the market is not volatile',
    numbers: { isVolatile, strength, volatileStrengthMin },
  }
}

const positionOpen: Filter = ({ position }) => ({
  denial: position === null ? PASSED : 'position_open',
  message: position === null ? 'no position is open' : `a ${position.side} position is open`,
  numbers: { side: position?.side ?? null },
})

const oppositePosition: Filter = ({ position, side }) => {
  const isOpposite = position !== null && (position.side === 'long') !== side > 0
  return {
    denial: isOpposite ? 'opposite_position' : PASSED,
    message: isOpposite ? `would be held against the ${position.side} position that is open` : 'nothing is open on the other side',
    numbers: { side: position?.side ?? null },
  }
}

const cooldown: Filter = ({ barsSinceExit }, { cooldownBars }) => ({
  denial: barsSinceExit >= cooldownBars ? PASSED : 'cooling_down',
  message: Number.isFinite(barsSinceExit)
    ? `${barsSinceExit} bars since the last position was closed, at least ${cooldownBars}`
    : 'no position was closed yet',
  numbers: { barsSinceExit: Number.isFinite(barsSinceExit) ? barsSinceExit : null, cooldownBars },
})

const FILTERS: Readonly<Record<FilterName, Filter>> = {
  confluence,
  funding,
  spread,
  regime,
  position_open: positionOpen,
  opposite_position: oppositePosition,
  cooldown,
}

/** A verdict of every filter, in the order of FILTER_NAMES. One that could not be judged has passed and its code is "unavailable". */
export function filterVerdicts(candidate: Candidate, limits: FilterLimits): readonly Verdict[] {
  return FILTER_NAMES.map((check) => {
    const { denial, message, numbers } = FILTERS[check](candidate, limits)
    const isKnown = Object.keys(numbers).length > 0
    return { check, passed: denial === null, code: denial ?? (isKnown ? 'ok' : 'unavailable'), message, numbers }
  })
}
