// Trials between a study and the store.
import { LAB_METRIC_IDS, type LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import type { NewTrial, StoredTrial } from '../../adapters/lab-store/rows.ts'
import type { StudyTrial } from '../search/trial.ts'
import type { RemoteRunStore } from './run-store.ts'

const PAGE = 1_000

export const trialRow = ({ looks, metrics, ...trial }: StudyTrial, dailyReturns: Float64Array | null): NewTrial => ({
  ...trial,
  parameters: { ...trial.parameters },
  metrics: { ...metrics },
  intermediate: looks.map((value, at) => ({ step: at + 1, value })),
  dailyReturns,
})

export const studyTrial = ({
  number,
  state,
  parameters,
  objective,
  intermediate,
  metrics,
  seconds,
  worker,
  message,
}: StoredTrial): StudyTrial => ({
  number,
  state,
  parameters,
  objective,
  seconds,
  worker,
  message,
  looks: intermediate.map(({ value }) => value),
  metrics: Object.keys(metrics).length === 0 ? null : metricsOf(metrics),
})

const metricsOf = (stored: Readonly<Record<string, number | null>>): LabMetricValues =>
  Object.fromEntries(LAB_METRIC_IDS.map((id) => [id, stored[id] ?? null])) as LabMetricValues

/** All trials of a run, in order of number. */
export async function storedTrials(store: Pick<RemoteRunStore, 'trials'>, runId: string): Promise<readonly StudyTrial[]> {
  const trials: StudyTrial[] = []
  for (;;) {
    const { total, rows } = await store.trials(runId, { limit: PAGE, offset: trials.length })
    trials.push(...rows.map(studyTrial))
    if (rows.length === 0 || trials.length >= total) return trials
  }
}

/** Daily returns by number of the trial, of those that are done. */
export async function storedReturns(store: Pick<RemoteRunStore, 'dailyReturns'>, runId: string): Promise<Map<number, Float64Array>> {
  const found = new Map<number, Float64Array>()
  for (;;) {
    const rows = await store.dailyReturns(runId, { limit: PAGE, offset: found.size })
    for (const { number, returns } of rows) found.set(number, returns)
    if (rows.length < PAGE) return found
  }
}
