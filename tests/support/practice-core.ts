// A core to test: one or more manual markets, one account, every event remembered.
import { BTCUSDT } from '../../src-main/practice-venue/binance/instruments.ts'
import type { CoreEvent } from '../../src-main/practice-venue/core/events.ts'
import type { VenueInstrument } from '../../src-main/practice-venue/core/instrument.ts'
import type { MarketConfig } from '../../src-main/practice-venue/core/market.ts'
import type { ConditionalParams, OrderParams } from '../../src-main/practice-venue/core/order.ts'
import { BINANCE_RULES, type VenueRules } from '../../src-main/practice-venue/core/state.ts'
import { VenueCore } from '../../src-main/practice-venue/core/venue-core.ts'
import { money, price, quantity, rate } from '../../src-shared/domain/decimal.ts'

export const START_MS = Date.UTC(2026, 0, 5, 1)
export const ACCOUNT = 'desk'

/** BTC perpetual settled in BTC, counted in USD, as on Deribit. */
export const INVERSE: VenueInstrument = {
  ...BTCUSDT,
  symbol: 'BTC-PERPETUAL',
  kind: 'inverse',
  quote: 'USD',
  settle: 'BTC',
  tickSize: price('0.5'),
  lotSize: quantity('10'),
  minQuantity: quantity('10'),
  maxQuantity: quantity('10000000'),
  maxMarketQuantity: quantity('10000000'),
  minNotional: money('0'),
  brackets: [
    {
      notionalFloor: money('0'),
      notionalCap: money('1000000'),
      leverageMax: 50,
      maintenanceRate: rate('0.01'),
      maintenanceAmount: money('0'),
    },
  ],
}

export const manualMarket = (instrument: VenueInstrument, startPrice: number): MarketConfig => ({
  instrument,
  source: { kind: 'manual', startPrice, tickMs: 1_000 },
  shape: { levels: 50, meanLots: 10_000 },
  fundingRate: 0.0001,
  historyMinutes: 60,
})

export type Options = {
  readonly markets?: readonly MarketConfig[]
  readonly rules?: Partial<VenueRules>
  readonly wallets?: Readonly<Record<string, string>>
  readonly seed?: number
}

export function openCore(options: Options = {}): { core: VenueCore; events: CoreEvent[] } {
  const events: CoreEvent[] = []
  const wallets = Object.entries(options.wallets ?? { USDT: '10000', BTC: '1' }).map(([asset, amount]) => [asset, money(amount)] as const)
  const core = new VenueCore({
    seed: options.seed ?? 1,
    startMs: START_MS,
    rules: { ...BINANCE_RULES, ...options.rules },
    markets: options.markets ?? [manualMarket(BTCUSDT, 100_000)],
    accounts: { [ACCOUNT]: Object.fromEntries(wallets) },
    onEvent: (event) => events.push(event),
  })
  return { core, events }
}

type Loose<T, K extends keyof T> = Partial<Omit<T, K>> & { readonly [P in K]?: string | null }

export const order = (side: 'buy' | 'sell', amount: string, more: Loose<OrderParams, 'price'> = {}): OrderParams => ({
  symbol: 'BTCUSDT',
  side,
  timeInForce: 'gtc',
  quantity: quantity(amount),
  reduceOnly: false,
  positionSide: 'both',
  clientId: null,
  ...more,
  type: more.price == null ? 'market' : 'limit',
  price: more.price == null ? null : price(more.price),
})

export const stop = (
  side: 'buy' | 'sell',
  trigger: string | null,
  more: Loose<ConditionalParams, 'price' | 'callbackRate' | 'activatePrice' | 'quantity'> = {},
): ConditionalParams => ({
  symbol: 'BTCUSDT',
  side,
  type: 'stop_market',
  triggerPrice: trigger === null ? null : price(trigger),
  trigger: 'mark',
  direction: null,
  timeInForce: 'gtc',
  reduceOnly: more.closePosition !== true,
  closePosition: false,
  positionSide: 'both',
  clientId: null,
  endsWithPosition: false,
  ...more,
  quantity: quantity(more.quantity ?? (more.closePosition === true ? '0' : '0.01')),
  price: more.price == null ? null : price(more.price),
  callbackRate: more.callbackRate == null ? null : rate(more.callbackRate),
  activatePrice: more.activatePrice == null ? null : price(more.activatePrice),
})
