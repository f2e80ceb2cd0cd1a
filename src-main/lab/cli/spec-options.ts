// The options that describe a backtest, a search and a walk-forward, and the specifications they make: the same that the page makes.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { z } from 'zod'
import {
  type BacktestInput,
  BacktestSpec,
  type SearchInput,
  SearchSpec,
  type WalkForwardInput,
  WalkForwardSpec,
} from '../../../src-shared/config/lab.ts'
import { describeIssues } from '../../../src-shared/config/describe-issue.ts'
import type { Playbook } from '../../../src-shared/config/playbook.ts'
import type { Settings } from '../../../src-shared/config/settings.ts'
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import { Playbooks, withSettings } from '../../engine/playbooks.ts'
import { applyParameters } from '../search/dimensions.ts'
import type { Call, OptionSpecs } from './command.ts'
import { CommandFailure, UsageError } from './faults.ts'
import { chosenInstruments } from './instruments.ts'
import { assignment, commaList, decimal, instant, oneOf, range, timeframe, whole } from './values.ts'

export const BACKTEST_OPTIONS: OptionSpecs = {
  playbook: { value: 'ID', help: 'playbook to run (default: that of the settings)' },
  from: { value: 'DAY', help: 'first moment of trading, UTC: 2025-05-10 or 2025-05-10T13:30' },
  to: { value: 'DAY', help: 'end of trading, not included' },
  symbols: { value: 'LIST', help: 'such as BTCUSDT,ETHUSDT (default: the universe of the playbook, or all with data)' },
  timeframe: { value: 'TF', help: 'base candles: 1m, 5m, 15m, 1h, 4h, 1d (default 1m)' },
  detail: { value: 'TF', help: 'finer candles that are walked inside a base candle that touches an order' },
  venue: { value: 'ID', help: 'venue of the data (default binanceusdm)' },
  'warmup-days': { value: 'N', help: 'days before --from that warm the indicators (default 60)' },
  balance: { value: 'AMOUNT', help: 'money to begin with (default 10000)' },
  leverage: { value: 'X', help: 'leverage of the account (default 5)' },
  set: { value: 'S.P=N', multiple: true, help: 'a parameter of a strategy, such as imba.minScore=0.6' },
  file: { value: 'FILE', multiple: true, help: 'a strategy file of your own, beside those of the playbook' },
  seed: { value: 'N', help: 'draws the jitter of the latency (default 1)' },
  latency: { value: 'MS', help: 'one way, to the venue or back (default 120)' },
  'latency-jitter': { value: 'MS', help: 'up to this much more, drawn from the seed (default 0)' },
  slippage: { value: 'MODEL', help: 'fixed:BP, volatility:SHARE or depth:BP,IMPACT (default fixed:1)' },
  participation: { value: 'SHARE', help: 'largest share of a candle’s volume one order may take (default 0.1)' },
  queue: { value: 'MODEL', help: 'last, or volume:MULTIPLE for a place in the queue (default last)' },
  'fee-maker': { value: 'RATE', help: 'fixed fee rates instead of those of the instrument, such as 0.0002' },
  'fee-taker': { value: 'RATE', help: 'goes with --fee-maker' },
  'no-funding': { help: 'leave out the funding that the data holds' },
  spec: { value: 'FILE', help: 'the whole specification as JSON, instead of the options above' },
}

const SEARCH_ONLY: OptionSpecs = {
  dimension: { value: 'S.P=MIN:MAX', multiple: true, help: 'what is searched over, with :STEP or :log behind it' },
  method: { value: 'NAME', help: 'grid, random or tpe (default tpe)' },
  trials: { value: 'N', help: 'trials at most (default 100)' },
  metric: { value: 'ID', multiple: true, help: 'what is aimed at, with =WEIGHT behind it (default sharpe)' },
  'trades-min': { value: 'N', help: 'a trial with fewer trades is worst (default 20)' },
  pruner: { value: 'NAME', help: 'none, median or halving (default none)' },
  'search-seed': { value: 'N', help: 'draws the trials (default 1)' },
  workers: { value: 'N', help: 'threads; 0 is one less than there are cores (default 0)' },
}
export const SEARCH_OPTIONS: OptionSpecs = { ...SEARCH_ONLY, ...BACKTEST_OPTIONS }

const WALK_FORWARD_ONLY: OptionSpecs = {
  mode: { value: 'NAME', help: 'rolling or anchored (default rolling)' },
  'train-days': { value: 'N', help: 'days of training (default 180)' },
  'validate-days': { value: 'N', help: 'days on which the best few of the training are compared; 0 for none (default 30)' },
  'test-days': { value: 'N', help: 'days of each test (default 30)' },
  candidates: { value: 'N', help: 'how many of the best are compared (default 5)' },
  'purge-days': { value: 'N', help: 'days cut off before what follows (default 1)' },
  'embargo-days': { value: 'N', help: 'days left out after a test before training (default 1)' },
}
export const WALK_FORWARD_OPTIONS: OptionSpecs = { ...WALK_FORWARD_ONLY, ...SEARCH_OPTIONS }

/** What the options are read against. */
export type SpecWorld = { readonly dataDir: string; readonly settings: Settings; readonly passports: readonly DataPassport[] }

/** Throws UsageError for options, CommandFailure for what is not there. */
export function backtestSpec(call: Call, world: SpecWorld): BacktestSpec {
  const given = specFile(call, BACKTEST_OPTIONS)
  return given === null ? backtestFrom(call, world) : parsed(BacktestSpec, given)
}
export function searchSpec(call: Call, world: SpecWorld): SearchSpec {
  const given = specFile(call, SEARCH_OPTIONS)
  return given === null ? searchFrom(call, world) : parsed(SearchSpec, given)
}
export function walkForwardSpec(call: Call, world: SpecWorld): WalkForwardSpec {
  const given = specFile(call, WALK_FORWARD_OPTIONS)
  if (given !== null) return parsed(WalkForwardSpec, given)
  const days = (option: string, bounds: { min: number; max: number }): number | undefined =>
    optional(call, option, (text) => whole(option, text, bounds))
  const input: WalkForwardInput = {
    search: searchFrom(call, world),
    mode: optional(call, 'mode', (text) => oneOf('mode', text, ['rolling', 'anchored'])),
    trainDays: days('train-days', { min: 1, max: 5000 }),
    validateDays: days('validate-days', { min: 0, max: 5000 }),
    testDays: days('test-days', { min: 1, max: 5000 }),
    candidates: days('candidates', { min: 1, max: 50 }),
    purgeDays: optional(call, 'purge-days', (text) => decimal('purge-days', text, { min: 0, max: 60 })),
    embargoDays: optional(call, 'embargo-days', (text) => decimal('embargo-days', text, { min: 0, max: 60 })),
  }
  return parsed(WalkForwardSpec, input)
}

function searchFrom(call: Call, world: SpecWorld): SearchSpec {
  const count = (option: string, bounds: { min: number; max: number }): number | undefined =>
    optional(call, option, (text) => whole(option, text, bounds))
  const dimensions = call.texts('dimension').map((text) => range('dimension', text))
  if (dimensions.length === 0) throw new UsageError('--dimension is missing, expected at least one such as imba.minScore=0.4:0.8:0.05')
  const terms = call.texts('metric').map(termOf)
  const tradesMin = count('trades-min', { min: 0, max: 100_000 })
  const pruner = optional(call, 'pruner', (text) => oneOf('pruner', text, ['none', 'median', 'halving'] as const))
  const input: SearchInput = {
    backtest: backtestFrom(call, world),
    dimensions,
    method: optional(call, 'method', (text) => oneOf('method', text, ['grid', 'random', 'tpe'])),
    trials: count('trials', { min: 1, max: 100_000 }),
    seed: count('search-seed', { min: 0, max: 2 ** 32 - 1 }),
    workers: count('workers', { min: 0, max: 64 }),
    objective: { terms: terms.length === 0 ? [{ metric: 'sharpe' }] : terms, ...(tradesMin === undefined ? {} : { tradesMin }) },
    ...(pruner === undefined ? {} : { pruner: { kind: pruner } }),
  }
  return parsed(SearchSpec, input)
}

type Term = NonNullable<SearchInput['objective']>['terms'][number]
/** The schema knows the metrics, and says so when this is none of them. */
function termOf(text: string): Term {
  const [metric = '', weight] = text.split('=', 2)
  return {
    metric: metric as Term['metric'],
    ...(weight === undefined ? {} : { weight: decimal('metric', weight, { min: -1000, max: 1000 }) }),
  }
}

function backtestFrom(call: Call, world: SpecWorld): BacktestSpec {
  const from = call.text('from')
  const to = call.text('to')
  if (from === undefined || to === undefined)
    throw new UsageError(`--${from === undefined ? 'from' : 'to'} is missing, expected a day such as 2025-05-10`)
  const period = { fromMs: instant('from', from), toMs: instant('to', to) }
  if (period.toMs <= period.fromMs)
    throw new UsageError(`--to is ${JSON.stringify(to)}, expected a time after --from ${JSON.stringify(from)}`)
  const playbook = playbookOf(call, world)
  const venue = call.text('venue') ?? 'binanceusdm'
  const base = optional(call, 'timeframe', (text) => timeframe('timeframe', text)) ?? '1m'
  const wanted = optional(call, 'symbols', (text) => commaList('symbols', text)) ?? null
  const input: BacktestInput = {
    playbook,
    files: call.texts('file').map((file) => ({ name: path.basename(file), source: readText(file, 'strategy file') })),
    data: {
      venue,
      instruments: [...chosenInstruments(world.passports, { wanted, universe: playbook.universe, venue, timeframe: base, ...period })],
      timeframe: base,
      detail: optional(call, 'detail', (text) => timeframe('detail', text)),
      ...period,
      warmupDays: optional(call, 'warmup-days', (text) => whole('warmup-days', text, { min: 0, max: 2000 })),
    },
    initialBalance: call.text('balance'),
    leverage: optional(call, 'leverage', (text) => decimal('leverage', text, { min: 1, max: 125 })),
    simulation: simulationFrom(call),
  }
  return withParameters(parsed(BacktestSpec, input), call.texts('set'))
}

function playbookOf(call: Call, { dataDir, settings }: SpecWorld): Playbook {
  const playbooks = new Playbooks(dataDir, settings)
  const id = call.text('playbook') ?? settings.playbook
  const found = playbooks.list().find(({ playbook }) => playbook.id === id)
  if (found !== undefined) return withSettings(found.playbook, settings)
  const plan = playbooks.plan(id)
  throw new UsageError(plan.ok ? `playbook "${id}" cannot be used` : plan.error)
}

function simulationFrom(call: Call): NonNullable<BacktestInput['simulation']> {
  const count = (option: string, max: number): number | undefined => optional(call, option, (text) => whole(option, text, { min: 0, max }))
  const maker = optional(call, 'fee-maker', (text) => decimal('fee-maker', text, { min: -0.01, max: 0.05 }))
  const taker = optional(call, 'fee-taker', (text) => decimal('fee-taker', text, { min: 0, max: 0.05 }))
  if ((maker === undefined) !== (taker === undefined))
    throw new UsageError('--fee-maker and --fee-taker go together, but only one was given')
  return {
    seed: count('seed', 2 ** 32 - 1),
    latencyMs: count('latency', 60_000),
    latencyJitterMs: count('latency-jitter', 60_000),
    slippage: optional(call, 'slippage', slippageOf),
    participationMax: optional(call, 'participation', (text) => decimal('participation', text, { min: 0.000_001, max: 1 })),
    queue: optional(call, 'queue', queueOf),
    ...(maker === undefined || taker === undefined ? {} : { fees: { kind: 'fixed', maker, taker } }),
    funding: !call.flag('no-funding'),
  }
}

function slippageOf(text: string): NonNullable<NonNullable<BacktestInput['simulation']>['slippage']> {
  const [kind = '', values = ''] = text.split(':', 2)
  const [first = '', second = ''] = values.split(',', 2)
  switch (oneOf('slippage', kind, ['fixed', 'volatility', 'depth'])) {
    case 'fixed':
      return { kind: 'fixed', basisPoints: decimal('slippage', first, { min: 0, max: 500 }) }
    case 'volatility':
      return { kind: 'volatility', share: decimal('slippage', first, { min: 0, max: 1 }) }
    case 'depth':
      return {
        kind: 'depth',
        basisPoints: decimal('slippage', first, { min: 0, max: 500 }),
        ...(second === '' ? {} : { impact: decimal('slippage', second, { min: 0, max: 10 }) }),
      }
  }
}

function queueOf(text: string): NonNullable<NonNullable<BacktestInput['simulation']>['queue']> {
  const [kind = '', ahead] = text.split(':', 2)
  if (oneOf('queue', kind, ['last', 'volume']) === 'last') return { kind: 'last' }
  return { kind: 'volume', ...(ahead === undefined ? {} : { ahead: decimal('queue', ahead, { min: 0, max: 100 }) }) }
}

function withParameters(spec: BacktestSpec, assignments: readonly string[]): BacktestSpec {
  const applied = applyParameters(spec, Object.fromEntries(assignments.map((text) => assignment('set', text))))
  if (!applied.ok) throw new UsageError(`--set: ${applied.error}`)
  return applied.value
}

// ---- helpers -------------------------------------------------------------------------------------------------------

const optional = <T>(call: Call, option: string, read: (text: string) => T): T | undefined => {
  const text = call.text(option)
  return text === undefined ? undefined : read(text)
}

/** A whole specification, which leaves no room for options that describe one. */
function specFile(call: Call, options: OptionSpecs): unknown {
  const file = call.text('spec')
  if (file === undefined) return null
  const other = Object.keys(options).find((option) => option !== 'spec' && (call.texts(option).length > 0 || call.flag(option)))
  if (other !== undefined) throw new UsageError(`--${other} goes with no --spec, which says everything`)
  try {
    return JSON.parse(readText(file, 'specification'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new CommandFailure(`specification ${file} is not valid JSON: ${error.message}`)
  }
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CommandFailure(`${what} ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parsed<T>(schema: z.ZodType<T>, raw: unknown): T {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  throw new UsageError(describeIssues(result.error.issues, { raw, what: 'a part of a specification' }))
}
