// Every source on the network, in the order in which they are shown and asked.
import type { LiveSource } from '../source.ts'
import { btcDominance } from './btc-dominance.ts'
import { fearGreed } from './fear-greed.ts'
import { fundingRate } from './funding-rate.ts'
import { hashRate } from './hash-rate.ts'
import { HEADLINE_FEEDS } from './headlines.ts'
import { openInterest } from './open-interest.ts'
import { globalLongShort, takerRatio, topLongShort } from './positioning.ts'
import { spotPrice } from './spot-price.ts'

export const LIVE_SOURCES: readonly LiveSource[] = [
  fearGreed,
  btcDominance,
  hashRate,
  fundingRate,
  spotPrice,
  openInterest,
  topLongShort,
  globalLongShort,
  takerRatio,
  ...HEADLINE_FEEDS,
]
