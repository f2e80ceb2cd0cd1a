// Proves the practice venue's Bybit wire against clients that others wrote: the `bybit-api` package and ccxt.
import { RestClientV5, WebsocketClient, type WsKey } from 'bybit-api'
import ccxt from 'ccxt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { openStillBybit } from '../support/bybit-venue.ts'
import { until } from '../support/practice-venue.ts'

let venue: PracticeVenue
beforeEach(async () => {
  venue = await openStillBybit()
})
afterEach(() => venue.close())

const SILENT = { trace() {}, info() {}, error() {} }

describe('the bybit-api package', () => {
  const rest = (): RestClientV5 => new RestClientV5({ key: venue.key.key, secret: venue.key.secret, baseUrl: venue.restUrl })
  /** The client as it is, with another address. */
  class LoopbackClient extends WebsocketClient {
    protected override getWsUrl(wsKey: WsKey): Promise<string> {
      return Promise.resolve(`${venue.wsUrl}${wsKey === 'v5Private' ? '/v5/private' : '/v5/public/linear'}`)
    }
  }

  it('reads the market', async () => {
    const api = rest()
    expect((await api.getServerTime()).retCode).toBe(0)
    const { result } = await api.getInstrumentsInfo({ category: 'linear' })
    expect(result.list.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHUSDT'])
    const book = await api.getOrderbook({ category: 'linear', symbol: 'BTCUSDT', limit: 5 })
    expect([book.result.b[0]?.[0], book.result.a[0]?.[0], book.result.b.length]).toEqual(['100000', '100000.1', 5])
    const [candle] = (await api.getKline({ category: 'linear', symbol: 'BTCUSDT', interval: '1', limit: 2 })).result.list
    expect(candle).toHaveLength(7)
    const [ticker] = (await api.getTickers({ category: 'linear', symbol: 'BTCUSDT' })).result.list
    expect(ticker?.markPrice).toBe('100000')
    const limits = await api.getRiskLimit({ category: 'linear', symbol: 'BTCUSDT' })
    expect(limits.result.list[0]).toMatchObject({ isLowestRisk: 1, maxLeverage: '100.00', maintenanceMargin: '0.005' })
  })

  it('trades, stops, moves, cancels and reads', async () => {
    const api = rest()
    const leverage = { category: 'linear', symbol: 'BTCUSDT', buyLeverage: '10', sellLeverage: '10' } as const
    expect((await api.setLeverage(leverage)).retCode).toBe(0)
    expect((await api.setLeverage(leverage)).retCode).toBe(110_043)
    const placed = await api.submitOrder({
      category: 'linear',
      symbol: 'BTCUSDT',
      side: 'Buy',
      orderType: 'Market',
      qty: '0.01',
      orderLinkId: 'c-1',
    })
    expect(placed).toMatchObject({ retCode: 0, result: { orderLinkId: 'c-1' } })
    const [position] = (await api.getPositionInfo({ category: 'linear', symbol: 'BTCUSDT' })).result.list
    expect(position).toMatchObject({ side: 'Buy', size: '0.01', avgPrice: '100000.1', leverage: '10', positionIdx: 0 })
    const stop = await api.submitOrder({
      category: 'linear',
      symbol: 'BTCUSDT',
      side: 'Sell',
      orderType: 'Market',
      qty: '0.01',
      triggerPrice: '98000',
      triggerDirection: 2,
      triggerBy: 'MarkPrice',
      reduceOnly: true,
      orderLinkId: 's-1',
    })
    await api.submitOrder({
      category: 'linear',
      symbol: 'BTCUSDT',
      side: 'Sell',
      orderType: 'Limit',
      qty: '0.01',
      price: '103000',
      orderLinkId: 'l-1',
    })
    const open = async (orderFilter: 'Order' | 'StopOrder') =>
      (await api.getActiveOrders({ category: 'linear', symbol: 'BTCUSDT', orderFilter })).result.list.map((order) => [
        order.orderLinkId,
        order.orderStatus,
      ])
    expect([await open('Order'), await open('StopOrder')]).toEqual([[['l-1', 'New']], [['s-1', 'Untriggered']]])
    expect((await api.amendOrder({ category: 'linear', symbol: 'BTCUSDT', orderLinkId: 's-1', triggerPrice: '98500' })).retCode).toBe(0)
    expect((await api.cancelOrder({ category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'l-1' })).retCode).toBe(0)
    venue.core.setPrice('BTCUSDT', 98_400)
    const [fired] = (await api.getHistoricOrders({ category: 'linear', orderId: stop.result.orderId })).result.list
    expect(fired).toMatchObject({
      orderLinkId: 's-1',
      orderStatus: 'Filled',
      stopOrderType: 'Stop',
      triggerPrice: '98500',
      triggerDirection: 2,
    })
    const { list } = (await api.getExecutionList({ category: 'linear', symbol: 'BTCUSDT' })).result
    expect(list.map(({ orderLinkId, execQty, execType }) => [orderLinkId, execQty, execType])).toEqual([
      ['s-1', '0.01', 'Trade'],
      ['c-1', '0.01', 'Trade'],
    ])
    const [wallet] = (await api.getWalletBalance({ accountType: 'UNIFIED', coin: 'USDT' })).result.list
    expect(Number(wallet?.coin[0]?.walletBalance)).toBeCloseTo(10_000 - 16 - 0.01 * 198_400 * 0.00055, 1)
  })

  it('reads lists page by page', async () => {
    const api = rest()
    for (let at = 0; at < 7; at += 1)
      venue.core.submit('practice', { symbol: 'ETHUSDT', side: 'buy', type: 'limit', timeInForce: 'gtc', quantity: 10_000_000_000n, price: BigInt(3_400 + at) * 10n ** 12n, reduceOnly: false, positionSide: 'both', clientId: `p${at}` } as never) // prettier-ignore
    const seen: string[] = []
    let cursor: string | undefined
    for (let page = 0; page < 5 && cursor !== ''; page += 1) {
      const { result } = await api.getActiveOrders({
        category: 'linear',
        settleCoin: 'USDT',
        limit: 3,
        ...(cursor !== undefined && { cursor }),
      })
      seen.push(...result.list.map(({ orderLinkId }) => orderLinkId))
      cursor = result.nextPageCursor
    }
    expect(seen).toEqual(['p6', 'p5', 'p4', 'p3', 'p2', 'p1', 'p0'])
  })

  it('cancels stops too when it cancels all', async () => {
    const api = rest()
    const trigger = { triggerPrice: '90000', triggerDirection: 2 } as const
    await api.submitOrder({ category: 'linear', symbol: 'BTCUSDT', side: 'Sell', orderType: 'Market', qty: '0.01', ...trigger })
    await api.submitOrder({ category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '0.01', price: '95000' })
    expect((await api.cancelAllOrders({ category: 'linear', symbol: 'BTCUSDT' })).result.list).toHaveLength(2)
    expect(venue.core.account('practice').armed.size).toBe(0)
  })

  it.each([
    ['without margin', { qty: '50' }, 110_007],
    ['off the lot', { qty: '0.0005' }, 10_001],
    ['below the least quantity', { qty: '0.001', symbol: 'ETHUSDT' }, 10_001],
    ['that would reduce nothing', { reduceOnly: true }, 110_017],
    ['whose trigger is passed, rising', { triggerPrice: '99000', triggerDirection: 1 }, 110_092],
    ['whose trigger is passed, falling', { triggerPrice: '101000', triggerDirection: 2 }, 110_093],
    ['for a side in one-way mode', { positionIdx: 1 }, 10_001],
    ['of a symbol that is not listed', { symbol: 'DOGEUSDT' }, 10_001],
  ] as const)('is refused an order %s by the number of the real venue', async (_what, changes, retCode) => {
    const order = { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '0.01', ...changes } as const
    expect((await rest().submitOrder(order)).retCode).toBe(retCode)
  })
  it('is refused a name for the second time, also after the order has ended', async () => {
    const order = { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '0.01', orderLinkId: 'twice' } as const
    expect([(await rest().submitOrder(order)).retCode, (await rest().submitOrder(order)).retCode]).toEqual([0, 110_072])
  })
  it('is told what its key may do', async () => {
    venue.key.canWithdraw = true
    const { result } = await rest().getQueryApiKey()
    expect(result).toMatchObject({ readOnly: 0, ips: ['*'], permissions: { Wallet: ['AccountTransfer', 'Withdraw'] } })
  })

  it('hears its orders, fills, position and wallet, and the market', async () => {
    const heard: { topic?: string; data?: unknown }[] = []
    const client = new LoopbackClient({ market: 'v5', key: venue.key.key, secret: venue.key.secret }, SILENT)
    client.on('update', (message) => heard.push(message as never))
    client.on('exception', (error) => heard.push({ topic: 'exception', data: error }))
    const topics = (): string[] => [...new Set(heard.map(({ topic }) => String(topic)))].toSorted()
    try {
      void Promise.all(client.subscribeV5(['order', 'execution', 'position', 'wallet'], 'linear')).catch(() => {})
      void Promise.all(
        client.subscribeV5(['orderbook.50.BTCUSDT', 'publicTrade.BTCUSDT', 'kline.1.BTCUSDT', 'tickers.BTCUSDT'], 'linear'),
      ).catch(() => {})
      await until(() => venue.openSockets() >= 2 && topics().includes('orderbook.50.BTCUSDT'), 'both streams')
      await until(() => {
        venue.core.setPrice('BTCUSDT', 100_000 + heard.length)
        return topics().includes('kline.1.BTCUSDT')
      }, 'a candle')
      await rest().submitOrder({ category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '0.01' })
      await until(
        () => ['order', 'execution', 'position', 'wallet'].every((topic) => topics().includes(topic)),
        `private events, not ${topics().join()}`,
      )
      expect(topics()).toEqual([
        'execution',
        'kline.1.BTCUSDT',
        'order',
        'orderbook.50.BTCUSDT',
        'position',
        'publicTrade.BTCUSDT',
        'tickers.BTCUSDT',
        'wallet',
      ])
    } finally {
      client.closeAll(true)
    }
  })
})

describe('ccxt', () => {
  it('trades, stops and hears its orders', async () => {
    const exchange = new ccxt.pro.bybit({
      apiKey: venue.key.key,
      secret: venue.key.secret,
      options: { fetchCurrencies: false, fetchMarkets: { types: ['linear'] }, enableUnifiedAccount: true, enableUnifiedMargin: false },
    })
    exchange.has['fetchCurrencies'] = false
    const api = exchange.urls['api']
    for (const name of ['public', 'private']) api[name] = venue.restUrl
    api.ws = { public: { linear: `${venue.wsUrl}/v5/public/linear` }, private: { contract: `${venue.wsUrl}/v5/private` } }
    await exchange.loadHttpProxyAgent()
    try {
      await exchange.loadMarkets()
      expect(Object.keys(exchange.markets ?? {})).toEqual(['BTC/USDT:USDT', 'ETH/USDT:USDT'])
      const watching = exchange.watchOrders('BTC/USDT:USDT')
      await until(() => venue.openSockets() > 0, 'the private stream')
      await new Promise((done) => setTimeout(done, 200))
      await exchange.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.01)
      expect((await watching).length).toBeGreaterThan(0)
      await exchange.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.01, undefined, { stopLossPrice: 98_000, triggerBy: 'MarkPrice' })
      expect(await exchange.fetchOpenOrders('BTC/USDT:USDT', undefined, undefined, { trigger: true })).toHaveLength(1)
      expect((await exchange.fetchPositions(['BTC/USDT:USDT']))[0]?.contracts).toBe(0.01)
      const book = await exchange.watchOrderBook('BTC/USDT:USDT')
      expect(book.bids[0]?.[0]).toBe(100_000)
      venue.core.setPrice('BTCUSDT', 97_000)
      expect((await exchange.fetchMyTrades('BTC/USDT:USDT')).map(({ side }) => side)).toEqual(['buy', 'sell'])
      expect((await exchange.fetchBalance())['USDT']?.total).toBeLessThan(9_971)
    } finally {
      await exchange.close()
    }
  })
})
