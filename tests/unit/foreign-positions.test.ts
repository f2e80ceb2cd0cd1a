// Proves what becomes of positions and orders that we did not make: adopted with a stop, left alone, or handed back; that nothing is opened beside
// what is left alone; that orders of ours without an entry can be cleaned; and that the audit log says what was before and after.
// The test plays the venue.
import { describe, expect, it } from 'vitest'
import { price, quantity } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, venueOrderId } from '../../src-shared/domain/ids.ts'
import type { VenueOrder, VenuePosition } from '../../src-shared/events/venue-report.ts'
import { HandDesk, exact, protectedDesk } from '../support/hand-venue.ts'
import { BTC } from '../support/venue-kit.ts'

const LATER_MS = 10_000
const held = (size: string, side: VenuePosition['side'] = 'long'): VenuePosition => ({
  instrumentId: BTC.id,
  side,
  quantity: quantity(size),
  entryPrice: price('60000'),
  liquidationPrice: null,
})
const later = (desk: HandDesk, truth: Parameters<HandDesk['snapshot']>[0]): void => {
  desk.advance(LATER_MS)
  desk.snapshot(truth)
}
const reasonOf = (desk: HandDesk): string => {
  try {
    desk.enter()
  } catch {
    // Nothing was sent: the decision says why.
  }
  return desk.records('decision').at(-1)?.reason ?? 'no decision'
}
const stranger = (id: string): VenueOrder => ({
  clientOrderId: clientOrderId(id),
  venueOrderId: venueOrderId(`V${id}`),
  instrumentId: BTC.id,
  side: 'sell',
  type: 'limit',
  quantity: quantity('0.1'),
  filledQuantity: quantity('0'),
  limitPrice: price('70000'),
  triggerPrice: null,
  reduceOnly: false,
  status: 'working',
})
/** A desk that has adopted a long of 0.5, with its stop working. */
function adopted() {
  const desk = new HandDesk()
  later(desk, { positions: [held('0.5')] })
  const stop = desk.last('stop')
  desk.accept(stop)
  for (const target of desk.sent('target')) desk.accept(target)
  const end = (): void => {
    for (const order of [stop, ...desk.sent('target')]) desk.canceled(order)
  }
  return { desk, stop, end }
}

describe('a position that is not ours', () => {
  it('is adopted with a stop unless the policy says otherwise', () => {
    const { desk, stop } = adopted()
    expect(exact(desk.position.quantity)).toBe('0.5')
    expect(exact(stop.triggerPrice)).toBe('58800')
  })

  it('is left alone under the other policy: no stop, said once, and nothing is opened there', () => {
    const desk = new HandDesk({ foreign: 'ignore' })
    later(desk, { positions: [held('0.5')] })
    later(desk, { positions: [held('0.5')] })
    expect(desk.open).toBeNull()
    expect(desk.sent('stop')).toEqual([])
    expect(desk.records('reconciliation')).toHaveLength(1)
    expect(desk.kernel.system.reconciled).toBe(true)
    expect(reasonOf(desk)).toBe('foreign_position')
    expect(desk.records('decision').at(-1)?.summary).toContain('the venue holds long 0.5; it is left alone')
    later(desk, {})
    expect(reasonOf(desk)).toBe('executed')
  })

  it('is left alone beside ours, whose stop stays as it is', () => {
    const { desk, stop, targets } = protectedDesk('buy', { foreign: 'ignore' })
    const orders = [stop, ...targets].map((order) => desk.listed(order))
    later(desk, { positions: [held('0.183')], orders })
    expect(exact(desk.position.quantity)).toBe('0.083')
    expect(desk.sent('stop')).toHaveLength(1)
    // What is missing of both together is taken from theirs first; less than ours is ours.
    later(desk, { positions: [held('0.05')], orders })
    expect(exact(desk.position.quantity)).toBe('0.05')
  })

  it('does not turn ours over: what is gone of ours is booked, the other side is left alone', () => {
    const { desk, stop, targets } = protectedDesk('buy', { foreign: 'ignore' })
    const orders = [stop, ...targets]
    later(desk, { positions: [held('0.2', 'short')], orders: orders.map((order) => desk.listed(order)) })
    expect(desk.open).toBeNull()
    for (const order of orders) desk.canceled(order)
    later(desk, { positions: [held('0.2', 'short')] })
    expect(desk.open).toBeNull()
    expect(reasonOf(desk)).toBe('foreign_position')
  })

  it('changes by trades that are none of our business, while a trade that shrinks ours is booked', () => {
    const desk = new HandDesk({ foreign: 'ignore' })
    const theirs = { ...desk.enter(), clientOrderId: clientOrderId('web1'), quantity: quantity('0.2') }
    desk.reject(desk.last('entry'))
    const asked = desk.snapshotRequests()
    desk.fill(theirs)
    desk.advance(0)
    expect(desk.open).toBeNull()
    expect(desk.snapshotRequests()).toBe(asked + 1)
    const { desk: holding } = protectedDesk('buy', { foreign: 'ignore' })
    holding.fill({ ...theirs, side: 'sell', quantity: quantity('0.03') })
    expect(exact(holding.position.quantity)).toBe('0.053')
    holding.fill({ ...theirs, quantity: quantity('0.03') })
    expect(exact(holding.position.quantity)).toBe('0.053')
  })

  it('is taken over after all when the venue has forgotten trades that may have been ours', () => {
    const desk = new HandDesk({ foreign: 'ignore' })
    later(desk, { positions: [held('0.5')], fillsMissing: true })
    expect(exact(desk.position.quantity)).toBe('0.5')
    expect(desk.sent('stop')).toHaveLength(1)
  })
})

describe('handing back', () => {
  it('ends our orders on an adopted position and forgets it, without profit or loss', () => {
    const { desk, stop, end } = adopted()
    const { balance } = desk.kernel.portfolio
    expect(desk.command({ type: 'hand_back', positionId: desk.position.id })).toEqual({ ok: true, value: undefined })
    expect(desk.open).toBeNull()
    expect(desk.canceledIds()).toContain(stop.clientOrderId)
    expect(desk.sent('exit')).toEqual([])
    expect(desk.kernel.portfolio.balance).toBe(balance)
    expect(desk.roundTrips).toMatchObject([{ exitReason: 'handed_back', netPnl: 0n }])
    expect(desk.records('audit').at(-1)).toMatchObject({
      action: 'hand_back',
      before: 'long 0.5 at 60000, stop 58800, protected',
      after: 'no position',
      handBack: { instrumentId: BTC.id, active: true },
    })
    end()
    later(desk, { positions: [held('0.5')] })
    expect(desk.open).toBeNull()
    expect(reasonOf(desk)).toBe('foreign_position')
  })

  it('is remembered over a restart, and ends when the venue holds nothing there any more', () => {
    const { desk, end } = adopted()
    desk.command({ type: 'hand_back', positionId: desk.position.id })
    end()
    desk.restart()
    later(desk, { positions: [held('0.5')] })
    expect(desk.open).toBeNull()
    later(desk, {})
    expect(desk.records('audit').at(-1)).toMatchObject({ actor: 'engine', handBack: { active: false } })
    desk.restart()
    later(desk, { positions: [held('0.3')] })
    expect(exact(desk.position.quantity)).toBe('0.3')
  })

  it('is refused for a position that a strategy opened', () => {
    const { desk } = protectedDesk()
    const result = desk.command({ type: 'hand_back', positionId: desk.position.id })
    expect(result).toMatchObject({ ok: false })
    expect(desk.open).not.toBeNull()
    expect(desk.records('audit').at(-1)).toMatchObject({ accepted: false, before: 'long 0.083 at 60000, stop 59400, protected' })
  })
})

describe('orders without an entry here', () => {
  it('are listed, and those with our mark canceled on request, the others never', () => {
    const desk = new HandDesk()
    later(desk, { orders: [stranger('twoldE0000007'), stranger('web77')] })
    expect(desk.kernel.orphans().map(({ order, isOurs }) => [order.clientOrderId, isOurs])).toEqual([
      ['twoldE0000007', true],
      ['web77', false],
    ])
    desk.effects.length = 0
    const asked = desk.snapshotRequests()
    desk.command({ type: 'clean_orphans' })
    desk.advance(0)
    expect(desk.canceledIds()).toEqual(['twoldE0000007'])
    expect(desk.snapshotRequests()).toBe(asked + 1)
    expect(desk.records('audit').at(-1)).toMatchObject({ action: 'clean_orphans', before: '1 orders with our mark and no entry here' })
    later(desk, { orders: [stranger('web77')] })
    expect(desk.kernel.orphans()).toHaveLength(1)
  })
})

describe('the audit log', () => {
  it('says what each command found and what it left', () => {
    const { desk, targets } = protectedDesk()
    const last = () => {
      const { before, after } = desk.records('audit').at(-1) ?? {}
      return [before, after]
    }
    desk.command({ type: 'move_stop', positionId: desk.position.id, stopPrice: price('59500') })
    expect(last()).toEqual(['long 0.083 at 60000, stop 59400, protected', 'long 0.083 at 60000, stop 59500, protected'])
    const [target] = targets
    if (target !== undefined) desk.command({ type: 'cancel_order', clientOrderId: target.clientOrderId })
    expect(last()).toEqual(['accepted, 0 of 0.033 traded', 'pending_cancel, 0 of 0.033 traded'])
    desk.command({ type: 'close_position', positionId: desk.position.id, reason: 'operator' })
    expect(last()[1]).toBe('long 0.083 at 60000, stop 59500, closing, closing (operator)')
    desk.command({ type: 'kill_switch', reason: 'test' })
    expect(last()).toEqual(['trading active, 1 positions, 6 orders', 'trading halted, 1 positions, 6 orders'])
    desk.command({ type: 'pause_strategy', strategyId: desk.position.strategyId, paused: true })
    expect(last()).toEqual(['running', 'paused'])
  })
})
