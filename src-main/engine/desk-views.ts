// From the kernel's exact objects to what the screen sees. Pure; one function per view.
import type { Output, Payload } from '../../src-shared/bridge/contract.ts'
import { clipped } from '../../src-shared/bridge/order-view.ts'
import { toNumber, toText } from '../../src-shared/domain/decimal.ts'
import type { DecisionTrace } from '../../src-shared/domain/decision.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import type { Position, RoundTrip } from '../../src-shared/domain/position.ts'
import { riskPerUnit } from '../core/portfolio/book-fill.ts'
import type { Kernel } from '../core/kernel/kernel.ts'
import type { BookFrame } from '../core/ports/market-feed.ts'
import type { StrategyStatus } from '../core/kernel/strategy-desk.ts'

type Snapshot = Output<'desk.snapshot'>
export type DeskEvent = Payload<'desk'>['events'][number]
export type PositionView = Snapshot['positions'][number]
export type DecisionView = Snapshot['decisions'][number]
export type StrategyView = Snapshot['strategies'][number]
export type ExitView = Snapshot['exits'][number]

export const instrumentView = (instrument: Instrument): Snapshot['instruments'][number] => ({
  id: instrument.id,
  venue: instrument.venue,
  base: instrument.base,
  quote: instrument.quote,
  tickSize: toText(instrument.tickSize),
  lotSize: toText(instrument.lotSize),
  minNotional: toText(instrument.minNotional),
  makerFeeRate: toText(instrument.makerFeeRate),
  takerFeeRate: toText(instrument.takerFeeRate),
})

export const bookView = (frame: BookFrame): Payload<'book'> => ({
  ...frame,
  bids: frame.bids.map(([price, quantity]) => [price, quantity]),
  asks: frame.asks.map(([price, quantity]) => [price, quantity]),
  trades: [...frame.trades],
})

export function positionView(position: Position, kernel: Kernel): PositionView {
  const { care } = position
  const unrealizedPnl = kernel.portfolio.unrealizedPnl(position.instrumentId)
  const risk = toNumber(riskPerUnit(position)) * toNumber(position.initialQuantity)
  const realized = toNumber(position.realizedPnl) - toNumber(position.fees) + toNumber(position.funding)
  return {
    id: position.id,
    instrumentId: position.instrumentId,
    strategyId: position.strategyId,
    decisionId: position.decisionId,
    side: position.side,
    quantity: toText(position.quantity),
    entryPrice: toText(position.entryPrice),
    markPrice: kernel.portfolio.markPrice(position.instrumentId) ?? toNumber(position.entryPrice),
    unrealizedPnl,
    rMultiple: risk > 0 ? (unrealizedPnl + realized) / risk : null,
    liquidationPrice: kernel.portfolio.liquidationPrice(position.instrumentId),
    stopPrice: toText(care.stopPrice),
    stopState: care.stopState,
    phase: care.phase,
    trailing: care.trailing,
    breakEvenDone: care.breakEvenDone,
    targets: care.targets.map((target) => ({ price: toText(target.price), fraction: target.fraction, state: target.state })),
    openedMs: position.openedMs,
    secondsUnprotected: care.unprotectedMs / 1000,
    unprotectedSinceMs: care.unprotectedSinceMs,
    incident: care.incident,
  }
}

export const decisionView = (trace: DecisionTrace): DecisionView => ({
  id: trace.id,
  tsMs: trace.tsMs,
  strategyId: trace.strategyId,
  instrumentId: trace.instrumentId,
  timeframe: trace.timeframe,
  direction: trace.signal.direction,
  strength: trace.signal.strength,
  outcome: trace.outcome,
  reason: clipped(trace.reason, 64),
  summary: clipped(trace.summary, 400),
  candleOpenMs: trace.candle.openTimeMs,
  price: trace.candle.close,
  confluence: trace.signal.confluence?.after ?? null,
  regime: trace.signal.regime === null ? null : clipped(trace.signal.regime.regime, 64),
})

export const exitView = (trip: RoundTrip): ExitView => ({
  positionId: trip.positionId,
  decisionId: trip.decisionId,
  instrumentId: trip.instrumentId,
  side: trip.side,
  tsMs: trip.closedMs,
  price: toText(trip.exitPrice),
  netPnl: toText(trip.netPnl),
  rMultiple: trip.rMultiple,
  exitReason: clipped(trip.exitReason, 64),
})

export function accountView(kernel: Kernel): Snapshot['account'] {
  const account = kernel.account()
  const { dayStartEquity, weekStartEquity } = kernel.risk.state
  return {
    tsMs: kernel.nowMs,
    balance: toText(kernel.portfolio.balance),
    equity: account.equity,
    available: account.available,
    marginUsed: account.marginUsed,
    unrealizedPnl: account.unrealizedPnl,
    dayPnl: account.equity - dayStartEquity,
    dayReturn: dayStartEquity > 0 ? account.equity / dayStartEquity - 1 : 0,
    weekReturn: weekStartEquity > 0 ? account.equity / weekStartEquity - 1 : 0,
    drawdown: kernel.risk.drawdown(account.equity),
    openRisk: account.openRisk,
    grossExposure: account.grossExposure,
    nextFundingMs: kernel.nextFundingMs(),
  }
}

export const riskView = (kernel: Kernel): Snapshot['risk'] => ({
  tradingState: kernel.risk.state.tradingState,
  trips: kernel.risk.state.trips.slice(-50).map((trip) => ({ ...trip, message: clipped(trip.message, 400) })),
  limits: kernel.riskLimits().map((limit) => ({ ...limit })),
})

export function strategyView(status: StrategyStatus, kernel: Kernel): StrategyView {
  const { declaration } = status.setup.plugin
  const running = kernel.strategies.isWarm(declaration.id) ? 'running' : 'warming_up'
  return {
    id: declaration.id,
    title: clipped(declaration.title, 80),
    description: clipped(declaration.description, 400),
    timeframe: declaration.timeframe,
    source: status.setup.file === null ? 'bundled' : 'user',
    state: status.fault !== null ? 'faulted' : status.paused ? 'paused' : running,
    message: clipped(status.fault ?? '', 1000),
    signals: status.signals,
    executed: status.executed,
  }
}
