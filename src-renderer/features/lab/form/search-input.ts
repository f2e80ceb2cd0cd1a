// The search and the walk-forward of a form, as their schemas take them.
import type { SearchInput, WalkForwardInput } from '../../../../src-shared/config/lab.ts'
import { type LabForm, numberAt, prunerOf } from './lab-form.ts'
import { numberOf } from './number-text.ts'

/** What the search section of the form says. Its numbers have been checked. */
export const searchInput = (form: LabForm, { backtest, dimensions }: Pick<SearchInput, 'backtest' | 'dimensions'>): SearchInput => ({
  version: 1,
  backtest,
  dimensions,
  method: form.method,
  trials: numberAt(form, 'trials'),
  seed: numberAt(form, 'searchSeed'),
  objective: {
    terms: form.terms.map(({ metric, weight }) => ({ metric, weight: numberOf(weight) ?? NaN })),
    tradesMin: numberAt(form, 'tradesMin'),
  },
  pruner: prunerInput(form),
  validation: validationInput(form),
  workers: numberAt(form, 'workers'),
})

function prunerInput(form: LabForm): NonNullable<SearchInput['pruner']> {
  switch (prunerOf(form)) {
    case 'none':
      return { kind: 'none' }
    case 'median':
      return { kind: 'median', startupTrials: numberAt(form, 'startupTrials'), warmupSteps: numberAt(form, 'warmupSteps') }
    case 'halving':
      return { kind: 'halving', reduction: numberAt(form, 'reduction') }
  }
}

function validationInput(form: LabForm): NonNullable<SearchInput['validation']> {
  switch (form.validation) {
    case 'none':
      return { kind: 'none' }
    case 'purged-k-fold':
      return {
        kind: 'purged-k-fold',
        folds: numberAt(form, 'folds'),
        purgeDays: numberAt(form, 'foldPurgeDays'),
        embargoFraction: numberAt(form, 'embargoFraction'),
      }
  }
}

export const walkForwardInput = (form: LabForm, search: SearchInput): WalkForwardInput => ({
  version: 1,
  search,
  mode: form.walkMode,
  trainDays: numberAt(form, 'trainDays'),
  validateDays: numberAt(form, 'validateDays'),
  testDays: numberAt(form, 'testDays'),
  candidates: numberAt(form, 'candidates'),
  purgeDays: numberAt(form, 'purgeDays'),
  embargoDays: numberAt(form, 'embargoDays'),
})
