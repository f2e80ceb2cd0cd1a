// Proves that the simulated venue's memory survives a kill, keeps the state before the newest, and never starts from a damaged one unsaid.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { openVenueStore } from '../../src-main/adapters/journal/venue-store.ts'
import { temporaryFolder } from '../support/journal-file.ts'
import { START_MS } from '../support/journal-records.ts'

const storeFile = () => path.join(temporaryFolder(), 'paper-venue.db')

test('is empty at first, and gives back the newest text after a restart', () => {
  const file = storeFile()
  const store = openVenueStore(file)
  expect(store.load()).toBeNull()
  for (const text of ['one', 'two', 'three']) store.save(text)
  expect(store.load()).toBe('three')
  store.close()
  const again = openVenueStore(file)
  expect(again.load()).toBe('three')
  again.save('four')
  again.close()
  expect(openAndLoad(file)).toBe('four')
})

function openAndLoad(file: string): string | null {
  const store = openVenueStore(file)
  const text = store.load()
  store.close()
  return text
}

test('keeps what was saved when the process is killed', () => {
  const file = storeFile()
  const url = new URL('../../src-main/adapters/journal/venue-store.ts', import.meta.url).pathname
  const program = `import(${JSON.stringify(url)}).then(({ openVenueStore }) => { const store = openVenueStore(${JSON.stringify(file)}); for (let n = 0; n < 100; n++) store.save('state ' + n); process.kill(process.pid, 'SIGKILL') })`
  expect(() => execFileSync(process.execPath, ['-e', program], { stdio: 'ignore' })).toThrow(expect.objectContaining({ signal: 'SIGKILL' }))
  expect(openAndLoad(file)).toBe('state 99')
})

test('falls back to the text before when the newest is not as it was saved', () => {
  const file = storeFile()
  const store = openVenueStore(file)
  store.save('older')
  store.save('newest')
  store.close()
  const db = openReadWrite(file)
  db.exec(`UPDATE states SET text = 'tampered' WHERE text = 'newest'`)
  db.close()
  expect(openAndLoad(file)).toBe('older')
})

test('sets a damaged file aside with a warning and starts empty', () => {
  const file = storeFile()
  const garbage = Buffer.alloc(8_192, 'no database')
  writeFileSync(file, garbage)
  const store = openVenueStore(file, () => START_MS)
  expect(store.warning).toContain(`${file}.damaged-`)
  expect(readFileSync(`${file}.damaged-2026-01-05T00-00-00-000Z`)).toEqual(garbage)
  expect(store.load()).toBeNull()
  store.save('fresh')
  store.close()
  expect(openAndLoad(file)).toBe('fresh')
})

test('refuses a file from a newer program', () => {
  const file = storeFile()
  openVenueStore(file).close()
  const db = openReadWrite(file)
  db.pragma('user_version = 9')
  db.close()
  expect(() => openVenueStore(file)).toThrow(expect.objectContaining({ code: 'newer_schema' }))
})
