// Proves on recorded payloads that Bybit's words become ours exactly, that its stream is read in whatever order it comes, and what each of its numbers proves.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId } from '../../src-shared/domain/ids.ts'
import { type BybitAccount, firstRiskLimit, instrumentOf } from '../../src-main/adapters/ccxt/execution/bybit/bybit-account.ts'
import { bybitFailure } from '../../src-main/adapters/ccxt/execution/bybit/bybit-errors.ts'
import { bybitKit } from '../../src-main/adapters/ccxt/execution/bybit/bybit-kit.ts'
import type { BybitLookup } from '../../src-main/adapters/ccxt/execution/bybit/bybit-lookup.ts'
import { fillOf, orderOf, positionOf, timeOfTrade } from '../../src-main/adapters/ccxt/execution/bybit/bybit-orders.ts'
import { cancelRequest, marketIdOf, submitRequest } from '../../src-main/adapters/ccxt/execution/bybit/bybit-requests.ts'
import { BybitStream } from '../../src-main/adapters/ccxt/execution/bybit/bybit-stream.ts'
import { BybitTriggers } from '../../src-main/adapters/ccxt/execution/bybit/bybit-triggers.ts'
import { type Fields, isFields, listOf } from '../../src-main/adapters/ccxt/execution/fields.ts'
import { OrderMemory } from '../../src-main/adapters/ccxt/execution/order-memory.ts'
import { streamLogin } from '../../src-main/adapters/ccxt/execution/stream-login.ts'
import type { StreamEvent, VenueContext } from '../../src-main/adapters/ccxt/execution/venue-adapter.ts'
import { BTC, request, stop } from '../support/execution-client.ts'

type Body = { readonly result: Fields & { readonly list: readonly Fields[] } }
type Recorded = {
  readonly rest: Readonly<Record<string, Body>>
  readonly stream: Readonly<Record<string, Readonly<Record<string, Fields>>>>
}
const recorded: Recorded = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures/execution/bybit-account.json'), 'utf8'))
const body = (name: string): Body => {
  const found = recorded.rest[name]
  if (found === undefined) throw new Error(`no recorded ${name}`)
  return found
}
const row = (name: string): Fields => {
  const [first] = body(name).result.list
  if (first === undefined) throw new Error(`no row in recorded ${name}`)
  return first
}
const ETH = instrumentId('ETH/USDT:USDT')
const LOGIN = streamLogin({ key: 'test_api_key', secret: 'test_secret', passphrase: null })

describe('recorded answers', () => {
  it('give an order that works and one that was ended as it came', () => {
    const working = orderOf(row('realtime'), ETH)
    expect(working).toMatchObject({
      clientOrderId: 'foreignfd4300ae7847404eb947b4698',
      venueOrderId: 'fd4300ae-7847-404e-b947-b46980a4d140',
      side: 'buy',
      type: 'limit',
      status: 'working',
      reduceOnly: false,
      triggerPrice: null,
    })
    expect([working.limitPrice && toText(working.limitPrice), toText(working.quantity), toText(working.filledQuantity)]).toEqual([
      '1600',
      '0.1',
      '0',
    ])
    expect(orderOf(row('history'), BTC)).toMatchObject({ clientOrderId: 'YLxaWKMiHU', status: 'rejected', type: 'limit' })
  })
  it('give a trade whose name tells its time', () => {
    const fill = fillOf(row('executions'), { instrumentId: ETH, settle: 'USDC' })
    expect([fill.tradeId, fill.side, toText(fill.price), toText(fill.quantity), toText(fill.fee), fill.liquidity]).toEqual([
      '1672282722429-e0cbe81d-0f18-5866-9415-cf319b5dab3b',
      'buy',
      '1190.15',
      '0.1',
      '0.071409',
      'taker',
    ])
    expect(timeOfTrade(fill.tradeId)).toBe(1_672_282_722_429)
  })
  it('give a position, and nothing for an empty one', () => {
    const held = positionOf(row('positions'), BTC)
    expect(held && [held.side, toText(held.quantity), toText(held.entryPrice), held.liquidationPrice]).toEqual([
      'short',
      '300',
      '27464.50441675',
      null,
    ])
    expect(positionOf({ ...row('positions'), size: '0', side: '' }, BTC)).toBeNull()
  })
  it('give an instrument, and a first risk limit in either way of writing it', () => {
    const btc = instrumentOf(row('instruments'))
    expect([
      btc.id,
      toText(btc.tickSize),
      toText(btc.lotSize),
      toText(btc.maxMarketQuantity),
      toText(btc.minNotional),
      btc.leverageMax,
    ]).toEqual([BTC, '0.1', '0.001', '100', '5', 100])
    const { maintenanceMarginRate, leverageMax } = firstRiskLimit(body('riskLimit').result.list, 'BTCUSD')
    expect([toText(maintenanceMarginRate), leverageMax]).toEqual(['0.005', 100])
    const fraction = [{ ...row('riskLimit'), maintenanceMargin: '0.005' }]
    expect(toText(firstRiskLimit(fraction, 'BTCUSD').maintenanceMarginRate)).toBe('0.005')
  })
  it('give the rights of a key', async () => {
    const { report } = await bybitKit.probeKey(() => Promise.resolve(body('keyInfo')), { isLive: true, nowMs: 0, login: LOGIN })
    expect(report).toEqual({ canTrade: true, canWithdraw: false, ipRestricted: false, expiresMs: Date.UTC(2023, 11, 22, 7, 20, 25) })
  })
  it('name a status that is not known', () => {
    expect(() => orderOf({ ...row('realtime'), orderStatus: 'Pondering' }, ETH)).toThrow(
      'order status "Pondering" is not one of Created, New',
    )
  })
})

describe('requests', () => {
  it('carry no float, the way of the trigger, and one-way mode', () => {
    const { params, priority, orders, path } = submitRequest(stop('twaS1'))
    expect([path, priority, orders]).toEqual(['v5/order/create', 'protect', 1])
    expect(params).toEqual({
      category: 'linear',
      symbol: 'BTCUSDT',
      side: 'Sell',
      orderType: 'Market',
      qty: '0.01',
      positionIdx: 0,
      orderLinkId: 'twaS1',
      reduceOnly: true,
      triggerPrice: '99000.5',
      triggerDirection: 2,
      triggerBy: 'MarkPrice',
      closeOnTrigger: true,
    })
  })
  it.each([
    ['stop_market', 'sell', 2],
    ['stop_market', 'buy', 1],
    ['take_profit_market', 'sell', 1],
    ['take_profit_market', 'buy', 2],
  ] as const)('of a %s that %ss fire in direction %i, and are read back as what they are', (type, side, direction) => {
    expect(submitRequest(stop('twaS1', { type, side })).params['triggerDirection']).toBe(direction)
    const waiting = {
      ...row('realtime'),
      stopOrderType: 'Stop',
      orderStatus: 'Untriggered',
      triggerPrice: '100',
      triggerDirection: direction,
    }
    expect(orderOf({ ...waiting, side: side === 'buy' ? 'Buy' : 'Sell' }, ETH).type).toBe(type)
  })
  it('say how long a limit order stands', () => {
    const limit = { type: 'limit', limitPrice: price('90000') } as const
    expect(submitRequest(request('twaE1', { ...limit, timeInForce: 'post_only' })).params).toMatchObject({
      price: '90000',
      timeInForce: 'PostOnly',
    })
    expect(submitRequest(request('twaE1', { ...limit, timeInForce: 'ioc' })).params).toMatchObject({ timeInForce: 'IOC' })
    expect(submitRequest(request('twaE1')).params).not.toHaveProperty('timeInForce')
  })
  it("cancel another's order by the venue's own id, and name markets of both currencies", () => {
    const memory = new OrderMemory()
    const foreign = memory.add({ ...request('foreign777'), type: 'limit' }, true)
    memory.name(foreign, 'a-b-c')
    expect(cancelRequest(foreign).params).toEqual({ category: 'linear', symbol: 'BTCUSDT', orderId: 'a-b-c' })
    expect([marketIdOf(BTC), marketIdOf(instrumentId('ETH/USDC:USDC'))]).toEqual(['BTCUSDT', 'ETHPERP'])
  })
})

// ---- the stream --------------------------------------------------------------------------------------------------

const NOW_MS = 1_700_000_000_000
function openStream(symbols: Readonly<Record<string, string>> = { BTCUSDT: BTC }) {
  const orders = new OrderMemory()
  const context = {
    ask: () => Promise.reject(new Error('nothing is asked here')),
    orders,
    nowMs: () => NOW_MS,
    isLive: true,
    wishes: { instrumentIds: [], leverage: null, marginMode: null },
    login: LOGIN,
  } satisfies VenueContext
  const instruments = Object.values(symbols).map((id) => ({ id: instrumentId(id) }))
  const account = { instruments, settle: 'USDT', notices: [], idByMarketId: new Map() } as unknown as BybitAccount
  const found: string[] = []
  const lookup = {
    find: (id: string) => {
      found.push(id)
      return Promise.resolve({ type: 'lookup', clientOrderId: id, order: null, fills: [], tsEventMs: 0 })
    },
  } as unknown as BybitLookup
  const triggers = new BybitTriggers(context.ask)
  const stream = new BybitStream(context, { account, lookup, triggers })
  const read = (message: unknown): readonly StreamEvent[] => stream.read(JSON.stringify(message))
  return { orders, stream, read, found, triggers }
}
const told = (events: readonly StreamEvent[]): unknown[] => events.map((event) => (event.type === 'report' ? event.report : event.type))
const orderRow = (changes: object): Fields => ({
  category: 'linear',
  symbol: 'BTCUSDT',
  orderId: 'o-1',
  orderLinkId: 'twaE1',
  side: 'Buy',
  orderType: 'Limit',
  qty: '0.01',
  cumExecQty: '0',
  cancelType: 'UNKNOWN',
  rejectReason: 'EC_NoError',
  updatedTime: '1700000000001',
  ...changes,
})
const order = (changes: object) => ({ topic: 'order', creationTime: NOW_MS, data: [orderRow(changes)] })
const execution = (changes: object = {}) => ({
  topic: 'execution',
  data: [
    {
      category: 'linear',
      symbol: 'BTCUSDT',
      orderId: 'o-1',
      orderLinkId: 'twaE1',
      side: 'Buy',
      orderQty: '0.01',
      leavesQty: '0',
      execId: 'e-1',
      execPrice: '100',
      execQty: '0.01',
      execFee: '0.001',
      execType: 'Trade',
      execTime: '1700000000000',
      isMaker: false,
      ...changes,
    },
  ],
})
const PONG = { op: 'pong', args: ['1'] }

describe('the private stream', () => {
  it('logs in as the venue publishes it, subscribes when it is let in, and is ready when that is answered', () => {
    const { stream, read } = openStream()
    const [auth] = stream.greeting()
    const { args } = JSON.parse(auth ?? '{}') as { args: [string, number, string] }
    expect([args[0], args[1]]).toEqual(['test_api_key', NOW_MS + 10_000])
    expect(LOGIN.sign('GET/realtime1700000000000', 'hex')).toBe('bacffe7500499eb829bb58c45d36d1b3e5ac67c14eaeba91df5e99ccee013925')
    const { auth: letIn, subscribe } = recorded.stream['Order'] ?? {}
    expect(read(letIn)).toEqual([{ type: 'send', text: '{"op":"subscribe","args":["order","execution","position","wallet"]}' }])
    expect(read(subscribe)).toEqual([{ type: 'ready' }])
    expect(told(read({ op: 'auth', success: false, retCode: 10003, retMsg: 'Invalid apikey' }))).toEqual(['redial'])
    expect(told(stream.read('{"topic":"or'))).toEqual(['redial'])
  })
  it('tells a trade by its own message, whoever made it, and what a recorded order became', () => {
    const { read } = openStream({ BTCUSDT: BTC, XRPUSDT: 'XRP/USDT:USDT' })
    const [trade] = read(recorded.stream['UserTrades']?.['message'])
    expect(trade).toMatchObject({
      type: 'report',
      report: { type: 'fill', fill: { clientOrderId: 'foreignf6e324ff99c24e8997393086e', side: 'sell' } },
    })
    expect(told(read(recorded.stream['gct']?.['order']))).toEqual([])
    expect(told(read(recorded.stream['Position']?.['message']))).toEqual([])
    expect(told(read(recorded.stream['Balance']?.['message']))).toEqual([])
  })
  it('tells the end of an order after its trades, in whichever order they come', async () => {
    const { orders, read, found } = openStream()
    const known = orders.add(request('twaE1', { quantity: quantity('0.02') }))
    const canceled = order({ orderStatus: 'Cancelled', cancelType: 'CancelByUser', cumExecQty: '0.01', qty: '0.02' })
    const [ask] = read(canceled)
    if (ask?.type !== 'ask') throw new Error('expected a question')
    await ask.find()
    expect(found).toEqual(['twaE1'])
    read(execution({ orderQty: '0.02', leavesQty: '0.01' }))
    expect(told(read(canceled))).toMatchObject([{ type: 'canceled', code: 'venue_cancel_by_user' }])
    expect(known.isEnded).toBe(true)
  })
  it('asks for a trade that an order has counted and nothing told of, not before the second sign of life', () => {
    const { orders, read } = openStream()
    orders.add(request('twaE1'))
    expect(told(read(order({ orderStatus: 'Filled', cumExecQty: '0.01' })))).toEqual([])
    expect(told(read(PONG))).toEqual([])
    expect(told(read(PONG))).toEqual(['ask'])
    expect(told(read(PONG))).toEqual([])
  })
  it('asks for nothing when the trade comes a little after the order', () => {
    const { orders, read } = openStream()
    const known = orders.add(request('twaE1'))
    read(order({ orderStatus: 'Filled', cumExecQty: '0.01' }))
    read(PONG)
    expect(told(read(execution()))).toMatchObject([{ type: 'fill' }])
    expect([told(read(PONG)), known.isEnded]).toEqual([[], true])
  })
  it('counts a trade once that is told twice', () => {
    const { orders, read } = openStream()
    const known = orders.add(request('twaE1'))
    read(execution())
    read(execution())
    expect(toText(known.filled)).toBe('0.01')
  })
  it('follows a stop through its life under one id', () => {
    const { orders, read } = openStream()
    orders.add(stop('twaE1'))
    const states = ['Untriggered', 'Triggered', 'New', 'Filled'].map((orderStatus) =>
      told(read(order({ orderStatus, stopOrderType: 'Stop', triggerPrice: '99000.5' }))),
    )
    expect(states).toMatchObject([[{ type: 'accepted', venueOrderId: 'o-1' }], [{ type: 'triggered' }], [{ type: 'triggered' }], []])
    expect(told(read(order({ orderStatus: 'Deactivated', cancelType: 'CancelByUser' })))).toMatchObject([{ type: 'canceled' }])
  })
  it('tells why the venue ended an order', () => {
    const { orders, read } = openStream()
    orders.add(request('twaE1'))
    const ends = [
      { orderStatus: 'Cancelled', rejectReason: 'EC_PostOnlyWillTakeLiquidity' },
      { orderStatus: 'Cancelled', rejectReason: 'EC_NoImmediateQtyToFill' },
      { orderStatus: 'Cancelled', cancelType: 'CancelByReduceOnly' },
      { orderStatus: 'Rejected', rejectReason: 'EC_Others' },
    ].map((end) => told(read(order(end)))[0])
    expect(ends).toMatchObject([
      { type: 'rejected', code: 'would_take' },
      { type: 'expired', code: 'venue_no_immediate_qty_to_fill' },
      { type: 'expired', code: 'venue_cancel_by_reduce_only' },
      { type: 'rejected', code: 'rejected_later' },
    ])
  })
  it('tells funding as what was paid, and never as a trade', () => {
    const { read } = openStream()
    const funding = execution({ execType: 'Funding', execFee: '0.25', feeRate: '0.0001', orderLinkId: '', orderId: '1700000000-8-1-1-2' })
    const [paid] = told(read(funding)) as [{ type: string; amount: bigint; rate: number }]
    expect([paid.type, toText(paid.amount as never), paid.rate]).toEqual(['funding_paid', '-0.25', 0.0001])
  })
  it('asks for the account when a message is in words it does not know', async () => {
    const { orders, read } = openStream()
    orders.add(request('twaE1'))
    const [event] = read(order({ orderStatus: 'Pondering' }))
    if (event?.type !== 'ask') throw new Error('expected a question')
    await expect(event.find()).rejects.toThrow('order status "Pondering"')
  })
  it('leaves other markets and categories alone', () => {
    const { read } = openStream()
    expect(told(read(execution({ symbol: 'DOGEUSDT' })))).toEqual([])
    expect(told(read(execution({ category: 'spot' })))).toEqual([])
  })
})

describe('triggers', () => {
  const asked = (markPrice: string) => () =>
    Promise.resolve({ retCode: 0, result: { list: [{ symbol: 'BTCUSDT', markPrice, lastPrice: '1' }] } })
  it.each([
    ['sell', '99000.6', null],
    ['sell', '99000.5', 'would_immediately_trigger'],
    ['buy', '99000.4', null],
    ['buy', '99000.5', 'would_immediately_trigger'],
  ] as const)('of a stop that %ss with the mark at %s: %s', async (side, mark, code) => {
    expect((await new BybitTriggers(asked(mark)).objection(stop('twaS1', { side })))?.code ?? null).toBe(code)
  })
  it('are compared with what the venue took', async () => {
    const triggers = new BybitTriggers(asked('100000'))
    await triggers.objection(stop('twaS1'))
    const taken = { triggerPrice: '99000.50', triggerDirection: 2, triggerBy: 'MarkPrice' }
    const fault = (changes: object) => triggers.fault(clientOrderId('twaS1'), { ...taken, ...changes })
    expect(fault({})).toBeNull()
    expect(fault({ triggerDirection: 1 })).toBe('the venue took direction 1, not 2')
    expect(fault({ triggerBy: 'LastPrice' })).toBe('the venue fires by LastPrice, not by MarkPrice')
    expect(fault({ triggerPrice: '98000' })).toBe('the venue took the trigger 98000, not 99000.5')
    expect(fault({ triggerPrice: '', triggerDirection: 0, triggerBy: 'UNKNOWN' })).toBeNull()
    expect(triggers.fault(clientOrderId('another'), { ...taken, triggerDirection: 1 })).toBeNull()
  })
})

describe('what a failure proves', () => {
  const answer = (status: number, content: unknown, headers: Record<string, string> = {}) =>
    bybitFailure({
      status,
      headers,
      text: typeof content === 'string' ? content : JSON.stringify(content),
      body: isFields(content) ? content : null,
    })
  it.each([
    [200, { retCode: 110093, retMsg: '' }, 'final', 'would_immediately_trigger'],
    [200, { retCode: 110072, retMsg: '' }, 'final', 'duplicate_client_order_id'],
    [200, { retCode: 110017, retMsg: '' }, 'final', 'reduce_only_rejected'],
    [200, { retCode: 110007, retMsg: '' }, 'final', 'insufficient_margin'],
    [200, { retCode: 110001, retMsg: '' }, 'final', 'unknown_order'],
    [200, { retCode: 110043, retMsg: '' }, 'final', 'no_change'],
    [200, { retCode: 10001, retMsg: 'Qty invalid' }, 'final', 'bad_request'],
    [200, { retCode: 10001, retMsg: 'position idx not match position mode' }, 'final', 'position_mode'],
    [200, { retCode: 10002, retMsg: '' }, 'retryable', 'clock'],
    [401, { retCode: 10003, retMsg: '' }, 'final', 'key_invalid'],
    [200, { retCode: 10004, retMsg: '' }, 'final', 'key_invalid'],
    [200, { retCode: 10005, retMsg: '' }, 'final', 'no_permission'],
    [200, { retCode: 10010, retMsg: '' }, 'final', 'ip_not_allowed'],
    [401, { retCode: 33004, retMsg: '' }, 'final', 'key_expired'],
    [200, { retCode: 10000, retMsg: 'Server Timeout' }, 'unknown', 'timeout'],
    [200, { retCode: 10016, retMsg: '' }, 'unknown', 'server_error'],
    [503, { retCode: 10016, retMsg: 'System maintenance' }, 'unknown', 'maintenance'],
    [200, { retCode: 119999, retMsg: 'new' }, 'final', 'refused'],
    [500, { retCode: 119999, retMsg: 'new' }, 'unknown', 'server_error'],
    [503, 'Service Unavailable', 'unknown', 'server_error'],
    [401, '', 'final', 'key_invalid'],
    [403, '<html>The request could not be satisfied: country</html>', 'final', 'location_refused'],
    [403, '403, access too frequent', 'retryable', 'rate_limited'],
    [200, 'no JSON', 'unknown', 'unreadable'],
  ] as const)('%i %j is %s: %s', (status, content, outcome, code) => {
    expect(answer(status, content)).toMatchObject({ outcome, code })
  })
  it('is none when the venue says 0', () => {
    expect(answer(200, { retCode: 0, retMsg: 'OK', result: {} })).toBeNull()
  })
  it('tells how long the venue wants to be left alone', () => {
    const visits = { retCode: 10006, retMsg: 'Too many visits!', time: 1_672_738_134_000 }
    expect(answer(200, visits, { 'x-bapi-limit-reset-timestamp': '1672738134824' })?.retryAfterMs).toBe(824)
    expect(answer(200, visits)?.retryAfterMs).toBe(1_000)
    expect(answer(200, { retCode: 10018, retMsg: '' })?.retryAfterMs).toBe(600_000)
    expect(answer(403, '403, access too frequent')?.retryAfterMs).toBe(600_000)
  })
})

// ---- recordings that are not part of the repository --------------------------------------------------------------

const SHARED = resolve(import.meta.dirname, '../../../shared/data/payloads/bybit')

describe.skipIf(!existsSync(SHARED))('recordings beside the repository', () => {
  it('hold no instrument that cannot be read', () => {
    const lines = gunzipSync(readFileSync(`${SHARED}/recording-v5-BTC-ETH-2026-08-09.jsonl.gz`))
      .toString()
      .split('\n')
    const answers = lines
      .filter((line) => line.includes('instruments-info') && line.includes('category=linear'))
      .map((line) => JSON.parse(line) as { data?: string })
    const rows = answers.flatMap(({ data }) => listOf((JSON.parse(data ?? '{}') as Body).result.list, 'the markets'))
    const perpetuals = rows.filter((each) => each['contractType'] === 'LinearPerpetual' && each['settleCoin'] === 'USDT')
    expect(perpetuals.length).toBeGreaterThan(100)
    const unread = perpetuals.filter((each) => {
      try {
        return marketIdOf(instrumentOf(each).id) !== each['symbol']
      } catch {
        return true
      }
    })
    expect(unread.map((each) => each['symbol'])).toEqual([])
  })
  it('hold no private message that cannot be read', () => {
    const { cases } = JSON.parse(readFileSync(`${SHARED}/nautilus-messages.json`, 'utf8')) as { cases: { name: string; body: string }[] }
    const messages = cases.filter(({ name }) => /^ws_account_(order|execution|position|wallet)/.test(name) && !name.includes('fast'))
    expect(messages.length).toBeGreaterThan(10)
    for (const message of messages) {
      const { orders, stream } = openStream({ BTCUSDT: BTC, ETHUSDT: ETH })
      const { data } = JSON.parse(message.body) as { data: readonly Fields[] }
      for (const each of data) {
        const id = String(each['orderLinkId']).replace(/[^A-Za-z0-9]/g, '')
        if (id !== '' && each['symbol'] === 'BTCUSDT' && id === each['orderLinkId']) orders.add(request(id))
      }
      expect([message.name, told(stream.read(message.body)).filter((event) => event === 'ask' || event === 'redial')]).toEqual([
        message.name,
        [],
      ])
    }
  })
})
