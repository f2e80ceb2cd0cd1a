// Bybit, OKX and Deribit on the loopback interface: the public part that a download reads, with the limits and the order of each.
// Shapes as their documentation has them, as quoted in ccxt's source (MIT); the market is a list of candles and payments that the test gives.
import { type Server, createServer } from 'node:http'
import type { PublicExchange, SwapVenue } from '../../src-main/adapters/ccxt/swap-market.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'

export type Payment = { readonly tsMs: number; readonly rate: string }

/** Base units of one contract of OKX. */
const OKX_CONTRACT = 0.01
const byTime = (a: { readonly openTimeMs: number }, b: { readonly openTimeMs: number }): number => a.openTimeMs - b.openTimeMs

export class SwapLoopback {
  readonly #venue: SwapVenue
  readonly #server: Server
  /** Rows at once; less than what the documentation says stands for a venue that changed its mind. */
  candlesMax = { bybit: 1_000, okx: 300, deribit: 5_000 }
  candles: Candle[] = []
  payments: Payment[] = []
  listedMs = 0
  status = 200
  readonly requests: URL[] = []

  constructor(venue: SwapVenue) {
    this.#venue = venue
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      this.requests.push(url)
      const body = this.status === 200 ? this.#body(url) : { message: 'refused by the test' }
      response.writeHead(body === null ? 404 : this.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body ?? { message: 'not found' }))
    })
  }
  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }
  /** The library goes on believing that it talks to the venue. */
  prepare = async (exchange: PublicExchange): Promise<void> => {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the loopback venue is not listening')
    const origin = `http://127.0.0.1:${address.port}`
    await exchange.loadFetchImplementation()
    exchange.fetchDispatcher = exchange.fetchDispatcher.compose(
      (dispatch: (options: object, handler: unknown) => boolean) => (options: object, handler: unknown) =>
        dispatch({ ...options, origin }, handler),
    )
  }
  /** Of the requests for candles or payments, in order. */
  asked(what: 'candles' | 'funding'): readonly URL[] {
    const paths = { candles: /kline|candles|tradingview/, funding: /funding/ }
    return this.requests.filter(({ pathname }) => paths[what].test(pathname))
  }

  #body({ pathname, searchParams }: URL): unknown {
    const number = (name: string): number | null => (searchParams.has(name) ? Number(searchParams.get(name)) : null)
    switch (pathname) {
      case '/v5/market/instruments-info':
        return bybit({ category: 'linear', list: searchParams.has('status') ? [] : [bybitContract(this.listedMs)], nextPageCursor: '' })
      case '/v5/market/kline':
        return bybit({ list: this.#newest(number('start'), number('end'), number('limit')).map(bybitRow) })
      case '/v5/market/funding/history':
        return bybit({ category: 'linear', list: this.#paid(number('startTime'), number('endTime'), 200).map(bybitPayment) })
      case '/api/v5/public/instruments':
        return okx([okxContract(this.listedMs)])
      case '/api/v5/market/candles':
      case '/api/v5/market/history-candles':
        return okx(this.#newest(exclusive(number('before'), 1), exclusive(number('after'), -1), number('limit')).map(okxRow))
      case '/api/v5/public/funding-rate-history':
        return okx(this.#paid(exclusive(number('before'), 1), exclusive(number('after'), -1), 100).map(okxPayment))
      case '/api/v2/public/get_instruments':
        return deribit(deribitContracts(this.listedMs))
      case '/api/v2/public/get_tradingview_chart_data':
        return deribit(deribitChart(this.#newest(number('start_timestamp'), number('end_timestamp'), null).toSorted(byTime)))
      case '/api/v2/public/get_funding_rate_history':
        return deribit(this.#paid(number('start_timestamp'), number('end_timestamp'), 744).toReversed().map(deribitPayment))
      default:
        return null
    }
  }

  /** Newest first, as all three cut what is too much at its older end. */
  #newest(fromMs: number | null, toMs: number | null, limit: number | null): readonly Candle[] {
    const within = this.candles.filter(({ openTimeMs }) => openTimeMs >= (fromMs ?? 0) && openTimeMs <= (toMs ?? Infinity))
    const most = this.candlesMax[this.#venue]
    return within
      .toSorted(byTime)
      .toReversed()
      .slice(0, Math.min(limit ?? most, most))
  }
  #paid(fromMs: number | null, toMs: number | null, most: number): readonly Payment[] {
    const within = this.payments.filter(({ tsMs }) => tsMs >= (fromMs ?? 0) && tsMs <= (toMs ?? Infinity))
    return within.toSorted((a, b) => b.tsMs - a.tsMs).slice(0, most)
  }
}

const exclusive = (ms: number | null, step: number): number | null => (ms === null ? null : ms + step)
const text = String

// ---- Bybit ---------------------------------------------------------------------------------------------------------

const bybit = (result: object): unknown => ({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: 1_672_025_956_592 })
const bybitContract = (listedMs: number): unknown => ({
  symbol: 'BTCUSDT',
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: 'BTC',
  quoteCoin: 'USDT',
  launchTime: text(listedMs),
  deliveryTime: '0',
  deliveryFeeRate: '',
  priceScale: '2',
  leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
  priceFilter: { minPrice: '0.10', maxPrice: '1999999.80', tickSize: '0.10' },
  lotSizeFilter: {
    maxOrderQty: '1190.000',
    minOrderQty: '0.001',
    qtyStep: '0.001',
    postOnlyMaxOrderQty: '1190.000',
    maxMktOrderQty: '500.000',
    minNotionalValue: '5',
  },
  unifiedMarginTrade: true,
  fundingInterval: 480,
  settleCoin: 'USDT',
  copyTrading: 'both',
})
const bybitRow = ({ openTimeMs, open, high, low, close, volume }: Candle): unknown =>
  [openTimeMs, open, high, low, close, volume, volume * close].map(text)
const bybitPayment = ({ tsMs, rate }: Payment): unknown => ({ symbol: 'BTCUSDT', fundingRate: rate, fundingRateTimestamp: text(tsMs) })

// ---- OKX -----------------------------------------------------------------------------------------------------------

const okx = (data: readonly unknown[]): unknown => ({ code: '0', msg: '', data })
const okxContract = (listedMs: number): unknown => ({
  alias: '',
  baseCcy: '',
  category: '1',
  ctMult: '1',
  ctType: 'linear',
  ctVal: text(OKX_CONTRACT),
  ctValCcy: 'BTC',
  expTime: '',
  instFamily: 'BTC-USDT',
  instId: 'BTC-USDT-SWAP',
  instType: 'SWAP',
  lever: '100',
  listTime: text(listedMs),
  lotSz: '0.01',
  maxLmtSz: '100000000',
  maxMktSz: '35000',
  minSz: '0.01',
  optType: '',
  quoteCcy: '',
  settleCcy: 'USDT',
  state: 'live',
  stk: '',
  tickSz: '0.1',
  uly: 'BTC-USDT',
})
/** Contracts, then base, then quote, then whether it is over. */
const okxRow = ({ openTimeMs, open, high, low, close, volume }: Candle): unknown =>
  [openTimeMs, open, high, low, close, volume / OKX_CONTRACT, volume, volume * close, 1].map(text)
/** What was announced and what was settled are two things. */
const okxPayment = ({ tsMs, rate }: Payment): unknown => ({
  instType: 'SWAP',
  instId: 'BTC-USDT-SWAP',
  formulaType: 'noRate',
  fundingRate: '0.0099',
  realizedRate: rate,
  method: 'current_period',
  fundingTime: text(tsMs),
})

// ---- Deribit -------------------------------------------------------------------------------------------------------

const deribit = (result: unknown): unknown => ({ jsonrpc: '2.0', result, usIn: 1, usOut: 2, usDiff: 1, testnet: false })
const deribitContracts = (listedMs: number): unknown => {
  const common = {
    kind: 'future',
    settlement_period: 'perpetual',
    is_active: true,
    maker_commission: 0,
    taker_commission: 0.0005,
    max_leverage: 50,
    expiration_timestamp: 32_503_708_800_000,
    creation_timestamp: listedMs,
    base_currency: 'BTC',
  }
  return [
    {
      ...common,
      instrument_name: 'BTC-PERPETUAL',
      future_type: 'reversed',
      instrument_type: 'reversed',
      quote_currency: 'USD',
      counter_currency: 'USD',
      settlement_currency: 'BTC',
      tick_size: 0.5,
      min_trade_amount: 10,
      contract_size: 10,
    },
    {
      ...common,
      instrument_name: 'BTC_USDC-PERPETUAL',
      future_type: 'linear',
      instrument_type: 'linear',
      quote_currency: 'USDC',
      counter_currency: 'USDC',
      settlement_currency: 'USDC',
      tick_size: 1,
      min_trade_amount: 0.0001,
      contract_size: 0.0001,
    },
  ]
}
const deribitChart = (candles: readonly Candle[]): unknown => ({
  status: candles.length === 0 ? 'no_data' : 'ok',
  ticks: candles.map(({ openTimeMs }) => openTimeMs),
  open: candles.map(({ open }) => open),
  high: candles.map(({ high }) => high),
  low: candles.map(({ low }) => low),
  close: candles.map(({ close }) => close),
  volume: candles.map(({ volume }) => volume),
  cost: candles.map(({ volume, close }) => volume * close),
})
/** The rate of the hour is what was paid; the other is an average. */
const deribitPayment = ({ tsMs, rate }: Payment): unknown => ({
  timestamp: tsMs,
  index_price: 8222.87,
  prev_index_price: 8305.72,
  interest_8h: 0.0099,
  interest_1h: Number(rate),
})
