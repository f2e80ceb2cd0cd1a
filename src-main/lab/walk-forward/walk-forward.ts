// A walk-forward under way: what to run next, and what came of it. Plain data in and out and no clock, so that one which was killed goes on
// where it was; whoever runs what it asks for keeps the study of a training that is not finished.
import type { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../src-shared/config/lab.ts'
import type { LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import { type Result, ensure, err, ok, unreachable } from '../../../src-shared/domain/result.ts'
import { applyParameters } from '../search/dimensions.ts'
import { objectiveOf } from '../search/objective.ts'
import { type Parameters, dimensionName } from '../search/space.ts'
import type { StudyTrial } from '../search/trial.ts'
import { type Candidate, candidatesOf, chosenIndex } from './choice.ts'
import { periodsOf } from '../../../src-shared/config/purged-folds.ts'
import { type Period, type WalkForwardWindow, windowsOf } from './windows.ts'

/** What is known of a window, in the order in which it becomes known. */
export type WindowState = {
  readonly number: number
  /** Best first, once training has ended. */
  readonly candidates: readonly Candidate[] | null
  readonly chosen: (Candidate & { readonly validateObjective: number | null }) | null
  readonly test: WindowTest | null
  /** Why there is no test, or what was unusual about the choice; empty otherwise. */
  readonly message: string
  /** True when it ended without a test: nothing was traded in its time. */
  readonly isFailed: boolean
}
export type WindowTest = {
  readonly objective: number | null
  readonly metrics: LabMetricValues
  /** Equity at the end, in money: what the next test begins with. */
  readonly endBalance: number
  readonly runId: string
}
/** All there is to a walk-forward; JSON keeps it whole. */
export type WalkForwardState = { readonly spec: WalkForwardSpec; readonly windows: readonly WindowState[] }

export type WalkForwardTask =
  /** Run this search to its end, and tell its trials. */
  | { readonly kind: 'train'; readonly window: number; readonly spec: SearchSpec }
  /** Run each of these, in any order, and tell their metrics in this order. */
  | { readonly kind: 'validate'; readonly window: number; readonly specs: readonly BacktestSpec[] }
  | { readonly kind: 'test'; readonly window: number; readonly spec: BacktestSpec }

export type WalkForwardResult =
  | { readonly kind: 'train'; readonly window: number; readonly trials: readonly StudyTrial[] }
  /** Null for a candidate whose backtest failed. */
  | { readonly kind: 'validate'; readonly window: number; readonly metrics: readonly (LabMetricValues | null)[] }
  | ({ readonly kind: 'test'; readonly window: number } & Omit<WindowTest, 'objective'>)
  /** What was asked for could not be run. The window ends without a test, and the next one begins. */
  | { readonly kind: 'failed'; readonly window: number; readonly message: string }

/** What a backtest can begin with. */
const BALANCE_MIN = 1e-8
const BALANCE_MAX = 1e12

const UNTOUCHED: Omit<WindowState, 'number'> = { candidates: null, chosen: null, test: null, message: '', isFailed: false }

export class WalkForward {
  readonly spec: WalkForwardSpec
  readonly windows: readonly WalkForwardWindow[]
  readonly #states: WindowState[]

  /** The error is one sentence: see {@link windowsOf} and {@link periodsOf}. */
  static create(spec: WalkForwardSpec): Result<WalkForward, string> {
    return WalkForward.restore({ spec, windows: [] })
  }

  /** Goes on from a state. Windows that it does not hold have not begun. */
  static restore({ spec, windows: states }: WalkForwardState): Result<WalkForward, string> {
    const windows = windowsOf(spec)
    if (!windows.ok) return windows
    const named = applyParameters(
      spec.search.backtest,
      Object.fromEntries(spec.search.dimensions.map((dimension) => [dimensionName(dimension), dimension.min])),
    )
    if (!named.ok) return err(named.error)
    const walkForward = new WalkForward(spec, windows.value, states)
    const folds = walkForward.#foldFault()
    return folds === null ? ok(walkForward) : err(folds)
  }

  private constructor(spec: WalkForwardSpec, windows: readonly WalkForwardWindow[], states: readonly WindowState[]) {
    this.spec = spec
    this.windows = windows
    this.#states = windows.map(({ number }) => states.find((state) => state.number === number) ?? { number, ...UNTOUCHED })
  }

  get state(): WalkForwardState {
    return { spec: this.spec, windows: [...this.#states] }
  }

  /** What to run now; the same until it is told. Null when all windows have ended. */
  next(): WalkForwardTask | null {
    const state = this.#states.find(({ test, isFailed }) => test === null && !isFailed)
    const window = this.windows[state?.number ?? -1]
    if (state === undefined || window === undefined) return null
    if (state.candidates === null) return { kind: 'train', window: window.number, spec: this.#trainSpec(window) }
    if (state.chosen !== null) {
      const spec = this.#backtest(window.test, state.chosen.parameters)
      return { kind: 'test', window: window.number, spec: { ...spec, initialBalance: this.#balanceBefore(window) } }
    }
    const { validate } = window
    ensure(validate !== null, 'a window without validation chooses when its training ends')
    const specs = state.candidates.map(({ parameters }) => this.#backtest(validate, parameters))
    return { kind: 'validate', window: window.number, specs }
  }

  /** Takes what came of {@link next}, and returns the window as it now stands. */
  tell(result: WalkForwardResult): WindowState {
    const task = this.next()
    const state = this.#states[result.window]
    ensure(
      task !== null && state !== undefined && task.window === result.window,
      () => `window ${result.window} was told, but ${task?.window} is asked for`,
    )
    ensure(result.kind === 'failed' || result.kind === task.kind, () => `a ${result.kind} was told, but a ${task.kind} is asked for`)
    const told = { ...state, ...this.#toldBy(result, state) }
    this.#states[result.window] = told
    if (told.test !== null) this.#stopWithout(told.test.endBalance, told.number)
    return told
  }

  #toldBy(result: WalkForwardResult, state: WindowState): Partial<WindowState> {
    switch (result.kind) {
      case 'train':
        return this.#trained(result.trials)
      case 'validate':
        return this.#validated(result.metrics, state)
      case 'test':
        return this.#tested(result)
      case 'failed':
        return { isFailed: true, message: result.message }
      default:
        return unreachable(result, 'result of a walk-forward')
    }
  }

  #trained(trials: readonly StudyTrial[]): Partial<WindowState> {
    const candidates = candidatesOf(trials, this.spec.validateDays === 0 ? 1 : this.spec.candidates)
    const [best] = candidates
    if (best === undefined) {
      const message = `no trial of the training could be judged: fewer than ${this.spec.search.objective.tradesMin} trades, or a metric that cannot be told`
      return { candidates, isFailed: true, message }
    }
    return this.spec.validateDays === 0 ? { candidates, chosen: { ...best, validateObjective: null } } : { candidates }
  }

  #validated(metrics: readonly (LabMetricValues | null)[], { candidates }: WindowState): Partial<WindowState> {
    ensure(metrics.length === candidates?.length, () => `${metrics.length} validations were told for ${candidates?.length} candidates`)
    const share = this.spec.validateDays / this.spec.trainDays
    const objectives = metrics.map((values) => (values === null ? null : objectiveOf(values, this.spec.search.objective, share)))
    const index = chosenIndex(objectives)
    const candidate = candidates[index]
    ensure(candidate !== undefined, 'validation is asked for when there is a candidate')
    const validateObjective = objectives[index] ?? null
    const message = validateObjective === null ? 'validation could judge no candidate: the best of the training was taken' : ''
    return { chosen: { ...candidate, validateObjective }, message }
  }

  #tested({ metrics, endBalance, runId }: Omit<WindowTest, 'objective'>): Partial<WindowState> {
    const share = this.spec.testDays / this.spec.trainDays
    return { test: { metrics, endBalance, runId, objective: objectiveOf(metrics, this.spec.search.objective, share) } }
  }

  /** A desk that has lost everything does not begin another window. */
  #stopWithout(balance: number, number: number): void {
    if (balance >= BALANCE_MIN && balance < BALANCE_MAX) return
    const message = `the test before ended with ${balance}, expected at least ${BALANCE_MIN} and less than ${BALANCE_MAX} to begin with`
    for (const later of this.#states.slice(number + 1)) this.#states[later.number] = { ...later, isFailed: true, message }
  }

  /** Text of a decimal, as a backtest begins with. */
  #balanceBefore({ number }: WalkForwardWindow): string {
    const last = this.#states.slice(0, number).findLast(({ test }) => test !== null)?.test
    return last == null ? this.spec.search.backtest.initialBalance : last.endBalance.toFixed(8)
  }

  /** Trainings differ in length; one sentence about the first that is too short for its folds. */
  #foldFault(): string | null {
    for (const window of this.windows) {
      const folds = periodsOf(this.#trainSpec(window))
      if (!folds.ok) return `training of window ${window.number + 1}: ${folds.error}`
    }
    return null
  }

  #trainSpec({ number, train }: WalkForwardWindow): SearchSpec {
    const { search } = this.spec
    const data = { ...search.backtest.data, ...train }
    // Each training draws numbers of its own.
    return { ...search, seed: (search.seed + number) >>> 0, backtest: { ...search.backtest, data } }
  }

  #backtest(period: Period, parameters: Parameters): BacktestSpec {
    const { backtest } = this.spec.search
    const applied = applyParameters(backtest, parameters)
    ensure(applied.ok, 'the dimensions were found in the backtest when the walk-forward began')
    return { ...applied.value, data: { ...backtest.data, ...period } }
  }
}
