// A spec as a flat list of names and values, so that two of them, or one and the defaults, can be laid side by side.
import { BacktestSpec } from '../../../../src-shared/config/lab.ts'
import type { Spec } from './views.ts'

export type FlatSpec = ReadonlyMap<string, string>

/** Source text of a strategy file and the like: its length says enough. */
const TEXT_MAX = 80

/**
 * Every value by its path, such as "simulation.latencyMs". Entries of lists are named by their id or name where they have one. Times that end in
 * `Ms` and are of a calendar's size are dates.
 */
export function flattened(spec: Spec): FlatSpec {
  const flat = new Map<string, string>()
  walk(spec, '', flat)
  return flat
}

function walk(value: unknown, path: string, flat: Map<string, string>): void {
  if (Array.isArray(value)) return walkList(value, path, flat)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    if (entries.length === 0) flat.set(path, 'none')
    for (const [key, inner] of entries) walk(inner, path === '' ? key : `${path}.${key}`, flat)
    return
  }
  flat.set(path, textOf(value, path))
}

function walkList(list: readonly unknown[], path: string, flat: Map<string, string>): void {
  if (list.length === 0) return void flat.set(path, 'none')
  if (list.every((one) => typeof one !== 'object' || one === null))
    return void flat.set(path, list.map((one) => textOf(one, path)).join(', '))
  list.forEach((one, place) => walk(one, `${path}.${nameOf(one) ?? place + 1}`, flat))
}

const NAMING = ['id', 'name', 'metric', 'parameter'] as const

function nameOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const name = NAMING.map((key) => Object.entries(value).find(([found]) => found === key)?.[1]).find((found) => typeof found === 'string')
  return typeof name === 'string' ? name : null
}

/** Since then milliseconds are a date, and no length of time. */
const DATE_MS_MIN = Date.UTC(2000, 0, 1)

function textOf(value: unknown, path: string): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number' && path.endsWith('Ms') && value >= DATE_MS_MIN)
    return new Date(value).toISOString().slice(0, 16).replace('T', ' ')
  const text = String(value)
  return text.length > TEXT_MAX ? `${text.length.toLocaleString('en-US')} characters` : text
}

/** What a run is about, and so never a default: which market, which time, which strategies. */
const OWN = ['playbook', 'files', 'data.instruments', 'data.fromMs', 'data.toMs', 'version']

/** The same spec with every default in place of what was chosen; null for a spec of another version that is not understood. */
export function defaultsOf(spec: Spec): FlatSpec | null {
  const [playbook, data] = [spec['playbook'], spec['data']]
  if (typeof data !== 'object' || data === null) return null
  const kept = Object.fromEntries(Object.entries(data).filter(([key]) => key === 'instruments' || key === 'fromMs' || key === 'toMs'))
  const parsed = BacktestSpec.safeParse({ playbook, data: kept })
  return parsed.success ? flattened(parsed.data) : null
}

export type SpecRow = {
  readonly path: string
  readonly value: string
  /** Null where a default makes no sense, or is not known. */
  readonly fallback: string | null
  readonly differs: boolean
}

/** Every value of the spec beside its default, in the spec's order; values that only the defaults have, last. */
export function specRows(spec: Spec): readonly SpecRow[] {
  const own = flattened(spec)
  const defaults = defaultsOf(spec)
  const rows = [...own].map(([path, value]): SpecRow => {
    const fallback = isOwn(path) ? null : (defaults?.get(path) ?? null)
    return { path, value, fallback, differs: defaults !== null && !isOwn(path) && fallback !== value }
  })
  return rows
}

const isOwn = (path: string): boolean => OWN.some((own) => path === own || path.startsWith(`${own}.`))

/** "simulation.latencyMs" as "simulation › latency ms". */
export const pathWords = (path: string): string =>
  path
    .split('.')
    .map((part) =>
      part
        .replace(/([a-z\d])([A-Z])/g, '$1 $2')
        .replaceAll('_', ' ')
        .toLowerCase(),
    )
    .join(' › ')

/** Paths at which two or more specs do not say the same, with what each says; null for one that says nothing. */
export function specDifferences(specs: readonly Spec[]): readonly { readonly path: string; readonly values: readonly (string | null)[] }[] {
  const flats = specs.map(flattened)
  const paths = [...new Set(flats.flatMap((flat) => [...flat.keys()]))]
  return paths
    .map((path) => ({ path, values: flats.map((flat) => flat.get(path) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]))
}

/** Whose market data a run was made with. */
export function venueOf(spec: Spec): string {
  return flattened(spec).get('data.venue') ?? flattened(spec).get('search.backtest.data.venue') ?? ''
}
