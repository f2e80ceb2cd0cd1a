// Which runs the list shows, in which order, and which of them may be compared. Pure.
import type { Output } from '../../../../src-shared/bridge/contract.ts'
import { LAB_METRIC_IDS, type LabMetricId } from '../../../../src-shared/domain/lab-metric.ts'

export type Run = Output<'lab.runs'>['rows'][number]
export type KindFilter = 'all' | Run['kind']
export type RunFilter = { readonly kind: KindFilter; readonly text: string }
export const NO_FILTER: RunFilter = { kind: 'all', text: '' }

export const COMPARED_MAX = 6

export const RUN_KINDS: readonly { readonly value: Run['kind']; readonly title: string }[] = [
  { value: 'walk_forward', title: 'Walk-forward' },
  { value: 'backtest', title: 'Backtest' },
  { value: 'search', title: 'Search' },
  { value: 'look_ahead', title: 'Look-ahead' },
  { value: 'warm_up', title: 'Warm-up' },
  { value: 'parity', title: 'Parity' },
]
export const runKindTitle = (kind: Run['kind']): string => RUN_KINDS.find(({ value }) => value === kind)?.title ?? kind

/** Every word must be found in title, note, playbook or instruments. */
export function filterRuns(runs: readonly Run[], { kind, text }: RunFilter): readonly Run[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return runs.filter((run) => {
    if (kind !== 'all' && run.kind !== kind) return false
    const hay = `${run.id} ${run.title} ${run.note} ${run.playbookId} ${run.instruments.join(' ')}`.toLowerCase()
    return words.every((word) => hay.includes(word))
  })
}

/** Metrics by their own names; the mark that chooses a run for comparison and the actions are columns too, though nothing is sorted by them. */
export type RunColumn = 'mark' | 'kind' | 'title' | 'data' | 'state' | 'created' | 'actions' | LabMetricId
export type RunSort = { readonly column: RunColumn; readonly descending: boolean }
export const NEWEST_FIRST: RunSort = { column: 'created', descending: true }

const TEXT_COLUMNS: readonly RunColumn[] = ['kind', 'title', 'data', 'state']
export function nextRunSort(sort: RunSort, column: RunColumn): RunSort {
  if (column === 'mark' || column === 'actions') return sort
  return { column, descending: sort.column === column ? !sort.descending : !TEXT_COLUMNS.includes(column) }
}

const isMetric = (column: RunColumn): column is LabMetricId => LAB_METRIC_IDS.some((id) => id === column)

/** Null has no place in the order and goes last either way. */
function keyOf(run: Run, column: RunColumn): number | string | null {
  if (isMetric(column)) return run.metrics[column] ?? null
  switch (column) {
    case 'kind':
      return run.kind
    case 'title':
      return run.title.toLowerCase()
    case 'data':
      return run.instruments.join(' ')
    case 'state':
      return run.passed === null ? run.state : run.passed ? 'passed' : 'found'
    case 'created':
    case 'mark':
    case 'actions':
      return run.createdMs
  }
}

export function sortRuns(runs: readonly Run[], { column, descending }: RunSort): readonly Run[] {
  const sign = descending ? -1 : 1
  return runs.toSorted((a, b) => {
    const [left, right] = [keyOf(a, column), keyOf(b, column)]
    if (left === null || right === null) return Number(left === null) - Number(right === null) || b.createdMs - a.createdMs
    if (left === right) return b.createdMs - a.createdMs
    return left < right ? -sign : sign
  })
}

/** Marks a run for comparison or takes the mark away; more than can stand side by side are not marked. */
export function toggleMark(marked: readonly string[], id: string): readonly string[] {
  if (marked.includes(id)) return marked.filter((other) => other !== id)
  return marked.length >= COMPARED_MAX ? marked : [...marked, id]
}
