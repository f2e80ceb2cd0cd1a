// Whose evidence is looked at: kept while the person steps from signal to signal, so that the same voter can be compared.
import { useMemo, useState } from 'react'
import { evidenceCss } from '../../charts/evidence-shapes.ts'
import type { DecisionTrace } from './detail.ts'
import {
  ALL_EVIDENCE,
  type Drawable,
  drawablesOf,
  type EvidenceChoice,
  type ShownEvidence,
  shapesOnly,
  shownEvidence,
  toggleChosen,
  toggleShown,
} from './trace-evidence.ts'

/** What the list of votes needs to steer the chart. */
export type EvidenceFocus = {
  /** The only voter on the chart now, or null when several are. */
  readonly alone: string | null
  readonly chosen: string | null
  readonly choose: (voter: string) => void
  readonly point: (voter: string | null) => void
  /** CSS color of the voter's evidence; null when there is nothing to draw. */
  readonly colorOf: (voter: string) => string | null
}
export type EvidenceControl = {
  readonly drawables: readonly Drawable[]
  readonly shown: ShownEvidence
  /** What is switched on, whatever the pointer is over. */
  readonly switchedOn: ShownEvidence
  readonly focus: EvidenceFocus
  readonly toggle: (voter: string) => void
  readonly showAll: () => void
}

/** Lines of features are left out without an engine that can compute them. */
export function useEvidenceChoice(trace: DecisionTrace, withFeatures = true): EvidenceControl {
  const [choice, setChoice] = useState<EvidenceChoice>(ALL_EVIDENCE)
  const drawables = useMemo(() => (withFeatures ? drawablesOf(trace) : shapesOnly(drawablesOf(trace))), [trace, withFeatures])
  const shown = useMemo(() => shownEvidence(drawables, choice), [drawables, choice])
  return useMemo(() => {
    const color = new Map(drawables.map((drawable) => [drawable.voter, evidenceCss(drawable.color)]))
    return {
      drawables,
      shown,
      switchedOn: shownEvidence(drawables, { ...choice, pointed: null }),
      focus: {
        alone: shown.alone ? (shown.voters[0] ?? null) : null,
        chosen: choice.chosen,
        choose: (voter) => setChoice((before) => toggleChosen(before, voter)),
        point: (voter) => setChoice((before) => ({ ...before, pointed: voter })),
        colorOf: (voter) => color.get(voter) ?? null,
      },
      toggle: (voter) => setChoice((before) => toggleShown(drawables, before, voter)),
      showAll: () => setChoice(ALL_EVIDENCE),
    }
  }, [drawables, shown, choice])
}
