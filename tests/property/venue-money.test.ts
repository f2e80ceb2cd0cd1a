// Proves over random lives of an account: what the reports say adds up to what the venue holds, for money, positions and each order.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { FeeModel, SimulatedVenue, SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { negate, toNumber } from '../../src-shared/domain/decimal.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import type { Fill, OrderRequest } from '../../src-shared/domain/order.ts'
import type { VenueReport } from '../../src-shared/events/venue-report.ts'
import { INSTRUMENTS, type Step, anyConfig, anySteps, createPlayer } from '../support/venue-scenario.ts'

const UNIT = 10n ** 12n
const signed = (fill: Fill): bigint => (fill.side === 'buy' ? fill.quantity : negate(fill.quantity))

/** A price that the market was given. */
type Point = { readonly instrumentId: InstrumentId; readonly tsMs: number; readonly price: number; readonly volume: number }
type Life = {
  readonly reports: readonly VenueReport[]
  readonly requests: readonly OrderRequest[]
  readonly points: readonly Point[]
  readonly end: Extract<VenueReport, { type: 'snapshot' }>
}

function live(config: SimulationConfig, steps: readonly Step[]): Life {
  const points: Point[] = []
  const inner = createSimulatedVenue(INSTRUMENTS, config)
  const venue: SimulatedVenue = {
    ...inner,
    setPrice(instrumentId, tsMs, price, volume) {
      points.push({ instrumentId, tsMs, price, volume })
      inner.setPrice(instrumentId, tsMs, price, volume)
    },
  }
  const player = createPlayer(venue)
  const reports = [...player.begin(), ...steps.flatMap((step) => player.play(step)), ...player.settle()]
  venue.requestSnapshot(null, player.nowMs())
  const end = player.settle().find((report) => report.type === 'snapshot')
  if (end?.type !== 'snapshot') throw new Error('no snapshot')
  return { reports, requests: player.requests, points, end }
}
const fillsOf = (life: Life): Fill[] => life.reports.flatMap((report) => (report.type === 'fill' ? [report.fill] : []))

const check = (name: string, predicate: (life: Life, config: SimulationConfig) => void): void => {
  it(name, () => {
    fc.assert(
      fc.property(anyConfig, anySteps(), (config, steps) => predicate(live(config, steps), config)),
      { numRuns: 150 },
    )
  })
}

check('the wallet is deposit − fees + funding + cash flow of all fills + cost of what is open', (life, config) => {
  const fills = fillsOf(life)
  const funding = life.reports.reduce((total, report) => total + (report.type === 'funding_paid' ? report.amount : 0n), 0n)
  // In units of 10^-24, so that no product is rounded here.
  let expected = (config.initialBalance + funding) * UNIT
  for (const fill of fills) expected -= fill.fee * UNIT + fill.price * signed(fill)
  for (const held of life.end.positions) expected += held.entryPrice * (held.side === 'long' ? held.quantity : negate(held.quantity))
  // Average cost is kept to 12 digits: each fill may round one entry price by half a unit, times the size of the position.
  const turnover = fills.reduce((total, fill) => total + fill.quantity, 0n)
  const tolerance = BigInt(fills.length + 1) * (turnover + UNIT)
  const difference = life.end.walletBalance * UNIT - expected
  expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(tolerance)
})

check('the fills add up to the positions, exactly', (life) => {
  const net = new Map<InstrumentId, bigint>()
  for (const fill of fillsOf(life)) net.set(fill.instrumentId, (net.get(fill.instrumentId) ?? 0n) + signed(fill))
  const reported = new Map(
    life.end.positions.map((held) => [held.instrumentId, held.side === 'long' ? held.quantity : negate(held.quantity)]),
  )
  for (const { id } of INSTRUMENTS) expect(reported.get(id) ?? 0n).toBe(net.get(id) ?? 0n)
})

check('the fills of the last snapshot are the fills that were reported, each once', (life) => {
  expect(life.end.fills).toEqual(fillsOf(life))
  expect(new Set(life.end.fills.map((fill) => fill.tradeId)).size).toBe(life.end.fills.length)
})

/** What a fill must pay by the fee model; of tiers, by what was traded in the 30 UTC days before its own. */
function rateOf(fees: FeeModel | undefined, trade: { fill: Fill; instrument: Instrument; before: readonly Fill[] }): bigint {
  const { fill, instrument, before } = trade
  if (fees === undefined || fees.kind === 'instrument')
    return fill.liquidity === 'maker' ? instrument.makerFeeRate : instrument.takerFeeRate
  if (fees.kind === 'fixed') return fees[fill.liquidity]
  const today = Math.floor(fill.tsEventMs / DAY_MS)
  let traded = 0n
  for (const each of before) {
    const daysAgo = today - Math.floor(each.tsEventMs / DAY_MS)
    if (daysAgo >= 1 && daysAgo <= 30) traded += (each.price * each.quantity) / UNIT
  }
  const reached = fees.tiers.filter(({ volumeMin }) => traded >= volumeMin)
  return reached.at(-1)?.[fill.liquidity] ?? -1n
}

check('every fee is its rate times the notional, rounded up at the 8th digit', (life, config) => {
  const byId = new Map(INSTRUMENTS.map((instrument) => [instrument.id, instrument]))
  const fills = fillsOf(life)
  for (const [index, fill] of fills.entries()) {
    const instrument = byId.get(fill.instrumentId)
    if (instrument === undefined) throw new Error('unknown instrument')
    const isLiquidation = fill.clientOrderId.startsWith('LIQUIDATION')
    const feeRate = isLiquidation ? UNIT / 80n : rateOf(config.fees, { fill, instrument, before: fills.slice(0, index) })
    const exact = fill.price * fill.quantity * feeRate // in units of 10^-36
    const step = 10n ** 28n
    expect(fill.fee * 10n ** 24n).toBe((exact > 0n ? (exact + step - 1n) / step : exact / step) * step)
  }
})

check('a reduce-only fill only ever brings a position nearer to zero', (life) => {
  const reduceOnly = new Set(life.requests.filter((request) => request.reduceOnly).map((request) => request.clientOrderId))
  const net = new Map<InstrumentId, bigint>()
  for (const fill of fillsOf(life)) {
    const before = net.get(fill.instrumentId) ?? 0n
    const after = before + signed(fill)
    net.set(fill.instrumentId, after)
    if (!reduceOnly.has(fill.clientOrderId)) continue
    expect(before).not.toBe(0n)
    expect(before > 0n ? after >= 0n && after < before : after <= 0n && after > before).toBe(true)
  }
})

check('every order is answered once, fills only in between, and ends once', (life) => {
  for (const request of life.requests) {
    const mine = life.reports.filter(
      (report) =>
        report.type !== 'lookup' &&
        report.type !== 'cancel_rejected' &&
        'clientOrderId' in report &&
        report.clientOrderId === request.clientOrderId,
    )
    const fills = fillsOf(life).filter((fill) => fill.clientOrderId === request.clientOrderId)
    const filled = fills.reduce((total, fill) => total + fill.quantity, 0n)
    const ends = mine.filter((report) => report.type === 'canceled' || report.type === 'expired')
    const isWorking = life.end.orders.some((found) => found.clientOrderId === request.clientOrderId)
    if (mine[0]?.type === 'rejected') {
      expect([mine.length, fills.length, isWorking]).toEqual([1, 0, false])
      continue
    }
    expect(mine[0]?.type).toBe('accepted')
    expect(mine.filter((report) => report.type === 'accepted')).toHaveLength(1)
    expect(filled).toBeLessThanOrEqual(request.quantity)
    expect(Number(filled === request.quantity) + ends.length + Number(isWorking)).toBe(1)
  }
})

check('no order trades better than it may: makers at their limit, takers within it, stops not before their trigger', (life, config) => {
  const byId = new Map(life.requests.map((request) => [request.clientOrderId, request]))
  const seen = new Set<string>()
  for (const fill of fillsOf(life)) {
    const request = byId.get(fill.clientOrderId)
    if (request === undefined) continue
    const buys = request.side === 'buy'
    if (fill.liquidity === 'maker') expect(fill.price).toBe(request.limitPrice)
    else if (request.limitPrice !== null) expect(buys ? fill.price <= request.limitPrice : fill.price >= request.limitPrice).toBe(true)
    // Without volume a stop that has fired waits for the next price, which may be a better one.
    const firstOfStop =
      config.participationMax === 1 &&
      request.type === 'stop_market' &&
      request.triggerSource === 'last' &&
      !seen.has(request.clientOrderId)
    if (firstOfStop && request.triggerPrice !== null)
      expect(buys ? fill.price >= request.triggerPrice : fill.price <= request.triggerPrice).toBe(true)
    seen.add(request.clientOrderId)
  }
})

/** The prices between which a fill of this time happened: those of this very time, and the last one before it, from where the market came. */
function pricesAt(life: Life, { instrumentId, tsEventMs }: Fill): readonly number[] {
  const own = life.points.filter((point) => point.instrumentId === instrumentId)
  const before = own.findLast(({ tsMs }) => tsMs < tsEventMs)
  return [...(before === undefined ? [] : [before]), ...own.filter(({ tsMs }) => tsMs === tsEventMs)].map(({ price }) => price)
}

check('makers fill only where the market has been: beyond their price, or at it when they stand in a queue', (life, config) => {
  for (const fill of fillsOf(life)) {
    if (fill.liquidity !== 'maker') continue
    const limit = toNumber(fill.price)
    const beyond = (fill.side === 'buy' ? 1 : -1) * limit
    const reached = pricesAt(life, fill).map((price) => (fill.side === 'buy' ? price : -price))
    const isReached = reached.some((price) => price < beyond || (config.queue?.kind === 'volume' && price === beyond))
    expect([fill.side, limit, isReached]).toEqual([fill.side, limit, true])
  }
})

check('takers never get a better price than the market had at that time', (life, config) => {
  for (const fill of fillsOf(life)) {
    if (fill.liquidity !== 'taker') continue
    const prices = pricesAt(life, fill)
    const premium = fill.clientOrderId.startsWith('LIQUIDATION') ? Math.abs(config.markPremium) * Math.max(...prices) + 0.1 : 0
    if (fill.side === 'buy') expect(toNumber(fill.price)).toBeGreaterThanOrEqual(Math.min(...prices) - premium)
    else expect(toNumber(fill.price)).toBeLessThanOrEqual(Math.max(...prices) + premium)
  }
})

check('no more of the volume is taken than its share', (life, config) => {
  if (config.participationMax === 1) return
  for (const { id } of INSTRUMENTS) {
    const fills = fillsOf(life).filter((fill) => fill.instrumentId === id && !fill.clientOrderId.startsWith('LIQUIDATION'))
    const own = life.points.filter((point) => point.instrumentId === id)
    const times = [...new Set(own.map(({ tsMs }) => tsMs))]
    for (const [index, fromMs] of times.entries()) {
      const taken = fills.filter(({ tsEventMs }) => tsEventMs >= fromMs && tsEventMs < (times[index + 1] ?? Infinity))
      // An order that arrives together with a price meets the price before.
      const offered = own.filter(({ tsMs }) => tsMs === fromMs || tsMs === times[index - 1])
      const volume = offered.reduce((total, point) => total + point.volume, 0)
      expect(taken.reduce((total, fill) => total + toNumber(fill.quantity), 0)).toBeLessThanOrEqual(volume * config.participationMax + 1e-9)
    }
  }
})

it('partial fills add up to the quantity once enough has traded', () => {
  const anyVolumes = fc.array(fc.double({ min: 0.01, max: 3, noNaN: true }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(anyConfig, anyVolumes, (config, volumes) => {
      const steps: Step[] = [
        {
          do: 'submit',
          instrument: 0,
          waitMs: 2_000,
          side: 'buy',
          type: 'market',
          timeInForce: 'gtc',
          lots: 500,
          offset: 0,
          source: 'last',
          reduceOnly: 'never',
        },
        ...volumes.map((volume): Step => ({ do: 'trade', instrument: 0, waitMs: 0, move: 0, volume })),
        { do: 'trade', instrument: 0, waitMs: 0, move: 0, volume: 100 },
      ]
      const fills = fillsOf(live({ ...config, participationMax: 0.1 }, steps))
      expect(fills.reduce((total, fill) => total + fill.quantity, 0n)).toBe(UNIT / 2n)
      for (const [index, fill] of fills.slice(1, -1).entries()) expect([index, fill.quantity <= (3n * UNIT) / 10n]).toEqual([index, true])
    }),
    { numRuns: 100 },
  )
})
