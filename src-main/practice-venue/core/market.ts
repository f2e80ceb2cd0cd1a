// One instrument's market through time: price points, book, prints, candles, mark.
import { type Price, type Quantity, type Rate, price, rateFromNumber, toNumber } from '../../../src-shared/domain/decimal.ts'
import { type BookShape, newBook, publishBook, remakeBook } from './book.ts'
import { addPrint, newCandleBoard } from './candles.ts'
import { watchTriggers } from './conditionals.ts'
import type { VenueInstrument } from './instrument.ts'
import { watchMargin } from './liquidation.ts'
import { fillResting, printOf } from './matching.ts'
import { type PricePoint, type PriceSource, startProcess } from './price-process.ts'
import { seedOf } from './random.ts'
import type { Core, Market } from './state.ts'

export type MarketConfig = {
  readonly instrument: VenueInstrument
  readonly source: PriceSource
  readonly shape: BookShape
  /** Per funding interval, as a fraction. */
  readonly fundingRate: number
  /** How many minutes of candles exist when the exchange opens. */
  readonly historyMinutes: number
}

const CANDLES_KEPT = 60_000

export function createMarket(config: MarketConfig, startMs: number, seed: number): Market {
  const { instrument } = config
  const ownSeed = seedOf(seed, instrument.symbol)
  const process = startProcess(config.source, startMs, ownSeed)
  const upcoming = process.next()
  const opening = onGrid(instrument, firstPrice(config.source, upcoming))
  const market: Market = {
    instrument,
    seed: ownSeed,
    process,
    upcoming,
    status: 'trading',
    deliveryMs: null,
    last: opening,
    mark: opening,
    index: opening,
    markOverride: null,
    fundingRate: rateFromNumber(config.fundingRate),
    nextFundingMs: (Math.floor(startMs / instrument.fundingIntervalMs) + 1) * instrument.fundingIntervalMs,
    fundings: pastFundings(config, startMs, opening),
    book: newBook((ownSeed >>> 4) + 1_000_000),
    shape: config.shape,
    candles: newCandleBoard(CANDLES_KEPT),
    prints: [],
    lastPrintId: (ownSeed >>> 8) + 1_000_000,
    epoch: 0,
  }
  writeHistory(market, config, startMs)
  standBook(market, true)
  publishBook(market.book, instrument)
  return market
}

const firstPrice = (source: PriceSource, upcoming: PricePoint): number =>
  source.kind === 'walk' || source.kind === 'manual' ? source.startPrice : upcoming.price

function pastFundings(config: MarketConfig, startMs: number, mark: Price): { tsMs: number; rate: Rate; mark: Price }[] {
  const { fundingIntervalMs } = config.instrument
  const last = Math.floor(startMs / fundingIntervalMs) * fundingIntervalMs
  const count = Math.floor((config.historyMinutes * 60_000) / fundingIntervalMs)
  const rate = rateFromNumber(config.fundingRate)
  return Array.from({ length: count }, (_, index) => ({ tsMs: last - (count - 1 - index) * fundingIntervalMs, rate, mark }))
}

/** Candles before the opening: a walk of its own that ends at the opening price. */
function writeHistory(market: Market, config: MarketConfig, startMs: number): void {
  const { source } = config
  const stepMs = 15_000
  const opening = toNumber(market.last)
  const volatility = source.kind === 'walk' ? source.volatility : 0.6
  const past = { kind: 'walk' as const, startPrice: opening, volatility, drift: 0, jumpsPerDay: 0, jumpSize: 0, tickMs: stepMs }
  const count = config.historyMinutes * 4
  const walk = startProcess(past, startMs, market.seed ^ 0x5eed)
  // Walked backwards from the opening, so that it ends there.
  const points = Array.from({ length: count }, () => walk.next()).toReversed()
  const firstMs = Math.floor(startMs / 60_000) * 60_000 - config.historyMinutes * 60_000
  points.forEach((point, index) => {
    const before = points[index - 1]?.price ?? point.price
    const ticked = toNumber(onGrid(market.instrument, point.price))
    addPrint(market.candles, { tsMs: firstMs + index * stepMs, price: ticked, quantity: point.quantity * 20, isBuy: point.price >= before })
  })
  addPrint(market.candles, { tsMs: Math.max(startMs, firstMs + count * stepMs), price: opening, quantity: 0, isBuy: true })
}

const onGrid = (instrument: VenueInstrument, value: number): Price => {
  const ticks = Math.max(1, Math.round(value / toNumber(instrument.tickSize)))
  return ((instrument.tickSize as bigint) * BigInt(ticks)) as Price
}

/** The market reaches its next price point: whatever that sets off happens here, in this order. */
export function livePoint(core: Core, market: Market): void {
  const point = market.upcoming
  market.upcoming = market.process.next()
  visitPrice(core, market, point)
}

/** The market trades at a price: prints, candles, resting orders, triggers, liquidations, the book. */
export function visitPrice(core: Core, market: Market, point: PricePoint): void {
  const { instrument } = market
  if (market.status === 'closed') return
  const before = market.last
  market.last = onGrid(instrument, point.price)
  const rose = market.last === before ? (market.epoch & 1) === 0 : market.last > before
  market.index = market.last
  market.mark = market.markOverride ?? (point.mark === undefined ? market.last : markPrice(point.mark))
  const lots = Math.floor(point.quantity / toNumber(instrument.lotSize))
  if (lots > 0) {
    const quantity = ((instrument.lotSize as bigint) * BigInt(lots)) as Quantity
    core.emit(printOf(core, market, { price: market.last, quantity, takerSide: rose ? 'buy' : 'sell' }))
  }
  const printed = lots * toNumber(instrument.lotSize)
  const closed = addPrint(market.candles, { tsMs: core.nowMs, price: toNumber(market.last), quantity: printed, isBuy: rose })
  for (const candle of closed) core.emit({ type: 'candle', symbol: instrument.symbol, tsMs: core.nowMs, candle, isClosed: true })
  if (market.candles.forming) {
    core.emit({ type: 'candle', symbol: instrument.symbol, tsMs: core.nowMs, candle: market.candles.forming, isClosed: false })
  }
  standBook(market, rose)
  fillResting(core, market)
  watchTriggers(core, market)
  watchMargin(core)
  const change = publishBook(market.book, instrument)
  if (change) core.emit({ type: 'book', symbol: instrument.symbol, tsMs: core.nowMs, ...change })
  emitMark(core, market)
}

function standBook(market: Market, rose: boolean): void {
  market.epoch += 1
  const ticks = Number((market.last as bigint) / (market.instrument.tickSize as bigint))
  remakeBook(market.book, market.shape, { ticks, rose, seed: market.seed, epoch: market.epoch })
}

/** Mark prices are finer than ticks: eight digits after the point, as on Binance. */
export const markPrice = (value: number): Price => price(value.toFixed(8))

export function emitMark(core: Core, market: Market): void {
  core.emit({
    type: 'mark',
    symbol: market.instrument.symbol,
    tsMs: core.nowMs,
    mark: market.mark,
    index: market.index,
    fundingRate: market.fundingRate,
    nextFundingMs: market.nextFundingMs,
  })
}

/** Nobody may hold the mark elsewhere than where it is told to be: null lets it follow the last price again. */
export function setMark(core: Core, market: Market, mark: Price | null): void {
  market.markOverride = mark
  market.mark = mark ?? market.last
  watchTriggers(core, market)
  watchMargin(core)
  emitMark(core, market)
}
