// Trials that other machines help with: shown only when the lab was told to use a shared queue.
import { usePolledQuery } from '../../bridge/use-polled-query.ts'
import { formatNumber } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'

const INTERVAL_MS = 5000
const DOT = { off: 'bg-muted', connected: 'bg-up', unreachable: 'bg-danger' } as const

export function QueueLamp() {
  const { value } = usePolledQuery('lab.queue', {}, INTERVAL_MS)
  if (value === null || value.mode === 'local') return null
  const { state, workers, message } = value
  const trials = workers.reduce((sum, worker) => sum + worker.trials, 0)
  const list = workers.map(({ name, trials: own, seenMs }) => `${name}: ${own} trials, seen ${formatUtc(seenMs, 'time')} UTC`).join('\n')
  return (
    <p role="status" title={list || message} className="flex h-7 flex-none items-center gap-2 bg-panel px-2 text-xs">
      <span className={`size-1.5 rounded-full ${DOT[state]}`} aria-hidden />
      <span>Shared queue {state}</span>
      <span className="text-muted">
        {workers.length === 0 ? 'no worker' : `${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}`}, {formatNumber(trials, 0)}{' '}
        trials
      </span>
      {message !== '' && <span className={`min-w-0 truncate ${state === 'unreachable' ? 'text-down' : 'text-muted'}`}>{message}</span>}
    </p>
  )
}
