// How fast the whole kernel takes candles: features, strategy, sizing, risk officer, execution, position care and the simulated venue, without a
// journal. Compared in the same process and the same rounds with a bare loop that computes the same indicators over the same arrays.
// Three cases, because what a candle costs is mostly what is traded on it: a strategy that never speaks (the way of a candle itself), the bundled
// strategy on its own 5m bars, and the same one on every minute, which trades every 145 candles.
// The bundled BTC recording is laid end to end until there are half a million candles. Run: npm run bench -- kernel
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import { createTrendEnhanced } from '../../src-main/core/strategies/trend-enhanced.ts'
import { CarePolicy, RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import { sessionId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'

const CANDLES_MIN = 1_000_000
const WARM_SHARE = 0.1
const ROUNDS = 6

type Columns = {
  openTimeMs: Float64Array
  open: Float64Array
  high: Float64Array
  low: Float64Array
  close: Float64Array
  volume: Float64Array
}

function loadCandles(): { instrument: Instrument; columns: Columns; count: number } {
  const recording = openRecording(join(import.meta.dirname, '../../assets/market'))
  if (!recording.ok) throw new Error(recording.error)
  const [series] = recording.value.series
  const [instrument] = recording.value.instruments
  if (series === undefined || instrument === undefined) throw new Error('the recording is empty')
  const once = series.candles.close.length
  const copies = Math.ceil(CANDLES_MIN / once)
  const count = copies * once
  const column = (name: keyof Columns): Float64Array => {
    const tiled = new Float64Array(count)
    for (let copy = 0; copy < copies; copy += 1) tiled.set(series.candles[name], copy * once)
    return tiled
  }
  const openTimeMs = new Float64Array(count)
  const startMs = series.candles.openTimeMs[0] ?? 0
  for (let i = 0; i < count; i += 1) openTimeMs[i] = startMs + i * MINUTE_MS
  return {
    instrument,
    columns: {
      openTimeMs,
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
    },
    count,
  }
}

/** EMA 21, EMA 55, ATR 14, ATR 50, RSI 14 and the MACD histogram, as one plain loop: what the kernel's features cost at the least. */
function bareLoop(c: Columns, count: number): number {
  const { high, low, close } = c
  let fast = 0
  let slow = 0
  let atr14 = 0
  let atr50 = 0
  let up = 0
  let down = 0
  let macdFast = 0
  let macdSlow = 0
  let signal = 0
  let previous = close[0] ?? 0
  let check = 0
  for (let i = 0; i < count; i += 1) {
    const price = close[i] ?? 0
    fast += (2 / 22) * (price - fast)
    slow += (2 / 56) * (price - slow)
    const above = (high[i] ?? 0) - previous
    const below = (low[i] ?? 0) - previous
    const range = (above + Math.abs(above) - below + Math.abs(below)) * 0.5
    atr14 += (range - atr14) / 14
    atr50 += (range - atr50) / 50
    const change = price - previous
    const gain = (change + Math.abs(change)) * 0.5
    up += (gain - up) / 14
    down += (gain - change - down) / 14
    macdFast += (2 / 13) * (price - macdFast)
    macdSlow += (2 / 27) * (price - macdSlow)
    const macd = macdFast - macdSlow
    signal += (2 / 10) * (macd - signal)
    previous = price
    check += fast - slow + atr14 + atr50 + (100 * up) / (up + down + 1e-12) + (macd - signal)
  }
  return check
}

type KernelRun = {
  readonly seconds: number
  readonly trades: number
  readonly decisions: number
  readonly orders: number
  readonly equity: number
  readonly halted: boolean
}

function kernelRun(plugin: StrategyPlugin, instrument: Instrument, { columns: c, count }: { columns: Columns; count: number }): KernelRun {
  const initialBalance = money('1000000')
  let trades = 0
  let decisions = 0
  let orders = 0
  const kernel = new Kernel(
    {
      sessionId: sessionId('bench'),
      startMs: c.openTimeMs[0] ?? 0,
      instruments: [instrument],
      baseTimeframe: '1m',
      strategies: [{ plugin, parameters: {}, file: null }],
      // Limits that would end the run early are out of the way: a halted desk would make this figure a lie.
      risk: RiskPolicy.parse({ riskPerTrade: 0.0005, drawdownMax: 1, dayLossMax: 1, weekLossMax: 1, consecutiveLossesMax: 100 }),
      care: CarePolicy.parse({ reconcileIntervalMs: 0, equityIntervalMs: 0 }),
      leverage: 5,
      initialBalance,
      idPrefix: 'twbench',
      marketClock: true,
    },
    null,
  )
  const venue = createSimulatedVenue([instrument], {
    seed: 1,
    initialBalance,
    leverage: 5,
    latencyMs: 120,
    slippage: { kind: 'fixed', basisPoints: 1 },
    participationMax: 1,
    markPremium: 0,
  })
  const loop = new TradingLoop({
    kernel,
    venue,
    sink: {
      append(record) {
        if (record.kind === 'round_trip') trades += 1
        else if (record.kind === 'decision') decisions += 1
        else if (record.kind === 'order') orders += 1
      },
      commit: () => true,
    },
  })
  kernel.handle({ source: 'market', tsMs: kernel.nowMs, event: { type: 'feed', state: 'live', detail: '', tsEventMs: kernel.nowMs } })
  loop.start()
  // A new kernel makes V8 compile anew; a desk that has run for an hour is what is measured.
  const warmUntil = Math.floor(count * WARM_SHARE)
  let startMs = performance.now()
  for (let i = 0; i < count; i += 1) {
    if (i === warmUntil) startMs = performance.now()
    const candle = loop.nextCandle(0)
    candle.openTimeMs = c.openTimeMs[i] ?? 0
    candle.open = c.open[i] ?? 0
    candle.high = c.high[i] ?? 0
    candle.low = c.low[i] ?? 0
    candle.close = c.close[i] ?? 0
    candle.volume = c.volume[i] ?? 0
    loop.endStep()
  }
  const seconds = (performance.now() - startMs) / 1000 / (1 - WARM_SHARE)
  return { seconds, trades, decisions, orders, equity: kernel.portfolio.equity(), halted: kernel.risk.state.tradingState !== 'active' }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const onMinutes = createTrendEnhanced({ timeframe: '1m' })
const CASES: readonly { name: string; plugin: StrategyPlugin }[] = [
  { name: 'silent', plugin: { ...onMinutes, create: () => ({ onCandle: () => null }) } },
  { name: 'fiveMinutes', plugin: createTrendEnhanced() },
  { name: 'everyMinute', plugin: onMinutes },
]

function measure(plugin: StrategyPlugin, instrument: Instrument, data: { columns: Columns; count: number }): Record<string, number> {
  const kernelSeconds: number[] = []
  const bareSeconds: number[] = []
  let last: KernelRun | null = null
  let check = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    globalThis.gc?.()
    const run = kernelRun(plugin, instrument, data)
    let best = Number.POSITIVE_INFINITY
    for (let k = 0; k < 3; k += 1) {
      const startMs = performance.now()
      check += bareLoop(data.columns, data.count)
      best = Math.min(best, (performance.now() - startMs) / 1000)
    }
    // The first round compiles.
    if (round === 0) continue
    kernelSeconds.push(run.seconds)
    bareSeconds.push(best)
    last = run
  }
  if (last === null || !Number.isFinite(check)) throw new Error('nothing was measured')
  if (last.halted) throw new Error('trading was halted on the way: the figure would be a lie')
  return {
    roundTrips: last.trades,
    decisions: last.decisions,
    orderRecords: last.orders,
    kernelNsPerCandle: (median(kernelSeconds) / data.count) * 1e9,
    kernelCandlesPerSecond: data.count / median(kernelSeconds),
    bareNsPerCandle: (median(bareSeconds) / data.count) * 1e9,
    ratioToBareLoop: median(kernelSeconds.map((seconds, index) => seconds / (bareSeconds[index] ?? Number.NaN))),
  }
}

function runCase(name: string): void {
  const found = CASES.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no case "${name}", expected one of ${CASES.map((candidate) => candidate.name).join(', ')}`)
  const { instrument, columns, count } = loadCandles()
  process.stdout.write(JSON.stringify({ candles: count, ...measure(found.plugin, instrument, { columns, count }) }))
}

function runAll(): void {
  const figures: Record<string, Record<string, number>> = {}
  for (const { name } of CASES) {
    const { stdout, status, stderr } = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, name], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`case ${name}: ${stderr}`)
    const figure = JSON.parse(stdout) as Record<string, number>
    figures[name] = figure
    const { candles = NaN, kernelNsPerCandle = NaN, roundTrips = NaN, ratioToBareLoop = NaN, bareNsPerCandle = NaN } = figure
    process.stdout.write(
      `${name}: ${kernelNsPerCandle.toFixed(0)} ns per candle (${(1e3 / kernelNsPerCandle).toFixed(2)} M/s), ${roundTrips} round trips in ${candles} candles, ` +
        `${ratioToBareLoop.toFixed(1)} times the bare loop of ${bareNsPerCandle.toFixed(1)} ns\n`,
    )
  }
  process.stdout.write(`${JSON.stringify({ bench: 'kernel', ...figures })}\n`)
}

const [asked] = process.argv.slice(2)
if (asked === undefined) runAll()
else runCase(asked)
