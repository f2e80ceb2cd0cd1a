// Which parameters a search may change, and how many sets of them there are. Pure.
import type { SearchInput } from '../../../../src-shared/config/lab.ts'
import { type Choices, chosenStrategies, draftOf, parametersOf } from './choices.ts'
import type { Faults } from './faults.ts'
import type { LabForm, ParameterDraft } from './lab-form.ts'
import { faultOf, numberOf } from './number-text.ts'

export type Dimension = SearchInput['dimensions'][number]
const DIMENSIONS_MAX = 32
/** A dimension without a step has this many values on a grid. */
const GRID_VALUES = 10

export function searchDimensions(form: LabForm, choices: Choices): { readonly dimensions: Dimension[]; readonly faults: Faults } {
  const dimensions: Dimension[] = []
  const faults: Record<string, string> = {}
  for (const { name, strategy, parameter } of parametersOf(chosenStrategies(choices, form))) {
    const draft = draftOf(form, name, parameter)
    if (draft.mode !== 'range') continue
    const fault = rangeFault(parameter.title, draft, parameter)
    if (fault !== null) faults[`parameter:${name}`] = fault
    dimensions.push({ strategyId: strategy.id, parameter: parameter.name, ...rangeOf(draft) })
  }
  if (dimensions.length === 0) faults['parameters'] = 'Give at least one parameter a range to search in'
  if (dimensions.length > DIMENSIONS_MAX)
    faults['parameters'] = `${dimensions.length} parameters have a range, at most ${DIMENSIONS_MAX} can be searched at once`
  return { dimensions, faults: { ...faults, ...objectiveFaults(form) } }
}

const rangeOf = ({ min, max, step, scale }: ParameterDraft): Pick<Dimension, 'min' | 'max' | 'step' | 'scale'> => ({
  min: numberOf(min) ?? NaN,
  max: numberOf(max) ?? NaN,
  step: step.trim() === '' ? null : (numberOf(step) ?? NaN),
  scale,
})

type Allowed = { readonly min: number; readonly max: number; readonly unit: string }

function rangeFault(title: string, draft: ParameterDraft, { min, max, unit }: Allowed): string | null {
  const edges = faultOf(`${title}, from`, draft.min, { min, max, unit }) ?? faultOf(`${title}, to`, draft.max, { min, max, unit })
  if (edges !== null) return edges
  const range = rangeOf(draft)
  if (range.max < range.min) return `${title} goes from ${draft.min} to ${draft.max}, expected the smaller one first`
  if (range.scale === 'log' && range.min <= 0) return `${title} begins at ${draft.min}, expected more than 0 on a log scale`
  if (range.step != null && !(range.step > 0)) return `${title} has the step "${draft.step}", expected a number above 0, or none`
  return null
}

const WEIGHT = { min: -1000, max: 1000 }
const TERMS_MAX = 8

function objectiveFaults({ terms }: LabForm): Faults {
  if (terms.length === 0) return { terms: 'Choose at least one figure to aim at' }
  if (terms.length > TERMS_MAX) return { terms: `${terms.length} figures are chosen, at most ${TERMS_MAX} can be mixed` }
  const wrong = terms.map(({ weight }, at) => faultOf(`Weight ${at + 1}`, weight, WEIGHT)).find((fault) => fault !== null)
  return wrong === undefined ? {} : { terms: wrong }
}

/** How many values the dimension has on a grid. */
export function gridValues({ min, max, step = null }: Pick<Dimension, 'min' | 'max' | 'step'>): number {
  if (step === null) return max > min ? GRID_VALUES : 1
  return Math.floor((max - min) / step + 1e-9) + 1
}

export const gridSize = (dimensions: readonly Dimension[]): number =>
  dimensions.reduce((product, dimension) => product * gridValues(dimension), 1)
