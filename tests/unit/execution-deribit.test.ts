// Proves what Deribit's numbers and messages mean to the client: each refusal by its number, private messages by documented and recorded ones, and by the shapes in
// which a venue may tell that a stop has fired.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId } from '../../src-shared/domain/ids.ts'
import { deribitFailure } from '../../src-main/adapters/ccxt/execution/deribit/deribit-errors.ts'
import { deribitKit } from '../../src-main/adapters/ccxt/execution/deribit/deribit-kit.ts'
import { loginParams } from '../../src-main/adapters/ccxt/execution/deribit/deribit-key.ts'
import { fillOf, orderOf } from '../../src-main/adapters/ccxt/execution/deribit/deribit-orders.ts'
import { marketIdOf, submitRequest } from '../../src-main/adapters/ccxt/execution/deribit/deribit-requests.ts'
import { OrderMemory } from '../../src-main/adapters/ccxt/execution/order-memory.ts'
import { streamLogin } from '../../src-main/adapters/ccxt/execution/stream-login.ts'
import type { StreamEvent, VenueAdapter } from '../../src-main/adapters/ccxt/execution/venue-adapter.ts'
import { VenueRefusal } from '../../src-main/adapters/ccxt/transport/venue-failure.ts'
import { parseJson } from '../../src-main/adapters/ccxt/transport/venue-rest.ts'
import { BTC, request, stop } from '../support/execution-client.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the exchange's own JSON, of which each test reads what it expects
type Json = any
const FIXTURE: Json = parseJson(readFileSync(resolve(import.meta.dirname, '../fixtures/execution/deribit-messages.json'), 'utf8'))
const answer = (body: unknown, status = 400) => deribitFailure({ status, headers: {}, text: JSON.stringify(body), body })
const refused = (code: number, message = '', data: object = {}) => answer({ jsonrpc: '2.0', error: { code, message, data } })

describe('an answer', () => {
  it.each([
    [10_004, 'final', 'unknown_order'],
    [10_009, 'final', 'insufficient_margin'],
    [10_028, 'retryable', 'rate_limited'],
    [10_034, 'final', 'would_immediately_trigger'],
    [10_035, 'final', 'would_immediately_trigger'],
    [10_040, 'retryable', 'server_busy'],
    [10_041, 'retryable', 'maintenance'],
    [11_044, 'final', 'unknown_order'],
    [11_051, 'retryable', 'maintenance'],
    [11_054, 'final', 'would_take'],
    [11_094, 'unknown', 'server_error'],
    [13_004, 'final', 'key_invalid'],
    [13_021, 'final', 'no_permission'],
    [13_028, 'unknown', 'server_error'],
    [13_888, 'unknown', 'timeout'],
    [99_999, 'final', 'refused'],
  ])('with %d proves %s, %s', (code, outcome, ours) => {
    expect(refused(code)).toMatchObject({ outcome, code: ours, venueCode: String(code) })
  })
  it('tells by its words what one number stands for', () => {
    expect(refused(11_030, 'other_reject invalid_reduce_only_order')?.code).toBe('reduce_only_rejected')
    expect(refused(-32_602, 'Invalid params', { param: 'instrument_name', reason: 'instrument not found' })?.code).toBe(
      'unknown_instrument',
    )
    expect(refused(-32_602, 'Invalid params', { param: 'price', reason: 'must conform to tick size' })).toMatchObject({
      code: 'precision',
      message: '-32602: Invalid params (price: must conform to tick size)',
    })
    expect(refused(13_009, 'unauthorized', { reason: 'invalid_timestamp' })).toMatchObject({ outcome: 'retryable', code: 'clock' })
    expect(refused(13_004, 'invalid_credentials', { reason: 'ip_not_whitelisted' })?.code).toBe('ip_not_allowed')
    expect(answer(FIXTURE.unauthorized)?.code).toBe('key_invalid')
  })
  it('is none where it carries nothing, and nothing is wrong where it does', () => {
    expect(answer(null, 200)).toMatchObject({ outcome: 'unknown', code: 'unreadable' })
    expect(answer({ jsonrpc: '2.0' }, 200)).toMatchObject({ outcome: 'unknown', code: 'unreadable' })
    expect(answer({ jsonrpc: '2.0', result: null }, 200)).toBeNull()
    expect(answer(null, 502)).toMatchObject({ outcome: 'unknown', code: 'server_error' })
    expect(answer(null, 429)).toMatchObject({ outcome: 'retryable', code: 'rate_limited' })
  })
})

describe('a request', () => {
  it('names the linear contract of the same coin', () => {
    expect(marketIdOf(BTC)).toBe('BTC_USDC-PERPETUAL')
    expect(marketIdOf(instrumentId('BTC/USD:BTC'))).toBeNull()
  })
  it('sends stops as stop_market with the mark price as trigger, exact amounts, and no time in force', () => {
    expect(submitRequest(stop('twdS1'), 1_000).params).toEqual({
      instrument_name: 'BTC_USDC-PERPETUAL',
      amount: '0.01',
      type: 'stop_market',
      label: 'twdS1',
      valid_until: 6_000,
      reduce_only: true,
      trigger_price: '99000.5',
      trigger: 'mark_price',
    })
    expect(
      submitRequest(request('twdE1', { type: 'limit', timeInForce: 'post_only', limitPrice: stop('x').triggerPrice }), 0).params,
    ).toMatchObject({
      post_only: true,
      reject_post_only: true,
      price: '99000.5',
    })
  })
  it('signs a log-in as the documentation does', () => {
    const login = streamLogin({ key: 'AMANDA', secret: 'AMANDASECRECT', passphrase: null })
    // The example of the exchange's documentation.
    expect(login.sign('1576074319000\n1iqt2wls\n', 'hex')).toBe('56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1')
    expect(loginParams(login, 1_576_074_319_000)).toMatchObject({ grant_type: 'client_signature', client_id: 'AMANDA', data: '' })
  })
})

/** An adapter whose account is open, and which is answered by what a test says, by path. */
async function opened(
  answers: Readonly<Record<string, unknown>> = {},
): Promise<{ adapter: VenueAdapter; orders: OrderMemory; asked: string[] }> {
  const orders = new OrderMemory()
  const asked: string[] = []
  const given: Readonly<Record<string, unknown>> = {
    get_account_summary: { balance: 100, equity: 100, currency: 'USDC' },
    get_instruments: [
      { instrument_name: 'BTC_USDC-PERPETUAL', settlement_period: 'perpetual', settlement_currency: 'USDC', base_currency: 'BTC', tick_size: 0.5, contract_size: 0.0001, min_trade_amount: 0.0001, max_leverage: 50, maker_commission: 0, taker_commission: 0.0005 }, // prettier-ignore
    ],
    ...answers,
  }
  const adapter = deribitKit.create({
    ask: (asking) => {
      asked.push(asking.path)
      const result = given[asking.path]
      if (result instanceof Error) return Promise.reject(result)
      return Promise.resolve({ jsonrpc: '2.0', result })
    },
    orders,
    nowMs: () => 1_700_000_000_000,
    isLive: false,
    wishes: { instrumentIds: [BTC], leverage: null, marginMode: null },
    login: streamLogin({ key: 'key', secret: 'secret', passphrase: null }),
  })
  await adapter.open()
  return { adapter, orders, asked }
}
const read = (adapter: VenueAdapter, message: object): readonly StreamEvent[] => adapter.streams[0]?.read(JSON.stringify(message)) ?? []
const notify = (adapter: VenueAdapter, channel: string, data: object) =>
  read(adapter, { jsonrpc: '2.0', method: 'subscription', params: { channel, data } })
const told = (events: readonly StreamEvent[]): unknown[] =>
  events.map((event) => {
    if (event.type !== 'report') return event.type
    const { report } = event
    return report.type === 'fill'
      ? ['fill', report.fill.clientOrderId, toText(report.fill.quantity)]
      : [report.type, 'clientOrderId' in report && report.clientOrderId]
  })
const row = (changes: object = {}): Json => ({ order_id: 'USDC-1', order_state: 'open', order_type: 'limit', instrument_name: 'BTC_USDC-PERPETUAL', direction: 'sell', price: 100_000, amount: 0.01, filled_amount: 0, label: 'twdS1', reduce_only: true, creation_timestamp: 1, last_update_timestamp: 2, time_in_force: 'good_til_cancelled', ...changes }) // prettier-ignore
const traded = (changes: object = {}): Json => ({ trade_id: 'USDC-9', order_id: 'USDC-1', instrument_name: 'BTC_USDC-PERPETUAL', direction: 'sell', price: 98_000, amount: 0.01, fee: 1.6e-7, fee_currency: 'USDC', liquidity: 'T', state: 'filled', timestamp: 3, label: 'twdS1', ...changes }) // prettier-ignore

describe('the private stream', () => {
  it('logs in, then subscribes, and takes two channels where the one is not given', async () => {
    const { adapter } = await opened()
    const [login = ''] = adapter.streams[0]?.greeting() ?? []
    expect(JSON.parse(login)).toMatchObject({ method: 'public/auth', params: { client_id: 'key' } })
    const sent = (message: object): Json => {
      const [event] = read(adapter, message)
      return event?.type === 'send' ? JSON.parse(event.text) : event
    }
    const subscribe = sent({ id: 1, result: { access_token: 't' } })
    expect(subscribe).toMatchObject({ method: 'private/subscribe', params: { channels: ['user.changes.any.any.raw'] } })
    expect(sent({ id: subscribe.id, result: subscribe.params.channels })).toEqual({ type: 'ready' })
    const apart = sent({ id: subscribe.id, result: [] })
    expect(apart.params.channels).toEqual(['user.orders.any.any.raw', 'user.trades.any.any.raw'])
    expect(sent({ id: apart.id, result: apart.params.channels })).toEqual({ type: 'ready' })
    expect(sent({ id: apart.id, result: [] }).type).toBe('redial')
    expect(sent({ id: 1, error: { code: 13_004, message: 'invalid_credentials' } }).reason).toContain('13004: invalid_credentials')
    expect(sent({ method: 'heartbeat', params: { type: 'test_request' } }).method).toBe('public/test')
  })

  it.each([
    [
      'another order that names it',
      'USDC-2',
      { triggered: true, trigger_order_id: 'USDC-SLMS-7', order_id: 'USDC-2', order_type: 'market' },
    ],
    ['another order that has its label alone', 'USDC-2', { order_id: 'USDC-2', order_type: 'market' }],
    ['itself, under its own id', 'USDC-SLMS-7', { order_id: 'USDC-SLMS-7', order_type: 'stop_market' }],
  ])('tells of a stop that becomes %s when it fires', async (_, id, became) => {
    const { adapter, orders } = await opened()
    const known = orders.add(stop('twdS1'))
    const armed = row({
      order_id: 'USDC-SLMS-7',
      order_type: 'stop_market',
      order_state: 'untriggered',
      price: 'market_price',
      trigger_price: 98_000,
    })
    expect(told(notify(adapter, 'user.changes.any.any.raw', { trades: [], orders: [armed] }))).toEqual([['accepted', 'twdS1']])
    expect(told(notify(adapter, 'user.orders.any.any.raw', { ...armed, order_state: 'triggered' }))).toEqual([['triggered', 'twdS1']])
    const filled = { ...row(became), order_state: 'filled', filled_amount: 0.01, price: 'market_price' }
    const events = notify(adapter, 'user.changes.any.any.raw', { trades: [traded({ order_id: id })], orders: [filled] })
    expect(told(events)).toEqual([['fill', 'twdS1', '0.01']])
    expect([known.isEnded, toText(known.filled)]).toEqual([true, '0.01'])
  })

  it('asks for a trade that an order is ahead of', async () => {
    const { adapter, orders } = await opened()
    orders.add(stop('twdS1', { type: 'market', triggerPrice: null }))
    const filled = row({ order_type: 'market', order_state: 'filled', filled_amount: 0.01 })
    expect(told(notify(adapter, 'user.orders.any.any.raw', [filled]))).toEqual(['ask'])
    expect(told(notify(adapter, 'user.trades.any.any.raw', [traded()]))).toEqual([['fill', 'twdS1', '0.01']])
    expect(told(notify(adapter, 'user.orders.any.any.raw', [filled]))).toEqual([])
  })
  it('tells of ends: canceled, rejected when it fired', async () => {
    const { adapter, orders } = await opened()
    orders.add(stop('twdS1'))
    const armed = row({ order_id: 'USDC-SLMS-7', order_type: 'stop_market', trigger_price: 98_000 })
    expect(notify(adapter, 'user.orders.any.any.raw', { ...armed, order_state: 'cancelled', cancel_reason: 'user_request' })).toMatchObject(
      [{ report: { type: 'canceled', code: 'venue_user_request' } }],
    )
    expect(notify(adapter, 'user.orders.any.any.raw', { ...armed, order_state: 'rejected:reduce_direction' })).toMatchObject([
      { report: { type: 'rejected', code: 'rejected_when_triggered', message: 'reduce_direction' } },
    ])
  })
  it('finds out whose trade it is that names nobody', async () => {
    const { adapter, orders } = await opened({
      get_order_state: row({ order_id: 'USDC-2', order_type: 'market', label: '', trigger_order_id: 'USDC-SLMS-7' }),
    })
    const known = orders.add(stop('twdS1'))
    orders.name(known, 'USDC-SLMS-7')
    const [event] = notify(adapter, 'user.trades.any.any.raw', [traded({ order_id: 'USDC-2', label: undefined })])
    expect(event?.type === 'ask' && (await event.find())).toMatchObject([{ type: 'fill', fill: { clientOrderId: 'twdS1' } }])
  })
  it('reads the documented message, leaves instruments of others alone, and dials again after what is no JSON', async () => {
    const { adapter } = await opened()
    expect(read(adapter, FIXTURE.userChanges)).toEqual([])
    const [order] = FIXTURE.userChanges.params.data.orders
    const [trade] = FIXTURE.userChanges.params.data.trades
    expect(orderOf(order, BTC, clientOrderId('x'))).toMatchObject({
      type: 'market',
      status: 'filled',
      side: 'sell',
      limitPrice: null,
      venueOrderId: '3398016',
    })
    expect(fillOf({ ...trade, fee_currency: 'USDC' }, BTC, clientOrderId('x')).fee).toBe(160_000n)
    expect(fillOf(trade, BTC, clientOrderId('x')).fee).toBe(0n)
    expect(adapter.streams[0]?.read('{"jsonrpc":')).toMatchObject([{ type: 'redial' }])
    const unfamiliar = notify(adapter, 'user.orders.any.any.raw', { order_id: 'USDC-1' })
    expect(unfamiliar).toMatchObject([{ type: 'ask' }])
  })
})

describe('a lookup', () => {
  const gone = new VenueRefusal({ outcome: 'final', code: 'unknown_order', message: '', venueCode: '10004', retryAfterMs: null })
  it('goes by the history of triggers where the lists have forgotten the stop', async () => {
    const entry = { ...FIXTURE.triggerHistory.result.entries[0], instrument_name: 'BTC_USDC-PERPETUAL', label: 'twdS1' }
    const { adapter, orders, asked } = await opened({
      get_order_state_by_label: [],
      get_order_state: gone,
      get_order_history_by_instrument: [],
      get_trigger_order_history: { entries: [{ ...entry, order_id: undefined, order_state: 'cancelled' }] },
    })
    const { order } = await adapter.lookup(clientOrderId('twdS1'), orders.add(stop('twdS1')))
    expect([order?.status, order?.triggerPrice && toText(order.triggerPrice)]).toEqual(['canceled', '5285'])
    expect(asked.slice(2)).toEqual([
      'get_order_state_by_label',
      'get_order_history_by_instrument',
      'get_order_history_by_instrument',
      'get_trigger_order_history',
    ])
  })
  it('takes the first of two orders under one label, and the one whose id is known', async () => {
    const [first, second] = [
      row({ label: 'twdE1', order_id: 'USDC-5' }),
      row({ label: 'twdE1', order_id: 'USDC-6', creation_timestamp: 9 }),
    ]
    const { adapter, orders } = await opened({ get_order_state_by_label: [second, first, row({ label: 'other' })] })
    const known = orders.add(request('twdE1', { type: 'limit' }))
    expect((await adapter.lookup(clientOrderId('twdE1'), known)).order?.venueOrderId).toBe('USDC-5')
    const other = await opened({ get_order_state_by_label: [second, first] })
    const named = other.orders.add(request('twdE1', { type: 'limit' }))
    other.orders.name(named, 'USDC-6')
    expect((await other.adapter.lookup(clientOrderId('twdE1'), named)).order?.venueOrderId).toBe('USDC-6')
  })
})

const RECORDED = resolve(import.meta.dirname, '../../../shared/data/payloads/deribit/nautilus-messages.json')
describe.skipIf(!existsSync(RECORDED))('recorded answers', () => {
  const body = (name: string): Json => {
    const cases = JSON.parse(readFileSync(RECORDED, 'utf8')).cases as { name: string; body: string }[]
    return parseJson(cases.find((each) => each.name === name)?.body ?? '')
  }
  it('are read: an order, a stop, a cancel', () => {
    const stopped = orderOf(body('ws_order_stop_market_response.json').result.order, BTC, clientOrderId('x'))
    expect(stopped).toMatchObject({ type: 'stop_market', status: 'working', reduceOnly: true, side: 'sell', limitPrice: null })
    expect(stopped.triggerPrice && toText(stopped.triggerPrice)).toBe('2228')
    const bought = orderOf(body('ws_order_buy_response.json').result.order, BTC, clientOrderId('x'))
    expect([bought.status, bought.limitPrice && toText(bought.limitPrice), toText(bought.quantity)]).toEqual([
      'working',
      '2973.55',
      '0.001',
    ])
    expect(orderOf(body('ws_order_cancel_response.json').result, BTC, clientOrderId('x')).status).toBe('canceled')
  })
})
