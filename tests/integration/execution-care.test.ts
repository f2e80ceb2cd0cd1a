// Proves by a hand-turned clock over real sockets what happens while nobody looks: keys are renewed, clocks measured, sleeps noticed, silence asked about.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExecutionClient } from '../../src-main/core/ports/execution-client.ts'
import { BinanceAccountLoopback } from '../support/binance-account-loopback.ts'
import { type Heard, connect, request } from '../support/execution-client.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'

/** A wall clock that can be set without the other one noticing, as a sleep does. */
class SleepyScheduler extends FakeScheduler {
  sleptMs = 0
  override nowMs(): number {
    return super.nowMs() + this.sleptMs
  }
}

let venue: BinanceAccountLoopback
let scheduler: SleepyScheduler
let client: ExecutionClient
let heard: Heard

beforeEach(async () => {
  venue = await new BinanceAccountLoopback().listen()
  scheduler = new SleepyScheduler(Date.now())
  ;({ client, heard } = await connect(venue, { scheduler }))
})
afterEach(async () => {
  await client.close()
  await venue.close()
})
/** Moves time on in small steps, letting sockets speak in between, until the venue has seen it. */
async function advanceUntil(isTrue: () => boolean, stepMs: number): Promise<void> {
  for (let step = 0; step < 400 && !isTrue(); step += 1) {
    scheduler.advance(stepMs)
    await venue.heard()
  }
  expect(isTrue()).toBe(true)
}
const puts = (): number => venue.asked('PUT /fapi/v1/listenKey')
const times = (): number => venue.asked('GET /fapi/v1/time')

describe('a client that is left alone', () => {
  it('renews the key of its stream every twenty minutes of the wall clock', async () => {
    const beganMs = scheduler.nowMs()
    await advanceUntil(() => puts() === 1, 5_000)
    expect(Math.round((scheduler.nowMs() - beganMs) / 60_000)).toBe(20)
    await advanceUntil(() => puts() === 2, 5_000)
    expect(Math.round((scheduler.nowMs() - beganMs) / 60_000)).toBe(40)
  })
  it('dials again with a new key when the venue no longer knows the old one', async () => {
    venue.fail('PUT /fapi/v1/listenKey', { status: 400, body: { code: -1125, msg: 'This listenKey does not exist.' } })
    await advanceUntil(() => venue.connections.length === 2, 5_000)
    expect(venue.connections.at(-1)).toContain('listenKey=listen-2')
  })
  it('tries again a minute later when a renewal was lost, and keeps the connection', async () => {
    venue.fail('PUT /fapi/v1/listenKey', 'lose')
    await advanceUntil(() => puts() === 2, 5_000)
    expect(venue.connections).toHaveLength(1)
  })
  it('measures the clock anew every ten minutes, and at once after a sleep, when it also dials anew', async () => {
    const before = heard.offsets.length
    await advanceUntil(() => heard.offsets.length === before + 1, 5_000)
    scheduler.sleptMs += 3_600_000
    await advanceUntil(() => heard.offsets.length === before + 2, 1_000)
    expect(heard.offsets.at(-1)).toBeLessThan(-3_500_000)
    await advanceUntil(() => venue.connections.length === 2, 1_000)
    expect(heard.states.map(({ detail }) => detail)).toContain('orders stream lost: the machine slept, or its clock was set')
  })
  it('asks a silent venue for its time, and says when it is down and up again', async () => {
    const before = times()
    await advanceUntil(() => times() === before + 1, 1_000)
    venue.fail('GET /fapi/v1/time', 'lose', 'lose')
    await advanceUntil(() => heard.states.at(-1)?.state === 'down', 1_000)
    expect(heard.states.at(-1)?.detail).toContain('Binance USDT-M cannot be reached')
    await advanceUntil(() => heard.states.at(-1)?.state === 'live', 1_000)
  })
  it('gives an order up when its answer does not come within the deadline, body included', async () => {
    venue.fail('POST /fapi/v1/order', 'hang')
    client.submit(request('twaE1'))
    await advanceUntil(() => venue.asked('POST /fapi/v1/order') === 1, 1)
    scheduler.advance(4_500)
    expect((await heard.report('outcome_unknown', 'twaE1')).code).toBe('timeout')
  })
  it('leaves no timer and no socket behind when it is closed', async () => {
    await client.close()
    expect(scheduler.timers).toBe(0)
    await heard.until(() => true)
    for (let tries = 0; venue.openStreams > 0 && tries < 100; tries += 1) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(venue.openStreams).toBe(0)
  })
})
