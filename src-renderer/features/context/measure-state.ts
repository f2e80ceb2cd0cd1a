// How far a measure can be trusted now. Pure.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import type { Tone } from '../../components/tone.ts'

export type ContextSnapshot = Output<'context.snapshot'>
export type MeasureView = ContextSnapshot['measures'][number]
export type SourceView = ContextSnapshot['sources'][number]

export type MeasureState = 'fresh' | 'stale' | 'failing' | 'waiting' | 'off' | 'unavailable'

export const STATE_TONE: Readonly<Record<MeasureState, Tone>> = {
  fresh: 'up',
  stale: 'warn',
  failing: 'danger',
  waiting: 'muted',
  off: 'muted',
  unavailable: 'muted',
}

/**
 * The state of one measure at a time of the market. A value that is still valid is fresh even while its source fails: what counts is
 * whether a decision may use it. Without a value the source says why; without a source it is not to be had in this market.
 */
export function measureState(measure: MeasureView | null, source: SourceView | null, nowMs: number): MeasureState {
  if (measure !== null && measure.value !== null && measure.tsMs !== null) {
    if (nowMs - measure.tsMs <= measure.validForMs) return 'fresh'
    return source?.state === 'failing' ? 'failing' : 'stale'
  }
  if (source === null) return 'unavailable'
  return source.state === 'fresh' || source.state === 'stale' ? 'unavailable' : source.state
}

/** Why there is no figure, in one sentence: the source's own where it has one. */
export function missingReason(state: MeasureState, source: SourceView | null): string {
  if (source?.message) return source.message
  switch (state) {
    case 'off':
      return 'Not asked in this market'
    case 'waiting':
      return 'Waiting for the first value'
    case 'failing':
      return 'The source does not answer'
    case 'unavailable':
    case 'fresh':
    case 'stale':
      return 'Not available in this market'
  }
}

/** Measures by name and instrument; null stands for the whole market. */
export type MeasureTable = { readonly find: (measure: string, instrumentId: string | null) => MeasureView | null }

/** One pass over the snapshot, so that every card finds its measure without a search. */
export function tableOf(measures: readonly MeasureView[]): MeasureTable {
  const byKey = new Map(measures.map((view) => [`${view.measure} ${view.instrumentId ?? ''}`, view]))
  return { find: (measure, instrumentId) => byKey.get(`${measure} ${instrumentId ?? ''}`) ?? null }
}

/** Best first. */
const STATES: readonly SourceView['state'][] = ['fresh', 'stale', 'failing', 'waiting', 'off']

/** Where a measure comes from now: of several sources the one in the best state, then the one with the newest value. */
export function sourceOf(sources: readonly SourceView[], measure: string): SourceView | null {
  const able = sources.filter((source) => source.measures.includes(measure))
  const ranked = able.toSorted(
    (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || (b.lastValueMs ?? -Infinity) - (a.lastValueMs ?? -Infinity),
  )
  return ranked[0] ?? null
}
