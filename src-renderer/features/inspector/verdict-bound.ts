// What each check compares, where its numbers tell: the value, the bound, and on which side of it the value must be.
import type { Direction, Verdict } from './detail.ts'

export type Sense = 'below' | 'at most' | 'at least' | 'at most, either way'
export type Bound = { readonly name: string; readonly value: number; readonly bound: number; readonly sense: Sense }
type Reading = { readonly value: string; readonly bound: string; readonly sense: Sense; readonly onlyIf?: string }

const reading = (value: string, sense: Sense, bound: string): Reading => ({ value, bound, sense })
/** The checks of the risk officer, of the gates and of the bundled strategies. What is not here is shown with its numbers and not interpreted. */
const READINGS: Readonly<Record<string, readonly Reading[]>> = {
  account_drawdown: [reading('drawdown', 'below', 'drawdownMax')],
  available_margin: [reading('needed', 'at most', 'left')],
  confluence: [reading('confluence', 'at least', 'confluenceMin')],
  consecutive_losses: [reading('losses', 'below', 'consecutiveLossesMax')],
  cooldown: [reading('elapsedMs', 'at least', 'cooldownMs'), reading('barsSinceExit', 'at least', 'cooldownBars')],
  day_loss: [reading('loss', 'below', 'dayLossMax')],
  gross_exposure: [reading('value', 'at most', 'valueLeft')],
  leverage: [reading('leverage', 'at most', 'leverageMax'), reading('value', 'at most', 'valueLeft')],
  liquidation_distance: [reading('distance', 'at least', 'distanceMin')],
  regime: [{ ...reading('strength', 'at least', 'volatileStrengthMin'), onlyIf: 'isVolatile' }],
  risk_per_trade: [reading('atRisk', 'at most', 'riskMax')],
  spread: [reading('spreadPercent', 'at most, either way', 'spreadMaxPercent')],
  stop_distance: [reading('stopDistance', 'at least', 'stopDistanceMin'), reading('stopDistance', 'at most', 'stopDistanceMax')],
  strategy_score: [reading('score', 'at least', 'floor')],
  trades_per_day: [reading('tradesToday', 'below', 'tradesPerDayMax')],
  week_loss: [reading('loss', 'below', 'weekLossMax')],
}

/**
 * Everything the verdict on a signal of this direction compared, as far as its numbers tell. A reading counts only when all of them together
 * explain the verdict: one that failed has a value on the wrong side, one that passed has none. Otherwise the list is empty, because then
 * something else decided.
 */
export function boundsOf(verdict: Verdict, direction: Direction): readonly Bound[] {
  const bounds =
    verdict.check === 'funding' ? fundingBounds(verdict, direction) : (READINGS[verdict.check] ?? []).flatMap((one) => read(verdict, one))
  return bounds.every(holds) === verdict.passed ? bounds : []
}

function read({ numbers }: Verdict, { value, bound, sense, onlyIf }: Reading): readonly Bound[] {
  const [has, limit] = [numbers[value], numbers[bound]]
  if (typeof has !== 'number' || typeof limit !== 'number' || (onlyIf !== undefined && numbers[onlyIf] !== true)) return []
  return [{ name: value, value: has, bound: limit, sense }]
}

/** Mode 0 blocks the side that pays more than the limit: buys above it, sells below its opposite. Mode 1 blocks sells above it only. */
function fundingBounds({ numbers }: Verdict, direction: Direction): readonly Bound[] {
  const { fundingPercent: value, fundingMaxPercent: limit, fundingMode: mode } = numbers
  if (typeof value !== 'number' || typeof limit !== 'number' || direction === 'wait') return []
  if (mode === 1) return direction === 'sell' ? [{ name: 'fundingPercent', value, bound: limit, sense: 'at most' }] : []
  if (direction === 'buy') return [{ name: 'fundingPercent', value, bound: limit, sense: 'at most' }]
  return [{ name: 'fundingPercent', value, bound: -limit, sense: 'at least' }]
}

export function holds({ value, bound, sense }: Bound): boolean {
  switch (sense) {
    case 'below':
      return value < bound
    case 'at most':
      return value <= bound
    case 'at least':
      return value >= bound
    case 'at most, either way':
      return Math.abs(value) <= bound
    default:
      return sense satisfies never
  }
}

/** How far the value is from its bound, as a share of the larger of the two: 0 at the bound, 1 at most. */
export function distanceOf({ value, bound, sense }: Bound): number {
  const from = sense === 'at most, either way' ? Math.abs(value) : value
  const size = Math.max(Math.abs(from), Math.abs(bound))
  return size === 0 ? 0 : Math.min(1, Math.abs(from - bound) / size)
}
