// Plain decimals for the reference backtest, by decimal.js: nothing in this folder imports the program it is held against.
import { Decimal } from 'decimal.js'

/** Sixty digits, so that nothing but an explicit rounding rounds. */
const Wide = Decimal.clone({ precision: 60, toExpNeg: -60, toExpPos: 60 })
export type Exact = Decimal
export const exact = (value: string | number | Exact): Exact => new Wide(value)
export const ZERO = exact(0)

export const floorTo = (value: Exact, step: Exact): Exact => value.div(step).floor().mul(step)
export const ceilTo = (value: Exact, step: Exact): Exact => value.div(step).ceil().mul(step)
/** The twelve digits that an account keeps of an amount or an average price, half to even. */
export const booked = (value: Exact): Exact => value.toDecimalPlaces(12, Decimal.ROUND_HALF_EVEN)
/** The eight digits that a venue charges in, against us. */
const CENT = exact('0.00000001')
export const charged = (value: Exact): Exact => ceilTo(value, CENT)
export const min = (a: Exact, b: Exact): Exact => (a.lt(b) ? a : b)
export const max = (a: Exact, b: Exact): Exact => (a.gt(b) ? a : b)
export const text = (value: Exact): string => value.toFixed()
