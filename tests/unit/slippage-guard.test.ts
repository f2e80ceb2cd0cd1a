// Proves that a guarded entry never trades further from the price of its decision than the policy allows, is sized for the worst of it, and that
// exits know no guard. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { notionalOf, price, subtract, toNumber } from '../../src-shared/domain/decimal.ts'
import { takingEntry, touchOf } from '../../src-main/core/execution/entry-pricing.ts'
import { HandDesk, exact, protectedDesk } from '../support/hand-venue.ts'
import { BTC } from '../support/venue-kit.ts'

const GUARDED = { execution: { slippageBpsMax: 10 } }

describe('the guard', () => {
  it('makes a limit of a market entry that ends at once, rounded to the side of the guard', () => {
    const at = (side: 'buy' | 'sell', bps: number): string =>
      exact(takingEntry({ instrument: BTC, side }, price('60000.7'), bps).limitPrice)
    expect([at('buy', 10), at('sell', 10), at('buy', 0)]).toEqual(['60060.7', '59940.7', 'none'])
  })

  it.each(['buy', 'sell'] as const)('holds for a %s, and the risk at the guard stays within the budget', (direction) => {
    const desk = new HandDesk(GUARDED)
    const entry = desk.enter(direction)
    expect(entry).toMatchObject({ type: 'limit', timeInForce: 'ioc', decisionPrice: price('60000') })
    expect(exact(entry.limitPrice)).toBe(direction === 'buy' ? '60060' : '59940')
    const stop = entry.entryPlan?.stopPrice ?? price('1')
    const distance = subtract(entry.limitPrice ?? price('1'), stop)
    expect(Math.abs(toNumber(notionalOf(distance < 0n ? (-distance as typeof distance) : distance, entry.quantity)))).toBeLessThanOrEqual(
      50,
    )
  })

  it('leaves nothing behind when nothing trades within it', () => {
    const desk = new HandDesk(GUARDED)
    const entry = desk.enter()
    desk.accept(entry)
    desk.expire(entry, 'ioc_unfilled')
    expect(desk.open).toBeNull()
    expect(desk.kernel.execution.registry.open()).toEqual([])
    desk.enter()
  })

  it('protects what traded within it, and places the ladder for that', () => {
    const desk = new HandDesk(GUARDED)
    const entry = desk.enter()
    desk.accept(entry)
    desk.fill(entry, { quantity: '0.03', price: '60050' })
    desk.accept(desk.last('stop'))
    desk.expire(entry, 'ioc_unfilled')
    expect(exact(desk.last('stop').quantity)).toBe('0.03')
    expect(desk.sent('target').length).toBeGreaterThan(0)
  })

  it('holds for an add, and never for an exit', () => {
    const { desk } = protectedDesk('buy', { ...GUARDED, sizeShare: 0.4 })
    desk.manage({ type: 'add', fraction: 0.5, reason: 'cheaper', regime: null }, 59_900)
    expect(desk.sent('entry').at(-1)).toMatchObject({ type: 'limit', timeInForce: 'ioc' })
    desk.command({ type: 'close_position', positionId: desk.position.id, reason: 'operator' })
    expect(desk.last('exit')).toMatchObject({ type: 'market', limitPrice: null })
  })
})

describe('the least size of an entry', () => {
  it('is a multiple of what the venue takes, so that parts can be closed', () => {
    const blocked = (entryNotionalsMin: number): string => {
      const desk = new HandDesk({ execution: { entryNotionalsMin }, risk: { riskPerTrade: 0.00015 } })
      try {
        desk.enter()
      } catch {
        // Refused: the decision says why.
      }
      return desk.records('decision').at(-1)?.reason ?? ''
    }
    expect(blocked(1)).toBe('executed')
    expect(blocked(2)).toBe('below_closable_notional')
  })
})

describe('the touch', () => {
  it('is half the spread away from the last price, or a tick where the spread is not known', () => {
    const at = (side: 'buy' | 'sell', spread: number): string => exact(touchOf({ instrument: BTC, side }, 60_000, spread))
    expect([at('buy', 2), at('sell', 2), at('buy', Number.NaN), at('sell', Number.NaN)]).toEqual(['59994', '60006', '59999.9', '60000.1'])
  })
})
