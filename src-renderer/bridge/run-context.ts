// Whose journal a page reads: the desk's, or that of one run of the lab. Both answer the same questions; the desk's also changes while it is read.
import { createContext, useContext, useMemo } from 'react'
import { useDeskChange } from './use-desk-change.ts'
import type { RunInfo } from './use-run-info.ts'

/** Null for the desk. */
export const RunContext = createContext<RunInfo | null>(null)
export const useRunSource = (): RunInfo | null => useContext(RunContext)

/** The part of a question to the journal that says whose journal is meant. */
export function useOf(): { readonly run?: string } {
  const runId = useRunSource()?.runId
  return useMemo(() => (runId === undefined ? {} : { run: runId }), [runId])
}

/** As `useDeskChange`, for what is read from the journal: what the desk does changes nothing in a run. */
export function useJournalChange(change: Parameters<typeof useDeskChange>[0]): void {
  const isDesk = useRunSource() === null
  useDeskChange({ ...change, concerns: (event) => isDesk && change.concerns(event) })
}
