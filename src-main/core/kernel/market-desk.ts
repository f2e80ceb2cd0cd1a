// The market as the kernel sees it: takes candles, trades and funding, builds longer bars, tells whoever needs a new price or a closed bar.
import type { Price } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { priceFromNumber } from '../../../src-shared/domain/instrument.ts'
import type { LastClosed } from '../../../src-shared/events/journal-record.ts'
import type { MarketEvent } from '../../../src-shared/events/market-event.ts'
import { HOUR_MS, TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import type { Quote } from '../execution/parent-order.ts'
import type { CandleScalars } from '../features/feature.ts'
import type { Holding } from '../portfolio/portfolio.ts'
import { InstrumentMarket } from './instrument-market.ts'
import type { KernelConfig } from './kernel-config.ts'
import type { StrategyRunner } from './strategy-runner.ts'

/** Told about each closed bar, base candles included; for screens and recordings. The bar is overwritten afterwards. */
export type BarListener = (instrumentId: InstrumentId, timeframe: Timeframe, bar: CandleScalars) => void
export type MarketListener = {
  /** What is held of an instrument. */
  holdingOf(instrumentId: InstrumentId): Holding
  /** A new price of an instrument, known at `market.lastDataMs`, with the range since the last one; before any strategy is asked. */
  onPrice(market: InstrumentMarket, range: { high: number; low: number; close: number }): void
  onRunners(market: InstrumentMarket, runners: readonly StrategyRunner[], bar: CandleScalars): void
}

/** Binance USDT-M settles funding at 00, 08 and 16 UTC. */
const FUNDING_INTERVAL_MS = 8 * HOUR_MS

export class MarketDesk {
  readonly markets: readonly InstrumentMarket[]
  readonly #marketOf: ReadonlyMap<InstrumentId, InstrumentMarket>
  readonly #baseTimeframe: Timeframe
  readonly #baseMs: number
  readonly #listener: MarketListener
  #onBar: BarListener | null = null
  #closedBars = 0

  constructor(config: KernelConfig, listener: MarketListener) {
    this.#baseTimeframe = config.baseTimeframe
    this.#baseMs = TIMEFRAME_MS[config.baseTimeframe]
    this.#listener = listener
    const { baseTimeframe, execution } = config
    const keepsVolumes = execution?.entry.type === 'vwap' || execution?.close.type === 'vwap'
    this.markets = config.instruments.map(
      (instrument) => new InstrumentMarket(instrument, { baseTimeframe, holding: listener.holdingOf(instrument.id), keepsVolumes }),
    )
    this.#marketOf = new Map(this.markets.map((market) => [market.instrument.id, market]))
  }

  /** What was closed before this session. A closing later than its beginning is of a time that a recording was wound back from. */
  recover(closings: readonly LastClosed[], startMs: number): void {
    for (const { instrumentId, closedMs } of closings) {
      const market = this.#marketOf.get(instrumentId)
      if (market !== undefined && closedMs <= startMs) market.lastClosedMs = closedMs
    }
  }

  onBar(listener: BarListener | null): void {
    this.#onBar = listener
  }
  market(instrumentId: InstrumentId): InstrumentMarket | null {
    return this.#marketOf.get(instrumentId) ?? null
  }
  indexOf(instrumentId: InstrumentId): number {
    return this.markets.findIndex((market) => market.instrument.id === instrumentId)
  }
  /** NaN before the first price. */
  lastPrice(instrumentId: InstrumentId): number {
    return this.#marketOf.get(instrumentId)?.lastPrice ?? Number.NaN
  }
  /** The last price on the tick grid, or null when there is none yet. */
  exactPrice(instrumentId: InstrumentId): Price | null {
    const market = this.#marketOf.get(instrumentId)
    return market !== undefined && market.lastPrice > 0 ? priceFromNumber(market.instrument, market.lastPrice, 'half_even') : null
  }
  /** Where an order would stand now; null before the first price. The spread is NaN while it is not known. */
  quote(instrumentId: InstrumentId, nowMs: number): Quote | null {
    const market = this.#marketOf.get(instrumentId)
    if (market === undefined || !(market.lastPrice > 0)) return null
    const { value, tsMs, validForMs } = market.measures.last('spread_bp')
    return { instrument: market.instrument, lastPrice: market.lastPrice, spreadBps: nowMs < tsMs + validForMs ? value : Number.NaN }
  }
  /** Usual volume of a span of time; NaN when it is not known. */
  volumeBetween(instrumentId: InstrumentId, fromMs: number, toMs: number): number {
    return this.#marketOf.get(instrumentId)?.volumes?.between(fromMs, toMs) ?? Number.NaN
  }
  /** When funding is next paid, after `nowMs`. */
  nextFundingMs(nowMs: number): number {
    return (Math.floor(nowMs / FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS
  }

  /** A base candle that closed before the session: indicators see it, nothing is decided. */
  warmUp(instrumentIndex: number, candle: CandleScalars): void {
    const market = this.#at(instrumentIndex)
    market.lastPrice = candle.close
    if (market.volumes !== null) market.volumes.add(candle.openTimeMs, candle.volume)
    market.measures.read(candle.openTimeMs + this.#baseMs)
    this.#aggregate(market, candle)
    for (const runner of market.baseRunners) runner.warmUp(candle)
    for (let index = 0; index < this.#closedBars; index += 1) {
      const bar = market.aggregator.bars[index]
      if (bar === undefined || bar.openTimeMs <= (market.warmedUntilMs[index] ?? -Infinity)) continue
      for (const runner of market.barRunners[index] ?? []) runner.warmUp(bar)
    }
  }

  /**
   * A closed bar of a longer timeframe from before the session, in order, before the base candles of the warm-up: reaches farther back than
   * those. Throws RangeError for a timeframe that is not longer than the base.
   */
  warmUpBar(instrumentIndex: number, timeframe: Timeframe, bar: CandleScalars): void {
    const market = this.#at(instrumentIndex)
    const index = market.aggregator.timeframes.indexOf(timeframe)
    if (index < 0) throw new RangeError(`warm-up with bars of ${timeframe}, expected longer than ${this.#baseTimeframe}`)
    market.warmedUntilMs[index] = bar.openTimeMs
    market.measures.read(bar.openTimeMs + TIMEFRAME_MS[timeframe])
    market.onBar(index, bar)
    for (const runner of market.barRunners[index] ?? []) runner.warmUp(bar)
  }

  /** The hot path: one closed base candle, read here and not kept. Allocates nothing. */
  candle(market: InstrumentMarket, candle: CandleScalars): void {
    market.lastPrice = candle.close
    market.lastDataMs = candle.openTimeMs + this.#baseMs
    this.#listener.onPrice(market, candle)
    if (this.#onBar !== null) this.#onBar(market.instrument.id, this.#baseTimeframe, candle)
    market.measures.read(market.lastDataMs)
    if (market.volumes !== null) market.volumes.add(candle.openTimeMs, candle.volume)
    this.#aggregate(market, candle)
    if (market.baseRunners.length > 0) this.#listener.onRunners(market, market.baseRunners, candle)
    for (let index = 0; index < this.#closedBars; index += 1) this.#tellBar(market, index)
  }

  /** Builds the longer bars and brings every feature of a longer timeframe up to date, before any strategy is asked about this moment. */
  #aggregate(market: InstrumentMarket, candle: CandleScalars): void {
    this.#closedBars = 0
    market.aggregator.add(candle, this.#countClosed)
    for (let index = this.#closedBars - 1; index >= 0; index -= 1) {
      const bar = market.aggregator.bars[index]
      if (bar !== undefined && bar.openTimeMs > (market.warmedUntilMs[index] ?? -Infinity)) market.onBar(index, bar)
    }
  }
  /** Bars close from the shortest up: how many says which. */
  readonly #countClosed = (index: number): void => {
    this.#closedBars = index + 1
  }

  trade(instrumentId: InstrumentId, price: number, tsEventMs: number): void {
    const market = this.#marketOf.get(instrumentId)
    if (market === undefined || !(price > 0)) return
    market.lastPrice = price
    market.lastDataMs = tsEventMs
    this.#listener.onPrice(market, { high: price, low: price, close: price })
  }

  /** Those of the whole market reach every instrument. */
  measures({ instrumentId, values, validForMs, tsEventMs }: Extract<MarketEvent, { type: 'measures' }>): void {
    for (const market of this.markets) {
      if (instrumentId === null || market.instrument.id === instrumentId) market.measures.apply(values, tsEventMs, validForMs)
    }
  }

  #tellBar(market: InstrumentMarket, index: number): void {
    const bar = market.aggregator.bars[index]
    if (bar === undefined) return
    if (this.#onBar !== null) this.#onBar(market.instrument.id, bar.timeframe, bar)
    const runners = market.barRunners[index]
    if (runners !== undefined && runners.length > 0) this.#listener.onRunners(market, runners, bar)
  }

  #at(index: number): InstrumentMarket {
    const market = this.markets[index]
    if (market === undefined) throw new RangeError(`instrument ${index} of ${this.markets.length}`)
    return market
  }
}
