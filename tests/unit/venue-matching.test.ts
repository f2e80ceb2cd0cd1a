// Proves at which price, when and how much of each order type trades, always on the pessimistic side where the data leave a choice.
import { describe, expect, it } from 'vitest'
import { BTC, openDesk, order, told } from '../support/venue-kit.ts'

const protectiveStop = { side: 'sell', type: 'stop_market', reduceOnly: true } as const
const target = { side: 'sell', type: 'limit', reduceOnly: true } as const

describe('market orders', () => {
  it('pay fixed slippage in their direction, rounded to the tick against us', () => {
    const desk = openDesk({ slippage: { kind: 'fixed', basisPoints: 1 } })
    desk.trade(1_234.5)
    expect(told(desk.submit(order({ id: 'in' })))).toContain('fill in 1 @ 1234.7 taker fee 0.61735')
    expect(told(desk.submit(order({ id: 'out', side: 'sell' })))).toContain('fill out 1 @ 1234.3 taker fee 0.61715')
  })

  it('take at most their share of the volume at each price, and go on at the next prices until they are complete', () => {
    const desk = openDesk({ participationMax: 0.1 })
    desk.trade(1_000, 4)
    expect(told(desk.submit(order({ id: 'big' })))).toEqual(['accepted big', 'fill big 0.4 @ 1000 taker fee 0.2'])
    expect(told(desk.trade(1_001, 5))).toEqual(['fill big 0.5 @ 1001 taker fee 0.25025'])
    expect(told(desk.trade(1_002, 50))).toEqual(['fill big 0.1 @ 1002 taker fee 0.0501'])
    expect(desk.lookup('big').order).toMatchObject({ status: 'filled' })
    expect(told(desk.trade(1_003, 50))).toEqual([])
  })

  it('share the volume of one price with each other', () => {
    const desk = openDesk({ participationMax: 0.1 })
    desk.trade(1_000, 12)
    expect(told(desk.submit(order({ id: 'first' })))).toContain('fill first 1 @ 1000 taker fee 0.5')
    expect(told(desk.submit(order({ id: 'second' })))).toContain('fill second 0.2 @ 1000 taker fee 0.1')
  })

  it('wait without an error while nothing trades, and can be canceled meanwhile', () => {
    const desk = openDesk({ participationMax: 0.1 })
    desk.trade(1_000, 0)
    expect(told(desk.submit(order({ id: 'wait' })))).toEqual(['accepted wait'])
    expect(told(desk.cancel('wait'))).toEqual(['canceled wait requested'])
    expect(told(desk.trade(1_000, 1_000))).toEqual([])
  })
})

describe('limit orders', () => {
  it('do not fill on a touch, fill as maker at their own price once the market trades beyond it', () => {
    const desk = openDesk()
    desk.submit(order({ id: 'bid', type: 'limit', limitPrice: '990' }))
    expect(told(desk.trade(990))).toEqual([])
    expect(told(desk.trade(989.9))).toEqual(['fill bid 1 @ 990 maker fee 0.198'])
  })

  it('fill at their own price, no better, when the market gaps through', () => {
    const desk = openDesk()
    desk.submit(order({ id: 'offer', side: 'sell', type: 'limit', limitPrice: '1010' }))
    expect(told(desk.trade(1_050))).toEqual(['fill offer 1 @ 1010 maker fee 0.202'])
  })

  it('take at once when they cross, but never beyond their limit', () => {
    const desk = openDesk({ slippage: { kind: 'fixed', basisPoints: 50 } })
    expect(told(desk.submit(order({ id: 'near', type: 'limit', limitPrice: '1001' })))).toEqual([
      'accepted near',
      'fill near 1 @ 1001 taker fee 0.5005',
    ])
    expect(told(desk.submit(order({ id: 'far', type: 'limit', limitPrice: '1100' })))).toEqual([
      'accepted far',
      'fill far 1 @ 1005 taker fee 0.5025',
    ])
  })

  it('with ioc expire what did not fill at once', () => {
    const desk = openDesk({ participationMax: 0.1 })
    desk.trade(1_000, 4)
    const ioc = { type: 'limit', timeInForce: 'ioc' } as const
    expect(told(desk.submit(order({ id: 'part', ...ioc, limitPrice: '1001' })))).toEqual([
      'accepted part',
      'fill part 0.4 @ 1000 taker fee 0.2',
      'expired part ioc_unfilled',
    ])
    expect(told(desk.submit(order({ id: 'none', ...ioc, limitPrice: '999' })))).toEqual(['accepted none', 'expired none ioc_unfilled'])
  })

  it('on one side fill in the order in which the price reaches them', () => {
    const desk = openDesk()
    desk.submit(order({ id: 'lower', type: 'limit', limitPrice: '980' }))
    desk.submit(order({ id: 'upper', type: 'limit', limitPrice: '990' }))
    expect(told(desk.trade(970)).map((line) => line.split(' ')[1])).toEqual(['upper', 'lower'])
  })
})

describe('conditional orders', () => {
  it('after a gap execute at the gap price, worse than their trigger', () => {
    const desk = openDesk({ slippage: { kind: 'fixed', basisPoints: 10 } })
    desk.submit(order())
    desk.submit(order({ id: 'stop', ...protectiveStop, triggerPrice: '990' }))
    expect(told(desk.trade(950))).toEqual(['triggered stop', 'fill stop 1 @ 949 taker fee 0.4745'])
  })

  it('inside a candle execute at their trigger plus slippage', () => {
    const desk = openDesk({ slippage: { kind: 'fixed', basisPoints: 10 } })
    desk.submit(order())
    desk.submit(order({ id: 'stop', ...protectiveStop, triggerPrice: '990' }))
    expect(told(desk.candle(1_000, 1_001, 950, 960))).toEqual(['triggered stop', 'fill stop 1 @ 989 taker fee 0.4945'])
  })

  it('gap at the first price of a candle', () => {
    const desk = openDesk()
    desk.submit(order())
    desk.submit(order({ id: 'stop', ...protectiveStop, triggerPrice: '990' }))
    expect(told(desk.candle(970, 1_100, 960, 1_000))).toEqual(['triggered stop', 'fill stop 1 @ 970 taker fee 0.485'])
  })

  it('gap at the first price of a candle also when the clock stands later than its open', () => {
    const desk = openDesk()
    desk.submit(order())
    desk.submit(order({ id: 'stop', ...protectiveStop, triggerPrice: '990' }))
    const openTimeMs = desk.nowMs() - 500
    desk.venue.path(BTC.id, { openTimeMs, open: 970, high: 1_100, low: 960, close: 1_000, volume: 4_000 }, 60_000)
    expect(told(desk.trade(970))).toEqual(['triggered stop', 'fill stop 1 @ 970 taker fee 0.485'])
  })

  it('fire on a touch', () => {
    const desk = openDesk()
    desk.submit(order())
    desk.submit(order({ id: 'stop', ...protectiveStop, triggerPrice: '990' }))
    expect(told(desk.trade(990.1))).toEqual([])
    expect(told(desk.trade(990))).toEqual(['triggered stop', 'fill stop 1 @ 990 taker fee 0.495'])
  })

  it('of a short fire upwards, and targets the other way', () => {
    const desk = openDesk()
    desk.submit(order({ side: 'sell' }))
    desk.submit(order({ id: 'stop', type: 'stop_market', reduceOnly: true, triggerPrice: '1010' }))
    desk.submit(order({ id: 'target', type: 'take_profit_market', reduceOnly: true, quantity: '0.5', triggerPrice: '990' }))
    expect(told(desk.trade(990))).toEqual(['triggered target', 'fill target 0.5 @ 990 taker fee 0.2475'])
    expect(told(desk.trade(1_010))).toEqual([
      'triggered stop',
      'fill stop 0.5 @ 1010 taker fee 0.2525',
      'expired stop reduce_only_no_position',
    ])
  })

  it('look at the price they asked for: mark or last', () => {
    const desk = openDesk({ markPremium: -0.01 })
    desk.submit(order({ quantity: '2' }))
    desk.submit(order({ id: 'onMark', ...protectiveStop, triggerPrice: '985', triggerSource: 'mark' }))
    desk.submit(order({ id: 'onLast', ...protectiveStop, triggerPrice: '985', triggerSource: 'last' }))
    expect(told(desk.trade(995.2))).toEqual([])
    expect(told(desk.trade(994.9))).toEqual(['triggered onMark', 'fill onMark 1 @ 994.9 taker fee 0.49745'])
    expect(told(desk.trade(985))).toEqual(['triggered onLast', 'fill onLast 1 @ 985 taker fee 0.4925'])
  })

  it('to open something expire when the margin does not suffice at the moment they fire', () => {
    const desk = openDesk()
    desk.submit(order({ id: 'breakout', type: 'stop_market', triggerPrice: '1010', quantity: '99.5' }))
    expect(told(desk.trade(1_010))).toEqual(['triggered breakout', 'expired breakout margin_insufficient'])
  })

  it('that are too large for the volume go on at the next prices', () => {
    const desk = openDesk({ participationMax: 0.1 })
    desk.trade(1_000, 10)
    desk.submit(order())
    desk.submit(order({ id: 'stop', ...protectiveStop, triggerPrice: '990' }))
    expect(told(desk.trade(990, 6))).toEqual(['triggered stop', 'fill stop 0.6 @ 990 taker fee 0.297'])
    expect(desk.lookup('stop').order).toMatchObject({ status: 'triggered' })
    expect(told(desk.trade(1_050, 6))).toEqual(['fill stop 0.4 @ 1050 taker fee 0.21'])
  })
})

describe('a candle with stop and target both inside', () => {
  it('hits the stop of a long first', () => {
    const desk = openDesk()
    desk.submit(order())
    desk.submit(order({ id: 'stop', ...protectiveStop, triggerPrice: '990' }))
    desk.submit(order({ id: 'target', ...target, limitPrice: '1010' }))
    expect(told(desk.candle(1_000, 1_020, 980, 1_015))).toEqual([
      'triggered stop',
      'fill stop 1 @ 990 taker fee 0.495',
      'expired target reduce_only_no_position',
    ])
  })

  it('hits the stop of a short first', () => {
    const desk = openDesk()
    desk.submit(order({ side: 'sell' }))
    desk.submit(order({ id: 'stop', type: 'stop_market', reduceOnly: true, triggerPrice: '1010' }))
    desk.submit(order({ id: 'target', type: 'limit', reduceOnly: true, limitPrice: '990' }))
    expect(told(desk.candle(1_000, 1_020, 980, 985))).toEqual([
      'triggered stop',
      'fill stop 1 @ 1010 taker fee 0.505',
      'expired target reduce_only_no_position',
    ])
  })

  it('goes to the adverse extreme of an entry that is still on its way', () => {
    const desk = openDesk({ latencyMs: 100 })
    desk.venue.submit(order(), desk.nowMs())
    const path = desk.venue.path(BTC.id, { openTimeMs: desk.nowMs(), open: 1_000, high: 1_001, low: 900, close: 950, volume: 1 }, 60_000)
    expect(path.map((point) => point.price)).toEqual([1_000, 900, 1_001, 950])
  })
})

describe('without a position the path', () => {
  const walk = (high: number, low: number) =>
    openDesk()
      .venue.path(BTC.id, { openTimeMs: 60_000, open: 1_000, high, low, close: 1_000, volume: 1 }, 60_000)
      .map((point) => [point.tsMs, point.price])
  it('visits the nearer extreme first, at equal distances in time', () => {
    expect(walk(1_005, 990)).toEqual([
      [60_000, 1_000],
      [80_000, 1_005],
      [100_000, 990],
      [120_000, 1_000],
    ])
    expect(walk(1_010, 995).map(([, price]) => price)).toEqual([1_000, 995, 1_010, 1_000])
    expect(walk(1_010, 990).map(([, price]) => price)).toEqual([1_000, 990, 1_010, 1_000])
  })
})
