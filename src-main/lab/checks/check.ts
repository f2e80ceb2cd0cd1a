// What the honesty checks have in common: what they say, and how they are watched and stopped.
import type { InstrumentId, StrategyId } from '../../../src-shared/domain/ids.ts'

/** A value that was not the same in two runs that should agree. `full` and `cut` are the two as text. */
export type CheckDifference = {
  readonly tsMs: number
  readonly instrumentId: InstrumentId
  /** Null for what belongs to none. */
  readonly strategyId: StrategyId | null
  /** The feature, measure or field that differs; "signal" when only the opinion does. */
  readonly input: string
  readonly full: string
  readonly cut: string
}

export type CheckOutcome = {
  readonly passed: boolean
  /** Decision times that were tried, or values, or records compared. */
  readonly compared: number
  /** At most {@link DIFFERENCES_MAX}. */
  readonly differences: readonly CheckDifference[]
  /** One sentence. */
  readonly summary: string
}

export const DIFFERENCES_MAX = 500

export type CheckHooks = {
  onProgress(done: number, total: number): void
  /** Asked between steps: true ends the check with {@link CheckCanceled}. */
  isCanceled(): boolean
}
export const NO_HOOKS: CheckHooks = { onProgress: () => undefined, isCanceled: () => false }

export class CheckCanceled extends Error {
  constructor() {
    super('the check was canceled')
    this.name = 'CheckCanceled'
  }
}
