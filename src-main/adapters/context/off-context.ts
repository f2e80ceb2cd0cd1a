// The feed of a market that nothing is asked for. It shows the sources, so that their absence has a reason.
import type { ContextFeed, ContextSource } from '../../core/ports/context-feed.ts'
import { SOURCES, SOURCE_IDS, type SourceInfo } from './catalogue.ts'

/** `message` is one sentence that says why. */
export const offSource = ({ id, title, homepage, measures, intervalMs }: SourceInfo, message: string): ContextSource => ({
  id,
  title,
  homepage,
  measures,
  state: 'off',
  lastValueMs: null,
  lastTriedMs: null,
  nextDueMs: null,
  intervalMs,
  failures: 0,
  message,
})

/** Tells nothing, ever. */
export const createOffContext = (message: string): ContextFeed => ({
  past: () => [],
  start: () => undefined,
  advanceTo: () => undefined,
  snapshot: () => ({ sources: SOURCE_IDS.map((id) => offSource(SOURCES[id], message)), measures: [], headlines: [] }),
  history: () => [],
  stop: () => Promise.resolve(),
})
