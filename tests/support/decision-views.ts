// Decisions with their whole trace in the form the screen gets them.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { BTC } from './fake-bridge.ts'

export type Detail = Output<'decision.detail'>
type RoundTrip = NonNullable<Detail['roundTrip']>
type Vote = Detail['trace']['signal']['votes'][number]
type Order = Detail['orders'][number]

const vote = (voter: string, direction: Vote['direction'], numbers: Omit<Vote, 'voter' | 'direction' | 'evidence'>): Vote => ({
  voter,
  direction,
  evidence: [],
  ...numbers,
})

/** The golden case of the confluence: 1.21625 before the adjustment and 1.4473375 after it. With a time, what the voters saw as well. */
export function votes(close: number, openTimeMs?: number): Vote[] {
  return goldenVotes(close).map((one) => (openTimeMs === undefined ? one : { ...one, evidence: evidenceOf(one.voter, close, openTimeMs) }))
}

function goldenVotes(close: number): Vote[] {
  return [
    vote('bb_squeeze', 'wait', { strength: 0, weight: 0.6, multiplier: 1, why: { bars_squeezed: 2, momentum: -12.4 } }),
    vote('vwap_pullback', 'buy', {
      strength: 0.45,
      weight: 0.7,
      multiplier: 1,
      why: { vwap: close * 0.996, low: close * 0.9962, ema_50: close * 0.994 },
    }),
    vote('cvd', 'buy', { strength: 0.85, weight: 0.8, multiplier: 1, why: { slope_z: 2.41, divergence: false } }),
    vote('volume_profile', 'buy', { strength: 0.55, weight: 0.75, multiplier: 1.3, why: { val: close * 0.998, poc: close * 1.006 } }),
    vote('rsi_mr', 'sell', { strength: 0.35, weight: 0.9, multiplier: 1, why: { rsi_14: 71.3, lowest: 64.2 } }),
    vote('obi', 'wait', { strength: 0, weight: 0.6, multiplier: 1, why: { unavailable: 'an order book in step' } }),
  ]
}

/** One of every kind of evidence among the voters, at places where the fake market has candles. */
export function evidenceOf(voter: string, close: number, openTimeMs: number): Vote['evidence'] {
  const bars = (count: number) => openTimeMs + count * 300_000
  switch (voter) {
    case 'vwap_pullback':
      return [
        { kind: 'features', label: 'VWAP and trend', names: ['vwap_day', 'ema_55'] },
        { kind: 'mark', label: 'pullback low', ms: openTimeMs, price: close * 0.9962 },
      ]
    case 'cvd':
      return [
        {
          kind: 'path',
          label: 'lower low, higher CVD',
          points: [
            { ms: bars(-18), price: close * 0.9975 },
            { ms: bars(-2), price: close * 0.996 },
          ],
        },
      ]
    case 'volume_profile':
      return [
        {
          kind: 'profile',
          label: 'last 24 h',
          fromMs: bars(-288),
          toMs: openTimeMs,
          low: close * 0.985,
          step: close * 0.0005,
          volumes: Array.from({ length: 50 }, (_, k) => 20 + 180 * Math.exp(-(((k - 29) / 9) ** 2)) + 14 * Math.sin(k * 1.7)),
          pointOfControl: close * 0.99975,
          valueHigh: close * 1.0045,
          valueLow: close * 0.995,
        },
      ]
    case 'rsi_mr':
      return [{ kind: 'level', label: 'swing high', price: close * 1.0052, fromMs: bars(-40) }]
    case 'bb_squeeze':
      return [{ kind: 'zone', label: 'squeeze', fromMs: bars(-30), toMs: bars(-16), low: close * 0.9955, high: close * 1.0025 }]
    default:
      return []
  }
}

const PASSED: Detail['trace']['risk'] = [
  {
    check: 'stop_required',
    passed: true,
    code: 'stop_required',
    message: 'stop on the losing side, 2.00 % away',
    numbers: { stop_distance: 0.02 },
  },
  {
    check: 'risk_per_trade',
    passed: true,
    code: 'risk_per_trade',
    message: '45.00 at risk, limit 50.00',
    numbers: { risk: 45, limit: 50 },
  },
  { check: 'day_loss', passed: true, code: 'day_loss', message: 'day at −0.21 %, limit −2 %', numbers: { day: -0.0021, limit: -0.02 } },
  {
    check: 'gross_exposure',
    passed: true,
    code: 'gross_exposure',
    message: '0.47 × equity, limit 2.00',
    numbers: { used: 0.47, limit: 2 },
  },
  { check: 'fresh_data', passed: true, code: 'fresh_data', message: 'newest event 0 s old', numbers: { age_ms: 0 } },
]
const DENIED: Detail['trace']['risk'][number] = {
  check: 'funding',
  passed: false,
  code: 'funding_against',
  message: 'funding 0.031 % against the side, limit 0.025 %',
  numbers: { funding_rate: 0.00031, limit: 0.00025 },
}

/** The checks of a decision that was blocked for this reason. */
export const deniedBy = (reason: string, message: string): Detail['trace']['risk'] => [
  ...PASSED.slice(0, 3),
  reason === 'funding' ? DENIED : { check: reason, passed: false, code: reason, message, numbers: {} },
  ...PASSED.slice(3),
]

const SIZING: Detail['trace']['sizing'] = [
  { step: 'risk_amount', factor: 0.005, valueBefore: 10_000, valueAfter: 50, note: '0.5 % of equity' },
  { step: 'stop_distance', factor: 50, valueBefore: 50, valueAfter: 2500, note: 'divided by the distance of the stop, 2 %' },
  { step: 'strength', factor: 0.9, valueBefore: 2500, valueAfter: 2250, note: '0.5 + 0.5 × strength 0.80' },
  { step: 'position_cap', factor: 1, valueBefore: 2250, valueAfter: 2250, note: 'limit 10 000' },
  { step: 'lot', factor: 0.996, valueBefore: 2250, valueAfter: 2241, note: 'rounded down to the lot 0.001' },
]

type Wanted = {
  readonly id: string
  readonly openTimeMs: number
  readonly close: number
  readonly outcome: 'executed' | 'blocked'
  readonly over?: Partial<Detail['trace']>
  readonly side?: 'buy' | 'sell'
  readonly previousId?: string | null
  readonly nextId?: string | null
}

const text = (price: number): string => price.toFixed(price > 10_000 ? 1 : price > 1000 ? 2 : 3)
/** A price this fraction ahead in the direction of the trade, or behind it when negative. */
const ahead = ({ close, side = 'buy' }: Wanted, fraction: number): number => close * (1 + (side === 'buy' ? fraction : -fraction))

/** A decision with its whole trace; executed ones have three orders, three fills and a closed round trip of +1.84 R. */
export function decisionDetail(wanted: Wanted): Detail {
  const { id, openTimeMs, close, outcome, side = 'buy', previousId = null, nextId = null } = wanted
  const executed = outcome === 'executed'
  const trace: Detail['trace'] = {
    id,
    tsMs: openTimeMs + 300_000,
    strategyId: 'imba-volatility-regime',
    instrumentId: BTC,
    timeframe: '5m',
    candle: { openTimeMs, open: ahead(wanted, -0.002), high: close * 1.0004, low: close * 0.9962, close, volume: 184.2 },
    signal: {
      direction: side,
      strength: 0.8,
      stopPrice: ahead(wanted, -0.02),
      chandelierDistance: null,
      votes: side === 'buy' ? votes(close, openTimeMs) : votes(close, openTimeMs).map(mirrored),
      why: { regime: 'trend', adx_14: 31.2, ema_21: ahead(wanted, -0.003) },
      regime: { classifier: 'imba-3', regime: 'trend', probability: 0.78, scores: { volatile: 0.1, trend: 0.78, flat: 0.12 } },
      confluence: { buy: 1.53125, sell: 0.315, before: 1.21625, after: 1.4473375, threshold: 1.2 },
      adjustments: [
        {
          name: 'fear_and_greed',
          factor: 1.19,
          why: { index: side === 'buy' ? 22 : 81, class: side === 'buy' ? 'Extreme Fear' : 'Extreme Greed' },
        },
      ],
      filters: [],
    },
    gates: [],
    sizing: SIZING,
    risk: executed ? PASSED : [...PASSED.slice(0, 3), DENIED, ...PASSED.slice(3)],
    outcome,
    reason: executed ? 'executed' : 'funding_against',
    summary: executed
      ? `${side.toUpperCase()} 0.019, confluence 1.45, stop 2.00 % away`
      : 'funding 0.031 % against the side, limit 0.025 %',
    entry: executed
      ? {
          clientOrderId: 'O1',
          quantity: '0.019',
          stopPrice: text(ahead(wanted, -0.02)),
          targets: [0.02, 0.04, 0.06].map((r) => text(ahead(wanted, r))),
        }
      : null,
    ...wanted.over,
  }
  const closed = executed ? tradesOf(wanted, trace) : { orders: [], fills: [], roundTrip: null }
  return { trace, ...closed, signalOutcome: null, previousId, nextId }
}

const mirrored = (one: Vote): Vote => ({ ...one, direction: one.direction === 'buy' ? 'sell' : one.direction === 'sell' ? 'buy' : 'wait' })

function tradesOf(wanted: Wanted, { instrumentId, strategyId }: Detail['trace']): Pick<Detail, 'orders' | 'fills' | 'roundTrip'> {
  const { id, openTimeMs, side = 'buy' } = wanted
  const decidedMs = openTimeMs + 300_000
  const entryPrice = text(ahead(wanted, 0.0002))
  const exitPrice = text(ahead(wanted, 0.02))
  const order = (change: Partial<Order>): Order => ({
    clientOrderId: 'O1',
    instrumentId,
    strategyId,
    positionId: 'P9',
    decisionId: id,
    purpose: 'entry',
    side,
    type: 'market',
    timeInForce: 'ioc',
    quantity: '0.019',
    filledQuantity: '0.019',
    limitPrice: null,
    triggerPrice: null,
    averagePrice: entryPrice,
    reduceOnly: false,
    state: 'filled',
    reason: null,
    createdMs: decidedMs,
    updatedMs: decidedMs + 240,
    ...change,
  })
  const exit = { side: side === 'buy' ? ('sell' as const) : ('buy' as const), reduceOnly: true, timeInForce: 'gtc' as const }
  const orders = [
    order({}),
    order({
      ...exit,
      clientOrderId: 'O2',
      purpose: 'stop',
      type: 'stop_market',
      triggerPrice: text(ahead(wanted, -0.02)),
      filledQuantity: '0',
      averagePrice: null,
      state: 'canceled',
      reason: 'position is closed',
      createdMs: decidedMs + 240,
    }),
    order({
      ...exit,
      clientOrderId: 'O3',
      purpose: 'target',
      type: 'limit',
      limitPrice: exitPrice,
      averagePrice: exitPrice,
      createdMs: decidedMs + 480,
    }),
  ]
  const fill = (change: Partial<Detail['fills'][number]>): Detail['fills'][number] => ({
    tradeId: 'T1',
    clientOrderId: 'O1',
    instrumentId,
    side,
    price: entryPrice,
    quantity: '0.012',
    fee: '0.70512',
    liquidity: 'taker',
    tsEventMs: decidedMs + 120,
    ...change,
  })
  const fills = [
    fill({}),
    fill({ tradeId: 'T2', quantity: '0.007', price: text(ahead(wanted, 0.0003)), fee: '0.41132' }),
    fill({
      tradeId: 'T3',
      clientOrderId: 'O3',
      side: exit.side,
      price: exitPrice,
      quantity: '0.019',
      fee: '0.45513',
      liquidity: 'maker',
      tsEventMs: decidedMs + 9_600_000,
    }),
  ]
  const roundTrip: RoundTrip = {
    positionId: 'P9',
    instrumentId,
    strategyId,
    decisionId: id,
    side: side === 'buy' ? 'long' : 'short',
    quantity: '0.019',
    entryPrice,
    exitPrice,
    openedMs: decidedMs + 120,
    closedMs: decidedMs + 9_600_000,
    grossPnl: '44.212',
    fees: '1.57157',
    funding: '-0.084',
    netPnl: '42.55643',
    rMultiple: 1.84,
    exitReason: 'target_reached',
    secondsUnprotected: 0.4,
  }
  return { orders, fills, roundTrip }
}
