// What a quantity is worth and what it earned, by kind of contract. Everything else in the core is the same for both.
import {
  type Money,
  type Price,
  type Quantity,
  ZERO_MONEY,
  ZERO_PRICE,
  absolute,
  averagePrice,
  money,
  negate,
  notionalOf,
  quantityFor,
  subtract,
  toStep,
} from '../../../src-shared/domain/decimal.ts'
import type { ContractKind } from './instrument.ts'

/** Wallets are kept to eight digits after the point, as venues keep them. */
const WALLET_STEP = money('0.00000001')
export const toWallet = (value: Money): Money => toStep(value, WALLET_STEP, 'half_even')

/** The quantity's worth in settlement currency: q × p for linear contracts, q ÷ p for inverse ones. Never negative. */
export function valueOf(kind: ContractKind, price: Price, quantity: Quantity): Money {
  const size = absolute(quantity)
  if (kind === 'linear') return notionalOf(price, size)
  return price <= 0n ? ZERO_MONEY : (quantityFor(size as bigint as Money, price, 'half_even') as bigint as Money)
}

/** Profit of a position of signed `quantity` that cost `cost`, were it closed at `price`. */
export function profitAt(kind: ContractKind, position: { readonly quantity: Quantity; readonly cost: Money }, price: Price): Money {
  const gain = subtract(valueOf(kind, price, position.quantity), position.cost)
  return position.quantity > 0n === (kind === 'linear') ? gain : negate(gain)
}

/** Average entry: cost ÷ quantity for linear contracts, quantity ÷ cost for inverse ones. 0 without a position. */
export function entryPriceOf(kind: ContractKind, position: { readonly quantity: Quantity; readonly cost: Money }): Price {
  const size = absolute(position.quantity)
  if (size === 0n || position.cost <= 0n) return ZERO_PRICE
  if (kind === 'linear') return averagePrice(position.cost, size, 'half_even')
  return averagePrice(size as bigint as Money, position.cost as bigint as Quantity, 'half_even')
}

/** `part` of `whole` of an amount, rounded half to even. */
export const shareOf = (amount: Money, part: Quantity, whole: Quantity): Money =>
  part === whole ? amount : ((((amount as bigint) * (part as bigint) * 2n + (whole as bigint)) / ((whole as bigint) * 2n)) as Money)
