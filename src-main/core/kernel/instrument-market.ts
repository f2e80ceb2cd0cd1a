// What the kernel knows about the market of one instrument.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import { VolumeCurve } from '../execution/volume-curve.ts'
import type { CandleScalars } from '../features/feature.ts'
import { RealizedVolatility } from '../features/volatility.ts'
import { CandleAggregator } from '../market/candle-aggregator.ts'
import { MeasureBoard } from '../market/measure-board.ts'
import type { Holding } from '../portfolio/portfolio.ts'
import type { StrategyRunner } from './strategy-runner.ts'

/** Hourly closes of two days: what the size of an entry is scaled by. */
const VOLATILITY_TIMEFRAME = '1h'
const VOLATILITY_BARS = 48

export class InstrumentMarket {
  readonly instrument: Instrument
  readonly holding: Holding
  readonly aggregator: CandleAggregator
  readonly measures = new MeasureBoard()
  readonly baseRunners: StrategyRunner[] = []
  /** Runners of the longer timeframes, by the aggregator's index. */
  readonly barRunners: StrategyRunner[][]
  /** Open time of the newest bar shown in a warm-up with longer history, by the aggregator's index: bars up to it are known already. */
  readonly warmedUntilMs: Float64Array
  /** Runners that read features of a longer timeframe than their own, by the aggregator's index. */
  readonly #longerReaders: StrategyRunner[][]
  lastPrice = Number.NaN
  lastDataMs = Number.NEGATIVE_INFINITY
  /** Realised volatility as a fraction per year; NaN until two days of hours are known. */
  realizedVolatility = Number.NaN
  readonly #volatility = new RealizedVolatility(VOLATILITY_BARS)
  /** What it usually trades at each time of day; kept only where a plan goes by it. */
  readonly volumes: VolumeCurve | null
  /** When the last position here was closed, for the cooldown. */
  lastClosedMs: number | null = null

  constructor(instrument: Instrument, options: { baseTimeframe: Timeframe; holding: Holding; keepsVolumes: boolean }) {
    const { baseTimeframe, holding, keepsVolumes } = options
    this.instrument = instrument
    this.holding = holding
    this.volumes = keepsVolumes ? new VolumeCurve(TIMEFRAME_MS[baseTimeframe]) : null
    this.aggregator = new CandleAggregator(baseTimeframe)
    this.barRunners = this.aggregator.timeframes.map(() => [])
    this.warmedUntilMs = new Float64Array(this.aggregator.timeframes.length).fill(-Infinity)
    this.#longerReaders = this.aggregator.timeframes.map(() => [])
  }

  /** A longer bar has closed; of several at one moment, the longest is told first. */
  onBar(index: number, bar: CandleScalars): void {
    const timeframe = this.aggregator.timeframes[index]
    const readers = this.#longerReaders[index]
    if (timeframe === undefined) return
    if (readers !== undefined) for (let i = 0; i < readers.length; i += 1) readers[i]?.onLongerBar(timeframe, bar)
    if (timeframe === VOLATILITY_TIMEFRAME) this.realizedVolatility = this.#volatility.update(bar.openTimeMs, bar.close)
  }

  add(runner: StrategyRunner): void {
    const { timeframes } = this.aggregator
    const own = this.barRunners[timeframes.indexOf(runner.plugin.declaration.timeframe)] ?? this.baseRunners
    own.push(runner)
    for (const timeframe of runner.longerTimeframes) this.#longerReaders[timeframes.indexOf(timeframe)]?.push(runner)
  }
  runners(): readonly StrategyRunner[] {
    return [...this.baseRunners, ...this.barRunners.flat()]
  }
  remove(strategyId: string): void {
    for (const list of [this.baseRunners, ...this.barRunners, ...this.#longerReaders]) {
      for (let i = list.length - 1; i >= 0; i -= 1) if (list[i]?.plugin.declaration.id === strategyId) list.splice(i, 1)
    }
  }
}
