// Measures the hot path of features and strategies: a set of seven features against the same seven as a plain loop, what a strategy costs that
// has nothing to say, and the same in the sandbox. Run: node --expose-gc tests/bench/feature-strategy.bench.ts
import { MEASURES } from '../../src-shared/domain/measure.ts'
import { createQuickJsSandbox } from '../../src-main/adapters/sandbox/quickjs-sandbox.ts'
import { createEma } from '../../src-main/core/features/averages.ts'
import { CandleBuffer, createFeatureSet, loadCandle } from '../../src-main/core/features/feature-set.ts'
import { Macd, Rsi } from '../../src-main/core/features/momentum.ts'
import { Atr } from '../../src-main/core/features/volatility.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import type { StrategyInput, StrategyInstance } from '../../src-main/core/strategies/strategy.ts'
import { createTrendAdaptive } from '../../src-main/core/strategies/trend-adaptive.ts'
import { createTrendEnhanced } from '../../src-main/core/strategies/trend-enhanced.ts'
import { validateSignal } from '../../src-main/core/strategies/validate-signal.ts'
import { BTC, instanceOf, realCandles } from '../support/strategy-candles.ts'

const ROUNDS = 7
/** The real slice over and over, so that its columns stay in the cache: what is measured is the computation. */
const REPEATS = 300
const NAMES = ['ema_21', 'ema_55', 'atr_14', 'rsi_14', 'macd_line', 'macd_signal', 'macd_histogram']

const columns: CandleColumns = realCandles()
const candles = columns.close.length * REPEATS
const candle = new CandleBuffer()

/** Runs `step` for every candle and returns nanoseconds per candle, the median of the rounds. */
function measure(start: () => () => number): number {
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const step = start()
    let sum = 0
    globalThis.gc?.()
    const startedNs = process.hrtime.bigint()
    for (let i = 0; i < candles; i += 1) {
      loadCandle(candle, columns, i % columns.close.length)
      sum += step()
    }
    const spentNs = Number(process.hrtime.bigint() - startedNs) / candles
    if (round > 0) times.push(spentNs)
    if (sum === -1) console.log(sum)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN
}

function setOf(names: readonly string[]) {
  const set = createFeatureSet(names)
  if (!set.ok) throw new Error(set.error.message)
  return set.value
}

const plainLoop = () => {
  const [fast, slow, atr, rsi, macd, values] = [
    createEma(21),
    createEma(55),
    new Atr(14),
    new Rsi(14),
    new Macd(12, 26, 9),
    new Float64Array(7),
  ]
  return () => {
    values[0] = fast.update(candle.close)
    values[1] = slow.update(candle.close)
    values[2] = atr.update(candle.high, candle.low, candle.close)
    values[3] = rsi.update(candle.close)
    values[4] = macd.update(candle.close)
    values[5] = macd.signal
    values[6] = macd.histogram
    return values[3]
  }
}
const featureSet = () => {
  const set = setOf(NAMES)
  return () => {
    set.update(candle)
    return set.values[3] ?? 0
  }
}
/** A trend that goes on: the commonest case, and silent. */
const silent: StrategyInput = {
  instrumentId: BTC,
  openTimeMs: 0,
  open: 1,
  high: 1,
  low: 1,
  close: 1020,
  volume: 1,
  features: Float64Array.of(1010, 990, 10, 10, 60, 1),
  measures: new Float64Array(MEASURES.length).fill(NaN),
  position: null,
  lastClosedMs: null,
}
const silentStrategy = (instance: StrategyInstance) => () => () => (instance.onCandle(silent) === null ? 0 : 1)

const SANDBOXED = `export const strategy = {
  id: 'bench', title: 'Bench', description: 'Bench', timeframe: '5m', warmupCandles: 0, features: ['ema_21', 'ema_55', 'atr_14', 'atr_50', 'rsi_14', 'macd_histogram'],
  create() {
    return { onCandle(input) {
      const signals = input.close > SIGNAL_ABOVE && input.features[0] > input.features[1]
      return signals ? { direction: 'buy', strength: 0.5, stopPrice: input.close - 2 * input.features[2], why: { rsi: input.features[4] } } : null
    } }
  },
}`
const SANDBOX_CALLS = 20_000

async function sandboxed(signalAbove: number): Promise<number> {
  const sandbox = await createQuickJsSandbox({ checkSignal: validateSignal, checkFeature: () => null })
  const loaded = sandbox.load(SANDBOXED.replace('SIGNAL_ABOVE', String(signalAbove)), 'bench.ts')
  if (!loaded.ok) throw new Error(loaded.error.message)
  const instance = instanceOf(loaded.value)
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const startedNs = process.hrtime.bigint()
    for (let i = 0; i < SANDBOX_CALLS; i += 1) instance.onCandle(silent)
    if (round > 0) times.push(Number(process.hrtime.bigint() - startedNs) / SANDBOX_CALLS)
  }
  sandbox.close()
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN
}

const loadNs = measure(() => () => candle.close)
const figures = {
  bench: 'feature-strategy',
  candles,
  rounds: ROUNDS,
  loadCandleNs: loadNs,
  plainLoopNs: measure(plainLoop) - loadNs,
  featureSetNs: measure(featureSet) - loadNs,
  silentAdaptiveNs: measure(silentStrategy(instanceOf(createTrendAdaptive()))) - loadNs,
  silentEnhancedNs: measure(silentStrategy(instanceOf(createTrendEnhanced()))) - loadNs,
  sandboxSilentNs: await sandboxed(1e9),
  sandboxSignalNs: await sandboxed(0),
}
console.log(
  `seven features: ${figures.featureSetNs.toFixed(1)} ns per candle in a set, ${figures.plainLoopNs.toFixed(1)} ns in a plain loop (medians of ${ROUNDS})`,
)
console.log(`a silent strategy: adaptive ${figures.silentAdaptiveNs.toFixed(1)} ns, enhanced ${figures.silentEnhancedNs.toFixed(1)} ns`)
console.log(
  `in the sandbox: silent ${(figures.sandboxSilentNs / 1000).toFixed(2)} µs, with a signal ${(figures.sandboxSignalNs / 1000).toFixed(2)} µs`,
)
console.log(JSON.stringify(figures))
