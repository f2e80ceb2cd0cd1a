// What decisions and outcomes change besides the chain: the rows that pages of signals are made of, and running sums, so that statistics over
// years of signals are read rather than computed.
import type { DecisionTrace, EnablementCell, SignalOutcome } from '../../../src-shared/domain/decision.ts'
import type { Database } from '../sqlite/database.ts'
import { parseJson } from './json-fields.ts'
import { type DecisionFacts, decisionFacts, decisionFactsFromJson } from './signal-codec.ts'

/** The regime of signals without one, in tallies, filters and the matrix alike. */
export const UNKNOWN_REGIME = 'any'
/** The two sides hold the regimes. */
export const DIMENSIONS = ['long', 'short', 'reason', 'instrument', 'voter'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Added up per commit, so that a thousand signals of one strategy are a handful of rows. */
type Tally = {
  readonly dimension: Dimension
  readonly key: string
  readonly strategyId: string
  executed: number
  blocked: number
  wins: number
  losses: number
  expired: number
  totalR: number
  totalFavorableR: number
  totalAdverseR: number
}
export type SignalProjections = {
  decision(body: DecisionTrace, seq: number): void
  outcome(body: SignalOutcome, seq: number): void
  enablement(body: EnablementCell, seq: number): void
  /** Writes the sums. Last in each transaction. */
  flush(): void
  /** Forgets the sums, after a transaction that failed. */
  discard(): void
}

function prepareStatements(db: Database) {
  return {
    decision: db.prepare('INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)'),
    vote: db.prepare('INSERT INTO decision_votes VALUES (?, ?, ?, ?)'),
    outcome: db.prepare('INSERT INTO signal_outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    decided: db.prepare<[string], { seq: number; outcomeSeq: number | null; body: string }>(
      `SELECT d.seq, d.outcome_seq AS outcomeSeq, r.body FROM decisions d JOIN records r ON r.seq = d.seq
       WHERE d.decision_id = ? ORDER BY d.seq DESC LIMIT 1`,
    ),
    result: db.prepare('UPDATE decisions SET outcome_seq = ?, result = ? WHERE seq = ?'),
    enablement: db.prepare(`INSERT INTO enablement VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (strategy_id, side, regime) DO UPDATE SET enabled = excluded.enabled, seq = excluded.seq`),
    tally: db.prepare(`INSERT INTO signal_tallies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (dimension, key, strategy_id) DO UPDATE SET executed = executed + excluded.executed, blocked = blocked + excluded.blocked,
        wins = wins + excluded.wins, losses = losses + excluded.losses, expired = expired + excluded.expired,
        total_r = total_r + excluded.total_r, total_favorable_r = total_favorable_r + excluded.total_favorable_r,
        total_adverse_r = total_adverse_r + excluded.total_adverse_r`),
  }
}

export function createSignalProjections(db: Database): SignalProjections {
  const into = prepareStatements(db)
  const tallies = new Map<string, Tally>()
  const count = (facts: DecisionFacts, add: (tally: Tally) => void): void => {
    if (!facts.isSignal) return
    for (const [dimension, key] of placesOf(facts)) add(tallyOf(tallies, { dimension, key, strategyId: facts.strategyId }))
  }
  return {
    decision(body, seq) {
      const facts = decisionFacts(body)
      const { id, tsMs, strategyId, instrumentId, outcome, reason, direction, regime, confluence, isSignal } = facts
      into.decision.run(seq, id, tsMs, strategyId, instrumentId, outcome, reason, direction, regime, confluence, isSignal ? 1 : 0)
      for (const vote of facts.votes) into.vote.run(vote.voter, seq, vote.direction, vote.value)
      count(facts, (tally) => (tally[outcome] += 1))
    },
    outcome(body, seq) {
      insertOutcome(into, body, seq)
      const decided = into.decided.get(body.decisionId)
      // The first outcome of a decision stands.
      if (decided === undefined || decided.outcomeSeq !== null) return
      into.result.run(seq, body.outcome, decided.seq)
      const where = `record ${decided.seq}`
      count(decisionFactsFromJson(parseJson(decided.body, where), where), (tally) => addOutcome(tally, body))
    },
    enablement({ strategyId, side, regime, enabled }, seq) {
      into.enablement.run(strategyId, side, regime, enabled ? 1 : 0, seq)
    },
    flush() {
      for (const tally of tallies.values()) into.tally.run(...Object.values(tally))
      tallies.clear()
    },
    discard: () => tallies.clear(),
  }
}

/** Where a signal is counted. A voter is measured by the signals that it spoke for, not by those that it spoke against. */
function placesOf({ direction, regime, reason, instrumentId, votes }: DecisionFacts): readonly (readonly [Dimension, string])[] {
  const spokeFor = votes.filter((vote) => vote.direction === direction)
  return [
    [direction === 'sell' ? 'short' : 'long', regime ?? UNKNOWN_REGIME],
    ['reason', reason],
    ['instrument', instrumentId],
    ...spokeFor.map(({ voter }) => ['voter', voter] as const),
  ]
}

/** The keys of a new one stand in the order of the table's columns. */
function tallyOf(tallies: Map<string, Tally>, place: Pick<Tally, 'dimension' | 'key' | 'strategyId'>): Tally {
  const name = `${place.dimension} ${place.strategyId} ${place.key}`
  const known = tallies.get(name)
  if (known !== undefined) return known
  const { dimension, key, strategyId } = place
  const sums = { executed: 0, blocked: 0, wins: 0, losses: 0, expired: 0, totalR: 0, totalFavorableR: 0, totalAdverseR: 0 }
  const fresh: Tally = { dimension, key, strategyId, ...sums }
  tallies.set(name, fresh)
  return fresh
}

function addOutcome(tally: Tally, { outcome, rMultiple, maxFavorableR, maxAdverseR }: SignalOutcome): void {
  if (outcome === 'win') tally.wins += 1
  else if (outcome === 'loss') tally.losses += 1
  else tally.expired += 1
  tally.totalR += rMultiple
  tally.totalFavorableR += maxFavorableR
  tally.totalAdverseR += maxAdverseR
}

function insertOutcome(into: ReturnType<typeof prepareStatements>, body: SignalOutcome, seq: number): void {
  const { decisionId, strategyId, regime, outcome, resolvedMs, rMultiple, maxFavorableR, maxAdverseR } = body
  const side = body.direction === 'buy' ? 'long' : 'short'
  const executed = body.executed ? 1 : 0
  const figures = [resolvedMs, rMultiple, maxFavorableR, maxAdverseR]
  into.outcome.run(seq, decisionId, strategyId, side, regime, executed, outcome, ...figures)
}
