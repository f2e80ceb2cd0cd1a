// How fast IMBA takes candles: its features, the regime, all twelve voters (ten of them speak from candles alone), votes and filters, signals included.
// Compared in the same process and the same rounds with a bare loop over the same arrays that only computes the averages of the features.
// The bundled BTC recording is laid end to end until there are half a million candles. Run: npm run bench -- imba
import { join } from 'node:path'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { CandleBuffer, createFeatureSet, loadCandle } from '../../src-main/core/features/feature-set.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { classifyColumns } from '../../src-main/core/regime/classifier.ts'
import { flow5 } from '../../src-main/core/regime/flow-5.ts'
import { imba3 } from '../../src-main/core/regime/imba-3.ts'
import { createImba } from '../../src-main/core/strategies/imba/imba.ts'
import type { PositionView, StrategyInput, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { MEASURES } from '../../src-shared/domain/measure.ts'
import { defaultParameters } from '../../src-main/core/strategies/parameters.ts'
import { BTC, instanceOf } from '../support/strategy-candles.ts'

const CANDLES_MIN = 500_000
const ROUNDS = 6
const BAR_MS = 300_000
const PIECE = 5_000

class Input implements StrategyInput {
  readonly instrumentId = BTC
  readonly features: Float64Array
  readonly measures = new Float64Array(MEASURES.length).fill(NaN)
  openTimeMs = NaN
  open = NaN
  high = NaN
  low = NaN
  close = NaN
  volume = NaN
  position: PositionView | null = null
  readonly lastClosedMs = null
  constructor(features: Float64Array) {
    this.features = features
  }
}

function laidEndToEnd(): CandleColumns {
  const recording = openRecording(join(import.meta.dirname, '../../assets/market'))
  if (!recording.ok) throw new Error(recording.error)
  const [series] = recording.value.series
  if (series === undefined) throw new Error('the recording is empty')
  const once = series.candles.close.length
  const copies = Math.ceil(CANDLES_MIN / once)
  const column = (name: keyof CandleColumns): Float64Array => {
    const tiled = new Float64Array(copies * once)
    for (let copy = 0; copy < copies; copy += 1) tiled.set(series.candles[name], copy * once)
    return tiled
  }
  const openTimeMs = new Float64Array(copies * once).map((_, index) => 1_700_006_400_000 + index * BAR_MS)
  return { openTimeMs, open: column('open'), high: column('high'), low: column('low'), close: column('close'), volume: column('volume') }
}

/** ATR 14, RSI 14, EMA 8, 21, 50 and 55 and the mean volume, as one plain loop. */
function bareLoop({ high, low, close, volume }: CandleColumns): number {
  let [atr, up, down, ema8, ema21, ema50, ema55, meanVolume] = [0, 0, 0, 0, 0, 0, 0, 0]
  let previous = close[0] ?? 0
  let check = 0
  for (let i = 0; i < close.length; i += 1) {
    const price = close[i] ?? 0
    const above = (high[i] ?? 0) - previous
    const below = (low[i] ?? 0) - previous
    atr += ((above + Math.abs(above) - below + Math.abs(below)) * 0.5 - atr) / 14
    const change = price - previous
    const gain = (change + Math.abs(change)) * 0.5
    up += (gain - up) / 14
    down += (gain - change - down) / 14
    ema8 += (2 / 9) * (price - ema8)
    ema21 += (2 / 22) * (price - ema21)
    ema50 += (2 / 51) * (price - ema50)
    ema55 += (2 / 56) * (price - ema55)
    meanVolume += (2 / 21) * ((volume[i] ?? 0) - meanVolume)
    previous = price
    check += atr + up / (up + down + 1e-12) + ema8 + ema21 + ema50 + ema55 + meanVolume
  }
  return check
}

function featureRun(plugin: StrategyPlugin, columns: CandleColumns): number {
  const set = createFeatureSet(plugin.declaration.features)
  if (!set.ok) throw new Error(set.error.message)
  const candle = new CandleBuffer()
  const startMs = performance.now()
  for (let i = 0; i < columns.close.length; i += 1) {
    loadCandle(candle, columns, i)
    set.value.update(candle)
  }
  return (performance.now() - startMs) / 1000
}

type Run = { readonly seconds: number; readonly cpuSeconds: number; readonly signals: number; readonly actionable: number }

function imbaRun(plugin: StrategyPlugin, columns: CandleColumns): Run {
  const set = createFeatureSet(plugin.declaration.features)
  if (!set.ok) throw new Error(set.error.message)
  const instance = instanceOf(plugin)
  const input = new Input(set.value.values)
  let signals = 0
  let actionable = 0
  const startCpu = process.threadCpuUsage()
  const startMs = performance.now()
  for (let i = 0; i < columns.close.length; i += 1) {
    loadCandle(input, columns, i)
    set.value.update(input)
    const signal = instance.onCandle(input)
    if (signal === null) continue
    signals += 1
    if (signal.filters.every(({ passed }) => passed)) actionable += 1
  }
  const seconds = (performance.now() - startMs) / 1000
  const { user, system } = process.threadCpuUsage(startCpu)
  return { seconds, cpuSeconds: (user + system) / 1e6, signals, actionable }
}

/** Bytes per candle on which IMBA has nothing to say: the median over pieces of the candles, because a collection falls into some of them. */
function silentBytesPerCandle(plugin: StrategyPlugin, columns: CandleColumns): number {
  const set = createFeatureSet(plugin.declaration.features)
  if (!set.ok) throw new Error(set.error.message)
  const parameters = { ...defaultParameters(plugin.declaration.parameters), confluenceMin: 5 }
  const instance = plugin.create(BTC, parameters)
  const input = new Input(set.value.values)
  const growth: number[] = []
  for (let from = 0; from + PIECE <= columns.close.length; from += PIECE) {
    const before = process.memoryUsage().heapUsed
    for (let i = from; i < from + PIECE; i += 1) {
      loadCandle(input, columns, i)
      set.value.update(input)
      instance.onCandle(input)
    }
    growth.push((process.memoryUsage().heapUsed - before) / PIECE)
  }
  return median(growth)
}

function timed(run: () => unknown): number {
  const startMs = performance.now()
  run()
  return (performance.now() - startMs) / 1000
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

const columns = laidEndToEnd()
const candles = columns.close.length
const plugin = createImba()
const rounds: { imba: Run; features: number; bare: number; imba3: number; flow5: number }[] = []
for (let round = 0; round <= ROUNDS; round += 1) {
  globalThis.gc?.()
  const measured = {
    imba: imbaRun(plugin, columns),
    features: featureRun(plugin, columns),
    bare: Math.min(...[1, 2, 3].map(() => timed(() => bareLoop(columns)))),
    imba3: timed(() => classifyColumns(imba3, columns)),
    flow5: timed(() => classifyColumns(flow5, columns)),
  }
  // The first round compiles.
  if (round > 0) rounds.push(measured)
}
const [first] = rounds
if (first === undefined) throw new Error('nothing was measured')
const ns = (pick: (round: (typeof rounds)[number]) => number): number => (median(rounds.map(pick)) / candles) * 1e9
const figures = {
  bench: 'imba',
  candles,
  rounds: ROUNDS,
  signals: first.imba.signals,
  actionableSignals: first.imba.actionable,
  imbaNsPerCandle: ns(({ imba }) => imba.seconds),
  imbaCandlesPerSecond: candles / median(rounds.map(({ imba }) => imba.seconds)),
  // What this thread itself was given: the figure to read on a machine that is busy with other things.
  imbaCpuNsPerCandle: ns(({ imba }) => imba.cpuSeconds),
  imbaCandlesPerCpuSecond: candles / median(rounds.map(({ imba }) => imba.cpuSeconds)),
  featuresNsPerCandle: ns(({ features }) => features),
  bareNsPerCandle: ns(({ bare }) => bare),
  ratioToBareLoop: median(rounds.map(({ imba, bare }) => imba.seconds / bare)),
  silentBytesPerCandle: silentBytesPerCandle(plugin, columns),
  regimeImba3NsPerCandle: ns((round) => round.imba3),
  regimeFlow5NsPerCandle: ns((round) => round.flow5),
}
console.log(
  `imba: ${figures.imbaNsPerCandle.toFixed(0)} ns per candle (${(figures.imbaCandlesPerSecond / 1e6).toFixed(2)} M/s; ${(figures.imbaCandlesPerCpuSecond / 1e6).toFixed(2)} M per second of processor), of which features ${figures.featuresNsPerCandle.toFixed(0)} ns; ` +
    `${figures.ratioToBareLoop.toFixed(1)} times the bare loop of ${figures.bareNsPerCandle.toFixed(1)} ns; ${figures.signals} signals, ${figures.actionableSignals} to act on; ${figures.silentBytesPerCandle.toFixed(1)} bytes allocated per silent candle`,
)
console.log(
  `regimes over columns: imba-3 ${figures.regimeImba3NsPerCandle.toFixed(0)} ns, flow-5 ${figures.regimeFlow5NsPerCandle.toFixed(0)} ns per candle`,
)
console.log(JSON.stringify(figures))
