// Proves on recorded payloads that OKX's words become ours exactly, contracts and base units above all, and that what a failure proves is told by its
// number alone.
import { existsSync, readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import ccxt from 'ccxt'
import { describe, expect, it } from 'vitest'
import { price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId } from '../../src-shared/domain/ids.ts'
import type { OkxAccount } from '../../src-main/adapters/ccxt/execution/okx/okx-account.ts'
import { type OkxContract, OkxContracts, contractsText, readContract } from '../../src-main/adapters/ccxt/execution/okx/okx-contracts.ts'
import { okxFailure } from '../../src-main/adapters/ccxt/execution/okx/okx-errors.ts'
import { okxKit } from '../../src-main/adapters/ccxt/execution/okx/okx-kit.ts'
import { OkxMessages } from '../../src-main/adapters/ccxt/execution/okx/okx-messages.ts'
import { algoOrder, childOf, fillOf, parentOf, plainOrder, positionOf } from '../../src-main/adapters/ccxt/execution/okx/okx-orders.ts'
import { cancelRequest, submitRequest } from '../../src-main/adapters/ccxt/execution/okx/okx-requests.ts'
import { OkxStream } from '../../src-main/adapters/ccxt/execution/okx/okx-stream.ts'
import type { Fields } from '../../src-main/adapters/ccxt/execution/fields.ts'
import { OrderMemory } from '../../src-main/adapters/ccxt/execution/order-memory.ts'
import type { StreamEvent, VenueContext } from '../../src-main/adapters/ccxt/execution/venue-adapter.ts'
import { ProxyList } from '../../src-main/adapters/ccxt/transport/proxy-list.ts'
import { VenueRest } from '../../src-main/adapters/ccxt/transport/venue-rest.ts'
import { WeightBudget } from '../../src-main/adapters/ccxt/transport/weight-budget.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import { BTC, request, stop } from '../support/execution-client.ts'

type Rows = { readonly data: readonly Fields[] }
type Payloads = { rest: Record<string, Rows>; stream: Record<string, (Rows & Fields)[]> }
const recorded: Payloads = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures/execution/okx-account.json'), 'utf8'))
const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('not recorded')
  return value
}
const row = (name: string): Fields => found(found(recorded.rest[name]).data[0])
const message = (name: string): Rows & Fields => found(recorded.stream[name]?.findLast((each) => Array.isArray(each.data)))

/** As the venue listed it in 2025. */
const listed = {
  instType: 'SWAP',
  instId: 'BTC-USDT-SWAP',
  instFamily: 'BTC-USDT',
  uly: 'BTC-USDT',
  settleCcy: 'USDT',
  ctType: 'linear',
  ctVal: '0.01',
  ctMult: '1',
  ctValCcy: 'BTC',
  lotSz: '0.01',
  minSz: '0.01',
  tickSz: '0.1',
  maxLmtSz: '100000000',
  maxMktSz: '12000',
}
const swap = (changes: object = {}): OkxContract => {
  const contract = readContract({ ...listed, ...changes }, 'cross')
  if (contract === null) throw new Error('no contract')
  return contract
}
const contract = swap()
/** The recordings are of a spot pair and of dated futures: the words are the same. */
const renamed = (instId: string): OkxContract => ({ ...contract, instId })

describe('contracts', () => {
  it('are counted in base units, in steps that may be a part of a contract', () => {
    const { instrument } = contract
    expect([instrument.id, instrument.lotSize, instrument.minQuantity, instrument.maxMarketQuantity].map((each) => (typeof each === 'bigint' ? toText(each) : each))).toEqual([BTC, '0.0001', '0.0001', '120']) // prettier-ignore
    expect(contractsText(contract, quantity('0.0123'))).toBe('1.23')
    expect(contractsText(swap({ ctVal: '1000', lotSz: '1', ctValCcy: 'BTC' }), quantity('3000'))).toBe('3')
    expect(contractsText(swap({ ctVal: '0.1', ctMult: '0.1' }), quantity('0.0123'))).toBe('1.23')
    expect(() => contractsText(contract, quantity('0.01235'))).toThrow('0.01235 is no multiple of 0.0001 in contracts of 0.01')
  })
  it.each([{ ctType: 'inverse', ctValCcy: 'USD' }, { instType: 'FUTURES' }, { ctValCcy: 'USDT' }, { instFamily: '', uly: '' }])(
    'of another kind are none of ours: %o',
    (changes) => expect(readContract({ ...listed, ...changes }, 'cross')).toBeNull(),
  )
})

describe('requests', () => {
  const now = () => 1_700_000_000_000
  it('carry contracts, our id, the margin mode and a deadline', () => {
    const limit = submitRequest(
      request('twkA1', { type: 'limit', timeInForce: 'post_only', limitPrice: price('100000.1'), quantity: quantity('0.0123') }),
      contract,
      now,
    )
    expect(limit).toMatchObject({ method: 'POST', path: 'trade/order', endpoint: 'POST trade/order', priority: 'entry', orders: 1 })
    expect(limit.params).toEqual({ instId: 'BTC-USDT-SWAP', tdMode: 'cross', side: 'buy', sz: '1.23', clOrdId: 'twkA1', ordType: 'post_only', px: '100000.1' }) // prettier-ignore
    expect(limit.headers?.()).toEqual({ expTime: '1700000005000' })
    const exit = submitRequest(request('twkA2', { side: 'sell', purpose: 'exit', reduceOnly: true }), contract, now)
    expect([exit.params['ordType'], exit.params['reduceOnly'], exit.priority]).toEqual(['market', true, 'protect'])
    expect(
      submitRequest(request('twkA3', { type: 'limit', timeInForce: 'ioc', limitPrice: price('1') }), contract, now).params['ordType'],
    ).toBe('ioc')
  })
  it('place stops and targets as conditional algo orders by mark price, at market, under both names', () => {
    const placed = submitRequest(stop('twkA4'), contract, now)
    expect(placed.path).toBe('trade/order-algo')
    expect(placed.params).toEqual({
      instId: 'BTC-USDT-SWAP',
      tdMode: 'cross',
      side: 'sell',
      sz: '1',
      clOrdId: 'twkA4',
      algoClOrdId: 'twkA4',
      reduceOnly: true,
      ordType: 'conditional',
      slTriggerPx: '99000.5',
      slTriggerPxType: 'mark',
      slOrdPx: '-1',
    })
    const target = submitRequest(stop('twkA5', { type: 'take_profit_market', triggerSource: 'last' }), contract, now)
    expect(target.params).toMatchObject({ tpTriggerPx: '99000.5', tpTriggerPxType: 'last', tpOrdPx: '-1' })
  })
  it('cancel in the list that an order is in, and what it became when it fired', () => {
    const orders = new OrderMemory()
    const known = orders.add(stop('twkA6'))
    expect(cancelRequest(known, contract)).toMatchObject({ path: 'trade/cancel-algos', asList: true, params: { algoClOrdId: 'twkA6' } })
    orders.nameChild(known, '2500')
    expect(cancelRequest(known, contract)).toMatchObject({ path: 'trade/cancel-order', params: { instId: 'BTC-USDT-SWAP', ordId: '2500' } })
    const foreign = orders.add(stop('foreign7000'), true)
    orders.name(foreign, '7000')
    expect(cancelRequest(foreign, contract).params).toMatchObject({ algoId: '7000' })
  })
  it("go to the venue's demo with the library's own mark, a list where one is wanted, and the header of a single request", async () => {
    const seen: { headers: IncomingHttpHeaders; body: string }[] = []
    const server = createServer((incoming, response) => {
      let body = ''
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()))
      incoming.on('end', () => {
        seen.push({ headers: incoming.headers, body })
        response.end('{"code":"0","data":[],"msg":""}')
      })
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const exchange = new ccxt.pro.okx({ apiKey: 'k', secret: 's', password: 'p' })
    okxKit.useTestnet(exchange)
    await exchange.loadFetchImplementation()
    const proxies = ProxyList.of([])
    const budget = new WeightBudget(systemScheduler, okxKit.budgetRules)
    const origin = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const rest = new VenueRest({
      exchange,
      credentials: { key: 'k', secret: 's', passphrase: 'p' },
      budget,
      scheduler: systemScheduler,
      endpoints: { restOrigin: `http://${origin}`, streamOrigin: `ws://${origin}` },
      proxies: proxies.ok ? proxies.value : (undefined as never),
      failureOf: okxFailure,
      onOutcome: () => {},
    })
    try {
      await rest.ask(submitRequest(request('twkA7'), contract, now))
      await rest.ask(cancelRequest(new OrderMemory().add(stop('twkA8')), contract))
      expect(seen.map(({ headers }) => [headers['x-simulated-trading'], headers['exptime'], headers['ok-access-passphrase']])).toEqual([
        ['1', '1700000005000', 'p'],
        ['1', undefined, 'p'],
      ])
      expect(JSON.parse(found(seen[0]).body)).toMatchObject({ clOrdId: 'twkA7' })
      expect(JSON.parse(found(seen[0]).body)).not.toHaveProperty('tag')
      expect(JSON.parse(found(seen[1]).body)).toEqual([{ instId: 'BTC-USDT-SWAP', algoClOrdId: 'twkA8' }])
    } finally {
      rest.close()
      budget.close()
      server.close()
    }
  })
})

describe('the budget', () => {
  it('counts each endpoint by itself', async () => {
    const budget = new WeightBudget(systemScheduler, okxKit.budgetRules)
    const cost = (endpoint: string) => ({ weight: 1, orders: 0, priority: 'protect', endpoint }) as const
    try {
      for (let at = 0; at < 20; at += 1) expect(budget.admit(cost('POST trade/order-algo'))).toBeNull()
      expect(budget.admit(cost('POST trade/order'))).toBeNull()
      expect(budget.admit(cost('POST trade/order-algo'))).not.toBeNull()
    } finally {
      budget.close()
    }
  })
})

describe('recorded answers', () => {
  it('give orders of both lists', () => {
    const plain = plainOrder(row('GET trade/orders-pending'), renamed('BTC-USDT'))
    expect(plain).toMatchObject({ venueOrderId: '301835739059335168', side: 'buy', type: 'limit', status: 'working', reduceOnly: false })
    expect([toText(plain.quantity), plain.limitPrice && toText(plain.limitPrice), plain.clientOrderId]).toEqual([
      '0.01',
      '59200',
      'foreign301835739059335168',
    ])
    const algo = algoOrder(row('GET trade/orders-algo-pending'), renamed('BTC-USDT'))
    expect(algo).toMatchObject({ venueOrderId: '681096944655273984', type: 'stop_market', status: 'working', limitPrice: null })
    expect([toText(algo.quantity), algo.triggerPrice && toText(algo.triggerPrice)]).toEqual(['0.1', '100'])
    expect(childOf(row('GET trade/order-algo'))).toBeNull()
    expect(parentOf(row('GET trade/order'))).toBeNull()
  })
  it('give trades with what was charged, and positions whose sign is the side', () => {
    const fill = fillOf(row('GET trade/fills'), { contract: renamed('BTC-USDT'), clientOrderId: clientOrderId('x1'), fee: 'fee' })
    expect([fill.tradeId, toText(fill.price), toText(fill.quantity), fill.liquidity]).toEqual([
      'BTC-USDT-744876980',
      '51858',
      '0.0000192834',
      'taker',
    ])
    // Charged in coins: the wallet that is settled in is left alone.
    expect(toText(fill.fee)).toBe('0')
    const paid = fillOf({ ...row('GET trade/fills'), feeCcy: 'USDT' }, { contract, clientOrderId: clientOrderId('x1'), fee: 'fee' })
    expect(toText(paid.fee)).toBe('0.00000192834')
    const position = positionOf({ ...row('GET account/positions'), pos: '-1' }, contract)
    expect(position && [position.side, toText(position.quantity), toText(position.entryPrice)]).toEqual(['short', '0.01', '2566.31'])
    expect(positionOf({ ...row('GET account/positions'), pos: '' }, contract)).toBeNull()
  })
  it('give the time, the rights of a key, and no failure', async () => {
    expect(okxKit.readClock(recorded.rest['GET public/time'])).toBe(1_597_026_383_085)
    const login = { key: '', passphrase: null, sign: () => '' }
    const findings = await okxKit.probeKey(() => Promise.resolve(recorded.rest['GET account/config']), { isLive: true, nowMs: 0, login })
    expect(findings.report).toEqual({ canTrade: true, canWithdraw: true, ipRestricted: true, expiresMs: null })
    for (const body of Object.values(recorded.rest)) expect(okxFailure({ status: 200, headers: {}, text: '', body })).toBeNull()
  })
})

describe('failures', () => {
  const failure = (body: unknown, status = 200) => {
    const told = okxFailure({ status, headers: {}, text: 'text', body })
    return told && [told.outcome, told.code]
  }
  const verdict = (sCode: string, code = '1') => ({
    code,
    msg: 'All operations failed',
    data: [{ ordId: '', sCode, sMsg: 'words change' }],
  })
  it.each([
    ['51008', 'final', 'insufficient_margin'],
    ['51008_1000', 'final', 'insufficient_margin'],
    ['51020', 'final', 'min_quantity'],
    ['51121', 'final', 'precision'],
    ['51016', 'final', 'duplicate_client_order_id'],
    ['51065', 'final', 'duplicate_client_order_id'],
    ['51280', 'final', 'would_immediately_trigger'],
    ['51304', 'final', 'would_immediately_trigger'],
    ['51169', 'final', 'reduce_only_rejected'],
    ['51400', 'final', 'unknown_order'],
    ['51603', 'final', 'unknown_order'],
    ['51410', 'unknown', 'cancel_pending'],
    ['51149', 'unknown', 'timeout'],
    ['50061', 'retryable', 'too_many_orders'],
    ['51999', 'final', 'refused'],
  ])('of one order are read from its own verdict: %s', (sCode, outcome, code) => {
    // Partial successes and even answers of success may hold a refused order.
    for (const whole of ['0', '1', '2']) expect(failure(verdict(sCode, whole))).toEqual([outcome, code])
  })
  it.each([
    ['50001', 503, 'retryable', 'maintenance'],
    ['50004', 400, 'unknown', 'timeout'],
    ['50011', 429, 'retryable', 'rate_limited'],
    ['50013', 429, 'retryable', 'server_busy'],
    ['50026', 500, 'unknown', 'server_error'],
    ['50102', 401, 'retryable', 'clock'],
    ['50105', 401, 'final', 'key_invalid'],
    ['50110', 401, 'final', 'ip_not_allowed'],
    ['50111', 401, 'final', 'key_invalid'],
    ['50113', 401, 'final', 'key_invalid'],
    ['50120', 200, 'final', 'no_permission'],
    ['59999', 500, 'unknown', 'server_error'],
  ] as const)('of a request are read from its code: %s', (code, status, outcome, ours) => {
    expect(failure({ code, msg: 'words change', data: [] }, status)).toEqual([outcome, ours])
  })
  it('without a number prove no more than the status does', () => {
    expect(failure(null, 502)).toEqual(['unknown', 'server_error'])
    expect(failure(null, 200)).toEqual(['unknown', 'unreadable'])
    expect(failure({ code: '51000', msg: 'Parameter posSide  error ', data: [] }, 400)).toEqual(['final', 'position_mode'])
    expect(okxFailure({ status: 429, headers: {}, text: '', body: { code: '50011', msg: '', data: [] } })?.retryAfterMs).toBe(2_000)
  })
})

describe('private messages', () => {
  const setUp = (instId: string) => {
    const orders = new OrderMemory()
    const own = renamed(instId)
    const contracts = new OkxContracts()
    contracts.add(own)
    const account: OkxAccount = { instruments: [own.instrument], notices: [], settle: 'USDT', contracts, traded: new Map([[instId, own]]) }
    const context = {
      orders,
      nowMs: () => 1_700_000_000_000,
      ask: () => Promise.reject(new Error('nothing is asked')),
    } as unknown as VenueContext
    const lookups = { find: () => Promise.reject(new Error('looked up')) }
    const { read } = new OkxMessages(context, { account, lookup: lookups as never, trades: {} as never })
    return { orders, read }
  }
  const told = (events: readonly StreamEvent[]) => events.map((event) => (event.type === 'report' ? event.report : { type: event.type }))

  it('tell of trades once each, in base units, with what was charged', () => {
    const { orders, read } = setUp('BTC-USDT')
    const pushed = { ...found(message('Order').data[0]), clOrdId: 'twkB1' }
    const known = orders.add(request('twkB1', { instrumentId: instrumentId('BTC/USDT:USDT'), quantity: quantity('0.00001') }))
    expect(told(read('orders', pushed))).toMatchObject([
      { type: 'fill', fill: { clientOrderId: 'twkB1', tradeId: 'BTC-USDT-242589207', side: 'sell', liquidity: 'maker' } },
    ])
    expect([toText(known.filled), known.isEnded, known.venueOrderId]).toEqual(['0.00001', true, '452197707845865472'])
    read('orders', pushed)
    expect(toText(known.filled)).toBe('0.00001')
  })
  it('tell of an end only after all trades, and look up what is missing', () => {
    const { orders, read } = setUp('BTC-USDT')
    orders.add(request('twkB2'))
    const pushed = { ...found(message('Order').data[0]), clOrdId: 'twkB2', state: 'canceled', fillSz: '0', tradeId: '', cancelSource: '14' }
    expect(told(read('orders', pushed))).toEqual([{ type: 'ask' }])
    expect(told(read('orders', { ...pushed, accFillSz: '0' }))).toMatchObject([{ type: 'expired', code: 'venue_14' }])
    expect(told(read('orders', { ...pushed, accFillSz: '0', cancelSource: '1' }))).toMatchObject([{ type: 'canceled' }])
  })
  it("know a fired stop's child by the algo order, whatever the venue calls it", () => {
    const { orders, read } = setUp('BTC-USDT')
    const known = orders.add(stop('twkB3'))
    const child = { ...found(message('Order').data[0]), clOrdId: 'madeUpThere', algoClOrdId: 'twkB3', algoId: '7000', ordId: '2500' }
    expect(told(read('orders', child))).toMatchObject([{ type: 'fill', fill: { clientOrderId: 'twkB3' } }])
    expect([known.childOrderId, orders.byVenueOrderId('2500')?.clientOrderId]).toEqual(['2500', 'twkB3'])
  })
  it('tell of algo orders, and why one failed', () => {
    const { orders, read } = setUp('BTC-USDC')
    const known = orders.add(stop('twkB4'))
    const pushed = { ...found(message('AlgoOrder').data[0]), algoClOrdId: 'twkB4' }
    expect(told(read('orders-algo', pushed))).toMatchObject([{ type: 'accepted', venueOrderId: '581878926302093312' }])
    expect(told(read('orders-algo', { ...pushed, state: 'effective', ordIdList: ['2501'] }))).toMatchObject([{ type: 'triggered' }])
    expect(known.childOrderId).toBe('2501')
    expect(told(read('orders-algo', { ...pushed, state: 'order_failed', failCode: '51169' }))).toMatchObject([
      { type: 'rejected', code: 'rejected_when_triggered', message: '51169 when it fired' },
    ])
    expect(() => read('orders-algo', { ...pushed, state: 'unheard' })).toThrow('algo order state "unheard" is not one of')
  })

  it('come after a log-in and its subscriptions, and a refused one or a notice ends the connection', () => {
    const login = { key: 'k', passphrase: 'p', sign: (text: string) => `signed ${text}` }
    const context = { login, nowMs: () => 1_700_000_000_400 } as unknown as VenueContext
    const channels = [{ channel: 'orders', instType: 'SWAP' }, { channel: 'balance_and_position' }]
    const stream = new OkxStream(context, { name: 'orders', address: '/ws/v5/private', channels, read: () => [] })
    const [greeting] = stream.greeting()
    expect(JSON.parse(found(greeting))).toEqual({
      op: 'login',
      args: [{ apiKey: 'k', passphrase: 'p', timestamp: '1700000000', sign: 'signed 1700000000GET/users/self/verify' }],
    })
    const [loggedIn, subscribed] = found(recorded.stream['BalanceAndPosition']).map((each) => JSON.stringify(each))
    expect(stream.read(found(loggedIn))).toEqual([{ type: 'send', text: JSON.stringify({ op: 'subscribe', args: channels }) }])
    expect(stream.read(found(subscribed))).toEqual([])
    expect(stream.read('{"event":"subscribe","arg":{"channel":"orders","instType":"SWAP"},"connId":"a"}')).toEqual([{ type: 'ready' }])
    expect(stream.read('pong')).toEqual([])
    expect(stream.read('{"event":"channel-conn-count","channel":"orders","connCount":"1","connId":"a"}')).toEqual([])
    expect(stream.read('{"event":"error","code":"60009","msg":"Login failed."}')).toEqual([
      { type: 'redial', reason: '60009: Login failed.' },
    ])
    expect(stream.read('{"event":"notice","code":"64008","msg":"closing"}')).toEqual([{ type: 'redial', reason: '64008: closing' }])
    expect(stream.read('{"event"')).toEqual([{ type: 'redial', reason: 'a private message is no JSON' }])
  })

  const file = resolve(import.meta.dirname, '../../../shared/data/payloads/okx/nautilus-messages.json')
  it.skipIf(!existsSync(file))('of liquidations, deleveraging and IOC orders are read as others recorded them', () => {
    const { cases }: { cases: { name: string; body: string }[] } = JSON.parse(readFileSync(file, 'utf8'))
    for (const name of ['ws_orders.json', 'ws_orders_liquidation.json', 'ws_orders_adl.json', 'ws_orders_trigger.json']) {
      const { data }: Rows = JSON.parse(found(cases.find((each) => each.name === name)).body)
      const pushed = found(data[0])
      const { read } = setUp(String(pushed['instId']))
      // Without the fee of the single trade, which these recordings leave out, the history must tell.
      expect(told(read('orders', pushed))).toEqual([{ type: 'ask' }])
      expect(told(read('orders', { ...pushed, fillFee: '-1', fillFeeCcy: 'USDT' }))).toMatchObject([{ type: 'fill' }])
    }
  })
})
