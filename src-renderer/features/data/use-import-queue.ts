// Uploads, looks at and imports files one after the other. Files that explain themselves go on by themselves once the person has said so.
import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import type { Bridge } from '../../../src-shared/bridge/contract.ts'
import { useBridge } from '../../bridge/context.tsx'
import { useLabJobs } from '../../stores/lab-jobs.ts'
import { type ImportItem, type QueueAction, type Step, nextStart, nextUpload, queueReducer } from './import-queue.ts'
import { type ImportTarget, startInput, targetOf } from './import-target.ts'
import { type Preview, cancelUpload, uploadFile } from './upload.ts'

export type ImportQueue = {
  readonly items: readonly ImportItem[]
  /** Whether files are being handed over. */
  readonly going: boolean
  readonly add: (files: readonly File[]) => void
  /** Ends the upload of a file, or forgets it. */
  readonly remove: (key: number) => void
  readonly retry: (key: number) => void
  readonly setTarget: (key: number, target: ImportTarget) => void
  readonly retarget: (change: (target: ImportTarget, preview: Preview) => ImportTarget) => void
  /** From now on every file that is ready is imported; what was refused before is tried again. */
  readonly start: () => void
}

/** Lives as long as the dialog: closing it ends what is being sent. */
export function useImportQueue(venue: string): ImportQueue {
  const bridge = useBridge()
  const { jobs } = useLabJobs()
  const [items, dispatch] = useReducer(queueReducer, [])
  const [going, setGoing] = useState(false)
  const nextKey = useRef(0)
  const upload = useUploads(items, { bridge, venue, dispatch })
  useStarts(going ? nextStart(items) : undefined, { bridge, dispatch })
  // A job may have been told before the answer that names it: then it is found as soon as its file knows it.
  useEffect(() => {
    if (jobs !== null) dispatch({ type: 'jobs', jobs })
  }, [jobs, items])
  useEndOf(items, bridge)
  const add = useCallback((files: readonly File[]) => {
    dispatch({ type: 'add', items: files.map((file) => ({ key: nextKey.current++, file, step: { kind: 'waiting' } })) })
  }, [])
  const setStep = (key: number, step: Step) => dispatch({ type: 'step', key, step })
  return {
    items,
    going,
    add,
    remove: (key) => {
      upload.cancel(key)
      for (const item of items) if (item.key === key) giveUp(bridge, item)
      dispatch({ type: 'remove', key })
    },
    retry: (key) => setStep(key, { kind: 'waiting' }),
    setTarget: (key, target) => {
      const step = items.find((item) => item.key === key)?.step
      if (step?.kind === 'preview') setStep(key, { ...step, target, refusal: null, edited: true })
    },
    retarget: (change) => dispatch({ type: 'retarget', change }),
    start: () => {
      dispatch({ type: 'go' })
      setGoing(true)
    },
  }
}

/** A file that was looked at and not imported lies at the lab. */
function giveUp(bridge: Bridge, { step }: ImportItem): void {
  if (step.kind === 'preview') cancelUpload(bridge, step.preview.uploadId)
}

function useEndOf(items: readonly ImportItem[], bridge: Bridge): void {
  const newest = useRef(items)
  useEffect(() => {
    newest.current = items
  })
  useEffect(
    () => () => {
      for (const item of newest.current) giveUp(bridge, item)
    },
    [bridge],
  )
}

type Parts = { readonly bridge: Bridge; readonly dispatch: (action: QueueAction) => void }

/** Begins with the next waiting file as soon as there is room for it. */
function useUploads(items: readonly ImportItem[], { bridge, venue, dispatch }: Parts & { readonly venue: string }) {
  const running = useRef<{ readonly key: number; readonly abort: AbortController } | null>(null)
  const next = nextUpload(items)
  useEffect(() => {
    if (next === undefined) return
    const { key, file } = next
    const abort = new AbortController()
    running.current = { key, abort }
    const setStep = (step: Step) => dispatch({ type: 'step', key, step })
    setStep({ kind: 'uploading', sent: 0 })
    void uploadFile(bridge, { file, signal: abort.signal, onSent: (sent) => setStep({ kind: 'uploading', sent }) }).then((result) => {
      if (result === null) return
      if (result.ok)
        setStep({ kind: 'preview', preview: result.preview, target: targetOf(result.preview, venue), refusal: null, edited: false })
      else setStep({ kind: 'failed', message: result.error.message })
    })
  }, [bridge, dispatch, next, venue])
  useEffect(() => () => running.current?.abort.abort(), [])
  const cancel = (key: number) => running.current?.key === key && running.current.abort.abort()
  return { cancel }
}

function useStarts(next: ImportItem | undefined, { bridge, dispatch }: Parts): void {
  useEffect(() => {
    if (next?.step.kind !== 'preview') return
    const { key, step } = next
    const { preview, target } = step
    dispatch({ type: 'step', key, step: { kind: 'starting', preview, target } })
    void bridge.invoke('lab.import.start', startInput(target, preview)).then((result) => {
      const after: Step = result.ok ? { kind: 'started', jobId: result.value.jobId, job: null } : { ...step, refusal: result.error.message }
      dispatch({ type: 'step', key, step: after })
    })
  }, [bridge, dispatch, next])
}
