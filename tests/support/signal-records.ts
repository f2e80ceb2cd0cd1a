// Decisions and outcomes for tests of what the journal says about signals: each with a number, everything else as the test wants.
import type { Direction, SignalOutcome, Vote } from '../../src-shared/domain/decision.ts'
import { decisionId, instrumentId, strategyId } from '../../src-shared/domain/ids.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import { START_MS, decisionTrace } from './journal-records.ts'

export type SignalFacts = {
  readonly strategy: string
  readonly instrument: string
  readonly direction: 'buy' | 'sell'
  readonly regime: string | null
  readonly reason: string
  readonly votes: Readonly<Record<string, Direction>>
  readonly result: SignalOutcome['outcome'] | null
  readonly rMultiple: number
}
export const FACTS: SignalFacts = {
  strategy: 'imba',
  instrument: 'BTC/USDT:USDT',
  direction: 'buy',
  regime: null,
  reason: 'executed',
  votes: {},
  result: null,
  rMultiple: 0,
}

const vote = (voter: string, direction: Direction): Vote => ({
  voter,
  direction,
  strength: 0.5,
  weight: 0.8,
  multiplier: 1.3,
  why: {},
  evidence: [],
})

export function decisionRecord(n: number, { strategy, instrument, direction, regime, reason, votes }: SignalFacts): JournalRecord {
  const base = decisionTrace(n, START_MS + n * 1_000)
  const body = {
    ...base,
    strategyId: strategyId(strategy),
    instrumentId: instrumentId(instrument),
    reason,
    outcome: reason === 'executed' ? ('executed' as const) : ('blocked' as const),
    signal: {
      ...base.signal,
      direction,
      stopPrice: direction === 'buy' ? 42_500 : 43_500,
      votes: Object.entries(votes).map(([voter, side]) => vote(voter, side)),
      regime: regime === null ? null : { classifier: 'imba-3', regime, probability: 0.7, scores: {} },
      confluence: { buy: 2, sell: 0.5, before: 1.5, after: 1.5, threshold: 1.2 },
    },
  }
  return { kind: 'decision', tsMs: body.tsMs, body }
}

export function outcomeRecord(
  n: number,
  { strategy, instrument, direction, regime, reason, result, rMultiple }: SignalFacts,
): JournalRecord {
  const tsMs = START_MS + n * 1_000 + 500
  const body: SignalOutcome = {
    decisionId: decisionId(`D${n}`),
    strategyId: strategyId(strategy),
    instrumentId: instrumentId(instrument),
    direction,
    executed: reason === 'executed',
    regime,
    outcome: result ?? 'expired',
    decidedMs: START_MS + n * 1_000,
    resolvedMs: tsMs,
    endedMs: tsMs,
    entryPrice: 43_000.1,
    stopPrice: direction === 'buy' ? 42_500 : 43_500,
    targetPrice: direction === 'buy' ? 43_500.2 : 42_500.2,
    rMultiple,
    maxFavorableR: Math.max(0, rMultiple) + 0.1,
    maxAdverseR: Math.max(0, -rMultiple) + 0.2,
  }
  return { kind: 'signal_outcome', tsMs, body }
}

/** Decisions D1, D2, … in order, each followed at once by its outcome if it has one. */
export const signalRecords = (signals: readonly SignalFacts[]): JournalRecord[] =>
  signals.flatMap((facts, index) =>
    facts.result === null ? [decisionRecord(index + 1, facts)] : [decisionRecord(index + 1, facts), outcomeRecord(index + 1, facts)],
  )
