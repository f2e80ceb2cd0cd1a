// A fake search over a made-up landscape (a ridge with some luck on it), its heat map, and a walk-forward.
import type { Input, Output } from '../../src-shared/bridge/contract.ts'
import { SearchSpec, WalkForwardSpec } from '../../src-shared/config/lab.ts'
import { periodsOf } from '../../src-shared/config/purged-folds.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { crossValidate, scoreSpread } from '../../src-main/lab/search/cross-validation.ts'
import { fakeMetrics, mean } from './fake-lab-metrics.ts'
import { fakeRow, fakeSpec, thinned } from './fake-lab-report.ts'
import { type FakeTrade, fakeTrades, hourlyAccount, RUN_FROM_MS, RUN_TO_MS } from './fake-lab-trades.ts'
import { seededRandom } from './fake-market.ts'

export type Study = Output<'lab.run.study'>
export type HeatMap = Output<'lab.run.heatMap'>
export type WalkForward = Output<'lab.run.walkForward'>
type Trial = Study['trials'][number]
type Dimension = Study['dimensions'][number]

const dimension = (over: Pick<Dimension, 'name' | 'title' | 'min' | 'max' | 'step' | 'default'> & Partial<Dimension>): Dimension => ({
  unit: '',
  scale: 'linear',
  importance: null,
  ...over,
})
export const DIMENSIONS: readonly Dimension[] = [
  dimension({ name: 'imba.confluenceMin', title: 'Confluence at least', min: 0.8, max: 2, step: 0.1, default: 1.2, importance: 0.46 }),
  dimension({
    name: 'imba.stopAtrMultiple',
    title: 'Distance of the stop',
    unit: '× ATR',
    min: 1,
    max: 4,
    step: 0.25,
    default: 2,
    importance: 0.27,
  }),
  dimension({ name: 'imba.cooldownBars', title: 'Cooldown', unit: 'bars', min: 2, max: 24, step: 2, default: 6, importance: 0.09 }),
  dimension({
    name: 'imba.volatileStrengthMin',
    title: 'Strength while volatile, at least',
    min: 0.5,
    max: 1,
    step: null,
    default: 0.8,
    importance: 0.02,
  }),
]

/** Higher on a ridge near (1.4, 2.25); what the other dimensions add is small. */
function landscape(parameters: Trial['parameters']): number {
  const at = (name: string) => parameters[name] ?? 0
  const ridge = Math.exp(-(((at('imba.confluenceMin') - 1.4) / 0.35) ** 2) - ((at('imba.stopAtrMultiple') - 2.25) / 1.1) ** 2)
  return 2.3 * ridge - 0.5 + 0.01 * (12 - Math.abs(at('imba.cooldownBars') - 12))
}

export type StudyOptions = {
  readonly id?: string
  readonly title?: string
  readonly trials?: number
  readonly state?: Study['run']['state']
  readonly seed?: number
}

export function fakeStudy({
  id = 'S1',
  title = 'IMBA, half a year, TPE',
  trials: count = 160,
  state = 'done',
  seed = 9,
}: StudyOptions = {}): Study {
  const random = seededRandom(seed)
  const trials = Array.from({ length: count }, (_, number) => trial(number, random, count))
  const done = trials.filter((one) => one.objective !== null)
  const best = done.toSorted((a, b) => (b.objective ?? 0) - (a.objective ?? 0))[0]
  const isEnough = done.length >= 20
  const bestOf = (metric: string) => best?.metrics[metric] ?? null
  return {
    run: fakeRow({
      id,
      title,
      kind: 'search',
      state,
      hasJournal: false,
      metrics: { sharpe: bestOf('sharpe'), total_return: bestOf('total_return') },
    }),
    spec: SearchSpec.parse({
      backtest: fakeSpec(),
      dimensions: DIMENSIONS.map(({ name, min, max, step, scale }) => ({
        strategyId: 'imba',
        parameter: name.slice(5),
        min,
        max,
        step,
        scale,
      })),
      trials: 160,
      pruner: { kind: 'median' },
    }),
    dimensions: DIMENSIONS.map((one) => (isEnough ? one : { ...one, importance: null })),
    trials,
    best: best?.number ?? null,
    trialsStored: count,
    trialsRead: count,
    crossValidation: null,
    plateau: isEnough ? { neighbours: 11, meanObjective: 1.52, worstObjective: 1.08, isPeak: false } : null,
    overfitting: isEnough ? { pbo: 0.31, deflatedSharpe: 0.87, expectedMaxSharpe: 1.34, trials: count } : null,
  }
}

const FOLDS = 5

/** The same search with each trial's objective as the mean of five folds, some kinder than others. */
export function fakeFoldedStudy(options: StudyOptions = {}): Study {
  const study = fakeStudy(options)
  const random = seededRandom(4)
  const folded = study.trials.map((of) => ({ of, looks: foldsOf(of.objective, random) }))
  const spec = SearchSpec.parse({ ...study.spec, pruner: { kind: 'none' }, validation: { kind: 'purged-k-fold', folds: FOLDS } })
  const periods = periodsOf(spec)
  const crossed = crossValidate(
    spec.dimensions,
    folded.map(({ of, looks }) => ({ ...of, looks, metrics: null })),
  )
  if (crossed === null || !periods.ok) throw new Error('a fake study has folds')
  const at = (fold: number) => periods.value[fold] ?? { fromMs: 0, toMs: 0 }
  return {
    ...study,
    spec,
    trials: folded.map(({ of, looks }) => ({ ...of, spread: scoreSpread(looks) })),
    crossValidation: {
      ...crossed,
      folds: crossed.folds.map((fold, number) => ({ ...fold, ...at(number), parameters: { ...fold.parameters } })),
      stability: [...crossed.stability],
    },
  }
}

function foldsOf(objective: number | null, random: () => number): number[] {
  if (objective === null) return []
  const beside = Array.from({ length: FOLDS }, (_, fold) => 0.4 * (fold - 2) + random() - 0.5)
  return beside.map((one) => objective + one - mean(beside))
}

/** The later a trial, the nearer to the ridge, as a sampler that learns would draw it. */
function trial(number: number, random: () => number, count: number): Trial {
  const pull = Math.min(0.7, number / count)
  const parameters = Object.fromEntries(
    DIMENSIONS.map(({ name, min, max, step }) => {
      const towards = { 'imba.confluenceMin': 1.4, 'imba.stopAtrMultiple': 2.25 }[name] ?? (min + max) / 2
      const value = (1 - pull) * (min + random() * (max - min)) + pull * towards
      return [name, Number((step === null ? value : min + Math.round((value - min) / step) * step).toFixed(4))]
    }),
  )
  const luck = (random() - 0.5) * 0.7
  const sharpe = landscape(parameters) + luck
  const chance = random()
  const state = number % 41 === 17 ? 'failed' : chance < 0.22 && sharpe < 0.8 ? 'pruned' : 'done'
  const known = state === 'done'
  return {
    number,
    state,
    parameters,
    objective: known ? sharpe : null,
    metrics: known
      ? {
          sharpe,
          total_return: sharpe * 0.09 + (random() - 0.5) * 0.02,
          max_drawdown: Math.max(0.02, 0.14 - sharpe * 0.03 + random() * 0.03),
          profit_factor: Math.max(0.6, 1 + sharpe * 0.22),
          trades: Math.round(90 + random() * 120),
        }
      : {},
    seconds: 3 + random() * 5,
    worker: `worker ${(number % 3) + 1}`,
    spread: null,
    message:
      state === 'failed' ? 'strategy imba: confluence of no votes' : state === 'pruned' ? 'below the median of 31 trials at 40 %' : '',
  }
}

/** Every fifth cell was never tried. */
export function fakeHeatMap({ x, y }: Input<'lab.run.heatMap'>): HeatMap {
  const values = (name: string) => {
    const found = DIMENSIONS.find((one) => one.name === name) ?? DIMENSIONS[0]
    if (!found) return []
    const step = found.step ?? (found.max - found.min) / 10
    return Array.from({ length: Math.round((found.max - found.min) / step) + 1 }, (_, k) => Number((found.min + k * step).toFixed(4)))
  }
  const [xs, ys] = [values(x), values(y)]
  const rest = Object.fromEntries(DIMENSIONS.map((one) => [one.name, one.default]))
  const cells = ys.map((yValue, row) =>
    xs.map((xValue, column) => ((row * 7 + column * 3) % 5 === 4 ? null : landscape({ ...rest, [x]: xValue, [y]: yValue }))),
  )
  const all = cells.flatMap((row, i) => row.map((value, j) => ({ value, x: xs[j] ?? 0, y: ys[i] ?? 0 })))
  const best = all.toSorted((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity))[0]
  return { x, y, xs, ys, cells, best: best === undefined ? null : { x: best.x, y: best.y } }
}

const TRAIN_DAYS = 60
const STEP_DAYS = 15

/** Five windows of 60 days of training, 15 of validation and 15 of test; the training promises more than the tests keep. */
export function fakeWalkForward({
  id = 'W1',
  title = 'IMBA, rolling 60 / 15 / 15',
  state = 'done' as Study['run']['state'],
  done = 5,
} = {}): WalkForward {
  const random = seededRandom(21)
  const times = Array.from({ length: WINDOWS }, (_, place) => windowTimes(place))
  const [firstMs, lastMs] = [times[0]?.testFromMs ?? 0, times[done - 1]?.testToMs ?? 0]
  const trades = fakeTrades({ seed: 8, count: 240, edge: 0.5 }).filter(({ trip }) => trip.openedMs >= firstMs && trip.closedMs <= lastMs)
  const hourly = hourlyAccount(trades)
  const within = hourly.tsMs.map((ms) => ms > firstMs && ms <= lastMs)
  const account = {
    tsMs: hourly.tsMs.filter((_, hour) => within[hour]),
    equity: hourly.equity.filter((_, hour) => within[hour]),
    open: hourly.open,
  }
  const metrics = done === 0 ? {} : { ...fakeMetrics(trades, hourly), benchmark_return: null }
  const windows = times.map((own, place): WalkForward['windows'][number] => {
    const isDone = place < done
    const tested = tradesWithin(trades, own)
    const equityAt = (ms: number) =>
      hourly.equity[
        Math.max(
          0,
          hourly.tsMs.findIndex((hour) => hour >= ms),
        )
      ] ?? 10_000
    const totalReturn = equityAt(own.testToMs) / equityAt(own.testFromMs) - 1
    const test = totalReturn * 40
    const train = Math.max(1.1, test) + 0.4 + random() * 0.5
    return {
      number: place,
      ...own,
      state: isDone ? 'done' : place === done && (state === 'running' || state === 'failed') ? state : 'waiting',
      parameters: isDone ? chosen(random) : null,
      trainObjective: isDone ? train : null,
      validateObjective: isDone ? train * 0.8 : null,
      testObjective: isDone ? test : null,
      testMetrics: isDone ? { total_return: totalReturn, sharpe: test, trades: tested.length, max_drawdown: 0.02 + random() * 0.03 } : {},
      testRunId: isDone ? `W1-T${place + 1}` : null,
      message: place === done && state === 'failed' ? 'no trial of the training had 20 trades' : '',
    }
  })
  const values = (name: string) => windows.map(({ parameters }) => parameters?.[name] ?? null)
  return {
    run: fakeRow({ id, title, kind: 'walk_forward', state, hasJournal: false, toMs: RUN_TO_MS, metrics }),
    spec: WalkForwardSpec.parse({ search: fakeStudy().spec, trainDays: TRAIN_DAYS, validateDays: STEP_DAYS, testDays: STEP_DAYS }),
    windows,
    equity: done === 0 ? { tsMs: [], equity: [], drawdown: [] } : curveOf(account),
    metrics,
    efficiency:
      done === 0 ? null : mean(windows.map((one) => one.testObjective ?? 0)) / mean(windows.map((one) => one.trainObjective ?? 1)),
    stability:
      done === 0
        ? []
        : DIMENSIONS.map(({ name }, place) => ({ name, values: values(name), spread: [0.06, 0.11, 0.31, 0.24][place] ?? 0.2 })),
    newest: windows.findLast((window) => window.state === 'done')?.parameters ?? null,
  }
}

const WINDOWS = 5

function windowTimes(place: number) {
  const trainFromMs = RUN_FROM_MS + place * STEP_DAYS * DAY_MS
  const trainToMs = trainFromMs + (TRAIN_DAYS - 1) * DAY_MS
  const validateFromMs = trainToMs + DAY_MS
  const testFromMs = validateFromMs + STEP_DAYS * DAY_MS
  return { trainFromMs, trainToMs, validateFromMs, validateToMs: testFromMs, testFromMs, testToMs: testFromMs + STEP_DAYS * DAY_MS }
}

const tradesWithin = (trades: readonly FakeTrade[], { testFromMs, testToMs }: ReturnType<typeof windowTimes>) =>
  trades.filter(({ trip }) => trip.openedMs >= testFromMs && trip.openedMs < testToMs)

function curveOf(account: Parameters<typeof thinned>[0]): WalkForward['equity'] {
  const { tsMs, equity, drawdown } = thinned(account)
  return { tsMs, equity, drawdown }
}

const chosen = (random: () => number): Trial['parameters'] =>
  Object.fromEntries(
    DIMENSIONS.map(({ name, min, max, step }) => {
      const wanders = name.endsWith('cooldownBars') ? 1 : 0.3
      const middle = { 'imba.confluenceMin': 1.4, 'imba.stopAtrMultiple': 2.25 }[name] ?? (min + max) / 2
      const value = middle + (random() - 0.5) * (max - min) * wanders
      return [name, Number((step === null ? value : min + Math.round((value - min) / step) * step).toFixed(4))]
    }),
  )
