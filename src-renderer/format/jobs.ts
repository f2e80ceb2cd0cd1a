// Jobs of the lab in words.
import type { Payload } from '../../src-shared/bridge/contract.ts'
import { formatCompact, formatNumber, formatPercent } from './numbers.ts'
import { formatDuration } from './times.ts'

type Job = Payload<'lab'>['jobs'][number]

const KIND_TITLE: Readonly<Record<Job['kind'], string>> = {
  import: 'Import',
  download: 'Download',
  backtest: 'Backtest',
  search: 'Search',
  walk_forward: 'Walk-forward',
  look_ahead: 'Look-ahead check',
  warm_up: 'Warm-up check',
  parity: 'Parity check',
  mlflow: 'Export',
}
export const jobKindTitle = (kind: Job['kind']): string => KIND_TITLE[kind]

/** The lab begins titles with what the job is, which stands beside them here. */
const BEGINNING = /^(Import|Download|Backtest|Search|Walk-forward|Look-ahead check|Warm-up check|Parity): /
export const jobTitle = ({ title }: Pick<Job, 'title'>): string => title.replace(BEGINNING, '')

/** 0 to 1; null while the total is not known. */
export const jobShare = ({ done, total }: Pick<Job, 'done' | 'total'>): number | null =>
  total > 0 ? Math.min(1, Math.max(0, done / total)) : null

const count = (value: number): string => (value < 1e6 ? formatNumber(value, 0) : formatCompact(value))

/** "34%, 41 of 120 trials", or "41 trials" while the total is not known. */
export function jobProgress(job: Pick<Job, 'done' | 'total' | 'unit'>): string {
  const share = jobShare(job)
  if (share === null) return `${count(job.done)} ${job.unit}`
  return `${formatPercent(share, { decimals: 0 })}, ${count(job.done)} of ${count(job.total)} ${job.unit}`
}

/** What stands where the time left would: the time left, or the state in a word. */
export function jobTimeLeft({ state, msLeft }: Pick<Job, 'state' | 'msLeft'>): string {
  if (state !== 'running') return state
  return msLeft === null ? 'no estimate yet' : `${formatDuration(msLeft)} left`
}
