// Proves what a restart must not forget beyond orders and positions: how long ago a position was closed, and what a person paused. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { MarketDesk } from '../../src-main/core/kernel/market-desk.ts'
import { Holding } from '../../src-main/core/portfolio/portfolio.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import { handConfig } from '../support/hand-config.ts'
import { HandDesk, START_MS, protectedDesk } from '../support/hand-venue.ts'
import { BTC, ETH } from '../support/venue-kit.ts'

describe('the cooldown', () => {
  const COOLDOWN_MS = 15 * MINUTE_MS

  function stoppedOut(): HandDesk {
    const { desk, stop } = protectedDesk('buy', { risk: { cooldownMs: COOLDOWN_MS } })
    desk.fill(stop, { price: '59400' })
    for (const order of desk.kernel.execution.registry.open()) desk.canceled(order)
    return desk
  }

  it('goes on where it was after a restart', () => {
    const desk = stoppedOut()
    desk.restart()
    desk.snapshot()
    expect(() => desk.enter()).toThrow(/at least 15 min/)
    for (let minute = 2; minute < 15; minute += 1) desk.candle(60_000)
    desk.enter()
    expect(desk.sent('entry')).toHaveLength(1)
  })

  it('begins anew where a recording was wound back to: what was closed there later has not been yet', () => {
    const config = handConfig({ startMs: START_MS, start: 1, speak: () => null })
    const market = new MarketDesk(config, { holdingOf: () => new Holding(0), onPrice: () => {}, onRunners: () => {} })
    market.recover(
      [
        { instrumentId: BTC.id, closedMs: START_MS },
        { instrumentId: ETH.id, closedMs: START_MS + 1 },
      ],
      START_MS,
    )
    expect([BTC, ETH].map(({ id }) => market.market(id)?.lastClosedMs)).toEqual([START_MS, null])
  })
})

describe('a paused strategy', () => {
  const BY_HAND = strategyId('by-hand')
  const pause = (desk: HandDesk, paused: boolean) => desk.command({ type: 'pause_strategy', strategyId: BY_HAND, paused })
  const pausedOf = (desk: HandDesk): (boolean | undefined)[] => desk.kernel.strategies.list().map(({ paused }) => paused)

  it('is paused after a restart, says nothing, and is resumed by a person alone', () => {
    const desk = new HandDesk()
    expect(pause(desk, true)).toMatchObject({ ok: true })
    desk.restart()
    desk.snapshot()
    expect(pausedOf(desk)).toEqual([true])
    expect(() => desk.enter()).toThrow(/no decision/)
    expect(pause(desk, false)).toMatchObject({ ok: true })
    desk.enter()
    expect(desk.sent('entry')).toHaveLength(1)
  })

  it('that was resumed runs after a restart', () => {
    const desk = new HandDesk()
    pause(desk, true)
    pause(desk, false)
    desk.restart()
    desk.snapshot()
    expect(pausedOf(desk)).toEqual([false])
    desk.enter()
  })

  it('is still paused when its file is loaded again after it was gone', () => {
    const desk = new HandDesk()
    pause(desk, true)
    const [status] = desk.kernel.strategies.list()
    desk.kernel.strategies.forget(BY_HAND)
    if (status !== undefined) desk.kernel.strategies.load(status.setup)
    expect(pausedOf(desk)).toEqual([true])
  })
})
