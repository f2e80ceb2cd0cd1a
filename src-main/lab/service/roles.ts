// One file in three roles, so that it also starts from inside a packed archive: the lab's worker, the thread of a job, the thread of trials.
// What a role does not need is not loaded for it.
import { parentPort, workerData } from 'node:worker_threads'
import { openWorkerPort, serveWorker } from '../../engine/worker-port.ts'
import type { LabOptions } from '../../engine/options.ts'
import type { JobWorkerData, RunTask } from '../jobs/job-worker.ts'
import type { TrialWorkerData } from '../pool/trial-worker.ts'
import type { BacktestKit } from '../ports.ts'

/** What threads do; loaded by the role that needs it. */
export type LabParts<Data> = {
  readonly runTask: () => Promise<RunTask>
  readonly kit: () => Promise<BacktestKit<Data>>
}

type Started<Data> = JobWorkerData | TrialWorkerData<Data> | (LabOptions & { readonly role?: undefined })

/** `entry` is the file that this was called from: further threads are started from it. */
export async function startRole<Data>(entry: string, parts: LabParts<Data>): Promise<void> {
  const started: Started<Data> | null = workerData
  if (parentPort !== null && started?.role === 'job') {
    const { serveJob } = await import('../jobs/job-worker.ts')
    return serveJob(parentPort, { started, entry }, await parts.runTask())
  }
  if (parentPort !== null && started?.role === 'trial') {
    const { serveTrials } = await import('../pool/trial-worker.ts')
    return serveTrials(parentPort, started, await parts.kit())
  }
  const { startLabService } = await import('./lab-service.ts')
  const port = openWorkerPort<LabOptions>()
  return serveWorker(port, () => startLabService(port.options, (message) => port.post(message), entry))
}
