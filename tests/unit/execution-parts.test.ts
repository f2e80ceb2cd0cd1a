// Proves that an order which is carried out in parts never trades more than it was approved for, keeps its stop in step with what was bought, asks
// the risk officer for every part, and ends cleanly: at its time, when told to, when its position is gone, and after a restart.
// The test plays the venue.
import { describe, expect, it } from 'vitest'
import { price, quantity, subtract, sum, toNumber } from '../../src-shared/domain/decimal.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import { HandDesk, exact } from '../support/hand-venue.ts'

const TWAP = { execution: { entry: { type: 'twap', durationMs: 60_000, slices: 4, jitter: 0 } } } as const

const totalOf = (orders: readonly OrderRequest[]): string => exact(sum(orders.map((order) => order.quantity)))
const ended = (desk: HandDesk): string[] =>
  desk
    .records('alert')
    .filter((alert) => alert.code === 'execution_ended')
    .map((alert) => alert.message)
/** The whole quantity that the decision asked for. */
const wholeOf = (desk: HandDesk): string | undefined => desk.records('decision').at(-1)?.entry?.quantity

/** Accepts and fills every entry as it comes, and accepts every stop. */
function serve(desk: HandDesk, ms: number, stepMs = 1_000): void {
  let seen = 0
  for (const untilMs = desk.nowMs + ms; desk.nowMs <= untilMs; desk.advance(stepMs)) {
    for (; seen < desk.effects.length; seen += 1) {
      const effect = desk.effects[seen]
      if (effect?.type !== 'submit_order') continue
      const { order } = effect
      if (desk.order(order).state !== 'submitted') continue
      desk.accept(order)
      if (order.type === 'market') desk.fill(order)
    }
  }
}

describe('a TWAP entry', () => {
  it('sends equal parts over its time, under one decision and one position', () => {
    const desk = new HandDesk(TWAP)
    desk.enter()
    serve(desk, 70_000)
    const parts = desk.sent('entry')
    expect(parts.map((part) => exact(part.quantity))).toEqual(['0.02', '0.021', '0.021', '0.021'])
    expect(totalOf(parts)).toBe(wholeOf(desk))
    expect(new Set(parts.map((part) => part.decisionId)).size).toBe(1)
    expect(new Set(parts.map((part) => part.parentId)).size).toBe(1)
    expect(exact(desk.position.quantity)).toBe('0.083')
    expect(desk.kernel.parents.list()).toEqual([])
    expect(ended(desk)).toEqual(['twap buy of 0.083 BTC/USDT:USDT: 0.083 traded, complete'])
    expect(desk.records('decision').filter((decision) => decision.outcome === 'executed')).toHaveLength(1)
  })

  it('keeps the stop as large as the position after each part, and places the ladder only at the end', () => {
    const desk = new HandDesk(TWAP)
    const first = desk.enter()
    desk.accept(first)
    desk.fill(first)
    desk.accept(desk.last('stop'))
    expect(exact(desk.last('stop').quantity)).toBe('0.02')
    expect(desk.sent('target')).toEqual([])
    desk.advance(15_000)
    const second = desk.last('entry')
    desk.fill(second, { quantity: '0.01' })
    expect(exact(desk.last('stop').quantity)).toBe('0.03')
    desk.fill(second, { quantity: '0.011' })
    serve(desk, 60_000)
    expect(exact(desk.last('stop').quantity)).toBe('0.083')
    expect(desk.position.care.stopOrderId).toBe(desk.last('stop').clientOrderId)
    expect(totalOf(desk.sent('target'))).toBe('0.083')
  })

  it('counts as one entry of the day, and keeps every other entry in the instrument away', () => {
    const desk = new HandDesk({ ...TWAP, risk: { tradesPerDayMax: 1 } })
    desk.enter()
    serve(desk, 70_000)
    expect(exact(desk.position.quantity)).toBe('0.083')
  })

  it('waits while a check refuses a part, and goes on when it passes, without making up for all of it at once', () => {
    const desk = new HandDesk({ execution: { entry: { type: 'twap', durationMs: 80_000, slices: 8, jitter: 0 } } })
    const first = desk.enter()
    desk.fill(first)
    desk.accept(desk.last('stop'))
    desk.system('venue_down')
    desk.advance(55_000)
    expect(desk.sent('entry')).toHaveLength(1)
    expect(desk.alerts().filter((code) => code === 'execution_held')).toHaveLength(1)
    desk.system('venue_up')
    const { quantity: size, entryPrice } = desk.position
    desk.snapshot({
      positions: [{ instrumentId: first.instrumentId, side: 'long', quantity: size, entryPrice, liquidationPrice: null }],
      orders: [desk.listed(desk.last('stop'))],
    })
    desk.advance(5_000)
    expect(desk.sent('entry')).toHaveLength(2)
    expect(exact(desk.last('entry').quantity)).toBe('0.022')
    serve(desk, 60_000)
    expect(exact(desk.position.quantity)).toBe('0.076')
    expect(ended(desk)[0]).toMatch(/traded, its time is over/)
  })

  it('sends no part that the venue would refuse for its size', () => {
    const desk = new HandDesk({ ...TWAP, execution: { entry: { ...TWAP.execution.entry, slices: 200 } }, risk: { riskPerTrade: 0.0005 } })
    desk.enter()
    serve(desk, 70_000)
    const parts = desk.sent('entry')
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect(toNumber(part.quantity) * 59_400).toBeGreaterThanOrEqual(100)
    expect(totalOf(parts)).toBe(wholeOf(desk))
  })

  it('ends when its position is closed, and what comes too late opens another', () => {
    const desk = new HandDesk(TWAP)
    desk.fill(desk.enter())
    const stop = desk.last('stop')
    desk.accept(stop)
    desk.advance(15_000)
    const second = desk.last('entry')
    const { id } = desk.position
    desk.trigger(stop)
    desk.fill(stop, { price: '59400' })
    expect(desk.canceledIds()).toContain(second.clientOrderId)
    desk.fill(second, { price: '59400' })
    expect(desk.position.id).not.toBe(id)
    expect(desk.roundTrips).toHaveLength(1)
  })

  it('is ended by the operator, through any part or as a whole, and keeps what was bought behind its stop and targets', () => {
    const desk = new HandDesk(TWAP)
    desk.fill(desk.enter())
    desk.accept(desk.last('stop'))
    const [parent] = desk.kernel.parents.list()
    expect(
      desk.command({ type: 'cancel_order', clientOrderId: parent?.request.clientOrderId ?? desk.last('entry').clientOrderId }),
    ).toMatchObject({
      ok: true,
    })
    desk.advance(60_000)
    expect(desk.sent('entry')).toHaveLength(1)
    expect(totalOf(desk.sent('target'))).toBe('0.02')
    expect(ended(desk)[0]).toContain('canceled by the operator')
  })

  it('is ended by the kill switch', () => {
    const desk = new HandDesk(TWAP)
    const first = desk.enter()
    desk.accept(first)
    desk.command({ type: 'kill_switch', reason: 'test' })
    expect(desk.canceledIds()).toContain(first.clientOrderId)
    desk.canceled(first)
    desk.lookup(first, desk.listed(first, { status: 'canceled' }))
    desk.advance(60_000)
    expect(desk.sent('entry')).toHaveLength(1)
    expect(desk.kernel.parents.list()).toEqual([])
  })

  it('is cut short by a restart: its open part is canceled, what was bought stays protected, and nothing more is sent', () => {
    const desk = new HandDesk(TWAP)
    desk.fill(desk.enter())
    const stop = desk.last('stop')
    desk.accept(stop)
    desk.advance(15_000)
    const second = desk.last('entry')
    desk.accept(second)
    const { quantity: size, entryPrice } = desk.position
    desk.restart()
    expect(desk.canceledIds()).toEqual([second.clientOrderId])
    expect(desk.alerts()).toContain('execution_cut_short')
    desk.canceled(second)
    desk.snapshot({
      positions: [{ instrumentId: second.instrumentId, side: 'long', quantity: size, entryPrice, liquidationPrice: null }],
      orders: [desk.listed(stop)],
    })
    desk.advance(60_000)
    expect(desk.sent('entry')).toEqual([])
    expect(totalOf(desk.sent('target'))).toBe('0.02')
  })

  it('cancels a part of before the restart when it turns out to work', () => {
    const desk = new HandDesk(TWAP)
    const first = desk.enter()
    desk.restart()
    desk.lookup(first, desk.listed(first))
    expect(desk.canceledIds()).toEqual([first.clientOrderId])
  })
})

describe('what a part leaves over', () => {
  const GUARDED = { execution: { slippageBpsMax: 10, entry: TWAP.execution.entry } }

  it('is sent again only after the venue has said how much of it was traded', () => {
    const desk = new HandDesk(GUARDED)
    const first = desk.enter()
    expect(first).toMatchObject({ type: 'limit', timeInForce: 'ioc' })
    desk.accept(first)
    desk.expire(first, 'ioc_unfilled')
    expect(desk.lookups()).toEqual([first.clientOrderId])
    desk.advance(2_900)
    expect(desk.sent('entry')).toHaveLength(1)
    // It had traded after all, and its report comes with the look-up.
    desk.lookup(first, desk.listed(first, { status: 'expired', filledQuantity: quantity('0.015') }), [
      desk.fillOf(first, { quantity: '0.015' }),
    ])
    const stop = desk.last('stop')
    desk.accept(stop)
    serve(desk, 9_000)
    expect(desk.sent('entry')).toHaveLength(1)
    serve(desk, 5_000)
    // 0.037 are due by the second part: 0.015 are there.
    expect(exact(desk.last('entry').quantity)).toBe('0.022')
  })

  it('is never sent again when the venue does not say', () => {
    const desk = new HandDesk(GUARDED)
    const first = desk.enter()
    desk.accept(first)
    desk.expire(first, 'ioc_unfilled')
    desk.advance(60_000)
    expect(desk.lookups().length).toBeLessThanOrEqual(4)
    expect(desk.sent('entry')).toHaveLength(1)
    expect(ended(desk)[0]).toContain('the venue does not say what became of a part')
  })

  it('is never sent again when the order was thought lost', () => {
    const desk = new HandDesk(TWAP)
    const first = desk.enter()
    desk.unknown(first)
    desk.lookup(first, null)
    desk.advance(3_000)
    desk.lookup(first, null)
    serve(desk, 70_000)
    const later = desk.sent('entry').slice(1)
    expect(totalOf(later)).toBe(exact(subtract(quantity(wholeOf(desk) ?? '0'), first.quantity)))
  })

  it('is given up after the venue refused it several times', () => {
    const desk = new HandDesk(TWAP)
    desk.enter()
    for (let turn = 0; turn < 8; turn += 1) {
      if (desk.kernel.parents.list().length > 0) desk.reject(desk.last('entry'), 'margin_insufficient')
      desk.advance(15_000)
    }
    expect(desk.sent('entry')).toHaveLength(5)
    expect(ended(desk)[0]).toContain('refused it 5 times (margin_insufficient)')
  })
})

describe('a resting entry', () => {
  const plan = (type: 'limit' | 'post_only', atTimeout: 'cancel' | 'cross') =>
    ({ execution: { slippageBpsMax: 20, entry: { type, offsetBps: 5, timeoutMs: 60_000, atTimeout } } }) as const

  it('rests at its limit, and is canceled at its time', () => {
    const desk = new HandDesk(plan('limit', 'cancel'))
    const order = desk.enter()
    expect(order).toMatchObject({ type: 'limit', timeInForce: 'gtc', limitPrice: price('59970') })
    desk.accept(order)
    desk.advance(60_000)
    expect(desk.canceledIds()).toEqual([order.clientOrderId])
    desk.canceled(order)
    desk.lookup(order, desk.listed(order, { status: 'canceled' }))
    desk.advance(10_000)
    expect(desk.sent('entry')).toHaveLength(1)
    expect(desk.open).toBeNull()
  })

  it('takes what is left at its time when it shall, within the guard, once', () => {
    const desk = new HandDesk(plan('limit', 'cross'))
    const order = desk.enter()
    desk.accept(order)
    desk.fill(order, { quantity: '0.02', price: '59970' })
    desk.accept(desk.last('stop'))
    desk.advance(60_000)
    desk.canceled(order)
    desk.lookup(order, desk.listed(order, { status: 'canceled', filledQuantity: quantity('0.02') }))
    desk.advance(2_000)
    const crossing = desk.last('entry')
    expect(crossing).toMatchObject({ type: 'limit', timeInForce: 'ioc', limitPrice: price('60120') })
    desk.accept(crossing)
    desk.expire(crossing, 'ioc_unfilled')
    desk.lookup(crossing, desk.listed(crossing, { status: 'expired' }))
    desk.advance(30_000)
    expect(desk.sent('entry')).toHaveLength(2)
    expect(totalOf(desk.sent('target'))).toBe('0.02')
  })

  it('is placed again below the market when post-only was refused for taking', () => {
    const desk = new HandDesk(plan('post_only', 'cancel'))
    const order = desk.enter()
    expect(order).toMatchObject({ timeInForce: 'post_only', limitPrice: price('59970') })
    desk.reject(order, 'would_take')
    desk.trade(59_950)
    desk.advance(2_000)
    expect(exact(desk.last('entry').limitPrice)).toBe('59949.9')
  })
})

describe('an iceberg entry', () => {
  it('shows a part at a time, refilled when it has traded', () => {
    const desk = new HandDesk({ execution: { entry: { type: 'iceberg', visibleShare: 0.25, timeoutMs: 60_000 } } })
    const first = desk.enter()
    const shown: string[] = []
    for (let turn = 0; turn < 8 && desk.kernel.parents.list().length > 0; turn += 1) {
      const order = desk.last('entry')
      shown.push(exact(order.quantity))
      desk.accept(order)
      desk.fill(order)
      desk.accept(desk.last('stop'))
    }
    expect(first).toMatchObject({ type: 'limit', limitPrice: price('60000') })
    expect(shown).toEqual(['0.02', '0.02', '0.02', '0.02', '0.003'])
    expect(totalOf(desk.sent('target'))).toBe('0.083')
  })
})

describe('a sniper entry', () => {
  const SNIPER = {
    execution: { entry: { type: 'sniper', chaseBpsMax: 10, repriceMs: 5_000, timeoutMs: 60_000, atTimeout: 'cancel' } },
  } as const

  it('follows the market as far as it may, and no farther', () => {
    const desk = new HandDesk(SNIPER)
    const first = desk.enter()
    expect(first).toMatchObject({ timeInForce: 'post_only', limitPrice: price('59999.9') })
    desk.accept(first)
    desk.trade(60_020)
    desk.advance(5_000)
    expect(desk.canceledIds()).toEqual([first.clientOrderId])
    desk.canceled(first)
    desk.lookup(first, desk.listed(first, { status: 'canceled' }))
    desk.advance(2_000)
    const second = desk.last('entry')
    expect(exact(second.limitPrice)).toBe('60019.9')
    desk.accept(second)
    desk.trade(60_500)
    desk.advance(5_000)
    desk.canceled(second)
    desk.lookup(second, desk.listed(second, { status: 'canceled' }))
    desk.advance(2_000)
    const third = desk.last('entry')
    expect(exact(third.limitPrice)).toBe('60060')
    desk.accept(third)
    desk.advance(20_000)
    expect(desk.sent('entry')).toHaveLength(3)
  })

  it('stays where it is when the market comes to it', () => {
    const desk = new HandDesk(SNIPER)
    const first = desk.enter()
    desk.accept(first)
    desk.trade(59_950)
    desk.advance(20_000)
    expect(desk.canceledIds()).toEqual([])
  })

  it('is canceled at its time also when the first cancel was refused', () => {
    const desk = new HandDesk(SNIPER)
    const first = desk.enter()
    desk.accept(first)
    desk.advance(60_000)
    desk.report({ type: 'cancel_rejected', clientOrderId: first.clientOrderId, code: 'busy', tsEventMs: desk.nowMs })
    desk.advance(3_000)
    desk.lookup(first, desk.listed(first))
    expect(desk.canceledIds()).toEqual([first.clientOrderId, first.clientOrderId])
  })
})

describe('a close in parts', () => {
  const SLOW = { execution: { close: { type: 'twap', durationMs: 60_000, slices: 4, jitter: 0 } } } as const
  const closing = (options: ConstructorParameters<typeof HandDesk>[0] = SLOW) => {
    const desk = new HandDesk(options)
    const entry = desk.enter()
    desk.fill(entry)
    const stop = desk.last('stop')
    desk.accept(stop)
    for (const target of desk.sent('target')) desk.accept(target)
    desk.command({ type: 'close_position', positionId: desk.position.id, reason: 'operator' })
    return { desk, stop }
  }

  it('takes the targets back, keeps the stop in step, and ends flat', () => {
    const { desk, stop } = closing()
    expect(desk.canceledIds()).toEqual(desk.sent('target').map((target) => target.clientOrderId))
    const first = desk.last('exit')
    expect(first).toMatchObject({ reduceOnly: true, type: 'market' })
    expect(exact(first.quantity)).toBe('0.02')
    desk.accept(first)
    desk.fill(first)
    expect(exact(desk.last('stop').quantity)).toBe('0.063')
    desk.accept(desk.last('stop'))
    expect(desk.canceledIds()).toContain(stop.clientOrderId)
    expect(desk.position.care.phase).toBe('protected')
    serve(desk, 70_000)
    expect(desk.open).toBeNull()
    expect(totalOf(desk.sent('exit'))).toBe('0.083')
    expect(desk.roundTrips).toMatchObject([{ exitReason: 'operator' }])
  })

  it('is at market at once when it is asked for again, or by the kill switch', () => {
    for (const urgent of ['again', 'kill'] as const) {
      const { desk } = closing()
      const slow = desk.last('exit')
      desk.accept(slow)
      if (urgent === 'kill') desk.command({ type: 'kill_switch', reason: 'test' })
      else desk.command({ type: 'close_position', positionId: desk.position.id, reason: 'operator' })
      expect(desk.canceledIds()).toContain(slow.clientOrderId)
      expect(exact(desk.last('exit').quantity)).toBe('0.083')
      expect(desk.last('exit').parentId).toBeUndefined()
    }
  })

  it('goes on at market after a restart', () => {
    const { desk, stop } = closing()
    desk.fill(desk.last('exit'))
    desk.accept(desk.last('stop'))
    const { quantity: size, entryPrice } = desk.position
    desk.restart()
    desk.snapshot({
      positions: [{ instrumentId: stop.instrumentId, side: 'long', quantity: size, entryPrice, liquidationPrice: null }],
      tsEventMs: desk.nowMs,
    })
    expect(desk.sent('exit')).toMatchObject([{ type: 'market', quantity: size }])
  })

  it('ends with the position when the stop is faster', () => {
    const { desk, stop } = closing()
    desk.trigger(stop)
    desk.fill(stop, { price: '59400' })
    expect(desk.open).toBeNull()
    const part = desk.last('exit')
    expect(desk.canceledIds()).toContain(part.clientOrderId)
    desk.expire(part, 'position_closed')
    desk.lookup(part, desk.listed(part, { status: 'expired' }))
    expect(desk.kernel.parents.list()).toEqual([])
  })

  it('that only rests leaves the position behind its stop when its time is over', () => {
    const { desk } = closing({ execution: { close: { type: 'limit', timeoutMs: 10_000, atTimeout: 'cancel' } } })
    const exit = desk.last('exit')
    desk.accept(exit)
    desk.advance(10_000)
    desk.canceled(exit)
    desk.lookup(exit, desk.listed(exit, { status: 'canceled' }))
    desk.advance(60_000)
    expect(desk.sent('exit')).toHaveLength(1)
    expect(desk.position.care).toMatchObject({ phase: 'protected', closeReason: null })
  })

  it('that shall cross closes the rest at market', () => {
    const { desk } = closing({ execution: { close: { type: 'limit', timeoutMs: 10_000, atTimeout: 'cross' } } })
    const exit = desk.last('exit')
    desk.accept(exit)
    desk.advance(10_000)
    desk.canceled(exit)
    desk.lookup(exit, desk.listed(exit, { status: 'canceled' }))
    desk.advance(2_000)
    expect(desk.last('exit')).toMatchObject({ type: 'market', quantity: quantity('0.083') })
  })
})
