// Fields of a form: the name on the left, the value on the right, what is wrong below.
import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { dayStartMs, dayText } from '../format/days.ts'
import { useShowHelp } from './field-help.tsx'

type RowProps = {
  readonly label: string
  readonly unit?: string
  /** In plain language; also what a screen reader hears after the name. */
  readonly help?: string
  /** One sentence; null when all is well. */
  readonly error?: string | null
  readonly className?: string
}

/** What the control of a row carries, so that its name, help and fault are heard with it. */
export type Described = { readonly id: string; readonly 'aria-describedby': string; readonly 'aria-invalid': boolean }

/** A row for a control of any kind. */
export function FieldRow({
  label,
  unit,
  help,
  error,
  className = '',
  children,
}: RowProps & { readonly children: (described: Described) => ReactNode }) {
  const id = useId()
  const show = useShowHelp()
  const tell = () => help !== undefined && show({ title: label, text: help })
  return (
    <div className={`flex flex-col ${className}`} data-field={label} onFocus={tell} onMouseEnter={tell}>
      <div className="flex min-h-7 items-center gap-2">
        <label htmlFor={id} className="min-w-0 flex-1 truncate text-xs text-muted" title={help}>
          {label}
        </label>
        {children({ id, 'aria-describedby': `${id}-help ${id}-error`, 'aria-invalid': error != null })}
        {unit !== undefined && <span className="w-14 flex-none truncate text-2xs text-muted">{unit}</span>}
      </div>
      <span id={`${id}-help`} className="tw-sr-only">
        {[unit, help].filter(Boolean).join('. ')}
      </span>
      <FieldError id={`${id}-error`} error={error ?? null} />
    </div>
  )
}

export function FieldError({ id, error }: { readonly id?: string; readonly error: string | null }) {
  return (
    <span id={id} className={error === null ? 'hidden' : 'pb-1 text-xs text-down'}>
      {error}
    </span>
  )
}

type TextRowProps = RowProps & {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly inputMode?: 'decimal' | 'text'
  readonly placeholder?: string
  readonly list?: string
  readonly disabled?: boolean
  readonly width?: string
}

export function TextRow({ value, onChange, onKeyDown, inputMode, placeholder, list, disabled, width = 'w-28', ...row }: TextRowProps) {
  const align = inputMode === 'decimal' ? 'text-right' : ''
  return (
    <FieldRow {...row}>
      {(described) => (
        <input
          {...described}
          type="text"
          value={value}
          disabled={disabled}
          placeholder={placeholder}
          inputMode={inputMode}
          list={list}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          className={`tw-field h-6 flex-none px-1.5 text-xs ${width} ${align} ${described['aria-invalid'] ? 'border-down' : ''}`}
        />
      )}
    </FieldRow>
  )
}

type SecretRowProps = RowProps & { readonly name: string; readonly lengthMax: number; readonly disabled?: boolean; readonly width?: string }

/** What is typed stays in the element, never in a state: the form reads it when it is sent and clears it at once. */
export function SecretRow({ name, lengthMax, disabled, width = 'w-56', ...row }: SecretRowProps) {
  return (
    <FieldRow {...row}>
      {(described) => (
        <input
          {...described}
          type="password"
          name={name}
          disabled={disabled}
          maxLength={lengthMax}
          autoComplete="off"
          spellCheck={false}
          className={`tw-field h-6 flex-none px-1.5 text-xs ${width} ${described['aria-invalid'] ? 'border-down' : ''}`}
        />
      )}
    </FieldRow>
  )
}

type DayRowProps = Omit<TextRowProps, 'inputMode' | 'placeholder' | 'onKeyDown' | 'list'>

/** A UTC day as everywhere else on the screen, "2025-05-04"; the arrows go a day up and down, Page Up and Down thirty. */
export function DayRow({ value, onChange, ...row }: DayRowProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const days = { ArrowUp: 1, ArrowDown: -1, PageUp: 30, PageDown: -30 }[event.key]
    const startMs = dayStartMs(value)
    if (days === undefined || startMs === null) return
    event.preventDefault()
    onChange(dayText(startMs + days * DAY_MS))
  }
  return <TextRow {...row} value={value} onChange={onChange} onKeyDown={onKeyDown} placeholder="2025-05-04" />
}

type Option<Value extends string> = { readonly value: Value; readonly title: string; readonly disabled?: boolean }
type SelectRowProps<Value extends string> = RowProps & {
  readonly value: Value
  readonly options: readonly Option<Value>[]
  readonly onChange: (value: Value) => void
  readonly width?: string
}

export function SelectRow<Value extends string>({ value, options, onChange, width = 'w-36', ...row }: SelectRowProps<Value>) {
  return (
    <FieldRow {...row}>
      {(described) => (
        <select
          {...described}
          value={value}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value)
            if (chosen) onChange(chosen.value)
          }}
          className={`tw-field h-6 flex-none px-1 text-xs ${width} ${described['aria-invalid'] ? 'border-down' : ''}`}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled === true} className="bg-raised text-fg">
              {option.title}
            </option>
          ))}
        </select>
      )}
    </FieldRow>
  )
}

type CheckRowProps = RowProps & { readonly checked: boolean; readonly onChange: (checked: boolean) => void }

export function CheckRow({ checked, onChange, ...row }: CheckRowProps) {
  return (
    <FieldRow {...row}>
      {(described) => (
        <input
          {...described}
          type="checkbox"
          checked={checked}
          onChange={(event) => onChange(event.target.checked)}
          className="size-3.5 flex-none accent-(--accent)"
        />
      )}
    </FieldRow>
  )
}
