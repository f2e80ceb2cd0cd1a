// One minute candles of what was traded, and longer ones made from them.
import type { Candle } from './events.ts'

export const MINUTE_MS = 60_000

export type CandleBoard = {
  /** Closed ones, oldest first, without a hole. */
  readonly closed: Candle[]
  forming: Candle | null
  readonly keptMax: number
}

export const newCandleBoard = (keptMax: number): CandleBoard => ({ closed: [], forming: null, keptMax })

const flat = (openMs: number, price: number): Candle => ({
  openMs,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 0,
  quoteVolume: 0,
  trades: 0,
  takerBuyVolume: 0,
  takerBuyQuote: 0,
})

/** Folds a print in. Returns the candles it closed, minutes without a print included. */
export function addPrint(board: CandleBoard, print: { tsMs: number; price: number; quantity: number; isBuy: boolean }): Candle[] {
  const closed = closeUntil(board, print.tsMs, print.price)
  const forming = board.forming ?? flat(Math.floor(print.tsMs / MINUTE_MS) * MINUTE_MS, print.price)
  const quote = print.price * print.quantity
  board.forming = {
    openMs: forming.openMs,
    open: forming.open,
    high: Math.max(forming.high, print.price),
    low: Math.min(forming.low, print.price),
    close: print.price,
    volume: forming.volume + print.quantity,
    quoteVolume: forming.quoteVolume + quote,
    trades: forming.trades + (print.quantity > 0 ? 1 : 0),
    takerBuyVolume: forming.takerBuyVolume + (print.isBuy ? print.quantity : 0),
    takerBuyQuote: forming.takerBuyQuote + (print.isBuy ? quote : 0),
  }
  return closed
}

function closeUntil(board: CandleBoard, tsMs: number, price: number): Candle[] {
  const closed: Candle[] = []
  while (board.forming && board.forming.openMs + MINUTE_MS <= tsMs) {
    closed.push(board.forming)
    board.closed.push(board.forming)
    const openMs = board.forming.openMs + MINUTE_MS
    board.forming = flat(openMs, openMs + MINUTE_MS <= tsMs ? board.forming.close : price)
  }
  // Trimmed in blocks: one by one would move the whole list each minute.
  if (board.closed.length > board.keptMax * 1.25) board.closed.splice(0, board.closed.length - board.keptMax)
  return closed
}

/** The minute candles from `fromMs` until before `toMs`, the forming one included. */
function minutesBetween(board: CandleBoard, fromMs: number, toMs: number): Candle[] {
  const first = board.closed[0]?.openMs ?? Number.POSITIVE_INFINITY
  const start = Math.max(0, Math.ceil((fromMs - first) / MINUTE_MS))
  const end = Math.max(0, Math.ceil((toMs - first) / MINUTE_MS))
  const found = Number.isFinite(first) ? board.closed.slice(start, end) : []
  const { forming } = board
  return forming && forming.openMs >= fromMs && forming.openMs < toMs ? [...found, forming] : found
}

export function joined(minutes: readonly Candle[], openMs: number): Candle | null {
  const [first] = minutes
  const last = minutes.at(-1)
  if (!first || !last) return null
  const candle = { ...first, openMs, close: last.close }
  for (const minute of minutes.slice(1)) {
    candle.high = Math.max(candle.high, minute.high)
    candle.low = Math.min(candle.low, minute.low)
    candle.volume += minute.volume
    candle.quoteVolume += minute.quoteVolume
    candle.trades += minute.trades
    candle.takerBuyVolume += minute.takerBuyVolume
    candle.takerBuyQuote += minute.takerBuyQuote
  }
  return candle
}

/** Weeks start on Mondays, as on every venue; all other lengths start at multiples of themselves. */
const WEEK_MS = 7 * 86_400_000
const MONDAY_OFFSET_MS = 4 * 86_400_000
export const openTimeOf = (tsMs: number, lengthMs: number): number => {
  const offset = lengthMs === WEEK_MS ? MONDAY_OFFSET_MS : 0
  return Math.floor((tsMs - offset) / lengthMs) * lengthMs + offset
}

export type CandleRange = { readonly lengthMs: number; readonly fromMs: number | null; readonly toMs: number; readonly limit: number }

/** Up to `limit` candles: the first from `fromMs`, or the last before `toMs` when that is null. The newest may still be forming. */
export function candlesIn(board: CandleBoard, range: CandleRange): Candle[] {
  const { lengthMs, limit } = range
  const oldest = board.closed[0]?.openMs ?? board.forming?.openMs
  if (oldest === undefined) return []
  const last = openTimeOf(Math.min(range.toMs, (board.forming?.openMs ?? oldest) + MINUTE_MS), lengthMs)
  const wanted = range.fromMs === null ? last - (limit - 1) * lengthMs : openTimeOf(range.fromMs + lengthMs - 1, lengthMs)
  const found: Candle[] = []
  for (let openMs = Math.max(wanted, openTimeOf(oldest, lengthMs)); openMs <= last && found.length < limit; openMs += lengthMs) {
    const candle = joined(minutesBetween(board, openMs, openMs + lengthMs), openMs)
    if (candle) found.push(candle)
  }
  return found
}
