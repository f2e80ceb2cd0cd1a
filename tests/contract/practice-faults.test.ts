// Proves that every fault of the practice venue does to a client exactly what it says, as often as it says, and that the exchange did or did not
// carry the request out.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultInput } from '../../src-main/practice-venue/faults/fault.ts'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { type Json, type Listening, ask, listen, listenPrivately } from '../support/practice-client.ts'
import { order } from '../support/practice-core.ts'
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
const ORDER = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' }
const place = (signal?: AbortSignal) => ask(venue, 'POST /fapi/v1/order', ORDER, signal ? { signal } : {})
type RequestFault = Extract<FaultInput, { on: 'request' }>
const onOrders = (action: RequestFault['action'], more: Partial<RequestFault> = {}): number =>
  venue.faults.add({ on: 'request', match: { method: 'POST', path: '/order' }, action, ...more })
const orders = (): number => venue.core.account('practice').orders.size

describe('a request that meets a fault', () => {
  it.each([
    ['accept_then_drop', { type: 'accept_then_drop' }, 1],
    ['reject_then_drop', { type: 'reject_then_drop' }, 0],
    ['reset', { type: 'reset' }, 0],
    ['partial_body', { type: 'partial_body' }, 1],
  ] as const)('%s breaks off', async (_, action, count) => {
    onOrders(action)
    await expect(place()).rejects.toThrow()
    expect(orders()).toBe(count)
    expect((await place()).status).toBe(200)
  })

  it.each([true, false])('silence gets headers and nothing more (carried out: %s)', async (isProcessed) => {
    onOrders({ type: 'silence', isProcessed })
    await expect(place(AbortSignal.timeout(150))).rejects.toThrow(/timeout|aborted/i)
    expect(orders()).toBe(isProcessed ? 1 : 0)
  })

  it.each([
    ['unknown', { type: 'unavailable', isProcessed: true, isKnown: false }, 503, -1000, 1],
    ['known', { type: 'unavailable', isProcessed: false, isKnown: true }, 503, -1008, 0],
    ['backend timeout', { type: 'backend_timeout', isProcessed: true }, 408, -1007, 1],
    ['internal error', { type: 'internal_error', isProcessed: false }, 500, -1000, 0],
    ['rate limit', { type: 'rate_limited', retryAfterSeconds: 7, isBan: false }, 429, -1003, 0],
    ['ban', { type: 'rate_limited', retryAfterSeconds: 120, isBan: true }, 418, -1003, 0],
    ['any answer', { type: 'answer', status: 451, body: '{"code":-9,"msg":"x"}', isProcessed: false }, 451, -9, 0],
  ] as const)('%s is answered in the words of the exchange', async (_, action, status, code, count) => {
    onOrders(action as never)
    const answer = await place()
    expect(answer).toMatchObject({ status, body: { code } })
    if (action.type === 'rate_limited') expect(answer.headers.get('retry-after')).toBe(String(action.retryAfterSeconds))
    expect(orders()).toBe(count)
  })

  it('late comes late: before it is carried out, after it, or in its body', async () => {
    onOrders({ type: 'late_request', ms: 80 })
    const late = place()
    await ask(venue, 'GET /fapi/v1/ping')
    expect(orders()).toBe(0)
    expect((await late).status).toBe(200)
    onOrders({ type: 'late_answer', ms: 80 })
    const answered = place()
    await until(() => orders() === 2, 'the order')
    expect((await answered).status).toBe(200)
    onOrders({ type: 'slow_body', ms: 80 })
    expect((await place()).body.status).toBe('NEW')
  })

  it('stale shows the snapshot from before', async () => {
    const depth = () => ask(venue, 'GET /fapi/v1/depth', { symbol: 'BTCUSDT', limit: 5 })
    const before = await depth()
    venue.core.setPrice('BTCUSDT', 100_200)
    venue.faults.add({ on: 'request', match: { path: '/depth' }, action: { type: 'stale' } })
    expect((await depth()).body.lastUpdateId).toBe(before.body.lastUpdateId)
    expect((await depth()).body.lastUpdateId).toBeGreaterThan(before.body.lastUpdateId)
  })

  it('happens as often as was said, after as many as were to be skipped', async () => {
    onOrders({ type: 'internal_error', isProcessed: false }, { times: 2, skip: 1 })
    const statuses = []
    for (let count = 0; count < 5; count++) statuses.push((await place()).status)
    expect(statuses).toEqual([200, 500, 500, 200, 200])
    expect(venue.faults.list()).toMatchObject([{ happened: 2, isOver: true }])
  })
})

describe('the state of the exchange', () => {
  it('moves its clock, so that signed requests are refused until the client measures it', async () => {
    venue.conditions.clockOffsetMs = 10_000
    expect((await place()).body.code).toBe(-1021)
    const { body } = await ask(venue, 'GET /fapi/v1/time')
    expect(body.serverTime - Date.now()).toBeGreaterThan(9_000)
    expect((await ask(venue, 'POST /fapi/v1/order', ORDER, { timestamp: body.serverTime })).status).toBe(200)
  })

  it('is under maintenance', async () => {
    venue.conditions.isMaintenance = true
    expect((await place()).status).toBe(503)
    await expect(listen(venue, '/market/ws')).rejects.toThrow('503')
    venue.conditions.isMaintenance = false
    expect((await place()).status).toBe(200)
  })

  it('shows orders to REST only after a while', async () => {
    venue.conditions.visibleAfterMs = 100
    await ask(venue, 'POST /fapi/v1/order', { ...ORDER, newClientOrderId: 'late' })
    const query = () => ask(venue, 'GET /fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'late' })
    expect((await query()).body.code).toBe(-2013)
    await new Promise((done) => setTimeout(done, 150))
    expect((await query()).body.status).toBe('FILLED')
  })

  it('refuses the key in every way a key can be wrong', async () => {
    for (const state of ['unknown', 'expired'] as const) {
      venue.key.state = state
      expect((await place()).body.code).toBe(-2015)
    }
  })
})

describe('messages that meet a fault', () => {
  const onMessages = (action: Extract<FaultInput, { on: 'message' }>['action'], topic = 'ORDER_TRADE_UPDATE'): number =>
    venue.faults.add({ on: 'message', match: { topic }, action })
  const kinds = (user: Listening): string[] =>
    user.messages.map((message) => message?.e ?? 'garbled').filter((kind) => kind !== 'TRADE_LITE')

  it.each([
    ['drop', ['ACCOUNT_UPDATE', 'ORDER_TRADE_UPDATE']],
    ['duplicate', ['ORDER_TRADE_UPDATE', 'ORDER_TRADE_UPDATE', 'ACCOUNT_UPDATE', 'ORDER_TRADE_UPDATE']],
    ['swap', ['ACCOUNT_UPDATE', 'ORDER_TRADE_UPDATE', 'ORDER_TRADE_UPDATE']],
    ['garble', ['garbled', 'ACCOUNT_UPDATE', 'ORDER_TRADE_UPDATE']],
  ] as const)('%s', async (type, expected) => {
    const user = await kept(listenPrivately(venue))
    onMessages({ type })
    await place()
    await until(() => kinds(user).length >= expected.length, 'messages')
    expect(kinds(user)).toEqual(expected)
  })

  it('delay brings one after those that followed', async () => {
    const user = await kept(listenPrivately(venue))
    onMessages({ type: 'delay', ms: 60 })
    await place()
    await until(() => user.messages.length >= 4, 'messages')
    expect(user.messages.at(-1).o.x).toBe('NEW')
  })

  it('burst brings a thousand at once, none lost', async () => {
    const user = await kept(listenPrivately(venue))
    venue.faults.add({ on: 'message', match: { path: '/private' }, action: { type: 'burst', count: 1_000 } })
    for (let count = 0; count < 251; count++) {
      const side = count % 2 === 0 ? ('buy' as const) : ('sell' as const)
      venue.core.submit('practice', order(side, '0.01'))
    }
    await until(() => user.messages.length >= 1_000, 'a thousand messages')
    // Of each order two updates, one of the account, and the short one ahead of the fill.
    await until(() => user.messages.length === 4 * 251, 'the last order')
    expect(user.of('ORDER_TRADE_UPDATE')).toHaveLength(2 * 251)
  })

  it('a hole in the book is a hole in its ids', async () => {
    const depth = await kept(listen(venue, '/public/ws', ['btcusdt@depth@100ms']))
    venue.faults.add({ on: 'message', match: { topic: '@depth' }, action: { type: 'drop' }, skip: 1 })
    for (const price of [100_010, 100_020, 100_030]) venue.core.setPrice('BTCUSDT', price)
    await until(() => depth.of('depthUpdate').length === 2, 'two of three updates')
    const [first, second] = depth.of('depthUpdate')
    expect(second.pu).toBeGreaterThan(first.u)
  })
})

describe('sockets that meet a fault', () => {
  const onSockets = (action: Extract<FaultInput, { on: 'connection' }>['action']): number =>
    venue.faults.add({ on: 'connection', match: { path: '/private' }, action })

  it('are closed, terminated or refused', async () => {
    const closed = await kept(listenPrivately(venue))
    const code = new Promise((done) => closed.socket.once('close', done))
    onSockets({ type: 'close', code: 1008 })
    expect(await code).toBe(1008)
    const broken = await kept(listenPrivately(venue))
    const abnormal = new Promise((done) => broken.socket.once('close', done))
    onSockets({ type: 'terminate' })
    expect(await abnormal).toBe(1006)
    onSockets({ type: 'refuse', status: 502 })
    await expect(listenPrivately(venue)).rejects.toThrow('502')
    await kept(listenPrivately(venue))
  })

  it('fall mute while pings are answered', async () => {
    const user = await kept(listenPrivately(venue))
    onSockets({ type: 'mute', ms: 100 })
    await place()
    const ponged = new Promise((done) => user.socket.once('pong', done))
    user.socket.ping()
    await ponged
    expect(user.messages).toEqual([])
  })

  it('stand still without an answer to a ping, and go on where they stopped', async () => {
    const user = await kept(listenPrivately(venue))
    onSockets({ type: 'pause', ms: 200 })
    await place()
    let ponged = false
    user.socket.once('pong', () => {
      ponged = true
    })
    user.socket.ping()
    await new Promise((done) => setTimeout(done, 100))
    expect([ponged, user.messages.length]).toEqual([false, 0])
    await until(() => ponged && user.messages.length === 4, 'what waited')
  })
})

describe('the control endpoint', () => {
  const control = async (method: string, path: string, body?: unknown): Promise<Json> =>
    (await fetch(`${venue.controlUrl}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })).json()

  it('sets, lists and clears faults, and says what is wrong with one', async () => {
    expect(await control('POST', '/faults', { on: 'request', match: { path: '/order' }, action: { type: 'reset' }, times: null })).toEqual({
      id: 1,
    })
    expect(await control('GET', '/faults')).toMatchObject([{ id: 1, happened: 0 }])
    await expect(place()).rejects.toThrow()
    await expect(place()).rejects.toThrow()
    expect(await control('DELETE', '/faults')).toEqual({ cleared: 1 })
    expect((await place()).status).toBe(200)
    const { error } = await control('POST', '/faults', { on: 'request', match: {}, action: { type: 'explode' } })
    expect(error).toContain('action')
    expect((await control('GET', '/nothing')).error).toContain('GET /state')
  })

  it('shows what the oracle saw: exposure, duplicates, orphans', async () => {
    await ask(venue, 'POST /fapi/v1/order', { ...ORDER, newClientOrderId: 'twice' })
    await ask(venue, 'POST /fapi/v1/order', { ...ORDER, newClientOrderId: 'twice' })
    let [account] = (await control('GET', '/state')).accounts
    expect(account).toMatchObject({ duplicates: ['twice'], positions: [{ quantity: '0.02', isCovered: false }] })
    await new Promise((done) => setTimeout(done, 30))
    const stop = {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      triggerPrice: '98000',
      quantity: '0.02',
      reduceOnly: 'true',
      clientAlgoId: 'stop',
    }
    await ask(venue, 'POST /fapi/v1/algoOrder', stop)
    const state = await control('GET', '/state')
    expect(state.accounts[0]).toMatchObject({ positions: [{ isCovered: true }], stops: [{ clientId: 'stop' }], orphans: [] })
    expect(state.longestExposureMs).toBeGreaterThanOrEqual(20)
    await control('POST', '/orders', { symbol: 'BTCUSDT', side: 'sell', quantity: '0.02' })
    ;[account] = (await control('GET', '/state')).accounts
    expect(account).toMatchObject({ positions: [], orphans: ['stop'] })
  })

  it('moves market, clock, key and conditions', async () => {
    expect(await control('POST', '/market', { symbol: 'BTCUSDT', price: 101_000, mark: '100500' })).toMatchObject({
      last: '101000',
      mark: '100500',
    })
    expect(await control('POST', '/clock', { speed: 0 })).toMatchObject({ speed: 0 })
    const { nowMs } = await control('POST', '/clock', { stepMs: 60_000 })
    expect(nowMs - Date.now()).toBeGreaterThan(50_000)
    expect(await control('POST', '/key', { canWithdraw: true })).toMatchObject({ canWithdraw: true, state: 'valid' })
    expect(await control('POST', '/conditions', { isMaintenance: true })).toMatchObject({ isMaintenance: true })
    const { apiKey, apiSecret } = await control('POST', '/keys')
    await control('POST', '/conditions', { isMaintenance: false })
    expect((await ask(venue, 'GET /fapi/v3/balance', {}, { key: apiKey, secret: apiSecret })).status).toBe(200)
    await control('POST', '/key', { state: 'expired' })
    expect((await ask(venue, 'GET /fapi/v3/balance')).body.code).toBe(-2015)
    expect((await ask(venue, 'GET /fapi/v3/balance', {}, { key: apiKey, secret: apiSecret })).status).toBe(200)
    expect((await control('POST', '/market', { symbol: 'X', price: 1 })).error).toContain('X is not listed')
  })
})
