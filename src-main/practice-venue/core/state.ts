// What the exchange knows. Plain mutable data, changed by the functions of this folder alone and never handed out.
import { type Money, type Price, type Quantity, type Rate, ZERO_MONEY, ZERO_QUANTITY, add } from '../../../src-shared/domain/decimal.ts'
import type { Book, BookShape } from './book.ts'
import type { CandleBoard } from './candles.ts'
import { toWallet } from './contract-value.ts'
import type { CoreEvent } from './events.ts'
import type { InstrumentStatus, VenueInstrument } from './instrument.ts'
import {
  type Conditional,
  type Fault,
  type FaultCode,
  type Income,
  type MarginMode,
  type Order,
  type Outcome,
  type Position,
  type PositionMode,
  type PositionSide,
  type Trade,
} from './order.ts'
import type { PricePoint, PriceProcess } from './price-process.ts'
import { type Result, err } from '../../../src-shared/domain/result.ts'

/** In what venues differ; everything else is the same for all. */
export type VenueRules = {
  /** Among which orders a client id must be unique. Binance: open ones. Deribit's labels: none. */
  readonly clientIdScope: 'open' | 'ever' | 'none'
  /** Refuse a conditional order that would fire at once (Binance −2021); otherwise it fires. */
  readonly refusesImmediateTrigger: boolean
  /** Resting reduce-only orders take up the position, so that another beyond it is refused (Binance −4118, −2022). */
  readonly reduceOnlyReserves: boolean
  /** Reduce-only conditional orders end when their position does. */
  readonly conditionalsEndWithPosition: boolean
  /** At most one closePosition order per symbol, side and direction (Binance −4130). */
  readonly singleClosePosition: boolean
  /** A post-only order that would take is accepted and ended at once (OKX, Bybit) instead of refused (Binance −5022). */
  readonly postOnlyEnds: boolean
  readonly openOrdersMax: number
  readonly conditionalsMax: number
}

export const BINANCE_RULES: VenueRules = {
  clientIdScope: 'open',
  refusesImmediateTrigger: true,
  reduceOnlyReserves: true,
  conditionalsEndWithPosition: false,
  singleClosePosition: true,
  postOnlyEnds: false,
  openOrdersMax: 200,
  conditionalsMax: 200,
}

export type SymbolSettings = { leverage: number; marginMode: MarginMode }

export type Account = {
  readonly id: string
  readonly wallets: Map<string, Money>
  readonly positions: Map<string, Position>
  readonly settings: Map<string, SymbolSettings>
  positionMode: PositionMode
  /** Everything kept, oldest first, and of it what is open. */
  readonly orders: Map<number, Order>
  readonly open: Map<number, Order>
  readonly conditionals: Map<number, Conditional>
  readonly armed: Map<number, Conditional>
  readonly orderIdByClientId: Map<string, number>
  readonly conditionalIdByClientId: Map<string, number>
  readonly trades: Trade[]
  readonly incomes: Income[]
  /** Dead-man switch: when all plain orders of a symbol are canceled. */
  readonly countdowns: Map<string, number>
  /** So that a margin call is told once on its way down. */
  isMarginCalled: boolean
}

export type Market = {
  readonly instrument: VenueInstrument
  readonly seed: number
  readonly process: PriceProcess
  upcoming: PricePoint
  status: InstrumentStatus
  /** When it will be delisted, or null. */
  deliveryMs: number | null
  last: Price
  mark: Price
  index: Price
  /** Set when the mark must not follow the last price. */
  markOverride: Price | null
  fundingRate: Rate
  nextFundingMs: number
  readonly fundings: { tsMs: number; rate: Rate; mark: Price }[]
  readonly book: Book
  readonly shape: BookShape
  readonly candles: CandleBoard
  readonly prints: { id: number; tsMs: number; price: Price; quantity: Quantity; takerSide: 'buy' | 'sell' }[]
  lastPrintId: number
  epoch: number
}

export type Core = {
  nowMs: number
  readonly rules: VenueRules
  readonly markets: Map<string, Market>
  readonly accounts: Map<string, Account>
  nextId: number
  readonly emit: (event: CoreEvent) => void
}

/** Kept of each list; beyond it the oldest go. */
export const KEPT_MAX = 20_000

export const refuse = (code: FaultCode, detail: string, bound?: string): Result<never, Fault> =>
  err(bound === undefined ? { code, detail } : { code, detail, bound })

export function marketOf(core: Core, symbol: string): Outcome<Market> {
  const market = core.markets.get(symbol)
  return market ? { ok: true, value: market } : refuse('unknown_symbol', `${symbol} is not listed`)
}

/** The market of something that is known to have one. */
export function knownMarket(core: Core, symbol: string): Market {
  const market = core.markets.get(symbol)
  if (!market) throw new Error(`invariant broken: no market for ${symbol}`)
  return market
}

export function nextId(core: Core): number {
  core.nextId += 1
  return core.nextId
}

export function keep<T>(list: T[], item: T): void {
  list.push(item)
  if (list.length > KEPT_MAX * 1.25) list.splice(0, list.length - KEPT_MAX)
}

export function newAccount(id: string): Account {
  return {
    id,
    wallets: new Map(),
    positions: new Map(),
    settings: new Map(),
    positionMode: 'one_way',
    orders: new Map(),
    open: new Map(),
    conditionals: new Map(),
    armed: new Map(),
    orderIdByClientId: new Map(),
    conditionalIdByClientId: new Map(),
    trades: [],
    incomes: [],
    countdowns: new Map(),
    isMarginCalled: false,
  }
}

const DEFAULT_LEVERAGE = 20
export function settingsOf(account: Account, symbol: string): SymbolSettings {
  const known = account.settings.get(symbol)
  if (known) return known
  const settings: SymbolSettings = { leverage: DEFAULT_LEVERAGE, marginMode: 'cross' }
  account.settings.set(symbol, settings)
  return settings
}

/** The position of one side, made on first use. */
export function positionOf(account: Account, symbol: string, side: PositionSide): Position {
  const key = `${symbol} ${side}`
  const known = account.positions.get(key)
  if (known) return known
  const position: Position = {
    symbol,
    side,
    quantity: ZERO_QUANTITY,
    cost: ZERO_MONEY,
    isolatedWallet: ZERO_MONEY,
    realizedProfit: ZERO_MONEY,
    updatedMs: 0,
  }
  account.positions.set(key, position)
  return position
}

export const walletOf = (account: Account, asset: string): Money => account.wallets.get(asset) ?? ZERO_MONEY

/** The only way a wallet changes: by an income that says why. Returns what was booked, rounded to the wallet's step. */
export function book(core: Core, account: Account, income: Omit<Income, 'id' | 'tsMs'>): Money {
  const amount = toWallet(income.amount)
  if (amount === 0n) return amount
  account.wallets.set(income.asset, add(walletOf(account, income.asset), amount))
  keep(account.incomes, { ...income, amount, id: nextId(core), tsMs: core.nowMs })
  return amount
}
