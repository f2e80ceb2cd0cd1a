// What the page shows stands in its address: the signal in the path, filter and view after the question mark. A link restores all of it.
import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { signalAddress } from '../../format/addresses.ts'
import type { SignalFilter, StatisticsBy } from './detail.ts'
import { filterFromQuery, filterToQuery } from './signal-filter.ts'

const GROUPINGS: readonly StatisticsBy[] = ['voter', 'regime', 'strategy', 'reason']
/** The decision, or the statistics of all signals by one grouping. */
export type SignalsView = 'decision' | StatisticsBy

export type SignalAddress = {
  readonly filter: SignalFilter
  readonly view: SignalsView
  readonly setFilter: (filter: SignalFilter) => void
  readonly setView: (view: SignalsView) => void
  /** Opens a signal; filter and view stay. */
  readonly show: (id: string) => void
}

/** `run` is a run of the lab, null for the desk. */
export function useSignalAddress(run: string | null): SignalAddress {
  const [path, navigate] = useLocation()
  const query = useSearch()
  const filter = useMemo(() => filterFromQuery(query), [query])
  const view = useMemo(() => viewFromQuery(query), [query])
  const setFilter = useCallback(
    (next: SignalFilter) => navigate(`${path}?${filterToQuery(next, query)}`, { replace: true }),
    [path, query, navigate],
  )
  const setView = useCallback(
    (next: SignalsView) => navigate(`${path}?${viewToQuery(next, query)}`, { replace: true }),
    [path, query, navigate],
  )
  const show = useCallback(
    (id: string) => {
      const kept = viewToQuery('decision', query)
      navigate(`${signalAddress(run, id)}${kept === '' && query === '' ? '' : `?${kept}`}`)
    },
    [run, query, navigate],
  )
  return { filter, view, setFilter, setView, show }
}

export const viewFromQuery = (query: string): SignalsView => {
  const by = new URLSearchParams(query).get('statistics')
  return GROUPINGS.find((grouping) => grouping === by) ?? 'decision'
}

export function viewToQuery(view: SignalsView, before: string): string {
  const parameters = new URLSearchParams(before)
  if (view === 'decision') parameters.delete('statistics')
  else parameters.set('statistics', view)
  return parameters.toString()
}
