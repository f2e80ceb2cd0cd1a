// What a run of the lab came to, whatever kind it is of.
import type { ReactNode } from 'react'
import type { CommandName, Input, Output } from '../../../../src-shared/bridge/contract.ts'
import { useQuery } from '../../../bridge/use-query.ts'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import type { LabJob } from '../../../stores/lab-jobs.ts'
import { CheckView } from './check/check-view.tsx'
import { ReportView } from './report/report-view.tsx'
import { RunHeader } from './run-header.tsx'
import { RunStateBar } from './run-state.tsx'
import { StudyView } from './study/study-view.tsx'
import { useReloadWithJob, useRunJob } from './use-run-job.ts'
import type { RunRow } from './views.ts'
import { WalkForwardView } from './walk-forward/walk-forward-view.tsx'

type RunViewProps = {
  readonly runId: string
  /** Opens another run, such as the test of a window. */
  readonly onOpen: (runId: string) => void
}

/** The report, study, walk-forward or check with this id; what it shows grows while the run is under way. */
export function RunView({ runId, onOpen }: RunViewProps) {
  return (
    // Another run begins with nothing of the one before.
    <div key={runId} className="@container flex h-full min-h-0 min-w-0 flex-col bg-bg">
      <Loaded runId={runId} onOpen={onOpen} />
    </div>
  )
}

function Loaded({ runId, onOpen }: RunViewProps) {
  const row = useQuery('lab.run', { runId })
  const job = useRunJob(runId)
  useReloadWithJob(job, row.reload)
  if (row.value) return <OfKind run={row.value} job={job} onOpen={onOpen} />
  return (
    <div className="h-full bg-panel">
      <h1 className="tw-sr-only">Run {runId}</h1>
      {row.error?.code === 'not_found' ? (
        <EmptyState title={`There is no run ${runId}`} detail="It was deleted, or belongs to another data directory." />
      ) : row.error && !row.loading ? (
        <ErrorState error={row.error} onRetry={row.reload} />
      ) : (
        <Skeleton rows={14} />
      )}
    </div>
  )
}

type KindProps = { readonly run: RunRow; readonly job: LabJob | null }

function OfKind({ run, job, onOpen }: KindProps & Pick<RunViewProps, 'onOpen'>) {
  switch (run.kind) {
    case 'backtest':
      return (
        <Result command="lab.run.report" run={run} job={job} partial="what had happened by then">
          {(report) => <ReportView report={report} />}
        </Result>
      )
    case 'search':
      return (
        <Result command="lab.run.study" run={run} job={job} partial="the trials so far">
          {(study) => <StudyView study={study} />}
        </Result>
      )
    case 'walk_forward':
      return (
        <Result command="lab.run.walkForward" run={run} job={job} partial="the windows so far">
          {(walkForward) => <WalkForwardView walkForward={walkForward} onOpen={onOpen} />}
        </Result>
      )
    case 'look_ahead':
    case 'warm_up':
    case 'parity':
      return (
        <Result command="lab.run.check" run={run} job={job} partial="what was compared so far">
          {(check) => <CheckView check={check} />}
        </Result>
      )
    default:
      return run.kind satisfies never
  }
}

type ResultCommand = Extract<CommandName, 'lab.run.report' | 'lab.run.study' | 'lab.run.walkForward' | 'lab.run.check'>
type ResultProps<C extends ResultCommand> = KindProps & {
  readonly command: C
  readonly partial: string
  readonly children: (value: Output<C>) => ReactNode
}

/** The answer of the kind's own question, below what is known of the run; a run that has nothing to show yet says so. */
function Result<C extends ResultCommand>({ command, run, job, partial, children }: ResultProps<C>) {
  // All four questions ask by the id alone; the compiler cannot follow the lookup.
  const { value, error, loading, reload } = useQuery(command, { runId: run.id } as Input<C>)
  useReloadWithJob(job, reload)
  const isOver = run.state === 'done'
  return (
    <>
      <RunHeader run={run} />
      <RunStateBar run={run} job={job} partial={value === null && !isOver ? 'nothing yet' : partial} />
      {value !== null && error && !loading && (
        <p role="alert" className="flex-none border-b border-line bg-warn-soft px-3 py-1 text-xs">
          Not up to date: {error.message}
        </p>
      )}
      <div className="min-h-0 flex-1">
        {value !== null ? (
          children(value)
        ) : error && !loading ? (
          isOver ? (
            <ErrorState error={error} onRetry={reload} />
          ) : (
            <EmptyState title="Nothing to look at" detail={error.message} />
          )
        ) : (
          <Skeleton rows={14} />
        )}
      </div>
    </>
  )
}
