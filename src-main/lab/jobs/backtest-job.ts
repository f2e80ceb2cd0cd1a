// A backtest as a job.
import { runBacktest } from './backtest-run.ts'
import type { JobContext } from './job-context.ts'
import { loadData } from './load-data.ts'
import type { TaskOf } from './task.ts'

export async function runBacktestJob(context: JobContext, { spec, journal, runId }: TaskOf<'backtest'>): Promise<string> {
  const data = loadData(context, spec)
  const { message } = await runBacktest(context, {
    spec,
    data,
    runId,
    parentId: null,
    journal,
    search: null,
    onSteps: (done, total) => context.progress({ done, total, unit: 'candles', message: 'running' }),
  })
  return message
}
