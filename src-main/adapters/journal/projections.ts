// What each record changes besides the chain, in the same transaction: rows that make it quick to find the record again.
import { type Money, add, toText } from '../../../src-shared/domain/decimal.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { JournalRecord } from '../../../src-shared/events/journal-record.ts'
import type { Database } from '../sqlite/database.ts'
import { type SignalProjections, createSignalProjections } from './signal-projections.ts'

/** Tables that gain exactly one row for each record of a kind. Verification counts them. */
export const ROW_PER_RECORD = {
  decision: 'decisions',
  signal_outcome: 'signal_outcomes',
  fill: 'fills',
  ledger: 'ledger',
  round_trip: 'trades',
  equity: 'account_history',
  alert: 'alerts',
  audit: 'audit_log',
  reconciliation: 'reconciliations',
  feed_incident: 'feed_incidents',
} as const

/** Tables that hold one row per thing, moved on by each record about it: key column, and the field of the body that holds the key. */
export const ROW_PER_THING = {
  session: { table: 'trading_sessions', key: 'session_id', field: 'id' },
  order: { table: 'orders', key: 'client_order_id', field: 'clientOrderId' },
  position: { table: 'positions', key: 'position_id', field: 'id' },
} as const

export type Projections = {
  /**
   * Books one record, already numbered. `balance` is the balance before it; returns the balance after it.
   * Of a thing that moves on several times in one commit only the newest state is worth a row: it is noted here and written by `flush`.
   */
  apply(record: JournalRecord, seq: number, balance: Money): Money
  /** Writes what `apply` noted. Last in each transaction. */
  flush(): void
  /** Forgets what `apply` noted, after a transaction that failed. */
  discard(): void
}

type Statements = ReturnType<typeof prepareStatements>

function prepareStatements(db: Database) {
  return {
    session: db.prepare(`INSERT INTO trading_sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq, ended_ms = excluded.ended_ms`),
    order: db.prepare(`INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (client_order_id) DO UPDATE SET seq = excluded.seq, state = excluded.state`),
    fill: db.prepare('INSERT INTO fills VALUES (?, ?, ?, ?)'),
    ledger: db.prepare('INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    position: db.prepare(`INSERT INTO positions VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (position_id) DO UPDATE SET seq = excluded.seq, closed_ms = excluded.closed_ms`),
    roundTrip: db.prepare('INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?)'),
    equity: db.prepare('INSERT INTO account_history VALUES (?, ?, ?, ?, ?)'),
    riskState: db.prepare(`INSERT INTO risk_state VALUES (1, ?, ?)
      ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, trading_state = excluded.trading_state`),
    checkpoint: db.prepare(`INSERT INTO checkpoint VALUES (1, ?, ?)
      ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, market_ms = excluded.market_ms`),
    alert: db.prepare('INSERT INTO alerts VALUES (?, ?, ?, ?)'),
    audit: db.prepare('INSERT INTO audit_log VALUES (?, ?, ?, ?, ?)'),
    reconciliation: db.prepare('INSERT INTO reconciliations VALUES (?, ?, ?, ?)'),
    feedIncident: db.prepare('INSERT INTO feed_incidents VALUES (?, ?, ?, ?, ?)'),
  }
}

/** The newest state of a thing within one commit, with the record that first told of it there. */
type Noted<Body> = { readonly firstSeq: number; readonly seq: number; readonly body: Body }
type BodyOf<Kind extends JournalRecord['kind']> = Extract<JournalRecord, { kind: Kind }>['body']

function createNotes() {
  return {
    orders: new Map<string, Noted<BodyOf<'order'>>>(),
    positions: new Map<string, Noted<BodyOf<'position'>>>(),
    riskState: new Map<1, Noted<BodyOf<'risk_state'>>>(),
    checkpoint: new Map<1, Noted<BodyOf<'checkpoint'>>>(),
  }
}
type Notes = ReturnType<typeof createNotes>

function note<Key, Body>(noted: Map<Key, Noted<Body>>, key: Key, { seq, body }: { readonly seq: number; readonly body: Body }): void {
  noted.set(key, { firstSeq: noted.get(key)?.firstSeq ?? seq, seq, body })
}

export function createProjections(db: Database): Projections {
  const into = prepareStatements(db)
  const notes = createNotes()
  const signals = createSignalProjections(db)
  const discard = (): void => {
    signals.discard()
    for (const noted of Object.values(notes)) noted.clear()
  }
  return {
    apply: (record, seq, balance) => applyRecord({ into, notes, signals }, { record, seq, balance }),
    flush: () => {
      writeNotes(into, notes)
      signals.flush()
      discard()
    },
    discard,
  }
}

function writeNotes(into: Statements, { orders, positions, riskState, checkpoint }: Notes): void {
  for (const { firstSeq, seq, body } of orders.values()) {
    into.order.run(firstSeq, body.clientOrderId, seq, body.state, body.instrumentId, body.positionId, body.decisionId)
  }
  for (const { firstSeq, seq, body } of positions.values()) {
    into.position.run(firstSeq, body.id, seq, body.instrumentId, body.decisionId, body.closedMs)
  }
  for (const { seq, body } of riskState.values()) into.riskState.run(seq, body.tradingState)
  for (const { seq, body } of checkpoint.values()) into.checkpoint.run(seq, body.marketMs)
}

type Step = { readonly record: JournalRecord; readonly seq: number; readonly balance: Money }
type Target = { readonly into: Statements; readonly notes: Notes; readonly signals: SignalProjections }

function applyRecord({ into, notes, signals }: Target, { record, seq, balance }: Step): Money {
  switch (record.kind) {
    case 'order':
      note(notes.orders, record.body.clientOrderId, { seq, body: record.body })
      return balance
    case 'position':
      note(notes.positions, record.body.id, { seq, body: record.body })
      return balance
    case 'risk_state':
      note(notes.riskState, 1, { seq, body: record.body })
      return balance
    case 'checkpoint':
      note(notes.checkpoint, 1, { seq, body: record.body })
      return balance
    case 'equity':
      into.equity.run(seq, record.body.tsMs, record.body.balance, record.body.equity, record.body.drawdown)
      return balance
    case 'fill':
      into.fill.run(seq, record.body.tradeId, record.body.clientOrderId, toText(record.body.quantity))
      return balance
    case 'ledger':
      return applyLedger(into, { seq, body: record.body, balance })
    default:
      applyEvidence({ into, signals }, record, seq)
      return balance
  }
}

function applyLedger(into: Statements, { seq, body, balance }: { seq: number; body: BodyOf<'ledger'>; balance: Money }): Money {
  const after = add(balance, body.amount)
  into.ledger.run(seq, body.tsMs, body.kind, toText(body.amount), toText(after), body.instrumentId, body.positionId, body.reference)
  return after
}

/** Records that no order, position or balance is rebuilt from. */
function applyEvidence(
  { into, signals }: Pick<Target, 'into' | 'signals'>,
  record: Exclude<JournalRecord, { kind: 'order' | 'equity' | 'fill' | 'ledger' | 'position' | 'checkpoint' | 'risk_state' }>,
  seq: number,
): void {
  switch (record.kind) {
    case 'session': {
      const { body } = record
      into.session.run(seq, body.id, seq, body.startedMs, body.endedMs, body.mode, body.market, body.playbook)
      return
    }
    case 'decision':
      signals.decision(record.body, seq)
      return
    case 'round_trip': {
      const { body } = record
      into.roundTrip.run(seq, body.positionId, body.instrumentId, body.strategyId, body.decisionId, body.closedMs, toText(body.netPnl))
      return
    }
    case 'signal_outcome':
      signals.outcome(record.body, seq)
      return
    case 'enablement':
      signals.enablement(record.body, seq)
      return
    case 'alert':
      into.alert.run(seq, record.body.tsMs, record.body.code, record.body.severity)
      return
    case 'audit':
      into.audit.run(seq, record.body.tsMs, record.body.actor, record.body.action, record.body.accepted ? 1 : 0)
      return
    case 'reconciliation':
      into.reconciliation.run(seq, record.body.tsMs, record.body.instrumentId, record.body.action)
      return
    case 'feed_incident':
      into.feedIncident.run(seq, record.tsMs, record.body.instrumentId, record.body.kind, record.body.missing)
      return
    default:
      unreachable(record, 'journal record')
  }
}
