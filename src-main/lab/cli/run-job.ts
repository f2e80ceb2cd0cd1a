// One job from the command line: in a thread, so that Ctrl-C is heard, with the same code as a job of the page.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { LabStoreError } from '../../adapters/lab-store/lab-store-error.ts'
import { type LabStore, openLabStore } from '../../adapters/lab-store/store.ts'
import type { LabOptions } from '../../engine/options.ts'
import { JobThread } from '../jobs/job-thread.ts'
import type { RunStore } from '../jobs/run-store.ts'
import type { JobTask } from '../jobs/task.ts'
import type { Call } from './command.ts'
import { CommandFailure } from './faults.ts'
import { ProgressLine } from './progress-line.ts'
import type { World } from './world.ts'

/** Throws CommandFailure when the settings cannot be read. */
export function labOptions({ dataDir }: Call, world: World): LabOptions {
  const settings = world.loadSettings(dataDir)
  if (!settings.ok) throw new CommandFailure(settings.error)
  return { version: world.version, dataDir, assetsDir: world.assetsDir, settings: settings.value }
}

/**
 * Opens the store of runs for this command and closes it behind it. When the lab of a running app has it: `keep` false works with a store that
 * is thrown away, and says so; `keep` true throws CommandFailure.
 */
export async function withLabStore<T>(
  call: Call,
  world: World,
  { keep, work }: { keep: boolean; work: (store: LabStore) => Promise<T> },
): Promise<T> {
  const opened = openStore(call.dataDir, keep, world)
  try {
    return await work(opened.store)
  } finally {
    opened.close()
  }
}

function openStore(dataDir: string, keep: boolean, world: World): { store: LabStore; close(): void } {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const store = openLabStore(dataDir)
    for (const warning of store.warnings) world.say(`${warning}\n`)
    return { store, close: () => store.close() }
  } catch (cause) {
    if (!(cause instanceof LabStoreError && cause.code === 'locked')) throw cause
    if (keep) throw new CommandFailure(`${cause.message}: a running Tradewright has it, so start this on its Lab page or stop it first`)
    world.say('A running Tradewright has the store of runs: this run is not kept.\n')
    return temporaryStore()
  }
}

function temporaryStore(): { store: LabStore; close(): void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'tradewright-lab-'))
  const store = openLabStore(dir)
  return {
    store,
    close() {
      store.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** For jobs that make no run. */
export const NO_STORE = new Proxy(
  {},
  {
    get: () => () => {
      throw new CommandFailure('this job keeps no run')
    },
  },
) as RunStore

export type JobOutcome = { readonly message: string; readonly runId: string | null }

/** Runs it to its end, with a line of progress where somebody watches. Throws CommandFailure when it failed or was canceled. */
export async function runJob(
  world: World,
  { options, store, task }: { options: LabOptions; store: RunStore; task: JobTask },
): Promise<JobOutcome> {
  let runId = 'runId' in task ? task.runId : null
  const progress = new ProgressLine()
  const job = new JobThread({ entry: world.entry, options, store, onLog: (level, message) => logged(world, level, message) }, task, {
    onProgress: (told) => world.progress?.(progress.line(told, performance.now())),
    onRun: (id) => (runId = id),
  })
  const release = world.onInterrupt(interruptions(world, job))
  try {
    const { state, message } = await job.ended
    world.progress?.('')
    if (state === 'done') return { message, runId }
    const goOn = state === 'canceled' && runId !== null && task.kind !== 'backtest' ? `; go on with --resume ${runId}` : ''
    throw new CommandFailure(`${message}${goOn}`)
  } finally {
    release()
  }
}

/** The first asks the job to stop, the second ends the program. */
function interruptions(world: World, job: JobThread): () => void {
  let count = 0
  return () => {
    count += 1
    if (count > 1) return world.exit(1)
    world.say('\nStopping; press Ctrl-C again to end at once.\n')
    job.cancel()
  }
}

function logged(world: World, level: 'info' | 'warn' | 'error', message: string): void {
  if (level !== 'info') world.say(`${message}\n`)
}
