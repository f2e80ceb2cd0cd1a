// A run as a year and a half of trading might leave it, from a seed: two instruments, two strategies, costs, gaps, a note.
import type { z } from 'zod'
import type { SearchOrigin } from '../../src-main/core/analytics/doctor/warning.ts'
import type { RunDecision, RunFill, RunRecord, RunTrip } from '../../src-main/core/analytics/run-record.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'
import type { Passport, ReportInput } from '../../src-main/lab/report/build-report.ts'
import type { RunRow } from '../../src-shared/bridge/lab-views.ts'
import { BacktestSpec } from '../../src-shared/config/lab.ts'
import { add, moneyFromNumber, price, quantity, subtract, toNumber } from '../../src-shared/domain/decimal.ts'
import { decisionId, instrumentId, positionId, strategyId } from '../../src-shared/domain/ids.ts'
import { DAY_MS, HOUR_MS } from '../../src-shared/domain/time.ts'

const FROM_MS = Date.UTC(2024, 5, 1)
const HOURS = 24 * 540
const INSTRUMENTS = ['BTC/USDT:USDT', 'ETH/USDT:USDT'].map(instrumentId)
const STRATEGIES = ['imba', 'trend-enhanced'].map(strategyId)
const VOTERS = ['sfp', 'cvd', 'vwap-pullback', 'rsi-mr', 'breakout-retest']
const REGIMES = ['trending', 'ranging', 'volatile', null]
const EXITS = ['stop', 'target', 'chandelier', 'signal']

const pick = <T>(values: readonly T[], share: number): T => {
  const value = values[Math.floor(share * values.length)]
  if (value === undefined) throw new RangeError(`nothing at ${share} of ${values.length}`)
  return value
}

const onGrid = (value: number): number => Math.round(value * 100) / 100

type World = { readonly candles: Map<string, CandleColumns> }
function world(seed: number): World {
  const candles = INSTRUMENTS.map((id, number): [string, CandleColumns] => {
    const random = createRandom(seed + number)
    const columns = Object.fromEntries(
      ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'].map((name) => [name, new Float64Array(HOURS)]),
    ) as CandleColumns
    let last = 100
    for (let i = 0; i < HOURS; i++) {
      const close = last * (1 + (random.fraction() - 0.497) * 0.012)
      columns.openTimeMs[i] = FROM_MS + i * HOUR_MS
      columns.open[i] = onGrid(last)
      columns.close[i] = onGrid(close)
      columns.high[i] = onGrid(Math.max(last, close) * (1 + random.fraction() * 0.003))
      columns.low[i] = onGrid(Math.min(last, close) * (1 - random.fraction() * 0.003))
      columns.volume[i] = 500 + random.fraction() * 5000
      last = close
    }
    return [id, columns]
  })
  return { candles: new Map(candles) }
}

const RISK = 50
function trips({ candles }: World, seed: number): RunTrip[] {
  const random = createRandom(seed)
  const made: RunTrip[] = []
  for (let i = 30; i < HOURS - 200; i += 12 + Math.floor(random.fraction() * 40)) {
    const instrument = pick(INSTRUMENTS, random.fraction())
    const close = candles.get(instrument)?.close ?? new Float64Array()
    const length = 1 + Math.floor(random.fraction() ** 3 * 160)
    const side = random.fraction() < 0.55 ? 'long' : 'short'
    const sign = side === 'long' ? 1 : -1
    const [entry, exit] = [close[i] ?? 1, close[i + length] ?? 1]
    const size = RISK / (entry * 0.02)
    const gross = Math.max(sign * (exit - entry) * size, -RISK) + 4
    const fees = entry * size * 0.0009
    const funding = (random.fraction() - 0.5) * 2
    const booked = { grossPnl: moneyFromNumber(gross), fees: moneyFromNumber(fees), funding: moneyFromNumber(funding) }
    const netPnl = add(subtract(booked.grossPnl, booked.fees), booked.funding)
    const net = toNumber(netPnl)
    made.push({
      trip: {
        positionId: positionId(`P${made.length + 1}`),
        instrumentId: instrument,
        strategyId: pick(STRATEGIES, random.fraction()),
        decisionId: decisionId(`D${made.length + 1}`),
        side,
        quantity: quantity(size.toFixed(3)),
        entryPrice: price(entry.toFixed(2)),
        exitPrice: price(exit.toFixed(2)),
        openedMs: FROM_MS + i * HOUR_MS + 1200,
        closedMs: FROM_MS + (i + length) * HOUR_MS + 900,
        ...booked,
        netPnl,
        rMultiple: net / RISK,
        exitReason: gross <= 4 - RISK ? 'stop' : pick(EXITS.slice(1), random.fraction()),
        secondsUnprotected: 0.24,
      },
      regime: pick(REGIMES, random.fraction()),
      voters: VOTERS.filter(() => random.fraction() < 0.4),
      decisionPrice: entry - sign * entry * 0.0001,
      mae: Math.min(net, 0) - random.fraction() * 0.4 * RISK,
      mfe: Math.max(net, 0) + random.fraction() * 0.8 * RISK,
      initialRisk: RISK,
    })
  }
  return made.toSorted((a, b) => a.trip.closedMs - b.trip.closedMs)
}

function fillsOf(of: readonly RunTrip[]): RunFill[] {
  return of.flatMap(({ trip }) => {
    const size = Number(trip.quantity) / 1e12
    const leg = (tsMs: number, at: bigint, side: 'buy' | 'sell'): RunFill => ({
      tsMs,
      instrumentId: trip.instrumentId,
      side,
      price: Number(at) / 1e12,
      quantity: size,
      fee: (size * Number(at) * 0.00045) / 1e12,
    })
    const [enter, leave] = trip.side === 'long' ? (['buy', 'sell'] as const) : (['sell', 'buy'] as const)
    return [leg(trip.openedMs, trip.entryPrice, enter), leg(trip.closedMs, trip.exitPrice, leave)]
  })
}

const decisionsOf = (of: readonly RunTrip[]): RunDecision[] =>
  of.flatMap(({ trip, regime }, i) => {
    const made = { strategyId: trip.strategyId, instrumentId: trip.instrumentId, regime, tsMs: trip.openedMs - 1200 }
    const executed: RunDecision = { ...made, id: decisionId(`D${i + 1}`), executed: true, reason: 'executed' }
    const refused: RunDecision = { ...made, id: decisionId(`X${i + 1}`), executed: false, reason: i % 3 === 0 ? 'cooldown' : 'week_loss' }
    return i % 2 === 0 ? [refused, executed] : [executed]
  })

function recordOf(from: World, seed: number): RunRecord {
  const closed = trips(from, seed)
  const steps = {
    tsMs: new Float64Array(HOURS),
    equity: new Float64Array(HOURS),
    open: new Uint8Array(HOURS),
    benchmark: new Float64Array(HOURS),
  }
  const random = createRandom(seed + 9)
  let [balance, next] = [10_000, 0]
  for (let i = 0; i < HOURS; i++) {
    const tsMs = FROM_MS + (i + 1) * HOUR_MS
    for (; (closed[next]?.trip.closedMs ?? Number.POSITIVE_INFINITY) <= tsMs; next++)
      balance += Number(closed[next]?.trip.netPnl ?? 0n) / 1e12
    const isOpen = (closed[next]?.trip.openedMs ?? Number.POSITIVE_INFINITY) <= tsMs
    steps.tsMs[i] = tsMs
    steps.equity[i] = balance + (isOpen ? (random.fraction() - 0.5) * 40 : 0)
    steps.open[i] = isOpen ? 1 : 0
    const closes = [...from.candles.values()].map(({ close }) => (close[i] ?? 1) / (close[0] ?? 1))
    steps.benchmark[i] = closes.reduce((total, value) => total + value, 0) / closes.length
  }
  const incidents = [
    { instrumentId: pick(INSTRUMENTS, 0), kind: 'gap', fault: null, fromMs: FROM_MS + 90 * DAY_MS, missing: 7, message: '' },
  ] as const
  return {
    initialBalance: 10_000,
    steps,
    trips: closed,
    fills: fillsOf(closed),
    decisions: decisionsOf(closed),
    incidents,
    liquidations: 0,
    alerts: [],
    baseCandleMs: HOUR_MS,
  }
}

export const samplePassport = (instrument: string): Passport => ({
  id: `binanceusdm|${instrument}|candles|1h`,
  venue: 'binanceusdm',
  instrumentId: instrument,
  kind: 'candles',
  timeframe: '1h',
  rows: HOURS + 700,
  fromMs: FROM_MS - 30 * DAY_MS,
  toMs: FROM_MS + (HOURS - 1) * HOUR_MS,
  missing: 7,
  gaps: [{ fromMs: FROM_MS + 90 * DAY_MS, toMs: FROM_MS + 90 * DAY_MS + 6 * HOUR_MS, rows: 7 }],
  duplicates: 12,
  conflicts: 0,
  refused: 0,
  outliersMs: [],
  zeroVolume: 3,
  crossChecks: [],
  sources: [{ kind: 'file', name: 'sample.csv', importedMs: FROM_MS, rows: HOURS, sha256: null }],
  contentHash: 'c0ffee'.padEnd(64, '0'),
  instrumentFrom: 'bundled',
})

export const sampleRun = (changes: Partial<z.output<typeof RunRow>> = {}): z.output<typeof RunRow> => ({
  id: 'run-1',
  kind: 'backtest',
  parentId: null,
  title: 'IMBA on hours, wider stops',
  note: 'Stops at two average ranges instead of one and a half.\nCompare with run 14.',
  playbookId: 'imba',
  instruments: [...INSTRUMENTS],
  timeframe: '1h',
  fromMs: FROM_MS,
  toMs: FROM_MS + HOURS * HOUR_MS,
  state: 'done',
  createdMs: FROM_MS + 600 * DAY_MS,
  seconds: 12.4,
  codeVersion: '0.1.0',
  seed: 1,
  metrics: {},
  passed: null,
  hasJournal: true,
  ...changes,
})

const SEARCH: SearchOrigin = {
  trials: 120,
  annualSharpes: Array.from({ length: 120 }, (_, i) => Math.sin(i) * 0.8),
  parameters: [{ name: 'imba.threshold', value: 0.4, min: 0.4, max: 2, scale: 'linear' }],
  inSample: true,
}

/** The input of a report over that run. */
export function sampleInput(seed = 5): ReportInput {
  const from = world(seed)
  const spec = BacktestSpec.parse({
    playbook: {
      version: 1,
      id: 'imba',
      title: 'IMBA',
      description: 'Twelve weighted voters.',
      strategies: [{ id: 'imba', parameters: { threshold: 0.4 } }],
    },
    data: { instruments: [...INSTRUMENTS], timeframe: '1h', fromMs: FROM_MS, toMs: FROM_MS + HOURS * HOUR_MS },
    simulation: { slippage: { kind: 'fixed', basisPoints: 0.2 } },
  })
  return {
    run: sampleRun(),
    spec,
    record: recordOf(from, seed + 2),
    passports: INSTRUMENTS.map(samplePassport),
    candles: from.candles,
    search: SEARCH,
  }
}

/** The same run, had nothing been traded. */
export function emptyInput(): ReportInput {
  const input = sampleInput()
  const { record } = input
  const steps = { ...record.steps, equity: record.steps.equity.map(() => 10_000), open: record.steps.open.map(() => 0) }
  return { ...input, search: null, record: { ...record, steps, trips: [], fills: [], decisions: [], incidents: [] } }
}
