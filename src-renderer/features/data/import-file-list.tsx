import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { Button, IconButton } from '../../components/button.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { jobProgress, jobShare } from '../../format/jobs.ts'
import { formatBytes, formatPercent } from '../../format/numbers.ts'
import type { LabJob } from '../../stores/lab-jobs.ts'
import { type ImportItem, isReady } from './import-queue.ts'
import type { ImportQueue } from './use-import-queue.ts'

type ListProps = { readonly queue: ImportQueue; readonly selected: number | null; readonly onSelect: (key: number) => void }

export function ImportFileList({ queue, selected, onSelect }: ListProps) {
  if (queue.items.length === 0) return null
  return (
    <ul aria-label="Files" tabIndex={0} className="mx-3 mb-2 max-h-36 flex-none overflow-auto rounded-sm border border-line">
      {queue.items.map((item) => (
        <li
          key={item.key}
          className={`flex h-7 items-center gap-2 border-b border-line px-2 text-xs last:border-0 ${item.key === selected ? 'bg-accent-soft' : ''}`}
        >
          <button
            type="button"
            className="min-w-0 flex-1 truncate text-left"
            aria-current={item.key === selected ? 'true' : undefined}
            title={item.file.name}
            onClick={() => onSelect(item.key)}
          >
            {item.file.name}
          </button>
          <span className="w-18 flex-none text-right text-muted">{formatBytes(item.file.size)}</span>
          <State item={item} onRetry={() => queue.retry(item.key)} />
          {item.step.kind !== 'started' && item.step.kind !== 'starting' && (
            <IconButton
              label={`${item.step.kind === 'uploading' ? 'Cancel' : 'Remove'} ${item.file.name}`}
              className="size-5"
              onClick={() => queue.remove(item.key)}
            >
              <X size={12} aria-hidden />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  )
}

function State({ item, onRetry }: { readonly item: ImportItem; readonly onRetry: () => void }) {
  const { step, file } = item
  switch (step.kind) {
    case 'waiting':
      return <span className="w-80 flex-none text-right text-muted">waits</span>
    case 'uploading': {
      const share = file.size === 0 ? 0 : step.sent / file.size
      const text = formatPercent(share, { decimals: 0 })
      return (
        <span className="flex w-80 flex-none items-center justify-end gap-2">
          <ProgressBar label={`Upload of ${file.name}`} share={share} text={text} className="w-28" />
          <span className="w-9 text-right">{text}</span>
        </span>
      )
    }
    case 'preview':
      if (step.refusal !== null)
        return (
          <span className="flex w-80 flex-none justify-end">
            <Failed message={step.refusal} />
          </span>
        )
      return isReady(item) ? (
        <span className="flex w-80 flex-none items-center justify-end gap-1 text-up">
          <CircleCheck size={12} aria-hidden /> ready
        </span>
      ) : (
        <span className="w-80 flex-none text-right text-warn">needs an answer</span>
      )
    case 'starting':
      return <span className="w-80 flex-none text-right text-muted">starting…</span>
    case 'started':
      return <Job job={step.job} name={file.name} />
    case 'failed':
      return (
        <span className="flex w-80 flex-none items-center justify-end gap-2">
          <Failed message={step.message} />
          <Button className="h-5" aria-label={`Try again: ${file.name}`} onClick={onRetry}>
            Try again
          </Button>
        </span>
      )
  }
}

/** What became of a file that was handed over. */
function Job({ job, name }: { readonly job: LabJob | null; readonly name: string }) {
  if (job?.state === 'failed')
    return (
      <span className="flex w-80 flex-none justify-end">
        <Failed message={job.message} />
      </span>
    )
  const share = job?.state === 'running' ? jobShare(job) : null
  return (
    <span className="flex w-80 flex-none items-center justify-end gap-2 text-muted">
      {job !== null && share !== null && <ProgressBar label={`Import of ${name}`} share={share} text={jobProgress(job)} className="w-28" />}
      {job?.state === 'done' ? 'imported' : job?.state === 'running' ? 'importing' : (job?.state ?? 'handed over')}
    </span>
  )
}

const Failed = ({ message }: { readonly message: string }) => (
  <span role="alert" className="flex min-w-0 items-center gap-1 text-down" title={message}>
    <CircleAlert size={12} className="flex-none" aria-hidden />
    <span className="truncate">{message}</span>
  </span>
)
