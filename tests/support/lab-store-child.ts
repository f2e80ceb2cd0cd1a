// A process that writes into the lab's store named on its command line. `steps N` dies by its own hand right after the Nth write;
// `trials` and `deletes` go on, saying after each commit what is safe, until somebody kills them.
import { writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type LabStore, openLabStore } from '../../src-main/adapters/lab-store/store.ts'
import { CRASH_STEPS, START_MS, newRun, result, trial } from './lab-store-rows.ts'

const ROUNDS_MAX = 10_000
const FILES_PER_RUN = 20
const [dataDir = '', what = '', countText = '0'] = process.argv.slice(2)

function open(): LabStore {
  let nowMs = START_MS
  let runs = 0
  return openLabStore(dataDir, { nowMs: () => (nowMs += 1_000), newId: () => `run-${(runs += 1)}` })
}

function writeTrials(store: LabStore): void {
  const { id } = store.createRun(newRun({ kind: 'search' }))
  for (let number = 0; number < ROUNDS_MAX; number += 1) {
    store.atomically(() => {
      store.putTrial(id, trial(number, { dailyReturns: new Float64Array(400).fill(number) }))
      store.saveState(id, { drawn: number + 1 })
    })
    writeSync(1, `${number + 1}\n`)
  }
}

function deleteRuns(store: LabStore): void {
  const ids = Array.from({ length: 200 }, () => {
    const { id } = store.createRun(newRun())
    const folder = store.makeRunFolder(id)
    for (let file = 0; file < FILES_PER_RUN; file += 1) writeFileSync(join(folder, `${file}.db`), 'x')
    store.finishRun(id, result())
    return id
  })
  for (const id of ids) {
    store.deleteRun(id)
    writeSync(1, `${id}\n`)
  }
}

const store = open()
if (what === 'trials') writeTrials(store)
else if (what === 'deletes') deleteRuns(store)
else {
  for (const step of CRASH_STEPS.slice(0, Number(countText))) step(store)
  process.kill(process.pid, 'SIGKILL')
}
