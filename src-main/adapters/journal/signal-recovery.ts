// What scoring goes on from after a restart: signals without an outcome, the newest results, the tallies, the switched cells.
import { strategyId } from '../../../src-shared/domain/ids.ts'
import type { EnablementCell } from '../../../src-shared/domain/decision.ts'
import type { PendingSignal, RecoveredSignals, SignalTally } from '../../../src-shared/events/journal-record.ts'
import type { Database } from '../sqlite/database.ts'
import { branded, finite, integer, objectAt, oneOf, parseJson, text } from './json-fields.ts'
import { SIDES, enablementFromJson, pendingSignalFromJson } from './signal-codec.ts'
import { UNKNOWN_REGIME } from './signal-projections.ts'

/** Decisions without an outcome that are looked at, the newest. As many as the kernel follows at a time. */
const PENDING_MAX = 4_096
/** The longest window that a score may look back on. */
const RESULTS_MAX = 500
const STRATEGIES_MAX = 200
const TALLIES_MAX = 5_000
const CELLS_MAX = 5_000

export const recoverSignals = (db: Database): RecoveredSignals => ({
  pending: pending(db),
  results: results(db),
  tallies: tallies(db),
  enablement: enablement(db),
})

function pending(db: Database): readonly PendingSignal[] {
  return db
    .prepare<[number], { seq: number; body: string }>(
      `SELECT r.seq, r.body FROM records r WHERE r.seq IN (
         SELECT seq FROM decisions WHERE outcome_seq IS NULL AND is_signal AND direction <> 'wait' ORDER BY seq DESC LIMIT ?
       ) ORDER BY r.seq`,
    )
    .all(PENDING_MAX)
    .flatMap((row) => pendingSignalFromJson(parseJson(row.body, `record ${row.seq}`), `record ${row.seq}`) ?? [])
}

function results(db: Database): RecoveredSignals['results'] {
  const strategies = db.prepare<[number], { id: string }>(
    "SELECT DISTINCT strategy_id AS id FROM signal_tallies WHERE dimension = 'reason' ORDER BY id LIMIT ?",
  )
  const newest = db.prepare<[string, number], { r: number }>(
    'SELECT r_multiple AS r FROM signal_outcomes WHERE strategy_id = ? ORDER BY seq DESC LIMIT ?',
  )
  return strategies.all(STRATEGIES_MAX).map(({ id }) => ({
    strategyId: strategyId(id),
    rMultiples: newest
      .all(id, RESULTS_MAX)
      .map(({ r }) => r)
      .toReversed(),
  }))
}

function tallies(db: Database): readonly SignalTally[] {
  return db
    .prepare<[number], unknown>(
      `SELECT strategy_id AS strategyId, dimension AS side, key AS regime, wins, losses, expired, total_r AS totalR
       FROM signal_tallies WHERE dimension IN ('long', 'short') AND wins + losses + expired > 0 ORDER BY 1, 2, 3 LIMIT ?`,
    )
    .all(TALLIES_MAX)
    .map((value) => {
      const row = objectAt(value, 'signal_tallies')
      const regime = row.field('regime', text)
      return {
        strategyId: row.field('strategyId', branded(strategyId)),
        side: row.field('side', oneOf(SIDES)),
        regime: regime === UNKNOWN_REGIME ? null : regime,
        wins: row.field('wins', integer),
        losses: row.field('losses', integer),
        expired: row.field('expired', integer),
        totalR: row.field('totalR', finite),
      }
    })
}

/** From the records themselves, as everything that decides. */
function enablement(db: Database): readonly EnablementCell[] {
  return db
    .prepare<[number], { seq: number; body: string }>(
      'SELECT r.seq, r.body FROM enablement e JOIN records r ON r.seq = e.seq ORDER BY r.seq LIMIT ?',
    )
    .all(CELLS_MAX)
    .map((row) => enablementFromJson(parseJson(row.body, `record ${row.seq}`), `record ${row.seq}`))
}
