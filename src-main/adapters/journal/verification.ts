// Proves the whole journal: every hash of the chain, and that the projections say what the chain says. Memory stays bounded by one chunk.
import { type Money, ZERO_MONEY, ZERO_QUANTITY, add, quantity, sum, toText } from '../../../src-shared/domain/decimal.ts'
import type { Database } from '../sqlite/database.ts'
import { CHAIN_START, type ChainHead, type ChainRow, chainReader, linkFault } from './chain-check.ts'
import { type JsonObject, DecodeError, objectAt, parseJson, text } from './json-fields.ts'
import { asMoney, asQuantity } from './order-codec.ts'
import { ROW_PER_RECORD, ROW_PER_THING } from './projections.ts'
import { signalChecks } from './signal-verification.ts'

export type Verification = { readonly ok: boolean; readonly records: number; readonly message: string; readonly firstBadSeq: number | null }

const CHUNK = 1_000

/** What is wrong, and at which record where one is to blame. */
type Fault = { readonly seq: number | null; readonly message: string }

/**
 * Reads everything that was committed when the call began. A fault is a value, not an exception: `ok` is false, `message` names the first
 * one and `firstBadSeq` its record, or null when a projection rather than a record is wrong.
 */
export function verifyJournal(db: Database): Verification {
  const reader = chainReader(db)
  const head = reader.headOf()
  const projections = projectionChecks(db)
  const walk = { position: CHAIN_START, balance: ZERO_MONEY, tally: new Map<string, Tally>() }
  const failed = (fault: Fault): Verification => ({ ok: false, records: walk.position.seq, message: fault.message, firstBadSeq: fault.seq })
  while (walk.position.seq < head.seq) {
    const rows = reader.after(walk.position.seq, Math.min(CHUNK, head.seq - walk.position.seq))
    if (rows.length === 0) return failed({ seq: walk.position.seq + 1, message: `record ${walk.position.seq + 1} is missing` })
    for (const row of rows) {
      const fault = linkFault(walk.position, row)
      if (fault) return failed({ seq: Math.min(row.seq, walk.position.seq + 1), message: fault })
      walk.position = { seq: row.seq, hash: row.hash.toString('hex') }
      count(walk.tally, row)
    }
    const checked = projections.chunkFault(rows, walk.balance)
    if (checked.fault) return failed(checked.fault)
    walk.balance = checked.balance
  }
  const fault = projections.tableFault(walk.tally, walk.position)
  return fault ? failed(fault) : { ok: true, records: head.seq, message: soundMessage(head), firstBadSeq: null }
}

const soundMessage = (head: ChainHead): string =>
  head.seq === 0 ? 'The journal is empty.' : `All ${head.seq} records are as they were written. Hash of the newest: ${head.hash}`

type Tally = { count: number; lastSeq: number }

function count(tally: Map<string, Tally>, row: ChainRow): void {
  const entry = tally.get(row.kind)
  if (entry) {
    entry.count += 1
    entry.lastSeq = row.seq
  } else {
    tally.set(row.kind, { count: 1, lastSeq: row.seq })
  }
}

function projectionChecks(db: Database) {
  const signals = signalChecks(db)
  const ledgerAt = db.prepare<[number], { amount: string; balance: string }>('SELECT amount, balance FROM ledger WHERE seq = ?')
  const fillAt = db.prepare<[number], { clientOrderId: string; quantity: string }>(
    'SELECT client_order_id AS clientOrderId, quantity FROM fills WHERE seq = ?',
  )
  const thingAt = Object.fromEntries(
    Object.entries(ROW_PER_THING).map(([kind, { table, key }]) => [
      kind,
      db.prepare<[string], { firstSeq: number; seq: number }>(`SELECT first_seq AS firstSeq, seq FROM ${table} WHERE ${key} = ?`),
    ]),
  )

  function ledgerFault(seq: number, body: JsonObject, balance: Money): { fault: Fault | null; balance: Money } {
    const amount = body.field('amount', asMoney)
    const after = add(balance, amount)
    const row = ledgerAt.get(seq)
    const right = row?.amount === toText(amount) && row.balance === toText(after)
    const message = `ledger entry ${seq} says ${row?.amount ?? 'nothing'} with balance ${row?.balance ?? 'none'}, its record ${toText(amount)} with ${toText(after)}`
    return { fault: right ? null : { seq, message }, balance: after }
  }

  function fillFault(seq: number, body: JsonObject): Fault | null {
    const row = fillAt.get(seq)
    if (row?.clientOrderId === body.field('clientOrderId', text) && row.quantity === toText(body.field('quantity', asQuantity))) return null
    return { seq, message: `fill ${seq} does not say what its record says` }
  }

  function signalFault(row: ChainRow, body: JsonObject): Fault | null {
    const message = signals.recordFault(row, body)
    return message === null ? null : { seq: row.seq, message }
  }

  function thingFault(row: ChainRow, body: JsonObject): Fault | null {
    const statement = thingAt[row.kind]
    const thing = Object.entries(ROW_PER_THING).find(([kind]) => kind === row.kind)?.[1]
    if (!statement || !thing) return signalFault(row, body)
    const id = body.field(thing.field, text)
    const found = statement.get(id)
    if (found && found.firstSeq <= row.seq && found.seq >= row.seq) return null
    return { seq: row.seq, message: `${row.kind} ${id}: the table ${thing.table} does not know record ${row.seq}` }
  }

  function chunkFault(rows: readonly ChainRow[], balanceBefore: Money): { fault: Fault | null; balance: Money } {
    let balance = balanceBefore
    for (const row of rows) {
      try {
        const body = objectAt(parseJson(row.body, `record ${row.seq}`), `record ${row.seq}`)
        const ledger = row.kind === 'ledger' ? ledgerFault(row.seq, body, balance) : null
        const fault = ledger ? ledger.fault : row.kind === 'fill' ? fillFault(row.seq, body) : thingFault(row, body)
        if (fault) return { fault, balance }
        balance = ledger?.balance ?? balance
      } catch (error) {
        if (error instanceof DecodeError) return { fault: { seq: row.seq, message: error.message }, balance }
        throw error
      }
    }
    return { fault: null, balance }
  }

  const tableFault = (tally: ReadonlyMap<string, Tally>, head: ChainHead): Fault | null =>
    rowCountFault(db, tally, head) ??
    danglingFault(db) ??
    latestFault(db, tally) ??
    pointerFault(db) ??
    filledQuantityFault(db) ??
    signalTableFault(head)
  const signalTableFault = (head: ChainHead): Fault | null => {
    const message = signals.tableFault(head.seq)
    return message === null ? null : { seq: null, message }
  }
  return { chunkFault, tableFault }
}

function rowCountFault(db: Database, tally: ReadonlyMap<string, Tally>, head: ChainHead): Fault | null {
  for (const [kind, table] of Object.entries(ROW_PER_RECORD)) {
    const rows = db.prepare<[number], { count: number }>(`SELECT count(*) AS count FROM ${table} WHERE seq <= ?`).get(head.seq)?.count ?? 0
    const records = tally.get(kind)?.count ?? 0
    if (rows !== records) return { seq: null, message: `table ${table} has ${rows} rows, the chain has ${records} records of kind ${kind}` }
  }
  return null
}

/** No table may know a record that the chain does not: that is what a chain that was cut short leaves behind. */
function danglingFault(db: Database): Fault | null {
  const kindAt = db.prepare<[number], { kind: string }>('SELECT kind FROM records WHERE seq = ?')
  for (const [kind, table] of [...Object.entries(ROW_PER_RECORD), ...LATEST_ONLY.map((name) => [name, name] as const)]) {
    const newest = db.prepare<[], { seq: number }>(`SELECT seq FROM ${table} ORDER BY seq DESC LIMIT 1`).get()
    if (newest && kindAt.get(newest.seq)?.kind !== kind)
      return { seq: null, message: `table ${table} points at record ${newest.seq}, which the chain does not have` }
  }
  return null
}

/** Tables of one row, named like the kind of record that they point at. */
const LATEST_ONLY = ['risk_state', 'checkpoint']

/** The risk state and the checkpoint must be the newest of their kind, or newer when records were committed meanwhile. */
function latestFault(db: Database, tally: ReadonlyMap<string, Tally>): Fault | null {
  for (const table of LATEST_ONLY) {
    const seq = db.prepare<[], { seq: number }>(`SELECT seq FROM ${table}`).get()?.seq ?? 0
    const newest = tally.get(table)?.lastSeq ?? 0
    if (seq < newest) return { seq: null, message: `table ${table} points at record ${seq}, the newest is ${newest}` }
  }
  return null
}

/** Each row points at a record of its own kind and name; an order's state is that of its record. */
function pointerFault(db: Database): Fault | null {
  for (const [kind, { table, key, field }] of Object.entries(ROW_PER_THING)) {
    const state = kind === 'order' ? `OR r.body ->> 'state' <> t.state` : ''
    const row = db
      .prepare<[string], { id: string; seq: number }>(
        `SELECT t.${key} AS id, t.seq FROM ${table} t LEFT JOIN records r ON r.seq = t.seq
         WHERE r.seq IS NULL OR r.kind <> ? OR r.body ->> '${field}' <> t.${key} ${state} LIMIT 1`,
      )
      .get(kind)
    if (row) return { seq: null, message: `table ${table}: the row of ${row.id} does not agree with record ${row.seq}` }
  }
  return null
}

/** The fills of each order add up to what the order says is filled. */
function filledQuantityFault(db: Database): Fault | null {
  const page = db.prepare<[number, number], { firstSeq: number; id: string; filled: string }>(
    `SELECT o.first_seq AS firstSeq, o.client_order_id AS id, r.body ->> 'filledQuantity' AS filled
     FROM orders o JOIN records r ON r.seq = o.seq WHERE o.first_seq > ? ORDER BY o.first_seq LIMIT ?`,
  )
  const fills = db.prepare<[string], { quantity: string }>('SELECT quantity FROM fills WHERE client_order_id = ?')
  // One read transaction per page: an order and its fills are committed together and must be looked at together.
  const checkPage = db.transaction((after: number): { fault: Fault | null; last: number | null } => {
    const orders = page.all(after, CHUNK)
    for (const order of orders) {
      const filled = sum([ZERO_QUANTITY, ...fills.all(order.id).map((fill) => quantity(fill.quantity))])
      if (toText(filled) !== order.filled) {
        return {
          fault: { seq: null, message: `order ${order.id} says ${order.filled} is filled, its fills add up to ${toText(filled)}` },
          last: null,
        }
      }
    }
    return { fault: null, last: orders.at(-1)?.firstSeq ?? null }
  })
  let after = 0
  for (;;) {
    const { fault, last } = checkPage(after)
    if (fault || last === null) return fault
    after = last
  }
}
