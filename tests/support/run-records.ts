// What runs leave behind, small enough to be worked out by hand.
import type { RunDecision, RunFill, RunRecord, RunTrip } from '../../src-main/core/analytics/run-record.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import { decisionId } from '../../src-shared/domain/ids.ts'
import type { RoundTrip } from '../../src-shared/domain/position.ts'
import { DAY_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { BTC, START_MS, STRATEGY, roundTrip } from './journal-records.ts'

type Curve = {
  /** Equity at the close of each step. */
  readonly equity: readonly number[]
  readonly stepMs?: number
  readonly startMs?: number
  readonly open?: readonly number[]
  readonly benchmark?: readonly number[]
}

/** A run over this curve, of 100 at its beginning, in which nothing else happened; steps are days when nothing else is said. */
export function runRecord(
  { equity, stepMs = DAY_MS, startMs = START_MS, open, benchmark }: Curve,
  changes: Partial<RunRecord> = {},
): RunRecord {
  return {
    initialBalance: 100,
    steps: {
      tsMs: Float64Array.from(equity, (_, i) => startMs + (i + 1) * stepMs),
      equity: Float64Array.from(equity),
      open: Uint8Array.from(open ?? equity.map(() => 0)),
      benchmark: Float64Array.from(benchmark ?? equity.map(() => 1)),
    },
    trips: [],
    fills: [],
    decisions: [],
    incidents: [],
    liquidations: 0,
    alerts: [],
    baseCandleMs: stepMs,
    ...changes,
  }
}

/** A round trip of this net profit, ten of money being one R, closed that many minutes after the start. */
export function runTrip(net: number, minutes: number, changes: Partial<RoundTrip> = {}, rest: Partial<RunTrip> = {}): RunTrip {
  const closedMs = START_MS + minutes * MINUTE_MS
  const exact = { grossPnl: money(String(net)), fees: money('0'), funding: money('0'), netPnl: money(String(net)) }
  return {
    trip: roundTrip(minutes, closedMs, { ...exact, rMultiple: net / 10, ...changes }),
    regime: null,
    voters: [],
    decisionPrice: null,
    mae: Math.min(net, 0),
    mfe: Math.max(net, 0),
    initialRisk: 10,
    ...rest,
  }
}

export const runDecision = (n: number, changes: Partial<RunDecision> = {}): RunDecision => ({
  id: decisionId(`D${n}`),
  tsMs: START_MS + n * MINUTE_MS,
  strategyId: STRATEGY,
  instrumentId: BTC,
  executed: true,
  reason: 'executed',
  regime: null,
  ...changes,
})

export const runFill = (changes: Partial<RunFill> = {}): RunFill => ({
  tsMs: START_MS + MINUTE_MS / 2,
  instrumentId: BTC,
  side: 'buy',
  price: 100,
  quantity: 1,
  fee: 0.05,
  ...changes,
})
