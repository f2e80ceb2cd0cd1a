// Records as an engine writes them: whole round trips, consistent with each other, a new one for each number.
import { money, negate, price, quantity, toNumber } from '../../src-shared/domain/decimal.ts'
import type { DecisionTrace } from '../../src-shared/domain/decision.ts'
import {
  clientOrderId,
  decisionId,
  instrumentId,
  positionId,
  sessionId,
  strategyId,
  tradeId,
  venueOrderId,
} from '../../src-shared/domain/ids.ts'
import { type Fill, type Order, type OrderEvent, type OrderRequest, applyOrderEvent, newOrder } from '../../src-shared/domain/order.ts'
import type { Position, RoundTrip } from '../../src-shared/domain/position.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import type { RiskState } from '../../src-shared/events/risk-state.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'

export const START_MS = Date.UTC(2026, 0, 5)
export const BTC = instrumentId('BTC/USDT:USDT')
export const STRATEGY = strategyId('imba-confluence')

export const session = (id: string, tsMs: number): JournalRecord => ({
  kind: 'session',
  tsMs,
  body: {
    id: sessionId(id),
    startedMs: tsMs,
    endedMs: null,
    mode: 'paper',
    market: 'recorded',
    playbook: 'imba',
    config: { strategies: [STRATEGY], version: '0.1.0' },
  },
})
export const deposit = (amount: string, tsMs: number): JournalRecord => ({
  kind: 'ledger',
  tsMs,
  body: { tsMs, kind: 'deposit', amount: money(amount), instrumentId: null, positionId: null, reference: 'start' },
})
export const equityRecord = (tsMs: number, equity: number): JournalRecord => ({
  kind: 'equity',
  tsMs,
  body: { tsMs, balance: equity - 1, equity, unrealizedPnl: 1, marginUsed: 10, grossExposure: 100, drawdown: 0.01 },
})
export const riskState = (changes: Partial<RiskState> = {}): RiskState => ({
  tradingState: 'active',
  trips: [],
  startEquity: 10_000,
  peakEquity: 10_100.5,
  dayStartMs: START_MS,
  dayStartEquity: 10_000,
  weekStartMs: START_MS,
  weekStartEquity: 10_000,
  tradesToday: 1,
  consecutiveLosses: 0,
  ...changes,
})

export function orderRequest(n: number, changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: clientOrderId(`TW${n}`),
    instrumentId: BTC,
    strategyId: STRATEGY,
    positionId: positionId(`P${n}`),
    decisionId: decisionId(`D${n}`),
    purpose: 'entry',
    side: 'buy',
    type: 'market',
    timeInForce: 'ioc',
    quantity: quantity('0.25'),
    limitPrice: null,
    triggerPrice: null,
    triggerSource: 'mark',
    reduceOnly: false,
    decisionPrice: price('43000.1'),
    entryPlan: { stopPrice: price('42500'), chandelierDistance: 512.25 },
    ...changes,
  }
}

const stopRequest = (n: number): OrderRequest =>
  orderRequest(n, {
    clientOrderId: clientOrderId(`TW${n}S`),
    purpose: 'stop',
    side: 'sell',
    type: 'stop_market',
    timeInForce: 'gtc',
    triggerPrice: price('42500'),
    reduceOnly: true,
    entryPlan: null,
  })

/** The order after these events; throws for one that its state machine refuses. */
export function orderAfter(request: OrderRequest, events: readonly OrderEvent[], nowMs: number): Order {
  return events.reduce(
    (order, event, index) => {
      const next = applyOrderEvent(order, event, nowMs + index)
      if (!next.ok) throw new Error(next.error.message)
      return next.value
    },
    newOrder(request, nowMs),
  )
}

export const fillOf = (request: OrderRequest, at: { id: string; price: string; tsMs: number }): Fill => ({
  tradeId: tradeId(at.id),
  clientOrderId: request.clientOrderId,
  venueOrderId: venueOrderId(`V${request.clientOrderId}`),
  instrumentId: request.instrumentId,
  side: request.side,
  price: price(at.price),
  quantity: request.quantity,
  fee: money('4.30001'),
  liquidity: 'taker',
  tsEventMs: at.tsMs,
})

export function decisionTrace(n: number, tsMs: number): DecisionTrace {
  const why = { rsi: 61.25, adx: 27.5, ema_fast: 43010.25, ema_slow: 42950.75, regime: 'trend', confirmed: true }
  return {
    id: decisionId(`D${n}`),
    tsMs,
    strategyId: STRATEGY,
    instrumentId: BTC,
    timeframe: '15m',
    candle: { openTimeMs: tsMs - 15 * MINUTE_MS, open: 42990.1, high: 43050, low: 42960.4, close: 43000.1, volume: 812.375 },
    signal: {
      direction: 'buy',
      strength: 0.72,
      stopPrice: 42500,
      chandelierDistance: 512.25,
      votes: ['trend', 'momentum', 'volume', 'range'].map((voter) => ({
        voter,
        direction: 'buy' as const,
        strength: 0.7,
        weight: 1,
        multiplier: 1.1,
        why,
        evidence: [],
      })),
      why,
      regime: null,
      confluence: null,
      adjustments: [{ name: 'regime', factor: 1.1, why: { regime: 'trend' } }],
      filters: [],
    },
    gates: [],
    sizing: [
      { step: 'risk', factor: 0.005, valueBefore: 10_000, valueAfter: 50, note: 'share of equity' },
      { step: 'volatility', factor: 0.8, valueBefore: 50, valueAfter: 40, note: 'target 60 % a year' },
    ],
    risk: ['stop_distance', 'gross_exposure', 'day_loss'].map((check) => ({
      check,
      passed: true,
      code: 'ok',
      message: `${check} is within its limit`,
      numbers: { used: 0.2, limit: 2 },
    })),
    outcome: 'executed',
    reason: 'executed',
    summary: 'Bought 0.25 BTC: 4 of 4 voters agree',
    entry: { clientOrderId: clientOrderId(`TW${n}`), quantity: '0.25', stopPrice: '42500', targets: ['43500', '44000'] },
  }
}

export function openPosition(n: number, tsMs: number): Position {
  return {
    id: positionId(`P${n}`),
    instrumentId: BTC,
    strategyId: STRATEGY,
    decisionId: decisionId(`D${n}`),
    side: 'long',
    quantity: quantity('0.25'),
    initialQuantity: quantity('0.25'),
    entryQuantity: quantity('0.25'),
    entryPrice: price('43000.5'),
    openedMs: tsMs,
    closedMs: null,
    realizedPnl: money('0'),
    fees: money('4.30001'),
    funding: money('0'),
    exitQuantity: quantity('0'),
    exitNotional: money('0'),
    care: {
      phase: 'protected',
      stopPrice: price('42500'),
      initialStopPrice: price('42500'),
      stopState: 'working',
      stopOrderId: clientOrderId(`TW${n}S`),
      replacementOrderId: null,
      stopAttempts: 1,
      targets: [{ price: price('43500'), fraction: 0.4, clientOrderId: null, state: 'planned' }],
      breakEvenDone: false,
      trailing: false,
      extremePrice: 43050.25,
      chandelierDistance: 512.25,
      unprotectedSinceMs: null,
      unprotectedMs: 120,
      incident: false,
      closeReason: null,
    },
  }
}

export function roundTrip(n: number, closedMs: number, changes: Partial<RoundTrip> = {}): RoundTrip {
  return {
    positionId: positionId(`P${n}`),
    instrumentId: BTC,
    strategyId: STRATEGY,
    decisionId: decisionId(`D${n}`),
    side: 'long',
    quantity: quantity('0.25'),
    entryPrice: price('43000.5'),
    exitPrice: price('43100.5'),
    openedMs: closedMs - MINUTE_MS,
    closedMs,
    grossPnl: money('25'),
    fees: money('8.60002'),
    funding: money('0'),
    netPnl: money('16.39998'),
    rMultiple: 0.131,
    exitReason: 'target',
    secondsUnprotected: 0.12,
    ...changes,
  }
}

/** Everything from the decision to the protected position: 13 records. The entry is filled, its stop works at the venue. */
export function openingRecords(n: number, tsMs: number): JournalRecord[] {
  const request = orderRequest(n)
  const stop = stopRequest(n)
  const fill = fillOf(request, { id: `T${n}`, price: '43000.5', tsMs: tsMs + 40 })
  const accept = { type: 'accept', venueOrderId: fill.venueOrderId } as const
  const order = (events: readonly OrderEvent[], of = request): JournalRecord => ({
    kind: 'order',
    tsMs,
    body: orderAfter(of, events, tsMs),
  })
  return [
    { kind: 'decision', tsMs, body: decisionTrace(n, tsMs) },
    order([]),
    order([{ type: 'submit' }]),
    order([{ type: 'submit' }, accept]),
    { kind: 'fill', tsMs, body: fill },
    order([{ type: 'submit' }, accept, { type: 'fill', fill }]),
    {
      kind: 'ledger',
      tsMs,
      body: { tsMs, kind: 'fee', amount: negate(fill.fee), instrumentId: BTC, positionId: request.positionId, reference: fill.tradeId },
    },
    { kind: 'position', tsMs, body: openPosition(n, tsMs) },
    order([{ type: 'submit' }], stop),
    order([{ type: 'submit' }, { type: 'accept', venueOrderId: venueOrderId(`VS${n}`) }], stop),
    { kind: 'risk_state', tsMs, body: riskState({ tradesToday: n }) },
    equityRecord(tsMs, 10_000 + n),
    { kind: 'checkpoint', tsMs, body: { marketMs: tsMs, nextOrderNumber: n + 1, nextDecisionNumber: n + 1, nextPositionNumber: n + 1 } },
  ]
}

/** The stop fills and the position ends: 8 records. */
export function closingRecords(n: number, tsMs: number): JournalRecord[] {
  const stop = stopRequest(n)
  const fill = fillOf(stop, { id: `TX${n}`, price: '43100.5', tsMs })
  const open = openPosition(n, tsMs - MINUTE_MS)
  const gross = money('25')
  const trip = roundTrip(n, tsMs)
  return [
    { kind: 'fill', tsMs, body: fill },
    {
      kind: 'order',
      tsMs,
      body: orderAfter(stop, [{ type: 'submit' }, { type: 'accept', venueOrderId: fill.venueOrderId }, { type: 'fill', fill }], tsMs),
    },
    {
      kind: 'ledger',
      tsMs,
      body: { tsMs, kind: 'realized_pnl', amount: gross, instrumentId: BTC, positionId: open.id, reference: fill.tradeId },
    },
    {
      kind: 'ledger',
      tsMs,
      body: { tsMs, kind: 'fee', amount: negate(fill.fee), instrumentId: BTC, positionId: open.id, reference: fill.tradeId },
    },
    {
      kind: 'position',
      tsMs,
      body: {
        ...open,
        quantity: quantity('0'),
        closedMs: tsMs,
        realizedPnl: gross,
        exitQuantity: open.initialQuantity,
        exitNotional: money('10775.125'),
        care: { ...open.care, phase: 'closing', stopState: 'none', closeReason: 'target' },
      },
    },
    { kind: 'round_trip', tsMs, body: trip },
    equityRecord(tsMs, 10_000 + n + toNumber(trip.netPnl)),
    { kind: 'checkpoint', tsMs, body: { marketMs: tsMs, nextOrderNumber: n + 1, nextDecisionNumber: n + 1, nextPositionNumber: n + 1 } },
  ]
}
