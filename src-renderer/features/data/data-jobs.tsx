// Imports and downloads that are under way, and those that ended last.
import { JobRow } from '../../components/job-row.tsx'
import { isUnderWay, useLabJobs } from '../../stores/lab-jobs.ts'

const ENDED_SHOWN = 4

export function DataJobs() {
  const { jobs } = useLabJobs()
  const own = (jobs ?? []).filter(({ kind }) => kind === 'import' || kind === 'download')
  const underWay = own.filter(isUnderWay)
  const ended = own.filter((job) => !isUnderWay(job)).toSorted((a, b) => (b.endedMs ?? 0) - (a.endedMs ?? 0))
  const shown = [...underWay, ...ended.slice(0, ENDED_SHOWN)]
  if (shown.length === 0) return null
  return (
    <section aria-label="Imports and downloads" className="flex max-h-36 flex-none flex-col bg-panel">
      <ul aria-label="Imports and downloads" tabIndex={0} className="min-h-0 overflow-auto">
        {shown.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </section>
  )
}
