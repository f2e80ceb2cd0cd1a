// A spec as a flat list of names and values, so that two of them, or one and the defaults, can be laid side by side.
import { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../../src-shared/config/lab.ts'
import { inWords } from './parameter-text.ts'
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
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number' && path.endsWith('Ms') && value >= DATE_MS_MIN)
    return new Date(value).toISOString().slice(0, 16).replace('T', ' ')
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(value)
  return text.length > TEXT_MAX ? `${text.length.toLocaleString('en-US')} characters` : text
}

/** What a run is about, and so never a default: which market, which time, which strategies, what is searched. */
const OWN = ['playbook', 'files', 'data.instruments', 'data.fromMs', 'data.toMs', 'version', 'dimensions', 'search.dimensions']
/** What a search or a walk-forward asks of its backtests has the same name as in a backtest. */
const inBacktest = (path: string): string => path.replace(/^(search\.)?backtest\./, '')
const isOwn = (path: string): boolean => {
  const inner = inBacktest(path)
  return OWN.some((own) => inner === own || inner.startsWith(`${own}.`))
}

const isRecord = (value: unknown): value is Spec => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same question with every default in place of what was chosen; null for a spec of another version that is not understood. */
export function defaultsOf(spec: Spec): FlatSpec | null {
  const schema = isRecord(spec['search']) ? WalkForwardSpec : isRecord(spec['backtest']) ? SearchSpec : BacktestSpec
  const parsed = schema.safeParse(bare(spec))
  return parsed.success ? flattened(parsed.data) : null
}

/** Only what a spec must say. */
function bare(spec: Spec): Spec {
  const { search, backtest, data, playbook, dimensions } = spec
  if (isRecord(search)) return { search: bare(search) }
  if (isRecord(backtest)) return { backtest: bare(backtest), dimensions }
  const kept = isRecord(data) ? { instruments: data['instruments'], fromMs: data['fromMs'], toMs: data['toMs'] } : data
  return { playbook, data: kept }
}

export type SpecRow = {
  readonly path: string
  readonly value: string
  /** Null where a default makes no sense, or is not known. */
  readonly fallback: string | null
  readonly differs: boolean
}

/** By "strategy.parameter": what a strategy does when its playbook says nothing. */
export type ParameterDefaults = ReadonlyMap<string, number>

const PARAMETER = /playbook\.strategies\.([^.]+)\.parameters\.([^.]+)$/

/** Every value of the spec beside its default, in the spec's order. */
export function specRows(spec: Spec, parameters: ParameterDefaults = new Map()): readonly SpecRow[] {
  const defaults = defaultsOf(spec)
  return [...flattened(spec)].map(([path, value]): SpecRow => {
    const [, strategyId, parameter] = PARAMETER.exec(path) ?? []
    const own = strategyId === undefined ? undefined : parameters.get(`${strategyId}.${parameter}`)
    const fallback = own === undefined ? (isOwn(path) ? null : (defaults?.get(path) ?? null)) : String(own)
    const isKnown = own !== undefined || (defaults !== null && !isOwn(path))
    return { path, value, fallback, differs: isKnown && fallback !== value }
  })
}

/** What tells the run apart: what differs from a default, and the parameters and searched ranges whatever their defaults. */
export const isTelling = ({ path, value, differs }: SpecRow): boolean =>
  differs ||
  (value !== 'none' &&
    (PARAMETER.test(path) ||
      /^(search\.)?dimensions\..*\.(min|max|step|scale)$/.test(path) ||
      /^(search\.)?(backtest\.)?files\./.test(path)))

/** "simulation.latencyMs" as "simulation › latency ms". */
export const pathWords = (path: string): string => path.split('.').map(inWords).join(' › ')

/** Paths at which two or more specs do not say the same, with what each says; null for one that says nothing. */
export function specDifferences(specs: readonly Spec[]): readonly { readonly path: string; readonly values: readonly (string | null)[] }[] {
  const flats = specs.map((spec) => new Map([...flattened(spec)].map(([path, value]) => [inBacktest(path), value])))
  const paths = [...new Set(flats.flatMap((flat) => [...flat.keys()]))]
  return paths
    .map((path) => ({ path, values: flats.map((flat) => flat.get(path) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]))
}

/** Whose market data a run was made with. */
export const venueOf = (spec: Spec): string => {
  const data = spec['data']
  const venue = isRecord(data) ? data['venue'] : null
  return typeof venue === 'string' ? venue : ''
}
