// Proves the practice venue's OKX wire against clients that others wrote: the `okx-api` package, and ccxt.
import ccxt from 'ccxt'
import { RestClient, WebsocketClient } from 'okx-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BTC_USDT_SWAP, ETH_USDT_SWAP } from '../../src-main/practice-venue/okx/instruments.ts'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { manualMarket } from '../support/practice-core.ts'
import { openStillVenue, until } from '../support/practice-venue.ts'

const instId = 'BTC-USDT-SWAP'
let venue: PracticeVenue
beforeEach(async () => {
  venue = await openStillVenue({ venue: 'okx', markets: [manualMarket(BTC_USDT_SWAP, 100_000), manualMarket(ETH_USDT_SWAP, 3_500)] })
})
afterEach(() => venue.close())

describe('the okx-api package', () => {
  const connect = (changes: object = {}) =>
    new RestClient({
      apiKey: venue.key.key,
      apiSecret: venue.key.secret,
      apiPass: venue.key.passphrase,
      baseUrl: venue.restUrl,
      ...changes,
    })
  const swap = { instId, tdMode: 'cross' } as const

  it('trades, stops, amends, cancels and reads over REST', async () => {
    const api = connect()
    const contracts = await api.getInstruments({ instType: 'SWAP' })
    expect(contracts.map((each) => [each.instId, each.ctVal, each.lotSz])).toEqual([
      ['BTC-USDT-SWAP', '0.01', '0.01'],
      ['ETH-USDT-SWAP', '0.1', '0.01'],
    ])
    const [config] = await api.getAccountConfiguration()
    expect(config).toMatchObject({ posMode: 'net_mode', acctLv: '2', perm: 'read_only,trade' })
    await api.setLeverage({ instId, lever: '10', mgnMode: 'cross' })
    const [placed] = await api.submitOrder({ ...swap, side: 'buy', ordType: 'market', sz: '1.5', clOrdId: 'c1' })
    expect(placed).toMatchObject({ sCode: '0', clOrdId: 'c1' })
    expect((await api.getOrderDetails({ instId, clOrdId: 'c1' }))[0]).toMatchObject({
      state: 'filled',
      accFillSz: '1.5',
      avgPx: '100000.1',
    })
    const [stop] = await api.placeAlgoOrder({
      ...swap,
      side: 'sell',
      ordType: 'conditional',
      sz: '1.5',
      reduceOnly: true,
      algoClOrdId: 's1',
      slTriggerPx: '98000',
      slTriggerPxType: 'mark',
      slOrdPx: '-1',
    })
    expect(stop).toMatchObject({ sCode: '0', algoClOrdId: 's1' })
    await api.amendAlgoOrder({ instId, algoClOrdId: 's1', newSlTriggerPx: '98500', newSlOrdPx: '-1' })
    expect((await api.getAlgoOrderList({ ordType: 'conditional' }))[0]).toMatchObject({
      algoClOrdId: 's1',
      slTriggerPx: '98500',
      state: 'live',
    })
    expect(await api.getAlgoOrderList({ ordType: 'trigger' })).toEqual([])
    expect((await api.getPositions({ instId }))[0]).toMatchObject({ pos: '1.5', avgPx: '100000.1', posSide: 'net', lever: '10' })
    const [limit] = await api.submitOrder({ ...swap, side: 'sell', ordType: 'limit', sz: '1', px: '103000', reduceOnly: true })
    await api.amendOrder({ instId, ordId: String(limit?.ordId), newPx: '104000' } as never)
    expect((await api.getOrderList({ instType: 'SWAP' }))[0]).toMatchObject({ px: '104000', state: 'live', reduceOnly: 'true' })
    await api.cancelOrder({ instId, ordId: String(limit?.ordId) })
    venue.core.setPrice(instId, 97_000)
    const [fired] = await api.getAlgoOrderDetails({ algoClOrdId: 's1' })
    expect(fired).toMatchObject({ state: 'effective', actualSz: '1.5' })
    const child = (fired as unknown as { ordIdList: string[] }).ordIdList[0]
    expect((await api.getOrderDetails({ instId, ordId: String(child) }))[0]).toMatchObject({
      algoClOrdId: 's1',
      state: 'filled',
      source: '7',
    })
    expect(await api.getPositions({ instId })).toEqual([])
    expect((await api.getFills({ instType: 'SWAP' })).map((each) => [each.side, each.fillSz])).toEqual([
      ['sell', '1.5'],
      ['buy', '1.5'],
    ])
    const [balance] = await api.getBalance()
    expect(Number(balance?.details[0]?.cashBal)).toBeLessThan(10_000)
  })

  it('is refused with the numbers that it knows', async () => {
    const rejected = async (asked: Promise<unknown>) => JSON.stringify(await asked.catch((error: unknown) => error))
    const api = connect()
    expect(await rejected(api.submitOrder({ ...swap, side: 'buy', ordType: 'market', sz: '11000' }))).toContain('51008')
    expect(await rejected(api.submitOrder({ ...swap, side: 'buy', ordType: 'market', sz: '0.001' }))).toContain('51121')
    expect(await rejected(api.cancelOrder({ instId, clOrdId: 'nothing' }))).toContain('51400')
    expect(await rejected(api.getOrderDetails({ instId, clOrdId: 'nothing' }))).toContain('51603')
    expect(await rejected(connect({ apiSecret: 'wrong' }).getBalance())).toContain('50113')
    expect(await rejected(connect({ apiPass: 'wrong' }).getBalance())).toContain('50105')
  })

  it('hears its orders, stops, balance and positions on both private addresses', async () => {
    let confirmed = 0
    const heard: { channel: string; row: Record<string, string> }[] = []
    const open = (address: string, channels: object[]) => {
      const account = { apiKey: venue.key.key, apiSecret: venue.key.secret, apiPass: venue.key.passphrase }
      const client = new WebsocketClient({ accounts: [account], wsUrl: `${venue.wsUrl}/ws/v5/${address}` } as never, silent as never)
      client.on('update', (message: unknown) => {
        const { arg, data } = message as { arg: { channel: string }; data: Record<string, string>[] }
        for (const row of data) heard.push({ channel: arg.channel, row })
      })
      client.on('exception', () => {})
      client.on('response', () => (confirmed += 1))
      void client.subscribe(channels as never)
      return client
    }
    const silent = { trace() {}, info() {}, error() {} }
    const clients = [
      open('private', [{ channel: 'orders', instType: 'SWAP' }, { channel: 'account' }, { channel: 'positions', instType: 'ANY' }]),
      open('business', [{ channel: 'orders-algo', instType: 'SWAP' }]),
    ]
    try {
      await until(() => confirmed >= 2 && heard.some(({ channel }) => channel === 'account'), 'both addresses and the balance')
      const api = connect()
      await api.submitOrder({ ...swap, side: 'buy', ordType: 'market', sz: '1', clOrdId: 'w1' })
      await until(
        () => heard.some(({ channel, row }) => channel === 'orders' && row['clOrdId'] === 'w1' && row['state'] === 'filled'),
        'the fill',
      )
      await api.placeAlgoOrder({
        ...swap,
        side: 'sell',
        ordType: 'conditional',
        sz: '1',
        reduceOnly: true,
        slTriggerPx: '98000',
        slOrdPx: '-1',
      })
      await until(() => heard.some(({ channel, row }) => channel === 'orders-algo' && row['state'] === 'live'), 'the stop')
      await until(() => heard.some(({ channel, row }) => channel === 'positions' && row['pos'] === '1'), 'the position')
      venue.core.setPrice(instId, 97_000)
      await until(() => heard.some(({ channel, row }) => channel === 'orders-algo' && row['state'] === 'effective'), 'the trigger')
      await until(
        () => heard.some(({ channel, row }) => channel === 'orders' && row['algoId'] !== '' && row['state'] === 'filled'),
        'the child',
      )
    } finally {
      for (const client of clients) client.closeAll(true)
    }
  })
})

describe('ccxt', () => {
  it('trades, stops and hears its orders and the book', async () => {
    const exchange = new ccxt.pro.okx({
      apiKey: venue.key.key,
      secret: venue.key.secret,
      password: venue.key.passphrase,
      options: { fetchMarkets: { types: ['swap'] }, fetchCurrencies: false },
    })
    exchange.has['fetchCurrencies'] = false
    const urls = exchange.urls as Record<string, unknown>
    urls['api'] = { rest: venue.restUrl, ws: `${venue.wsUrl}/ws/v5` }
    await exchange.loadHttpProxyAgent()
    const symbol = 'BTC/USDT:USDT'
    try {
      await exchange.loadMarkets()
      expect(exchange.market(symbol).contractSize).toBe(0.01)
      let heard = 0
      const watching = exchange.watchOrders(symbol).then((orders) => (heard = orders.length))
      // Nobody tells when the library is logged in and subscribed: it is once it hears of an order.
      while (heard === 0) {
        const { id } = await exchange.createOrder(symbol, 'limit', 'buy', 1, 50_000)
        await exchange.cancelOrder(String(id), symbol)
        await Promise.race([watching, new Promise((done) => setTimeout(done, 50))])
      }
      await exchange.createOrder(symbol, 'market', 'buy', 2)
      await exchange.createOrder(symbol, 'market', 'sell', 2, undefined, {
        stopLossPrice: 98_000,
        reduceOnly: true,
        slTriggerPxType: 'mark',
      })
      expect(await exchange.fetchOpenOrders(symbol)).toHaveLength(0)
      expect(await exchange.fetchOpenOrders(symbol, undefined, undefined, { trigger: true, ordType: 'conditional' })).toHaveLength(1)
      expect((await exchange.fetchPositions([symbol]))[0]?.contracts).toBe(2)
      const book = await exchange.watchOrderBook(symbol)
      expect(book.bids[0]?.[0]).toBe(100_000)
      venue.core.setPrice(instId, 97_000)
      expect(await exchange.fetchPositions([symbol])).toHaveLength(0)
      expect((await exchange.fetchMyTrades(symbol)).map(({ side }) => side)).toEqual(['buy', 'sell'])
      expect((await exchange.fetchOHLCV(symbol, '1m', undefined, 5)).length).toBe(5)
    } finally {
      await exchange.close()
    }
  })
})
