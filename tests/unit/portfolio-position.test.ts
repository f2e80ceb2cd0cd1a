// Proves the arithmetic of a position on figures that can be checked by hand, and what the portfolio says before it has seen the market.
import { describe, expect, it } from 'vitest'
import { money, price, quantity } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, positionId, strategyId, tradeId, venueOrderId } from '../../src-shared/domain/ids.ts'
import type { Fill } from '../../src-shared/domain/order.ts'
import { type PositionSeed, bookFill, riskPerUnit, roundTripOf } from '../../src-main/core/portfolio/book-fill.ts'
import { Portfolio, estimateLiquidationPrice } from '../../src-main/core/portfolio/portfolio.ts'
import { BTC } from '../support/venue-kit.ts'

const SEED: PositionSeed = {
  id: positionId('p1'),
  strategyId: strategyId('test'),
  decisionId: null,
  stopPrice: price('95'),
  chandelierDistance: null,
}

const fill = (side: 'buy' | 'sell', size: string, at: string, fee = '0'): Fill => ({
  tradeId: tradeId('T1'),
  clientOrderId: clientOrderId('order'),
  venueOrderId: venueOrderId('V1'),
  instrumentId: BTC.id,
  side,
  price: price(at),
  quantity: quantity(size),
  fee: money(fee),
  liquidity: 'taker',
  tsEventMs: 1_000,
})

const portfolioOf = (...fills: Fill[]): Portfolio => {
  const portfolio = new Portfolio({ instruments: new Map([[BTC.id, BTC]]), leverage: 5, balance: money('1000'), positions: [] })
  for (const each of fills) portfolio.applyFill(each, SEED)
  return portfolio
}

describe('a position', () => {
  it('averages its cost when it grows and keeps it when it shrinks', () => {
    const first = bookFill(null, fill('buy', '1', '100'), SEED).position
    const grown = bookFill(first, fill('buy', '3', '104'), SEED).position
    const shrunk = bookFill(grown, fill('sell', '2', '110'), SEED).position
    expect([grown.entryPrice, shrunk.entryPrice]).toEqual([price('103'), price('103')])
    expect(shrunk.realizedPnl).toBe(money('14'))
    expect(shrunk.initialQuantity).toBe(quantity('4'))
  })

  it('earns when a short falls', () => {
    const short = bookFill(null, fill('sell', '2', '100'), SEED).position
    expect(bookFill(short, fill('buy', '2', '90'), SEED).position).toMatchObject({
      realizedPnl: money('20'),
      quantity: quantity('0'),
      closedMs: 1_000,
    })
  })

  it('becomes a round trip with gross, fees, net, average exit and R', () => {
    const open = bookFill(null, fill('buy', '2', '100', '0.1'), SEED).position
    const half = bookFill(open, fill('sell', '1', '105', '0.05'), SEED).position
    const closed = bookFill(half, fill('sell', '1', '107', '0.05'), SEED).position
    expect(riskPerUnit(closed)).toBe(price('5'))
    expect(roundTripOf(closed, 'target')).toMatchObject({
      grossPnl: money('12'),
      fees: money('0.2'),
      netPnl: money('11.8'),
      exitPrice: price('106'),
      quantity: quantity('2'),
      rMultiple: 1.18,
      exitReason: 'target',
    })
  })

  it('has no R when the stop is at the entry', () => {
    const open = bookFill(null, fill('buy', '1', '95'), SEED).position
    expect(roundTripOf(bookFill(open, fill('sell', '1', '96'), SEED).position, 'x').rMultiple).toBeNull()
  })

  it('writes a fee and a profit into the ledger, each with the trade it came from', () => {
    const open = bookFill(null, fill('buy', '1', '100', '0.1'), SEED)
    expect(open.ledger.map(({ kind, amount, reference }) => [kind, amount, reference])).toEqual([['fee', money('-0.1'), 'T1']])
    const closed = bookFill(open.position, fill('sell', '1', '90', '0.1'), SEED)
    expect(closed.ledger.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['realized_pnl', money('-10')],
      ['fee', money('-0.1')],
    ])
  })
})

describe('the portfolio', () => {
  it('knows no mark price before the market has been seen, and counts the position at its cost until then', () => {
    const portfolio = portfolioOf(fill('buy', '2', '100'))
    expect(portfolio.markPrice(BTC.id)).toBeNull()
    expect(portfolio.equity()).toBe(1_000)
    portfolio.mark(portfolio.holding(BTC.id), { close: 110 })
    expect(portfolio.markPrice(BTC.id)).toBe(110)
    expect(portfolio.equity()).toBe(1_020)
    portfolio.applyFill(fill('buy', '1', '120'), SEED)
    expect(portfolio.markPrice(BTC.id)).toBe(110)
  })

  it('estimates exposure, margin and what the stops would lose', () => {
    const portfolio = portfolioOf(fill('buy', '2', '100'))
    portfolio.mark(portfolio.holding(BTC.id), { close: 110 })
    expect(portfolio.estimate()).toEqual({
      balance: 1_000,
      equity: 1_020,
      unrealizedPnl: 20,
      marginUsed: 44,
      available: 976,
      grossExposure: 220,
      openRisk: 30,
    })
  })

  it('forgets a closed position and its mark', () => {
    const portfolio = portfolioOf(fill('buy', '2', '100'))
    portfolio.mark(portfolio.holding(BTC.id), { close: 110 })
    portfolio.applyFill(fill('sell', '2', '110'), SEED)
    expect([portfolio.openCount, portfolio.position(BTC.id), portfolio.markPrice(BTC.id), portfolio.unrealizedPnl(BTC.id)]).toEqual([
      0,
      null,
      null,
      0,
    ])
    expect(portfolio.positionById(SEED.id)).toBeNull()
  })

  it('knows which instruments are traded here', () => {
    const portfolio = portfolioOf()
    expect([portfolio.lists(BTC.id), portfolioOf(fill('buy', '1', '100')).openCount]).toEqual([true, 1])
  })

  it('estimates the liquidation price where equity equals the maintenance margin', () => {
    const input = { equity: 1_000, markPrice: 100, maintenanceMarginRate: 0.005 }
    for (const signedQuantity of [20, -20]) {
      const liquidation = estimateLiquidationPrice({ ...input, signedQuantity }) ?? Number.NaN
      const equityThere = input.equity + (liquidation - input.markPrice) * signedQuantity
      expect(equityThere).toBeCloseTo(liquidation * 20 * input.maintenanceMarginRate, 9)
    }
    expect(estimateLiquidationPrice({ ...input, signedQuantity: 5 })).toBeNull()
    expect(estimateLiquidationPrice({ ...input, signedQuantity: 0 })).toBeNull()
  })
})
