// Proves the practice venue's Deribit wire against a client that others wrote, ccxt, and against exchanges of messages written out by the exchange's documentation
// (there is no official client for Node).
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ccxt from 'ccxt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { isSettling } from '../../src-main/practice-venue/deribit/account-methods.ts'
import { BTC_INVERSE, BTC_USDC } from '../../src-main/practice-venue/deribit/instruments.ts'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { manualMarket } from '../support/practice-core.ts'
import { openStillVenue, until } from '../support/practice-venue.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the exchange's own JSON, of which each test reads what it expects
type Json = any
const SYMBOL = 'BTC_USDC-PERPETUAL'
let venue: PracticeVenue
let sockets: WebSocket[]
const open = async (changes: object = {}): Promise<void> => {
  // No order is taken in the seconds of the daily settlement.
  const startMs = isSettling(Date.now()) ? Date.now() + 5_000 : null
  venue = await openStillVenue({
    venue: 'deribit',
    startMs,
    markets: [manualMarket(BTC_USDC, 100_000), manualMarket(BTC_INVERSE, 100_000)],
    ...changes,
  })
}
beforeEach(async () => {
  sockets = []
  await open()
})
afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  await venue.close()
})

const get = async (method: string, params: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Json> => {
  const response = await fetch(`${venue.restUrl}/api/v2/${method}?${new URLSearchParams(params)}`, { headers })
  return { status: response.status, ...((await response.json()) as object) }
}
const post = async (method: string, params: object, headers: Record<string, string> = {}): Promise<Json> => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params })
  const response = await fetch(`${venue.restUrl}/api/v2/${method}`, { method: 'POST', body, headers })
  return { status: response.status, ...((await response.json()) as object) }
}
const secret = (): object => ({ grant_type: 'client_credentials', client_id: venue.key.key, client_secret: venue.key.secret })
const bearer = async (): Promise<Record<string, string>> => ({
  authorization: `Bearer ${(await post('public/auth', secret())).result.access_token}`,
})
/** As the documentation tells: ts, nonce, method, address and body, each on a line. */
const signed = (uri: string, ts: number, by = venue.key.secret): Record<string, string> => {
  const signature = createHmac('sha256', by).update(`${ts}\nabc\nGET\n${uri}\n\n`).digest('hex')
  return { authorization: `deri-hmac-sha256 id=${venue.key.key},ts=${ts},sig=${signature},nonce=abc` }
}

type Rpc = {
  call(method: string, params?: object): Promise<Json>
  readonly heard: Json[]
  of(channel: string): Json[]
  readonly socket: WebSocket
}
async function dial(): Promise<Rpc> {
  const socket = new WebSocket(`${venue.wsUrl}/ws/api/v2`)
  sockets.push(socket)
  const heard: Json[] = []
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())))
  await new Promise<void>((done, failed) => {
    socket.once('open', done)
    socket.once('error', failed)
  })
  let id = 0
  return {
    heard,
    socket,
    of: (channel) => heard.filter((message) => message.params?.channel === channel).map((message) => message.params.data),
    async call(method, params = {}) {
      id += 1
      const own = id
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: own, method, params }))
      await until(() => heard.some((message) => message.id === own), method)
      return heard.find((message) => message.id === own)
    },
  }
}
async function loggedIn(): Promise<Rpc> {
  const rpc = await dial()
  await rpc.call('public/auth', secret())
  return rpc
}

describe('ccxt', () => {
  const connect = async () => {
    const exchange = new ccxt.pro.deribit({ apiKey: venue.key.key, secret: venue.key.secret })
    const api = exchange.urls.api as Record<string, unknown>
    api['rest'] = venue.restUrl
    api['ws'] = `${venue.wsUrl}/ws/api/v2`
    exchange.options['fetchMarkets'] = { ...(exchange.options['fetchMarkets'] as object), types: ['future'] }
    await exchange.loadHttpProxyAgent()
    await exchange.loadMarkets()
    return exchange
  }

  it('trades, stops by mark price, moves the stop, and reads', async () => {
    const exchange = await connect()
    const linear = 'BTC/USDC:USDC'
    try {
      expect(Object.keys(exchange.markets ?? {}).toSorted()).toEqual(['BTC/USD:BTC', linear])
      const order = await exchange.createOrder(linear, 'market', 'buy', 0.01)
      expect([order.status, order.filled, order.trades.length]).toEqual(['closed', 0.01, 1])
      const stop = await exchange.createOrder(linear, 'market', 'sell', 0.01, undefined, { stopLossPrice: 98_000, reduceOnly: true, trigger: 'mark_price', label: 's1' }) // prettier-ignore
      expect([stop.info.order_type, stop.info.trigger, stop.info.order_state]).toEqual(['stop_market', 'mark_price', 'untriggered'])
      const [open] = await exchange.fetchOpenOrders(linear)
      expect(open?.id).toBe(stop.id)
      await exchange.editOrder(String(stop.id), linear, 'limit', 'sell', 0.01, undefined, { trigger_price: 99_000 })
      expect((await exchange.fetchOrder(String(stop.id), linear)).info.trigger_price).toBe(99_000)
      const [position] = await exchange.fetchPositions([linear])
      expect([position?.side, position?.info.size]).toEqual(['long', 0.01])
      const limit = await exchange.createOrder(linear, 'limit', 'buy', 0.01, 95_000)
      await exchange.cancelOrder(String(limit.id), linear)
      venue.core.setPrice(SYMBOL, 98_900)
      expect(await exchange.fetchOpenOrders(linear)).toEqual([])
      expect((await exchange.fetchMyTrades(linear)).map(({ side }) => side)).toEqual(['buy', 'sell'])
      expect((await exchange.fetchBalance({ code: 'USDC' })).total).toHaveProperty('USDC')
      expect((await exchange.fetchOHLCV(linear, '5m', undefined, 5)).length).toBeGreaterThan(0)
      expect((await exchange.fetchTicker(linear)).last).toBe(98_900)
    } finally {
      await exchange.close()
    }
  })

  it('counts an inverse contract in dollars', async () => {
    const exchange = await connect()
    try {
      const order = await exchange.createOrder('BTC/USD:BTC', 'market', 'buy', 100)
      expect(order.info.filled_amount).toBe(100)
      const [position] = await exchange.fetchPositions(['BTC/USD:BTC'])
      expect(position?.info.size_currency).toBeCloseTo(0.001, 5)
      await expect(exchange.createOrder('BTC/USD:BTC', 'market', 'buy', 15)).resolves.toMatchObject({ amount: 10 })
    } finally {
      await exchange.close()
    }
  })

  it('hears its orders, its trades and the book', async () => {
    const exchange = await connect()
    const linear = 'BTC/USDC:USDC'
    try {
      const [orders, trades, book] = [exchange.watchOrders(linear), exchange.watchMyTrades(linear), exchange.watchOrderBook(linear)]
      expect((await book).bids[0]?.[0]).toBe(100_000)
      await until(() => venue.openSockets() > 0, 'the stream')
      await new Promise((done) => setTimeout(done, 150))
      await exchange.createOrder(linear, 'market', 'buy', 0.01)
      expect((await orders)[0]?.status).toBe('closed')
      expect((await trades)[0]?.amount).toBe(0.01)
    } finally {
      await exchange.close()
    }
  })
})

describe('a log-in', () => {
  it('is by signature, by secret or by token; a token is told what it may do and is renewed once', async () => {
    const uri = '/api/v2/private/get_positions?currency=USDC'
    const ask = async (headers: Record<string, string>): Promise<Json> => (await fetch(venue.restUrl + uri, { headers })).json()
    expect((await ask(signed(uri, Date.now()))).result).toEqual([])
    expect((await ask(signed(uri, Date.now(), 'wrong'))).error).toMatchObject({ code: 13_009, message: 'unauthorized' })
    expect((await ask(signed(uri, Date.now() - 61_000))).error).toMatchObject({ code: 13_009, data: { reason: 'invalid_timestamp' } })
    expect((await ask({})).error).toMatchObject({ code: 13_009, data: { reason: 'invalid_token' } })
    const { result } = await post('public/auth', secret())
    expect(result).toMatchObject({ token_type: 'bearer', expires_in: 900 })
    expect(result.scope).toContain('trade:read_write wallet:read')
    const token = { authorization: `Bearer ${result.access_token}` }
    expect((await ask(token)).result).toEqual([])
    const renewed = await get('public/auth', { grant_type: 'refresh_token', refresh_token: result.refresh_token })
    expect(renewed.result.access_token).not.toBe(result.access_token)
    expect((await ask(token)).error.code).toBe(13_009)
    expect((await get('public/auth', { grant_type: 'refresh_token', refresh_token: result.refresh_token })).error.code).toBe(13_004)
    venue.step(901_000)
    expect((await ask({ authorization: `Bearer ${renewed.result.access_token}` })).error.code).toBe(13_009)
  })
  it('that may only read is refused orders', async () => {
    venue.key.canTrade = false
    const refused = await post('private/buy', { instrument_name: SYMBOL, amount: 0.01, type: 'market' }, await bearer())
    expect([refused.status, refused.error.code]).toEqual([400, 13_021])
  })
})

describe('a refusal', () => {
  it.each([
    ['an unknown instrument', { instrument_name: 'NOSUCH', amount: 1 }, -32_602],
    ['no amount', { amount: null }, -32_602],
    ['a part of the smallest size', { amount: 0.00015 }, -32_602],
    ['a price off the tick', { type: 'limit', price: 99_999.3 }, -32_602],
    ['a price out of the band', { type: 'limit', price: 120_000 }, 10_007],
    ['too much', { amount: 50 }, 10_009],
    ['nothing to reduce', { reduce_only: true }, 11_030],
    ['post-only that takes', { type: 'limit', price: 100_100, post_only: true, reject_post_only: true }, 11_054],
    ['a stop without a trigger', { type: 'stop_market', trigger_price: 101_000 }, -32_602],
    ['a stop that would fire', { type: 'stop_market', trigger_price: 99_000, trigger: 'mark_price' }, 10_035],
    ['a time that is over', { valid_until: 1 }, 13_888],
  ])('of %s has its own number', async (_, changes, code) => {
    const asked = { instrument_name: SYMBOL, amount: 0.01, type: 'market', ...changes }
    expect(await post('private/buy', asked, await bearer())).toMatchObject({ status: 400, error: { code } })
  })
  it('comes for unknown methods, unknown and ended orders, while settling and beyond the credits', async () => {
    const who = await bearer()
    expect((await get('public/nonsense')).error).toEqual({ code: -32_601, message: 'Method not found' })
    expect((await get('public/subscribe', { channels: '[]' })).error.code).toBe(10_030)
    expect((await post('private/cancel', { order_id: 'USDC-1' }, who)).error.message).toBe('order_not_found')
    const { result } = await post('private/buy', { instrument_name: SYMBOL, amount: 0.01, type: 'market' }, who)
    expect((await post('private/cancel', { order_id: result.order.order_id }, who)).error.code).toBe(11_008)
    let last = await get('public/get_time')
    for (let count = 0; count < 200 && last.error === undefined; count += 1) last = await get('public/get_time')
    expect(last).toMatchObject({ status: 400, error: { code: 10_028, message: 'too_many_requests' } })
    await venue.close()
    await open({ startMs: Date.UTC(2026, 0, 5, 8, 0, 1), speed: 0 })
    expect((await post('private/buy', { instrument_name: SYMBOL, amount: 0.01, type: 'market' }, await bearer())).error.code).toBe(10_041)
    venue.step(5_000)
    expect((await post('private/buy', { instrument_name: SYMBOL, amount: 0.01, type: 'market' }, await bearer())).status).toBe(200)
  })
})

describe('orders', () => {
  it('that wait are in the list of all, share labels, become others when they fire, and all go with cancel_all', async () => {
    const rpc = await loggedIn()
    await rpc.call('private/subscribe', {
      channels: ['user.changes.any.any.raw', 'user.orders.future.USDC.raw', 'user.trades.any.any.100ms', 'nonsense'],
    })
    await rpc.call('private/buy', { instrument_name: SYMBOL, amount: 0.01, type: 'market', label: 'same' })
    const stop = { instrument_name: SYMBOL, amount: 0.01, type: 'stop_market', trigger: 'mark_price', reduce_only: true }
    const placed = await rpc.call('private/sell', { ...stop, trigger_price: 98_000, label: 'same' })
    await rpc.call('private/sell', { ...stop, trigger_price: 90_000, label: 'other' })
    expect(placed.result.order.order_id).toMatch(/^USDC-SLMS-\d+$/)
    venue.core.setPrice(SYMBOL, 97_900)
    const { result: rows } = await rpc.call('private/get_order_state_by_label', { currency: 'USDC', label: 'same' })
    expect(rows.map((row: Json) => [row.order_type, row.order_state, row.trigger_order_id])).toEqual([
      ['market', 'filled', undefined],
      ['stop_market', 'triggered', undefined],
      ['market', 'filled', placed.result.order.order_id],
    ])
    const { result: history } = await rpc.call('private/get_trigger_order_history', { currency: 'USDC' })
    expect(history.entries[0]).toMatchObject({
      trigger_order_id: placed.result.order.order_id,
      order_id: rows[2].order_id,
      request: 'trigger:order',
    })
    const changes = rpc.of('user.changes.any.any.raw')
    expect(changes.map((change) => [change.orders[0].order_state, change.trades.length])).toEqual([
      ['filled', 1],
      ['untriggered', 0],
      ['untriggered', 0],
      ['triggered', 0],
      ['filled', 1],
    ])
    expect(rpc.of('user.orders.future.USDC.raw')[0].label).toBe('same')
    expect(rpc.of('user.trades.any.any.100ms')).toHaveLength(2)
    expect((await rpc.call('private/cancel_all')).result).toBe(1)
    expect((await rpc.call('private/get_open_orders_by_currency', { currency: 'USDC' })).result).toEqual([])
  })

  const recorded = resolve(import.meta.dirname, '../../../shared/data/payloads/deribit/nautilus-messages.json')
  it.skipIf(!existsSync(recorded))('have the fields of recorded ones', async () => {
    const cases = JSON.parse(readFileSync(recorded, 'utf8')).cases as { name: string; body: string }[]
    const body = (name: string): Json => JSON.parse(cases.find((each) => each.name === name)?.body ?? 'null')
    const who = await bearer()
    const lacks = (theirs: object, ours: object): string[] => Object.keys(theirs).filter((name) => !(name in ours))
    const limit = await post(
      'private/buy',
      { instrument_name: SYMBOL, amount: 0.01, type: 'limit', price: 95_000, post_only: true, label: 'a' },
      who,
    )
    // Who the user is means nothing here.
    expect(lacks(body('ws_order_buy_response.json').result.order, limit.result.order)).toEqual(['user_id'])
    await post('private/buy', { instrument_name: SYMBOL, amount: 0.01, type: 'market' }, who)
    const stop = await post('private/sell', { instrument_name: SYMBOL, amount: 0.01, type: 'stop_market', trigger: 'mark_price', trigger_price: 98_000, reduce_only: true }, who) // prettier-ignore
    expect(lacks(body('ws_order_stop_market_response.json').result.order, stop.result.order)).toEqual(['user_id'])
    const canceled = await post('private/cancel', { order_id: limit.result.order.order_id }, who)
    expect(lacks(body('ws_order_cancel_response.json').result, canceled.result)).toEqual(['user_id'])
    expect(
      lacks(body('http_get_instruments.json').result[0], (await get('public/get_instruments', { currency: 'USDC' })).result[0]),
    ).toEqual([])
    expect(lacks(body('http_get_last_trades.json').result.trades[0], (await get('public/get_last_trades_by_instrument', { instrument_name: SYMBOL })).result.trades[0])).toEqual([]) // prettier-ignore
    expect(lacks(body('http_get_tradingview_chart_data.json').result, (await get('public/get_tradingview_chart_data', { instrument_name: SYMBOL, resolution: '1', start_timestamp: '0' })).result)).toEqual([]) // prettier-ignore
  })
})

describe('the stream', () => {
  it('gives a book whose changes follow on, raw ones only to whoever is logged in', async () => {
    const stranger = await dial()
    expect((await stranger.call('public/subscribe', { channels: [`book.${SYMBOL}.raw`, `ticker.${SYMBOL}.100ms`] })).result).toEqual([
      `ticker.${SYMBOL}.100ms`,
    ])
    const rpc = await loggedIn()
    await rpc.call('public/subscribe', { channels: [`book.${SYMBOL}.raw`] })
    for (const at of [100_010, 100_020, 99_000]) venue.core.setPrice(SYMBOL, at)
    await until(() => rpc.of(`book.${SYMBOL}.raw`).length >= 4, 'the changes')
    const [first, ...changes] = rpc.of(`book.${SYMBOL}.raw`)
    expect([first.type, first.bids[0][0]]).toEqual(['snapshot', 'new'])
    let id = first.change_id
    const bids = new Map<number, number>(first.bids.map(([, at, amount]: [string, number, number]) => [at, amount]))
    for (const change of changes) {
      expect([change.type, change.prev_change_id]).toEqual(['change', id])
      id = change.change_id
      for (const [what, at, amount] of change.bids) {
        expect(what === 'new').toBe(!bids.has(at))
        if (what === 'delete') bids.delete(at)
        else bids.set(at, amount)
      }
    }
    const { result } = await get('public/get_order_book', { instrument_name: SYMBOL, depth: '1000' })
    expect(new Map(result.bids)).toEqual(bids)
  })
  it('asks whoever set a heartbeat whether it listens, and falls silent where the log-in ends', async () => {
    const rpc = await loggedIn()
    await rpc.call('public/set_heartbeat', { interval: 10 })
    await rpc.call('private/subscribe', { channels: ['user.orders.any.any.raw'] })
    venue.step(11_000)
    await until(() => rpc.heard.some((message) => message.method === 'heartbeat'), 'a heartbeat')
    venue.step(900_000)
    expect((await rpc.call('private/get_positions', { currency: 'USDC' })).error.code).toBe(13_009)
  })
})
