// What each kind of job does.
import { unreachable } from '../../../src-shared/domain/result.ts'
import { runBacktestJob } from './backtest-job.ts'
import { runLookAhead, runParity, runWarmUp } from './check-job.ts'
import { runDownload } from './download-job.ts'
import { runImport } from './import-job.ts'
import type { JobContext } from './job-context.ts'
import { runMlflow } from './mlflow-job.ts'
import { runSearch } from './search-job.ts'
import type { JobTask } from './task.ts'
import { runWalkForward } from './walk-forward-job.ts'

/** Resolves with one sentence about what came of it. Throws JobCanceled and JobFailure. */
export function runTask(context: JobContext, task: JobTask): Promise<string> {
  switch (task.kind) {
    case 'backtest':
      return runBacktestJob(context, task)
    case 'search':
      return runSearch(context, task)
    case 'walk_forward':
      return runWalkForward(context, task)
    case 'look_ahead':
      return runLookAhead(context, task)
    case 'warm_up':
      return runWarmUp(context, task)
    case 'parity':
      return runParity(context, task)
    case 'import':
      return runImport(context, task)
    case 'download':
      return runDownload(context, task)
    case 'mlflow':
      return runMlflow(context, task)
    default:
      return unreachable(task, 'task of a job')
  }
}
