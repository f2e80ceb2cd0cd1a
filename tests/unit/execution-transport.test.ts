// Proves by hand-turned clocks what the venue's limits, its clock and its endpoints do.
import { describe, expect, it } from 'vitest'
import { price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { amountFromBase, amountFromVenue } from '../../src-main/adapters/ccxt/execution/venue-amount.ts'
import { checkEndpoints } from '../../src-main/adapters/ccxt/transport/endpoints.ts'
import { LatencyGauge } from '../../src-main/adapters/ccxt/transport/latency-gauge.ts'
import { nativeHmac } from '../../src-main/adapters/ccxt/transport/native-hmac.ts'
import { VenueClock } from '../../src-main/adapters/ccxt/transport/venue-clock.ts'
import { type BudgetCost, type BudgetRule, type Priority, WeightBudget } from '../../src-main/adapters/ccxt/transport/weight-budget.ts'
import { redactor } from '../../src-main/adapters/ccxt/redact.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'
import { BTC } from '../support/venue-kit.ts'

const RULES: readonly BudgetRule[] = [
  { unit: 'weight', limit: 100, windowMs: 60_000, header: 'x-used' },
  { unit: 'orders', limit: 10, windowMs: 10_000, header: null },
]
const cost = (priority: Priority, weight = 0, orders = 0): BudgetCost => ({ priority, weight, orders })

describe("the venue's budget", () => {
  it('lets what fits through at once and counts it', () => {
    const budget = new WeightBudget(new FakeScheduler(60_000), RULES)
    expect(budget.admit(cost('read', 60))).toBeNull()
    expect(budget.gauge).toEqual({ used: 60, limit: 100, windowMs: 60_000, waiting: 0, bannedUntilMs: null })
  })
  it('keeps the last part of a window for what matters more, and serves in order of importance when the next begins', async () => {
    const scheduler = new FakeScheduler(60_000)
    const budget = new WeightBudget(scheduler, RULES)
    expect(budget.admit(cost('read', 65))).toBeNull()
    const served: string[] = []
    const wait = (priority: Priority, weight: number, name: string): void =>
      void budget.admit(cost(priority, weight))?.then((refusal) => served.push(`${name} ${refusal ?? 'sent'}`))
    wait('read', 1, 'data')
    expect(budget.admit(cost('entry', 20))).toBeNull()
    wait('entry', 1, 'entry')
    expect(budget.admit(cost('cancel', 10))).toBeNull()
    expect(budget.admit(cost('protect', 5))).toBeNull()
    wait('protect', 1, 'stop')
    expect(budget.gauge.waiting).toBe(3)
    // An entry is not worth sending after two seconds, a stop after three; both are told of in time.
    scheduler.advance(3_000)
    await Promise.resolve()
    expect(served).toEqual(['entry too_late', 'stop too_late'])
    scheduler.advance(57_000)
    await Promise.resolve()
    expect(served.at(-1)).toBe('data sent')
  })
  it("believes the venue's own count, and forgets it with its window", () => {
    const scheduler = new FakeScheduler(60_000)
    const budget = new WeightBudget(scheduler, RULES)
    budget.note({ 'x-used': '99' })
    expect(budget.gauge.used).toBe(99)
    budget.note({ 'x-used': '3' })
    expect(budget.gauge.used).toBe(99)
    scheduler.advance(60_000)
    expect(budget.gauge.used).toBe(0)
  })
  it('sends only what protects during a ban, and the rest after it', async () => {
    const scheduler = new FakeScheduler(60_000)
    const budget = new WeightBudget(scheduler, RULES)
    budget.ban(60_000 + 1_500)
    budget.ban(60_000 + 500)
    expect(budget.gauge.bannedUntilMs).toBe(61_500)
    expect(budget.admit(cost('protect', 1, 1))).toBeNull()
    const waiting = budget.admit(cost('cancel', 1))
    scheduler.advance(1_500)
    expect([await waiting, budget.gauge.bannedUntilMs]).toEqual([null, null])
  })
  it('never keeps more than it can serve, and lets go of all when it is closed', async () => {
    const budget = new WeightBudget(new FakeScheduler(60_000), RULES)
    budget.ban(120_000)
    const waiting = Array.from({ length: 501 }, () => budget.admit(cost('read', 1)))
    expect(await waiting[500]).toBe('queue_full')
    budget.close()
    expect([await waiting[0], await budget.admit(cost('protect'))]).toEqual(['closed', 'closed'])
  })
  it('looks back from each request where the venue does, so that no border lets twice as much through', async () => {
    const scheduler = new FakeScheduler(60_900)
    const budget = new WeightBudget(scheduler, [{ unit: 'orders', limit: 10, windowMs: 1_000, isRolling: true, header: null }])
    for (let at = 0; at < 10; at += 1) expect(budget.admit(cost('protect', 0, 1))).toBeNull()
    scheduler.advance(200)
    const waiting = budget.admit(cost('protect', 0, 1))
    expect([waiting, budget.gauge.used]).toEqual([expect.any(Promise), 10])
    scheduler.advance(800)
    expect([await waiting, budget.gauge.used]).toEqual([null, 1])
  })
  it('counts orders apart from weight', () => {
    const budget = new WeightBudget(new FakeScheduler(60_000), RULES)
    for (let at = 0; at < 10; at += 1) expect(budget.admit(cost('protect', 0, 1))).toBeNull()
    expect(budget.admit(cost('protect', 0, 1))).not.toBeNull()
    expect(budget.admit(cost('read', 1))).toBeNull()
  })
})

describe("the venue's clock", () => {
  it('takes the middle of the quickest answers', async () => {
    const scheduler = new FakeScheduler(1_000_000)
    const trips = [400, 20, 900, 40, 30]
    // The slow answers were slow on the way back alone: each would mislead by half its trip.
    const ask = (): Promise<number> => {
      const venueMs = scheduler.nowMs() + 2_000 + 5
      scheduler.burn(trips.shift() ?? 0)
      return Promise.resolve(venueMs)
    }
    const offsets: number[] = []
    const clock = new VenueClock({ scheduler, ask, onOffset: (offsetMs) => offsets.push(offsetMs) })
    expect(await clock.measure()).toBe(true)
    expect([clock.offsetMs, clock.roundTripMs, offsets]).toEqual([1_990, 20, [1_990]])
    expect(clock.nowMs()).toBe(scheduler.nowMs() + 1_990)
  })
  it('keeps what it knew when nobody answers', async () => {
    const scheduler = new FakeScheduler(0)
    const clock = new VenueClock({ scheduler, ask: () => Promise.reject(new Error('down')), onOffset: () => {} })
    expect([await clock.measure(), clock.offsetMs]).toEqual([false, null])
  })
})

describe('endpoints', () => {
  it.each([
    ['http://127.0.0.1:80', 'ws://[::1]:81', true],
    ['http://localhost:80', 'ws://localhost:80', true],
    ['https://fapi.binance.com', 'ws://127.0.0.1:1', false],
    ['http://127.0.0.1:80/', 'ws://127.0.0.1:1', false],
    ['http://127.0.0.1.evil.example:80', 'ws://127.0.0.1:1', false],
    ['http://user:pass@127.0.0.1:80', 'ws://127.0.0.1:1', false],
    ['nonsense', 'ws://127.0.0.1:1', false],
  ])('%s and %s of the practice venue', (restOrigin, streamOrigin, isGood) => {
    expect(checkEndpoints('practice', { restOrigin, streamOrigin }).ok).toBe(isGood)
  })
})

describe('amounts', () => {
  const instrument = { ...BTC, contractSize: quantity('0.01') }
  it.each([
    ['base', '0.12', '0.12', '12000'],
    ['contracts', '12', '0.12', '12000'],
    ['usd', '12000', '0.12', '12000'],
  ] as const)('in %s come back as they went', (unit, venueAmount, base, usd) => {
    const terms = {
      unit,
      instrument: unit === 'usd' ? { ...instrument, contractSize: quantity('10') } : instrument,
      price: price('100000'),
    }
    const sent = amountFromBase(quantity(base), terms)
    expect([toText(sent.venueAmount), toText(sent.usd)]).toEqual([venueAmount, usd])
    expect(amountFromVenue(sent.venueAmount, terms)).toEqual(sent)
  })
  it('may be a part of a contract on the lot grid, but never a part of a lot, and never more dollars than were meant', () => {
    const contracts = { unit: 'contracts', instrument: { ...instrument, lotSize: quantity('0.0001') }, price: price('1') } as const
    expect(toText(amountFromBase(quantity('0.0051'), contracts).venueAmount)).toBe('0.51')
    expect(() => amountFromBase(quantity('0.00515'), contracts)).toThrow('0.00515 is no multiple of 0.0001 in contracts of 0.01')
    const terms = { unit: 'usd', instrument: { ...instrument, contractSize: quantity('10') }, price: price('99999') } as const
    expect(toText(amountFromBase(quantity('0.12'), terms).venueAmount)).toBe('11990')
  })
})

it('signs as the venues publish it', () => {
  // The example of Binance's own documentation.
  const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j'
  const text = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559'
  expect(nativeHmac(secret)(text, secret, { outputLen: 32 })).toBe('c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71')
  expect(() => nativeHmac(secret)(text, secret, { outputLen: 20 })).toThrow('a hash of 20 bytes')
})

it('gives percentiles of the newest orders, and null before the first', () => {
  const gauge = new LatencyGauge()
  expect(gauge.percentile(0.5)).toBeNull()
  for (let ms = 1; ms <= 1_000; ms += 1) gauge.add(ms)
  expect([gauge.percentile(0.5), gauge.percentile(0.99)]).toEqual([744, 995])
})

it('lets no secret through, literally or encoded', () => {
  const clean = redactor(['top+secret/=', ''])
  expect(clean('a top+secret/= b top%2Bsecret%2F%3D c signature=abcd d http://u:p@h:1')).toBe('a … b … c signature=… d http://…@h:1')
})
