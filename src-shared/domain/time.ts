// Times are integer milliseconds since the epoch, UTC. A candle is named by its open time and exists from its close time.

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

export const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const
export type Timeframe = (typeof TIMEFRAMES)[number]

export const TIMEFRAME_MS: Readonly<Record<Timeframe, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
  '1d': DAY_MS,
}

export const isTimeframe = (text: string): text is Timeframe => (TIMEFRAMES as readonly string[]).includes(text)

/** Open time of the bar of this length that contains `tsMs`. Bars are aligned to the epoch, so days start at 00:00 UTC. */
export const barOpenMs = (tsMs: number, lengthMs: number): number => tsMs - (tsMs % lengthMs)
/** First millisecond of the UTC day of `tsMs`. */
export const utcDayMs = (tsMs: number): number => barOpenMs(tsMs, DAY_MS)
/** First millisecond of the UTC week (Monday) of `tsMs`. The epoch was a Thursday. */
export const utcWeekMs = (tsMs: number): number => {
  const day = Math.floor(tsMs / DAY_MS)
  return (day - ((day + 3) % 7)) * DAY_MS
}
