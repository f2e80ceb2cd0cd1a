// What the desk does while the venue cannot be trusted to be there: asks more often while something is at stake, says what is protected when it is
// away, closes what was left alone for too long, and leaves an instrument before the venue ends it.
import type { CarePolicy } from '../../../src-shared/config/risk-policy.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { SystemCondition } from '../../../src-shared/events/kernel-event.ts'
import type { Severity } from '../../../src-shared/events/journal-record.ts'
import type { Execution } from '../execution/execution.ts'
import type { Outbox } from '../execution/outbox.ts'
import type { PositionCare } from '../execution/position-care.ts'
import type { Portfolio } from '../portfolio/portfolio.ts'
import type { InstrumentHalt } from '../risk/risk-context.ts'

/** How often an absent venue is thought about. Source: domain.md section 10, the health loop. */
const HEALTH_MS = 5_000

export type WatchTimer = 'exposed' | 'health' | 'delisting'

export type VenueWatchDependencies = {
  readonly policy: CarePolicy
  readonly portfolio: Portfolio
  readonly execution: Execution
  readonly care: PositionCare
  readonly outbox: Outbox
  /** Asks the venue for the whole truth now. */
  readonly reconcile: () => void
  readonly cancelEntries: (instrumentId: InstrumentId, why: string) => void
}

export class VenueWatch {
  readonly #d: VenueWatchDependencies
  #isPacing = false
  /** Since when the venue does not answer, unasked; null while it does, and in a maintenance that was announced. */
  #downSinceMs: number | null = null
  /** The venue was away for too long, and what was open then is still to be closed. */
  #mustClose = false
  #nextAlarmMs = Number.POSITIVE_INFINITY
  readonly #deliveries = new Map<InstrumentId, number>()

  constructor(dependencies: VenueWatchDependencies) {
    this.#d = dependencies
  }

  onTimer(timer: WatchTimer): void {
    if (timer === 'exposed') this.#onPace()
    else if (timer === 'health') this.#onHealth()
    else this.closeDelisted()
  }

  // ---- pace ----------------------------------------------------------------------------------------------------

  /** After each event that may have opened a position or lost track of an order. */
  afterEvent(): void {
    if (this.#isPacing || !(this.#d.policy.reconcileExposedIntervalMs > 0) || !this.#isExposed()) return
    this.#isPacing = true
    this.#nextPace()
  }
  /** The venue has just been asked: the next question follows at the pace of what is at stake. */
  onAsked(): void {
    if (this.#isPacing) this.#nextPace()
  }
  #nextPace(): void {
    this.#d.outbox.setTimer('exposed', this.#d.outbox.nowMs + this.#d.policy.reconcileExposedIntervalMs)
  }
  #onPace(): void {
    this.#isPacing = this.#isExposed()
    if (this.#isPacing) this.#d.reconcile()
  }
  #isExposed(): boolean {
    return this.#d.portfolio.openCount > 0 || this.#d.execution.registry.hasUnknown()
  }

  // ---- the venue as a whole ------------------------------------------------------------------------------------

  on(condition: SystemCondition): void {
    if (condition === 'venue_down') this.#onDown()
    else if (condition === 'maintenance') this.#onMaintenance()
    else if (condition === 'venue_up' || condition === 'resumed') this.#onUp()
  }

  #onDown(): void {
    if (this.#downSinceMs !== null) return
    const { nowMs } = this.#d.outbox
    this.#downSinceMs = nowMs
    this.#nextAlarmMs = nowMs + this.#d.policy.venueDownCloseMs
    this.#tellProtection('warning', 'venue_down_exposure', 'the venue does not answer')
    this.#d.outbox.setTimer('health', nowMs + HEALTH_MS)
  }

  /** Announced, so it is waited for: stops stay at the venue, and nothing is closed for its length. */
  #onMaintenance(): void {
    this.#endDown()
    this.#tellProtection('warning', 'maintenance_exposure', 'the venue is in maintenance')
  }

  #onUp(): void {
    this.#endDown()
    if (!this.#mustClose) return
    this.#mustClose = false
    for (const position of this.#d.portfolio.positions()) this.#d.care.emergency(position, 'the venue did not answer for too long')
  }

  /** Alerts at the limit, then at twice, four times … the absence. */
  #onHealth(): void {
    if (this.#downSinceMs === null) return
    const { nowMs } = this.#d.outbox
    if (this.#isTooLong(nowMs) && nowMs >= this.#nextAlarmMs) {
      const seconds = Math.round((nowMs - this.#downSinceMs) / 1000)
      this.#nextAlarmMs = nowMs + (nowMs - this.#downSinceMs)
      this.#tellProtection('critical', 'venue_down_too_long', `the venue has not answered for ${seconds} s; closing at market once it does`)
    }
    this.#d.outbox.setTimer('health', nowMs + HEALTH_MS)
  }

  #endDown(): void {
    if (this.#downSinceMs === null) return
    if (this.#isTooLong(this.#d.outbox.nowMs)) this.#mustClose = true
    this.#downSinceMs = null
    this.#d.outbox.clearTimer('health')
  }
  #isTooLong(nowMs: number): boolean {
    const { venueDownCloseMs } = this.#d.policy
    return this.#downSinceMs !== null && venueDownCloseMs > 0 && nowMs - this.#downSinceMs >= venueDownCloseMs
  }

  /** One alert for each open position: what stands at the venue for it. */
  #tellProtection(severity: Severity, code: string, why: string): void {
    for (const position of this.#d.portfolio.positions()) {
      const message = `${position.instrumentId}: ${why}; ${this.#d.care.protectionOf(position)}`
      this.#d.outbox.alert(severity, code, message, position.instrumentId)
    }
  }

  // ---- delisting -----------------------------------------------------------------------------------------------

  /** Told again and again while it is known; null takes it back. */
  onDelisting(instrumentId: InstrumentId, deliveryMs: number | null, message: string): void {
    if (deliveryMs === null) {
      if (this.#deliveries.delete(instrumentId)) this.#d.outbox.alert('info', 'delisting_taken_back', message, instrumentId)
      return
    }
    const isNew = this.#deliveries.get(instrumentId) !== deliveryMs
    this.#deliveries.set(instrumentId, deliveryMs)
    if (isNew) this.#d.outbox.alert('warning', 'delisting', message, instrumentId)
    this.#d.cancelEntries(instrumentId, 'the instrument is being delisted')
    this.closeDelisted()
  }

  /** Closes what is due, and sets the timer for what is not yet. */
  closeDelisted(): void {
    if (this.#deliveries.size === 0) return
    const { nowMs } = this.#d.outbox
    let nextMs = Number.POSITIVE_INFINITY
    for (const [instrumentId, deliveryMs] of this.#deliveries) {
      const closeMs = deliveryMs - this.#d.policy.delistingCloseMs
      const position = this.#d.portfolio.position(instrumentId)
      if (closeMs > nowMs) nextMs = Math.min(nextMs, closeMs)
      else if (position !== null) this.#d.care.close(position, 'delisting')
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#d.outbox.setTimer('delisting', nextMs)
  }

  /** Why nothing may be opened there, or null. */
  haltOf(instrumentId: InstrumentId): InstrumentHalt | null {
    const deliveryMs = this.#deliveries.get(instrumentId)
    if (deliveryMs === undefined) return null
    return { code: 'delisting', message: `${instrumentId} is delivered on ${new Date(deliveryMs).toISOString().slice(0, 16)} UTC` }
  }
}
