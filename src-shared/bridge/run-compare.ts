// Runs side by side: in what they were asked for differently, and how their figures differ. For the page and the command line.
import { LAB_METRICS, LAB_METRIC_IDS, type LabMetricId } from '../domain/lab-metric.ts'
import type { Output } from './contract.ts'

/** What somebody sees instead of a list, an object or a long text. Undefined where a run has no such field. */
export type Scalar = string | number | boolean | null
export type FieldDifference = {
  /** Such as "playbook.strategies.imba.parameters.minScore". */
  readonly path: string
  /** One per run, in the order the runs were given. */
  readonly values: readonly (Scalar | undefined)[]
}
export type MetricComparison = {
  readonly metric: LabMetricId
  readonly values: readonly (number | null)[]
  /** Index of the best value; null when neither more nor less is better, or nobody is ahead. */
  readonly best: number | null
}
export type RunComparison = { readonly fields: readonly FieldDifference[]; readonly metrics: readonly MetricComparison[] }

/** What is compared of a run; a ReportView is one. */
export type ComparedRun = Pick<Output<'lab.run.report'>, 'run' | 'spec' | 'metrics'> & {
  readonly passports: readonly { readonly id: string; readonly contentHash: string }[]
}

const DEPTH_MAX = 16
const TEXT_MAX = 120

/**
 * The leaves of a plain JSON value by their path. Things in a list that have an id or a name are found by it, so that their order does not
 * matter; others by their number. Empty lists and objects are leaves, as JSON text, and so is what lies deeper than 16 levels.
 */
export function flattened(value: unknown): ReadonlyMap<string, Scalar> {
  const leaves = new Map<string, Scalar>()
  walk(value, [], leaves)
  return leaves
}

function walk(value: unknown, path: readonly string[], leaves: Map<string, Scalar>): void {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) {
    leaves.set(path.join('.'), value)
    return
  }
  if (typeof value !== 'object') return
  const entries = Array.isArray(value) ? named(value) : Object.entries(value)
  if (entries.length === 0 || path.length >= DEPTH_MAX) leaves.set(path.join('.'), JSON.stringify(value))
  else for (const [key, item] of entries) walk(item, [...path, key], leaves)
}

/** Entries of a list under the id or name of each, unless one of them has none or two share one. */
function named(list: readonly unknown[]): readonly (readonly [string, unknown])[] {
  const names = list.map((item) => nameOf(item))
  const isUsable = names.every((name) => name !== null) && new Set(names).size === names.length
  return list.map((item, index) => [isUsable ? (names[index] ?? '') : String(index), item])
}

function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null) return null
  if ('id' in item && typeof item.id === 'string') return item.id
  if ('name' in item && typeof item.name === 'string') return item.name
  return null
}

/** Fields that are not the same in all of these values, in order of path. Long texts are told apart by number and length. */
export function differences(values: readonly unknown[]): readonly FieldDifference[] {
  const leaves = values.map(flattened)
  const paths = [...new Set(leaves.flatMap((map) => [...map.keys()]))].toSorted()
  return paths
    .map((path) => ({ path, values: leaves.map((map) => map.get(path)) }))
    .filter(({ values: [first, ...others] }) => others.some((value) => value !== first))
    .map(({ path, values: found }) => ({ path, values: shortened(found) }))
}

function shortened(values: FieldDifference['values']): FieldDifference['values'] {
  const isLong = (value: Scalar | undefined): value is string => typeof value === 'string' && value.length > TEXT_MAX
  const texts = [...new Set(values.filter(isLong))]
  return values.map((value) => (isLong(value) ? `text ${texts.indexOf(value) + 1}, ${value.length} characters` : value))
}

/** Two runs or more, in the order they are to be shown. */
export function compareRuns(runs: readonly ComparedRun[]): RunComparison {
  return {
    fields: differences(
      runs.map(({ run, spec, passports }) => ({
        ...spec,
        'code version': run.codeVersion,
        'data hash': Object.fromEntries(passports.map(({ id, contentHash }) => [id, contentHash])),
      })),
    ),
    metrics: LAB_METRIC_IDS.map((metric) => {
      const values = runs.map(({ metrics }) => metrics[metric] ?? null)
      return { metric, values, best: bestOf(values, metric) }
    }),
  }
}

function bestOf(values: readonly (number | null)[], metric: LabMetricId): number | null {
  const { better } = LAB_METRICS[metric]
  const known = values.filter((value) => value !== null)
  if (better === 'neither' || known.length < 2) return null
  const best = better === 'more' ? Math.max(...known) : Math.min(...known)
  return known.filter((value) => value === best).length === 1 ? values.indexOf(best) : null
}
