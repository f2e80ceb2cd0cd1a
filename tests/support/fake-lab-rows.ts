// Runs as the list shows them: every kind, every state, results that are good, bad and not to be told.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { DAY_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { FAKE_DATA_END_MS } from './fake-lab-series.ts'

export type FakeRun = Output<'lab.runs'>['rows'][number]

const KINDS: readonly FakeRun['kind'][] = [
  'backtest',
  'walk_forward',
  'backtest',
  'search',
  'backtest',
  'look_ahead',
  'backtest',
  'parity',
  'search',
  'warm_up',
]
const PLAYBOOKS = ['imba', 'trend', 'validated-quant'] as const
const TITLES: Readonly<Record<string, string>> = { imba: 'IMBA', trend: 'Trend', 'validated-quant': 'Validated quant' }

/** Newest first. Every sixth backtest belongs to the walk-forward before it. */
export const fakeRuns = (count: number): FakeRun[] => Array.from({ length: count }, (_, at) => fakeRun(at))

export function fakeRun(at: number): FakeRun {
  const kind = KINDS[at % KINDS.length] ?? 'backtest'
  const playbookId = PLAYBOOKS[at % 3] ?? 'imba'
  const days = 30 + ((at * 37) % 300)
  const toMs = FAKE_DATA_END_MS - (at % 5) * DAY_MS
  const state = at === 4 ? 'canceled' : at === 6 ? 'failed' : 'done'
  const isCheck = kind === 'look_ahead' || kind === 'warm_up' || kind === 'parity'
  return {
    id: `R${String(1000 - at)}`,
    kind,
    parentId: at % 12 === 2 ? 'R999' : null,
    title: `${TITLES[playbookId]} on ${at % 2 === 0 ? 'BTC, ETH' : 'BTC'}`,
    note: at === 1 ? 'Before the wider stop' : '',
    playbookId,
    instruments: at % 2 === 0 ? ['BTC/USDT:USDT', 'ETH/USDT:USDT'] : ['BTC/USDT:USDT'],
    timeframe: '1m',
    fromMs: toMs - days * DAY_MS,
    toMs,
    state,
    createdMs: FAKE_DATA_END_MS - at * 97 * MINUTE_MS,
    seconds: state === 'done' ? 1.2 + ((at * 7) % 40) : null,
    codeVersion: '0.2.0',
    seed: 1,
    metrics: isCheck || state !== 'done' ? {} : metricsOf(at),
    passed: isCheck ? at % 4 !== 1 : null,
    hasJournal: kind === 'backtest',
  }
}

function metricsOf(at: number): FakeRun['metrics'] {
  const good = ((at * 13) % 29) / 29 - 0.4
  return {
    net_pnl: good * 3200,
    total_return: good * 0.32,
    cagr: good * 0.61,
    max_drawdown: 0.04 + ((at * 5) % 17) / 100,
    sharpe: at % 9 === 8 ? null : good * 3.1,
    sortino: at % 9 === 8 ? null : good * 4.4,
    profit_factor: at % 9 === 8 ? null : 1 + good,
    expectancy_r: good * 0.4,
    win_rate: 0.34 + good * 0.2,
    trades: 12 + ((at * 31) % 240),
    fees: 80 + at,
    holding_ms: 4_200_000 + at * 60_000,
    max_drawdown_days: 4 + (at % 30),
  }
}
