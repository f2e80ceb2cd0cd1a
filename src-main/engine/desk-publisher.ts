// Collects what changed on the desk and sends it in numbered frames, a few milliseconds after the first change. What names the same thing
// twice is sent once.
import type { Payload } from '../../src-shared/bridge/contract.ts'
import type { DeskEvent } from './desk-views.ts'

const EVENTS_PER_FRAME_MAX = 2_000

/** Long enough to gather what belongs together, short enough that nobody sees it. */
const GATHER_MS = 4

export type FrameSink = (json: string) => void

export class DeskPublisher {
  /** Number of the last frame sent; a snapshot taken now contains everything up to it. */
  sequence = 0
  framesSent = 0
  readonly #send: FrameSink
  readonly #stream: DeskEvent[] = []
  readonly #latest = new Map<string, () => DeskEvent>()
  #dropped = 0
  #timer: NodeJS.Timeout | null = null

  constructor(send: FrameSink) {
    this.#send = send
  }

  /** Something that happened: each one counts, in order. Beyond the bound of one frame the rest of the interval is given up for a new snapshot. */
  push(event: DeskEvent): void {
    if (this.#stream.length < EVENTS_PER_FRAME_MAX) this.#stream.push(event)
    else this.#dropped += 1
    this.#gather()
  }
  /** A state: only its last value in the interval is made and sent. */
  replace(key: string, make: () => DeskEvent): void {
    this.#latest.set(key, make)
    this.#gather()
  }

  /** Sends what has collected. Leaves a hole in the numbers when something was given up, which makes every screen take a new snapshot. */
  flush(): void {
    this.#stopGathering()
    if (this.#stream.length === 0 && this.#latest.size === 0) return
    const events = [...this.#stream, ...[...this.#latest.values()].map((make) => make())]
    this.#stream.length = 0
    this.#latest.clear()
    this.sequence += this.#dropped > 0 ? 2 : 1
    this.#dropped = 0
    this.framesSent += 1
    const frame: Payload<'desk'> = { sequence: this.sequence, events }
    this.#send(JSON.stringify(frame))
  }
  /** Forgets what has not been sent: a new session begins and every screen takes a new snapshot. */
  restart(): void {
    this.#stream.length = 0
    this.#latest.clear()
    this.#stopGathering()
    this.sequence += 2
  }

  #gather(): void {
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS)
  }
  #stopGathering(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
