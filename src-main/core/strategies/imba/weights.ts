// How much each voter counts, and when it counts more. These numbers are the specification's and no settings.
import { FLAT, TREND, VOLATILE } from '../../regime/imba-3.ts'
import { VOTER_NAMES, type VoterName } from './voter.ts'

export const WEIGHTS: Readonly<Record<VoterName, number>> = {
  bb_squeeze: 0.6,
  vwap_pullback: 0.7,
  vwap_bands_mr: 0.7,
  breakout_retest: 0.65,
  atr_momentum: 0.7,
  rsi_mr: 0.9,
  sfp: 1,
  ema_pinch: 0.55,
  cvd: 0.8,
  fvg: 0.7,
  volume_profile: 0.75,
  obi: 0.6,
}

const BOOST = 1.3
/** By code of imba-3. */
const BOOSTED: ReadonlyMap<number, readonly VoterName[]> = new Map<number, readonly VoterName[]>([
  [VOLATILE, ['sfp']],
  [TREND, ['breakout_retest', 'atr_momentum', 'volume_profile']],
  [FLAT, ['vwap_bands_mr', 'rsi_mr']],
])

/** The multiplier of a voter in a regime, by code of imba-3. 1 while the regime is unknown. */
export const multiplierOf = (name: VoterName, regimeCode: number): number => (BOOSTED.get(regimeCode)?.includes(name) ? BOOST : 1)

const factorsIn = (regimeCode: number): Float64Array =>
  Float64Array.from(VOTER_NAMES, (name) => WEIGHTS[name] * multiplierOf(name, regimeCode))
const FACTORS = [VOLATILE, TREND, FLAT].map(factorsIn)
const UNKNOWN_FACTORS = factorsIn(-1)

/** Weight × multiplier of every voter, in the order of VOTER_NAMES. The same array each time. */
export const voteFactors = (regimeCode: number): Float64Array => FACTORS[regimeCode] ?? UNKNOWN_FACTORS
