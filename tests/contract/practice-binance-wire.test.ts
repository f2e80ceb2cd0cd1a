// Proves the Binance wire of the practice venue in what clients of others do not show: signatures, refusals in the exchange's own words,
// weights, the layout of its streams, listen keys, and that its messages have the fields of recorded ones.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { type Json, type Listening, ask, listen, listenPrivately } from '../support/practice-client.ts'
import { openStillVenue, until } from '../support/practice-venue.ts'

let venue: PracticeVenue
let opened: Listening[]
beforeEach(async () => {
  venue = await openStillVenue()
  opened = []
})
afterEach(async () => {
  for (const { socket } of opened) socket.terminate()
  await venue.close()
})
const kept = async (listening: Promise<Listening>): Promise<Listening> => {
  const one = await listening
  opened.push(one)
  return one
}
const MARKET = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' }
const STOP = {
  algoType: 'CONDITIONAL',
  symbol: 'BTCUSDT',
  side: 'SELL',
  type: 'STOP_MARKET',
  triggerPrice: '98000',
  quantity: '0.01',
  reduceOnly: 'true',
}

describe('a request', () => {
  it('is signed over query and body, wherever its parameters stand', async () => {
    expect((await ask(venue, 'POST /fapi/v1/order', MARKET)).status).toBe(200)
    expect((await ask(venue, 'POST /fapi/v1/order', MARKET, { inBody: true })).status).toBe(200)
  })

  it.each([
    ['a wrong signature', {}, { secret: 'wrong' }, 400, -1022],
    ['an unknown key', {}, { key: 'x'.repeat(64) }, 401, -2015],
    ['a key of the wrong length', {}, { key: 'short' }, 401, -2014],
    ['an old time stamp', {}, { timestamp: Date.now() - 6_000 }, 400, -1021],
    ['a time stamp ahead', {}, { timestamp: Date.now() + 2_000 }, 400, -1021],
    ['a window too wide', { recvWindow: 60_001 }, {}, 400, -1131],
  ])('with %s is refused', async (_, values, more, status, code) => {
    expect(await ask(venue, 'GET /fapi/v3/balance', values, more)).toMatchObject({ status, body: { code } })
  })

  it.each([
    ['no side', { symbol: 'BTCUSDT', type: 'MARKET', quantity: '1' }, -1102],
    ['a wrong side', { ...MARKET, side: 'LONG' }, -1117],
    ['no quantity', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' }, -1102],
    ['a stop type', { ...MARKET, type: 'STOP_MARKET', stopPrice: '99000' }, -4120],
    ['a price for a market order', { ...MARKET, price: '1' }, -1106],
    ['a client id with a space', { ...MARKET, newClientOrderId: 'a b' }, -1130],
    ['too many digits', { ...MARKET, quantity: '0.0101' }, -1111],
    ['too little', { ...MARKET, type: 'LIMIT', timeInForce: 'GTC', price: '96000', quantity: '0.001' }, -4164],
    ['too much', { ...MARKET, quantity: '3' }, -2019],
    ['a side of hedge mode', { ...MARKET, positionSide: 'LONG' }, -4061],
    ['nothing to reduce', { ...MARKET, reduceOnly: 'true' }, -2022],
    ['an unknown symbol', { ...MARKET, symbol: 'NOSUCH' }, -1121],
    ['post-only that takes', { ...MARKET, type: 'LIMIT', timeInForce: 'GTX', price: '100100' }, -5022],
  ])('for an order with %s is refused', async (_, values, code) => {
    expect((await ask(venue, 'POST /fapi/v1/order', values as never)).body).toMatchObject({ code })
  })

  it('for a stop that would fire, a second close-all and an unknown order is refused', async () => {
    await ask(venue, 'POST /fapi/v1/order', MARKET)
    expect((await ask(venue, 'POST /fapi/v1/algoOrder', { ...STOP, triggerPrice: '100500' })).body.code).toBe(-2021)
    const { quantity: _quantity, reduceOnly: _reduceOnly, ...closing } = STOP
    expect((await ask(venue, 'POST /fapi/v1/algoOrder', { ...closing, closePosition: 'true' })).status).toBe(200)
    expect((await ask(venue, 'POST /fapi/v1/algoOrder', { ...closing, closePosition: 'true' })).body.code).toBe(-4130)
    expect((await ask(venue, 'GET /fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'no' })).body.code).toBe(-2013)
    expect((await ask(venue, 'DELETE /fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'no' })).body.code).toBe(-2011)
    expect((await ask(venue, 'DELETE /fapi/v1/algoOrder', { clientAlgoId: 'no' })).body.code).toBe(-2011)
  })

  it('costs weight, is refused beyond 2,400 a minute, and whoever goes on is banned', async () => {
    const first = await ask(venue, 'GET /fapi/v1/depth', { symbol: 'BTCUSDT', limit: 1000 })
    expect(first.headers.get('x-mbx-used-weight-1m')).toBe('20')
    let last = first
    for (let count = 0; count < 200 && last.status !== 418; count++)
      last = await ask(venue, 'GET /fapi/v1/ticker/24hr', { symbol: 'BTCUSDT' })
    expect(last).toMatchObject({ status: 418, body: { code: -1003 } })
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(last.body.msg).toMatch(/IP banned until \d+/)
  })

  it('changes settings, and says when there is nothing to change', async () => {
    expect((await ask(venue, 'POST /fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 7 })).body).toMatchObject({
      leverage: 7,
      symbol: 'BTCUSDT',
    })
    expect((await ask(venue, 'POST /fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 126 })).body.code).toBe(-4028)
    expect((await ask(venue, 'POST /fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'CROSSED' })).body.code).toBe(-4046)
    expect((await ask(venue, 'POST /fapi/v1/positionSide/dual', { dualSidePosition: 'false' })).body.code).toBe(-4059)
    await ask(venue, 'POST /fapi/v1/order', MARKET)
    expect((await ask(venue, 'POST /fapi/v1/positionSide/dual', { dualSidePosition: 'true' })).body.code).toBe(-4068)
    expect((await ask(venue, 'POST /fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' })).body.code).toBe(-4048)
  })

  it('tells what the key may do', async () => {
    venue.key.canWithdraw = true
    venue.key.allowedIps = ['127.0.0.1']
    expect((await ask(venue, 'GET /sapi/v1/account/apiRestrictions')).body).toMatchObject({
      enableWithdrawals: true,
      ipRestrict: true,
      enableFutures: true,
    })
    venue.key.canTrade = false
    expect(await ask(venue, 'POST /fapi/v1/order', MARKET)).toMatchObject({ status: 401, body: { code: -2015 } })
    venue.key.allowedIps = ['10.0.0.1']
    expect(await ask(venue, 'GET /fapi/v3/balance')).toMatchObject({ status: 401, body: { code: -2015 } })
  })

  it('for funding tells times that are not always on the hour', async () => {
    const paid = await openStillVenue({ speed: 0, startMs: Date.UTC(2026, 0, 5, 7) })
    try {
      paid.step(48 * 3_600_000)
      const { body } = await ask(paid, 'GET /fapi/v1/fundingRate', { symbol: 'BTCUSDT', startTime: Date.UTC(2026, 0, 5, 8) })
      expect(body).toHaveLength(6)
      expect(new Set(body.map(({ fundingTime }: Json) => fundingTime % 1_000)).size).toBeGreaterThan(1)
    } finally {
      await paid.close()
    }
  })

  it('of several orders is answered one by one', async () => {
    const batchOrders = JSON.stringify([
      { ...MARKET, type: 'LIMIT', timeInForce: 'GTC', price: '99000' },
      { ...MARKET, quantity: '99' },
    ])
    const { body } = await ask(venue, 'POST /fapi/v1/batchOrders', { batchOrders })
    expect(body).toMatchObject([{ status: 'NEW' }, { code: -2019 }])
    const canceled = await ask(venue, 'DELETE /fapi/v1/batchOrders', { symbol: 'BTCUSDT', orderIdList: `[${body[0].orderId},1]` })
    expect(canceled.body).toMatchObject([{ status: 'CANCELED' }, { code: -2011 }])
  })
})

describe('streams', () => {
  it('are served where they belong; elsewhere they are acknowledged and stay silent', async () => {
    const [right, wrong, legacy] = [
      await kept(listen(venue, '/public/ws', ['btcusdt@depth@100ms', 'btcusdt@bookTicker'])),
      await kept(listen(venue, '/market/ws', ['btcusdt@depth@100ms'])),
      await kept(listen(venue, '/ws', ['btcusdt@depth@100ms', 'btcusdt@aggTrade'])),
    ]
    const market = await kept(listen(venue, '/market/stream?streams=btcusdt@aggTrade/btcusdt@kline_5m/btcusdt@markPrice@1s'))
    venue.core.setPrice('BTCUSDT', 100_100)
    await until(() => right.of('depthUpdate').length > 0 && right.of('bookTicker').length > 0, 'the book')
    await until(() => ['aggTrade', 'kline', 'markPriceUpdate'].every((name) => market.of(name).length > 0), 'the market')
    expect(market.messages[0]).toMatchObject({ stream: expect.stringContaining('btcusdt@') })
    expect([wrong.of('depthUpdate'), legacy.of('depthUpdate'), legacy.of('aggTrade')]).toEqual([[], [], []])
  })

  it('of the book follow on from a snapshot without a hole', async () => {
    const depth = await kept(listen(venue, '/public/ws', ['btcusdt@depth@100ms']))
    for (const price of [100_001, 100_050, 99_990]) venue.core.setPrice('BTCUSDT', price)
    const { body } = await ask(venue, 'GET /fapi/v1/depth', { symbol: 'BTCUSDT', limit: 1000 })
    await until(() => depth.of('depthUpdate').length >= 3, 'three updates')
    const updates = depth.of('depthUpdate')
    updates.forEach((update, index) => {
      if (index > 0) expect([update.pu, update.U]).toEqual([updates[index - 1].u, updates[index - 1].u + 1])
    })
    expect(updates.some(({ u }) => u === body.lastUpdateId)).toBe(true)
  })

  it('can be listed and left', async () => {
    const stream = await kept(listen(venue, '/market/ws', ['btcusdt@aggTrade']))
    stream.socket.send(JSON.stringify({ method: 'LIST_SUBSCRIPTIONS', id: 2 }))
    stream.socket.send(JSON.stringify({ method: 'UNSUBSCRIBE', params: ['btcusdt@aggTrade'], id: 3 }))
    stream.socket.send('nonsense')
    await until(() => stream.messages.length >= 4, 'three answers')
    expect(stream.messages.slice(1)).toMatchObject([
      { id: 2, result: ['btcusdt@aggTrade'] },
      { id: 3, result: null },
      { error: { code: 2 } },
    ])
    venue.core.setPrice('BTCUSDT', 100_100)
    await ask(venue, 'GET /fapi/v1/ping')
    expect(stream.of('aggTrade')).toEqual([])
  })

  it('tell an order, its stop and its account, privately', async () => {
    const user = await kept(listenPrivately(venue))
    await ask(venue, 'POST /fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 5 })
    await ask(venue, 'POST /fapi/v1/order', { ...MARKET, newClientOrderId: 'mine' })
    await ask(venue, 'POST /fapi/v1/algoOrder', { ...STOP, clientAlgoId: 'stop' })
    venue.core.setPrice('BTCUSDT', 97_000)
    await until(() => user.of('ALGO_UPDATE').length === 4, 'the four states of the stop')
    expect(user.of('ACCOUNT_CONFIG_UPDATE')).toMatchObject([{ ac: { s: 'BTCUSDT', l: 5 } }])
    expect(user.of('ALGO_UPDATE').map(({ o }) => o.X)).toEqual(['NEW', 'TRIGGERING', 'TRIGGERED', 'FINISHED'])
    const orders = user.of('ORDER_TRADE_UPDATE').map(({ o }) => [o.c, o.x, o.X])
    expect(orders).toEqual([
      ['mine', 'NEW', 'NEW'],
      ['mine', 'TRADE', 'FILLED'],
      ['stop', 'NEW', 'NEW'],
      ['stop', 'TRADE', 'FILLED'],
    ])
    const child = user.of('ORDER_TRADE_UPDATE').at(-1).o
    expect(String(child.i)).toBe(user.of('ALGO_UPDATE').at(-1).o.ai)
    expect(user.of('ACCOUNT_UPDATE').at(-1).a).toMatchObject({ m: 'ORDER', P: [{ s: 'BTCUSDT', pa: '0' }] })
  })

  it('of a listen key that was not extended for an hour tell so once, and fall silent while the socket stays open', async () => {
    const still = await openStillVenue({ speed: 0, startMs: Date.now() })
    const user = await listenPrivately(still)
    try {
      still.step(3_599_000)
      await ask(still, 'PUT /fapi/v1/listenKey')
      still.step(3_599_000)
      expect(user.of('listenKeyExpired')).toEqual([])
      still.step(2_000)
      await until(() => user.of('listenKeyExpired').length === 1, 'the end of the key')
      expect((await ask(still, 'PUT /fapi/v1/listenKey')).body.code).toBe(-1125)
      await ask(still, 'POST /fapi/v1/order', MARKET)
      await ask(still, 'GET /fapi/v1/ping')
      expect(user.of('ORDER_TRADE_UPDATE')).toEqual([])
      expect(user.socket.readyState).toBe(user.socket.OPEN)
    } finally {
      user.socket.terminate()
      await still.close()
    }
  })
})

const RECORDED = resolve(import.meta.dirname, '../../../shared/data/payloads/binance/nautilus-messages.json')
describe.skipIf(!existsSync(RECORDED))('recorded messages', () => {
  const recorded = (name: string): Json => {
    const cases: { name: string; body: string }[] = JSON.parse(readFileSync(RECORDED, 'utf8')).cases
    const body = JSON.parse(cases.find((one) => one.name.endsWith(name))?.body ?? 'null')
    return body?.data ?? body
  }
  /** Fields that a recorded message has and ours lacks. */
  const lacking = (theirs: object, ours: object): string[] => Object.keys(theirs).filter((name) => !(name in ours))

  it('have no field that ours lack', async () => {
    const user = await kept(listenPrivately(venue))
    const market = await kept(listen(venue, '/market/ws', ['btcusdt@aggTrade', 'btcusdt@kline_1m', 'btcusdt@markPrice@1s']))
    const book = await kept(listen(venue, '/public/ws', ['btcusdt@depth@100ms', 'btcusdt@bookTicker']))
    await ask(venue, 'POST /fapi/v1/order', MARKET)
    await ask(venue, 'POST /fapi/v1/algoOrder', STOP)
    venue.core.setPrice('BTCUSDT', 97_000)
    await until(() => user.of('ALGO_UPDATE').length === 4 && book.of('bookTicker').length > 0 && market.of('kline').length > 0, 'messages')
    expect(lacking(recorded('futures/user_data_json/order_update_trade.json').o, user.of('ORDER_TRADE_UPDATE')[1].o)).toEqual(['AP', 'cr'])
    const account = recorded('futures/user_data_json/account_update.json').a
    expect(lacking(account.B[0], user.of('ACCOUNT_UPDATE')[0].a.B[0])).toEqual([])
    expect(lacking(account.P[0], user.of('ACCOUNT_UPDATE')[0].a.P[0])).toEqual([])
    for (const [name, at] of [
      ['triggering', 1],
      ['triggered', 2],
      ['finished', 3],
    ] as const) {
      expect(lacking(recorded(`ws_futures_algo_update_${name}.json`).o, user.of('ALGO_UPDATE')[at].o)).toEqual([])
    }
    expect(lacking(recorded('agg_trade_stream.json'), market.of('aggTrade')[0])).toEqual([])
    expect(lacking(recorded('kline_stream_open.json').k, market.of('kline')[0].k)).toEqual([])
    expect(lacking(recorded('mark_price_stream.json'), market.of('markPriceUpdate')[0])).toEqual([])
    expect(lacking(recorded('depth_update_stream.json'), book.of('depthUpdate')[0])).toEqual([])
    expect(lacking(recorded('book_ticker_stream.json'), book.of('bookTicker')[0])).toEqual([])
  })

  it('of REST have no field that ours lack', async () => {
    await ask(venue, 'POST /fapi/v1/order', MARKET)
    const account = (await ask(venue, 'GET /fapi/v2/account')).body
    const theirs = recorded('futures/http_json/account_info_v2.json')
    expect(lacking(theirs, account)).toEqual([])
    expect(lacking(theirs.assets[0], account.assets[0])).toEqual([])
    expect(lacking(theirs.positions[0], account.positions[0])).toEqual([])
    expect(lacking(recorded('futures/http_json/position_risk.json')[0], (await ask(venue, 'GET /fapi/v2/positionRisk')).body[0])).toEqual(
      [],
    )
    expect(
      lacking(
        recorded('http_futures_market_premium_index.json'),
        (await ask(venue, 'GET /fapi/v1/premiumIndex', { symbol: 'BTCUSDT' })).body,
      ),
    ).toEqual([])
    expect(
      lacking(recorded('http_futures_account_symbol_config.json')[0], (await ask(venue, 'GET /fapi/v1/symbolConfig')).body[0]),
    ).toEqual([])
    const info = (await ask(venue, 'GET /fapi/v1/exchangeInfo')).body
    expect(lacking(recorded('http_futures_market_exchange_info.json').symbols[0], info.symbols[0])).toEqual(['settlePlan'])
  })
})
