// Which playbook is run, and which of the user's own strategy files beside it.
import { useId } from 'react'
import { Badge } from '../../../components/badge.tsx'
import { FieldError, SelectRow } from '../../../components/field.tsx'
import { selectLabPlaybook } from '../../../stores/ui-store.ts'
import type { LabFile, LabPlaybook } from './choices.ts'
import type { FormProps } from './form-props.ts'
import { Section } from './section.tsx'

type StrategySectionProps = FormProps & {
  readonly playbooks: readonly LabPlaybook[]
  readonly playbook: LabPlaybook
  readonly files: readonly LabFile[]
}

export function StrategySection({ playbooks, playbook, files, form, onForm, faults }: StrategySectionProps) {
  const toggle = (name: string) =>
    onForm({ ...form, files: form.files.includes(name) ? form.files.filter((other) => other !== name) : [...form.files, name] })
  return (
    <Section title="Playbook" summary={[playbook.title, ...form.files].join(', ')} faults={Number(faults['playbook'] !== undefined)}>
      <SelectRow
        label="Playbook"
        value={playbook.id}
        options={playbooks.map(({ id, title, source }) => ({ value: id, title: source === 'user' ? `${title} (yours)` : title }))}
        onChange={selectLabPlaybook}
        help="Which strategies trade, within which limits. Each playbook keeps a form of its own."
        error={faults['playbook'] ?? null}
        width="w-52"
      />
      <p className="text-xs text-muted">{playbook.description}</p>
      {files.length > 0 && <Files files={files} chosen={form.files} onToggle={toggle} fault={faults['files'] ?? null} />}
    </Section>
  )
}

type FilesProps = {
  readonly files: readonly LabFile[]
  readonly chosen: readonly string[]
  readonly onToggle: (name: string) => void
  readonly fault: string | null
}

function Files({ files, chosen, onToggle, fault }: FilesProps) {
  const id = useId()
  return (
    <fieldset className="pt-1">
      <legend className="text-xs text-muted">Your strategy files</legend>
      <ul>
        {files.map(({ name, fault: broken, strategy }) => (
          <li key={name} className="flex flex-col">
            <label className="flex h-6 items-center gap-2 text-xs">
              <input
                type="checkbox"
                className="size-3.5 flex-none accent-(--accent)"
                checked={chosen.includes(name)}
                disabled={strategy === null}
                aria-describedby={broken === null ? undefined : `${id} ${name}`}
                onChange={() => onToggle(name)}
              />
              <span className={`truncate ${strategy === null ? 'text-muted' : ''}`}>{strategy?.title ?? name}</span>
              {strategy !== null && <Badge tone="muted">{strategy.timeframe}</Badge>}
              <span className="ml-auto truncate text-muted">{name}</span>
            </label>
            {broken !== null && (
              <span id={`${id} ${name}`} className="pb-1 pl-5.5 text-xs text-warn">
                {broken}
              </span>
            )}
          </li>
        ))}
      </ul>
      <FieldError error={fault} />
    </fieldset>
  )
}
