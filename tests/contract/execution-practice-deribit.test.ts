// Proves the client on Deribit against an exchange it did not make: the practice venue, over its real wire. What the client says happened is held against what did.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId } from '../../src-shared/domain/ids.ts'
import { newOrder } from '../../src-shared/domain/order.ts'
import { openExecutionClient, probeKey } from '../../src-main/adapters/ccxt/execution/open-execution.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import type { ExecutionClient } from '../../src-main/core/ports/execution-client.ts'
import { BTC_USDC, ETH_USDC } from '../../src-main/practice-venue/deribit/instruments.ts'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { BTC, ETH, Heard, request, stop } from '../support/execution-client.ts'
import { manualMarket } from '../support/practice-core.ts'
import { openStillVenue } from '../support/practice-venue.ts'

const SYMBOL = 'BTC_USDC-PERPETUAL'
const ACCOUNT = 'practice'
/** Never while the venue settles. */
const START_MS = Date.UTC(2026, 0, 5, 9)
let venue: PracticeVenue
let client: ExecutionClient
let heard: Heard

const options = (changes: object = {}) => ({
  venue: 'deribit' as const,
  environment: 'practice' as const,
  credentials: { key: venue.key.key, secret: venue.key.secret, passphrase: null },
  endpoints: { restOrigin: venue.restUrl, streamOrigin: venue.wsUrl },
  instrumentIds: [BTC, ETH],
  scheduler: systemScheduler,
  chance: () => 0,
  ...changes,
})
const reopen = async (): Promise<void> => {
  const opened = await openExecutionClient(options())
  if (!opened.ok) throw new Error(opened.error)
  client = opened.value
  heard = new Heard()
}
beforeEach(async () => {
  venue = await openStillVenue({
    venue: 'deribit',
    startMs: START_MS,
    markets: [manualMarket(BTC_USDC, 100_000), manualMarket(ETH_USDC, 3_500)],
  })
  await reopen()
  client.start(heard)
  await heard.state('live')
})
afterEach(async () => {
  await client.close()
  await venue.close()
})

const snapshot = async (after: Parameters<ExecutionClient['requestSnapshot']>[0] = null) => {
  const before = heard.all('snapshot').length
  client.requestSnapshot(after)
  await heard.until(() => heard.all('snapshot').length > before)
  const [newest] = heard.all('snapshot').slice(-1)
  if (newest === undefined) throw new Error('no snapshot')
  return newest
}
const filled = (id: string): bigint => {
  const fills = new Map(heard.all('fill', id).map(({ fill }) => [fill.tradeId, fill.quantity]))
  return [...fills.values()].reduce((sum, each) => sum + each, 0n)
}
const fault = (on: string, match: object, action: object): number => venue.faults.add({ on, match, action } as never)
const buying = { path: '/private/buy' }
const account = () => venue.core.account(ACCOUNT)

describe('the account', () => {
  it("has the data venue's ids, the venue's own filters in base units, and its fees", () => {
    expect(client.instruments.map(({ id, venue: of, settle }) => [id, of, settle])).toEqual([
      [BTC, 'deribit', 'USDC'],
      [ETH, 'deribit', 'USDC'],
    ])
    const [btc] = client.instruments
    expect(btc && [btc.tickSize, btc.lotSize, btc.minQuantity, btc.takerFeeRate, btc.maintenanceMarginRate].map(toText)).toEqual([
      '0.5',
      '0.0001',
      '0.0001',
      '0.0005',
      '0.01',
    ])
    expect([btc?.leverageMax, toText(client.walletBalance)]).toEqual([50, '10000'])
  })
  it.each([
    ['PEPE/USDT:USDT', 'Deribit has no contract for PEPE/USDT:USDT: it lists no PEPE_USDC-PERPETUAL'],
    ['BTC/USD:BTC', 'Deribit has no contract for BTC/USD:BTC: it trades only contracts settled in dollars from here'],
  ])('says why %s cannot be traded', async (id, sentence) => {
    const opened = await openExecutionClient(options({ instrumentIds: [instrumentId(id)] }))
    expect(!opened.ok && opened.error).toBe(sentence)
  })
  it('says what cannot be set there', async () => {
    const opened = await openExecutionClient(options({ leverage: 5, marginMode: 'isolated' }))
    if (!opened.ok) throw new Error(opened.error)
    const told = new Heard()
    opened.value.start(told)
    const { detail } = await told.state('live')
    await opened.value.close()
    expect(detail).toContain('leverage 5 is kept by the desk alone')
    expect(detail).toContain('no isolated margin')
  })
})

describe('a trade', () => {
  it('lives: entry, stop by mark price, trigger, flat', async () => {
    client.submit(request('twdE1'))
    expect(toText((await heard.report('fill', 'twdE1')).fill.quantity)).toBe('0.01')
    client.submit(stop('twdS1', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twdS1')
    const open = await snapshot()
    expect(open.orders.map((order) => [order.clientOrderId, order.type, order.status, order.reduceOnly])).toEqual([
      ['twdS1', 'stop_market', 'working', true],
    ])
    expect(open.positions.map(({ side, quantity: held, instrumentId: id }) => [side, toText(held), id])).toEqual([['long', '0.01', BTC]])
    // The last price alone fires nothing.
    venue.core.setMark(SYMBOL, price('99500'))
    venue.core.setPrice(SYMBOL, 97_900)
    expect(account().armed.size).toBe(1)
    venue.core.setMark(SYMBOL, price('97900'))
    await heard.report('triggered', 'twdS1')
    expect(toText((await heard.report('fill', 'twdS1')).fill.quantity)).toBe('0.01')
    const flat = await snapshot()
    expect([flat.orders, flat.positions]).toEqual([[], []])
    const shown = ({ fill }: { fill: { tradeId: string; clientOrderId: string; fee: bigint } }) =>
      `${fill.tradeId} ${fill.clientOrderId} ${fill.fee}`
    expect(new Set(flat.fills.map((fill) => shown({ fill })))).toEqual(new Set(heard.all('fill').map(shown)))
    expect(toText(flat.walletBalance)).toBe(toText(venue.core.margin(ACCOUNT, 'USDC').wallet))
  })

  it("tells the wallet without open results, which the venue's balance lacks until it settles", async () => {
    client.submit(request('twdE1'))
    await heard.report('fill', 'twdE1')
    venue.core.setPrice(SYMBOL, 101_000)
    client.submit(request('twdX1', { side: 'sell', quantity: quantity('0.004'), reduceOnly: true, purpose: 'exit' }))
    await heard.report('fill', 'twdX1')
    const { walletBalance } = await snapshot()
    expect(toText(walletBalance)).toBe(toText(venue.core.margin(ACCOUNT, 'USDC').wallet))
    expect(walletBalance).toBeGreaterThan(client.walletBalance)
  })

  it('counts the funding of an open position once it is settled', { timeout: 20_000 }, async () => {
    client.submit(request('twdE1', { quantity: quantity('0.1') }))
    await heard.report('fill', 'twdE1')
    const before = (await snapshot()).walletBalance
    venue.step(3_600_000)
    const paid = venue.core.margin(ACCOUNT, 'USDC').wallet - before
    expect(paid).toBeLessThan(0n)
    expect((await snapshot()).walletBalance).toBe(before)
    client.submit(request('twdX1', { side: 'sell', quantity: quantity('0.1'), reduceOnly: true, purpose: 'exit' }))
    await heard.report('fill', 'twdX1')
    expect((await snapshot()).walletBalance).toBe(venue.core.margin(ACCOUNT, 'USDC').wallet)
  })

  it('fills in parts, and what is left is canceled by its id', async () => {
    venue.core.setDepth(SYMBOL, 0.0005)
    venue.core.setPrice(SYMBOL, 100_000)
    client.submit(request('twdE2', { type: 'limit', limitPrice: price('100001'), quantity: quantity('0.05') }))
    await heard.report('fill', 'twdE2')
    client.submit(stop('twdS2', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twdS2')
    client.cancel(clientOrderId('twdE2'))
    await heard.report('canceled', 'twdE2')
    expect(filled('twdE2')).toBeGreaterThan(0n)
    expect(filled('twdE2')).toBeLessThan(quantity('0.05'))
    const { orders, positions } = await snapshot()
    expect([orders.map((order) => order.clientOrderId), positions[0]?.quantity]).toEqual([['twdS2'], filled('twdE2')])
  })

  it('moves its stop: the new one first, then the old one is canceled', async () => {
    client.submit(request('twdE1'))
    await heard.report('fill', 'twdE1')
    client.submit(stop('twdS1', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twdS1')
    client.submit(stop('twdS1b', { triggerPrice: price('99000') }))
    await heard.report('accepted', 'twdS1b')
    client.cancel(clientOrderId('twdS1'))
    await heard.report('canceled', 'twdS1')
    expect((await snapshot()).orders.map((order) => [order.clientOrderId, order.triggerPrice && toText(order.triggerPrice)])).toEqual([
      ['twdS1b', '99000'],
    ])
    expect(venue.oracle.duplicates(ACCOUNT)).toEqual([])
  })

  it('takes a target, and leaves a position of the other side out of reach of an order that can only reduce', async () => {
    client.submit(request('twdE1'))
    await heard.report('fill', 'twdE1')
    client.submit(stop('twdT1', { purpose: 'target', type: 'take_profit_market', triggerPrice: price('102000') }))
    await heard.report('accepted', 'twdT1')
    venue.core.setPrice(SYMBOL, 102_100)
    await heard.report('fill', 'twdT1')
    client.submit(request('twdX1', { side: 'sell', reduceOnly: true, purpose: 'exit' }))
    expect((await heard.report('rejected', 'twdX1')).code).toBe('reduce_only_rejected')
  })
})

describe('what is not certain', () => {
  it.each([
    ['accept_then_drop', {}],
    ['partial_body', {}],
    ['backend_timeout', { isProcessed: true }],
    ['internal_error', { isProcessed: true }],
    ['unavailable', { isProcessed: true, isKnown: false }],
  ])('is an unknown outcome after %s, found by its label and sent once', async (type, details) => {
    fault('request', buying, { type, ...details })
    client.submit(request('twdE3', { type: 'limit', limitPrice: price('95000') }))
    await heard.report('outcome_unknown', 'twdE3')
    client.lookup(clientOrderId('twdE3'))
    expect((await heard.report('lookup', 'twdE3')).order?.status).toBe('working')
    expect((await snapshot()).orders).toHaveLength(1)
    expect(account().orders.size).toBe(1)
  })
  it('is a market order whose answer was lost: filled, with its fills', async () => {
    fault('request', buying, { type: 'accept_then_drop' })
    client.submit(request('twdE4'))
    await heard.report('outcome_unknown', 'twdE4')
    client.lookup(clientOrderId('twdE4'))
    const { order, fills } = await heard.report('lookup', 'twdE4')
    expect([order?.status, fills.map((fill) => toText(fill.quantity))]).toEqual(['filled', ['0.01']])
  })
  it('is an order that never arrived: nothing is found', async () => {
    fault('request', buying, { type: 'reset' })
    client.submit(request('twdE5'))
    await heard.report('outcome_unknown', 'twdE5')
    client.lookup(clientOrderId('twdE5'))
    expect((await heard.report('lookup', 'twdE5')).order).toBeNull()
  })
  it('is a stop whose answer was lost: canceled by its label, since its id never came', async () => {
    client.submit(request('twdE6'))
    await heard.report('fill', 'twdE6')
    fault('message', { topic: 'user.changes' }, { type: 'drop' })
    fault('request', { path: '/private/sell' }, { type: 'accept_then_drop' })
    client.submit(stop('twdS6', { triggerPrice: price('98000') }))
    await heard.report('outcome_unknown', 'twdS6')
    client.cancel(clientOrderId('twdS6'))
    await heard.report('canceled', 'twdS6')
    expect(account().armed.size).toBe(0)
  })
  it('is what became of a stop while nobody listened, also hours later', async () => {
    client.submit(request('twdE7'))
    await heard.report('fill', 'twdE7')
    const protection = stop('twdS7', { triggerPrice: price('98000') })
    client.submit(protection)
    await heard.report('accepted', 'twdS7')
    await client.close()
    venue.core.setPrice(SYMBOL, 97_900)
    await reopen()
    client.start(heard)
    client.lookup(clientOrderId('twdS7'))
    const { order, fills } = await heard.report('lookup', 'twdS7')
    expect([order?.status, order?.type, fills[0]?.clientOrderId]).toEqual(['filled', 'stop_market', 'twdS7'])
    await client.close()
    // The list by label forgets within half an hour, the one of trades within a day.
    venue.step(30 * 3_600_000)
    await reopen()
    client.remember([newOrder(protection, START_MS)])
    client.start(heard)
    client.lookup(clientOrderId('twdS7'))
    const later = await heard.report('lookup', 'twdS7')
    expect([later.order?.status, later.fills.length]).toEqual(['filled', 1])
  })
  it('is whose trade it is that has the label of one of ours', async () => {
    client.submit(request('twdE8', { type: 'limit', limitPrice: price('95000') }))
    await heard.report('accepted', 'twdE8')
    // A person gives the same label to another order on the venue's page.
    venue.core.submit(ACCOUNT, { symbol: SYMBOL, side: 'buy', type: 'market', timeInForce: 'gtc', quantity: quantity('0.02'), price: null, reduceOnly: false, positionSide: 'both', clientId: 'twdE8' }) // prettier-ignore
    const { fill } = await heard.report('fill')
    expect(fill.clientOrderId).toMatch(/^foreignUSDC\d+$/)
    const told = await snapshot()
    expect(told.orders.map((order) => [order.clientOrderId, toText(order.filledQuantity)])).toEqual([['twdE8', '0']])
    expect(told.fills.map((each) => each.clientOrderId)).toEqual([fill.clientOrderId])
    client.lookup(clientOrderId('twdE8'))
    expect((await heard.report('lookup', 'twdE8')).order?.status).toBe('working')
  })
})

describe('refusals', () => {
  it("come in the kernel's words", async () => {
    client.submit(stop('twdS2', { triggerPrice: price('101000') }))
    expect((await heard.report('rejected', 'twdS2')).code).toBe('would_immediately_trigger')
    client.submit(request('twdE2', { type: 'limit', timeInForce: 'post_only', limitPrice: price('101000') }))
    expect((await heard.report('rejected', 'twdE2')).code).toBe('would_take')
    client.submit(request('twdE3', { quantity: quantity('50') }))
    expect((await heard.report('rejected', 'twdE3')).code).toBe('insufficient_margin')
    client.submit(request('twdE4', { quantity: quantity('0.00005') }))
    expect((await heard.report('rejected', 'twdE4')).code).toBe('precision')
    client.cancel(clientOrderId('twdE4'))
    expect((await heard.report('cancel_rejected', 'twdE4')).code).toBe('unknown_order')
  })
  it('are told as limits and maintenance where they are', async () => {
    fault('request', buying, { type: 'rate_limited', retryAfterSeconds: 1, isBan: false })
    client.submit(request('twdE5'))
    expect((await heard.report('rejected', 'twdE5')).code).toBe('rate_limited')
    venue.conditions.isMaintenance = true
    client.submit(request('twdX6', { purpose: 'exit', reduceOnly: true, side: 'sell' }))
    expect((await heard.report('rejected', 'twdX6')).code).toBe('maintenance')
    expect((await heard.state('maintenance')).detail).toContain('Deribit is under maintenance')
  })
})

describe('the stream', () => {
  it('comes back when its log-in has ended, and hears again; the snapshot tells what was missed', async () => {
    await fetch(`${venue.controlUrl}/sessions/expire`, { method: 'POST', body: '{}' })
    await heard.state('degraded')
    await heard.state('live')
    client.submit(request('twdE1'))
    const { fill } = await heard.report('fill', 'twdE1')
    venue.core.submit(ACCOUNT, { symbol: SYMBOL, side: 'sell', type: 'market', timeInForce: 'gtc', quantity: quantity('0.002'), price: null, reduceOnly: false, positionSide: 'both', clientId: null }) // prettier-ignore
    const { fills, fillsMissing } = await snapshot(fill.tradeId)
    expect([fills.map((each) => toText(each.quantity)), fillsMissing]).toEqual([['0.01', '0.002'], undefined])
  })
  it('dials again when a message is garbled', async () => {
    fault('message', { topic: 'user.changes' }, { type: 'garble' })
    client.submit(request('twdE7'))
    await heard.state('degraded')
    await heard.state('live')
    expect((await snapshot()).fills).toHaveLength(1)
  })
  it('loses nothing when messages are doubled, swapped and sent in bursts', { timeout: 20_000 }, async () => {
    const spoil = (action: object, times: number): unknown =>
      venue.faults.add({ on: 'message', match: { topic: 'user.changes' }, action, times, skip: 0 } as never)
    spoil({ type: 'duplicate' }, 2)
    spoil({ type: 'swap' }, 1)
    spoil({ type: 'burst', count: 3 }, 1)
    for (let at = 0; at < 7; at += 1) client.submit(request(`twdE9x${at}`, { quantity: quantity('0.001') }))
    await heard.until(() => new Set(heard.all('fill').map(({ fill }) => fill.tradeId)).size === 7)
    const { fills, positions } = await snapshot()
    expect([fills.length, positions[0] && toText(positions[0].quantity)]).toEqual([7, '0.007'])
  })
  it('asks for the trade of an order that was lost by answer and by stream', { timeout: 15_000 }, async () => {
    fault('message', { topic: 'user.changes', contains: 'twdE10' }, { type: 'drop' })
    fault('request', buying, { type: 'answer', status: 200, isProcessed: true, body: '{"jsonrpc":"2.0","result":{"order":{"order_id":"USDC-1","creation_timestamp":1},"trades":[]}}' }) // prettier-ignore
    client.submit(request('twdE10'))
    const { order, fills } = await heard.report('lookup', 'twdE10')
    expect([order?.status, fills.length]).toEqual(['filled', 1])
  })
})

describe('the key', () => {
  it('is asked what it may do', async () => {
    const probed = await probeKey(options())
    expect(probed).toEqual({
      ok: true,
      value: { report: { canTrade: true, canWithdraw: false, ipRestricted: false, expiresMs: null }, unchecked: null },
    })
    venue.key.allowedIps = ['127.0.0.1']
    const bound = await probeKey(options())
    expect(bound.ok && bound.value.report.ipRestricted).toBe(true)
  })
  it.each([
    [
      'a wrong secret',
      () => ({ credentials: { key: venue.key.key, secret: 'wrong', passphrase: null } }),
      'the secret does not belong to it',
    ],
    ['an unknown key', () => ({ credentials: { key: 'nobody', secret: 'wrong', passphrase: null } }), 'does not know this key'],
    ['a key that can withdraw', () => ((venue.key.canWithdraw = true), {}), 'can withdraw money'],
    ['a key that cannot trade', () => ((venue.key.canTrade = false), {}), 'may not trade futures'],
    ['a key for another address', () => ((venue.key.allowedIps = ['10.0.0.1']), {}), 'does not accept this key from this address'],
  ])('is refused with one sentence: %s', async (_, changes, sentence) => {
    const probed = await probeKey(options(changes()))
    expect(!probed.ok && probed.error).toContain(sentence)
    expect(!probed.ok && probed.error).not.toContain(venue.key.secret)
  })
  it('signs by the venue’s clock, however far from ours, and again after that was set', async () => {
    const [atFirst = Number.NaN] = heard.offsets
    venue.conditions.clockOffsetMs = 600_000
    await client.close()
    await reopen()
    client.start(heard)
    await heard.state('live')
    expect(heard.offsets[0]).toBeGreaterThan(atFirst + 590_000)
    venue.conditions.clockOffsetMs = -600_000
    client.submit(request('twdE1'))
    await heard.report('fill', 'twdE1')
    expect(heard.offsets.at(-1)).toBeLessThan(atFirst - 590_000)
  })
})
