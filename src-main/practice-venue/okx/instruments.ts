// Perpetuals that the practice venue can list, with the filters and fees that OKX published for them in 2025. The core counts in base units; what a
// contract is worth is known here.
import {
  type Money,
  type Price,
  type Quantity,
  money,
  notionalOf,
  price,
  quantity,
  quantityFor,
  rate,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import type { LeverageBracket, VenueInstrument } from '../core/instrument.ts'
import type { MarketConfig } from '../core/market.ts'
import type { VenueRules } from '../core/state.ts'

export const OKX_RULES: VenueRules = {
  clientIdScope: 'open',
  refusesImmediateTrigger: true,
  reduceOnlyReserves: false,
  conditionalsEndWithPosition: false,
  singleClosePosition: true,
  postOnlyEnds: true,
  openOrdersMax: 500,
  conditionalsMax: 500,
}

/** Coins in a contract; sizes are in hundredths of one. */
const CONTRACT_SIZES: Readonly<Record<string, Quantity>> = {
  'BTC-USDT-SWAP': quantity('0.01'),
  'ETH-USDT-SWAP': quantity('0.1'),
  'SOL-USDT-SWAP': quantity('1'),
}
export const LOT_CONTRACTS = quantity('0.01')
export const contractSizeOf = (symbol: string): Quantity => CONTRACT_SIZES[symbol] ?? quantity('1')
const times = (a: Quantity, b: Quantity): Quantity => notionalOf(a as bigint as Price, b) as bigint as Quantity
export const baseFrom = (symbol: string, contracts: Quantity): Quantity => times(contractSizeOf(symbol), contracts)
export const contractsOf = (symbol: string, base: Quantity): Quantity =>
  quantityFor(base as bigint as Money, contractSizeOf(symbol) as bigint as Price, 'half_even')
export const contractsText = (symbol: string, base: Quantity): string => toText(contractsOf(symbol, base))

/** The maintenance rate of a tier holds for the whole position. */
const tier = (floor: string, cap: string, terms: { leverage: number; rate: string }): LeverageBracket => ({
  notionalFloor: money(floor),
  notionalCap: money(cap),
  leverageMax: terms.leverage,
  maintenanceRate: rate(terms.rate),
  maintenanceAmount: money('0'),
})
const TIERS: readonly LeverageBracket[] = [
  tier('0', '1000000', { leverage: 100, rate: '0.004' }),
  tier('1000000', '5000000', { leverage: 50, rate: '0.01' }),
  tier('5000000', '20000000', { leverage: 20, rate: '0.02' }),
  tier('20000000', '100000000', { leverage: 10, rate: '0.05' }),
  tier('100000000', '1000000000', { leverage: 2, rate: '0.25' }),
]

const perpetual = (base: string, tick: string, maxMarketContracts: string): VenueInstrument => {
  const symbol = `${base}-USDT-SWAP`
  const lotSize = baseFrom(symbol, LOT_CONTRACTS)
  return {
    symbol,
    kind: 'linear',
    base,
    quote: 'USDT',
    settle: 'USDT',
    tickSize: price(tick),
    lotSize,
    minQuantity: lotSize,
    maxQuantity: baseFrom(symbol, quantity('100000000')),
    maxMarketQuantity: baseFrom(symbol, quantity(maxMarketContracts)),
    minNotional: money('0'),
    percentPrice: rate('0.05'),
    makerFeeRate: rate('0.0002'),
    takerFeeRate: rate('0.0005'),
    liquidationFeeRate: rate('0.0125'),
    fundingIntervalMs: 8 * 3_600_000,
    brackets: TIERS,
    onboardMs: 1_573_557_408_000,
  }
}
export const BTC_USDT_SWAP = perpetual('BTC', '0.1', '12000')
export const ETH_USDT_SWAP = perpetual('ETH', '0.01', '20000')
export const SOL_USDT_SWAP = perpetual('SOL', '0.01', '200000')

const walking = (instrument: VenueInstrument, startPrice: number, meanLots: number): MarketConfig => ({
  instrument,
  source: { kind: 'walk', startPrice, volatility: 0.6, drift: 0, jumpsPerDay: 4, jumpSize: 0.004, tickMs: 250 },
  shape: { levels: 50, meanLots },
  fundingRate: 0.0001,
  historyMinutes: 10_080,
})
/** Three perpetuals on a seeded walk. */
export const OKX_MARKETS: readonly MarketConfig[] = [
  walking(BTC_USDT_SWAP, 100_000, 20_000),
  walking(ETH_USDT_SWAP, 3_500, 20_000),
  walking(SOL_USDT_SWAP, 180, 50_000),
]
