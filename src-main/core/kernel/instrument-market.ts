// What the kernel knows about the market of one instrument.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import { CandleAggregator } from '../market/candle-aggregator.ts'
import type { StrategyRunner } from './strategy-runner.ts'

export class InstrumentMarket {
  readonly instrument: Instrument
  readonly aggregator: CandleAggregator
  readonly baseRunners: StrategyRunner[] = []
  /** Runners of the longer timeframes, by the aggregator's index. */
  readonly barRunners: StrategyRunner[][]
  lastPrice = Number.NaN
  lastDataMs = Number.NEGATIVE_INFINITY
  fundingRate = Number.NaN
  nextFundingMs: number | null = null
  /** When the last position here was closed, for the cooldown. */
  lastClosedMs: number | null = null

  constructor(instrument: Instrument, baseTimeframe: Timeframe) {
    this.instrument = instrument
    this.aggregator = new CandleAggregator(baseTimeframe)
    this.barRunners = this.aggregator.timeframes.map(() => [])
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
