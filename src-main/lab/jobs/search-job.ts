// A search as a job: trials on every core, then the best of them once more in full, with its report and its journal.
import { applyParameters } from '../search/dimensions.ts'
import { type CrossValidation, crossValidate } from '../search/cross-validation.ts'
import { Study } from '../search/study.ts'
import { periodsOf } from '../../../src-shared/config/purged-folds.ts'
import { runBacktest } from './backtest-run.ts'
import { type JobContext, JobFailure } from './job-context.ts'
import { type Finished, newRun, withRun } from './job-run.ts'
import { loadData } from './load-data.ts'
import { originOf, overfittingOf } from './search-result.ts'
import { checkedSearch, openRunner } from './search-setup.ts'
import { runStudy } from './study-run.ts'
import type { TaskOf } from './task.ts'
import { storedTrials } from './trial-rows.ts'

export async function runSearch(context: JobContext, { spec: asked, runId: known }: TaskOf<'search'>): Promise<string> {
  const spec = await checkedSearch(asked)
  const periods = periodsOf(spec)
  if (!periods.ok) throw new JobFailure(periods.error)
  const data = loadData(context, spec.backtest)
  const restored = Study.restore({ spec, trials: known === null ? [] : await storedTrials(context.store, known) })
  if (!restored.ok) throw new JobFailure(restored.error)
  const study = restored.value
  const begin = newRun(context, spec.backtest, { kind: 'search', spec, seed: spec.seed, passports: data.passports })
  const partly = (): Omit<Finished, 'message'> => ({ metrics: { ...study.best()?.metrics } })
  const { message } = await withRun(context, { runId: known, begin, partly }, async (runId) => {
    const runner = await openRunner(context, spec, data)
    try {
      const tell = (ended: number): void => context.progress({ done: ended, total: study.total, unit: 'trials', message: bestSoFar(study) })
      tell(study.trials.filter(({ state }) => state !== 'running').length)
      const returns = await runStudy(context, { study, runId, runner, onTrial: tell })
      await runner.close()
      context.progress({ done: study.total, total: study.total, unit: 'trials', message: 'judging the best trial' })
      const overfitting = overfittingOf(study, returns)
      await runBest(context, { study, data, returns, parentId: runId })
      return { ...partly(), artefacts: { overfitting }, message: resultOf(study) }
    } finally {
      await runner.close()
    }
  })
  return message
}

type Best = {
  readonly study: Study
  readonly data: ReturnType<typeof loadData>
  readonly returns: ReadonlyMap<number, Float64Array>
  readonly parentId: string
}

async function runBest(context: JobContext, { study, data, returns, parentId }: Best): Promise<void> {
  const best = study.best()
  // Of a search that was interrupted here it has begun already.
  const [begun] = (await context.store.runs({ limit: 1, offset: 0 }, { kind: 'backtest', parentId })).rows
  if (best === null || begun?.state === 'done') return
  const applied = applyParameters(study.spec.backtest, best.parameters)
  if (!applied.ok) throw new JobFailure(applied.error)
  await runBacktest(context, {
    spec: applied.value,
    data,
    runId: begun?.id ?? null,
    parentId,
    title: `Best of the search: trial ${best.number}`,
    journal: true,
    search: originOf({ spec: study.spec, trials: study.trials, best, inSample: true, returns }),
    onSteps: () => undefined,
  })
}

/** With the minus of all other figures. */
const aimText = (objective: number): string => objective.toPrecision(4).replace('-', '−')
const bestSoFar = (study: Study): string => {
  const best = study.best()
  return best?.objective == null ? 'no trial could be judged yet' : `best so far: trial ${best.number} with ${aimText(best.objective)}`
}
const resultOf = (study: Study): string => {
  const best = study.best()
  if (best?.objective == null) return `none of ${study.total} trials could be judged`
  const crossed = study.spec.validation.kind === 'none' ? '' : crossedText(crossValidate(study.spec.dimensions, study.trials))
  return `best of ${study.total} trials: trial ${best.number} with ${aimText(best.objective)}${crossed}`
}
const crossedText = (crossed: CrossValidation | null): string =>
  crossed?.score == null ? '; cross-validated it could not be judged' : `; cross-validated ${aimText(crossed.score)}`
