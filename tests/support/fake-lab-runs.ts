// The lab as the screen sees it when there is something to look at: a backtest and two others to compare it with, a search, a walk-forward, three
// checks, and runs that are under way, failed or were canceled. Everything comes from seeds, and figures agree with the trades they stand for.
import type { BridgeError, Output } from '../../src-shared/bridge/contract.ts'
import type { FakeBridge } from './fake-bridge.ts'
import { type FakeRun, fakeRow, fakeRun, type Report } from './fake-lab-report.ts'
import { fakeHeatMap, fakeStudy, fakeWalkForward, type Study, type WalkForward } from './fake-lab-search.ts'
import { answerRunJournals } from './fake-lab-journal.ts'
import { labMarket } from './fake-lab-trades.ts'

export type Check = Output<'lab.run.check'>
export type Job = Output<'lab.jobs'>[number]
type RunRow = Report['run']

/** Everything a test may look at or replace before a page asks. */
export type FakeResults = {
  readonly runs: Map<string, FakeRun>
  readonly studies: Map<string, Study>
  readonly walkForwards: Map<string, WalkForward>
  readonly checks: Map<string, Check>
  jobs: Job[]
}

export const WARNINGS: Report['warnings'] = [
  {
    code: 'one_trade',
    severity: 'critical',
    title: 'One trade makes the profit',
    detail: 'Without the best trade (P118, +231.40) the net profit of +214.12 would be −17.28.',
  },
  {
    code: 'few_trades',
    severity: 'warning',
    title: 'Too few trades',
    detail: '24 trades; below 30 a win rate of 54 % may as well be 35 % or 72 %.',
  },
  {
    code: 'data_gap',
    severity: 'warning',
    title: 'Trades on bad data',
    detail: '2 trades of SOL/USDT:USDT were open while 87 candles were missing (2025-02-11 00:00 to 01:26 UTC).',
  },
  { code: 'edge', severity: 'info', title: 'A parameter at its edge', detail: 'imba.cooldownBars is 24, the most it may be.' },
]

/** Half a year of trades each takes a while, and nothing changes them. */
let made: Pick<FakeResults, 'runs' | 'studies' | 'walkForwards' | 'checks'> | null = null

export function fakeResults(): FakeResults {
  made ??= makeResults()
  const { runs, studies, walkForwards, checks } = made
  return {
    runs: new Map(runs),
    studies: new Map(studies),
    walkForwards: new Map(walkForwards),
    checks: new Map(checks),
    jobs: [fakeJob({ id: 'J2', kind: 'search', title: 'IMBA, still searching', runId: 'S2', done: 34, total: 160, unit: 'trials' })],
  }
}

function makeResults(): Pick<FakeResults, 'runs' | 'studies' | 'walkForwards' | 'checks'> {
  const runs = [
    fakeRun({
      id: 'R1',
      title: 'IMBA, three coins, half a year',
      seed: 3,
      count: 240,
      edge: 0.44,
      warnings: WARNINGS.slice(2),
      deflated: { trials: 160, sharpe: 0.91, probability: 0.87 },
    }),
    fakeRun({
      id: 'R2',
      title: 'IMBA with wider stops',
      seed: 4,
      count: 180,
      edge: 0.42,
      spec: { leverage: 3, simulation: { slippage: { kind: 'depth' }, latencyMs: 250 } },
    }),
    fakeRun({ id: 'R3', title: 'IMBA, Bitcoin only', seed: 5, count: 24, edge: 0.56, instruments: ['BTC/USDT:USDT'], warnings: WARNINGS }),
    ...[1, 2, 3, 4, 5].map((n) =>
      fakeRun({ id: `W1-T${n}`, title: `IMBA, rolling, test ${n}`, parentId: 'W1', seed: 40 + n, count: 18, edge: 0.52 }),
    ),
  ]
  return {
    runs: new Map(runs.map((run) => [run.report.run.id, run])),
    studies: new Map(
      [fakeStudy(), fakeStudy({ id: 'S2', title: 'IMBA, still searching', trials: 34, state: 'running' })].map((one) => [one.run.id, one]),
    ),
    walkForwards: new Map([fakeWalkForward()].map((one) => [one.run.id, one])),
    checks: new Map(fakeChecks().map((one) => [one.run.id, one])),
  }
}

export const fakeJob = (over: Partial<Job>): Job => ({
  id: 'J1',
  kind: 'backtest',
  title: 'IMBA, three coins, half a year',
  state: 'running',
  done: 120_000,
  total: 260_640,
  unit: 'candles',
  createdMs: Date.UTC(2025, 6, 3, 9, 40),
  startedMs: Date.UTC(2025, 6, 3, 9, 40, 1),
  endedMs: null,
  msLeft: 74_000,
  message: 'walking through 2025-03-25',
  runId: null,
  resumable: false,
  ...over,
})

export function fakeChecks(): readonly Check[] {
  const of = (kind: RunRow['kind'], id: string, title: string, passed: boolean) => fakeRow({ id, title, kind, passed, hasJournal: false })
  const at = Date.UTC(2025, 2, 4, 10, 15)
  const difference = (n: number): Check['differences'][number] => ({
    tsMs: at + n * 3_600_000,
    instrumentId: 'BTC/USDT:USDT',
    strategyId: 'imba',
    input: ['ema_21', 'signal', 'pivot_high'][n % 3] ?? 'ema_21',
    full: n % 3 === 1 ? 'buy 0.62' : (104_212.4 + n).toFixed(1),
    cut: n % 3 === 1 ? 'nothing' : (104_198.1 + n).toFixed(1),
  })
  return [
    {
      run: of('look_ahead', 'C1', 'Look-ahead of IMBA', false),
      passed: false,
      compared: 200,
      differences: Array.from({ length: 42 }, (_, n) => difference(n)),
      summary: '42 of 200 decision times were not the same when the future was cut off: imba knew something it could not have known.',
    },
    {
      run: of('warm_up', 'C2', 'Warm-up of IMBA', true),
      passed: true,
      compared: 1840,
      differences: [],
      summary: '1840 values at 40 times: with a much longer history none is off by more than 0.0021 %.',
    },
    {
      run: of('parity', 'P1', 'Paper session of 2 July', false),
      passed: false,
      compared: 18_412,
      differences: [
        { tsMs: at, instrumentId: 'ETH/USDT:USDT', strategyId: 'imba', input: 'fill', full: '0.84 at 2,610.02', cut: '0.84 at 2,610.11' },
      ],
      summary: '1 of 18,412 decisions and fills differs between the session and the backtest.',
    },
  ]
}

const unknown = (runId: string): BridgeError => ({ code: 'not_found', message: `there is no run ${runId}` })
const wrongKind = (runId: string, kind: string): BridgeError => ({ code: 'refused', message: `run ${runId} is no ${kind}` })

/**
 * Answers everything that is asked about runs, and the questions to their journals. Runs of `listed` that are not among the results show what the
 * first result of their kind does, under their own name.
 */
export function answerLabRuns(
  bridge: FakeBridge,
  lab: FakeResults = fakeResults(),
  listed: () => readonly RunRow[] = () => [],
): FakeResults {
  const own = (): RunRow[] => [
    ...[...lab.runs.values()].map(({ report }) => report.run),
    ...[lab.studies, lab.walkForwards, lab.checks].flatMap((map) => [...map.values()].map(({ run }) => run)),
  ]
  const rowOf = (runId: string) => [...own(), ...listed()].find(({ id }) => id === runId)
  /** The result itself, or that of another run of the kind as its own. */
  const found = <T extends { readonly run: RunRow }>(results: readonly T[], runId: string, kind: string): T | BridgeError => {
    const row = rowOf(runId)
    if (!row) return unknown(runId)
    const exact = results.find(({ run }) => run.id === runId)
    const alike = results.find(({ run }) => run.kind === row.kind)
    return exact ?? (alike === undefined ? wrongKind(runId, kind) : { ...alike, run: row })
  }
  const trades = (runId: string) => (lab.runs.get(runId) ?? [...lab.runs.values()][0])?.trades.map(({ trip }) => trip) ?? []
  bridge.answer('lab.run', ({ runId }) => rowOf(runId) ?? unknown(runId))
  bridge.answer('lab.run.report', ({ runId }) =>
    found(
      [...lab.runs.values()].map(({ report }) => report),
      runId,
      'backtest',
    ),
  )
  bridge.answer('lab.run.trades', ({ runId, limit, offset }) => ({
    total: trades(runId).length,
    rows: trades(runId).slice(offset, offset + limit),
  }))
  bridge.answer('lab.run.study', ({ runId }) => found([...lab.studies.values()], runId, 'search'))
  bridge.answer('lab.run.heatMap', (asked) => fakeHeatMap(asked))
  bridge.answer('lab.run.walkForward', ({ runId }) => found([...lab.walkForwards.values()], runId, 'walk-forward'))
  bridge.answer('lab.run.check', ({ runId }) => found([...lab.checks.values()], runId, 'check'))
  bridge.answer('lab.run.export', ({ runId, format }) => ({
    fileName: `${runId}.${format}`,
    text: format === 'html' ? '<!doctype html><title>report</title>' : format === 'csv' ? 'position_id,net_pnl\n' : '{}',
  }))
  bridge.answer('lab.series.candles', ({ venue, instrumentId, timeframe, beforeMs, limit }) => {
    const market = labMarket(instrumentId)
    if (venue !== 'binanceusdm' || !market) return { code: 'not_found', message: `no candles of ${instrumentId} from ${venue}` }
    const bars = market.history({ timeframe, beforeMs: beforeMs ?? Number.MAX_SAFE_INTEGER, limit, cursor: market.minutes })
    return { instrumentId, timeframe, ...bars }
  })
  answerAdoption(bridge)
  answerRunJournals(bridge, lab.runs)
  return lab
}

function answerAdoption(bridge: FakeBridge): void {
  const now: Readonly<Record<string, number>> = { confluenceMin: 1.3, stopAtrMultiple: 2, cooldownBars: 9, volatileStrengthMin: 0.8 }
  bridge.answer('lab.adopt.preview', ({ parameters }) => {
    const changes = Object.entries(parameters).map(([name, to]) => {
      const [strategyId = '', parameter = ''] = name.split('.')
      return { strategyId, parameter, from: now[parameter] ?? 0, to, unit: parameter === 'cooldownBars' ? 'bars' : '' }
    })
    return { playbookId: 'imba-2', title: 'IMBA, adopted', changes: changes.filter(({ from, to }) => from !== to) }
  })
  bridge.answer('lab.adopt', () => ({ playbookId: 'imba-2' }))
}
