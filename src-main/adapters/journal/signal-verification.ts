// Proves that the tables about signals say what the chain says: each decision with its votes, each outcome, each switched cell.
import { type JsonObject, finite, flag, integer, listOf, nullable, objectAt, oneOf, text } from './json-fields.ts'
import { type SpokenVote, enablementFromJson, signalOutcomeFromJson, spokenVotes } from './signal-codec.ts'
import type { Database } from './sqlite.ts'

/** One sentence about what is wrong, or null. */
type Fault = string | null
type Row = Readonly<Record<string, string | number | null>>

export type SignalChecks = {
  /** A decision, an outcome or a switched cell, in the order of the chain. Throws DecodeError for a body that is not as written. */
  recordFault(record: { readonly seq: number; readonly kind: string }, body: JsonObject): Fault
  /** After the last record. */
  tableFault(headSeq: number): Fault
}

/** Rows of old journals were computed by SQLite, whose last digit may differ. */
const CLOSE_ENOUGH = 1e-12
const agrees = (found: string | number | null | undefined, expected: string | number | null): boolean =>
  typeof found === 'number' && typeof expected === 'number'
    ? Math.abs(found - expected) <= CLOSE_ENOUGH * Math.max(1, Math.abs(expected))
    : found === expected

/** The first column in which the row is not as expected, as a sentence. */
function rowFault(what: string, found: Row | undefined, expected: Row): Fault {
  if (found === undefined) return `${what} has no row`
  const column = Object.keys(expected).find((name) => !agrees(found[name], expected[name] ?? null))
  if (column === undefined) return null
  return `${what}: its row says ${column} ${String(found[column])}, its record ${String(expected[column])}`
}

export function signalChecks(db: Database): SignalChecks {
  const decisionAt = db.prepare<[number], Row>(
    'SELECT decision_id, ts_ms, strategy_id, instrument_id, outcome, reason, direction, regime, confluence FROM decisions WHERE seq = ?',
  )
  const voteAt = db.prepare<[string, number], Row>('SELECT direction, value FROM decision_votes WHERE voter = ? AND seq = ?')
  const outcomeAt = db.prepare<[number], Row>('SELECT * FROM signal_outcomes WHERE seq = ?')
  const cells = new Map<string, { readonly seq: number; readonly enabled: boolean; readonly key: readonly [string, string, string] }>()
  let votes = 0

  function decisionFault(seq: number, body: JsonObject): Fault {
    const spoken = votesOf(body)
    votes += spoken.length
    const fault = rowFault(`decision ${seq}`, decisionAt.get(seq), decisionRow(body))
    if (fault !== null) return fault
    for (const { voter, direction, value } of spoken) {
      const wrong = rowFault(`vote of ${voter} in decision ${seq}`, voteAt.get(voter, seq), { direction, value })
      if (wrong !== null) return wrong
    }
    return null
  }
  return {
    recordFault({ seq, kind }, body) {
      if (kind === 'decision') return decisionFault(seq, body)
      if (kind === 'signal_outcome') return rowFault(`signal outcome ${seq}`, outcomeAt.get(seq), outcomeRow(body, seq))
      if (kind !== 'enablement') return null
      const { strategyId, side, regime, enabled } = enablementFromJson(body.value, body.where)
      cells.set(`${strategyId} ${side} ${regime}`, { seq, enabled, key: [strategyId, side, regime] })
      return null
    },
    tableFault: (headSeq) => voteCountFault(db, { headSeq, votes }) ?? cellFault(db, { headSeq, cells }) ?? resultFault(db, headSeq),
  }
}

function decisionRow(body: JsonObject): Row {
  const signal = body.field('signal', objectAt)
  const inner = (name: string, field: string): unknown =>
    signal.field(name, (value, where) =>
      value === undefined || value === null ? null : objectAt(value, where).field(field, (found) => found),
    )
  return {
    decision_id: body.field('id', text),
    ts_ms: body.field('tsMs', integer),
    strategy_id: body.field('strategyId', text),
    instrument_id: body.field('instrumentId', text),
    outcome: body.field('outcome', text),
    reason: body.field('reason', text),
    direction: signal.field('direction', text),
    regime: nullable(text)(inner('regime', 'regime'), body.where),
    confluence: nullable(finite)(inner('confluence', 'after'), body.where),
  }
}

const votesOf = (body: JsonObject): readonly SpokenVote[] =>
  spokenVotes(
    body.field('signal', objectAt).field(
      'votes',
      listOf((value, where) => {
        const vote = objectAt(value, where)
        // A number that was none is written as null; so is what comes of it.
        const number = (name: string): number => vote.field(name, nullable(finite)) ?? Number.NaN
        return {
          voter: vote.field('voter', text),
          direction: vote.field('direction', oneOf(['buy', 'sell', 'wait'])),
          strength: number('strength'),
          weight: number('weight'),
          multiplier: number('multiplier'),
        }
      }),
    ),
  )

function outcomeRow(body: JsonObject, seq: number): Row {
  const outcome = signalOutcomeFromJson(body.value, body.where)
  return {
    seq,
    decision_id: outcome.decisionId,
    strategy_id: outcome.strategyId,
    side: outcome.direction === 'buy' ? 'long' : 'short',
    regime: outcome.regime,
    executed: body.field('executed', flag) ? 1 : 0,
    outcome: outcome.outcome,
    resolved_ms: outcome.resolvedMs,
    r_multiple: outcome.rMultiple,
    max_favorable_r: outcome.maxFavorableR,
    max_adverse_r: outcome.maxAdverseR,
  }
}

/** Every vote of the chain was found; a table with more of them has some that nobody cast. */
function voteCountFault(db: Database, { headSeq, votes }: { headSeq: number; votes: number }): Fault {
  const rows =
    db.prepare<[number], { count: number }>('SELECT count(*) AS count FROM decision_votes WHERE seq <= ?').get(headSeq)?.count ?? 0
  return rows === votes ? null : `table decision_votes has ${rows} rows, the decisions of the chain have ${votes} votes`
}

type Cells = ReadonlyMap<string, { readonly seq: number; readonly enabled: boolean; readonly key: readonly [string, string, string] }>

/** Each cell stands as it was last switched, or was switched meanwhile; no cell stands that nobody switched. */
function cellFault(db: Database, { headSeq, cells }: { headSeq: number; cells: Cells }): Fault {
  const cellAt = db.prepare<[string, string, string], { seq: number; enabled: number }>(
    'SELECT seq, enabled FROM enablement WHERE strategy_id = ? AND side = ? AND regime = ?',
  )
  for (const [name, { seq, enabled, key }] of cells) {
    const row = cellAt.get(...key)
    if (row === undefined || row.seq < seq || (row.seq === seq && (row.enabled === 1) !== enabled))
      return `table enablement: the cell ${name} does not agree with record ${seq}`
  }
  const rows = db.prepare<[number], { count: number }>('SELECT count(*) AS count FROM enablement WHERE seq <= ?').get(headSeq)?.count ?? 0
  return rows <= cells.size ? null : `table enablement has ${rows} cells, the chain has ${cells.size}`
}

/** What a decision says became of it is what its newest outcome says. */
function resultFault(db: Database, headSeq: number): Fault {
  const wrong = db
    .prepare<[number], { id: string }>(
      `SELECT d.decision_id AS id FROM decisions d LEFT JOIN signal_outcomes s ON s.seq = d.outcome_seq
       WHERE d.seq <= ? AND (s.outcome IS NOT d.result OR (d.outcome_seq IS NOT NULL AND s.decision_id IS NOT d.decision_id)) LIMIT 1`,
    )
    .get(headSeq)
  if (wrong) return `table decisions: what it says became of ${wrong.id} does not agree with its outcome`
  const forgotten = db
    .prepare<[number], { id: string; seq: number }>(
      `SELECT d.decision_id AS id, s.seq FROM signal_outcomes s JOIN decisions d ON d.decision_id = s.decision_id
       WHERE s.seq <= ? AND (d.outcome_seq IS NULL OR d.outcome_seq < s.seq) LIMIT 1`,
    )
    .get(headSeq)
  return forgotten ? `table decisions: ${forgotten.id} does not know its outcome in record ${forgotten.seq}` : null
}
