// Public requests: time, instruments, prices, book, candles, trades, funding, tiers.
import { crc32 } from 'node:zlib'
import { type Money, type Price, quantityFor, toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import { joined } from '../core/candles.ts'
import type { BookLevel, Candle } from '../core/events.ts'
import type { Market } from '../core/state.ts'
import { LOT_CONTRACTS, contractSizeOf, contractsOf, contractsText } from './instruments.ts'
import { malformed } from './refusals.ts'
import { type Call, type Route, marketFor, open } from './route.ts'

const HOUR = 3_600_000
export const BARS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1H': HOUR,
  '2H': 2 * HOUR,
  '4H': 4 * HOUR,
  '6Hutc': 6 * HOUR,
  '12Hutc': 12 * HOUR,
  '1Dutc': 24 * HOUR,
}

const listed = ({ context }: Call): Market[] => [...context.core.state.markets.values()].filter(({ status }) => status !== 'closed')
const named = (call: Call): Market[] => (call.parameters.text('instId') === null ? listed(call) : [marketFor(call, call.parameters)])
/** `instType` must be said, and only perpetuals are listed here. */
const swaps = (call: Call): Market[] =>
  call.parameters.oneOf('instType', ['SPOT', 'MARGIN', 'SWAP', 'FUTURES', 'OPTION']) === 'SWAP' ? named(call) : []

export function instrumentJson({ instrument, status, deliveryMs }: Market): Record<string, unknown> {
  const family = `${instrument.base}-${instrument.quote}`
  const size = (of: 'maxQuantity' | 'maxMarketQuantity'): string => contractsText(instrument.symbol, instrument[of])
  return {
    alias: '',
    auctionEndTime: '',
    baseCcy: '',
    category: '1',
    ctMult: '1',
    ctType: 'linear',
    ctVal: toText(contractSizeOf(instrument.symbol)),
    ctValCcy: instrument.base,
    expTime: deliveryMs === null ? '' : String(deliveryMs),
    futureSettlement: false,
    groupId: '1',
    instFamily: family,
    instId: instrument.symbol,
    instType: 'SWAP',
    lever: String(Math.max(...instrument.brackets.map(({ leverageMax }) => leverageMax))),
    listTime: String(instrument.onboardMs),
    lotSz: toText(LOT_CONTRACTS),
    maxIcebergSz: size('maxQuantity'),
    maxLmtAmt: '20000000',
    maxLmtSz: size('maxQuantity'),
    maxMktAmt: '',
    maxMktSz: size('maxMarketQuantity'),
    maxStopSz: size('maxMarketQuantity'),
    maxTriggerSz: size('maxQuantity'),
    maxTwapSz: size('maxQuantity'),
    minSz: contractsText(instrument.symbol, instrument.minQuantity),
    optType: '',
    quoteCcy: '',
    ruleType: 'normal',
    settleCcy: instrument.settle,
    state: status === 'trading' ? 'live' : 'suspend',
    stk: '',
    tickSz: toText(instrument.tickSize),
    uly: family,
  }
}

/** Price, contracts, nothing, and a made-up count of orders. */
export const levelsOf = (symbol: string, levels: readonly BookLevel[]): string[][] =>
  levels.map(([at, amount]) => [toText(at), contractsText(symbol, amount), '0', amount === 0n ? '0' : '1'])

/** Of the best 25 levels, bid and ask in turn, as a signed number. */
export function checksumOf(bids: readonly string[][], asks: readonly string[][]): number {
  const parts: string[] = []
  for (let at = 0; at < 25; at += 1) for (const level of [bids[at], asks[at]]) if (level) parts.push(`${level[0]}:${level[1]}`)
  return crc32(parts.join(':')) | 0
}

function books(call: Call): unknown[] {
  const { instrument } = marketFor(call, call.parameters)
  const depth = Math.min(400, call.parameters.integer('sz') ?? 1)
  const { bids, asks, lastId } = call.context.core.snapshot(instrument.symbol, depth)
  const ts = String(call.context.nowMs())
  return [{ asks: levelsOf(instrument.symbol, asks), bids: levelsOf(instrument.symbol, bids), ts, seqId: lastId }]
}

export function tickerJson({ context }: Pick<Call, 'context'>, market: Market): Record<string, unknown> {
  const { symbol } = market.instrument
  const toMs = context.core.nowMs
  const minutes = context.core.candles(symbol, { lengthMs: 60_000, fromMs: toMs - 24 * HOUR, toMs, limit: 1_441 })
  const day = joined(minutes, toMs - 24 * HOUR)
  const { bids, asks } = context.core.snapshot(symbol, 1)
  const [bid, ask] = [levelsOf(symbol, bids)[0] ?? ['', ''], levelsOf(symbol, asks)[0] ?? ['', '']]
  const last = toNumber(market.last)
  const size = toNumber(contractSizeOf(symbol))
  return {
    instType: 'SWAP',
    instId: symbol,
    last: toText(market.last),
    lastSz: contractsText(symbol, market.prints.at(-1)?.quantity ?? market.instrument.lotSize),
    askPx: ask[0],
    askSz: ask[1],
    bidPx: bid[0],
    bidSz: bid[1],
    open24h: String(day?.open ?? last),
    high24h: String(day?.high ?? last),
    low24h: String(day?.low ?? last),
    volCcy24h: (day?.volume ?? 0).toFixed(4),
    vol24h: ((day?.volume ?? 0) / size).toFixed(2),
    sodUtc0: String(day?.open ?? last),
    sodUtc8: String(day?.open ?? last),
    ts: String(context.nowMs()),
  }
}

export const candleRow = (symbol: string, candle: Candle, isClosed: boolean): string[] => [
  String(candle.openMs),
  String(candle.open),
  String(candle.high),
  String(candle.low),
  String(candle.close),
  (candle.volume / toNumber(contractSizeOf(symbol))).toFixed(2),
  candle.volume.toFixed(4),
  candle.quoteVolume.toFixed(4),
  isClosed ? '1' : '0',
]
/** Newest first; `after` and `before` are open times. */
function candles(call: Call): unknown[] {
  const { instrument } = marketFor(call, call.parameters)
  const lengthMs = BARS[call.parameters.text('bar') ?? '1m']
  if (lengthMs === undefined) throw malformed('bar')
  const { nowMs } = call.context.core
  const [after, before] = [call.parameters.integer('after'), call.parameters.integer('before')]
  const limit = Math.min(300, call.parameters.integer('limit') ?? 100)
  const toMs = Math.min(nowMs, after === null ? nowMs : after - 1)
  const fromMs = Math.max(before === null ? 0 : before + 1, toMs - (limit + 1) * lengthMs)
  const rows = call.context.core.candles(instrument.symbol, { lengthMs, fromMs, toMs, limit: limit + 1 })
  return rows
    .toReversed()
    .slice(0, limit)
    .map((candle) => candleRow(instrument.symbol, candle, candle.openMs + lengthMs <= nowMs))
}

export const printJson = (symbol: string, print: Market['prints'][number]): Record<string, string> => ({
  instId: symbol,
  tradeId: String(print.id),
  px: toText(print.price),
  sz: toText(contractsOf(symbol, print.quantity)),
  side: print.takerSide,
  ts: String(print.tsMs),
})

export const fundingJson = ({ instrument, fundingRate, nextFundingMs, fundings }: Market, nowMs: number): Record<string, string> => ({
  formulaType: 'noRate',
  fundingRate: toText(fundingRate),
  fundingTime: String(nextFundingMs),
  impactValue: '',
  instId: instrument.symbol,
  instType: 'SWAP',
  interestRate: '0.0001',
  maxFundingRate: '0.00375',
  method: 'current_period',
  minFundingRate: '-0.00375',
  nextFundingRate: '',
  nextFundingTime: String(nextFundingMs + instrument.fundingIntervalMs),
  premium: '0',
  settFundingRate: toText(fundings.at(-1)?.rate ?? fundingRate),
  settState: 'settled',
  ts: String(nowMs),
})
function fundingHistory(call: Call): unknown[] {
  const { instrument, fundings } = marketFor(call, call.parameters)
  const [after, before] = [call.parameters.integer('after'), call.parameters.integer('before')]
  const isWanted = ({ tsMs }: { tsMs: number }): boolean => (after === null || tsMs < after) && (before === null || tsMs > before)
  const rows = fundings
    .filter(isWanted)
    .toReversed()
    .slice(0, call.parameters.integer('limit') ?? 100)
  return rows.map(({ tsMs, rate }) => ({
    fundingRate: toText(rate),
    fundingTime: String(tsMs),
    instId: instrument.symbol,
    instType: 'SWAP',
    method: 'current_period',
    realizedRate: toText(rate),
  }))
}

/** Sizes of tiers are contracts, at the present mark price. */
function tiers(call: Call): unknown[] {
  const families = (call.parameters.text('instFamily') ?? call.parameters.text('uly') ?? '').split(',')
  const wanted = call.parameters.text('tier')
  call.parameters.oneOf('tdMode', ['cross', 'isolated'])
  return swaps(call)
    .filter(({ instrument }) => families.includes(`${instrument.base}-${instrument.quote}`))
    .flatMap(({ instrument, mark }) =>
      instrument.brackets.map((bracket, at) => ({
        baseMaxLoan: '',
        imr: String(1 / bracket.leverageMax),
        instFamily: `${instrument.base}-${instrument.quote}`,
        instId: '',
        maxLever: String(bracket.leverageMax),
        maxSz: contractsAt(instrument.symbol, mark, bracket.notionalCap),
        minSz: contractsAt(instrument.symbol, mark, bracket.notionalFloor),
        mmr: toText(bracket.maintenanceRate),
        optMgnFactor: '0',
        quoteMaxLoan: '',
        tier: String(at + 1),
        uly: `${instrument.base}-${instrument.quote}`,
      })),
    )
    .filter(({ tier }) => wanted === null || tier === wanted)
}
const contractsAt = (symbol: string, mark: Price, notional: Money): string =>
  Math.floor(toNumber(contractsOf(symbol, quantityFor(notional, mark, 'down')))).toString()

const markJson = (call: Call, { instrument, mark }: Market): Record<string, string> => ({
  instType: 'SWAP',
  instId: instrument.symbol,
  markPx: toText(mark),
  ts: String(call.context.nowMs()),
})

export const MARKET_ROUTES: Readonly<Record<string, Route>> = {
  'GET public/time': open(10, ({ context }) => [{ ts: String(context.nowMs()) }]),
  'GET public/instruments': open(20, (call) => swaps(call).map(instrumentJson)),
  'GET public/mark-price': open(10, (call) => swaps(call).map((market) => markJson(call, market))),
  'GET public/position-tiers': open(10, tiers),
  'GET public/funding-rate': open(20, (call) => named(call).map((market) => fundingJson(market, call.context.nowMs()))),
  'GET public/funding-rate-history': open(10, fundingHistory),
  'GET market/ticker': open(20, (call) => [tickerJson(call, marketFor(call, call.parameters))]),
  'GET market/tickers': open(20, (call) => swaps(call).map((market) => tickerJson(call, market))),
  'GET market/books': open(40, books),
  'GET market/candles': open(40, candles),
  'GET market/history-candles': open(20, candles),
  'GET market/trades': open(100, (call) => {
    const { instrument, prints } = marketFor(call, call.parameters)
    const limit = Math.min(500, call.parameters.integer('limit') ?? 100)
    return prints
      .slice(-limit)
      .toReversed()
      .map((print) => printJson(instrument.symbol, print))
  }),
  'GET system/status': open(1, () => []),
}
