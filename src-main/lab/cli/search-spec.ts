// The specifications of a search and of a walk-forward from the command line: the same that the forms of the page make.
import { type SearchInput, SearchSpec, type WalkForwardInput, WalkForwardSpec } from '../../../src-shared/config/lab.ts'
import { type SpecWorld, backtestFrom, optional, parsed, specFile } from './backtest-spec.ts'
import type { Call } from './command.ts'
import { UsageError } from './faults.ts'
import { SEARCH_OPTIONS, WALK_FORWARD_OPTIONS } from './spec-options.ts'
import { decimal, oneOf, range, whole } from './values.ts'

/** Throws UsageError for options, CommandFailure for what is not there. */
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
    ...validationFrom(call),
  }
  return parsed(SearchSpec, input)
}

function validationFrom(call: Call): Pick<SearchInput, 'validation'> {
  const folds = optional(call, 'folds', (text) => whole('folds', text, { min: 2, max: 20 }))
  const embargoFraction = optional(call, 'embargo', (text) => decimal('embargo', text, { min: 0, max: 0.2 }))
  const purgeDays = optional(call, 'purge', (text) => decimal('purge', text, { min: 0, max: 60 }))
  const alone = embargoFraction !== undefined ? 'embargo' : purgeDays !== undefined ? 'purge' : null
  if (folds === undefined && alone !== null) throw new UsageError(`--${alone} goes with --folds, which is missing`)
  return folds === undefined ? {} : { validation: { kind: 'purged-k-fold', folds, purgeDays, embargoFraction } }
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
