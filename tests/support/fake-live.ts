// Live trading as the screen gets it: the sheet, how it stands, the twin, orphans and the audit log, for tests of what shows them.
import type { Output, Payload } from '../../src-shared/bridge/contract.ts'
import { VENUES } from '../../src-shared/domain/venue.ts'
import { BTC, ETH, type FakeBridge, SOL } from './fake-bridge.ts'

export type Live = Payload<'live'>
export type Sheet = Output<'live.sheet'>
export type Health = NonNullable<Live['health']>
type Account = NonNullable<Live['account']>
type Evidence = Sheet['evidence'][number]
type AuditRow = Output<'journal.audit'>['rows'][number]

export const BINANCE: Account = { venue: 'binanceusdm', environment: 'live' }
const NO_ONE = { positions: 0, secondsMax: 0, incidents: 0 }
const SINCE_MS = Date.UTC(2025, 4, 28, 9)

export const liveOff = (message = ''): Live => ({
  state: 'off',
  account: null,
  sinceMs: null,
  message,
  health: null,
  unprotected: NO_ONE,
})

export const venueHealth = (over: Partial<Health> = {}): Health => ({
  ...BINANCE,
  state: 'live',
  detail: '',
  clockOffsetMs: -14,
  roundTripMs: 42.4,
  submitMsP50: 61.2,
  submitMsP99: 148,
  budget: { used: 412, limit: 2400, windowMs: 60_000, waiting: 0, bannedUntilMs: null },
  streams: [
    { name: 'user data', ageMs: 4_200, ageMsMax: 90_000 },
    { name: 'mark price', ageMs: 800, ageMsMax: 10_000 },
    { name: 'order answers', ageMs: 12_400, ageMsMax: 90_000 },
  ],
  reconnects: 1,
  lastSnapshotMs: SINCE_MS + 3_600_000,
  ...over,
})

export const liveView = (over: Partial<Live> = {}): Live => ({
  state: 'live',
  account: BINANCE,
  sinceMs: SINCE_MS,
  message: '',
  health: venueHealth(),
  unprotected: NO_ONE,
  ...over,
})

const evidence = (id: Evidence['id'], sentence: string, state: Evidence['state'] = 'ok'): Evidence => ({ id, state, sentence })

export const EVIDENCE: readonly Evidence[] = [
  evidence('keys', 'Binance USDT-M knows the key'),
  evidence('permissions', 'the key may trade and not withdraw; bound to an address'),
  evidence('clock', 'this clock and that of the venue are 14 ms apart'),
  evidence('feed', 'market data are live'),
  evidence('paper', '64 trades on paper over 12.4 days, deepest fall of the account 4.1 %'),
  evidence('look_ahead', 'the look-ahead check of 2025-05-27 found nothing'),
  evidence('journal', 'the journal is written and verified'),
  evidence('lease', 'no other program on this machine trades this account'),
]

/** The evidence above, with some of it as told. */
export const evidenceWith = (...changed: readonly Evidence[]): Evidence[] =>
  EVIDENCE.map((item) => changed.find(({ id }) => id === item.id) ?? item)

/** What forbids live trading before anything was set up. */
export const NOTHING_SET_UP: Evidence[] = evidenceWith(
  evidence('keys', 'no key for Binance USDT-M is stored; add one in the settings', 'missing'),
  evidence('permissions', 'not known without a key that works', 'missing'),
  evidence('clock', 'this clock and that of the venue are 1,312 ms apart, expected at most 500; set the clock of this machine', 'failed'),
  evidence('feed', 'the market on the screen is a recording; start with the live market', 'missing'),
  evidence('paper', '3 trades on paper over 0.4 days, expected 20 over 7 days', 'missing'),
  evidence('look_ahead', 'no look-ahead check of this playbook; run one in the lab', 'missing'),
)

export function liveSheet(account: Account = BINANCE, over: Partial<Sheet> = {}): Sheet {
  const { name } = VENUES[account.venue]
  const isReal = account.environment === 'live'
  return {
    ...account,
    venueName: name,
    playbook: { id: 'imba', title: 'IMBA' },
    strategies: ['IMBA: volatility regime', 'Trend breakout'],
    instruments: [BTC, ETH, SOL],
    leverage: 5,
    balance: '2512.40518',
    currency: 'USDT',
    limits: [
      { id: 'trade', sentence: 'at most 25.12 USDT lost per trade, before fees and slippage', amount: 25.12 },
      { id: 'day', sentence: 'at most 75.37 USDT lost per day, then no new trade until the next', amount: 75.37 },
      { id: 'week', sentence: 'at most 150.74 USDT lost per week, then no new trade until the next', amount: 150.74 },
      { id: 'drawdown', sentence: 'a fall of 376.86 USDT from the highest value closes everything', amount: 376.86 },
      { id: 'position', sentence: 'no position larger than 3,140.51 USDT', amount: 3140.51 },
      { id: 'gross', sentence: 'all positions together no larger than 7,537.22 USDT', amount: 7537.22 },
      { id: 'trades', sentence: 'at most 12 entries per day', amount: null },
    ],
    paper: { days: 12.4, trades: 64, winRate: 0.531, netPnl: 412.3, drawdownMax: 0.041 },
    evidence: [...EVIDENCE],
    consent: {
      hash: 'a'.repeat(64),
      sentence: `Orders go to ${name} without further questions, with ${isReal ? 'real money, which can be lost' : 'no real money'}. The limits above are the only thing that stops them.`,
      word: 'LIVE',
    },
    canArm: true,
    ...over,
  }
}

const side = (entryPrice: number, exitPrice: number, quantity: number, netPnl: number) => ({ entryPrice, exitPrice, quantity, netPnl })
const NO_GAP = { entry: 0, exit: 0, fees: 0, funding: 0, size: 0, total: 0 }

export function twin(count = 24): Output<'live.twin'> {
  const trades = Array.from({ length: count }, (_, i): Output<'live.twin'>['trades'][number] => {
    const [instrumentId = BTC, price = 104_200] =
      (
        [
          [BTC, 104_200.1],
          [ETH, 2_610.44],
          [SOL, 168.21],
        ] as const
      )[i % 3] ?? []
    const quantity = 250 / price
    const entry = -(((i * 7) % 13) - 3) / 20
    const exit = -(((i * 5) % 11) - 4) / 18
    const gap = { entry, exit, fees: -0.04, funding: i % 4 === 0 ? -0.01 : 0, size: i % 5 === 0 ? 0.21 : 0 }
    const total = gap.entry + gap.exit + gap.fees + gap.funding + gap.size
    const net = (((i * 37) % 61) - 24) / 4
    const live = i % 11 === 6 ? null : side(price, price * 1.004, Number(quantity.toFixed(3)), net + total)
    const paper = i % 13 === 9 ? null : side(price * 0.9999, price * 1.0041, Number(quantity.toFixed(3)), net)
    return {
      instrumentId,
      strategyId: ['imba-volatility-regime', 'trend-breakout'][i % 2] ?? '',
      side: i % 3 === 1 ? 'short' : 'long',
      openedMs: SINCE_MS + (count - i) * 900_000,
      live,
      paper,
      gap: live === null || paper === null ? null : { ...gap, total },
    }
  })
  const gaps = trades.flatMap(({ gap }) => (gap === null ? [] : [gap]))
  const sum = (key: keyof typeof NO_GAP) => gaps.reduce((total, gap) => total + gap[key], 0)
  return {
    sinceMs: SINCE_MS,
    pairs: gaps.length,
    onlyLive: trades.filter(({ paper }) => paper === null).length,
    onlyPaper: trades.filter(({ live }) => live === null).length,
    total: { entry: sum('entry'), exit: sum('exit'), fees: sum('fees'), funding: sum('funding'), size: sum('size'), total: sum('total') },
    trades,
  }
}
export const neverLive = (): Output<'live.twin'> => ({ sinceMs: null, pairs: 0, onlyLive: 0, onlyPaper: 0, total: NO_GAP, trades: [] })

export const orphans = (): Output<'control.orphans'> => ({
  orders: [
    {
      clientOrderId: 'TW-S41-118',
      instrumentId: BTC,
      side: 'sell',
      type: 'stop_market',
      quantity: '0.021',
      price: '101250.5',
      createdMs: SINCE_MS,
      ours: true,
    },
    {
      clientOrderId: 'web_7Hq2kd81',
      instrumentId: ETH,
      side: 'buy',
      type: 'limit',
      quantity: '0.4',
      price: '2410',
      createdMs: null,
      ours: false,
    },
  ],
})

const ACTS: readonly Omit<AuditRow, 'record' | 'tsMs'>[] = [
  {
    who: 'screen, this machine',
    action: 'live.arm',
    detail: 'paper → Binance USDT-M, acknowledged aaaaaaaaaaaa',
    before: 'paper',
    after: 'live',
    accepted: true,
  },
  {
    who: 'screen, this machine',
    action: 'set_trading_state',
    detail: 'halted (operator)',
    before: 'active',
    after: 'halted',
    accepted: true,
  },
  {
    who: 'operator',
    action: 'cancel_order',
    detail: 'TW-S41-77: order TW-S41-77 is the stop that protects BTC/USDT:USDT: move it, or close the position',
    before: null,
    after: null,
    accepted: false,
  },
  { who: 'engine', action: 'pause_strategy', detail: 'trend-breakout paused', before: 'running', after: 'paused', accepted: true },
]
export const auditRows = (count: number): AuditRow[] =>
  Array.from({ length: count }, (_, i) => {
    const act = ACTS[i % ACTS.length] ?? { who: '', action: '', detail: '', before: null, after: null, accepted: true }
    return { ...act, record: 5000 - i * 3, tsMs: SINCE_MS + (count - i) * 47_000 }
  })

/** Answers every question about live trading: the sheet is complete, nothing is an orphan, and arming begins to connect. */
export function answerLive(bridge: FakeBridge, acts = 240): void {
  const rows = auditRows(acts)
  bridge.answer('live.sheet', (account) => liveSheet(account))
  bridge.answer('live.arm', ({ venue, environment }) => {
    setTimeout(() => bridge.setLive(liveView({ state: 'connecting', account: { venue, environment }, health: null })))
    return {}
  })
  bridge.answer('live.disarm', () => {
    setTimeout(() => bridge.setLive(liveOff()))
    return {}
  })
  bridge.answer('live.twin', () => neverLive())
  bridge.answer('control.orphans', () => ({ orders: [] }))
  bridge.answer('orphans.clean', () => ({ asked: 1 }))
  bridge.answer('journal.audit', ({ limit, offset }) => ({ total: rows.length, rows: rows.slice(offset, offset + limit) }))
}
