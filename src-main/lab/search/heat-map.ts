// The objective over two dimensions, as a table of cells.
import type * as z from 'zod/mini'
import type { HeatMapView } from '../../../src-shared/bridge/lab-views.ts'
import type { SearchSpec } from '../../../src-shared/config/lab.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { type Axis, type Parameters, axisOf, dimensionName } from './space.ts'
import { type StudyTrial, bestTrials } from './trial.ts'

export type HeatMap = z.infer<typeof HeatMapView>

/** Most values of an axis that get a column each. */
const COLUMNS_MAX = 60
const BINS_MIN = 3
const BINS_MAX = 12
/** Trials that a cell should have on average. */
const CELL_TRIALS = 4
/** Distance from the best in the other dimensions, as a share of the axes, at which a trial counts 0.61 times as much as one at the best. */
const NEAR = 0.25

type Study = { readonly spec: Pick<SearchSpec, 'dimensions' | 'method'>; readonly trials: readonly StudyTrial[] }
type Column = { readonly axis: Axis; readonly values: readonly number[]; indexOf(parameters: Parameters): number }

/**
 * The objective around the best trial, over the dimensions named `x` and `y` ("strategy.parameter"). A grid gives its own cells: all other
 * dimensions as the best has them. Random search and TPE hardly try anything twice, so a cell is the mean of what fell into it, those
 * trials weighing most that are near the best in the other dimensions. Null where nothing with an objective was tried.
 * The error names a dimension that is not searched over.
 */
export function heatMapOf({ spec, trials }: Study, x: string, y: string): Result<HeatMap, string> {
  const stranger = [x, y].find((name) => !spec.dimensions.some((dimension) => dimensionName(dimension) === name))
  if (stranger !== undefined)
    return err(`"${stranger}" is not searched over, expected one of ${spec.dimensions.map(dimensionName).join(', ')}`)
  if (x === y) return err(`a heat map needs two dimensions, but both are "${x}"`)
  const judged = bestTrials(trials, trials.length)
  const [best] = judged
  const [columns, rows] = [x, y].map((name) => columnOf(spec, judged, name))
  if (columns === undefined || rows === undefined || best === undefined) return ok({ x, y, xs: [], ys: [], cells: [], best: null })
  const others = spec.dimensions.filter((dimension) => ![x, y].includes(dimensionName(dimension)))
  const weigh = weightAround(others, best.parameters, spec.method)
  const sums = rows.values.map(() => columns.values.map(() => ({ weight: 0, sum: 0 })))
  for (const { parameters, objective } of judged) {
    const cell = sums[rows.indexOf(parameters)]?.[columns.indexOf(parameters)]
    const weight = weigh(parameters)
    if (cell === undefined || objective === null || weight === 0) continue
    cell.weight += weight
    cell.sum += weight * objective
  }
  const cells = sums.map((row) => row.map(({ weight, sum }) => (weight === 0 ? null : sum / weight)))
  const at = { x: best.parameters[x] ?? Number.NaN, y: best.parameters[y] ?? Number.NaN }
  return ok({ x, y, xs: [...columns.values], ys: [...rows.values], cells, best: at })
}

/** A column for each value where there are few, or the values were on a grid; else bins of equal width on the axis' scale. */
function columnOf(spec: Study['spec'], judged: readonly StudyTrial[], name: string): Column | undefined {
  const dimension = spec.dimensions.find((one) => dimensionName(one) === name)
  if (dimension === undefined) return undefined
  const axis = axisOf(dimension)
  const valueOf = (parameters: Parameters): number => parameters[name] ?? Number.NaN
  const bins = Math.min(BINS_MAX, Math.max(BINS_MIN, Math.floor(Math.sqrt(judged.length / CELL_TRIALS))))
  const tried = [...new Set(judged.map(({ parameters }) => valueOf(parameters)))].toSorted((a, b) => a - b)
  if (tried.length <= (spec.method === 'grid' ? COLUMNS_MAX : bins)) {
    const places = new Map(tried.map((value, index) => [value, index]))
    return { axis, values: tried, indexOf: (parameters) => places.get(valueOf(parameters)) ?? -1 }
  }
  const count = spec.method === 'grid' ? COLUMNS_MAX : bins
  const values = Array.from({ length: count }, (_, index) => axis.fromUnit((index + 0.5) / count))
  return { axis, values, indexOf: (parameters) => Math.min(count - 1, Math.floor(axis.toUnit(valueOf(parameters)) * count)) }
}

function weightAround(others: Study['spec']['dimensions'], best: Parameters, method: SearchSpec['method']): (at: Parameters) => number {
  if (method === 'grid')
    return (at) => (others.every((dimension) => at[dimensionName(dimension)] === best[dimensionName(dimension)]) ? 1 : 0)
  const axes = others.map((dimension) => ({ name: dimensionName(dimension), axis: axisOf(dimension) }))
  return (at) => {
    const squares = axes.reduce((sum, { name, axis }) => {
      const distance = axis.toUnit(at[name] ?? Number.NaN) - axis.toUnit(best[name] ?? Number.NaN)
      return sum + distance * distance
    }, 0)
    return Math.exp(-squares / (2 * NEAR * NEAR))
  }
}
