// Proves that the desk asks more often while something is at stake, opens nothing while the venue is away or an instrument is being delisted,
// says what is protected, and closes what was left alone for too long as soon as the venue answers. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { LIVE_CARE } from '../../src-shared/config/risk-policy.ts'
import { HandDesk, protectedDesk } from '../support/hand-venue.ts'

const MINUTE_MS = 60_000

/** Why the signal of the next candle was refused, or "executed". */
function outcomeOf(desk: HandDesk): string {
  try {
    desk.enter()
  } catch {
    // Nothing was sent: the decision says why.
  }
  return desk.records('decision').at(-1)?.reason ?? 'no decision'
}

describe('the pace of reconciliation', () => {
  const asked = (desk: HandDesk, ms: number): number => {
    const before = desk.snapshotRequests()
    desk.advance(ms)
    return desk.snapshotRequests() - before
  }
  const pace = { reconcileIntervalMs: 30_000, ...LIVE_CARE }

  it('is every 30 s while nothing is at stake, and every 5 s while a position is open', () => {
    const desk = new HandDesk({ care: pace })
    expect(asked(desk, MINUTE_MS)).toBe(2)
    const { desk: exposed } = protectedDesk('buy', { care: pace })
    expect(asked(exposed, MINUTE_MS)).toBe(12)
  })

  it('is every 5 s while an order is of unknown outcome, and 30 s again once it is known', () => {
    const desk = new HandDesk({ care: pace })
    const entry = desk.enter()
    desk.unknown(entry)
    expect(asked(desk, 20_000)).toBe(4)
    desk.reject(entry)
    desk.advance(5_000)
    expect(asked(desk, MINUTE_MS)).toBe(2)
  })

  it('begins at the start when a position was open when the process ended', () => {
    const { desk } = protectedDesk('buy', { care: pace })
    desk.restart()
    expect(asked(desk, MINUTE_MS)).toBe(12)
  })

  it('stays as it was when the policy says nothing of it', () => {
    const { desk } = protectedDesk('buy', { care: { reconcileIntervalMs: 30_000 } })
    desk.advance(30_000)
    expect(asked(desk, MINUTE_MS)).toBe(2)
  })
})

describe('a venue that does not answer', () => {
  it('stops entries at once, and lets them pass only after the books agree again', () => {
    const desk = new HandDesk()
    desk.system('venue_down')
    expect(outcomeOf(desk)).toBe('venue_down')
    desk.system('venue_up')
    expect(outcomeOf(desk)).toBe('not_reconciled')
    desk.snapshot()
    expect(outcomeOf(desk)).toBe('executed')
  })

  it('says at once what is protected at the venue, and what is not', () => {
    const { desk } = protectedDesk()
    desk.system('venue_down')
    const said = (): string | undefined => desk.records('alert').findLast((alert) => alert.code === 'venue_down_exposure')?.message
    expect(said()).toBe('BTC/USDT:USDT: the venue does not answer; long 0.083 is protected by the stop at 59400 at the venue')
    const naked = new HandDesk()
    const entry = naked.enter()
    naked.fill(entry)
    naked.system('venue_down')
    expect(naked.records('alert').at(-1)?.message).toContain('long 0.083 has NO working stop')
  })

  it('leaves a position to its stop after a short absence', () => {
    const { desk } = protectedDesk()
    desk.system('venue_down')
    desk.advance(59_000)
    desk.system('venue_up')
    expect(desk.sent('emergency')).toHaveLength(0)
  })

  it('closes at market as soon as it answers after too long an absence, and alarms louder and rarer meanwhile', () => {
    const { desk, stop } = protectedDesk()
    desk.system('venue_down')
    desk.advance(9 * MINUTE_MS)
    expect(desk.sent('emergency')).toHaveLength(0)
    const alarms = desk.records('alert').filter((alert) => alert.code === 'venue_down_too_long')
    expect(alarms.map((alert) => alert.severity)).toEqual(['critical', 'critical', 'critical', 'critical'])
    expect(alarms.map((alert) => (alert.tsMs - (alarms[0]?.tsMs ?? 0)) / MINUTE_MS)).toEqual([0, 1, 3, 7])
    desk.system('venue_up')
    expect(desk.sent('emergency')).toMatchObject([{ type: 'market', reduceOnly: true, quantity: desk.position.quantity }])
    expect(desk.canceledIds()).not.toContain(stop.clientOrderId)
  })

  it('waits through a maintenance that was announced, however long, and opens nothing', () => {
    const { desk } = protectedDesk()
    desk.system('maintenance')
    expect(desk.alerts()).toContain('maintenance_exposure')
    desk.advance(60 * MINUTE_MS)
    desk.system('venue_up')
    expect(desk.sent('emergency')).toHaveLength(0)
    const idle = new HandDesk()
    idle.system('maintenance')
    expect(outcomeOf(idle)).toBe('venue_maintenance')
  })

  it('does not forget an absence that was too long when a maintenance follows it', () => {
    const { desk } = protectedDesk()
    desk.system('venue_down')
    desk.advance(2 * MINUTE_MS)
    desk.system('maintenance')
    desk.system('venue_up')
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('does nothing of that where the policy leaves positions to their stops', () => {
    const { desk } = protectedDesk('buy', { care: { venueDownCloseMs: 0 } })
    desk.system('venue_down')
    desk.advance(60 * MINUTE_MS)
    desk.system('venue_up')
    expect(desk.sent('emergency')).toHaveLength(0)
    expect(desk.alerts()).not.toContain('venue_down_too_long')
  })
})

describe('a delisting', () => {
  it('lets nothing be opened there any more, and ends what is on its way', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.delisting(desk.nowMs + 24 * 60 * MINUTE_MS)
    expect(desk.canceledIds()).toEqual([entry.clientOrderId])
    desk.canceled(entry)
    expect(outcomeOf(desk)).toBe('delisting')
    desk.delisting(null)
    expect(outcomeOf(desk)).toBe('executed')
  })

  it('closes the position ahead of the delivery, by the time of the policy', () => {
    const { desk } = protectedDesk('buy', { care: { delistingCloseMs: 60 * MINUTE_MS } })
    desk.delisting(desk.nowMs + 180 * MINUTE_MS)
    desk.delisting(desk.nowMs + 180 * MINUTE_MS)
    desk.advance(119 * MINUTE_MS)
    expect(desk.sent('exit')).toHaveLength(0)
    desk.advance(MINUTE_MS)
    expect(desk.sent('exit')).toHaveLength(1)
    expect(desk.position.care.closeReason).toBe('delisting')
    expect(desk.alerts().filter((code) => code === 'delisting')).toHaveLength(1)
  })

  it('closes at once what is due already', () => {
    const { desk } = protectedDesk()
    desk.delisting(desk.nowMs + MINUTE_MS)
    expect(desk.sent('exit')).toHaveLength(1)
  })
})
