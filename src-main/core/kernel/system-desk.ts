// What the kernel knows about the world around it: is the venue there, can the journal be written, does the clock run right, is data coming.
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { SystemCondition } from '../../../src-shared/events/kernel-event.ts'
import type { FeedState } from '../../../src-shared/events/market-event.ts'
import type { Outbox } from '../execution/outbox.ts'
import type { SystemFlags } from '../risk/risk-context.ts'

export class SystemDesk {
  readonly #outbox: Outbox
  readonly #flags: { -readonly [K in keyof SystemFlags]: SystemFlags[K] } = {
    venueUp: true,
    journalOk: true,
    clockOk: true,
    feedState: 'connecting',
    reconciled: false,
  }

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }
  get flags(): SystemFlags {
    return this.#flags
  }

  onFeed(state: FeedState, detail: string): void {
    if (state === this.#flags.feedState) return
    this.#flags.feedState = state
    this.#outbox.alert(state === 'stale' || state === 'failed' ? 'warning' : 'info', `feed_${state}`, detail)
  }
  onReconciled(clean: boolean): void {
    if (clean === this.#flags.reconciled) return
    this.#flags.reconciled = clean
    if (clean) this.#outbox.alert('info', 'reconciled', 'orders and positions agree with the venue')
  }

  /** Returns true when the venue must be asked for the whole truth. */
  on(condition: SystemCondition, message: string): boolean {
    switch (condition) {
      case 'suspending':
      case 'venue_down':
      case 'maintenance':
        this.#setVenue(false)
        if (condition === 'maintenance') this.#flags.maintenance = true
        this.#outbox.alert('warning', condition, message)
        return false
      case 'resumed':
      case 'venue_up':
        this.#setVenue(true)
        this.#outbox.alert('info', condition, message)
        return true
      case 'journal_failed':
      case 'journal_ok':
        this.#flags.journalOk = condition === 'journal_ok'
        this.#outbox.alert(this.#flags.journalOk ? 'info' : 'critical', condition, message)
        return false
      case 'clock_skewed':
      case 'clock_ok':
        this.#flags.clockOk = condition === 'clock_ok'
        this.#outbox.alert(this.#flags.clockOk ? 'info' : 'critical', condition, message)
        return false
      case 'strategy_file_refused':
        this.#outbox.alert('warning', condition, message)
        return false
      default:
        return unreachable(condition, 'system condition')
    }
  }

  /** Whatever was agreed before the venue was away has to be agreed again. */
  #setVenue(up: boolean): void {
    this.#flags.venueUp = up
    this.#flags.reconciled = false
    delete this.#flags.maintenance
  }
}
