import type { Faults } from './faults.ts'
import type { LabForm } from './lab-form.ts'

/** What every part of the form is given. */
export type FormProps = {
  readonly form: LabForm
  readonly onForm: (form: LabForm) => void
  readonly faults: Faults
}
