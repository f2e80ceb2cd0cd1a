// Proves what taking liquidity costs by the range of the last candles and by the size of the order, counted by hand.
import { describe, expect, it } from 'vitest'
import type { SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import { BTC, type Desk, openDesk, order, told } from '../support/venue-kit.ts'

const RICH = { initialBalance: money('1000000') }
/** A desk behind `count` candles of this range and volume, each passed untouched, around 1000. */
function deskAfter(config: Partial<SimulationConfig>, candles: readonly { range: number; volume: number }[]): Desk {
  const desk = openDesk({ ...RICH, ...config })
  for (const [index, { range, volume }] of candles.entries()) {
    const candle = { openTimeMs: 60_000 * index, open: 1_000, high: 1_000 + range / 2, low: 1_000 - range / 2, close: 1_000, volume }
    expect(desk.venue.pass(BTC.id, candle, 60_000)).toBe(true)
  }
  return desk
}
const paid = (desk: Desk, quantity = '1', side: 'buy' | 'sell' = 'buy'): string | undefined =>
  told(desk.submit(order({ id: 'x', side, quantity })))[1]?.split(' ')[4]
const steady = (count: number, range = 20, volume = 100) => Array.from({ length: count }, () => ({ range, volume }))

describe('slippage by volatility', () => {
  const slippage = { kind: 'volatility', share: 0.1 } as const

  it('is a share of the average range of the 14 candles before the present one', () => {
    // Of 20 candles the newest is the present one; of the 14 before it 7 have a range of 10 and 7 one of 30.
    const candles = [...steady(5, 500), ...steady(7, 10), ...steady(7, 30), ...steady(1, 900)]
    expect(paid(deskAfter({ slippage }, candles))).toBe('1002')
    expect(paid(deskAfter({ slippage }, candles), '1', 'sell')).toBe('998')
  })

  it('does not change for a candle that is walked before it is over', () => {
    const desk = deskAfter({ slippage }, steady(15))
    desk.submit(order({ type: 'limit', limitPrice: '900' }))
    desk.candle(1_000, 1_100, 890, 1_000)
    expect(paid(desk)).toBe('1002')
    // The next candle makes it one of those before: 13 × 20 and 210 over 14 is 33.571…, a tenth of it 3.357….
    desk.candle(1_000, 1_000, 1_000, 1_000)
    expect(paid(desk)).toBe('1003.4')
  })

  it('uses what is known of a market that has just begun, at last the candle itself', () => {
    expect(paid(deskAfter({ slippage }, []))).toBe('1000')
    expect(paid(deskAfter({ slippage }, steady(1, 40)))).toBe('1004')
    expect(paid(deskAfter({ slippage }, [...steady(2, 40), ...steady(1, 10)]))).toBe('1004')
  })

  it('is rounded to the tick against us, and not by what floats add to a sum', () => {
    const tenths = deskAfter({ slippage: { kind: 'volatility', share: 0.5 } }, steady(15, 0.6))
    expect(paid(tenths)).toBe('1000.3')
    expect(paid(deskAfter({ slippage: { kind: 'volatility', share: 0.51 } }, steady(15, 0.6)))).toBe('1000.4')
  })
})

describe('slippage by depth', () => {
  const slippage = { kind: 'depth', basisPoints: 1, impact: 0.5 } as const

  it('is half the spread and an impact that grows with the square root of the share of the volume', () => {
    // 0.1 of spread, and 0.5 × 20 × √(1 ÷ 100) = 1.
    expect(paid(deskAfter({ slippage }, steady(15)))).toBe('1001.1')
    // Four times the size, twice the impact.
    expect(paid(deskAfter({ slippage }, steady(15)), '4')).toBe('1002.1')
    expect(paid(deskAfter({ slippage }, steady(15)), '4', 'sell')).toBe('997.9')
  })

  it('takes the volume of the candle in which it happens', () => {
    const desk = deskAfter({ slippage }, [...steady(14), ...steady(1, 20, 400)])
    expect(paid(desk)).toBe('1000.6')
  })

  it('takes the mean volume of the candles before when nothing trades, and the whole range when nothing ever did', () => {
    expect(paid(deskAfter({ slippage }, [...steady(14), ...steady(1, 20, 0)]))).toBe('1001.1')
    expect(paid(deskAfter({ slippage }, steady(15, 20, 0)))).toBe('1010.1')
  })

  it('makes each part of an order pay for the whole', () => {
    const desk = deskAfter({ slippage, participationMax: 0.01 }, steady(15))
    const parts = told(desk.submit(order({ id: 'big', quantity: '4' })))
    expect(parts[1]).toMatch(/^fill big 1 @ 1002\.1/)
    expect(told(desk.trade(1_000, 100))[0]).toMatch(/^fill big 1 @ 1002\.1/)
  })

  it('never goes beyond the limit of an order, nor beyond twice the price', () => {
    const desk = deskAfter({ slippage: { ...slippage, impact: 100 } }, steady(15, 200))
    expect(told(desk.submit(order({ id: 'near', type: 'limit', limitPrice: '1001' })))[1]).toMatch(/^fill near 1 @ 1001 taker/)
    expect(paid(desk)).toBe('2000')
    expect(paid(desk, '1', 'sell')).toBe('0.1')
  })

  it('counts for the margin that an order needs', () => {
    const desk = deskAfter({ slippage, initialBalance: money('101') }, steady(15))
    // At 1000 one BTC needs 100 and a fee of 0.5; at 1001.1 it is 100.11 and 0.50055. At 1010.1, 101.01 are not enough.
    expect(told(desk.submit(order({ id: 'fits' })))[0]).toBe('accepted fits')
    const thin = deskAfter({ slippage, initialBalance: money('101') }, steady(15, 20, 1))
    expect(told(thin.submit(order({ id: 'dear' })))).toEqual(['rejected dear margin_insufficient'])
  })
})
