// What a kernel is made from. Plain data except for the plugins: with the same configuration and the same events it does the same again.
import type { ExecutionPolicy } from '../../../src-shared/config/execution-policy.ts'
import type { CarePolicy, RiskPolicy } from '../../../src-shared/config/risk-policy.ts'
import type { InstrumentId, SessionId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import type { Money } from '../../../src-shared/domain/decimal.ts'
import type { ForeignPolicy } from './foreign-desk.ts'
import type { StrategyPlugin } from '../strategies/strategy.ts'

export type StrategySetup = {
  readonly plugin: StrategyPlugin
  readonly parameters: Readonly<Record<string, number>>
  /** Where it runs; left out for every instrument. */
  readonly instruments?: readonly InstrumentId[]
  /** The user's own file, as it was when it was loaded, so that a recording can be run again; null for a bundled strategy. */
  readonly file: { readonly name: string; readonly source: string } | null
}

export type KernelConfig = {
  readonly sessionId: SessionId
  /** Event time at which the session begins. */
  readonly startMs: number
  readonly instruments: readonly Instrument[]
  readonly baseTimeframe: Timeframe
  readonly strategies: readonly StrategySetup[]
  readonly risk: RiskPolicy
  readonly care: CarePolicy
  /** Left out for orders at market without a guard. */
  readonly execution?: ExecutionPolicy
  /** What becomes of positions that we did not make; left out for `adopt`. */
  readonly foreign?: ForeignPolicy
  readonly leverage: number
  /** Opens the ledger of a journal that has none. */
  readonly initialBalance: Money
  /** Begins every id of this session: "tw" and up to 10 letters or digits, never used before. */
  readonly idPrefix: string
  /** How they begin in every session of this data directory; left out where nobody else can trade the account. */
  readonly ownMark?: string
  /** True when the venue's clock is ours, as in a replay; then nothing is stale while the recording is paused. */
  readonly marketClock: boolean
}
