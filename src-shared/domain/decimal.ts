// Exact decimals for money, prices, quantities and rates: a bigint that counts units of 10^-12.
// The representation is known to this file alone; docs/decisions.md tells what it was measured against.

/** Digits after the point that every exact value carries. */
export const SCALE = 12
const ONE = 10n ** BigInt(SCALE)

declare const kind: unique symbol
/** An exact decimal of one kind. Kinds never mix: a Price cannot be passed where a Quantity is expected. */
type Exact<K extends string> = bigint & { readonly [kind]: K }

/** Quote currency per unit of base. Never negative on a real market, but a difference of prices may be. */
export type Price = Exact<'price'>
/** Amount in base units (or contracts where the instrument says so). Signed only inside a net position. */
export type Quantity = Exact<'quantity'>
/** Amount of the settlement currency. */
export type Money = Exact<'money'>
/** A plain fraction: 0.0004 is 4 basis points. */
export type Rate = Exact<'rate'>

export type Decimal = Price | Quantity | Money | Rate

/**
 * What to do with digits that do not fit.
 * `down` is towards negative infinity, `up` towards positive infinity, `half_even` to the nearest (ties to even).
 */
export type Rounding = 'down' | 'up' | 'half_even'

const DECIMAL_TEXT = /^(-?)(\d{1,24})(?:\.(\d{1,12}))?$/

function parseUnits(text: string, what: string): bigint {
  const match = DECIMAL_TEXT.exec(text)
  if (!match) throw new RangeError(`${what}: "${text}" is not a plain decimal (up to 24 digits, up to ${SCALE} after the point)`)
  const [, sign, whole, fraction = ''] = match
  const units = BigInt(`${whole}${fraction.padEnd(SCALE, '0')}`)
  return sign === '-' ? -units : units
}

/** Parses a plain decimal such as "-12.5". Throws RangeError naming the text for anything else (exponents, spaces, NaN). */
export const price = (text: string): Price => parseUnits(text, 'price') as Price
export const quantity = (text: string): Quantity => parseUnits(text, 'quantity') as Quantity
export const money = (text: string): Money => parseUnits(text, 'money') as Money
export const rate = (text: string): Rate => parseUnits(text, 'rate') as Rate

export const ZERO_PRICE = 0n as Price
export const ZERO_QUANTITY = 0n as Quantity
export const ZERO_MONEY = 0n as Money
export const ZERO_RATE = 0n as Rate

/** Shortest plain decimal text: no exponent, no trailing zeros, "0" for zero. `price(toText(p)) === p` always holds. */
export function toText(value: Decimal): string {
  const negative = value < 0n
  const digits = absolute<Decimal>(value)
    .toString()
    .padStart(SCALE + 1, '0')
  const point = digits.length - SCALE
  let end = digits.length
  while (end > point && digits[end - 1] === '0') end -= 1
  const text = end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`
  return negative ? `-${text}` : text
}

/** Units of 10^-6, in which nearly every price and size is whole: float64 is exact for them up to nine billion. */
const MICRO = 10n ** BigInt(SCALE - 6)
const MICRO_PER_ONE = 1e6
/** Units of 10^-8, in which venues book fees and wallets. */
const WALLET_UNIT = 10n ** BigInt(SCALE - 8)
const WALLET_UNITS_PER_ONE = 1e8
const UNITS_PER_ONE = 10 ** SCALE

/** The nearest float64. For features, charts and comparisons with market data; never for the ledger. */
export function toNumber(value: Decimal): number {
  // A quotient of two exact integers is rounded once, so it is the nearest float64.
  const micros = Number((value as bigint) / MICRO)
  if (Number.isSafeInteger(micros) && (value as bigint) % MICRO === 0n) return micros / MICRO_PER_ONE
  // Fees and wallets have eight digits after the point, fractions twelve.
  const wallet = Number((value as bigint) / WALLET_UNIT)
  if (Number.isSafeInteger(wallet) && (value as bigint) % WALLET_UNIT === 0n) return wallet / WALLET_UNITS_PER_ONE
  const units = Number(value)
  return Number.isSafeInteger(units) ? units / UNITS_PER_ONE : Number(toText(value))
}

/** Integer division with explicit rounding. `divisor` must not be zero. */
function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  if (divisor === 0n) throw new RangeError('exact division by zero')
  if (divisor < 0n) return divide(-dividend, -divisor, rounding)
  const quotient = dividend / divisor
  // By multiplication: a second long division would cost as much as the first.
  const remainder = dividend - quotient * divisor
  if (remainder === 0n) return quotient
  const floor = remainder < 0n ? quotient - 1n : quotient
  if (rounding === 'down') return floor
  if (rounding === 'up') return floor + 1n
  const twice = 2n * (remainder < 0n ? remainder + divisor : remainder)
  if (twice === divisor) return floor % 2n === 0n ? floor : floor + 1n
  return twice > divisor ? floor + 1n : floor
}

/** a × b of which one is a fraction of one. */
function scaled(a: bigint, b: bigint, rounding: Rounding): bigint {
  // Of whole millionths the product is exact, and small enough for the machine's own integers: seven times as fast.
  if (a % MICRO === 0n && b % MICRO === 0n) return (a / MICRO) * (b / MICRO)
  return divide(a * b, ONE, rounding)
}

export const add = <D extends Decimal>(a: D, b: D): D => ((a as bigint) + (b as bigint)) as D
export const subtract = <D extends Decimal>(a: D, b: D): D => ((a as bigint) - (b as bigint)) as D
export const negate = <D extends Decimal>(a: D): D => -(a as bigint) as D
export const absolute = <D extends Decimal>(a: D): D => (a < 0n ? negate(a) : a)
export const smaller = <D extends Decimal>(a: D, b: D): D => (a < b ? a : b)
export const larger = <D extends Decimal>(a: D, b: D): D => (a > b ? a : b)
export const sum = <D extends Decimal>(values: readonly D[]): D => values.reduce<bigint>((total, value) => total + value, 0n) as D

/** price × quantity. Exact whenever the two carry at most 12 digits after the point together; otherwise rounded half to even. */
export const notionalOf = (p: Price, q: Quantity): Money => scaled(p, q, 'half_even') as Money
/** money × rate, rounded as told: fees are charged `up`, rebates and limits `down`. */
export const timesRate = (m: Money, r: Rate, rounding: Rounding): Money => scaled(m, r, rounding) as Money
/** money ÷ rate: the value whose share `r` is `m`. Throws RangeError when the rate is zero. */
export const overRate = (m: Money, r: Rate, rounding: Rounding): Money => divide(m * ONE, r, rounding) as Money
/** quantity × rate, before it is quantised to a lot. */
export const quantityTimesRate = (q: Quantity, r: Rate, rounding: Rounding): Quantity => scaled(q, r, rounding) as Quantity
/** price × rate, for example a distance of 0.5 % of the price. */
export const priceTimesRate = (p: Price, r: Rate, rounding: Rounding): Price => scaled(p, r, rounding) as Price
/** money ÷ price, as a quantity. Throws RangeError when the price is zero. */
export const quantityFor = (m: Money, p: Price, rounding: Rounding): Quantity => divide(m * ONE, p, rounding) as Quantity
/** money ÷ quantity, as a price: the average of a cost. Throws RangeError when the quantity is zero. */
export const averagePrice = (cost: Money, q: Quantity, rounding: Rounding): Price => divide(cost * ONE, q, rounding) as Price
/** a ÷ b of the same kind, as a fraction. Throws RangeError when b is zero. */
export const ratioOf = <D extends Decimal>(a: D, b: D): Rate => divide(a * ONE, b, 'half_even') as Rate

/** The multiple of `step` next to `value` in the direction of `rounding`. Throws RangeError when the step is not positive. */
export function toStep<D extends Decimal>(value: D, step: D, rounding: Rounding): D {
  if (step <= 0n) throw new RangeError(`step ${toText(step)} must be more than 0`)
  // Most values are on the grid already.
  if ((value as bigint) % (step as bigint) === 0n) return value
  return (divide(value, step, rounding) * step) as D
}
export const isMultipleOf = <D extends Decimal>(value: D, step: D): boolean => step > 0n && (value as bigint) % (step as bigint) === 0n

/**
 * The exact decimal nearest to what a float64 is written as (its shortest text, so that 118000.1 stays 118000.1), to 12 digits after the point.
 * Private to the domain: a float becomes a price or a quantity only through an instrument.
 * Throws RangeError for NaN, infinities and magnitudes of 1e15 and more, where a float64 has no digit left for cents.
 */
export function unitsFromFloat(value: number, what: string): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) throw new RangeError(`${what}: ${value} is not a finite number below 1e15`)
  // With at most 15 digits in all, six of them after the point, the shortest text is this very decimal.
  const micros = Math.round(value * MICRO_PER_ONE)
  if (Math.abs(micros) < 1e15 && micros / MICRO_PER_ONE === value) return BigInt(micros) * MICRO
  const text = value.toString()
  const point = text.indexOf('.')
  const decimals = point < 0 ? 0 : text.length - point - 1
  if (text.includes('e') || decimals > SCALE) return parseUnits(value.toFixed(SCALE), what)
  // Both parts are whole numbers below 2^53: this spares the pattern and the padding of `parseUnits`.
  const whole = BigInt(Math.trunc(value)) * ONE
  const fraction = decimals === 0 ? 0n : BigInt(Number(text.slice(point + 1)) * 10 ** (SCALE - decimals))
  return value < 0 ? whole - fraction : whole + fraction
}
/** A fraction from a setting or a computed factor. See {@link unitsFromFloat} for what throws. */
export const rateFromNumber = (value: number): Rate => unitsFromFloat(value, 'rate') as Rate
/**
 * A float amount of settlement currency, for risk estimates that are themselves floats: rounded to a millionth, which is more than they know.
 * Throws RangeError for NaN, infinities and magnitudes of 1e15 and more.
 */
export function moneyFromNumber(value: number): Money {
  const micros = Math.round(value * MICRO_PER_ONE)
  return (Number.isSafeInteger(micros) ? BigInt(micros) * MICRO : unitsFromFloat(value, 'money')) as Money
}
