// An account of 10 000 USDT about to buy 0.019 BTC at 118 000 with a stop 2 % away: every check passes, and each test breaks one thing.
import { RISK_PRESETS, type RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import { money, price, quantity, rate } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, decisionId, instrumentId, positionId, strategyId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import type { RiskState } from '../../src-shared/events/risk-state.ts'
import type { RiskContext } from '../../src-main/core/risk/risk-context.ts'
import { initialRiskState } from '../../src-main/core/risk/trading-state.ts'

/** Wednesday, 2025-05-21 13:00 UTC. */
export const NOW_MS = Date.UTC(2025, 4, 21, 13)

/** Binance USDT-M limits as of May 2025; contract size, fees and maintenance as in the bundled sample. */
export const BTC: Instrument = {
  id: instrumentId('BTC/USDT:USDT'),
  venue: 'binanceusdm',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  tickSize: price('0.1'),
  lotSize: quantity('0.001'),
  minQuantity: quantity('0.001'),
  maxQuantity: quantity('1000'),
  maxMarketQuantity: quantity('120'),
  minNotional: money('100'),
  contractSize: quantity('1'),
  makerFeeRate: rate('0.0002'),
  takerFeeRate: rate('0.0005'),
  maintenanceMarginRate: rate('0.004'),
  leverageMax: 125,
}
export const ETH_ID = instrumentId('ETH/USDT:USDT')

export const POLICY: RiskPolicy = RISK_PRESETS.imba
export const FRESH: RiskState = initialRiskState(10_000, NOW_MS)

export const entryRequest = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: clientOrderId('tw1e'),
  instrumentId: BTC.id,
  strategyId: strategyId('trend-adaptive'),
  positionId: positionId('p1'),
  decisionId: decisionId('d1'),
  purpose: 'entry',
  side: 'buy',
  type: 'market',
  timeInForce: 'gtc',
  quantity: quantity('0.019'),
  limitPrice: null,
  triggerPrice: null,
  triggerSource: 'mark',
  reduceOnly: false,
  decisionPrice: price('118000'),
  entryPlan: { stopPrice: price('115640'), chandelierDistance: null },
  ...changes,
})

export const stopRequest = (changes: Partial<OrderRequest> = {}): OrderRequest =>
  entryRequest({
    purpose: 'stop',
    side: 'sell',
    type: 'stop_market',
    triggerPrice: price('115640'),
    reduceOnly: true,
    entryPlan: null,
    ...changes,
  })

export const riskContext = (changes: Partial<RiskContext> = {}): RiskContext => ({
  nowMs: NOW_MS,
  policy: POLICY,
  riskState: FRESH,
  system: { venueUp: true, journalOk: true, clockOk: true, feedState: 'live', reconciled: true },
  strategyPaused: false,
  instrument: BTC,
  account: { equity: 10_000, balance: 10_000, availableMargin: 10_000 },
  leverage: 5,
  markPrice: 118_000,
  lastMarketDataMs: NOW_MS,
  positions: [],
  workingEntries: [],
  addsTo: null,
  lastClosedMs: null,
  liquidationPrice: 94_777.1,
  exits: [],
  ...changes,
})
