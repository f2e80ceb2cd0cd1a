// How parameters are searched, and what makes one set better than another.
import { SelectRow } from '../../../components/field.tsx'
import type { FormProps } from './form-props.ts'
import { type Where, FoldRows } from './fold-rows.tsx'
import { type LabForm, SEARCH_NUMBERS, numberText, prunerOf } from './lab-form.ts'
import { NumberRow } from './number-row.tsx'
import { ObjectiveEditor } from './objective-editor.tsx'
import { Section } from './section.tsx'
import { metricTitle } from '../../../format/lab-metric.ts'

const METHODS = [
  { value: 'tpe', title: 'TPE (learns)' },
  { value: 'random', title: 'random' },
  { value: 'grid', title: 'grid' },
] as const
const PRUNERS = [
  { value: 'none', title: 'none' },
  { value: 'median', title: 'median' },
  { value: 'halving', title: 'successive halving' },
] as const
export function SearchSection(props: FormProps & Where) {
  const { form, onForm, faults } = props
  const wrong = [...SEARCH_NUMBERS, 'method', 'pruner', 'validation', 'terms'].filter((key) => faults[key] !== undefined).length
  return (
    <Section title="Search" summary={summaryOf(form)} faults={wrong}>
      <ObjectiveEditor {...props} />
      <NumberRow {...props} field="tradesMin" />
      <SelectRow
        label="Method"
        help="TPE tries more where earlier trials were good. Random covers ranges evenly and is hard to fool. A grid tries every step, which grows quickly."
        value={form.method}
        options={METHODS}
        onChange={(method) => onForm({ ...form, method })}
        error={faults['method'] ?? null}
      />
      <NumberRow {...props} field="trials" />
      <FoldRows {...props} />
      {form.validation === 'none' && <Pruning {...props} />}
      <NumberRow {...props} field="workers" />
      <NumberRow {...props} field="searchSeed" />
    </Section>
  )
}

function Pruning(props: FormProps) {
  const { form, onForm, faults } = props
  const pruner = prunerOf(form)
  return (
    <>
      <SelectRow
        label="Pruning"
        help="Stops trials early that look bad. Median: worse than half of the others at the same point. Halving: only the best share goes on at each look. It saves time and may stop a late bloomer."
        value={pruner}
        options={PRUNERS}
        onChange={(value) => onForm({ ...form, pruner: value })}
        error={faults['pruner'] ?? null}
      />
      {pruner === 'median' && (
        <>
          <NumberRow {...props} field="startupTrials" />
          <NumberRow {...props} field="warmupSteps" />
        </>
      )}
      {pruner === 'halving' && <NumberRow {...props} field="reduction" />}
    </>
  )
}

const summaryOf = (form: LabForm): string =>
  `${form.method.toUpperCase()}, ${numberText(form, 'trials')} trials${form.validation === 'none' ? '' : ` in ${numberText(form, 'folds')} folds`} for ${form.terms.map(({ metric }) => metricTitle(metric)).join(' and ')}`
