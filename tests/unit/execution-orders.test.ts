// Proves that an order is written down before it leaves, watched until answered, looked up when not, and never sent twice;
// that repeated, reordered and late reports do no harm; and that every trade is booked once. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { quantity } from '../../src-shared/domain/decimal.ts'
import { clientOrderId } from '../../src-shared/domain/ids.ts'
import { HandDesk, exact, protectedDesk } from '../support/hand-venue.ts'

const ANSWER_TIMEOUT_MS = 3_000

function sentDesk() {
  const desk = new HandDesk()
  return { desk, entry: desk.enter() }
}

describe('sending', () => {
  it('writes the order down before it leaves, then sets the clock for the answer', () => {
    const { desk, entry } = sentDesk()
    const about = desk.effects.flatMap((effect) => {
      if (effect.type === 'journal' && effect.record.kind === 'order') return [`journal ${effect.record.body.state}`]
      if (effect.type === 'submit_order') return ['submit']
      return effect.type === 'set_timer' && effect.key === `answer:${entry.clientOrderId}` ? ['timer'] : []
    })
    expect(about).toEqual(['journal submitted', 'submit', 'timer'])
  })

  it('writes the wish to cancel down before the cancel leaves', () => {
    const { desk, targets } = protectedDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.effects.length = 0
    desk.command({ type: 'cancel_order', clientOrderId: first.clientOrderId })
    expect(desk.effects.slice(0, 2)).toMatchObject([
      { type: 'journal', record: { kind: 'order', body: { state: 'pending_cancel' } } },
      { type: 'cancel_order' },
    ])
  })

  it('asks for a cancel once, and never for an order that has ended', () => {
    const { desk, entry, targets } = protectedDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    for (const id of [first.clientOrderId, first.clientOrderId, entry.clientOrderId, clientOrderId('nobody')])
      desk.act((kernel) => kernel.execution.cancel(id))
    expect(desk.canceledIds()).toEqual([first.clientOrderId])
  })
})

describe('an order without an answer', () => {
  it('is unknown after the timeout and looked up, and is not sent again', () => {
    const { desk, entry } = sentDesk()
    desk.advance(ANSWER_TIMEOUT_MS - 1)
    expect(desk.lookups()).toEqual([])
    desk.advance(1)
    expect(desk.order(entry)).toMatchObject({ state: 'unknown', reason: 'no_answer' })
    expect(desk.lookups()).toEqual([entry.clientOrderId])
    desk.advance(120_000)
    expect(desk.sent('entry')).toHaveLength(1)
  })

  it('works again when it is found, and is not looked up any more', () => {
    const { desk, entry } = sentDesk()
    desk.unknown(entry)
    desk.lookup(entry, desk.listed(entry))
    expect(desk.order(entry).state).toBe('accepted')
    const asked = desk.lookups().length
    desk.advance(600_000)
    expect(desk.lookups()).toHaveLength(asked)
  })

  it('books the trades that come with the lookup', () => {
    const { desk, entry } = sentDesk()
    desk.unknown(entry)
    desk.lookup(entry, desk.listed(entry, { status: 'filled', filledQuantity: entry.quantity }), [desk.fillOf(entry)])
    expect(desk.order(entry).state).toBe('filled')
    expect(desk.position.quantity).toBe(entry.quantity)
  })

  it('is given up only when it was not found twice', () => {
    const { desk, entry } = sentDesk()
    desk.unknown(entry)
    desk.lookup(entry, null)
    expect(desk.order(entry).state).toBe('unknown')
    desk.advance(ANSWER_TIMEOUT_MS)
    desk.lookup(entry, null)
    expect(desk.order(entry)).toMatchObject({ state: 'rejected', reason: 'never_arrived' })
    expect(desk.sent('entry')).toHaveLength(1)
  })

  it('counts the same answer, told twice, once', () => {
    const { desk, entry } = sentDesk()
    desk.unknown(entry)
    desk.lookup(entry, null)
    desk.lookup(entry, null)
    expect(desk.order(entry).state).toBe('unknown')
  })

  it('is looked up at growing intervals a bounded number of times, then a person is told', () => {
    const { desk, entry } = sentDesk()
    desk.unknown(entry)
    desk.advance(3_600_000)
    expect(desk.lookups()).toHaveLength(8)
    expect(desk.alerts().filter((code) => code === 'order_unresolved')).toHaveLength(1)
    desk.snapshot()
    expect(desk.lookups()).toHaveLength(9)
  })

  it('ends as the venue says that it ended', () => {
    for (const status of ['canceled', 'expired', 'rejected'] as const) {
      const { desk, entry } = sentDesk()
      desk.unknown(entry)
      desk.lookup(entry, desk.listed(entry, { status }))
      expect(desk.order(entry).state).toBe(status)
    }
  })

  it('ends also when the venue has forgotten the trades that filled it', () => {
    const { desk, entry } = sentDesk()
    desk.unknown(entry)
    desk.lookup(entry, desk.listed(entry, { status: 'filled', filledQuantity: entry.quantity }))
    expect(desk.order(entry)).toMatchObject({ state: 'expired', reason: 'filled_without_trades' })
    desk.fill(entry)
    expect(desk.position.quantity).toBe(entry.quantity)
  })

  it('protects a position that an order opens after it was given up, and sounds the alarm', () => {
    const { desk, entry } = sentDesk()
    desk.unknown(entry)
    desk.lookup(entry, null)
    desk.advance(ANSWER_TIMEOUT_MS)
    desk.lookup(entry, null)
    desk.fill(entry)
    expect(exact(desk.last('stop').triggerPrice)).toBe('59400')
    expect(desk.alerts()).toContain('illegal_transition')
  })
})

describe('cancels', () => {
  it('that are refused are followed up: the order is looked up only if no report comes', () => {
    const { desk, targets } = protectedDesk()
    const [first, second] = targets
    if (first === undefined || second === undefined) throw new Error('no targets')
    for (const target of [first, second]) {
      desk.command({ type: 'cancel_order', clientOrderId: target.clientOrderId })
      desk.report({ type: 'cancel_rejected', clientOrderId: target.clientOrderId, code: 'unknown_order', tsEventMs: desk.nowMs })
    }
    desk.fill(first, { price: '60600' })
    desk.advance(ANSWER_TIMEOUT_MS)
    expect(desk.lookups()).toContain(second.clientOrderId)
    expect(desk.lookups()).not.toContain(first.clientOrderId)
  })

  it('that get lost are noticed also when an older lookup is answered in between', () => {
    const { desk, targets } = protectedDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.act((kernel) => kernel.execution.investigate(desk.order(first)))
    desk.command({ type: 'cancel_order', clientOrderId: first.clientOrderId })
    desk.lookup(first, desk.listed(first))
    expect(desk.order(first).state).toBe('pending_cancel')
    desk.advance(ANSWER_TIMEOUT_MS)
    expect(desk.order(first).state).toBe('unknown')
  })

  it('that are refused a second time do not unsettle an order that was found to work', () => {
    const { desk, targets } = protectedDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.command({ type: 'cancel_order', clientOrderId: first.clientOrderId })
    const refusal = { type: 'cancel_rejected', clientOrderId: first.clientOrderId, code: 'busy', tsEventMs: desk.nowMs } as const
    desk.report(refusal)
    desk.lookup(first, desk.listed(first))
    desk.report(refusal)
    expect(desk.order(first).state).toBe('accepted')
  })

  it('leave an order that fills before its end filled', () => {
    const { desk, targets } = protectedDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.command({ type: 'cancel_order', clientOrderId: first.clientOrderId })
    desk.fill(first, { price: '60600' })
    desk.canceled(first)
    expect(desk.order(first).state).toBe('filled')
  })
})

describe('reports', () => {
  it('may be repeated: nothing changes', () => {
    const { desk, entry } = sentDesk()
    desk.accept(entry)
    const fill = desk.fill(entry, { quantity: '0.05' })
    const position = desk.position
    const balance = desk.kernel.portfolio.balance
    desk.accept(entry)
    desk.report({ type: 'fill', fill, tsEventMs: fill.tsEventMs })
    expect(desk.position.quantity).toBe(position.quantity)
    expect(desk.kernel.portfolio.balance).toBe(balance)
    expect(desk.records('fill')).toHaveLength(1)
  })

  it('may overtake each other: fill before acceptance, end before fill', () => {
    const { desk, entry } = sentDesk()
    desk.fill(entry, { quantity: '0.05' })
    desk.accept(entry)
    expect(desk.order(entry).state).toBe('partially_filled')
    desk.canceled(entry)
    desk.fill(entry, { quantity: '0.01' })
    expect(desk.order(entry)).toMatchObject({ state: 'canceled', filledQuantity: quantity('0.06') })
    expect(desk.position.quantity).toBe(quantity('0.06'))
  })

  it('of a timeout do not unsettle an order that is known to work', () => {
    const { desk, stop } = protectedDesk()
    desk.unknown(stop)
    expect(desk.order(stop).state).toBe('accepted')
    expect(desk.sent('stop')).toHaveLength(1)
  })

  it('of more trades than the order has are booked, alarmed, and the venue is asked for the truth', () => {
    const { desk, entry } = sentDesk()
    desk.accept(entry)
    const asked = desk.snapshotRequests()
    desk.fill(entry, { quantity: '0.08' })
    desk.fill(entry, { quantity: '0.01' })
    desk.advance(0)
    expect(desk.position.quantity).toBe(quantity('0.09'))
    expect(desk.alerts()).toContain('overfill')
    expect(desk.snapshotRequests()).toBe(asked + 1)
  })

  it('about an order that nobody knows are written down once, and its trades are booked and protected', () => {
    const { desk, entry } = sentDesk()
    const stranger = { ...entry, clientOrderId: clientOrderId('somebody') }
    desk.accept(stranger)
    desk.accept(stranger)
    expect(desk.records('reconciliation')).toHaveLength(1)
    desk.fill(stranger)
    expect(desk.position).toMatchObject({ strategyId: 'adopted' })
    expect(exact(desk.last('stop').triggerPrice)).toBe('58800')
  })

  it('that turn a position over close it and open another, fee and trade booked once', () => {
    const { desk, entry } = sentDesk()
    desk.accept(entry)
    desk.fill(entry)
    const first = desk.position.id
    const stranger = { ...entry, clientOrderId: clientOrderId('somebody'), side: 'sell' as const, quantity: quantity('0.1') }
    desk.fill(stranger)
    expect(desk.position).toMatchObject({ side: 'short', quantity: quantity('0.017') })
    expect(desk.position.id).not.toBe(first)
    expect(desk.roundTrips).toMatchObject([{ positionId: first, exitReason: 'external' }])
    expect(desk.records('fill')).toHaveLength(2)
    expect(desk.journal.balance).toBe(desk.kernel.portfolio.balance)
  })
})

describe('after a restart', () => {
  it('looks up what was on its way, and sends nothing again', () => {
    const { desk, entry } = sentDesk()
    desk.restart()
    expect(desk.order(entry)).toMatchObject({ state: 'unknown', reason: 'restarted' })
    expect(desk.lookups()).toEqual([entry.clientOrderId])
    expect(desk.sent('entry')).toEqual([])
  })

  it('looks up what was unknown, and what was to be canceled', () => {
    const { desk, targets } = protectedDesk()
    const [first, second, third] = targets
    if (first === undefined || second === undefined || third === undefined) throw new Error('no targets')
    desk.command({ type: 'cancel_order', clientOrderId: first.clientOrderId })
    desk.act((kernel) => kernel.execution.investigate(desk.order(second)))
    desk.restart()
    expect(desk.lookups()).toEqual([first.clientOrderId, second.clientOrderId])
    expect(desk.order(third).state).toBe('accepted')
  })

  it('leaves what works to the snapshot', () => {
    const { desk, stop } = protectedDesk()
    desk.restart()
    expect(desk.order(stop).state).toBe('accepted')
    expect(desk.lookups()).toEqual([])
  })

  it('does not book a known trade again', () => {
    const { desk, entry } = sentDesk()
    desk.accept(entry)
    const fill = desk.fill(entry, { quantity: '0.05' })
    desk.restart()
    desk.report({ type: 'fill', fill, tsEventMs: fill.tsEventMs })
    expect(desk.position.quantity).toBe(quantity('0.05'))
  })
})
