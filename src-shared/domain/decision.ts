// Why it traded, or why it did not: the record that every signal ends in.
import type { ClientOrderId, DecisionId, InstrumentId, StrategyId } from './ids.ts'
import type { Timeframe } from './time.ts'

export type Direction = 'buy' | 'sell' | 'wait'

/** The values that decided, by name. Numbers stay numbers, so that the screen can draw them. */
export type Why = Readonly<Record<string, number | string | boolean | null>>

/** One opinion inside a signal. A strategy with a single rule has a single voter. */
export type Vote = {
  readonly voter: string
  readonly direction: Direction
  /** 0 to 1. */
  readonly strength: number
  readonly weight: number
  readonly multiplier: number
  readonly why: Why
}

/** What a strategy wants. Prices are floats here: they become exact through the instrument, in the decision. */
export type Signal = {
  readonly direction: Direction
  /** 0 to 1. */
  readonly strength: number
  /** Protective stop. Required for buy and sell. */
  readonly stopPrice: number
  /** Distance for the Chandelier exit in price units, or null for none. */
  readonly chandelierDistance: number | null
  readonly votes: readonly Vote[]
  readonly why: Why
}

export type Verdict = {
  readonly check: string
  readonly passed: boolean
  /** Reason code: stable, snake_case, for machines and for the reader at night. */
  readonly code: string
  readonly message: string
  readonly numbers: Why
}

export type SizingStep = {
  readonly step: string
  readonly factor: number
  readonly valueBefore: number
  readonly valueAfter: number
  readonly note: string
}

export type DecisionOutcome = 'executed' | 'blocked'

export type DecisionTrace = {
  readonly id: DecisionId
  readonly tsMs: number
  readonly strategyId: StrategyId
  readonly instrumentId: InstrumentId
  readonly timeframe: Timeframe
  readonly candle: {
    readonly openTimeMs: number
    readonly open: number
    readonly high: number
    readonly low: number
    readonly close: number
    readonly volume: number
  }
  readonly signal: Signal
  readonly adjustments: readonly { readonly name: string; readonly factor: number; readonly why: Why }[]
  readonly sizing: readonly SizingStep[]
  readonly risk: readonly Verdict[]
  readonly outcome: DecisionOutcome
  /** Code of the first verdict that refused, or "executed". */
  readonly reason: string
  /** One plain sentence for the feed. */
  readonly summary: string
  readonly entry: {
    readonly clientOrderId: ClientOrderId
    readonly quantity: string
    readonly stopPrice: string
    readonly targets: readonly string[]
  } | null
}
