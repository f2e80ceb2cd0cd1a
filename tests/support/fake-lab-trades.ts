// What a made-up strategy would have done on made-up candles: half a year of round trips with their excursions, and the account hour by hour.
// Every figure of the fake runs is computed from these, so that none contradicts another.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { FakeMarket, seededRandom } from './fake-market.ts'

type RoundTrip = Output<'lab.run.trades'>['rows'][number]

export const RUN_FROM_MS = Date.UTC(2025, 0, 1)
export const RUN_DAYS = 181
export const RUN_TO_MS = RUN_FROM_MS + RUN_DAYS * DAY_MS
const MINUTES = RUN_DAYS * 24 * 60
export const INITIAL_BALANCE = 10_000
const RISK_MONEY = 50
const HELD_MINUTES_MAX = 3 * 24 * 60

const MARKETS = {
  'BTC/USDT:USDT': { firstPrice: 94_200, tick: 0.1, seed: 101 },
  'ETH/USDT:USDT': { firstPrice: 3_360, tick: 0.01, seed: 102 },
  'SOL/USDT:USDT': { firstPrice: 189, tick: 0.001, seed: 103 },
} as const
export const RUN_INSTRUMENTS = Object.keys(MARKETS)

const markets = new Map<string, FakeMarket>()
/** Half a year of minutes; made on the first question and kept, because it takes a while. */
export function labMarket(instrumentId: string): FakeMarket | null {
  const known = Object.entries(MARKETS).find(([id]) => id === instrumentId)?.[1]
  if (!known) return null
  const market = markets.get(instrumentId) ?? new FakeMarket({ startMs: RUN_FROM_MS, minutes: MINUTES, ...known })
  markets.set(instrumentId, market)
  return market
}

export type FakeTrade = {
  readonly trip: RoundTrip
  readonly regime: string
  readonly voters: readonly string[]
  /** In money, worst at most 0, best at least 0. */
  readonly mae: number
  readonly mfe: number
  readonly slippage: number
  readonly stopPrice: number
}
export type TradeOptions = {
  readonly seed: number
  readonly count: number
  /** Share of trades that happen to be on the right side of the next six hours. */
  readonly edge: number
  readonly instruments?: readonly string[]
}

const VOTERS = ['cvd', 'volume_profile', 'vwap_pullback', 'rsi_mr', 'bb_squeeze'] as const
const REGIMES = ['trend', 'flat', 'volatile'] as const

/** By time of closing. */
export function fakeTrades({ seed, count, edge, instruments = RUN_INSTRUMENTS }: TradeOptions): readonly FakeTrade[] {
  const random = seededRandom(seed)
  const every = Math.floor((MINUTES - HELD_MINUTES_MAX) / count)
  const trades = Array.from({ length: count }, (_, i): FakeTrade => {
    const instrumentId = instruments[Math.floor(random() * instruments.length)] ?? RUN_INSTRUMENTS[0] ?? ''
    const minute = Math.floor((i * every + random() * every * 0.8) / 5) * 5 + 5
    return trade({ instrumentId, minute, random, edge, number: i })
  })
  return trades.toSorted((a, b) => a.trip.closedMs - b.trip.closedMs)
}

type Drawn = {
  readonly instrumentId: string
  readonly minute: number
  readonly random: () => number
  readonly edge: number
  readonly number: number
}

function trade({ instrumentId, minute, random, edge, number }: Drawn): FakeTrade {
  const market = labMarket(instrumentId)
  const priceAt = (at: number) => market?.closeAt(Math.min(at, MINUTES - 1)) ?? 0
  const decided = priceAt(minute - 1)
  const rises = priceAt(minute + 360) > decided
  const isLong = random() < edge ? rises : !rises
  const sign = isLong ? 1 : -1
  const stopShare = 0.006 + random() * 0.008
  const entry = decided * (1 + sign * random() * 0.0004)
  const quantity = RISK_MONEY / (entry * stopShare)
  const path = walk({ entry, sign, stopShare, minute, priceAt })
  const exit = priceAt(minute + path.minutes)
  const gross = sign * (exit - entry) * quantity
  const fees = (entry + exit) * quantity * 0.0005
  const funding = -sign * entry * quantity * 0.0001 * Math.floor(path.minutes / 480)
  const net = gross - fees + funding
  const strategyId = number % 4 === 3 ? 'trend-enhanced' : 'imba'
  const openedMs = RUN_FROM_MS + minute * MINUTE_MS
  const trip: RoundTrip = {
    positionId: `P${number + 1}`,
    instrumentId,
    strategyId,
    decisionId: `D${number + 1}`,
    side: isLong ? 'long' : 'short',
    quantity: quantity.toFixed(3),
    entryPrice: entry.toFixed(2),
    exitPrice: exit.toFixed(2),
    openedMs,
    closedMs: openedMs + path.minutes * MINUTE_MS,
    grossPnl: gross.toFixed(6),
    fees: fees.toFixed(6),
    funding: funding.toFixed(6),
    netPnl: net.toFixed(6),
    rMultiple: net / RISK_MONEY,
    exitReason: path.reason,
    secondsUnprotected: 0.24,
  }
  return {
    trip,
    regime: REGIMES[Math.floor(random() * 3)] ?? 'trend',
    voters: VOTERS.filter(() => random() < 0.5),
    mae: Math.min(0, path.worst * quantity),
    mfe: Math.max(0, path.best * quantity),
    slippage: Math.abs(entry - decided) * quantity,
    stopPrice: entry * (1 - sign * stopShare),
  }
}

type Walk = {
  readonly entry: number
  readonly sign: number
  readonly stopShare: number
  readonly minute: number
  readonly priceAt: (minute: number) => number
}

/** Until the stop, twice its distance in our favour, or three days. */
function walk({ entry, sign, stopShare, minute, priceAt }: Walk) {
  const distance = entry * stopShare
  let [worst, best] = [0, 0]
  for (let minutes = 1; minutes < HELD_MINUTES_MAX; minutes++) {
    const gain = sign * (priceAt(minute + minutes) - entry)
    worst = Math.min(worst, gain)
    best = Math.max(best, gain)
    if (gain <= -distance) return { minutes, worst, best, reason: 'stop_filled' }
    if (gain >= distance * 2.2) return { minutes, worst, best, reason: 'target_reached' }
    if (best > distance * 1.2 && gain < best - distance) return { minutes, worst, best, reason: 'trailing_stop' }
  }
  return { minutes: HELD_MINUTES_MAX, worst, best, reason: 'time_exit' }
}

export type HourlyAccount = { readonly tsMs: readonly number[]; readonly equity: readonly number[]; readonly open: readonly number[] }

/** Equity at the close of every hour: what was realised, and what is open at the price of that hour. */
export function hourlyAccount(trades: readonly FakeTrade[], from = INITIAL_BALANCE): HourlyAccount {
  const hours = RUN_DAYS * 24
  const equity = Array.from({ length: hours }, () => from)
  const open = Array.from({ length: hours }, () => 0)
  for (const { trip } of trades) {
    const market = labMarket(trip.instrumentId)
    const sign = trip.side === 'long' ? 1 : -1
    for (let hour = Math.ceil((trip.openedMs - RUN_FROM_MS) / HOUR_MS); hour < hours; hour++) {
      const isOpen = RUN_FROM_MS + hour * HOUR_MS < trip.closedMs
      const mark = market?.closeAt(hour * 60) ?? 0
      equity[hour] = (equity[hour] ?? 0) + (isOpen ? sign * (mark - Number(trip.entryPrice)) * Number(trip.quantity) : Number(trip.netPnl))
      if (isOpen) open[hour] = (open[hour] ?? 0) + 1
    }
  }
  return { tsMs: equity.map((_, hour) => RUN_FROM_MS + (hour + 1) * HOUR_MS), equity, open }
}
