// What is wrong, by field: from the schema's issues, and from the sentence a refusing lab answers with. Pure.
import type { LabForm, Task } from './lab-form.ts'
import { NUMBER_FIELDS, NUMBER_KEYS, type NumberKey } from './number-fields.ts'

/** One sentence by field: a number field's key, "instruments", "parameter:tb.stopMultiple". Under "form" what belongs to no field. */
export type Faults = Readonly<Record<string, string>>

/** What a walk-forward writes before a path of this task's spec. */
const PREFIX: Readonly<Record<Task, string>> = {
  walk_forward: '',
  search: 'search.',
  backtest: 'search.backtest.',
  checks: 'search.backtest.',
  parity: '',
}

/** Beginnings of paths that belong to a field which is no plain number. */
const FIELDS: readonly (readonly [string, string])[] = [
  ['search.backtest.playbook', 'playbook'],
  ['search.backtest.files', 'files'],
  ['search.backtest.data.venue', 'venue'],
  ['search.backtest.data.instruments', 'instruments'],
  ['search.backtest.data.timeframe', 'timeframe'],
  ['search.backtest.data.detail', 'detail'],
  ['search.backtest.data.fromMs', 'from'],
  ['search.backtest.data.toMs', 'to'],
  ['search.backtest.initialBalance', 'initialBalance'],
  ['search.backtest.simulation.slippage', 'slippage'],
  ['search.backtest.simulation.queue', 'queue'],
  ['search.backtest.simulation.fees.tiers', 'tiers'],
  ['search.backtest.simulation.fees', 'fees'],
  ['search.backtest.simulation.funding', 'funding'],
  ['search.dimensions', 'parameters'],
  ['search.method', 'method'],
  ['search.objective.terms', 'terms'],
  ['search.pruner', 'pruner'],
  ['search.validation', 'validation'],
  ['mode', 'walkMode'],
]

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }

export function faultsOfIssues(task: Task, issues: readonly Issue[], form: LabForm): Faults {
  const faults: Record<string, string> = {}
  for (const { path, message } of issues) {
    const text = path.map(String).join('.')
    const field = fieldAt(task, text, form)
    // The first issue of a field says most.
    faults[field] ??= field === 'form' ? `${text}: ${message}` : sentence(field, message)
  }
  return faults
}

/**
 * The lab's sentence begins with the path of the field, as in "data.toMs: must be after fromMs" or "spec.leverage is 200, expected at most 125".
 * It stands at that field; without one that is known, at the form.
 */
export function faultsOfMessage(task: Task, message: string, form: LabForm): Faults {
  const path = /^(?:[\w.]+\.start: )?(?:spec\.)?([A-Za-z][\w.]*)(?=:| is )/.exec(message)?.[1]
  return { [path === undefined ? 'form' : fieldAt(task, path, form)]: message }
}

function fieldAt(task: Task, path: string, form: LabForm): string {
  const whole = `${PREFIX[task]}${path}`
  const inside = (prefix: string) => whole === prefix || whole.startsWith(`${prefix}.`)
  const numbers = NUMBER_KEYS.filter((key) => NUMBER_FIELDS[key].path === whole)
  const number = numbers.length > 1 ? numbers.find((key) => isShown(key, form)) : numbers[0]
  return number ?? FIELDS.find(([prefix]) => inside(prefix))?.[1] ?? 'form'
}

/** Two models of slippage have basis points. */
const isShown = (key: NumberKey, { slippage }: LabForm): boolean =>
  (key === 'slippageFixed' && slippage === 'fixed') || (key === 'slippageSpread' && slippage === 'depth')

const isNumber = (field: string): field is NumberKey => field in NUMBER_FIELDS
const sentence = (field: string, message: string): string => (isNumber(field) ? `${NUMBER_FIELDS[field].title}: ${message}` : message)
