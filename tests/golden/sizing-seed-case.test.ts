// Proves the sizing pipeline against the worked example of the specification (domain.md section 8), step by step:
// equity 10 000, risk 0.5 %, stop 2 %, leverage 5, strength 0.8, price 118 000 come to a value of 2 250 and 0.019 BTC.
import { expect, it } from 'vitest'
import { price, quantity } from '../../src-shared/domain/decimal.ts'
import { planTargets } from '../../src-main/core/decision/target-ladder.ts'
import { sizePosition } from '../../src-main/core/decision/sizing.ts'
import { sizeCaps } from '../../src-main/core/risk/exposure.ts'
import { approveEntry } from '../../src-main/core/risk/risk-officer.ts'
import { BTC, POLICY, entryRequest, riskContext } from '../support/risk-fixtures.ts'

const entry = { entryPrice: price('118000'), stopPrice: price('115640') }

const sized = sizePosition({
  instrument: BTC,
  ...entry,
  equity: 10_000,
  riskPerTrade: POLICY.riskPerTrade,
  strength: 0.8,
  volatilityTarget: POLICY.volatilityTarget,
  realizedVolatility: null,
  caps: sizeCaps(riskContext(), entry),
})

it('comes to 2 250 USDT and 0.019 BTC', () => {
  expect(sized.quantity).toBe(quantity('0.019'))
  expect(sized.reason).toBeNull()
})

it('records every step with its factor and both values', () => {
  expect(sized.steps.map(({ step, factor, valueBefore, valueAfter }) => [step, factor, valueBefore, valueAfter])).toEqual([
    ['risk_amount', 0.005, 10_000, 50],
    ['stop_distance', 50, 50, 2500],
    ['strength', 0.9, 2500, 2250],
    ['confidence', 1, 2250, 2250],
    ['volatility', 1, 2250, 2250],
    ['score', 1, 2250, 2250],
    ['cap_risk_per_trade', 1, 2250, 2250],
    ['cap_position_size', 1, 2250, 2250],
    ['cap_leverage', 1, 2250, 2250],
    ['cap_gross_exposure', 1, 2250, 2250],
    ['cap_available_margin', 1, 2250, 2250],
    ['cap_venue_max', 1, 2250, 2250],
    ['lot_size', 2242 / 2250, 2250, 2242],
  ])
  expect(sized.steps.find(({ step }) => step === 'volatility')?.note).toContain('unknown')
})

it('is let through by the risk officer with the planned 40/30/30 ladder', () => {
  const ladder = [
    { fraction: 0.4, atR: 1 },
    { fraction: 0.3, atR: 2 },
    { fraction: 0.3, atR: 3 },
  ]
  const exits = planTargets({ instrument: BTC, side: 'long', ...entry, quantity: sized.quantity, ladder })
  expect(exits.map((exit) => [exit.price, exit.quantity])).toEqual([
    [price('120360'), quantity('0.007')],
    [price('122720'), quantity('0.006')],
    [price('125080'), quantity('0.006')],
  ])
  expect(approveEntry(entryRequest({ quantity: sized.quantity }), riskContext({ exits })).approved).not.toBeNull()
})
