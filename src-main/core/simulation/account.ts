// Wallet, net positions and cross margin of the simulated account. Money is exact; the float estimate only tells when to look exactly.
import {
  type Money,
  type Price,
  type Quantity,
  type Rate,
  ZERO_MONEY,
  ZERO_PRICE,
  ZERO_QUANTITY,
  absolute,
  add,
  averagePrice,
  negate,
  notionalOf,
  money,
  quantityTimesRate,
  rate,
  smaller,
  subtract,
  timesRate,
  toNumber,
  toStep,
} from '../../../src-shared/domain/decimal.ts'
import type { OrderSide, PositionSide } from '../../../src-shared/domain/instrument.ts'
import type { VenuePosition } from '../../../src-shared/events/venue-report.ts'
import { feeRates } from './fee-schedule.ts'
import type { CandlePath } from './venue.ts'
import { type Ledger, type Market, type OrderAtVenue, type VenueCore, type WorkingOrder, lastPrice, markPrice } from './state.ts'

/** Binance books the wallet to 8 digits after the point. */
const MONEY_STEP = money('0.00000001')
const ONE = rate('1')

export const walletBalance = (ledger: Ledger): Money => add(subtract(add(ledger.deposit, ledger.realizedPnl), ledger.fees), ledger.funding)

/** notional × rate, rounded up at the 8th digit. A negative rate is a rebate, and rounding up makes it smaller. */
export const feeFor = (notional: Money, feeRate: Rate): Money => toStep(timesRate(notional, feeRate, 'up'), MONEY_STEP, 'up')

export const positionSide = (market: Market): PositionSide | null =>
  market.positionQuantity === 0n ? null : market.positionQuantity > 0n ? 'long' : 'short'

/** How much of the position a trade on this side could close. */
export const reducible = (market: Market, side: OrderSide): Quantity => {
  const held = market.positionQuantity
  return (side === 'sell' ? held > 0n : held < 0n) ? absolute(held) : ZERO_QUANTITY
}

export type Trade = { readonly side: OrderSide; readonly price: Price; readonly quantity: Quantity; readonly fee: Money }

/** Books a trade: fee, realised profit at average cost, and the new position, turned over when the trade is larger than what it closes. */
export function applyTrade(core: VenueCore, market: Market, trade: Trade): void {
  core.ledger.fees = add(core.ledger.fees, trade.fee)
  const closed = smaller(trade.quantity, reducible(market, trade.side))
  if (closed > 0n) {
    const rise = subtract(notionalOf(trade.price, closed), notionalOf(market.entryPrice, closed))
    core.ledger.realizedPnl = add(core.ledger.realizedPnl, trade.side === 'sell' ? rise : negate(rise))
  }
  const opened = subtract(trade.quantity, closed)
  const before = absolute(market.positionQuantity)
  market.positionQuantity = add(market.positionQuantity, trade.side === 'buy' ? trade.quantity : negate(trade.quantity))
  if (market.positionQuantity === 0n) market.entryPrice = ZERO_PRICE
  else if (opened > 0n) market.entryPrice = closed > 0n ? trade.price : blendedEntry(market.entryPrice, before, trade)
  refreshAccount(core, market)
}

function blendedEntry(entry: Price, held: Quantity, trade: Trade): Price {
  const cost = add(notionalOf(entry, held), notionalOf(trade.price, trade.quantity))
  return averagePrice(cost, add(held, trade.quantity), 'half_even')
}

/**
 * Funding on the open position at the mark price: a long pays a positive rate, a short receives it.
 * Returns what the wallet gains (negative: pays), rounded against us at the 8th digit.
 */
export function applyFundingTo(core: VenueCore, market: Market, fundingRate: Rate): Money {
  const paid = timesRate(notionalOf(markPrice(core, market), market.positionQuantity), fundingRate, 'up')
  const amount = negate(toStep(paid, MONEY_STEP, 'up'))
  core.ledger.funding = add(core.ledger.funding, amount)
  refreshAccount(core, market)
  return amount
}

/** Recomputes what is derived from the ledger and from the position in one market. */
export function refreshAccount(core: VenueCore, market: Market): void {
  core.walletNumber = toNumber(walletBalance(core.ledger))
  market.positionNumber = toNumber(market.positionQuantity)
  market.entryNumber = toNumber(market.entryPrice)
  const isListed = core.exposed.includes(market)
  // In the order of the instrument list, so that a restored venue goes through them in the same order.
  if (isListed !== (market.positionQuantity !== 0n))
    core.exposed = [...core.markets.values()].filter((each) => each.positionQuantity !== 0n)
}

const unrealizedPnl = (core: VenueCore, market: Market): Money =>
  subtract(notionalOf(markPrice(core, market), market.positionQuantity), notionalOf(market.entryPrice, market.positionQuantity))
export const positionNotional = (core: VenueCore, market: Market): Money =>
  notionalOf(markPrice(core, market), absolute(market.positionQuantity))
export const maintenanceMargin = (core: VenueCore, market: Market): Money =>
  timesRate(positionNotional(core, market), market.instrument.maintenanceMarginRate, 'up')

/** Equity minus maintenance margin of all positions but `except`; the whole account when that is null. */
function marginSlack(core: VenueCore, except: Market | null): Money {
  let slack = walletBalance(core.ledger)
  for (const market of core.exposed) {
    if (market !== except) slack = add(slack, subtract(unrealizedPnl(core, market), maintenanceMargin(core, market)))
  }
  return slack
}

/** Cross margin: the account is liquidated when its equity does not exceed the maintenance margin of its positions. */
export const mustLiquidate = (core: VenueCore): boolean => core.exposed.length > 0 && marginSlack(core, null) <= 0n

/**
 * True while floats prove that no liquidation can follow from `last` in this instrument.
 * The guard covers what rounding the mark to a tick and float arithmetic can hide. Allocates nothing.
 */
export function isMarginSafe(core: VenueCore, moving: Market, last: number): boolean {
  const premium = 1 + core.config.markPremium
  let slack = core.walletNumber
  let guard = Math.abs(slack) * 1e-9
  // By index: an iterator would be an allocation for every price.
  for (let i = 0; i < core.exposed.length; i += 1) {
    const market = core.exposed[i]
    if (market === undefined) continue
    const mark = (market === moving ? last : market.last) * premium
    const size = Math.abs(market.positionNumber)
    slack += market.positionNumber * (mark - market.entryNumber) - size * mark * market.maintenanceNumber
    guard += size * (2 * market.tickNumber + mark * 1e-9)
  }
  return slack > guard
}

/**
 * {@link isMarginSafe} at every price of a candle: of its extremes only the one against the position here can hurt, and without a position
 * either stands for both. Takes the candle, because a number on its own would be boxed.
 */
export const isCandleSafe = (core: VenueCore, moving: Market, { low, high }: Pick<CandlePath, 'low' | 'high'>): boolean =>
  isMarginSafe(core, moving, moving.positionNumber < 0 ? high : low)

/**
 * The mark price on the tick grid at which this position brings equity down to the maintenance margin, all other marks unchanged;
 * null when no price does. Solves wallet + others + q·(m − entry) − |q|·m·maintenanceRate = 0 for m.
 */
export function liquidationPrice(core: VenueCore, market: Market): Price | null {
  const size = absolute(market.positionQuantity)
  const isLong = market.positionQuantity > 0n
  const maintenance = market.instrument.maintenanceMarginRate
  const cost = notionalOf(market.entryPrice, size)
  const others = marginSlack(core, market)
  const numerator = isLong ? subtract(cost, others) : add(cost, others)
  const perUnit = isLong ? subtract(ONE, maintenance) : add(ONE, maintenance)
  const rounding = isLong ? 'down' : 'up'
  const exact = averagePrice(numerator, quantityTimesRate(size, perUnit, rounding), rounding)
  const onTick = toStep(exact, market.instrument.tickSize, rounding)
  return onTick > 0n ? onTick : null
}

export function venuePosition(core: VenueCore, market: Market): VenuePosition {
  return {
    instrumentId: market.instrument.id,
    side: market.positionQuantity > 0n ? 'long' : 'short',
    quantity: absolute(market.positionQuantity),
    entryPrice: market.entryPrice,
    liquidationPrice: liquidationPrice(core, market),
  }
}

/** Margin held by a working order that could open something. Conditional orders hold none until they fire, as on Binance. */
function orderMargin(market: Market, order: WorkingOrder): Money {
  const holdsNone = order.reduceOnly || (order.triggerPrice !== null && order.status === 'working')
  if (holdsNone) return ZERO_MONEY
  const leaves = subtract(order.quantity, order.filledQuantity)
  return timesRate(notionalOf(order.limitPrice ?? lastPrice(market), leaves), market.initialMarginRate, 'up')
}

/** Wallet + unrealised profit − initial margin of positions and of all working orders but `except`. */
export function availableMargin(core: VenueCore, except: WorkingOrder | null): Money {
  let available = walletBalance(core.ledger)
  for (const market of core.exposed) {
    const held = timesRate(positionNotional(core, market), market.initialMarginRate, 'up')
    available = add(available, subtract(unrealizedPnl(core, market), held))
  }
  for (const market of core.markets.values()) {
    for (const order of market.orders) if (order !== except) available = subtract(available, orderMargin(market, order))
  }
  return available
}

/** Initial margin and taker fee of what an order would add to the position; zero for the part that closes. */
// oxlint-disable-next-line max-params -- none of the four can be taken for another
export function requiredMargin(core: VenueCore, market: Market, order: OrderAtVenue, at: Price): Money {
  if (order.reduceOnly) return ZERO_MONEY
  const opening = subtract(order.quantity, smaller(order.quantity, reducible(market, order.side)))
  const notional = notionalOf(at, opening)
  return add(timesRate(notional, market.initialMarginRate, 'up'), feeFor(notional, feeRates(core, market).taker))
}
