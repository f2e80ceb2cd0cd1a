// From a form to the spec that is sent, or to what is wrong with it, field by field. The last word has the schema the lab checks with.
import { type BacktestInput, BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../../src-shared/config/lab.ts'
import { Playbook } from '../../../../src-shared/config/playbook.ts'
import { type Choices, type LabParameter, chosenStrategies, dataReport, draftOf, parametersOf } from './choices.ts'
import { dataFaults } from './data-faults.ts'
import { type Faults, faultsOfIssues } from './faults.ts'
import { foldFault } from './folds.ts'
import { type LabForm, type Task, numberAt, numberText, usedNumbers } from './lab-form.ts'
import { NUMBER_FIELDS, type NumberKey } from './number-fields.ts'
import { faultOf, numberOf } from './number-text.ts'
import { searchDimensions } from './search-dimensions.ts'
import { searchInput, walkForwardInput } from './search-input.ts'
import { windowFault } from './walk-windows.ts'

/** Which command takes it is decided by the task and, for checks, by the form. */
export type LabSpec =
  | { readonly task: 'backtest' | 'checks'; readonly spec: BacktestSpec }
  | { readonly task: 'search'; readonly spec: SearchSpec }
  | { readonly task: 'walk_forward'; readonly spec: WalkForwardSpec }
export type Built = { readonly ok: true; readonly value: LabSpec } | { readonly ok: false; readonly faults: Faults }
export type SpecTask = Exclude<Task, 'parity'>

/** Everything that is wrong at once, or a spec the schema has accepted. */
export function buildSpec(task: SpecTask, form: LabForm, choices: Choices): Built {
  const playbook = Playbook.safeParse(choices.playbook.playbook)
  if (!playbook.success)
    return refused({ playbook: `The playbook "${choices.playbook.title}" cannot be used: ${playbook.error.issues[0]?.message ?? ''}` })
  const faults: Faults = {
    ...numberFaults(form, task),
    ...dataFaults(form, choices),
    ...parameterFaults(form, choices),
    ...textFaults(form),
  }
  const search = task === 'search' || task === 'walk_forward' ? searchDimensions(form, choices) : null
  const { trading } = dataReport(choices.series, form)
  const windows = task === 'walk_forward' ? windowFault(form, trading) : null
  const folds = search === null ? null : foldFault({ form, task, trading })
  const all = {
    ...faults,
    ...search?.faults,
    ...(windows === null || faults['trainDays'] !== undefined ? {} : { trainDays: windows }),
    ...(folds === null || windows !== null ? {} : { folds }),
  }
  if (Object.keys(all).length > 0) return refused(all)
  const backtest = backtestInput({ form, choices, playbook: playbook.data })
  if (search === null) return checked(task, BacktestSpec.safeParse(backtest), form)
  const searchSpec = searchInput(form, { backtest, dimensions: search.dimensions })
  if (task === 'search') return checked(task, SearchSpec.safeParse(searchSpec), form)
  return checked(task, WalkForwardSpec.safeParse(walkForwardInput(form, searchSpec)), form)
}

const refused = (faults: Faults): Built => ({ ok: false, faults })

type Parsed =
  | ReturnType<typeof BacktestSpec.safeParse>
  | ReturnType<typeof SearchSpec.safeParse>
  | ReturnType<typeof WalkForwardSpec.safeParse>

function checked(task: SpecTask, parsed: Parsed, form: LabForm): Built {
  if (!parsed.success) return refused(faultsOfIssues(task, parsed.error.issues, form))
  // Each task is parsed by its own schema just above.
  return { ok: true, value: { task, spec: parsed.data } as LabSpec }
}

function numberFaults(form: LabForm, task: Task): Faults {
  const found = usedNumbers(form, task).flatMap((key) => {
    const fault = faultOf(NUMBER_FIELDS[key].title, numberText(form, key), NUMBER_FIELDS[key])
    return fault === null ? [] : [[key, fault] as const]
  })
  return Object.fromEntries(found)
}

/** Fixed values only: ranges are checked with the search. */
function parameterFaults(form: LabForm, choices: Choices): Faults {
  const found = parametersOf(chosenStrategies(choices, form)).flatMap(({ name, parameter }) => {
    const { value } = draftOf(form, name, parameter)
    const fault = faultOf(parameter.title, value, parameter)
    return fault === null ? [] : [[`parameter:${name}`, fault] as const]
  })
  return Object.fromEntries(found)
}

const BALANCE = /^(?=.*[1-9])\d{1,12}(\.\d{1,8})?$/

function textFaults({ initialBalance, fees, tiers }: LabForm): Faults {
  const balance = BALANCE.test(initialBalance.trim())
    ? {}
    : { initialBalance: `The balance is "${initialBalance.trim()}", expected a plain amount above 0 such as 10000` }
  if (fees !== 'tiers') return balance
  const { feeMaker, feeTaker } = NUMBER_FIELDS
  const wrong = tiers
    .flatMap(({ volumeMin, maker, taker }, at) => [
      faultOf(`Volume of tier ${at + 1}`, volumeMin, { min: 0, max: Number.MAX_SAFE_INTEGER }),
      faultOf(`Maker fee of tier ${at + 1}`, maker, feeMaker),
      faultOf(`Taker fee of tier ${at + 1}`, taker, feeTaker),
    ])
    .find((fault) => fault !== null)
  return { ...balance, ...(wrong === undefined ? {} : { tiers: wrong }) }
}

type BacktestParts = { readonly form: LabForm; readonly choices: Choices; readonly playbook: Playbook }

function backtestInput({ form, choices, playbook }: BacktestParts): BacktestInput {
  const { trading } = dataReport(choices.series, form)
  return {
    version: 1,
    playbook: withParameters(playbook, form, choices),
    files: choices.files.flatMap(({ name, source, strategy }) =>
      strategy === null || !form.files.includes(name)
        ? []
        : [{ name, source, strategyId: strategy.id, parameters: changedParameters(form, strategy.id, strategy.parameters) }],
    ),
    data: {
      venue: form.venue,
      instruments: [...form.instruments],
      timeframe: form.timeframe,
      detail: form.detail,
      fromMs: Math.ceil(trading?.fromMs ?? 0),
      toMs: Math.floor(trading?.toMs ?? 0),
      warmupDays: numberAt(form, 'warmupDays'),
    },
    initialBalance: form.initialBalance.trim(),
    leverage: numberAt(form, 'leverage'),
    simulation: simulationInput(form),
  }
}

/** The playbook's own parameters stay; only what the form changed is written over them. */
const withParameters = (playbook: Playbook, form: LabForm, choices: Choices): Playbook => ({
  ...playbook,
  strategies: playbook.strategies.map((strategy) => {
    const view = choices.playbook.strategies.find(({ id }) => id === strategy.id)
    return view === undefined
      ? strategy
      : { ...strategy, parameters: { ...strategy.parameters, ...changedParameters(form, view.id, view.parameters) } }
  }),
})

function changedParameters(form: LabForm, strategyId: string, parameters: readonly LabParameter[]): Record<string, number> {
  const changed = parameters.flatMap((parameter) => {
    const value = numberOf(draftOf(form, `${strategyId}.${parameter.name}`, parameter).value)
    return value === null || value === parameter.value ? [] : [[parameter.name, value] as const]
  })
  return Object.fromEntries(changed)
}

function simulationInput(form: LabForm): NonNullable<BacktestInput['simulation']> {
  const at = (key: NumberKey) => numberAt(form, key)
  return {
    seed: at('seed'),
    latencyMs: at('latencyMs'),
    latencyJitterMs: at('latencyJitterMs'),
    participationMax: at('participationMax'),
    slippage: slippageInput(form),
    queue: form.queue === 'last' ? { kind: 'last' } : { kind: 'volume', ahead: at('queueAhead') },
    fees: feesInput(form),
    funding: form.funding,
  }
}

function slippageInput(form: LabForm): NonNullable<NonNullable<BacktestInput['simulation']>['slippage']> {
  const at = (key: NumberKey) => numberAt(form, key)
  switch (form.slippage) {
    case 'fixed':
      return { kind: 'fixed', basisPoints: at('slippageFixed') }
    case 'volatility':
      return { kind: 'volatility', share: at('slippageShare') }
    case 'depth':
      return { kind: 'depth', basisPoints: at('slippageSpread'), impact: at('slippageImpact') }
  }
}

function feesInput(form: LabForm): NonNullable<NonNullable<BacktestInput['simulation']>['fees']> {
  switch (form.fees) {
    case 'instrument':
      return { kind: 'instrument' }
    case 'fixed':
      return { kind: 'fixed', maker: numberAt(form, 'feeMaker'), taker: numberAt(form, 'feeTaker') }
    case 'tiers':
      return {
        kind: 'tiers',
        tiers: form.tiers.map(({ volumeMin, maker, taker }) => ({
          volumeMin: numberOf(volumeMin) ?? NaN,
          maker: numberOf(maker, true) ?? NaN,
          taker: numberOf(taker, true) ?? NaN,
        })),
      }
  }
}
