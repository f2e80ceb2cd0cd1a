// Whether a trial is judged by the whole time at once, or by folds of it, and how these lie.
import { SelectRow } from '../../../components/field.tsx'
import type { TimeSpan } from '../../../format/coverage.ts'
import { foldRemark, foldsText } from './folds.ts'
import type { FormProps } from './form-props.ts'
import type { Task } from './lab-form.ts'
import { NumberRow } from './number-row.tsx'

const VALIDATIONS = [
  { value: 'none', title: 'none' },
  { value: 'purged-k-fold', title: 'purged k-fold' },
] as const

export type Where = { readonly task: Task; readonly trading: TimeSpan | null }

export function FoldRows(props: FormProps & Where) {
  const { form, onForm, faults } = props
  const remark = foldRemark(props)
  return (
    <>
      <SelectRow
        label="Cross-validation"
        help="Purged k-fold: every trial runs in each part of the time by itself, and its objective is the mean. The result then tells what choosing by the other parts would have earned in each one."
        value={form.validation}
        options={VALIDATIONS}
        onChange={(validation) => onForm({ ...form, validation })}
        error={faults['validation'] ?? null}
      />
      {form.validation === 'purged-k-fold' && (
        <>
          <NumberRow {...props} field="folds" />
          <NumberRow {...props} field="foldPurgeDays" />
          <NumberRow {...props} field="embargoFraction" />
          <p className="py-1 text-xs text-muted" role="status">
            {foldsText(props)} Trials are not pruned: one that is stopped early has no score in the folds it did not reach.
          </p>
          {remark !== null && <p className="pb-1 text-xs text-warn">{remark}</p>}
        </>
      )}
    </>
  )
}
