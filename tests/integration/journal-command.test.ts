// Proves the journal command as a person meets it: what it prints, what it writes, and its exit status.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openReadOnly, openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { verifyJournal } from '../../src-main/adapters/journal/verification.ts'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'
import { temporaryFile, temporaryFolder, writeJournal } from '../support/journal-file.ts'
import { START_MS, closingRecords, deposit, openingRecords, session } from '../support/journal-records.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/journal.ts', import.meta.url))
const story = [session('S1', START_MS), deposit('10000', START_MS), ...openingRecords(1, START_MS), ...closingRecords(1, START_MS + 1)]

function run(dataDir: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args, `--data-dir=${dataDir}`], { encoding: 'utf8' })
  return { status, stdout, stderr }
}
function journalFolder(): string {
  const file = temporaryFile()
  writeJournal(file, story)
  return path.dirname(file)
}

test('verify says how many records are sound', () => {
  const result = run(journalFolder(), 'verify')
  expect(result).toMatchObject({ status: 0, stderr: '' })
  expect(result.stdout).toContain(`All ${story.length} records`)
})

test('verify fails with the first broken record', () => {
  const folder = journalFolder()
  const db = openReadWrite(path.join(folder, 'journal.db'))
  db.exec(`DROP TRIGGER records_are_never_changed; UPDATE records SET body = replace(body, '43000', '42000') WHERE seq IN (7, 9)`)
  db.close()
  const result = run(folder, 'verify')
  expect(result.status).toBe(1)
  expect(result.stderr).toContain('first broken record 7')
})

test('backup copies a journal that is being written to, and the copy verifies', () => {
  const folder = journalFolder()
  const { journal } = openJournal(path.join(folder, 'journal.db'))
  for (const record of openingRecords(2, START_MS + 2)) journal.append(record)
  journal.commit()
  const copy = path.join(temporaryFolder(), 'copy.db')
  const result = run(folder, 'backup', copy)
  journal.close()
  expect(result).toMatchObject({ status: 0, stderr: '' })
  const db = openReadOnly(copy)
  expect(verifyJournal(db)).toMatchObject({ ok: true, records: story.length + 13 })
  db.close()
})

test('backup never overwrites, and leaves nothing behind when the journal does not verify', () => {
  const folder = journalFolder()
  const target = temporaryFolder()
  const copy = path.join(target, 'copy.db')
  expect(run(folder, 'backup', copy).status).toBe(0)
  expect(run(folder, 'backup', copy)).toMatchObject({ status: 1, stderr: expect.stringContaining('exists already') })
  const db = openReadWrite(path.join(folder, 'journal.db'))
  db.exec(`UPDATE ledger SET balance = '1'`)
  db.close()
  expect(run(folder, 'backup', path.join(target, 'other.db')).status).toBe(1)
  expect(readdirSync(target).filter((name) => name.startsWith('other'))).toEqual([])
})

test('export writes to standard output or to a new file', () => {
  const folder = journalFolder()
  const printed = run(folder, 'export', 'orders', '--format=json')
  expect(printed.status).toBe(0)
  expect(JSON.parse(printed.stdout)).toMatchObject([{ clientOrderId: 'TW1' }, { clientOrderId: 'TW1S' }])
  const out = path.join(temporaryFolder(), 'fills.csv')
  expect(run(folder, 'export', 'fills', `--out=${out}`)).toMatchObject({ status: 0, stdout: '' })
  expect(readFileSync(out, 'utf8').split('\r\n')).toHaveLength(4)
  expect(run(folder, 'export', 'fills', `--out=${out}`).status).toBe(1)
})

test('a folder without a journal is named, and none is created', () => {
  const folder = temporaryFolder()
  expect(run(folder, 'verify')).toMatchObject({ status: 1, stderr: expect.stringContaining(path.join(folder, 'journal.db')) })
  expect(existsSync(path.join(folder, 'journal.db'))).toBe(false)
})

test.each([
  [[], 'a command is missing'],
  [['drop'], '"drop" is not a command'],
  [['verify', 'extra'], 'too many arguments'],
  [['export', 'secrets'], 'expected one of round_trips, orders, fills'],
  [['export', 'orders', '--format=xml'], 'expected one of csv, json'],
  [['verify', '--fast'], '--fast'],
])('%j is a usage error', (args, message) => {
  const result = run(temporaryFolder(), ...args)
  expect(result.status).toBe(2)
  expect(result.stderr).toContain(message)
  expect(result.stderr).toContain('Usage: npm run journal')
})
