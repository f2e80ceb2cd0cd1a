// The report of a fake run, made from its trades as the lab makes one.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { type BacktestInput, BacktestSpec } from '../../src-shared/config/lab.ts'
import { BUNDLED_PLAYBOOKS } from '../../src-shared/config/playbook.ts'
import { DAY_MS, HOUR_MS } from '../../src-shared/domain/time.ts'
import { dailyReturns, drawdowns, fakeMetrics, holding, hourOf, mean, sum } from './fake-lab-metrics.ts'
import {
  type FakeTrade,
  fakeTrades,
  type HourlyAccount,
  hourlyAccount,
  INITIAL_BALANCE,
  RUN_DAYS,
  RUN_FROM_MS,
  RUN_INSTRUMENTS,
  RUN_TO_MS,
  type TradeOptions,
} from './fake-lab-trades.ts'
import { seededRandom } from './fake-market.ts'

export type Report = Output<'lab.run.report'>
type GroupKey = keyof Report['groups']
export type FakeRun = { readonly report: Report; readonly trades: readonly FakeTrade[] }
export type RunOptions = TradeOptions & {
  readonly id: string
  readonly title: string
  readonly parentId?: string
  readonly spec?: Partial<BacktestInput>
  readonly warnings?: Report['warnings']
  readonly deflated?: Report['deflated']
}

/** The spec as the lab would have checked and stored it. */
export function fakeSpec(over: Partial<BacktestInput> = {}): Record<string, unknown> {
  const imba = BUNDLED_PLAYBOOKS.find(({ id }) => id === 'imba')
  const playbook = {
    ...imba,
    strategies: [{ id: 'imba', parameters: { confluenceMin: 1.3, cooldownBars: 9 } }],
  } as BacktestInput['playbook']
  return BacktestSpec.parse({ playbook, data: { instruments: RUN_INSTRUMENTS, fromMs: RUN_FROM_MS, toMs: RUN_TO_MS }, ...over })
}

export function fakeRun(options: RunOptions): FakeRun {
  const trades = fakeTrades(options)
  const account = hourlyAccount(trades)
  const metrics = fakeMetrics(trades, account)
  const run = fakeRow({
    id: options.id,
    title: options.title,
    kind: 'backtest',
    parentId: options.parentId ?? null,
    metrics: { ...metrics },
  })
  const gross = sum(trades.map(({ trip, slippage }) => Number(trip.grossPnl) + slippage))
  const report: Report = {
    run,
    spec: fakeSpec(options.spec),
    metrics: { ...metrics },
    equity: thinned(account),
    months: months(trades, account),
    costs: {
      gross,
      fees: -(metrics.fees ?? 0),
      funding: metrics.funding ?? 0,
      slippage: -(metrics.slippage ?? 0),
      net: gross - (metrics.fees ?? 0) + (metrics.funding ?? 0) - (metrics.slippage ?? 0),
    },
    groups: groups(trades),
    rBins: bins(
      trades.map(({ trip }) => trip.rMultiple ?? 0),
      0.25,
    ),
    maeBins: bins(
      trades.map(({ mae }) => mae / 50),
      0.1,
    ),
    mfeBins: bins(
      trades.map(({ mfe }) => mfe / 50),
      0.2,
    ),
    holdingBins: bins(
      trades.map(({ trip }) => trip.closedMs - trip.openedMs),
      4 * HOUR_MS,
    ),
    excursions: trades.map(({ trip, mae, mfe }) => ({
      positionId: trip.positionId,
      maeR: mae / 50,
      mfeR: mfe / 50,
      r: trip.rMultiple ?? 0,
    })),
    warnings: options.warnings ?? [],
    passports: RUN_INSTRUMENTS.map((instrumentId, place) => passport(instrumentId, place)),
    deflated: options.deflated ?? null,
    monteCarlo: monteCarlo(trades, account),
    minTrackRecordDays: 143.2,
  }
  return { report, trades }
}

export const fakeRow = (over: Partial<Report['run']> & Pick<Report['run'], 'id' | 'title' | 'kind'>): Report['run'] => ({
  parentId: null,
  note: '',
  playbookId: 'imba',
  instruments: [...RUN_INSTRUMENTS],
  timeframe: '1m',
  fromMs: RUN_FROM_MS,
  toMs: RUN_TO_MS,
  state: 'done',
  createdMs: Date.UTC(2025, 6, 3, 9, 41),
  seconds: 14.2,
  codeVersion: '0.2.0+ccfb6a8',
  seed: 1,
  metrics: {},
  passed: null,
  hasJournal: true,
  ...over,
})

const POINTS_MAX = 2000

/** The first, the lowest, the highest and the last point of every stretch, in order. */
export function thinned({ tsMs, equity }: Pick<HourlyAccount, 'tsMs' | 'equity'>): Report['equity'] {
  const stretch = Math.ceil((equity.length / POINTS_MAX) * 4)
  const kept = new Set<number>()
  for (let from = 0; from < equity.length; from += stretch) {
    const part = equity.slice(from, from + stretch)
    kept.add(from).add(from + part.length - 1)
    kept.add(from + part.indexOf(Math.min(...part))).add(from + part.indexOf(Math.max(...part)))
  }
  const places = [...kept].toSorted((a, b) => a - b)
  const pick = (values: readonly number[]) => places.map((place) => values[place] ?? 0)
  return { tsMs: pick(tsMs), equity: pick(equity), drawdown: pick(drawdowns(equity)), benchmark: pick(holding()) }
}

function months(trades: readonly FakeTrade[], { equity }: HourlyAccount): Report['months'] {
  return Array.from({ length: 6 }, (_, index) => {
    const hourAt = (month: number) => Math.min(RUN_DAYS * 24, (Date.UTC(2025, month, 1) - RUN_FROM_MS) / HOUR_MS) - 1
    const before = index === 0 ? INITIAL_BALANCE : (equity[hourAt(index)] ?? INITIAL_BALANCE)
    const after = equity[hourAt(index + 1)] ?? before
    const closed = trades.filter(({ trip }) => new Date(trip.closedMs).getUTCMonth() === index)
    return { year: 2025, month: index + 1, totalReturn: after / before - 1, netPnl: after - before, trades: closed.length }
  })
}

const KEYS: Readonly<Record<Exclude<GroupKey, 'voter'>, (trade: FakeTrade) => string>> = {
  strategy: ({ trip }) => trip.strategyId,
  instrument: ({ trip }) => trip.instrumentId,
  side: ({ trip }) => trip.side,
  regime: ({ regime }) => regime,
  hour: ({ trip }) => String(hourOf(trip.openedMs)).padStart(2, '0'),
  weekday: ({ trip }) => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(trip.openedMs).getUTCDay()] ?? '',
  exit: ({ trip }) => trip.exitReason,
  month: ({ trip }) => new Date(trip.openedMs).toISOString().slice(0, 7),
}

function groups(trades: readonly FakeTrade[]): Report['groups'] {
  const by = (keysOf: (trade: FakeTrade) => readonly string[]) => {
    const keys = [...new Set(trades.flatMap(keysOf))].toSorted()
    return keys.map((key) =>
      groupRow(
        key,
        trades.filter((trade) => keysOf(trade).includes(key)),
      ),
    )
  }
  const single = Object.fromEntries(Object.entries(KEYS).map(([name, keyOf]) => [name, by((trade) => [keyOf(trade)])]))
  return { ...(single as Record<Exclude<GroupKey, 'voter'>, Report['groups']['voter']>), voter: by(({ voters }) => voters) }
}

function groupRow(key: string, trades: readonly FakeTrade[]): Report['groups']['voter'][number] {
  const nets = trades.map(({ trip }) => Number(trip.netPnl))
  const lost = -sum(nets.filter((net) => net < 0))
  return {
    key,
    trades: trades.length,
    netPnl: sum(nets),
    fees: sum(trades.map(({ trip }) => Number(trip.fees))),
    funding: sum(trades.map(({ trip }) => Number(trip.funding))),
    winRate: nets.filter((net) => net > 0).length / nets.length,
    expectancyR: mean(trades.map(({ trip }) => trip.rMultiple ?? 0)),
    profitFactor: lost === 0 ? null : sum(nets.filter((net) => net > 0)) / lost,
  }
}

/** Bins of one width over all values, at most 60. */
function bins(values: readonly number[], wanted: number): Report['rBins'] {
  if (values.length === 0) return []
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const width = Math.max(wanted, (high - low) / 50)
  const first = Math.floor(low / width)
  const count = Math.floor(high / width) - first + 1
  return Array.from({ length: count }, (_, i) => {
    const from = (first + i) * width
    return { from, to: from + width, count: values.filter((value) => Math.floor(value / width) - first === i).length }
  })
}

function monteCarlo(trades: readonly FakeTrade[], { equity }: HourlyAccount): Report['monteCarlo'] {
  if (trades.length < 2) return null
  const random = seededRandom(7)
  const nets = trades.map(({ trip }) => Number(trip.netPnl))
  const daily = dailyReturns(equity)
  const deepest = Array.from({ length: 200 }, () => {
    const order = nets.map((net) => ({ net, at: random() })).toSorted((a, b) => a.at - b.at)
    let balance = INITIAL_BALANCE
    return Math.max(...drawdowns(order.map(({ net }) => (balance += net))))
  })
  const returns = Array.from(
    { length: 200 },
    () => daily.map(() => daily[Math.floor(random() * daily.length)] ?? 0).reduce((value, one) => value * (1 + one), 1) - 1,
  )
  const quantiles = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b)
    return [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  }
  return {
    runs: 1000,
    maxDrawdown: quantiles(deepest),
    totalReturn: quantiles(returns),
    lossProbability: returns.filter((value) => value < 0).length / returns.length,
  }
}

export function passport(instrumentId: string, place: number): Report['passports'][number] {
  const hole = RUN_FROM_MS + 41 * DAY_MS
  const missing = place === 2 ? 87 : 0
  return {
    id: `binanceusdm|${instrumentId}|candles|1m`,
    venue: 'binanceusdm',
    instrumentId,
    kind: 'candles',
    timeframe: '1m',
    rows: (RUN_DAYS + 60) * 1440 - missing,
    fromMs: RUN_FROM_MS - 60 * DAY_MS,
    toMs: RUN_TO_MS,
    missing,
    gaps: missing === 0 ? [] : [{ fromMs: hole, toMs: hole + 86 * 60_000, rows: missing }],
    duplicates: 0,
    conflicts: 0,
    refused: 0,
    outliersMs: place === 1 ? [RUN_FROM_MS + 12 * DAY_MS + 7 * HOUR_MS] : [],
    zeroVolume: place === 2 ? 14 : 0,
    crossChecks: [],
    sources: [
      {
        kind: 'file',
        name: `${instrumentId.split('/')[0]}USDT-1m-2025-01.zip`,
        importedMs: Date.UTC(2025, 6, 1),
        rows: 44_640,
        sha256: 'a3f1'.repeat(16),
      },
      { kind: 'download', name: 'binanceusdm', importedMs: Date.UTC(2025, 6, 2), rows: 215_000, sha256: null },
    ],
    contentHash: `${['9c41', '02be', '7d5a'][place] ?? 'ffff'}`.repeat(16),
    instrumentFrom: place === 2 ? 'inferred' : 'venue',
  }
}
