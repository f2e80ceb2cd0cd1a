// One strategy on one instrument: its features, its input object, its state. A fault in it ends it alone.
import { toNumber } from '../../../src-shared/domain/decimal.ts'
import type { Signal } from '../../../src-shared/domain/decision.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { MEASURES } from '../../../src-shared/domain/measure.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import type { CandleScalars } from '../features/feature.ts'
import { RunnerFeatures } from './runner-features.ts'
import type { ManageIntent, PositionView, StrategyInput, StrategyInstance, StrategyPlugin } from '../strategies/strategy.ts'

export type RunnerState = 'warming_up' | 'running' | 'faulted'
export type RunnerOpinion = { readonly manage: ManageIntent | null; readonly signal: Signal | null }

/** What a strategy is shown, overwritten for each candle. A class, because V8 overwrites the numbers of a literal ten times more slowly. */
class InputBuffer implements StrategyInput {
  readonly instrumentId: InstrumentId
  readonly features: Float64Array
  readonly measures: Float64Array
  openTimeMs = Number.NaN
  open = Number.NaN
  high = Number.NaN
  low = Number.NaN
  close = Number.NaN
  volume = Number.NaN
  position: PositionView | null = null
  lastClosedMs: number | null = null
  constructor(instrumentId: InstrumentId, features: Float64Array, measures: Float64Array) {
    this.instrumentId = instrumentId
    this.features = features
    this.measures = measures
  }
}

/** What a runner reads of its market at each candle. */
export type RunnerMarket = {
  readonly instrument: { readonly id: InstrumentId }
  /** Values by MEASURE_INDEX, overwritten in place. */
  readonly measures: { readonly values: Float64Array }
  readonly lastClosedMs: number | null
}

const SILENT: RunnerOpinion = { manage: null, signal: null }

export class StrategyRunner {
  readonly plugin: StrategyPlugin
  readonly instrumentId: InstrumentId
  readonly #instance: StrategyInstance
  readonly #features: RunnerFeatures
  readonly #input: InputBuffer
  readonly #warmupCandles: number
  readonly #market: RunnerMarket
  paused = false
  #candles = 0
  #faulted = false
  #viewed: Position | null = null

  /** Throws when the strategy cannot be created or names an unknown feature: the caller turns that into a faulted strategy. */
  constructor(plugin: StrategyPlugin, market: RunnerMarket, parameters: Readonly<Record<string, number>>) {
    const instrumentId = market.instrument.id
    this.plugin = plugin
    this.instrumentId = instrumentId
    this.#market = market
    const { features, timeframe, warmupCandles } = plugin.declaration
    this.#features = new RunnerFeatures(features, timeframe)
    this.#warmupCandles = Math.max(warmupCandles, this.#features.warmupCandles)
    this.#instance = plugin.create(instrumentId, parameters)
    this.#input = new InputBuffer(instrumentId, this.#features.values, market.measures.values)
  }

  get state(): RunnerState {
    if (this.#faulted) return 'faulted'
    return this.#isWarm() ? 'running' : 'warming_up'
  }
  fault(): void {
    this.#faulted = true
  }

  /** The longer timeframes it reads features of. */
  get longerTimeframes(): readonly Timeframe[] {
    return this.#features.longer.map(({ timeframe }) => timeframe)
  }
  /** A closed bar of one of them; before the bars of shorter timeframes that close at the same moment. */
  onLongerBar(timeframe: Timeframe, bar: CandleScalars): void {
    this.#features.updateLonger(timeframe, bar)
  }

  /** Feeds history: features advance, the strategy looks on and is not asked. `measures` are those known at the close. */
  warmUp(candle: CandleScalars, measures: Float64Array = this.#input.measures): void {
    this.#take(candle, measures)
    this.#instance.observe?.(this.#input)
  }

  /**
   * One closed candle. `position` is the strategy's own open position here, or null.
   * Throws what the strategy throws. A paused one manages an open position but gives no signals.
   */
  onCandle(candle: CandleScalars, position: Position | null): RunnerOpinion {
    const input = this.#input
    this.#take(candle, input.measures)
    if (this.#faulted) return SILENT
    if (!this.#isWarm()) {
      this.#instance.observe?.(input)
      return SILENT
    }
    if (position !== this.#viewed) this.#view(position)
    const manage = position !== null && this.#instance.manage !== undefined ? this.#instance.manage(input) : null
    if (this.paused) this.#instance.observe?.(input)
    const signal = this.paused ? null : this.#instance.onCandle(input)
    return manage === null && signal === null ? SILENT : { manage, signal }
  }

  #take(candle: CandleScalars, measures: Float64Array): void {
    this.#features.update(candle, measures)
    this.#candles += 1
    const input = this.#input
    input.openTimeMs = candle.openTimeMs
    input.open = candle.open
    input.high = candle.high
    input.low = candle.low
    input.close = candle.close
    input.volume = candle.volume
    input.lastClosedMs = this.#market.lastClosedMs
  }

  /** The last candle, the declared features and the measures as they were shown at it, by name. NaN becomes null. */
  inputValues(): Record<string, number | null> {
    const { open, high, low, close, volume } = this.#input
    const values: Record<string, number | null> = { open, high, low, close, volume }
    for (const [index, name] of this.#features.names.entries()) values[name] = this.#features.values[index] ?? NaN
    for (const [index, name] of MEASURES.entries()) values[name] = this.#input.measures[index] ?? NaN
    for (const [name, value] of Object.entries(values)) if (Number.isNaN(value)) values[name] = null
    return values
  }

  #isWarm(): boolean {
    return this.#candles >= this.#warmupCandles && this.#features.isWarm
  }

  #view(position: Position | null): void {
    this.#viewed = position
    this.#input.position = position === null ? null : viewOf(position)
  }
}

const viewOf = (position: Position): PositionView => ({
  side: position.side,
  quantity: toNumber(position.quantity),
  entryPrice: toNumber(position.entryPrice),
  stopPrice: toNumber(position.care.stopPrice),
  openedMs: position.openedMs,
})
