// Whose journal a page reads: the desk's, that of the paper session beside a live one, or that of one run of the lab. All answer the same questions;
// those of the desk also change while they are read.
import { createContext, useContext, useMemo } from 'react'
import { useDeskChange } from './use-desk-change.ts'
import { liveRunOf, useLive } from '../stores/live-store.ts'
import { useUi } from '../stores/ui-store.ts'
import type { RunInfo } from './use-run-info.ts'

/** Null for the desk. */
export const RunContext = createContext<RunInfo | null>(null)
export const useRunSource = (): RunInfo | null => useContext(RunContext)

/** The part of a question to the journal that names the account on the desk; a paper account needs no name. */
export function useDeskOf(): { readonly run?: string } {
  const run = useLive(liveRunOf)
  return useMemo(() => (run === null ? {} : { run }), [run])
}

/** The part of a question to the journal that says whose journal is meant. */
export function useOf(): { readonly run?: string } {
  const runId = useRunSource()?.runId
  const desk = useDeskOf()
  const paper = useUi(({ books }) => books === 'paper')
  return useMemo(() => (runId !== undefined ? { run: runId } : paper ? {} : desk), [runId, paper, desk])
}

/** Whether what the desk tells belongs to the journal that the page reads. */
export function useIsDesk(): boolean {
  const isRun = useRunSource() !== null
  const live = useLive(liveRunOf) !== null
  const paper = useUi(({ books }) => books === 'paper')
  return !isRun && !(live && paper)
}

/**
 * As `useDeskChange`, for what is read from the journal: what the desk does changes nothing in a run. The paper session beside a live one acts on
 * the same signals, so that its journal is asked again with that of the desk.
 */
export function useJournalChange(change: Parameters<typeof useDeskChange>[0]): void {
  const isDesk = useRunSource() === null
  useDeskChange({ ...change, concerns: (event) => isDesk && change.concerns(event) })
}
