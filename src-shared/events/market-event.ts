// What the outside world tells the kernel about the market.
import type { Candle, CandleFault } from '../domain/candle.ts'
import type { InstrumentId } from '../domain/ids.ts'
import type { MeasureValues } from '../domain/measure.ts'

export type FeedState = 'connecting' | 'live' | 'stale' | 'ended' | 'failed'

export type MarketEvent =
  /** A closed candle of the base timeframe; its event time is its close time. */
  | { readonly type: 'candle'; readonly instrumentId: InstrumentId; readonly candle: Candle }
  /** Last trade on a live feed, between candles. */
  | {
      readonly type: 'trade'
      readonly instrumentId: InstrumentId
      readonly price: number
      readonly quantity: number
      readonly tsEventMs: number
    }
  /** News of measures: of one instrument, or of the whole market when it names none. They count until `validForMs` after their time. */
  | {
      readonly type: 'measures'
      readonly instrumentId: InstrumentId | null
      readonly values: MeasureValues
      readonly validForMs: number
      readonly tsEventMs: number
    }
  | { readonly type: 'funding'; readonly instrumentId: InstrumentId; readonly rate: number; readonly tsEventMs: number }
  | { readonly type: 'feed'; readonly state: FeedState; readonly detail: string; readonly tsEventMs: number }

/** Something wrong with the data itself: shown, journaled, never traded on. */
export type FeedIncident = {
  readonly instrumentId: InstrumentId
  readonly kind: 'gap' | 'bad_candle'
  readonly fault: CandleFault | null
  /** First missing or faulty open time. */
  readonly fromMs: number
  /** Candles missing; 0 for a bad candle. */
  readonly missing: number
  readonly message: string
}
