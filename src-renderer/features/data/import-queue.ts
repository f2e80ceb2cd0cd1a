// Files on their way into the store, as a list that changes step by step. Pure.
import { type LabJob, isUnderWay } from '../../stores/lab-jobs.ts'
import { type ImportTarget, checkTarget } from './import-target.ts'
import type { Preview } from './upload.ts'

/** `refusal` is what the lab said when it would not start. `edited` since the person last said "import": it waits to be told again. */
type PreviewStep = {
  readonly kind: 'preview'
  readonly preview: Preview
  readonly target: ImportTarget
  readonly refusal: string | null
  readonly edited: boolean
}
export type Step =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'uploading'; readonly sent: number }
  | PreviewStep
  | { readonly kind: 'starting'; readonly preview: Preview; readonly target: ImportTarget }
  /** `job` as it was last told; null until then. */
  | { readonly kind: 'started'; readonly jobId: string; readonly job: LabJob | null }
  | { readonly kind: 'failed'; readonly message: string }
export type ImportItem = { readonly key: number; readonly file: File; readonly step: Step }

/** More at once would be a mistake of the hand. */
export const FILES_MAX = 500
/** The lab keeps eight uploads at a time, for all screens together. */
const OPEN_MAX = 4
/** The lab has room for twenty waiting jobs of any kind. */
const UNDER_WAY_MAX = 4

export type QueueAction =
  | { readonly type: 'add'; readonly items: readonly ImportItem[] }
  | { readonly type: 'remove'; readonly key: number }
  | { readonly type: 'step'; readonly key: number; readonly step: Step }
  /** Every file that is not started yet gets a target made from the one it has. */
  | { readonly type: 'retarget'; readonly change: (target: ImportTarget, preview: Preview) => ImportTarget }
  /** The person said "import". */
  | { readonly type: 'go' }
  | { readonly type: 'jobs'; readonly jobs: readonly LabJob[] }

export function queueReducer(items: readonly ImportItem[], action: QueueAction): readonly ImportItem[] {
  switch (action.type) {
    case 'add':
      return [...items, ...action.items].slice(0, FILES_MAX)
    case 'remove':
      return items.filter(({ key }) => key !== action.key)
    case 'step':
      return items.map((item) => (item.key === action.key ? { ...item, step: action.step } : item))
    case 'retarget':
      return previewsChanged(items, (step) => ({ ...step, target: action.change(step.target, step.preview), refusal: null, edited: true }))
    case 'go':
      return previewsChanged(items, (step) => ({ ...step, refusal: null, edited: false }))
    case 'jobs': {
      const next = items.map((item) => withJob(item, action.jobs))
      return next.some((item, at) => item !== items[at]) ? next : items
    }
  }
}

const previewsChanged = (items: readonly ImportItem[], change: (step: PreviewStep) => PreviewStep): readonly ImportItem[] =>
  items.map((item) => (item.step.kind === 'preview' ? { ...item, step: change(item.step) } : item))

/** The list of jobs forgets those that ended long ago; what was told last stays. */
function withJob(item: ImportItem, jobs: readonly LabJob[]): ImportItem {
  const { step } = item
  if (step.kind !== 'started') return item
  const job = jobs.find(({ id }) => id === step.jobId)
  return job === undefined || job === step.job ? item : { ...item, step: { ...step, job } }
}

/** What was said of one file, said of another: its own instrument stays, and its columns where they are others. */
export const copiedTarget = (from: ImportTarget, target: ImportTarget, preview: Preview): ImportTarget => ({
  ...from,
  instrument: preview.instrumentId ?? from.instrument,
  roles: preview.columns.length === from.roles.length ? from.roles : target.roles,
})

/** Nothing is left to be asked. */
export const isReady = ({ step }: ImportItem): boolean =>
  step.kind === 'preview' && step.refusal === null && Object.keys(checkTarget(step.target, step.preview)).length === 0

/** Nothing is left to be asked, and nobody is still writing. */
export const goesBySelf = (item: ImportItem): boolean => isReady(item) && item.step.kind === 'preview' && !item.step.edited

const LIES_AT_THE_LAB: readonly Step['kind'][] = ['uploading', 'preview', 'starting']

/** The next file to be uploaded: one at a time, and no more than the lab has room for. */
export function nextUpload(items: readonly ImportItem[]): ImportItem | undefined {
  const open = items.filter(({ step }) => LIES_AT_THE_LAB.includes(step.kind))
  if (open.length >= OPEN_MAX || open.some(({ step }) => step.kind === 'uploading')) return undefined
  return items.find(({ step }) => step.kind === 'waiting')
}

/** The next file to be imported: as long as few of these imports are under way, so that the queue of the lab is not filled. */
export function nextStart(items: readonly ImportItem[]): ImportItem | undefined {
  if (items.some(({ step }) => step.kind === 'starting')) return undefined
  const underWay = items.filter(({ step }) => step.kind === 'started' && (step.job === null || isUnderWay(step.job)))
  return underWay.length >= UNDER_WAY_MAX ? undefined : items.find(goesBySelf)
}
