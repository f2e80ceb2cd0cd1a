// What a search comes to: how much its best is worth, given everything that was tried before it.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import type { SearchSpec } from '../../../src-shared/config/lab.ts'
import { probabilityOfOverfitting } from '../../core/analytics/backtest-overfitting.ts'
import type { SearchOrigin } from '../../core/analytics/doctor/warning.ts'
import { annualSharpe, deflatedSharpe, sharpeEstimate } from '../../core/analytics/sharpe-inference.ts'
import { dimensionName } from '../search/space.ts'
import type { Study } from '../search/study.ts'
import type { StudyTrial } from '../search/trial.ts'

export type Overfitting = NonNullable<Output<'lab.run.study'>['overfitting']>

/** Returns that the probability of overfitting is computed from at most: of more trials, evenly many are left out. */
const RETURNS_MAX = 8_000_000

export type Picked = {
  readonly spec: SearchSpec
  readonly trials: readonly StudyTrial[]
  /** The one of them that was picked. */
  readonly best: StudyTrial
  /** Daily returns by number of the trial, where they are at hand: those of folds are laid end to end, and tell a ratio that a fold is too short for. */
  readonly returns?: ReadonlyMap<number, Float64Array>
  /** Whether what is judged covers days that it was picked on. */
  readonly inSample: boolean
}

/** Every trial that has ended counts as one that was tried. */
export const originOf = ({ spec, trials, best, inSample, returns }: Picked): SearchOrigin => ({
  trials: trials.filter(({ state }) => state !== 'running').length,
  annualSharpes: trials.filter(({ state }) => state === 'done').flatMap((trial) => annualSharpeOf(trial, returns) ?? []),
  parameters: spec.dimensions.map((dimension) => ({
    name: dimensionName(dimension),
    value: best.parameters[dimensionName(dimension)] ?? Number.NaN,
    min: dimension.min,
    max: dimension.max,
    scale: dimension.scale,
  })),
  inSample,
})

function annualSharpeOf({ number, metrics }: StudyTrial, returns: Picked['returns']): number | null {
  if (returns === undefined) return metrics?.sharpe ?? null
  const estimate = sharpeEstimate(returns.get(number) ?? [])
  return estimate === null ? null : annualSharpe(estimate.sharpe)
}

/** Null without a best trial. */
export function overfittingOf(study: Study, returns: ReadonlyMap<number, Float64Array>): Overfitting | null {
  const best = study.best()
  if (best === null) return null
  const origin = originOf({ spec: study.spec, trials: study.trials, best, inSample: true, returns })
  const estimate = sharpeEstimate(returns.get(best.number) ?? [])
  const deflated = estimate === null ? null : deflatedSharpe(estimate, origin)
  return {
    pbo: probabilityFrom([...returns.entries()].toSorted(([a], [b]) => a - b).map(([, column]) => column)),
    deflatedSharpe: deflated?.probability ?? null,
    expectedMaxSharpe: deflated?.expectedMaxAnnual ?? null,
    trials: origin.trials,
  }
}

/** All trials of a search run over the same days; one that has others is left out. */
function probabilityFrom(columns: readonly Float64Array[]): number | null {
  const days = columns[0]?.length ?? 0
  const same = columns.filter(({ length }) => length === days)
  const stride = Math.max(1, Math.ceil((same.length * days) / RETURNS_MAX))
  const used = same.filter((_, at) => at % stride === 0)
  const values = new Float64Array(used.length * days)
  for (const [at, column] of used.entries()) values.set(column, at * days)
  return probabilityOfOverfitting({ trials: used.length, days, values })?.probability ?? null
}
