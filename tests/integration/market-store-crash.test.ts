// Proves that the market store survives kill -9 at any moment of an import: what was there is there, what was not finished is not, and the next
// process goes on from it.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { seriesIdOf } from '../../src-shared/domain/series.ts'
import { rowsOf } from '../support/market-candles.ts'
import { EVERYTHING, importCandles, minutes, openTemporaryStore, refOf, temporaryStoreFile } from '../support/market-store.ts'

const CHILD = fileURLToPath(new URL('../support/market-store-child.ts', import.meta.url))
const ID = seriesIdOf(refOf('candles'))

/** Runs an import in a process of its own and kills that `delayMs` after it has said `word`. Returns all it said. */
function killAfter(file: string, word: string, { rows, delayMs }: { rows: number; delayMs: number }): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, file, String(rows)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let errors = ''
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
  child.stdout.on('data', (data: Buffer) => {
    const before = said.includes(word)
    said += data.toString()
    if (!before && said.includes(word)) setTimeout(() => child.kill('SIGKILL'), delayMs)
  })
  return new Promise((resolve, reject) => {
    child.on('close', (_, signal) =>
      signal === 'SIGKILL' ? resolve(said.trim().split('\n')) : reject(new Error(`it ended by itself: ${errors}`)),
    )
  })
}

test('an import that is killed at ten moments leaves the store as it was, or is there as a whole', async () => {
  const file = temporaryStoreFile()
  const store = openTemporaryStore(file)
  const before = importCandles(store, minutes(0, 9_000))
  store.close()
  const rows = 24 * 8_192
  const moments = [
    ...[8_192, 40_960, 73_728, 131_072, 163_840].map((at) => [`\n${at}\n`, 0] as const),
    ...[0, 20, 60, 120, 200].map((delayMs) => ['finishing', delayMs] as const),
  ]
  let unfinished = 0
  for (const [word, delayMs] of moments) {
    const said = await killAfter(file, word, { rows, delayMs })
    const again = openTemporaryStore(file)
    expect(again.warnings).toEqual([])
    const passport = again.passport(ID)
    const found = rowsOf(again.candles(ID, EVERYTHING))
    if (said.includes('finished')) expect(passport.rows).toBe(rows)
    // The process may die after the commit and before it could say so.
    if (passport.rows === before.rows) {
      unfinished += 1
      expect(passport).toEqual(before)
      expect(found).toEqual(minutes(0, 9_000))
    } else {
      expect(passport.duplicates).toBe(9_000)
      expect(found).toEqual(minutes(0, rows))
      again.delete(ID)
      importCandles(again, minutes(0, 9_000))
    }
    again.close()
  }
  expect(unfinished).toBeGreaterThanOrEqual(5)
}, 120_000)
