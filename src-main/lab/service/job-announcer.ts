// Tells the screens how the jobs stand: four times a second at most, and only what they do not know yet.
import type { JobView } from '../jobs/task.ts'

const INTERVAL_MS = 250
/** The contract's bound. */
export const JOBS_SHOWN_MAX = 100

export class JobAnnouncer {
  readonly #read: () => readonly JobView[]
  readonly #post: (json: string) => void
  #timer: NodeJS.Timeout | null = null
  #lastJson = ''
  #closed = false

  /** `read` is asked when it is time to tell; `post` gets the payload of the topic `lab`. */
  constructor(read: () => readonly JobView[], post: (json: string) => void) {
    this.#read = read
    this.#post = post
  }

  /** Something may have changed. */
  touch(): void {
    if (this.#timer !== null || this.#closed) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#tell()
    }, INTERVAL_MS)
  }

  /** Tells the last state and falls silent. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (!this.#closed) this.#tell()
    this.#closed = true
  }

  #tell(): void {
    const json = JSON.stringify({ jobs: this.#read().slice(0, JOBS_SHOWN_MAX) })
    if (json === this.#lastJson) return
    this.#lastJson = json
    this.#post(json)
  }
}
