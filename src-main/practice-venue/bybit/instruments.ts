// What the practice venue lists as Bybit linear: limits, fees and risk limits as the real exchange published them in 2025.
import { money, price, quantity, rate } from '../../../src-shared/domain/decimal.ts'
import { type BracketTier, bracketsOf } from '../core/brackets.ts'
import type { VenueInstrument } from '../core/instrument.ts'
import type { MarketConfig } from '../core/market.ts'
import type { VenueRules } from '../core/state.ts'
import type { RequestLimits } from '../wire/contract.ts'

/** Client ids are never used twice; a trigger that is passed is refused; stops outlive their position. */
export const BYBIT_RULES: VenueRules = {
  clientIdScope: 'ever',
  refusesImmediateTrigger: true,
  reduceOnlyReserves: true,
  conditionalsEndWithPosition: false,
  singleClosePosition: false,
  postOnlyEnds: true,
  openOrdersMax: 500,
  conditionalsMax: 500,
}
/** Ten orders a second; 600 requests of an address in five. */
export const BYBIT_LIMITS: RequestLimits = { weightPerMinute: 7_200, ordersPer10Seconds: 100, ordersPerMinute: 600 }

const MAJOR: readonly BracketTier[] = [
  ['2000000', 100, '0.005'],
  ['10000000', 50, '0.01'],
  ['20000000', 40, '0.0125'],
  ['50000000', 25, '0.02'],
  ['100000000', 12, '0.04'],
  ['250000000', 5, '0.1'],
  ['500000000', 2, '0.25'],
]
const MINOR: readonly BracketTier[] = [
  ['200000', 75, '0.0075'],
  ['1000000', 50, '0.01'],
  ['3000000', 25, '0.02'],
  ['8000000', 12, '0.04'],
  ['20000000', 5, '0.1'],
]

type Facts = {
  readonly base: string
  readonly tick: string
  readonly lot: string
  readonly max: string
  readonly maxMarket: string
  readonly tiers: readonly BracketTier[]
}
const perpetual = (facts: Facts): VenueInstrument => ({
  symbol: `${facts.base}USDT`,
  kind: 'linear',
  base: facts.base,
  quote: 'USDT',
  settle: 'USDT',
  tickSize: price(facts.tick),
  lotSize: quantity(facts.lot),
  minQuantity: quantity(facts.lot),
  maxQuantity: quantity(facts.max),
  maxMarketQuantity: quantity(facts.maxMarket),
  minNotional: money('5'),
  percentPrice: rate('0.1'),
  makerFeeRate: rate('0.0002'),
  takerFeeRate: rate('0.00055'),
  liquidationFeeRate: rate('0.00055'),
  fundingIntervalMs: 8 * 3_600_000,
  brackets: bracketsOf(facts.tiers),
  onboardMs: 1_585_526_400_000,
})

export const BYBIT_BTCUSDT = perpetual({ base: 'BTC', tick: '0.1', lot: '0.001', max: '1190', maxMarket: '119', tiers: MAJOR })
export const BYBIT_ETHUSDT = perpetual({ base: 'ETH', tick: '0.01', lot: '0.01', max: '7240', maxMarket: '724', tiers: MAJOR })
export const BYBIT_SOLUSDT = perpetual({ base: 'SOL', tick: '0.01', lot: '0.1', max: '83800', maxMarket: '8380', tiers: MINOR })

const walking = (instrument: VenueInstrument, startPrice: number, meanLots: number): MarketConfig => ({
  instrument,
  source: { kind: 'walk', startPrice, volatility: 0.6, drift: 0, jumpsPerDay: 4, jumpSize: 0.004, tickMs: 250 },
  shape: { levels: 50, meanLots },
  fundingRate: 0.0001,
  historyMinutes: 10_080,
})

/** Three perpetuals on a seeded walk. */
export const BYBIT_MARKETS: readonly MarketConfig[] = [
  walking(BYBIT_BTCUSDT, 100_000, 2_000),
  walking(BYBIT_ETHUSDT, 3_500, 2_000),
  walking(BYBIT_SOLUSDT, 180, 5_000),
]
