// How much is in the market, by symbol and side, and how far each position is from its stop and from liquidation. Pure; estimates only.
import type { Position } from '../../stores/desk-state.ts'

export type Exposure = {
  readonly instrumentId: string
  /** Value at the mark price, in the settlement currency, 0 or more. */
  readonly long: number
  readonly short: number
  readonly net: number
  /** Long plus short as a multiple of equity; null while equity is not known or not positive. */
  readonly ofEquity: number | null
}
type Sides = { long: number; short: number }

const valueOf = (position: Position): number => Number(position.quantity) * position.markPrice

/** One row per symbol, the largest first. */
export function exposureBySymbol(positions: readonly Position[], equity: number | null): readonly Exposure[] {
  const sums = new Map<string, Sides>()
  for (const position of positions) {
    const sum = sums.get(position.instrumentId) ?? { long: 0, short: 0 }
    sum[position.side] += valueOf(position)
    sums.set(position.instrumentId, sum)
  }
  const rows = [...sums].map(([instrumentId, sum]) => rowOf(instrumentId, sum, equity))
  return rows.toSorted((a, b) => b.long + b.short - (a.long + a.short) || a.instrumentId.localeCompare(b.instrumentId))
}

/** All symbols together. */
export const totalExposure = (rows: readonly Exposure[], equity: number | null): Exposure =>
  rowOf(
    'all',
    rows.reduce((sum, { long, short }) => ({ long: sum.long + long, short: sum.short + short }), { long: 0, short: 0 }),
    equity,
  )

const rowOf = (instrumentId: string, { long, short }: Sides, equity: number | null): Exposure => ({
  instrumentId,
  long,
  short,
  net: long - short,
  ofEquity: equity !== null && equity > 0 ? (long + short) / equity : null,
})

export type Distances = {
  readonly position: Position
  /** Fraction of the mark price that the market must move against the position; negative once it is past. Null without a stop. */
  readonly toStop: number | null
  readonly toLiquidation: number | null
  /** Why this position deserves a look, or null. */
  readonly warning: string | null
}

/** Every position with its distances, the nearest to liquidation first; those without a liquidation price come last. */
export function distancesOf(positions: readonly Position[]): readonly Distances[] {
  const far = (row: Distances): number => row.toLiquidation ?? Infinity
  const rows = positions.map(distanceOf)
  return rows.toSorted((a, b) => (far(a) === far(b) ? 0 : far(a) - far(b)))
}

function distanceOf(position: Position): Distances {
  const direction = position.side === 'long' ? 1 : -1
  const to = (price: number): number | null =>
    position.markPrice > 0 && price > 0 ? (direction * (position.markPrice - price)) / position.markPrice : null
  const toStop = position.stopState === 'working' ? to(Number(position.stopPrice)) : null
  const toLiquidation = position.liquidationPrice === null ? null : to(position.liquidationPrice)
  return { position, toStop, toLiquidation, warning: warningOf(toStop, toLiquidation) }
}

function warningOf(toStop: number | null, toLiquidation: number | null): string | null {
  if (toStop === null) return 'no working stop'
  if (toLiquidation !== null && toLiquidation <= toStop) return 'liquidation is nearer than the stop'
  return null
}
