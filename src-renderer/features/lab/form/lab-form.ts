// What the forms of the lab hold, as text: one draft for each playbook, shared by all tasks. Kept as it is, so it is checked when it is read.
import * as z from 'zod/mini'
import { LAB_METRIC_IDS, type LabMetricId } from '../../../../src-shared/domain/lab-metric.ts'
import { TIMEFRAMES } from '../../../../src-shared/domain/time.ts'
import type { LabTask } from '../../../stores/ui-store.ts'
import { NUMBER_FIELDS, NUMBER_KEYS, type NumberKey } from './number-fields.ts'
import { numberOf } from './number-text.ts'

const Metric = z.enum(LAB_METRIC_IDS as readonly [LabMetricId, ...LabMetricId[]])
const ParameterDraft = z.strictObject({
  mode: z.enum(['fixed', 'range']),
  value: z.string(),
  min: z.string(),
  max: z.string(),
  /** Empty for any value between. */
  step: z.string(),
  scale: z.enum(['linear', 'log']),
})
const TierDraft = z.strictObject({ volumeMin: z.string(), maker: z.string(), taker: z.string() })
const TermDraft = z.strictObject({ metric: Metric, weight: z.string() })

const LabForm = z.strictObject({
  venue: z.string(),
  timeframe: z.enum(TIMEFRAMES),
  detail: z.nullable(z.enum(TIMEFRAMES)),
  instruments: z.array(z.string()),
  /** First and last day, UTC. */
  from: z.string(),
  to: z.string(),
  /** Names of the user's own strategy files. */
  files: z.array(z.string()),
  initialBalance: z.string(),
  slippage: z.enum(['fixed', 'volatility', 'depth']),
  queue: z.enum(['last', 'volume']),
  fees: z.enum(['instrument', 'fixed', 'tiers']),
  tiers: z.array(TierDraft),
  funding: z.boolean(),
  method: z.enum(['grid', 'random', 'tpe']),
  pruner: z.enum(['none', 'median', 'halving']),
  /** Forms that were kept before there were folds have none. */
  validation: z._default(z.enum(['none', 'purged-k-fold']), 'none'),
  terms: z.array(TermDraft),
  walkMode: z.enum(['rolling', 'anchored']),
  check: z.enum(['look_ahead', 'warm_up']),
  sessionId: z.nullable(z.string()),
  numbers: z.record(z.string(), z.string()),
  /** By "strategy.parameter"; one that is not there stands at the playbook's value. */
  parameters: z.record(z.string(), ParameterDraft),
})
export type LabForm = z.output<typeof LabForm>
export type ParameterDraft = z.output<typeof ParameterDraft>
export type TierDraft = z.output<typeof TierDraft>
export type TermDraft = z.output<typeof TermDraft>

export type Task = LabTask
export const TASK_TITLE: Readonly<Record<Task, string>> = {
  walk_forward: 'Walk-forward',
  backtest: 'Backtest',
  search: 'Search',
  checks: 'Checks',
  parity: 'Parity',
}

/** A form that was kept, or null when another version wrote it. */
export function readForm(kept: unknown): LabForm | null {
  const parsed = LabForm.safeParse(kept)
  return parsed.success ? parsed.data : null
}

type DataChoice = Pick<LabForm, 'venue' | 'timeframe' | 'instruments' | 'from' | 'to'>

export const emptyForm = (data: DataChoice, parameters: LabForm['parameters']): LabForm => ({
  ...data,
  detail: null,
  files: [],
  initialBalance: '10000',
  slippage: 'fixed',
  queue: 'last',
  fees: 'instrument',
  tiers: [
    { volumeMin: '0', maker: '0.02', taker: '0.05' },
    { volumeMin: '15000000', maker: '0.016', taker: '0.04' },
  ],
  funding: true,
  method: 'tpe',
  pruner: 'none',
  validation: 'none',
  terms: [{ metric: 'sharpe', weight: '1' }],
  walkMode: 'rolling',
  check: 'look_ahead',
  sessionId: null,
  numbers: {},
  parameters,
})

/** The text of a number field. */
export const numberText = (form: LabForm, key: NumberKey): string => form.numbers[key] ?? NUMBER_FIELDS[key].initial

/** A number field that was checked before. */
export const numberAt = (form: LabForm, key: NumberKey): number => numberOf(numberText(form, key), NUMBER_FIELDS[key].percent) ?? Number.NaN

export const withNumber = (form: LabForm, key: NumberKey, text: string): LabForm => ({ ...form, numbers: { ...form.numbers, [key]: text } })

/** Number fields that the present choices use: the others are neither shown nor checked. */
export function usedNumbers(form: LabForm, task: Task): readonly NumberKey[] {
  if (task === 'parity') return []
  const unused = new Set<NumberKey>([
    ...unusedOf(form.slippage, { fixed: ['slippageFixed'], volatility: ['slippageShare'], depth: ['slippageSpread', 'slippageImpact'] }),
    ...unusedOf(form.queue, { last: [], volume: ['queueAhead'] }),
    ...unusedOf(form.fees, { instrument: [], fixed: ['feeMaker', 'feeTaker'], tiers: [] }),
    ...unusedOf(form.validation, { none: [], 'purged-k-fold': FOLD_NUMBERS }),
    ...unusedOf(prunerOf(form), { none: [], median: ['startupTrials', 'warmupSteps'], halving: ['reduction'] }),
    ...(task === 'checks' && form.check === 'look_ahead' ? [] : (['cuts'] as const)),
    ...(task === 'walk_forward' ? [] : WALK_NUMBERS),
    ...(task === 'walk_forward' || task === 'search' ? [] : SEARCH_NUMBERS),
  ])
  return NUMBER_KEYS.filter((key) => !unused.has(key))
}

/** Folds and pruning exclude each other. */
export const prunerOf = ({ pruner, validation }: LabForm): LabForm['pruner'] => (validation === 'none' ? pruner : 'none')

const FOLD_NUMBERS: readonly NumberKey[] = ['folds', 'foldPurgeDays', 'embargoFraction']
export const SEARCH_NUMBERS: readonly NumberKey[] = [
  'trials',
  'searchSeed',
  'workers',
  'tradesMin',
  'startupTrials',
  'warmupSteps',
  'reduction',
  ...FOLD_NUMBERS,
]
const WALK_NUMBERS: readonly NumberKey[] = ['trainDays', 'validateDays', 'testDays', 'candidates', 'purgeDays', 'embargoDays']

const unusedOf = <Kind extends string>(chosen: Kind, fields: Readonly<Record<Kind, readonly NumberKey[]>>): readonly NumberKey[] =>
  (Object.keys(fields) as Kind[]).filter((kind) => kind !== chosen).flatMap((kind) => fields[kind])
