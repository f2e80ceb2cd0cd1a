// Proves the OKX kit against an exchange over its real wire: the practice venue. What the client says happened is held against what did.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId } from '../../src-shared/domain/ids.ts'
import { openExecutionClient, probeKey } from '../../src-main/adapters/ccxt/execution/open-execution.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import type { ExecutionClient } from '../../src-main/core/ports/execution-client.ts'
import { BTC_USDT_SWAP, ETH_USDT_SWAP } from '../../src-main/practice-venue/okx/instruments.ts'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { BTC, ETH, Heard, request, stop } from '../support/execution-client.ts'
import { manualMarket } from '../support/practice-core.ts'
import { openStillVenue } from '../support/practice-venue.ts'

let venue: PracticeVenue
let client: ExecutionClient
let heard: Heard
const SYMBOL = 'BTC-USDT-SWAP'

const credentials = (changes: object = {}) => ({
  key: venue.key.key,
  secret: venue.key.secret,
  passphrase: venue.key.passphrase,
  ...changes,
})
const options = (changes: object = {}) => ({
  venue: 'okx' as const,
  environment: 'practice' as const,
  credentials: credentials(),
  endpoints: { restOrigin: venue.restUrl, streamOrigin: venue.wsUrl },
  instrumentIds: [BTC, ETH],
  scheduler: systemScheduler,
  ...changes,
})
async function connect(changes: object = {}): Promise<void> {
  const opened = await openExecutionClient(options(changes))
  if (!opened.ok) throw new Error(opened.error)
  client = opened.value
  heard = new Heard()
  client.start(heard)
  await heard.state('live')
}
beforeEach(async () => {
  venue = await openStillVenue({ venue: 'okx', markets: [manualMarket(BTC_USDT_SWAP, 100_000), manualMarket(ETH_USDT_SWAP, 3_500)] })
  await connect({ leverage: 5 })
})
afterEach(async () => {
  await client.close()
  await venue.close()
})

const snapshot = async () => {
  const before = heard.all('snapshot').length
  client.requestSnapshot(null)
  await heard.until(() => heard.all('snapshot').length > before)
  const [newest] = heard.all('snapshot').slice(-1)
  if (newest === undefined) throw new Error('no snapshot')
  return newest
}
const spoil = (match: object, action: object, times = 1): unknown =>
  venue.faults.add({ on: 'request', match, action, times, skip: 0 } as never)
const onMessage = (topic: string, action: object, more: object = {}): unknown =>
  venue.faults.add({ on: 'message', match: { topic, ...more }, action, times: 1, skip: 0 } as never)
const ORDER = { method: 'POST', path: '/trade/order' }

describe('an account that was opened', () => {
  it('has sizes in base units, its own fees, and the leverage that was asked for', () => {
    expect(heard.states.at(-1)).toEqual({ state: 'live', detail: 'connected' })
    const [btc] = client.instruments
    expect(btc?.id).toBe(BTC)
    expect(btc && [btc.lotSize, btc.minQuantity, btc.contractSize, btc.maxMarketQuantity].map(toText)).toEqual([
      '0.0001',
      '0.0001',
      '0.01',
      '120',
    ])
    expect(btc && [btc.makerFeeRate, btc.takerFeeRate, btc.maintenanceMarginRate].map(toText)).toEqual(['0.0002', '0.0005', '0.004'])
    expect(venue.core.account('practice').settings.get(SYMBOL)).toEqual({ leverage: 5, marginMode: 'cross' })
    expect(toText(client.walletBalance)).toBe('10000')
  })
  it('says what it does not list, and that positions must have one side', async () => {
    const odd = await openExecutionClient(options({ instrumentIds: [instrumentId('XYZ/USDT:USDT')] }))
    expect(!odd.ok && odd.error).toBe('OKX has no linear perpetual for XYZ/USDT:USDT')
    venue.core.setPositionMode('practice', 'hedge')
    const hedged = await openExecutionClient(options())
    expect(!hedged.ok && hedged.error).toContain('is in long/short mode; switch it to net mode there')
  })
  it('counts what an isolated position has set aside as its own', async () => {
    await client.close()
    await connect({ marginMode: 'isolated' })
    client.submit(request('twkI1'))
    const { fill } = await heard.report('fill', 'twkI1')
    venue.core.setPrice(SYMBOL, 101_000)
    expect(venue.core.account('practice').settings.get(SYMBOL)?.marginMode).toBe('isolated')
    expect(Number(toText((await snapshot()).walletBalance))).toBeCloseTo(10_000 - Number(toText(fill.fee)), 6)
  })
  it('sends orders to the margin mode of a position that is open, and says so', async () => {
    client.submit(request('twkM1'))
    await heard.report('fill', 'twkM1')
    await client.close()
    await connect({ marginMode: 'isolated' })
    expect(heard.states.at(-1)?.detail).toBe('connected; BTC-USDT-SWAP is held in cross margin and its orders go there')
    client.submit(request('twkM2', { side: 'sell', purpose: 'exit', reduceOnly: true }))
    await heard.report('fill', 'twkM2')
    expect((await snapshot()).positions).toEqual([])
  })
})

describe('the client on the practice venue', () => {
  it('lives through a trade: entry, stop, stop moved, trigger, flat', async () => {
    client.submit(request('twkE1', { quantity: quantity('0.0123') }))
    const entry = await heard.report('fill', 'twkE1')
    expect([toText(entry.fill.quantity), toText(entry.fill.fee), entry.fill.liquidity]).toEqual(['0.0123', '0.61500062', 'taker'])
    const size = { quantity: quantity('0.0123') }
    client.submit(stop('twkS1', { triggerPrice: price('97000'), ...size }))
    await heard.report('accepted', 'twkS1')
    client.submit(stop('twkS2', { triggerPrice: price('98000'), ...size }))
    await heard.report('accepted', 'twkS2')
    client.cancel(clientOrderId('twkS1'))
    await heard.report('canceled', 'twkS1')
    const [armed] = venue.core.account('practice').armed.values()
    expect(armed).toMatchObject({ clientId: 'twkS2', trigger: 'mark', reduceOnly: true, type: 'stop_market' })
    const open = await snapshot()
    expect(open.orders.map((order) => [order.clientOrderId, order.type, order.status, toText(order.quantity)])).toEqual([
      ['twkS2', 'stop_market', 'working', '0.0123'],
    ])
    expect(open.positions.map(({ side, quantity: held }) => [side, toText(held)])).toEqual([['long', '0.0123']])
    venue.core.setPrice(SYMBOL, 97_900)
    await heard.report('triggered', 'twkS2')
    const exit = await heard.report('fill', 'twkS2')
    expect(toText(exit.fill.quantity)).toBe('0.0123')
    const flat = await snapshot()
    expect([flat.orders, flat.positions]).toEqual([[], []])
    expect(new Set(flat.fills.map((fill) => `${fill.tradeId} ${fill.clientOrderId} ${toText(fill.fee)}`))).toEqual(
      new Set(heard.all('fill').map(({ fill }) => `${fill.tradeId} ${fill.clientOrderId} ${toText(fill.fee)}`)),
    )
  })

  it('learns by lookup and by snapshot what became of a stop while nobody listened', async () => {
    client.submit(request('twkE1'))
    const { fill } = await heard.report('fill', 'twkE1')
    client.submit(stop('twkS1', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twkS1')
    await client.close()
    venue.core.setPrice(SYMBOL, 97_900)
    await connect()
    client.lookup(clientOrderId('twkS1'))
    const { order, fills } = await heard.report('lookup', 'twkS1')
    expect([order?.status, fills.length, fills[0]?.clientOrderId]).toEqual(['filled', 1, 'twkS1'])
    client.requestSnapshot(fill.tradeId)
    const told = await heard.report('snapshot')
    expect([told.fillsMissing, told.fills.map((each) => each.clientOrderId)]).toEqual([undefined, ['twkE1', 'twkS1']])
  })

  it('says when the trade that it should go on from is not known to the venue', async () => {
    client.requestSnapshot('BTC-USDT-SWAP-1' as never)
    expect((await heard.report('snapshot')).fillsMissing).toBe(true)
  })

  it.each(['accept_then_drop', 'partial_body', 'backend_timeout', 'internal_error', 'unavailable'] as const)(
    'does not know what became of an order after %s, finds it by lookup, and sends it once',
    async (type) => {
      const details = { accept_then_drop: {}, partial_body: {}, backend_timeout: { isProcessed: true }, internal_error: { isProcessed: true }, unavailable: { isProcessed: true, isKnown: false } }[type] // prettier-ignore
      spoil(ORDER, { type, ...details })
      client.submit(request('twkE2', { type: 'limit', limitPrice: price('90000') }))
      await heard.report('outcome_unknown', 'twkE2')
      client.lookup(clientOrderId('twkE2'))
      expect((await heard.report('lookup', 'twkE2')).order?.status).toBe('working')
      expect((await snapshot()).orders).toHaveLength(1)
    },
  )
  it('finds a stop whose answer was lost in the list of algo orders', async () => {
    spoil({ method: 'POST', path: '/trade/order-algo' }, { type: 'accept_then_drop' })
    client.submit(stop('twkS3', { triggerPrice: price('98000') }))
    await heard.report('outcome_unknown', 'twkS3')
    client.lookup(clientOrderId('twkS3'))
    expect((await heard.report('lookup', 'twkS3')).order).toMatchObject({ status: 'working', type: 'stop_market', reduceOnly: true })
  })
  it('tells that an order never arrived when it was reset on the way', async () => {
    spoil(ORDER, { type: 'reset' })
    client.submit(request('twkE3'))
    await heard.report('outcome_unknown', 'twkE3')
    client.lookup(clientOrderId('twkE3'))
    expect((await heard.report('lookup', 'twkE3')).order).toBeNull()
  })
  it('lets an order that is too late on its way not be carried out', { timeout: 15_000 }, async () => {
    spoil(ORDER, { type: 'late_request', ms: 5_300 })
    client.submit(request('twkE4'))
    await heard.report('outcome_unknown', 'twkE4')
    await new Promise((done) => setTimeout(done, 1_200))
    expect(venue.core.account('practice').orders.size).toBe(0)
  })

  it("refuses in the kernel's words: a stop beyond the price, a size off the lot, no margin, an id that is in use, nothing to reduce", async () => {
    client.submit(stop('twkR1', { triggerPrice: price('101000') }))
    expect((await heard.report('rejected', 'twkR1')).code).toBe('would_immediately_trigger')
    client.submit(request('twkR3', { quantity: quantity('50') }))
    expect((await heard.report('rejected', 'twkR3')).code).toBe('insufficient_margin')
    client.submit(request('twkR4', { type: 'limit', limitPrice: price('90000') }))
    await heard.report('accepted', 'twkR4')
    client.submit(request('twkR4', { type: 'limit', limitPrice: price('90000') }))
    expect((await heard.report('outcome_unknown', 'twkR4')).code).toBe('duplicate_client_order_id')
    client.submit(request('twkR5', { side: 'sell', reduceOnly: true }))
    expect((await heard.report('rejected', 'twkR5')).code).toBe('reduce_only_rejected')
    client.submit(request('twkR6', { quantity: quantity('0.00005') }))
    expect((await heard.report('outcome_unknown', 'twkR6')).code).toBe('unexpected')
  })

  it('is told of resting fills in parts, the end of an IOC order, and of a post-only order that would take', async () => {
    venue.core.setDepth(SYMBOL, 0.00001)
    client.submit(request('twkP1', { type: 'limit', limitPrice: price('99000'), quantity: quantity('0.02') }))
    await heard.report('accepted', 'twkP1')
    for (const at of [98_900, 98_800, 98_700]) venue.core.setPrice(SYMBOL, at)
    await heard.until(() => heard.all('fill', 'twkP1').length > 1)
    venue.core.setDepth(SYMBOL, 1)
    venue.core.setPrice(SYMBOL, 98_600)
    await heard.until(() => heard.all('fill', 'twkP1').reduce((sum, { fill }) => sum + fill.quantity, 0n) === quantity('0.02'))
    client.submit(request('twkP2', { type: 'limit', timeInForce: 'post_only', limitPrice: price('99500') }))
    expect((await heard.report('expired', 'twkP2')).code).toBe('venue_31')
    client.submit(request('twkP3', { type: 'limit', timeInForce: 'ioc', limitPrice: price('98000') }))
    expect((await heard.report('expired', 'twkP3')).code).toBe('venue_14')
  })

  it('cancels in the list that an order is in', async () => {
    client.submit(request('twkC1', { type: 'limit', limitPrice: price('90000') }))
    client.submit(stop('twkC2', { triggerPrice: price('98000') }))
    await heard.until(() => heard.all('accepted', 'twkC1')[0] && heard.all('accepted', 'twkC2')[0])
    client.cancel(clientOrderId('twkC1'))
    client.cancel(clientOrderId('twkC2'))
    await heard.report('canceled', 'twkC1')
    await heard.report('canceled', 'twkC2')
    client.cancel(clientOrderId('twkC1'))
    expect((await heard.report('cancel_rejected', 'twkC1')).code).toBe('unknown_order')
    expect((await snapshot()).orders).toEqual([])
  })

  it("names a person's order and its trades after the venue's id", async () => {
    const body = { symbol: SYMBOL, side: 'buy', quantity: '0.01' }
    await fetch(`${venue.controlUrl}/orders`, { method: 'POST', body: JSON.stringify(body) })
    const { fill } = await heard.report('fill')
    expect(fill.clientOrderId).toMatch(/^foreign2500/)
    expect((await snapshot()).fills.map((each) => [each.tradeId, each.clientOrderId])).toEqual([[fill.tradeId, fill.clientOrderId]])
  })

  it('knows a stop that fired by its algo order, though the message of the algo order is lost', async () => {
    client.submit(request('twkE5'))
    await heard.report('fill', 'twkE5')
    client.submit(stop('twkS5', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twkS5')
    onMessage('orders-algo', { type: 'drop' })
    venue.core.setPrice(SYMBOL, 97_900)
    await heard.report('fill', 'twkS5')
    await heard.report('triggered', 'twkS5')
  })

  it('books funding from the bills', async () => {
    client.submit(request('twkF1'))
    await heard.report('fill', 'twkF1')
    venue.step(9 * 3_600_000)
    const paid = await heard.report('funding_paid')
    expect([paid.instrumentId, paid.rate]).toEqual([BTC, 0.0001])
    expect(Number(toText(paid.amount))).toBeCloseTo(-0.1, 3)
  })

  it('comes back when the venue hangs up for an upgrade, on both streams, and hears again', async () => {
    await fetch(`${venue.controlUrl}/sessions/expire`, { method: 'POST', body: '{}' })
    await heard.state('degraded')
    await heard.state('live')
    client.submit(stop('twkS6', { triggerPrice: price('98000') }))
    client.submit(request('twkE6'))
    await heard.report('fill', 'twkE6')
    client.cancel(clientOrderId('twkS6'))
    await heard.report('canceled', 'twkS6')
  })

  it('hears nothing twice and loses nothing when messages are doubled, swapped and sent in bursts', async () => {
    const mangle = (action: object, times: number): unknown =>
      venue.faults.add({ on: 'message', match: { topic: 'orders' }, action, times, skip: 0 } as never)
    mangle({ type: 'duplicate' }, 3)
    mangle({ type: 'swap' }, 1)
    mangle({ type: 'burst', count: 20 }, 1)
    for (let at = 0; at < 20; at += 1) client.submit(request(`twkE7x${at}`, { quantity: quantity('0.001') }))
    await heard.until(() => new Set(heard.all('fill').map(({ fill }) => fill.tradeId)).size === 20)
    const { fills, positions } = await snapshot()
    expect([fills.length, positions[0] && toText(positions[0].quantity)]).toEqual([20, '0.02'])
  })

  it('asks for the trade of a market order that was not told of', { timeout: 15_000 }, async () => {
    onMessage('orders', { type: 'drop' }, { contains: '"state":"filled"' })
    client.submit(request('twkE8'))
    const { order, fills } = await heard.report('lookup', 'twkE8')
    expect([order?.status, fills.length]).toEqual(['filled', 1])
  })

  it('dials again when a message is garbled', async () => {
    onMessage('orders', { type: 'garble' })
    client.submit(request('twkE9'))
    await heard.state('degraded')
    await heard.state('live')
    expect((await snapshot()).fills).toHaveLength(1)
  })

  it('waits out a limit: only what protects is sent meanwhile', async () => {
    spoil(ORDER, { type: 'rate_limited', isBan: false, retryAfterSeconds: 2 })
    client.submit(request('twkL1'))
    expect((await heard.report('rejected', 'twkL1')).code).toBe('rate_limited')
    expect(client.health().budget.bannedUntilMs).toBeGreaterThan(Date.now())
    client.submit(stop('twkL2', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twkL2')
  })

  it('puts its clock right when the venue refuses the time, and says when maintenance is on', async () => {
    venue.conditions.clockOffsetMs = 120_000
    client.submit(request('twkT1'))
    await heard.report('fill', 'twkT1')
    expect(client.health().clockOffsetMs).toBeGreaterThan(100_000)
    venue.conditions.isMaintenance = true
    client.submit(request('twkT2'))
    expect((await heard.report('rejected', 'twkT2')).code).toBe('maintenance')
    expect((await heard.state('maintenance')).detail).toContain('OKX is under maintenance')
  })
})

describe('the key', () => {
  const sentence = async (changes: object): Promise<string | false> => {
    // The time may be asked for ten times in two seconds, by whomever.
    venue.step(2_000)
    const probed = await probeKey(options({ credentials: credentials(changes) }))
    return !probed.ok && probed.error
  }
  it('is probed: rights and address', async () => {
    const probed = await probeKey(options())
    expect(probed.ok && probed.value).toEqual({
      report: { canTrade: true, canWithdraw: false, ipRestricted: false, expiresMs: null },
      unchecked: null,
    })
    venue.key.allowedIps = ['127.0.0.1']
    const bound = await probeKey(options())
    expect(bound.ok && bound.value.report.ipRestricted).toBe(true)
  })
  it('is refused in one sentence each', async () => {
    expect(await sentence({ secret: 'wrong' })).toContain('does not know this key, or the secret does not belong to it (50113')
    expect(await sentence({ passphrase: 'wrong' })).toContain('50105')
    expect(await sentence({ key: 'wrong' })).toContain('50111')
    venue.key.canWithdraw = true
    expect(await sentence({})).toContain('can withdraw money')
    venue.key.canWithdraw = false
    venue.key.canTrade = false
    expect(await sentence({})).toContain('may not trade futures')
    venue.key.canTrade = true
    venue.key.allowedIps = ['10.0.0.1']
    expect(await sentence({})).toContain('does not accept this key from this address')
    venue.key.allowedIps = null
    venue.key.state = 'expired'
    expect(await sentence({})).toContain('50119')
  })
})
