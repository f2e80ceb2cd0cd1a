// Answers every journal command of the bridge from a read-only connection. Opens when first asked; a file that does not exist is an empty journal.
import { statSync } from 'node:fs'
import { type Input, type Output, commands } from '../../../src-shared/bridge/contract.ts'
import { DecisionTraceView } from '../../../src-shared/bridge/views.ts'
import { type Database, openInMemory, openReadOnly } from '../sqlite/database.ts'
import { checkSchema, migrate, schemaVersionOf } from '../sqlite/migrations.ts'
import { countRows, exportText } from './exporting.ts'
import { thinnedEquity } from './equity-timeline.ts'
import { JournalError, toJournalError } from './journal-error.ts'
import { parseJson } from './json-fields.ts'
import { type Queries, prepareQueries } from './queries.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import { listSignals, outcomeOfDecision, signalChoices, signalNeighbours, signalStatistics } from './signal-queries.ts'
import { journalStatistics } from './statistics.ts'
import { verifyJournal } from './verification.ts'
import { orderView } from '../../../src-shared/bridge/order-view.ts'
import { fillRow, roundTripRow } from './views.ts'

/** An export that goes through the bridge as one text; the command line has no such bound. */
const EXPORT_ROWS_MAX = 100_000

export type JournalReader = {
  /** Throws JournalError: `not_found` for an unknown decision, `too_large` for an export; ZodError for an input outside the contract. */
  handle(command: string, input: unknown): unknown
  close(): void
}

type Connection = { readonly db: Database; readonly queries: Queries; readonly fileId: string | null }

export function openJournalReader(file: string): JournalReader {
  let connection: Connection | null = null
  function connected(): Connection {
    const fileId = identify(file)
    // The engine sets a damaged file aside and starts another under the same name: then this is no longer the file that was opened.
    if (connection && connection.fileId === fileId && fileId !== null) return connection
    connection?.db.close()
    connection = null
    connection = connect(file, fileId)
    return connection
  }
  return {
    handle(command, input) {
      try {
        return answer(connected(), command, input)
      } catch (error) {
        throw error instanceof Error && 'code' in error ? toJournalError(error, file, `${command} from journal`) : error
      }
    },
    close() {
      connection?.db.close()
      connection = null
    },
  }
}

/** What stays the same while this is the same file; null when there is none. */
function identify(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true })
  return found && found.size > 0n ? `${found.dev}:${found.ino}` : null
}

function connect(file: string, fileId: string | null): Connection {
  const empty = (): Connection => {
    const db = openInMemory()
    migrate(db, MIGRATIONS)
    return { db, queries: prepareQueries(db), fileId: null }
  }
  if (fileId === null) return empty()
  const db = openReadOnly(file)
  try {
    checkSchema(db, `journal ${file}`, MIGRATIONS)
    const version = schemaVersionOf(db)
    if (version === SCHEMA_VERSION) return { db, queries: prepareQueries(db), fileId }
    if (version > 0)
      throw new JournalError(
        'older_schema',
        `journal ${file} has schema version ${version}: start the engine once to bring it to ${SCHEMA_VERSION}`,
      )
  } catch (error) {
    db.close()
    throw error
  }
  db.close()
  return empty()
}

function answer({ db, queries }: Connection, command: string, input: unknown): unknown {
  switch (command) {
    case 'decision.detail':
      return decisionDetail({ db, queries }, commands[command].input.parse(input))
    case 'signals.list':
      return listSignals(db, commands[command].input.parse(input))
    case 'signals.statistics':
      return signalStatistics(db, commands[command].input.parse(input))
    case 'signals.choices':
      commands[command].input.parse(input)
      return signalChoices(db)
    case 'journal.roundTrips':
      return roundTrips(queries, commands[command].input.parse(input))
    case 'journal.orders': {
      const { limit, offset } = commands[command].input.parse(input)
      return { total: countRows(db, 'orders'), rows: queries.orders(limit, offset).map(orderView) }
    }
    case 'journal.fills': {
      const { limit, offset } = commands[command].input.parse(input)
      return { total: countRows(db, 'fills'), rows: queries.fills(limit, offset).map(fillRow) }
    }
    case 'journal.audit': {
      const { limit, offset } = commands[command].input.parse(input)
      return { total: queries.countAudit(), rows: [...queries.audit(limit, offset)] } satisfies Output<'journal.audit'>
    }
    case 'journal.equity': {
      const range = commands[command].input.parse(input)
      return thinnedEquity(db, range, range.pointsMax)
    }
    case 'journal.statistics': {
      const selection = commands[command].input.parse(input)
      return journalStatistics(db, selection, queries.roundTripsByClose({ ...selection, instrumentId: null }))
    }
    case 'journal.export':
      return exported(db, commands[command].input.parse(input))
    case 'journal.verify': {
      const { ok, records, message } = verifyJournal(db)
      return { ok, records, message } satisfies Output<'journal.verify'>
    }
    default:
      throw new Error(`journal reader: "${command}" is not a command of the journal`)
  }
}

type DetailInput = ReturnType<(typeof commands)['decision.detail']['input']['parse']>

function decisionDetail({ db, queries }: Pick<Connection, 'db' | 'queries'>, { id, filter }: DetailInput): Output<'decision.detail'> {
  const found = queries.decision(id)
  if (!found) throw new JournalError('not_found', `decision ${id} is not in the journal`)
  const trace = DecisionTraceView.safeParse(parseJson(found.body, `record ${found.seq}`))
  if (!trace.success) {
    const issue = trace.error.issues[0]
    throw new JournalError('bad_record', `decision ${id}, record ${found.seq}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
  }
  const trip = queries.roundTripOfDecision(id)
  return {
    trace: trace.data,
    signalOutcome: outcomeOfDecision(db, id),
    orders: queries.ordersOfDecision(id).map(orderView),
    fills: queries.fillsOfDecision(id).map(fillRow),
    roundTrip: trip ? roundTripRow(trip) : null,
    ...(filter === null ? queries.neighbours(found.seq) : signalNeighbours(db, found.seq, filter)),
  }
}

function roundTrips(queries: Queries, input: Input<'journal.roundTrips'>): Output<'journal.roundTrips'> {
  const { limit, offset, ...filter } = input
  return { total: queries.countRoundTrips(filter), rows: queries.roundTrips({ ...filter, limit, offset }).map(roundTripRow) }
}

function exported(db: Database, { table, format }: Input<'journal.export'>): Output<'journal.export'> {
  const rows = countRows(db, table)
  if (rows > EXPORT_ROWS_MAX) {
    throw new JournalError(
      'too_large',
      `${table} has ${rows} rows, at most ${EXPORT_ROWS_MAX} can be exported here: use the journal command`,
    )
  }
  return { fileName: `${table.replace('_', '-')}.${format}`, text: [...exportText(db, table, format)].join('') }
}
