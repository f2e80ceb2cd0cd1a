// What every command that computes has in common: it reads its options, makes a task, runs it, and tells what came of it.
import type { LabStore } from '../../adapters/lab-store/store.ts'
import type { LabOptions } from '../../engine/options.ts'
import type { JobTask } from '../jobs/task.ts'
import type { SpecWorld } from './backtest-spec.ts'
import type { Call } from './command.ts'
import { CommandFailure } from './faults.ts'
import { withMarket } from './market.ts'
import type { WantedFile } from './output.ts'
import { labOptions, runJob, withLabStore } from './run-job.ts'
import type { World } from './world.ts'

/** What specifications are read against. Throws MarketStoreError. */
export const specWorld = ({ dataDir, assetsDir, settings }: LabOptions, world: World): SpecWorld => ({
  dataDir,
  settings,
  passports: withMarket({ dataDir, assetsDir }, world, (reader) => reader.list()),
})

/** Checks options and files first: nothing long is begun that could not be written down. */
type Prepared = { readonly task: (store: LabStore) => JobTask; readonly files?: readonly WantedFile[] }
export type Ended = { readonly store: LabStore; readonly runId: string; readonly message: string }
type JobCommand = {
  /** Whether the run must be kept, because it can be gone on with. */
  readonly keep: boolean
  readonly prepare: (options: LabOptions) => Prepared
  readonly done: (ended: Ended, files: readonly WantedFile[]) => number
}

/** Answers the exit status that `done` says. Throws UsageError and CommandFailure. */
export async function runTaskOf(call: Call, world: World, { keep, prepare, done }: JobCommand): Promise<number> {
  const options = labOptions(call, world)
  const { task, files = [] } = prepare(options)
  const work = async (store: LabStore): Promise<number> => {
    const { runId, message } = await runJob(world, { options, store, task: task(store) })
    if (runId === null) throw new CommandFailure('the job ended without a run')
    return done({ store, runId, message }, files)
  }
  return withLabStore(call, world, { keep, work })
}
