// @vitest-environment jsdom
// Proves that what lies behind the candles belongs to them: runs begin and end where the regime does, one question at a time is asked
// when the view has come to rest, and an answer to an older question is never drawn.
import type { ISeriesPrimitive, Time } from 'lightweight-charts'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CandleChart } from '../../src-renderer/charts/candle-chart.ts'
import {
  ChartLayers,
  type FetchProfile,
  type FetchRegimes,
  LayerQuery,
  type MsRange,
} from '../../src-renderer/charts/candle-chart-layers.ts'
import { readChartTheme } from '../../src-renderer/charts/candle-chart-theme.ts'
import { apart } from '../../src-renderer/charts/profile-overlay.ts'
import { regimeColor, regimeCss, regimeRuns, regimeTitle } from '../../src-renderer/charts/regime-runs.ts'
import { bandsOf } from '../../src-renderer/charts/regime-shading.ts'
import type { BridgeError, BridgeResult } from '../../src-shared/bridge/contract.ts'

const MINUTE = 60_000

describe('runs', () => {
  const runsOf = (index: number[], regimes = ['trend', 'flat']) =>
    regimeRuns({ regimes, openTimeMs: index.map((_, i) => i * MINUTE), index })

  test('join candles of one regime and end where it changes', () => {
    expect(runsOf([0, 0, 1, 1, 1, 0])).toEqual([
      { regime: 'trend', fromMs: 0, toMs: MINUTE },
      { regime: 'flat', fromMs: 2 * MINUTE, toMs: 4 * MINUTE },
      { regime: 'trend', fromMs: 5 * MINUTE, toMs: 5 * MINUTE },
    ])
  })
  test('leave out what is unknown, and do not join across it', () => {
    expect(runsOf([-1, 0, -1, 0]).map(({ fromMs, toMs }) => [fromMs / MINUTE, toMs / MINUTE])).toEqual([
      [1, 1],
      [3, 3],
    ])
    expect(runsOf([-1, -1])).toEqual([])
    expect(runsOf([])).toEqual([])
  })
  test('an index beyond the list is unknown, not a crash', () => expect(runsOf([0, 7]).map(({ regime }) => regime)).toEqual(['trend']))

  test('have a word and a colour, also one that nobody foresaw', () => {
    expect(regimeTitle('TREND_UP')).toBe('trend up')
    expect(regimeColor('TREND_UP')).toBe('up')
    expect(regimeColor('trend_down')).toBe('down')
    expect(regimeColor('BULL_VOLATILE')).toBe('line6')
    expect(regimeCss('BULL_VOLATILE')).toBe('var(--line-6)')
  })

  test('lie from the left edge of their first candle to the right edge of their last', () => {
    // Ten pixels a bar; as in the library, only whole places have a coordinate.
    const scale = {
      timeToIndex: (time: Time) => Number(time) / 60,
      logicalToCoordinate: (logical: number) => (Number.isInteger(logical) ? logical * 10 : 0),
      options: () => ({ barSpacing: 10 }),
    } as unknown as Parameters<typeof bandsOf>[1]
    expect(bandsOf(runsOf([0, 0, 1]), scale)).toEqual([
      { left: -5, right: 15, regime: 'trend' },
      { left: 15, right: 25, regime: 'flat' },
    ])
  })
})

test('labels of near prices are moved apart, in their order', () => {
  const labels = apart([
    { text: 'VAL', y: 104 },
    { text: 'VAH', y: 100 },
    { text: 'POC', y: 101 },
  ])
  expect(labels.map(({ text, y }) => `${text} ${y}`)).toEqual(['VAH 100', 'POC 112', 'VAL 124'])
})

describe('a question of a layer', () => {
  let asked: MsRange[]
  let answers: ((result: BridgeResult<number>) => void)[]
  let settled: BridgeResult<number>[]
  let query: LayerQuery<number>
  const range = (fromMs: number) => ({ fromMs, toMs: fromMs + 100 })
  const answer = async (result: BridgeResult<number>) => {
    answers.shift()?.(result)
    for (let turn = 0; turn < 4; turn++) await Promise.resolve()
  }
  beforeEach(() => {
    ;[asked, answers, settled] = [[], [], []]
    query = new LayerQuery<number>(
      async (wanted) => {
        asked.push(wanted)
        return await new Promise((resolve) => answers.push(resolve))
      },
      (result) => void settled.push(result),
    )
  })

  test('is asked once, and of many wishes meanwhile only the last comes after it', async () => {
    query.want(range(0))
    for (let i = 1; i <= 20; i++) query.want(range(i))
    expect(asked).toEqual([range(0)])
    await answer({ ok: true, value: 1 })
    expect(asked).toEqual([range(0), range(20)])
    await answer({ ok: true, value: 2 })
    expect(settled).toHaveLength(2)
  })

  test('is not repeated for the same range, unless it failed', async () => {
    query.want(range(0))
    await answer({ ok: true, value: 1 })
    query.want(range(0))
    expect(asked).toHaveLength(1)
    query.want(range(5))
    await answer({ ok: false, error: { code: 'timeout', message: 'slow' } })
    query.want(range(5))
    expect(asked).toHaveLength(3)
  })

  test('is forgotten after a reset: its answer is dropped, the next wish is asked', async () => {
    query.want(range(0))
    query.reset()
    query.want(range(0))
    await answer({ ok: true, value: 1 })
    expect(settled).toEqual([])
    await answer({ ok: true, value: 2 })
    expect(settled).toEqual([{ ok: true, value: 2 }])
  })
})

describe('layers of a chart', () => {
  type Asked = { readonly layer: string; readonly fromMs: number; readonly toMs: number }
  let asked: Asked[]
  let move: () => void
  let view: { from: number; to: number } | null
  let legend: readonly string[]
  let failed: [string, string][]
  let error: BridgeError | null
  let attached: ISeriesPrimitive<Time>[]
  let layers: ChartLayers
  const advance = async (ms: number) => await vi.advanceTimersByTimeAsync(ms)

  const fetchRegimes: FetchRegimes = async ({ classifier, fromMs, toMs }) => {
    asked.push({ layer: classifier, fromMs, toMs })
    if (error) return { ok: false, error }
    const openTimeMs = [fromMs, fromMs + MINUTE]
    return { ok: true, value: { regimes: ['trend', 'flat', 'volatile'], openTimeMs, index: [2, 0] } }
  }
  const fetchProfile: FetchProfile = async ({ fromMs, toMs }) => {
    asked.push({ layer: 'profile', fromMs, toMs })
    return { ok: true, value: null }
  }

  beforeEach(() => {
    vi.useFakeTimers()
    ;[asked, legend, failed, attached] = [[], [], [], []]
    view = { from: 600, to: 6000 }
    error = null
    const scale = {
      subscribeVisibleLogicalRangeChange: (listener: () => void) => (move = listener),
      unsubscribeVisibleLogicalRangeChange: () => (move = () => {}),
      getVisibleRange: () => view,
    }
    // Only what the layers touch: the library's chart cannot be built without a canvas.
    const chart = {
      colors: readChartTheme(),
      candles: { attachPrimitive: (primitive: ISeriesPrimitive<Time>) => void attached.push(primitive) },
      chart: { timeScale: () => scale },
    } as unknown as CandleChart
    layers = new ChartLayers({
      chart,
      timeframe: '1m',
      decimals: 1,
      fetchRegimes,
      fetchProfile,
      onRegimes: (regimes) => (legend = regimes),
      onFailed: (layer, failure) => void failed.push([layer, failure.code]),
    })
  })
  afterEach(() => {
    layers.dispose()
    vi.useRealTimers()
  })

  test('ask nothing while they are off', async () => {
    move()
    await advance(5000)
    expect(asked).toEqual([])
    expect(attached).toHaveLength(2)
  })

  test('ask at once when switched on, and again when the view has come to rest', async () => {
    layers.showRegimes('imba-3')
    expect(asked).toEqual([{ layer: 'imba-3', fromMs: 600_000, toMs: 6_000_000 }])
    await advance(0)
    view = { from: 1200, to: 6600 }
    for (let i = 0; i < 5; i++) {
      move()
      await advance(100)
    }
    expect(asked).toHaveLength(1)
    await advance(250)
    expect(asked.at(-1)).toEqual({ layer: 'imba-3', fromMs: 1_200_000, toMs: 6_600_000 })
    expect(asked).toHaveLength(2)
  })

  test('ask every second while the view never rests', async () => {
    layers.showProfile(true)
    await advance(0)
    for (let i = 0; i < 40; i++) {
      view = { from: 600 + i, to: 6000 + i }
      move()
      await advance(100)
    }
    expect(asked.length).toBeGreaterThanOrEqual(4)
    expect(asked.length).toBeLessThanOrEqual(6)
  })

  test('never ask for more candles than the engine answers', async () => {
    view = { from: 0, to: 60 * 20_000 }
    layers.showRegimes('flow-5')
    await advance(0)
    const [{ fromMs, toMs } = { fromMs: 0, toMs: 0 }] = asked
    expect((toMs - fromMs) / MINUTE + 1).toBe(5000)
    expect(toMs).toBe(20_000 * MINUTE)
  })

  test('name the regimes that can be seen, and none after they were switched off', async () => {
    layers.showRegimes('imba-3')
    await advance(0)
    expect(legend).toEqual(['trend', 'volatile'])
    layers.showRegimes(null)
    expect(legend).toEqual([])
    move()
    await advance(2000)
    expect(asked).toHaveLength(1)
  })

  test('tell what failed and try again with the next movement', async () => {
    error = { code: 'timeout', message: 'slow' }
    layers.showRegimes('imba-3')
    await advance(0)
    expect(failed).toEqual([['regimes', 'timeout']])
    error = null
    move()
    await advance(300)
    expect(legend).toEqual(['trend', 'volatile'])
  })

  test('draw nothing that comes after they were disposed of', async () => {
    layers.showRegimes('imba-3')
    layers.dispose()
    await advance(0)
    expect(legend).toEqual([])
  })
})
