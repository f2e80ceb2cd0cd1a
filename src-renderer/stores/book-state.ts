// What the screen keeps of one order book: the newest frame and the end of the tape. Pure.
import type { Payload } from '../../src-shared/bridge/contract.ts'

export type BookFrame = Payload<'book'>
export type Trade = BookFrame['trades'][number]
export type BookState = {
  readonly frame: BookFrame | null
  /** Newest first, at most TAPE_MAX. */
  readonly tape: readonly Trade[]
  /** A trade of at least this quantity is big; null while too few have been seen to tell. */
  readonly bigFrom: number | null
}

export const TAPE_MAX = 120
/** Below this many trades nobody can say what is big. */
const TRADES_TO_JUDGE = 20
/** One trade in twenty is called big. */
const BIG_SHARE = 0.05

export const emptyBook: BookState = { frame: null, tape: [], bigFrom: null }

/** Folds frames, oldest first. A frame from the past (the recording was wound back) starts over. */
export function foldBook(state: BookState, frames: readonly BookFrame[]): BookState {
  let [frame, tape] = [state.frame, state.tape]
  for (const next of frames) {
    if (frame !== null && next.tsMs < frame.tsMs) tape = []
    frame = next
    if (next.trades.length > 0) tape = [...next.trades.toReversed(), ...tape].slice(0, TAPE_MAX)
  }
  return { frame, tape, bigFrom: tape === state.tape ? state.bigFrom : bigFromOf(tape) }
}

function bigFromOf(tape: readonly Trade[]): number | null {
  if (tape.length < TRADES_TO_JUDGE) return null
  const sorted = tape.map(({ quantity }) => quantity).toSorted((a, b) => b - a)
  return sorted[Math.floor(tape.length * BIG_SHARE)] ?? null
}

export type BookFigures = {
  readonly mid: number
  readonly spread: number
  /** Spread in hundredths of a percent of the mid. */
  readonly spreadBp: number
  /** Best prices weighted with the quantity of the other side (Stoikov 2018, first order). */
  readonly microprice: number
  /** (bid − ask) ÷ (bid + ask) quantity of the best 10 levels, −1 to 1. */
  readonly imbalance: number
}

const IMBALANCE_LEVELS = 10

/** Null while a side is empty or holds no quantity. */
export function bookFigures({ bids, asks }: Pick<BookFrame, 'bids' | 'asks'>): BookFigures | null {
  const [bid, ask] = [bids[0], asks[0]]
  if (!bid || !ask || bid[1] + ask[1] <= 0) return null
  const mid = (bid[0] + ask[0]) / 2
  const spread = ask[0] - bid[0]
  const sum = (levels: BookFrame['bids']): number => levels.slice(0, IMBALANCE_LEVELS).reduce((total, [, quantity]) => total + quantity, 0)
  const [buying, selling] = [sum(bids), sum(asks)]
  return {
    mid,
    spread,
    spreadBp: (spread / mid) * 10_000,
    microprice: (ask[0] * bid[1] + bid[0] * ask[1]) / (bid[1] + ask[1]),
    imbalance: (buying - selling) / (buying + selling),
  }
}
