// Proves what the pages about results compute themselves: even grids, ticks, waterfalls, months, specs laid side by side, the best of a row, the words.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LAB_METRIC_IDS } from '../../src-shared/domain/lab-metric.ts'
import { onGrid } from '../../src-renderer/charts/curve-grid.ts'
import { extentOf, linearScale, logScale, niceTicks, tickText } from '../../src-renderer/charts/plot-scale.ts'
import { studyHonesty, walkForwardHonesty } from '../../src-renderer/features/lab/results/adopt/adopt-words.ts'
import { CHECK_WORDS, explained, inputCounts } from '../../src-renderer/features/lab/results/check/check-words.ts'
import { alignedMonths } from '../../src-renderer/features/lab/results/compare/aligned-months.ts'
import { METRIC_GROUPS } from '../../src-renderer/features/lab/results/metric-groups.ts'
import { formatMetric, metricTitle } from '../../src-renderer/format/lab-metric.ts'
import { formatParameter, labelsOf, parametersText, stepOf } from '../../src-renderer/features/lab/results/parameter-text.ts'
import { histogramBars } from '../../src-renderer/features/lab/results/report/histogram-bars.ts'
import { nearest } from '../../src-renderer/features/lab/results/report/excursions-panel.tsx'
import { yearRows } from '../../src-renderer/features/lab/results/report/month-grid.ts'
import { timeframeFor, tradeChartData } from '../../src-renderer/features/lab/results/report/trade-market.ts'
import { costSteps, waterfallRange } from '../../src-renderer/features/lab/results/report/waterfall.ts'
import { deflatedSaid, expectedMaxSaid, lossSaid, pboSaid, trackRecordSaid } from '../../src-renderer/features/lab/results/robust-words.ts'
import { isTelling, specDifferences, specRows, textsOf, venueOf } from '../../src-renderer/features/lab/results/spec-flat.ts'
import { nearestPlace } from '../../src-renderer/features/lab/results/study/heat-map.tsx'
import { plateauSaid } from '../../src-renderer/features/lab/results/study/plateau-words.ts'
import { sortTrials } from '../../src-renderer/features/lab/results/study/trials-panel.tsx'
import { countsText, countStates, objectiveText, runningBest } from '../../src-renderer/features/lab/results/study/trials.ts'
import { searchedRanges } from '../../src-renderer/features/lab/results/searched-ranges.ts'
import { keptShare, monthTicks, timelineRange } from '../../src-renderer/features/lab/results/walk-forward/windows.ts'
import { fakeChecks, fakeResults } from '../support/fake-lab-runs.ts'
import { fakeSpec } from '../support/fake-lab-report.ts'
import { fakeStudy, fakeWalkForward } from '../support/fake-lab-search.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('curves on one grid', () => {
  it('keep every extreme of a thinned curve, and lie on the line between its points', () => {
    const start = Date.UTC(2025, 0, 1)
    const grid = onGrid([{ tsMs: [start, start + 30 * DAY, start + 60 * DAY], values: [0, 30, -30] }])
    const [column = []] = grid.columns
    expect(Math.max(...column.map(Number))).toBe(30)
    expect(column.at(-1)).toBe(-30)
    expect(column[grid.tsMs.indexOf(start + 15 * DAY)]).toBeCloseTo(15, 9)
    expect(new Set(grid.tsMs.slice(1).map((ms, place) => ms - (grid.tsMs[place] ?? 0))).size).toBe(1)
  })
  it('answer nothing where a curve has not begun or has ended', () => {
    const grid = onGrid([
      { tsMs: [0, 10 * DAY], values: [1, 1] },
      { tsMs: [2 * DAY, 4 * DAY], values: [5, 6] },
    ])
    const at = (ms: number) => grid.columns[1]?.[grid.tsMs.indexOf(ms)]
    expect([at(DAY), at(2 * DAY), at(4 * DAY), at(5 * DAY)]).toEqual([null, 5, 6, null])
  })
  it('are never more than a chart can show, however long the time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 * 365 * 24 }), (hours) => {
        const { tsMs } = onGrid([{ tsMs: [0, hours * HOUR], values: [1, 2] }])
        return tsMs.length >= 2 && tsMs.length <= 7400
      }),
    )
  })
  it('are empty without points', () => expect(onGrid([{ tsMs: [], values: [] }])).toEqual({ tsMs: [], columns: [[]] }))
})

describe('scales', () => {
  it('go to pixels and back', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (value) => {
        const [linear, log] = [linearScale([0, 100], [20, 220]), logScale([0.01, 100], [20, 220])]
        return Math.abs(linear.from(linear.at(value)) - value) < 1e-6 && Math.abs(log.from(log.at(value)) / value - 1) < 1e-6
      }),
    )
  })
  it.each([
    [[0, 1] as const, 4, [0, 0.5, 1], '0.5'],
    [[-0.031, 0.12] as const, 4, [0, 0.05, 0.1], '0.05'],
    [[9400, 12_100] as const, 5, [10_000, 11_000, 12_000], '11,000'],
  ])('put round ticks within %j', (range, count, ticks, text) => {
    expect(niceTicks(range, count)).toEqual(ticks)
    expect(tickText(ticks)(ticks[1] ?? 0)).toBe(text)
  })
  it('hold one value and none', () => {
    expect(niceTicks([3, 3], 4)).toEqual([3])
    expect(extentOf([])).toEqual([0, 1])
    expect(linearScale([3, 3], [0, 10]).at(3)).toBe(5)
  })
})

describe('figures', () => {
  it('are all shown, each once', () => {
    const shown = METRIC_GROUPS.flatMap(({ ids }) => ids)
    expect(shown.toSorted()).toEqual([...LAB_METRIC_IDS].toSorted())
  })
  it('can be told apart by their short titles', () => {
    expect(new Set(LAB_METRIC_IDS.map(metricTitle)).size).toBe(LAB_METRIC_IDS.length)
  })
  it.each([
    ['net_pnl', 1204.5, '+1,204.50'],
    ['total_return', -0.0431, '−4.31%'],
    ['sharpe', 1.836, '1.84'],
    ['trades', 240, '240'],
    ['expectancy_r', 0.42, '+0.42 R'],
    ['holding_ms', 27_720_000, '7h 42m'],
    ['max_drawdown_days', 41.23, '41.2 d'],
    ['unprotected_seconds', 0.24, '0.2 s'],
    ['average_loss', -12, '−12.00'],
    ['max_drawdown', 0.1, '10.00%'],
    ['sharpe', null, '—'],
    ['max_drawdown_days', null, '—'],
    ['max_drawdown_days', Number.NaN, '—'],
    ['unprotected_seconds', Number.POSITIVE_INFINITY, '—'],
  ] as const)('write %s %s as %s', (id, value, text) => expect(formatMetric(id, value)).toBe(text))
})

describe('from gross to net', () => {
  it('each step begins where the one before ended', () => {
    const steps = costSteps({ gross: 100, fees: -30, funding: 2, slippage: -10, net: 62 })
    expect(steps.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['Before costs', 0, 100],
      ['Slippage', 100, 90],
      ['Fees', 90, 60],
      ['Funding', 60, 62],
      ['Net', 0, 62],
    ])
    expect(waterfallRange(steps)).toEqual([0, 100])
  })
  it('what the costs do not explain is a step of its own', () => {
    const steps = costSteps({ gross: 100, fees: -30, funding: 0, slippage: 0, net: 50 })
    expect(steps.find(({ name }) => name === 'Still open')).toMatchObject({ amount: -20, from: 70, to: 50 })
  })
})

describe('months', () => {
  const month = (year: number, one: number, totalReturn: number) => ({
    year,
    month: one,
    totalReturn,
    netPnl: totalReturn * 100,
    trades: 3,
  })
  it('are compounded to years, and those that were not seen stay empty', () => {
    const rows = yearRows([month(2025, 1, 0.1), month(2024, 12, 0.05), month(2025, 3, -0.1)])
    expect(rows.map(({ year }) => year)).toEqual([2024, 2025])
    expect(rows[1]?.totalReturn).toBeCloseTo(-0.01, 12)
    expect(rows[1]?.months[1]).toBeNull()
    expect(rows[1]?.trades).toBe(6)
  })
  it('of several runs stand in common rows', () => {
    const rows = alignedMonths([
      { months: [month(2024, 12, 0.1), month(2025, 1, 0.2)] },
      { months: [month(2025, 1, -0.1)] },
      { months: null },
    ])
    expect(rows).toEqual([
      { year: 2024, month: 12, returns: [0.1, null, null] },
      { year: 2025, month: 1, returns: [0.2, -0.1, null] },
    ])
  })
})

describe('a spec', () => {
  const spec = fakeSpec({ leverage: 3, simulation: { latencyMs: 250, slippage: { kind: 'depth' } } })
  it('is laid beside the defaults of the lab and of the strategies', () => {
    const rows = specRows(spec, new Map([['imba.confluenceMin', 1.2]]))
    const row = (path: string) => rows.find((one) => one.path === path)
    expect(row('leverage')).toEqual({ path: 'leverage', value: '3', fallback: '5', differs: true })
    expect(row('simulation.slippage.kind')).toMatchObject({ value: 'depth', fallback: 'fixed', differs: true })
    expect(row('data.timeframe')).toMatchObject({ value: '1m', fallback: '1m', differs: false })
    expect(row('playbook.strategies.imba.parameters.confluenceMin')).toMatchObject({ value: '1.3', fallback: '1.2', differs: true })
    expect(row('data.fromMs')).toMatchObject({ value: '2025-01-01 00:00', fallback: null, differs: false })
    expect(rows.filter(isTelling).map(({ path }) => path)).not.toContain('data.timeframe')
  })
  it('of a search and a walk-forward knows its own defaults', () => {
    expect(specRows(fakeStudy().spec).find(({ path }) => path === 'pruner.kind')).toMatchObject({
      value: 'median',
      fallback: 'none',
      differs: true,
    })
    const dimension = specRows(fakeStudy().spec).find(({ path }) => path === 'dimensions.imba.confluenceMin')
    expect(dimension).toMatchObject({ value: '0.8 to 2 by 0.1, linear', fallback: null, differs: false })
    expect(dimension && isTelling(dimension)).toBe(true)
    expect(specRows(fakeWalkForward().spec).find(({ path }) => path === 'trainDays')).toMatchObject({ value: '60', fallback: '180' })
  })
  it('that nobody understands is shown without defaults', () => {
    const rows = specRows({ version: 9, something: { else: true } })
    expect(rows).toEqual([
      { path: 'version', value: '9', fallback: null, differs: false },
      { path: 'something.else', value: 'yes', fallback: null, differs: false },
    ])
  })
  it('shows the length of a source instead of the source, and names list entries', () => {
    const flat = textsOf({ files: [{ name: 'a.ts', source: 'x'.repeat(1200) }], tags: ['b', 'c'], none: [] })
    expect([...flat]).toEqual([
      ['files.a.ts.name', 'a.ts'],
      ['files.a.ts.source', '1,200 characters'],
      ['tags', 'b, c'],
      ['none', 'none'],
    ])
  })
  it('differs from another only where it does, also across kinds of runs', () => {
    const [first, second] = [...fakeResults().runs.values()].map(({ report }) => report)
    if (!first || !second) throw new Error('no runs')
    const { spec: asked } = fakeWalkForward()
    const walkForward = { ...first, spec: asked, passports: [] }
    const rows = specDifferences([first, second, walkForward])
    const paths = rows.map(({ path }) => path)
    expect(rows.find(({ path }) => path === 'leverage')?.values).toEqual(['5', '3', '5'])
    expect(paths.indexOf('trainDays')).toBeGreaterThan(paths.indexOf('leverage'))
    expect(paths.filter((path) => path.startsWith('data'))).toEqual([])
    expect(specDifferences([first, first])).toEqual([])
    const files = (source: string) => ({ ...first, spec: { ...first.spec, files: [{ name: 'a.ts', source }] } })
    expect(specDifferences([files('x'.repeat(500)), files('y'.repeat(500))]).map(({ values }) => values)).toEqual([
      ['text 1, 500 characters', 'text 2, 500 characters'],
    ])
    const data = first.passports.map((one) => ({ ...one, contentHash: 'ab'.repeat(32) }))
    expect(specDifferences([first, { ...first, passports: data }]).map(({ path }) => path)).toHaveLength(3)
    expect(venueOf(spec)).toBe('binanceusdm')
    expect(venueOf({})).toBe('')
  })
})

describe('parameters', () => {
  it('are written as finely as their step, or a thousandth of their range', () => {
    expect(formatParameter(1.4, 0.25)).toBe('1.40')
    expect(formatParameter(1.4)).toBe('1.4')
    expect(formatParameter(null)).toBe('—')
    expect(stepOf({ min: 0.5, max: 1, step: null })).toBeCloseTo(0.0001, 12)
    const labelOf = labelsOf(['imba.volatileStrengthMin', 'imba.cooldownBars', 'tb.cooldownBars'])
    expect(labelOf('imba.volatileStrengthMin')).toBe('volatile strength min')
    expect(labelOf('tb.cooldownBars')).toBe('tb cooldown bars')
    expect(parametersText({ 'imba.confluenceMin': 1.4, 'imba.cooldownBars': 9 })).toBe('confluence min 1.4, cooldown bars 9')
  })
})

describe('a trade on its candles', () => {
  const { trades } = fakeResults().runs.get('R1') ?? { trades: [] }
  const trip = trades[3]?.trip
  if (!trip) throw new Error('the fake run has no trade')
  const candles = {
    instrumentId: trip.instrumentId,
    timeframe: '15m' as const,
    openTimeMs: [0],
    open: [1],
    high: [1],
    low: [1],
    close: [1],
    volume: [1],
    more: false,
  }
  it('is shown in the shortest timeframe that still holds it', () => {
    expect(timeframeFor({ openedMs: 0, closedMs: 100 * 60_000 }, '1m')).toBe('1m')
    expect(timeframeFor({ openedMs: 0, closedMs: 30 * HOUR }, '1m')).toBe('15m')
    expect(timeframeFor({ openedMs: 0, closedMs: 30 * HOUR }, '1h')).toBe('1h')
    expect(timeframeFor({ openedMs: 0, closedMs: 400 * DAY }, '1m')).toBe('1d')
  })
  it('has entry and exit without a journal, and the stop with one', () => {
    const bare = tradeChartData(trip, { candles, detail: null })
    expect(bare.levels.map(({ label }) => label)).toEqual(['entry', 'exit'])
    expect(bare.markers.map(({ text, side }) => [text, side])).toEqual([
      ['entry', trip.side === 'long' ? 'buy' : 'sell'],
      ['exit', trip.side === 'long' ? 'sell' : 'buy'],
    ])
  })
})

describe('a distribution', () => {
  const bin = (from: number, to: number, count: number) => ({ from, to, count })
  const format = (value: number) => `${value}`
  it('leaves empty ends out and says which of the others are open', () => {
    const bars = histogramBars([bin(-1, 0, 0), bin(0, 1, 4), bin(1, 2, 0), bin(2, 3, 1)], 'both', format)
    expect(bars.map(({ label, left, right }) => [label, left, right])).toEqual([
      ['0 to 1', 0, 1],
      ['1 to 2', 1, 2],
      ['2 and more', 2, 3],
    ])
    expect(histogramBars([bin(-1, 0, 2), bin(0, 1, 4)], 'low', format)[0]?.label).toBe('0 and less')
    expect(histogramBars([bin(0, 1, 0)], 'none', format)).toEqual([])
  })
  it('puts bins of several widths side by side, each as wide as the next', () => {
    const bars = histogramBars([bin(0, 1, 4), bin(1, 5, 3), bin(5, 60, 1)], 'none', format)
    expect(bars.map(({ left, right, isByPlace }) => [left, right, isByPlace])).toEqual([
      [0, 1, true],
      [1, 2, true],
      [2, 3, true],
    ])
  })
})

describe('the best cell of a heat map', () => {
  it('is the one nearest to the best trial, the upper one on an edge', () => {
    expect(nearestPlace([1.5, 2.5, 3.5], 2.4)).toBe(1)
    expect(nearestPlace([1.5, 2.5, 3.5], 2)).toBe(1)
    expect(nearestPlace([0.000667, 0.0016, 0.002533], 0.00214)).toBe(2)
  })
})

describe('points under the pointer', () => {
  const frame = { x: linearScale([-2, 0], [0, 200]), y: linearScale([0, 4], [100, 0]) }
  const excursions = [{ positionId: 'P1', maeR: -1, mfeR: 2, r: 1 }]
  it('are found near, and not from afar', () => {
    expect(nearest(excursions, { x: 104, y: 52, frame })?.positionId).toBe('P1')
    expect(nearest(excursions, { x: 150, y: 52, frame })).toBeNull()
  })
})

describe('trials', () => {
  const study = fakeStudy()
  it('raise the best step by step', () => {
    const steps = runningBest(study.trials)
    expect(steps.at(-1)?.number).toBe(study.best)
    expect(steps.every((step, place) => place === 0 || step.objective > (steps[place - 1]?.objective ?? 0))).toBe(true)
  })
  it('are sorted by any column, what is not known last either way', () => {
    const down = sortTrials(study.trials, { column: 'p imba.confluenceMin', descending: true })
    expect(down[0]?.parameters['imba.confluenceMin']).toBe(
      Math.max(...study.trials.map(({ parameters }) => parameters['imba.confluenceMin'] ?? 0)),
    )
    for (const descending of [true, false])
      expect(sortTrials(study.trials, { column: 'objective', descending }).at(-1)?.objective).toBeNull()
    expect(sortTrials(study.trials, { column: 'm sharpe', descending: true })[0]?.number).toBe(study.best)
    expect(sortTrials(study.trials, { column: 'state', descending: false })[0]?.state).toBe('done')
  })
  it('are counted by what became of them', () => {
    expect(countsText(countStates(study.trials))).toBe('146 finished, 10 pruned, 4 failed')
    expect(countsText(countStates([]))).toBe('none yet')
  })
  it('aim at what the spec says', () => {
    expect(objectiveText(study.spec)).toBe('Sharpe ratio')
    const mix = {
      objective: {
        terms: [
          { metric: 'sharpe', weight: 1 },
          { metric: 'max_drawdown', weight: -2 },
        ],
      },
    }
    expect(objectiveText(mix)).toBe('1 × Sharpe ratio − 2 × Max. drawdown')
    expect(objectiveText({})).toBe('objective')
  })
})

describe('windows', () => {
  const walkForward = fakeWalkForward()
  it('keep a share of what the training showed, where it showed anything', () => {
    const [window] = walkForward.windows
    if (!window) throw new Error('no window')
    expect(keptShare({ ...window, trainObjective: 2, testObjective: 1 })).toBe(0.5)
    expect(keptShare({ ...window, trainObjective: -1, testObjective: 1 })).toBeNull()
    expect(keptShare({ ...window, testObjective: null })).toBeNull()
  })
  it('lie in months, and within what was searched', () => {
    const [from, to] = timelineRange(walkForward.windows, DAY)
    expect([new Date(from).toISOString().slice(0, 10), new Date(to).toISOString().slice(0, 10)]).toEqual(['2025-01-01', '2025-06-01'])
    expect(monthTicks([from, to], 10).map((ms) => new Date(ms).getUTCMonth())).toEqual([1, 2, 3, 4, 5])
    expect(monthTicks([from, from + 400 * DAY], 5).length).toBeLessThanOrEqual(5)
    expect(searchedRanges(walkForward.spec).get('imba.confluenceMin')).toEqual({ min: 0.8, max: 2, step: 0.1 })
    expect(searchedRanges({})).toEqual(new Map())
  })
})

describe('words about luck', () => {
  it.each([
    [pboSaid(0.05), 'low'],
    [pboSaid(0.31), 'moderate'],
    [pboSaid(0.62), 'overfitted'],
    [pboSaid(null), 'unknown'],
    [deflatedSaid(0.97, 100), 'holds'],
    [deflatedSaid(0.85, 100), 'doubtful'],
    [deflatedSaid(0.4, 100), 'likely luck'],
    [deflatedSaid(null, 100), 'unknown'],
    [expectedMaxSaid(1.3, 2, 100), 'best is above'],
    [expectedMaxSaid(1.3, 1, 100), 'best is not above'],
    [trackRecordSaid(143, 181), 'long enough'],
    [trackRecordSaid(143, 90), 'too short'],
    [trackRecordSaid(null, 90), 'unknown'],
    [lossSaid(0.01, 1000), 'rare'],
    [lossSaid(0.3, 1000), 'common'],
    [plateauSaid({ neighbours: 9, meanObjective: 1, worstObjective: 0.8, isPeak: false }, 1.2), 'stands'],
    [plateauSaid({ neighbours: 1, meanObjective: 0.1, worstObjective: 0.1, isPeak: true }, 1.2), 'likely luck'],
    [plateauSaid(null, 1.2), 'unknown'],
  ])('%#: %s', (said, verdict) => {
    expect(said.verdict).toBe(verdict)
    expect(said.sentence.length).toBeGreaterThan(20)
  })
  it('say before adopting that a search is in sample, and how much of a walk-forward is not', () => {
    const study = fakeStudy()
    const trial = study.trials.find(({ number, state }) => state === 'done' && number !== study.best)
    if (!trial) throw new Error('no trial')
    const sentences = studyHonesty(study, trial).map(({ sentence }) => sentence)
    expect(sentences[0]).toMatch(/^In sample: /)
    expect(sentences[1]).toContain('0 trades')
    expect(sentences[2]).toContain('31%')
    expect(sentences.at(-1)).toBe('This is not the best trial of the search.')
    const walkForward = walkForwardHonesty(fakeWalkForward()).map(({ sentence }) => sentence)
    expect(walkForward[0]).toMatch(/out of sample these very parameters were tested from 2025-05-16 to 2025-05-31 only, with 20 trades/)
    expect(walkForward[1]).toContain('5 windows out of sample')
    expect(walkForward[2]).toContain('57%')
  })

  it('a walk-forward that lost out of sample says so first', () => {
    const lost = { ...fakeWalkForward(), metrics: { ...fakeWalkForward().metrics, total_return: -0.0605 } }
    expect(walkForwardHonesty(lost)[0]).toEqual({
      serious: true,
      sentence: 'Out of sample the account earned nothing: −6.05% over all windows.',
    })
  })
  it('explain the first difference of a check and count the inputs', () => {
    const [lookAhead] = fakeChecks()
    const [first] = lookAhead?.differences ?? []
    if (!lookAhead || !first) throw new Error('no difference')
    expect(explained(first, CHECK_WORDS.look_ahead)).toBe(
      'At 2025-03-04 10:15 UTC, imba on BTC/USDT: ema_21 was 104212.4 (with all data) but 104198.1 (future cut off).',
    )
    expect(inputCounts(lookAhead.differences)).toEqual([
      { input: 'ema_21', count: 14 },
      { input: 'signal', count: 14 },
      { input: 'pivot_high', count: 14 },
    ])
  })
})
