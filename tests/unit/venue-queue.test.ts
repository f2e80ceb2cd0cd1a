// Proves the place in the queue: what trades at our price eats what stood before us, then fills us up to our share; beyond it we always fill.
import { describe, expect, it } from 'vitest'
import type { QueueModel, SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { BTC, type Desk, openDesk, order, told } from '../support/venue-kit.ts'

/** A desk at 1000 behind 15 candles with a volume of 100 each. */
function deskWith(queue: QueueModel, config: Partial<SimulationConfig> = {}): Desk {
  const desk = openDesk({ ...config, queue })
  for (let index = 0; index < 15; index += 1)
    desk.venue.pass(BTC.id, { openTimeMs: 60_000 * index, open: 1_000, high: 1_001, low: 999, close: 1_000, volume: 100 }, 60_000)
  return desk
}
const bid = { type: 'limit', limitPrice: '990' } as const

describe('the last in the queue', () => {
  it('is not filled by any volume at its price', () => {
    const desk = deskWith({ kind: 'last' })
    desk.submit(order({ id: 'bid', ...bid }))
    expect(told(desk.trade(990, 1_000_000))).toEqual([])
    expect(told(desk.trade(989.9, 10))).toEqual(['fill bid 1 @ 990 maker fee 0.198'])
  })
})

describe('a place by volume', () => {
  it('waits until as much as stood before it has traded at its price, over several touches', () => {
    const desk = deskWith({ kind: 'volume', ahead: 1 })
    desk.submit(order({ id: 'bid', ...bid }))
    expect(told(desk.trade(990, 60))).toEqual([])
    expect(told(desk.trade(995, 500))).toEqual([])
    expect(told(desk.trade(990, 40))).toEqual([])
    expect(told(desk.trade(990, 0.4))).toEqual(['fill bid 0.4 @ 990 maker fee 0.0792'])
    expect(told(desk.trade(990, 50))).toEqual(['fill bid 0.6 @ 990 maker fee 0.1188'])
  })

  it('is filled by what is left of the touch that reaches it', () => {
    const desk = deskWith({ kind: 'volume', ahead: 0.5 })
    desk.submit(order({ id: 'bid', ...bid }))
    expect(told(desk.trade(990, 50.7))).toEqual(['fill bid 0.7 @ 990 maker fee 0.1386'])
  })

  it('gets no more than its share of the volume', () => {
    const desk = deskWith({ kind: 'volume', ahead: 0.5 }, { participationMax: 0.01 })
    desk.submit(order({ id: 'bid', ...bid }))
    expect(told(desk.trade(990, 80))).toEqual(['fill bid 0.8 @ 990 maker fee 0.1584'])
    expect(told(desk.trade(990, 10))).toEqual(['fill bid 0.1 @ 990 maker fee 0.0198'])
  })

  it('shares what is left with our other orders at that price, first come first served', () => {
    const desk = deskWith({ kind: 'volume', ahead: 0.1 })
    desk.submit(order({ id: 'one', ...bid }))
    desk.submit(order({ id: 'two', ...bid }))
    expect(told(desk.trade(990, 11.5))).toEqual(['fill one 1 @ 990 maker fee 0.198', 'fill two 0.5 @ 990 maker fee 0.099'])
  })

  it('is filled at once, whatever stands before it, when the market goes beyond', () => {
    const desk = deskWith({ kind: 'volume', ahead: 5 })
    desk.submit(order({ id: 'bid', ...bid }))
    expect(told(desk.trade(989.9, 1))).toEqual(['fill bid 1 @ 990 maker fee 0.198'])
  })

  it('stands at the front once the market has been beyond', () => {
    const desk = deskWith({ kind: 'volume', ahead: 5 }, { participationMax: 0.5 })
    desk.submit(order({ id: 'bid', ...bid }))
    expect(told(desk.trade(989.9, 1))).toEqual(['fill bid 0.5 @ 990 maker fee 0.099'])
    expect(told(desk.trade(990, 1))).toEqual(['fill bid 0.5 @ 990 maker fee 0.099'])
  })

  it('is lost by canceling and coming back', () => {
    const desk = deskWith({ kind: 'volume', ahead: 1 })
    desk.submit(order({ id: 'bid', ...bid }))
    desk.trade(990, 99)
    desk.trade(995, 1)
    desk.cancel('bid')
    desk.submit(order({ id: 'again', ...bid }))
    expect(told(desk.trade(990, 90))).toEqual([])
  })

  it('counts the volume of the points of a walked candle, a quarter each', () => {
    const desk = deskWith({ kind: 'volume', ahead: 1 })
    desk.submit(order({ id: 'bid', ...bid }))
    expect(told(desk.candle(1_000, 1_000, 990, 995, 396))).toEqual([])
    expect(told(desk.candle(995, 1_000, 990, 995, 4))).toEqual([])
    expect(told(desk.candle(995, 1_000, 990, 995, 400))).toEqual(['fill bid 1 @ 990 maker fee 0.198'])
  })

  it('of an offer is the mirror image, and a reduce-only one fills no more than the position', () => {
    const desk = deskWith({ kind: 'volume', ahead: 0.1 })
    desk.submit(order({ quantity: '2' }))
    desk.submit(order({ id: 'offer', side: 'sell', type: 'limit', limitPrice: '1010', quantity: '5', reduceOnly: true }))
    expect(told(desk.trade(1_010, 13))).toEqual(['fill offer 2 @ 1010 maker fee 0.404', 'expired offer reduce_only_no_position'])
  })

  it('keeps a candle that touches it from being skipped', () => {
    const { venue, submit } = deskWith({ kind: 'volume', ahead: 1 })
    submit(order({ ...bid }))
    const candle = { openTimeMs: 0, open: 1_000, high: 1_001, close: 1_000, volume: 1 }
    expect(venue.isUntouched(BTC.id, { ...candle, low: 990 })).toBe(false)
    expect(venue.isUntouched(BTC.id, { ...candle, low: 990.2 })).toBe(true)
  })
})
