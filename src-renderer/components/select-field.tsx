type SelectFieldProps<Value extends string> = {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly title: string }[]
  readonly onChange: (value: Value) => void
  readonly className?: string
}

/** A native select; the label is for screen readers and the tooltip, the first option says it to the eye. */
export function SelectField<Value extends string>({ label, value, options, onChange, className = '' }: SelectFieldProps<Value>) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value)
        if (chosen) onChange(chosen.value)
      }}
      className={`tw-field h-6 min-w-0 px-1 text-xs ${className}`}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} className="bg-raised text-fg">
          {option.title}
        </option>
      ))}
    </select>
  )
}

/** Turns a list of names into options, with one for "no filter" whose value is the empty text. */
export const optionsWithAll = (
  all: string,
  names: readonly string[],
  titleOf = (name: string) => name,
): { value: string; title: string }[] => [{ value: '', title: all }, ...names.map((name) => ({ value: name, title: titleOf(name) }))]
