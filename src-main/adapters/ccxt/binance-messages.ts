// Binance's public stream messages and candle rows, as plain data. Pure: tested on recorded payloads.
import type { SettledFunding } from '../../core/ports/market-feed.ts'
import type { Candle } from '../../../src-shared/domain/candle.ts'

export type StreamMessage =
  | { readonly type: 'kline'; readonly marketId: string; readonly interval: string; readonly candle: Candle; readonly closed: boolean }
  | { readonly type: 'trade'; readonly marketId: string; readonly price: number; readonly quantity: number; readonly tsEventMs: number }

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** Prices arrive as text. Anything that is not a plain number becomes NaN, which the candle guard refuses. */
const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

/** A kline or aggTrade message, bare or inside a combined-stream envelope; null for every other message. */
export function parseStreamMessage(message: unknown): StreamMessage | null {
  if (!isFields(message)) return null
  const body = isFields(message['data']) ? message['data'] : message
  const marketId = body['s']
  if (typeof marketId !== 'string') return null
  if (body['e'] === 'kline') return parseKline(marketId, body['k'])
  if (body['e'] !== 'aggTrade') return null
  const trade = { price: numberOf(body['p']), quantity: numberOf(body['q']), tsEventMs: numberOf(body['T']) }
  const usable = trade.price > 0 && trade.quantity > 0 && Number.isSafeInteger(trade.tsEventMs)
  return usable ? { type: 'trade', marketId, ...trade } : null
}

function parseKline(marketId: string, kline: unknown): StreamMessage | null {
  if (!isFields(kline) || typeof kline['i'] !== 'string') return null
  const candle = {
    openTimeMs: numberOf(kline['t']),
    open: numberOf(kline['o']),
    high: numberOf(kline['h']),
    low: numberOf(kline['l']),
    close: numberOf(kline['c']),
    volume: numberOf(kline['v']),
  }
  return { type: 'kline', marketId, interval: kline['i'], candle, closed: kline['x'] === true }
}

/** A rate, as a fraction of the notional, and the venue's time of its payment. */
/** One entry of GET /fapi/v1/fundingRate; null when it is none. A rate of 10 % or more is far beyond what the venue ever settles. */
export function fundingFromEntry(entry: unknown): SettledFunding | null {
  return isFields(entry) ? settledFunding(entry['fundingRate'], entry['fundingTime']) : null
}
/** The same of a rate and a time by themselves. */
export function settledFunding(rateValue: unknown, timeMs: unknown): SettledFunding | null {
  const [rate, tsEventMs] = [numberOf(rateValue), numberOf(timeMs)]
  return Math.abs(rate) < 0.1 && Number.isSafeInteger(tsEventMs) ? { rate, tsEventMs } : null
}

/** One row of the library's candle list: open time, open, high, low, close, volume. */
export const candleFromRow = (row: readonly unknown[]): Candle => ({
  openTimeMs: numberOf(row[0]),
  open: numberOf(row[1]),
  high: numberOf(row[2]),
  low: numberOf(row[3]),
  close: numberOf(row[4]),
  volume: numberOf(row[5]),
})
