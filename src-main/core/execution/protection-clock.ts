// Measures how long a position stands without a working stop, and raises the alarm when that takes longer than the grace.
// From the fill's event time (or from when we learned that a stop is gone) until we know that the venue has accepted a stop for the whole position.
import type { PositionId } from '../../../src-shared/domain/ids.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import type { CareContext } from './care-context.ts'

export class ProtectionClock {
  readonly #context: CareContext
  /** Begin of the exposure whose grace is running or has run out. Being asked again does not prolong it. */
  readonly #graceOf = new Map<PositionId, number>()
  readonly #protectedFromMs = new Map<PositionId, number>()

  constructor(context: CareContext) {
    this.#context = context
  }

  /** No working stop covers the position, since `sinceMs` at the latest: the earliest begin of one exposure counts. */
  expose(position: Position, sinceMs: number): Position {
    const exposed = position.care.unprotectedSinceMs === null ? this.#begin(position, sinceMs) : position
    this.#startGrace(exposed)
    return exposed
  }

  /** A working stop covers the position. */
  protect(position: Position): Position {
    const since = position.care.unprotectedSinceMs
    if (since === null) return position
    const { nowMs } = this.#context.d.outbox
    this.#protectedFromMs.set(position.id, nowMs)
    this.#graceOf.delete(position.id)
    this.#context.d.outbox.clearTimer(`grace:${position.id}`)
    return this.#context.update(position, { unprotectedSinceMs: null, unprotectedMs: unprotectedMsUntil(position, nowMs) })
  }

  /** The grace has run out: an incident, alarmed once. Null when a stop came in time. */
  onGrace(position: Position): Position | null {
    const since = position.care.unprotectedSinceMs
    if (since === null) return null
    const { outbox } = this.#context.d
    const message = `${position.instrumentId}: no working stop for ${((outbox.nowMs - since) / 1000).toFixed(1)} s`
    outbox.alert('critical', 'unprotected_position', message, position.instrumentId)
    return this.#context.update(position, { incident: true })
  }

  /** The position is closed. */
  forget(position: Position): void {
    this.#graceOf.delete(position.id)
    this.#protectedFromMs.delete(position.id)
    this.#context.d.outbox.clearTimer(`grace:${position.id}`)
  }

  /** Failed tries count against one exposure; after a grace of calm they begin anew. */
  #begin(position: Position, sinceMs: number): Position {
    const calmMs = this.#context.d.outbox.nowMs - (this.#protectedFromMs.get(position.id) ?? Number.NEGATIVE_INFINITY)
    const isCalm = calmMs >= this.#context.d.policy.unprotectedGraceMs
    return this.#context.update(position, { unprotectedSinceMs: sinceMs, ...(isCalm ? { stopAttempts: 0 } : {}) })
  }

  /** A position that was open for a while before we learned of it still gets half a grace for its stop, before it is closed. */
  #startGrace(position: Position): void {
    const since = position.care.unprotectedSinceMs
    if (since === null || this.#graceOf.get(position.id) === since) return
    this.#graceOf.set(position.id, since)
    const grace = this.#context.d.policy.unprotectedGraceMs
    this.#context.d.outbox.setTimer(`grace:${position.id}`, Math.max(since + grace, this.#context.d.outbox.nowMs + grace / 2))
  }
}

/** Milliseconds without a working stop over the life of the position, up to `endMs`. */
export function unprotectedMsUntil(position: Position, endMs: number): number {
  const since = position.care.unprotectedSinceMs
  return position.care.unprotectedMs + (since === null ? 0 : Math.max(0, endMs - since))
}
