// Proves that a study depends on its specification and the results alone: whatever number of workers, in whatever order they answer, however
// often everything is killed and whatever part of it had been written down, the trials that come out are the same.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SearchInput, SearchSpec } from '../../src-shared/config/lab.ts'
import { type Random, createRandom } from '../../src-main/core/simulation/random.ts'
import { Study, type StudyState, type TrialRequest } from '../../src-main/lab/search/study.ts'
import type { StudyTrial } from '../../src-main/lab/search/trial.ts'
import { searchSpec, watchedOutcome } from '../support/search-functions.ts'

const bumpy = (x: readonly number[]): number => x.reduce((sum, value, at) => sum + (value - 0.3 * at) ** 2 + 0.1 * Math.sin(20 * value), 0)

function restored(state: StudyState): Study {
  const study = Study.restore(state)
  if (!study.ok) throw new Error(study.error)
  return study.value
}
const answer = (spec: SearchSpec, request: TrialRequest) =>
  request.number % 7 === 3
    ? ({ number: request.number, state: 'failed', looks: [], metrics: null, seconds: null, worker: '', message: 'broken' } as const)
    : watchedOutcome(request, spec, bumpy)

/** One worker, never interrupted. */
function inOrder(spec: SearchSpec): readonly StudyTrial[] {
  const study = restored({ spec, trials: [] })
  for (let request = study.ask(); request !== null && request !== 'wait'; request = study.ask()) study.tell(answer(spec, request))
  return study.trials
}

type Chaos = { readonly seed: number; readonly workers: number; readonly killEvery: number; readonly saveShare: number }

/** Workers that answer in any order, some of which are lost; and kills after which only what was saved is left: some trials, as they then stood. */
function inChaos(spec: SearchSpec, { seed, workers, killEvery, saveShare }: Chaos): readonly StudyTrial[] {
  const random = createRandom(seed)
  let study = restored({ spec, trials: [] })
  let saved = new Map<number, StudyTrial>()
  let running: TrialRequest[] = []
  for (let step = 0; !study.isFinished; step += 1) {
    if (step > 50_000) throw new Error('the study does not come to its end')
    if (random.integer(1, killEvery) === 1) {
      study = restored(JSON.parse(JSON.stringify({ spec, trials: [...saved.values()] })) as StudyState)
      running = []
    }
    const request = running.length < workers && random.fraction() < 0.6 ? study.ask() : 'wait'
    if (request !== null && request !== 'wait') running.push(request)
    else if (running.length > 0) running = answered({ study, spec, running }, random)
    saved = new Map([...saved, ...study.trials.filter(() => random.fraction() < saveShare).map((trial) => [trial.number, trial] as const)])
  }
  return study.trials
}

function answered({ study, spec, running }: { study: Study; spec: SearchSpec; running: TrialRequest[] }, random: Random): TrialRequest[] {
  const at = random.integer(0, running.length - 1)
  const request = running[at]
  if (request === undefined) return running
  if (random.fraction() < 0.1) study.release(request.number)
  else study.tell(answer(spec, request))
  return running.toSpliced(at, 1)
}

const axis = (at: number, over: Partial<SearchInput['dimensions'][number]>) => ({
  strategyId: 's',
  parameter: `x${at}`,
  min: 0,
  max: 1,
  ...over,
})
const dimensions = fc.constantFrom<SearchInput['dimensions']>(
  [axis(0, {}), axis(1, { min: 0.01, scale: 'log' as const })],
  [axis(0, { step: 0.25 }), axis(1, { step: 0.2 }), axis(2, { step: 0.5 })],
  [axis(0, { step: 0.05 }), axis(1, {}), axis(2, { min: 2, max: 2 })],
)
const pruners = fc.constantFrom<SearchInput['pruner']>(
  { kind: 'none' },
  { kind: 'median', startupTrials: 4, warmupSteps: 1 },
  { kind: 'halving', reduction: 3 },
)
const specs = fc
  .record({
    dimensions,
    pruner: pruners,
    method: fc.constantFrom('random' as const, 'tpe' as const),
    parallel: fc.integer({ min: 1, max: 9 }),
    seed: fc.integer({ min: 0, max: 1000 }),
    trials: fc.integer({ min: 1, max: 40 }),
  })
  .map((over) => searchSpec(over))
const chaos = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  workers: fc.integer({ min: 1, max: 12 }),
  killEvery: fc.integer({ min: 20, max: 200 }),
  saveShare: fc.double({ min: 0.1, max: 1, noNaN: true }),
})

it('is the same study however it was run', () => {
  fc.assert(
    fc.property(specs, chaos, (spec, how) => {
      expect(inChaos(spec, how)).toEqual(inOrder(spec))
    }),
    { numRuns: 300 },
  )
})

it('is shown by a study that prunes, fails and learns', () => {
  const spec = searchSpec({ dimensions: [axis(0, {}), axis(1, {})], trials: 60, parallel: 4, pruner: { kind: 'median', startupTrials: 4 } })
  const trials = inOrder(spec)
  expect(trials.length).toBe(60)
  const count = (state: StudyTrial['state']): number => trials.filter((trial) => trial.state === state).length
  expect(count('pruned')).toBeGreaterThan(10)
  expect(count('done')).toBeGreaterThan(5)
  expect(count('failed')).toBe(9)
  const other = inOrder({ ...spec, parallel: 5 })
  expect(other).not.toEqual(trials)
})
