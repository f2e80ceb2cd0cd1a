// Public calls: time, instruments, prices, book, trades, candles, funding.
import { toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import type { BookLevel } from '../core/events.ts'
import type { Market } from '../core/state.ts'
import { LEVERAGE_MAX } from './instruments.ts'
import { type Call, type Methods, inCurrency, listedMarkets, marketFor, open } from './method.ts'
import { invalidParam } from './refusals.ts'

const PERPETUAL_EXPIRY_MS = 32_503_708_800_000
export const VERSION = '1.2.26'

const indexNameOf = ({ instrument }: Market): string =>
  `${instrument.base}_${instrument.kind === 'linear' ? instrument.quote : 'usd'}`.toLowerCase()

function instrumentJson(market: Market): Record<string, unknown> {
  const { instrument, status } = market
  const isLinear = instrument.kind === 'linear'
  const type = isLinear ? 'linear' : 'reversed'
  return {
    instrument_name: instrument.symbol,
    instrument_id: market.seed >>> 8,
    instrument_type: type,
    future_type: type,
    kind: 'future',
    state: status === 'closed' ? 'closed' : 'open',
    is_active: status === 'trading',
    base_currency: instrument.base,
    quote_currency: instrument.quote,
    counter_currency: instrument.quote,
    settlement_currency: instrument.settle,
    settlement_period: 'perpetual',
    price_index: indexNameOf(market),
    tick_size: toNumber(instrument.tickSize),
    tick_size_steps: [],
    contract_size: toNumber(instrument.lotSize),
    min_trade_amount: toNumber(instrument.minQuantity),
    max_leverage: LEVERAGE_MAX,
    maker_commission: toNumber(instrument.makerFeeRate),
    taker_commission: toNumber(instrument.takerFeeRate),
    max_liquidation_commission: toNumber(instrument.liquidationFeeRate),
    block_trade_commission: 0.00025,
    block_trade_min_trade_amount: 200_000,
    block_trade_tick_size: 0.01,
    creation_timestamp: instrument.onboardMs,
    expiration_timestamp: PERPETUAL_EXPIRY_MS,
  }
}

const pair = ([price, amount]: BookLevel): [number, number] => [toNumber(price), toNumber(amount)]

export function tickerJson(context: Call['context'], market: Market): Record<string, unknown> {
  const { instrument } = market
  const nowMs = context.core.nowMs
  const { bids, asks } = context.core.snapshot(instrument.symbol, 1)
  const [bid, ask] = [bids[0], asks[0]].map((level) => (level ? pair(level) : [0, 0]))
  const mark = toNumber(market.mark)
  const width = mark * toNumber(instrument.percentPrice)
  const day = context.core.candles(instrument.symbol, { lengthMs: 3_600_000, fromMs: nowMs - 86_400_000, toMs: nowMs, limit: 25 })
  const volume = day.reduce((sum, candle) => sum + candle.volume, 0)
  return {
    instrument_name: instrument.symbol,
    timestamp: context.nowMs(),
    state: market.status === 'closed' ? 'closed' : 'open',
    last_price: toNumber(market.last),
    mark_price: mark,
    index_price: toNumber(market.index),
    settlement_price: mark,
    estimated_delivery_price: toNumber(market.index),
    min_price: mark - width,
    max_price: mark + width,
    best_bid_price: bid?.[0] ?? 0,
    best_bid_amount: bid?.[1] ?? 0,
    best_ask_price: ask?.[0] ?? 0,
    best_ask_amount: ask?.[1] ?? 0,
    open_interest: 50_000,
    current_funding: toNumber(market.fundingRate) * 8,
    funding_8h: toNumber(market.fundingRate) * 8,
    interest_value: 0,
    stats: {
      volume,
      volume_usd: day.reduce((sum, candle) => sum + candle.quoteVolume, 0),
      price_change: 0,
      high: Math.max(toNumber(market.last), ...day.map(({ high }) => high)),
      low: Math.min(toNumber(market.last), ...day.map(({ low }) => low)),
    },
  }
}

function orderBook(call: Call): unknown {
  const market = marketFor(call)
  const depth = Math.min(10_000, call.params.integer('depth') ?? 5)
  const { lastId, bids, asks } = call.context.core.snapshot(market.instrument.symbol, depth)
  return { ...tickerJson(call.context, market), change_id: lastId, bids: bids.map(pair), asks: asks.map(pair) }
}

export const printJson = (market: Market, print: Market['prints'][number]): Record<string, unknown> => ({
  trade_id: market.instrument.settle === 'BTC' ? String(print.id) : `${market.instrument.settle}-${print.id}`,
  trade_seq: print.id,
  timestamp: print.tsMs,
  instrument_name: market.instrument.symbol,
  direction: print.takerSide,
  price: toNumber(print.price),
  amount: toNumber(print.quantity),
  contracts: toNumber(print.quantity) / toNumber(market.instrument.lotSize),
  index_price: toNumber(market.index),
  mark_price: toNumber(market.mark),
  tick_direction: 0,
})

function lastTrades(call: Call): unknown {
  const market = marketFor(call)
  const from = call.params.integer('start_timestamp') ?? 0
  const to = call.params.integer('end_timestamp') ?? Number.MAX_SAFE_INTEGER
  const count = Math.min(1_000, call.params.integer('count') ?? 10)
  const isAscending = call.params.oneOf('sorting', ['asc', 'desc', 'default'], 'default') === 'asc'
  const found = market.prints.filter(({ tsMs }) => tsMs >= from && tsMs <= to)
  const page = isAscending ? found.slice(0, count) : found.slice(-count).toReversed()
  return { trades: page.map((print) => printJson(market, print)), has_more: found.length > page.length }
}

export const RESOLUTIONS: Readonly<Record<string, number>> = {
  '1': 60_000,
  '3': 180_000,
  '5': 300_000,
  '10': 600_000,
  '15': 900_000,
  '30': 1_800_000,
  '60': 3_600_000,
  '120': 7_200_000,
  '180': 10_800_000,
  '360': 21_600_000,
  '720': 43_200_000,
  '1D': 86_400_000,
}
function chart(call: Call): unknown {
  const market = marketFor(call)
  const lengthMs = RESOLUTIONS[call.params.required('resolution')]
  if (lengthMs === undefined) throw invalidParam('resolution', `must be one of ${Object.keys(RESOLUTIONS).join(', ')}`)
  const fromMs = call.params.integer('start_timestamp') ?? 0
  const toMs = Math.min(call.params.integer('end_timestamp') ?? Number.MAX_SAFE_INTEGER, call.context.core.nowMs)
  const candles = call.context.core.candles(market.instrument.symbol, { lengthMs, fromMs, toMs, limit: 5_000 })
  return {
    status: candles.length === 0 ? 'no_data' : 'ok',
    ticks: candles.map(({ openMs }) => openMs),
    open: candles.map((candle) => candle.open),
    high: candles.map(({ high }) => high),
    low: candles.map(({ low }) => low),
    close: candles.map(({ close }) => close),
    volume: candles.map(({ volume }) => volume),
    cost: candles.map(({ quoteVolume }) => quoteVolume),
  }
}

/** Rows of an hour, with the rate of the hour and of eight. */
function fundingHistory(call: Call): unknown {
  const market = marketFor(call)
  const from = call.params.integer('start_timestamp') ?? 0
  const to = call.params.integer('end_timestamp') ?? Number.MAX_SAFE_INTEGER
  return market.fundings
    .filter(({ tsMs }) => tsMs >= from && tsMs <= to)
    .slice(-744)
    .map(({ tsMs, rate, mark }) => ({
      timestamp: tsMs,
      interest_1h: toNumber(rate),
      interest_8h: toNumber(rate) * 8,
      index_price: toNumber(mark),
      prev_index_price: toNumber(mark),
    }))
}

function indexPrice(call: Call): unknown {
  const name = call.params.required('index_name')
  const market = listedMarkets(call).find((each) => indexNameOf(each) === name)
  if (!market) throw invalidParam('index_name', 'unknown index')
  return { index_price: toNumber(market.index), estimated_delivery_price: toNumber(market.index) }
}

const currencies = (call: Call): unknown =>
  [...new Set(listedMarkets(call).flatMap(({ instrument }) => [instrument.base, instrument.settle]))].map((currency) => ({
    currency,
    currency_long: currency,
    coin_type: currency,
    fee_precision: 4,
    min_confirmations: 1,
    min_withdrawal_fee: 0.0001,
    withdrawal_fee: 0.0001,
    withdrawal_priorities: [],
    in_cross_collateral_pool: true,
  }))

const summaries = (call: Call, markets: readonly Market[]): unknown =>
  markets.map((market) => {
    const ticker = tickerJson(call.context, market)
    const { instrument } = market
    return {
      ...ticker,
      base_currency: instrument.base,
      quote_currency: instrument.quote,
      creation_timestamp: instrument.onboardMs,
      bid_price: ticker['best_bid_price'],
      ask_price: ticker['best_ask_price'],
      mid_price: toNumber(market.last),
      last: toNumber(market.last),
    }
  })

export const MARKET_METHODS: Methods = {
  'public/get_time': open(({ context }) => context.nowMs()),
  'public/test': open(() => ({ version: VERSION })),
  'public/hello': open(() => ({ version: VERSION })),
  'public/status': open(() => ({ locked: 'false', locked_indices: [] })),
  'public/get_currencies': open(currencies),
  'public/get_instruments': open((call) =>
    listedMarkets(call)
      .filter(({ instrument }) => inCurrency(call, instrument.symbol))
      .map(instrumentJson),
  ),
  'public/get_instrument': open((call) => instrumentJson(marketFor(call))),
  'public/get_contract_size': open((call) => ({ contract_size: toNumber(marketFor(call).instrument.lotSize) })),
  'public/ticker': open((call) => tickerJson(call.context, marketFor(call))),
  'public/get_order_book': open(orderBook),
  'public/get_index_price': open(indexPrice),
  'public/get_book_summary_by_instrument': open((call) => summaries(call, [marketFor(call)])),
  'public/get_book_summary_by_currency': open((call) =>
    summaries(
      call,
      listedMarkets(call).filter(({ instrument }) => inCurrency(call, instrument.symbol)),
    ),
  ),
  'public/get_last_trades_by_instrument': open(lastTrades),
  'public/get_last_trades_by_instrument_and_time': open(lastTrades),
  'public/get_tradingview_chart_data': open(chart),
  'public/get_funding_rate_history': open(fundingHistory),
  'public/get_funding_rate_value': open((call) => Number(toText(marketFor(call).fundingRate))),
}
