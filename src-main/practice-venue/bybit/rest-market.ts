// Public requests: time, instruments, risk limits, prices, book, candles, trades, funding.
import { ratioOf, rate, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import { joined } from '../core/candles.ts'
import type { BookLevel, Candle } from '../core/events.ts'
import { leverageMax } from '../core/instrument.ts'
import type { Market } from '../core/state.ts'
import { malformed, missing } from './refusals.ts'
import { type Call, type Route, requireLinear } from './route.ts'
import { execIdOf } from './words.ts'

export const INTERVALS: Readonly<Record<string, number>> = {
  '1': 60_000,
  '3': 180_000,
  '5': 300_000,
  '15': 900_000,
  '30': 1_800_000,
  '60': 3_600_000,
  '120': 7_200_000,
  '240': 14_400_000,
  '360': 21_600_000,
  '720': 43_200_000,
  D: 86_400_000,
  W: 604_800_000,
}
const DAY_MS = 86_400_000

export const listed = ({ context }: Pick<Call, 'context'>): Market[] =>
  [...context.core.state.markets.values()].filter(({ status }) => status !== 'closed')

export function marketFor({ context, parameters }: Call): Market {
  const symbol = parameters.text('symbol')
  if (symbol === null) throw missing('symbol')
  const market = context.core.market(symbol)
  if (!market) throw malformed('symbol')
  return market
}
/** One where a symbol is named, all where none is. */
function oneOrAll(call: Call): Market[] {
  requireLinear(call)
  return call.parameters.text('symbol') === null ? listed(call) : [marketFor(call)]
}

function instruments(call: Call): unknown {
  // Other categories are known and empty.
  if (call.parameters.required('category') !== 'linear') return { category: call.parameters.text('category'), list: [], nextPageCursor: '' }
  return { category: 'linear', list: oneOrAll(call).map(instrumentRow), nextPageCursor: '' }
}
const instrumentRow = ({ instrument, status, deliveryMs }: Market): Record<string, unknown> => ({
  symbol: instrument.symbol,
  contractType: 'LinearPerpetual',
  status: status === 'trading' ? 'Trading' : status === 'settling' ? 'Delivering' : 'Closed',
  baseCoin: instrument.base,
  quoteCoin: instrument.quote,
  launchTime: String(instrument.onboardMs),
  deliveryTime: String(deliveryMs ?? 0),
  deliveryFeeRate: '',
  priceScale: String((toText(instrument.tickSize).split('.')[1] ?? '').length),
  leverageFilter: { minLeverage: '1', maxLeverage: leverageMax(instrument).toFixed(2), leverageStep: '0.01' },
  priceFilter: { minPrice: toText(instrument.tickSize), maxPrice: '1999999.80', tickSize: toText(instrument.tickSize) },
  lotSizeFilter: {
    maxOrderQty: toText(instrument.maxQuantity),
    minOrderQty: toText(instrument.minQuantity),
    qtyStep: toText(instrument.lotSize),
    postOnlyMaxOrderQty: toText(instrument.maxQuantity),
    maxMktOrderQty: toText(instrument.maxMarketQuantity),
    minNotionalValue: toText(instrument.minNotional),
  },
  unifiedMarginTrade: true,
  fundingInterval: instrument.fundingIntervalMs / 60_000,
  settleCoin: instrument.settle,
  copyTrading: 'none',
  upperFundingRate: '0.00375',
  lowerFundingRate: '-0.00375',
  isPreListing: false,
  preListingInfo: null,
})

const riskLimits = (call: Call): unknown => ({
  category: 'linear',
  list: oneOrAll(call).flatMap(({ instrument }) =>
    instrument.brackets.map((bracket, index) => ({
      id: index + 1,
      symbol: instrument.symbol,
      riskLimitValue: toText(bracket.notionalCap),
      maintenanceMargin: toText(bracket.maintenanceRate),
      initialMargin: toText(ratioOf(rate('1'), rate(String(bracket.leverageMax)))),
      isLowestRisk: index === 0 ? 1 : 0,
      maxLeverage: bracket.leverageMax.toFixed(2),
      mmDeduction: toText(bracket.maintenanceAmount),
    })),
  ),
  nextPageCursor: '',
})

/** As REST and the stream tell it. */
export function tickerRow({ core }: Call['context'], market: Market): Record<string, unknown> {
  const { symbol } = market.instrument
  const toMs = core.nowMs
  const day = joined(core.candles(symbol, { lengthMs: 60_000, fromMs: toMs - DAY_MS, toMs, limit: 1_441 }), toMs - DAY_MS)
  const { bids, asks } = core.snapshot(symbol, 1)
  const last = toNumber(market.last)
  const open = day?.open ?? last
  const best = (levels: readonly BookLevel[], at: 0 | 1): string => (levels[0] ? toText(levels[0][at]) : '')
  return {
    symbol,
    lastPrice: toText(market.last),
    indexPrice: toText(market.index),
    markPrice: toText(market.mark),
    prevPrice24h: String(open),
    price24hPcnt: ((last - open) / open).toFixed(6),
    highPrice24h: String(day?.high ?? last),
    lowPrice24h: String(day?.low ?? last),
    prevPrice1h: String(open),
    openInterest: '50000',
    openInterestValue: (50_000 * last).toFixed(2),
    turnover24h: (day?.quoteVolume ?? 0).toFixed(4),
    volume24h: (day?.volume ?? 0).toFixed(4),
    fundingRate: toText(market.fundingRate),
    nextFundingTime: String(market.nextFundingMs),
    predictedDeliveryPrice: '',
    basisRate: '',
    deliveryFeeRate: '',
    deliveryTime: '0',
    ask1Size: best(asks, 1),
    bid1Price: best(bids, 0),
    ask1Price: best(asks, 0),
    bid1Size: best(bids, 1),
    basis: '',
  }
}
const tickers = (call: Call): unknown => ({ category: 'linear', list: oneOrAll(call).map((market) => tickerRow(call.context, market)) })

export const levelsOf = (levels: readonly BookLevel[]): string[][] => levels.map(([at, amount]) => [toText(at), toText(amount)])
function orderbook(call: Call): unknown {
  requireLinear(call)
  const market = marketFor(call)
  const limit = Math.min(500, call.parameters.integer('limit') ?? 25)
  const { lastId, bids, asks } = call.context.core.snapshot(market.instrument.symbol, limit)
  const ts = call.context.nowMs()
  return { s: market.instrument.symbol, b: levelsOf(bids), a: levelsOf(asks), ts, u: lastId, seq: lastId, cts: ts }
}

export function lengthOf(interval: string): number {
  const lengthMs = INTERVALS[interval]
  if (lengthMs === undefined) throw malformed('interval')
  return lengthMs
}
/** The newest first. */
function candles(call: Call): { market: Market; found: Candle[] } {
  requireLinear(call)
  const { parameters, context } = call
  const market = marketFor(call)
  const lengthMs = lengthOf(parameters.required('interval'))
  const toMs = Math.min(parameters.integer('end') ?? Number.MAX_SAFE_INTEGER, context.core.nowMs)
  const limit = Math.min(1_000, parameters.integer('limit') ?? 200)
  const range = { lengthMs, fromMs: parameters.integer('start'), toMs, limit }
  return { market, found: context.core.candles(market.instrument.symbol, range).toReversed() }
}
function kline(call: Call, withVolume: boolean): unknown {
  const { market, found } = candles(call)
  const list = found.map((candle) => [
    ...[candle.openMs, candle.open, candle.high, candle.low, candle.close].map(String),
    ...(withVolume ? [candle.volume.toFixed(3), candle.quoteVolume.toFixed(4)] : []),
  ])
  return { symbol: market.instrument.symbol, category: 'linear', list }
}

export type Print = Market['prints'][number]
function recentTrades(call: Call): unknown {
  requireLinear(call)
  const { prints, instrument } = marketFor(call)
  const limit = Math.min(1_000, call.parameters.integer('limit') ?? 500)
  const list = prints
    .slice(-limit)
    .toReversed()
    .map((print) => ({
      execId: execIdOf(print.id),
      symbol: instrument.symbol,
      price: toText(print.price),
      size: toText(print.quantity),
      side: print.takerSide === 'buy' ? 'Buy' : 'Sell',
      time: String(print.tsMs),
      isBlockTrade: false,
    }))
  return { category: 'linear', list }
}
function fundingHistory(call: Call): unknown {
  requireLinear(call)
  const { fundings, instrument } = marketFor(call)
  const from = call.parameters.integer('startTime') ?? 0
  const to = call.parameters.integer('endTime') ?? Number.MAX_SAFE_INTEGER
  const limit = Math.min(200, call.parameters.integer('limit') ?? 200)
  const list = fundings
    .filter(({ tsMs }) => tsMs >= from && tsMs <= to)
    .slice(-limit)
    .toReversed()
    .map((paid) => ({ symbol: instrument.symbol, fundingRate: toText(paid.rate), fundingRateTimestamp: String(paid.tsMs) }))
  return { category: 'linear', list }
}
function time({ context }: Call): unknown {
  const nowMs = context.nowMs()
  return { timeSecond: String(Math.floor(nowMs / 1_000)), timeNano: `${nowMs}000000` }
}

const open = (handle: (call: Call) => unknown): Route => ({ security: 'none', handle })
export const MARKET_ROUTES: Readonly<Record<string, Route>> = {
  'GET /v5/market/time': open(time),
  'GET /v5/market/instruments-info': open(instruments),
  'GET /v5/market/risk-limit': open(riskLimits),
  'GET /v5/market/tickers': open(tickers),
  'GET /v5/market/orderbook': open(orderbook),
  'GET /v5/market/kline': open((call) => kline(call, true)),
  'GET /v5/market/mark-price-kline': open((call) => kline(call, false)),
  'GET /v5/market/index-price-kline': open((call) => kline(call, false)),
  'GET /v5/market/recent-trade': open(recentTrades),
  'GET /v5/market/funding/history': open(fundingHistory),
}
