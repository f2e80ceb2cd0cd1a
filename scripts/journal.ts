// npm run journal -- verify | backup [FILE] | export TABLE [--format=csv|json] [--out=FILE], each with [--data-dir=DIR].
// Exit status: 0 done, 1 failed or not verified, 2 not understood.
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { backUpJournal } from '../src-main/adapters/journal/backup.ts'
import { EXPORT_FORMATS, EXPORT_TABLES, exportText } from '../src-main/adapters/journal/exporting.ts'
import { MIGRATIONS } from '../src-main/adapters/journal/schema.ts'
import { verifyJournal } from '../src-main/adapters/journal/verification.ts'
import { type Database, openReadOnly } from '../src-main/adapters/sqlite/database.ts'
import { checkSchema } from '../src-main/adapters/sqlite/migrations.ts'
import { defaultDataDir } from '../src-main/host/data-dir.ts'

const USAGE = `Usage: npm run journal -- COMMAND [--data-dir=DIR]

  verify                                      check every record's hash, and the tables against the records
  backup [FILE]                               copy the journal while it is in use, and check the copy
  export TABLE [--format=csv|json] [--out=FILE]
                                              TABLE is ${EXPORT_TABLES.join(', ')}; without --out to standard output
`

class UsageError extends Error {}

type Arguments = {
  readonly positionals: readonly string[]
  readonly file: string
  readonly format: string
  readonly out: string | undefined
}

function parseCommandLine(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'data-dir': { type: 'string' }, format: { type: 'string', default: 'csv' }, out: { type: 'string' } },
    })
    const dataDir = values['data-dir'] ?? defaultDataDir({ env: process.env, platform: process.platform, homeDir: homedir() })
    return { positionals, file: path.join(dataDir, 'journal.db'), format: values.format, out: values.out }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function withJournal<T>(file: string, use: (db: Database) => T): T {
  if (!existsSync(file)) throw new Error(`there is no journal at ${file}; name its folder with --data-dir=DIR`)
  const db = openReadOnly(file)
  try {
    checkSchema(db, `journal ${file}`, MIGRATIONS)
    return use(db)
  } finally {
    db.close()
  }
}

function verify({ file }: Arguments): number {
  const { ok, message, firstBadSeq } = withJournal(file, verifyJournal)
  if (ok) console.log(`${file}: ${message}`)
  else console.error(`${file}: NOT VERIFIED, ${firstBadSeq === null ? '' : `first broken record ${firstBadSeq}: `}${message}`)
  return ok ? 0 : 1
}

async function backup({ file }: Arguments, target: string | undefined): Promise<number> {
  const copy = path.resolve(target ?? `${file}.${new Date().toISOString().replace(/[:.]/g, '-')}.backup`)
  const { records } = await backUpJournal(file, copy)
  console.log(`${copy}: ${records} records, verified`)
  return 0
}

function exportTable({ file, format, out }: Arguments, wanted: string | undefined): number {
  const table = EXPORT_TABLES.find((known) => known === wanted)
  const as = EXPORT_FORMATS.find((known) => known === format)
  if (!table) throw new UsageError(`table is "${wanted ?? ''}", expected one of ${EXPORT_TABLES.join(', ')}`)
  if (!as) throw new UsageError(`--format is "${format}", expected one of ${EXPORT_FORMATS.join(', ')}`)
  withJournal(file, (db) => {
    const pieces = exportText(db, table, as)
    if (out === undefined) writeAll(1, pieces)
    else writeNewFile(out, pieces)
  })
  return 0
}

/** Never overwrites; a file that could not be written whole is removed again. */
function writeNewFile(file: string, pieces: Iterable<string>): void {
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    writeAll(descriptor, pieces)
  } catch (error) {
    rmSync(file)
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** A pipe takes what it can: the rest is written again. */
function writeAll(descriptor: number, pieces: Iterable<string>): void {
  for (const piece of pieces) {
    const bytes = Buffer.from(piece)
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
  }
}

async function run(args: readonly string[]): Promise<number> {
  const parsed = parseCommandLine(args)
  const [command, operand, ...rest] = parsed.positionals
  if (rest.length > 0 || (command === 'verify' && operand !== undefined))
    throw new UsageError(`too many arguments: ${parsed.positionals.join(' ')}`)
  switch (command) {
    case 'verify':
      return verify(parsed)
    case 'backup':
      return backup(parsed, operand)
    case 'export':
      return exportTable(parsed, operand)
    default:
      throw new UsageError(command === undefined ? 'a command is missing' : `"${command}" is not a command`)
  }
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof UsageError
  console.error(`journal: ${error instanceof Error ? error.message : String(error)}${usage ? `\n\n${USAGE}` : ''}`)
  process.exitCode = usage ? 2 : 1
}
