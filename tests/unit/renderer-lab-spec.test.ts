// Proves what the lab's forms make of texts: numbers and their faults, specs that the real schemas accept, refusals put at their field, and the
// sentence that says what will be run.
import { beforeEach, describe, expect, test } from 'vitest'
import { type Choices, commonSpan, dataReport, initialForm } from '../../src-renderer/features/lab/form/choices.ts'
import { type LabPace, summaryOf, workloadOf } from '../../src-renderer/features/lab/form/estimate.ts'
import { faultsOfMessage } from '../../src-renderer/features/lab/form/faults.ts'
import { foldRemark, foldsText } from '../../src-renderer/features/lab/form/folds.ts'
import { type LabForm, readForm, withNumber } from '../../src-renderer/features/lab/form/lab-form.ts'
import { NUMBER_FIELDS, NUMBER_KEYS } from '../../src-renderer/features/lab/form/number-fields.ts'
import { faultOf, numberOf, textOf } from '../../src-renderer/features/lab/form/number-text.ts'
import { gridSize } from '../../src-renderer/features/lab/form/search-dimensions.ts'
import { type SpecTask, buildSpec } from '../../src-renderer/features/lab/form/spec.ts'
import { windowCount } from '../../src-renderer/features/lab/form/walk-windows.ts'
import { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../src-shared/config/lab.ts'
import { numberRange } from '../../src-shared/config/number-range.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { fakeLabFiles, fakeLabPlaybooks } from '../support/fake-lab-choices.ts'
import { type FakePassport, fakePassport } from '../support/fake-lab-series.ts'

const BTC = 'BTC/USDT:USDT'
const ETH = 'ETH/USDT:USDT'
const FROM_MS = Date.UTC(2025, 0, 1)

/** Whole days of minutes from `fromDay` on, without a hole. */
function minutes(instrumentId: string, { fromDay = 0, days = 400 }: { fromDay?: number; days?: number } = {}): FakePassport {
  const fromMs = FROM_MS + fromDay * DAY_MS
  return {
    ...fakePassport({ instrumentId, kind: 'candles', timeframe: '1m', seed: 3 }),
    fromMs,
    toMs: fromMs + days * DAY_MS - 60_000,
    rows: days * 1440,
    missing: 0,
    gaps: [],
  }
}

let choices: Choices
let form: LabForm
const playbook = (id: string) => {
  const found = fakeLabPlaybooks().find((one) => one.id === id)
  if (!found) throw new Error(`no playbook ${id}`)
  return found
}
beforeEach(() => {
  choices = {
    playbook: playbook('validated-quant'),
    files: fakeLabFiles(),
    series: [minutes(BTC), minutes(ETH, { fromDay: 20, days: 380 })],
  }
  form = initialForm(choices)
})

/** The spec, or a failure that tells the faults. */
function specOf(task: SpecTask, of = form): unknown {
  const built = buildSpec(task, of, choices)
  if (!built.ok) throw new Error(JSON.stringify(built.faults))
  return built.value.spec
}
const faults = (task: SpecTask, of: LabForm) => {
  const built = buildSpec(task, of, choices)
  return built.ok ? {} : built.faults
}

describe('numbers', () => {
  test.each([
    ['12', 12],
    [' 0.5 ', 0.5],
    ['−3', -3],
    ['.5', 0.5],
    ['1e3', 1000],
    ['', null],
    ['1,5', null],
    ['12 days', null],
    ['0x10', null],
    ['Infinity', null],
  ])('"%s" is %s', (text, value) => expect(numberOf(text)).toBe(value))

  test('a percentage is the very fraction, not one beside it', () => {
    for (const text of ['7', '0.07', '0.035', '29', '1.1', '0.02', '57'])
      expect(numberOf(text, true)).toBe(Number((Number(text) / 100).toPrecision(15)))
    expect(textOf(0.07, true)).toBe('7')
    expect(textOf(0.0002, true)).toBe('0.02')
  })

  test('a fault names the field, its value and what was expected', () => {
    const limits = { min: 0, max: 60_000, whole: true, unit: 'ms' }
    expect(faultOf('Latency', '120', limits)).toBeNull()
    expect(faultOf('Latency', '70000', limits)).toBe('Latency is 70000, expected a whole number from 0 to 60000 ms')
    expect(faultOf('Latency', '1.5', limits)).toBe('Latency is 1.5, expected a whole number from 0 to 60000 ms')
    expect(faultOf('Latency', 'fast', limits)).toBe('Latency is "fast", expected a whole number from 0 to 60000 ms')
    expect(faultOf('Latency', ' ', limits)).toBe('Latency is empty, expected a whole number from 0 to 60000 ms')
    expect(faultOf('Share', '0', { min: 0, max: 100, above: true, unit: '%' })).toBe(
      'Share is 0, expected a number above 0 and at most 100 %',
    )
  })

  test('ranges, units and defaults are those of the schema', () => {
    expect(NUMBER_FIELDS.latencyMs).toMatchObject({
      min: 0,
      max: 60_000,
      unit: 'ms',
      initial: '120',
      whole: true,
      help: 'One way, to the venue or back',
    })
    expect(NUMBER_FIELDS.participationMax).toMatchObject({ min: 0, max: 100, above: true, unit: '%', percent: true, initial: '10' })
    expect(NUMBER_FIELDS.trials).toMatchObject({ min: 1, max: 100_000, initial: '100' })
    for (const key of NUMBER_KEYS) expect(faultOf(key, NUMBER_FIELDS[key].initial, NUMBER_FIELDS[key]), key).toBeNull()
    expect(() => numberRange(BacktestSpec.shape.initialBalance)).toThrow('expected a number')
  })
})

describe('data', () => {
  test('is limited to the time that every chosen instrument has', () => {
    expect(commonSpan(choices.series, form)).toEqual({ fromMs: FROM_MS + 20 * DAY_MS, toMs: FROM_MS + 400 * DAY_MS })
    expect(commonSpan(choices.series, { ...form, instruments: [BTC, 'SOL/USDT:USDT'] })).toBeNull()
  })

  test('begins so late that the indicators are warm', () => {
    expect(form).toMatchObject({ venue: 'binanceusdm', timeframe: '1m', instruments: [BTC, ETH], from: '2025-03-22', to: '2026-02-04' })
    expect(dataReport(choices.series, form).warmup).toEqual({ days: 60, wanted: 60 })
    expect(dataReport(choices.series, { ...form, from: '2025-01-25' }).warmup).toEqual({ days: 4, wanted: 60 })
  })

  test('cuts the first and the last day to what there is of them', () => {
    const late = minutes(BTC, { days: 30 })
    choices = { ...choices, series: [{ ...late, fromMs: late.fromMs + 43_200_000, toMs: late.toMs - 3_600_000 }] }
    const spec = specOf('backtest', { ...form, instruments: [BTC], from: '2025-01-01', to: '2025-01-30' })
    expect(spec).toMatchObject({ data: { fromMs: FROM_MS + 43_200_000, toMs: FROM_MS + 30 * DAY_MS - 3_600_000 } })
  })

  test('says what is missing in the chosen days, and where no funding is stored', () => {
    const gap = { fromMs: FROM_MS + 100 * DAY_MS, toMs: FROM_MS + 100 * DAY_MS + 9 * 60_000, rows: 10 }
    choices = { ...choices, series: [{ ...minutes(BTC), missing: 10, gaps: [gap] }] }
    expect(dataReport(choices.series, { ...form, instruments: [BTC] }).remarks).toEqual([
      'BTC: 10 candles are missing in these days.',
      'No funding is stored for BTC: none is paid there.',
    ])
    expect(dataReport(choices.series, { ...form, instruments: [BTC], from: '2025-06-01', funding: false }).remarks).toEqual([])
  })

  test.each([
    [{ instruments: [] }, { instruments: 'Choose at least one instrument' }],
    [{ instruments: ['SOL/USDT:USDT'] }, { instruments: 'No 1m candles of SOL/USDT are stored for binanceusdm' }],
    [{ from: '2025-02-30' }, { from: 'The first day is "2025-02-30", expected a date' }],
    [{ from: '2025-01-05' }, { from: 'The first day is 2025-01-05, the data begins 2025-01-21' }],
    [{ to: '2027-01-01' }, { to: 'The last day is 2027-01-01, the data ends 2026-02-04' }],
    [{ from: '2025-06-02', to: '2025-06-01' }, { to: 'The last day is 2025-06-01, before the first, 2025-06-02' }],
    [{ detail: '5m' as const }, { detail: 'Candles of 5m are not stored for all chosen instruments, or are not finer than 1m' }],
  ])('%j is refused at its field', (change, expected) => expect(faults('backtest', { ...form, ...change })).toEqual(expected))

  test('is nothing that a form can be made of when nothing is stored', () => {
    expect(initialForm({ ...choices, series: [] })).toMatchObject({ instruments: [], from: '', to: '' })
  })
})

describe('a backtest', () => {
  test('is sent as the schema has it, with only what was changed in the playbook', () => {
    const changed: LabForm = {
      ...form,
      initialBalance: '2500.5',
      parameters: { 'tb.stopMultiple': { mode: 'range', value: '3', min: '1', max: '4', step: '0.5', scale: 'linear' } },
    }
    const spec = BacktestSpec.parse(specOf('backtest', changed))
    expect(spec.initialBalance).toBe('2500.5')
    expect(spec.playbook.strategies).toEqual([
      { id: 'tb', parameters: { stopMultiple: 3 } },
      { id: 'fs', parameters: {} },
      { id: 'mc', parameters: {} },
    ])
    expect(spec.playbook.risk).toEqual({ stopDistanceMax: 0.25 })
    expect(spec.data).toMatchObject({
      instruments: [BTC, ETH],
      fromMs: Date.UTC(2025, 2, 22),
      toMs: Date.UTC(2026, 1, 5),
      warmupDays: 60,
      detail: null,
    })
    expect(spec.simulation).toEqual(BacktestSpec.parse({ ...spec, simulation: {} }).simulation)
  })

  test('carries every choice of the simulation', () => {
    const numbers = {
      slippageSpread: '0.7',
      slippageImpact: '1.5',
      queueAhead: '2',
      latencyJitterMs: '80',
      participationMax: '7',
      seed: '42',
    }
    const chosen: LabForm = {
      ...form,
      slippage: 'depth',
      queue: 'volume',
      fees: 'tiers',
      funding: false,
      numbers,
      tiers: [
        { volumeMin: '0', maker: '0.02', taker: '0.05' },
        { volumeMin: '15000000', maker: '-0.001', taker: '0.035' },
      ],
    }
    expect(BacktestSpec.parse(specOf('backtest', chosen)).simulation).toEqual({
      seed: 42,
      latencyMs: 120,
      latencyJitterMs: 80,
      participationMax: 0.07,
      slippage: { kind: 'depth', basisPoints: 0.7, impact: 1.5 },
      queue: { kind: 'volume', ahead: 2 },
      fees: {
        kind: 'tiers',
        tiers: [
          { volumeMin: 0, maker: 0.0002, taker: 0.0005 },
          { volumeMin: 15_000_000, maker: -0.00001, taker: 0.00035 },
        ],
      },
      funding: false,
    })
    const other = BacktestSpec.parse(specOf('backtest', { ...chosen, slippage: 'volatility', queue: 'last', fees: 'fixed' })).simulation
    expect(other).toMatchObject({
      slippage: { kind: 'volatility', share: 0.05 },
      queue: { kind: 'last' },
      fees: { kind: 'fixed', maker: 0.0002, taker: 0.0005 },
    })
  })

  test('takes the source of the chosen files, with their own parameters', () => {
    const parameters = {
      'band-return.bandWidth': { mode: 'fixed' as const, value: '2.5', min: '1', max: '4', step: '0.25', scale: 'linear' as const },
    }
    const spec = BacktestSpec.parse(specOf('backtest', { ...form, files: ['band-return.ts', 'half-done.ts'], parameters }))
    expect(spec.files).toEqual([
      { name: 'band-return.ts', source: 'export default { id: "band-return" }', strategyId: 'band-return', parameters: { bandWidth: 2.5 } },
    ])
  })

  test('is refused field by field, all at once', () => {
    const wrong: LabForm = {
      ...withNumber(withNumber(form, 'latencyMs', '70000'), 'leverage', '0'),
      initialBalance: '0.0',
      parameters: { 'tb.stopMultiple': { mode: 'fixed', value: '99', min: '', max: '', step: '', scale: 'linear' } },
    }
    expect(faults('backtest', wrong)).toEqual({
      latencyMs: 'Latency is 70000, expected a whole number from 0 to 60000 ms',
      leverage: 'Leverage is 0, expected a number from 1 to 125 ×',
      initialBalance: 'The balance is "0.0", expected a plain amount above 0 such as 10000',
      'parameter:tb.stopMultiple': 'Stop distance is 99, expected a number from 0.5 to 8 × ATR',
    })
  })

  test('is not held up by fields that are not used', () => {
    const off = { ...form, numbers: { slippageImpact: 'x', trials: '', trainDays: 'x', feeMaker: 'x', cuts: '0' } }
    expect(faults('backtest', off)).toEqual({})
    expect(faults('search', off)).toEqual({ trials: 'Trials is empty, expected a whole number from 1 to 100000' })
    expect(faults('checks', off)).toEqual({ cuts: 'Cuts is 0, expected a whole number from 1 to 1000' })
  })
})

describe('a search', () => {
  test('has the ranges as dimensions and the rest as it stands', () => {
    const chosen: LabForm = {
      ...form,
      method: 'grid',
      pruner: 'median',
      numbers: { trials: '120', searchSeed: '7', workers: '3', tradesMin: '5', warmupSteps: '4' },
      terms: [
        { metric: 'sharpe', weight: '1' },
        { metric: 'max_drawdown', weight: '0.5' },
      ],
      parameters: {
        'tb.stopMultiple': { mode: 'range', value: '2.5', min: '1', max: '4', step: '0.5', scale: 'linear' },
        'fs.entryZ': { mode: 'range', value: '2', min: '1', max: '5', step: '', scale: 'log' },
        'fs.exitZ': { mode: 'fixed', value: '0.4', min: '0', max: '1', step: '0.1', scale: 'linear' },
      },
    }
    const spec = SearchSpec.parse(specOf('search', chosen))
    expect(spec.dimensions).toEqual([
      { strategyId: 'tb', parameter: 'stopMultiple', min: 1, max: 4, step: 0.5, scale: 'linear' },
      { strategyId: 'fs', parameter: 'entryZ', min: 1, max: 5, step: null, scale: 'log' },
    ])
    expect(spec.backtest.playbook.strategies[1]).toEqual({ id: 'fs', parameters: { exitZ: 0.4 } })
    expect(spec).toMatchObject({
      method: 'grid',
      trials: 120,
      seed: 7,
      workers: 3,
      pruner: { kind: 'median', startupTrials: 10, warmupSteps: 4 },
      objective: {
        terms: [
          { metric: 'sharpe', weight: 1 },
          { metric: 'max_drawdown', weight: 0.5 },
        ],
        tradesMin: 5,
      },
    })
    expect(gridSize(spec.dimensions)).toBe(70)
  })

  test('has folds instead of a pruner where it is cross-validated', () => {
    const folded: LabForm = {
      ...form,
      validation: 'purged-k-fold',
      pruner: 'median',
      numbers: { folds: '4', embargoFraction: '2.5', startupTrials: 'x' },
    }
    expect(SearchSpec.parse(specOf('search', folded))).toMatchObject({
      pruner: { kind: 'none' },
      validation: { kind: 'purged-k-fold', folds: 4, purgeDays: 1, embargoFraction: 0.025 },
    })
    expect(SearchSpec.parse(specOf('search')).validation).toEqual({ kind: 'none' })
    expect(faults('search', withNumber(folded, 'folds', '1'))).toEqual({ folds: 'Folds is 1, expected a whole number from 2 to 20' })
    const short: LabForm = { ...folded, from: '2025-05-01', to: '2025-05-09' }
    expect(faults('search', short)).toEqual({
      folds: 'Folds: the period has 9 whole days, expected at least 10: 4 folds and 3 gaps of 2 days for purge and embargo',
    })
    // 10 days of training less a day of purge and one of embargo.
    expect(faults('walk_forward', { ...folded, numbers: { ...folded.numbers, trainDays: '10' } })).toEqual({
      folds: expect.stringContaining('the period has 8 whole days'),
    })
  })

  test('says how its folds lie, and when they are too short for what is aimed at', () => {
    const folded: LabForm = { ...form, validation: 'purged-k-fold' }
    const trading = { fromMs: 0, toMs: 50 * DAY_MS }
    expect(foldsText({ form: folded, task: 'search', trading })).toBe('5 folds of 8 days, 2 days between two of them.')
    expect(foldRemark({ form: folded, task: 'search', trading })).toMatch(/^A ratio of daily returns needs 10 days/)
    expect(foldRemark({ form: { ...folded, terms: [{ metric: 'sqn', weight: '1' }] }, task: 'search', trading })).toBeNull()
    expect(foldRemark({ form: folded, task: 'search', trading: { fromMs: 0, toMs: 70 * DAY_MS } })).toBeNull()
    expect(foldsText({ form, task: 'search', trading })).toBe('')
  })

  test('offers a few parameters at first, so that it can be started at once', () => {
    expect(SearchSpec.parse(specOf('search')).dimensions.map(({ strategyId, parameter }) => `${strategyId}.${parameter}`)).toEqual([
      'tb.stopMultiple',
      'tb.chandelierMultiple',
      'fs.entryZ',
      'fs.exitZ',
    ])
  })

  test.each([
    [{ min: '5', max: '4' }, 'Stop distance goes from 5 to 4, expected the smaller one first'],
    [{ min: '0.1' }, 'Stop distance, from is 0.1, expected a number from 0.5 to 8 × ATR'],
    [{ max: 'all' }, 'Stop distance, to is "all", expected a number from 0.5 to 8 × ATR'],
    [{ step: '0' }, 'Stop distance has the step "0", expected a number above 0, or none'],
  ])('refuses the range %j', (change, expected) => {
    const range = { mode: 'range' as const, value: '2.5', min: '1', max: '4', step: '0.5', scale: 'linear' as const }
    expect(faults('search', { ...form, parameters: { 'tb.stopMultiple': { ...range, ...change } } })).toEqual({
      'parameter:tb.stopMultiple': expected,
    })
  })

  test('needs a range and an aim', () => {
    expect(faults('search', { ...form, parameters: {} })).toEqual({ parameters: 'Give at least one parameter a range to search in' })
    expect(faults('search', { ...form, terms: [] })).toEqual({ terms: 'Choose at least one figure to aim at' })
    expect(faults('search', { ...form, terms: [{ metric: 'sharpe', weight: 'much' }] })['terms']).toMatch(/^Weight 1 is "much"/)
  })

  test('does not begin at 0 on a log scale', () => {
    const parameters = { 'fs.exitZ': { mode: 'range' as const, value: '0.5', min: '0', max: '2', step: '', scale: 'log' as const } }
    expect(faults('search', { ...form, parameters })).toEqual({
      'parameter:fs.exitZ': 'Usual funding begins at 0, expected more than 0 on a log scale',
    })
  })
})

describe('a walk-forward', () => {
  test('has the usual windows when there is room for them', () => {
    const spec = WalkForwardSpec.parse(
      specOf('walk_forward', { ...form, walkMode: 'anchored', numbers: { ...form.numbers, candidates: '3', purgeDays: '0.5' } }),
    )
    expect(spec).toMatchObject({
      mode: 'anchored',
      trainDays: 180,
      validateDays: 30,
      testDays: 30,
      candidates: 3,
      purgeDays: 0.5,
      embargoDays: 1,
    })
    expect(spec.search.backtest.data.instruments).toEqual([BTC, ETH])
  })

  test('begins with shorter ones when there is not', () => {
    choices = { ...choices, series: [minutes(BTC, { days: 51 })] }
    form = initialForm(choices)
    expect(WalkForwardSpec.parse(specOf('walk_forward'))).toMatchObject({
      trainDays: 14,
      validateDays: 4,
      testDays: 4,
      search: { objective: { terms: [{ metric: 'sqn' }] } },
    })
  })

  test('is refused when not one window fits, with the days that would be needed', () => {
    const long = withNumber(form, 'trainDays', '365')
    expect(faults('walk_forward', long)).toEqual({ trainDays: 'A window needs 425 days (365 + 30 + 30), the chosen time has 320' })
  })

  test.each([
    [240, { train: 180, validate: 30, test: 30 }, 1],
    [269, { train: 180, validate: 30, test: 30 }, 1],
    [270, { train: 180, validate: 30, test: 30 }, 2],
    [239, { train: 180, validate: 30, test: 30 }, 0],
  ])('%d days hold %j %d times', (days, lengths, count) => expect(windowCount(days, lengths)).toBe(count))
})

describe('a refusal of the lab', () => {
  test.each([
    ['backtest', 'data.toMs: must be after fromMs', 'to'],
    ['backtest', 'spec.leverage is 200, expected at most 125', 'leverage'],
    ['search', 'backtest.data.instruments.1: BTC/USD:BTC has no candles', 'instruments'],
    ['search', 'spec.trials is 0, expected at least 1', 'trials'],
    ['walk_forward', 'search.backtest.simulation.latencyMs is 1, expected 0', 'latencyMs'],
    ['walk_forward', 'trainDays: 500 days are more than there are', 'trainDays'],
    ['walk_forward', 'search.dimensions.0.max: must not be below min', 'parameters'],
    ['backtest', 'simulation.slippage.basisPoints: too big', 'slippageFixed'],
    ['backtest', 'the store is being rebuilt', 'form'],
    ['backtest', 'nonsense.path: what', 'form'],
  ] as const)('%s: "%s" stands at %s', (task, message, field) => expect(faultsOfMessage(task, message, form)).toEqual({ [field]: message }))

  test('about basis points stands at the model that is chosen', () => {
    expect(Object.keys(faultsOfMessage('backtest', 'simulation.slippage.basisPoints: too big', { ...form, slippage: 'depth' }))).toEqual([
      'slippageSpread',
    ])
  })
})

describe('the sentence on what will be run', () => {
  const one = (work: LabPace['paces'][number]['work'], candlesPerSecond: number, over: Partial<LabPace['paces'][number]> = {}) => ({
    work,
    playbookId: 'validated-quant',
    timeframe: '1m' as const,
    candlesPerSecond,
    ...over,
  })
  const PACE: LabPace = { threads: 3, paces: [one('backtest', 10_000), one('trial', 100_000)] }
  const text = (task: SpecTask, { of = form, pace = PACE as LabPace | null, cuts = null as number | null } = {}) => {
    const built = buildSpec(task, of, choices)
    if (!built.ok) throw new Error(JSON.stringify(built.faults))
    return summaryOf(workloadOf(built.value, { threads: pace?.threads ?? 1, cuts }), pace)
  }

  test('counts candles and takes its time from the pace of its own kind of work, on as many threads as it has', () => {
    expect(text('backtest')).toBe('320 days of BTC, ETH ≈ 921.60K candles. About 1m 32s on 1 thread.')
    // 92.16M ÷ 100,000 ÷ 3, and the best once more in full.
    expect(text('search')).toBe('100 trials × 320 days of BTC, ETH ≈ 92.16M candles. About 6m 39s on 3 threads.')
    expect(text('walk_forward')).toBe('3 windows × 100 trials × 180 days of BTC, ETH ≈ 157.08M candles. About 8m 45s on 3 threads.')
    expect(text('checks', { cuts: 100 })).toBe('320 days of BTC, ETH, cut off at 100 decision times.')
  })

  test('counts no more threads than trials that may be under way at once', () => {
    const at = (over: Partial<LabForm>) => text('search', { of: { ...form, ...over }, pace: { ...PACE, threads: 40 } })
    expect(at({})).toContain('on 8 threads')
    expect(at({ method: 'random' })).toContain('on 40 threads')
    expect(at({ numbers: { workers: '2' } })).toContain('on 2 threads')
    expect(at({ method: 'random', numbers: { trials: '5' } })).toContain('on 5 threads')
    expect(at({ validation: 'purged-k-fold' })).toContain('on 40 threads')
  })

  test('counts that an anchored training grows', () => {
    expect(text('walk_forward', { of: { ...form, walkMode: 'anchored' } })).toMatch(/^3 windows × 100 trials × 210 days of BTC, ETH/)
  })

  test('knows that a grid ends', () => {
    const parameters = {
      'tb.stopMultiple': { mode: 'range' as const, value: '2.5', min: '1', max: '4', step: '0.5', scale: 'linear' as const },
    }
    expect(text('search', { of: { ...form, method: 'grid', parameters } })).toMatch(/^7 trials of a grid of 7\.00 × /)
  })

  test('claims no time before such work has ended: not by another kind of work, playbook or timeframe', () => {
    const nothing = 'No trial of this playbook has ended yet that would tell how long it takes.'
    const others = [one('backtest', 9), one('trial', 9, { playbookId: 'imba' }), one('trial', 9, { timeframe: '1h' })]
    expect(text('search', { pace: { threads: 3, paces: others } })).toMatch(new RegExp(`candles\\. ${nothing}$`))
    expect(text('backtest', { pace: { threads: 3, paces: [one('trial', 9)] } })).toContain('No backtest of this playbook has ended yet')
    expect(text('search', { pace: { threads: 3, paces: [one('trial', 100_000)] } })).toContain('About 5m 07s on 3 threads.')
    expect(text('search', { pace: null })).toMatch(/candles\.$/)
  })

  test('claims no time for the workers of a shared queue', () => {
    expect(text('search', { pace: { ...PACE, threads: null } })).toContain('How long that takes is up to the workers at the shared queue.')
    expect(text('backtest', { pace: { ...PACE, threads: null } })).toContain('About 1m 32s on 1 thread.')
  })
})

test('a form that another version wrote is not used', () => {
  expect(readForm(JSON.parse(JSON.stringify(form)))).toEqual(form)
  expect(readForm({ ...form, slippage: 'magic' })).toBeNull()
  // One that was kept before there were folds is.
  const { validation: _, ...before } = form
  expect(readForm(before)).toEqual(form)
  expect(readForm(undefined)).toBeNull()
})
