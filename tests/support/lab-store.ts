// A lab store in a folder of its own, removed when the test is over.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type LabStore, type LabStoreOptions, openLabStore } from '../../src-main/adapters/lab-store/store.ts'
import { START_MS } from './lab-store-rows.ts'

export function temporaryDataDir(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lab-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Ids run-1, run-2, …; each call of the clock is one second later. */
export function openTestStore(dataDir: string, options: LabStoreOptions = {}): LabStore {
  let nowMs = START_MS
  let runs = 0
  const store = openLabStore(dataDir, { nowMs: () => (nowMs += 1_000), newId: () => `run-${(runs += 1)}`, ...options })
  let isOpen = true
  const close = () => {
    if (isOpen) store.close()
    isOpen = false
  }
  onTestFinished(close)
  return { ...store, close }
}
