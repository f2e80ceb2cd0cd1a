// Proves on recorded payloads that Binance's words become ours exactly, and that what a failure proves is told by its number alone.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId } from '../../src-shared/domain/ids.ts'
import { binanceFailure } from '../../src-main/adapters/ccxt/execution/binance/binance-errors.ts'
import { algoOrder, childOf, fillOf, plainOrder, positionOf } from '../../src-main/adapters/ccxt/execution/binance/binance-orders.ts'
import { cancelRequest, submitRequest } from '../../src-main/adapters/ccxt/execution/binance/binance-requests.ts'
import { type Fields, decimalOf, integerOf, textOf } from '../../src-main/adapters/ccxt/execution/fields.ts'
import { orderName } from '../../src-main/adapters/ccxt/execution/foreign-order.ts'
import { OrderMemory } from '../../src-main/adapters/ccxt/execution/order-memory.ts'
import { failureOfTransport } from '../../src-main/adapters/ccxt/transport/venue-failure.ts'
import { parseJson } from '../../src-main/adapters/ccxt/transport/venue-rest.ts'
import { BTC, request, stop } from '../support/execution-client.ts'

type Payloads = { rest: Record<string, Fields & readonly Fields[]>; stream: Record<string, Fields> }
const recorded: Payloads = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures/execution/binance-account.json'), 'utf8'))
const row = (name: string, at?: number): Fields => {
  const body = recorded.rest[name]
  const found = at === undefined ? body : body?.[at]
  if (found === undefined) throw new Error(`no recorded ${name}`)
  return found
}

describe('recorded answers', () => {
  it('give an algo order that has finished, and what it became', () => {
    const order = algoOrder(row('algoOrder'), BTC)
    expect(order).toMatchObject({
      venueOrderId: '1000001270850379',
      side: 'buy',
      type: 'stop_market',
      reduceOnly: true,
      status: 'triggered',
    })
    expect([toText(order.quantity), order.triggerPrice && toText(order.triggerPrice), order.limitPrice]).toEqual(['0.002', '69080.2', null])
    expect(childOf(row('algoOrder'), 'actualOrderId')).toBe('974828356187')
    expect(order.clientOrderId).toBe('foreign1000001270850379')
  })
  it('give open orders of both lists', () => {
    expect(algoOrder(row('openAlgoOrders', 0), instrumentId('BNBUSDT'))).toMatchObject({
      clientOrderId: 'MRumok0dkhrP4kCm12AHaB',
      status: 'working',
    })
    expect(childOf(row('openAlgoOrders', 0), 'actualOrderId')).toBeNull()
    const plain = plainOrder(row('openOrders', 0), BTC)
    expect(plain).toMatchObject({ clientOrderId: 'abc', venueOrderId: '1917641', type: 'stop_market', status: 'working' })
    expect([toText(plain.quantity), plain.triggerPrice && toText(plain.triggerPrice)]).toEqual(['0.4', '9300'])
  })
  it('give positions, and nothing for an empty one', () => {
    const held = positionOf(row('positions', 0), BTC)
    expect(
      held && [held.side, toText(held.quantity), toText(held.entryPrice), held.liquidationPrice && toText(held.liquidationPrice)],
    ).toEqual(['long', '0.001', '22185.2', '19731.45529116'])
    expect(positionOf(row('positions', 1), BTC)).toBeNull()
  })
  it('give trades whose names are unique among markets', () => {
    const fill = fillOf(row('userTrades', 0), { instrumentId: BTC, clientOrderId: clientOrderId('twaE1'), settle: 'USDT' })
    expect([
      fill.tradeId,
      fill.venueOrderId,
      fill.side,
      toText(fill.price),
      toText(fill.quantity),
      toText(fill.fee),
      fill.liquidity,
    ]).toEqual(['BTCUSDT-698759', '25851813', 'sell', '7819.01', '0.002', '-0.0781901', 'taker'])
  })
  it('name a status that is not known', () => {
    expect(() => plainOrder({ ...row('order'), status: 'PONDERING' }, BTC)).toThrow('order status "PONDERING" is not one of NEW')
  })
})

describe('requests', () => {
  const memory = new OrderMemory()
  it('carry no float and no name of anybody else', () => {
    const { params, priority, orders } = submitRequest(stop('twaS1'))
    expect([params['quantity'], params['triggerPrice'], params['clientAlgoId'], priority, orders]).toEqual([
      '0.01',
      '99000.5',
      'twaS1',
      'protect',
      1,
    ])
    expect(submitRequest(request('twaE1')).priority).toBe('entry')
  })
  it("cancel another's order by the venue's own id", () => {
    const foreign = memory.add({ ...request('foreign777'), type: 'limit' }, true)
    memory.name(foreign, '777')
    expect(cancelRequest(foreign).params).toEqual({ symbol: 'BTCUSDT', orderId: '777' })
  })
})

describe('what a failure proves', () => {
  const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    binanceFailure({ status, headers, text: JSON.stringify(body), body })
  it.each([
    [400, { code: -2021, msg: '' }, 'final', 'would_immediately_trigger'],
    [400, { code: -4142, msg: '' }, 'final', 'would_immediately_trigger'],
    [400, { code: -1106, msg: '' }, 'final', 'bad_request'],
    [408, { code: -1007, msg: '' }, 'unknown', 'timeout'],
    [503, { code: -1008, msg: '' }, 'retryable', 'server_busy'],
    [503, { code: -1016, msg: '' }, 'retryable', 'maintenance'],
    [500, { code: -9_999, msg: '' }, 'unknown', 'server_error'],
    [503, 'Service Unavailable', 'unknown', 'server_error'],
    [302, '', 'unknown', 'server_error'],
    [400, 'html', 'final', 'bad_request'],
    [200, null, 'unknown', 'unreadable'],
  ] as const)('%i %j is %s: %s', (status, body, outcome, code) => {
    expect(answer(status, body)).toMatchObject({ outcome, code })
  })
  it('is none when the venue says 200 in its body', () => {
    expect(answer(200, { code: 200, msg: 'success' })).toBeNull()
    expect(answer(200, { algoId: 1, code: '200' })).toBeNull()
  })
  it('tells how long a ban lasts, by header or by its words', () => {
    const body = { code: -1003, msg: 'Way too many requests; IP(1.2.3.4) banned until 1763600060000.' }
    expect(answer(418, body, { 'retry-after': '7' })?.retryAfterMs).toBe(7_000)
    expect(answer(418, body, { date: 'Thu, 20 Nov 2025 00:54:00 GMT' })?.retryAfterMs).toBe(20_000)
  })
  it.each([
    ['ECONNREFUSED', 'retryable', 'unreachable'],
    ['ENOTFOUND', 'retryable', 'unreachable'],
    ['ECONNRESET', 'unknown', 'connection_lost'],
    ['UND_ERR_SOCKET', 'unknown', 'connection_lost'],
    ['UND_ERR_CONNECT_TIMEOUT', 'retryable', 'unreachable'],
  ])('of a connection: %s is %s', (code, outcome, ours) => {
    expect(failureOfTransport(Object.assign(new Error('broke'), { code }))).toMatchObject({ outcome, code: ours })
  })
})

describe('fields', () => {
  it('keep every digit of ids that a float64 cannot hold', () => {
    expect(parseJson('{"orderId":12345678901234567890,"list":[98765432109876543210],"p":1}')).toEqual({
      orderId: '12345678901234567890',
      list: ['98765432109876543210'],
      p: 1,
    })
    expect(parseJson('{"half')).toBeNull()
  })
  it('read decimals exactly, and name what they are not', () => {
    expect([decimalOf({ p: '0.00100000' }, 'p'), decimalOf({ p: '1.1234567890129999' }, 'p'), decimalOf({ p: 12 }, 'p')]).toEqual([
      '0.001',
      '1.123456789012',
      '12',
    ])
    expect(() => decimalOf({ p: '1e-7' }, 'p')).toThrow('p is "1e-7", expected a decimal')
    expect(() => textOf({}, 's')).toThrow('s is undefined, expected text')
    expect(() => integerOf({ T: '' }, 'T')).toThrow('T is "", expected a whole number')
  })
  it('give strangers names that fit and stay the same', () => {
    expect(orderName('twaE1', '5')).toBe('twaE1')
    expect(orderName('x-cvBPrNm9_1', '1234567890')).toBe('foreign1234567890')
    expect(orderName(null, '0b-1')).toBe('foreign0b1')
  })
})
