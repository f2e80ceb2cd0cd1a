import { TextRow } from '../../../components/field.tsx'
import type { FormProps } from './form-props.ts'
import { numberText } from './lab-form.ts'
import { NumberRow } from './number-row.tsx'
import { Section } from './section.tsx'

/** "USDT" of "BTC/USDT:USDT". */
const settledIn = (instruments: readonly string[]): string => instruments[0]?.split(':')[1] ?? ''

export function MoneySection(props: FormProps) {
  const { form, onForm, faults } = props
  const wrong = ['initialBalance', 'leverage'].filter((key) => faults[key] !== undefined).length
  return (
    <Section title="Money" summary={`${form.initialBalance}, ${numberText(form, 'leverage')}×`} faults={wrong} open={false}>
      <TextRow
        label="Balance at the start"
        unit={settledIn(form.instruments)}
        help="In the currency the instruments settle in."
        inputMode="decimal"
        value={form.initialBalance}
        onChange={(initialBalance) => onForm({ ...form, initialBalance })}
        error={faults['initialBalance'] ?? null}
        width="w-20"
      />
      <NumberRow {...props} field="leverage" />
    </Section>
  )
}
