// A search under way: which trials were asked for, what came of them, and which one is next. Plain data in and out, and no clock, so that a
// study which was killed goes on as if nothing had happened: what it will ask for follows from the specification and the results alone.
import type { SearchSpec } from '../../../src-shared/config/lab.ts'
import { type Result, ensure, err, ok } from '../../../src-shared/domain/result.ts'
import { createSampler } from './create-sampler.ts'
import { meanScore } from './cross-validation.ts'
import { objectiveOf } from './objective.ts'
import { type Thresholds, thresholdsOf } from './pruning.ts'
import type { Sampler } from './sampler.ts'
import { type Parameters, type Space, dimensionName, parametersOf, spaceOf } from './space.ts'
import { type StudyTrial, bestTrials } from './trial.ts'

/** All there is to a study; JSON keeps it whole. Whoever stores trials one by one stores them as they are returned here. */
export type StudyState = { readonly spec: SearchSpec; readonly trials: readonly StudyTrial[] }

/** A pruner compares with the newest of the known trials: an answer takes milliseconds however long the study is. */
const PRUNER_TRIALS_MAX = 2000

export type TrialRequest = {
  readonly number: number
  readonly parameters: Parameters
  /** For the {@link TrialWatch} of this trial. */
  readonly thresholds: Thresholds
}

export type TrialOutcome = Pick<StudyTrial, 'number' | 'looks' | 'metrics' | 'seconds' | 'worker' | 'message'> & {
  readonly state: 'done' | 'pruned' | 'failed'
}

/**
 * Ask and tell. At most `spec.parallel` trials are under way where trials learn from each other (TPE, or any pruner): trial k may use the
 * results of the trials before k − parallel + 1, and is not asked for until those have ended. It is a window that slides, so workers rest
 * only when a single trial takes as long as `parallel` others; and as it is fixed by the specification, one worker, eight workers and a queue
 * of other machines make the same study. Grid and random search without a pruner have no such limit.
 */
export class Study {
  readonly spec: SearchSpec
  readonly #space: Space
  readonly #sampler: Sampler
  readonly #trials: StudyTrial[]
  /** Trials that were asked for here and not told or released: what is running elsewhere. */
  readonly #out = new Set<number>()
  /** Trials before this one have all ended. */
  #ended = 0

  /** The error is one sentence: see {@link createSampler}. */
  static create(spec: SearchSpec): Result<Study, string> {
    return Study.restore({ spec, trials: [] })
  }

  /**
   * Goes on from a state: trials that were running are asked for again, with the same number and parameters. What comes after a missing
   * number is dropped, and will be suggested again as it was.
   */
  static restore({ spec, trials }: StudyState): Result<Study, string> {
    const sampler = createSampler(spec)
    if (!sampler.ok) return sampler
    const stranger = trials.find(({ parameters }) => spec.dimensions.some((dimension) => !(dimensionName(dimension) in parameters)))
    if (stranger !== undefined) return err(`trial ${stranger.number} lacks a parameter of this search: it belongs to another one`)
    return ok(new Study(spec, sampler.value, trials))
  }

  private constructor(spec: SearchSpec, sampler: Sampler, trials: readonly StudyTrial[]) {
    const sorted = trials.toSorted((a, b) => a.number - b.number)
    this.spec = spec
    this.#space = spaceOf(spec.dimensions)
    this.#sampler = sampler
    this.#trials = sorted.filter(({ number }, at) => number === at)
    this.#advance()
  }

  /** How many trials there will be: fewer than asked for when the space has no more points. */
  get total(): number {
    return Math.min(this.spec.trials, this.#sampler.size)
  }
  /** In order of number. */
  get trials(): readonly StudyTrial[] {
    return this.#trials
  }
  get state(): StudyState {
    return { spec: this.spec, trials: [...this.#trials] }
  }
  get isFinished(): boolean {
    return this.#ended === this.total
  }

  /** The next trial to run; 'wait' when one that runs must end first; null when there is none left to ask for. */
  ask(): TrialRequest | 'wait' | null {
    const left = this.#trials.slice(this.#ended).find(({ number, state }) => state === 'running' && !this.#out.has(number))
    const number = left?.number ?? this.#trials.length
    if (number === this.total) return null
    const known = this.#knownTo(number)
    if (this.#ended < known) return 'wait'
    if (left !== undefined) return this.#handOut(number)
    const point = this.#sampler.suggest({ trials: this.#trials, known })
    this.#trials.push(runningTrial(number, parametersOf(this.#space, point)))
    return this.#handOut(number)
  }

  /** Takes what came of a trial that was asked for, and returns the trial as it now stands. */
  tell(outcome: TrialOutcome): StudyTrial {
    const asked = this.#trials[outcome.number]
    ensure(asked?.state === 'running', () => `trial ${outcome.number} was told, but is ${asked?.state ?? 'not there'}, not running`)
    const trial = { ...asked, ...outcome, objective: this.#objectiveOf(outcome) }
    this.#trials[outcome.number] = trial
    this.#out.delete(outcome.number)
    this.#advance()
    return trial
  }

  /** Gives a trial back that will not be told, such as that of a worker that was lost: it will be asked for again. */
  release(number: number): void {
    this.#out.delete(number)
  }

  /** The trial with the best objective, of equals the first; null before there is one. */
  best(): StudyTrial | null {
    return bestTrials(this.#trials, 1)[0] ?? null
  }

  #objectiveOf({ state, metrics, looks }: TrialOutcome): number | null {
    if (state !== 'done' || metrics === null) return null
    return this.spec.validation.kind === 'none' ? objectiveOf(metrics, this.spec.objective) : meanScore(looks)
  }

  #handOut(number: number): TrialRequest {
    const trial = this.#trials[number]
    ensure(trial !== undefined, () => `there is no trial ${number}`)
    this.#out.add(number)
    const known = this.#knownTo(number)
    const thresholds = thresholdsOf(this.spec.pruner, this.#trials.slice(Math.max(0, known - PRUNER_TRIALS_MAX), known))
    return { number, parameters: trial.parameters, thresholds }
  }

  /** How many trials, from the first on, a trial knows the results of. */
  #knownTo(number: number): number {
    const learns = this.#sampler.learns || this.spec.pruner.kind !== 'none'
    return learns ? Math.max(0, number - this.spec.parallel + 1) : 0
  }

  #advance(): void {
    while (this.#ended < this.#trials.length && this.#trials[this.#ended]?.state !== 'running') this.#ended += 1
  }
}

const runningTrial = (number: number, parameters: Parameters): StudyTrial => ({
  number,
  parameters,
  state: 'running',
  objective: null,
  looks: [],
  metrics: null,
  seconds: null,
  worker: '',
  message: '',
})
