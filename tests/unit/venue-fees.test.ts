// Proves which fee a trade pays under each model, when tiers change, and that rebates are exact to the last digit of the ledger.
import { describe, expect, it } from 'vitest'
import type { FeeModel } from '../../src-main/core/simulation/venue.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import { money, quantity, rate, toText } from '../../src-shared/domain/decimal.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { BTC, FRICTIONLESS, openDesk, order } from '../support/venue-kit.ts'

const TIERS: FeeModel = {
  kind: 'tiers',
  tiers: [
    { volumeMin: money('0'), maker: rate('0.0002'), taker: rate('0.0005') },
    { volumeMin: money('3000'), maker: rate('0'), taker: rate('0.0004') },
    { volumeMin: money('5000'), maker: rate('-0.00005'), taker: rate('0.0003') },
  ],
}

/** Trades at 1000 at chosen times; each call returns the fee of what it filled. */
function account(fees: FeeModel) {
  const venue = createSimulatedVenue([BTC], { ...FRICTIONLESS, initialBalance: money('1000000'), fees })
  venue.setPrice(BTC.id, 0, 1_000, 1)
  const taker = (tsMs: number, size = '1'): string[] => {
    venue.submit(order({ quantity: size }), tsMs)
    return venue.advanceTo(tsMs).flatMap((report) => (report.type === 'fill' ? [toText(report.fill.fee)] : []))
  }
  const maker = (tsMs: number): string[] => {
    venue.submit(order({ type: 'limit', limitPrice: '1000' }), tsMs)
    venue.advanceTo(tsMs)
    venue.setPrice(BTC.id, tsMs, 999, 1)
    const fees = venue.advanceTo(tsMs).flatMap((report) => (report.type === 'fill' ? [toText(report.fill.fee)] : []))
    venue.setPrice(BTC.id, tsMs, 1_000, 1)
    return fees
  }
  return { venue, taker, maker }
}

describe('fees', () => {
  it('are those of the instrument unless told otherwise', () => {
    const { taker, maker } = account({ kind: 'instrument' })
    expect([taker(1), maker(2)]).toEqual([['0.5'], ['0.2']])
  })

  it('may be the same for every instrument', () => {
    const { taker, maker } = account({ kind: 'fixed', maker: rate('0.0001'), taker: rate('0.0007') })
    expect([taker(1), maker(2)]).toEqual([['0.7'], ['0.1']])
  })

  it('that are negative for makers are credited to the last digit', () => {
    const odd = { ...BTC, lotSize: quantity('0.000001'), minQuantity: quantity('0.000001'), minNotional: money('0') }
    const desk = openDesk({ fees: { kind: 'fixed', maker: rate('-0.0000123'), taker: rate('0.0005') } }, 1_000, [odd])
    desk.submit(order({ type: 'limit', quantity: '0.000123', limitPrice: '999.9' }))
    desk.trade(999.8)
    // 0.1229877 × 0.0000123 = 0.00000151274871, of which whole hundred-millionths are credited.
    expect(toText(desk.snapshot().walletBalance)).toBe('10000.00000151')
    desk.submit(order({ side: 'sell', type: 'limit', quantity: '0.000123', limitPrice: '1000', reduceOnly: true }))
    desk.trade(1_000.1)
    // 0.000123 × 0.1 of profit, and 0.123 × 0.0000123 = 0.0000015129 of rebate.
    expect(toText(desk.snapshot().walletBalance)).toBe('10000.00001532')
  })
})

describe('fee tiers', () => {
  it('change at 00:00 UTC by what was traded before, not within the day', () => {
    const { taker, maker } = account(TIERS)
    expect([taker(1), taker(2), taker(DAY_MS - 1)]).toEqual([['0.5'], ['0.5'], ['0.5']])
    expect([taker(DAY_MS), maker(DAY_MS)]).toEqual([['0.4'], ['0']])
    expect([taker(2 * DAY_MS), maker(2 * DAY_MS)]).toEqual([['0.3'], ['-0.05']])
  })

  it('forget a day when it is more than thirty days back', () => {
    const { taker } = account(TIERS)
    taker(5 * DAY_MS, '3')
    expect(taker(35 * DAY_MS + DAY_MS - 1)).toEqual(['0.4'])
    expect(taker(36 * DAY_MS)).toEqual(['0.5'])
    expect(taker(1_000 * DAY_MS)).toEqual(['0.5'])
  })

  it('reach exactly at their volume', () => {
    const { taker } = account(TIERS)
    taker(0, '2.999')
    expect(taker(DAY_MS, '0.1')).toEqual(['0.05'])
    const exact = account(TIERS)
    exact.taker(0, '3')
    expect(exact.taker(DAY_MS, '0.1')).toEqual(['0.04'])
  })

  it('are remembered over a restart', () => {
    const before = account(TIERS)
    before.taker(0, '3')
    const after = account(TIERS)
    after.venue.restore(before.venue.save())
    expect(after.taker(DAY_MS)).toEqual(['0.4'])
  })

  it('decide how much margin an order needs', () => {
    const dear: FeeModel = { kind: 'fixed', maker: rate('0'), taker: rate('0.05') }
    const desk = openDesk({ initialBalance: money('149'), fees: dear })
    expect(desk.submit(order())[0]).toMatchObject({ type: 'rejected', code: 'margin_insufficient' })
    expect(openDesk({ initialBalance: money('150'), fees: dear }).submit(order())[0]).toMatchObject({ type: 'accepted' })
  })
})
