// What a page that shows the journal of a run must know about that run.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { type Query, useQuery } from './use-query.ts'

type Report = Output<'lab.run.report'>
export type RunInfo = {
  readonly runId: string
  /** All that follows is null while the report is on its way or cannot be read; the journal can be read without it. */
  readonly run: Report['run'] | null
  readonly venue: string | null
  readonly strategies: readonly string[]
  readonly error: Query<Report>['error']
}

export function useRunInfo(runId: string): RunInfo {
  const { value, error, loading } = useQuery('lab.run.report', { runId })
  const report = value?.run.id === runId ? value : null
  return {
    runId,
    run: report?.run ?? null,
    venue: textAt(report?.spec, ['data', 'venue']),
    strategies: strategiesOf(report?.spec),
    error: loading ? null : error,
  }
}

/** A spec comes as plain JSON: every step into it is checked. */
function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value)
}
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function textAt(value: unknown, path: readonly string[]): string | null {
  const found = at(value, path)
  return typeof found === 'string' ? found : null
}

/** Those of the playbook, and the person's own files. */
function strategiesOf(spec: unknown): readonly string[] {
  const bundled = namesIn(at(spec, ['playbook', 'strategies']), 'id')
  return [...bundled, ...namesIn(at(spec, ['files']), 'name')]
}
const namesIn = (list: unknown, key: string): readonly string[] =>
  Array.isArray(list) ? list.map((one) => textAt(one, [key])).filter((name) => name !== null) : []
