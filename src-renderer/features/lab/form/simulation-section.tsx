// How real the simulated venue is: every choice says in plain words what it does to a result.
import { CheckRow, SelectRow } from '../../../components/field.tsx'
import { FeeTiers } from './fee-tiers.tsx'
import type { FormProps } from './form-props.ts'
import { type LabForm, numberText } from './lab-form.ts'
import { NumberRow } from './number-row.tsx'
import { NUMBER_FIELDS, type NumberKey } from './number-fields.ts'
import { Section } from './section.tsx'

const FEES = [
  { value: 'instrument', title: 'as stored' },
  { value: 'fixed', title: 'fixed' },
  { value: 'tiers', title: 'by 30-day volume' },
] as const
const SLIPPAGE = [
  { value: 'fixed', title: 'fixed' },
  { value: 'volatility', title: 'by volatility' },
  { value: 'depth', title: 'spread and impact' },
] as const
const QUEUE = [
  { value: 'last', title: 'last in line' },
  { value: 'volume', title: 'by volume ahead' },
] as const
const KEYS: readonly NumberKey[] = [
  'seed',
  'latencyMs',
  'latencyJitterMs',
  'participationMax',
  'slippageFixed',
  'slippageShare',
  'slippageSpread',
  'slippageImpact',
  'queueAhead',
  'feeMaker',
  'feeTaker',
]
const OTHER_KEYS = ['slippage', 'queue', 'fees', 'tiers', 'funding']

export function SimulationSection(props: FormProps) {
  const { form, onForm, faults } = props
  const wrong = [...KEYS, ...OTHER_KEYS].filter((key) => faults[key] !== undefined).length
  return (
    <Section title="Simulation" summary={summaryOf(form)} faults={wrong} open={false}>
      <SelectRow
        label="Fees"
        help="As stored: the fees that came with the data of the instrument. By volume: what was traded in the 30 days before decides the tier, as venues do it."
        value={form.fees}
        options={FEES}
        onChange={(fees) => onForm({ ...form, fees })}
        error={faults['fees'] ?? null}
      />
      {form.fees === 'fixed' && (
        <>
          <NumberRow {...props} field="feeMaker" />
          <NumberRow {...props} field="feeTaker" />
        </>
      )}
      {form.fees === 'tiers' && <FeeTiers {...props} />}
      <SlippageRows {...props} />
      <NumberRow {...props} field="latencyMs" />
      <NumberRow {...props} field="latencyJitterMs" />
      <SelectRow
        label="Place in the queue"
        help="Last in line: a limit order fills once the market trades beyond its price. By volume: also at its price, after what stood there before us."
        value={form.queue}
        options={QUEUE}
        onChange={(queue) => onForm({ ...form, queue })}
        error={faults['queue'] ?? null}
      />
      {form.queue === 'volume' && <NumberRow {...props} field="queueAhead" />}
      <NumberRow {...props} field="participationMax" />
      <CheckRow
        label="Funding"
        help="Pay and receive the funding that the data holds, at the times it was due."
        checked={form.funding}
        onChange={(funding) => onForm({ ...form, funding })}
      />
      <NumberRow {...props} field="seed" />
    </Section>
  )
}

function SlippageRows(props: FormProps) {
  const { form, onForm, faults } = props
  return (
    <>
      <SelectRow
        label="Slippage model"
        help="What a market order pays beyond the last price, always against us. Fixed: the same always. By volatility: a share of the average range. Spread and impact: grows with the order against the volume of its candle."
        value={form.slippage}
        options={SLIPPAGE}
        onChange={(slippage) => onForm({ ...form, slippage })}
        error={faults['slippage'] ?? null}
      />
      {form.slippage === 'fixed' && <NumberRow {...props} field="slippageFixed" />}
      {form.slippage === 'volatility' && <NumberRow {...props} field="slippageShare" />}
      {form.slippage === 'depth' && (
        <>
          <NumberRow {...props} field="slippageSpread" />
          <NumberRow {...props} field="slippageImpact" />
        </>
      )}
    </>
  )
}

/** "120 ms, 1 bp, 10 % of volume, funding". */
function summaryOf(form: LabForm): string {
  const text = (key: NumberKey) => `${numberText(form, key)} ${NUMBER_FIELDS[key].unit}`
  const slippage = { fixed: text('slippageFixed'), volatility: 'slippage by volatility', depth: 'spread and impact' }[form.slippage]
  const fees = { instrument: 'stored fees', fixed: 'fixed fees', tiers: 'fee tiers' }[form.fees]
  return [text('latencyMs'), slippage, fees, form.funding ? 'funding' : 'no funding'].join(', ')
}
