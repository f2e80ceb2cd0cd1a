// The exchange without its wires: accounts, orders and markets on a clock that is handed in. Same configuration, same calls, same events.
import { type Money, type Price, type Quantity, type Rate, ZERO_MONEY } from '../../../src-shared/domain/decimal.ts'
import { snapshotOf } from './book.ts'
import { type CandleRange, candlesIn } from './candles.ts'
import { amendConditional, cancelConditional, endWithPosition, finishParent, submitConditional } from './conditionals.ts'
import type { BookLevel, Candle, CoreEvent, PositionView } from './events.ts'
import { emitAccount } from './fills.ts'
import { closeAtMark } from './forced-close.ts'
import { settleFunding } from './funding.ts'
import { coverDebt } from './liquidation.ts'
import { type AssetMargin, marginOf, openPositions, positionView } from './margin.ts'
import { type MarketConfig, createMarket, emitMark, livePoint, setMark, visitPrice } from './market.ts'
import { amendOrder, cancelAll, cancelOrder, submitOrder } from './matching.ts'
import {
  type Conditional,
  type ConditionalParams,
  type MarginMode,
  type Order,
  type OrderParams,
  type Outcome,
  type PositionMode,
  type PositionSide,
  isOpen,
} from './order.ts'
import { moveIsolatedMargin, setLeverage, setMarginMode, setPositionMode } from './settings.ts'
import { type Account, type Core, type Market, type VenueRules, book, knownMarket, newAccount, refuse } from './state.ts'

export type VenueCoreConfig = {
  readonly seed: number
  readonly startMs: number
  readonly rules: VenueRules
  readonly markets: readonly MarketConfig[]
  /** By account id: what is in each wallet at the start, by asset. */
  readonly accounts: Readonly<Record<string, Readonly<Record<string, Money>>>>
  /** Hears everything, in order, while it happens. It must not call back into the core. */
  readonly onEvent: (event: CoreEvent) => void
}

export class VenueCore {
  /** For wires and oracles to read. Nothing outside this folder changes it. */
  readonly state: Core

  constructor(config: VenueCoreConfig) {
    const emit = (event: CoreEvent): void => {
      config.onEvent(event)
      this.#follow(event)
    }
    this.state = { nowMs: config.startMs, rules: config.rules, markets: new Map(), accounts: new Map(), nextId: 8_000_000, emit }
    for (const market of config.markets) this.state.markets.set(market.instrument.symbol, createMarket(market, config.startMs, config.seed))
    for (const [id, wallets] of Object.entries(config.accounts)) {
      const account = newAccount(id)
      this.state.accounts.set(id, account)
      for (const [asset, amount] of Object.entries(wallets)) this.deposit(id, asset, amount)
    }
  }

  /** What follows from an event inside the exchange itself. */
  #follow(event: CoreEvent): void {
    if (event.type === 'order' && event.order.parentId !== null && !isOpen(event.order)) {
      finishParent(this.state, this.account(event.accountId), event.order)
    }
    if (event.type !== 'account') return
    for (const { asset } of event.assets) coverDebt(this.state, this.account(event.accountId), asset)
    for (const { symbol, side, quantity } of event.positions) {
      if (quantity === 0n) endWithPosition(this.state, this.account(event.accountId), { symbol, positionSide: side })
    }
  }

  get nowMs(): number {
    return this.state.nowMs
  }

  /** Throws for an unknown account: wires only ever pass on ids that they were given. */
  account(id: string): Account {
    const account = this.state.accounts.get(id)
    if (!account) throw new Error(`no account ${id}`)
    return account
  }
  market(symbol: string): Market | undefined {
    return this.state.markets.get(symbol)
  }

  /** Lives through everything until `toMs`, in order of time. Never goes back. */
  advance(toMs: number): void {
    for (;;) {
      const due = this.#nextDue()
      if (due === null || due.tsMs > toMs) break
      this.state.nowMs = Math.max(this.state.nowMs, due.tsMs)
      due.happen()
    }
    this.state.nowMs = Math.max(this.state.nowMs, toMs)
  }

  #nextDue(): { tsMs: number; happen: () => void } | null {
    let next: { tsMs: number; happen: () => void } | null = null
    const consider = (tsMs: number, happen: () => void): void => {
      if (next === null || tsMs < next.tsMs) next = { tsMs, happen }
    }
    const { state } = this
    for (const market of state.markets.values()) {
      if (market.status === 'closed') continue
      if (market.deliveryMs !== null) consider(market.deliveryMs, () => this.delist(market.instrument.symbol))
      consider(market.nextFundingMs, () => settleFunding(state, market))
      consider(market.upcoming.tsMs, () => livePoint(state, market))
    }
    for (const account of state.accounts.values()) {
      for (const [symbol, tsMs] of account.countdowns) {
        consider(tsMs, () => {
          account.countdowns.delete(symbol)
          cancelAll(state, account, { symbol: symbol === '' ? null : symbol, reason: 'countdown' })
        })
      }
      for (const order of account.open.values()) {
        const expiresMs = order.expiresMs ?? null
        if (expiresMs !== null) consider(expiresMs, () => cancelOrder(state, account, { order, reason: 'expired' }))
      }
    }
    return next
  }

  submit(accountId: string, params: OrderParams): Outcome<Readonly<Order>> {
    return submitOrder(this.state, this.account(accountId), params)
  }
  submitConditional(accountId: string, params: ConditionalParams): Outcome<Readonly<Conditional>> {
    return submitConditional(this.state, this.account(accountId), params)
  }
  amend(accountId: string, change: { orderId: number; price: Price | null; quantity: Quantity | null }): Outcome<Readonly<Order>> {
    const account = this.account(accountId)
    const order = account.open.get(change.orderId)
    return order ? amendOrder(this.state, account, { ...change, order }) : refuse('unknown_order', `no open order ${change.orderId}`)
  }
  amendConditional(
    accountId: string,
    change: { id: number; triggerPrice: Price | null; quantity: Quantity | null; price: Price | null },
  ): Outcome<Readonly<Conditional>> {
    const account = this.account(accountId)
    const conditional = account.armed.get(change.id)
    return conditional
      ? amendConditional(this.state, account, { ...change, conditional })
      : refuse('unknown_order', `no armed conditional order ${change.id}`)
  }
  cancel(accountId: string, orderId: number): Outcome<Readonly<Order>> {
    const account = this.account(accountId)
    const order = account.open.get(orderId)
    return order ? cancelOrder(this.state, account, { order, reason: 'user' }) : refuse('unknown_order', `no open order ${orderId}`)
  }
  cancelConditional(accountId: string, id: number): Outcome<Readonly<Conditional>> {
    const account = this.account(accountId)
    const conditional = account.armed.get(id)
    return conditional
      ? cancelConditional(this.state, account, { conditional, reason: 'user' })
      : refuse('unknown_order', `no armed conditional order ${id}`)
  }
  /** Cancels plain orders only; conditional ones stay. Returns how many. */
  cancelAll(accountId: string, symbol: string | null): number {
    return cancelAll(this.state, this.account(accountId), { symbol, reason: 'user' })
  }
  /** Dead-man switch: plain orders of `symbol` (null: all) are canceled at that time unless it is set again. Null ends it. */
  setCountdown(accountId: string, symbol: string | null, atMs: number | null): void {
    const { countdowns } = this.account(accountId)
    if (atMs === null) countdowns.delete(symbol ?? '')
    else countdowns.set(symbol ?? '', atMs)
  }

  /** The newest with this client id, open or not; undefined where there never was one. */
  orderByClientId(accountId: string, clientId: string): Readonly<Order> | undefined {
    const account = this.account(accountId)
    const id = account.orderIdByClientId.get(clientId)
    return id === undefined ? undefined : account.orders.get(id)
  }
  conditionalByClientId(accountId: string, clientId: string): Readonly<Conditional> | undefined {
    const account = this.account(accountId)
    const id = account.conditionalIdByClientId.get(clientId)
    return id === undefined ? undefined : account.conditionals.get(id)
  }

  positions(accountId: string): PositionView[] {
    const account = this.account(accountId)
    return openPositions(account).map((position) => positionView(this.state, account, position))
  }
  margin(accountId: string, asset: string): AssetMargin {
    return marginOf(this.state, this.account(accountId), asset)
  }
  setLeverage(accountId: string, symbol: string, leverage: number) {
    return setLeverage(this.state, this.account(accountId), { symbol, leverage })
  }
  setMarginMode(accountId: string, symbol: string, marginMode: MarginMode) {
    return setMarginMode(this.state, this.account(accountId), { symbol, marginMode })
  }
  setPositionMode(accountId: string, positionMode: PositionMode): Outcome<PositionMode> {
    return setPositionMode(this.state, this.account(accountId), positionMode)
  }
  moveIsolatedMargin(accountId: string, what: { symbol: string; side: PositionSide; amount: Money }): Outcome<Money> {
    return moveIsolatedMargin(this.state, this.account(accountId), what)
  }
  /** A transfer in, or out when negative. */
  deposit(accountId: string, asset: string, amount: Money): void {
    const account = this.account(accountId)
    const change = book(this.state, account, { kind: 'transfer', asset, symbol: null, amount, tradeId: null })
    if (change !== ZERO_MONEY) emitAccount(this.state, account, { reason: 'transfer', asset, positions: [], change })
  }

  snapshot(symbol: string, limit: number): { lastId: number; bids: BookLevel[]; asks: BookLevel[] } {
    const market = knownMarket(this.state, symbol)
    return snapshotOf(market.book, market.instrument, limit)
  }
  candles(symbol: string, range: CandleRange): Candle[] {
    return candlesIn(knownMarket(this.state, symbol).candles, range)
  }

  /** The market trades at this price now, whatever its process says next. */
  setPrice(symbol: string, price: number): void {
    visitPrice(this.state, knownMarket(this.state, symbol), { tsMs: this.nowMs, price, quantity: 0.1 })
  }
  /** Holds the mark price apart from the last price; null lets it follow again. */
  setMark(symbol: string, mark: Price | null): void {
    setMark(this.state, knownMarket(this.state, symbol), mark)
  }
  setFundingRate(symbol: string, fundingRate: Rate): void {
    const market = knownMarket(this.state, symbol)
    market.fundingRate = fundingRate
    emitMark(this.state, market)
  }
  /** Multiplies what stands in the book from the next price on: 0 empties it, so that market orders expire unfilled. */
  setDepth(symbol: string, scale: number): void {
    knownMarket(this.state, symbol).book.depthScale = scale
  }
  /** From now on only reducing orders are taken; at `deliveryMs` the instrument is delisted. */
  announceDelisting(symbol: string, deliveryMs: number): void {
    const market = knownMarket(this.state, symbol)
    market.status = 'settling'
    market.deliveryMs = deliveryMs
    this.state.emit({ type: 'instrument', symbol, tsMs: this.nowMs, status: 'settling' })
  }
  /** Ends all orders of an instrument, settles its positions at the mark price and closes it. */
  delist(symbol: string): void {
    const market = knownMarket(this.state, symbol)
    market.deliveryMs = this.nowMs
    for (const account of this.state.accounts.values()) {
      cancelAll(this.state, account, { symbol, reason: 'delisted' })
      for (const conditional of account.armed.values()) {
        if (conditional.symbol === symbol) cancelConditional(this.state, account, { conditional, reason: 'delisted' })
      }
      for (const position of openPositions(account)) {
        if (position.symbol === symbol) closeAtMark(this.state, account, { position, reason: 'delisted' })
      }
    }
    market.status = 'closed'
    this.state.emit({ type: 'instrument', symbol, tsMs: this.nowMs, status: 'closed' })
  }
}
