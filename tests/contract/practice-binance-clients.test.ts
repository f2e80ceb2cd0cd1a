// Proves the practice venue's Binance wire against clients that others wrote: the exchange's own connector, the `binance` package, and ccxt.
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures'
import { USDMClient, WebsocketClient } from 'binance'
import ccxt from 'ccxt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { openStillVenue, until } from '../support/practice-venue.ts'

let venue: PracticeVenue
beforeEach(async () => {
  venue = await openStillVenue()
})
afterEach(() => venue.close())

describe("the exchange's own connector", () => {
  const connect = () => {
    const secrets = { apiKey: venue.key.key, apiSecret: venue.key.secret }
    return new DerivativesTradingUsdsFutures({
      configurationRestAPI: { ...secrets, basePath: venue.restUrl, retries: 0 },
      configurationWebsocketStreams: { wsURL: venue.wsUrl },
    })
  }

  it('trades, stops, cancels and reads over REST', async () => {
    const { restAPI: api } = connect()
    const info = await (await api.exchangeInformation()).data()
    expect(info.symbols?.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHUSDT'])
    const placed = await (
      await api.newOrder({
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'MARKET',
        quantity: 0.01,
        newClientOrderId: 'c1',
        newOrderRespType: 'RESULT',
      } as never)
    ).data()
    expect(placed).toMatchObject({ status: 'FILLED', executedQty: '0.01', clientOrderId: 'c1' })
    const stop = await (
      await api.newAlgoOrder({
        algoType: 'CONDITIONAL',
        symbol: 'BTCUSDT',
        side: 'SELL',
        type: 'STOP_MARKET',
        triggerPrice: 98_000,
        closePosition: 'true',
        workingType: 'MARK_PRICE',
        clientAlgoId: 's1',
      } as never)
    ).data()
    expect(stop).toMatchObject({ clientAlgoId: 's1', algoStatus: 'NEW', closePosition: true })
    const [position] = await (await api.positionInformationV3({ symbol: 'BTCUSDT' })).data()
    expect(position).toMatchObject({ positionAmt: '0.01', entryPrice: '100000.1' })
    const limit = await (
      await api.newOrder({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: 103_000 } as never)
    ).data()
    expect(await (await api.currentAllOpenOrders({ symbol: 'BTCUSDT' })).data()).toHaveLength(1)
    await api.cancelOrder({ symbol: 'BTCUSDT', orderId: limit.orderId } as never)
    venue.core.setPrice('BTCUSDT', 97_000)
    const finished = await (await api.queryAlgoOrder({ clientAlgoId: 's1' })).data()
    expect(finished).toMatchObject({ algoStatus: 'FINISHED', actualQty: '0.01' })
    expect(await (await api.positionInformationV3({ symbol: 'BTCUSDT' })).data()).toEqual([])
    expect(await (await api.accountTradeList({ symbol: 'BTCUSDT' })).data()).toHaveLength(2)
  })

  it('hears its fills on the private stream and the book on the public one', async () => {
    const client = connect()
    const { listenKey = '' } = await (await client.restAPI.startUserDataStream()).data()
    const streams = await client.websocketStreams.connect()
    const heard: string[] = []
    const hear = (message: object): void => {
      if ('e' in message) heard.push(String(message.e))
    }
    try {
      const user = streams.userData(listenKey)
      user.on('message', hear)
      const depth = streams.diffBookDepthStreams({ symbol: 'BTCUSDT', updateSpeed: '100ms' as never })
      depth.on('message', hear)
      await until(() => venue.openSockets() >= 2, 'both streams')
      await new Promise((done) => setTimeout(done, 100))
      await client.restAPI.newOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 0.01 } as never)
      venue.core.setPrice('BTCUSDT', 100_500)
      await until(
        () => heard.includes('ORDER_TRADE_UPDATE') && heard.includes('ACCOUNT_UPDATE') && heard.includes('depthUpdate'),
        `events, not ${heard.join()}`,
      )
    } finally {
      await streams.disconnect()
    }
  })
})

describe('the binance package', () => {
  it('trades and reads', async () => {
    const client = new USDMClient({ api_key: venue.key.key, api_secret: venue.key.secret, baseUrl: venue.restUrl, disableTimeSync: true })
    await client.setLeverage({ symbol: 'BTCUSDT', leverage: 10 })
    const order = await client.submitNewOrder({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: 0.02,
      newOrderRespType: 'RESULT',
    })
    expect(order).toMatchObject({ status: 'FILLED', executedQty: '0.02' })
    const [balance] = await client.getBalanceV3()
    expect(Number(balance?.balance)).toBeCloseTo(10_000 - 0.02 * 100_000 * 0.0005, 2)
    await expect(client.submitNewOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 5 })).rejects.toMatchObject({
      code: -2019,
    })
  })

  it('hears market streams', async () => {
    const heard: unknown[] = []
    const client = new WebsocketClient(
      { wsUrl: `${venue.wsUrl}/market/stream`, beautify: false } as never,
      { trace() {}, info() {}, error() {} } as never,
    )
    client.on('message', (message) => heard.push(message))
    void client.subscribe(['btcusdt@aggTrade', 'btcusdt@kline_1m'], 'usdmMarket' as never)
    try {
      await until(() => venue.openSockets() > 0, 'the stream')
      await until(() => {
        venue.core.setPrice('BTCUSDT', 100_000 + heard.length)
        return JSON.stringify(heard).includes('aggTrade') && JSON.stringify(heard).includes('kline')
      }, 'a trade and a candle')
    } finally {
      client.closeAll(true)
    }
  })
})

describe('ccxt', () => {
  it('trades, stops and hears its orders', async () => {
    const exchange = new ccxt.pro.binanceusdm({ apiKey: venue.key.key, secret: venue.key.secret, options: { fetchCurrencies: false } })
    const api = exchange.urls.api as Record<string, unknown>
    for (const [name, url] of Object.entries(api)) {
      if (typeof url === 'string') api[name] = url.replace(/^https:\/\/[^/]+/, venue.restUrl)
    }
    api['ws'] = { future: `${venue.wsUrl}/ws` }
    await exchange.loadHttpProxyAgent()
    try {
      await exchange.loadMarkets()
      expect(Object.keys(exchange.markets ?? {})).toEqual(['BTC/USDT:USDT', 'ETH/USDT:USDT'])
      const watching = exchange.watchOrders('BTC/USDT:USDT')
      await until(() => venue.openSockets() > 0, 'the private stream')
      const order = await exchange.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.01)
      expect(order.amount).toBe(0.01)
      expect((await watching).length).toBeGreaterThan(0)
      await exchange.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.01, undefined, {
        stopLossPrice: 98_000,
        reduceOnly: true,
        workingType: 'MARK_PRICE',
      })
      expect(await exchange.fetchOpenOrders('BTC/USDT:USDT')).toHaveLength(0)
      expect(await exchange.fetchOpenOrders('BTC/USDT:USDT', undefined, undefined, { trigger: true })).toHaveLength(1)
      expect((await exchange.fetchPositions(['BTC/USDT:USDT']))[0]?.contracts).toBe(0.01)
      const book = await exchange.watchOrderBook('BTC/USDT:USDT')
      expect(book.bids[0]?.[0]).toBe(100_000)
      venue.core.setPrice('BTCUSDT', 97_000)
      expect(await exchange.fetchPositions(['BTC/USDT:USDT'])).toHaveLength(0)
      expect((await exchange.fetchMyTrades('BTC/USDT:USDT')).map(({ side }) => side)).toEqual(['buy', 'sell'])
    } finally {
      await exchange.close()
    }
  })
})
