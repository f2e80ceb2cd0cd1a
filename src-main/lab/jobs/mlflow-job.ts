// All runs on their way into a folder that MLflow's UI opens. What was written when it stops is whole, and the next time goes on from there.
import { formatNumber } from '../../../src-shared/format/numbers.ts'
import { exportMlflow } from '../../adapters/lab-store/mlflow-export.ts'
import { openLabStoreReader } from '../../adapters/lab-store/reader.ts'
import { exportRun } from '../service/run-views.ts'
import { JobCanceled, type JobContext } from './job-context.ts'
import type { TaskOf } from './task.ts'

/** Reads beside the store's one writer. Throws JobCanceled, and LabStoreError for a folder that cannot be written. */
export async function runMlflow(context: JobContext, { folder }: TaskOf<'mlflow'>): Promise<string> {
  const { signal, options } = context
  const store = openLabStoreReader(options.dataDir)
  try {
    const { runs, trials } = await exportMlflow(store, folder, {
      signal,
      reportHtml: (runId) => (store.artefactNames(runId).includes('report') ? exportRun(store, runId, 'html').text : null),
      onProgress: (done, total) => context.progress({ done, total, unit: 'runs', message: `writing to ${folder}` }),
    })
    return `${counted(runs, 'run')} and ${counted(trials, 'trial')} are in ${folder}`
  } catch (cause) {
    if (signal.aborted) throw new JobCanceled(`canceled; what was written until then is in ${folder}`)
    throw cause
  } finally {
    store.close()
  }
}

const counted = (count: number, what: string): string => `${formatNumber(count, 0)} ${what}${count === 1 ? '' : 's'}`
