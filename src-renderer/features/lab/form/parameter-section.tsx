// The parameters of every strategy, from its own declaration: a fixed value, or, for a search, a range.
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../../components/button.tsx'
import { FieldError } from '../../../components/field.tsx'
import { type Choices, type LabParameter, type LabStrategy, chosenStrategies, draftOf, fixedDraft, parametersOf } from './choices.ts'
import type { FormProps } from './form-props.ts'
import type { ParameterDraft } from './lab-form.ts'
import { ParameterRow } from './parameter-row.tsx'
import { Section } from './section.tsx'

type ParameterSectionProps = FormProps & {
  readonly choices: Choices
  /** Whether parameters may have a range. */
  readonly search: boolean
}
/** More than these are easier found by typing. */
const FILTER_FROM = 12

export function ParameterSection({ choices, search, form, onForm, faults }: ParameterSectionProps) {
  const [text, setText] = useState('')
  const strategies = chosenStrategies(choices, form)
  const all = parametersOf(strategies)
  const drafts = all.map(({ name, parameter }) => draftOf(form, name, parameter))
  const ranges = drafts.filter(({ mode }) => mode === 'range').length
  const changed = all.filter(({ name, parameter }) => isChanged(draftOf(form, name, parameter), parameter)).length
  const summary = search ? `${ranges} of ${all.length} in a range` : changed === 0 ? 'as in the playbook' : `${changed} changed`
  const setAll = (mode: ParameterDraft['mode']) =>
    onForm({
      ...form,
      parameters: Object.fromEntries(all.map(({ name, parameter }) => [name, { ...draftOf(form, name, parameter), mode }])),
    })
  const wrong = Object.keys(faults).filter((key) => key === 'parameters' || key.startsWith('parameter:')).length
  return (
    <Section title="Parameters" summary={summary} faults={wrong} open={search}>
      <div className="flex items-center gap-1 pb-1">
        {all.length >= FILTER_FROM && (
          <input
            type="search"
            aria-label="Find a parameter"
            placeholder={`Find among ${all.length}…`}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="tw-field h-6 w-32 text-xs"
          />
        )}
        <span className="truncate text-xs text-muted">{summary}</span>
        <span className="ml-auto flex gap-1">
          {search && (
            <Button tone="quiet" onClick={() => setAll(ranges === all.length ? 'fixed' : 'range')}>
              {ranges === all.length ? 'All fixed' : 'All ranges'}
            </Button>
          )}
          <IconButton label="All parameters as in the playbook" onClick={() => onForm({ ...form, parameters: {} })}>
            <RotateCcw size={12} aria-hidden />
          </IconButton>
        </span>
      </div>
      <FieldError error={faults['parameters'] ?? null} />
      {strategies.map((strategy) => (
        <Strategy key={strategy.id} strategy={strategy} filter={text} search={search} form={form} onForm={onForm} faults={faults} />
      ))}
    </Section>
  )
}

const isChanged = (draft: ParameterDraft, parameter: LabParameter): boolean => draft.value !== fixedDraft(parameter).value

type StrategyProps = FormProps & { readonly strategy: LabStrategy; readonly filter: string; readonly search: boolean }

function Strategy({ strategy, filter, search, form, onForm, faults }: StrategyProps) {
  const words = filter.toLowerCase()
  const shown = strategy.parameters.filter(({ title, name }) => `${title} ${name}`.toLowerCase().includes(words))
  if (shown.length === 0) return null
  return (
    <fieldset className="pb-1">
      <legend className="pt-1 text-xs">
        {strategy.title} <span className="text-muted">{strategy.timeframe}</span>
      </legend>
      {shown.map((parameter) => {
        const name = `${strategy.id}.${parameter.name}`
        return (
          <ParameterRow
            key={name}
            name={`${strategy.title}: ${parameter.title}`}
            parameter={parameter}
            draft={draftOf(form, name, parameter)}
            search={search}
            fault={faults[`parameter:${name}`] ?? null}
            onDraft={(draft) => onForm({ ...form, parameters: { ...form.parameters, [name]: draft } })}
          />
        )
      })}
    </fieldset>
  )
}
