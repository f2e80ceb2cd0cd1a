// Measures what exact money costs: the branded bigint of src-shared/domain/decimal.ts against decimal.js, on the same books.
// Every minute of the bundled BTC recording is one fill at its close, in cycles of open, add, reduce and close. Both replays do per fill what
// the portfolio does: parse, notional, fee, average cost, profit, ledger, and the balance as text. They must end in the same balance,
// digit for digit. Run: node --expose-gc tests/bench/decimal.bench.ts
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Decimal } from 'decimal.js'
import {
  type Money,
  type Price,
  type Quantity,
  ZERO_MONEY,
  ZERO_PRICE,
  ZERO_QUANTITY,
  add,
  averagePrice,
  money,
  negate,
  notionalOf,
  price,
  quantity,
  rate,
  subtract,
  timesRate,
  toText,
} from '../../src-shared/domain/decimal.ts'

const RECORDING = new URL('../../assets/market/BTCUSDT-1m.csv.gz', import.meta.url)
const ROUNDS = 9
const OPENING_BALANCE = '10000000'
const FEE_RATE = '0.0005'
/** One position: opened, added to, reduced, closed. */
const CYCLE = [
  { quantity: '0.019', opens: true },
  { quantity: '0.007', opens: true },
  { quantity: '0.010', opens: false },
  { quantity: '0.016', opens: false },
] as const

type FillText = { readonly price: string; readonly quantity: string; readonly opens: boolean; readonly long: boolean }

function readFills(): FillText[] {
  const lines = gunzipSync(readFileSync(RECORDING)).toString('utf8').trim().split('\n')
  const closeColumn = (lines[0] ?? '').split(',').indexOf('close')
  if (closeColumn < 0) throw new Error(`${RECORDING.pathname}: no column "close" in "${lines[0]}"`)
  return lines.slice(1).map((line, index) => {
    const step = CYCLE[index % CYCLE.length] ?? CYCLE[0]
    return { price: line.split(',')[closeColumn] ?? '', ...step, long: Math.floor(index / CYCLE.length) % 2 === 0 }
  })
}

type Totals = { readonly balance: string; readonly fees: string; readonly textLength: number }

function replayBigint(fills: readonly FillText[]): Totals {
  const feeRate = rate(FEE_RATE)
  let balance: Money = money(OPENING_BALANCE)
  let fees: Money = ZERO_MONEY
  let held: Quantity = ZERO_QUANTITY
  let entryPrice: Price = ZERO_PRICE
  let textLength = 0
  for (const fill of fills) {
    const at = price(fill.price)
    const size = quantity(fill.quantity)
    const notional = notionalOf(at, size)
    const fee = timesRate(notional, feeRate, 'up')
    if (fill.opens) {
      const cost = add(notionalOf(entryPrice, held), notional)
      held = add(held, size)
      entryPrice = averagePrice(cost, held, 'half_even')
    } else {
      const rise = subtract(notional, notionalOf(entryPrice, size))
      balance = add(balance, fill.long ? rise : negate(rise))
      held = subtract(held, size)
      if (held === 0n) entryPrice = ZERO_PRICE
    }
    balance = subtract(balance, fee)
    fees = add(fees, fee)
    textLength += toText(balance).length
  }
  return { balance: toText(balance), fees: toText(fees), textLength }
}

const DIGITS = 12
/** Enough digits that no product or quotient is cut before it is rounded to twelve places. */
const Exact = Decimal.clone({ precision: 40, toExpNeg: -40, toExpPos: 40 })
const halfEven = (value: Decimal): Decimal => value.toDecimalPlaces(DIGITS, Decimal.ROUND_HALF_EVEN)

function replayDecimalJs(fills: readonly FillText[]): Totals {
  const feeRate = new Exact(FEE_RATE)
  const zero = new Exact(0)
  let balance = new Exact(OPENING_BALANCE)
  let fees = zero
  let held = zero
  let entryPrice = zero
  let textLength = 0
  for (const fill of fills) {
    const at = new Exact(fill.price)
    const size = new Exact(fill.quantity)
    const notional = halfEven(at.times(size))
    const fee = notional.times(feeRate).toDecimalPlaces(DIGITS, Decimal.ROUND_CEIL)
    if (fill.opens) {
      const cost = halfEven(entryPrice.times(held)).plus(notional)
      held = held.plus(size)
      entryPrice = halfEven(cost.dividedBy(held))
    } else {
      const rise = notional.minus(halfEven(entryPrice.times(size)))
      balance = balance.plus(fill.long ? rise : rise.negated())
      held = held.minus(size)
      if (held.isZero()) entryPrice = zero
    }
    balance = balance.minus(fee)
    fees = fees.plus(fee)
    textLength += balance.toString().length
  }
  return { balance: balance.toString(), fees: fees.toString(), textLength }
}

const collectGarbage = globalThis.gc ?? ((): void => undefined)

/** Nanoseconds per fill of each round, after one round to warm up. The two take turns, so that a slow moment of the machine hits both. */
function measure(fills: readonly FillText[]): { bigint: number[]; decimalJs: number[] } {
  const times = { bigint: [] as number[], decimalJs: [] as number[] }
  const timed = (replay: typeof replayBigint): number => {
    collectGarbage()
    const startedNs = process.hrtime.bigint()
    replay(fills)
    return Number(process.hrtime.bigint() - startedNs) / fills.length
  }
  for (let round = 0; round <= ROUNDS; round++) {
    const bigint = timed(replayBigint)
    const decimalJs = timed(replayDecimalJs)
    if (round === 0) continue
    times.bigint.push(bigint)
    times.decimalJs.push(decimalJs)
  }
  return times
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const fills = readFills()
const [ours, theirs] = [replayBigint(fills), replayDecimalJs(fills)]
if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
  throw new Error(`the books differ: bigint ${JSON.stringify(ours)}, decimal.js ${JSON.stringify(theirs)}`)
}
const times = measure(fills)
const bigintNsPerFill = median(times.bigint)
const decimalJsNsPerFill = median(times.decimalJs)
const ratios = times.bigint.map((bigint, round) => (times.decimalJs[round] ?? Number.NaN) / bigint)

console.log(`${fills.length} fills, both end with a balance of ${ours.balance} after fees of ${ours.fees}`)
console.log(
  `branded bigint ${bigintNsPerFill.toFixed(0)} ns per fill, decimal.js ${decimalJsNsPerFill.toFixed(0)} ns per fill (medians of ${ROUNDS})`,
)
console.log(
  `fastest rounds: ${Math.min(...times.bigint).toFixed(0)} ns and ${Math.min(...times.decimalJs).toFixed(0)} ns, the least disturbed by other work`,
)
console.log(`ratio ${median(ratios).toFixed(2)} ×, ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} over the rounds`)
console.log(
  JSON.stringify({
    bench: 'decimal',
    fills: fills.length,
    rounds: ROUNDS,
    bigintNsPerFill: Math.round(bigintNsPerFill),
    decimalJsNsPerFill: Math.round(decimalJsNsPerFill),
    bigintNsPerFillMin: Math.round(Math.min(...times.bigint)),
    decimalJsNsPerFillMin: Math.round(Math.min(...times.decimalJs)),
    ratioMedian: Number(median(ratios).toFixed(2)),
    ratioMin: Number(Math.min(...ratios).toFixed(2)),
    ratioMax: Number(Math.max(...ratios).toFixed(2)),
  }),
)
