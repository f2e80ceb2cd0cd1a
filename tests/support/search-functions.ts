// Functions with known minima that optimisers are compared on, and metrics that carry their values. Definitions and minima: Surjanovic and
// Bingham, "Virtual Library of Simulation Experiments: Test Functions and Datasets", Simon Fraser University.
import { type SearchInput, SearchSpec } from '../../src-shared/config/lab.ts'
import { LAB_METRIC_IDS, type LabMetricValues } from '../../src-shared/domain/lab-metric.ts'
import { LOOKS, TrialWatch } from '../../src-main/lab/search/pruning.ts'
import type { TrialOutcome, TrialRequest } from '../../src-main/lab/search/study.ts'

export type TestFunction = {
  readonly name: string
  readonly ranges: readonly (readonly [min: number, max: number])[]
  readonly minimum: number
  readonly at: readonly number[]
  of(x: readonly number[]): number
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const repeated = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

const branin: TestFunction = {
  name: 'Branin',
  ranges: [
    [-5, 10],
    [0, 15],
  ],
  minimum: 0.397887,
  at: [Math.PI, 2.275],
  of: ([x = NaN, y = NaN]) =>
    (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10,
}

const HARTMANN_ALPHA = [1, 1.2, 3, 3.2]
const HARTMANN_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const HARTMANN_P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
]
const hartmann6: TestFunction = {
  name: 'Hartmann-6',
  ranges: repeated(6, [0, 1]),
  minimum: -3.32237,
  at: [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573],
  of: (x) =>
    -sum(
      HARTMANN_ALPHA.map((alpha, i) => {
        const exponent = sum(x.map((value, j) => (HARTMANN_A[i]?.[j] ?? NaN) * (value - (HARTMANN_P[i]?.[j] ?? NaN) / 10_000) ** 2))
        return alpha * Math.exp(-exponent)
      }),
    ),
}

const rosenbrock: TestFunction = {
  name: 'Rosenbrock-4',
  ranges: repeated(4, [-5, 10]),
  minimum: 0,
  at: repeated(4, 1),
  of: (x) => sum(x.slice(1).map((next, i) => 100 * (next - (x[i] ?? NaN) ** 2) ** 2 + ((x[i] ?? NaN) - 1) ** 2)),
}

const ackley: TestFunction = {
  name: 'Ackley-5',
  ranges: repeated(5, [-32.768, 32.768]),
  minimum: 0,
  at: repeated(5, 0),
  of: (x) =>
    -20 * Math.exp(-0.2 * Math.sqrt(sum(x.map((v) => v * v)) / x.length)) -
    Math.exp(sum(x.map((v) => Math.cos(2 * Math.PI * v))) / x.length) +
    20 +
    Math.E,
}

export const TEST_FUNCTIONS: readonly TestFunction[] = [branin, hartmann6, rosenbrock, ackley]

const NO_METRICS = Object.fromEntries(LAB_METRIC_IDS.map((id) => [id, null])) as LabMetricValues

export const metricsWith = (values: Partial<LabMetricValues>): LabMetricValues => ({ ...NO_METRICS, trades: 1000, ...values })

/** A search over the parameters x0, x1, … of one strategy; the dimensions' steps and scales may be given. */
export function searchSpec(over: Partial<SearchInput> & Pick<SearchInput, 'dimensions'>): SearchSpec {
  return SearchSpec.parse({
    backtest: {
      playbook: { version: 1, id: 'p', title: 'P', description: '', strategies: [{ id: 's' }] },
      data: { instruments: ['BTC/USDT:USDT'], fromMs: 0, toMs: 365 * 86_400_000 },
    },
    ...over,
  })
}

export const dimensionsOf = ({ ranges }: TestFunction): SearchInput['dimensions'] =>
  ranges.map(([min, max], at) => ({ strategyId: 's', parameter: `x${at}`, min, max }))

/** What a run of the function gives: the smaller, the better, so its value enters with its sign turned. */
export function outcomeOf({ number, parameters }: TrialRequest, of: TestFunction['of']): TrialOutcome {
  const x = Object.keys(parameters).map((_, at) => parameters[`s.x${at}`] ?? NaN)
  return { number, state: 'done', metrics: metricsWith({ sharpe: -of(x) }), looks: [], seconds: null, worker: '', message: '' }
}

/** A trial that is looked at ten times: it nears its end value from a place that depends on its parameters alone, and stops where it is pruned. */
export function watchedOutcome(request: TrialRequest, spec: SearchSpec, of: TestFunction['of']): TrialOutcome {
  const end = outcomeOf(request, of)
  const value = end.metrics?.sharpe ?? 0
  const watch = new TrialWatch(spec.objective, request.thresholds)
  for (let step = 1; step <= LOOKS; step += 1) {
    const metrics = metricsWith({ sharpe: value + Math.sin(1000 * value + step) * (LOOKS - step) })
    if (watch.look(step, metrics)) return { ...end, state: 'pruned', metrics, looks: watch.looks }
  }
  return { ...end, looks: watch.looks }
}
