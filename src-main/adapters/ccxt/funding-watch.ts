// Asks the venue which funding it has settled. A rate is final only after its time and published seconds later, so each full hour is followed
// by a few questions: hours, because the venue pays some symbols every 8 h, some every 4 h or 1 h, and changes that without a word.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { HOUR_MS } from '../../../src-shared/domain/time.ts'
import type { MarketEvent } from '../../../src-shared/events/market-event.ts'
import type { SettledFunding } from '../../core/ports/market-feed.ts'

export type FundingWatchOptions = {
  readonly instrumentIds: readonly InstrumentId[]
  /** Funding after this time is told, once. */
  readonly fromMs: number
  /** Funding settled at or after this time, oldest first. */
  fetch(id: InstrumentId, fromMs: number): Promise<readonly SettledFunding[]>
  onFunding(event: Extract<MarketEvent, { type: 'funding' }>): void
}

/** When to ask after a full hour, until every instrument has that hour's funding. What none of them brings, the next hour's will. */
const ASK_AFTER_MS = [10_000, 30_000, 120_000, 600_000, 1_800_000] as const
/** The venue stamps a payment a few milliseconds after its time, and not always the same few. */
const ROUND_MS = 60_000
const rounded = (tsMs: number): number => Math.round(tsMs / ROUND_MS) * ROUND_MS

export class FundingWatch {
  readonly #options: FundingWatchOptions
  /** Newest time told, by instrument. */
  readonly #settledMs: Map<InstrumentId, number>
  #askAtMs: number
  #asking = false

  constructor(options: FundingWatchOptions) {
    this.#options = options
    this.#settledMs = new Map(options.instrumentIds.map((id) => [id, options.fromMs]))
    // At once: funding may have been settled between the end of the last session and now.
    this.#askAtMs = options.fromMs
  }

  /** To be called every second or so with the wall clock, so that a machine that slept asks as soon as it wakes. */
  tick(nowMs: number): void {
    if (this.#asking || nowMs < this.#askAtMs) return
    this.#asking = true
    void this.#askAll(nowMs)
  }

  async #askAll(nowMs: number): Promise<void> {
    await Promise.all(this.#options.instrumentIds.map((id) => this.#ask(id, nowMs)))
    this.#askAtMs = this.#nextQuestionMs(nowMs)
    this.#asking = false
  }

  async #ask(id: InstrumentId, nowMs: number): Promise<void> {
    const settledMs = this.#settledMs.get(id) ?? nowMs
    let answer: readonly SettledFunding[]
    try {
      answer = await this.#options.fetch(id, settledMs + 1)
    } catch {
      // The candle requests of the same feed tell the user that the venue cannot be reached; the next question asks for this again.
      return
    }
    for (const { rate, tsEventMs } of answer) {
      if (rounded(tsEventMs) <= (this.#settledMs.get(id) ?? nowMs)) continue
      this.#settledMs.set(id, rounded(tsEventMs))
      this.#options.onFunding({ type: 'funding', instrumentId: id, rate, tsEventMs })
    }
  }

  #nextQuestionMs(nowMs: number): number {
    const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS
    const isComplete = [...this.#settledMs.values()].every((settledMs) => settledMs >= hourMs)
    const delayMs = isComplete ? undefined : ASK_AFTER_MS.find((afterMs) => hourMs + afterMs > nowMs)
    return hourMs + (delayMs ?? HOUR_MS + ASK_AFTER_MS[0])
  }
}
