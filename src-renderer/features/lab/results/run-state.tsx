// A run that is not, or not yet, what it was meant to become: how far it is, or why it ended, and what can be done.
import { CircleAlert, CircleSlash, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { useCommand } from '../../../bridge/use-command.ts'
import { Button } from '../../../components/button.tsx'
import { ProgressBar } from '../../../components/progress-bar.tsx'
import { jobProgress, jobShare, jobTimeLeft } from '../../../format/jobs.ts'
import { isUnderWay, type LabJob } from '../../../stores/lab-jobs.ts'
import type { RunRow } from './views.ts'

type RunStateProps = {
  readonly run: RunRow
  readonly job: LabJob | null
  /** What is shown below of a run that did not come to its end: "the trials so far". */
  readonly partial: string
}

/** Nothing for a run that is done. */
export function RunStateBar({ run, job, partial }: RunStateProps) {
  if (run.state === 'done') return null
  const { state } = run
  if (state === 'running') return <UnderWay job={job} partial={partial} title={run.title} />
  const Icon = state === 'failed' ? CircleAlert : CircleSlash
  const reason = job === null || job.message === '' ? '' : `: ${job.message}`
  const look = state === 'failed' ? 'border-danger bg-danger-soft' : 'border-warn bg-warn-soft'
  return (
    <div role="status" className={`flex flex-none flex-wrap items-center gap-2 border-b px-3 py-1 text-sm ${look}`}>
      <Icon size={14} className={`flex-none ${state === 'failed' ? 'text-down' : 'text-warn'}`} aria-hidden />
      <p className="min-w-0">
        <strong>
          {state === 'failed' ? 'This run failed' : 'This run was canceled'}
          {reason}.
        </strong>{' '}
        What is below is {partial}.
      </p>
      {job?.resumable === true && <JobButton job={job} command="lab.job.resume" label="Resume" />}
    </div>
  )
}

function UnderWay({ job, partial, title }: { readonly job: LabJob | null; readonly partial: string; readonly title: string }) {
  const progress = job === null ? null : jobProgress(job)
  return (
    <div
      role="status"
      className="flex flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-accent bg-accent-soft px-3 py-1 text-sm"
    >
      <LoaderCircle size={14} className="flex-none animate-spin text-accent" aria-hidden />
      <p>Under way. What is below is {partial}.</p>
      {job !== null && progress !== null && (
        <>
          <ProgressBar label={`Progress of ${title}`} share={jobShare(job)} text={progress} className="w-40 flex-none" />
          <span className="text-xs">{progress}</span>
          <span className="text-xs text-muted">{jobTimeLeft(job)}</span>
          <span className="min-w-0 truncate text-xs text-muted" title={job.message}>
            {job.message}
          </span>
          {isUnderWay(job) && job.state !== 'paused' && <JobButton job={job} command="lab.job.cancel" label="Cancel" />}
          {job.state === 'paused' && job.resumable && <JobButton job={job} command="lab.job.resume" label="Resume" />}
        </>
      )}
    </div>
  )
}

type JobButtonProps = { readonly job: LabJob; readonly command: 'lab.job.cancel' | 'lab.job.resume'; readonly label: string }

function JobButton({ job, command, label }: JobButtonProps) {
  const run = useCommand()
  const [busy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    await run(command, { jobId: job.id }, { what: `${label} ${job.title}` })
    setBusy(false)
  }
  return (
    <Button className="ml-auto" disabled={busy} onClick={() => void send()}>
      {label}
    </Button>
  )
}
