// Jobs of the lab: those under way and those that ended last, as its topic tells them. Nothing is asked before a page of the lab is opened,
// because the first question starts the lab's worker.
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Bridge, BridgeError, Payload } from '../../src-shared/bridge/contract.ts'
import { useBridge } from '../bridge/context.tsx'
import { jobKindTitle, jobTitle } from '../format/jobs.ts'
import { notify } from './notices.ts'

export type LabJob = Payload<'lab'>['jobs'][number]
export type LabJobs = {
  /** Null until the lab has told any. */
  readonly jobs: readonly LabJob[] | null
  readonly error: BridgeError | null
}

const NOTHING_KNOWN: LabJobs = { jobs: null, error: null }
export const labJobsStore = createStore<LabJobs>(() => NOTHING_KNOWN)

export const isUnderWay = ({ state }: Pick<LabJob, 'state'>): boolean => state === 'queued' || state === 'running' || state === 'paused'

/** Follows the topic and asks anew after a lost connection. Returns how to stop; the store is empty again after that. */
export function startLabJobs(bridge: Bridge): () => void {
  const undo = [
    bridge.subscribe('lab', ({ jobs }) => receive(jobs)),
    bridge.onConnection((connected) => {
      const { jobs, error } = labJobsStore.getState()
      if (connected && (jobs !== null || error !== null)) void askLabJobs(bridge)
    }),
  ]
  return () => {
    for (const off of undo) off()
    labJobsStore.setState(NOTHING_KNOWN, true)
  }
}

/** What is told before stays when the question fails. */
export async function askLabJobs(bridge: Bridge): Promise<void> {
  const result = await bridge.invoke('lab.jobs', {})
  if (result.ok) receive(result.value)
  else labJobsStore.setState({ error: result.error })
}

function receive(jobs: readonly LabJob[]): void {
  const before = new Map(labJobsStore.getState().jobs?.map((job) => [job.id, job]))
  labJobsStore.setState({ jobs, error: null })
  for (const job of jobs) {
    const known = before.get(job.id)
    if (known !== undefined && isUnderWay(known) && !isUnderWay(job)) announce(job)
  }
}

/** Only what was seen under way is announced: a list that is asked for is no news. */
function announce(job: LabJob): void {
  const { id, kind, state, message } = job
  const title = jobTitle(job)
  const what = jobKindTitle(kind)
  const key = `job ${id}`
  // What an export wrote lies outside of the program: where, is the news.
  const where = kind === 'mlflow' ? { detail: message } : {}
  if (state === 'done') notify({ tone: 'success', title: `${what} is done: ${title}`, key, ...where })
  else if (state === 'failed') notify({ tone: 'error', title: `${what} failed: ${title}`, detail: message, key })
  else notify({ tone: 'info', title: `${what} was canceled: ${title}`, key })
}

/** The jobs, asked for by the first page that needs them. */
export function useLabJobs(): LabJobs {
  const bridge = useBridge()
  useEffect(() => {
    if (labJobsStore.getState().jobs === null) void askLabJobs(bridge)
  }, [bridge])
  return useStore(labJobsStore)
}

/** The jobs as they have been told; asks for nothing. */
export const useToldJobs = (): readonly LabJob[] => useStore(labJobsStore, ({ jobs }) => jobs) ?? NO_JOBS
const NO_JOBS: readonly LabJob[] = []

/** Calls `onEnd` when a job of one of these kinds has ended or made something to look at, and when a lost connection is back. */
export function useJobEnd(kinds: readonly LabJob['kind'][], onEnd: () => void): void {
  const bridge = useBridge()
  const newest = useRef({ kinds, onEnd })
  useEffect(() => {
    newest.current = { kinds, onEnd }
  })
  useEffect(() => {
    const marks = () =>
      (labJobsStore.getState().jobs ?? [])
        .filter((job) => newest.current.kinds.includes(job.kind) && (!isUnderWay(job) || job.runId !== null))
        .map(({ id, state, runId }) => `${id} ${isUnderWay({ state })} ${runId}`)
    let seen = labJobsStore.getState().jobs === null ? null : new Set(marks())
    const undo = [
      labJobsStore.subscribe(({ jobs }) => {
        if (jobs === null) return
        const now = marks()
        const isNew = seen !== null && now.some((mark) => !seen?.has(mark))
        seen = new Set(now)
        if (isNew) newest.current.onEnd()
      }),
      bridge.onConnection((connected) => connected && newest.current.onEnd()),
    ]
    return () => undo.forEach((off) => off())
  }, [bridge])
}
