// What an account can afford: equity, initial and maintenance margin, liquidation prices.
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
  larger,
  rate,
  ratioOf,
  smaller,
  subtract,
  timesRate,
} from '../../../src-shared/domain/decimal.ts'
import { entryPriceOf, profitAt, valueOf } from './contract-value.ts'
import type { AssetView, PositionView } from './events.ts'
import { bracketFor } from './instrument.ts'
import { type Position, type Side, leavesOf } from './order.ts'
import { type Account, type Core, type Market, knownMarket, settingsOf, walletOf } from './state.ts'

const ONE = rate('1')
const inverseOf = (leverage: number): Rate => ratioOf(ONE, ((ONE as bigint) * BigInt(leverage)) as Rate)

export const openPositions = (account: Account): Position[] => [...account.positions.values()].filter(({ quantity }) => quantity !== 0n)

export const unrealizedOf = (market: Market, position: Position): Money => profitAt(market.instrument.kind, position, market.mark)
export const notionalOfPosition = (market: Market, position: Position): Money =>
  valueOf(market.instrument.kind, market.mark, position.quantity)

export function maintenanceOf(market: Market, position: Position): Money {
  const notional = notionalOfPosition(market, position)
  const bracket = bracketFor(market.instrument, notional)
  return larger(subtract(timesRate(notional, bracket.maintenanceRate, 'up'), bracket.maintenanceAmount), ZERO_MONEY)
}

/** value ÷ leverage, rounded up. */
export const initialMarginFor = (value: Money, leverage: number): Money => timesRate(value, inverseOf(leverage), 'up')

/** An order that is not there yet, as far as margin is concerned. */
export type Wanted = { readonly symbol: string; readonly side: Side; readonly quantity: Quantity; readonly price: Price }

/** Margin that open orders of one symbol hold: what does not merely close a position, of the heavier side. */
export function orderMargin(core: Core, account: Account, what: { symbol: string; wanted: Wanted | null }): Money {
  const { kind } = knownMarket(core, what.symbol).instrument
  const { leverage } = settingsOf(account, what.symbol)
  const held = (side: Side): Money => {
    let quantity = ZERO_QUANTITY
    let value = ZERO_MONEY
    const count = (price: Price, amount: Quantity): void => {
      quantity = add(quantity, amount)
      value = add(value, valueOf(kind, price, amount))
    }
    for (const order of account.open.values()) {
      if (order.symbol !== what.symbol || order.side !== side || order.reduceOnly || order.price === null) continue
      if (!isClosingSide(order.positionSide, order.side)) count(order.price, leavesOf(order))
    }
    if (what.wanted?.side === side) count(what.wanted.price, what.wanted.quantity)
    if (quantity === 0n) return ZERO_MONEY
    const net = account.positions.get(`${what.symbol} both`)?.quantity ?? ZERO_QUANTITY
    const closing = net < 0n === (side === 'buy') ? smaller(absolute(net), quantity) : ZERO_QUANTITY
    const opening = subtract(quantity, closing)
    return (((value as bigint) * (opening as bigint)) / (quantity as bigint)) as Money
  }
  return initialMarginFor(larger(held('buy'), held('sell')), leverage)
}

export const isClosingSide = (positionSide: string, side: Side): boolean =>
  (positionSide === 'long' && side === 'sell') || (positionSide === 'short' && side === 'buy')

export type AssetMargin = {
  readonly asset: string
  readonly wallet: Money
  readonly crossWallet: Money
  readonly unrealized: Money
  readonly crossUnrealized: Money
  /** wallet + unrealized. */
  readonly equity: Money
  readonly positionMargin: Money
  readonly orderMargin: Money
  readonly maintenance: Money
  readonly crossMaintenance: Money
  /** What new orders may use; never negative. */
  readonly available: Money
}

export function marginOf(core: Core, account: Account, asset: string): AssetMargin {
  let isolated = ZERO_MONEY
  let [unrealized, crossUnrealized, positionMargin, crossPositionMargin] = [ZERO_MONEY, ZERO_MONEY, ZERO_MONEY, ZERO_MONEY]
  let [maintenance, crossMaintenance] = [ZERO_MONEY, ZERO_MONEY]
  for (const position of openPositions(account)) {
    const market = knownMarket(core, position.symbol)
    if (market.instrument.settle !== asset) continue
    const settings = settingsOf(account, position.symbol)
    const profit = unrealizedOf(market, position)
    const initial = initialMarginFor(notionalOfPosition(market, position), settings.leverage)
    const least = maintenanceOf(market, position)
    unrealized = add(unrealized, profit)
    positionMargin = add(positionMargin, initial)
    maintenance = add(maintenance, least)
    isolated = add(isolated, position.isolatedWallet)
    if (settings.marginMode === 'isolated') continue
    crossUnrealized = add(crossUnrealized, profit)
    crossPositionMargin = add(crossPositionMargin, initial)
    crossMaintenance = add(crossMaintenance, least)
  }
  const wallet = walletOf(account, asset)
  const crossWallet = subtract(wallet, isolated)
  const orders = [...new Set([...account.open.values()].map(({ symbol }) => symbol))]
    .filter((symbol) => knownMarket(core, symbol).instrument.settle === asset)
    .reduce<Money>((total, symbol) => add(total, orderMargin(core, account, { symbol, wanted: null })), ZERO_MONEY)
  const free = subtract(add(crossWallet, crossUnrealized), add(crossPositionMargin, orders))
  return {
    asset,
    wallet,
    crossWallet,
    unrealized,
    crossUnrealized,
    equity: add(wallet, unrealized),
    positionMargin,
    orderMargin: orders,
    maintenance,
    crossMaintenance,
    available: larger(free, ZERO_MONEY),
  }
}

/** The mark price at which the position's margin no longer covers its maintenance, other positions standing still; null where none does. */
export function liquidationPriceOf(core: Core, account: Account, position: Position): Price | null {
  const market = knownMarket(core, position.symbol)
  const { instrument } = market
  const settings = settingsOf(account, position.symbol)
  const bracket = bracketFor(instrument, notionalOfPosition(market, position))
  const own = maintenanceOf(market, position)
  const isolated = settings.marginMode === 'isolated'
  const margin = isolated ? null : marginOf(core, account, instrument.settle)
  // What may be lost beyond the position's own result before the end: wallet, and the others' profits less what they must keep.
  const buffer = margin
    ? subtract(
        add(margin.crossWallet, subtract(margin.crossUnrealized, unrealizedOf(market, position))),
        subtract(margin.crossMaintenance, own),
      )
    : position.isolatedWallet
  const size = absolute(position.quantity)
  const long = position.quantity > 0n
  const keepRate = long === (instrument.kind === 'linear') ? subtract(ONE, bracket.maintenanceRate) : add(ONE, bracket.maintenanceRate)
  const free = add(buffer, bracket.maintenanceAmount)
  if (instrument.kind === 'linear') {
    // buffer + s·(q·P − cost) = q·P·m − amount, solved for P.
    const value = long ? subtract(position.cost, free) : add(position.cost, free)
    const solved = averagePrice(value, quantityTimes(size, keepRate), 'half_even')
    return solved > 0n ? solved : null
  }
  // The same with value q ÷ P, whose sign is the other way round.
  const value = long ? add(position.cost, free) : subtract(position.cost, free)
  return value > 0n ? averagePrice(quantityTimes(size, keepRate) as bigint as Money, value as bigint as Quantity, 'half_even') : null
}

const quantityTimes = (q: Quantity, r: Rate): Quantity => timesRate(q as bigint as Money, r, 'half_even') as bigint as Quantity

export function positionView(core: Core, account: Account, position: Position): PositionView {
  const market = knownMarket(core, position.symbol)
  const { kind } = market.instrument
  const settings = settingsOf(account, position.symbol)
  const notional = notionalOfPosition(market, position)
  const isOpen = position.quantity !== 0n
  return {
    symbol: position.symbol,
    side: position.side,
    quantity: position.quantity,
    entryPrice: isOpen ? entryPriceOf(kind, position) : ZERO_PRICE,
    markPrice: market.mark,
    unrealizedProfit: isOpen ? unrealizedOf(market, position) : ZERO_MONEY,
    realizedProfit: position.realizedProfit,
    marginMode: settings.marginMode,
    isolatedWallet: position.isolatedWallet,
    leverage: settings.leverage,
    liquidationPrice: isOpen ? liquidationPriceOf(core, account, position) : null,
    notional,
    initialMargin: initialMarginFor(notional, settings.leverage),
    maintenanceMargin: isOpen ? maintenanceOf(market, position) : ZERO_MONEY,
    updatedMs: position.updatedMs,
  }
}

export function assetView(core: Core, account: Account, what: { asset: string; change: Money }): AssetView {
  const { wallet, crossWallet } = marginOf(core, account, what.asset)
  return { asset: what.asset, wallet, crossWallet, change: what.change }
}
