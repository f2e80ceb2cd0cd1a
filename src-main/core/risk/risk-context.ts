// Everything the risk officer looks at, as one plain object made for one question. What is missing is null, and null denies.
import type { Price, Quantity } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentId, PositionId } from '../../../src-shared/domain/ids.ts'
import type { Instrument, OrderSide, PositionSide } from '../../../src-shared/domain/instrument.ts'
import type { RiskPolicy } from '../../../src-shared/config/risk-policy.ts'
import type { FeedState } from '../../../src-shared/events/market-event.ts'
import type { RiskState } from '../../../src-shared/events/risk-state.ts'

export type OpenExposure = {
  readonly instrumentId: InstrumentId
  readonly side: PositionSide
  readonly quantity: Quantity
  /** Quantity × mark price, in settlement currency. */
  readonly notional: number
}

/** An entry that was sent and is not proven ended: working, in flight, or of unknown outcome. */
export type WorkingEntry = {
  readonly instrumentId: InstrumentId
  readonly side: OrderSide
  /** What may still fill × its price, in settlement currency. */
  readonly notional: number
}

/** The open position that an entry adds to. */
export type AddedTo = {
  readonly positionId: PositionId
  readonly side: PositionSide
  readonly quantity: Quantity
  readonly entryPrice: Price
  readonly stopPrice: Price
}

/** In settlement currency. Floats, because unrealised profit is an estimate. */
export type AccountNumbers = {
  readonly equity: number
  readonly balance: number
  /** Free margin, before the margin of working entries is set aside: the officer subtracts that itself. */
  readonly availableMargin: number
}

export type SystemFlags = {
  readonly venueUp: boolean
  /** Set while the venue is away on purpose. */
  readonly maintenance?: true
  readonly journalOk: boolean
  readonly clockOk: boolean
  readonly feedState: FeedState
  /** Our orders and positions agree with the venue's. */
  readonly reconciled: boolean
}

/** Why nothing may be opened in one instrument, though all is well elsewhere. */
export type InstrumentHalt = { readonly code: string; readonly message: string }

/** A take-profit order that is to follow the entry. What the exits leave over is closed by the stop. */
export type PlannedExit = { readonly price: Price; readonly quantity: Quantity }

export type RiskContext = {
  readonly nowMs: number
  readonly policy: RiskPolicy
  readonly riskState: RiskState
  readonly system: SystemFlags
  /** The operator paused the strategy that asks. */
  readonly strategyPaused: boolean
  readonly instrument: Instrument | null
  /** Left out while the instrument may be traded. */
  readonly halt?: InstrumentHalt
  readonly account: AccountNumbers | null
  /** Leverage set for this instrument at the venue. */
  readonly leverage: number
  readonly markPrice: number | null
  /** Event time of the newest market data of this instrument. */
  readonly lastMarketDataMs: number | null
  /** Every open position of the account, this instrument's included. */
  readonly positions: readonly OpenExposure[]
  readonly workingEntries: readonly WorkingEntry[]
  /** Null for an entry that opens a position. */
  readonly addsTo: AddedTo | null
  /** When the last position in this instrument was closed, or null if there was none. */
  readonly lastClosedMs: number | null
  /** Estimated for the position after the entry; 0 for a long that no positive price liquidates. Null when it cannot be told. */
  readonly liquidationPrice: number | null
  readonly exits: readonly PlannedExit[]
}

/** Something that a check cannot do without is not there. The officer turns it into a denial with this code. */
export class MissingInput extends Error {
  readonly code: string
  constructor(name: string) {
    super(`${name.replaceAll('_', ' ')} is unknown`)
    this.name = 'MissingInput'
    this.code = `${name}_missing`
  }
}

/** The value, or MissingInput naming it. `name` is snake_case: the code becomes `<name>_missing`. */
export function known<T>(value: T | null | undefined, name: string): T {
  if (value === null || value === undefined) throw new MissingInput(name)
  return value
}
