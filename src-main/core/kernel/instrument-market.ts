// What the kernel knows about the market of one instrument.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import { RealizedVolatility } from '../features/volatility.ts'
import { type AggregatedBar, CandleAggregator } from '../market/candle-aggregator.ts'
import { MeasureBoard } from '../market/measure-board.ts'
import type { StrategyRunner } from './strategy-runner.ts'

/** Hourly closes of two days: what the size of an entry is scaled by. */
const VOLATILITY_TIMEFRAME = '1h'
const VOLATILITY_BARS = 48

export class InstrumentMarket {
  readonly instrument: Instrument
  readonly aggregator: CandleAggregator
  readonly measures = new MeasureBoard()
  readonly baseRunners: StrategyRunner[] = []
  /** Runners of the longer timeframes, by the aggregator's index. */
  readonly barRunners: StrategyRunner[][]
  lastPrice = Number.NaN
  lastDataMs = Number.NEGATIVE_INFINITY
  /** Realised volatility as a fraction per year; NaN until two days of hours are known. */
  realizedVolatility = Number.NaN
  readonly #volatility = new RealizedVolatility(VOLATILITY_BARS)
  /** When the last position here was closed, for the cooldown. */
  lastClosedMs: number | null = null

  constructor(instrument: Instrument, baseTimeframe: Timeframe) {
    this.instrument = instrument
    this.aggregator = new CandleAggregator(baseTimeframe)
    this.barRunners = this.aggregator.timeframes.map(() => [])
  }

  /** A longer bar has closed. */
  onBar(bar: AggregatedBar): void {
    if (bar.timeframe === VOLATILITY_TIMEFRAME) this.realizedVolatility = this.#volatility.update(bar.openTimeMs, bar.close)
  }

  runnersOf(timeframe: Timeframe): StrategyRunner[] {
    const index = this.aggregator.timeframes.indexOf(timeframe)
    return index < 0 ? this.baseRunners : (this.barRunners[index] ?? [])
  }
  runners(): readonly StrategyRunner[] {
    return [...this.baseRunners, ...this.barRunners.flat()]
  }
  remove(strategyId: string): void {
    for (const list of [this.baseRunners, ...this.barRunners]) {
      for (let i = list.length - 1; i >= 0; i -= 1) if (list[i]?.plugin.declaration.id === strategyId) list.splice(i, 1)
    }
  }
}
