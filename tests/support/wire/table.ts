// The results of a campaign by kind of fault, as a table in Markdown.
import type { ScenarioResult } from './scenario.ts'

const HEAD = [
  'fault',
  'runs',
  'restarts',
  'happened',
  'duplicates',
  'lost',
  'past grace, escalated',
  'past grace, not',
  'orphans',
  'p50 s',
  'max s',
  'max s watched',
  'broken',
]

export function campaignTable(results: readonly ScenarioResult[]): string {
  const kinds = [...new Set(results.map(({ kind }) => kind))].toSorted()
  const rows = [
    ...kinds.map((kind) =>
      rowOf(
        kind,
        results.filter((each) => each.kind === kind),
      ),
    ),
    rowOf('all', results),
  ]
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function rowOf(name: string, results: readonly ScenarioResult[]): string[] {
  const sum = (of: (result: ScenarioResult) => number): string => String(results.reduce((total, result) => total + of(result), 0))
  const exposures = results.flatMap((result) => result.exposures)
  const late = exposures.filter(({ isPastGrace }) => isPastGrace)
  const seconds = exposures.map((each) => each.seconds).toSorted((a, b) => a - b)
  const watched = exposures.reduce((most, { secondsWatched }) => Math.max(most, secondsWatched), 0)
  return [
    name,
    String(results.length),
    sum(({ restarts }) => restarts),
    sum(({ happened }) => happened),
    sum(({ duplicates }) => duplicates),
    sum(({ lost }) => lost),
    String(late.filter(({ isEscalated }) => isEscalated).length),
    String(late.filter(({ isEscalated }) => !isEscalated).length),
    sum(({ orphans }) => orphans),
    (seconds[Math.floor(seconds.length / 2)] ?? 0).toFixed(3),
    (seconds.at(-1) ?? 0).toFixed(3),
    watched.toFixed(3),
    sum(({ violation }) => (violation === null ? 0 : 1)),
  ]
}
