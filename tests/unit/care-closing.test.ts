// Proves that a position that is to be closed gets closed: in slices, again and again, with nothing left over that could open it again;
// and what an operator may and may not do. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { price, quantity } from '../../src-shared/domain/decimal.ts'
import { HandDesk, exact, protectedDesk } from '../support/hand-venue.ts'
import { BTC } from '../support/venue-kit.ts'

const close = (desk: HandDesk): unknown => desk.command({ type: 'close_position', positionId: desk.position.id, reason: 'operator' })

describe('closing', () => {
  it('cancels the targets first, keeps the stop until flat, then cancels it', () => {
    const { desk, stop, targets } = protectedDesk()
    desk.effects.length = 0
    close(desk)
    const kinds = desk.effects.flatMap((effect) =>
      effect.type === 'cancel_order' ? ['cancel'] : effect.type === 'submit_order' ? ['submit'] : [],
    )
    expect(kinds).toEqual(['cancel', 'cancel', 'cancel', 'submit'])
    expect(desk.canceledIds()).toEqual(targets.map((target) => target.clientOrderId))
    const exit = desk.last('exit')
    expect(exit).toMatchObject({ type: 'market', side: 'sell', reduceOnly: true, quantity: desk.position.quantity })
    desk.accept(exit)
    desk.fill(exit, { quantity: '0.08' })
    expect(desk.canceledIds()).not.toContain(stop.clientOrderId)
    desk.fill(exit, { quantity: '0.003' })
    expect(desk.canceledIds()).toContain(stop.clientOrderId)
    expect(desk.roundTrips).toMatchObject([{ exitReason: 'operator', quantity: quantity('0.083') }])
  })

  it('ends the rest of the entry, so that it does not open again what is being closed', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.fill(entry, { quantity: '0.05' })
    close(desk)
    expect(desk.canceledIds()).toContain(entry.clientOrderId)
  })

  it('sends one closing order, however often it is asked', () => {
    const { desk } = protectedDesk()
    close(desk)
    close(desk)
    desk.command({ type: 'protect_all' })
    expect(desk.sent('exit')).toHaveLength(1)
  })

  it('splits by the largest market order of the venue, each slice right after the one before', () => {
    const desk = new HandDesk()
    desk.snapshot({
      positions: [{ instrumentId: BTC.id, side: 'long', quantity: quantity('300'), entryPrice: price('60000'), liquidationPrice: null }],
      tsEventMs: desk.nowMs + 10_000,
    })
    close(desk)
    const sizes: string[] = []
    for (let slice = 0; slice < 3; slice += 1) {
      const exit = desk.last('exit')
      sizes.push(exact(exit.quantity))
      desk.fill(exit)
    }
    expect(sizes).toEqual(['120', '120', '60'])
    expect(desk.open).toBeNull()
    expect(desk.sent('exit')).toHaveLength(3)
  })

  it('tries again, at growing intervals, for as long as the position is open, and says so', () => {
    const { desk } = protectedDesk()
    close(desk)
    const counts: number[] = []
    for (const seconds of [1, 2, 4, 8, 16]) {
      desk.reject(desk.last('exit'))
      desk.advance(seconds * 1_000)
      counts.push(desk.sent('exit').length)
    }
    expect(counts).toEqual([2, 3, 4, 5, 6])
    expect(desk.alerts()).toContain('close_failing')
  })

  it('asks again for the end of targets whose cancel was refused: while they work the venue refuses whatever would close the position', () => {
    const { desk, targets } = protectedDesk()
    close(desk)
    for (const target of targets) {
      const { clientOrderId } = target
      desk.report({ type: 'cancel_rejected', clientOrderId, code: 'no_permission', tsEventMs: desk.nowMs })
      desk.lookup(target, desk.listed(target))
    }
    desk.reject(desk.last('exit'), 'reduce_only_rejected')
    desk.effects.length = 0
    desk.advance(1_000)
    expect(desk.canceledIds()).toEqual(targets.map((target) => target.clientOrderId))
    expect(desk.effects.findLast(({ type }) => type === 'submit_order')).toMatchObject({ order: { purpose: 'exit' } })
  })

  it('does not wait for ever for an order whose outcome is unknown', () => {
    const { desk } = protectedDesk()
    close(desk)
    desk.unknown(desk.last('exit'))
    desk.advance(1_000)
    expect(desk.sent('exit')).toHaveLength(2)
  })

  it('looks again also when the first closing order is never answered at all', () => {
    const { desk } = protectedDesk()
    close(desk)
    desk.advance(10_000)
    expect(desk.sent('exit').length).toBeGreaterThan(1)
  })

  it('goes on after a restart', () => {
    const { desk } = protectedDesk()
    close(desk)
    const { position } = desk
    desk.restart()
    desk.snapshot({
      positions: [
        { instrumentId: BTC.id, side: 'long', quantity: position.quantity, entryPrice: position.entryPrice, liquidationPrice: null },
      ],
    })
    expect(desk.last('exit')).toMatchObject({ quantity: position.quantity })
  })

  it('asks for the truth when a closing order is refused', () => {
    const { desk } = protectedDesk()
    close(desk)
    const asked = desk.snapshotRequests()
    desk.reject(desk.last('exit'), 'reduce_only_rejected')
    desk.advance(0)
    expect(desk.snapshotRequests()).toBe(asked + 1)
  })

  it('keeps its pace while one reconciliation after another finds the position still open', () => {
    const { desk } = protectedDesk()
    close(desk)
    const { quantity: size, entryPrice } = desk.position
    const counts: number[] = []
    for (let second = 1; second <= 16; second += 1) {
      if (desk.order(desk.last('exit')).state === 'submitted') desk.reject(desk.last('exit'), 'reduce_only_rejected')
      for (let look = 0; look < 3; look += 1)
        desk.snapshot({ positions: [{ instrumentId: BTC.id, side: 'long', quantity: size, entryPrice, liquidationPrice: null }] })
      desk.command({ type: 'protect_all' })
      desk.advance(1_000)
      counts.push(desk.sent('exit').length)
    }
    expect(counts).toEqual([2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5])
  })

  it('closes what the stop closes in parts, with one round trip', () => {
    const { desk, stop } = protectedDesk()
    desk.trigger(stop)
    desk.fill(stop, { quantity: '0.03', price: '59400' })
    desk.fill(stop, { quantity: '0.053', price: '59300' })
    expect(desk.open).toBeNull()
    expect(desk.roundTrips).toMatchObject([{ exitReason: 'stop', quantity: quantity('0.083') }])
    expect(Number(exact(desk.roundTrips[0]?.exitPrice ?? null))).toBeCloseTo(59_336.1446, 3)
  })
})

describe('what outlives a position', () => {
  it('is canceled at once, and what was on its way as soon as it has arrived', () => {
    const { desk, stop, targets } = protectedDesk()
    const [first, second] = targets
    if (first === undefined || second === undefined) throw new Error('no targets')
    desk.unknown(first)
    desk.fill(stop, { price: '59400' })
    for (const target of targets) expect(desk.canceledIds()).toContain(target.clientOrderId)
    const before = desk.canceledIds().length
    desk.report({ type: 'cancel_rejected', clientOrderId: second.clientOrderId, code: 'unknown_order', tsEventMs: desk.nowMs })
    desk.lookup(second, desk.listed(second))
    expect(desk.canceledIds().slice(before)).toEqual([second.clientOrderId])
  })

  it('is canceled after a restart in between', () => {
    const { desk, targets } = protectedDesk()
    const stop = desk.last('stop')
    desk.fill(stop, { price: '59400' })
    for (const target of targets)
      desk.report({ type: 'cancel_rejected', clientOrderId: target.clientOrderId, code: 'busy', tsEventMs: desk.nowMs })
    desk.restart()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.lookup(first, desk.listed(first))
    expect(desk.canceledIds()).toContain(first.clientOrderId)
  })

  it('does not touch an entry that has not filled yet', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.command({ type: 'protect_all' })
    desk.snapshot({ orders: [desk.listed(entry)] })
    expect(desk.canceledIds()).toEqual([])
  })

  it('protects what a late part of the entry opens after flat, ends the entry, and writes a second round trip', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.fill(entry, { quantity: '0.05' })
    close(desk)
    desk.fill(desk.last('exit'))
    expect(desk.open).toBeNull()
    desk.fill(entry, { quantity: '0.01' })
    expect(desk.canceledIds()).toContain(entry.clientOrderId)
    const stop = desk.last('stop')
    expect([exact(stop.quantity), exact(stop.triggerPrice)]).toEqual(['0.01', '59400'])
    desk.accept(stop)
    desk.fill(stop, { price: '59400' })
    expect(desk.roundTrips.map((trip) => exact(trip.quantity))).toEqual(['0.05', '0.01'])
    expect(new Set(desk.roundTrips.map((trip) => trip.positionId)).size).toBe(2)
    expect([...desk.journal.positions.values()].map((position) => exact(position.initialQuantity))).toEqual(['0.05', '0.01'])
    expect(desk.journal.balance).toBe(desk.kernel.portfolio.balance)
  })
})

describe('the operator', () => {
  it.each([
    ['above the price of a long', '60000.1', 'wrong side'],
    ['at the price', '60000', 'wrong side'],
    ['off the tick grid', '59500.05', 'multiple of the tick'],
    ['further away than the risk of a trade allows', '59000', 'not tighter'],
  ])('may not move the stop %s', (_, stopPrice, words) => {
    const { desk } = protectedDesk()
    const result = desk.command({ type: 'move_stop', positionId: desk.position.id, stopPrice: price(stopPrice) })
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) })
    expect(desk.sent('stop')).toHaveLength(1)
    expect(desk.records('audit').at(-1)).toMatchObject({ action: 'move_stop', accepted: false })
  })

  it('may loosen the stop within the risk of a trade', () => {
    const { desk, targets } = protectedDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.trade(60_600)
    desk.fill(first, { price: '60600' })
    desk.accept(desk.last('stop'))
    expect(desk.command({ type: 'move_stop', positionId: desk.position.id, stopPrice: price('59400') })).toMatchObject({ ok: true })
    expect(exact(desk.last('stop').triggerPrice)).toBe('59400')
  })

  it('may tighten the stop; the old one goes when the new one works', () => {
    const { desk, stop } = protectedDesk()
    expect(desk.command({ type: 'move_stop', positionId: desk.position.id, stopPrice: price('59700') })).toMatchObject({ ok: true })
    expect(desk.canceledIds()).toEqual([])
    desk.accept(desk.last('stop'))
    expect(desk.canceledIds()).toEqual([stop.clientOrderId])
    expect(exact(desk.position.care.stopPrice)).toBe('59700')
  })

  it('may not move the stop of a position that is being closed', () => {
    const { desk } = protectedDesk()
    close(desk)
    expect(desk.command({ type: 'move_stop', positionId: desk.position.id, stopPrice: price('59700') })).toMatchObject({ ok: false })
  })

  it('may cancel a target but not the stop that protects', () => {
    const { desk, stop, targets } = protectedDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    expect(desk.command({ type: 'cancel_order', clientOrderId: first.clientOrderId })).toMatchObject({ ok: true })
    expect(desk.command({ type: 'cancel_order', clientOrderId: stop.clientOrderId })).toMatchObject({ ok: false })
    expect(desk.canceledIds()).toEqual([first.clientOrderId])
    expect(desk.kernel.care.isProtecting(stop.clientOrderId)).toBe(true)
    expect(desk.kernel.care.isProtecting(first.clientOrderId)).toBe(false)
  })

  it('is not left without a stop after canceling the one on its way', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.fill(entry)
    const stop = desk.last('stop')
    expect(desk.kernel.care.isProtecting(stop.clientOrderId)).toBe(true)
    desk.act((kernel) => kernel.execution.cancel(stop.clientOrderId))
    desk.canceled(stop)
    expect(desk.sent('stop')).toHaveLength(2)
  })

  it('gets a stop for whatever lacks one by protecting all', () => {
    const { desk } = protectedDesk()
    const before = desk.sent('stop').length
    desk.command({ type: 'protect_all' })
    expect(desk.sent('stop')).toHaveLength(before)
    desk.expire(desk.last('stop'))
    expect(desk.sent('stop')).toHaveLength(before + 1)
    desk.command({ type: 'protect_all' })
    expect(desk.sent('stop')).toHaveLength(before + 1)
    expect(desk.kernel.care.naked()).toHaveLength(1)
  })

  it('ends everything with the kill switch', () => {
    const { desk } = protectedDesk()
    desk.command({ type: 'kill_switch', reason: 'test' })
    expect(desk.sent('exit')).toHaveLength(1)
    desk.fill(desk.last('exit'))
    expect(desk.roundTrips).toMatchObject([{ exitReason: 'kill_switch' }])
    expect(desk.kernel.risk.state.tradingState).toBe('halted')
  })
})
