// Proves the client against the practice venue over Bybit's wire: what the client says happened is held against what did.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId, tradeId } from '../../src-shared/domain/ids.ts'
import { openExecutionClient, probeKey } from '../../src-main/adapters/ccxt/execution/open-execution.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import type { ExecutionClient } from '../../src-main/core/ports/execution-client.ts'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { openStillBybit } from '../support/bybit-venue.ts'
import { BTC, ETH, Heard, request, stop } from '../support/execution-client.ts'
import { until } from '../support/practice-venue.ts'

let venue: PracticeVenue
let client: ExecutionClient
let heard: Heard

const options = (changes: object = {}) => ({
  venue: 'bybit' as const,
  environment: 'practice' as const,
  credentials: { key: venue.key.key, secret: venue.key.secret, passphrase: null },
  endpoints: { restOrigin: venue.restUrl, streamOrigin: venue.wsUrl },
  instrumentIds: [BTC, ETH],
  scheduler: systemScheduler,
  chance: () => 0,
  ...changes,
})
const open = async (changes: object = {}): Promise<void> => {
  const opened = await openExecutionClient(options(changes))
  if (!opened.ok) throw new Error(opened.error)
  client = opened.value
  heard = new Heard()
  client.start(heard)
  await heard.state('live')
}
beforeEach(async () => {
  venue = await openStillBybit()
  await open({ leverage: 5, marginMode: 'isolated' })
})
afterEach(async () => {
  await client.close()
  await venue.close()
})

const snapshot = async (after: string | null = null) => {
  const before = heard.all('snapshot').length
  client.requestSnapshot(after === null ? null : tradeId(after))
  await heard.until(() => heard.all('snapshot').length > before)
  const [newest] = heard.all('snapshot').slice(-1)
  if (newest === undefined) throw new Error('no snapshot')
  return newest
}
const fault = (on: string, match: object, action: object, more: object = {}): unknown =>
  venue.faults.add({ on, match, action, ...more } as never)
const CREATE = { method: 'POST', path: '/v5/order/create' }
const lookedUp = async (id: string) => {
  client.lookup(clientOrderId(id))
  return heard.report('lookup', id)
}

describe('opening', () => {
  it('takes fees, risk limits and filters from the venue and sets what was wished', async () => {
    expect(heard.states.at(-1)).toEqual({ state: 'live', detail: 'connected' })
    const [btc, eth] = client.instruments
    expect([btc?.id, btc?.venue, eth?.id]).toEqual([BTC, 'bybit', ETH])
    expect(btc && [toText(btc.lotSize), toText(btc.maxMarketQuantity), toText(btc.minNotional), toText(btc.takerFeeRate)]).toEqual([
      '0.001',
      '119',
      '5',
      '0.00055',
    ])
    expect(btc && [toText(btc.maintenanceMarginRate), btc.leverageMax]).toEqual(['0.005', 100])
    expect(toText(client.walletBalance)).toBe('10000')
    const { settings } = venue.core.account('practice')
    expect(settings.get('BTCUSDT')).toEqual({ leverage: 5, marginMode: 'isolated' })
  })
  it('opens again without a notice when all is as wished', async () => {
    await client.close()
    await open({ leverage: 5, marginMode: 'isolated' })
    expect(heard.states.at(-1)?.detail).toBe('connected')
  })
  it.each([
    ['an instrument that is not listed', { instrumentIds: [instrumentId('DOGE/USDT:USDT')] }, 'Bybit lists no perpetual DOGE/USDT:USDT'],
    ['a wrong secret', { credentials: { key: 'not-a-key', secret: 'not-a-secret', passphrase: null } }, 'Bybit does not know this key'],
  ])('refuses %s in a sentence', async (_what, changes, sentence) => {
    const opened = await openExecutionClient(options(changes))
    expect(!opened.ok && opened.error).toContain(sentence)
  })
  it('refuses an account in hedge mode', async () => {
    venue.core.setPositionMode('practice', 'hedge')
    const opened = await openExecutionClient(options())
    expect(!opened.ok && opened.error).toContain('hedge mode for BTC/USDT:USDT')
  })
})

describe('a trade', () => {
  it('lives through entry, stop, trigger, flat', async () => {
    client.submit(request('twpE1'))
    const entry = await heard.report('fill', 'twpE1')
    expect([toText(entry.fill.quantity), toText(entry.fill.price), toText(entry.fill.fee)]).toEqual(['0.01', '100000.1', '0.55000055'])
    client.submit(stop('twpS1', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twpS1')
    const [armed] = venue.core.account('practice').armed.values()
    expect(armed).toMatchObject({ type: 'stop_market', direction: 'fall', trigger: 'mark', reduceOnly: true })
    const held = await snapshot()
    expect(held.orders.map((order) => [order.clientOrderId, order.type, order.status, order.reduceOnly])).toEqual([
      ['twpS1', 'stop_market', 'working', true],
    ])
    expect(held.positions.map(({ side, quantity: size }) => [side, toText(size)])).toEqual([['long', '0.01']])
    venue.core.setPrice('BTCUSDT', 97_900)
    await heard.report('triggered', 'twpS1')
    const exit = await heard.report('fill', 'twpS1')
    expect(toText(exit.fill.quantity)).toBe('0.01')
    const flat = await snapshot()
    expect([flat.orders, flat.positions]).toEqual([[], []])
    expect(flat.fills.map((fill) => `${fill.tradeId} ${fill.clientOrderId} ${toText(fill.fee)}`)).toEqual(
      heard.all('fill').map(({ fill }) => `${fill.tradeId} ${fill.clientOrderId} ${toText(fill.fee)}`),
    )
    expect((await lookedUp('twpS1')).order?.status).toBe('filled')
  })

  it('protects a short by a stop that fires on a rise, and takes profit on a fall', async () => {
    client.submit(request('twpE1', { side: 'sell' }))
    await heard.report('fill', 'twpE1')
    client.submit(stop('twpS1', { side: 'buy', triggerPrice: price('102000') }))
    client.submit(stop('twpT1', { side: 'buy', type: 'take_profit_market', triggerPrice: price('97000'), purpose: 'target' }))
    await heard.report('accepted', 'twpS1')
    await heard.report('accepted', 'twpT1')
    expect((await snapshot()).orders.map(({ clientOrderId: id, type }) => `${id} ${type}`).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'twpS1 stop_market',
      'twpT1 take_profit_market',
    ])
    venue.core.setPrice('BTCUSDT', 96_900)
    await heard.report('fill', 'twpT1')
    expect(heard.all('triggered', 'twpS1')).toEqual([])
  })

  it('moves a stop: the new one first, then the old one goes', async () => {
    client.submit(request('twpE1'))
    await heard.report('fill', 'twpE1')
    client.submit(stop('twpS1', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twpS1')
    client.submit(stop('twpS2', { triggerPrice: price('98500') }))
    await heard.report('accepted', 'twpS2')
    client.cancel(clientOrderId('twpS1'))
    expect((await heard.report('canceled', 'twpS1')).code).toBe('venue_cancel_by_user')
    expect((await snapshot()).orders.map((order) => order.triggerPrice && toText(order.triggerPrice))).toEqual(['98500'])
  })

  it('is told of a fill in parts, and of the end of the rest', async () => {
    venue.core.setDepth('BTCUSDT', 0.000_1)
    venue.core.setPrice('BTCUSDT', 100_000)
    client.submit(request('twpE4', { type: 'limit', limitPrice: price('100001'), quantity: quantity('0.2') }))
    const isPart = () => heard.all('fill', 'twpE4').length > 0
    await heard.until(isPart)
    client.cancel(clientOrderId('twpE4'))
    await heard.report('canceled', 'twpE4')
    const { order, fills } = await lookedUp('twpE4')
    const traded = heard.all('fill', 'twpE4').reduce((sum, { fill }) => sum + fill.quantity, 0n)
    expect([order?.status, order?.filledQuantity, fills.reduce((sum, fill) => sum + fill.quantity, 0n)]).toEqual([
      'canceled',
      traded,
      traded,
    ])
  })

  it('is told of a market order that found nobody, and of a post-only order that would take', async () => {
    client.submit(request('twpE5', { type: 'limit', timeInForce: 'post_only', limitPrice: price('101000') }))
    expect((await heard.report('rejected', 'twpE5')).code).toBe('would_take')
    expect((await lookedUp('twpE5')).order?.status).toBe('rejected')
    venue.core.setDepth('BTCUSDT', 0)
    venue.core.setPrice('BTCUSDT', 100_000)
    client.submit(request('twpE6'))
    expect((await heard.report('expired', 'twpE6')).code).toBe('venue_no_immediate_qty_to_fill')
  })

  it('tells funding with its sign and rate', async () => {
    client.submit(request('twpE1'))
    await heard.report('fill', 'twpE1')
    venue.step(8 * 3_600_000)
    const paid = await heard.report('funding_paid')
    expect([paid.instrumentId, toText(paid.amount), paid.rate]).toEqual([BTC, '-0.1', 0.0001])
    expect((await snapshot()).fills).toHaveLength(1)
  })
})

describe('triggers', () => {
  it('does not send a stop whose trigger is passed', async () => {
    client.submit(stop('twpS2', { triggerPrice: price('101000') }))
    expect((await heard.report('rejected', 'twpS2')).code).toBe('would_immediately_trigger')
    expect((await lookedUp('twpS2')).order).toBeNull()
  })
  it("understands the venue's own refusal when the price cannot be asked for", async () => {
    fault('request', { path: '/v5/market/tickers' }, { type: 'reset' })
    client.submit(stop('twpS3', { triggerPrice: price('101000') }))
    const { code, message } = await heard.report('rejected', 'twpS3')
    expect([code, message]).toEqual(['would_immediately_trigger', expect.stringContaining('110093')])
  })
  it('sends a stop though the price is not told for seconds', async () => {
    fault('request', { path: '/v5/market/tickers' }, { type: 'late_answer', ms: 3_000 })
    const sentMs = performance.now()
    client.submit(stop('twpS4', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twpS4')
    expect(performance.now() - sentMs).toBeLessThan(1_500)
  })
  it('tells of a stop that the venue took in another direction as rejected', async () => {
    const told = heard.report('rejected', 'twpS5')
    client.submit(stop('twpS5', { triggerPrice: price('98000') }))
    const core = venue.core.submitConditional.bind(venue.core)
    venue.core.submitConditional = (id, params) => core(id, { ...params, direction: 'rise', triggerPrice: price('105000') })
    const { code, message } = await told
    expect([code, message]).toEqual(['wrong_trigger', 'the venue took direction 1, not 2'])
    expect((await snapshot()).orders[0]?.type).toBe('take_profit_market')
  })
})

describe('lost answers', () => {
  it.each([
    ['accept_then_drop', {}],
    ['partial_body', {}],
    ['backend_timeout', { isProcessed: true }],
    ['internal_error', { isProcessed: true }],
    ['unavailable', { isProcessed: true, isKnown: false }],
  ])('does not know what became of an order after %s, finds it by lookup, and sends it once', async (type, details) => {
    fault('request', CREATE, { type, ...details })
    client.submit(request('twpE2', { type: 'limit', limitPrice: price('95000') }))
    await heard.report('outcome_unknown', 'twpE2')
    expect((await lookedUp('twpE2')).order?.status).toBe('working')
    expect((await snapshot()).orders).toHaveLength(1)
  })
  it('finds a stop by lookup after its answer was lost', async () => {
    client.submit(request('twpE1'))
    await heard.report('fill', 'twpE1')
    fault('request', CREATE, { type: 'accept_then_drop' })
    client.submit(stop('twpS1', { triggerPrice: price('98000') }))
    await heard.report('outcome_unknown', 'twpS1')
    expect((await lookedUp('twpS1')).order).toMatchObject({ type: 'stop_market', status: 'working' })
  })
  it('tells that an order never arrived when it was reset on the way', async () => {
    fault('request', CREATE, { type: 'reset' })
    client.submit(request('twpE3'))
    await heard.report('outcome_unknown', 'twpE3')
    expect((await lookedUp('twpE3')).order).toBeNull()
  })
  it('does not know an order whose name was used before, and finds the first', async () => {
    client.submit(request('twpE1'))
    await heard.report('fill', 'twpE1')
    client.submit(request('twpE1'))
    expect((await heard.report('outcome_unknown', 'twpE1')).code).toBe('duplicate_client_order_id')
    expect((await lookedUp('twpE1')).fills).toHaveLength(1)
  })
  it('looks in the history for what the present list has forgotten', async () => {
    client.submit(request('twpE1'))
    await heard.report('fill', 'twpE1')
    const body = JSON.stringify({ retCode: 0, retMsg: 'OK', result: { list: [], nextPageCursor: '', category: 'linear' }, time: 1 })
    fault('request', { path: '/v5/order/realtime' }, { type: 'answer', status: 200, body, headers: {}, isProcessed: false })
    const { order, fills } = await lookedUp('twpE1')
    expect([order?.status, fills.length]).toEqual(['filled', 1])
  })
  it('measures the clock anew and sends once more when the venue refuses the time', async () => {
    venue.conditions.clockOffsetMs = 30_000
    client.submit(request('twpE1'))
    await heard.report('fill', 'twpE1')
    expect(heard.offsets.at(-1)).toBeGreaterThan(29_000)
    expect(venue.core.account('practice').orders.size).toBe(1)
  })
})

describe('the private stream', () => {
  it('comes back after it was closed, logs in again, and a snapshot tells what was missed', async () => {
    client.submit(request('twpE1'))
    const { fill } = await heard.report('fill', 'twpE1')
    await fetch(`${venue.controlUrl}/sessions/expire`, { method: 'POST', body: '{}' })
    await heard.state('degraded')
    venue.core.submit('practice', { symbol: 'BTCUSDT', side: 'sell', type: 'market', timeInForce: 'gtc', quantity: quantity('0.004'), price: null, reduceOnly: true, positionSide: 'both', clientId: 'by-hand' }) // prettier-ignore
    await heard.state('live')
    const { fills, positions, fillsMissing } = await snapshot(fill.tradeId)
    expect([fills.map((each) => [each.clientOrderId, toText(each.quantity)]), fillsMissing]).toEqual([
      [[expect.stringMatching(/^foreign/), '0.004']],
      undefined,
    ])
    expect(positions[0] && toText(positions[0].quantity)).toBe('0.006')
    const [newest] = fills
    expect(newest && (await snapshot(newest.tradeId)).fills).toEqual([])
  })
  it('says so when the venue does not know the trade that it is asked from', async () => {
    expect((await snapshot('1700000000000-never')).fillsMissing).toBe(true)
  })
  it('loses nothing and tells nothing twice when messages are doubled, swapped and sent in bursts', async () => {
    const spoil = (action: object, times: number): unknown => fault('message', { topic: 'execution' }, action, { times, skip: 0 })
    spoil({ type: 'duplicate' }, 3)
    spoil({ type: 'swap' }, 1)
    spoil({ type: 'burst', count: 8 }, 1)
    for (let at = 0; at < 20; at += 1) client.submit(request(`twpE6x${at}`, { quantity: quantity('0.001'), purpose: 'exit' }))
    await heard.until(() => new Set(heard.all('fill').map(({ fill }) => fill.tradeId)).size === 20)
    const { fills, positions } = await snapshot()
    expect([fills.length, positions[0] && toText(positions[0].quantity)]).toEqual([20, '0.02'])
  })
  it('asks for the trade of a resting order that was not told of', { timeout: 25_000 }, async () => {
    client.submit(request('twpE7', { type: 'limit', limitPrice: price('99000') }))
    await heard.report('accepted', 'twpE7')
    fault('message', { topic: 'execution' }, { type: 'drop' })
    venue.core.setPrice('BTCUSDT', 98_900)
    const { order, fills } = await heard.report('lookup', 'twpE7')
    expect([order?.status, fills.length]).toEqual(['filled', 1])
  })
  it('dials again when a message is garbled', async () => {
    fault('message', { topic: 'order' }, { type: 'garble' })
    client.submit(request('twpE8', { type: 'limit', limitPrice: price('95000') }))
    await heard.state('degraded')
    await heard.state('live')
    expect((await snapshot()).orders).toHaveLength(1)
  })
})

describe('a restart', () => {
  it('learns by lookup what became of a stop while nobody listened', async () => {
    client.submit(request('twpE1'))
    await heard.report('fill', 'twpE1')
    client.submit(stop('twpS1', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twpS1')
    await client.close()
    venue.core.setPrice('BTCUSDT', 97_900)
    await open()
    const { order, fills } = await lookedUp('twpS1')
    expect([order?.status, fills.length, fills[0]?.clientOrderId]).toEqual(['filled', 1, 'twpS1'])
  })
  it('lists more orders than a page holds, and stops others placed', async () => {
    for (let at = 0; at < 60; at += 1) {
      venue.core.submit('practice', { symbol: 'ETHUSDT', side: 'buy', type: 'limit', timeInForce: 'gtc', quantity: quantity('0.01'), price: price(String(3_300 - at)), reduceOnly: false, positionSide: 'both', clientId: `own${at}` }) // prettier-ignore
    }
    const { orders } = await snapshot()
    expect(new Set(orders.map((order) => order.clientOrderId)).size).toBe(60)
  })
})

describe('the key', () => {
  it('is probed for rights, addresses and its end', async () => {
    const probed = await probeKey(options())
    expect(probed.ok && probed.value.report).toMatchObject({ canTrade: true, canWithdraw: false, ipRestricted: false })
    expect(probed.ok && (probed.value.report.expiresMs ?? 0)).toBeGreaterThan(Date.now())
    venue.key.allowedIps = ['127.0.0.1']
    const bound = await probeKey(options())
    expect(bound.ok && bound.value.report).toMatchObject({ ipRestricted: true, expiresMs: null })
  })
  it.each([
    ['can withdraw', { canWithdraw: true }, 'can withdraw money'],
    ['may not trade', { canTrade: false }, 'may not trade futures'],
    ['is bound to another address', { allowedIps: ['10.0.0.1'] }, 'does not accept this key from this address'],
    ['has expired', { state: 'expired' as const }, 'has expired'],
    ['is not known', { state: 'unknown' as const }, 'does not know this key'],
  ])('that %s is refused in a sentence', async (_what, change, sentence) => {
    Object.assign(venue.key, change)
    const probed = await probeKey(options())
    expect(!probed.ok && probed.error).toContain(sentence)
  })
  it('with a wrong secret is refused, and the secret is in no sentence', async () => {
    const probed = await probeKey(options({ credentials: { key: venue.key.key, secret: 'not-the-secret', passphrase: null } }))
    expect(!probed.ok && probed.error).toContain('the secret does not belong to it')
    expect(!probed.ok && probed.error).not.toContain('not-the-secret')
  })
  it('that is taken away while trading shows as a connection that is down', async () => {
    venue.key.state = 'unknown'
    client.submit(request('twpE1'))
    await heard.report('rejected', 'twpE1')
    expect((await heard.state('down')).detail).toContain('does not know this key')
  })
})

describe('the venue', () => {
  it('under maintenance is told as such, and comes back', async () => {
    venue.conditions.isMaintenance = true
    client.submit(request('twpE1'))
    await heard.report('outcome_unknown', 'twpE1')
    expect((await heard.state('maintenance')).detail).toContain('maintenance')
    venue.conditions.isMaintenance = false
    expect((await lookedUp('twpE1')).order).toBeNull()
    await heard.state('live')
  })
  it('that wants to be left alone is, for as long as it says', async () => {
    fault('request', CREATE, { type: 'rate_limited', retryAfterSeconds: 1, isBan: false })
    client.submit(request('twpE1'))
    expect((await heard.report('rejected', 'twpE1')).code).toBe('rate_limited')
    await until(() => client.health().budget.bannedUntilMs === null, 'the end of the pause')
    client.submit(request('twpE2'))
    await heard.report('fill', 'twpE2')
  })
})
