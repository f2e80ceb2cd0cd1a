// Round trips, statistics, log lines and a whole journal in the form the screen gets them, for tests of the pages that show them.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { decisionDetail, deniedBy } from './decision-views.ts'
import { BTC, ETH, type FakeBridge, SOL } from './fake-bridge.ts'

type RoundTrip = Output<'journal.roundTrips'>['rows'][number]
type Statistics = Output<'journal.statistics'>
type LogLine = Output<'log.tail'>[number]

const T0 = Date.UTC(2025, 4, 28, 12)

/** Round trips with plausible results, newest first, the same for the same count. */
export function roundTrips(count: number): RoundTrip[] {
  return Array.from({ length: count }, (_, i): RoundTrip => {
    const instrumentId = [BTC, ETH, SOL][i % 3] ?? BTC
    const entry = { [BTC]: 104_200, [ETH]: 2_610, [SOL]: 168 }[instrumentId] ?? 100
    const r = (((i * 37) % 61) - 24) / 10
    const net = r * 23.4
    const closedMs = T0 - i * 5_400_000
    return {
      positionId: `P${count - i}`,
      instrumentId,
      strategyId: ['imba-volatility-regime', 'trend-breakout'][i % 2] ?? 'trend-breakout',
      decisionId: i % 11 === 5 ? null : `D${1000 + (i % 40)}`,
      side: (i * 5) % 7 < 4 ? 'long' : 'short',
      quantity: instrumentId === BTC ? '0.021' : instrumentId === ETH ? '0.84' : '12.5',
      entryPrice: String(entry),
      exitPrice: (entry * (1 + r / 200)).toFixed(2),
      openedMs: closedMs - 600_000 * (1 + ((i * 13) % 29)),
      closedMs,
      grossPnl: (net + 1.62).toFixed(4),
      fees: '1.5387',
      funding: i % 4 === 0 ? '-0.0813' : '0',
      netPnl: net.toFixed(6),
      rMultiple: i % 17 === 3 ? null : r,
      exitReason: r < 0 ? 'stop_filled' : (['target_reached', 'trailing_stop', 'regime_change'][i % 3] ?? 'target_reached'),
      secondsUnprotected: i === 4 ? 11.2 : 0.3,
    }
  })
}

export function statistics(over: Partial<Statistics> = {}): Statistics {
  const counts = [1, 0, 2, 5, 31, 12, 9, 14, 11, 18, 9, 7, 4, 2, 1, 3]
  return {
    roundTrips: 129,
    wins: 69,
    losses: 60,
    winRate: 0.5349,
    profitFactor: 1.62,
    expectancyMoney: 7.34,
    expectancyR: 0.31,
    averageWin: 35.12,
    averageLoss: -24.6,
    grossPnl: 1168.4,
    fees: 198.49,
    funding: -23.05,
    netPnl: 946.86,
    sharpe: 1.84,
    sortino: 2.71,
    maxDrawdown: 0.0412,
    maxDrawdownMoney: 431.2,
    longestUnprotectedSeconds: 11.2,
    rHistogram: counts.map((count, i) => ({ fromR: -3 + i * 0.5, count })),
    ...over,
  }
}

export const logLine = (n: number, over: Partial<LogLine> = {}): LogLine => ({
  tsMs: T0 + n * 1000,
  level: 'info',
  source: 'engine',
  message: `line ${n}`,
  ...over,
})

/** A desk whose decisions, journal and log can be opened, as far as the pages ask. */
export function answerJournal(bridge: FakeBridge, trips = 129): void {
  const decisions = bridge.snapshot.decisions
  bridge.answer('decision.detail', ({ id }) => {
    const index = decisions.findIndex((decision) => decision.id === id)
    const decision = decisions[index]
    if (!decision) return { code: 'not_found', message: `no decision ${id}` }
    const { candleOpenMs: openTimeMs, instrumentId, strategyId, outcome, reason, summary } = decision
    const market = bridge.markets.get(instrumentId)
    const close = market?.history({ timeframe: '5m', beforeMs: openTimeMs + 1, limit: 1, cursor: 100_000 }).close[0] ?? decision.price
    return decisionDetail({
      id,
      openTimeMs,
      close,
      outcome,
      side: decision.direction === 'sell' ? 'sell' : 'buy',
      over: { instrumentId, strategyId, reason, summary, ...(outcome === 'blocked' ? { risk: deniedBy(reason, summary) } : {}) },
      previousId: decisions[index - 1]?.id ?? null,
      nextId: decisions[index + 1]?.id ?? null,
    })
  })
  const rows = roundTrips(trips)
  bridge.answer('journal.roundTrips', ({ limit, offset, instrumentId, strategyId, fromMs }) => {
    const passing = rows.filter(
      (row) =>
        (instrumentId === null || row.instrumentId === instrumentId) &&
        (strategyId === null || row.strategyId === strategyId) &&
        (fromMs === null || row.closedMs >= fromMs),
    )
    return { total: passing.length, rows: passing.slice(offset, offset + limit) }
  })
  bridge.answer('journal.statistics', () => statistics())
  const detail = decisionDetail({ id: 'D1000', openTimeMs: T0, close: 104_200, outcome: 'executed' })
  bridge.answer('journal.orders', ({ limit, offset }) =>
    pageOf(detail.orders, { limit, offset, total: 240, id: (order, n) => ({ ...order, clientOrderId: `O${n}` }) }),
  )
  bridge.answer('journal.fills', ({ limit, offset }) =>
    pageOf(detail.fills, { limit, offset, total: 240, id: (fill, n) => ({ ...fill, tradeId: `T${n}` }) }),
  )
  bridge.answer('journal.export', ({ table, format }) => ({
    fileName: `${table}.${format}`,
    text: format === 'csv' ? 'position_id,net_pnl\nP1,42.55643\n' : '[]',
  }))
  bridge.answer('journal.verify', () => ({ ok: true, records: 48_210, message: 'every record carries the hash of the one before it' }))
  bridge.answer('log.tail', () => Array.from({ length: 240 }, (_, n) => logLine(n, LOG_KINDS[n % LOG_KINDS.length])))
}

const LOG_KINDS: readonly Partial<LogLine>[] = [
  { source: 'engine', message: 'candle BTC/USDT:USDT 5m closed, 2 strategies asked' },
  { source: 'journal', level: 'debug', message: 'committed 12 records in 1.1 ms' },
  { source: 'execution', message: 'order O412 filled 0.019 @ 104212.4' },
  { source: 'risk', level: 'warn', message: 'denied: funding 0.031 % against the side, limit 0.025 %' },
  {
    source: 'strategies',
    level: 'error',
    message: 'my-first-strategy: TypeError: features.ema is not a function (my-first-strategy.js:14)',
  },
]

type PageWanted<Row> = {
  readonly limit: number
  readonly offset: number
  readonly total: number
  readonly id: (row: Row, n: number) => Row
}

function pageOf<Row>(rows: readonly Row[], { limit, offset, total, id }: PageWanted<Row>): { total: number; rows: Row[] } {
  const count = Math.max(0, Math.min(limit, total - offset))
  return {
    total,
    rows: Array.from({ length: count }, (_, i) => rows[(offset + i) % rows.length])
      .filter((row) => row !== undefined)
      .map((row, i) => id(row, total - offset - i)),
  }
}
