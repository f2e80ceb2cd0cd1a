// Proves every filter of IMBA at its limit, on both sides, and that what is not known passes and says so.
import { describe, expect, it } from 'vitest'
import { MEASURES, MEASURE_INDEX, type Measure } from '../../src-shared/domain/measure.ts'
import { FLAT, VOLATILE } from '../../src-main/core/regime/imba-3.ts'
import { BlockedLog } from '../../src-main/core/strategies/imba/blocked-log.ts'
import {
  type Candidate,
  FILTER_NAMES,
  FILTER_PARAMETERS,
  type FilterLimits,
  type FilterName,
  filterVerdicts,
} from '../../src-main/core/strategies/imba/filters.ts'
import { defaultParameters, parameter } from '../../src-main/core/strategies/parameters.ts'

const DEFAULTS = defaultParameters(FILTER_PARAMETERS)
const defaultOf = (name: string): number => parameter(DEFAULTS, name)
const LIMITS: FilterLimits = {
  confluenceMin: defaultOf('confluenceMin'),
  fundingMaxPercent: defaultOf('fundingMaxPercent'),
  fundingMode: defaultOf('fundingMode'),
  spreadMaxPercent: defaultOf('spreadMaxPercent'),
  volatileStrengthMin: defaultOf('volatileStrengthMin'),
  cooldownBars: defaultOf('cooldownBars'),
}
const NOTHING_KNOWN = new Float64Array(MEASURES.length).fill(NaN)
const knowing = (measure: Measure, value: number): Float64Array => {
  const measures = NOTHING_KNOWN.slice()
  measures[MEASURE_INDEX[measure]] = value
  return measures
}
const FINE: Candidate = {
  side: 1,
  confluence: 1.2,
  strength: 0.5,
  regimeCode: FLAT,
  close: 1000,
  measures: NOTHING_KNOWN,
  position: null,
  barsSinceExit: Infinity,
}
const position = (side: 'long' | 'short') => ({ side, quantity: 1, entryPrice: 1000, stopPrice: 980, openedMs: 0 })

function codeOf(name: FilterName, change: Partial<Candidate>, limits: Partial<FilterLimits> = {}): string {
  const verdict = filterVerdicts({ ...FINE, ...change }, { ...LIMITS, ...limits })[FILTER_NAMES.indexOf(name)]
  if (verdict?.check !== name) throw new Error(`no verdict of ${name}`)
  expect(verdict.passed).toBe(['ok', 'unavailable'].includes(verdict.code))
  return verdict.code
}

it('lets everything pass when nothing speaks against it, and says what it did not know', () => {
  const codes = filterVerdicts(FINE, LIMITS).map(({ check, passed, code }) => [check, passed, code])
  expect(codes).toEqual([
    ['confluence', true, 'ok'],
    ['funding', true, 'unavailable'],
    ['spread', true, 'unavailable'],
    ['regime', true, 'ok'],
    ['position_open', true, 'ok'],
    ['opposite_position', true, 'ok'],
    ['cooldown', true, 'ok'],
  ])
})

it.each<[FilterName, string, Partial<Candidate>]>([
  ['confluence', 'ok', { confluence: 1.2 }],
  ['confluence', 'confluence_too_low', { confluence: 1.1999 }],
  ['confluence', 'confluence_too_low', { confluence: NaN }],
  ['funding', 'ok', { side: 1, measures: knowing('funding_rate', 0.001) }],
  ['funding', 'funding_too_high', { side: 1, measures: knowing('funding_rate', 0.0011) }],
  ['funding', 'ok', { side: -1, measures: knowing('funding_rate', 0.0011) }],
  ['funding', 'funding_too_high', { side: -1, measures: knowing('funding_rate', -0.0011) }],
  ['spread', 'ok', { measures: knowing('spot_price', 1000 / 1.005) }],
  ['spread', 'spread_too_wide', { measures: knowing('spot_price', 1000 / 1.0051) }],
  ['spread', 'spread_too_wide', { measures: knowing('spot_price', 1000 / 0.994) }],
  ['spread', 'unavailable', { measures: knowing('spot_price', 0) }],
  ['regime', 'ok', { regimeCode: VOLATILE, strength: 0.8 }],
  ['regime', 'weak_in_volatile_market', { regimeCode: VOLATILE, strength: 0.79 }],
  ['regime', 'unavailable', { regimeCode: -1 }],
  ['position_open', 'position_open', { position: position('long') }],
  ['opposite_position', 'ok', { position: position('long') }],
  ['opposite_position', 'opposite_position', { position: position('short') }],
  ['opposite_position', 'opposite_position', { side: -1, position: position('long') }],
  ['cooldown', 'cooling_down', { barsSinceExit: 5 }],
  ['cooldown', 'ok', { barsSinceExit: 6 }],
])('%s says %s', (name, code, change) => {
  expect(codeOf(name, change)).toBe(code)
})

describe('funding as the source system specified it', () => {
  it.each<[string, 1 | -1, number]>([
    ['funding_too_high', -1, 0.0011],
    ['ok', -1, 0.001],
    ['ok', 1, 0.0011],
    ['ok', -1, -0.0011],
  ])('says %s to side %s at a rate of %s', (code, side, rate) => {
    expect(codeOf('funding', { side, measures: knowing('funding_rate', rate) }, { fundingMode: 1 })).toBe(code)
  })
})

describe('the log of refusals', () => {
  it('takes each direction and reason once in twelve bars, however often the direction flips', () => {
    const log = new BlockedLog()
    expect(log.isNews(1, 1, 'confluence')).toBe(true)
    expect(log.isNews(2, 1, 'confluence')).toBe(false)
    expect(log.isNews(3, 1, 'funding')).toBe(true)
    expect(log.isNews(4, -1, 'confluence')).toBe(true)
    expect(log.isNews(5, 1, 'confluence')).toBe(false)
    expect(log.isNews(12, 1, 'confluence')).toBe(false)
    expect(log.isNews(13, 1, 'confluence')).toBe(true)
    expect(log.isNews(14, 1, 'confluence')).toBe(false)
  })
})
