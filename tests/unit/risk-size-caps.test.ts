// Proves that each cap is what its limit lets through, to the last lot, and that limits which cannot be told leave no size at all,
// without throwing into whoever asked.
import { describe, expect, it } from 'vitest'
import { money, price, quantity, rate, toText } from '../../src-shared/domain/decimal.ts'
import { maintenanceRateAt } from '../../src-shared/domain/instrument.ts'
import { sizeCaps } from '../../src-main/core/risk/exposure.ts'
import { BTC, ETH_ID, riskContext } from '../support/risk-fixtures.ts'

const entry = { entryPrice: price('100000'), stopPrice: price('98000') }
const capsOf = (changes: Parameters<typeof riskContext>[0] = {}, at = entry) =>
  Object.fromEntries(sizeCaps(riskContext(changes), at).map(({ step, quantityMax }) => [step, toText(quantityMax)]))

describe('sizeCaps', () => {
  it('divides each limit by the price, or the risk budget by the distance to the stop', () => {
    expect(capsOf({ account: { equity: 10_000, balance: 10_000, availableMargin: 2005 } })).toEqual({
      cap_risk_per_trade: '0.025',
      cap_position_size: '0.1',
      cap_leverage: '0.5',
      cap_gross_exposure: '0.2',
      cap_available_margin: '0.1',
      cap_venue_max: '120',
    })
  })
  it('counts what is open and what may still fill', () => {
    const busy = {
      positions: [{ instrumentId: ETH_ID, side: 'short' as const, quantity: quantity('1'), notional: 4000 }],
      workingEntries: [{ instrumentId: ETH_ID, side: 'buy' as const, notional: 1000 }],
    }
    expect(capsOf(busy)).toMatchObject({ cap_gross_exposure: '0.15', cap_leverage: '0.45' })
  })
  it('is cut by the bracket of the leverage that is set, less what is there already, and not at all without brackets', () => {
    const brackets = [
      { notionalMax: money('1000'), maintenanceMarginRate: rate('0.004'), leverageMax: 10 },
      { notionalMax: money('8000'), maintenanceMarginRate: rate('0.01'), leverageMax: 5 },
      { notionalMax: null, maintenanceMarginRate: rate('0.05'), leverageMax: 2 },
    ]
    const instrument = { ...BTC, brackets }
    const cap = (leverage: number, changes = {}): string | undefined => capsOf({ instrument, leverage, ...changes })['cap_leverage_bracket']
    expect([cap(10), cap(5), cap(3), cap(2), cap(20)]).toEqual(['0.01', '0.08', '0.08', undefined, '0'])
    const held = { positions: [{ instrumentId: BTC.id, side: 'long' as const, quantity: quantity('0.05'), notional: 5_000 }] }
    expect(cap(5, held)).toBe('0.03')
    expect([500, 1_000, 1_001, 1e9].map((notional) => toText(maintenanceRateAt(instrument, notional)))).toEqual([
      '0.004',
      '0.004',
      '0.01',
      '0.05',
    ])
    expect(toText(maintenanceRateAt(BTC, 1e9))).toBe(toText(BTC.maintenanceMarginRate))
  })
  it('leaves nothing, rather than less than nothing, when a limit is exceeded already', () => {
    const over = { positions: [{ instrumentId: ETH_ID, side: 'long' as const, quantity: quantity('1'), notional: 60_000 }] }
    expect(capsOf(over)).toMatchObject({ cap_gross_exposure: '0', cap_leverage: '0' })
    expect(capsOf({ account: { equity: -5, balance: -5, availableMargin: -5 } })).toMatchObject({
      cap_risk_per_trade: '0',
      cap_available_margin: '0',
    })
  })
  it.each([
    ['the account is unknown', { account: null }, entry],
    ['the instrument is unknown', { instrument: null }, entry],
    ['the equity is not a number', { account: { equity: Number.NaN, balance: 1, availableMargin: 1 } }, entry],
    [
      'an open position has no value',
      { positions: [{ instrumentId: BTC.id, side: 'long', quantity: quantity('1'), notional: Number.NaN }] },
      entry,
    ],
    ['the leverage is zero', { leverage: 0 }, entry],
    ['the stop lies at the entry', {}, { entryPrice: price('100000'), stopPrice: price('100000') }],
    ['the price is zero', {}, { entryPrice: price('0'), stopPrice: price('100000') }],
  ] as const)('leaves no size when %s', (_, changes, at) => {
    expect(capsOf(changes, at)).toEqual({ cap_unknown: '0' })
  })
})
