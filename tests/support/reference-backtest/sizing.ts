// How much the reference desk buys: domain.md section 8, step by step, for an account without other positions.
import { type Exact, exact, floorTo, min } from './exact.ts'

export type SizingQuestion = {
  readonly equity: Exact
  readonly riskPerTrade: Exact
  readonly entry: Exact
  readonly stop: Exact
  readonly strength: Exact
  readonly leverage: Exact
  /** Volatility per year at which the size is not changed, and what it has been; null while that is not known. */
  readonly volatilityTarget: number
  readonly volatility: number | null
  /** Section 9: position value at most this share of equity × leverage, all positions at most this multiple of equity. */
  readonly positionShareMax: Exact
  readonly leverageMax: Exact
  readonly grossExposureMax: Exact
  readonly takerFee: Exact
  readonly lot: Exact
  readonly maxMarket: Exact
}
export type Size = { /** Before any cap. */ readonly value: Exact; readonly quantity: Exact }

export function sizeOf(q: SizingQuestion): Size {
  const distance = q.entry.sub(q.stop).abs()
  const risk = q.equity.mul(q.riskPerTrade)
  const strength = exact('0.5').add(exact('0.5').mul(min(q.strength, exact(1))))
  const volatility = q.volatility === null ? 1 : Math.min(1.5, Math.max(0.25, q.volatilityTarget / q.volatility))
  const value = risk.div(distance.div(q.entry)).mul(strength).mul(exact(volatility))
  const leverage = min(q.leverage, q.leverageMax)
  const values = [
    value,
    q.equity.mul(q.positionShareMax).mul(leverage),
    q.equity.mul(q.leverageMax),
    q.equity.mul(q.grossExposureMax),
    q.equity.div(exact(1).div(q.leverage).add(q.takerFee)),
  ]
  const quantities = [...values.map((each) => each.div(q.entry)), risk.div(distance), q.maxMarket]
  return { value, quantity: floorTo(quantities.reduce(min), q.lot) }
}
