// What the practice venue lists as Binance: limits, fees and leverage brackets as the real exchange published them in 2025.
import { money, price, quantity, rate } from '../../../src-shared/domain/decimal.ts'
import { type BracketTier, bracketsOf } from '../core/brackets.ts'
import type { VenueInstrument } from '../core/instrument.ts'
import type { MarketConfig } from '../core/market.ts'

const MAJOR: readonly BracketTier[] = [
  ['300000', 125, '0.004'],
  ['800000', 100, '0.005'],
  ['3000000', 75, '0.0065'],
  ['12000000', 50, '0.01'],
  ['70000000', 25, '0.02'],
  ['100000000', 20, '0.025'],
  ['230000000', 10, '0.05'],
  ['480000000', 5, '0.1'],
  ['1800000000', 1, '0.5'],
]
const MINOR: readonly BracketTier[] = [
  ['10000', 75, '0.005'],
  ['80000', 50, '0.01'],
  ['400000', 25, '0.02'],
  ['800000', 20, '0.025'],
  ['2000000', 10, '0.05'],
  ['5000000', 5, '0.1'],
  ['30000000', 1, '0.5'],
]

type Facts = {
  readonly base: string
  readonly tick: string
  readonly lot: string
  readonly max: string
  readonly maxMarket: string
  readonly minNotional: string
  readonly percent: string
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
  minNotional: money(facts.minNotional),
  percentPrice: rate(facts.percent),
  makerFeeRate: rate('0.0002'),
  takerFeeRate: rate('0.0005'),
  liquidationFeeRate: rate('0.0125'),
  fundingIntervalMs: 8 * 3_600_000,
  brackets: bracketsOf(facts.tiers),
  onboardMs: 1_569_398_400_000,
})

export const BTCUSDT = perpetual({
  base: 'BTC',
  tick: '0.1',
  lot: '0.001',
  max: '1000',
  maxMarket: '120',
  minNotional: '100',
  percent: '0.05',
  tiers: MAJOR,
})
export const ETHUSDT = perpetual({
  base: 'ETH',
  tick: '0.01',
  lot: '0.001',
  max: '10000',
  maxMarket: '2000',
  minNotional: '20',
  percent: '0.05',
  tiers: MAJOR,
})
export const SOLUSDT = perpetual({
  base: 'SOL',
  tick: '0.01',
  lot: '0.01',
  max: '1000000',
  maxMarket: '20000',
  minNotional: '5',
  percent: '0.05',
  tiers: MINOR,
})

const walking = (instrument: VenueInstrument, startPrice: number, meanLots: number): MarketConfig => ({
  instrument,
  source: { kind: 'walk', startPrice, volatility: 0.6, drift: 0, jumpsPerDay: 4, jumpSize: 0.004, tickMs: 250 },
  shape: { levels: 50, meanLots },
  fundingRate: 0.0001,
  historyMinutes: 10_080,
})

/** Three perpetuals on a seeded walk. */
export const BINANCE_MARKETS: readonly MarketConfig[] = [
  walking(BTCUSDT, 100_000, 2_000),
  walking(ETHUSDT, 3_500, 20_000),
  walking(SOLUSDT, 180, 50_000),
]
