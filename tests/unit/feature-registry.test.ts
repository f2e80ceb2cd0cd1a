// Proves that features are found by name with any number in range, that anything else is refused with names that work, and that one
// computation serves every output that shares it.
import { describe, expect, it } from 'vitest'
import { computeFeatures, createFeatureSet } from '../../src-main/core/features/feature-set.ts'
import { featureCatalogue, findFeature } from '../../src-main/core/features/registry.ts'
import { candlesUntil, realCandles } from '../support/strategy-candles.ts'

const found = (name: string) => {
  const result = findFeature(name)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
const refused = (name: string) => {
  const result = findFeature(name)
  if (result.ok) throw new Error(`${name} was found`)
  return result.error
}

describe('findFeature', () => {
  it('finds every name of the catalogue, each with unit, warm-up, inputs and definition', () => {
    const catalogue = featureCatalogue()
    expect(catalogue.length).toBeGreaterThan(35)
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length)
    for (const spec of catalogue) {
      expect(found(spec.name)).toMatchObject({ name: spec.name, version: 1, unit: spec.unit, warmupCandles: spec.warmupCandles })
      expect(spec.inputs.length).toBeGreaterThan(0)
      expect(spec.definition.length).toBeGreaterThan(10)
      expect(spec.warmupCandles).toBeGreaterThan(0)
    }
  })

  it.each([
    ['ema_2', 2],
    ['ema_1000', 1000],
    ['macd_line', 26],
    ['macd_histogram_5_34_5', 38],
    ['bollinger_upper_20', 20],
    ['bollinger_upper_20_2.5', 20],
    ['supertrend', 11],
    ['supertrend_direction_7_2', 8],
    ['adx_14', 28],
  ])('finds %s, with a value from candle %i on', (name, warmupCandles) => {
    const spec = found(name)
    expect(spec.warmupCandles).toBe(warmupCandles)
    const out = new Float64Array(1500)
    expect(computeFeatures([name], realCandles(), [out]).ok).toBe(true)
    expect(out.findIndex((value) => !Number.isNaN(value))).toBe(warmupCandles - 1)
  })

  it.each([
    ['emma_21', 'ema_21'],
    ['ema21', 'ema_21'],
    ['EMA_34', 'ema_34'],
    ['rsi', 'rsi_14'],
    ['bolinger_uper_20', 'bollinger_upper_20'],
    ['macd_histogramm', 'macd_histogram'],
    ['ema_1', 'ema_9'],
    ['ema_021', 'ema_21'],
  ])('refuses %s and names %s', (name, nearest) => {
    expect(refused(name).nearest).toContain(nearest)
    expect(refused(name).nearest).toHaveLength(3)
    for (const suggestion of refused(name).nearest) expect(findFeature(suggestion).ok).toBe(true)
  })

  it('says what is wrong with a number', () => {
    expect(refused('ema_1').message).toContain('period 1, expected a whole number from 2 to 1000')
    expect(refused('ema_2.5').message).toContain('period 2.5')
    expect(refused('ema_1001').message).toContain('1001')
    expect(refused('ema_21_3').message).toContain('2 numbers, expected at most 1')
    expect(refused('ema').message).toContain('its period is missing')
    expect(refused('macd_line_26_12_9').message).toContain('fast period 26, expected less than the slow period 12')
    expect(refused('bollinger_upper_20_2.50').message).toContain('multiple 2.50')
  })

  it.each(['', '_', 'constructor', '__proto__', '21', 'ema_', 'ema__21', `ema_${'9'.repeat(5000)}`])('refuses the odd name %j', (name) => {
    expect(refused(name).nearest).toHaveLength(3)
  })
})

describe('createFeatureSet', () => {
  it('is refused as a whole when one name does not exist', () => {
    const set = createFeatureSet(['ema_21', 'emma_55'])
    expect(set.ok ? '' : set.error.message).toContain('there is no feature "emma_55"')
  })

  it('gives the same values for a name asked for twice, in the order asked', () => {
    const set = createFeatureSet(['macd_histogram', 'ema_21', 'ema_21', 'macd_line', 'macd_line_12_26_9'])
    if (!set.ok) throw new Error(set.error.message)
    const candle = { openTimeMs: 0, open: 1, high: 2, low: 1, close: 1, volume: 1 }
    for (let i = 0; i < 60; i += 1) set.value.update({ ...candle, openTimeMs: i * 60_000, close: 1 + (i % 7) / 10 })
    const [histogram, ema, again, line, longName] = set.value.values
    expect(again).toBe(ema)
    expect(longName).toBe(line)
    expect(histogram).not.toBe(line)
    expect(set.value.warmupCandles).toBe(34)
  })

  it('works without any feature', () => {
    const set = createFeatureSet([])
    expect(set.ok && set.value.values.length).toBe(0)
  })

  it('refuses output arrays that do not fit', () => {
    const columns = candlesUntil(realCandles(), 10)
    expect(() => computeFeatures(['ema_21'], columns, [])).toThrow('0 output arrays for 1 features')
    expect(() => computeFeatures(['ema_21'], columns, [new Float64Array(9)])).toThrow('length 9, expected 10')
  })
})
