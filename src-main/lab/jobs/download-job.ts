// Market data from a venue on its way into the store.
import { type JobContext, JobFailure } from './job-context.ts'
import type { TaskOf } from './task.ts'

export function runDownload(_context: JobContext, { request }: TaskOf<'download'>): Promise<string> {
  return Promise.reject(new JobFailure(`${request.instrumentId} cannot be downloaded: this build has no download yet`))
}
