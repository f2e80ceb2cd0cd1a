// Proves that an order is approved only when every check says a clear yes, that a broken check or missing data denies, that the whole
// list of verdicts is recorded, and that no broken part can stand in the way of an order that shrinks a position.
import { describe, expect, it } from 'vitest'
import { price, quantity } from '../../src-shared/domain/decimal.ts'
import { ORDER_PURPOSES } from '../../src-shared/domain/order.ts'
import { RISK_CHECKS } from '../../src-main/core/risk/risk-checks.ts'
import { type ReductionContext, approveEntry, approveReduction, runCheck } from '../../src-main/core/risk/risk-officer.ts'
import type { RiskCheck } from '../../src-main/core/risk/verdict.ts'
import { verdict } from '../../src-main/core/risk/verdict.ts'
import { BTC, ETH_ID, FRESH, entryRequest, riskContext, stopRequest } from '../support/risk-fixtures.ts'

const throwing = (): never => {
  throw new Error('broken')
}
const long: ReductionContext = { position: { instrumentId: BTC.id, side: 'long', quantity: quantity('0.019') } }

describe('approveEntry', () => {
  it('approves an entry that passes every check, with one verdict per check in order', () => {
    const { approved, verdicts } = approveEntry(entryRequest(), riskContext())
    expect(approved).toEqual(entryRequest())
    expect(verdicts.map(({ check }) => check)).toEqual(RISK_CHECKS.map(({ code }) => code))
  })

  it('approves a frozen copy, so that what was judged cannot be changed afterwards', () => {
    const request = { ...entryRequest() }
    const { approved } = approveEntry(request, riskContext())
    request.quantity = quantity('100')
    expect(approved?.quantity).toBe(quantity('0.019'))
    expect(Object.isFrozen(approved)).toBe(true)
  })

  it('writes a yes down with its sentence, though nobody has read it', () => {
    const { verdicts } = approveEntry(entryRequest(), riskContext())
    for (const found of verdicts) {
      const { check, passed, code, message, numbers } = found
      expect(message).toMatch(/\w/)
      expect(JSON.stringify(found)).toBe(JSON.stringify({ check, passed, code, message, numbers }))
    }
    expect(verdicts.find(({ check }) => check === 'risk_per_trade')?.message).toBe(
      '44.84 USDT lost if the stop is hit, at most 50 USDT (0.5 % of equity)',
    )
  })

  it('judges a context anew when one of its parts is another', () => {
    const context = riskContext()
    expect(approveEntry(entryRequest(), context).approved).not.toBeNull()
    const poor = { ...context, account: { equity: 100, balance: 100, availableMargin: 100 } }
    expect(
      approveEntry(entryRequest(), poor)
        .verdicts.filter(({ passed }) => !passed)
        .map(({ check }) => check),
    ).toContain('risk_per_trade')
    expect(approveEntry(entryRequest(), context).approved).not.toBeNull()
  })

  it('runs the other checks after one has denied', () => {
    const halted = { ...FRESH, tradingState: 'halted' as const }
    const { approved, verdicts } = approveEntry(
      entryRequest({ quantity: quantity('0.0195') }),
      riskContext({ riskState: halted, leverage: 20 }),
    )
    expect(approved).toBeNull()
    expect(verdicts).toHaveLength(RISK_CHECKS.length)
    expect(verdicts.filter(({ passed }) => !passed).map(({ code }) => code)).toEqual(['trading_halted', 'leverage_too_high', 'off_lot'])
  })

  it('denies when a check throws, and names the check', () => {
    const context = Object.defineProperty({ ...riskContext() }, 'workingEntries', { get: throwing })
    const { approved, verdicts } = approveEntry(entryRequest(), context)
    expect(approved).toBeNull()
    expect(verdicts.find(({ check }) => check === 'gross_exposure')).toMatchObject({ passed: false, code: 'check_failed' })
  })

  it.each(['account', 'instrument', 'markPrice', 'lastMarketDataMs', 'liquidationPrice'] as const)(
    'denies without throwing when %s is missing',
    (name) => {
      const { approved, verdicts } = approveEntry(entryRequest(), riskContext({ [name]: null }))
      expect(approved).toBeNull()
      expect(verdicts).toHaveLength(RISK_CHECKS.length)
      expect(verdicts.some(({ code }) => code.endsWith('_missing'))).toBe(true)
    },
  )

  it('denies everything that is not an entry', () => {
    for (const purpose of ORDER_PURPOSES.filter((each) => each !== 'entry')) {
      expect(approveEntry(entryRequest({ purpose }), riskContext()).approved).toBeNull()
    }
  })
})

describe('runCheck', () => {
  // What a broken check might return is outside its type: hence the cast.
  const answering = (answer: unknown): RiskCheck => ({
    code: 'probe',
    title: 'Probe',
    check: () => answer as ReturnType<RiskCheck['check']>,
  })

  it.each([undefined, null, {}, { passed: 'yes' }, { passed: 1 }])('takes %j for a denial', (answer) => {
    expect(runCheck(answering(answer), riskContext(), entryRequest()).passed).toBe(false)
  })
  it('denies when a check concludes yes from a number that is none, and records it as null', () => {
    const found = verdict({ check: 'probe', denial: null, message: 'fine', numbers: { used: Number.NaN, limit: 1 } })
    expect(found).toMatchObject({ passed: false, code: 'not_a_number', numbers: { used: null, limit: 1 } })
  })
  it('keeps a thrown message short enough for the trace', () => {
    const check: RiskCheck = {
      code: 'probe',
      title: 'Probe',
      check: () => {
        throw new Error('x'.repeat(5000))
      },
    }
    expect(runCheck(check, riskContext(), entryRequest()).message.length).toBeLessThanOrEqual(400)
  })
})

describe('approveReduction', () => {
  it.each(['stop', 'target', 'exit', 'emergency'] as const)('lets a %s through that closes the whole position', (purpose) => {
    expect(approveReduction(stopRequest({ purpose }), long).approved).toEqual(stopRequest({ purpose }))
  })
  it('lets a buy through that shrinks a short', () => {
    const short: ReductionContext = { position: { instrumentId: BTC.id, side: 'short', quantity: quantity('0.019') } }
    expect(approveReduction(stopRequest({ side: 'buy', quantity: quantity('0.001') }), short).approved).not.toBeNull()
  })
  it.each([
    ['no_position', {}, { position: null }],
    ['not_a_reduction', { purpose: 'entry' }, long],
    ['not_reduce_only', { reduceOnly: false }, long],
    ['wrong_instrument', { instrumentId: ETH_ID }, long],
    ['would_increase', { side: 'buy' }, long],
    ['no_quantity', { quantity: quantity('0') }, long],
    ['exceeds_position', { quantity: quantity('0.020') }, long],
  ] as const)('denies with %s', (code, changes, context) => {
    const { approved, verdicts } = approveReduction(stopRequest(changes), context)
    expect(approved).toBeNull()
    expect(verdicts).toMatchObject([{ check: 'reduction', passed: false, code }])
  })
  it('needs no check of the long path: it works while every one of them is broken', () => {
    const broken = riskContext({ account: null, instrument: null, markPrice: Number.NaN, lastMarketDataMs: null })
    expect(approveEntry(entryRequest(), broken).approved).toBeNull()
    expect(approveReduction(stopRequest({ triggerPrice: price('115640') }), long).approved).not.toBeNull()
  })
})
