// Jobs of the lab: what is under way, and what ended last.
import { useState } from 'react'
import { plainError } from '../../bridge/use-command.ts'
import { Button } from '../../components/button.tsx'
import { JobRow } from '../../components/job-row.tsx'
import { isUnderWay, useLabJobs } from '../../stores/lab-jobs.ts'

const ENDED_SHOWN = 2

export function JobsStrip({ onOpen }: { readonly onOpen: (runId: string) => void }) {
  const { jobs, error } = useLabJobs()
  const [whole, setWhole] = useState(false)
  const underWay = (jobs ?? []).filter(isUnderWay)
  const ended = (jobs ?? []).filter((job) => !isUnderWay(job)).toSorted((a, b) => (b.endedMs ?? 0) - (a.endedMs ?? 0))
  const shown = [...underWay, ...(whole ? ended : ended.slice(0, ENDED_SHOWN))]
  const hidden = ended.length - ENDED_SHOWN
  return (
    <section aria-label="Jobs" className="flex max-h-56 flex-none flex-col bg-panel">
      <header className="flex h-7 flex-none items-center gap-2 border-b border-line px-2">
        <h2 className="text-xs font-semibold">Jobs</h2>
        <span className="truncate text-xs text-muted">
          {error !== null
            ? `${plainError(error)}: ${error.message}`
            : underWay.length === 0
              ? 'nothing is running'
              : `${underWay.length} under way`}
        </span>
        {hidden > 0 && (
          <Button tone="quiet" className="ml-auto h-5" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? 'Fewer' : `${hidden} more that ended`}
          </Button>
        )}
      </header>
      {shown.length > 0 && (
        <ul aria-label="Jobs" tabIndex={0} className="min-h-0 overflow-auto">
          {shown.map((job) => (
            <JobRow key={job.id} job={job} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </section>
  )
}
