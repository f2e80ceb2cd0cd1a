// Proves what is read out of a study: how much a dimension matters, the map around the best, and whether the best stands alone.
import { describe, expect, it } from 'vitest'
import { SearchDimension } from '../../src-shared/config/lab.ts'
import { HeatMapView } from '../../src-shared/bridge/lab-views.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'
import { dimensionViews } from '../../src-main/lab/search/dimension-views.ts'
import { heatMapOf } from '../../src-main/lab/search/heat-map.ts'
import { importanceOf } from '../../src-main/lab/search/importance.ts'
import { plateauOf } from '../../src-main/lab/search/plateau.ts'
import type { StudyTrial } from '../../src-main/lab/search/trial.ts'

const dimension = (parameter: string, over: Partial<SearchDimension> = {}): SearchDimension =>
  SearchDimension.parse({ strategyId: 's', parameter, min: 0, max: 1, ...over })
const XY = [dimension('x'), dimension('y')]

const trialOf = (number: number, parameters: Record<string, number>, objective: number | null): StudyTrial => ({
  number,
  state: 'done',
  parameters,
  objective,
  looks: [],
  metrics: null,
  seconds: null,
  worker: '',
  message: '',
})
/** Trials drawn evenly over x and y. */
function drawn(count: number, of: (x: number, y: number, noise: number) => number | null): StudyTrial[] {
  const random = createRandom(5)
  return Array.from({ length: count }, (_, number) => {
    const [x, y, noise] = [random.fraction(), random.fraction(), random.fraction() - 0.5]
    return trialOf(number, { 's.x': x, 's.y': y }, of(x, y, noise))
  })
}
/** Trials at all points of 0, 0.1, … 1 in both dimensions. */
const gridOf = (of: (x: number, y: number) => number | null): StudyTrial[] =>
  Array.from({ length: 121 }, (_, number) => {
    const [x, y] = [Math.floor(number / 11) / 10, (number % 11) / 10]
    return trialOf(number, { 's.x': x, 's.y': y }, of(x, y))
  })

describe('importance', () => {
  it('is the share of the variance that a dimension explains alone', () => {
    // Variances of 3x and y are 9/12 and 1/12: nine tenths and one tenth.
    const [x, y] = importanceOf(
      XY,
      drawn(2000, (a, b) => 3 * a + b),
    )
    expect(x).toBeGreaterThan(0.87)
    expect(x).toBeLessThan(0.92)
    expect(y).toBeGreaterThan(0.07)
    expect(y).toBeLessThan(0.13)
  })

  it('sees what is best in the middle, which no correlation does', () => {
    const [x, y] = importanceOf(
      XY,
      drawn(500, (a) => -((a - 0.5) ** 2)),
    )
    expect(x).toBeGreaterThan(0.9)
    expect(y).toBeLessThan(0.05)
  })

  it('gives nothing to noise, nor to a dimension that never changed', () => {
    const noisy = importanceOf(
      XY,
      drawn(60, (_x, _y, noise) => noise),
    )
    for (const share of noisy) expect(share).toBeLessThan(0.15)
    const still = drawn(60, (x) => x).map((trial) => ({ ...trial, parameters: { ...trial.parameters, 's.y': 0.5 } }))
    expect(importanceOf(XY, still)[1]).toBe(0)
  })

  it('is unknown with few trials, or when all came to the same', () => {
    expect(
      importanceOf(
        XY,
        drawn(29, (x) => x),
      ),
    ).toEqual([null, null])
    expect(
      importanceOf(
        XY,
        drawn(100, (x) => (x < 0.28 ? x : null)),
      ),
    ).toEqual([null, null])
    expect(
      importanceOf(
        XY,
        drawn(100, () => 0.1),
      ),
    ).toEqual([null, null])
    const pruned = drawn(100, (x) => x).map((trial) => ({ ...trial, state: 'pruned' as const }))
    expect(importanceOf(XY, pruned)).toEqual([null, null])
  })

  it('comes with what the strategy declares', () => {
    const spec = { name: 'x', title: 'Stop', help: '', unit: '× ATR', min: 0, max: 2, step: 0.1, default: 0.7 }
    const trials = drawn(40, (x) => x)
    const [x, y] = dimensionViews([dimension('x', { step: 0.1 }), dimension('y')], new Map([['s', [spec]]]), trials)
    expect(x).toMatchObject({ name: 's.x', title: 'Stop', unit: '× ATR', min: 0, max: 1, step: 0.1, scale: 'linear', default: 0.7 })
    expect(x?.importance).toBeGreaterThan(0.5)
    expect(y).toMatchObject({ name: 's.y', title: 'y', unit: '', default: 0.5 })
  })
})

describe('the heat map', () => {
  const grid = {
    dimensions: [dimension('x', { min: 1, max: 3, step: 1 }), dimension('y', { min: 1, max: 2, step: 1 }), dimension('z', { step: 1 })],
    method: 'grid' as const,
  }
  const gridTrials = [
    [1, 1, 0, 5],
    [1, 2, 0, 6],
    [2, 1, 0, 9],
    [2, 2, 0, 4],
    [3, 2, 1, 3],
  ].map(([x = 0, y = 0, z = 0, objective = 0], number) => trialOf(number, { 's.x': x, 's.y': y, 's.z': z }, objective))
  const unjudged = trialOf(6, { 's.x': 3, 's.y': 2, 's.z': 0 }, null)

  it('of a grid has its own cells, with all else as the best has it', () => {
    const map = heatMapOf({ spec: grid, trials: [...gridTrials, unjudged] }, 's.x', 's.y')
    expect(map).toEqual({
      ok: true,
      value: {
        x: 's.x',
        y: 's.y',
        xs: [1, 2, 3],
        ys: [1, 2],
        cells: [
          [5, 9, null],
          [6, 4, null],
        ],
        best: { x: 2, y: 1 },
      },
    })
  })

  it('of drawn trials has means, rises where the objective does, and passes for a view', () => {
    const spec = { dimensions: XY, method: 'random' as const }
    const trials = drawn(400, (x, y) => 10 * y + x)
    const map = heatMapOf({ spec, trials }, 's.x', 's.y')
    if (!map.ok) throw new Error(map.error)
    const { xs, ys, cells } = HeatMapView.parse(map.value)
    expect(xs).toEqual([0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95])
    expect(ys).toEqual(xs)
    for (const [row, y] of ys.entries()) {
      for (const [column, x] of xs.entries()) {
        const cell = cells[row]?.[column] ?? null
        if (cell !== null) expect(Math.abs(cell - (10 * y + x))).toBeLessThan(0.6)
      }
    }
    expect(cells.flat().filter((cell) => cell !== null).length).toBeGreaterThan(80)
  })

  it('is of the surroundings of the best: trials far from it in other dimensions hardly count', () => {
    const dimensions = [...XY, dimension('z')]
    const trials = [
      trialOf(0, { 's.x': 0.5, 's.y': 0.5, 's.z': 0 }, 10),
      trialOf(1, { 's.x': 0.5, 's.y': 0.5, 's.z': 0.05 }, 8),
      trialOf(2, { 's.x': 0.5, 's.y': 0.5, 's.z': 1 }, -100),
      trialOf(3, { 's.x': 0.1, 's.y': 0.1, 's.z': 1 }, -100),
    ]
    const map = heatMapOf({ spec: { dimensions, method: 'tpe' }, trials }, 's.x', 's.y')
    if (!map.ok) throw new Error(map.error)
    const near = map.value.cells.flat().find((cell) => cell !== null && cell > 0)
    expect(near).toBeGreaterThan(8.5)
    expect(near).toBeLessThan(10)
    expect(map.value.cells.flat()).toContain(-100)
  })

  it('has a column for each value of a few steps', () => {
    const spec = { dimensions: [dimension('x', { min: 1, max: 3, step: 1 }), dimension('y')], method: 'tpe' as const }
    const trials = drawn(100, (x, y) => x + y).map((trial) => ({
      ...trial,
      parameters: { ...trial.parameters, 's.x': 1 + (trial.number % 3) },
    }))
    const map = heatMapOf({ spec, trials }, 's.x', 's.y')
    expect(map.ok && map.value.xs).toEqual([1, 2, 3])
    expect(map.ok && map.value.ys).toEqual([0.1, 0.3, 0.5, 0.7, 0.9])
  })

  it('is empty before anything was judged, and refuses what is no pair of dimensions', () => {
    const spec = { dimensions: XY, method: 'tpe' as const }
    expect(heatMapOf({ spec, trials: [] }, 's.x', 's.y')).toEqual({
      ok: true,
      value: { x: 's.x', y: 's.y', xs: [], ys: [], cells: [], best: null },
    })
    expect(heatMapOf({ spec, trials: [] }, 's.x', 's.q')).toEqual({
      ok: false,
      error: '"s.q" is not searched over, expected one of s.x, s.y',
    })
    expect(heatMapOf({ spec, trials: [] }, 's.x', 's.x').ok).toBe(false)
  })
})

describe('the plateau', () => {
  const dimensions = [dimension('x', { step: 0.1 }), dimension('y', { step: 0.1 })]

  it('is none where the best stands alone among poor neighbours', () => {
    const found = plateauOf(
      dimensions,
      gridOf((x, y) => (x === 0.5 && y === 0.5 ? 10 : x / 100)),
    )
    expect(found).toMatchObject({ neighbours: 8, isPeak: true, worstObjective: 0.004 })
    expect(found?.meanObjective).toBeCloseTo(0.005, 6)
  })

  it('is one where the neighbours are almost as good', () => {
    const found = plateauOf(
      dimensions,
      gridOf((x, y) => 10 - (x - 0.5) ** 2 - (y - 0.5) ** 2),
    )
    expect(found).toMatchObject({ neighbours: 8, isPeak: false })
    expect(found?.worstObjective).toBeCloseTo(9.98, 9)
  })

  it('counts a neighbour that could not be judged as one that kept nothing', () => {
    const around = (x: number, y: number): number | null =>
      x === 0.5 && y === 0.5 ? 10 : Math.abs(x - 0.5) < 0.11 && y !== 0.5 ? null : 9 * x
    expect(plateauOf(dimensions, gridOf(around))).toMatchObject({ neighbours: 8, isPeak: true })
  })

  it('is unknown without neighbours, and no peak where all trials are alike', () => {
    expect(plateauOf(dimensions, [])).toBeNull()
    const apart = [trialOf(0, { 's.x': 0, 's.y': 0 }, 1), trialOf(1, { 's.x': 1, 's.y': 1 }, 0), trialOf(2, { 's.x': 0.1, 's.y': 0.3 }, 0)]
    expect(plateauOf(dimensions, apart)).toBeNull()
    expect(
      plateauOf(
        dimensions,
        gridOf(() => 1),
      ),
    ).toEqual({ neighbours: 3, meanObjective: 1, worstObjective: 1, isPeak: false })
  })
})
