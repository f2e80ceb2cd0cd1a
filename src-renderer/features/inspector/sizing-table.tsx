import { EmptyState } from '../../components/states.tsx'
import type { SizingStep } from './detail.ts'
import { wordsOf } from '../../format/words.ts'
import { formatEstimate } from './why-format.ts'

/** Each step as it was computed: before, times the factor, after; the bar is the result against the largest result on the way. */
export function SizingTable({ steps }: { readonly steps: readonly SizingStep[] }) {
  if (steps.length === 0) return <EmptyState title="Not sized" detail="The decision ended before a size was computed." />
  const largest = Math.max(...steps.map((step) => Math.abs(step.valueAfter)), Number.MIN_VALUE)
  return (
    <table className="tw-table" aria-label="Sizing, step by step">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" className="text-right">
            Before
          </th>
          <th scope="col" className="text-right">
            Factor
          </th>
          <th scope="col" className="text-right">
            After
          </th>
          <th scope="col" className="w-1/4">
            <span className="sr-only">After, drawn to scale</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step, index) => (
          <Step key={`${index} ${step.step}`} step={step} largest={largest} />
        ))}
      </tbody>
    </table>
  )
}

function Step({ step, largest }: { readonly step: SizingStep; readonly largest: number }) {
  const changed = step.valueBefore !== step.valueAfter
  return (
    <tr className={changed ? '' : 'text-muted'}>
      <th scope="row" className="static! h-auto! bg-transparent! py-1 text-left text-sm! whitespace-normal! text-inherit!">
        <span className={changed ? 'font-medium' : ''}>{wordsOf(step.step)}</span>
        {step.note !== '' && <span className="block text-2xs text-muted">{step.note}</span>}
      </th>
      <td className="text-right">{formatEstimate(step.valueBefore)}</td>
      <td className="text-right">× {formatEstimate(step.factor)}</td>
      <td className={`text-right ${changed ? 'font-medium' : ''}`}>{formatEstimate(step.valueAfter)}</td>
      <td aria-hidden>
        <ScaleBar before={Math.min(1, Math.abs(step.valueBefore) / largest)} after={Math.abs(step.valueAfter) / largest} />
      </td>
    </tr>
  )
}

/** What is left is solid, what the step took away is pale. */
function ScaleBar({ before, after }: { readonly before: number; readonly after: number }) {
  return (
    <div className="relative h-2 rounded-xs bg-hover">
      <div className="absolute inset-y-0 left-0 rounded-xs bg-down-soft" style={{ width: `${before * 100}%` }} />
      <div className="absolute inset-y-0 left-0 rounded-xs bg-accent" style={{ width: `${after * 100}%` }} />
    </div>
  )
}
