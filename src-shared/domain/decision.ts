// Why it traded, or why it did not: the record that every signal ends in.
import type { ClientOrderId, DecisionId, InstrumentId, StrategyId } from './ids.ts'
import type { Timeframe } from './time.ts'

export type Direction = 'buy' | 'sell' | 'wait'

/** The values that decided, by name. Numbers stay numbers, so that the screen can draw them. */
export type Why = Readonly<Record<string, number | string | boolean | null>>

/** What a voter saw, in a form that a chart can draw. Times are open times of candles, in milliseconds. */
export type Evidence =
  | { readonly kind: 'level'; readonly label: string; readonly price: number; readonly fromMs: number }
  /** A price range over a time, such as an unfilled gap. */
  | {
      readonly kind: 'zone'
      readonly label: string
      readonly fromMs: number
      readonly toMs: number
      readonly low: number
      readonly high: number
    }
  /** Straight lines through points, such as two swing lows. */
  | { readonly kind: 'path'; readonly label: string; readonly points: readonly { readonly ms: number; readonly price: number }[] }
  | { readonly kind: 'mark'; readonly label: string; readonly ms: number; readonly price: number }
  /** Registered features in price units, drawn as lines over the candles. */
  | { readonly kind: 'features'; readonly label: string; readonly names: readonly string[] }
  /** Volume by price: bin k reaches from low + k × step to low + (k + 1) × step. */
  | {
      readonly kind: 'profile'
      readonly label: string
      readonly fromMs: number
      readonly toMs: number
      readonly low: number
      readonly step: number
      readonly volumes: readonly number[]
      readonly pointOfControl: number
      readonly valueHigh: number
      readonly valueLow: number
    }

/** One opinion inside a signal. A strategy with a single rule has a single voter. */
export type Vote = {
  readonly voter: string
  readonly direction: Direction
  /** 0 to 1. */
  readonly strength: number
  readonly weight: number
  readonly multiplier: number
  readonly why: Why
  readonly evidence: readonly Evidence[]
}

/** The state of the market as a classifier sees it (core/regime). */
export type Regime = {
  readonly classifier: string
  readonly regime: string
  /** 0 to 1. */
  readonly probability: number
  /** How much speaks for each regime, by name. */
  readonly scores: Readonly<Record<string, number>>
}

/** A factor on the weighted vote, from outside the voters. */
export type Adjustment = { readonly name: string; readonly factor: number; readonly why: Why }

/** The weighted vote: sums of strength × weight × multiplier. Unbounded, typically 0 to 4. */
export type Confluence = {
  readonly buy: number
  readonly sell: number
  /** |buy − sell|. */
  readonly before: number
  /** After the adjustments. */
  readonly after: number
  readonly threshold: number
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
  /** Share of the full size to enter with, more than 0, when it means to add to the position later; left out for all of it. */
  readonly sizeShare?: number
  readonly votes: readonly Vote[]
  readonly why: Why
  /** Null when the strategy does not classify the market. */
  readonly regime: Regime | null
  /** Null when the strategy does not weigh votes against each other. */
  readonly confluence: Confluence | null
  readonly adjustments: readonly Adjustment[]
  /** The strategy's own conditions. One that failed blocks the signal: it is recorded and never traded. */
  readonly filters: readonly Verdict[]
}

/** For strategies without regime, confluence, adjustments and filters. */
export const PLAIN_SIGNAL: Pick<Signal, 'regime' | 'confluence' | 'adjustments' | 'filters'> = {
  regime: null,
  confluence: null,
  adjustments: [],
  filters: [],
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
  /** Set for an add to an open position: that is no signal of its own, and nobody follows what becomes of it. */
  readonly isAdd?: true
  /** Whether the strategy is enabled here and its score is good enough (core/decision/should-trade). */
  readonly gates: readonly Verdict[]
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

/** What became of a signal, traded or not, in multiples of its risk (the distance from its price to its stop). */
export type SignalOutcome = {
  readonly decisionId: DecisionId
  readonly strategyId: StrategyId
  readonly instrumentId: InstrumentId
  readonly direction: Exclude<Direction, 'wait'>
  readonly executed: boolean
  /** Name of the regime at the signal, or null. */
  readonly regime: string | null
  /** win: the target was reached first. loss: the stop was, or both within one candle. expired: neither in time. */
  readonly outcome: 'win' | 'loss' | 'expired'
  readonly decidedMs: number
  readonly resolvedMs: number
  /** When the candle closed that decided it. */
  readonly endedMs: number
  readonly entryPrice: number
  readonly stopPrice: number
  readonly targetPrice: number
  /** +target for a win, −1 for a loss, where the price stood when it expired. */
  readonly rMultiple: number
  /** Furthest the price went for and against the signal until it ended. */
  readonly maxFavorableR: number
  readonly maxAdverseR: number
}

/** A cell of the strategy × side × regime matrix. */
export type EnablementCell = {
  readonly strategyId: StrategyId
  readonly side: 'long' | 'short'
  /** Name of a regime, or "any" for strategies that do not classify the market. */
  readonly regime: string
  readonly enabled: boolean
}
