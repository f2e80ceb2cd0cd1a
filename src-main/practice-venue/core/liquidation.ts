// What happens to an account that cannot keep its positions. Simpler than at real exchanges: all at once, at the mark price, and what is missing
// comes from the insurance fund.
import { type Money, ZERO_MONEY, add, negate, subtract, timesRate } from '../../../src-shared/domain/decimal.ts'
import { valueOf } from './contract-value.ts'
import { emitAccount } from './fills.ts'
import { closeAtMark } from './forced-close.ts'
import { maintenanceOf, marginOf, openPositions, positionView, unrealizedOf } from './margin.ts'
import type { Position } from './order.ts'
import { type Account, type Core, book, knownMarket, settingsOf, walletOf } from './state.ts'

/** A margin call is told once when this many tenths of the margin are used up. */
const CALL_TENTHS = 8n

/** Liquidates what cannot be kept at the present mark prices, and warns before. */
export function watchMargin(core: Core): void {
  for (const account of core.accounts.values()) {
    const open = openPositions(account)
    if (open.length === 0) continue
    const crossAssets = new Set<string>()
    for (const position of open) {
      const market = knownMarket(core, position.symbol)
      if (settingsOf(account, position.symbol).marginMode === 'cross') crossAssets.add(market.instrument.settle)
      else if (add(position.isolatedWallet, unrealizedOf(market, position)) < maintenanceOf(market, position)) {
        const margin = position.isolatedWallet
        insure(core, account, { position, short: add(margin, liquidate(core, account, position)) })
      }
    }
    for (const asset of crossAssets) watchCross(core, account, asset)
  }
}

function watchCross(core: Core, account: Account, asset: string): void {
  const { crossWallet, crossUnrealized, crossMaintenance } = marginOf(core, account, asset)
  const margin = add(crossWallet, crossUnrealized)
  const concerned = openPositions(account).filter(
    ({ symbol }) => settingsOf(account, symbol).marginMode === 'cross' && knownMarket(core, symbol).instrument.settle === asset,
  )
  const [first] = concerned
  if (first && margin < crossMaintenance) {
    for (const position of concerned) liquidate(core, account, position)
    insure(core, account, { position: first, short: marginOf(core, account, asset).crossWallet })
    return
  }
  const isNear = (crossMaintenance as bigint) * 10n > (margin as bigint) * CALL_TENTHS
  if (isNear && !account.isMarginCalled) {
    const positions = concerned.map((position) => positionView(core, account, position))
    core.emit({ type: 'margin_call', accountId: account.id, tsMs: core.nowMs, positions })
  }
  account.isMarginCalled = isNear
}

/** Returns by how much the wallet changed. */
function liquidate(core: Core, account: Account, position: Position): Money {
  const { instrument, mark } = knownMarket(core, position.symbol)
  const before = walletOf(account, instrument.settle)
  const order = closeAtMark(core, account, { position, reason: 'liquidation' })
  core.emit({ type: 'liquidation', symbol: position.symbol, tsMs: core.nowMs, order: { ...order }, price: mark })
  const amount = negate(timesRate(valueOf(instrument.kind, mark, order.quantity), instrument.liquidationFeeRate, 'up'))
  book(core, account, { kind: 'liquidation_fee', asset: instrument.settle, symbol: position.symbol, amount, tradeId: null })
  return subtract(walletOf(account, instrument.settle), before)
}

/** Nobody owes the exchange: what is below zero is made good. */
function insure(core: Core, account: Account, what: { position: Position; short: Money }): void {
  const { settle } = knownMarket(core, what.position.symbol).instrument
  const amount = what.short < 0n ? negate(what.short) : ZERO_MONEY
  const change = book(core, account, { kind: 'insurance', asset: settle, symbol: what.position.symbol, amount, tradeId: null })
  emitAccount(core, account, { reason: 'liquidation', asset: settle, positions: [what.position], change })
}

/** A stop that trades beyond a gap can lose more than there was: made good as soon as nothing is held any more. */
export function coverDebt(core: Core, account: Account, asset: string): void {
  const wallet = walletOf(account, asset)
  if (wallet >= 0n || openPositions(account).some(({ symbol }) => knownMarket(core, symbol).instrument.settle === asset)) return
  const change = book(core, account, { kind: 'insurance', asset, symbol: null, amount: negate(wallet), tradeId: null })
  emitAccount(core, account, { reason: 'liquidation', asset, positions: [], change })
}
