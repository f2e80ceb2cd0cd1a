// Proves on real files what all adapters with a SQLite file share: one writer, schemas that grow step by step, damaged files set aside under
// names that hide no other, and one sentence for whatever SQLite or the operating system says.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Database,
  SqliteError,
  openInMemory,
  openReadOnly,
  openReadWrite,
  pragmaNumber,
} from '../../src-main/adapters/sqlite/database.ts'
import { FileError, type FileErrorCode, toFileError } from '../../src-main/adapters/sqlite/file-error.ts'
import { type Migration, checkSchema, migrate, schemaVersionOf } from '../../src-main/adapters/sqlite/migrations.ts'
import { type FileKind, openWritable, setAside, unusedName } from '../../src-main/adapters/sqlite/writable-file.ts'

const FIRST: Migration = { name: '0001-notes', sql: 'CREATE TABLE notes (text TEXT)' }
const SECOND: Migration = { name: '0002-marks', sql: 'ALTER TABLE notes ADD COLUMN mark INTEGER' }
const KIND: FileKind = {
  name: 'notebook',
  migrations: [FIRST],
  faultOf: () => null,
  damageWarning: (damage, aside) => `${damage} -> ${aside}`,
  configure: (db) => void db.pragma('journal_mode = WAL'),
}
const OPTIONS = { nowMs: () => Date.UTC(2026, 0, 1), sizeMaxBytes: null }

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function temporaryFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tradewright-sqlite-'))
  folders.push(folder)
  return path.join(folder, 'notes.db')
}

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return expect.fail('nothing was thrown')
}
function failureOf(work: () => unknown): FileError {
  const error = thrownBy(work)
  return error instanceof FileError ? error : expect.fail(`not a FileError: ${String(error)}`)
}
const write = (db: Database, text: string): unknown => db.prepare('INSERT INTO notes (text) VALUES (?)').run(text)

describe('a file opened for writing', () => {
  it('is its owner’s alone, lets readers in, and is whole without its log once it is closed', () => {
    const file = temporaryFile()
    const opened = openWritable(file, KIND, OPTIONS)
    write(opened.db, 'one')
    const reader = openReadOnly(file)
    expect(reader.prepare('SELECT text FROM notes').pluck().all()).toEqual(['one'])
    for (const name of readdirSync(path.dirname(file))) expect(statSync(path.join(path.dirname(file), name)).mode & 0o077).toBe(0)
    opened.close()
    opened.close()
    expect(statSync(`${file}-wal`).size).toBe(0)
    reader.close()
    expect(opened.warnings).toEqual([])
  })

  it('has one writer; the next one comes when it is closed', () => {
    const file = temporaryFile()
    const opened = openWritable(file, KIND, OPTIONS)
    const failure = failureOf(() => openWritable(file, KIND, OPTIONS))
    expect(failure.code).toBe('locked')
    expect(failure.message).toBe(`notebook ${file} is already open for writing in another process; stop that one first`)
    opened.close()
    openWritable(file, KIND, OPTIONS).close()
  })

  it('holds nothing after it could not be opened', () => {
    const file = temporaryFile()
    const broken = { ...KIND, migrations: [FIRST, { name: '0002-broken', sql: 'SELECT nonsense' }] }
    expect(() => openWritable(file, broken, OPTIONS)).toThrow('nonsense')
    const opened = openWritable(file, KIND, OPTIONS)
    expect(schemaVersionOf(opened.db)).toBe(1)
    opened.close()
  })

  it('grows no further than it may', () => {
    const opened = openWritable(temporaryFile(), KIND, { ...OPTIONS, sizeMaxBytes: 64 * 1024 })
    expect(pragmaNumber(opened.db, 'max_page_count')).toBe(16)
    const error = thrownBy(() => write(opened.db, 'x'.repeat(100_000)))
    expect(toFileError(error, 'notes.db', 'writing').message).toBe('writing notes.db: the disk is full; free some space (SQLITE_FULL)')
    opened.close()
  })

  it('is set aside as it was when SQLite or the adapter finds it damaged', () => {
    const file = temporaryFile()
    writeFileSync(file, 'no database, however long it is. '.repeat(200))
    const garbage = readFileSync(file)
    const first = openWritable(file, KIND, OPTIONS)
    write(first.db, 'one')
    first.close()
    const aside = `${file}.damaged-2026-01-01T00-00-00-000Z`
    expect(first.warnings).toEqual([`checking notebook ${file}: the file is not a database (SQLITE_NOTADB) -> ${aside}`])
    expect(readFileSync(aside)).toEqual(garbage)
    const second = openWritable(file, { ...KIND, faultOf: () => 'a page is torn' }, OPTIONS)
    expect(second.warnings).toEqual([`a page is torn -> ${aside}-1`])
    expect(second.db.prepare('SELECT text FROM notes').all()).toEqual([])
    second.close()
  })

  it('is not set aside for a bug of the adapter, or by an older program', () => {
    const file = temporaryFile()
    openWritable(file, { ...KIND, migrations: [FIRST, SECOND] }, OPTIONS).close()
    const before = readFileSync(file)
    const bug: FileKind = {
      ...KIND,
      migrations: [FIRST, SECOND],
      faultOf: () => {
        throw new TypeError('a bug')
      },
    }
    expect(thrownBy(() => openWritable(file, bug, OPTIONS))).toBeInstanceOf(TypeError)
    expect(failureOf(() => openWritable(file, KIND, OPTIONS)).code).toBe('newer_schema')
    expect(readFileSync(file)).toEqual(before)
    expect(readdirSync(path.dirname(file)).filter((name) => name.includes('damaged'))).toEqual([])
  })

  it('tells its adapter of an older version before it is migrated, and only then', () => {
    const file = temporaryFile()
    const seen: number[] = []
    const kind: FileKind = { ...KIND, beforeMigration: (version) => seen.push(version) }
    openWritable(file, kind, OPTIONS).close()
    openWritable(file, kind, OPTIONS).close()
    expect(seen).toEqual([])
    openWritable(file, { ...kind, migrations: [FIRST, SECOND] }, OPTIONS).close()
    expect(seen).toEqual([1])
  })
})

describe('a file set aside', () => {
  it('takes its log along and never replaces another', () => {
    const file = temporaryFile()
    const asides = ['first', 'second'].map((text) => {
      for (const suffix of ['', '-wal', '-shm']) writeFileSync(file + suffix, text)
      return setAside(file, 0)
    })
    expect(asides).toEqual([`${file}.damaged-1970-01-01T00-00-00-000Z`, `${file}.damaged-1970-01-01T00-00-00-000Z-1`])
    for (const [index, aside] of asides.entries())
      for (const suffix of ['', '-wal', '-shm']) expect(readFileSync(aside + suffix, 'utf8')).toBe(index === 0 ? 'first' : 'second')
    expect(existsSync(file)).toBe(false)
  })

  it('finds no end of names an error, not a loop', () => {
    const wanted = temporaryFile()
    for (let n = 0; n < 100; n += 1) writeFileSync(n === 0 ? wanted : `${wanted}-${n}`, '')
    expect(failureOf(() => unusedName(wanted)).message).toBe(`no unused name left for ${wanted}`)
  })
})

describe('a schema', () => {
  it('grows by steps, each in a transaction of its own', () => {
    const db = openInMemory()
    migrate(db, [FIRST])
    expect(schemaVersionOf(db)).toBe(1)
    const broken = { name: '0003-broken', sql: 'CREATE TABLE half (a); SELECT nonsense' }
    expect(() => migrate(db, [FIRST, SECOND, broken])).toThrow('nonsense')
    expect(schemaVersionOf(db)).toBe(2)
    expect(db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half'`).pluck().get()).toBe(0)
    db.close()
  })

  it('is known when its steps are the released ones, and no later', () => {
    const db = openInMemory()
    checkSchema(db, 'notebook x', [FIRST])
    migrate(db, [FIRST, SECOND])
    checkSchema(db, 'notebook x', [FIRST, SECOND])
    const newer = failureOf(() => checkSchema(db, 'notebook x', [FIRST]))
    expect(newer.code).toBe('newer_schema')
    expect(newer.message).toBe('notebook x has schema version 2, this program knows 1: use the newer program')
    const other = failureOf(() => checkSchema(db, 'notebook x', [{ name: '0001-other', sql: '' }, SECOND]))
    expect(other.code).toBe('damaged')
    expect(other.message).toBe('notebook x: schema step 1 is 0001-notes, expected 0001-other as released')
    db.exec('DELETE FROM schema_migrations WHERE version = 2')
    expect(failureOf(() => checkSchema(db, 'notebook x', [FIRST, SECOND])).message).toContain('schema step 2 is missing')
    db.close()
  })
})

describe('a failure', () => {
  const system = (code: string): Error => Object.assign(new Error(`${code}: it did not work`), { code, syscall: 'open' })
  it.each<[Error, FileErrorCode, string]>([
    [new SqliteError('x', 'SQLITE_READONLY_DIRECTORY'), 'read_only', 'the file or its folder cannot be written; check permissions'],
    [new SqliteError('x', 'SQLITE_PERM'), 'read_only', 'access is not permitted'],
    [new SqliteError('x', 'SQLITE_FULL'), 'full', 'the disk is full; free some space'],
    [new SqliteError('x', 'SQLITE_CORRUPT_VTAB'), 'damaged', 'the file is damaged'],
    [new SqliteError('x', 'SQLITE_NOTADB'), 'damaged', 'the file is not a database'],
    [new SqliteError('x', 'SQLITE_BUSY_SNAPSHOT'), 'locked', 'another program holds the file'],
    [new SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE'), 'io', 'disk I/O error'],
    [system('EACCES'), 'read_only', 'the file or its folder cannot be written; check permissions'],
    [system('EROFS'), 'read_only', 'the file system is read-only'],
    [system('ENOSPC'), 'full', 'the disk is full; free some space'],
    [system('ENOENT'), 'cannot_open', 'the folder does not exist'],
    [system('EMFILE'), 'io', 'EMFILE: it did not work'],
  ])('%s is %s: %s', (error, code, advice) => {
    const failure = toFileError(error, 'notes.db', 'reading notebook')
    expect(failure.code).toBe(code)
    expect(failure.message).toMatch(/^reading notebook notes\.db: .* \([A-Z_]+\)$/)
    expect(failure.message).toContain(`: ${advice} (`)
    expect(failure.cause).toBe(error)
    expect(toFileError(failure, 'other.db', 'opening')).toBe(failure)
  })

  it('to open a folder, or a file that is not there, is said with what to check', () => {
    const file = temporaryFile()
    mkdirSync(file)
    const advice = 'the file cannot be opened; check that it exists and its folder can be written'
    for (const open of [() => openReadWrite(file), () => openReadOnly(`${file}-nowhere`)]) {
      const failure = toFileError(thrownBy(open), file, 'opening notebook')
      expect(failure.code).toBe('cannot_open')
      expect(failure.message).toContain(advice)
    }
  })
})
