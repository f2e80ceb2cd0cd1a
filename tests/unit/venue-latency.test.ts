// Proves when things happen: requests take effect after the latency at the price of that moment, answers arrive as much later, in order.
import { describe, expect, it } from 'vitest'
import { createLatencyQueue } from '../../src-main/core/simulation/latency-queue.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import { clientOrderId, tradeId } from '../../src-shared/domain/ids.ts'
import { BTC, candleBetween, FRICTIONLESS, openDesk, order, told } from '../support/venue-kit.ts'

const LATENCY_MS = 100
const slow = () => {
  const venue = createSimulatedVenue([BTC], { ...FRICTIONLESS, latencyMs: LATENCY_MS })
  venue.setPrice(BTC.id, 0, 1_000, 100)
  return venue
}

describe('a request', () => {
  it('reaches the market after the latency, at the price then, and its report arrives as much later', () => {
    const venue = slow()
    venue.submit(order({ id: 'a' }), 0)
    expect(venue.nextDueMs()).toBe(100)
    expect(venue.advanceTo(99)).toEqual([])
    venue.setPrice(BTC.id, 99, 1_010, 100)
    expect(venue.advanceTo(100)).toEqual([])
    expect(venue.nextDueMs()).toBe(200)
    venue.setPrice(BTC.id, 150, 1_020, 100)
    expect(venue.advanceTo(199)).toEqual([])
    const reports = venue.advanceTo(200)
    expect(told(reports)).toEqual(['accepted a', 'fill a 1 @ 1010 taker fee 0.505'])
    expect(reports.map((report) => report.tsEventMs)).toEqual([100, 100])
    expect(venue.nextDueMs()).toBe(Infinity)
  })

  it('that arrives together with a price meets the price before', () => {
    const venue = slow()
    venue.submit(order({ id: 'a' }), 0)
    venue.setPrice(BTC.id, 100, 1_010, 100)
    expect(told(venue.advanceTo(200))).toContain('fill a 1 @ 1000 taker fee 0.5')
  })

  it('to cancel loses the race against a fill', () => {
    const venue = slow()
    venue.submit(order({ id: 'bid', type: 'limit', limitPrice: '990' }), 0)
    venue.advanceTo(300)
    venue.cancel(clientOrderId('bid'), 300)
    venue.setPrice(BTC.id, 350, 980, 100)
    expect(told(venue.advanceTo(1_000))).toEqual(['fill bid 1 @ 990 maker fee 0.198', 'cancel_rejected bid unknown_order'])
  })

  it('to cancel overtakes nothing that was sent before it', () => {
    const venue = slow()
    venue.submit(order({ id: 'bid', type: 'limit', limitPrice: '990' }), 0)
    venue.cancel(clientOrderId('bid'), 0)
    expect(told(venue.advanceTo(1_000))).toEqual(['accepted bid', 'canceled bid requested'])
  })

  it('under way, or an answer under way, keeps the instrument from being skipped', () => {
    const venue = slow()
    expect(venue.isUntouched(BTC.id, candleBetween(900, 1_100))).toBe(true)
    venue.submit(order({ type: 'limit', limitPrice: '500' }), 0)
    expect(venue.isUntouched(BTC.id, candleBetween(900, 1_100))).toBe(false)
    venue.advanceTo(100)
    expect(venue.isUntouched(BTC.id, candleBetween(900, 1_100))).toBe(false)
    venue.advanceTo(200)
    expect(venue.isUntouched(BTC.id, candleBetween(900, 1_100))).toBe(true)
    expect(venue.isUntouched(BTC.id, candleBetween(499.9, 1_100))).toBe(false)
  })
})

describe('the jitter of the latency', () => {
  const jittery = (seed: number) => {
    const venue = createSimulatedVenue([BTC], { ...FRICTIONLESS, seed, latencyMs: LATENCY_MS, latencyJitterMs: 50 })
    venue.setPrice(BTC.id, 0, 1_000, 100)
    return venue
  }
  /** How long each of these requests, sent one by one, takes to reach the venue. */
  const delays = (seed: number, count: number): number[] => {
    const venue = jittery(seed)
    return Array.from({ length: count }, (_, index) => {
      const sentMs = 1_000 * (index + 1)
      venue.lookup(clientOrderId('none'), sentMs)
      const arrivedMs = venue.nextDueMs()
      venue.advanceTo(sentMs + 999)
      return arrivedMs - sentMs
    })
  }

  it('makes each message take up to so much longer, evenly, and never less than the latency', () => {
    const all = delays(1, 5_000)
    expect([Math.min(...all), Math.max(...all)]).toEqual([100, 150])
    expect(all.reduce((total, delay) => total + delay, 0) / all.length).toBeCloseTo(125, 0)
  })

  it('is drawn from the seed', () => {
    expect(delays(7, 50)).toEqual(delays(7, 50))
    expect(delays(7, 50)).not.toEqual(delays(8, 50))
  })

  it('delays the answers as well', () => {
    const venue = jittery(3)
    const trips = Array.from({ length: 200 }, (_, index) => {
      const sentMs = 1_000 * (index + 1)
      venue.lookup(clientOrderId('none'), sentMs)
      for (let nowMs = sentMs; ; nowMs = venue.nextDueMs()) if (venue.advanceTo(nowMs).length > 0) return nowMs - sentMs
    })
    expect(Math.min(...trips)).toBeGreaterThanOrEqual(200)
    expect(Math.max(...trips)).toBeGreaterThan(275)
    expect(Math.max(...trips)).toBeLessThanOrEqual(300)
  })

  it('lets no message overtake another on the same way', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const venue = jittery(seed)
      for (let index = 0; index < 20; index += 1) venue.submit(order({ id: `o${index}`, quantity: '0.1' }), index)
      venue.cancel(clientOrderId('o19'), 20)
      const heard = told(venue.advanceTo(1_000)).filter((line) => line.startsWith('accepted') || line.startsWith('cancel'))
      expect(heard).toEqual([...Array.from({ length: 20 }, (_, index) => `accepted o${index}`), 'cancel_rejected o19 unknown_order'])
    }
  })
})

describe('a lookup', () => {
  it('tells a working order, an ended one with its fills, and one that never arrived', () => {
    const desk = openDesk()
    desk.submit(order({ id: 'bid', type: 'limit', limitPrice: '990' }))
    desk.submit(order({ id: 'done' }))
    expect(desk.lookup('bid')).toMatchObject({ order: { status: 'working' }, fills: [] })
    expect(desk.lookup('done')).toMatchObject({ order: { status: 'filled' }, fills: [{ clientOrderId: 'done' }] })
    expect(desk.lookup('lost')).toMatchObject({ order: null, fills: [] })
  })

  it('remembers the last thousand ended orders', () => {
    const desk = openDesk()
    for (let count = 0; count <= 1_000; count++) {
      desk.submit(order({ id: `bid${count}`, type: 'limit', limitPrice: '990' }))
      desk.cancel(`bid${count}`)
    }
    expect(desk.lookup('bid0').order).toBeNull()
    expect(desk.lookup('bid1').order).toMatchObject({ status: 'canceled' })
  })
})

describe('a snapshot', () => {
  it('holds working orders, positions, the wallet, and the fills after the trade that was named', () => {
    const desk = openDesk()
    desk.submit(order({ id: 'a' }))
    desk.submit(order({ id: 'b' }))
    desk.submit(order({ id: 'bid', type: 'limit', limitPrice: '990' }))
    const all = desk.snapshot()
    expect(all).toMatchObject({
      orders: [{ clientOrderId: 'bid' }],
      positions: [{ side: 'long' }],
      fills: [{ clientOrderId: 'a' }, { clientOrderId: 'b' }],
    })
    expect(all.fillsMissing).toBeUndefined()
    const [first, second] = all.fills
    expect(desk.snapshot(first?.tradeId).fills.map((fill) => fill.clientOrderId)).toEqual(['b'])
    expect(desk.snapshot(second?.tradeId).fills).toEqual([])
  })

  it('says when fills have fallen out of its history', () => {
    const desk = openDesk()
    for (let count = 0; count < 5_001; count++) desk.submit(order({ side: count % 2 === 0 ? 'buy' : 'sell' }))
    const all = desk.snapshot()
    expect(all.fills).toHaveLength(5_000)
    expect(all.fillsMissing).toBe(true)
    expect(desk.snapshot(all.fills.at(-2)?.tradeId ?? null).fillsMissing).toBeUndefined()
    expect(desk.snapshot(tradeId('never-seen')).fillsMissing).toBe(true)
  })
})

describe('the latency queue', () => {
  it('gives out by due time, and in order of entry for the same due time', () => {
    const queue = createLatencyQueue<string>('test', 10)
    for (const [due, item] of [
      [5, 'a'],
      [3, 'b'],
      [5, 'c'],
      [3, 'd'],
      [4, 'e'],
    ] as const)
      queue.push(due, item)
    const out: string[] = []
    while (queue.nextDueMs < Infinity) out.push(queue.shift())
    expect(out).toEqual(['b', 'd', 'e', 'a', 'c'])
    expect(queue.size()).toBe(0)
    expect(() => queue.shift()).toThrow(/nothing under way/)
  })
  it('refuses to grow beyond its bound, and frees what was taken', () => {
    const queue = createLatencyQueue<number>('test', 3)
    for (let round = 0; round < 2_000; round++) {
      queue.push(round, round)
      if (round >= 2) expect(queue.shift()).toBe(round - 2)
    }
    queue.push(2_000, 2_000)
    expect(() => queue.push(2_001, 2_001)).toThrow(/more than 3/)
  })
})

describe('the seeded generator', () => {
  it('gives the same numbers for the same seed, other numbers for another, inside the range', () => {
    const draw = (seed: number): number[] => Array.from({ length: 100 }, createRandom(seed).uint32)
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    const random = createRandom(1)
    const counts = [0, 0, 0]
    for (let count = 0; count < 30_000; count++) {
      const drawn = random.integer(5, 7) - 5
      counts[drawn] = (counts[drawn] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })
})
