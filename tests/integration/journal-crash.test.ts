// Proves that a journal survives the death of its process at any moment: what was committed is there, the chain holds,
// and the next process goes on from it.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReadOnly } from '../../src-main/adapters/sqlite/database.ts'
import { verifyJournal } from '../../src-main/adapters/journal/verification.ts'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'

const CHILD = fileURLToPath(new URL('../support/journal-writer-child.ts', import.meta.url))
const KILLS = 10

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'journal-crash-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Safe = { readonly n: number; readonly records: number }

/** Kills the child once it has reported `reports` commits; the kill lands somewhere in the work that follows. */
function writeUntilKilled(file: string, first: number, reports: number): Promise<Safe> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, file, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()))
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString()
    if (output.split('\n').length > reports) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.on('close', () => {
      const last = output.split('\n').slice(0, -1).at(-1)
      if (!last) return reject(new Error(`the writer died before its first commit: ${errors}`))
      const [n = 0, records = 0] = last.split(' ').map(Number)
      resolve({ n, records })
    })
  })
}

test('no committed record is lost when the writer is killed at ten moments, and the chain goes on', async () => {
  const file = path.join(folder, 'journal.db')
  let first = 1
  for (let kill = 0; kill < KILLS; kill++) {
    const safe = await writeUntilKilled(file, first, 1 + ((kill * 37) % 60))
    const { journal, metrics, warnings } = openJournal(file)
    const recovered = journal.recover()
    const records = metrics().records
    journal.close()
    expect(warnings).toEqual([])
    expect(records).toBeGreaterThanOrEqual(safe.records)
    expect(recovered?.nextOrderNumber).toBeGreaterThan(safe.n)
    const db = openReadOnly(file)
    expect(verifyJournal(db)).toMatchObject({ ok: true, records })
    db.close()
    first = recovered?.nextOrderNumber ?? 1
  }
}, 120_000)

test('a second writer is refused while the first lives, and let in once it was killed', async () => {
  const file = path.join(folder, 'journal.db')
  const child = spawn(process.execPath, [CHILD, file, '1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  try {
    expect(() => openJournal(file)).toThrow(expect.objectContaining({ code: 'locked' }))
  } finally {
    child.kill('SIGKILL')
  }
  await new Promise((resolve) => child.once('exit', resolve))
  const { journal, warnings } = openJournal(file)
  expect(warnings).toEqual([])
  expect(journal.recover()?.positions.length ?? -1).toBeGreaterThanOrEqual(0)
  journal.close()
})
