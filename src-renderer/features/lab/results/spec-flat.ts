// A spec as names and values that a person can read, beside the defaults or beside other specs.
import { type ComparedRun, compareRuns, flattened, type Scalar } from '../../../../src-shared/bridge/run-compare.ts'
import { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../../src-shared/config/lab.ts'
import { inWords } from './parameter-text.ts'
import type { Spec } from './views.ts'

export type FlatSpec = ReadonlyMap<string, string>

/** Every value as text, by its path, such as "simulation.latencyMs". */
export const textsOf = (spec: Spec): FlatSpec => new Map([...flattened(readable(spec))].map(([path, value]) => [path, textOf(value, path)]))

/** Lists of plain values as one value, and what a search may change under the parameter's name, as one line each. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return readableList(value)
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)])) : value
}

function readableList(list: readonly unknown[]): unknown {
  if (list.length > 0 && list.every((one) => typeof one === 'string' || typeof one === 'number')) return list.join(', ')
  const dimensions = list.map(dimensionEntry)
  return list.length > 0 && dimensions.every((entry) => entry !== null) ? Object.fromEntries(dimensions) : list.map(readable)
}

/** "imba.confluenceMin" and "0.8 to 2 by 0.1, linear"; null for anything else. */
function dimensionEntry(value: unknown): readonly [string, string] | null {
  if (!isRecord(value)) return null
  const { strategyId, parameter, min, max, step, scale } = value
  if (typeof strategyId !== 'string' || typeof parameter !== 'string') return null
  if (typeof min !== 'number' || typeof max !== 'number' || typeof scale !== 'string') return null
  return [`${strategyId}.${parameter}`, `${min} to ${max}${typeof step === 'number' ? ` by ${step}` : ''}, ${scale}`]
}

/** Source text of a strategy file and the like: its length says enough. */
const TEXT_MAX = 120
/** Since then milliseconds are a date, and no length of time. */
const DATE_MS_MIN = Date.UTC(2000, 0, 1)

/** Times that end in `Ms` and are of a calendar's size are dates. */
function textOf(value: Scalar, path: string): string {
  if (value === null || value === '[]' || value === '{}') return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number')
    return path.endsWith('Ms') && value >= DATE_MS_MIN ? new Date(value).toISOString().slice(0, 16).replace('T', ' ') : String(value)
  return value.length > TEXT_MAX ? `${value.length.toLocaleString('en-US')} characters` : value
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
  return parsed.success ? textsOf(parsed.data) : null
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
  return [...textsOf(spec)].map(([path, value]): SpecRow => {
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
  (value !== 'none' && (PARAMETER.test(path) || /^(search\.)?dimensions\./.test(path) || /^(search\.)?(backtest\.)?files\./.test(path)))

/** "simulation.latencyMs" as "simulation › latency ms". What is no name of ours, such as that of a series, stays as it is. */
export const pathWords = (path: string): string =>
  path
    .split('.')
    .map((part) => (/^[\w ]+$/.test(part) ? inWords(part) : part))
    .join(' › ')

/** A spec of any kind in the form of a backtest's, so that two kinds say the same under the same name; what is their own comes beside it. */
function asBacktest(spec: Spec): Spec {
  const { search, backtest, ...own } = spec
  if (isRecord(search)) return { ...own, ...asBacktest(search) }
  return isRecord(backtest) ? { ...own, ...backtest } : spec
}

export type SpecDifference = {
  readonly path: string
  /** One per run; null for one that says nothing. */ readonly values: readonly (string | null)[]
}

/** What these runs were not asked for alike, their code and their data among it. What only one kind of run can say comes last. */
export function specDifferences(runs: readonly ComparedRun[]): readonly SpecDifference[] {
  const specs = runs.map((run) => ({ ...run, spec: asBacktest(readable(run.spec) as Spec) })) // A record stays one.
  return compareRuns(specs)
    .fields.map(({ path, values }) => ({ path, values: values.map((value) => (value === undefined ? null : textOf(value, path))) }))
    .filter((difference) => !isUnknownData(difference))
    .toSorted((a, b) => Number(isAlone(a)) - Number(isAlone(b)))
}

const isAlone = ({ values }: SpecDifference): boolean => values.filter((value) => value !== null).length < 2
/** A walk-forward does not tell its passports: data that all others share is no difference. */
const isUnknownData = ({ path, values }: SpecDifference): boolean =>
  path.startsWith('data hash') && new Set(values.filter((value) => value !== null)).size < 2 && values.some((value) => value === null)

/** Whose market data a run was made with. */
export const venueOf = (spec: Spec): string => {
  const data = spec['data']
  const venue = isRecord(data) ? data['venue'] : null
  return typeof venue === 'string' ? venue : ''
}
