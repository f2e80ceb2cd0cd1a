// One parameter: a value, or from, to and step with a scale.
import { MoveHorizontal } from 'lucide-react'
import { useId } from 'react'
import { FieldError } from '../../../components/field.tsx'
import { useShowHelp } from '../../../components/field-help.tsx'
import { type LabParameter, fixedDraft } from './choices.ts'
import type { ParameterDraft } from './lab-form.ts'

type ParameterRowProps = {
  /** With the strategy's, for screen readers: two strategies may have a parameter of the same name. */
  readonly name: string
  readonly parameter: LabParameter
  readonly draft: ParameterDraft
  readonly search: boolean
  readonly fault: string | null
  readonly onDraft: (draft: ParameterDraft) => void
}

export function ParameterRow(props: ParameterRowProps) {
  const { name, parameter, draft, search, fault, onDraft } = props
  const id = useId()
  const show = useShowHelp()
  const isRange = search && draft.mode === 'range'
  const changed = draft.value !== fixedDraft(parameter).value
  const help = helpOf(parameter)
  const tell = () => show({ title: parameter.title, text: help })
  return (
    <div onFocus={tell} onMouseEnter={tell} data-field={parameter.title}>
      <div className="flex min-h-6.5 items-center gap-1">
        {search && (
          <button
            type="button"
            role="switch"
            aria-checked={isRange}
            aria-label={`Search a range of ${name}`}
            title={isRange ? 'Searched in a range' : 'Fixed. Press to search a range'}
            onClick={() => onDraft({ ...draft, mode: isRange ? 'fixed' : 'range' })}
            className={`inline-flex size-5 flex-none items-center justify-center rounded-sm border ${isRange ? 'border-accent bg-accent-soft text-accent' : 'border-edge text-muted hover:bg-hover'}`}
          >
            <MoveHorizontal size={11} aria-hidden />
          </button>
        )}
        <span className={`min-w-0 flex-1 truncate text-xs ${isRange || changed ? 'text-fg' : 'text-muted'}`} title={help}>
          {parameter.title}
        </span>
        {isRange ? (
          <RangeInputs {...props} id={id} />
        ) : (
          <>
            {changed && (
              <button
                type="button"
                className="flex-none text-2xs text-accent hover:underline"
                onClick={() => onDraft({ ...draft, value: fixedDraft(parameter).value })}
              >
                was {parameter.value}
              </button>
            )}
            <Box
              label={name}
              value={draft.value}
              id={id}
              wrong={fault !== null}
              onChange={(value) => onDraft({ ...draft, value })}
              width="w-16"
            />
          </>
        )}
        <span className={`${isRange ? 'w-9' : 'w-14'} flex-none truncate text-2xs text-muted`} title={parameter.unit}>
          {parameter.unit}
        </span>
      </div>
      <span id={`${id}-help`} className="tw-sr-only">
        {help}
      </span>
      <FieldError id={`${id}-error`} error={fault} />
    </div>
  )
}

/** "Distance of the stop from the close. 0.5 to 8 × ATR in steps of 0.25; 2.5 by default." */
function helpOf({ help, min, max, unit, step, default: normal, value }: LabParameter): string {
  const own = value === normal ? '' : `, ${value} in the playbook`
  return `${help.replace(/\.$/, '')}. ${min} to ${max} ${unit} in steps of ${step}; ${normal} by default${own}.`
}

function RangeInputs({ name, draft, fault, onDraft, id }: ParameterRowProps & { readonly id: string }) {
  const wrong = fault !== null
  return (
    <>
      <Box label={`${name}, from`} value={draft.min} id={id} wrong={wrong} onChange={(min) => onDraft({ ...draft, min })} width="w-11" />
      <span aria-hidden className="text-2xs text-muted">
        –
      </span>
      <Box label={`${name}, to`} value={draft.max} id={id} wrong={wrong} onChange={(max) => onDraft({ ...draft, max })} width="w-11" />
      <span aria-hidden className="text-2xs text-muted">
        by
      </span>
      <Box
        label={`${name}, step`}
        value={draft.step}
        id={id}
        wrong={wrong}
        onChange={(step) => onDraft({ ...draft, step })}
        width="w-11"
        placeholder="any"
      />
      <button
        type="button"
        aria-pressed={draft.scale === 'log'}
        aria-label={`Log scale for ${name}`}
        title="Log scale: each doubling is tried as often as the next"
        onClick={() => onDraft({ ...draft, scale: draft.scale === 'log' ? 'linear' : 'log' })}
        className={`h-5 flex-none rounded-sm border px-1 text-2xs ${draft.scale === 'log' ? 'border-accent bg-accent-soft text-accent' : 'border-edge text-muted hover:bg-hover'}`}
      >
        log
      </button>
    </>
  )
}

type BoxProps = {
  readonly label: string
  readonly value: string
  readonly id: string
  readonly wrong: boolean
  readonly width: string
  readonly placeholder?: string
  readonly onChange: (value: string) => void
}

const Box = ({ label, value, id, wrong, width, placeholder, onChange }: BoxProps) => (
  <input
    aria-label={label}
    aria-invalid={wrong}
    aria-describedby={`${id}-help ${id}-error`}
    value={value}
    placeholder={placeholder}
    inputMode="decimal"
    autoComplete="off"
    onChange={(event) => onChange(event.target.value)}
    className={`tw-field h-5.5 flex-none px-1 text-right text-xs ${width} ${wrong ? 'border-down' : ''}`}
  />
)
