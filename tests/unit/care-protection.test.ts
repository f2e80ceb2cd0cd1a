// Proves that the time without a working stop is measured over the whole life of a position, and that longer than the grace is an incident,
// alarmed and closed, whatever else goes on meanwhile. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { toText } from '../../src-shared/domain/decimal.ts'
import { HandDesk, protectedDesk } from '../support/hand-venue.ts'

const GRACE_MS = 5_000

/** Bought, with the first stop on its way. */
function boughtDesk() {
  const desk = new HandDesk()
  const entry = desk.enter()
  desk.accept(entry)
  desk.fill(entry)
  return { desk, entry, stop: desk.last('stop') }
}

describe('the grace', () => {
  it('makes an incident of a position without a working stop, alarms and closes', () => {
    const { desk } = boughtDesk()
    desk.advance(GRACE_MS - 1)
    expect(desk.position.care.incident).toBe(false)
    desk.advance(1)
    expect(desk.position.care).toMatchObject({ incident: true, phase: 'emergency' })
    expect(desk.alerts()).toContain('unprotected_position')
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('is not put off by reconciliations', () => {
    const { desk } = boughtDesk()
    for (let second = 0; second < 5; second += 1) {
      desk.advance(1_000)
      desk.snapshot({ walletBalance: desk.kernel.portfolio.balance, positions: [] })
    }
    expect(desk.position.care).toMatchObject({ incident: true, phase: 'emergency' })
  })

  it('is not put off by further partial fills', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    for (let second = 0; second < 5; second += 1) {
      desk.fill(entry, { quantity: '0.01' })
      desk.advance(1_000)
    }
    expect(desk.position.care.incident).toBe(true)
  })

  it('gives a position that was learned of late half a grace for its stop', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.advance(20_000)
    desk.fill(entry, { tsEventMs: desk.nowMs - 19_000 })
    desk.advance(GRACE_MS / 2 - 1)
    expect(desk.sent('emergency')).toHaveLength(0)
    desk.advance(1)
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('starts again after a restart, from the same beginning', () => {
    const { desk } = boughtDesk()
    desk.advance(1_000)
    const since = desk.position.care.unprotectedSinceMs
    desk.restart()
    desk.snapshot({ positions: [], tsEventMs: desk.nowMs })
    expect(desk.position.care.unprotectedSinceMs).toBe(since)
    desk.advance(GRACE_MS)
    expect(desk.position.care.incident).toBe(true)
  })
})

describe('seconds unprotected', () => {
  it('run from the event time of the fill to the acceptance of the stop', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    const filledMs = desk.nowMs
    desk.advance(300)
    desk.fill(entry, { tsEventMs: filledMs })
    desk.advance(450)
    desk.accept(desk.last('stop'))
    expect(desk.position.care).toMatchObject({ unprotectedSinceMs: null, unprotectedMs: 750 })
  })

  it('add up when a stop is lost later, and end with the position', () => {
    const { desk, stop } = protectedDesk()
    desk.advance(60_000)
    desk.expire(stop)
    desk.advance(2_000)
    desk.accept(desk.last('stop'))
    expect(desk.position.care.unprotectedMs).toBe(2_000)
    desk.advance(60_000)
    desk.expire(desk.last('stop'))
    desk.advance(500)
    desk.fill(desk.last('target'), { price: '61800', quantity: toText(desk.position.quantity) })
    expect(desk.roundTrips[0]?.secondsUnprotected).toBe(2.5)
  })

  it('also run while the position is being closed', () => {
    const { desk, stop } = protectedDesk()
    desk.act((kernel) => kernel.care.close(desk.position, 'operator'))
    desk.expire(stop)
    desk.advance(1_500)
    expect(desk.kernel.care.naked()).toHaveLength(1)
    desk.fill(desk.last('exit'))
    expect(desk.roundTrips[0]?.secondsUnprotected).toBe(1.5)
  })

  it('also run while a stop for a part is all there is', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.fill(entry, { quantity: '0.04' })
    desk.accept(desk.last('stop'))
    expect(desk.position.care.unprotectedSinceMs).toBeNull()
    desk.fill(entry, { quantity: '0.043' })
    expect(desk.position.care.unprotectedSinceMs).toBe(desk.nowMs)
  })
})
