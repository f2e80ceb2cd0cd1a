// Proves over real sockets that orders reach Binance's protocol as they should, and that whatever becomes of them ends in a report under our id.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, tradeId } from '../../src-shared/domain/ids.ts'
import { newOrder } from '../../src-shared/domain/order.ts'
import type { ExecutionClient } from '../../src-main/core/ports/execution-client.ts'
import { BinanceAccountLoopback } from '../support/binance-account-loopback.ts'
import { BTC, ETH, type Heard, connect, request, stop } from '../support/execution-client.ts'

let venue: BinanceAccountLoopback
let client: ExecutionClient
let heard: Heard

beforeEach(async () => {
  venue = await new BinanceAccountLoopback().listen()
  ;({ client, heard } = await connect(venue))
})
afterEach(async () => {
  await client.close()
  await venue.close()
})
const sent = (what: string): Readonly<Record<string, string>> => venue.requests.find((each) => each.what === what)?.params ?? {}

describe('an account that was opened', () => {
  it("has its own fees and brackets, and the data venue's ids", () => {
    expect(client.instruments.map(({ id }) => id)).toEqual([BTC, ETH])
    const [btc] = client.instruments
    expect(btc && [toText(btc.makerFeeRate), toText(btc.takerFeeRate), toText(btc.maintenanceMarginRate), btc.leverageMax]).toEqual([
      '0.00018',
      '0.00045',
      '0.0065',
      75,
    ])
  })
  it('has measured the clock', () => {
    expect(heard.offsets).toHaveLength(1)
    expect(Math.abs(heard.offsets[0] ?? Number.NaN)).toBeLessThan(100)
  })
})

describe('submitted orders', () => {
  it('reach the venue with exact amounts and our id, and are acknowledged', async () => {
    client.submit(request('twaE1', { type: 'limit', timeInForce: 'post_only', limitPrice: price('100000.1'), quantity: quantity('0.012') }))
    const accepted = await heard.report('accepted', 'twaE1')
    expect(sent('POST /fapi/v1/order')).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTX',
      price: '100000.1',
      quantity: '0.012',
      newClientOrderId: 'twaE1',
    })
    expect(accepted.venueOrderId).toBe(String(venue.plain.get('twaE1')?.['orderId']))
  })
  it.each([
    ['market', request('twaX1', { purpose: 'exit', side: 'sell', reduceOnly: true }), { type: 'MARKET', reduceOnly: 'true', side: 'SELL' }],
    ['ioc', request('twaE2', { type: 'limit', timeInForce: 'ioc', limitPrice: price('1.5') }), { type: 'LIMIT', timeInForce: 'IOC' }],
  ])('go out as %s', async (_, order, expected) => {
    client.submit(order)
    await heard.report('accepted', order.clientOrderId)
    expect(sent('POST /fapi/v1/order')).toMatchObject(expected)
  })
  it('go to the list of conditional orders when they wait for a price', async () => {
    client.submit(stop('twaS1'))
    await heard.report('accepted', 'twaS1')
    expect(sent('POST /fapi/v1/algoOrder')).toMatchObject({
      algoType: 'CONDITIONAL',
      type: 'STOP_MARKET',
      quantity: '0.01',
      triggerPrice: '99000.5',
      workingType: 'MARK_PRICE',
      reduceOnly: 'true',
      clientAlgoId: 'twaS1',
    })
    expect(venue.asked('POST /fapi/v1/order')).toBe(0)
  })
  it.each([
    [-2021, 'would_immediately_trigger'],
    [-2019, 'insufficient_margin'],
    [-4118, 'reduce_only_rejected'],
    [-4164, 'min_notional'],
    [-1111, 'precision'],
    [-4131, 'price_band'],
    [-4061, 'position_mode'],
    [-2027, 'leverage_bracket'],
    [-9999, 'refused'],
  ])('are rejected by number: %i is %s', async (code, reason) => {
    venue.fail('POST /fapi/v1/algoOrder', { status: 400, body: { code, msg: 'words change' } })
    client.submit(stop('twaS2'))
    const rejected = await heard.report('rejected', 'twaS2')
    expect([rejected.code, rejected.message]).toEqual([reason, `${code}: words change`])
  })
  it.each([
    ['a reset after it was carried out', 'drop'],
    ['a truncated answer', 'truncate'],
    ['-1007', { status: 408, body: { code: -1007, msg: 'Timeout waiting for response' } }],
    ['-1000 with 503', { status: 503, body: { code: -1000, msg: 'Unknown error' } }],
    ['a server error without a number', { status: 502, body: 'bad gateway' }],
    ['a duplicate id', { status: 400, body: { code: -4116, msg: 'ClientOrderId is duplicated.' } }],
  ] as const)('have an unknown outcome after %s, and are sent once', async (_, fault) => {
    venue.tells = false
    venue.fail('POST /fapi/v1/order', fault)
    client.submit(request('twaE3'))
    await heard.report('outcome_unknown', 'twaE3')
    expect(venue.asked('POST /fapi/v1/order')).toBe(1)
    expect(heard.all('rejected')).toEqual([])
  })
  it('are surely not carried out when the venue limits the address, and nothing but what protects is sent until then', async () => {
    venue.fail('POST /fapi/v1/order', { status: 429, body: { code: -1003, msg: 'Too many requests' }, headers: { 'retry-after': '2' } })
    client.submit(request('twaE4'))
    expect((await heard.report('rejected', 'twaE4')).code).toBe('rate_limited')
    expect(client.health().state).toBe('degraded')
    expect(client.health().budget.bannedUntilMs).toBeGreaterThan(Date.now())
    client.submit(request('twaE5'))
    client.submit(stop('twaS5'))
    await heard.report('accepted', 'twaS5')
    expect(venue.asked('POST /fapi/v1/order')).toBe(1)
  })
  it('are sent once more after the clock was put right, and only then', async () => {
    venue.clockOffsetMs = 30_000
    client.submit(request('twaE6'))
    await heard.report('accepted', 'twaE6')
    expect(venue.asked('POST /fapi/v1/order')).toBe(2)
    expect(heard.offsets.at(-1)).toBeGreaterThan(29_000)
  })
  it('are refused here when their instrument is not traded', async () => {
    client.submit(request('twaE7', { instrumentId: 'XRP/USDT:USDT' as typeof BTC }))
    expect((await heard.report('rejected', 'twaE7')).code).toBe('unknown_instrument')
  })
})

describe('private messages', () => {
  it('bring fills under our id, each with its own name', async () => {
    client.submit(request('twaE1'))
    await heard.report('accepted', 'twaE1')
    const trade = venue.fill('twaE1', '0.004', '100000.5')
    const { fill } = await heard.report('fill', 'twaE1')
    expect(fill.tradeId).toBe(`BTCUSDT-${trade['id']}`)
    expect([toText(fill.price), toText(fill.quantity), toText(fill.fee), fill.liquidity]).toEqual([
      '100000.5',
      '0.004',
      '0.200001',
      'taker',
    ])
  })
  it('tell of what a fired stop became under the name of the stop', async () => {
    client.submit(stop('twaS1'))
    await heard.report('accepted', 'twaS1')
    venue.fill(venue.fire('twaS1'), '0.010', '98999')
    venue.finish('twaS1')
    await heard.report('triggered', 'twaS1')
    const { fill } = await heard.report('fill', 'twaS1')
    expect(toText(fill.quantity)).toBe('0.01')
    expect(heard.all('fill')).toHaveLength(1)
  })
  it("find the stop whose child's fill came before the word that it fired", async () => {
    client.submit(stop('twaS1'))
    await heard.report('accepted', 'twaS1')
    const child = venue.fire('twaS1', { tell: false, childName: 'x-auto_1' })
    venue.fill(child, '0.010', '98999')
    await heard.report('fill', 'twaS1')
    expect(heard.all('fill')).toHaveLength(1)
  })
  it('tell that a fired stop was canceled with nothing done', async () => {
    client.submit(stop('twaS1'))
    await heard.report('accepted', 'twaS1')
    const child = venue.fire('twaS1', { tell: false })
    venue.end(child, 'EXPIRED', { tell: false })
    venue.finish('twaS1')
    const lookup = await heard.report('lookup', 'twaS1')
    expect(lookup.order?.status).toBe('expired')
    expect(lookup.fills).toEqual([])
  })
  it('look up an order that ended further than was told', async () => {
    client.submit(request('twaE1', { type: 'limit', limitPrice: price('100000') }))
    await heard.report('accepted', 'twaE1')
    venue.fill('twaE1', '0.003', '100000', { tell: false })
    venue.end('twaE1', 'CANCELED')
    const lookup = await heard.report('lookup', 'twaE1')
    expect([lookup.order?.status, lookup.fills.length]).toEqual(['canceled', 1])
  })
  it('are all heard when a thousand come in one burst', async () => {
    client.submit(request('twaE1', { type: 'limit', limitPrice: price('100000'), quantity: quantity('1') }))
    await heard.report('accepted', 'twaE1')
    for (let at = 0; at < 1_000; at += 1) venue.fill('twaE1', '0.001', '100000')
    await heard.until(() => heard.all('fill').length === 1_000)
    expect(new Set(heard.all('fill').map(({ fill }) => fill.tradeId)).size).toBe(1_000)
    expect(heard.all('lookup')).toEqual([])
  })
  it("book a stranger's trade under a name that is not ours, and leave his order alone", async () => {
    client.submit(request('twaE1'))
    await heard.report('accepted', 'twaE1')
    const order = { ...venue.plain.get('twaE1'), clientOrderId: 'web_Ab-1', orderId: 777, executedQty: '0.01', status: 'FILLED' }
    venue.tellOrder(order, 'NEW')
    venue.tellOrder(order, 'TRADE', {
      id: 9,
      qty: '0.010',
      price: '100000',
      commission: '0.1',
      commissionAsset: 'BNB',
      time: 5,
      maker: true,
    })
    const { fill } = await heard.report('fill')
    expect([fill.clientOrderId, toText(fill.fee), fill.liquidity]).toEqual(['foreign777', '0', 'maker'])
    expect(heard.all('accepted')).toHaveLength(2)
  })
})

describe('cancels and lookups', () => {
  it('go to the list that the order is in', async () => {
    client.submit(stop('twaS1'))
    client.submit(request('twaE1', { type: 'limit', limitPrice: price('90000') }))
    await Promise.all([heard.report('accepted', 'twaS1'), heard.report('accepted', 'twaE1')])
    client.cancel(clientOrderId('twaS1'))
    client.cancel(clientOrderId('twaE1'))
    await Promise.all([heard.report('canceled', 'twaS1'), heard.report('canceled', 'twaE1')])
    expect([venue.asked('DELETE /fapi/v1/algoOrder'), venue.asked('DELETE /fapi/v1/order')]).toEqual([1, 1])
  })
  it('reach what a fired stop became', async () => {
    client.submit(stop('twaS1'))
    await heard.report('accepted', 'twaS1')
    venue.fire('twaS1')
    await heard.report('triggered', 'twaS1')
    client.cancel(clientOrderId('twaS1'))
    await heard.report('canceled', 'twaS1')
    expect(sent('DELETE /fapi/v1/order')['orderId']).toBe(venue.algo.get('twaS1')?.['actualOrderId'])
  })
  it('are refused with a reason when the order is gone or was never heard of', async () => {
    client.submit(request('twaE1'))
    await heard.report('accepted', 'twaE1')
    venue.fill('twaE1', '0.010', '100000')
    client.cancel(clientOrderId('twaE1'))
    client.cancel(clientOrderId('twaE404'))
    expect((await heard.report('cancel_rejected', 'twaE1')).code).toBe('unknown_order')
    expect((await heard.report('cancel_rejected', 'twaE404')).code).toBe('unknown_order')
  })
  it('find an order of an earlier run with all its fills', async () => {
    client.submit(stop('twaS1'))
    await heard.report('accepted', 'twaS1')
    await client.close()
    const child = venue.fire('twaS1')
    venue.fill(child, '0.004', '99000')
    venue.fill(child, '0.006', '98999')
    venue.finish('twaS1')
    ;({ client, heard } = await connect(venue))
    client.remember([{ ...newOrder(stop('twaS1'), 1), state: 'accepted' }])
    client.lookup(clientOrderId('twaS1'))
    const { order, fills } = await heard.report('lookup', 'twaS1')
    expect([order?.status, order && toText(order.filledQuantity), fills.map((fill) => toText(fill.quantity))]).toEqual([
      'filled',
      '0.01',
      ['0.004', '0.006'],
    ])
  })
  it('say null for what the venue does not know, after both lists were asked', async () => {
    client.lookup(clientOrderId('twaE404'))
    expect((await heard.report('lookup', 'twaE404')).order).toBeNull()
    expect([venue.asked('GET /fapi/v1/order'), venue.asked('GET /fapi/v1/algoOrder')]).toEqual([2, 1])
  })
})

describe('a snapshot', () => {
  it('holds positions, both lists, the wallet, and the fills after a trade', async () => {
    client.submit(request('twaE1'))
    client.submit(stop('twaS1'))
    client.submit(request('twaT1', { purpose: 'target', type: 'limit', side: 'sell', limitPrice: price('120000'), reduceOnly: true }))
    await Promise.all(['twaE1', 'twaS1', 'twaT1'].map((id) => heard.report('accepted', id)))
    const first = venue.fill('twaE1', '0.004', '100000')
    const second = venue.fill('twaE1', '0.006', '100010')
    await heard.until(() => heard.all('fill').length === 2)
    client.requestSnapshot(tradeId(`BTCUSDT-${first['id']}`))
    const snapshot = await heard.report('snapshot')
    expect(snapshot.fills.map((fill) => [fill.tradeId, fill.clientOrderId])).toEqual([[`BTCUSDT-${second['id']}`, 'twaE1']])
    expect(snapshot.orders.map(({ clientOrderId: id, type }) => [id, type])).toEqual([
      ['twaT1', 'limit'],
      ['twaS1', 'stop_market'],
    ])
    expect(snapshot.positions.map(({ side, quantity: held }) => [side, toText(held)])).toEqual([['long', '0.01']])
    expect([toText(snapshot.walletBalance), snapshot.fillsMissing]).toEqual(['10000', undefined])
  })
  it('says that fills are missing when the venue does not know the trade', async () => {
    client.requestSnapshot(tradeId('BTCUSDT-5'))
    expect((await heard.report('snapshot')).fillsMissing).toBe(true)
  })
  it('is read again when something traded meanwhile', async () => {
    client.submit(request('twaE1'))
    await heard.report('accepted', 'twaE1')
    const before = venue.asked('GET /fapi/v3/positionRisk')
    const { body } = { body: [] }
    venue.fail('GET /fapi/v3/positionRisk', { body })
    venue.fill('twaE1', '0.010', '100000')
    client.requestSnapshot(null)
    const snapshot = await heard.report('snapshot')
    expect(venue.asked('GET /fapi/v3/positionRisk') - before).toBe(3)
    expect([snapshot.positions.length, snapshot.fills.length]).toEqual([1, 1])
  })
  it('does not come while the venue cannot be asked, and says so', async () => {
    venue.fail('GET /fapi/v3/balance', 'lose', 'lose')
    client.requestSnapshot(null)
    await heard.until(() => heard.states.find(({ detail }) => detail.includes('could not be asked for its positions')))
    expect(heard.all('snapshot')).toEqual([])
  })
})

describe('the private stream', () => {
  it('is dialled again with a new key when it breaks, and the state says so both times', async () => {
    venue.dropStreams()
    await heard.state('degraded')
    await heard.state('live')
    expect(venue.connections).toEqual(['/private/ws?listenKey=listen-1', '/private/ws?listenKey=listen-2'])
    expect(client.health().reconnects).toBe(1)
  })
  it('is found at the address of before where a test system has only that', async () => {
    venue.streamPath = /^\/ws\/listen-/
    venue.dropStreams()
    await heard.state('degraded')
    await heard.state('live')
    expect(venue.connections.at(-1)).toMatch(/^\/ws\/listen-\d+$/)
  })
  it('is dialled again when its key has expired', async () => {
    venue.tell({ e: 'listenKeyExpired', E: venue.now(), listenKey: 'listen-1' })
    expect((await heard.state('degraded')).detail).toContain('the stream key has expired')
    await heard.state('live')
  })
  it('is dialled again when it does not tell of an order', { timeout: 15_000 }, async () => {
    venue.tells = false
    client.submit(request('twaE1'))
    await heard.report('accepted', 'twaE1')
    expect((await heard.state('degraded')).detail).toContain('did not tell of order twaE1')
  })
})
