// A number of the form: its words, range and help come from its descriptor.
import { TextRow } from '../../../components/field.tsx'
import type { FormProps } from './form-props.ts'
import { numberText, withNumber } from './lab-form.ts'
import { NUMBER_FIELDS, type NumberKey } from './number-fields.ts'
import { limitsText } from './number-text.ts'

export function NumberRow({ field, form, onForm, faults }: FormProps & { readonly field: NumberKey }) {
  const { title, unit, help, ...limits } = NUMBER_FIELDS[field]
  const range = `Takes ${limitsText({ ...limits, unit })}.`
  return (
    <TextRow
      label={title}
      unit={unit}
      help={help === '' ? range : `${help}. ${range}`}
      inputMode="decimal"
      value={numberText(form, field)}
      onChange={(text) => onForm(withNumber(form, field, text))}
      error={faults[field] ?? null}
      width="w-20"
    />
  )
}
