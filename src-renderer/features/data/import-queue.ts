// Files on their way into the store: each is uploaded, previewed, and started when the person has said what it is. One upload at a time.
import { useCallback, useEffect, useReducer, useRef } from 'react'
import type { Bridge } from '../../../src-shared/bridge/contract.ts'
import { useBridge } from '../../bridge/context.tsx'
import { type ImportTarget, checkTarget, startInput, targetOf } from './import-target.ts'
import { type Preview, uploadFile } from './upload.ts'

export type Step =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'uploading'; readonly sent: number }
  | { readonly kind: 'preview'; readonly preview: Preview; readonly target: ImportTarget; readonly refusal: string | null }
  | { readonly kind: 'starting'; readonly preview: Preview; readonly target: ImportTarget }
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly message: string }
export type ImportItem = { readonly key: number; readonly file: File; readonly step: Step }

/** More at once would be a mistake of the hand. */
export const FILES_MAX = 500

type Action =
  | { readonly type: 'add'; readonly items: readonly ImportItem[] }
  | { readonly type: 'remove'; readonly key: number }
  | { readonly type: 'step'; readonly key: number; readonly step: Step }
  /** Every file that is not started yet gets a target made from the one it has. */
  | { readonly type: 'retarget'; readonly change: (target: ImportTarget, preview: Preview) => ImportTarget }

export function queueReducer(items: readonly ImportItem[], action: Action): readonly ImportItem[] {
  switch (action.type) {
    case 'add':
      return [...items, ...action.items].slice(0, FILES_MAX)
    case 'remove':
      return items.filter(({ key }) => key !== action.key)
    case 'step':
      return items.map((item) => (item.key === action.key ? { ...item, step: action.step } : item))
    case 'retarget':
      return items.map((item) => {
        const { step } = item
        if (step.kind !== 'preview') return item
        return { ...item, step: { ...step, target: action.change(step.target, step.preview), refusal: null } }
      })
  }
}

/** What was said of one file, said of another: its own instrument stays, and its columns where they are others. */
export const copiedTarget = (from: ImportTarget, target: ImportTarget, preview: Preview): ImportTarget => ({
  ...from,
  instrument: preview.instrumentId ?? from.instrument,
  roles: preview.columns.length === from.roles.length ? from.roles : target.roles,
})

export const isReady = ({ step }: ImportItem): boolean =>
  step.kind === 'preview' && Object.keys(checkTarget(step.target, step.preview)).length === 0

export type ImportQueue = {
  readonly items: readonly ImportItem[]
  readonly add: (files: readonly File[]) => void
  /** Ends the upload of a file, or forgets it. */
  readonly remove: (key: number) => void
  readonly retry: (key: number) => void
  readonly setTarget: (key: number, target: ImportTarget) => void
  readonly retarget: (change: (target: ImportTarget, preview: Preview) => ImportTarget) => void
  /** Starts every file that is ready; resolves with how many could be started. */
  readonly start: () => Promise<number>
}

/** Lives as long as the dialog: closing it ends what is being sent. */
export function useImportQueue(venue: string): ImportQueue {
  const bridge = useBridge()
  const [items, dispatch] = useReducer(queueReducer, [])
  const nextKey = useRef(0)
  const upload = useUploads(items, { bridge, venue, dispatch })
  const setStep = useCallback((key: number, step: Step) => dispatch({ type: 'step', key, step }), [])
  return {
    items,
    add: (files) => dispatch({ type: 'add', items: files.map((file) => ({ key: nextKey.current++, file, step: { kind: 'waiting' } })) }),
    remove: (key) => {
      upload.cancel(key)
      dispatch({ type: 'remove', key })
    },
    retry: (key) => setStep(key, { kind: 'waiting' }),
    setTarget: (key, target) => {
      const step = items.find((item) => item.key === key)?.step
      if (step?.kind === 'preview') setStep(key, { ...step, target, refusal: null })
    },
    retarget: (change) => dispatch({ type: 'retarget', change }),
    start: async () => {
      let started = 0
      for (const item of items.filter(isReady)) if (await startImport(bridge, item, setStep)) started += 1
      return started
    },
  }
}

type Uploads = { readonly bridge: Bridge; readonly venue: string; readonly dispatch: (action: Action) => void }

/** Begins with the next waiting file as soon as none is on its way. */
function useUploads(items: readonly ImportItem[], { bridge, venue, dispatch }: Uploads) {
  const running = useRef<{ readonly key: number; readonly abort: AbortController } | null>(null)
  const next = items.some(({ step }) => step.kind === 'uploading') ? undefined : items.find(({ step }) => step.kind === 'waiting')
  useEffect(() => {
    if (next === undefined) return
    const { key, file } = next
    const abort = new AbortController()
    running.current = { key, abort }
    const setStep = (step: Step) => dispatch({ type: 'step', key, step })
    setStep({ kind: 'uploading', sent: 0 })
    void uploadFile(bridge, { file, signal: abort.signal, onSent: (sent) => setStep({ kind: 'uploading', sent }) }).then((result) => {
      if (result === null) return
      if (result.ok) setStep({ kind: 'preview', preview: result.preview, target: targetOf(result.preview, venue), refusal: null })
      else setStep({ kind: 'failed', message: result.error.message })
    })
  }, [bridge, dispatch, next, venue])
  useEffect(() => () => running.current?.abort.abort(), [])
  const cancel = (key: number) => running.current?.key === key && running.current.abort.abort()
  return { cancel }
}

async function startImport(bridge: Bridge, { key, step }: ImportItem, setStep: (key: number, step: Step) => void): Promise<boolean> {
  if (step.kind !== 'preview') return false
  setStep(key, { kind: 'starting', preview: step.preview, target: step.target })
  const result = await bridge.invoke('lab.import.start', startInput(step.target, step.preview))
  setStep(key, result.ok ? { kind: 'started' } : { ...step, refusal: result.error.message })
  return result.ok
}
