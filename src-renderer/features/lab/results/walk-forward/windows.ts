// What the pages about a walk-forward compute from its windows.
import type { Range } from '../../../../charts/plot-scale.ts'
import type { WalkForward, Window } from '../views.ts'

const DAY_MS = 86_400_000

/** Days left out after each test, in milliseconds; 0 where the spec does not say. */
export function embargoMs(spec: WalkForward['spec']): number {
  const days: unknown = spec['embargoDays']
  return typeof days === 'number' ? days * DAY_MS : 0
}

/** From the first training to the end of the last test and what is left out after it. */
export function timelineRange(windows: readonly Window[], embargo: number): Range {
  if (windows.length === 0) return [0, 1]
  return [Math.min(...windows.map(({ trainFromMs }) => trainFromMs)), Math.max(...windows.map(({ testToMs }) => testToMs + embargo))]
}

/** Beginnings of months within the range, every n-th so that at most `count` are left. */
export function monthTicks([fromMs, toMs]: Range, count: number): readonly number[] {
  const first = new Date(fromMs)
  const starts: number[] = []
  for (let month = first.getUTCMonth() + 1; ; month++) {
    const ms = Date.UTC(first.getUTCFullYear(), month, 1)
    if (ms > toMs || starts.length > 1200) break
    starts.push(ms)
  }
  const every = Math.max(1, Math.ceil(starts.length / count))
  return starts.filter((_, place) => place % every === 0)
}

/** Test ÷ train of the objective; null where the training had nothing to lose from. */
export const keptShare = ({ trainObjective, testObjective }: Window): number | null =>
  trainObjective === null || testObjective === null || trainObjective <= 0 ? null : testObjective / trainObjective
