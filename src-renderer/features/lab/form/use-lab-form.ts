// The form of the chosen playbook: as it was left, or as it begins.
import { useMemo } from 'react'
import { forgetLabForm, keepLabForm, useUi } from '../../../stores/ui-store.ts'
import { type Choices, initialForm } from './choices.ts'
import { type LabForm, readForm } from './lab-form.ts'

export type LabFormState = {
  readonly form: LabForm
  readonly setForm: (form: LabForm) => void
  readonly reset: () => void
  readonly isKept: boolean
}

export function useLabForm({ playbook, series }: Pick<Choices, 'playbook' | 'series'>): LabFormState {
  const kept = useUi((ui) => ui.labForms[playbook.id])
  const read = useMemo(() => readForm(kept), [kept])
  const initial = useMemo(() => initialForm({ playbook, series }), [playbook, series])
  return {
    form: read ?? initial,
    setForm: (form) => keepLabForm(playbook.id, form),
    reset: () => forgetLabForm(playbook.id),
    isKept: read !== null,
  }
}
