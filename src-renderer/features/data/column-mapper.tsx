// The first rows of a CSV file with a choice above each column: what it is.
import { FieldError, SelectRow } from '../../components/field.tsx'
import { formatUtc } from '../../format/times.ts'
import { COLUMN_ROLES, type ColumnRole, TIME_UNITS } from './column-roles.ts'
import { type ImportTarget, type TargetFaults, firstTime } from './import-target.ts'
import type { Preview } from './upload.ts'

type MapperProps = {
  readonly preview: Preview
  readonly target: ImportTarget
  readonly onTarget: (target: ImportTarget) => void
  readonly faults: TargetFaults
}

export function ColumnMapper({ preview, target, onTarget, faults }: MapperProps) {
  const setRole = (column: number, role: ColumnRole | null) =>
    onTarget({
      ...target,
      // A role stands at one column: where it was before it is taken away.
      roles: preview.columns.map((_, at) => (at === column ? role : target.roles[at] === role ? null : (target.roles[at] ?? null))),
    })
  const firstMs = firstTime(target, preview)
  return (
    <fieldset className="flex min-w-0 flex-col gap-1 border-t border-line pt-1">
      <legend className="tw-sr-only">Columns</legend>
      <div className="overflow-auto rounded-sm border border-line" tabIndex={0} role="group" aria-label="First rows of the file">
        <table className="tw-table" aria-label="Columns and first rows">
          <thead>
            <tr>
              {preview.columns.map((name, at) => (
                <th key={`${name} ${at}`} scope="col" className="py-1">
                  <span className="block">{name}</span>
                  <RoleSelect name={name} kind={target.kind} role={target.roles[at] ?? null} onChange={(role) => setRole(at, role)} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.sample.slice(0, 5).map((row) => (
              <tr key={row.join(' ')}>
                {preview.columns.map((name, at) => (
                  <td key={`${name} ${at}`} className={target.roles[at] == null ? 'text-muted' : ''}>
                    {row[at]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <FieldError error={faults.columns ?? null} />
      <div className="grid grid-cols-2 gap-x-6">
        <SelectRow
          label="Times are"
          value={target.timeUnit}
          options={TIME_UNITS}
          onChange={(timeUnit) => onTarget({ ...target, timeUnit })}
          error={faults.timeUnit ?? null}
          width="w-56"
        />
        <p className="flex min-h-7 items-center text-xs text-muted">
          {firstMs !== null && `The first row is of ${formatUtc(firstMs)} UTC`}
        </p>
      </div>
    </fieldset>
  )
}

type RoleSelectProps = {
  readonly name: string
  readonly kind: ImportTarget['kind']
  readonly role: ColumnRole | null
  readonly onChange: (role: ColumnRole | null) => void
}

function RoleSelect({ name, kind, role, onChange }: RoleSelectProps) {
  return (
    <select
      aria-label={`Column ${name} is`}
      value={role ?? ''}
      onChange={(event) => onChange(COLUMN_ROLES[kind].find((option) => option.role === event.target.value)?.role ?? null)}
      className={`tw-field h-6 w-full min-w-20 px-1 text-xs ${role === null ? 'text-muted' : 'text-fg'}`}
    >
      <option value="" className="bg-raised text-fg">
        not read
      </option>
      {COLUMN_ROLES[kind].map((option) => (
        <option key={option.role} value={option.role} className="bg-raised text-fg">
          {option.title}
        </option>
      ))}
    </select>
  )
}
