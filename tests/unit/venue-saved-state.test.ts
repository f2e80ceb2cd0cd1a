// Proves that a save survives a kill, that nothing else is taken for a save, and that the revision tells when to save.
import { describe, expect, it } from 'vitest'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import { clientOrderId } from '../../src-shared/domain/ids.ts'
import { BTC, ETH, FRICTIONLESS, deskOf, openDesk, order, told } from '../support/venue-kit.ts'

const fresh = (instruments = [BTC, ETH]) => createSimulatedVenue(instruments, FRICTIONLESS)

function lived() {
  const desk = openDesk()
  desk.submit(order({ id: 'in' }))
  desk.submit(order({ id: 'stop', side: 'sell', type: 'stop_market', reduceOnly: true, triggerPrice: '990' }))
  desk.submit(order({ id: 'bid', type: 'limit', limitPrice: '950' }))
  desk.cancel('bid')
  return desk
}

describe('a venue restored from a save', () => {
  it('knows its orders, position, wallet, fills and ended orders', () => {
    const before = lived()
    const venue = fresh()
    venue.restore(before.venue.save())
    const after = deskOf(venue)
    const { tsEventMs: _then, ...truth } = before.snapshot()
    expect(after.snapshot()).toMatchObject(truth)
    expect(after.lookup('bid').order).toMatchObject({ status: 'canceled' })
    expect(told(after.trade(980))).toEqual(['triggered stop', 'fill stop 1 @ 980 taker fee 0.49'])
  })

  it('receives what had been sent before the kill', () => {
    const venue = createSimulatedVenue([BTC], { ...FRICTIONLESS, latencyMs: 100 })
    venue.setPrice(BTC.id, 0, 1_000, 1)
    venue.submit(order({ id: 'sent' }), 0)
    venue.lookup(clientOrderId('sent'), 1)
    venue.requestSnapshot(null, 2)
    venue.cancel(clientOrderId('sent'), 3)
    const revived = createSimulatedVenue([BTC], { ...FRICTIONLESS, latencyMs: 100 })
    revived.restore(venue.save())
    expect(told(revived.advanceTo(300))).toEqual([
      'accepted sent',
      'fill sent 1 @ 1000 taker fee 0.5',
      'lookup sent',
      'snapshot',
      'cancel_rejected sent unknown_order',
    ])
  })

  it('has lost the reports that were on their way to us, but tells the same on being asked', () => {
    const venue = createSimulatedVenue([BTC], { ...FRICTIONLESS, latencyMs: 100 })
    venue.setPrice(BTC.id, 0, 1_000, 1)
    venue.submit(order({ id: 'done' }), 0)
    expect(venue.advanceTo(150)).toEqual([])
    const revived = createSimulatedVenue([BTC], { ...FRICTIONLESS, latencyMs: 100 })
    revived.restore(venue.save())
    expect(revived.advanceTo(10_000)).toEqual([])
    revived.lookup(clientOrderId('done'), 10_000)
    expect(revived.advanceTo(10_200)).toMatchObject([{ type: 'lookup', order: { status: 'filled' }, fills: [{ clientOrderId: 'done' }] }])
  })

  it('never gives out an id again', () => {
    const before = lived()
    const venue = fresh()
    venue.restore(before.venue.save())
    const after = deskOf(venue)
    after.submit(order({ side: 'sell' }))
    const ids = after.snapshot().fills.map((fill) => fill.tradeId)
    expect(new Set(ids).size).toBe(2)
  })

  it('reads a save from before queues, fee tiers and jitter', () => {
    const saved = lived().venue.save()
    const old: { markets: Record<string, unknown>[]; random?: unknown; traded?: unknown } = JSON.parse(saved)
    delete old.random
    delete old.traded
    for (const market of old.markets) {
      delete market['candles']
      market['range'] = 12.5
      for (const working of market['orders'] as Record<string, unknown>[]) delete working['queueAhead']
    }
    const venue = fresh()
    venue.restore(JSON.stringify(old))
    expect(venue.save()).toBe(saved)
  })

  it('stands where it stood in the queue, by the candles it had seen', () => {
    const config = { ...FRICTIONLESS, queue: { kind: 'volume', ahead: 1 } } as const
    const before = deskOf(createSimulatedVenue([BTC], config))
    before.trade(1_000)
    for (let index = 0; index < 20; index += 1)
      before.venue.pass(BTC.id, { openTimeMs: 60_000 * index, open: 1_000, high: 1_001, low: 999, close: 1_000, volume: 10 }, 60_000)
    before.submit(order({ id: 'first', type: 'limit', limitPrice: '990' }))
    before.trade(990, 4)
    const venue = createSimulatedVenue([BTC], config)
    venue.restore(before.venue.save())
    const after = deskOf(venue)
    after.trade(995)
    after.submit(order({ id: 'second', type: 'limit', limitPrice: '990' }))
    expect(told(after.trade(990, 5.9))).toEqual([])
    expect(told(after.trade(990, 2))).toEqual(['fill first 1 @ 990 maker fee 0.198'])
    expect(told(after.trade(990, 2.6))).toEqual(['fill second 0.5 @ 990 maker fee 0.099'])
  })

  it('forgets whatever it held before', () => {
    const desk = lived()
    desk.venue.restore(fresh().save())
    expect(desk.snapshot()).toMatchObject({ orders: [], positions: [], fills: [], walletBalance: FRICTIONLESS.initialBalance })
    expect(told(desk.submit(order({ id: 'early' })))).toEqual(['rejected early no_price'])
  })

  it('may list new instruments, and drop old ones that hold nothing', () => {
    const saved = lived().venue.save()
    expect(() => fresh([BTC]).restore(saved)).not.toThrow()
    expect(() => fresh([ETH]).restore(saved)).toThrow(/position in BTC\/USDT:USDT, which is not listed/)
  })
})

describe('restore refuses, and changes nothing', () => {
  const damage = (change: (state: Record<string, never>) => void): string => {
    const state: Record<string, never> = JSON.parse(lived().venue.save())
    change(state)
    return JSON.stringify(state)
  }
  const set = (path: readonly (string | number)[], value: unknown): string =>
    damage((state) => {
      const parent = path.slice(0, -1).reduce<Record<string | number, never>>((at, key) => at[key] ?? {}, state)
      Object.assign(parent, { [path.at(-1) ?? '']: value })
    })
  it.each([
    ['an empty text', '', /not JSON/],
    ['a text cut short', lived().venue.save().slice(0, -10), /not JSON/],
    ['another document', '{"format":"journal"}', /saved venue\.format is "journal"/],
    ['a list', '[]', /expected an object/],
    ['a version of the future', set(['version'], 2), /version is 2, expected one of 1/],
    ['a balance that is a number', set(['ledger', 'deposit'], 1.5), /ledger\.deposit is 1\.5, expected a text/],
    ['a balance that is no decimal', set(['ledger', 'deposit'], '1e9'), /ledger\.deposit .* not a plain decimal/],
    ['a missing ledger', set(['ledger'], undefined), /ledger is missing/],
    ['an unknown order type', set(['markets', 0, 'orders', 0, 'type'], 'iceberg'), /markets\[0\]\.orders\[0\]\.type is "iceberg"/],
    ['a flag that is a text', set(['markets', 0, 'orders', 0, 'reduceOnly'], 'yes'), /reduceOnly is "yes", expected true or false/],
    ['a price that is null', set(['markets', 0, 'last'], null), /last is null, expected a finite number/],
    ['a counter below zero', set(['nextTradeNumber'], -1), /nextTradeNumber is -1, expected a whole number/],
    ['fills that are no list', set(['fills'], {}), /fills .* expected a list/],
    ['an ended order that still works', set(['endedOrders', 0, 'status'], 'working'), /endedOrders\[0\]\.status/],
    ['a candle that is no pair', set(['markets', 0, 'candles'], [[1, 2, 3]]), /markets\[0\]\.candles\[0\] .* expected a list of at most 2/],
    ['a traded sum that is a number', set(['traded', 'notional'], [5]), /traded\.notional\[0\] is 5, expected a text/],
    ['a random state that is a text', set(['random'], 'x'), /random is "x", expected a finite number/],
    ['an unknown message', set(['inbound'], [{ dueMs: 1, item: { type: 'withdraw' } }]), /inbound\[0\]\.item\.type is "withdraw"/],
  ])('%s', (_name, text, message) => {
    const desk = lived()
    const before = desk.venue.save()
    expect(() => desk.venue.restore(text)).toThrow(message)
    expect(desk.venue.save()).toBe(before)
  })
})

describe('the revision', () => {
  it('moves with every request, fill, trigger, end of an order, funding and restore', () => {
    const desk = openDesk()
    const moved = (action: () => unknown): boolean => {
      const before = desk.venue.revision()
      action()
      return desk.venue.revision() > before
    }
    expect(moved(() => desk.submit(order()))).toBe(true)
    expect(moved(() => desk.submit(order({ id: 'stop', side: 'sell', type: 'stop_market', reduceOnly: true, triggerPrice: '990' })))).toBe(
      true,
    )
    expect(moved(() => desk.venue.applyFunding(BTC.id, 0.001, desk.nowMs()))).toBe(true)
    expect(moved(() => desk.trade(980))).toBe(true)
    expect(moved(() => desk.cancel('stop'))).toBe(true)
    expect(moved(() => desk.venue.restore(desk.venue.save()))).toBe(true)
  })

  it('stays while only prices move', () => {
    const desk = lived()
    const before = desk.venue.revision()
    desk.trade(1_001)
    desk.trade(1_002, 5, ETH)
    desk.candle(1_001, 1_005, 995, 1_002)
    expect(desk.venue.revision()).toBe(before)
  })
})
