// Public requests: candles, book, trades, prices, funding.
import { toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import { joined } from '../core/candles.ts'
import type { Candle } from '../core/events.ts'
import type { Market } from '../core/state.ts'
import { brackets, exchangeInfo } from './exchange-info.ts'
import type { Call, Route } from './route.ts'
import { BinanceRefusal, invalidSymbol, malformed } from './refusals.ts'

export const INTERVALS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '6h': 21_600_000,
  '8h': 28_800_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
  '3d': 259_200_000,
  '1w': 604_800_000,
}

const listed = ({ context }: Call): Market[] => [...context.core.state.markets.values()].filter(({ status }) => status !== 'closed')

export function marketFor({ context, parameters }: Call): Market {
  const market = context.core.market(parameters.required('symbol'))
  if (!market) throw invalidSymbol()
  return market
}

/** One where a symbol is named, all where none is. */
function oneOrAll(call: Call, describe: (market: Market) => unknown): unknown {
  return call.parameters.text('symbol') === null ? listed(call).map(describe) : describe(marketFor(call))
}

const limitOf = ({ parameters }: Call, otherwise: number, most: number): number => Math.min(most, parameters.integer('limit') ?? otherwise)

export const klineRow = (candle: Candle, lengthMs: number): unknown[] => [
  candle.openMs,
  String(candle.open),
  String(candle.high),
  String(candle.low),
  String(candle.close),
  candle.volume.toFixed(3),
  candle.openMs + lengthMs - 1,
  candle.quoteVolume.toFixed(5),
  candle.trades,
  candle.takerBuyVolume.toFixed(3),
  candle.takerBuyQuote.toFixed(5),
  '0',
]

function klines(call: Call): unknown {
  const market = marketFor(call)
  const lengthMs = INTERVALS[call.parameters.required('interval')]
  if (lengthMs === undefined) throw new BinanceRefusal(-1120, 'Invalid interval.')
  const toMs = Math.min(call.parameters.integer('endTime') ?? Number.MAX_SAFE_INTEGER, call.context.core.nowMs)
  const fromMs = call.parameters.integer('startTime')
  const range = { lengthMs, fromMs, toMs, limit: limitOf(call, 500, 1_500) }
  return call.context.core.candles(market.instrument.symbol, range).map((candle) => klineRow(candle, lengthMs))
}

function depth(call: Call): unknown {
  const market = marketFor(call)
  const limit = call.parameters.integer('limit') ?? 500
  if (![5, 10, 20, 50, 100, 500, 1000].includes(limit)) throw malformed('limit')
  const { lastId, bids, asks } = call.context.core.snapshot(market.instrument.symbol, limit)
  const texts = (levels: typeof bids): string[][] => levels.map(([at, amount]) => [toText(at), toText(amount)])
  const nowMs = call.context.nowMs()
  return { lastUpdateId: lastId, E: nowMs, T: nowMs, bids: texts(bids), asks: texts(asks) }
}

function ticker24h(call: Call, market: Market): unknown {
  const { symbol } = market.instrument
  const toMs = call.context.core.nowMs
  const minutes = call.context.core.candles(symbol, { lengthMs: 60_000, fromMs: toMs - 86_400_000, toMs, limit: 1_441 })
  const day = joined(minutes, toMs - 86_400_000)
  const last = toNumber(market.last)
  const open = day?.open ?? last
  return {
    symbol,
    priceChange: (last - open).toFixed(2),
    priceChangePercent: (((last - open) / open) * 100).toFixed(3),
    weightedAvgPrice: (day && day.volume > 0 ? day.quoteVolume / day.volume : last).toFixed(2),
    lastPrice: toText(market.last),
    lastQty: market.prints.length > 0 ? toText(market.prints.at(-1)?.quantity ?? market.instrument.lotSize) : '0',
    openPrice: String(open),
    highPrice: String(day?.high ?? last),
    lowPrice: String(day?.low ?? last),
    volume: (day?.volume ?? 0).toFixed(3),
    quoteVolume: (day?.quoteVolume ?? 0).toFixed(2),
    openTime: toMs - 86_400_000,
    closeTime: toMs,
    firstId: market.prints[0]?.id ?? market.lastPrintId,
    lastId: market.lastPrintId,
    count: day?.trades ?? 0,
  }
}

const bookTicker = (call: Call, market: Market): unknown => {
  const { lastId, bids, asks } = call.context.core.snapshot(market.instrument.symbol, 1)
  const [bid, ask] = [bids[0], asks[0]]
  return {
    lastUpdateId: lastId,
    symbol: market.instrument.symbol,
    bidPrice: bid ? toText(bid[0]) : '0',
    bidQty: bid ? toText(bid[1]) : '0',
    askPrice: ask ? toText(ask[0]) : '0',
    askQty: ask ? toText(ask[1]) : '0',
    time: call.context.nowMs(),
  }
}

const premiumIndex = (call: Call, market: Market): unknown => ({
  symbol: market.instrument.symbol,
  markPrice: toText(market.mark),
  indexPrice: toText(market.index),
  estimatedSettlePrice: toText(market.index),
  lastFundingRate: toText(market.fundingRate),
  interestRate: '0.00010000',
  nextFundingTime: market.nextFundingMs,
  time: call.context.nowMs(),
})

function trades(call: Call, rename: (print: Market['prints'][number]) => unknown): unknown {
  const market = marketFor(call)
  const fromId = call.parameters.integer('fromId')
  const startTime = call.parameters.integer('startTime')
  const endTime = call.parameters.integer('endTime') ?? Number.MAX_SAFE_INTEGER
  const found = market.prints.filter(({ id, tsMs }) => id >= (fromId ?? 0) && tsMs >= (startTime ?? 0) && tsMs <= endTime)
  const limit = limitOf(call, 500, 1_000)
  return (fromId === null && startTime === null ? found.slice(-limit) : found.slice(0, limit)).map(rename)
}

function fundingRates(call: Call): unknown {
  const symbol = call.parameters.text('symbol')
  const from = call.parameters.integer('startTime')
  const to = call.parameters.integer('endTime') ?? Number.MAX_SAFE_INTEGER
  const limit = limitOf(call, 100, 1_000)
  const rows = listed(call)
    .filter(({ instrument }) => symbol === null || instrument.symbol === symbol)
    .flatMap(({ instrument, fundings }) => fundings.map((funding) => ({ symbol: instrument.symbol, ...funding })))
    .filter(({ tsMs }) => tsMs >= (from ?? 0) && tsMs <= to)
  return (from === null ? rows.slice(-limit) : rows.slice(0, limit)).map(({ tsMs, rate, mark, symbol: of }) => ({
    symbol: of,
    fundingTime: tsMs + ((tsMs / 3_600_000) % 3),
    fundingRate: toText(rate),
    markPrice: toText(mark),
  }))
}

const depthWeight = (limit: number): number => (limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20)
const klineWeight = (limit: number): number => (limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10)
const open = (weight: number, handle: (call: Call) => unknown): Route => ({ weight, security: 'none', orders: 0, handle })

export const MARKET_ROUTES: Readonly<Record<string, Route>> = {
  'GET /fapi/v1/ping': open(1, () => ({})),
  'GET /fapi/v1/time': open(1, ({ context }) => ({ serverTime: context.nowMs() })),
  'GET /fapi/v1/exchangeInfo': open(1, (call) => exchangeInfo(listed(call), call.context)),
  'GET /fapi/v1/klines': { ...open(5, klines), weigh: ({ parameters }) => klineWeight(parameters.integer('limit') ?? 500) },
  'GET /fapi/v1/depth': { ...open(10, depth), weigh: ({ parameters }) => depthWeight(parameters.integer('limit') ?? 500) },
  'GET /fapi/v1/trades': open(5, (call) =>
    trades(call, ({ id, price, quantity, tsMs, takerSide }) => ({
      id,
      price: toText(price),
      qty: toText(quantity),
      quoteQty: (toNumber(price) * toNumber(quantity)).toFixed(2),
      time: tsMs,
      isBuyerMaker: takerSide === 'sell',
    })),
  ),
  'GET /fapi/v1/aggTrades': open(20, (call) =>
    trades(call, ({ id, price, quantity, tsMs, takerSide }) => ({
      a: id,
      p: toText(price),
      q: toText(quantity),
      f: id,
      l: id,
      T: tsMs,
      m: takerSide === 'sell',
    })),
  ),
  'GET /fapi/v1/premiumIndex': open(1, (call) => oneOrAll(call, (market) => premiumIndex(call, market))),
  'GET /fapi/v1/fundingRate': open(1, fundingRates),
  'GET /fapi/v1/fundingInfo': open(1, (call) =>
    listed(call).map(({ instrument }) => ({
      symbol: instrument.symbol,
      adjustedFundingRateCap: '0.02000000',
      adjustedFundingRateFloor: '-0.02000000',
      fundingIntervalHours: instrument.fundingIntervalMs / 3_600_000,
      disclaimer: false,
    })),
  ),
  'GET /fapi/v1/ticker/24hr': open(40, (call) => oneOrAll(call, (market) => ticker24h(call, market))),
  'GET /fapi/v1/ticker/price': open(2, priceTicker),
  'GET /fapi/v2/ticker/price': open(2, priceTicker),
  'GET /fapi/v1/ticker/bookTicker': open(5, (call) => oneOrAll(call, (market) => bookTicker(call, market))),
  'GET /fapi/v1/openInterest': open(1, (call) => ({
    symbol: marketFor(call).instrument.symbol,
    openInterest: '50000.000',
    time: call.context.nowMs(),
  })),
  'GET /fapi/v1/leverageBracket': {
    ...open(1, (call) => (call.parameters.text('symbol') === null ? listed(call).map(brackets) : [brackets(marketFor(call))])),
    security: 'signed',
  },
}

function priceTicker(call: Call): unknown {
  const time = call.context.nowMs()
  return oneOrAll(call, ({ instrument, last }) => ({ symbol: instrument.symbol, price: toText(last), time }))
}
