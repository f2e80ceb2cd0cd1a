// Proves the client against an exchange that others wrote: the practice venue, over its real wire. What the client says happened is held against what did.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId } from '../../src-shared/domain/ids.ts'
import { openExecutionClient, probeKey } from '../../src-main/adapters/ccxt/execution/open-execution.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import type { ExecutionClient } from '../../src-main/core/ports/execution-client.ts'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { BTC, ETH, Heard, request, stop } from '../support/execution-client.ts'
import { openStillVenue } from '../support/practice-venue.ts'

let venue: PracticeVenue
let client: ExecutionClient
let heard: Heard

const options = (changes: object = {}) => ({
  venue: 'binanceusdm' as const,
  environment: 'practice' as const,
  credentials: { key: venue.key.key, secret: venue.key.secret, passphrase: null },
  endpoints: { restOrigin: venue.restUrl, streamOrigin: venue.wsUrl },
  instrumentIds: [BTC, ETH],
  scheduler: systemScheduler,
  ...changes,
})
beforeEach(async () => {
  venue = await openStillVenue()
  const opened = await openExecutionClient(options({ leverage: 5, marginMode: 'isolated' }))
  if (!opened.ok) throw new Error(opened.error)
  client = opened.value
  heard = new Heard()
  client.start(heard)
  await heard.state('live')
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

describe('the client on the practice venue', () => {
  it('opens without notices, with the leverage and margin mode that were asked for', () => {
    expect(heard.states.at(-1)).toEqual({ state: 'live', detail: 'connected' })
  })

  it('lives through a trade: entry, stop, trigger, flat', async () => {
    client.submit(request('twpE1'))
    const entry = await heard.report('fill', 'twpE1')
    expect(toText(entry.fill.quantity)).toBe('0.01')
    client.submit(stop('twpS1', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twpS1')
    const open = await snapshot()
    expect(open.orders.map((order) => [order.clientOrderId, order.type, order.status])).toEqual([['twpS1', 'stop_market', 'working']])
    expect(open.positions.map(({ side, quantity: held }) => [side, toText(held)])).toEqual([['long', '0.01']])
    venue.core.setPrice('BTCUSDT', 97_900)
    await heard.report('triggered', 'twpS1')
    const exit = await heard.report('fill', 'twpS1')
    expect(toText(exit.fill.quantity)).toBe('0.01')
    const flat = await snapshot()
    expect([flat.orders, flat.positions]).toEqual([[], []])
    expect(new Set(flat.fills.map((fill) => `${fill.tradeId} ${fill.clientOrderId} ${toText(fill.fee)}`))).toEqual(
      new Set(heard.all('fill').map(({ fill }) => `${fill.tradeId} ${fill.clientOrderId} ${toText(fill.fee)}`)),
    )
  })

  it('learns by lookup what became of a stop while nobody listened', async () => {
    client.submit(request('twpE1'))
    await heard.report('fill', 'twpE1')
    client.submit(stop('twpS1', { triggerPrice: price('98000') }))
    await heard.report('accepted', 'twpS1')
    await client.close()
    venue.core.setPrice('BTCUSDT', 97_900)
    const opened = await openExecutionClient(options())
    if (!opened.ok) throw new Error(opened.error)
    client = opened.value
    heard = new Heard()
    client.start(heard)
    client.lookup(clientOrderId('twpS1'))
    const { order, fills } = await heard.report('lookup', 'twpS1')
    expect([order?.status, fills.length, fills[0]?.clientOrderId]).toEqual(['filled', 1, 'twpS1'])
  })

  it.each(['accept_then_drop', 'partial_body', 'backend_timeout', 'internal_error', 'unavailable'] as const)(
    'does not know what became of an order after %s, finds it by lookup, and sends it once',
    async (type) => {
      const details = { accept_then_drop: {}, partial_body: {}, backend_timeout: { isProcessed: true }, internal_error: { isProcessed: true }, unavailable: { isProcessed: true, isKnown: false } }[type] // prettier-ignore
      venue.faults.add({ on: 'request', match: { method: 'POST', path: '/fapi/v1/order' }, action: { type, ...details } } as never)
      client.submit(request('twpE2', { type: 'limit', limitPrice: price('90000') }))
      await heard.report('outcome_unknown', 'twpE2')
      client.lookup(clientOrderId('twpE2'))
      expect((await heard.report('lookup', 'twpE2')).order?.status).toBe('working')
      expect((await snapshot()).orders).toHaveLength(1)
    },
  )

  it('tells that an order never arrived when it was reset on the way', async () => {
    venue.faults.add({ on: 'request', match: { method: 'POST', path: '/fapi/v1/order' }, action: { type: 'reset' } } as never)
    client.submit(request('twpE3'))
    await heard.report('outcome_unknown', 'twpE3')
    client.lookup(clientOrderId('twpE3'))
    expect((await heard.report('lookup', 'twpE3')).order).toBeNull()
  })

  it("refuses a stop beyond the price in the kernel's words", async () => {
    client.submit(stop('twpS2', { triggerPrice: price('101000') }))
    expect((await heard.report('rejected', 'twpS2')).code).toBe('would_immediately_trigger')
  })

  it('is told of resting fills, partial ends and post-only refusals', async () => {
    client.submit(request('twpE4', { type: 'limit', limitPrice: price('99000'), quantity: quantity('0.02') }))
    await heard.report('accepted', 'twpE4')
    client.submit(request('twpE5', { type: 'limit', timeInForce: 'post_only', limitPrice: price('101000') }))
    venue.core.setPrice('BTCUSDT', 98_900)
    await heard.until(() => heard.all('fill', 'twpE4').reduce((sum, { fill }) => sum + fill.quantity, 0n) === quantity('0.02'))
    await heard.until(() => heard.all('rejected', 'twpE5')[0] ?? heard.all('expired', 'twpE5')[0])
  })

  it('comes back when its stream key has expired, and hears again', async () => {
    await fetch(`${venue.controlUrl}/sessions/expire`, { method: 'POST', body: '{}' })
    await heard.state('degraded')
    await heard.state('live')
    client.submit(request('twpE8'))
    await heard.report('fill', 'twpE8')
  })

  it('hears nothing twice and loses nothing when messages are doubled, swapped and sent in bursts', async () => {
    const spoil = (action: object, times: number): unknown =>
      venue.faults.add({ on: 'message', match: { topic: 'ORDER_TRADE_UPDATE' }, action, times, skip: 0 } as never)
    spoil({ type: 'duplicate' }, 3)
    spoil({ type: 'swap' }, 1)
    spoil({ type: 'burst', count: 20 }, 1)
    for (let at = 0; at < 20; at += 1) client.submit(request(`twpE6x${at}`, { quantity: quantity('0.001') }))
    await heard.until(() => new Set(heard.all('fill').map(({ fill }) => fill.tradeId)).size === 20)
    const { fills, positions } = await snapshot()
    expect([fills.length, positions[0] && toText(positions[0].quantity)]).toEqual([20, '0.02'])
  })

  it('asks for the trade of a market order that was not told of', { timeout: 15_000 }, async () => {
    const action = { type: 'drop' }
    venue.faults.add({ on: 'message', match: { topic: 'ORDER_TRADE_UPDATE', contains: '"x":"TRADE"' }, action } as never)
    client.submit(request('twpE9'))
    const { order, fills } = await heard.report('lookup', 'twpE9')
    expect([order?.status, fills.length]).toEqual(['filled', 1])
  })

  it('dials again when a message is garbled', async () => {
    venue.faults.add({ on: 'message', match: { topic: 'ORDER_TRADE_UPDATE' }, action: { type: 'garble' } } as never)
    client.submit(request('twpE7'))
    await heard.state('degraded')
    await heard.state('live')
    expect((await snapshot()).fills).toHaveLength(1)
  })

  it('probes the key', async () => {
    const probed = await probeKey(options())
    expect(probed.ok && probed.value.report.canTrade).toBe(true)
    const wrong = await probeKey(options({ credentials: { key: venue.key.key, secret: 'wrong', passphrase: null } }))
    expect(!wrong.ok && wrong.error).toContain('does not know this key, or the secret does not belong to it')
  })
})
