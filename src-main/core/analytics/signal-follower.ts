// What became of each signal, traded or not: followed on the base candles after it until it reached its target, its stop, or its time.
// One list of columns per instrument, so that a candle looks at its own signals only. Nothing is allocated while a signal is followed.
import type { SignalOutcome } from '../../../src-shared/domain/decision.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import { barOpenMs } from '../../../src-shared/domain/time.ts'
import type { PendingSignal } from '../../../src-shared/events/journal-record.ts'
import type { CandleScalars } from '../features/feature.ts'

/** Signals followed at a time; one more ends the oldest before its time. */
export const FOLLOWED_MAX = 4_096

export type FollowRules = {
  /** Distance of the target in multiples of the risk. */
  readonly targetR: number
  /** Milliseconds from the signal until it has expired. */
  readonly horizonMs: number
  /** Length of the candles. */
  readonly candleMs: number
}
/** Everything about an outcome but the time at which it is written down. */
export type EndedSignal = Omit<SignalOutcome, 'resolvedMs'>

/** `number` counts signals in the order of their decisions. */
type Followed = { readonly number: number; readonly signal: PendingSignal; readonly targetPrice: number }
type Ended = { readonly number: number; readonly ended: EndedSignal }

const FIRST_CAPACITY = 64
/** Columns: the prices that end it, the range it has seen, the time it counts from and the time it expires. */
const COLUMNS = ['upper', 'lower', 'highest', 'lowest', 'fromMs', 'untilMs'] as const
type Columns = Record<(typeof COLUMNS)[number], Float64Array>
const columnsOf = (capacity: number): Columns => ({
  upper: new Float64Array(capacity),
  lower: new Float64Array(capacity),
  highest: new Float64Array(capacity),
  lowest: new Float64Array(capacity),
  fromMs: new Float64Array(capacity),
  untilMs: new Float64Array(capacity),
})

/** The signals of one instrument. */
class FollowedList {
  readonly #rules: FollowRules
  readonly #onEnded: (ended: Ended) => void
  readonly #followed: Followed[] = []
  #columns = columnsOf(FIRST_CAPACITY)
  /** Whoever is later than the one and earlier than the other need look at prices alone. Bounds: they may be of signals that have ended. */
  #latestFromMs = Number.NEGATIVE_INFINITY
  #soonestUntilMs = Number.POSITIVE_INFINITY
  /** Between these prices no signal ends. Bounds, too. */
  #lowestUpper = Number.POSITIVE_INFINITY
  #highestLower = Number.NEGATIVE_INFINITY
  /** The range of the candles since all signals were last looked at: all of them had begun, and none ended. */
  #highSince = Number.NEGATIVE_INFINITY
  #lowSince = Number.POSITIVE_INFINITY
  #lastClose = Number.NaN
  #lastCloseMs = Number.NaN

  constructor(rules: FollowRules, onEnded: (ended: Ended) => void) {
    this.#rules = rules
    this.#onEnded = onEnded
  }

  get size(): number {
    return this.#followed.length
  }
  /** Number of the signal decided first, or Infinity. */
  oldest(): number {
    return this.#followed.reduce((oldest, { number }) => Math.min(oldest, number), Number.POSITIVE_INFINITY)
  }

  add(number: number, signal: PendingSignal, startMs: number): void {
    const at = this.size
    if (at === this.#columns.upper.length) this.#grow()
    this.#settleRange()
    const { entryPrice, stopPrice, direction } = signal
    const isBuy = direction === 'buy'
    const targetPrice = entryPrice + (isBuy ? 1 : -1) * this.#rules.targetR * Math.abs(entryPrice - stopPrice)
    const { upper, lower, highest, lowest, fromMs, untilMs } = this.#columns
    upper[at] = isBuy ? targetPrice : stopPrice
    lower[at] = isBuy ? stopPrice : targetPrice
    highest[at] = entryPrice
    lowest[at] = entryPrice
    fromMs[at] = startMs
    untilMs[at] = startMs + this.#rules.horizonMs
    this.#latestFromMs = Math.max(this.#latestFromMs, startMs)
    this.#soonestUntilMs = Math.min(this.#soonestUntilMs, startMs + this.#rules.horizonMs)
    this.#lowestUpper = Math.min(this.#lowestUpper, upper[at] ?? Number.NaN)
    this.#highestLower = Math.max(this.#highestLower, lower[at] ?? Number.NaN)
    this.#followed.push({ number, signal, targetPrice })
  }

  /** One closed candle, in order of time. The hot path: nothing is allocated until a signal ends, and nearly every candle ends none. */
  onCandle(candle: CandleScalars): void {
    const { openTimeMs, high, low } = candle
    const closeMs = openTimeMs + this.#rules.candleMs
    this.#lastClose = candle.close
    this.#lastCloseMs = closeMs
    const isInTime = openTimeMs >= this.#latestFromMs && closeMs < this.#soonestUntilMs
    if (isInTime && high < this.#lowestUpper && low > this.#highestLower) {
      if (high > this.#highSince) this.#highSince = high
      if (low < this.#lowSince) this.#lowSince = low
      return
    }
    this.#settleRange()
    this.#compareAll(candle, closeMs)
  }

  /** What was seen since all signals were last looked at counts for each of them. */
  #settleRange(): void {
    if (this.#highSince < this.#lowSince) return
    const { highest, lowest } = this.#columns
    for (let i = 0; i < this.#followed.length; i += 1) {
      highest[i] = Math.max(highest[i] ?? 0, this.#highSince)
      lowest[i] = Math.min(lowest[i] ?? 0, this.#lowSince)
    }
    this.#highSince = Number.NEGATIVE_INFINITY
    this.#lowSince = Number.POSITIVE_INFINITY
  }

  #compareAll(candle: CandleScalars, closeMs: number): void {
    const { openTimeMs, high, low } = candle
    const { upper, lower, highest, lowest, fromMs, untilMs } = this.#columns
    // Backwards, because a signal that ends is replaced by the last one.
    for (let i = this.#followed.length - 1; i >= 0; i -= 1) {
      if (openTimeMs < (fromMs[i] ?? 0)) continue
      if (high >= (upper[i] ?? 0) || low <= (lower[i] ?? 0) || closeMs >= (untilMs[i] ?? 0)) this.#end(i, candle)
      else {
        highest[i] = Math.max(highest[i] ?? 0, high)
        lowest[i] = Math.min(lowest[i] ?? 0, low)
      }
    }
    this.#findBounds()
  }

  #findBounds(): void {
    const { upper, lower, untilMs } = this.#columns
    let lowestUpper = Number.POSITIVE_INFINITY
    let highestLower = Number.NEGATIVE_INFINITY
    let soonestUntilMs = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#followed.length; i += 1) {
      lowestUpper = Math.min(lowestUpper, upper[i] ?? 0)
      highestLower = Math.max(highestLower, lower[i] ?? 0)
      soonestUntilMs = Math.min(soonestUntilMs, untilMs[i] ?? 0)
    }
    this.#lowestUpper = lowestUpper
    this.#highestLower = highestLower
    this.#soonestUntilMs = soonestUntilMs
  }

  /** Ends the signal of this number before its time, where the price stands. */
  endEarly(number: number): void {
    const at = this.#followed.findIndex((followed) => followed.number === number)
    const followed = this.#followed[at]
    ensure(followed !== undefined, 'the oldest signal is followed here')
    this.#settleRange()
    const startMs = this.#columns.fromMs[at] ?? Number.NaN
    // No candle after it yet: it ends as it began.
    const hasSeen = this.#lastCloseMs > startMs
    const close = hasSeen ? this.#lastClose : followed.signal.entryPrice
    this.#finish(at, { outcome: 'expired', endedMs: hasSeen ? this.#lastCloseMs : startMs, close })
  }

  /** Forgets signals whose candles were not all seen: what became of them cannot be told here. */
  dropBefore(openTimeMs: number): void {
    for (let i = this.size - 1; i >= 0; i -= 1) if ((this.#columns.fromMs[i] ?? 0) < openTimeMs) this.#remove(i)
  }

  /** In the candle that ends a signal the stop comes before the target, and the adverse extreme before the favourable one. */
  #end(at: number, candle: CandleScalars): void {
    const { upper, lower, highest, lowest } = this.#columns
    const isBuy = this.#followed[at]?.signal.direction === 'buy'
    const isStopped = isBuy ? candle.low <= (lower[at] ?? 0) : candle.high >= (upper[at] ?? 0)
    const isWon = isBuy ? candle.high >= (upper[at] ?? 0) : candle.low <= (lower[at] ?? 0)
    // After a stop nothing more counts in its favour.
    if (!isStopped || !isBuy) highest[at] = Math.max(highest[at] ?? 0, candle.high)
    if (!isStopped || isBuy) lowest[at] = Math.min(lowest[at] ?? 0, candle.low)
    const outcome = isStopped ? 'loss' : isWon ? 'win' : 'expired'
    this.#finish(at, { outcome, endedMs: candle.openTimeMs + this.#rules.candleMs, close: candle.close })
  }

  #finish(at: number, end: { outcome: SignalOutcome['outcome']; endedMs: number; close: number }): void {
    const followed = this.#followed[at]
    ensure(followed !== undefined, 'a signal that ends is followed')
    const { signal, targetPrice, number } = followed
    const { decisionId, strategyId, instrumentId, direction, executed, regime, decidedMs, entryPrice, stopPrice } = signal
    const { targetR } = this.#rules
    const risk = Math.abs(entryPrice - stopPrice)
    const up = ((this.#columns.highest[at] ?? entryPrice) - entryPrice) / risk
    const down = (entryPrice - (this.#columns.lowest[at] ?? entryPrice)) / risk
    const [favorable, adverse] = direction === 'buy' ? [up, down] : [down, up]
    const { outcome, endedMs, close } = end
    const standing = ((direction === 'buy' ? 1 : -1) * (close - entryPrice)) / risk
    this.#remove(at)
    this.#onEnded({
      number,
      ended: {
        decisionId,
        strategyId,
        instrumentId,
        direction,
        executed,
        regime,
        outcome,
        decidedMs,
        endedMs,
        entryPrice,
        stopPrice,
        targetPrice,
        rMultiple: outcome === 'win' ? targetR : outcome === 'loss' ? -1 : standing,
        // It ended at its target or at its stop: what the price did beyond them is no longer its own.
        maxFavorableR: outcome === 'win' ? targetR : favorable,
        maxAdverseR: outcome === 'loss' ? 1 : adverse,
      },
    })
  }

  /** The last one takes its place. */
  #remove(at: number): void {
    const last = this.#followed.pop()
    const from = this.#followed.length
    if (last === undefined || from === at) return
    this.#followed[at] = last
    for (const name of COLUMNS) this.#columns[name][at] = this.#columns[name][from] ?? Number.NaN
  }

  #grow(): void {
    const wider = columnsOf(2 * this.#columns.upper.length)
    for (const name of COLUMNS) wider[name].set(this.#columns[name])
    this.#columns = wider
  }
}

export class SignalFollower {
  readonly #lists: readonly FollowedList[]
  /** Whether a candle of the instrument has been seen. */
  readonly #hasBegun: boolean[]
  readonly #candleMs: number
  #size = 0
  #next = 0
  #ended: Ended[] = []

  constructor(instrumentCount: number, rules: FollowRules) {
    const onEnded = (ended: Ended): void => {
      this.#size -= 1
      this.#ended.push(ended)
    }
    this.#lists = Array.from({ length: instrumentCount }, () => new FollowedList(rules, onEnded))
    this.#candleMs = rules.candleMs
    this.#hasBegun = this.#lists.map(() => false)
  }

  /** Signals that are followed. */
  get size(): number {
    return this.#size
  }
  /** Signals that have ended since the last `takeEnded`. */
  get endedCount(): number {
    return this.#ended.length
  }

  /**
   * Follows a signal of the instrument at this index on the candles that open from the grid time of its decision on.
   * When there is no room the oldest of all ends first.
   */
  follow(instrumentIndex: number, signal: PendingSignal): void {
    const list = this.#lists[instrumentIndex]
    if (list === undefined) throw new RangeError(`instrument ${instrumentIndex} of ${this.#lists.length}`)
    if (this.#size >= FOLLOWED_MAX) this.#endOldest()
    list.add(this.#next, signal, barOpenMs(signal.decidedMs, this.#candleMs))
    this.#next += 1
    this.#size += 1
  }

  /** A closed base candle of the instrument at this index, of the warm-up or of the session, in order of time. */
  onCandle(instrumentIndex: number, candle: CandleScalars): void {
    const list = this.#lists[instrumentIndex]
    if (list === undefined) return
    if (this.#hasBegun[instrumentIndex] === false) this.#begin(instrumentIndex, candle.openTimeMs)
    if (list.size > 0) list.onCandle(candle)
  }

  /** What has ended since the last call: by the time at which it ended, then in the order of the decisions. */
  takeEnded(): readonly EndedSignal[] {
    const taken = this.#ended
    this.#ended = []
    return taken.toSorted((a, b) => a.ended.endedMs - b.ended.endedMs || a.number - b.number).map(({ ended }) => ended)
  }

  /** A signal from before the first candle that is seen here was followed by others, or by nobody. */
  #begin(instrumentIndex: number, openTimeMs: number): void {
    this.#hasBegun[instrumentIndex] = true
    const list = this.#lists[instrumentIndex]
    if (list === undefined) return
    const before = list.size
    list.dropBefore(openTimeMs)
    this.#size -= before - list.size
  }

  #endOldest(): void {
    const [first, ...others] = this.#lists.map((list) => ({ list, oldest: list.oldest() }))
    ensure(first !== undefined, 'signals are followed somewhere')
    const found = others.reduce((best, each) => (each.oldest < best.oldest ? each : best), first)
    found.list.endEarly(found.oldest)
  }
}
