// Proves that the tables about signals say what the chain says: each decision with its votes, each outcome, each switched cell.
import type { Database } from '../sqlite/database.ts'
import type { JsonObject } from './json-fields.ts'
import { decisionFactsFromJson, enablementFromJson, signalOutcomeFromJson } from './signal-codec.ts'

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

/** The first column in which the row is not as expected, as a sentence. Whole numbers must be equal. */
function rowFault(
  what: string,
  found: Row | undefined,
  { expected, tolerance = CLOSE_ENOUGH }: { expected: Row; tolerance?: number },
): Fault {
  if (found === undefined) return `${what} has no row`
  const agrees = (is: Row[string] | undefined, wanted: Row[string]): boolean =>
    typeof is === 'number' && typeof wanted === 'number' && !Number.isSafeInteger(wanted)
      ? Math.abs(is - wanted) <= tolerance * Math.max(1, Math.abs(wanted))
      : is === wanted
  const column = Object.keys(expected).find((name) => !agrees(found[name], expected[name] ?? null))
  if (column === undefined) return null
  return `${what}: its row says ${column} ${String(found[column])}, its record ${String(expected[column])}`
}

export function signalChecks(db: Database): SignalChecks {
  const decisionAt = db.prepare<[number], Row>(
    'SELECT decision_id, ts_ms, strategy_id, instrument_id, outcome, reason, direction, regime, confluence, is_signal FROM decisions WHERE seq = ?',
  )
  const voteAt = db.prepare<[string, number], Row>('SELECT direction, value FROM decision_votes WHERE voter = ? AND seq = ?')
  const outcomeAt = db.prepare<[number], Row>('SELECT * FROM signal_outcomes WHERE seq = ?')
  const cells = new Map<string, { readonly seq: number; readonly enabled: boolean; readonly key: readonly [string, string, string] }>()
  let votes = 0

  function decisionFault(seq: number, body: JsonObject): Fault {
    const { votes: spoken, id, tsMs, strategyId, instrumentId, isSignal, ...same } = decisionFactsFromJson(body.value, body.where)
    votes += spoken.length
    const expected = {
      decision_id: id,
      ts_ms: tsMs,
      strategy_id: strategyId,
      instrument_id: instrumentId,
      is_signal: isSignal ? 1 : 0,
      ...same,
    }
    const fault = rowFault(`decision ${seq}`, decisionAt.get(seq), { expected })
    if (fault !== null) return fault
    for (const { voter, direction, value } of spoken) {
      const wrong = rowFault(`vote of ${voter} in decision ${seq}`, voteAt.get(voter, seq), { expected: { direction, value } })
      if (wrong !== null) return wrong
    }
    return null
  }
  return {
    recordFault({ seq, kind }, body) {
      if (kind === 'decision') return decisionFault(seq, body)
      if (kind === 'signal_outcome') return rowFault(`signal outcome ${seq}`, outcomeAt.get(seq), { expected: outcomeRow(body, seq) })
      if (kind !== 'enablement') return null
      const { strategyId, side, regime, enabled } = enablementFromJson(body.value, body.where)
      cells.set(`${strategyId} ${side} ${regime}`, { seq, enabled, key: [strategyId, side, regime] })
      return null
    },
    tableFault: (headSeq) =>
      voteCountFault(db, { headSeq, votes }) ?? cellFault(db, { headSeq, cells }) ?? resultFault(db, headSeq) ?? tallyFault(db),
  }
}

function outcomeRow(body: JsonObject, seq: number): Row {
  const outcome = signalOutcomeFromJson(body.value, body.where)
  return {
    seq,
    decision_id: outcome.decisionId,
    strategy_id: outcome.strategyId,
    side: outcome.direction === 'buy' ? 'long' : 'short',
    regime: outcome.regime,
    executed: outcome.executed ? 1 : 0,
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

/** What a decision says became of it is what its first outcome says. */
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
       WHERE s.seq <= ? AND (d.outcome_seq IS NULL OR d.outcome_seq > s.seq) LIMIT 1`,
    )
    .get(headSeq)
  return forgotten ? `table decisions: ${forgotten.id} does not know its outcome in record ${forgotten.seq}` : null
}

/** Every signal with what became of it, once for each sum that it is part of. */
const SUMMANDS = `
  SELECT iif(direction = 'sell', 'short', 'long') AS dimension, coalesce(regime, 'any') AS key, strategy_id, outcome, outcome_seq FROM decisions WHERE is_signal
  UNION ALL SELECT 'reason', reason, strategy_id, outcome, outcome_seq FROM decisions WHERE is_signal
  UNION ALL SELECT 'instrument', instrument_id, strategy_id, outcome, outcome_seq FROM decisions WHERE is_signal
  UNION ALL SELECT 'voter', v.voter, d.strategy_id, d.outcome, d.outcome_seq
    FROM decision_votes v JOIN decisions d ON d.seq = v.seq AND d.direction = v.direction WHERE d.is_signal`
const ADDED_UP = `SELECT f.dimension, f.key, f.strategy_id, sum(f.outcome = 'executed') AS executed, sum(f.outcome = 'blocked') AS blocked,
    count(*) FILTER (WHERE s.outcome = 'win') AS wins, count(*) FILTER (WHERE s.outcome = 'loss') AS losses,
    count(*) FILTER (WHERE s.outcome = 'expired') AS expired, total(s.r_multiple) AS total_r,
    total(s.max_favorable_r) AS total_favorable_r, total(s.max_adverse_r) AS total_adverse_r
  FROM (${SUMMANDS}) f LEFT JOIN signal_outcomes s ON s.seq = f.outcome_seq GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`
/** A sum that was added to a million times may be off by its roundings. */
const SUM_TOLERANCE = 1e-9

/** Each running sum is what its signals add up to. Both are read in one transaction, as the writer may go on. */
function tallyFault(db: Database): Fault {
  const stored = db.prepare<[], Row>('SELECT * FROM signal_tallies ORDER BY dimension, key, strategy_id')
  const computed = db.prepare<[], Row>(ADDED_UP)
  const [found, expected] = db.transaction(() => [stored.all(), computed.all()] as const)()
  if (found.length !== expected.length) return `table signal_tallies has ${found.length} rows, the signals have ${expected.length}`
  for (const [index, row] of expected.entries()) {
    const name = `tally ${String(row['dimension'])} ${String(row['key'])} of ${String(row['strategy_id'])}`
    const fault = rowFault(name, found[index], { expected: row, tolerance: SUM_TOLERANCE })
    if (fault !== null) return fault
  }
  return null
}
