// The lab: on the left what is to be run, on the right what is running and every run there was. A run, or several side by side, take the whole page.
import { useRef } from 'react'
import { useLocation } from 'wouter'
import { useComposedQuery } from '../../bridge/use-composed-query.ts'
import { plainError } from '../../bridge/use-command.ts'
import { type Query, useQuery } from '../../bridge/use-query.ts'
import { useSeries } from '../../bridge/use-series.ts'
import { Button } from '../../components/button.tsx'
import { Divider } from '../../components/divider.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { useJobEnd } from '../../stores/lab-jobs.ts'
import { setSize, useUi } from '../../stores/ui-store.ts'
import { candlesOf } from './form/choices.ts'
import { NewPane } from './form/new-pane.tsx'
import { JobsStrip } from './jobs-strip.tsx'
import { QueueLamp } from './queue-lamp.tsx'
import { CompareView } from './results/compare-view.tsx'
import { RunView } from './results/run-view.tsx'
import { readRuns } from './runs/read-runs.ts'
import { RunsPanel } from './runs/runs-panel.tsx'
import { useLabKeys } from './use-lab-keys.ts'

type LabPageProps = {
  /** A run that is looked at. */
  readonly runId?: string
  /** Runs that are compared, their ids parted by commas. */
  readonly compare?: string
}

export function LabPage({ runId, compare }: LabPageProps) {
  const [, navigate] = useLocation()
  const onOpen = (id: string) => navigate(`/lab/run/${encodeURIComponent(id)}`)
  const toList = () => navigate('/lab')
  if (runId !== undefined)
    return (
      <Whole title="Run" onBack={toList}>
        <RunView key={runId} runId={decodeURIComponent(runId)} onOpen={onOpen} />
      </Whole>
    )
  if (compare !== undefined)
    return (
      <Whole title="Runs side by side" onBack={toList}>
        <CompareView runIds={decodeURIComponent(compare).split(',')} />
      </Whole>
    )
  return <LabDesk onOpen={onOpen} onCompare={(ids) => navigate(`/lab/compare/${encodeURIComponent(ids.join(','))}`)} />
}

type WholeProps = { readonly title: string; readonly onBack: () => void; readonly children: React.ReactNode }

function Whole({ title, onBack, children }: WholeProps) {
  useLabKeys({ u: onBack })
  return (
    <div className="flex h-full min-h-0 flex-col gap-px bg-line">
      <h1 className="tw-sr-only">{title}</h1>
      <div className="flex h-7 flex-none items-center bg-panel px-1">
        <Button tone="quiet" onClick={onBack} title="Back to all runs (u)">
          ‹ All runs
        </Button>
      </div>
      <div className="min-h-0 flex-1 overflow-auto bg-panel">{children}</div>
    </div>
  )
}

const FORM_PIXELS = 388
const FORM_MIN = 340
const FORM_MAX = 620

function LabDesk({ onOpen, onCompare }: { readonly onOpen: (id: string) => void; readonly onCompare: (ids: readonly string[]) => void }) {
  const runs = useComposedQuery('runs', readRuns)
  useJobEnd(['backtest', 'search', 'walk_forward', 'look_ahead', 'warm_up', 'parity'], runs.reload)
  const width = useUi((ui) => ui.sizes['lab-form'] ?? FORM_PIXELS)
  const pane = useRef<HTMLDivElement>(null)
  useLabKeys({ n: () => pane.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus() })
  return (
    <div className="flex h-full min-h-0 bg-line">
      <h1 className="tw-sr-only">Lab</h1>
      <div ref={pane} className="h-full min-h-0 flex-none" style={{ width }}>
        <New />
      </div>
      {/* The divider counts the pane after it: its width grows as this one shrinks. */}
      <Divider
        label="Form and runs"
        orientation="vertical"
        size={FORM_MAX - width}
        min={0}
        max={FORM_MAX - FORM_MIN}
        onResize={(size) => setSize('lab-form', FORM_MAX - size)}
      />
      <div className="flex min-w-0 flex-1 flex-col gap-px">
        <QueueLamp />
        <JobsStrip onOpen={onOpen} />
        <RunsPanel query={runs} onOpen={onOpen} onCompare={onCompare} />
      </div>
    </div>
  )
}

/** The forms, once everything they choose from is known. */
function New() {
  const playbooks = useQuery('lab.playbooks', {})
  const files = useQuery('lab.files', {})
  const series = useSeries()
  const sessions = useQuery('lab.sessions', {})
  const chosenId = useUi((ui) => ui.labPlaybookId)
  const failed = [playbooks, files, series].find(({ value, error }) => value === null && error !== null)
  if (failed?.error)
    return (
      <div className="h-full bg-panel">
        <ErrorState
          error={{ ...failed.error, message: `The forms cannot be shown. ${plainError(failed.error)}: ${failed.error.message}` }}
          onRetry={() => [playbooks, files, series].forEach(reload)}
        />
      </div>
    )
  if (playbooks.value === null || files.value === null || series.value === null)
    return (
      <div className="h-full bg-panel">
        <Skeleton rows={14} />
      </div>
    )
  const playbook = playbooks.value.find(({ id }) => id === chosenId) ?? playbooks.value[0]
  if (playbook === undefined) return <Nothing title="No playbook" detail="None is bundled and the playbooks folder is empty." />
  if (candlesOf(series.value).length === 0) return <NoData />
  return <NewPane playbooks={playbooks.value} playbook={playbook} files={files.value} series={series.value} sessions={sessions} />
}

const reload = (query: Pick<Query<unknown>, 'reload'>): void => query.reload()

function NoData() {
  const [, navigate] = useLocation()
  return (
    <Nothing
      title="No market data yet"
      detail="The lab tests on candles that are stored. Import or download some first."
      action={
        <Button tone="accent" className="mt-2" onClick={() => navigate('/data')}>
          To the market data
        </Button>
      }
    />
  )
}

const Nothing = (props: Parameters<typeof EmptyState>[0]) => (
  <div className="h-full bg-panel">
    <EmptyState {...props} />
  </div>
)
