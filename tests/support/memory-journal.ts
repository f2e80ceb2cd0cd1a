// A journal in memory for simulation: the same records, the same recovery, no disk.
import { type Money, ZERO_MONEY, add } from '../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, PositionId, StrategyId } from '../../src-shared/domain/ids.ts'
import { type Fill, type Order, isFinal } from '../../src-shared/domain/order.ts'
import type { Position, RoundTrip } from '../../src-shared/domain/position.ts'
import { type JournalRecord, NO_SIGNALS, type RecoveredState } from '../../src-shared/events/journal-record.ts'
import type { RiskState } from '../../src-shared/events/risk-state.ts'

export class MemoryJournal {
  readonly orders = new Map<ClientOrderId, Order>()
  readonly positions = new Map<PositionId, Position>()
  readonly fills: Fill[] = []
  readonly roundTrips: RoundTrip[] = []
  readonly paused = new Set<StrategyId>()
  readonly handedBack = new Set<InstrumentId>()
  balance: Money = ZERO_MONEY
  riskState: RiskState | null = null
  #counters = { nextOrderNumber: 1, nextDecisionNumber: 1, nextPositionNumber: 1 }
  #marketMs = 0

  append(record: JournalRecord): void {
    switch (record.kind) {
      case 'order':
        this.orders.set(record.body.clientOrderId, record.body)
        return
      case 'position':
        this.positions.set(record.body.id, record.body)
        return
      case 'fill':
        this.fills.push(record.body)
        return
      case 'ledger':
        this.balance = add(this.balance, record.body.amount)
        return
      case 'risk_state':
        this.riskState = record.body
        return
      case 'round_trip':
        this.roundTrips.push(record.body)
        return
      case 'audit':
        if (record.body.handBack?.active === true) this.handedBack.add(record.body.handBack.instrumentId)
        else if (record.body.handBack !== undefined) this.handedBack.delete(record.body.handBack.instrumentId)
        if (record.body.pause?.paused === true) this.paused.add(record.body.pause.strategyId)
        else if (record.body.pause !== undefined) this.paused.delete(record.body.pause.strategyId)
        return
      default:
    }
  }
  /** What the engine writes with each commit. */
  checkpoint(marketMs: number, counters: { nextOrderNumber: number; nextDecisionNumber: number; nextPositionNumber: number }): void {
    this.#marketMs = marketMs
    this.#counters = { ...counters }
  }
  recover(): RecoveredState {
    return {
      orders: [...this.orders.values()].filter((order) => !isFinal(order.state)),
      positions: [...this.positions.values()].filter((position) => position.quantity > 0n),
      balance: this.balance,
      riskState: this.riskState,
      lastClosed: [...new Map(this.roundTrips.map(({ instrumentId, closedMs }) => [instrumentId, { instrumentId, closedMs }])).values()],
      paused: [...this.paused],
      ...(this.handedBack.size === 0 ? {} : { handedBack: [...this.handedBack] }),
      signals: NO_SIGNALS,
      knownTradeIds: this.fills.map((fill) => fill.tradeId),
      lastTradeId: this.fills.at(-1)?.tradeId ?? null,
      marketMs: this.#marketMs,
      ...this.#counters,
    }
  }
}
