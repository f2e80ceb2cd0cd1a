// All twelve voters.
import type { ParameterSpec } from '../strategy.ts'
import { type VoterKind, type VoterName } from './voter.ts'
import { atrMomentum } from './voters/atr-momentum.ts'
import { bbSqueeze } from './voters/bb-squeeze.ts'
import { breakoutRetest } from './voters/breakout-retest.ts'
import { cvd } from './voters/cvd.ts'
import { emaPinch } from './voters/ema-pinch.ts'
import { fvg } from './voters/fvg.ts'
import { obi } from './voters/obi.ts'
import { rsiMr } from './voters/rsi-mr.ts'
import { sfp } from './voters/sfp.ts'
import { volumeProfile } from './voters/volume-profile.ts'
import { vwapBandsMr } from './voters/vwap-bands-mr.ts'
import { vwapPullback } from './voters/vwap-pullback.ts'

const KINDS: Readonly<Record<VoterName, VoterKind>> = {
  bb_squeeze: bbSqueeze,
  vwap_pullback: vwapPullback,
  vwap_bands_mr: vwapBandsMr,
  breakout_retest: breakoutRetest,
  atr_momentum: atrMomentum,
  rsi_mr: rsiMr,
  sfp,
  ema_pinch: emaPinch,
  cvd,
  fvg,
  volume_profile: volumeProfile,
  obi,
}

/** In the order of VOTER_NAMES. */
export const VOTER_KINDS: readonly VoterKind[] = Object.values(KINDS)
export const VOTER_PARAMETERS: readonly ParameterSpec[] = VOTER_KINDS.flatMap(({ parameters }) => parameters)
