// Proves that each check of the risk officer lets an order through exactly up to its limit and denies beyond it, with its own code,
// and that the entry which all other tests break in one place passes every one of them.
import { describe, expect, it } from 'vitest'
import { money, price, quantity, rate } from '../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import type { RiskState, Trip } from '../../src-shared/events/risk-state.ts'
import { RISK_CHECKS } from '../../src-main/core/risk/risk-checks.ts'
import type { OpenExposure, RiskContext, WorkingEntry } from '../../src-main/core/risk/risk-context.ts'
import { runCheck } from '../../src-main/core/risk/risk-officer.ts'
import { BTC, ETH_ID, FRESH, NOW_MS, POLICY, entryRequest, riskContext } from '../support/risk-fixtures.ts'

type Case = readonly [what: string, expected: string, context: Partial<RiskContext>, request?: Partial<OrderRequest>]

const open = (changes: Partial<OpenExposure> = {}): OpenExposure => ({
  instrumentId: ETH_ID,
  side: 'long',
  quantity: quantity('1'),
  notional: 1000,
  ...changes,
})
const working = (changes: Partial<WorkingEntry> = {}): WorkingEntry => ({ instrumentId: ETH_ID, side: 'buy', notional: 1000, ...changes })
const state = (changes: Partial<RiskState>): RiskState => ({ ...FRESH, ...changes })
const policy = (changes: Partial<RiskContext['policy']>): RiskContext['policy'] => ({ ...POLICY, ...changes })
const BRACKETED: Instrument = {
  ...BTC,
  brackets: [
    { notionalMax: money('1000'), maintenanceMarginRate: rate('0.004'), leverageMax: 5 },
    { notionalMax: money('20000'), maintenanceMarginRate: rate('0.01'), leverageMax: 4 },
    { notionalMax: null, maintenanceMarginRate: rate('0.05'), leverageMax: 2 },
  ],
}
const system = (changes: Partial<RiskContext['system']>): RiskContext['system'] => ({ ...riskContext().system, ...changes })
const equity = (amount: number): RiskContext['account'] => ({ equity: amount, balance: amount, availableMargin: amount })
const stopAt = (text: string): Partial<OrderRequest> => ({ entryPlan: { stopPrice: price(text), chandelierDistance: null } })
const short: Partial<OrderRequest> = { side: 'sell', ...stopAt('120360') }
const trip: Trip = { code: 'day_loss', message: '2 % lost today', tsMs: NOW_MS, state: 'halted', resumeMs: NOW_MS + 1 }
const rung = (at: string, amount: string) => ({ price: price(at), quantity: quantity(amount) })

const CASES: Readonly<Record<string, readonly Case[]>> = {
  trading_state: [
    ['an active engine', 'ok', {}],
    ['a halted engine', 'trading_halted', { riskState: state({ tradingState: 'halted', trips: [trip] }) }],
    ['a reducing engine', 'trading_reducing', { riskState: state({ tradingState: 'reducing' }) }],
    ['a trip in force, whatever the state says', 'trading_halted', { riskState: state({ trips: [trip] }) }],
    ['a paused strategy', 'strategy_paused', { strategyPaused: true }],
  ],
  system_health: [
    ['data exactly as old as allowed', 'ok', { lastMarketDataMs: NOW_MS - POLICY.staleDataMsMax }],
    ['data one millisecond older', 'stale_data', { lastMarketDataMs: NOW_MS - POLICY.staleDataMsMax - 1 }],
    ['data from the future', 'stale_data', { lastMarketDataMs: NOW_MS + POLICY.staleDataMsMax + 1 }],
    ['no data at all', 'market_data_missing', { lastMarketDataMs: null }],
    ['a venue that is down', 'venue_down', { system: system({ venueUp: false }) }],
    ['a failed journal', 'journal_failed', { system: system({ journalOk: false }) }],
    ['a wrong clock', 'clock_skewed', { system: system({ clockOk: false }) }],
    ['an unreconciled state', 'not_reconciled', { system: system({ reconciled: false }) }],
    ['a stale feed', 'feed_not_live', { system: system({ feedState: 'stale' }) }],
    ['a feed that is still connecting', 'feed_not_live', { system: system({ feedState: 'connecting' }) }],
    ['a feed that has ended', 'feed_not_live', { system: system({ feedState: 'ended' }) }],
    ['a failed feed', 'feed_not_live', { system: system({ feedState: 'failed' }) }],
  ],
  inputs: [
    ['complete data', 'ok', {}],
    ['a limit order with its price', 'ok', {}, { type: 'limit', limitPrice: price('118000') }],
    ['an unknown instrument', 'instrument_missing', { instrument: null }],
    ['an unknown account', 'account_missing', { account: null }],
    ['an unknown price', 'mark_price_missing', { markPrice: null }],
    ['an equity of NaN', 'not_a_number', { account: equity(Number.NaN) }],
    ['an infinite price', 'not_a_number', { markPrice: Number.POSITIVE_INFINITY }],
    ['a price of zero', 'not_positive', { markPrice: 0 }],
    ['an equity of zero', 'not_positive', { account: equity(0) }],
    ['another instrument than the data', 'wrong_instrument', {}, { instrumentId: ETH_ID }],
    ['contracts of which a lot is only a part', 'contract_size_not_supported', { instrument: { ...BTC, contractSize: quantity('0.01') } }],
    ['contracts of which a lot is a whole number', 'ok', { instrument: { ...BTC, contractSize: quantity('0.0005') } }],
    ['contracts without a size', 'contract_size_not_supported', { instrument: { ...BTC, contractSize: quantity('0') } }],
    ['an exit in the guise of an entry', 'not_an_entry', {}, { purpose: 'exit' }],
    ['a reduce-only entry', 'not_an_entry', {}, { reduceOnly: true }],
    ['a stop order as entry', 'order_type_not_supported', {}, { type: 'stop_market' }],
    ['a limit order without a price', 'limit_price_missing', {}, { type: 'limit' }],
    ['no quantity', 'no_quantity', {}, { quantity: quantity('0') }],
    ['a negative quantity', 'no_quantity', {}, { quantity: quantity('-0.019') }],
  ],
  stop_required: [
    ['a stop one tick below a long', 'ok', {}, stopAt('117999.9')],
    ['a stop at the entry price', 'stop_wrong_side', {}, stopAt('118000')],
    ['a stop one tick above a short', 'ok', {}, { side: 'sell', ...stopAt('118000.1') }],
    ['a stop at the price of a short', 'stop_wrong_side', {}, { side: 'sell', ...stopAt('118000') }],
    ['a stop below a short', 'stop_wrong_side', {}, { side: 'sell' }],
    ['no stop', 'stop_missing', {}, { entryPlan: null }],
    ['a stop of zero', 'stop_wrong_side', {}, stopAt('0')],
    [
      'a stop below the limit but above the market',
      'stop_wrong_side',
      { markPrice: 115_000 },
      { type: 'limit', limitPrice: price('118000') },
    ],
  ],
  stop_distance: [
    ['a stop exactly at the least distance', 'ok', {}, stopAt('117882')],
    ['a stop one tick nearer', 'stop_too_near', {}, stopAt('117882.1')],
    ['a stop exactly at the greatest distance', 'ok', {}, stopAt('106200')],
    ['a stop one tick further', 'stop_too_far', {}, stopAt('106199.9')],
    ['no stop', 'stop_price_missing', {}, { entryPlan: null }],
  ],
  risk_per_trade: [
    ['exactly the budget of 50 USDT', 'ok', {}, { quantity: quantity('0.02'), ...stopAt('115500') }],
    ['one tick more', 'risk_too_high', {}, { quantity: quantity('0.02'), ...stopAt('115499.9') }],
    ['one lot more', 'risk_too_high', {}, { quantity: quantity('0.021'), ...stopAt('115500') }],
    ['a limit far from the market, judged at the limit', 'risk_too_high', {}, { type: 'limit', limitPrice: price('119000') }],
  ],
  position_size: [
    ['exactly 20 % × 5 × equity', 'ok', { markPrice: 100_000 }, { quantity: quantity('0.1') }],
    ['one lot more', 'position_too_large', { markPrice: 100_000 }, { quantity: quantity('0.101') }],
    [
      'leverage beyond the policy, which does not count',
      'position_too_large',
      { markPrice: 100_000, leverage: 50 },
      { quantity: quantity('0.101') },
    ],
    [
      'a sell limit below the market, valued at the market',
      'position_too_large',
      { markPrice: 100_001 },
      { ...short, type: 'limit', limitPrice: price('90000'), quantity: quantity('0.1') },
    ],
  ],
  leverage: [
    ['the highest leverage allowed', 'ok', { leverage: 5 }],
    ['a little more', 'leverage_too_high', { leverage: 5.01 }],
    ['more than the instrument has', 'leverage_too_high', { leverage: 4, instrument: { ...BTC, leverageMax: 3 } }],
    ['no leverage at all', 'ok', { leverage: 1 }],
    ['a value that the bracket of the leverage holds', 'ok', { leverage: 4, instrument: BRACKETED, markPrice: 100_000 }],
    [
      'a value beyond the bracket of the leverage',
      'leverage_bracket',
      { leverage: 5, instrument: BRACKETED, markPrice: 100_000 },
      { quantity: quantity('0.011') },
    ],
    [
      'a leverage that no bracket allows',
      'leverage_bracket',
      { leverage: 5, instrument: { ...BRACKETED, brackets: BRACKETED.brackets?.slice(1) ?? [] } },
    ],
    ['less than one', 'leverage_too_high', { leverage: 0.5 }],
    [
      'an account that ends exactly at 5 × equity',
      'ok',
      { markPrice: 100_000, positions: [open({ notional: 40_000 })] },
      { quantity: quantity('0.1') },
    ],
    [
      'an account that ends above',
      'account_leverage_too_high',
      { markPrice: 100_000, positions: [open({ notional: 40_000.01 })] },
      { quantity: quantity('0.1') },
    ],
  ],
  gross_exposure: [
    [
      'exactly twice the equity',
      'ok',
      { markPrice: 100_000, positions: [open({ notional: 7000 })], workingEntries: [working({ notional: 3000 })] },
      { quantity: quantity('0.1') },
    ],
    [
      'a cent more in a working entry',
      'gross_exposure_too_high',
      { markPrice: 100_000, positions: [open({ notional: 7000 })], workingEntries: [working({ notional: 3000.01 })] },
      { quantity: quantity('0.1') },
    ],
    ['short positions, which count as much', 'gross_exposure_too_high', { positions: [open({ side: 'short', notional: 18_000 })] }],
  ],
  available_margin: [
    // 0.1 × 100 000 needs 2 000 of margin at 5 × and 5 of fees.
    [
      'exactly margin and fee',
      'ok',
      { markPrice: 100_000, account: { equity: 10_000, balance: 10_000, availableMargin: 2005 } },
      { quantity: quantity('0.1') },
    ],
    [
      'a cent less',
      'margin_too_low',
      { markPrice: 100_000, account: { equity: 10_000, balance: 10_000, availableMargin: 2004.99 } },
      { quantity: quantity('0.1') },
    ],
    [
      'margin that a working entry will take',
      'margin_too_low',
      {
        markPrice: 100_000,
        account: { equity: 10_000, balance: 10_000, availableMargin: 2005 },
        workingEntries: [working({ notional: 1 })],
      },
      { quantity: quantity('0.1') },
    ],
  ],
  one_position_per_instrument: [
    ['a position elsewhere', 'ok', { positions: [open()], workingEntries: [working()] }],
    ['a position here', 'position_open', { positions: [open({ instrumentId: BTC.id })] }],
    ['an entry on its way here', 'entry_working', { workingEntries: [working({ instrumentId: BTC.id })] }],
  ],
  no_opposite_position: [
    ['a position on the same side', 'ok', { positions: [open({ instrumentId: BTC.id })] }],
    ['a position on the other side', 'opposite_position', { positions: [open({ instrumentId: BTC.id, side: 'short' })] }],
    ['an entry of the other side on its way', 'opposite_position', { workingEntries: [working({ instrumentId: BTC.id, side: 'sell' })] }],
    ['the other side elsewhere', 'ok', { positions: [open({ side: 'short' })] }],
  ],
  cooldown: [
    ['no earlier position', 'ok', {}],
    ['exactly the pause', 'ok', { lastClosedMs: NOW_MS - POLICY.cooldownMs }],
    ['a millisecond less', 'cooling_down', { lastClosedMs: NOW_MS - POLICY.cooldownMs + 1 }],
    ['a close in the future', 'cooling_down', { lastClosedMs: NOW_MS + 1, policy: policy({ cooldownMs: 0 }) }],
  ],
  day_loss: [
    ['a cent before the limit', 'ok', { account: equity(9800.01) }],
    ['exactly the limit', 'day_loss_reached', { account: equity(9800) }],
    ['a start of day that was not recorded', 'day_not_started', { riskState: state({ dayStartMs: FRESH.dayStartMs - 86_400_000 }) }],
    ['a reference of zero', 'day_loss_reached', { riskState: state({ dayStartEquity: 0 }) }],
  ],
  week_loss: [
    ['a cent before the limit', 'ok', { account: equity(9500.01) }],
    ['exactly the limit', 'week_loss_reached', { account: equity(9500) }],
    ['a start of week that was not recorded', 'week_not_started', { riskState: state({ weekStartMs: 0 }) }],
  ],
  trades_per_day: [
    ['the last trade of the day', 'ok', { riskState: state({ tradesToday: 14 }) }],
    ['one more', 'too_many_trades', { riskState: state({ tradesToday: 15 }) }],
  ],
  consecutive_losses: [
    ['seven losses in a row', 'ok', { riskState: state({ consecutiveLosses: 7 }) }],
    ['eight', 'too_many_losses', { riskState: state({ consecutiveLosses: 8 }) }],
  ],
  account_drawdown: [
    ['a cent before the limit', 'ok', { account: equity(8000.01) }],
    ['exactly the limit', 'drawdown_reached', { account: equity(8000) }],
    ['the limit from a higher peak', 'drawdown_reached', { account: equity(9600), riskState: state({ peakEquity: 12_000 }) }],
    [
      'the limit from the start, though the peak was lowered',
      'drawdown_reached',
      { account: equity(8000), riskState: state({ peakEquity: 8000 }) },
    ],
  ],
  liquidation_distance: [
    ['exactly two stop distances', 'ok', { liquidationPrice: 113_280 }],
    ['a tick nearer', 'liquidation_too_near', { liquidationPrice: 113_280.1 }],
    ['exactly two above a short', 'ok', { liquidationPrice: 122_720 }, short],
    ['nearer above a short', 'liquidation_too_near', { liquidationPrice: 122_719.9 }, short],
    ['a liquidation on the winning side, which cannot be', 'liquidation_too_near', { liquidationPrice: 130_000 }],
    ['a long that no price liquidates', 'ok', { liquidationPrice: 0, policy: policy({ liquidationDistanceMin: 100 }) }],
    ['an unknown liquidation price', 'liquidation_price_missing', { liquidationPrice: null }],
  ],
  venue_limits: [
    [
      'the least quantity worth the least value at the stop',
      'ok',
      { instrument: { ...BTC, minNotional: money('115.64') } },
      { quantity: quantity('0.001') },
    ],
    [
      'a value that the stop could not close',
      'unsellable_position',
      { instrument: { ...BTC, minNotional: money('115.65') } },
      { quantity: quantity('0.001') },
    ],
    [
      'a value below the least',
      'below_min_notional',
      { instrument: { ...BTC, minNotional: money('118.01') } },
      { quantity: quantity('0.001') },
    ],
    ['half a lot', 'off_lot', {}, { quantity: quantity('0.0195') }],
    ['less than the least quantity', 'below_min_quantity', { instrument: { ...BTC, minQuantity: quantity('0.02') } }],
    ['exactly the largest market order', 'ok', {}, { quantity: quantity('120') }],
    ['a larger market order', 'above_max_quantity', {}, { quantity: quantity('120.001') }],
    ['a larger limit order, which is allowed', 'ok', {}, { quantity: quantity('120.001'), type: 'limit', limitPrice: price('118000') }],
    ['a stop off the tick grid', 'stop_off_tick', {}, stopAt('115640.05')],
    ['a limit off the tick grid', 'limit_off_tick', {}, { type: 'limit', limitPrice: price('118000.05') }],
    ['exits that add up', 'ok', { exits: [rung('120360', '0.01'), rung('122720', '0.009')] }],
    [
      'an exit too small to sell',
      'unsellable_target',
      { instrument: { ...BTC, minNotional: money('120') }, exits: [rung('120360', '0.001')] },
    ],
    ['an exit off the tick grid', 'unsellable_target', { exits: [rung('120360.05', '0.019')] }],
    ['exits of more than the entry', 'exits_exceed_entry', { exits: [rung('120360', '0.01'), rung('122720', '0.01')] }],
    [
      'a remainder too small to sell',
      'unsellable_remainder',
      { instrument: { ...BTC, minNotional: money('120') }, exits: [rung('120360', '0.018')] },
    ],
    ['no stop', 'stop_price_missing', {}, { entryPlan: null }],
  ],
}

describe('every check', () => {
  it('is covered by a case that passes and by one that denies', () => {
    for (const check of RISK_CHECKS) {
      const expected = (CASES[check.code] ?? []).map(([, code]) => code)
      expect(expected.filter((code) => code === 'ok').length, check.code).toBeGreaterThan(0)
      expect(expected.filter((code) => code !== 'ok').length, check.code).toBeGreaterThan(0)
    }
    expect(Object.keys(CASES).length).toBe(RISK_CHECKS.length)
  })
  it.each(RISK_CHECKS.map((check) => [check.code, check] as const))('%s passes the plain entry, on both sides', (_, check) => {
    expect(runCheck(check, riskContext(), entryRequest())).toMatchObject({ check: check.code, passed: true, code: 'ok' })
    const mirrored = riskContext({ liquidationPrice: 140_000 })
    expect(runCheck(check, mirrored, entryRequest(short))).toMatchObject({ check: check.code, passed: true, code: 'ok' })
  })
})

for (const check of RISK_CHECKS) {
  describe(check.code, () => {
    for (const [what, expected, context, request] of CASES[check.code] ?? []) {
      it(`answers ${what} with ${expected}`, () => {
        const verdict = runCheck(check, riskContext(context), entryRequest(request))
        expect(verdict).toMatchObject({ check: check.code, code: expected, passed: expected === 'ok' })
        expect(verdict.message.length).toBeGreaterThan(0)
        expect(verdict.message.length).toBeLessThanOrEqual(400)
      })
    }
  })
}
