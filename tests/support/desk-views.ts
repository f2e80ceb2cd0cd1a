// Smallest valid views of the contract, for tests that need one of a certain kind.
import type * as z from 'zod/mini'
import type { DeskSnapshot, PositionView } from '../../src-shared/bridge/views.ts'

type Snapshot = z.output<typeof DeskSnapshot>
type Position = z.output<typeof PositionView>

export function position(id: string, stopState: Position['stopState']): Position {
  return {
    id,
    instrumentId: 'BTC/USDT:USDT',
    strategyId: 'trend',
    decisionId: null,
    side: 'long',
    quantity: '0.1',
    entryPrice: '50000',
    markPrice: 50_000,
    unrealizedPnl: 0,
    rMultiple: null,
    liquidationPrice: null,
    stopPrice: '49000',
    stopState,
    phase: 'opening',
    trailing: false,
    breakEvenDone: false,
    targets: [],
    openedMs: 0,
    secondsUnprotected: 0,
    unprotectedSinceMs: stopState === 'working' ? null : 0,
    incident: false,
  }
}

/** A closed position, a winning long unless told otherwise. */
export const exitView = (over: Partial<Snapshot['exits'][number]> = {}): Snapshot['exits'][number] => ({
  positionId: 'P1',
  decisionId: 'D1',
  instrumentId: 'BTC/USDT:USDT',
  side: 'long',
  tsMs: 0,
  price: '50100',
  netPnl: '1',
  rMultiple: 0.5,
  exitReason: 'target',
  ...over,
})

export function deskSnapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    sequence: 0,
    sessionId: 's1',
    playbook: 'trend',
    marketMs: 0,
    instruments: [],
    lastPrices: {},
    account: {
      tsMs: 0,
      balance: '10000',
      equity: 10_000,
      available: 10_000,
      marginUsed: 0,
      unrealizedPnl: 0,
      dayPnl: 0,
      dayReturn: 0,
      weekReturn: 0,
      drawdown: 0,
      openRisk: 0,
      grossExposure: 0,
      nextFundingMs: null,
    },
    risk: { tradingState: 'active', trips: [], limits: [] },
    feed: { kind: 'recorded', state: 'live', detail: '', lastEventMs: null, gaps: 0, badCandles: 0, lastIncident: null },
    playback: { kind: 'recorded', playing: true, speed: 1, positionMs: 0, startMs: 0, endMs: 0 },
    strategies: [],
    exits: [],
    positions: [],
    orders: [],
    decisions: [],
    alerts: [],
    ...over,
  }
}
