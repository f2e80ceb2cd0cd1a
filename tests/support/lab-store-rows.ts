// Rows to put into a lab store, and a whole search written step by step.
import type { JobView, NewRun, NewTrial, RunResult } from '../../src-main/adapters/lab-store/rows.ts'
import type { LabStore } from '../../src-main/adapters/lab-store/store.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { type DataPassport, seriesIdOf } from '../../src-shared/domain/series.ts'

export const START_MS = Date.UTC(2026, 0, 1)

const REF = { venue: 'binanceusdm', instrumentId: instrumentId('BTC/USDT:USDT'), kind: 'candles', timeframe: '1m' } as const

export const passport = (contentHash = 'ab'.repeat(32)): DataPassport => ({
  id: seriesIdOf(REF),
  ref: REF,
  sources: [{ kind: 'file', name: 'BTCUSDT-1m-2026-01.zip', importedMs: START_MS, rows: 1440, sha256: 'cd'.repeat(32) }],
  rows: 1440,
  fromMs: START_MS,
  toMs: START_MS + 1439 * 60_000,
  missing: 0,
  gaps: [],
  duplicates: 0,
  conflicts: 0,
  refused: 0,
  outliersMs: [],
  zeroVolume: 3,
  crossChecks: [],
  contentHash,
  instrumentFrom: 'venue',
})

export const newRun = (changes: Partial<NewRun> = {}): NewRun => ({
  kind: 'backtest',
  parentId: null,
  title: 'IMBA on BTC',
  playbookId: 'imba',
  instruments: ['BTC/USDT:USDT'],
  timeframe: '1m',
  fromMs: START_MS,
  toMs: START_MS + 86_400_000,
  codeVersion: '0.1.0+abcdef',
  seed: 7,
  spec: { version: 1, playbook: { id: 'imba', strategies: [{ id: 'imba', parameters: { minScore: 2.5 } }] }, leverage: 5 },
  passports: [passport()],
  ...changes,
})

export const result = (changes: Partial<RunResult> = {}): RunResult => ({
  state: 'done',
  seconds: 1.5,
  metrics: { sharpe: 1.25, trades: 42, profit_factor: null },
  passed: null,
  hasJournal: false,
  artefacts: {},
  ...changes,
})

export const trial = (number: number, changes: Partial<NewTrial> = {}): NewTrial => ({
  number,
  state: 'done',
  parameters: { 'imba.minScore': 2 + number / 10 },
  objective: number / 2,
  metrics: { sharpe: number / 2 },
  seconds: 0.25,
  worker: 'local-1',
  message: '',
  intermediate: [
    { step: 1, value: 0.1 },
    { step: 2, value: null },
  ],
  dailyReturns: null,
  ...changes,
})

export const job = (id: string, changes: Partial<JobView> = {}): JobView => ({
  id,
  kind: 'search',
  title: 'Search over IMBA',
  state: 'running',
  done: 0,
  total: 100,
  unit: 'trials',
  createdMs: START_MS,
  startedMs: START_MS,
  endedMs: null,
  msLeft: null,
  message: '',
  runId: null,
  resumable: true,
  ...changes,
})

/** A search with a backtest of its best trial, write by write: run-1 is the search, run-2 the backtest. */
export const CRASH_STEPS: readonly ((store: LabStore) => unknown)[] = [
  (store) => store.saveJob(job('j', { state: 'queued' }), { trials: 2 }),
  (store) => store.createRun(newRun({ kind: 'search' })),
  (store) => store.saveJob(job('j', { runId: 'run-1' })),
  (store) => store.putTrial('run-1', trial(0, { state: 'running', objective: null })),
  (store) => store.putTrial('run-1', trial(0, { dailyReturns: new Float64Array([0.25, -0.5]) })),
  (store) => store.saveState('run-1', { drawn: 1 }),
  (store) =>
    store.atomically(() => {
      store.putTrial('run-1', trial(1, { state: 'pruned' }))
      store.saveState('run-1', { drawn: 2 })
    }),
  (store) => store.createRun(newRun({ parentId: 'run-1' })),
  (store) => store.makeRunFolder('run-2'),
  (store) => store.finishRun('run-2', result({ artefacts: { report: { equity: Array.from({ length: 999 }, () => 1 / 3) } } })),
  (store) => store.finishRun('run-1', result({ artefacts: { study: { best: 0 } } })),
  (store) => store.note('run-1', 'worth a walk-forward'),
  (store) => store.saveJob(job('j', { runId: 'run-1', state: 'done', endedMs: START_MS })),
  (store) => store.deleteRun('run-2'),
]
