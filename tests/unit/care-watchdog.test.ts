// Proves that a stop which should have fired and a close which the venue refuses for its price are not waited for: the position is closed in
// another way, within the time of the policy. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { type HandDesk, exact, protectedDesk } from '../support/hand-venue.ts'

const WATCHED = { care: { triggerWatchMs: 10_000 } }

describe('a stop that has fired', () => {
  it('and does not fill within the grace is replaced by a close at market, after the targets are asked to go', () => {
    const { desk, stop, targets } = protectedDesk()
    desk.trigger(stop)
    desk.effects.length = 0
    desk.advance(4_999)
    expect(desk.sent('emergency')).toHaveLength(0)
    desk.advance(1)
    const order = desk.effects.flatMap((effect): string[] =>
      effect.type === 'cancel_order' ? [effect.clientOrderId] : effect.type === 'submit_order' ? [effect.order.purpose] : [],
    )
    expect(order).toEqual([...targets.map((target) => target.clientOrderId), 'emergency'])
    expect(desk.canceledIds()).not.toContain(stop.clientOrderId)
  })

  it('and fills in part is watched for the rest', () => {
    const { desk, stop } = protectedDesk()
    desk.trigger(stop)
    desk.fill(stop, { quantity: '0.03', price: '59400' })
    desk.advance(5_000)
    expect(desk.last('emergency')).toMatchObject({ quantity: desk.position.quantity })
    expect(exact(desk.position.quantity)).toBe('0.053')
  })
})

describe('a stop that should have fired', () => {
  it('is looked up at once, and given up after its time', () => {
    const { desk, stop } = protectedDesk('buy', WATCHED)
    desk.trade(59_390)
    expect(desk.lookups()).toEqual([stop.clientOrderId])
    desk.advance(9_999)
    desk.trade(59_380)
    expect(desk.sent('emergency')).toHaveLength(0)
    desk.advance(1)
    expect(desk.sent('emergency')).toHaveLength(1)
    expect(desk.records('alert').at(-1)?.message).toContain('the venue has not fired it')
  })

  it('is believed when the look-up says that it has fired, and then watched for its fill', () => {
    const { desk, stop } = protectedDesk('sell', WATCHED)
    desk.trade(60_610)
    desk.lookup(stop, desk.listed(stop, { status: 'triggered' }))
    desk.advance(4_000)
    desk.fill(stop, { price: '60620' })
    desk.advance(20_000)
    expect(desk.sent('emergency')).toHaveLength(0)
    expect(desk.roundTrips).toHaveLength(1)
  })

  it('is left alone when the price has come back', () => {
    const { desk } = protectedDesk('buy', WATCHED)
    desk.trade(59_390)
    desk.advance(5_000)
    desk.trade(59_900)
    desk.advance(20_000)
    expect(desk.sent('emergency')).toHaveLength(0)
    // The next time counts anew.
    desk.trade(59_390)
    desk.advance(10_000)
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('is not thought about where the venue is trusted', () => {
    const { desk } = protectedDesk()
    desk.trade(59_000)
    desk.advance(60_000)
    expect(desk.lookups()).toEqual([])
    expect(desk.sent('emergency')).toHaveLength(0)
  })
})

describe('a close that is refused for its price', () => {
  const closing = (direction: 'buy' | 'sell' = 'buy') => {
    const { desk } = protectedDesk(direction)
    desk.trade(60_000)
    desk.command({ type: 'close_position', positionId: desk.position.id, reason: 'operator' })
    return desk
  }
  const limits = (desk: HandDesk): string[] => desk.sent('exit').map((order) => exact(order.limitPrice))

  it('goes on with limits that end at once, nearer to the price after each refusal', () => {
    const desk = closing()
    for (let step = 0; step < 3; step += 1) desk.reject(desk.last('exit'), 'price_band')
    expect(limits(desk)).toEqual(['none', '57000', '58200', '58800'])
    expect(desk.last('exit')).toMatchObject({ type: 'limit', timeInForce: 'ioc', reduceOnly: true })
  })

  it('goes above the price to close a short', () => {
    const desk = closing('sell')
    desk.reject(desk.last('exit'), 'price_band')
    expect(limits(desk)).toEqual(['none', '63000'])
  })

  it('goes farther from the price again when nobody trades there, at the pace of the timer', () => {
    const desk = closing()
    desk.reject(desk.last('exit'), 'price_band')
    desk.reject(desk.last('exit'), 'price_band')
    desk.expire(desk.last('exit'), 'ioc_unfilled')
    expect(desk.sent('exit')).toHaveLength(3)
    desk.advance(4_000)
    expect(limits(desk)).toEqual(['none', '57000', '58200', '57000'])
  })

  it('stays with what worked for the next part, until the position is flat', () => {
    const desk = closing()
    desk.reject(desk.last('exit'), 'price_band')
    desk.fill(desk.last('exit'), { quantity: '0.05', price: '59900' })
    desk.expire(desk.last('exit'), 'ioc_unfilled')
    desk.advance(30_000)
    expect(desk.last('exit')).toMatchObject({ type: 'limit', quantity: desk.position.quantity })
    desk.fill(desk.last('exit'), { price: '59900' })
    expect(desk.open).toBeNull()
  })

  it('asks for the truth and slows down when no price is near enough', () => {
    const desk = closing()
    for (let step = 0; step < 8; step += 1) desk.reject(desk.last('exit'), 'price_band')
    expect(desk.sent('exit')).toHaveLength(8)
    desk.advance(30_000)
    expect(desk.sent('exit')).toHaveLength(9)
    expect(exact(desk.last('exit').limitPrice)).toBe('59940')
  })
})
