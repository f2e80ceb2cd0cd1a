import { useEffect, useRef } from 'react'
import { isUnderWay, type LabJob, useLabJobs } from '../../../stores/lab-jobs.ts'

/** The job that made this run, or is making it; null when the lab no longer lists it. */
export function useRunJob(runId: string): LabJob | null {
  const { jobs } = useLabJobs()
  return jobs?.find((job) => job.runId === runId) ?? null
}

/** So often a result that grows is asked for again, at most. */
const RELOAD_MS = 3000

/** Calls `reload` while the job comes on, and once when it has ended. */
export function useReloadWithJob(job: LabJob | null, reload: () => void): void {
  const newest = useRef(reload)
  useEffect(() => {
    newest.current = reload
  })
  const underWay = job !== null && isUnderWay(job)
  const seen = useRef(underWay)
  useEffect(() => {
    if (seen.current && !underWay) newest.current()
    seen.current = underWay
  }, [underWay])
  const done = underWay ? job.done : 0
  const last = useRef({ done, tsMs: 0 })
  useEffect(() => {
    if (!underWay || done === last.current.done) return
    const waitMs = Math.max(0, last.current.tsMs + RELOAD_MS - Date.now())
    const timer = setTimeout(() => {
      last.current = { done, tsMs: Date.now() }
      newest.current()
    }, waitMs)
    return () => clearTimeout(timer)
  }, [underWay, done])
}
