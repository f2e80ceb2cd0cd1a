// What the command palette offers of the lab and its data.
import { navigate } from 'wouter/use-hash-location'
import type { RunCommand } from '../bridge/use-command.ts'
import { jobKindTitle, jobTitle } from '../format/jobs.ts'
import { isUnderWay, labJobsStore } from '../stores/lab-jobs.ts'
import { type LabTask, openDialog, selectLabTask } from '../stores/ui-store.ts'
import type { PaletteAction } from './palette-actions.ts'

const TASKS: readonly { readonly task: LabTask; readonly title: string }[] = [
  { task: 'walk_forward', title: 'New walk-forward' },
  { task: 'backtest', title: 'New backtest' },
  { task: 'search', title: 'New search' },
  { task: 'checks', title: 'New look-ahead or warm-up check' },
  { task: 'parity', title: 'New parity check' },
]

export const labActions = (run: RunCommand): PaletteAction[] => [
  ...TASKS.map(({ task, title }): PaletteAction => ({
    group: 'Lab',
    title,
    act: () => {
      selectLabTask(task)
      navigate('/lab')
    },
  })),
  { group: 'Lab', title: 'Import market data…', act: () => onData(() => openDialog({ kind: 'import', files: [] })) },
  { group: 'Lab', title: 'Download market data…', act: () => onData(() => openDialog({ kind: 'download', series: null })) },
  { group: 'Lab', title: 'Export runs for MLflow', act: () => void run('lab.mlflow.start', {}, { what: 'Export for MLflow' }) },
  ...jobActions(run),
]

/** The dialog belongs to the page of market data. */
function onData(open: () => void): void {
  navigate('/data')
  open()
}

const jobActions = (run: RunCommand): PaletteAction[] =>
  (labJobsStore.getState().jobs ?? []).flatMap((job) => {
    const name = `${jobKindTitle(job.kind).toLowerCase()}, ${jobTitle(job)}`
    const { runId } = job
    return [
      ...(isUnderWay(job)
        ? [
            {
              group: 'Lab' as const,
              title: `Cancel ${name}`,
              act: () => void run('lab.job.cancel', { jobId: job.id }, { what: `Cancel ${name}` }),
            },
          ]
        : []),
      ...(job.resumable && job.state !== 'running' && job.state !== 'queued'
        ? [
            {
              group: 'Lab' as const,
              title: `Resume ${name}`,
              act: () => void run('lab.job.resume', { jobId: job.id }, { what: `Resume ${name}` }),
            },
          ]
        : []),
      ...(runId === null
        ? []
        : [{ group: 'Lab' as const, title: `Open the result of ${name}`, act: () => navigate(`/lab/run/${encodeURIComponent(runId)}`) }]),
    ]
  })
