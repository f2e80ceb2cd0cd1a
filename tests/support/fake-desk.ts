// A desk in the middle of a working day: two protected positions, one of them past its first target, one order whose outcome is
// unknown, executed and blocked decisions, a strategy that failed.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { FakeMarket } from './fake-market.ts'

type Snapshot = Output<'desk.snapshot'>
type Decision = Snapshot['decisions'][number]

export const BTC = 'BTC/USDT:USDT'
export const ETH = 'ETH/USDT:USDT'
export const SOL = 'SOL/USDT:USDT'

const instrument = (base: string, tickSize: string, lotSize: string): Snapshot['instruments'][number] => ({
  id: `${base}/USDT:USDT`,
  venue: 'binanceusdm',
  base,
  quote: 'USDT',
  tickSize,
  lotSize,
  minNotional: '5',
  makerFeeRate: '0.0002',
  takerFeeRate: '0.0005',
})

const BLOCKED: readonly (readonly [string, string])[] = [
  ['cooldown', 'position was closed 9 min ago, 15 min are required'],
  ['gross_exposure', 'exposure would be 2.14 × equity, limit 2.00'],
  ['weak_confluence', 'confluence 0.62 is below 1.00'],
  ['funding', 'funding 0.031 % against the side, limit 0.025 %'],
]
const STRATEGIES = ['imba-volatility-regime', 'trend-breakout', 'mean-reversion'] as const

type DeskInput = { readonly markets: ReadonlyMap<string, FakeMarket>; readonly minute: number; readonly nowMs: number }

const priceAt = ({ markets, minute }: DeskInput, id: string, minutesAgo = 0): number => markets.get(id)?.closeAt(minute - minutesAgo) ?? 0

/** Every 47 minutes one decision; every third is executed. */
function decisions(input: DeskInput, count: number): Decision[] {
  return Array.from({ length: count }, (_, i) => {
    const minutesAgo = (count - i) * 47
    const instrumentId = [BTC, ETH, SOL][i % 3] ?? BTC
    const buy = (i * 7) % 5 < 3
    const executed = i % 3 === 0
    const [reason, why] = BLOCKED[i % BLOCKED.length] ?? ['cooldown', '']
    const openMs = input.nowMs - minutesAgo * MINUTE_MS - ((input.nowMs - minutesAgo * MINUTE_MS) % (5 * MINUTE_MS))
    const base = instrumentId.split('/')[0] ?? ''
    return {
      id: `D${String(1000 + i)}`,
      tsMs: openMs + 5 * MINUTE_MS,
      strategyId: STRATEGIES[i % 3] ?? STRATEGIES[0],
      instrumentId,
      timeframe: '5m',
      direction: buy ? 'buy' : 'sell',
      strength: 0.4 + ((i * 13) % 50) / 100,
      outcome: executed ? 'executed' : 'blocked',
      reason: executed ? 'approved' : reason,
      summary: executed
        ? `${buy ? 'BUY' : 'SELL'} ${(0.011 + i / 1000).toFixed(3)} ${base}, confluence ${(1.1 + (i % 5) / 10).toFixed(2)}`
        : `${base}: ${why}`,
      candleOpenMs: openMs,
      price: priceAt(input, instrumentId, minutesAgo),
      confluence: null,
      regime: null,
    }
  })
}

function positions(input: DeskInput): Snapshot['positions'] {
  const btc = priceAt(input, BTC)
  const eth = priceAt(input, ETH)
  const entry = btc * 0.9915
  const short = eth * 1.004
  const target = (price: number, fraction: number, state: 'planned' | 'working' | 'filled') => ({
    price: price.toFixed(1),
    fraction,
    state,
  })
  return [
    {
      id: 'P1',
      instrumentId: BTC,
      strategyId: STRATEGIES[0],
      decisionId: 'D1036',
      side: 'long',
      quantity: '0.021',
      entryPrice: entry.toFixed(1),
      markPrice: btc,
      unrealizedPnl: (btc - entry) * 0.021,
      rMultiple: 1.06,
      liquidationPrice: entry * 0.82,
      stopPrice: (entry * 1.0005).toFixed(1),
      stopState: 'working',
      phase: 'protected',
      trailing: true,
      breakEvenDone: true,
      targets: [target(entry * 1.008, 0.4, 'filled'), target(entry * 1.016, 0.3, 'working'), target(entry * 1.024, 0.3, 'working')],
      openedMs: input.nowMs - 5 * HOUR_MS - 12 * MINUTE_MS,
      secondsUnprotected: 0.4,
      unprotectedSinceMs: null,
      incident: false,
    },
    {
      id: 'P2',
      instrumentId: ETH,
      strategyId: STRATEGIES[1],
      decisionId: 'D1037',
      side: 'short',
      quantity: '0.84',
      entryPrice: short.toFixed(2),
      markPrice: eth,
      unrealizedPnl: (short - eth) * 0.84 - 16.2,
      rMultiple: -0.32,
      liquidationPrice: short * 1.19,
      stopPrice: (short * 1.009).toFixed(2),
      stopState: 'working',
      phase: 'protected',
      trailing: false,
      breakEvenDone: false,
      targets: [target(short * 0.991, 0.5, 'working'), target(short * 0.982, 0.5, 'working')],
      openedMs: input.nowMs - 42 * MINUTE_MS,
      secondsUnprotected: 0.3,
      unprotectedSinceMs: null,
      incident: false,
    },
  ]
}

function orders(input: DeskInput, open: Snapshot['positions']): Snapshot['orders'] {
  return open.flatMap((position) => {
    const side = position.side === 'long' ? ('sell' as const) : ('buy' as const)
    const base = {
      instrumentId: position.instrumentId,
      strategyId: position.strategyId,
      positionId: position.id,
      decisionId: position.decisionId,
      side,
      filledQuantity: '0',
      averagePrice: null,
      reduceOnly: true,
      reason: null,
      createdMs: position.openedMs + 400,
      updatedMs: position.openedMs + 800,
    }
    const stop: Snapshot['orders'][number] = {
      ...base,
      clientOrderId: `${position.id}STOP`,
      purpose: 'stop',
      type: 'stop_market',
      timeInForce: 'gtc',
      quantity: position.quantity,
      limitPrice: null,
      triggerPrice: position.stopPrice,
      state: 'accepted',
    }
    const working = position.targets.filter((target) => target.state === 'working')
    const targets = working.map((target, i): Snapshot['orders'][number] => ({
      ...base,
      clientOrderId: `${position.id}T${i}`,
      purpose: 'target',
      type: 'limit',
      timeInForce: 'gtc',
      quantity: (Number(position.quantity) * target.fraction).toFixed(3),
      limitPrice: target.price,
      triggerPrice: null,
      state: position.id === 'P2' && i === 0 ? 'unknown' : 'accepted',
      reason: position.id === 'P2' && i === 0 ? 'no answer within 3 s; looking it up' : null,
      updatedMs: position.id === 'P2' && i === 0 ? input.nowMs - 4000 : base.updatedMs,
    }))
    return [stop, ...targets]
  })
}

const strategies = (): Snapshot['strategies'] => [
  {
    id: STRATEGIES[0],
    title: 'IMBA volatility regime',
    description: 'Five voters, weighted by regime',
    timeframe: '5m',
    source: 'bundled',
    state: 'running',
    message: '',
    signals: 42,
    executed: 14,
  },
  {
    id: STRATEGIES[1],
    title: 'Trend breakout',
    description: 'Donchian breakout with ADX filter',
    timeframe: '15m',
    source: 'bundled',
    state: 'running',
    message: '',
    signals: 17,
    executed: 6,
  },
  {
    id: STRATEGIES[2],
    title: 'Mean reversion',
    description: 'Bollinger fade in calm regimes',
    timeframe: '5m',
    source: 'bundled',
    state: 'paused',
    message: '',
    signals: 9,
    executed: 0,
  },
  {
    id: 'my-first-strategy',
    title: 'my-first-strategy',
    description: 'From the strategies folder',
    timeframe: '1h',
    source: 'user',
    state: 'faulted',
    message: 'onCandle: TypeError: features.ema is not a function (my-first-strategy.js:14)',
    signals: 0,
    executed: 0,
  },
]

const limits = (): Snapshot['risk']['limits'] => [
  { code: 'day_loss', title: 'Loss today', used: 0, limit: 0.02, unit: 'fraction' },
  { code: 'drawdown', title: 'Drawdown', used: 0.0231, limit: 0.2, unit: 'fraction' },
  { code: 'gross_exposure', title: 'Gross exposure', used: 0.47, limit: 2, unit: '× equity' },
]

function exits(input: DeskInput): Snapshot['exits'] {
  const closed = (at: { hoursAgo: number; netPnl: string; rMultiple: number; exitReason: string }): Snapshot['exits'][number] => ({
    positionId: `closed-${at.hoursAgo}`,
    decisionId: null,
    instrumentId: BTC,
    side: 'long',
    tsMs: input.nowMs - at.hoursAgo * HOUR_MS,
    price: priceAt(input, BTC).toFixed(1),
    netPnl: at.netPnl,
    rMultiple: at.rMultiple,
    exitReason: at.exitReason,
  })
  return [
    closed({ hoursAgo: 5, netPnl: '-21.4', rMultiple: -1.05, exitReason: 'stop' }),
    closed({ hoursAgo: 2, netPnl: '38.12', rMultiple: 1.7, exitReason: 'trailing_stop' }),
  ]
}

export function fakeSnapshot(
  input: DeskInput & { readonly startMs: number; readonly endMs: number; readonly kind: 'recorded' | 'live' },
): Snapshot {
  const open = positions(input)
  const unrealizedPnl = open.reduce((total, position) => total + position.unrealizedPnl, 0)
  return {
    sequence: 0,
    sessionId: 'S1',
    playbook: 'imba',
    marketMs: input.nowMs,
    instruments: [instrument('BTC', '0.1', '0.001'), instrument('ETH', '0.01', '0.001'), instrument('SOL', '0.001', '0.1')],
    lastPrices: { [BTC]: priceAt(input, BTC), [ETH]: priceAt(input, ETH), [SOL]: priceAt(input, SOL) },
    account: {
      tsMs: input.nowMs,
      balance: '10142.8812',
      equity: 10_142.88 + unrealizedPnl,
      available: 8912.4,
      marginUsed: 940.1,
      unrealizedPnl,
      dayPnl: 142.88 + unrealizedPnl,
      dayReturn: (142.88 + unrealizedPnl) / 10_000,
      weekReturn: 0.0217,
      drawdown: 0.0231,
      openRisk: 24.6,
      grossExposure: 4760,
      nextFundingMs: input.nowMs + 2 * HOUR_MS + 14 * MINUTE_MS,
    },
    risk: { tradingState: 'active', trips: [], limits: limits() },
    feed: {
      kind: input.kind,
      state: 'live',
      detail: 'Recorded market, BTC ETH SOL',
      lastEventMs: input.nowMs,
      gaps: 0,
      badCandles: 0,
      lastIncident: null,
    },
    playback: { kind: input.kind, playing: true, speed: 60, positionMs: input.nowMs, startMs: input.startMs, endMs: input.endMs },
    strategies: strategies(),
    positions: open,
    orders: orders(input, open),
    exits: exits(input),
    decisions: decisions(input, 40),
    alerts: [
      {
        code: 'strategy_faulted',
        severity: 'warning',
        message: 'my-first-strategy stopped: features.ema is not a function',
        tsMs: input.nowMs - 3 * HOUR_MS,
        instrumentId: null,
      },
      {
        code: 'session_started',
        severity: 'info',
        message: 'Session S1 started from the recorded market',
        tsMs: input.nowMs - 8 * HOUR_MS,
        instrumentId: null,
      },
    ].toReversed() as Snapshot['alerts'],
  }
}
