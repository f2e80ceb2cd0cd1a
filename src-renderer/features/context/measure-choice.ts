import type { MeasureView, SourceView } from './measure-state.ts'

/** One measure of one instrument (or of the market) with all that is known about it. */
export type Shown = {
  readonly measure: string
  readonly instrumentId: string | null
  /** Null when the engine does not list it at all. */
  readonly view: MeasureView | null
  readonly source: SourceView | null
}
/** What no source gives comes from trades and the book of the moment: nothing of it is kept. */
export const hasHistory = ({ source }: Shown): boolean => source !== null
/** Which measure's history is open. The instrument is the one that is chosen on the page. */
export type Choice = { readonly selected: string; readonly onSelect: (measure: string) => void }
