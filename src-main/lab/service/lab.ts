// What the lab's worker holds while it runs: the stores, the uploads and the jobs.
import path from 'node:path'
import { type LabStore, openLabStore } from '../../adapters/lab-store/store.ts'
import type { LabOptions } from '../../engine/options.ts'
import { JobThread } from '../jobs/job-thread.ts'
import type { JobTask } from '../jobs/task.ts'
import { seedMarket } from '../seed-market.ts'
import { removeUpload } from '../jobs/import-job.ts'
import { marketFileOf } from '../jobs/load-data.ts'
import { Jobs } from './jobs.ts'
import { Market } from './market.ts'
import { Uploads } from './uploads.ts'

export type LabLog = (level: 'info' | 'warn' | 'error', message: string) => void
export type LabSurroundings = {
  /** The file that threads are started from. */
  readonly entry: string
  readonly onLog: LabLog
  /** Gets the payload of the topic `lab`. */
  readonly announce: (json: string) => void
}

export class Lab {
  readonly options: LabOptions
  readonly store: LabStore
  readonly market: Market
  readonly uploads: Uploads
  readonly jobs: Jobs

  /** Throws LabStoreError, with a sentence for the user, when the store cannot be opened; then nothing is held. */
  constructor(options: LabOptions, { entry, onLog, announce }: LabSurroundings) {
    this.options = options
    const store = openLabStore(options.dataDir)
    this.store = store
    for (const warning of store.warnings) onLog('warn', warning)
    endInterruptedRuns(store, onLog)
    seedMarket(options, (message) => onLog('warn', message))
    this.market = new Market(marketFileOf(options.dataDir))
    this.uploads = new Uploads({ dir: path.join(options.dataDir, 'lab', 'uploads') })
    this.jobs = new Jobs({
      store,
      start: (task, listener) => this.#start(new JobThread({ entry, options, store, onLog }, task, listener), task),
      announce,
      onLog,
      onForgotten: forget,
    })
  }

  #start(thread: JobThread, { kind }: JobTask): JobThread {
    if (kind === 'import' || kind === 'download') void thread.ended.then(() => this.market.refresh())
    return thread
  }

  /** Stops the jobs, which can go on after the next start, and closes everything. */
  async close(): Promise<void> {
    await this.jobs.close()
    this.uploads.close()
    this.market.refresh()
    this.store.close()
  }
}

/** What ran when the program was killed runs no more; its job can take it up again. */
function endInterruptedRuns(store: LabStore, onLog: LabLog): void {
  for (const { id, title } of store.unfinishedRuns()) {
    store.failRun(id, 'interrupted when the program ended')
    onLog('warn', `run ${id} (${title}) was interrupted when the program ended`)
  }
}

function forget(task: JobTask): void {
  if (task.kind === 'import') removeUpload(task.file)
}
