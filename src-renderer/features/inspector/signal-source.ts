// What the inspector takes from the desk, and what it does without when it shows a run of the lab.
import { useIsDesk } from '../../bridge/run-context.ts'
import { useDesk } from '../../stores/desk-store.ts'
import type { DecisionSummary, DecisionTrace } from './detail.ts'

/** What the desk has decided lately; nothing for a run, or for the paper session beside a live one. */
export function useRecentDecisions(): readonly DecisionSummary[] {
  const isDesk = useIsDesk()
  return useDesk((desk) => (isDesk ? desk.decisions : NO_DECISIONS))
}
const NO_DECISIONS: readonly DecisionSummary[] = []

/** Used while the tick of the instrument is not known, as when the engine is down. */
const TICK_UNKNOWN = '0.01'

/** The tick of the decision's instrument as the desk knows it, or else as fine as the prices of its own order. */
export function useTickSize(trace: DecisionTrace): string {
  const known = useDesk((desk) => desk.instruments.find((instrument) => instrument.id === trace.instrumentId)?.tickSize ?? null)
  return known ?? tickOf(trace)
}

function tickOf({ entry }: DecisionTrace): string {
  if (entry === null) return TICK_UNKNOWN
  const decimals = Math.max(...[entry.stopPrice, ...entry.targets].map((text) => text.split('.')[1]?.length ?? 0))
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`
}
