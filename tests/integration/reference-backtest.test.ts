// Proves the kernel and the simulated venue against a second backtester that shares no line with them: over three weeks of real candles, and over
// years when ../shared/data lies beside the checkout, both make the same fills at the same millisecond, price, quantity and fee, the same round
// trips, and end with the same balance, to the last digit.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'
import type { WalkCount } from '../../src-main/core/kernel/candle-walk.ts'
import { exact, text } from '../support/reference-backtest/exact.ts'
import type { CandleRow, FundingRow } from '../support/reference-backtest/reference-backtest.ts'
import { sizeOf } from '../support/reference-backtest/sizing.ts'
import { type Task, byKernel, byReference, taskOf } from '../support/sma-cross-run.ts'

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/reference')
const DATA = path.resolve(import.meta.dirname, '../../../shared/data')

function rowsOf(file: string): string[][] {
  const bytes = readFileSync(file)
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim().split('\n')
  return lines.slice(1).map((line) => line.split(','))
}
type Market = Pick<Task, 'candles' | 'funding' | 'timeframe'>
const marketOf = (timeframe: Timeframe, candles: string, funding: string): Market => ({
  timeframe,
  candles: rowsOf(candles) as unknown as readonly CandleRow[],
  funding: rowsOf(funding) as unknown as readonly FundingRow[],
})

const LADDER = [
  { fraction: 0.4, atR: 1 },
  { fraction: 0.3, atR: 2 },
  { fraction: 0.3, atR: 3 },
]
const CARE = { targets: LADDER, breakEven: true, trailFrom: 0.5, trailDistance: 0.5 }
const QUICK = { fast: 10, slow: 30, stopPercent: 0.3 }

type Change = NonNullable<Parameters<typeof taskOf>[1]>
/** What is tried, with the least number of fills and round trips that makes it worth something. */
const CASES: readonly (readonly [name: string, change: Change, fillsMin: number, tradesMin: number])[] = [
  ['a stop and one target', {}, 25, 12],
  ['a stop alone', { targets: [] }, 12, 6],
  ['three targets', { targets: LADDER }, 25, 9],
  ['a stop that goes to break-even and trails', CARE, 40, 15],
  ['an exit when the averages cross back', { strategy: { exitOnCross: 1 } }, 50, 25],
  ['quick averages and a near stop', { ...CARE, strategy: QUICK }, 350, 140],
  ['a slow line and much slippage', { ...CARE, strategy: QUICK, latencyMs: 900, slippageBasisPoints: 7 }, 300, 120],
  ['no slippage and hardly any latency', { latencyMs: 1, slippageBasisPoints: 0 }, 25, 12],
  ['a rebate for makers', { ...CARE, makerFee: '-0.0001', strategy: QUICK }, 350, 140],
  ['orders that fill in parts', { targets: LADDER, participationMax: 0.0002 }, 100, 9],
  [
    'a large account in a thin market',
    { ...CARE, strategy: { ...QUICK, exitOnCross: 1 }, balance: '1000000', participationMax: 0.005 },
    4_000,
    90,
  ],
  ['the same on a slow line', { ...CARE, strategy: QUICK, balance: '1000000', participationMax: 0.005, latencyMs: 900 }, 4_000, 90],
]

function expectSame(task: Task): { fills: number; trades: number; funded: number; walked: WalkCount } {
  const kernel = byKernel(task)
  const reference = byReference(task)
  expect(kernel.fills).toEqual(reference.fills)
  expect(kernel.trades).toEqual(reference.trades)
  expect(kernel.balance).toBe(reference.balance)
  const funded = reference.trades.filter((trade) => trade.split(' ')[8] !== '0').length
  return { fills: kernel.fills.length, trades: kernel.trades.length, funded, walked: kernel.walked }
}

it('the reference imports nothing of the program', () => {
  const folder = path.resolve(import.meta.dirname, '../support/reference-backtest')
  const imported = readdirSync(folder).flatMap((file) =>
    [...readFileSync(path.join(folder, file), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from = '']) => from),
  )
  expect(imported.length).toBeGreaterThan(5)
  expect(imported.filter((from) => !/^\.\/[a-z-]+\.ts$|^decimal\.js$/.test(from))).toEqual([])
})

it('the reference sizes the golden case of domain.md section 8', () => {
  const size = sizeOf({
    equity: exact(10_000),
    riskPerTrade: exact('0.005'),
    entry: exact(118_000),
    stop: exact(118_000).mul('0.98'),
    strength: exact('0.8'),
    leverage: exact(5),
    volatilityTarget: 0.6,
    volatility: null,
    positionShareMax: exact('0.2'),
    leverageMax: exact(5),
    grossExposureMax: exact(2),
    takerFee: exact('0.0005'),
    lot: exact('0.001'),
    maxMarket: exact(120),
  })
  expect([text(size.value), text(size.quantity)]).toEqual(['2250', '0.019'])
})

describe('three weeks of five minutes', () => {
  const market = marketOf('5m', path.join(FIXTURES, 'btcusdt-5m.csv.gz'), path.join(FIXTURES, 'btcusdt-funding.csv'))

  it.each(CASES)('with %s', (_name, change, fillsMin, tradesMin) => {
    const { fills, trades } = expectSame(taskOf(market, change))
    expect(fills).toBeGreaterThanOrEqual(fillsMin)
    expect(trades).toBeGreaterThanOrEqual(tradesMin)
  })

  it('with funding in most round trips of a slow strategy', () => {
    const { funded, trades } = expectSame(taskOf(market, { targets: [] }))
    expect(funded).toBeGreaterThan(trades / 2)
  })
})

describe('the bundled minutes inside bars of five, fifteen and sixty minutes', () => {
  const minutes = rowsOf(path.resolve(import.meta.dirname, '../../assets/market/BTCUSDT-1m.csv.gz')) as unknown as readonly CandleRow[]
  const funding = rowsOf(path.resolve(import.meta.dirname, '../../assets/market/BTCUSDT-funding.csv')) as unknown as readonly FundingRow[]

  it.each([
    ['5m', CARE],
    ['15m', { ...CARE, strategy: QUICK }],
    ['15m', { ...CARE, strategy: QUICK, balance: '1000000', participationMax: 0.02 }],
    ['1h', { ...CARE, strategy: QUICK, latencyMs: 700 }],
  ] as const)('on %s', (timeframe, change) => {
    const market = { timeframe, funding, candles: barsOf(minutes, TIMEFRAME_MS[timeframe]) }
    const coarse = taskOf(market, change)
    const { trades, walked } = expectSame({ ...coarse, finer: { candles: minutes, timeframe: '1m' } })
    expect(trades).toBeGreaterThan(20)
    // Every bar is made up of its minutes, so that none falls back.
    expect([walked.fine > 50, walked.coarse]).toEqual([true, 0])
    expect(byKernel(coarse).fills).not.toEqual(byKernel({ ...coarse, finer: { candles: minutes, timeframe: '1m' } }).fills)
  })

  it('also where some minutes are missing, and their bars stand for themselves', () => {
    const market = { timeframe: '15m' as const, funding, candles: barsOf(minutes, TIMEFRAME_MS['15m']) }
    const holed = minutes.filter((_, index) => index % 97 !== 0)
    const { walked } = expectSame({ ...taskOf(market, { ...CARE, strategy: QUICK }), finer: { candles: holed, timeframe: '1m' } })
    expect(walked.fine).toBeGreaterThan(50)
    expect(walked.coarse).toBeGreaterThan(5)
  })
})

/** Whole longer candles of these. */
function barsOf(rows: readonly CandleRow[], lengthMs: number): CandleRow[] {
  const groups = Map.groupBy(rows, ([openTimeMs]) => Math.floor(Number(openTimeMs) / lengthMs) * lengthMs)
  return [...groups].flatMap(([openTimeMs, parts]): CandleRow[] => {
    const [first, last] = [parts[0], parts.at(-1)]
    if (first === undefined || last === undefined || parts.length !== lengthMs / 60_000) return []
    const high = Math.max(...parts.map((part) => Number(part[2])))
    const low = Math.min(...parts.map((part) => Number(part[3])))
    const volume = parts.reduce((total, part) => total.add(part[5]), exact(0))
    return [[String(openTimeMs), first[1], String(high), String(low), last[4], text(volume)]]
  })
}

const YEARS: readonly (readonly [timeframe: Timeframe, tick: string, candles: string, funding: string])[] = [
  ['5m', '0.1', 'BTCUSDT-5m-2023-01_2024-02', 'BTCUSDT-funding-2022-01_2025-06'],
  ['15m', '0.1', 'BTCUSDT-15m-2023-01_2025-06', 'BTCUSDT-funding-2022-01_2025-06'],
  ['5m', '0.01', 'ETHUSDT-5m-2023-01_2024-02', 'ETHUSDT-funding-2023-01_2025-06'],
]
const LONG: readonly (readonly [name: string, change: Change])[] = [
  ['the rules of position care', CARE],
  ['partial fills', { ...CARE, participationMax: 0.0005 }],
  [
    'quick averages, each trade closed by the next',
    { ...CARE, balance: '10000000', strategy: { fast: 10, slow: 30, stopPercent: 0.5, exitOnCross: 1 } },
  ],
  ['a large account on a slow line', { ...CARE, balance: '1000000', participationMax: 0.02, latencyMs: 700 }],
]

describe.skipIf(!existsSync(DATA))('years on the shared recordings (skipped when ../shared/data is missing)', () => {
  for (const [timeframe, tick, candles, funding] of YEARS) {
    describe(candles, () => {
      // Read by the first test: what is skipped must not look for its files.
      let read: Market | null = null
      const market = (): Market =>
        (read ??= marketOf(
          timeframe,
          path.join(DATA, 'candles/binance-usdm', `${candles}.csv.gz`),
          path.join(DATA, 'funding/binance-usdm', `${funding}.csv.gz`),
        ))
      it.each(LONG)('with %s', { timeout: 120_000 }, (_name, change) => {
        expect(expectSame(taskOf(market(), { tick, ...change })).trades).toBeGreaterThan(400)
      })
    })
  }
})
