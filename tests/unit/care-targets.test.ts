// Proves the take-profit ladder and the stop that follows it: break-even after the first target, the trail, the Chandelier, never looser, not too often.
// The test plays the venue.
import { describe, expect, it } from 'vitest'
import { price, toText } from '../../src-shared/domain/decimal.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import { adviseStop, breakEvenPrice, type StopFacts } from '../../src-main/core/execution/stop-policy.ts'
import { HandDesk, exact, protectedDesk } from '../support/hand-venue.ts'
import { BTC } from '../support/venue-kit.ts'

const shown = (orders: readonly OrderRequest[]): string[] =>
  orders.map((order) => `${order.side} ${exact(order.quantity)} at ${exact(order.limitPrice ?? order.triggerPrice)}`)

describe('the ladder', () => {
  it('is placed as reduce-only limits of 40, 30 and 30 % at 1, 2 and 3 R', () => {
    const { targets } = protectedDesk()
    expect(shown(targets)).toEqual(['sell 0.033 at 60600', 'sell 0.025 at 61200', 'sell 0.025 at 61800'])
    for (const target of targets) expect(target).toMatchObject({ type: 'limit', reduceOnly: true })
  })

  it('lies below the entry for a short', () => {
    expect(shown(protectedDesk('sell').targets)).toEqual(['buy 0.033 at 59400', 'buy 0.025 at 58800', 'buy 0.025 at 58200'])
  })

  it('waits for the stop and for the end of the entry, and is planned on what was really bought', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.fill(entry, { quantity: '0.05' })
    expect(desk.sent('target')).toHaveLength(0)
    desk.accept(desk.last('stop'))
    expect(desk.sent('target')).toHaveLength(0)
    desk.expire(entry)
    expect(shown(desk.sent('target'))).toEqual(['sell 0.02 at 60600', 'sell 0.015 at 61200', 'sell 0.015 at 61800'])
  })

  it('is placed once, also when asked again', () => {
    const { desk } = protectedDesk()
    desk.command({ type: 'protect_all' })
    expect(desk.sent('target')).toHaveLength(3)
  })

  it('leaves the share of a refused target to the stop, and says so', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    desk.fill(entry)
    desk.accept(desk.last('stop'))
    desk.reject(desk.last('target'))
    expect(desk.position.care.targets.map((target) => target.state)).toEqual(['working', 'working', 'abandoned'])
    expect(desk.alerts()).toContain('target_failed')
    expect(exact(desk.last('stop').quantity)).toBe('0.083')
  })
})

describe('after the first target', () => {
  function afterFirstTarget(direction: 'buy' | 'sell' = 'buy') {
    const opened = protectedDesk(direction)
    const [first] = opened.targets
    if (first === undefined) throw new Error('no target')
    const at = toText(first.limitPrice ?? BTC.tickSize)
    opened.desk.trade(Number(at))
    opened.desk.fill(first, { price: at })
    return opened
  }

  it.each([
    ['buy', '60060.1', 1],
    ['sell', '59940', -1],
  ] as const)('moves the stop of a %s to break-even for what is left, fees of both sides included', (direction, expected, sign) => {
    const { desk, stop } = afterFirstTarget(direction)
    const moved = desk.last('stop')
    expect([exact(moved.triggerPrice), exact(moved.quantity)]).toEqual([expected, '0.05'])
    desk.accept(moved)
    expect(desk.canceledIds()).toEqual([stop.clientOrderId])
    expect(desk.position.care.breakEvenDone).toBe(true)
    const net = (Number(expected) - 60_000) * sign - (Number(expected) + 60_000) * 0.0005
    expect(net).toBeGreaterThanOrEqual(0)
    expect(net).toBeLessThan(0.2)
  })

  it('gives the stop that is on its way the size that is left when the second target fills at once', () => {
    const { desk, targets } = afterFirstTarget()
    const [, second] = targets
    if (second === undefined) throw new Error('no target')
    const atBreakEven = desk.last('stop')
    desk.trade(61_200)
    desk.fill(second, { price: '61200' })
    expect(exact(desk.last('stop').quantity)).toBe('0.025')
    desk.accept(atBreakEven)
    desk.accept(desk.last('stop'))
    const working = desk.kernel.execution.registry.open().filter((order) => order.purpose === 'stop' && order.state === 'accepted')
    expect(working.map((order) => exact(order.quantity))).toEqual(['0.025'])
  })

  it('keeps the old stop, price and size of it, when the venue refuses the move, and does not call it break-even', () => {
    const { desk, stop } = afterFirstTarget()
    desk.reject(desk.last('stop'), 'would_immediately_trigger')
    expect(desk.position.care).toMatchObject({
      stopOrderId: stop.clientOrderId,
      stopPrice: stop.triggerPrice,
      stopState: 'working',
      breakEvenDone: false,
      unprotectedSinceMs: null,
    })
    expect(desk.sent('emergency')).toHaveLength(0)
    desk.fill(stop, { price: '59400', quantity: '0.05' })
    expect(desk.roundTrips[0]?.exitReason).toBe('stop')
  })

  it('closes at market when the price has already fallen through break-even', () => {
    const { desk, targets } = protectedDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.trade(60_010)
    desk.fill(first, { price: '60600' })
    expect(desk.sent('exit')).toHaveLength(1)
    expect(desk.position.care).toMatchObject({ phase: 'closing', closeReason: 'trailing_stop' })
  })

  it('ends with the last target: the round trip is written and every other order is canceled', () => {
    const { desk, targets } = afterFirstTarget()
    desk.accept(desk.last('stop'))
    for (const target of targets.slice(1)) desk.fill(target, { price: exact(target.limitPrice) })
    expect(desk.open).toBeNull()
    expect(desk.roundTrips).toHaveLength(1)
    expect(desk.roundTrips[0]).toMatchObject({ exitReason: 'target' })
    expect(desk.canceledIds()).not.toContain(desk.last('stop').clientOrderId)
    // It was on its way when the position ended: it is canceled when it has arrived.
    desk.accept(desk.last('stop'))
    expect(desk.canceledIds()).toContain(desk.last('stop').clientOrderId)
    const closed = [...desk.journal.positions.values()][0]
    expect(closed?.care.targets.map((target) => target.state)).toEqual(['filled', 'filled', 'filled'])
  })
})

/** A protected position that was opened at this price. */
function boughtAt(direction: 'buy' | 'sell', fillPrice: string, stop?: number): HandDesk {
  const desk = new HandDesk()
  const entry = desk.enter(direction, stop === undefined ? {} : { stop })
  desk.accept(entry)
  desk.fill(entry, { price: fillPrice })
  desk.accept(desk.last('stop'))
  for (const target of desk.sent('target')) desk.accept(target)
  return desk
}

describe('tightening', () => {
  it('does nothing before half of the way to the final target', () => {
    const { desk } = protectedDesk()
    desk.candle(60_800, { high: 60_890 })
    expect(desk.sent('stop')).toHaveLength(1)
  })

  it('trails from half of the way on, at half of what has been won, and gains with every new extreme', () => {
    const { desk } = protectedDesk()
    desk.candle(60_850, { high: 60_900 })
    expect(exact(desk.last('stop').triggerPrice)).toBe('60450')
    desk.accept(desk.last('stop'))
    desk.candle(61_300, { high: 61_400 })
    expect(exact(desk.last('stop').triggerPrice)).toBe('60700')
    expect(desk.position.care).toMatchObject({ trailing: true, extremePrice: 61_400 })
  })

  it('trails a short from above', () => {
    const { desk } = protectedDesk('sell')
    desk.candle(59_150, { low: 59_100 })
    expect(exact(desk.last('stop').triggerPrice)).toBe('59550')
  })

  it('never loosens when the price comes back', () => {
    const { desk } = protectedDesk()
    desk.candle(61_300, { high: 61_400 })
    desk.accept(desk.last('stop'))
    desk.candle(60_800, { low: 60_750 })
    expect(desk.sent('stop')).toHaveLength(2)
  })

  it('waits for a gain of a twentieth of R before it sends another order', () => {
    const { desk } = protectedDesk()
    desk.candle(61_300, { high: 61_400 })
    desk.accept(desk.last('stop'))
    desk.candle(61_410, { high: 61_459 })
    expect(desk.sent('stop')).toHaveLength(2)
    desk.candle(61_420, { high: 61_460 })
    expect(desk.sent('stop')).toHaveLength(3)
  })

  it('puts the trail on the tick that it means, and not on the next one for what floats leave beside it', () => {
    // In floats half of what was won is at 60455.600000000006 and 59544.399999999994.
    for (const [direction, fillPrice, extreme, expected] of [
      ['buy', '60000.3', { high: 60_910.9 }, '60455.6'],
      ['sell', '59999.7', { low: 59_089.1 }, '59544.4'],
    ] as const) {
      const desk = boughtAt(direction, fillPrice)
      desk.candle(direction === 'buy' ? 60_850 : 59_150, extreme)
      expect(exact(desk.last('stop').triggerPrice)).toBe(expected)
    }
  })

  it('counts a gain of exactly a twentieth of R, whatever floats make of it', () => {
    // R is 600; from 60455.4 to 60485.4 it is 29.999999999992724 in floats.
    const desk = boughtAt('buy', '60000.2', 59_400.2)
    desk.candle(60_850, { high: 60_910.6 })
    expect(exact(desk.last('stop').triggerPrice)).toBe('60455.4')
    desk.accept(desk.last('stop'))
    desk.candle(60_850, { high: 60_970.6 })
    expect(exact(desk.last('stop').triggerPrice)).toBe('60485.4')
  })

  it('waits for the answer about one move before the next', () => {
    const { desk } = protectedDesk()
    desk.candle(61_300, { high: 61_400 })
    desk.act((kernel) => kernel.care.onCandle(kernel.portfolio.holding(BTC.id), { high: 61_700, low: 61_600, close: 61_600 }))
    expect(desk.sent('stop')).toHaveLength(2)
  })

  it('closes at market when the price is through the wanted stop already', () => {
    const { desk } = protectedDesk()
    desk.candle(60_400, { high: 61_000 })
    expect(desk.sent('stop')).toHaveLength(1)
    expect(desk.sent('exit')).toHaveLength(1)
  })

  it('follows the Chandelier distance of the signal from the extreme', () => {
    const { desk } = protectedDesk('buy', { chandelierDistance: 500 })
    desk.candle(60_300, { high: 60_400 })
    expect(exact(desk.last('stop').triggerPrice)).toBe('59900')
  })

  it('remembers the extreme over a restart', () => {
    const { desk } = protectedDesk()
    desk.candle(60_700, { high: 60_800 })
    // Any change of the position writes it down.
    desk.command({ type: 'move_stop', positionId: desk.position.id, stopPrice: price('59990') })
    desk.restart()
    expect(desk.position.care.extremePrice).toBe(60_800)
  })
})

describe('where the stop should be', () => {
  const facts: StopFacts = {
    side: 'long',
    entryPrice: 100,
    stopPrice: 90,
    extremePrice: 100,
    finalTarget: 130,
    firstTargetFilled: false,
    chandelierDistance: null,
    takerFeeRate: 0.001,
  }
  const rules = { breakEvenAfterFirstTarget: true, trailFromShareOfFinalTarget: 0.5, trailDistanceShare: 0.5, chandelierEnabled: true }

  it.each(['long', 'short'] as const)('pays the fees of both sides exactly at break-even for a %s', (side) => {
    const exit = breakEvenPrice({ side, entryPrice: 60_000, takerFeeRate: 0.0005 })
    const profit = (exit - 60_000) * (side === 'long' ? 1 : -1)
    expect(profit).toBeCloseTo((60_000 + exit) * 0.0005, 9)
  })
  it('takes the tightest of what the rules ask for', () => {
    expect(adviseStop({ ...facts, firstTargetFilled: true, extremePrice: 120, chandelierDistance: 5 }, rules)).toEqual({
      stopPrice: 115,
      breakEven: true,
      trailing: true,
    })
  })
  it('leaves out what is switched off', () => {
    const all = { ...facts, firstTargetFilled: true, extremePrice: 104, chandelierDistance: 1 }
    const breakEven = breakEvenPrice({ side: 'long', entryPrice: 100, takerFeeRate: 0.001 })
    expect(adviseStop(all, rules)?.stopPrice).toBe(103)
    expect(adviseStop(all, { ...rules, chandelierEnabled: false })?.stopPrice).toBe(breakEven)
    expect(adviseStop(all, { ...rules, chandelierEnabled: false, breakEvenAfterFirstTarget: false })).toBeNull()
  })
  it.each([110, 112])('advises nothing when the trail of 110 is no tighter than the present stop at %d', (stopPrice) => {
    expect(adviseStop({ ...facts, stopPrice, extremePrice: 120 }, rules)).toBeNull()
  })
  it('trails from exactly half of the way on, whatever floats make of it', () => {
    // (29806.8 − 29716.2) ÷ (29897.4 − 29716.2) is 0.49999999999998995 in floats.
    const halfWay = { ...facts, entryPrice: 29_716.2, stopPrice: 29_655.8, finalTarget: 29_897.4, extremePrice: 29_806.8 }
    expect(adviseStop(halfWay, rules)).toMatchObject({ trailing: true })
    expect(adviseStop({ ...halfWay, extremePrice: 29_806.7 }, rules)).toBeNull()
  })
  it('does not trail without a ladder', () => {
    expect(adviseStop({ ...facts, finalTarget: null, extremePrice: 150 }, rules)).toBeNull()
  })
})
