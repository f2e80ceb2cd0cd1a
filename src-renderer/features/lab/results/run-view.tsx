// What came of one run.
import { useQuery } from '../../../bridge/use-query.ts'
import { ErrorState, Skeleton } from '../../../components/states.tsx'
import { formatUtc } from '../../../format/times.ts'

type RunViewProps = { readonly runId: string; readonly onOpen: (runId: string) => void }

export function RunView({ runId }: RunViewProps) {
  const runs = useQuery('lab.runs', { kind: null, parentId: null, limit: 500, offset: 0 })
  const run = runs.value?.rows.find(({ id }) => id === runId)
  if (runs.value === null) return runs.error === null ? <Skeleton rows={4} /> : <ErrorState error={runs.error} onRetry={runs.reload} />
  if (run === undefined) return <ErrorState error={{ code: 'not_found', message: `There is no run ${runId}` }} />
  return (
    <p className="p-2 text-sm">
      {run.title}, {formatUtc(run.fromMs, 'date')} to {formatUtc(run.toMs, 'date')}, {run.state}
    </p>
  )
}
