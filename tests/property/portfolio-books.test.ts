// Proves that the books are exact for any series of trades: the ledger adds up to the balance, nothing is made or lost by splitting a trade or
// turning a position over, and our books agree to the last digit with the simulated venue's own, which are written independently on purpose.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Money,
  type Quantity,
  ZERO_MONEY,
  absolute,
  add,
  money,
  negate,
  notionalOf,
  price,
  quantity,
  subtract,
  sum,
  toNumber,
} from '../../src-shared/domain/decimal.ts'
import { clientOrderId, positionId, strategyId, tradeId, venueOrderId } from '../../src-shared/domain/ids.ts'
import { directionOf } from '../../src-shared/domain/instrument.ts'
import type { Fill } from '../../src-shared/domain/order.ts'
import type { Position } from '../../src-shared/domain/position.ts'
import {
  type PositionSeed,
  bookFill,
  grossProfit,
  netProfit,
  riskPerUnit,
  roundTripOf,
  splitAtFlat,
} from '../../src-main/core/portfolio/book-fill.ts'
import { Portfolio } from '../../src-main/core/portfolio/portfolio.ts'
import { applyTrade, walletBalance } from '../../src-main/core/simulation/account.ts'
import { createCore, marketOf } from '../../src-main/core/simulation/state.ts'
import { BTC, FRICTIONLESS } from '../support/venue-kit.ts'

const SEED: PositionSeed = {
  id: positionId('p1'),
  strategyId: strategyId('test'),
  decisionId: null,
  stopPrice: price('49000'),
  chandelierDistance: null,
}

type TradeSpec = { side: 'buy' | 'sell'; ticks: number; lots: number; feeUnits: number }
const tradeSpec: fc.Arbitrary<TradeSpec> = fc.record({
  side: fc.constantFrom('buy', 'sell'),
  ticks: fc.integer({ min: 1, max: 2_000_000 }),
  lots: fc.integer({ min: 1, max: 5_000 }),
  feeUnits: fc.integer({ min: -1_000_000, max: 100_000_000 }),
})
const trades = fc.array(tradeSpec, { minLength: 1, maxLength: 40 })

const fillOf = (spec: TradeSpec, index: number): Fill => ({
  tradeId: tradeId(`T${index}`),
  clientOrderId: clientOrderId('order'),
  venueOrderId: venueOrderId('V1'),
  instrumentId: BTC.id,
  side: spec.side,
  price: price((spec.ticks / 10).toFixed(1)),
  quantity: quantity((spec.lots / 1_000).toFixed(3)),
  fee: money((spec.feeUnits / 1e8).toFixed(8)),
  liquidity: 'taker',
  tsEventMs: index,
})

/** Books as the kernel does: a trade that turns the position over is split at flat. */
function bookAll(specs: readonly TradeSpec[]): { portfolio: Portfolio; entries: Money[]; closed: Position[] } {
  const portfolio = new Portfolio({ instruments: new Map([[BTC.id, BTC]]), leverage: 5, balance: money('10000'), positions: [] })
  const entries: Money[] = []
  const closed: Position[] = []
  for (const [index, spec] of specs.entries()) {
    const fill = fillOf(spec, index)
    const before = portfolio.position(BTC.id)
    const { closing, rest } = before === null ? { closing: fill, rest: null } : splitAtFlat(before, fill)
    for (const part of rest === null ? [closing] : [closing, rest]) {
      const booking = portfolio.applyFill(part, SEED)
      entries.push(...booking.ledger.map((entry) => entry.amount))
      if (booking.position.quantity === 0n) closed.push(booking.position)
    }
  }
  return { portfolio, entries, closed }
}
const signed = (position: Position | null): Quantity =>
  position === null ? quantity('0') : position.side === 'long' ? position.quantity : negate(position.quantity)

describe('for any series of trades', () => {
  it('the balance moves by the sum of the ledger, exactly', () => {
    fc.assert(
      fc.property(trades, (specs) => {
        const { portfolio, entries } = bookAll(specs)
        expect(portfolio.balance).toBe(add(money('10000'), sum(entries)))
      }),
    )
  })

  it('the position is the signed sum of the trades', () => {
    fc.assert(
      fc.property(trades, (specs) => {
        const expected = sum(
          specs.map((spec, index) => (spec.side === 'buy' ? fillOf(spec, index).quantity : negate(fillOf(spec, index).quantity))),
        )
        expect(signed(bookAll(specs).portfolio.position(BTC.id))).toBe(expected)
      }),
    )
  })

  it('our books and the venue’s agree to the last digit: wallet, position and entry price', () => {
    fc.assert(
      fc.property(trades, (specs) => {
        const core = createCore([BTC], FRICTIONLESS)
        const market = marketOf(core, BTC.id)
        for (const [index, spec] of specs.entries()) applyTrade(core, market, fillOf(spec, index))
        const { portfolio } = bookAll(specs)
        expect(portfolio.balance).toBe(walletBalance(core.ledger))
        expect(signed(portfolio.position(BTC.id))).toBe(market.positionQuantity)
        expect(portfolio.position(BTC.id)?.entryPrice ?? price('0')).toBe(market.entryPrice)
      }),
    )
  })

  it('realised and unrealised profit together are what was paid and received, whatever was closed when', () => {
    fc.assert(
      fc.property(trades, fc.integer({ min: 1, max: 2_000_000 }), (specs, markTicks) => {
        const mark = price((markTicks / 10).toFixed(1))
        const { portfolio } = bookAll(specs)
        const position = portfolio.position(BTC.id)
        const unrealized =
          position === null
            ? ZERO_MONEY
            : grossProfit({ side: position.side, entry: position.entryPrice, exit: mark, quantity: position.quantity })
        const flows = specs.map((spec, index) => {
          const fill = fillOf(spec, index)
          const paid = notionalOf(fill.price, fill.quantity)
          return subtract(spec.side === 'buy' ? negate(paid) : paid, fill.fee)
        })
        const worth = add(sum(flows), notionalOf(mark, signed(position)))
        const error = absolute(subtract(add(subtract(portfolio.balance, money('10000')), unrealized), worth))
        // The average price is rounded to its 12th digit at each addition; that times the quantity is all that may be missing.
        expect(error <= money('0.000001')).toBe(true)
      }),
    )
  })

  it('a closed position’s net profit is its share of the ledger', () => {
    fc.assert(
      fc.property(trades, (specs) => {
        const { portfolio, closed } = bookAll(specs)
        const open = portfolio.position(BTC.id)
        const all = sum([...closed, ...(open === null ? [] : [open])].map(netProfit))
        expect(all).toBe(subtract(portfolio.balance, money('10000')))
      }),
    )
  })

  it('the R multiple is the net profit over what the first stop would have lost', () => {
    fc.assert(
      fc.property(trades, (specs) => {
        for (const position of bookAll(specs).closed) {
          const trip = roundTripOf(position, 'test')
          const risk = toNumber(riskPerUnit(position)) * toNumber(position.initialQuantity)
          if (trip.rMultiple === null) expect(risk).toBe(0)
          else expect(trip.rMultiple).toBeCloseTo(toNumber(trip.netPnl) / risk, 6)
        }
      }),
    )
  })

  it('the float estimate of equity follows the exact books', () => {
    fc.assert(
      fc.property(trades, fc.integer({ min: 1, max: 2_000_000 }), (specs, markTicks) => {
        const { portfolio } = bookAll(specs)
        portfolio.mark(portfolio.holding(BTC.id), { close: markTicks / 10 })
        const position = portfolio.position(BTC.id)
        const unrealized =
          position === null
            ? 0
            : (markTicks / 10 - toNumber(position.entryPrice)) * toNumber(position.quantity) * directionOf(position.side)
        expect(portfolio.equity()).toBeCloseTo(toNumber(portfolio.balance) + unrealized, 3)
        expect(portfolio.estimate().equity).toBeCloseTo(portfolio.equity(), 6)
      }),
    )
  })
})

describe('one trade', () => {
  it('in parts costs and earns the same as whole, to the digit that the average price is rounded to', () => {
    fc.assert(
      fc.property(tradeSpec, tradeSpec, fc.integer({ min: 1, max: 99 }), (opening, closing, percent) => {
        const whole = fillOf({ ...opening, lots: opening.lots + 1 }, 0)
        const first = {
          ...whole,
          quantity: quantity((Math.max(1, Math.floor(((opening.lots + 1) * percent) / 100)) / 1_000).toFixed(3)),
          fee: ZERO_MONEY,
        }
        const second = { ...whole, tradeId: tradeId('T1'), quantity: subtract(whole.quantity, first.quantity) }
        const inParts = bookFill(bookFill(null, first, SEED).position, second, SEED).position
        const atOnce = bookFill(null, whole, SEED).position
        expect([inParts.quantity, inParts.entryPrice, inParts.fees]).toEqual([atOnce.quantity, atOnce.entryPrice, atOnce.fees])
        const exit = { ...fillOf(closing, 2), side: whole.side === 'buy' ? ('sell' as const) : ('buy' as const), quantity: whole.quantity }
        expect(bookFill(inParts, exit, SEED).position.realizedPnl).toBe(bookFill(atOnce, exit, SEED).position.realizedPnl)
      }),
    )
  })

  it('split at flat keeps quantity and fee, and the closing part never exceeds what is open', () => {
    fc.assert(
      fc.property(tradeSpec, tradeSpec, (opening, other) => {
        const { position } = bookFill(null, fillOf(opening, 0), SEED)
        const fill = fillOf(other, 1)
        const { closing, rest } = splitAtFlat(position, fill)
        expect(add(closing.quantity, rest?.quantity ?? quantity('0'))).toBe(fill.quantity)
        expect(add(closing.fee, rest?.fee ?? ZERO_MONEY)).toBe(fill.fee)
        if (rest !== null) expect(closing.quantity).toBe(position.quantity)
      }),
    )
  })
})
