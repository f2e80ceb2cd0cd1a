// The venue's clock as seen from here: requests carry a time, and one that is off by seconds is refused.
import type { Scheduler } from '../../../core/ports/scheduler.ts'

export type VenueClockOptions = {
  readonly scheduler: Scheduler
  /** Asks the venue for its time, in milliseconds since the epoch. */
  readonly ask: () => Promise<number>
  /** Venue minus ours. */
  readonly onOffset: (offsetMs: number) => void
}

const SAMPLES = 5
/** The quickest round trips tell best: what delayed the others delayed one way. */
const BEST_SAMPLES = 3

type Sample = { readonly offsetMs: number; readonly roundTripMs: number }

export class VenueClock {
  readonly #options: VenueClockOptions
  #offsetMs: number | null = null
  #roundTripMs: number | null = null
  #measuring: Promise<boolean> | null = null

  constructor(options: VenueClockOptions) {
    this.#options = options
  }
  get offsetMs(): number | null {
    return this.#offsetMs
  }
  get roundTripMs(): number | null {
    return this.#roundTripMs
  }
  /** The venue's time, as well as it is known. */
  nowMs(): number {
    return Math.round(this.#options.scheduler.nowMs() + (this.#offsetMs ?? 0))
  }

  /** Several samples, one after the other. False when the venue gave none; the offset then stays as it was. Asked twice at a time it measures once. */
  measure(): Promise<boolean> {
    this.#measuring ??= this.#measure().finally(() => (this.#measuring = null))
    return this.#measuring
  }

  async #measure(): Promise<boolean> {
    const samples: Sample[] = []
    for (let at = 0; at < SAMPLES; at += 1) {
      const sample = await this.#sample()
      if (sample !== null) samples.push(sample)
      else if (samples.length === 0) return false
    }
    const best = samples.toSorted((a, b) => a.roundTripMs - b.roundTripMs).slice(0, BEST_SAMPLES)
    const median = best.toSorted((a, b) => a.offsetMs - b.offsetMs)[Math.floor(best.length / 2)]
    if (median === undefined) return false
    this.#offsetMs = Math.round(median.offsetMs)
    this.#roundTripMs = Math.round(best[0]?.roundTripMs ?? 0)
    this.#options.onOffset(this.#offsetMs)
    return true
  }
  /** The venue read its clock somewhere between question and answer: the middle is off by half a round trip at most (RFC 5905). */
  async #sample(): Promise<Sample | null> {
    const { scheduler, ask } = this.#options
    const [sentMs, sentAtMs] = [scheduler.monotonicMs(), scheduler.nowMs()]
    try {
      const venueMs = await ask()
      const roundTripMs = scheduler.monotonicMs() - sentMs
      return Number.isFinite(venueMs) ? { offsetMs: venueMs - (sentAtMs + roundTripMs / 2), roundTripMs } : null
    } catch {
      // Whoever asked has told of the failure already; no sample is no measurement.
      return null
    }
  }
}
