// Payments between longs and shorts at each funding time.
import { type Price, type Rate, ZERO_MONEY, add, negate, timesRate } from '../../../src-shared/domain/decimal.ts'
import { valueOf } from './contract-value.ts'
import { emitAccount } from './fills.ts'
import { type Account, type Core, type Market, KEPT_MAX, book, settingsOf } from './state.ts'
import type { Position } from './order.ts'

/** Longs pay notional × rate at the mark price when the rate is positive, shorts receive it; and the other way round. */
export function settleFunding(core: Core, market: Market): void {
  const { instrument, mark, fundingRate } = market
  core.emit({ type: 'funding', symbol: instrument.symbol, tsMs: core.nowMs, rate: fundingRate, mark })
  market.fundings.push({ tsMs: market.nextFundingMs, rate: fundingRate, mark })
  if (market.fundings.length > KEPT_MAX) market.fundings.shift()
  for (const account of core.accounts.values()) {
    for (const position of account.positions.values()) {
      if (position.symbol === instrument.symbol && position.quantity !== 0n)
        pay(core, { account, market, position }, { rate: fundingRate, mark })
    }
  }
  market.nextFundingMs += instrument.fundingIntervalMs
}

function pay(core: Core, at: { account: Account; market: Market; position: Position }, payment: { rate: Rate; mark: Price }): void {
  const { account, market, position } = at
  const { instrument } = market
  const owed = timesRate(valueOf(instrument.kind, payment.mark, position.quantity), payment.rate, 'half_even')
  const amount = position.quantity > 0n ? negate(owed) : owed
  const booked = book(core, account, { kind: 'funding', asset: instrument.settle, symbol: instrument.symbol, amount, tradeId: null })
  if (booked === ZERO_MONEY) return
  const isolated = settingsOf(account, position.symbol).marginMode === 'isolated'
  if (isolated) position.isolatedWallet = add(position.isolatedWallet, booked)
  emitAccount(core, account, { reason: 'funding', asset: instrument.settle, positions: isolated ? [position] : [], change: booked })
}
