// One job of the lab in a line: what it is, how far it has come, and what can be done about it.
import { CircleCheck, CircleSlash, CircleX, Play, X } from 'lucide-react'
import { useState } from 'react'
import { useCommand } from '../bridge/use-command.ts'
import { jobKindTitle, jobProgress, jobShare, jobTimeLeft, jobTitle } from '../format/jobs.ts'
import { formatAge } from '../format/times.ts'
import { type LabJob, isUnderWay } from '../stores/lab-jobs.ts'
import { Button, IconButton } from './button.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { useNow } from './use-now.ts'

type JobRowProps = {
  readonly job: LabJob
  /** Opens what the job made; left out where nothing can be opened. */
  readonly onOpen?: (runId: string) => void
}

const DONE = { Icon: CircleCheck, tone: 'text-up' }
const FAILED = { Icon: CircleX, tone: 'text-down' }
const CANCELED = { Icon: CircleSlash, tone: 'text-muted' }

export function JobRow({ job, onOpen }: JobRowProps) {
  const title = jobTitle(job)
  const name = `${jobKindTitle(job.kind)}: ${title}`
  return (
    <li aria-label={name} className="flex h-7 items-center gap-2 border-b border-line px-2 text-xs last:border-0">
      <span className="w-24 flex-none truncate text-muted">{jobKindTitle(job.kind)}</span>
      <span className="min-w-0 flex-1 truncate" title={title}>
        {title}
      </span>
      {isUnderWay(job) ? <Progress job={job} name={name} /> : <Ended job={job} />}
      <Actions job={job} {...(onOpen === undefined ? {} : { onOpen })} />
    </li>
  )
}

function Progress({ job, name }: { readonly job: LabJob; readonly name: string }) {
  const progress = jobProgress(job)
  return (
    <>
      <span className="hidden w-44 flex-none truncate text-right text-muted 2xl:inline" title={job.message}>
        {job.message}
      </span>
      <ProgressBar
        label={name}
        share={jobShare(job)}
        text={progress}
        tone={job.state === 'running' ? 'accent' : 'muted'}
        className="w-24 flex-none 2xl:w-40"
      />
      <span className="w-38 flex-none truncate" title={job.message}>
        {progress}
      </span>
      <span className="w-22 flex-none text-right text-muted">{jobTimeLeft(job)}</span>
    </>
  )
}

function Ended({ job }: { readonly job: LabJob }) {
  const nowMs = useNow(10_000)
  const { Icon, tone } = job.state === 'done' ? DONE : job.state === 'failed' ? FAILED : CANCELED
  return (
    <>
      <Icon size={13} className={`flex-none ${tone}`} aria-hidden />
      <span className={`min-w-0 flex-2 truncate ${job.state === 'failed' ? 'text-down' : 'text-muted'}`} title={job.message}>
        {endOf(job)}
      </span>
      <span className="w-8 flex-none text-right text-muted" title="Since it ended">
        {job.endedMs === null ? '' : formatAge(nowMs - job.endedMs)}
      </span>
    </>
  )
}

/** A job that was canceled and has nothing more to say tells how far it came. */
function endOf(job: LabJob): string {
  const { state, message, total } = job
  if (state === 'canceled' && message === state) return total > 0 ? `canceled at ${jobProgress(job)}` : state
  return message === '' ? state : `${state}: ${message}`
}

function Actions({ job, onOpen }: JobRowProps) {
  const run = useCommand()
  const [busy, setBusy] = useState(false)
  const send = async (command: 'lab.job.cancel' | 'lab.job.resume', what: string) => {
    setBusy(true)
    await run(command, { jobId: job.id }, { what })
    setBusy(false)
  }
  const { runId } = job
  const title = jobTitle(job)
  return (
    <span className="flex w-26 flex-none items-center justify-end gap-1">
      {job.resumable && job.state !== 'running' && job.state !== 'queued' && (
        <IconButton label={`Resume ${title}`} disabled={busy} onClick={() => void send('lab.job.resume', `Resume ${title}`)}>
          <Play size={12} aria-hidden />
        </IconButton>
      )}
      {isUnderWay(job) && (
        <IconButton label={`Cancel ${title}`} disabled={busy} onClick={() => void send('lab.job.cancel', `Cancel ${title}`)}>
          <X size={13} aria-hidden />
        </IconButton>
      )}
      {runId !== null && onOpen !== undefined && (
        <Button className="h-5" aria-label={`Open the result of ${title}`} onClick={() => onOpen(runId)}>
          Open
        </Button>
      )}
    </span>
  )
}
