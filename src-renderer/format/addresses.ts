// Addresses of pages that other pages lead to. The run stands in the path and not behind the question mark: what stands there is kept when the
// person goes on to another page, and a run must not follow them to the desk.
const part = (text: string): string => encodeURIComponent(text)

/** The list of signals: of a run of the lab, or of the desk. */
export const signalsAddress = (run: string | null): string => (run === null ? '/signals' : `/signals/run/${part(run)}`)
/** One decision in the inspector. */
export const signalAddress = (run: string | null, decisionId: string): string =>
  run === null ? `/signal/${part(decisionId)}` : `/signal/run/${part(run)}/${part(decisionId)}`
export const journalAddress = (run: string | null): string => (run === null ? '/journal' : `/journal/run/${part(run)}`)
/** What a run of any kind came to. */
export const labRunAddress = (runId: string): string => `/lab/run/${part(runId)}`
export const labCompareAddress = (runIds: readonly string[]): string => `/lab/compare/${runIds.map(part).join(',')}`
/** Where keys of venues are added, tested and removed. */
export const KEYS_ADDRESS = '/settings'
