// Everything that can enter the kernel. Whoever holds the list of these, and the configuration, can replay the session.
import type { InstrumentId, StrategyId } from '../domain/ids.ts'
import type { OperatorCommand } from './command.ts'
import type { MarketEvent } from './market-event.ts'
import type { VenueReport } from './venue-report.ts'

/** The machine slept, the clock jumped, the host lost or regained the venue, or the venue said that it is away on purpose. */
export type SystemCondition =
  | 'resumed'
  | 'suspending'
  | 'venue_down'
  | 'venue_up'
  | 'maintenance'
  | 'journal_failed'
  | 'journal_ok'
  | 'clock_skewed'
  | 'clock_ok'
  | 'strategy_file_refused'

export type KernelEvent =
  | { readonly source: 'market'; readonly event: MarketEvent; readonly tsMs: number }
  | { readonly source: 'venue'; readonly event: VenueReport; readonly tsMs: number }
  | { readonly source: 'timer'; readonly key: string; readonly tsMs: number }
  | { readonly source: 'operator'; readonly command: OperatorCommand; readonly tsMs: number; readonly who?: string }
  /** A strategy was loaded, replaced, or stopped by its own fault. */
  | {
      readonly source: 'strategy'
      readonly strategyId: StrategyId
      readonly change: 'loaded' | 'replaced' | 'removed' | 'faulted'
      readonly message: string
      readonly tsMs: number
    }
  | { readonly source: 'system'; readonly condition: SystemCondition; readonly message: string; readonly tsMs: number }
  /** The venue ends the trading of an instrument at this time; null when it has taken that back. */
  | {
      readonly source: 'delisting'
      readonly instrumentId: InstrumentId
      readonly deliveryMs: number | null
      readonly message: string
      readonly tsMs: number
    }
