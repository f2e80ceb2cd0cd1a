// Proves that the lab's store survives the death of its process between any two writes and in the midst of them: what was committed is there,
// what was under way is found, and a run is there whole or not at all.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { LabStoreReader } from '../../src-main/adapters/lab-store/reader.ts'
import { openTestStore, temporaryDataDir } from '../support/lab-store.ts'
import { CRASH_STEPS } from '../support/lab-store-rows.ts'

const CHILD = fileURLToPath(new URL('../support/lab-store-child.ts', import.meta.url))
const PAGE = { limit: 5_000, offset: 0 }

/** Kills the child after this many lines of what is safe, or lets it kill itself. Returns the lines. */
function untilKilled(args: readonly string[], linesMax = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()))
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString()
    if (output.split('\n').length > linesMax) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the child was not killed: ${errors}`))
      resolve(output.split('\n').slice(0, -1))
    })
  })
}

/** Everything a reader can see. */
function contents(store: LabStoreReader): unknown {
  const { rows } = store.runs(PAGE)
  return {
    runs: rows.map(({ id }) => ({
      ...store.run(id),
      artefacts: store.artefactNames(id).map((name) => [name, store.artefact(id, name)]),
      trials: store.trials(id, PAGE),
      returns: store.dailyReturns(id, PAGE),
      hasFolder: store.runFolder(id) !== null,
    })),
    unfinished: store.unfinishedRuns().map(({ id }) => id),
    jobs: store.jobs(100),
    unfinishedJobs: store.unfinishedJobs(),
  }
}

describe('a lab store whose process was killed', () => {
  it.each(CRASH_STEPS.map((_, index) => index + 1))(
    'right after write %i is as if it had been closed there',
    async (count) => {
      const killed = temporaryDataDir()
      const closed = temporaryDataDir()
      await untilKilled([killed, 'steps', String(count)])
      const expected = openTestStore(closed)
      for (const step of CRASH_STEPS.slice(0, count)) step(expected)
      const found = openTestStore(killed)
      expect(found.warnings).toEqual([])
      expect(contents(found)).toEqual(contents(expected))
      // From its first write to the last but one, the search is found to go on with.
      const isUnderWay = count < 13
      expect(found.unfinishedJobs()).toHaveLength(isUnderWay ? 1 : 0)
      if (isUnderWay) expect(found.unfinishedJobs()[0]?.resume).toEqual({ trials: 2 })
      if (count >= 2 && count < 11) expect(found.unfinishedRuns().map(({ id }) => id)).toContain('run-1')
    },
    30_000,
  )

  it.each([1, 7, 40, 90])(
    'in the midst of trials has each trial with the state it was drawn from, %i at least',
    async (reported) => {
      const dataDir = temporaryDataDir()
      const lines = await untilKilled([dataDir, 'trials'], reported)
      const store = openTestStore(dataDir)
      const { total } = store.trials('run-1', PAGE)
      expect(total).toBeGreaterThanOrEqual(lines.length)
      expect(store.loadState('run-1')).toEqual({ drawn: total })
      expect(store.dailyReturns('run-1', PAGE).at(-1)?.returns).toEqual(new Float64Array(400).fill(total - 1))
      expect(store.unfinishedRuns().map(({ id }) => id)).toEqual(['run-1'])
    },
    30_000,
  )

  it.each([1, 20, 60])(
    'in the midst of deletions has each run whole or not at all, after %i',
    async (reported) => {
      const dataDir = temporaryDataDir()
      const deleted = await untilKilled([dataDir, 'deletes'], reported)
      const store = openTestStore(dataDir)
      const left = store.runs(PAGE).rows.map(({ id }) => id)
      const folders = path.join(dataDir, 'lab', 'runs')
      expect(readdirSync(folders).toSorted()).toEqual(left.toSorted())
      for (const id of left) expect(readdirSync(path.join(folders, id))).toHaveLength(20)
      for (const id of deleted) expect(existsSync(path.join(folders, id))).toBe(false)
      expect(left.length).toBeLessThanOrEqual(200 - deleted.length)
    },
    30_000,
  )
})
