// Whole tables as CSV or JSON, page by page, so that the length of the journal does not decide the memory that is needed.
import type { Input } from '../../../src-shared/bridge/contract.ts'
import type { Database } from '../sqlite/database.ts'
import { type Cell, csvLine } from './csv.ts'
import { type Parse, parseJson } from './json-fields.ts'
import { fillFromJson, orderFromJson } from './order-codec.ts'
import { roundTripFromJson } from './position-codec.ts'
import { orderView } from '../../../src-shared/bridge/order-view.ts'
import { fillRow, roundTripRow } from './views.ts'

export type ExportTable = Input<'journal.export'>['table']
export type ExportFormat = Input<'journal.export'>['format']
export const EXPORT_TABLES: readonly ExportTable[] = ['round_trips', 'orders', 'fills']
export const EXPORT_FORMATS: readonly ExportFormat[] = ['csv', 'json']

type Row = Readonly<Record<string, Cell>>
type Source = {
  readonly columns: readonly string[]
  readonly table: string
  /** Column that orders the rows, oldest first. */
  readonly key: string
  readonly parse: Parse<Row>
}

const ORDER_COLUMNS = `clientOrderId,instrumentId,strategyId,positionId,decisionId,purpose,side,type,timeInForce,quantity,filledQuantity,limitPrice,triggerPrice,averagePrice,reduceOnly,state,reason,createdMs,updatedMs`
const FILL_COLUMNS = `tradeId,clientOrderId,instrumentId,side,price,quantity,fee,liquidity,tsEventMs`
const ROUND_TRIP_COLUMNS = `positionId,instrumentId,strategyId,decisionId,side,quantity,entryPrice,exitPrice,openedMs,closedMs,grossPnl,fees,funding,netPnl,rMultiple,exitReason,secondsUnprotected`

const SOURCES: Readonly<Record<ExportTable, Source>> = {
  round_trips: {
    columns: ROUND_TRIP_COLUMNS.split(','),
    table: 'trades',
    key: 'seq',
    parse: (value, where) => roundTripRow(roundTripFromJson(value, where)),
  },
  orders: {
    columns: ORDER_COLUMNS.split(','),
    table: 'orders',
    key: 'first_seq',
    parse: (value, where) => orderView(orderFromJson(value, where)),
  },
  fills: { columns: FILL_COLUMNS.split(','), table: 'fills', key: 'seq', parse: (value, where) => fillRow(fillFromJson(value, where)) },
}

const PAGE = 500

export const countRows = (db: Database, table: ExportTable): number =>
  db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${SOURCES[table].table}`).get()?.count ?? 0

/** The export in pieces of text, oldest row first. */
export function* exportText(db: Database, table: ExportTable, format: ExportFormat): Generator<string, void, undefined> {
  const source = SOURCES[table]
  if (format === 'csv') yield csvLine(source.columns)
  else yield '['
  let first = true
  for (const rows of pages(db, source)) {
    if (format === 'csv') {
      yield rows.map((row) => csvLine(source.columns.map((column) => row[column] ?? null))).join('')
    } else {
      yield rows.map((row, index) => `${first && index === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`).join('')
      first = false
    }
  }
  if (format === 'json') yield '\n]\n'
}

function* pages(db: Database, { table, key, parse }: Source): Generator<readonly Row[], void, undefined> {
  const page = db.prepare<[number, number], { key: number; seq: number; body: string }>(
    `SELECT t.${key} AS key, r.seq, r.body FROM ${table} t JOIN records r ON r.seq = t.seq WHERE t.${key} > ? ORDER BY t.${key} LIMIT ?`,
  )
  let after = 0
  for (;;) {
    const rows = page.all(after, PAGE)
    const last = rows.at(-1)
    if (!last) return
    yield rows.map((row) => parse(parseJson(row.body, `record ${row.seq}`), `record ${row.seq}`))
    after = last.key
  }
}
