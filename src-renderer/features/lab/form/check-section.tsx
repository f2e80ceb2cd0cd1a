// Which honesty check is made.
import type { FormProps } from './form-props.ts'
import { NumberRow } from './number-row.tsx'
import { Section } from './section.tsx'

const CHECKS = [
  {
    value: 'look_ahead',
    title: 'Look-ahead',
    text: 'Cuts the future off at many decision times and compares what the strategies were shown and what they said. Any difference means that a result used data it could not have had.',
  },
  {
    value: 'warm_up',
    title: 'Warm-up',
    text: 'Begins with more and more history and compares what the strategies are shown at the same times. A difference names the input that still depends on where the data began.',
  },
] as const

export function CheckSection(props: FormProps) {
  const { form, onForm, faults } = props
  return (
    <Section title="Check" summary={form.check === 'look_ahead' ? 'look-ahead' : 'warm-up'} faults={Number(faults['cuts'] !== undefined)}>
      <div role="radiogroup" aria-label="Check" className="flex flex-col gap-1 pt-1">
        {CHECKS.map(({ value, title, text }) => (
          <label
            key={value}
            className={`flex cursor-pointer gap-2 rounded-sm border p-1.5 ${form.check === value ? 'border-accent bg-accent-soft' : 'border-line hover:bg-hover'}`}
          >
            <input
              type="radio"
              name="lab-check"
              className="mt-0.5 size-3.5 flex-none accent-(--accent)"
              checked={form.check === value}
              onChange={() => onForm({ ...form, check: value })}
            />
            <span className="text-sm">
              {title}
              <span className="block text-xs text-muted">{text}</span>
            </span>
          </label>
        ))}
      </div>
      {form.check === 'look_ahead' && <NumberRow {...props} field="cuts" />}
    </Section>
  )
}
