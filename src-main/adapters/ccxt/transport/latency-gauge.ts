// How long the newest orders took to their acknowledgement.

const KEPT = 512

export class LatencyGauge {
  readonly #ms = new Float64Array(KEPT)
  #count = 0

  add(ms: number): void {
    this.#ms[this.#count % KEPT] = ms
    this.#count += 1
  }
  /** By nearest rank, in milliseconds; null before the first. `share`: 0.5 is the median. */
  percentile(share: number): number | null {
    const kept = this.#ms.slice(0, Math.min(this.#count, KEPT)).toSorted()
    return kept[Math.max(0, Math.ceil(kept.length * share) - 1)] ?? null
  }
}
