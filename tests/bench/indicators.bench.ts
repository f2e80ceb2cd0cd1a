// Measures the indicators, incremental and over columns, beside bare loops and the npm peers, and a set of every feature of the catalogue.
// All in one process, rounds interleaved with the order rotated, a collection before each round; medians over rounds, ratios per round.
// Run: node --expose-gc --no-flush-bytecode tests/bench/indicators.bench.ts (without the flag V8 drops optimised code between rounds).
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { MEASURES } from '../../src-shared/domain/measure.ts'
import { CandleBuffer, computeFeatures, createFeatureSet, loadCandle } from '../../src-main/core/features/feature-set.ts'
import { featureCatalogue } from '../../src-main/core/features/registry.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { type IndicatorCase, type Run, indicatorCases } from './support/indicator-cases.ts'

const RECORDING = new URL('../../assets/market/BTCUSDT-1m.csv.gz', import.meta.url)
const WARMUP_ROUNDS = 3
const ROUNDS = 9
/** A timing is the best of several runs, until this time is spent: single ones of some hundred microseconds are often pre-empted. */
const TIMING_NS = 15e6
const RUNS_MAX = 40

function recording(): CandleColumns {
  const rows = gunzipSync(readFileSync(RECORDING))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))
  const column = (index: number) => Float64Array.from(rows, (row) => row[index] ?? NaN)
  return { openTimeMs: column(0), open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) }
}

const columns = recording()
const count = columns.close.length
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
const kept = new Map<Run, unknown>()

function timeNs(run: Run): number {
  let best = Infinity
  let spentNs = 0
  for (let i = 0; i < RUNS_MAX && spentNs < TIMING_NS; i += 1) {
    const startedNs = process.hrtime.bigint()
    const result = run()
    const ns = Number(process.hrtime.bigint() - startedNs)
    kept.set(run, result)
    best = Math.min(best, ns)
    spentNs += ns
  }
  return best / count
}

/** Nanoseconds per candle of each alternative, one value per round. */
function interleave(runs: Readonly<Record<string, Run>>): Map<string, number[]> {
  const names = Object.keys(runs)
  const times = new Map(names.map((name) => [name, [] as number[]]))
  for (let round = 0; round < WARMUP_ROUNDS + ROUNDS; round += 1) {
    globalThis.gc?.()
    for (let k = 0; k < names.length; k += 1) {
      const name = names[(k + round) % names.length] ?? ''
      const ns = timeNs(runs[name] ?? (() => null))
      if (round >= WARMUP_ROUNDS) times.get(name)?.push(ns)
    }
  }
  return times
}

type Measured = {
  readonly oursNs: number
  readonly bareNs: number
  readonly ratio: number
  readonly peer: string
  readonly peerRatio: number
}

function measure({ ours, bare, peers }: IndicatorCase['batch']): Measured {
  const times = interleave({ ours, bare, ...peers })
  const of = (name: string): readonly number[] => times.get(name) ?? []
  const perRound = (name: string, to: string): number => median(of(name).map((ns, round) => ns / (of(to)[round] ?? NaN)))
  const fastest = Object.keys(peers).toSorted((a, b) => median(of(a)) - median(of(b)))[0] ?? ''
  return {
    oursNs: median(of('ours')),
    bareNs: median(of('bare')),
    ratio: perRound('ours', 'bare'),
    peer: fastest,
    peerRatio: perRound(fastest, 'ours'),
  }
}

function setOf(names: readonly string[]) {
  const set = createFeatureSet(names)
  if (!set.ok) throw new Error(set.error.message)
  return set.value
}

/** Every feature of the catalogue on every candle, in a set as in live trading, and over columns. Processor time: a busy machine changes it less. */
function wholeRegistry() {
  const names = featureCatalogue().map(({ name }) => name)
  const measures = Float64Array.from(MEASURES, (_, index) => 1 + index)
  const candle = new CandleBuffer()
  const live = setOf(names)
  const batch = names.map(() => new Float64Array(count))
  const feed = (): void => {
    for (let i = 0; i < count; i += 1) {
      loadCandle(candle, columns, i)
      live.update(candle, measures)
    }
  }
  const [liveNs, batchNs]: [number[], number[]] = [[], []]
  for (let round = 0; round < 5; round += 1) {
    for (const [times, run] of [
      [liveNs, feed],
      [batchNs, () => computeFeatures(names, columns, batch)],
    ] as const) {
      const started = process.cpuUsage()
      run()
      const { user, system } = process.cpuUsage(started)
      if (round > 1) times.push((1000 * (user + system)) / count)
    }
  }
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  feed()
  const grownBytes = process.memoryUsage().heapUsed - before
  return { features: names.length, liveNs: median(liveNs), batchNs: median(batchNs), heapBytesPerCandle: grownBytes / count }
}

const ns = (value: number): string => value.toFixed(2).padStart(7)
const times = (value: number): string => `${value.toFixed(2)}x`.padStart(7)
const results = indicatorCases(columns).map((one) => {
  const [batch, stream] = [measure(one.batch), measure(one.stream)]
  const [ours, bare] = one.lastValues()
  if (!(Math.abs(ours - bare) <= 1e-6 * Math.abs(bare))) throw new Error(`${one.name}: ours ends at ${ours}, the bare loop at ${bare}`)
  return { name: one.name, batch, stream }
})

console.log(`${count} candles of one minute, medians of ${ROUNDS} rounds, ns per candle\n`)
console.log(`| ${'indicator'.padEnd(18)} | batch | bare loop | ratio | fastest peer | stream | bare step | ratio | fastest peer |`)
console.log('|---|---:|---:|---:|---|---:|---:|---:|---|')
for (const { name, batch, stream } of results) {
  const cells = [batch, stream].map(
    (one) => `${ns(one.oursNs)} | ${ns(one.bareNs)} | ${times(one.ratio)} | ${one.peer} ${times(one.peerRatio).trim()}`,
  )
  console.log(`| ${name.padEnd(18)} | ${cells.join(' | ')} |`)
}
const registry = wholeRegistry()
console.log(
  `\nwhole registry: ${registry.features} features, ${(1e9 / registry.liveNs).toFixed(0)} candles per processor second in a set, ${(1e9 / registry.batchNs).toFixed(0)} over columns, ${registry.heapBytesPerCandle.toFixed(2)} bytes of heap per candle`,
)
const keyed = (pick: (one: (typeof results)[number]) => number) =>
  Object.fromEntries(results.map((one) => [one.name, Number(pick(one).toFixed(3))]))
console.log(
  JSON.stringify({
    bench: 'indicators',
    candles: count,
    rounds: ROUNDS,
    batchNsPerCandle: keyed(({ batch }) => batch.oursNs),
    batchRatioToBareLoop: keyed(({ batch }) => batch.ratio),
    batchRatioFastestPeerToOurs: keyed(({ batch }) => batch.peerRatio),
    streamNsPerCandle: keyed(({ stream }) => stream.oursNs),
    streamRatioToBareStep: keyed(({ stream }) => stream.ratio),
    streamRatioFastestPeerToOurs: keyed(({ stream }) => stream.peerRatio),
    registryFeatures: registry.features,
    registryCandlesPerProcessorSecond: Math.round(1e9 / registry.liveNs),
    registryBatchCandlesPerProcessorSecond: Math.round(1e9 / registry.batchNs),
    registryHeapBytesPerCandle: Number(registry.heapBytesPerCandle.toFixed(3)),
  }),
)
