import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_GAP, type TwinSide, pairTwins, sumGaps, twinGap } from '../../src-main/core/analytics/twin-gap.ts'

function trade(over: Partial<TwinSide> = {}): TwinSide {
  const base = {
    instrumentId: 'BTC',
    strategyId: 's',
    side: 'long' as const,
    openedMs: 0,
    quantity: 1,
    entryPrice: 100,
    exitPrice: 110,
    fees: 0.2,
    funding: 0,
  }
  const made = { ...base, ...over }
  const sign = made.side === 'long' ? 1 : -1
  return { ...made, netPnl: (made.exitPrice - made.entryPrice) * sign * made.quantity - made.fees + made.funding }
}

describe('the gap between a live trade and its paper twin', () => {
  it('names what made it', () => {
    const live = trade({ entryPrice: 101, exitPrice: 109, fees: 0.3, funding: -0.1 })
    expect(twinGap(live, trade())).toEqual({
      entry: -1,
      exit: -1,
      fees: expect.closeTo(-0.1),
      funding: -0.1,
      size: 0,
      total: expect.closeTo(-2.2),
    })
  })

  it('turns its signs with the side', () => {
    const live = trade({ side: 'short', entryPrice: 99, exitPrice: 90 })
    expect(twinGap(live, trade({ side: 'short', entryPrice: 100, exitPrice: 90 })).entry).toBe(-1)
  })

  it('always adds up to the difference of the results', () => {
    const price = fc.double({ min: 1, max: 1e5, noNaN: true })
    const any = fc
      .record({
        quantity: fc.double({ min: 0.001, max: 100, noNaN: true }),
        entryPrice: price,
        exitPrice: price,
        fees: price,
        funding: price,
      })
      .map(trade)
    fc.assert(
      fc.property(any, any, (live, paper) => {
        const { entry, exit, fees, funding, size, total } = twinGap(live, paper)
        expect(entry + exit + fees + funding + size).toBeCloseTo(total, 3)
      }),
    )
  })

  it('is paired with the nearest of the same strategy, instrument and side, each once', () => {
    const live = [trade({ openedMs: 1_000 }), trade({ openedMs: 2_000 }), trade({ openedMs: 900_000 })]
    const paper = [
      trade({ openedMs: 1_100 }),
      trade({ openedMs: 1_900 }),
      trade({ openedMs: 500_000 }),
      trade({ openedMs: 1_000, side: 'short' }),
    ]
    const pairs = pairTwins(live, paper, 60_000)
    expect(pairs.map(({ live: mine, paper: theirs }) => [mine?.openedMs ?? null, theirs?.openedMs ?? null])).toEqual([
      [900_000, null],
      [null, 500_000],
      [2_000, 1_900],
      [1_000, 1_100],
      [null, 1_000],
    ])
    expect(sumGaps([])).toEqual(NO_GAP)
  })
})
