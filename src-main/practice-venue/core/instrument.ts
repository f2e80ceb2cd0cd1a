// What can be traded here, and the limits each venue puts on it.
import type { Money, Price, Quantity, Rate } from '../../../src-shared/domain/decimal.ts'

/**
 * `linear`: quantity in base units, profit in quote. `inverse`: quantity in quote units (USD), profit in base.
 * A venue that counts in contracts converts at its wire.
 */
export type ContractKind = 'linear' | 'inverse'

/** Up to `notionalCap` of the settlement currency a position may use `leverageMax`. Sorted by floor. */
export type LeverageBracket = {
  readonly notionalFloor: Money
  readonly notionalCap: Money
  readonly leverageMax: number
  readonly maintenanceRate: Rate
  /** What the lower brackets save: maintenance margin = notional × rate − this. */
  readonly maintenanceAmount: Money
}

/** `settling`: only orders that reduce. `closed`: none, and the instrument leaves the lists. */
export type InstrumentStatus = 'trading' | 'settling' | 'closed'

export type VenueInstrument = {
  /** The venue's own name, such as BTCUSDT or BTC-PERPETUAL. */
  readonly symbol: string
  readonly kind: ContractKind
  readonly base: string
  readonly quote: string
  readonly settle: string
  readonly tickSize: Price
  readonly lotSize: Quantity
  readonly minQuantity: Quantity
  readonly maxQuantity: Quantity
  readonly maxMarketQuantity: Quantity
  /** In settlement currency; 0 for none. Reduce-only orders are exempt. */
  readonly minNotional: Money
  /** A buy limit may lie this far above the mark price, a sell limit this far below it. */
  readonly percentPrice: Rate
  readonly makerFeeRate: Rate
  readonly takerFeeRate: Rate
  readonly liquidationFeeRate: Rate
  readonly fundingIntervalMs: number
  readonly brackets: readonly LeverageBracket[]
  readonly onboardMs: number
}

export const bracketFor = (instrument: VenueInstrument, notional: Money): LeverageBracket => {
  const found = instrument.brackets.findLast(({ notionalFloor }) => notional >= notionalFloor) ?? instrument.brackets[0]
  if (!found) throw new RangeError(`${instrument.symbol}: no leverage bracket`)
  return found
}

/** The largest notional that may be held at this leverage. */
export const notionalMax = (instrument: VenueInstrument, leverage: number): Money =>
  instrument.brackets.reduce<Money>(
    (most, { leverageMax, notionalCap }) => (leverageMax >= leverage && notionalCap > most ? notionalCap : most),
    0n as Money,
  )

export const leverageMax = (instrument: VenueInstrument): number => Math.max(...instrument.brackets.map((bracket) => bracket.leverageMax))
