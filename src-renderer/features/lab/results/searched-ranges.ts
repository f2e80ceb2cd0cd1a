// What was searched for each parameter, read from the spec of a walk-forward.
import type { Dimension, WalkForward } from './views.ts'

export type SearchedRange = Pick<Dimension, 'min' | 'max' | 'step'>

/** What was searched for each parameter, read from the spec; a spec is plain JSON, so each step into it is checked. */
export function searchedRanges(spec: WalkForward['spec']): ReadonlyMap<string, SearchedRange> {
  const search: unknown = spec['search']
  const dimensions: unknown = typeof search === 'object' && search !== null && 'dimensions' in search ? search.dimensions : []
  const found = new Map<string, SearchedRange>()
  for (const one of Array.isArray(dimensions) ? dimensions : []) {
    const { strategyId, parameter, min, max, step } = one as Partial<Record<string, unknown>> // Every field is checked below.
    if (typeof strategyId !== 'string' || typeof parameter !== 'string' || typeof min !== 'number' || typeof max !== 'number') continue
    found.set(`${strategyId}.${parameter}`, { min, max, step: typeof step === 'number' ? step : null })
  }
  return found
}
