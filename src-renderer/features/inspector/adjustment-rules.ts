// What an adjustment would have been had its measure stood elsewhere. The limits are those of the trace; the factors are the law of the two bundled
// adjustments (Fear & Greed: × 1.19 with the contrarian, × 0.80 against it; dominance of Bitcoin: × 0.70 for everything else).
import type { Adjustment, Direction } from './detail.ts'

const WITH_THE_CONTRARIAN = 1.19
const AGAINST_THE_CONTRARIAN = 0.8
const UNDER_DOMINANCE = 0.7

/** Where the measure stands and where it would have to stand. */
export type Condition = {
  readonly value: number
  readonly sense: 'at most' | 'at least' | 'above' | 'below'
  readonly bound: number
  readonly unit: '' | '%'
}
/** Another factor, and what leads to it; null: the adjustment is left out. */
export type Alternative = { readonly factor: number; readonly condition: Condition | null }

/**
 * The other factors this adjustment can have. An adjustment that is not known can only be left out, and one whose factor does not follow from
 * its own numbers is not interpreted either.
 */
export function alternativesOf(adjustment: Adjustment, direction: Direction): readonly Alternative[] {
  const known = ruleOf(adjustment, direction)
  if (known !== null) return known
  return adjustment.factor === 1 || adjustment.factor === 0 ? [] : [{ factor: 1, condition: null }]
}

function ruleOf(adjustment: Adjustment, direction: Direction): readonly Alternative[] | null {
  if (direction === 'wait') return null
  if (adjustment.name === 'fear_greed') return fearGreed(adjustment, direction)
  return adjustment.name === 'btc_dominance' ? dominance(adjustment) : null
}

function fearGreed({ factor, why }: Adjustment, direction: 'buy' | 'sell'): readonly Alternative[] | null {
  const { fear_greed: value, fearMax, greedMin } = why
  if (typeof value !== 'number' || typeof fearMax !== 'number' || typeof greedMin !== 'number') return null
  const inFear = direction === 'buy' ? WITH_THE_CONTRARIAN : AGAINST_THE_CONTRARIAN
  const inGreed = direction === 'buy' ? AGAINST_THE_CONTRARIAN : WITH_THE_CONTRARIAN
  const at = (sense: Condition['sense'], bound: number): Condition => ({ value, sense, bound, unit: '' })
  const fear: Alternative = { factor: inFear, condition: at('at most', fearMax) }
  const greed: Alternative = { factor: inGreed, condition: at('at least', greedMin) }
  const zone = value <= fearMax ? 'fear' : value >= greedMin ? 'greed' : 'between'
  if (factor !== { fear: inFear, greed: inGreed, between: 1 }[zone]) return null
  if (zone === 'between') return [fear, greed]
  const between: Alternative = { factor: 1, condition: zone === 'fear' ? at('above', fearMax) : at('below', greedMin) }
  return zone === 'fear' ? [between, greed] : [between, fear]
}

function dominance({ factor, why }: Adjustment): readonly Alternative[] | null {
  const { btc_dominance: share, dominanceMaxPercent: bound, isBitcoin } = why
  if (typeof share !== 'number' || typeof bound !== 'number') return null
  if (isBitcoin === true) return factor === 1 ? [] : null
  const value = 100 * share
  const under = value > bound
  if (factor !== (under ? UNDER_DOMINANCE : 1)) return null
  const condition: Condition = { value, sense: under ? 'at most' : 'above', bound, unit: '%' }
  return [{ factor: under ? 1 : UNDER_DOMINANCE, condition }]
}
