// How long something will still take, from how fast it went of late: the first minute says little about an hour.

/** Changes that the pace is taken from, or this much time, whichever reaches farther back. */
const CHANGES = 20
const SPAN_MS = 30_000
/** Less says nothing yet. */
const SPAN_MS_MIN = 2_000

type Sample = { readonly atMs: number; readonly done: number }

export class Pace {
  #samples: Sample[] = []

  /** Takes note of how much is done at this time of a clock that never jumps. Less than before begins anew. */
  note(atMs: number, done: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && done < last.done) this.#samples = []
    if (last?.done === done) return
    this.#samples.push({ atMs, done })
    while (this.#samples.length > CHANGES + 1 && (this.#samples[1]?.atMs ?? atMs) < atMs - SPAN_MS) this.#samples.shift()
  }

  /** Milliseconds until `total` are done; null while nobody can tell. Falls with the clock, and grows once a change is overdue. */
  msLeft(nowMs: number, total: number): number | null {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || first === last) return null
    const overdueMs = Math.max(0, nowMs - last.atMs - (last.atMs - first.atMs) / (this.#samples.length - 1))
    const spanMs = last.atMs - first.atMs + overdueMs
    if (spanMs < SPAN_MS_MIN) return null
    const unitMs = spanMs / (last.done - first.done)
    return Math.max(0, Math.round((total - last.done) * unitMs - Math.min(nowMs - last.atMs, unitMs)))
  }
}
