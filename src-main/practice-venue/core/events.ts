// What happens at the exchange, as plain data. A wire turns each into its venue's messages; what it is handed never changes afterwards.
import type { Money, Price, Quantity, Rate } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentStatus } from './instrument.ts'
import type { Conditional, MarginMode, Order, PositionMode, PositionSide, Side, Trade } from './order.ts'

/** One level of the book; quantity 0 removes it. */
export type BookLevel = readonly [price: Price, quantity: Quantity]
/** Interval candles are made from one minute ones. Prices and volumes are float64: market data, not money. */
export type Candle = {
  readonly openMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly quoteVolume: number
  readonly trades: number
  readonly takerBuyVolume: number
  readonly takerBuyQuote: number
}

export type AssetView = {
  readonly asset: string
  readonly wallet: Money
  /** The wallet less what isolated positions have set aside. */
  readonly crossWallet: Money
  /** What this event changed without a trade: funding, a transfer; 0 otherwise. */
  readonly change: Money
}
export type PositionView = {
  readonly symbol: string
  readonly side: PositionSide
  readonly quantity: Quantity
  readonly entryPrice: Price
  readonly markPrice: Price
  readonly unrealizedProfit: Money
  readonly realizedProfit: Money
  readonly marginMode: MarginMode
  readonly isolatedWallet: Money
  readonly leverage: number
  /** Null where no price can liquidate. */
  readonly liquidationPrice: Price | null
  readonly notional: Money
  readonly initialMargin: Money
  readonly maintenanceMargin: Money
  readonly updatedMs: number
}

export type OrderEventKind = 'new' | 'trade' | 'canceled' | 'expired' | 'amended' | 'liquidation'
/** Private: concerns one account. */
export type AccountEvent =
  | {
      readonly type: 'order'
      readonly kind: OrderEventKind
      readonly accountId: string
      readonly tsMs: number
      readonly order: Readonly<Order>
      readonly trade: Trade | null
    }
  | { readonly type: 'conditional'; readonly accountId: string; readonly tsMs: number; readonly conditional: Readonly<Conditional> }
  | {
      readonly type: 'account'
      readonly reason: 'order' | 'funding' | 'transfer' | 'margin' | 'liquidation'
      readonly accountId: string
      readonly tsMs: number
      readonly assets: readonly AssetView[]
      readonly positions: readonly PositionView[]
    }
  | {
      readonly type: 'settings'
      readonly accountId: string
      readonly tsMs: number
      readonly symbol: string | null
      readonly leverage: number | null
      readonly marginMode: MarginMode | null
      readonly positionMode: PositionMode | null
    }
  | { readonly type: 'margin_call'; readonly accountId: string; readonly tsMs: number; readonly positions: readonly PositionView[] }

/** Public: concerns one instrument. */
export type MarketEvent =
  | {
      readonly type: 'book'
      readonly symbol: string
      readonly tsMs: number
      /** Ids of the first and last change inside, and of the last one before. They never skip one. */
      readonly firstId: number
      readonly lastId: number
      readonly previousId: number
      readonly bids: readonly BookLevel[]
      readonly asks: readonly BookLevel[]
    }
  | {
      readonly type: 'print'
      readonly symbol: string
      readonly tsMs: number
      readonly id: number
      readonly price: Price
      readonly quantity: Quantity
      readonly takerSide: Side
    }
  | {
      readonly type: 'mark'
      readonly symbol: string
      readonly tsMs: number
      readonly mark: Price
      readonly index: Price
      readonly fundingRate: Rate
      readonly nextFundingMs: number
    }
  | { readonly type: 'candle'; readonly symbol: string; readonly tsMs: number; readonly candle: Candle; readonly isClosed: boolean }
  | { readonly type: 'funding'; readonly symbol: string; readonly tsMs: number; readonly rate: Rate; readonly mark: Price }
  | { readonly type: 'liquidation'; readonly symbol: string; readonly tsMs: number; readonly order: Readonly<Order>; readonly price: Price }
  | { readonly type: 'instrument'; readonly symbol: string; readonly tsMs: number; readonly status: InstrumentStatus }

export type CoreEvent = AccountEvent | MarketEvent
