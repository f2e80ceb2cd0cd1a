// Proves over random venues that the parts of an order never trade more than the whole, whatever is lost, refused, told late or told twice, with a
// restart in between; that parts are cut from the whole without loss; and that every parent ends. The venue here keeps its own books.
import { describe, expect, it } from 'vitest'
import { type Quantity, ZERO_QUANTITY, add, price, quantity, smaller, subtract } from '../../src-shared/domain/decimal.ts'
import type { Fill, OrderRequest } from '../../src-shared/domain/order.ts'
import type { VenueOrder } from '../../src-shared/events/venue-report.ts'
import { planSlices, smallestOrder } from '../../src-main/core/execution/slices.ts'
import { VolumeCurve } from '../../src-main/core/execution/volume-curve.ts'
import { type Random, createRandom } from '../../src-main/core/simulation/random.ts'
import { liveWorld } from '../support/campaign-world.ts'
import { HandDesk } from '../support/hand-venue.ts'
import { BTC } from '../support/venue-kit.ts'

type AtVenue = { readonly order: OrderRequest; filled: Quantity; status: VenueOrder['status']; readonly fills: Fill[] }

/** Keeps its own books; everything it says is late by chance, in any order, and sometimes lost. */
class RandomVenue {
  readonly orders = new Map<string, AtVenue>()
  readonly #desk: HandDesk
  readonly #random: Random
  readonly #due: { readonly atMs: number; readonly say: () => void }[] = []
  #seen = 0

  constructor(desk: HandDesk, random: Random) {
    this.#desk = desk
    this.#random = random
  }

  step(): void {
    this.#listen()
    for (const at of this.orders.values()) if (at.status === 'working' && at.order.type === 'limit' && this.#chance(0.05)) this.#trade(at)
    const now = this.#due.filter(({ atMs }) => atMs <= this.#desk.nowMs)
    for (const said of now) {
      this.#due.splice(this.#due.indexOf(said), 1)
      said.say()
      this.#listen()
    }
  }
  restarted(): void {
    this.#due.length = 0
    this.#seen = 0
  }

  #listen(): void {
    for (; this.#seen < this.#desk.effects.length; this.#seen += 1) {
      const effect = this.#desk.effects[this.#seen]
      if (effect?.type === 'submit_order') this.#submit(effect.order)
      else if (effect?.type === 'cancel_order') this.#cancel(effect.clientOrderId)
      else if (effect?.type === 'lookup_order') this.#lookup(effect.clientOrderId)
    }
  }
  #submit(order: OrderRequest): void {
    const fate = this.#random.fraction()
    if (fate < 0.07) return this.#later(3, () => this.#desk.unknown(order))
    if (fate < 0.14) return this.#later(3, () => this.#desk.reject(order, 'venue_busy'))
    const at: AtVenue = { order, filled: ZERO_QUANTITY, status: 'working', fills: [] }
    this.orders.set(order.clientOrderId, at)
    this.#later(3, () => (fate < 0.25 ? this.#desk.unknown(order) : this.#desk.accept(order)))
    if (order.parentId === undefined) return
    if (order.type === 'market' || order.timeInForce === 'ioc') this.#trade(at)
    if (order.type === 'market') while (at.status === 'working') this.#trade(at)
    if (order.timeInForce === 'ioc' && at.status === 'working') this.#end(at, 'expired')
  }
  #trade(at: AtVenue): void {
    const { order } = at
    if (order.parentId === undefined) return
    const left = subtract(order.quantity, at.filled)
    const lots = Number(left / BTC.lotSize)
    const size = smaller(left, (BTC.lotSize * BigInt(this.#random.integer(1, Math.max(1, lots)))) as Quantity)
    const fill = { ...this.#desk.fillOf(order, { price: '60000' }), quantity: size }
    at.filled = add(at.filled, size)
    at.fills.push(fill)
    if (at.filled === order.quantity) at.status = 'filled'
    this.#later(20, () => this.#desk.report({ type: 'fill', fill, tsEventMs: fill.tsEventMs }))
    if (this.#chance(0.1)) this.#later(20, () => this.#desk.report({ type: 'fill', fill, tsEventMs: fill.tsEventMs }))
  }
  #end(at: AtVenue, status: 'canceled' | 'expired'): void {
    at.status = status
    this.#later(3, () => (status === 'canceled' ? this.#desk.canceled(at.order) : this.#desk.expire(at.order)))
  }
  #cancel(id: string): void {
    const at = this.orders.get(id)
    const refuse = (): void =>
      this.#later(3, () =>
        this.#desk.report({
          type: 'cancel_rejected',
          clientOrderId: at?.order.clientOrderId ?? (id as never),
          code: 'busy',
          tsEventMs: this.#desk.nowMs,
        }),
      )
    if (at === undefined || at.status !== 'working' || this.#chance(0.1)) return refuse()
    this.#end(at, 'canceled')
  }
  #lookup(id: OrderRequest['clientOrderId']): void {
    if (this.#chance(0.2)) return
    const at = this.orders.get(id)
    const found = at === undefined ? null : this.#desk.listed(at.order, { status: at.status, filledQuantity: at.filled })
    const fills = at?.fills.slice() ?? []
    this.#later(4, () => this.#desk.report({ type: 'lookup', clientOrderId: id, order: found, fills, tsEventMs: this.#desk.nowMs }))
  }

  #chance(probability: number): boolean {
    return this.#random.fraction() < probability
  }
  #later(secondsMax: number, say: () => void): void {
    // Most of it comes at once, the rest is late.
    const seconds = this.#chance(0.6) ? 0 : this.#random.fraction() * secondsMax
    this.#due.push({ atMs: this.#desk.nowMs + seconds * 1_000, say })
  }
}

function run(seed: number): { parts: number; whole: bigint; traded: bigint; over: string | null; left: number } {
  const random = createRandom(seed)
  const plans = [1, 2, 3, 4, 5, 6].map((n) => liveWorld(seed * 7 + n).execution)
  const execution = plans.find(({ entry }) => entry.type !== 'market') ?? plans[0]
  const desk = new HandDesk({ ...(execution === undefined ? {} : { execution }), care: { stopTriesMax: 10, unprotectedGraceMs: 60_000 } })
  try {
    desk.enter(random.fraction() < 0.5 ? 'buy' : 'sell')
  } catch {
    return { parts: 0, whole: 0n, traded: 0n, over: null, left: 0 }
  }
  const whole = quantity(desk.records('decision').at(-1)?.entry?.quantity ?? '0')
  const venue = new RandomVenue(desk, random)
  const restartAt = random.fraction() < 0.3 ? random.integer(1, 200) : Infinity
  let over: string | null = null
  const traded = (): Quantity => {
    let total = ZERO_QUANTITY
    for (const at of venue.orders.values()) if (at.order.purpose === 'entry') total = add(total, at.filled)
    return total
  }
  for (let second = 0; second < 1_200; second += 1) {
    venue.step()
    if (second === restartAt) {
      desk.restart()
      venue.restarted()
    }
    if (random.fraction() < 0.1) desk.trade(60_000 + random.integer(-100, 100))
    desk.advance(1_000)
    if (traded() > whole) over ??= `${traded()} of ${whole} after ${second} s (${execution?.entry.type})`
  }
  const parts = [...venue.orders.values()].filter(({ order }) => order.parentId !== undefined).length
  return { parts, whole, traded: traded(), over, left: desk.kernel.parents.list().length }
}

describe('parts at a random venue', () => {
  it('never trade more than the whole, and every parent ends', () => {
    let parts = 0
    let complete = 0
    for (let seed = 1; seed <= 400; seed += 1) {
      const result = run(seed)
      expect(result.over, `seed ${seed}`).toBeNull()
      expect(result.left, `seed ${seed}: parents left`).toBe(0)
      parts += result.parts
      if (result.whole > 0n && result.traded === result.whole) complete += 1
    }
    // A venue at which nothing happens proves nothing.
    expect(parts).toBeGreaterThan(1_000)
    expect(complete).toBeGreaterThan(50)
  })
})

describe('the plan of a parent', () => {
  it('cuts the whole without loss into parts that the venue takes, in order of time, within it', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = createRandom(seed)
      const smallest = smallestOrder(BTC, price(String(random.integer(100, 100_000))))
      const total = (BTC.lotSize * BigInt(random.integer(1, 5_000))) as Quantity
      const curve = new VolumeCurve(60_000)
      for (let minute = 0; minute < 1_440; minute += 1) if (random.fraction() < 0.9) curve.add(minute * 60_000, 100 * random.fraction())
      const startMs = random.integer(0, 86_400_000)
      const durationMs = random.integer(10_000, 3_600_000)
      const slices = planSlices({
        instrument: BTC,
        total,
        smallest,
        startMs,
        durationMs,
        count: random.integer(1, 200),
        jitter: 0.9 * random.fraction(),
        random,
        volumeBetween: (fromMs, toMs) => (seed % 2 === 0 ? 1 : curve.between(fromMs, toMs)),
      })
      let before = ZERO_QUANTITY
      let lastMs = -Infinity
      for (const { atMs, until } of slices) {
        const size = subtract(until, before)
        expect(size % BTC.lotSize).toBe(0n)
        expect(size >= smallest || slices.length === 1, `seed ${seed}: a part of ${size}, the smallest is ${smallest}`).toBe(true)
        expect(atMs).toBeGreaterThanOrEqual(Math.max(startMs, lastMs))
        expect(atMs).toBeLessThan(startMs + durationMs)
        before = until
        lastMs = atMs
      }
      expect(before).toBe(total)
      expect(slices[0]?.atMs).toBe(startMs)
    }
  })

  it('follows the usual volume of each time of day', () => {
    const curve = new VolumeCurve(60_000)
    for (let day = 0; day < 3; day += 1)
      for (let minute = 0; minute < 1_440; minute += 1) curve.add(day * 86_400_000 + minute * 60_000, minute < 10 ? 90 : 10)
    expect(curve.between(0, 600_000)).toBeCloseTo(900)
    expect(curve.between(30_000, 90_000)).toBeCloseTo(90)
    expect(new VolumeCurve(60_000).between(0, 60_000)).toBeNaN()
    const [first, second] = planSlices({
      instrument: BTC,
      total: quantity('1'),
      smallest: quantity('0.002'),
      startMs: 3 * 86_400_000,
      durationMs: 1_200_000,
      count: 2,
      jitter: 0,
      random: createRandom(1),
      volumeBetween: (fromMs, toMs) => curve.between(fromMs, toMs),
    })
    expect([first?.until, second?.until]).toEqual([quantity('0.9'), quantity('1')])
  })
})
