// What a search aims at: one figure, or several with weights.
import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../../components/button.tsx'
import { FieldError } from '../../../components/field.tsx'
import { useShowHelp } from '../../../components/field-help.tsx'
import { metricSpec, metricTitle } from '../../../format/lab-metric.ts'
import { LAB_METRIC_IDS, type LabMetricId } from '../../../../src-shared/domain/lab-metric.ts'
import type { FormProps } from './form-props.ts'
import type { TermDraft } from './lab-form.ts'

const TERMS_MAX = 8
/** Figures that are neither good nor bad by themselves are no aim. */
const AIMS = LAB_METRIC_IDS.filter((id) => metricSpec(id).better !== 'neither')

export function ObjectiveEditor({ form, onForm, faults }: FormProps) {
  const { terms } = form
  const setTerm = (at: number, change: Partial<TermDraft>) =>
    onForm({ ...form, terms: terms.map((term, index) => (index === at ? { ...term, ...change } : term)) })
  const left = AIMS.filter((id) => !terms.some(({ metric }) => metric === id))
  const add = () => left[0] !== undefined && onForm({ ...form, terms: [...terms, { metric: left[0], weight: '1' }] })
  return (
    <fieldset>
      <legend className="tw-sr-only">Objective</legend>
      <div className="flex min-h-6 items-center text-xs text-muted">
        <span>Best is the largest of</span>
        <Button tone="quiet" className="ml-auto" disabled={terms.length >= TERMS_MAX} onClick={add}>
          <Plus size={11} aria-hidden /> Figure
        </Button>
      </div>
      {terms.map((term, at) => (
        <Term
          key={term.metric}
          term={term}
          at={at}
          options={[term.metric, ...left]}
          wrong={faults['terms'] !== undefined}
          onTerm={(change) => setTerm(at, change)}
          onRemove={terms.length === 1 ? null : () => onForm({ ...form, terms: terms.filter((_, index) => index !== at) })}
        />
      ))}
      <FieldError error={faults['terms'] ?? null} />
    </fieldset>
  )
}

type TermProps = {
  readonly term: TermDraft
  readonly at: number
  readonly options: readonly LabMetricId[]
  readonly wrong: boolean
  readonly onTerm: (change: Partial<TermDraft>) => void
  readonly onRemove: (() => void) | null
}

function Term({ term: { metric, weight }, at, options, wrong, onTerm, onRemove }: TermProps) {
  const show = useShowHelp()
  const { formula, better } = metricSpec(metric)
  const tell = () =>
    show({
      title: metricTitle(metric),
      text: `${formula}. ${better === 'less' ? 'Less is better: its sign is turned.' : 'More is better.'}`,
    })
  return (
    <div className="flex min-h-6.5 items-center gap-1.5" onFocus={tell} onMouseEnter={tell}>
      <input
        aria-label={`Weight of figure ${at + 1}`}
        aria-invalid={wrong}
        value={weight}
        inputMode="decimal"
        autoComplete="off"
        onChange={(event) => onTerm({ weight: event.target.value })}
        className="tw-field h-5.5 w-12 flex-none px-1 text-right text-xs"
      />
      <span aria-hidden className="text-xs text-muted">
        {better === 'less' ? '× minus' : '×'}
      </span>
      <select
        aria-label={`Figure ${at + 1}`}
        value={metric}
        onChange={(event) => {
          const chosen = options.find((id) => id === event.target.value)
          if (chosen !== undefined) onTerm({ metric: chosen })
        }}
        className="tw-field h-5.5 min-w-0 flex-1 px-1 text-xs"
      >
        {LAB_METRIC_IDS.filter((id) => options.includes(id)).map((id) => (
          <option key={id} value={id} className="bg-raised text-fg">
            {metricTitle(id)}
          </option>
        ))}
      </select>
      <IconButton label={`Remove ${metricTitle(metric)}`} className="size-5" disabled={onRemove === null} onClick={() => onRemove?.()}>
        <X size={11} aria-hidden />
      </IconButton>
    </div>
  )
}
