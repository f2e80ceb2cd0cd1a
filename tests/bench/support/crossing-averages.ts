// One strategy, three ways: long while the 50-candle average is above the 200-candle one, all in one position, stop 2 % and target 4 % from the entry,
// 0.04 % fee a side. As a plugin of the kernel (sized by the risk officer), as one bare loop, and on a bare engine with a callback for each bar.
import { PLAIN_SIGNAL, type Signal } from '../../../src-shared/domain/decision.ts'
import { strategyId } from '../../../src-shared/domain/ids.ts'
import type { CandleColumns } from '../../../src-main/core/ports/market-feed.ts'
import type { ParameterSpec, StrategyPlugin } from '../../../src-main/core/strategies/strategy.ts'
import { parameter } from '../../../src-main/core/strategies/parameters.ts'

export const RULES = { fast: 50, slow: 200, stop: 0.02, target: 0.04, fee: 0.0004, balance: 1_000_000 } as const

const spec = (name: string, over: Pick<ParameterSpec, 'min' | 'max' | 'step' | 'default'>): ParameterSpec => ({
  name,
  title: name,
  help: '',
  unit: '',
  ...over,
})

/** Sums instead of features, as a search changes their lengths. Allocates nothing on a candle without a signal. */
export const crossingAverages: StrategyPlugin = {
  declaration: {
    id: strategyId('crossing-averages'),
    title: 'Crossing averages',
    description: '',
    timeframe: '1m',
    warmupCandles: 1,
    features: [],
    parameters: [
      spec('fast', { min: 2, max: 500, step: 1, default: RULES.fast }),
      spec('slow', { min: 3, max: 2000, step: 1, default: RULES.slow }),
      spec('stopPercent', { min: 0.5, max: 5, step: 0.25, default: RULES.stop * 100 }),
    ],
  },
  create(_instrumentId, parameters) {
    const cross = new Cross(parameter(parameters, 'fast'), parameter(parameters, 'slow'))
    const stopShare = parameter(parameters, 'stopPercent') / 100
    return {
      observe: (candle) => cross.take(candle),
      manage(candle) {
        cross.take(candle)
        return cross.turnedDown ? { type: 'close', reason: 'crossed' } : null
      },
      onCandle(candle) {
        cross.take(candle)
        return cross.turnedUp && candle.position === null ? entry(candle.close * (1 - stopShare)) : null
      },
    }
  },
}

const entry = (stopPrice: number): Signal => ({
  direction: 'buy',
  strength: 1,
  stopPrice,
  chandelierDistance: null,
  votes: [],
  why: {},
  ...PLAIN_SIGNAL,
})

/** Which average is above, and whether that changed with the newest close. */
class Cross {
  readonly #fast: number
  readonly #slow: number
  readonly #closes: Float64Array
  #at = 0
  #count = 0
  #fastSum = 0
  #slowSum = 0
  #above = Number.NaN
  #takenMs = Number.NaN
  turnedUp = false
  turnedDown = false

  constructor(fast: number, slow: number) {
    this.#fast = fast
    this.#slow = slow
    this.#closes = new Float64Array(slow)
  }
  /** Asked twice about one candle while a position is open, it adds it once. A field, because V8 boxes the numbers of a closure. */
  take({ openTimeMs, close }: { readonly openTimeMs: number; readonly close: number }): void {
    if (openTimeMs === this.#takenMs) return
    this.#takenMs = openTimeMs
    this.add(close)
  }
  add(close: number): void {
    const closes = this.#closes
    const at = this.#at
    this.#slowSum += close - (closes[at] ?? 0)
    const leaves = at - this.#fast
    this.#fastSum += close - (closes[leaves < 0 ? leaves + this.#slow : leaves] ?? 0)
    closes[at] = close
    this.#at = at + 1 === this.#slow ? 0 : at + 1
    this.#count += 1
    const above = this.#count < this.#slow ? Number.NaN : this.#fastSum * this.#slow > this.#slowSum * this.#fast ? 1 : 0
    this.turnedUp = above === 1 && this.#above === 0
    this.turnedDown = above === 0 && this.#above === 1
    this.#above = above
  }
}

export type BareResult = { readonly trades: number; readonly equity: number }

/** Decided at a close, filled at the next open; stop before target inside a candle; nothing is kept but cash. */
export function bareLoop({ open, high, low, close }: CandleColumns): BareResult {
  const { fee } = RULES
  const cross = new Cross(RULES.fast, RULES.slow)
  let cash: number = RULES.balance
  let quantity = 0
  let stop = 0
  let target = 0
  let wants = 0
  let trades = 0
  const sell = (price: number): void => {
    cash += quantity * price * (1 - fee)
    quantity = 0
    trades += 1
  }
  for (let i = 0; i < close.length; i += 1) {
    const first = open[i] ?? 0
    if (wants > 0) {
      quantity = cash / (first * (1 + fee))
      cash = 0
      stop = first * (1 - RULES.stop)
      target = first * (1 + RULES.target)
    } else if (wants < 0 && quantity > 0) sell(first)
    wants = 0
    if (quantity > 0) {
      if ((low[i] ?? 0) <= stop) sell(Math.min(first, stop))
      else if ((high[i] ?? 0) >= target) sell(Math.max(first, target))
    }
    cross.add(close[i] ?? 0)
    if (quantity === 0) wants = cross.turnedUp ? 1 : 0
    else if (cross.turnedDown) wants = -1
  }
  return { trades, equity: cash + quantity * (close.at(-1) ?? 0) }
}

type Bar = { readonly index: number; readonly close: number }

/** The same behind an object with orders, an equity curve, a list of trades and a callback: what an engine costs when it does nothing else. */
export class BareEngine {
  readonly trades: { readonly opened: number; readonly closed: number; readonly profit: number }[] = []
  readonly equity: Float64Array
  readonly #columns: CandleColumns
  readonly #bar = { index: 0, close: 0 }
  #cash: number = RULES.balance
  #quantity = 0
  #entry = 0
  #opened = 0
  #wants = 0

  constructor(columns: CandleColumns) {
    this.#columns = columns
    this.equity = new Float64Array(columns.close.length)
  }
  get isFlat(): boolean {
    return this.#quantity === 0
  }
  buy(): void {
    this.#wants = 1
  }
  close(): void {
    this.#wants = -1
  }
  run(onBar: (engine: BareEngine, bar: Bar) => void): BareResult {
    const { open, high, low, close } = this.#columns
    for (let i = 0; i < close.length; i += 1) {
      const first = open[i] ?? 0
      if (this.#wants > 0) this.#enter(first, i)
      else if (this.#wants < 0 && this.#quantity > 0) this.#exit(first, i)
      this.#wants = 0
      if (this.#quantity > 0) {
        const stop = this.#entry * (1 - RULES.stop)
        const target = this.#entry * (1 + RULES.target)
        if ((low[i] ?? 0) <= stop) this.#exit(Math.min(first, stop), i)
        else if ((high[i] ?? 0) >= target) this.#exit(Math.max(first, target), i)
      }
      this.#bar.index = i
      this.#bar.close = close[i] ?? 0
      onBar(this, this.#bar)
      this.equity[i] = this.#cash + this.#quantity * this.#bar.close
    }
    return { trades: this.trades.length, equity: this.equity.at(-1) ?? 0 }
  }
  #enter(price: number, at: number): void {
    this.#quantity = this.#cash / (price * (1 + RULES.fee))
    this.#cash = 0
    this.#entry = price
    this.#opened = at
  }
  #exit(price: number, at: number): void {
    const got = this.#quantity * price * (1 - RULES.fee)
    this.trades.push({ opened: this.#opened, closed: at, profit: got - this.#quantity * this.#entry * (1 + RULES.fee) })
    this.#cash += got
    this.#quantity = 0
  }
}

export function bareEngine(columns: CandleColumns): BareResult {
  const cross = new Cross(RULES.fast, RULES.slow)
  return new BareEngine(columns).run((engine, bar) => {
    cross.add(bar.close)
    if (cross.turnedUp && engine.isFlat) engine.buy()
    else if (cross.turnedDown && !engine.isFlat) engine.close()
  })
}
