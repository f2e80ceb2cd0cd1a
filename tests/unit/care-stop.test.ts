// Proves that a position has a stop for the whole of it at the venue as soon as it exists, that losing one is noticed, measured and repaired,
// and that a position without one is closed. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { HandDesk, exact, protectedDesk } from '../support/hand-venue.ts'

const GRACE_MS = 5_000

/** Bought, with the first stop on its way. */
function boughtDesk() {
  const desk = new HandDesk()
  const entry = desk.enter()
  desk.accept(entry)
  desk.fill(entry)
  return { desk, entry, stop: desk.last('stop') }
}

describe('placing the stop', () => {
  it('sends a reduce-only stop-market on the mark price for the whole position with the first fill, before any candle closes', () => {
    const { stop, entry } = boughtDesk()
    expect(stop).toMatchObject({
      type: 'stop_market',
      side: 'sell',
      triggerSource: 'mark',
      reduceOnly: true,
      quantity: entry.quantity,
      positionId: entry.positionId,
    })
    expect(exact(stop.triggerPrice)).toBe('59400')
  })

  it('protects a short with a buy stop above the entry', () => {
    const { stop } = protectedDesk('sell')
    expect([stop.side, exact(stop.triggerPrice)]).toEqual(['buy', '60600'])
  })

  it('tries three times, then closes at market', () => {
    const { desk } = boughtDesk()
    for (const tries of [1, 2, 3]) {
      expect(desk.sent('stop')).toHaveLength(tries)
      expect(desk.sent('emergency')).toHaveLength(0)
      desk.reject(desk.last('stop'))
    }
    expect(desk.sent('stop')).toHaveLength(3)
    expect(desk.last('emergency')).toMatchObject({ type: 'market', side: 'sell', reduceOnly: true, quantity: desk.position.quantity })
    expect(desk.position.care.phase).toBe('emergency')
    expect(desk.alerts()).toContain('emergency_close')
  })

  it('closes at once when the venue says that the stop would trigger immediately', () => {
    const { desk, stop } = boughtDesk()
    desk.reject(stop, 'would_immediately_trigger')
    expect(desk.sent('stop')).toHaveLength(1)
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('closes at once when the price is through the stop before it could be sent', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.trade(59_300)
    desk.accept(entry)
    desk.fill(entry, { price: '59300' })
    expect(desk.sent('stop')).toHaveLength(0)
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('counts failed tries of one exposure together, also when a stop was accepted in between for a moment', () => {
    const { desk } = boughtDesk()
    for (let i = 0; i < 3; i += 1) {
      desk.accept(desk.last('stop'))
      desk.advance(100)
      desk.expire(desk.last('stop'))
    }
    expect(desk.sent('stop')).toHaveLength(3)
    expect(desk.position.care.phase).toBe('emergency')
  })

  it('counts anew after the position was safe for longer than the grace', () => {
    const { desk } = boughtDesk()
    for (let i = 0; i < 5; i += 1) {
      desk.accept(desk.last('stop'))
      desk.advance(GRACE_MS)
      desk.expire(desk.last('stop'))
    }
    expect(desk.sent('stop')).toHaveLength(6)
    expect(desk.position.care.phase).toBe('protected')
  })
})

describe('one stop and no more', () => {
  it('resizes by creating the larger stop first and canceling the smaller one after', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.fill(entry, { quantity: '0.04' })
    const small = desk.last('stop')
    desk.accept(small)
    desk.fill(entry, { quantity: '0.043' })
    const large = desk.last('stop')
    expect([exact(small.quantity), exact(large.quantity)]).toEqual(['0.04', '0.083'])
    expect(desk.canceledIds()).not.toContain(small.clientOrderId)
    desk.accept(large)
    expect(desk.canceledIds()).toEqual([small.clientOrderId])
    expect(desk.position.care).toMatchObject({ stopOrderId: large.clientOrderId, phase: 'protected' })
  })

  it('enlarges a stop that arrives for less than the position has become', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.fill(entry, { quantity: '0.04' })
    desk.fill(entry, { quantity: '0.043' })
    expect(desk.sent('stop')).toHaveLength(1)
    desk.accept(desk.last('stop'))
    expect(desk.sent('stop').map((stop) => exact(stop.quantity))).toEqual(['0.04', '0.083'])
    expect(desk.position.care.unprotectedSinceMs).not.toBeNull()
  })

  it('cancels a stop that was thought lost and turns up after its replacement', () => {
    const { desk, stop } = boughtDesk()
    desk.unknown(stop)
    const second = desk.last('stop')
    expect(second.clientOrderId).not.toBe(stop.clientOrderId)
    desk.accept(second)
    desk.accept(stop)
    expect(desk.canceledIds()).toEqual([stop.clientOrderId])
    expect(desk.position.care.stopOrderId).toBe(second.clientOrderId)
  })

  it('takes a stop that turns up before its replacement, and cancels it once the replacement works', () => {
    const { desk, stop } = boughtDesk()
    desk.unknown(stop)
    desk.accept(stop)
    expect(desk.position.care).toMatchObject({ stopOrderId: stop.clientOrderId, unprotectedSinceMs: null })
    desk.accept(desk.last('stop'))
    expect(desk.canceledIds()).toEqual([stop.clientOrderId])
    expect(desk.position.care).toMatchObject({ stopOrderId: desk.last('stop').clientOrderId, replacementOrderId: null })
  })

  it('cancels a stop that was proven lost and arrives after all', () => {
    const { desk, stop } = boughtDesk()
    desk.unknown(stop)
    desk.accept(desk.last('stop'))
    desk.lookup(stop, null)
    desk.advance(1_000)
    desk.lookup(stop, null)
    expect(desk.order(stop)).toMatchObject({ state: 'rejected', reason: 'never_arrived' })
    desk.accept(stop)
    expect(desk.canceledIds()).toEqual([stop.clientOrderId])
    expect(desk.records('reconciliation').at(-1)?.difference).toContain('arrived at the venue after all')
  })

  it('cancels a partly filled stop that was lost and is found again while another works', () => {
    const { desk, stop } = protectedDesk()
    desk.trigger(stop)
    desk.fill(stop, { quantity: '0.01', price: '59400' })
    desk.act((kernel) => kernel.execution.investigate(desk.order(stop)))
    const second = desk.last('stop')
    desk.accept(second)
    desk.lookup(stop, desk.listed(stop, { status: 'triggered' }))
    expect(desk.order(stop).state).toBe('pending_cancel')
    expect(desk.position.care.stopOrderId).toBe(second.clientOrderId)
  })
})

describe('a stop that fires', () => {
  it('is watched: one that does not fill within the grace is followed by a market order', () => {
    const { desk, stop } = protectedDesk()
    desk.trigger(stop)
    desk.advance(GRACE_MS - 1)
    expect(desk.sent('emergency')).toHaveLength(0)
    desk.advance(1)
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('is watched also when only its first part is reported, and further parts do not prolong the wait', () => {
    const { desk, stop } = protectedDesk()
    desk.fill(stop, { quantity: '0.01', price: '59400' })
    desk.advance(3_000)
    desk.fill(stop, { quantity: '0.01', price: '59400' })
    desk.advance(2_000)
    expect(exact(desk.last('emergency').quantity)).toBe('0.063')
  })

  it('is watched also when it fired before its acceptance was reported', () => {
    const { desk, stop } = boughtDesk()
    desk.trigger(stop)
    expect(desk.position.care).toMatchObject({ stopOrderId: stop.clientOrderId, unprotectedSinceMs: null })
    desk.advance(GRACE_MS)
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('is watched after a restart', () => {
    const { desk, stop } = protectedDesk()
    desk.trigger(stop)
    desk.restart()
    desk.snapshot({
      orders: [desk.listed(stop, { status: 'triggered' })],
      positions: [
        {
          instrumentId: stop.instrumentId,
          side: 'long',
          quantity: stop.quantity,
          entryPrice: desk.position.entryPrice,
          liquidationPrice: null,
        },
      ],
    })
    desk.advance(GRACE_MS)
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('is not moved any more, neither by a person nor by the trail', () => {
    const { desk, stop } = protectedDesk()
    desk.trigger(stop)
    desk.candle(60_000, { high: 61_700 })
    expect(desk.sent('stop')).toHaveLength(1)
    expect(desk.kernel.care.moveStop(desk.position, desk.position.entryPrice, true)).toMatchObject({ ok: false })
  })
})

describe('after a restart', () => {
  it('does not take the entry price for the market and close a position whose stop is beyond it', () => {
    const { desk, stop } = protectedDesk()
    desk.candle(61_700)
    const tightened = desk.last('stop')
    desk.accept(tightened)
    desk.canceled(stop)
    expect(Number(exact(tightened.triggerPrice))).toBeGreaterThan(60_000)
    desk.restart()
    desk.expire(tightened)
    expect(desk.sent('emergency')).toHaveLength(0)
    expect(desk.last('stop').triggerPrice).toBe(tightened.triggerPrice)
  })
})
