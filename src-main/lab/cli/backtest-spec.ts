// The specification of a backtest from the command line: the same that the form of the page makes.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { z } from 'zod'
import { type BacktestInput, BacktestSpec } from '../../../src-shared/config/lab.ts'
import { describeIssues } from '../../../src-shared/config/describe-issue.ts'
import type { Playbook } from '../../../src-shared/config/playbook.ts'
import type { Settings } from '../../../src-shared/config/settings.ts'
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import { Playbooks, withSettings } from '../../engine/playbooks.ts'
import { applyParameters } from '../search/dimensions.ts'
import type { Call, OptionSpecs } from './command.ts'
import { CommandFailure, UsageError } from './faults.ts'
import { chosenInstruments } from './instruments.ts'
import { BACKTEST_OPTIONS } from './spec-options.ts'
import { assignment, commaList, decimal, instant, oneOf, timeframe, whole } from './values.ts'

/** What the options are read against. */
export type SpecWorld = { readonly dataDir: string; readonly settings: Settings; readonly passports: readonly DataPassport[] }

/** Throws UsageError for options, CommandFailure for what is not there. */
export function backtestSpec(call: Call, world: SpecWorld): BacktestSpec {
  const given = specFile(call, BACKTEST_OPTIONS)
  return given === null ? backtestFrom(call, world) : parsed(BacktestSpec, given)
}
/** From the options alone. Throws UsageError for them, CommandFailure for what is not there. */
export function backtestFrom(call: Call, world: SpecWorld): BacktestSpec {
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

/** What an option says, or undefined where it is left out. */
export const optional = <T>(call: Call, option: string, read: (text: string) => T): T | undefined => {
  const text = call.text(option)
  return text === undefined ? undefined : read(text)
}

/** A whole specification, which leaves no room for options that describe one; null where none was named. */
export function specFile(call: Call, options: OptionSpecs): unknown {
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

/** Throws UsageError that names the field, its value and what was expected. */
export function parsed<T>(schema: z.ZodType<T>, raw: unknown): T {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  throw new UsageError(describeIssues(result.error.issues, { raw, what: 'a part of a specification' }))
}
