// Whose evidence the chart shows, in which color, and which lines must be fetched for it.
import type { EvidenceGroup } from '../../charts/evidence-shapes.ts'
import { evidenceColor } from '../../charts/evidence-shapes.ts'
import type { TraceOverlay } from '../../charts/trace-chart-data.ts'
import { indicatorNames } from './trace-market.ts'
import type { DecisionTrace } from './detail.ts'

/** Owner of the lines that were found among the values of a signal whose voters gave nothing to draw. */
export const SIGNAL_VALUES = 'values of the signal'

/** One voter that can be drawn: its shapes, and the names of the features that are lines over the candles. */
export type Drawable = EvidenceGroup & { readonly features: readonly string[] }

/** Every voter with evidence, in the trace's order. Traces of earlier versions have none: then values of a price's size stand in. */
export function drawablesOf(trace: DecisionTrace): readonly Drawable[] {
  const voters = trace.signal.votes.filter((vote) => vote.evidence.length > 0)
  if (voters.length === 0) {
    const features = indicatorNames(trace)
    return features.length === 0 ? [] : [{ voter: SIGNAL_VALUES, color: evidenceColor(0), items: [], features }]
  }
  return voters.map((vote, place) => ({
    voter: vote.voter,
    color: evidenceColor(place),
    items: vote.evidence.filter((item) => item.kind !== 'features'),
    features: [...new Set(vote.evidence.flatMap((item) => (item.kind === 'features' ? item.names : [])))],
  }))
}

/** Without the lines of features, for where nobody can compute them. */
export const shapesOnly = (drawables: readonly Drawable[]): readonly Drawable[] =>
  drawables.filter(({ items }) => items.length > 0).map((drawable) => ({ ...drawable, features: [] }))

export type EvidenceChoice = {
  /** Voters whose evidence was switched off. */
  readonly hidden: ReadonlySet<string>
  /** The voter whose row was chosen: only its evidence is shown. */
  readonly chosen: string | null
  /** The voter under the pointer or the keyboard's focus: the same, for as long as it lasts. */
  readonly pointed: string | null
}
export const ALL_EVIDENCE: EvidenceChoice = { hidden: new Set(), chosen: null, pointed: null }

export type ShownEvidence = { readonly voters: readonly string[]; readonly alone: boolean }

/** The voters whose evidence is shown. One without evidence cannot be looked at alone. */
export function shownEvidence(drawables: readonly Drawable[], { hidden, chosen, pointed }: EvidenceChoice): ShownEvidence {
  const voters = drawables.map((drawable) => drawable.voter)
  const alone = [pointed, chosen].find((voter) => voter !== null && voters.includes(voter))
  if (alone !== undefined && alone !== null) return { voters: [alone], alone: true }
  return { voters: voters.filter((voter) => !hidden.has(voter)), alone: false }
}

/** Switches one voter on or off. When one was looked at alone, the other joins it; switched off itself, all are back. */
export function toggleShown(drawables: readonly Drawable[], choice: EvidenceChoice, voter: string): EvidenceChoice {
  const { voters, alone } = shownEvidence(drawables, { ...choice, pointed: null })
  if (alone && voters.includes(voter)) return ALL_EVIDENCE
  const wanted = new Set(voters)
  if (!wanted.delete(voter)) wanted.add(voter)
  const hidden = drawables.map((drawable) => drawable.voter).filter((name) => !wanted.has(name))
  // Voters of other signals that were switched off stay so.
  const elsewhere = [...choice.hidden].filter((name) => drawables.every((drawable) => drawable.voter !== name))
  return { ...choice, hidden: new Set([...elsewhere, ...hidden]), chosen: null }
}
export const toggleChosen = (choice: EvidenceChoice, voter: string): EvidenceChoice => ({
  ...choice,
  chosen: choice.chosen === voter ? null : voter,
})

/** What the chart is to draw for this choice; features that the engine did not answer for are left out. */
export function overlayOf(
  drawables: readonly Drawable[],
  shown: ShownEvidence,
  series: ReadonlyMap<string, readonly (number | null)[]>,
): TraceOverlay {
  const groups = drawables.filter((drawable) => shown.voters.includes(drawable.voter))
  const lines = groups.flatMap(({ color, features }) =>
    features.flatMap((name, place) => {
      const values = series.get(name)
      return values ? [{ name, color, dashed: place > 0, values }] : []
    }),
  )
  return { groups, lines, alone: shown.alone }
}
