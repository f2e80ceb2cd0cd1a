// A file that was uploaded, or named on the command line, on its way into the store of market data.
import { rmSync } from 'node:fs'
import { type JobContext, JobFailure } from './job-context.ts'
import type { TaskOf } from './task.ts'

export function runImport(_context: JobContext, task: TaskOf<'import'>): Promise<string> {
  return Promise.reject(new JobFailure(`${task.fileName} cannot be imported: this build has no importers yet`))
}

/** An uploaded file belongs to its import, and goes with it. */
export function removeUpload(file: string): void {
  rmSync(file, { force: true })
}
