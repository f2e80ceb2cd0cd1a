// Proves that the market store gives back what it was given, bit for bit, whatever the values; that overlapping imports come to the same
// whichever came first; and that the content hash knows nothing of order, batches or chunks.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeChunk, encodeChunk } from '../../src-main/adapters/market-store/chunk-codec.ts'
import { type Columns, emptyColumns } from '../../src-main/adapters/market-store/series-columns.ts'
import { SERIES_KINDS, type SeriesKind } from '../../src-shared/domain/series.ts'
import { type Candle } from '../../src-shared/domain/candle.ts'
import { EVERYTHING, START_MS, candleColumns, importOf, minutes, openTemporaryStore, refOf, wavyCandle } from '../support/market-store.ts'
import { rowsOf } from '../support/market-candles.ts'

const COLUMNS: Readonly<Record<SeriesKind, number>> = { candles: 6, funding: 2, trades: 4 }

/** Floats of every shape: decimals as markets have them, integers beyond 32 bits, and any bits at all, −0 and NaN among them. */
const anyFloat = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.nat(10)).map(([n, digits]) => n / 10 ** digits),
  },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 51, 2 ** 53) },
)
const onGrid = fc
  .tuple(fc.nat(12), fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 60 }))
  .map(([digits, values]) => values.map((value) => value / 10 ** digits))
const anyColumn = fc.oneof(onGrid, fc.array(anyFloat, { minLength: 1, maxLength: 60 }))

const anyChunk = fc.constantFrom(...SERIES_KINDS).chain((kind) =>
  fc
    .record({
      kind: fc.constant(kind),
      columns: fc.array(anyColumn, { minLength: COLUMNS[kind], maxLength: COLUMNS[kind] }),
      risingTimes: fc.boolean(),
      unitMs: fc.constantFrom(1, 60_000),
    })
    .map(({ columns, risingTimes, ...rest }) => {
      const rows = Math.min(...columns.map((column) => column.length))
      const floats = columns.map((column) => Float64Array.from(column.slice(0, rows)))
      if (risingTimes) floats[0] = Float64Array.from({ length: rows }, (_, row) => START_MS + row * 60_000 * (1 + (row % 3)))
      return { ...rest, rows, columns: floats as Columns }
    }),
)
const bitsOf = (columns: Columns): BigUint64Array[] => columns.map((column) => new BigUint64Array(column.slice().buffer))

describe('a chunk', () => {
  test('comes back bit for bit, whatever is in it', () => {
    fc.assert(
      fc.property(anyChunk, ({ kind, unitMs, rows, columns }) => {
        const out = emptyColumns(kind, rows)
        decodeChunk(encodeChunk(columns, rows, { kind, unitMs }), out, { kind, rows })
        expect(bitsOf(out)).toEqual(bitsOf(columns))
      }),
      { numRuns: 500 },
    )
  })
  test('with one bit turned is refused or still right, never wrong', () => {
    fc.assert(
      fc.property(anyChunk, fc.nat(), ({ kind, unitMs, rows, columns }, at) => {
        const bytes = encodeChunk(columns, rows, { kind, unitMs })
        const bit = at % (bytes.length * 8)
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const out = emptyColumns(kind, rows)
        try {
          decodeChunk(bytes, out, { kind, rows })
        } catch {
          return
        }
        // A bit of zstd's own header may mean nothing to it.
        expect(bitsOf(out)).toEqual(bitsOf(columns))
      }),
      { numRuns: 500 },
    )
  })
})

/** Rows in which order, and after how many of them a new batch begins. */
const shuffled = (count: number) => fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count })
type Stored = { readonly candles: Candle[]; readonly hash: string; readonly duplicates: number; readonly conflicts: number }

function storedFrom(imports: readonly (readonly Candle[])[], batch: number): Stored {
  const store = openTemporaryStore()
  for (const candles of imports) {
    const writer = store.begin(importOf(refOf('candles')))
    for (let from = 0; from < candles.length; from += batch) writer.addCandles(candleColumns(candles.slice(from, from + batch)))
    writer.finish()
  }
  const [passport] = store.list()
  if (passport === undefined) throw new Error('nothing was stored')
  const { contentHash: hash, duplicates, conflicts } = passport
  return { candles: rowsOf(store.candles(passport.id, EVERYTHING)), hash, duplicates, conflicts }
}

describe('a series', () => {
  const ROWS = 60
  const some = fc.uniqueArray(fc.nat(ROWS - 1), { minLength: 1, maxLength: ROWS })
  const candlesAt = (rows: readonly number[]): Candle[] => rows.map((row) => wavyCandle(START_MS + row * 60_000))

  test('is the same whichever of two agreeing imports came first', () => {
    fc.assert(
      fc.property(some, some, fc.integer({ min: 1, max: 40 }), (a, b, batch) => {
        const [one, other] = [candlesAt(a), candlesAt(b)]
        const forth = storedFrom([one, other], batch)
        expect(storedFrom([other, one], batch)).toEqual(forth)
        expect(forth.candles.map(({ openTimeMs }) => openTimeMs)).toEqual(
          [...new Set([...one, ...other].map(({ openTimeMs }) => openTimeMs))].toSorted((x, y) => x - y),
        )
        expect(forth.duplicates).toBe(a.filter((row) => b.includes(row)).length)
        expect(forth.conflicts).toBe(0)
      }),
      { numRuns: 40 },
    )
  })
  test('has the same hash in any order, any batches and any number of imports', () => {
    const whole = storedFrom([minutes(0, ROWS)], ROWS)
    fc.assert(
      fc.property(shuffled(ROWS), fc.integer({ min: 1, max: ROWS }), fc.nat(ROWS - 1), (order, batch, cut) => {
        const candles = candlesAt(order)
        expect(storedFrom([candles], batch)).toEqual(whole)
        const parts = [candles.slice(0, cut), candles.slice(cut)].filter((part) => part.length > 0)
        expect(storedFrom(parts, batch)).toEqual(whole)
      }),
      { numRuns: 40 },
    )
  })
  test('has another hash when one value is another', () => {
    fc.assert(
      fc.property(fc.nat(ROWS - 1), fc.constantFrom('open', 'close', 'volume'), (row, name) => {
        const candles = minutes(0, ROWS)
        const candle = candles[row] as Candle
        const changed = { ...candle, high: candle.high + 1, low: candle.low - 1, [name]: candle[name] + 0.5 }
        expect(storedFrom([candles.with(row, changed)], ROWS).hash).not.toBe(storedFrom([candles], ROWS).hash)
      }),
      { numRuns: 20 },
    )
  })
})
