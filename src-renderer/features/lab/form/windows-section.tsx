// How the time is cut into training, validation and test.
import { SelectRow } from '../../../components/field.tsx'
import { Segmented } from '../../../components/segmented.tsx'
import type { TimeSpan } from '../../../format/coverage.ts'
import { formatNumber } from '../../../format/numbers.ts'
import type { FormProps } from './form-props.ts'
import type { LabForm } from './lab-form.ts'
import { NumberRow } from './number-row.tsx'
import type { NumberKey } from './number-fields.ts'
import { Section } from './section.tsx'
import { WINDOW_PRESETS, type WindowDays, daysOf, windowCount, windowDays, windowRemark } from './walk-windows.ts'
import { WindowStrip } from './window-strip.tsx'

const MODES = [
  { value: 'rolling', title: 'rolling' },
  { value: 'anchored', title: 'anchored' },
] as const
const NUMBERS: readonly NumberKey[] = ['trainDays', 'validateDays', 'testDays', 'candidates', 'purgeDays', 'embargoDays']

export function WindowsSection(props: FormProps & { readonly trading: TimeSpan | null }) {
  const { form, onForm, faults, trading } = props
  const lengths = windowDays(form)
  const count = lengths === null || trading === null ? 0 : windowCount(daysOf(trading), lengths)
  const remark = windowRemark(form)
  const wrong = [...NUMBERS, 'walkMode'].filter((key) => faults[key] !== undefined).length
  return (
    <Section
      title="Windows"
      summary={lengths === null ? '' : `${count} of ${lengths.train} + ${lengths.validate} + ${lengths.test} days`}
      faults={wrong}
    >
      <div className="flex items-center justify-between gap-2 py-1">
        <Segmented
          label="Usual lengths"
          value={presetOf(lengths)}
          options={PRESET_OPTIONS}
          onChange={(title) => onForm(withPreset(form, title))}
        />
      </div>
      {lengths !== null && trading !== null && count > 0 && (
        <WindowStrip days={daysOf(trading)} lengths={lengths} anchored={form.walkMode === 'anchored'} count={count} />
      )}
      <NumberRow {...props} field="trainDays" />
      <NumberRow {...props} field="validateDays" />
      <NumberRow {...props} field="testDays" />
      <SelectRow
        label="Training begins"
        help="Rolling: every window trains on the same number of days. Anchored: every window trains from the first day on, so that training grows."
        value={form.walkMode}
        options={MODES}
        onChange={(walkMode) => onForm({ ...form, walkMode })}
        error={faults['walkMode'] ?? null}
      />
      <NumberRow {...props} field="candidates" />
      <NumberRow {...props} field="purgeDays" />
      <NumberRow {...props} field="embargoDays" />
      <p className="pt-1 text-xs text-muted" role="status">
        {count > 0 &&
          lengths !== null &&
          `${formatNumber(count, 0)} ${count === 1 ? 'window' : 'windows'}: ${formatNumber(count * lengths.test, 0)} days are tested on parameters that never saw them.`}
      </p>
      {remark !== null && <p className="text-xs text-warn">{remark}</p>}
    </Section>
  )
}

const PRESET_OPTIONS = WINDOW_PRESETS.map(({ title }) => ({ value: title, title, hint: 'Training / validation / test' }))

const presetOf = (lengths: WindowDays | null): string =>
  WINDOW_PRESETS.find(({ train, validate, test }) => train === lengths?.train && validate === lengths.validate && test === lengths.test)
    ?.title ?? ''

function withPreset(form: LabForm, title: string): LabForm {
  const preset = WINDOW_PRESETS.find((one) => one.title === title)
  if (preset === undefined) return form
  const { train, validate, test } = preset
  return { ...form, numbers: { ...form.numbers, trainDays: String(train), validateDays: String(validate), testDays: String(test) } }
}
