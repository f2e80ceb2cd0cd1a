// Rebuilds what the engine must know from the journal, whether it stopped in peace or was killed.
import { type Money, ZERO_MONEY, money } from '../../../src-shared/domain/decimal.ts'
import { type InstrumentId, type StrategyId, instrumentId } from '../../../src-shared/domain/ids.ts'
import type { LastClosed, RecoveredState } from '../../../src-shared/events/journal-record.ts'
import type { RiskState } from '../../../src-shared/events/risk-state.ts'
import type { Database } from '../sqlite/database.ts'
import { type Parse, branded, integer, objectAt, parseJson } from './json-fields.ts'
import { orderFromJson } from './order-codec.ts'
import { positionFromJson } from './position-codec.ts'
import { checkpointFromJson, handBackFromJson, riskStateFromJson, strategyPauseFromJson } from './record-codec.ts'
import { recoverSignals } from './signal-recovery.ts'

/** Fills whose ids are always given back, whatever became of their orders: a venue repeats its newest reports after a reconnect. */
const RECENT_FILLS = 1_000

const NOT_FINAL = `state NOT IN ('denied', 'filled', 'canceled', 'rejected', 'expired')`

type BodyRow = { readonly seq: number; readonly body: string }

/** Balance after the newest ledger entry; zero for a journal without one. */
export function storedBalance(db: Database): Money {
  const row = db.prepare<[], { balance: string }>('SELECT balance FROM ledger ORDER BY seq DESC LIMIT 1').get()
  return row ? money(row.balance) : ZERO_MONEY
}

/** The newest risk state; null for a journal without one. */
export const storedRiskState = (db: Database): RiskState | null =>
  bodies(db, 'SELECT r.seq, r.body FROM risk_state p JOIN records r ON r.seq = p.seq', riskStateFromJson)[0] ?? null

/** See RecoveredState. Null for a journal without a session. Without a checkpoint nothing was processed: time 0 and numbers from 1. */
export function recoverState(db: Database): RecoveredState | null {
  if (!db.prepare('SELECT 1 FROM trading_sessions LIMIT 1').get()) return null
  const handed = handedBack(db)
  const checkpoint = bodies(db, 'SELECT r.seq, r.body FROM checkpoint p JOIN records r ON r.seq = p.seq', checkpointFromJson)[0]
  return {
    orders: bodies(
      db,
      `SELECT r.seq, r.body FROM orders o JOIN records r ON r.seq = o.seq WHERE o.${NOT_FINAL} ORDER BY o.first_seq`,
      orderFromJson,
    ),
    positions: bodies(
      db,
      'SELECT r.seq, r.body FROM positions p JOIN records r ON r.seq = p.seq WHERE p.closed_ms IS NULL ORDER BY p.first_seq',
      positionFromJson,
    ),
    balance: storedBalance(db),
    riskState: storedRiskState(db),
    lastClosed: lastClosed(db),
    paused: paused(db),
    ...(handed.length === 0 ? {} : { handedBack: handed }),
    signals: recoverSignals(db),
    knownTradeIds: knownTradeIds(db),
    lastTradeId: db.prepare<[], { id: string }>('SELECT trade_id AS id FROM fills ORDER BY seq DESC LIMIT 1').get()?.id ?? null,
    marketMs: checkpoint?.marketMs ?? 0,
    nextOrderNumber: checkpoint?.nextOrderNumber ?? 1,
    nextDecisionNumber: checkpoint?.nextDecisionNumber ?? 1,
    nextPositionNumber: checkpoint?.nextPositionNumber ?? 1,
  }
}

const bodies = <T>(db: Database, sql: string, parse: Parse<T>): T[] =>
  db
    .prepare<[], BodyRow>(sql)
    .all()
    .map((row) => parse(parseJson(row.body, `record ${row.seq}`), `record ${row.seq}`))

/** From the records themselves, in the order in which they were written. */
const lastClosed = (db: Database): readonly LastClosed[] =>
  bodies(
    db,
    'SELECT r.seq, r.body FROM records r WHERE r.seq IN (SELECT max(seq) FROM trades GROUP BY instrument_id) ORDER BY r.seq',
    (value, where) => {
      const roundTrip = objectAt(value, where)
      return { instrumentId: roundTrip.field('instrumentId', branded(instrumentId)), closedMs: roundTrip.field('closedMs', integer) }
    },
  )

/** By the newest pause or resumption of each strategy. Entries of older versions do not say whom they paused except in words. */
const paused = (db: Database): readonly StrategyId[] =>
  bodies(
    db,
    `SELECT r.seq, r.body FROM records r WHERE r.seq IN (
       SELECT max(a.seq) FROM audit_log a JOIN records b ON b.seq = a.seq
       WHERE a.action = 'pause_strategy' AND a.accepted = 1 AND b.body -> '$.pause' IS NOT NULL GROUP BY b.body ->> '$.pause.strategyId'
     ) ORDER BY r.seq`,
    (value, where) => objectAt(value, where).field('pause', strategyPauseFromJson),
  ).flatMap((pause) => (pause.paused ? [pause.strategyId] : []))

/** By the newest word on each instrument. */
const handedBack = (db: Database): readonly InstrumentId[] =>
  bodies(
    db,
    `SELECT r.seq, r.body FROM records r WHERE r.seq IN (
       SELECT max(a.seq) FROM audit_log a JOIN records b ON b.seq = a.seq
       WHERE a.action = 'hand_back' AND a.accepted = 1 AND b.body -> '$.handBack' IS NOT NULL GROUP BY b.body ->> '$.handBack.instrumentId'
     ) ORDER BY r.seq`,
    (value, where) => objectAt(value, where).field('handBack', handBackFromJson),
  ).flatMap(({ instrumentId: id, active }) => (active ? [id] : []))

/** In the order in which they were booked. */
function knownTradeIds(db: Database): string[] {
  const rows = db
    .prepare<[number], { id: string }>(
      `SELECT trade_id AS id FROM fills WHERE seq IN (
         SELECT f.seq FROM orders o JOIN fills f ON f.client_order_id = o.client_order_id WHERE o.${NOT_FINAL}
         UNION SELECT seq FROM (SELECT seq FROM fills ORDER BY seq DESC LIMIT ?)
       ) ORDER BY seq`,
    )
    .all(RECENT_FILLS)
  return rows.map((row) => row.id)
}
