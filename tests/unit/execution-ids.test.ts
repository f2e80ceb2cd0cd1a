// Proves that ids never repeat and are told from other people's, and that the registry knows each order and each trade once.
import { describe, expect, it } from 'vitest'
import { tradeId } from '../../src-shared/domain/ids.ts'
import { IdSource } from '../../src-main/core/execution/id-source.ts'
import { HandDesk } from '../support/hand-venue.ts'

describe('ids', () => {
  const counters = { nextOrderNumber: 1, nextDecisionNumber: 1, nextPositionNumber: 1 }

  it('never repeat, name the purpose, and fit every venue', () => {
    const ids = new IdSource('twabc', counters)
    const made = (['entry', 'stop', 'target', 'exit', 'emergency'] as const).map((purpose) => ids.order(purpose))
    expect(made).toEqual(['twabcE0000001', 'twabcS0000002', 'twabcT0000003', 'twabcX0000004', 'twabcM0000005'])
    for (const id of made) expect(ids.owns(id)).toBe(true)
    expect(ids.counters.nextOrderNumber).toBe(6)
  })

  it('do not claim an order of somebody else that begins alike', () => {
    const ids = new IdSource('twabc', counters)
    for (const other of ['twitter1', 'tw', 'web123', 'LIQUIDATION7']) expect(ids.owns(other)).toBe(false)
  })

  it('tell those of another copy of this program, once each copy has a mark', () => {
    const ids = new IdSource('tw12ab777', counters, 'tw12ab')
    expect(ids.owns('tw12ab001E0000001')).toBe(true)
    expect([ids.owns('tw34cd001E0000001'), ids.isOfAnotherCopy('tw34cd001E0000001')]).toEqual([false, true])
    expect(ids.isOfAnotherCopy('web-123')).toBe(false)
    expect(() => new IdSource('tw34cd777', counters, 'tw12ab')).toThrow('does not begin with the mark')
  })

  it.each(['abc', 'tw', 'tw-1', 'twabcdefghijk'])('refuse the prefix "%s"', (prefix) => {
    expect(() => new IdSource(prefix, counters)).toThrow(RangeError)
  })
})

describe('the registry', () => {
  it('remembers a trade by its id alone', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    const { registry } = desk.kernel.execution
    const fill = desk.fillOf(entry, { tradeId: 'same' })
    expect([registry.claimFill(fill), registry.claimFill({ ...fill, price: fill.price })]).toEqual([true, false])
    expect(registry.knowsTrade(tradeId('same'))).toBe(true)
  })

  it('refuses to register an order twice', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    expect(() => desk.kernel.execution.registry.add(desk.order(entry))).toThrow(/registered already/)
  })
})
