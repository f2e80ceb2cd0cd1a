// Runs inside Chromium: the built chart module over one million one-minute candles, timed frame by frame.
import { CandleChart, type CandleChartOptions } from '../../src-renderer/charts/candle-chart.ts'
import { INDICATORS } from '../../src-renderer/charts/candle-chart-indicators.ts'
import { FakeMarket } from '../support/fake-market.ts'

const MINUTES = 1_000_000
const INSTRUMENT = 'BTC/USDT:USDT'
type Frames = {
  readonly frames: number
  readonly fps: number
  readonly frameMsP50: number
  readonly frameMsP99: number
  readonly frameMsMax: number
}

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))

/** Calls `work` before every frame for `durationMs` and times the frames. */
async function timeFrames(durationMs: number, work: (frame: number) => void): Promise<Frames> {
  const times: number[] = []
  let last = await nextFrame()
  const end = last + durationMs
  for (let frame = 0; last < end; frame++) {
    work(frame)
    const now = await nextFrame()
    times.push(now - last)
    last = now
  }
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2))
  const total = times.reduce((sum, time) => sum + time, 0)
  return {
    frames: times.length,
    fps: Number(((times.length * 1000) / total).toFixed(1)),
    frameMsP50: at(0.5),
    frameMsP99: at(0.99),
    frameMsMax: at(1),
  }
}

/** The engine answers from memory, one task later, as over a port. */
function optionsFor(host: HTMLElement, market: FakeMarket, onReady: () => void): CandleChartOptions {
  return {
    host,
    timeframe: '1m',
    decimals: 1,
    tickSize: 0.1,
    fetchHistory: async ({ timeframe, beforeMs, limit }) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      const bars = market.history({ timeframe, beforeMs: beforeMs ?? Number.MAX_SAFE_INTEGER, limit, cursor: MINUTES })
      return { ok: true, value: { instrumentId: INSTRUMENT, timeframe, ...bars } }
    },
    fetchIndicators: async ({ names, fromMs, toMs }) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      const openTimeMs = Array.from({ length: (toMs - fromMs) / 60_000 + 1 }, (_, i) => fromMs + i * 60_000)
      const column = openTimeMs.map((ms) => market.closeAt((ms - market.startMs) / 60_000))
      return { ok: true, value: { openTimeMs, series: Object.fromEntries(names.map((name) => [name, column])) } }
    },
    onHover: () => {},
    onMarkerClick: () => {},
    onState: ({ kind }) => kind === 'ready' && onReady(),
    onIndicatorRefused: () => {},
  }
}

/** From asking for history to the second frame after it was drawn. */
async function openChart(host: HTMLElement, market: FakeMarket): Promise<{ readonly chart: CandleChart; readonly firstPaintMs: number }> {
  const startedMs = performance.now()
  const chart = await new Promise<CandleChart>((resolve) => {
    const made = new CandleChart(optionsFor(host, market, () => resolve(made)))
    void made.reload()
  })
  await nextFrame()
  await nextFrame()
  return { chart, firstPaintMs: Number((performance.now() - startedMs).toFixed(1)) }
}

async function run(): Promise<Record<string, unknown>> {
  const host = document.createElement('div')
  host.style.width = '1280px'
  host.style.height = '720px'
  document.body.append(host)
  const market = new FakeMarket({ startMs: Date.UTC(2024, 0, 1), minutes: MINUTES, seed: 7, firstPrice: 60_000, tick: 0.1 })
  // What this machine can do with an empty page: other programs may be running.
  const idle = await timeFrames(3000, () => {})
  const cold = await openChart(host, market)
  cold.chart.dispose()
  const { chart, firstPaintMs } = await openChart(host, market)
  chart.showIndicators(['ema21', 'ema55'])
  await timeFrames(500, () => {})
  const live = await timeLive(chart, market)
  const scroll = await timeScroll(chart)
  chart.goToLatest()
  chart.showIndicators(INDICATORS.map(({ key }) => key))
  await timeFrames(1000, () => {})
  const liveAllIndicators = await timeLive(chart, market)
  return {
    candles: MINUTES,
    idle,
    firstPaintColdMs: cold.firstPaintMs,
    firstPaintMs,
    liveUpdatesPerSecond: 100,
    live,
    scroll,
    liveAllIndicators,
  }
}

/** 100 prices a second: a minute closes every 60 of them. */
function timeLive(chart: CandleChart, market: FakeMarket): Promise<Frames> {
  const startMs = market.timeOf(MINUTES)
  const startedMs = performance.now()
  let sent = 0
  return timeFrames(5000, () => {
    const due = Math.floor((performance.now() - startedMs) / 10)
    const prices = Array.from({ length: Math.max(0, due - sent) }, (_, i) => ({
      instrumentId: INSTRUMENT,
      price: 60_000 + Math.sin(sent + i) * 40,
      tsMs: startMs + (sent + i) * 1000,
    }))
    sent += prices.length
    chart.push({ candles: [], prices })
  })
}

/** Drags the view back through history, 25 bars a frame, and reports how far it came. */
async function timeScroll(chart: CandleChart): Promise<Frames & { readonly barsScrolled: number }> {
  const scale = chart.chart.timeScale()
  const before = Number(scale.getVisibleRange()?.from ?? 0)
  const frames = await timeFrames(8000, () => {
    const range = scale.getVisibleLogicalRange()
    if (range) scale.setVisibleLogicalRange({ from: range.from - 25, to: range.to - 25 })
  })
  const after = Number(scale.getVisibleRange()?.from ?? 0)
  return { ...frames, barsScrolled: Math.round((before - after) / 60) }
}

Object.assign(window, { chartBench: run })
