// What an account may choose: leverage and margin mode per symbol, one-way or hedge positions, margin of isolated positions.
import { type Money, ZERO_MONEY, add, subtract, toText } from '../../../src-shared/domain/decimal.ts'
import { ok } from '../../../src-shared/domain/result.ts'
import { emitAccount } from './fills.ts'
import { leverageMax, notionalMax } from './instrument.ts'
import { initialMarginFor, marginOf, notionalOfPosition, openPositions } from './margin.ts'
import type { MarginMode, Outcome, PositionMode, PositionSide } from './order.ts'
import { type Account, type Core, type SymbolSettings, knownMarket, marketOf, refuse, settingsOf } from './state.ts'

export function setLeverage(core: Core, account: Account, what: { symbol: string; leverage: number }): Outcome<SymbolSettings> {
  const found = marketOf(core, what.symbol)
  if (!found.ok) return found
  const { instrument } = found.value
  const most = leverageMax(instrument)
  if (!Number.isInteger(what.leverage) || what.leverage < 1 || what.leverage > most) {
    return refuse('invalid_leverage', `leverage ${what.leverage}, expected 1 to ${most}`, String(most))
  }
  const held = openPositions(account).filter(({ symbol }) => symbol === what.symbol)
  for (const position of held) {
    const notional = notionalOfPosition(found.value, position)
    if (notional > notionalMax(instrument, what.leverage)) {
      return refuse('leverage_exceeded', `a position of ${toText(notional)} does not fit leverage ${what.leverage}`)
    }
  }
  const settings = settingsOf(account, what.symbol)
  const before = settings.leverage
  settings.leverage = what.leverage
  if (what.leverage < before && held.length > 0 && isShort(core, account, what.symbol)) {
    settings.leverage = before
    return refuse('insufficient_margin', `leverage ${what.leverage} needs more margin than there is`)
  }
  core.emit({
    type: 'settings',
    accountId: account.id,
    tsMs: core.nowMs,
    symbol: what.symbol,
    leverage: what.leverage,
    marginMode: null,
    positionMode: null,
  })
  return ok(settings)
}

function isShort(core: Core, account: Account, symbol: string): boolean {
  const margin = marginOf(core, account, knownMarket(core, symbol).instrument.settle)
  return add(margin.crossWallet, margin.crossUnrealized) < margin.positionMargin
}

const hasOpenOrders = (account: Account, symbol: string | null): boolean =>
  [...account.open.values(), ...account.armed.values()].some((order) => symbol === null || order.symbol === symbol)

export function setMarginMode(core: Core, account: Account, what: { symbol: string; marginMode: MarginMode }): Outcome<SymbolSettings> {
  const found = marketOf(core, what.symbol)
  if (!found.ok) return found
  const settings = settingsOf(account, what.symbol)
  if (settings.marginMode === what.marginMode) return refuse('no_change', `margin mode is ${what.marginMode} already`)
  if (hasOpenOrders(account, what.symbol)) return refuse('open_orders_exist', `${what.symbol} has open orders`)
  if (openPositions(account).some(({ symbol }) => symbol === what.symbol)) return refuse('positions_exist', `${what.symbol} has a position`)
  settings.marginMode = what.marginMode
  core.emit({
    type: 'settings',
    accountId: account.id,
    tsMs: core.nowMs,
    symbol: what.symbol,
    leverage: null,
    marginMode: what.marginMode,
    positionMode: null,
  })
  return ok(settings)
}

export function setPositionMode(core: Core, account: Account, positionMode: PositionMode): Outcome<PositionMode> {
  if (account.positionMode === positionMode) return refuse('no_change', `position mode is ${positionMode} already`)
  if (hasOpenOrders(account, null)) return refuse('open_orders_exist', 'there are open orders')
  if (openPositions(account).length > 0) return refuse('positions_exist', 'there are open positions')
  account.positionMode = positionMode
  core.emit({ type: 'settings', accountId: account.id, tsMs: core.nowMs, symbol: null, leverage: null, marginMode: null, positionMode })
  return ok(positionMode)
}

/** Adds to (or, negative, takes from) the margin of an isolated position. */
export function moveIsolatedMargin(
  core: Core,
  account: Account,
  what: { symbol: string; side: PositionSide; amount: Money },
): Outcome<Money> {
  const found = marketOf(core, what.symbol)
  if (!found.ok) return found
  const { instrument } = found.value
  const position = account.positions.get(`${what.symbol} ${what.side}`)
  const settings = settingsOf(account, what.symbol)
  if (!position || position.quantity === 0n || settings.marginMode !== 'isolated') {
    return refuse('unknown_order', `${what.symbol} has no isolated position`)
  }
  const { available } = marginOf(core, account, instrument.settle)
  const after = add(position.isolatedWallet, what.amount)
  const least = initialMarginFor(notionalOfPosition(found.value, position), settings.leverage)
  if (what.amount > available || (what.amount < ZERO_MONEY && after < least)) {
    return refuse('insufficient_margin', `available ${toText(available)}, to spare ${toText(subtract(position.isolatedWallet, least))}`)
  }
  position.isolatedWallet = after
  emitAccount(core, account, { reason: 'margin', asset: instrument.settle, positions: [position] })
  return ok(after)
}
