// The prepared questions of the reader. Each answers in the words of the domain.
import type { Fill, Order } from '../../../src-shared/domain/order.ts'
import type { RoundTrip } from '../../../src-shared/domain/position.ts'
import type { Database } from '../sqlite/database.ts'
import { type Parse, parseJson } from './json-fields.ts'
import { fillFromJson, orderFromJson } from './order-codec.ts'
import { roundTripFromJson } from './position-codec.ts'
import { type AuditRow, auditRow } from './views.ts'

type BodyRow = { readonly seq: number; readonly body: string }
type RoundTripFilter = {
  readonly fromMs: number | null
  readonly toMs: number | null
  readonly instrumentId: string | null
  readonly strategyId: string | null
}
type Page = { readonly limit: number; readonly offset: number }

export type Queries = {
  /** Newest first. */
  orders(limit: number, offset: number): readonly Order[]
  fills(limit: number, offset: number): readonly Fill[]
  audit(limit: number, offset: number): readonly AuditRow[]
  countAudit(): number
  roundTrips(filter: RoundTripFilter & Page): readonly RoundTrip[]
  countRoundTrips(filter: RoundTripFilter): number
  /** All of them, in order of closing. */
  roundTripsByClose(filter: RoundTripFilter): readonly RoundTrip[]
  decision(id: string): BodyRow | null
  /** Of the decisions before and after this record. */
  neighbours(seq: number): { readonly previousId: string | null; readonly nextId: string | null }
  /** The entry of the decision and the orders of the position it opened, oldest first; their fills likewise. At most 1000 each. */
  ordersOfDecision(id: string): readonly Order[]
  fillsOfDecision(id: string): readonly Fill[]
  roundTripOfDecision(id: string): RoundTrip | null
}

const DETAIL_ROWS_MAX = 1_000

const MATCHING_TRADES = `FROM trades t JOIN records r ON r.seq = t.seq
  WHERE (@fromMs IS NULL OR t.closed_ms >= @fromMs) AND (@toMs IS NULL OR t.closed_ms <= @toMs)
    AND (@instrumentId IS NULL OR t.instrument_id = @instrumentId) AND (@strategyId IS NULL OR t.strategy_id = @strategyId)`

/** The entry is named by the trace itself; whatever came after belongs to the position that it opened. */
const ORDERS_OF_DECISION = `SELECT o.first_seq FROM decisions d JOIN records r ON r.seq = d.seq
    JOIN orders o ON o.client_order_id = r.body ->> '$.entry.clientOrderId' WHERE d.decision_id = @id
  UNION SELECT o.first_seq FROM positions p JOIN orders o ON o.position_id = p.position_id WHERE p.decision_id = @id`

const parseRow =
  <T>(parse: Parse<T>) =>
  (row: BodyRow): T =>
    parse(parseJson(row.body, `record ${row.seq}`), `record ${row.seq}`)
const toOrder = parseRow(orderFromJson)
const toFill = parseRow(fillFromJson)
const toRoundTrip = parseRow(roundTripFromJson)
const toAudit = ({ seq, body }: BodyRow): AuditRow => auditRow(seq, parseJson(body, `record ${seq}`))

export function prepareQueries(db: Database): Queries {
  const bodyRows = <P extends object>(sql: string) => db.prepare<[P], BodyRow>(sql)
  const idRow = (sql: string) => db.prepare<[number], { id: string }>(sql)
  const orders = bodyRows<Page>(
    'SELECT r.seq, r.body FROM orders o JOIN records r ON r.seq = o.seq ORDER BY o.first_seq DESC LIMIT @limit OFFSET @offset',
  )
  const fills = bodyRows<Page>(
    'SELECT r.seq, r.body FROM fills f JOIN records r ON r.seq = f.seq ORDER BY f.seq DESC LIMIT @limit OFFSET @offset',
  )
  const audit = bodyRows<Page>(
    'SELECT r.seq, r.body FROM audit_log a JOIN records r ON r.seq = a.seq ORDER BY a.seq DESC LIMIT @limit OFFSET @offset',
  )
  const auditCount = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM audit_log')
  const roundTrips = bodyRows<RoundTripFilter & Page>(
    `SELECT r.seq, r.body ${MATCHING_TRADES} ORDER BY t.closed_ms DESC, t.seq DESC LIMIT @limit OFFSET @offset`,
  )
  const roundTripsByClose = bodyRows<RoundTripFilter>(`SELECT r.seq, r.body ${MATCHING_TRADES} ORDER BY t.closed_ms, t.seq`)
  const roundTripCount = db.prepare<[RoundTripFilter], { count: number }>(`SELECT count(*) AS count ${MATCHING_TRADES}`)
  const decision = bodyRows<{ id: string }>(
    'SELECT r.seq, r.body FROM decisions d JOIN records r ON r.seq = d.seq WHERE d.decision_id = @id ORDER BY d.seq DESC LIMIT 1',
  )
  const previous = idRow('SELECT decision_id AS id FROM decisions WHERE seq < ? ORDER BY seq DESC LIMIT 1')
  const next = idRow('SELECT decision_id AS id FROM decisions WHERE seq > ? ORDER BY seq LIMIT 1')
  const ordersOfDecision = bodyRows<{ id: string; limit: number }>(
    `SELECT r.seq, r.body FROM orders o JOIN records r ON r.seq = o.seq WHERE o.first_seq IN (${ORDERS_OF_DECISION}) ORDER BY o.first_seq LIMIT @limit`,
  )
  const fillsOfDecision = bodyRows<{ id: string; limit: number }>(
    `SELECT r.seq, r.body FROM orders o JOIN fills f ON f.client_order_id = o.client_order_id JOIN records r ON r.seq = f.seq
     WHERE o.first_seq IN (${ORDERS_OF_DECISION}) ORDER BY f.seq LIMIT @limit`,
  )
  const roundTripOfDecision = bodyRows<{ id: string }>(
    'SELECT r.seq, r.body FROM trades t JOIN records r ON r.seq = t.seq WHERE t.decision_id = @id ORDER BY t.seq DESC LIMIT 1',
  )
  return {
    orders: (limit, offset) => orders.all({ limit, offset }).map(toOrder),
    fills: (limit, offset) => fills.all({ limit, offset }).map(toFill),
    audit: (limit, offset) => audit.all({ limit, offset }).map(toAudit),
    countAudit: () => auditCount.get()?.count ?? 0,
    roundTrips: (filter) => roundTrips.all(filter).map(toRoundTrip),
    countRoundTrips: (filter) => roundTripCount.get(filter)?.count ?? 0,
    roundTripsByClose: (filter) => roundTripsByClose.all(filter).map(toRoundTrip),
    decision: (id) => decision.get({ id }) ?? null,
    neighbours: (seq) => ({ previousId: previous.get(seq)?.id ?? null, nextId: next.get(seq)?.id ?? null }),
    ordersOfDecision: (id) => ordersOfDecision.all({ id, limit: DETAIL_ROWS_MAX }).map(toOrder),
    fillsOfDecision: (id) => fillsOfDecision.all({ id, limit: DETAIL_ROWS_MAX }).map(toFill),
    roundTripOfDecision: (id) => roundTripOfDecision.all({ id }).map(toRoundTrip)[0] ?? null,
  }
}
