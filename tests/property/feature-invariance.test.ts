// Proves, for every feature in the registry and any candles: the batch form is the incremental one bit for bit, the past never changes when
// more candles come, NaN appears in warm-up only (these candles begin with a day, which the day VWAP waits for), and a change of the price's unit scales prices and leaves ratios alone.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CandleBuffer, computeFeatures, createFeatureSet, loadCandle } from '../../src-main/core/features/feature-set.ts'
import { featureCatalogue, findFeature } from '../../src-main/core/features/registry.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { candlesUntil, realCandles } from '../support/strategy-candles.ts'

const specs = featureCatalogue()
const names = specs.map(({ name }) => name)

function batch(columns: CandleColumns): Float64Array[] {
  const out = names.map(() => new Float64Array(columns.close.length))
  const computed = computeFeatures(names, columns, out)
  if (!computed.ok) throw new Error(computed.error.message)
  return out
}

/** A walk with moves of up to 5 %, flat stretches, and candles without volume. */
const anyCandles = fc
  .array(fc.tuple(fc.double({ min: -0.05, max: 0.05, noNaN: true }), fc.double({ min: 0, max: 0.02, noNaN: true }), fc.nat(1000)), {
    minLength: 1,
    maxLength: 400,
  })
  .map((steps): CandleColumns => {
    let price = 100
    const rows = steps.map(([move, wick, volume]) => {
      const open = price
      price *= 1 + (Math.abs(move) < 0.01 ? 0 : move)
      return { open, close: price, high: Math.max(open, price) * (1 + wick), low: Math.min(open, price) * (1 - wick), volume }
    })
    const column = (pick: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, pick)
    return {
      openTimeMs: Float64Array.from(rows, (_, i) => 1_700_006_400_000 + i * 900_000),
      open: column((row) => row.open),
      high: column((row) => row.high),
      low: column((row) => row.low),
      close: column((row) => row.close),
      volume: column((row) => row.volume),
    }
  })

describe('every feature', () => {
  it('is the same bit for bit in batch, in a set, and alone', () => {
    fc.assert(
      fc.property(anyCandles, (columns) => {
        const out = batch(columns)
        const set = createFeatureSet(names)
        if (!set.ok) throw new Error(set.error.message)
        const alone = names.map((name) => {
          const spec = findFeature(name)
          if (!spec.ok) throw new Error(spec.error.message)
          return spec.value.create()
        })
        const candle = new CandleBuffer()
        for (let i = 0; i < columns.close.length; i += 1) {
          loadCandle(candle, columns, i)
          set.value.update(candle)
          for (const [k, updater] of alone.entries()) {
            const value = updater.update(candle)
            if (!Object.is(value, out[k]?.[i]) || !Object.is(value, set.value.values[k]))
              throw new Error(`${names[k]} differs at candle ${i}`)
          }
        }
      }),
      { numRuns: 25 },
    )
  })

  it('never changes its past when more candles come', () => {
    fc.assert(
      fc.property(anyCandles, fc.double({ min: 0, max: 1, noNaN: true }), (columns, share) => {
        const count = Math.ceil(columns.close.length * share)
        const whole = batch(columns)
        const part = batch(candlesUntil(columns, count))
        for (const [k, values] of part.entries()) {
          for (let i = 0; i < count; i += 1) if (!Object.is(values[i], whole[k]?.[i])) throw new Error(`${names[k]} differs at candle ${i}`)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('is NaN in its warm-up and a finite number after it', () => {
    const columns = realCandles()
    for (const [k, values] of batch(columns).entries()) {
      const spec = specs[k]
      if (!spec) throw new Error(`no spec ${k}`)
      const first = spec.warmupCandles - 1
      for (let i = 0; i < values.length; i += 1) {
        const isUnknown = spec.unknownWhen !== null && Number.isNaN(values[i])
        if (i < first || !isUnknown) expect(Number.isFinite(values[i]), `${spec.name} at candle ${i}: ${values[i]}`).toBe(i >= first)
      }
    }
  })

  it('scales with the price when it is a price, and else stays, to 1e-9', () => {
    const columns = realCandles()
    const factor = 1000 / 7
    const scaled = (column: Float64Array): Float64Array => column.map((value) => value * factor)
    const original = batch(columns)
    const other = batch({
      ...columns,
      open: scaled(columns.open),
      high: scaled(columns.high),
      low: scaled(columns.low),
      close: scaled(columns.close),
    })
    for (const [k, spec] of specs.entries()) {
      const expectedFactor = spec.unit === 'price' ? factor : 1
      const [before, after] = [original[k], other[k]]
      if (!before || !after) throw new Error(`no values for ${spec.name}`)
      // Prices that are differences, such as MACD, cross zero: they are compared relative to the price itself.
      const size = (i: number): number =>
        spec.unit === 'price' ? (columns.close[i] ?? NaN) * factor : Math.max(1, Math.abs(before[i] ?? NaN))
      for (let i = 0; i < after.length; i += 1) {
        const [value, expected] = [after[i] ?? NaN, (before[i] ?? NaN) * expectedFactor]
        const agrees = (Number.isNaN(value) && Number.isNaN(expected)) || Math.abs(value - expected) <= 1e-9 * size(i)
        expect(agrees, `${spec.name} at candle ${i}: ${value}, expected ${expected}`).toBe(true)
      }
    }
  })
})
