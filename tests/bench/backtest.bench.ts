// How fast the whole kernel takes candles in a backtest: strategy, sizing, risk officer, execution, care of the position, simulated venue and the
// record of the run, over a million minutes of BTC that cross two averages. In the same process and the same rounds: a bare loop over the same
// columns, a bare engine with a callback, and grademark with its averages computed beforehand (it knows no fees).
// Not measured: backtest-kit (its dependencies are not in the registry) and @backtest/framework (its Prisma engine is a download).
// Run: npm run bench -- backtest
import { createRequire } from 'node:module'
import { Backtest } from '../../src-main/lab/backtest/backtest.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { RULES, type BareResult, bareEngine, bareLoop, crossingAverages } from './support/crossing-averages.ts'
import { planOver, tiledMarket } from './support/tiled-market.ts'

const CANDLES_MIN = 1_000_000
/** Until the compiler has settled: a round has three thousand trades, and it looks at each function some thousand times before it is done. */
const WARMUP_ROUNDS = 6
const ROUNDS = 9
/** As many candles as a peer can bear in a round. */
const PEER_CANDLES = 100_000

type Timed = { readonly nanoseconds: number; readonly trades: number }
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const data = tiledMarket(CANDLES_MIN)
const columns = data.series[0]?.candles
if (columns === undefined) throw new Error('no candles')
const count = columns.close.length

/**
 * Only the young garbage of the one before is cleared away. A full collection would also drop the shapes of all objects of which none is alive
 * just then, and with them the code compiled for them: four a round, and the compiler is measured for ever.
 */
function timed(candles: number, run: () => number): Timed {
  globalThis.gc?.({ type: 'minor' })
  const startMs = performance.now()
  const trades = run()
  return { nanoseconds: ((performance.now() - startMs) * 1e6) / candles, trades }
}

function kernel(): Timed {
  const backtest = new Backtest(planOver(data, crossingAverages), data)
  const result = timed(count, () => {
    backtest.run(Number.POSITIVE_INFINITY)
    return 0
  })
  const { trips } = backtest.record()
  if (backtest.kernel.risk.state.tradingState !== 'active') throw new Error('trading was halted on the way: the figure would be a lie')
  return { ...result, trades: trips.length }
}

const bare = (run: (columns: CandleColumns) => BareResult) => (): Timed => timed(count, () => run(columns).trades)

/** grademark reads rows of a data frame; the rows and the averages are made before the clock starts. */
function grademark(): () => Timed {
  const require = createRequire(import.meta.url)
  const { backtest } = require('grademark')
  const { DataFrame } = require('data-forge')
  const rows = peerRows()
  const frame = new DataFrame(rows).setIndex('time').bake()
  type Row = (typeof rows)[number]
  const strategy = {
    lookbackPeriod: 1,
    entryRule(enter: (options: { direction: string }) => void, { bar }: { bar: Row }) {
      if (bar.fast > bar.slow && bar.fastBefore <= bar.slowBefore) enter({ direction: 'long' })
    },
    exitRule(exit: () => void, { bar }: { bar: Row }) {
      if (bar.fast < bar.slow && bar.fastBefore >= bar.slowBefore) exit()
    },
    stopLoss: ({ entryPrice }: { entryPrice: number }) => entryPrice * RULES.stop,
    profitTarget: ({ entryPrice }: { entryPrice: number }) => entryPrice * RULES.target,
  }
  return () => timed(rows.length, () => backtest(strategy, frame).length)
}

function peerRows() {
  const { openTimeMs, open, high, low, close, volume } = columns as CandleColumns
  const average = (length: number): Float64Array => {
    const out = new Float64Array(PEER_CANDLES)
    for (let i = 0, sum = 0; i < PEER_CANDLES; i += 1) {
      sum += (close[i] ?? 0) - (close[i - length] ?? 0)
      out[i] = sum / length
    }
    return out
  }
  const [fast, slow] = [average(RULES.fast), average(RULES.slow)]
  return Array.from({ length: PEER_CANDLES - RULES.slow }, (_, row) => {
    const i = row + RULES.slow
    return {
      time: new Date(openTimeMs[i] ?? 0),
      open: open[i] ?? 0,
      high: high[i] ?? 0,
      low: low[i] ?? 0,
      close: close[i] ?? 0,
      volume: volume[i] ?? 0,
      fast: fast[i] ?? 0,
      slow: slow[i] ?? 0,
      fastBefore: fast[i - 1] ?? 0,
      slowBefore: slow[i - 1] ?? 0,
    }
  })
}

const contenders = { kernel, bareLoop: bare(bareLoop), bareEngine: bare(bareEngine), grademark: grademark() }
type Name = keyof typeof contenders
const names = Object.keys(contenders) as Name[]
const taken = new Map<Name, Timed[]>(names.map((name) => [name, []]))
const first = new Map<Name, number>()
for (let round = 0; round < WARMUP_ROUNDS + ROUNDS; round += 1) {
  for (const [shift] of names.entries()) {
    const name = names[(shift + round) % names.length] ?? 'kernel'
    const result = contenders[name]()
    if (round === 0) first.set(name, result.nanoseconds)
    if (round >= WARMUP_ROUNDS) taken.get(name)?.push(result)
  }
}
globalThis.gc?.()
const { heapUsed } = process.memoryUsage()

const reference = (taken.get('bareEngine') ?? []).map(({ nanoseconds }) => nanoseconds)
const figures = Object.fromEntries(
  names.map((name) => {
    const runs = taken.get(name) ?? []
    const nanosecondsPerCandle = median(runs.map(({ nanoseconds }) => nanoseconds))
    return [
      name,
      {
        nanosecondsPerCandle,
        firstRunNanosecondsPerCandle: first.get(name) ?? Number.NaN,
        fastestNanosecondsPerCandle: Math.min(...runs.map(({ nanoseconds }) => nanoseconds)),
        candlesPerSecond: 1e9 / nanosecondsPerCandle,
        timesTheBareEngine: median(runs.map(({ nanoseconds }, at) => nanoseconds / (reference[at] ?? Number.NaN))),
        trades: runs[0]?.trades ?? 0,
      },
    ]
  }),
)
for (const [name, { nanosecondsPerCandle, firstRunNanosecondsPerCandle, candlesPerSecond, timesTheBareEngine, trades }] of Object.entries(
  figures,
))
  process.stdout.write(
    `${name.padEnd(11)} ${nanosecondsPerCandle.toFixed(1).padStart(8)} ns per candle (${firstRunNanosecondsPerCandle.toFixed(0)} in the first run, while it compiles), ${(candlesPerSecond / 1e6).toFixed(2)} M/s, ${timesTheBareEngine.toFixed(1)} × the bare engine, ${trades} trades\n`,
  )
const peakMegabytes = process.resourceUsage().maxRSS / 1024
process.stdout.write(
  `${JSON.stringify({ bench: 'backtest', candles: count, peerCandles: PEER_CANDLES, ...figures, heapMegabytes: heapUsed / 1e6, peakMegabytes })}\n`,
)
