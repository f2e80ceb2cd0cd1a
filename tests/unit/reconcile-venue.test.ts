// Proves that the venue's word wins: every difference between its orders, positions, trades and wallet and ours becomes a record in plain words
// and an action, and no entry passes before both agree. The test plays the venue.
import { describe, expect, it } from 'vitest'
import { add, money, price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId } from '../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import type { Position } from '../../src-shared/domain/position.ts'
import type { VenuePosition } from '../../src-shared/events/venue-report.ts'
import { HandDesk, exact, protectedDesk } from '../support/hand-venue.ts'
import { BTC } from '../support/venue-kit.ts'

const SETTLE_MS = 2_000
/** Long enough for everything here to be shown by the venue. */
const LATER_MS = 10_000

const held = (changes: Partial<VenuePosition> = {}): VenuePosition => ({
  instrumentId: BTC.id,
  side: 'long',
  quantity: quantity('0.083'),
  entryPrice: price('60000'),
  liquidationPrice: null,
  ...changes,
})
const differences = (desk: HandDesk): string[] => desk.records('reconciliation').map(({ difference, action }) => `${difference}: ${action}`)
const summary = ({ side, quantity: size, strategyId }: Position): string => `${side} ${toText(size)} ${strategyId}`

/** A protected position, everything settled, and the venue's list of its working orders. */
function settledDesk() {
  const opened = protectedDesk()
  opened.desk.advance(LATER_MS)
  const orders = [opened.stop, ...opened.targets].map((order) => opened.desk.listed(order))
  return { ...opened, orders }
}

type Answer = { readonly atMs: number; readonly say: () => void }
/** From now on nothing is open at the venue: it ends these orders, refuses whatever could only reduce, and says so after `latencyMs`. */
function flatVenue(desk: HandDesk, latencyMs: number, orders: readonly OrderRequest[]): { run: (forMs: number) => void } {
  const answers: Answer[] = []
  let seen = desk.effects.length
  for (const order of orders) desk.expire(order)
  const listen = (): void => {
    for (const effect of desk.effects.slice(seen)) {
      const atMs = desk.nowMs + latencyMs
      const tsEventMs = desk.nowMs + latencyMs / 2
      if (effect.type === 'submit_order') answers.push({ atMs, say: () => desk.reject(effect.order, 'reduce_only_rejected') })
      if (effect.type === 'request_snapshot') answers.push({ atMs, say: () => desk.snapshot({ tsEventMs }) })
    }
    seen = desk.effects.length
  }
  const run = (forMs: number): void => {
    for (const untilMs = desk.nowMs + forMs; desk.nowMs < untilMs; desk.advance(20)) {
      listen()
      while ((answers[0]?.atMs ?? Infinity) <= desk.nowMs) answers.shift()?.say()
    }
  }
  return { run }
}

describe('agreement', () => {
  it('writes nothing and lets entries pass', () => {
    const { desk, orders } = settledDesk()
    desk.snapshot({ orders, positions: [held()] })
    expect(differences(desk)).toEqual([])
    expect(desk.kernel.system.reconciled).toBe(true)
  })

  it('is needed before the first entry', () => {
    const { desk, stop, targets } = protectedDesk()
    desk.fill(stop, { price: '59400' })
    for (const target of targets) desk.expire(target, 'reduce_only_no_position')
    desk.restart()
    expect(desk.kernel.system.reconciled).toBe(false)
    expect(() => desk.enter()).toThrow(/blocked/)
    desk.snapshot()
    expect(desk.kernel.system.reconciled).toBe(true)
    desk.enter()
    expect(desk.sent('entry')).toHaveLength(1)
  })
})

describe('trades', () => {
  it('that were missed are booked from the snapshot, once', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    const missed = desk.fillOf(entry)
    desk.snapshot({ orders: [], positions: [held()], fills: [missed] })
    expect(desk.order(entry).state).toBe('filled')
    desk.report({ type: 'fill', fill: missed, tsEventMs: missed.tsEventMs })
    expect(desk.position.quantity).toBe(entry.quantity)
    expect(desk.records('fill')).toHaveLength(1)
  })

  it('that we booked long ago and forgot are not booked again when the venue lists its whole history', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.accept(entry)
    const stranger = { ...entry, clientOrderId: clientOrderId('long0ago') }
    const forgotten = desk.fillOf(stranger, { tradeId: 'forgotten' })
    const known = desk.fill(entry, { quantity: '0.04' })
    const missed = desk.fillOf(entry, { quantity: '0.043' })
    desk.snapshot({ positions: [held()], fills: [forgotten, known, missed], fillsMissing: true, tsEventMs: desk.nowMs + LATER_MS })
    expect(desk.position.quantity).toBe(quantity('0.083'))
    expect(differences(desk)[0]).toContain('no longer knows every trade')
  })

  it('later than the snapshot keep its wallet out of the ledger, also when the position is the same again', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    const walletBalance = desk.kernel.portfolio.balance
    const drawnUpMs = desk.nowMs
    desk.advance(500)
    desk.fill(entry)
    desk.fill(desk.last('stop'), { price: '59400' })
    desk.snapshot({ orders: [], walletBalance, tsEventMs: drawnUpMs })
    expect(desk.kernel.portfolio.balance).toBe(desk.journal.balance)
    expect(desk.records('ledger').filter(({ kind }) => kind === 'adjustment')).toEqual([])
    expect(desk.kernel.system.reconciled).toBe(false)
  })

  it('later than the snapshot make it history: nothing is taken over, and it is asked again', () => {
    const { desk, stop, orders } = settledDesk()
    const drawnUpMs = desk.nowMs
    desk.advance(500)
    desk.fill(stop, { price: '59400' })
    const { balance } = desk.kernel.portfolio
    desk.snapshot({ orders, positions: [held()], walletBalance: add(balance, money('50')), tsEventMs: drawnUpMs })
    expect(desk.open).toBeNull()
    expect(desk.kernel.portfolio.balance).toBe(balance)
    expect(desk.kernel.system.reconciled).toBe(false)
    const asked = desk.snapshotRequests()
    desk.advance(SETTLE_MS)
    expect(desk.snapshotRequests()).toBe(asked + 1)
  })
})

describe('a position that is gone at the venue', () => {
  it.each([40, 240, 1_500, 3_000])('is taken over from a venue that refuses every closing order after %i ms', (latencyMs) => {
    const { desk, stop, targets } = settledDesk()
    const venue = flatVenue(desk, latencyMs, [...targets, stop])
    // Three stops are tried and refused, then the difference is as old as it must be, and a snapshot has to be drawn up and to arrive.
    venue.run(3 * latencyMs + 2 * (SETTLE_MS + latencyMs))
    expect(desk.open).toBeNull()
    expect(differences(desk).filter((text) => text.includes('the venue holds nothing'))).toHaveLength(1)
    expect(desk.sent('emergency').length).toBeLessThanOrEqual(4)
    expect(desk.roundTrips).toHaveLength(1)
    venue.run(60_000)
    expect(desk.sent('emergency').length).toBeLessThanOrEqual(4)
    expect(desk.kernel.system.reconciled).toBe(true)
  })

  it('is not taken over on the first refusal: the trade that explains it may be on its way', () => {
    const { desk, stop, targets } = settledDesk()
    desk.command({ type: 'close_position', positionId: desk.position.id, reason: 'operator' })
    for (const order of targets) desk.canceled(order)
    desk.advance(SETTLE_MS / 2)
    desk.reject(desk.last('exit'), 'reduce_only_rejected')
    desk.snapshot({ tsEventMs: desk.nowMs + SETTLE_MS })
    expect(desk.position.quantity).toBe(quantity('0.083'))
    desk.fill(stop, { price: '59400' })
    expect(desk.roundTrips).toHaveLength(1)
  })
})

describe('orders', () => {
  it('that the venue does not list are looked up, and keep entries out', () => {
    const { desk, orders, targets } = settledDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.snapshot({ orders: orders.filter((order) => order.clientOrderId !== first.clientOrderId), positions: [held()] })
    expect(differences(desk)).toEqual([`order ${first.clientOrderId} is accepted here but the venue does not list it: looking it up`])
    expect(desk.lookups()).toEqual([first.clientOrderId])
    expect(desk.kernel.system.reconciled).toBe(false)
  })

  it('that are younger than the list may be missing from it', () => {
    const { desk, targets } = protectedDesk()
    desk.snapshot({ orders: [], positions: [held()], tsEventMs: desk.nowMs + SETTLE_MS })
    expect(desk.lookups()).toEqual([])
    expect(desk.order(targets[0] ?? desk.last('stop')).state).toBe('accepted')
  })

  it('that are unknown here and work there are taken over', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.unknown(entry)
    desk.snapshot({ orders: [desk.listed(entry)] })
    expect(desk.order(entry).state).toBe('accepted')
    expect(differences(desk)).toEqual([
      `order ${entry.clientOrderId} is unknown here and working at the venue: the venue’s state is taken over`,
    ])
  })

  it('that have fired unheard are watched from now on', () => {
    const { desk, stop, targets } = settledDesk()
    desk.snapshot({
      orders: [desk.listed(stop, { status: 'triggered' }), ...targets.map((target) => desk.listed(target))],
      positions: [held()],
    })
    expect(desk.order(stop).state).toBe('triggered')
    desk.advance(5_000)
    expect(desk.sent('emergency')).toHaveLength(1)
  })

  it('of another copy of this program are never touched, and keep entries out', () => {
    const desk = new HandDesk({ ownMark: 'twh' })
    const entry = desk.enter()
    const theirs = { ...desk.listed(entry), clientOrderId: clientOrderId('twzz99S0000001') }
    desk.snapshot({ orders: [desk.listed(entry), theirs] })
    expect(desk.canceledIds()).toEqual([])
    expect(desk.kernel.system.reconciled).toBe(false)
    expect(desk.records('alert').filter(({ code }) => code === 'account_shared')).toHaveLength(1)
    desk.snapshot({ orders: [desk.listed(entry), theirs] })
    expect(desk.records('alert').filter(({ code }) => code === 'account_shared')).toHaveLength(1)
    desk.snapshot({ orders: [desk.listed(entry)] })
    expect(desk.kernel.system.reconciled).toBe(true)
  })

  it('that ended here are canceled there, unless the end is younger than the list', () => {
    const { desk, orders, targets } = settledDesk()
    const [first] = targets
    if (first === undefined) throw new Error('no target')
    desk.command({ type: 'cancel_order', clientOrderId: first.clientOrderId })
    desk.canceled(first)
    const before = desk.canceledIds().length
    desk.snapshot({ orders, positions: [held()] })
    expect(desk.canceledIds()).toHaveLength(before)
    desk.advance(LATER_MS)
    desk.snapshot({ orders, positions: [held()] })
    expect(desk.canceledIds().slice(before)).toEqual([first.clientOrderId])
    expect(differences(desk)).toEqual([
      `order ${first.clientOrderId} is canceled here but works at the venue: asked the venue to cancel it`,
    ])
  })

  it('that carry our mark but are forgotten are canceled', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.reject(entry)
    const orphan = { ...desk.listed(entry), clientOrderId: clientOrderId('twoldE0000007') }
    desk.snapshot({ orders: [orphan] })
    expect(desk.canceledIds()).toEqual([orphan.clientOrderId])
    expect(desk.kernel.system.reconciled).toBe(false)
  })

  it('of somebody else are shown once, left alone, and keep nobody from trading', () => {
    const desk = new HandDesk()
    const entry = desk.enter()
    desk.reject(entry)
    const foreign = { ...desk.listed(entry), clientOrderId: clientOrderId('web123') }
    desk.snapshot({ orders: [foreign] })
    desk.snapshot({ orders: [foreign] })
    expect(desk.canceledIds()).toEqual([])
    expect(differences(desk)).toEqual(['order web123 at the venue is not ours: left alone'])
    expect(desk.kernel.system.reconciled).toBe(true)
  })
})

describe('positions', () => {
  it.each([
    ['smaller', held({ quantity: quantity('0.05') }), 'long 0.05 by-hand', 'the venue holds long 0.05, here it is long 0.083'],
    ['larger', held({ quantity: quantity('0.1') }), 'long 0.1 by-hand', 'the venue holds long 0.1, here it is long 0.083'],
    ['gone', null, null, 'the venue holds nothing, here it is long 0.083'],
    [
      'on the other side',
      held({ side: 'short', quantity: quantity('0.02') }),
      'short 0.02 adopted',
      'the venue holds short 0.02, here it is long 0.083',
    ],
  ])('that are %s at the venue are taken over', (_, there, expected, words) => {
    const { desk, orders } = settledDesk()
    desk.snapshot({ orders, positions: there === null ? [] : [there] })
    expect(desk.open === null ? null : summary(desk.open)).toBe(expected)
    expect(differences(desk)).toEqual([`${BTC.id}: ${words}: the venue’s position is taken over`])
    expect(desk.kernel.system.reconciled).toBe(false)
    desk.advance(LATER_MS)
    const listed = desk.kernel.execution.registry.open().map((order) => desk.listed(order))
    desk.snapshot({ orders: listed, positions: there === null ? [] : [there] })
    expect(desk.kernel.portfolio.balance).toBe(desk.journal.balance)
  })

  it('that nobody here opened are adopted and protected', () => {
    const desk = new HandDesk()
    desk.candle(60_000)
    desk.snapshot({ positions: [held({ side: 'short', quantity: quantity('0.5') })] })
    expect(summary(desk.position)).toBe('short 0.5 adopted')
    expect([desk.last('stop').side, exact(desk.last('stop').triggerPrice), exact(desk.last('stop').quantity)]).toEqual([
      'buy',
      '61200',
      '0.5',
    ])
  })

  it('adopted at an average price get a stop on the tick grid, on the side that risks less', () => {
    const desk = new HandDesk()
    desk.candle(60_000)
    desk.snapshot({ positions: [held({ side: 'long', quantity: quantity('0.5'), entryPrice: price('60000.123457') })] })
    expect(exact(desk.last('stop').triggerPrice)).toBe('58800.2')
  })

  it('that differ while a trade may be on its way are not touched yet', () => {
    const { desk } = protectedDesk()
    desk.snapshot({ orders: [], positions: [], tsEventMs: desk.nowMs + SETTLE_MS })
    expect(summary(desk.position)).toBe('long 0.083 by-hand')
    expect(differences(desk)).toEqual([])
    expect(desk.kernel.system.reconciled).toBe(false)
  })

  it('in an instrument that is not traded here are shown once and left alone', () => {
    const desk = new HandDesk()
    const elsewhere = held({ instrumentId: instrumentId('SOL/USDT:USDT'), quantity: quantity('3') })
    desk.snapshot({ positions: [elsewhere] })
    desk.snapshot({ positions: [elsewhere] })
    expect(differences(desk)).toEqual(['SOL/USDT:USDT: the venue holds long 3 in an instrument that is not traded here: left alone'])
    expect(desk.kernel.system.reconciled).toBe(true)
    expect(desk.kernel.portfolio.openCount).toBe(0)
  })
})

describe('the wallet', () => {
  it('is settled with the venue’s figure once everything else agrees', () => {
    const { desk, orders } = settledDesk()
    const { balance } = desk.kernel.portfolio
    desk.snapshot({ orders, positions: [held()], walletBalance: add(balance, money('-1.25')) })
    expect(desk.kernel.portfolio.balance).toBe(add(balance, money('-1.25')))
    expect(desk.records('ledger').at(-1)).toMatchObject({ kind: 'adjustment', amount: money('-1.25') })
    expect(desk.journal.balance).toBe(desk.kernel.portfolio.balance)
    expect(differences(desk)[0]).toContain('booked the difference of -1.25')
  })

  it('is left alone while anything else differs', () => {
    const { desk } = settledDesk()
    const { balance } = desk.kernel.portfolio
    desk.snapshot({ orders: [], positions: [held()], walletBalance: add(balance, money('5')) })
    expect(desk.kernel.portfolio.balance).toBe(balance)
  })
})
