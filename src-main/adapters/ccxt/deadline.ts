// The library's timeout does not cover a body that never ends, so every request has a deadline of its own.
import type { Scheduler } from '../../core/ports/scheduler.ts'
import { errorText } from './redact.ts'

export const REQUEST_MS_MAX = 15_000

/** `what` was asked for, in words. Throws a redacted Error for a request that failed or is late. */
export async function withinDeadline<T>(scheduler: Scheduler, request: Promise<T>, what: string): Promise<T> {
  let cancel = (): void => {}
  const deadline = new Promise<never>((_, reject) => {
    const late = (): void => reject(new Error(`no answer for ${what} within ${REQUEST_MS_MAX} ms`))
    cancel = scheduler.schedule(REQUEST_MS_MAX + 500, late)
  })
  try {
    return await Promise.race([request, deadline])
  } catch (error) {
    throw new Error(errorText(error))
  } finally {
    cancel()
  }
}
