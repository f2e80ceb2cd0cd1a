// @vitest-environment jsdom
// Proves that a measure never looks better than it is: its state, its unit and its words follow from its value, age and source alone.
import { describe, expect, test } from 'vitest'
import { measurePath } from '../../src-renderer/charts/measure-path.ts'
import { fearGreedWord, formatMeasure, meaningOf, sentimentWord } from '../../src-renderer/features/context/measure-format.ts'
import {
  type MeasureView,
  type SourceView,
  measureState,
  missingReason,
  sourceOf,
  tableOf,
} from '../../src-renderer/features/context/measure-state.ts'
import { FLOW_MEASURES, INSTRUMENT_CARDS, MARKET_CARDS, titleOf } from '../../src-renderer/features/context/measure-titles.ts'
import { MEASURES } from '../../src-shared/domain/measure.ts'
import { BTC, ETH } from '../support/fake-bridge.ts'

const HOUR = 3_600_000
const NOW = 100 * HOUR
const view = (over: Partial<MeasureView> = {}): MeasureView => ({
  measure: 'funding_rate',
  unit: 'ratio',
  definition: 'Funding per interval',
  instrumentId: BTC,
  value: 0.0001,
  tsMs: NOW - HOUR,
  validForMs: 2 * HOUR,
  ...over,
})
const source = (state: SourceView['state'], message = ''): SourceView => ({
  id: 'venue',
  title: 'Venue',
  homepage: '',
  measures: ['funding_rate'],
  state,
  lastValueMs: null,
  lastTriedMs: null,
  nextDueMs: null,
  intervalMs: HOUR,
  failures: 0,
  message,
})

describe('state', () => {
  test.each([
    ['a value within its time', view(), source('fresh'), 'fresh'],
    ['a value at the very end of its time', view({ tsMs: NOW - 2 * HOUR }), source('fresh'), 'fresh'],
    ['a value one millisecond past its time', view({ tsMs: NOW - 2 * HOUR - 1 }), source('fresh'), 'stale'],
    ['an old value of a failing source', view({ tsMs: NOW - 9 * HOUR }), source('failing'), 'failing'],
    ['a valid value of a failing source', view(), source('failing'), 'fresh'],
    ['a valid value without any source', view(), null, 'fresh'],
    ['no value yet from a source that was not asked', view({ value: null, tsMs: null }), source('waiting'), 'waiting'],
    ['no value from a source that is off', view({ value: null, tsMs: null }), source('off'), 'off'],
    ['no value from a failing source', null, source('failing'), 'failing'],
    ['no value of this instrument from a source that works', view({ value: null, tsMs: null }), source('fresh'), 'unavailable'],
    ['nothing at all', null, null, 'unavailable'],
  ] as const)('%s', (_name, measure, from, state) => expect(measureState(measure, from, NOW)).toBe(state))

  test('names the reason of a failure in the words of the source', () => {
    expect(missingReason('failing', source('failing', 'HTTP 503'))).toBe('HTTP 503')
    expect(missingReason('failing', source('failing'))).toBe('The source does not answer')
    expect(missingReason('off', source('off'))).toBe('Not asked in this market')
    expect(missingReason('off', source('off', 'no recorded values for this time'))).toBe('no recorded values for this time')
  })

  test('finds measures by name and instrument, and the market apart from instruments', () => {
    const table = tableOf([view(), view({ measure: 'fear_greed', instrumentId: null, value: 20 })])
    expect(table.find('funding_rate', BTC)?.value).toBe(0.0001)
    expect(table.find('funding_rate', ETH)).toBeNull()
    expect(table.find('fear_greed', null)?.value).toBe(20)
    expect(sourceOf([source('fresh')], 'funding_rate')?.id).toBe('venue')
    expect(sourceOf([source('fresh')], 'fear_greed')).toBeNull()
  })

  test('takes the best of several sources of one measure, then the newest', () => {
    const named = (id: string, state: SourceView['state'], lastValueMs: number | null = null) => ({ ...source(state), id, lastValueMs })
    const best = (...sources: SourceView[]) => sourceOf(sources, 'funding_rate')?.id
    expect(best(named('archive', 'off'), named('venue', 'fresh'))).toBe('venue')
    expect(best(named('archive', 'failing'), named('venue', 'waiting'))).toBe('archive')
    expect(best(named('old', 'fresh', 1), named('new', 'fresh', 2), named('none', 'fresh'))).toBe('new')
  })
})

describe('figures', () => {
  const assets = { base: 'BTC', quote: 'USDT', tickSize: '0.1' }
  test.each([
    ['funding_rate', 'ratio', 0.000123, '+0.0123%'],
    ['funding_rate', 'ratio', -0.000123, '−0.0123%'],
    ['btc_dominance', 'ratio', 0.5812, '58.12%'],
    ['hash_rate', 'terahash_per_second', 912_400_000, '912.4 EH/s'],
    ['top_long_short_ratio', 'ratio', 1.837, '1.84'],
    ['open_interest', 'base', 78_420, '78.42K BTC'],
    ['cvd_5m', 'base', 18.4, '+18.40 BTC'],
    ['cvd_5m', 'base', -1840, '−1.84K BTC'],
    ['book_imbalance_10', 'ratio', 0.141, '+0.14'],
    ['liquidation_sell', 'quote', 640_000, '640.00K USDT'],
    ['microprice', 'price', 94_201.34, '94,201.3'],
    ['spread_bp', 'basis_points', 0.11, '0.11 bp'],
    ['trade_rate', 'per_second', 14.23, '14.2 /s'],
    ['fear_greed', 'index_0_100', 24, '24'],
    ['from_the_future', 'light_years', 12, '12.00 light years'],
    ['fear_greed', 'index_0_100', null, '—'],
    ['fear_greed', 'index_0_100', Number.NaN, '—'],
  ])('%s in %s: %s is "%s"', (measure, unit, value, text) => expect(formatMeasure({ measure, unit }, value, assets)).toBe(text))

  test.each([
    [0, 'Extreme fear'],
    [25, 'Extreme fear'],
    [26, 'Fear'],
    [45, 'Fear'],
    [46, 'Neutral'],
    [54, 'Neutral'],
    [55, 'Greed'],
    [74, 'Greed'],
    [75, 'Extreme greed'],
    [100, 'Extreme greed'],
  ])('an index of %d is %s', (index, word) => expect(fearGreedWord(index).word).toBe(word))

  test('says who pays, who leads and what share is long', () => {
    expect(meaningOf('funding_rate', 0.0001)).toBe('longs pay shorts')
    expect(meaningOf('funding_rate', -0.0001)).toBe('shorts pay longs')
    expect(meaningOf('funding_rate', 0)).toBe('nobody pays')
    expect(meaningOf('taker_ratio', 0.9)).toBe('sellers lead')
    expect(meaningOf('global_long_short_ratio', 3)).toBe('75.0% long')
    expect(meaningOf('headline_sentiment', 0.4)).toBe('positive, a weak hint')
    expect(meaningOf('funding_rate', null)).toBe('')
    expect([0.1, 0.09, -0.09, -0.1].map(sentimentWord)).toEqual(['positive', 'neutral', 'neutral', 'negative'])
  })
})

test('every measure of the domain is shown once, with a title of its own', () => {
  const shown = [...MARKET_CARDS, ...INSTRUMENT_CARDS, ...FLOW_MEASURES]
  expect(shown.toSorted()).toEqual([...MEASURES].toSorted())
  expect(new Set(MEASURES.map(titleOf)).size).toBe(MEASURES.length)
  expect(titleOf('not_yet_known')).toBe('not yet known')
})

describe('course', () => {
  const box = { width: 100, height: 20 }
  test('steps from value to value over time, least at the bottom', () => {
    const points = [
      { tsMs: 0, value: 1 },
      { tsMs: 25, value: 3 },
      { tsMs: 100, value: 2 },
    ]
    expect(measurePath(points, box)).toBe('M0.0 20.0H25.0V0.0H100.0V10.0')
  })
  test('is a line through the middle when nothing changed, and nothing below two points', () => {
    expect(
      measurePath(
        [
          { tsMs: 0, value: 5 },
          { tsMs: 10, value: 5 },
        ],
        box,
      ),
    ).toBe('M0.0 10.0H100.0V10.0')
    expect(measurePath([{ tsMs: 0, value: 5 }], box)).toBe('')
  })
})
