// Proves, for every feature of the catalogue and any candles and measures: the batch form is the incremental one bit for bit, the past never
// changes when more candles come, NaN appears in warm-up and where the feature says so, nothing is ever infinite, and a change of the units of
// price and volume scales what is a price or a volume and leaves the rest alone.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CandleBuffer,
  type FeatureColumns,
  computeFeatures,
  createFeatureSet,
  loadCandle,
  loadMeasures,
} from '../../src-main/core/features/feature-set.ts'
import { featureCatalogue, findFeature } from '../../src-main/core/features/registry.ts'
import type { FeatureSpec, FeatureUnit } from '../../src-main/core/features/feature.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { MEASURES, MEASURE_INFO, type Measure } from '../../src-shared/domain/measure.ts'
import { candlesUntil, realCandles } from '../support/strategy-candles.ts'

const specs = featureCatalogue()
const names = specs.map(({ name }) => name)
const specOf = (index: number): FeatureSpec => {
  const spec = specs[index]
  if (!spec) throw new Error(`no spec ${index}`)
  return spec
}

function batch(columns: FeatureColumns): Float64Array[] {
  const out = names.map(() => new Float64Array(columns.close.length))
  const computed = computeFeatures(names, columns, out)
  if (!computed.ok) throw new Error(computed.error.message)
  return out
}

const measureColumns = (value: (measure: Measure, index: number) => Float64Array): Record<Measure, Float64Array> =>
  Object.fromEntries(MEASURES.map((measure, index) => [measure, value(measure, index)])) as Record<Measure, Float64Array>

/** A walk with moves of up to 5 %, flat stretches, candles without volume, and measures that come and go. */
const anyCandles = fc
  .array(
    fc.tuple(
      fc.double({ min: -0.05, max: 0.05, noNaN: true }),
      fc.double({ min: 0, max: 0.02, noNaN: true }),
      fc.nat(1000),
      fc.oneof(
        { weight: 9, arbitrary: fc.nat(1_000_000).map((thousandths) => thousandths / 1000) },
        { weight: 1, arbitrary: fc.constant(NaN) },
      ),
    ),
    { minLength: 1, maxLength: 400 },
  )
  .map((steps): FeatureColumns => {
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
      measures: measureColumns((_, index) => Float64Array.from(steps, ([, , , measure]) => measure * (1 + index / 7))),
    }
  })

/** The real candles with measures that are all known; their numbers are not real, only of every size. */
function knownColumns(): FeatureColumns {
  const candles = realCandles()
  return {
    ...candles,
    measures: measureColumns((_, k) => candles.close.map((close, i) => (close * (2 + Math.sin(i * (k + 1)))) / 3 ** (k % 9))),
  }
}

/** How a unit grows with the units of price and volume: the powers of both. */
const POWERS: Readonly<Partial<Record<FeatureUnit, readonly [price: number, volume: number]>>> = {
  price: [1, 0],
  volume: [0, 1],
  base: [0, 1],
  quote: [1, 1],
  per_price_volume: [-1, -1],
  price_per_base: [1, -1],
}
// Powers of two scale floats without rounding, so that even what jumps (ranks, bins, extremes) must agree.
const PRICE_FACTOR = 2 ** 7
const VOLUME_FACTOR = 2 ** -5
const factorOf = (unit: string): number => {
  const [price, volume] = POWERS[unit as FeatureUnit] ?? [0, 0]
  return PRICE_FACTOR ** price * VOLUME_FACTOR ** volume
}
const scaled = (column: Float64Array, unit: string): Float64Array => column.map((value) => value * factorOf(unit))

const frozenMarket = (volume: number): CandleColumns => {
  const still = new Float64Array(1200).fill(61_129.93)
  return {
    openTimeMs: still.map((_, i) => 1_700_006_400_000 + i * 300_000),
    open: still,
    high: still,
    low: still,
    close: still,
    volume: new Float64Array(1200).fill(volume),
  }
}
/** What says nothing about a market without trades, and says so in its definition. */
const UNKNOWN_WITHOUT_VOLUME = /^(amihud|volume_profile_\w+)_\d+/
const UNKNOWN_WHILE_STILL = /^(swing|support|resistance)_/

describe('every feature', () => {
  it('is one of at least a hundred, with its own name', () => {
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThanOrEqual(100)
  })

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
        const measures = new Float64Array(MEASURES.length)
        for (let i = 0; i < columns.close.length; i += 1) {
          loadCandle(candle, columns, i)
          loadMeasures(measures, columns, i)
          set.value.update(candle, measures)
          for (const [k, updater] of alone.entries()) {
            const value = updater.update(candle, measures)
            if (!Object.is(value, out[k]?.[i]) || !Object.is(value, set.value.values[k]))
              throw new Error(`${names[k]} differs at candle ${i}: batch ${out[k]?.[i]}, set ${set.value.values[k]}, alone ${value}`)
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  it('is the same bit for bit asked for alone, twice, in another order, and over few candles or none', () => {
    for (const length of [0, 1, 2, 3, 20, 600]) {
      const columns = candlesUntil(realCandles(), length)
      const whole = batch(columns)
      const backwards = names.toReversed().flatMap((name) => [name, name])
      const twice = backwards.map(() => new Float64Array(length))
      computeFeatures(backwards, columns, twice)
      for (const [k, name] of names.entries()) {
        const alone = new Float64Array(length)
        computeFeatures([name], columns, [alone])
        for (const values of [alone, twice[2 * (names.length - 1 - k)], twice[2 * (names.length - 1 - k) + 1]])
          if (!values?.every((value, i) => Object.is(value, whole[k]?.[i]))) throw new Error(`${name} differs over ${length} candles`)
      }
    }
  })

  it('never changes its past when more candles come, and is never infinite', () => {
    fc.assert(
      fc.property(anyCandles, fc.double({ min: 0, max: 1, noNaN: true }), (columns, share) => {
        const count = Math.ceil(columns.close.length * share)
        const whole = batch(columns)
        const part = batch({
          ...candlesUntil(columns, count),
          measures: measureColumns((measure) => (columns.measures?.[measure] ?? new Float64Array(count)).slice(0, count)),
        })
        for (const [k, values] of part.entries()) {
          for (let i = 0; i < count; i += 1) if (!Object.is(values[i], whole[k]?.[i])) throw new Error(`${names[k]} differs at candle ${i}`)
        }
        for (const [k, values] of whole.entries())
          if (values.includes(Infinity) || values.includes(-Infinity)) throw new Error(`${names[k]} is infinite`)
      }),
      { numRuns: 20 },
    )
  })

  it('is NaN in its warm-up, a number from then on, and NaN later only where it says when', () => {
    const columns = knownColumns()
    for (const [k, values] of batch(columns).entries()) {
      const { name, warmupCandles, unknownWhen } = specOf(k)
      const first = values.findIndex((value) => !Number.isNaN(value))
      // What waits for an event, such as a swing, may come later than it could.
      if (unknownWhen === null || name.startsWith('vwap')) expect(first, name).toBe(warmupCandles - 1)
      else expect(first, name).toBeGreaterThanOrEqual(warmupCandles - 1)
      expect(first, `${name} never has a value`).toBeLessThan(values.length)
      const wrong = values.findIndex((value, i) => i >= first && !Number.isFinite(value) && unknownWhen === null)
      expect(wrong, `${name} at candle ${wrong}: ${values[wrong]}`).toBe(-1)
    }
  })

  it('is NaN where it says so and never infinite when the market stands still, with volume and without', () => {
    for (const volume of [0, 3]) {
      for (const [k, values] of batch(frozenMarket(volume)).entries()) {
        const { name, warmupCandles, unknownWhen, inputs } = specOf(k)
        const isUnknown =
          inputs.some((input) => MEASURES.includes(input as Measure)) ||
          UNKNOWN_WHILE_STILL.test(name) ||
          (volume === 0 && UNKNOWN_WITHOUT_VOLUME.test(name))
        if (isUnknown) expect(unknownWhen, name).not.toBeNull()
        const wrong = values.findIndex((value, i) => i >= warmupCandles - 1 && Number.isFinite(value) === isUnknown)
        expect(wrong, `${name} with volume ${volume} at candle ${wrong}: ${values[wrong]}`).toBe(-1)
      }
    }
  })

  it('scales with the units of price and volume as its own unit says', () => {
    const columns = knownColumns()
    const original = batch(columns)
    const other = batch({
      openTimeMs: columns.openTimeMs,
      open: scaled(columns.open, 'price'),
      high: scaled(columns.high, 'price'),
      low: scaled(columns.low, 'price'),
      close: scaled(columns.close, 'price'),
      volume: scaled(columns.volume, 'volume'),
      measures: measureColumns((measure) => scaled(columns.measures?.[measure] ?? new Float64Array(0), MEASURE_INFO[measure].unit)),
    })
    for (const [k, values] of other.entries()) {
      const { name, unit } = specOf(k)
      const before = original[k] ?? new Float64Array(0)
      const wrong = values.findIndex((value, i) => {
        const expected = (before[i] ?? NaN) * factorOf(unit)
        return !Object.is(value, expected) && !(Math.abs(value - expected) <= 1e-12 * Math.abs(expected))
      })
      expect(wrong, `${name} at candle ${wrong}: ${values[wrong]}, was ${before[wrong]}`).toBe(-1)
    }
  })
})
