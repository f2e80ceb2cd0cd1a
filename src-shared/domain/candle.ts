// One bar of market data: float64, named by its open time.

export type Candle = {
  readonly openTimeMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** In base units. */
  readonly volume: number
}

/** Why a candle is never traded on. */
export type CandleFault = 'not_finite' | 'zero_price' | 'crossed' | 'negative_volume' | 'misaligned' | 'duplicate' | 'out_of_order'
