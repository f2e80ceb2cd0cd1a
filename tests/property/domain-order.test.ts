// Proves the order state machine: the table below, written out by hand, is all that is possible; everything else is refused and changes
// nothing; and through every sequence of events the fills add up, an overfill is refused, and a fill after the end still counts.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ZERO_MONEY,
  ZERO_QUANTITY,
  add,
  averagePrice,
  money,
  notionalOf,
  price,
  quantity,
  sum,
  subtract,
} from '../../src-shared/domain/decimal.ts'
import { tradeId, venueOrderId } from '../../src-shared/domain/ids.ts'
import {
  type Fill,
  ORDER_STATES,
  type Order,
  type OrderEvent,
  type OrderEventType,
  type OrderState,
  applyOrderEvent,
  isFinal,
  isWorking,
  leavesQuantity,
  newOrder,
} from '../../src-shared/domain/order.ts'
import { NOW_MS, entryRequest } from '../support/risk-fixtures.ts'

const ORDER = newOrder(entryRequest({ quantity: quantity('0.010') }), NOW_MS)
const VENUE_ID = venueOrderId('v1')

const fillOf = (size: string, changes: Partial<Fill> = {}): Fill => ({
  tradeId: tradeId('t1'),
  clientOrderId: ORDER.clientOrderId,
  venueOrderId: VENUE_ID,
  instrumentId: ORDER.instrumentId,
  side: ORDER.side,
  price: price('100000'),
  quantity: quantity(size),
  fee: money('0.05'),
  liquidity: 'taker',
  tsEventMs: NOW_MS,
  ...changes,
})
const EVENTS: Readonly<Record<OrderEventType, OrderEvent>> = {
  deny: { type: 'deny', reason: 'denied_by_test' },
  submit: { type: 'submit' },
  accept: { type: 'accept', venueOrderId: VENUE_ID },
  reject: { type: 'reject', reason: 'rejected_by_test' },
  trigger: { type: 'trigger' },
  fill: { type: 'fill', fill: fillOf('0.001') },
  request_cancel: { type: 'request_cancel' },
  refuse_cancel: { type: 'refuse_cancel', reason: 'too_late' },
  cancel: { type: 'cancel', reason: 'asked' },
  expire: { type: 'expire', reason: 'time' },
  lose_track: { type: 'lose_track', reason: 'timeout' },
}
const EVENT_TYPES = Object.keys(EVENTS) as OrderEventType[]

/** Where a first, partial fill or any other event leads an order without fills. What is not here must be refused. */
const LEGAL: Readonly<Record<OrderState, Partial<Record<OrderEventType, OrderState>>>> = {
  initialized: { deny: 'denied', submit: 'submitted' },
  denied: {},
  submitted: {
    accept: 'accepted',
    reject: 'rejected',
    trigger: 'triggered',
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    lose_track: 'unknown',
  },
  accepted: {
    reject: 'rejected',
    trigger: 'triggered',
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    lose_track: 'unknown',
  },
  triggered: {
    reject: 'rejected',
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    lose_track: 'unknown',
  },
  partially_filled: {
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    lose_track: 'unknown',
  },
  pending_cancel: {
    accept: 'pending_cancel',
    reject: 'rejected',
    trigger: 'pending_cancel',
    fill: 'pending_cancel',
    refuse_cancel: 'accepted',
    cancel: 'canceled',
    expire: 'expired',
    lose_track: 'unknown',
  },
  unknown: {
    accept: 'accepted',
    reject: 'rejected',
    trigger: 'triggered',
    fill: 'partially_filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
  },
  filled: {},
  canceled: { fill: 'canceled' },
  expired: { fill: 'expired' },
  rejected: {},
}

const inState = (state: OrderState): Order => Object.freeze({ ...ORDER, state })
const apply = (order: Order, ...events: OrderEvent[]): Order =>
  events.reduce((present, event) => {
    const result = applyOrderEvent(present, event, NOW_MS + 1)
    if (!result.ok) throw new Error(result.error.message)
    return result.value
  }, order)

describe('every pair of state and event', () => {
  for (const state of ORDER_STATES) {
    for (const type of EVENT_TYPES) {
      const next = LEGAL[state][type]
      it(next === undefined ? `refuses ${type} in state ${state} and changes nothing` : `leads from ${state} by ${type} to ${next}`, () => {
        const order = inState(state)
        const copy = structuredClone(order)
        const result = applyOrderEvent(order, EVENTS[type], NOW_MS + 1)
        expect(order).toEqual(copy)
        if (next === undefined) {
          expect(result).toMatchObject({ ok: false, error: { code: 'illegal_transition' } })
          if (!result.ok) expect(result.error.message).toContain(`${type} is not possible in state ${state}`)
        } else expect(result).toMatchObject({ ok: true, value: { state: next, updatedMs: NOW_MS + 1 } })
      })
    }
  }
})

describe('the states', () => {
  it('are final exactly when nothing but a late fill can follow', () => {
    for (const state of ORDER_STATES) expect(isFinal(state), state).toBe(Object.keys(LEGAL[state]).every((type) => type === 'fill'))
  })
  it('are working exactly when the order was sent and may still trade', () => {
    expect(ORDER_STATES.filter(isWorking)).toEqual(['submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'unknown'])
  })
})

describe('fills', () => {
  const working = apply(ORDER, EVENTS.submit, EVENTS.accept)
  const fill = (size: string, changes: Partial<Fill> = {}): OrderEvent => ({ type: 'fill', fill: fillOf(size, changes) })

  it('end the order exactly when its quantity is reached, also while a cancel is under way', () => {
    expect(apply(working, fill('0.009')).state).toBe('partially_filled')
    expect(apply(working, fill('0.009'), fill('0.001')).state).toBe('filled')
    expect(apply(working, EVENTS.request_cancel, fill('0.010')).state).toBe('filled')
  })
  it('count after the end of the order: reports overtake each other', () => {
    const late = apply(working, EVENTS.cancel, fill('0.004'))
    expect(late).toMatchObject({ state: 'canceled', filledQuantity: quantity('0.004'), reason: 'asked' })
    expect(apply(late, fill('0.006')).state).toBe('filled')
    expect(apply(working, EVENTS.expire, fill('0.004'))).toMatchObject({ state: 'expired', filledQuantity: quantity('0.004') })
  })
  it('beyond the quantity are refused with both numbers, and change nothing', () => {
    const partly = Object.freeze(apply(working, fill('0.009')))
    const result = applyOrderEvent(partly, fill('0.0011'), NOW_MS)
    expect(result).toMatchObject({ ok: false, error: { code: 'overfill' } })
    if (!result.ok) expect(result.error.message).toContain('fill of 0.0011 on top of 0.009 exceeds 0.01')
    expect(partly.filledQuantity).toBe(quantity('0.009'))
  })
  it.each(['0', '-0.001'])('of %s are refused: a fill trades something', (size) => {
    expect(applyOrderEvent(working, fill(size), NOW_MS)).toMatchObject({ ok: false })
  })
  it('tell the venue order id, even before the acceptance', () => {
    expect(apply(ORDER, EVENTS.submit, fill('0.001')).venueOrderId).toBe(VENUE_ID)
  })
})

describe('an order that was lost and found', () => {
  const partly = apply(ORDER, EVENTS.submit, EVENTS.accept, EVENTS.fill)

  it('is still partially filled', () => {
    expect(apply(partly, EVENTS.lose_track, EVENTS.accept).state).toBe('partially_filled')
    expect(apply(partly, EVENTS.lose_track, EVENTS.trigger).state).toBe('partially_filled')
    expect(apply(partly, EVENTS.request_cancel, EVENTS.refuse_cancel).state).toBe('partially_filled')
  })
})

describe('every sequence of events', () => {
  const event: fc.Arbitrary<OrderEvent> = fc.oneof(
    fc.constantFrom(...EVENT_TYPES.filter((type) => type !== 'fill')).map((type) => EVENTS[type]),
    fc
      .record({
        lots: fc.integer({ min: 1, max: 12 }),
        ticks: fc.integer({ min: 900_000, max: 1_100_000 }),
        fee: fc.integer({ min: -50, max: 50 }),
      })
      .map(({ lots, ticks, fee }): OrderEvent => ({
        type: 'fill',
        fill: fillOf((lots / 1000).toFixed(3), { price: price((ticks / 10).toFixed(1)), fee: money((fee / 1000).toFixed(3)) }),
      })),
  )

  it('keeps the books: what the order says it filled is what its accepted fills add up to', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let order: Order = apply(ORDER, EVENTS.submit)
        const booked: Fill[] = []
        for (const each of events) {
          const before = Object.freeze(order)
          const result = applyOrderEvent(before, each, NOW_MS)
          if (!result.ok) continue
          order = result.value
          if (each.type === 'fill') booked.push(each.fill)
          if (isFinal(before.state)) expect(each.type).toBe('fill')
        }
        const filled = booked.reduce((total, { quantity: size }) => add(total, size), ZERO_QUANTITY)
        const notional = sum(booked.map((each) => notionalOf(each.price, each.quantity)))
        expect(order.filledQuantity).toBe(filled)
        expect(order.filledQuantity <= order.quantity).toBe(true)
        expect(leavesQuantity(order)).toBe(subtract(order.quantity, filled))
        expect(order.filledNotional).toBe(notional)
        expect(order.feePaid).toBe(booked.reduce((total, { fee }) => add(total, fee), ZERO_MONEY))
        expect(order.averagePrice).toBe(booked.length === 0 ? null : averagePrice(notional, filled, 'half_even'))
        expect(order.state === 'filled').toBe(filled === order.quantity)
        // What was fixed when the order was made stays as it was.
        expect(order).toMatchObject(entryRequest({ quantity: quantity('0.010') }))
      }),
      { numRuns: 1000 },
    )
  })
})
