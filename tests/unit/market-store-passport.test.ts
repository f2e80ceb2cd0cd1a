// Proves that a passport says what is wrong with a series: rows that are missing, closes that leap and come back, bars that disagree with their
// minutes, and where it all came from.
import { describe, expect, it } from 'vitest'
import { CHUNK_ROWS } from '../../src-main/adapters/market-store/series-columns.ts'
import { candleRowFault } from '../../src-main/adapters/market-store/row-check.ts'
import { inferredInstrument } from '../../src-main/adapters/market-store/inferred-instrument.ts'
import { withSource } from '../../src-main/adapters/market-store/series-sources.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'
import { toText } from '../../src-shared/domain/decimal.ts'
import { type SeriesSource, seriesIdOf } from '../../src-shared/domain/series.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { flatCandle } from '../support/market-candles.ts'
import {
  EVERYTHING,
  START_MS,
  candleColumns,
  importCandles,
  importOf,
  minutes,
  openTemporaryStore,
  refOf,
} from '../support/market-store.ts'

const at = (minute: number): number => START_MS + minute * MINUTE_MS

describe('the passport of candles', () => {
  it('tells what is missing, largest first', () => {
    const isThere = (row: number): boolean => !(row >= 10 && row < 13) && row !== 50 && !(row >= 5_000 && row < 6_000)
    expect(importCandles(openTemporaryStore(), minutes(0, 8_000, isThere))).toMatchObject({
      rows: 8_000 - 1_004,
      fromMs: at(0),
      toMs: at(7_999),
      missing: 1_004,
      gaps: [
        { fromMs: at(5_000), toMs: at(5_999), rows: 1_000 },
        { fromMs: at(10), toMs: at(12), rows: 3 },
        { fromMs: at(50), toMs: at(50), rows: 1 },
      ],
    })
  })
  it('keeps the largest 200 gaps of many, and counts them all', () => {
    const passport = importCandles(
      openTemporaryStore(),
      minutes(0, 9_000, (row) => row % 3 !== 1 && !(row > 8_000 && row < 8_010)),
    )
    expect(passport.gaps).toHaveLength(200)
    expect(passport.gaps[0]?.rows).toBeGreaterThan(8)
    expect(passport.missing).toBe(9_000 - passport.rows)
  })
  it('names closes that leap away and come straight back, and no others', () => {
    // Ranges of 0.1 % around 1000, with a close each that moves by less.
    const calm = (row: number): Candle => ({
      openTimeMs: at(row),
      open: 1000,
      high: 1000.5,
      low: 999.5,
      close: 1000 + (row % 5) / 10,
      volume: 1,
    })
    const leap = (row: number, close: number): Candle => ({
      ...calm(row),
      high: Math.max(1000.5, close),
      low: Math.min(999.5, close),
      close,
    })
    const candles = Array.from({ length: 117_000 }, (_, row) => calm(row))
    candles[100] = leap(100, 1030)
    candles[CHUNK_ROWS - 1] = leap(CHUNK_ROWS - 1, 970)
    candles[8_400] = leap(8_400, 1015)
    // Stays away: news, no outlier.
    for (let row = 17_000; row < 117_000; row += 1) candles[row] = { ...calm(row), open: 1100, high: 1100.5, low: 1099.5, close: 1100 }
    // Its neighbours are missing: nobody can say.
    candles[12_000] = leap(12_000, 1030)
    candles.splice(12_001, 1)
    expect(importCandles(openTemporaryStore(), candles).outliersMs).toEqual([at(100), at(CHUNK_ROWS - 1)])
  })
  it('counts candles without volume, and finds no outliers where nothing ever moves', () => {
    const candles = Array.from({ length: 100 }, (_, row) => flatCandle(at(row), 5, row % 4 === 0 ? 0 : 1))
    expect(importCandles(openTemporaryStore(), candles)).toMatchObject({ zeroVolume: 25, outliersMs: [] })
  })
  it('holds longer bars against those built from shorter candles, whichever came first', () => {
    const base = minutes(0, 600)
    const bar = (from: number, count: number): Candle => {
      const part = base.slice(from, from + count)
      return {
        openTimeMs: at(from),
        open: part[0]?.open ?? 0,
        high: Math.max(...part.map(({ high }) => high)),
        low: Math.min(...part.map(({ low }) => low)),
        close: part.at(-1)?.close ?? 0,
        volume: part.reduce((sum, { volume }) => sum + volume, 0),
      }
    }
    const hours = [0, 1, 2, 3, 4, 5].map((hour) => bar(hour * 60, 60))
    // A thousandth of a thousandth is the sum's rounding; a thousandth is another market.
    hours[1] = { ...(hours[1] as Candle), volume: (hours[1]?.volume ?? 0) * (1 + 1e-8) }
    hours[2] = { ...(hours[2] as Candle), volume: (hours[2]?.volume ?? 0) * 1.001 }
    hours[4] = { ...(hours[4] as Candle), high: (hours[4]?.high ?? 0) + 0.1 }
    const expected = [{ against: seriesIdOf(refOf('candles')), compared: 5, different: 2, examplesMs: [at(120), at(240)] }]
    const holed = base.filter((_, row) => row !== 200)
    for (const isBaseFirst of [true, false]) {
      const store = openTemporaryStore()
      if (isBaseFirst) importCandles(store, holed)
      importCandles(store, hours, refOf('candles', '1h'))
      if (!isBaseFirst) importCandles(store, holed)
      expect(store.passport(seriesIdOf(refOf('candles', '1h'))).crossChecks).toEqual(expected)
      expect(store.passport(seriesIdOf(refOf('candles'))).crossChecks).toEqual([])
    }
  })
})

describe('the passport of funding and trades', () => {
  const fundingAt = (hours: readonly number[]) => {
    const writer = openTemporaryStore().begin(importOf(refOf('funding')))
    writer.addFunding({ timeMs: Float64Array.from(hours, (hour) => START_MS + hour * HOUR_MS + 4), rate: new Float64Array(hours.length) })
    return writer.finish()
  }
  it('finds payments that were left out, not a change of the interval', () => {
    expect(fundingAt([0, 8, 16, 24, 28, 32, 36, 44, 52, 60])).toMatchObject({ missing: 0, gaps: [] })
    expect(fundingAt([0, 8, 16, 48, 56, 64])).toMatchObject({
      missing: 3,
      gaps: [{ fromMs: START_MS + 24 * HOUR_MS, toMs: START_MS + 40 * HOUR_MS, rows: 3 }],
    })
  })
  it('shows an hour without trades as a gap of which nobody knows the rows', () => {
    const writer = openTemporaryStore().begin(importOf(refOf('trades')))
    const timeMs = Float64Array.of(0, 5, 10, HOUR_MS + 9, 3 * DAY_MS).map((offset) => START_MS + offset)
    writer.addTrades({ timeMs, price: timeMs.map(() => 5), quantity: timeMs.map(() => 1), side: Int8Array.of(1, 1, -1, 1, 1) })
    expect(writer.finish()).toMatchObject({
      missing: 0,
      gaps: [{ fromMs: START_MS + HOUR_MS + 10, toMs: START_MS + 3 * DAY_MS - 1, rows: 0 }],
    })
  })
})

describe('where a series came from', () => {
  const source = (kind: SeriesSource['kind'], rows: number, name = 'venue'): SeriesSource => ({
    kind,
    name,
    rows,
    importedMs: rows,
    sha256: null,
  })
  it('counts downloads of one venue in a row as one', () => {
    expect(withSource([source('file', 1), source('download', 2)], source('download', 3))).toEqual([
      source('file', 1),
      { ...source('download', 5), importedMs: 3 },
    ])
    expect(withSource([source('download', 2)], source('download', 3, 'other'))).toHaveLength(2)
  })
  it('sums up the oldest of more than a thousand', () => {
    let sources: readonly SeriesSource[] = []
    for (let n = 1; n <= 1_005; n += 1) sources = withSource(sources, source('file', n, `${n}.csv`))
    expect(sources).toHaveLength(1_000)
    expect(sources[0]).toMatchObject({ name: 'earlier imports', rows: 1 + 2 + 3 + 4 + 5 + 6 })
    expect(sources[1]?.name).toBe('7.csv')
  })
})

describe('an instrument of which only the data is known', () => {
  it('has the finest steps that the data shows, and keeps them beside coarser data', () => {
    const store = openTemporaryStore()
    const guess = { ...importOf(refOf('candles')), instrumentFrom: 'inferred' as const }
    const put = (candles: readonly Candle[]) => {
      const writer = store.begin(guess)
      writer.addCandles(candleColumns(candles))
      return writer.finish()
    }
    expect(put([flatCandle(at(0), 0.00000123, 70_000), flatCandle(at(1), 0.0000012, 5.25)]).instrumentFrom).toBe('inferred')
    const stepsOf = () => {
      const instrument = store.instrument('binanceusdm', 'BTC/USDT:USDT')
      return instrument && [instrument.tickSize, instrument.lotSize, instrument.minQuantity].map(toText)
    }
    expect(stepsOf()).toEqual(['0.00000001', '0.01', '0.01'])
    put([flatCandle(at(2), 0.001, 1)])
    expect(stepsOf()).toEqual(['0.00000001', '0.01', '0.01'])
    const known = importCandles(store, [flatCandle(at(3))])
    expect(known.instrumentFrom).toBe('bundled')
    expect(stepsOf()).toEqual(['0.1', '0.001', '0.001'])
    expect(put([flatCandle(at(4), 0.00000123)]).instrumentFrom).toBe('bundled')
    expect(stepsOf()).toEqual(['0.1', '0.001', '0.001'])
    expect(store.candles(known.id, EVERYTHING).close.length).toBe(5)
  })
  it('takes base, quote and settlement from its name', () => {
    const instrument = inferredInstrument(refOf('candles'), { price: 0, quantity: 30 })
    expect(instrument).toMatchObject({ base: 'BTC', quote: 'USDT', settle: 'USDT', leverageMax: 20 })
    expect([toText(instrument.tickSize), toText(instrument.lotSize), toText(instrument.takerFeeRate)]).toEqual([
      '1',
      '0.000000000001',
      '0.0005',
    ])
  })
})

describe('a candle', () => {
  it('needs a whole millisecond from 1970 on, on the grid of its timeframe', () => {
    expect(candleRowFault(flatCandle(-MINUTE_MS), MINUTE_MS)).toBe('misaligned')
    expect(candleRowFault(flatCandle(START_MS), MINUTE_MS)).toBeNull()
    expect(candleRowFault(flatCandle(START_MS + MINUTE_MS), HOUR_MS)).toBe('misaligned')
  })
})
