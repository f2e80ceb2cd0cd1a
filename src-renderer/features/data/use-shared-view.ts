// The stretch of time that all coverage bars show.
import { useMemo, useState } from 'react'
import type { Passport, TimeSpan } from '../../format/coverage.ts'
import { fullView, moved, zoomed } from './time-view.ts'

export type SharedView = {
  /** Null while nothing is stored. */
  readonly view: TimeSpan | null
  readonly limits: TimeSpan | null
  readonly isFull: boolean
  readonly setView: (view: TimeSpan) => void
  readonly zoom: (factor: number) => void
  readonly move: (share: number) => void
  readonly reset: () => void
}

export function useSharedView(series: readonly Passport[]): SharedView {
  const limits = useMemo(() => fullView(series), [series])
  const [chosen, setChosen] = useState<TimeSpan | null>(null)
  const view = limits === null ? null : (chosen ?? limits)
  const change = (next: (view: TimeSpan, limits: TimeSpan) => TimeSpan) => {
    if (view !== null && limits !== null) setChosen(next(view, limits))
  }
  return {
    view,
    limits,
    isFull: chosen === null,
    setView: setChosen,
    zoom: (factor) => change((now, all) => zoomed(now, { factor, atMs: (now.fromMs + now.toMs) / 2, limits: all })),
    move: (share) => change((now, all) => moved(now, share, all)),
    reset: () => setChosen(null),
  }
}
