// How far a job is, as one line for a person who waits.
import { formatNumber } from '../../../src-shared/format/numbers.ts'
import { formatDuration } from '../../../src-shared/format/times.ts'
import { Pace } from '../jobs/pace.ts'
import type { JobProgress } from '../jobs/task.ts'

export class ProgressLine {
  readonly #pace = new Pace()

  /** The line for this progress at this time of a clock that never jumps. */
  line({ done, total, unit, message }: JobProgress, nowMs: number): string {
    this.#pace.note(nowMs, done)
    if (total <= 0) return message
    const left = this.#pace.msLeft(nowMs, total)
    const share = ((100 * done) / total).toFixed(0)
    return `${share} %, ${formatNumber(done, 0)} of ${formatNumber(total, 0)} ${unit}${left === null ? '' : `, ${formatDuration(left)} left`}, ${message}`
  }
}
